//! The headers that are sent with every request.

use ::http::header::AUTHORIZATION;
use ::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::address::Address;
use super::problem;
use crate::SetupError;
use crate::settings::OtlpTarget;

/// The headers of the settings, and the address' userinfo as a header unless one of those takes its place.
pub(super) fn build(target: &OtlpTarget, address: &Address) -> Result<HeaderMap, SetupError> {
    let mut headers = HeaderMap::with_capacity(target.headers.len() + 1);
    if let Some(userinfo) = &address.userinfo {
        headers.insert(
            AUTHORIZATION,
            sensitive(&basic(userinfo)).ok_or_else(|| problem::header("authorization"))?,
        );
    }
    for (name, value) in &target.headers {
        let value = sensitive(value.expose()).ok_or_else(|| problem::header(name))?;
        let name: HeaderName = name.parse().map_err(|_| problem::header(name))?;
        headers.insert(name, value);
    }
    Ok(headers)
}

/// How userinfo of a URL is sent.
pub(super) fn basic(userinfo: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(userinfo))
}

fn sensitive(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_bytes(value.as_bytes()).ok()?;
    value.set_sensitive(true);
    Some(value)
}
