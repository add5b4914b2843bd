//! OTLP over gRPC.

mod answer;
mod codec;
pub(super) mod retry_info;

use ::http::uri::PathAndQuery;
use ::http::{Extensions, HeaderMap};
use bytes::Bytes;
use tonic::Request;
use tonic::client::Grpc;
use tonic::codec::CompressionEncoding;
use tonic::metadata::MetadataMap;
use tonic::transport::{Channel, Endpoint};

use super::USER_AGENT;
use super::client::Plan;
use super::reply::Reply;
use crate::SetupError;
use crate::export::delivery::Delivery;
use crate::export::net::{MAX_REPLY, MAX_REQUEST, Mask, failure, problem};
use crate::settings::OtlpCompression;
use codec::Encoded;

/// Calls methods of one server.
pub(super) struct GrpcTransport {
    endpoint: Endpoint,
    headers: HeaderMap,
    gzip: bool,
    mask: Mask,
    /// Made by the first request, because that one is sure to run inside of a runtime.
    channel: Option<Channel>,
}

impl GrpcTransport {
    pub(super) fn new(plan: Plan<'_>) -> Result<Self, SetupError> {
        let Plan { target, address, headers, tls, mask } = plan;
        let bad_endpoint = |_| problem::endpoint(target.block, &target.endpoint);
        let mut endpoint = Endpoint::from_shared(address.origin()).map_err(bad_endpoint)?;
        endpoint = endpoint.user_agent(USER_AGENT).map_err(bad_endpoint)?;
        if address.is_tls() {
            endpoint = endpoint.tls_config(tls.into_tonic()).map_err(|error| problem::tls(&error))?;
        }
        let gzip = target.compression == OtlpCompression::Gzip;
        Ok(Self { endpoint, headers, gzip, mask, channel: None })
    }

    pub(super) async fn send(&mut self, method: &'static str, body: Bytes) -> Result<Reply, Delivery> {
        let mut client = self.client();
        client.ready().await.map_err(|error| Delivery::try_again(failure::connection(&error)))?;
        let headers = MetadataMap::from_headers(self.headers.clone());
        let request = Request::from_parts(headers, Extensions::new(), body);
        match client.unary(request, PathAndQuery::from_static(method), Encoded).await {
            Ok(response) => Ok(Reply { body: response.into_inner(), foreign_type: None }),
            Err(status) => Err(answer::refusal(&status, &self.mask)),
        }
    }

    /// Makes the next request connect anew.
    pub(super) fn disconnect(&mut self) {
        self.channel = None;
    }

    fn client(&mut self) -> Grpc<Channel> {
        let channel = self.channel.get_or_insert_with(|| self.endpoint.connect_lazy()).clone();
        let client = Grpc::new(channel)
            .max_encoding_message_size(MAX_REQUEST)
            .max_decoding_message_size(MAX_REPLY)
            .accept_compressed(CompressionEncoding::Gzip);
        if self.gzip { client.send_compressed(CompressionEncoding::Gzip) } else { client }
    }
}
