//! A receiver that speaks HTTP, for tests.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use ::http::request::Parts;
use ::http::{Request, Response};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

type Answer = Arc<dyn Fn() -> Response<Full<Bytes>> + Send + Sync>;
pub(crate) type Seen = (Parts, Bytes);

/// Remembers what came.
#[derive(Clone)]
pub(crate) struct HttpServer {
    answer: Answer,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl HttpServer {
    pub(crate) fn answering(answer: impl Fn() -> Response<Full<Bytes>> + Send + Sync + 'static) -> Self {
        Self { answer: Arc::new(answer), seen: Arc::default() }
    }

    pub(crate) fn accepting() -> Self {
        Self::answering(|| Response::new(Full::default()))
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("seen").clone()
    }

    pub(crate) async fn start(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        self.serve(listener, None);
        address
    }

    /// Takes the connections that `listener` has not yet given to somebody else.
    pub(in crate::export) fn serve(&self, listener: TcpListener, tls: Option<TlsAcceptor>) {
        let server = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (server, tls) = (server.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => server.talk(stream).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                server.talk(stream).await;
                            }
                        }
                    }
                });
            }
        });
    }

    async fn talk(self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        let service = service_fn(|request| self.answer(request));
        let builder = hyper::server::conn::http1::Builder::new();
        drop(builder.serve_connection(TokioIo::new(stream), service).await);
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let (parts, body) = request.into_parts();
        if let Ok(body) = body.collect().await {
            self.seen.lock().expect("seen").push((parts, body.to_bytes()));
        }
        Ok((self.answer)())
    }
}
