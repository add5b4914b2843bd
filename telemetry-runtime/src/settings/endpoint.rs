//! The address of a server.

use std::fmt;

use super::secret::MASK;

/// The address of a server.
///
/// `Debug` and `Display` cut userinfo and query, which hold passwords and tokens.
///
/// ```
/// use telemetry_runtime::settings::Endpoint;
///
/// let endpoint = Endpoint::from("https://user:password@collector:4317/v1?token=t");
/// assert_eq!((endpoint.port(), endpoint.path()), (Some(4317), "/v1"));
/// assert!(!endpoint.to_string().contains("password"));
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Endpoint(String);

pub(super) const ALLOWED: &str = "a URL such as `http://localhost:4317`, scheme http or https";

impl Endpoint {
    /// The whole address, with any password in it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The port, also the one that the scheme implies.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        match port_text(self.authority()) {
            Some(port) => port.parse().ok(),
            None => match self.scheme()? {
                "https" => Some(443),
                _ => Some(80),
            },
        }
    }

    /// The path, without query; empty where there is none.
    #[must_use]
    pub fn path(&self) -> &str {
        let rest = self.after_scheme();
        let path = rest.find('/').map_or("", |slash| &rest[slash..]);
        path.split(['?', '#']).next().unwrap_or_default()
    }

    /// Adds a path, unless the address ends with it already; a query is kept behind it.
    pub(crate) fn with_path(&self, path: &str) -> Self {
        let end = self.0.find(['?', '#']).unwrap_or(self.0.len());
        let (base, query) = self.0.split_at(end);
        let base = base.trim_end_matches('/');
        let base = base.strip_suffix(path).unwrap_or(base);
        Self(format!("{base}{path}{query}"))
    }

    pub(super) fn scheme(&self) -> Option<&str> {
        self.0.split_once("://").map(|(scheme, _)| scheme)
    }

    /// Adds a scheme to a bare `host:port`.
    pub(super) fn with_scheme(&self, scheme: &str) -> Self {
        Self(format!("{scheme}://{}", self.0))
    }

    /// Accepts a URL, and a bare `host:port` whose scheme is decided later.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let endpoint = match text.split_once("://") {
            Some((scheme, rest)) => Self(format!("{}://{rest}", scheme.to_ascii_lowercase())),
            None => Self(text.to_owned()),
        };
        endpoint.is_valid().then_some(endpoint)
    }

    fn is_valid(&self) -> bool {
        let authority = self.authority();
        let port = port_text(authority);
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = port.map_or(host, |port| &host[..host.len() - port.len() - 1]);
        let scheme_is_known = match self.scheme() {
            Some(scheme) => matches!(scheme, "http" | "https"),
            None => port.is_some(),
        };
        scheme_is_known
            && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port != 0))
            && host_is_valid(host)
            && !self.0.chars().any(|c| c.is_whitespace() || c.is_control())
    }

    fn after_scheme(&self) -> &str {
        self.0.split_once("://").map_or(self.0.as_str(), |(_, rest)| rest)
    }

    fn authority(&self) -> &str {
        self.after_scheme().split(['/', '?', '#']).next().unwrap_or_default()
    }
}

fn host_is_valid(host: &str) -> bool {
    match host.strip_prefix('[') {
        Some(v6) => v6.strip_suffix(']').is_some_and(|v6| v6.parse::<std::net::Ipv6Addr>().is_ok()),
        None => !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_')),
    }
}

/// What follows the last colon outside of brackets.
fn port_text(authority: &str) -> Option<&str> {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host.rsplit_once(':').filter(|(_, port)| !port.contains(']')).map(|(_, port)| port)
}

/// Cuts userinfo and query from anything that resembles a URL.
pub(super) fn masked(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").map_or(("", text), |(scheme, rest)| (scheme, rest));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    // A password may itself hold a slash, so an `@` anywhere hides all before it.
    let (authority, tail) = match rest.rsplit_once('@') {
        Some((_, host)) => {
            let end = host.find(['/', '?', '#']).unwrap_or(host.len());
            (format!("{MASK}@{}", &host[..end]), &host[end..])
        }
        None => (authority.to_owned(), tail),
    };
    let path = tail.split(['?', '#']).next().unwrap_or_default();
    let query = if path.len() < tail.len() { "?***" } else { "" };
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    format!("{scheme}{authority}{path}{query}")
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&masked(&self.0))
    }
}

impl From<&str> for Endpoint {
    /// Takes the address as it is; a bad one shows when it is used.
    fn from(url: &str) -> Self {
        Self(url.to_owned())
    }
}
