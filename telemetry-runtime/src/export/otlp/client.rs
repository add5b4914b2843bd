//! One attempt at a time, over either protocol.

use std::fmt;
use std::mem;
use std::time::Duration;

use bytes::Bytes;

use super::encoding::Encoding;
#[cfg(feature = "otlp-grpc")]
use super::grpc::GrpcTransport;
use super::headers;
#[cfg(feature = "otlp-http")]
use super::http::HttpTransport;
use super::problem;
use super::reply::{self, Reply};
use super::signal::Signal;
use crate::SetupError;
use crate::export::delivery::Delivery;
use crate::export::net::{Address, MAX_REQUEST, Mask, TlsFiles, TlsMaterial, failure};
use crate::settings::{OtlpProtocol, OtlpTarget};

/// Sends requests of any signal to one target.
pub(crate) struct OtlpClient {
    transport: Transport,
    encoding: Encoding,
    timeout: Duration,
    mask: Mask,
    /// Left set by an attempt that was given up.
    attempting: bool,
}

enum Transport {
    #[cfg(feature = "otlp-grpc")]
    Grpc(Box<GrpcTransport>),
    #[cfg(feature = "otlp-http")]
    Http(Box<HttpTransport>),
}

/// What both protocols need to begin with.
pub(super) struct Plan<'a> {
    pub(super) target: &'a OtlpTarget,
    pub(super) address: Address,
    pub(super) headers: ::http::HeaderMap,
    pub(super) tls: TlsMaterial,
    pub(super) mask: Mask,
}

impl OtlpClient {
    /// Checks the target and reads the files of `tls`; connects only once there is something to send.
    pub(crate) fn new(target: &OtlpTarget, tls: &TlsFiles) -> Result<Self, SetupError> {
        let address = Address::parse(target.block, &target.endpoint)?;
        let mask = Mask::new(&address, target.headers.values());
        let headers = headers::build(target, &address)?;
        let tls = TlsMaterial::for_address(&address, tls)?;
        let plan = Plan { target, address, headers, tls, mask: mask.clone() };
        let transport = Transport::new(plan)?;
        let encoding = Encoding::of(target.protocol);
        Ok(Self { transport, encoding, timeout: target.timeout, mask, attempting: false })
    }

    /// The form of its requests.
    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Tries once; `items` is how many spans, points or records the encoded `request` holds.
    pub(crate) async fn send<S: Signal>(&mut self, request: Bytes, items: u64) -> Delivery {
        if request.len() > MAX_REQUEST {
            return Delivery::refused(failure::request_too_large(request.len()));
        }
        if mem::replace(&mut self.attempting, true) {
            // The connection of an attempt that got no answer may be dead without anybody having said so.
            self.transport.disconnect();
        }
        let attempt = self.transport.send(S::METHOD, request);
        let Ok(answer) = tokio::time::timeout(self.timeout, attempt).await else {
            return Delivery::try_again(failure::no_answer(self.timeout));
        };
        self.attempting = false;
        answer.map_or_else(
            |refusal| refusal,
            |reply| reply::delivery::<S>(&reply, self.encoding, items, &self.mask),
        )
    }
}

/// Leaves out the transports, which would show a URL whole.
impl fmt::Debug for OtlpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtlpClient").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

impl Transport {
    #[allow(unreachable_patterns, reason = "each protocol is a feature")]
    fn new(plan: Plan<'_>) -> Result<Self, SetupError> {
        match plan.target.protocol {
            #[cfg(feature = "otlp-grpc")]
            OtlpProtocol::Grpc => Ok(Self::Grpc(Box::new(GrpcTransport::new(plan)?))),
            #[cfg(feature = "otlp-http")]
            OtlpProtocol::HttpProtobuf | OtlpProtocol::HttpJson => {
                Ok(Self::Http(Box::new(HttpTransport::new(plan)?)))
            }
            absent => Err(problem::protocol_absent(plan.target.block, absent)),
        }
    }

    #[cfg_attr(not(feature = "otlp-grpc"), allow(unused_variables, reason = "HTTP has it in the URL"))]
    async fn send(&mut self, method: &'static str, body: Bytes) -> Result<Reply, Delivery> {
        match self {
            #[cfg(feature = "otlp-grpc")]
            Self::Grpc(grpc) => grpc.send(method, body).await,
            #[cfg(feature = "otlp-http")]
            Self::Http(http) => http.send(body).await,
        }
    }

    fn disconnect(&mut self) {
        match self {
            #[cfg(feature = "otlp-grpc")]
            Self::Grpc(grpc) => grpc.disconnect(),
            // HTTP/1 closes the connection of a request that is given up.
            #[cfg(feature = "otlp-http")]
            Self::Http(_) => {}
        }
    }
}
