//! An authority made for one test, and the files that it issues.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use super::TlsFiles;

/// Issues certificates into a directory that goes away with it.
pub(super) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    directory: PathBuf,
}

/// A certificate and its key, in PEM.
pub(super) struct Issued {
    pub(super) certificate: String,
    pub(super) key: String,
}

impl Authority {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("otlp-tls-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let directory = std::env::temp_dir().join(name);
        fs::create_dir_all(&directory).expect("a directory");
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("an authority");
        Self { issuer, directory }
    }

    pub(super) fn pem(&self) -> String {
        self.issuer.pem()
    }

    pub(super) fn issue(&self, name: &str) -> Issued {
        let params = CertificateParams::new([name.to_owned()]).expect("parameters");
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate").pem();
        Issued { certificate, key: key.serialize_pem() }
    }

    /// Trusts this authority.
    pub(super) fn trust(&self) -> TlsFiles {
        let certificate = Some(self.write("authority.pem", &self.pem()));
        TlsFiles { certificate, ..TlsFiles::default() }
    }

    /// Trusts this authority, and shows a certificate of it.
    pub(super) fn trust_and_identity(&self) -> TlsFiles {
        let client = self.issue("client");
        TlsFiles {
            client_certificate: Some(self.write("client.pem", &client.certificate)),
            client_key: Some(self.write("client.key", &client.key)),
            ..self.trust()
        }
    }

    pub(super) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = Path::new(&self.directory).join(name);
        fs::write(&path, text).expect("written");
        path
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.directory));
    }
}
