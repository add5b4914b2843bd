//! What the layer needs to know of requests and responses, whatever client makes them.

use http::{HeaderMap, Method, Request, Response, StatusCode};

/// A request that a client is about to send.
///
/// ```
/// use http::{HeaderMap, Method};
/// use telemetry_runtime::{OutgoingRequest, Target};
///
/// /// The request of a client of one's own.
/// struct Ask {
///     headers: HeaderMap,
///     path: String,
/// }
///
/// impl OutgoingRequest for Ask {
///     fn method(&self) -> &Method {
///         &Method::GET
///     }
///
///     fn headers_mut(&mut self) -> &mut HeaderMap {
///         &mut self.headers
///     }
///
///     fn target(&self) -> Target {
///         let (scheme, host) = ("https".to_owned(), "api.example".to_owned());
///         Target { scheme, host, port: None, path: self.path.clone() }
///     }
/// }
///
/// let ask = Ask { headers: HeaderMap::new(), path: "/quotes".to_owned() };
/// assert_eq!(ask.target().host, "api.example");
/// ```
pub trait OutgoingRequest {
    /// Its method.
    fn method(&self) -> &Method;
    /// Its headers, for the context.
    fn headers_mut(&mut self) -> &mut HeaderMap;
    /// Scheme, host, port and path; never user info or a query.
    fn target(&self) -> Target;
}

/// Where a request goes, without anything secret.
///
/// ```
/// use telemetry_runtime::{OutgoingRequest, Target};
///
/// let request = http::Request::get("http://user:password@api.example:8080/quotes?token=t").body(()).expect("legal");
/// let Target { host, port, path, .. } = OutgoingRequest::target(&request);
/// assert_eq!((&*host, port, &*path), ("api.example", Some(8080), "/quotes"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// `http` or `https`.
    pub scheme: String,
    /// Name or address of the server.
    pub host: String,
    /// Its port, if it is stated.
    pub port: Option<u16>,
    /// The path.
    pub path: String,
}

impl Target {
    /// The URL, as far as it may be shown.
    pub(super) fn url(&self) -> String {
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{}{port}{}", self.scheme, self.host, self.path)
    }
}

impl<B> OutgoingRequest for Request<B> {
    fn method(&self) -> &Method {
        Self::method(self)
    }

    fn headers_mut(&mut self) -> &mut HeaderMap {
        Self::headers_mut(self)
    }

    fn target(&self) -> Target {
        let uri = self.uri();
        Target {
            scheme: uri.scheme_str().unwrap_or("http").to_owned(),
            host: uri.host().unwrap_or_default().to_owned(),
            port: uri.port_u16(),
            path: uri.path().to_owned(),
        }
    }
}

/// A response of which the head has come.
///
/// ```
/// use http::StatusCode;
/// use telemetry_runtime::OutgoingResponse;
///
/// /// The answer of a client of one's own.
/// struct Answer(u16);
///
/// impl OutgoingResponse for Answer {
///     fn status(&self) -> StatusCode {
///         StatusCode::from_u16(self.0).unwrap_or(StatusCode::BAD_GATEWAY)
///     }
/// }
/// assert_eq!(Answer(204).status(), StatusCode::NO_CONTENT);
/// ```
pub trait OutgoingResponse {
    /// Its status.
    fn status(&self) -> StatusCode;
}

impl<B> OutgoingResponse for Response<B> {
    fn status(&self) -> StatusCode {
        Self::status(self)
    }
}

#[cfg(feature = "reqwest")]
mod of_reqwest {
    use http::{HeaderMap, Method, StatusCode};

    use super::{OutgoingRequest, OutgoingResponse, Target};

    impl OutgoingRequest for reqwest::Request {
        fn method(&self) -> &Method {
            Self::method(self)
        }

        fn headers_mut(&mut self) -> &mut HeaderMap {
            Self::headers_mut(self)
        }

        fn target(&self) -> Target {
            let url = self.url();
            Target {
                scheme: url.scheme().to_owned(),
                host: url.host_str().unwrap_or_default().to_owned(),
                port: url.port(),
                path: url.path().to_owned(),
            }
        }
    }

    impl OutgoingResponse for reqwest::Response {
        fn status(&self) -> StatusCode {
            Self::status(self)
        }
    }
}
