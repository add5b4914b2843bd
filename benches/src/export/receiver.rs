//! A collector that counts spans and does nothing else.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
};

use axum::body::Bytes;
use http_body_util::{BodyExt, Full, combinators::WithTrailers};
use hyper::{
    Request, Response,
    body::Incoming,
    header::{HeaderMap, HeaderValue},
    server::conn::http2,
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;

/// The name of its thread.
pub(super) const THREAD: &str = "receiver";

/// A collector that counts spans and does nothing else.
pub(super) struct Receiver {
    address: SocketAddr,
    received: Arc<AtomicU64>,
}

impl Receiver {
    pub(super) fn start() -> Self {
        let received = Arc::<AtomicU64>::default();
        let (tell, address) = mpsc::channel();
        let counter = Arc::clone(&received);
        let work = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                tell.send(listener.local_addr().expect("an address")).expect("somebody waits");
                serve(listener, counter).await;
            });
        };
        thread::Builder::new().name(THREAD.to_owned()).spawn(work).expect("a thread");
        Self { address: address.recv().expect("it listens"), received }
    }

    pub(super) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn received(&self) -> u64 {
        self.received.load(Ordering::Acquire)
    }
}

async fn serve(listener: TcpListener, received: Arc<AtomicU64>) {
    while let Ok((stream, _)) = listener.accept().await {
        stream.set_nodelay(true).expect("a socket");
        let received = Arc::clone(&received);
        let service = service_fn(move |request| answer(request, Arc::clone(&received)));
        // Room for several batches, so that the windows of HTTP/2 do not set the pace.
        let connection = http2::Builder::new(TokioExecutor::new())
            .initial_stream_window_size(4 << 20)
            .initial_connection_window_size(16 << 20)
            .serve_connection(TokioIo::new(stream), service);
        tokio::spawn(connection);
    }
}

type Body = WithTrailers<Full<Bytes>, std::future::Ready<Option<Result<HeaderMap, Infallible>>>>;

async fn answer(
    request: Request<Incoming>,
    received: Arc<AtomicU64>,
) -> Result<Response<Body>, hyper::Error> {
    let body = request.into_body().collect().await?.to_bytes();
    // A frame of gRPC: one byte for compression, four for the length.
    received.fetch_add(spans(&body[5..]), Ordering::AcqRel);
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static("0"));
    let body = Full::new(Bytes::from_static(&[0; 5])).with_trailers(std::future::ready(Some(Ok(trailers))));
    let mut response = Response::new(body);
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/grpc"));
    Ok(response)
}

/// Spans of an `ExportTraceServiceRequest`: resource spans are field 1, their scope spans 2, their spans 2.
///
/// Decoding the whole message would cost more than sending it and measure the receiver.
fn spans(request: &[u8]) -> u64 {
    let scopes = fields(request, 1).flat_map(|resource| fields(resource, 2));
    scopes.map(|scope| fields(scope, 2).count() as u64).sum()
}

/// The messages of that field number.
fn fields(message: &[u8], number: u64) -> impl Iterator<Item = &[u8]> {
    const LENGTH_DELIMITED: u64 = 2;
    let mut rest = message;
    let next = move || {
        while !rest.is_empty() {
            let tag = varint(&mut rest)?;
            let length = varint(&mut rest)?;
            if tag & 7 != LENGTH_DELIMITED {
                // A number; it is read.
                continue;
            }
            let (field, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            rest = after;
            if tag >> 3 == number {
                return Some(field);
            }
        }
        None
    };
    std::iter::from_fn(next)
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}
