//! Where requests go.

use ::http::Uri;
use percent_encoding::percent_decode_str;

use super::problem;
use crate::SetupError;
use crate::settings::Endpoint;

/// An endpoint, with what is secret in it apart.
pub(super) struct Address {
    /// Without userinfo.
    pub(super) uri: Uri,
    /// `user:password`, decoded.
    pub(super) userinfo: Option<String>,
}

impl Address {
    pub(super) fn parse(endpoint: &Endpoint) -> Result<Self, SetupError> {
        Self::split(endpoint.as_str()).ok_or_else(|| problem::endpoint(endpoint))
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

    pub(super) fn is_tls(&self) -> bool {
        self.uri.scheme_str() == Some("https")
    }

    /// The values in the query, as they stand there.
    pub(super) fn query_values(&self) -> impl Iterator<Item = &str> {
        let pairs = self.uri.query().unwrap_or_default().split('&');
        pairs.filter_map(|pair| pair.split_once('=')).map(|(_, value)| value)
    }

    /// Scheme, host and port: all that gRPC uses of an endpoint.
    #[cfg(feature = "otlp-grpc")]
    pub(super) fn origin(&self) -> String {
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
            let error = Address::parse(&Endpoint::from(bad)).err().expect(bad).to_string();
            assert!(error.contains("endpoint") && !error.contains("hush"), "{error}");
        }
    }
}
