//! Whom to trust, and who we are.

use std::fs;
use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::{address::Address, problem};
use crate::SetupError;

/// PEM files for an `https` endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    /// The authorities to trust, instead of those of the system; `OTEL_EXPORTER_OTLP_CERTIFICATE`.
    pub(crate) certificate: Option<PathBuf>,
    /// Our own certificate and its chain; `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE`.
    pub(crate) client_certificate: Option<PathBuf>,
    /// The private key for it; `OTEL_EXPORTER_OTLP_CLIENT_KEY`.
    pub(crate) client_key: Option<PathBuf>,
}

/// What the files hold.
pub(in crate::export) struct TlsMaterial {
    roots: RootCertStore,
    identity: Option<Identity>,
}

struct Identity {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl TlsMaterial {
    /// For a connection without TLS.
    fn none() -> Self {
        Self { roots: RootCertStore::empty(), identity: None }
    }

    /// Reads the files where the address asks for TLS.
    pub(in crate::export) fn for_address(address: &Address, files: &TlsFiles) -> Result<Self, SetupError> {
        if address.is_tls() { Self::load(files) } else { Ok(Self::none()) }
    }

    fn load(files: &TlsFiles) -> Result<Self, SetupError> {
        let roots = match &files.certificate {
            Some(path) => authorities(path)?,
            None => known_authorities(),
        };
        Ok(Self { roots, identity: Identity::load(files)? })
    }

    #[cfg(feature = "otlp-grpc")]
    pub(in crate::export) fn into_tonic(self) -> tonic::transport::ClientTlsConfig {
        let config = tonic::transport::ClientTlsConfig::new().trust_anchors(self.roots.roots);
        match self.identity {
            Some(Identity { certificate, key }) => {
                config.identity(tonic::transport::Identity::from_pem(certificate, key))
            }
            None => config,
        }
    }

    /// With ring named outright: choosing a provider for the whole process is the program's business.
    #[cfg(feature = "_http")]
    pub(in crate::export) fn into_rustls(self) -> Result<rustls::ClientConfig, rustls::Error> {
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(self.roots);
        let Some(identity) = self.identity else { return Ok(config.with_no_client_auth()) };
        let chain = certificates(&identity.certificate);
        let key = PrivateKeyDer::from_pem_slice(&identity.key);
        let key = key.map_err(|error| rustls::Error::General(error.to_string()))?;
        config.with_client_auth_cert(chain, key)
    }
}

impl Identity {
    fn load(files: &TlsFiles) -> Result<Option<Self>, SetupError> {
        let (certificate, key) = match (&files.client_certificate, &files.client_key) {
            (None, None) => return Ok(None),
            (Some(certificate), Some(key)) => (certificate, key),
            (Some(certificate), None) => return Err(lonely("client_certificate", certificate)),
            (None, Some(key)) => return Err(lonely("client_key", key)),
        };
        let identity = Self { certificate: read(certificate)?, key: read(key)? };
        if certificates(&identity.certificate).is_empty() {
            return Err(problem::file("client_certificate", certificate, "a PEM file with a certificate"));
        }
        if PrivateKeyDer::from_pem_slice(&identity.key).is_err() {
            return Err(problem::file("client_key", key, "a PEM file with an unencrypted private key"));
        }
        Ok(Some(identity))
    }
}

fn lonely(key: &str, path: &Path) -> SetupError {
    problem::file(key, path, "client_certificate and client_key together, or neither")
}

fn authorities(path: &Path) -> Result<RootCertStore, SetupError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates(&read(path)?));
    if roots.is_empty() {
        return Err(problem::file("certificate", path, "a PEM file with the certificate of an authority"));
    }
    Ok(roots)
}

/// Those of the system, or Mozilla's in a container that has none.
fn known_authorities() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
}

fn certificates(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem).filter_map(Result::ok).collect()
}

fn read(path: &Path) -> Result<Vec<u8>, SetupError> {
    fs::read(path).map_err(|source| problem::unreadable(path, source))
}
