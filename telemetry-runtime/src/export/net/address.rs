//! Where requests go.

use ::http::Uri;
use percent_encoding::percent_decode_str;

use super::problem;
use crate::SetupError;
use crate::settings::Endpoint;

/// An endpoint, with what is secret in it apart.
pub(in crate::export) struct Address {
    /// Without userinfo.
    pub(in crate::export) uri: Uri,
    /// `user:password`, decoded.
    pub(in crate::export) userinfo: Option<String>,
}

impl Address {
    /// `block` names the settings that `endpoint` stands in.
    pub(in crate::export) fn parse(block: &str, endpoint: &Endpoint) -> Result<Self, SetupError> {
        Self::split(endpoint.as_str()).ok_or_else(|| problem::endpoint(block, endpoint))
    }

    fn split(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (userinfo, host) = match authority.rsplit_once('@') {
            Some((userinfo, host)) => (Some(percent_decode_str(userinfo).decode_utf8_lossy().into()), host),
            None => (None, authority),
        };
        // A fragment is nothing that a server sees.
        let path = path.split('#').next().unwrap_or_default();
        let uri: Uri = format!("{scheme}://{host}{path}").parse().ok()?;
        let is_known = matches!(uri.scheme_str(), Some("http" | "https"));
        (is_known && uri.host().is_some_and(|host| !host.is_empty())).then_some(Self { uri, userinfo })
    }

    pub(in crate::export) fn is_tls(&self) -> bool {
        self.uri.scheme_str() == Some("https")
    }

    /// The values in the query, as they stand there.
    pub(in crate::export) fn query_values(&self) -> impl Iterator<Item = &str> {
        let pairs = self.uri.query().unwrap_or_default().split('&');
        pairs.filter_map(|pair| pair.split_once('=')).map(|(_, value)| value)
    }

    /// Scheme, host and port: all that gRPC uses of an endpoint.
    #[cfg(feature = "otlp-grpc")]
    pub(in crate::export) fn origin(&self) -> String {
        let authority = self.uri.authority().map_or("", ::http::uri::Authority::as_str);
        format!("{}://{authority}", self.uri.scheme_str().unwrap_or("http"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn userinfo_is_taken_out() {
        let address = Address::split("https://me:p%40ss@host:4318/a?key=s3cret#x").expect("an address");
        assert_eq!(address.uri.to_string(), "https://host:4318/a?key=s3cret");
        assert_eq!(address.userinfo.as_deref(), Some("me:p@ss"));
        assert_eq!(address.query_values().collect::<Vec<_>>(), ["s3cret"]);
        assert!(address.is_tls());
    }

    #[test]
    fn what_is_no_address_is_refused_without_its_secrets() {
        for bad in ["ftp://u:hush@h", "http://", "h:4317", "http://a b:hush@/"] {
            let error = Address::parse("otlp", &Endpoint::from(bad)).err().expect(bad).to_string();
            assert!(error.contains("endpoint") && !error.contains("hush"), "{error}");
        }
    }
}
