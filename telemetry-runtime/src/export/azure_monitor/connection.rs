//! The connection string of an Application Insights resource.

use crate::{
    SetupError,
    export::net::problem,
    settings::{Endpoint, Secret},
};

/// Where spans go that say nothing else.
const DEFAULT_ENDPOINT: &str = "https://dc.services.visualstudio.com";

/// `InstrumentationKey=..;IngestionEndpoint=..`, in any order and case.
#[derive(Debug)]
pub(super) struct ConnectionString {
    pub(super) key: Secret,
    /// The URL that takes envelopes.
    pub(super) track: Endpoint,
}

impl ConnectionString {
    /// The error shows nothing of the text: it lets anybody send.
    pub(super) fn parse(text: &Secret) -> Result<Self, SetupError> {
        Self::read(text.expose()).map_err(|allowed| {
            problem::invalid("azure_monitor", "connection_string", "***".to_owned(), allowed)
        })
    }

    fn read(text: &str) -> Result<Self, &'static str> {
        let mut parts = Vec::new();
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) =
                part.split_once('=').ok_or("`name=value;name=value`, as the portal shows it")?;
            parts.push((name.trim().to_ascii_lowercase(), value.trim()));
        }
        let get = |name: &str| parts.iter().rfind(|(known, _)| known == name).map(|(_, value)| *value);
        if get("authorization").is_some_and(|kind| !kind.eq_ignore_ascii_case("ikey")) {
            return Err("no `Authorization` other than `ikey`");
        }
        let key = get("instrumentationkey").filter(|key| !key.is_empty());
        let key = key.ok_or("a text with `InstrumentationKey=…`, as the portal shows it")?;
        let base = match (get("ingestionendpoint"), get("endpointsuffix")) {
            (Some(endpoint), _) => endpoint.to_owned(),
            (None, Some(suffix)) => {
                let location = get("location").map(|location| format!("{location}.")).unwrap_or_default();
                format!("https://{location}dc.{suffix}")
            }
            (None, None) => DEFAULT_ENDPOINT.to_owned(),
        };
        let track = format!("{}/v2.1/track", base.trim_end_matches('/'));
        Ok(Self { key: key.into(), track: Endpoint::from(&*track) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_understood() {
        let regional =
            "InstrumentationKey=k;IngestionEndpoint=https://weu.in.example/;LiveEndpoint=https://l/";
        for (text, url) in [
            ("InstrumentationKey=k", "https://dc.services.visualstudio.com/v2.1/track"),
            (" instrumentationkey = k ; ", "https://dc.services.visualstudio.com/v2.1/track"),
            (regional, "https://weu.in.example/v2.1/track"),
            (
                "Authorization=iKey;EndpointSuffix=ai.example;InstrumentationKey=k",
                "https://dc.ai.example/v2.1/track",
            ),
            (
                "InstrumentationKey=k;EndpointSuffix=ai.example;Location=weu",
                "https://weu.dc.ai.example/v2.1/track",
            ),
        ] {
            let read = ConnectionString::parse(&text.into()).expect(text);
            assert_eq!((read.key.expose(), read.track.as_str()), ("k", url), "{text}");
        }
    }

    #[test]
    fn what_is_none_is_refused_unseen() {
        for (text, remedy) in [
            ("hush", "name=value"),
            ("", "InstrumentationKey=…"),
            ("InstrumentationKey=;IngestionEndpoint=https://hush/", "InstrumentationKey=…"),
            ("InstrumentationKey=hush;Authorization=aad", "ikey"),
        ] {
            let error = ConnectionString::parse(&text.into()).expect_err(text).to_string();
            assert!(error.contains("azure_monitor.connection_string") && error.contains(remedy), "{error}");
            assert!(!error.contains("hush"), "{error}");
        }
    }
}
