//! Posts JSON to an address that is a secret as a whole.

use std::{collections::BTreeMap, time::Duration};

use ::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::AUTHORIZATION, header::USER_AGENT};

use super::{HttpPost, answer::Refusal};
use crate::{
    SetupError,
    export::{
        delivery::Delivery,
        net::{Address, Mask, TlsFiles, TlsMaterial, authorization},
    },
    settings::{Endpoint, Secret},
};

const AGENT: &str = concat!("telemetry-runtime-rust/", env!("CARGO_PKG_VERSION"));

/// A part of a path that is so long is a token rather than a word.
const TOKEN: usize = 12;

/// Posts JSON to an address that is a secret as a whole, as those of webhooks are.
pub(crate) struct JsonPost {
    post: HttpPost,
    timeout: Duration,
    mask: Mask,
}

impl JsonPost {
    /// Connects only once there is something to send; `key` is the setting that the address stands in.
    pub(crate) fn new(
        key: &str,
        url: &Secret,
        path: &str,
        headers: &BTreeMap<String, Secret>,
        timeout: Duration,
    ) -> Result<Self, SetupError> {
        let endpoint = Endpoint::from(url.expose()).with_path(path);
        let address = Address::parse(key, &endpoint).map_err(|_| no_address(key))?;
        let tokens: Vec<Secret> = tokens(address.uri.path()).chain([url.clone()]).collect();
        let mask = Mask::new(&address, headers.values().chain(&tokens));
        let sent = sent(key, headers, &address)?;
        let tls = TlsMaterial::for_address(&address, &TlsFiles::default())?;
        let post = HttpPost::new(address.uri, tls, sent, "application/json", false)?;
        Ok(Self { post, timeout, mask })
    }

    /// Sends a body, once.
    pub(crate) async fn send(&self, body: Vec<u8>) -> Delivery {
        let response = match self.post.send_within(self.timeout, body.into()).await {
            Ok(response) if response.status().is_success() => return Delivery::ACCEPTED,
            Ok(response) => response,
            Err(delivery) => return delivery,
        };
        let refusal = Refusal::read(response).await;
        refusal.delivery(&refusal.text(), is_passing(refusal.status), &self.mask)
    }
}

/// What a server may answer otherwise a moment later.
fn is_passing(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
}

/// The path, and the parts of it that look like tokens.
fn tokens(path: &str) -> impl Iterator<Item = Secret> {
    let parts = path.split('/').filter(|part| part.len() >= TOKEN);
    let whole = (path.len() >= TOKEN).then_some(path);
    parts.chain(whole).map(Secret::from)
}

fn sent(key: &str, given: &BTreeMap<String, Secret>, address: &Address) -> Result<HeaderMap, SetupError> {
    let mut headers = HeaderMap::from_iter([(USER_AGENT, HeaderValue::from_static(AGENT))]);
    headers.extend(authorization(address).map(|value| (AUTHORIZATION, value)));
    for (name, value) in given {
        let (Ok(header), Ok(mut value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value.expose()))
        else {
            return Err(invalid(&key.replace(".url", ".headers"), name, "a legal header"));
        };
        value.set_sensitive(true);
        headers.insert(header, value);
    }
    Ok(headers)
}

fn no_address(key: &str) -> SetupError {
    invalid(key, "***", "a URL such as `https://hooks.example/alerts`, scheme http or https")
}

fn invalid(key: &str, value: &str, allowed: &str) -> SetupError {
    SetupError::InvalidValue {
        key: key.to_owned(),
        value: value.to_owned(),
        source: "alerts".to_owned(),
        allowed: allowed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::Full;

    use super::{super::test_server::HttpServer, *};

    fn post(url: &str) -> Result<JsonPost, SetupError> {
        let headers = [("authorization".to_owned(), Secret::from("Bearer hush-hush"))].into();
        JsonPost::new("alerts.slack.url", &url.into(), "", &headers, Duration::from_secs(60))
    }

    #[tokio::test]
    async fn an_answer_that_repeats_the_address_does_not_tell_it() {
        for (status, is_passing) in [(404, false), (429, true), (500, true), (302, false)] {
            let server = HttpServer::answering(move || {
                let words = Full::from("no /services/T0/B0/s3cr3ts3cr3t for me:passw0rd Bearer hush-hush");
                ::http::Response::builder().status(status).body(words).expect("a response")
            });
            let url = format!("http://me:passw0rd@{}/services/T0/B0/s3cr3ts3cr3t", server.start().await);
            let delivery = post(&url).expect("an address").send(b"{}".to_vec()).await;
            assert_eq!(matches!(delivery, Delivery::TryAgain { .. }), is_passing, "{status}: {delivery:?}");
            let text = format!("{delivery:?}");
            assert!(!["s3cr3t", "passw0rd", "hush"].iter().any(|secret| text.contains(secret)), "{text}");
        }
    }

    #[tokio::test]
    async fn what_is_sent_is_json_with_the_headers_asked_for() {
        let server = HttpServer::accepting();
        let url = format!("http://{}/hook", server.start().await);
        assert_eq!(post(&url).expect("an address").send(b"[]".to_vec()).await, Delivery::ACCEPTED);
        let (parts, body) = &server.seen()[0];
        assert_eq!((parts.uri.path(), body.as_ref()), ("/hook", &b"[]"[..]));
        assert_eq!(parts.headers["content-type"], "application/json");
        assert_eq!(parts.headers["authorization"], "Bearer hush-hush");
    }

    #[test]
    fn what_is_no_address_is_refused_without_it() {
        for bad in ["ftp://h/s3cr3t", "s3cr3t", "http://", "http://a b/s3cr3t"] {
            let error = post(bad).err().expect(bad).to_string();
            assert!(error.contains("alerts.slack.url") && !error.contains("s3cr3t"), "{error}");
        }
    }
}
