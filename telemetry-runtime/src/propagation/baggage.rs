//! The W3C's `baggage` header: what callers want to be known further down.
//!
//! It may hold anything about anybody, so it goes only to hosts that the settings name, and into no signal.

use std::sync::{Arc, PoisonError, RwLock};

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::baggage::Baggage;

use crate::trace::Context;

const HEADER: HeaderName = HeaderName::from_static("baggage");

/// Members at the most; those beyond are left out.
const MAX_MEMBERS: usize = 64;

/// All members together, in bytes; those beyond are left out.
const MAX_LENGTH: usize = 8192;

static HOSTS: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// Hosts that baggage may be sent to from now on: `api.example`, `*.example` for all below, or `*`.
pub(crate) fn set_baggage_hosts(hosts: &[String]) {
    let hosts = hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
    *HOSTS.write().unwrap_or_else(PoisonError::into_inner) = hosts;
}

/// Whether `host` may have it; nobody knows about one without a name.
fn is_listed(host: Option<&str>) -> bool {
    let host = host.map(str::to_ascii_lowercase);
    let hosts = HOSTS.read().unwrap_or_else(PoisonError::into_inner);
    hosts.iter().any(|listed| match (listed.strip_prefix('*'), &host) {
        (Some(""), _) => true,
        (Some(end), Some(host)) => host.len() > end.len() && host.ends_with(end),
        (None, Some(host)) => host == listed,
        (_, None) => false,
    })
}

pub(super) fn inject(context: &Context, host: Option<&str>, headers: &mut HeaderMap) {
    let Some(text) = context.state().baggage().filter(|text| !text.is_empty()) else { return };
    if is_listed(host)
        && let Ok(value) = HeaderValue::from_str(text)
    {
        headers.insert(HEADER, value);
    }
}

pub(super) fn extract(headers: &HeaderMap) -> Option<Arc<str>> {
    let text = parse(headers.get_all(HEADER).iter().map(HeaderValue::as_bytes));
    (!text.is_empty()).then(|| text.into())
}

impl Context {
    /// What callers sent along beside the trace, and what [`with_baggage`](Self::with_baggage) added.
    ///
    /// It becomes neither label nor attribute unless the program makes it one.
    #[must_use]
    pub fn baggage(&self) -> Baggage {
        let mut baggage = Baggage::new();
        for member in self.state().baggage().unwrap_or_default().split(',') {
            let (pair, metadata) = member.split_once(';').unwrap_or((member, ""));
            if let Some((key, value)) = pair.split_once('=') {
                baggage.insert_with_metadata(key.trim().to_owned(), decoded(value.trim()), metadata);
            }
        }
        baggage
    }

    /// The same place with other baggage.
    ///
    /// It holds 64 members and 8192 bytes at the most; those beyond are left out. It leaves the program only for hosts
    /// that the setting `propagation.baggage_hosts` lists.
    ///
    /// ```
    /// use opentelemetry::{KeyValue, baggage::Baggage};
    /// use telemetry_runtime::Context;
    ///
    /// let baggage = Baggage::from_iter([KeyValue::new("tenant", "blue & green")]);
    /// let context = Context::current().with_baggage(&baggage);
    /// assert_eq!(context.baggage().get("tenant").map(|tenant| tenant.as_str()), Some("blue & green"));
    /// ```
    #[must_use]
    pub fn with_baggage(self, baggage: &Baggage) -> Self {
        let member = |(key, (value, metadata)): (&opentelemetry::Key, &(opentelemetry::StringValue, _))| {
            let metadata: &opentelemetry::baggage::BaggageMetadata = metadata;
            let separator = if metadata.as_str().is_empty() { "" } else { ";" };
            format!("{key}={}{separator}{}", encoded(value.as_str()), metadata.as_str())
        };
        let mut members: Vec<String> = baggage.iter().map(member).collect();
        members.sort_unstable();
        let text = parse(members.iter().map(String::as_bytes));
        self.carrying(text.into())
    }
}

/// Members that keep the rules, in their order; of a key that comes again the last value counts.
fn parse<'a>(lines: impl Iterator<Item = &'a [u8]>) -> String {
    let mut members: Vec<(&str, &str)> = Vec::new();
    let mut budget = MAX_LENGTH + 1;
    for line in lines {
        let is_whole = line.len() < budget;
        let line = &line[..line.len().min(budget)];
        budget -= line.len();
        // What was cut off would be another member.
        let end =
            if is_whole { line.len() } else { line.iter().rposition(|byte| *byte == b',').unwrap_or(0) };
        let texts =
            line[..end].split(|byte| *byte == b',').filter_map(|member| std::str::from_utf8(member).ok());
        for (key, member) in texts.map(str::trim).filter_map(|member| Some((key(member)?, member))) {
            match members.iter_mut().find(|(known, _)| *known == key) {
                Some(known) => known.1 = member,
                None => members.push((key, member)),
            }
        }
        if !is_whole {
            break;
        }
    }
    join(members.into_iter().map(|(_, member)| member).take(MAX_MEMBERS))
}

fn join<'a>(members: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for member in members {
        let separator = usize::from(!text.is_empty());
        if text.len() + separator + member.len() > MAX_LENGTH {
            break;
        }
        text.push_str(&","[..separator]);
        text.push_str(member);
    }
    text
}

/// The key of a legal member.
fn key(member: &str) -> Option<&str> {
    let (pair, metadata) = member.split_once(';').unwrap_or((member, ""));
    let (key, value) = pair.split_once('=')?;
    let (key, value) = (key.trim(), value.trim());
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    let is_octet = |byte: u8| byte.is_ascii_graphic() && !b"\",;\\".contains(&byte);
    let is_text = |byte: u8| byte == b'\t' || (b' '..=b'~').contains(&byte);
    let is_legal = !key.is_empty() && key.bytes().all(is_token) && value.bytes().all(is_octet);
    (is_legal && metadata.bytes().all(is_text)).then_some(key)
}

/// Percent-encoded as far as a member needs it.
fn encoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_graphic() && !b"\",;\\%".contains(&byte) {
            text.push(byte.into());
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// An escape that is none stays as it is.
fn decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let digits =
            tail.get(..2).filter(|_| byte == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(escaped) => (bytes.push(escaped), rest = &tail[2..]),
            None => (bytes.push(byte), rest = tail),
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
