//! Exporters that cannot be set up.

use super::{PROTOCOLS, TlsFiles, resource, target};
use crate::export::otlp::OtlpExporter;
use crate::settings::{Endpoint, OtlpTarget, Secret};

fn refusal(target: &OtlpTarget, files: &TlsFiles) -> String {
    let error = OtlpExporter::new("otlp", target, files, &resource()).expect_err("refused").to_string();
    assert!(!error.contains("hush"), "{error}");
    error
}

#[test]
fn no_runtime_is_needed_to_build_one() {
    for protocol in PROTOCOLS {
        for url in ["http://localhost:4317", "https://localhost:4317"] {
            OtlpExporter::new("otlp", &target(protocol, url), &TlsFiles::default(), &resource())
                .expect("an exporter");
        }
    }
}

#[test]
fn a_bad_header_is_named_without_its_value() {
    for protocol in PROTOCOLS {
        for name in ["x-key", "bad name"] {
            let mut target = target(protocol, "http://h:1");
            target.headers = [(name.to_owned(), Secret::new("hush\nhush"))].into();
            assert!(refusal(&target, &TlsFiles::default()).contains(name));
        }
    }
}

#[test]
fn a_bad_endpoint_is_named_without_its_password() {
    for protocol in PROTOCOLS {
        let endpoint = Endpoint::from("ftp://me:hush@host/");
        let target = OtlpTarget { endpoint, ..target(protocol, "") };
        assert!(refusal(&target, &TlsFiles::default()).contains("otlp.endpoint"));
    }
}

#[test]
fn missing_and_lonely_files_are_named() {
    for protocol in PROTOCOLS {
        let target = target(protocol, "https://h:1");
        let path = Some("/no/such/file.pem".into());
        let missing = TlsFiles { certificate: path.clone(), ..TlsFiles::default() };
        assert!(refusal(&target, &missing).contains("/no/such/file.pem"));
        let lonely = TlsFiles { client_key: path.clone(), ..TlsFiles::default() };
        assert!(refusal(&target, &lonely).contains("client_certificate and client_key together"));
        let lonely = TlsFiles { client_certificate: path, ..TlsFiles::default() };
        assert!(refusal(&target, &lonely).contains("client_certificate and client_key together"));
    }
}
