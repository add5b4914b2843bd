//! The headers that are sent with every request.

use ::http::header::AUTHORIZATION;
use ::http::{HeaderMap, HeaderName, HeaderValue};

use super::problem;
use crate::SetupError;
use crate::export::net::{Address, authorization};
use crate::settings::OtlpTarget;

/// The headers of the settings, and the address' userinfo as a header unless one of those takes its place.
pub(super) fn build(target: &OtlpTarget, address: &Address) -> Result<HeaderMap, SetupError> {
    let mut headers = HeaderMap::with_capacity(target.headers.len() + 1);
    headers.extend(authorization(address).map(|value| (AUTHORIZATION, value)));
    for (name, value) in &target.headers {
        let value = sensitive(value.expose()).ok_or_else(|| problem::header(target.block, name))?;
        let name: HeaderName = name.parse().map_err(|_| problem::header(target.block, name))?;
        headers.insert(name, value);
    }
    Ok(headers)
}

fn sensitive(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_bytes(value.as_bytes()).ok()?;
    value.set_sensitive(true);
    Some(value)
}
