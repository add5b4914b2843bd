//! The userinfo of a URL, which is sent as a header.

use ::http::HeaderValue;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::address::Address;

/// How userinfo of a URL is sent.
pub(super) fn basic(userinfo: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(userinfo))
}

/// The `authorization` that an address asks for.
pub(in crate::export) fn authorization(address: &Address) -> Option<HeaderValue> {
    // Base64 is always a legal value.
    let mut value = HeaderValue::try_from(basic(address.userinfo.as_deref()?)).ok()?;
    value.set_sensitive(true);
    Some(value)
}
