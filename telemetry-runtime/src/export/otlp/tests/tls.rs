//! Real handshakes.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::authority::{Authority, Issued};
use super::grpc_server::GrpcServer;
use super::{PROTOCOLS, TlsFiles, resource, send, target, try_again, with_tls};
use crate::export::delivery::sample::{span, wait};
use crate::export::delivery::{Delivery, Reason};
use crate::export::net::http::test_server::HttpServer;
use crate::export::otlp::OtlpExporter;
use crate::settings::OtlpProtocol;

/// Starts a server with a certificate of `authority`, which may ask for one of it in turn.
async fn start(protocol: OtlpProtocol, authority: &Authority, asks: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let issued = authority.issue("localhost");
    let clients = asks.then(|| authority.pem());
    let tls = Some(acceptor(protocol, &issued, clients.as_deref()));
    match protocol {
        OtlpProtocol::Grpc => GrpcServer::accepting().serve(listener, tls),
        _ => HttpServer::accepting().serve(listener, tls),
    }
    format!("https://localhost:{port}")
}

fn acceptor(protocol: OtlpProtocol, issued: &Issued, clients: Option<&str>) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().expect("versions");
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(pem) => {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(certificate(pem));
            let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
            builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
        }
    };
    let key = PrivateKeyDer::from_pem_slice(issued.key.as_bytes()).expect("a key");
    let mut config = builder.with_single_cert(certificate(&issued.certificate), key).expect("a certificate");
    if protocol == OtlpProtocol::Grpc {
        config.alpn_protocols = vec![b"h2".to_vec()];
    }
    TlsAcceptor::from(Arc::new(config))
}

fn certificate(pem: &str) -> Vec<CertificateDer<'static>> {
    vec![CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate")]
}

async fn delivered(protocol: OtlpProtocol, url: &str, files: &TlsFiles) -> Delivery {
    send(&mut with_tls(&target(protocol, url), files), &[span("a")]).await
}

#[test]
fn a_server_of_the_given_authority_is_trusted() {
    for protocol in PROTOCOLS {
        wait(async {
            let authority = Authority::new();
            let url = start(protocol, &authority, false).await;
            assert_eq!(delivered(protocol, &url, &authority.trust()).await, Delivery::ACCEPTED);
            assert!(CryptoProvider::get_default().is_none(), "chosen for the whole process");
        });
    }
}

#[test]
fn a_server_of_another_authority_gets_nothing() {
    for protocol in PROTOCOLS {
        wait(async {
            let authority = Authority::new();
            let url = start(protocol, &authority, false).await;
            for files in [Authority::new().trust(), TlsFiles::default()] {
                let (_, failure) = try_again(delivered(protocol, &url, &files).await);
                assert_eq!(failure.reason, Reason::Connection);
                assert!(failure.message.contains("invalid peer certificate"), "{failure}");
            }
            // The certificate names the host, not its address.
            let url = url.replace("localhost", "127.0.0.1");
            let (_, failure) = try_again(delivered(protocol, &url, &authority.trust()).await);
            assert!(failure.message.contains("invalid peer certificate"), "{failure}");
        });
    }
}

#[test]
fn a_server_that_asks_gets_our_certificate() {
    for protocol in PROTOCOLS {
        wait(async {
            let authority = Authority::new();
            let url = start(protocol, &authority, true).await;
            let identity = authority.trust_and_identity();
            assert_eq!(delivered(protocol, &url, &identity).await, Delivery::ACCEPTED);
            let (_, failure) = try_again(delivered(protocol, &url, &authority.trust()).await);
            assert_eq!(failure.reason, Reason::Connection, "{failure}");
            let other = Authority::new();
            let trusted = authority.trust().certificate;
            let stranger = TlsFiles { certificate: trusted, ..other.trust_and_identity() };
            let (_, failure) = try_again(delivered(protocol, &url, &stranger).await);
            assert_eq!(failure.reason, Reason::Connection, "{failure}");
        });
    }
}

#[test]
fn files_that_do_not_fit_are_refused_at_once() {
    let authority = Authority::new();
    let good = authority.trust_and_identity();
    let garbage = Some(authority.write("garbage.pem", "no PEM at all"));
    let other_key = Some(authority.write("other.key", &authority.issue("other").key));
    let cases = [
        (TlsFiles { certificate: garbage.clone(), ..good.clone() }, "otlp.certificate"),
        (TlsFiles { client_certificate: garbage.clone(), ..good.clone() }, "otlp.client_certificate"),
        (TlsFiles { client_key: garbage, ..good.clone() }, "otlp.client_key"),
        (TlsFiles { client_key: other_key, ..good }, "certificate and key"),
    ];
    for protocol in PROTOCOLS {
        let target = target(protocol, "https://localhost:1");
        for (files, expected) in &cases {
            let error = OtlpExporter::new("otlp", &target, files, &resource()).expect_err(expected);
            assert!(error.to_string().contains(expected), "{error}");
        }
    }
}
