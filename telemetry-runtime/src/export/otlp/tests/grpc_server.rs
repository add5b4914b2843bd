//! A collector that speaks gRPC.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_stream::{Stream, StreamExt};
use tonic::codec::CompressionEncoding;
use tonic::metadata::MetadataMap;
use tonic::transport::Server;
use tonic::transport::server::Connected;
use tonic::{Request, Response, Status};

type Answer = Arc<dyn Fn() -> Result<ExportTraceServiceResponse, Status> + Send + Sync>;
type Seen = (MetadataMap, ExportTraceServiceRequest);

/// Remembers what came.
#[derive(Clone)]
pub(super) struct GrpcServer {
    answer: Answer,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl GrpcServer {
    pub(super) fn answering(
        answer: impl Fn() -> Result<ExportTraceServiceResponse, Status> + Send + Sync + 'static,
    ) -> Self {
        Self { answer: Arc::new(answer), seen: Arc::default() }
    }

    pub(super) fn accepting() -> Self {
        Self::answering(|| Ok(ExportTraceServiceResponse::default()))
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("seen").clone()
    }

    pub(super) async fn start(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        self.serve(listener, None);
        address
    }

    /// Takes the connections that `listener` has not yet given to somebody else.
    pub(super) fn serve(&self, listener: TcpListener, tls: Option<TlsAcceptor>) {
        let streams = TcpListenerStream::new(listener);
        match tls {
            None => self.talk(streams),
            // Not with the TLS of tonic, which chooses a provider for the whole process.
            Some(tls) => self.talk(streams.then(move |stream| shake_hands(tls.clone(), stream))),
        }
    }

    fn talk<S>(&self, streams: impl Stream<Item = io::Result<S>> + Send + 'static)
    where
        S: AsyncRead + AsyncWrite + Connected + Unpin + Send + 'static,
    {
        let service = TraceServiceServer::new(self.clone()).accept_compressed(CompressionEncoding::Gzip);
        let service = service.max_decoding_message_size(usize::MAX);
        tokio::spawn(Server::builder().add_service(service).serve_with_incoming(streams));
    }
}

async fn shake_hands(tls: TlsAcceptor, stream: io::Result<TcpStream>) -> io::Result<TlsStream<TcpStream>> {
    tls.accept(stream?).await
}

#[tonic::async_trait]
impl TraceService for GrpcServer {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let metadata = request.metadata().clone();
        self.seen.lock().expect("seen").push((metadata, request.into_inner()));
        (self.answer)().map(Response::new)
    }
}
