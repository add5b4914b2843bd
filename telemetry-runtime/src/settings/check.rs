//! Ranges that values must lie in.

#![expect(clippy::ptr_arg, reason = "a check takes the type of its field")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::endpoint::{self, Endpoint};
use super::secret::Secret;
use super::template::Template;

/// `Err` says what is allowed.
pub(super) type Checked = Result<(), String>;

fn ensure(holds: bool, allowed: &str) -> Checked {
    if holds { Ok(()) } else { Err(allowed.to_owned()) }
}

pub(super) fn any<T>(_: &T) -> Checked {
    Ok(())
}

/// What ranges compare; an absent optional value is in every range.
pub(super) trait Quantity {
    fn quantity(&self) -> Option<f64>;
    /// The unit an error names.
    const WHAT: &'static str;
}

macro_rules! quantities {
    ($($type:ty, $what:literal, $get:expr;)*) => { $(
        impl Quantity for $type {
            const WHAT: &'static str = $what;
            fn quantity(&self) -> Option<f64> {
                let get: fn(&$type) -> f64 = $get;
                Some(get(self))
            }
        }
    )* };
}

quantities! {
    f64, "a number", |value| *value;
    u32, "a whole number", |value| f64::from(*value);
    usize, "a whole number", |value| *value as f64;
    Duration, "a duration such as `500ms` or `2s`", Duration::as_secs_f64;
    super::size::ByteSize, "a size such as `64MiB`", |value| value.bytes() as f64;
}

impl<T: Quantity> Quantity for Option<T> {
    const WHAT: &'static str = T::WHAT;
    fn quantity(&self) -> Option<f64> {
        self.as_ref().and_then(T::quantity)
    }
}

pub(super) fn positive<T: Quantity>(value: &T) -> Checked {
    let holds = value.quantity().is_none_or(|value| value > 0.0);
    ensure(holds, &format!("{} greater than 0", T::WHAT))
}

/// A share that may be nothing: 0 to 1.
pub(super) fn ratio<T: Quantity>(value: &T) -> Checked {
    let holds = value.quantity().is_none_or(|value| (0.0..=1.0).contains(&value));
    ensure(holds, "a number from 0 to 1")
}

/// A share that somebody watches, which at 0 would always be passed.
pub(super) fn percent<T: Quantity>(value: &T) -> Checked {
    let holds = value.quantity().is_none_or(|value| value > 0.0 && value <= 100.0);
    ensure(holds, "percent greater than 0, at most 100")
}

/// A threshold, which at 0 would always be reached.
pub(super) fn rate<T: Quantity>(value: &T) -> Checked {
    let holds = value.quantity().is_none_or(|value| value > 0.0 && value <= 1.0);
    ensure(holds, "a number greater than 0, at most 1")
}

/// A factor that must not shrink.
pub(super) fn at_least_one<T: Quantity>(value: &T) -> Checked {
    let holds = value.quantity().is_none_or(|value| value >= 1.0 && value.is_finite());
    ensure(holds, "a number from 1")
}

/// An address that is used as it is, so its scheme must be there.
pub(super) fn url(value: &Endpoint) -> Checked {
    ensure(value.scheme().is_some(), endpoint::ALLOWED)
}

pub(super) fn optional_url(value: &Option<Endpoint>) -> Checked {
    value.as_ref().map_or(Ok(()), url)
}

/// Ports on which Jaeger speaks only protocols of its own.
pub(super) fn jaeger(value: &Endpoint) -> Checked {
    match value.port() {
        Some(6831 | 6832 | 14268) => Err("Jaeger's OTLP port instead, 4317 for gRPC or 4318 for HTTP, \
             such as `http://localhost:4317`; its own protocols are not spoken"
            .to_owned()),
        _ => url(value),
    }
}

pub(super) fn host_port(value: &Option<String>) -> Checked {
    let holds = value.as_ref().is_none_or(|address| {
        Endpoint::parse(address).is_some_and(|parsed| {
            parsed.scheme().is_none() && parsed.path().is_empty() && !address.contains(['?', '#', '@'])
        })
    });
    ensure(holds, "a host and a port such as `localhost:8125`")
}

/// Names without scheme and port; a star stands for all, or for all below what follows.
pub(super) fn hosts(value: &Vec<String>) -> Checked {
    let is_host = |host: &str| {
        let name = host.strip_prefix("*.").unwrap_or(host);
        host == "*" || (!name.is_empty() && !name.contains(['*', '/', ' ', '@', '?', '#']) && !has_port(name))
    };
    ensure(value.iter().all(|host| is_host(host)), "host names such as `api.example` or `*.example`, or `*`")
}

/// A colon within brackets is part of an address.
fn has_port(name: &str) -> bool {
    name.contains(':') && !(name.starts_with('[') && name.ends_with(']'))
}

pub(super) fn paths(value: &Vec<String>) -> Checked {
    ensure(value.iter().all(|path| path.starts_with('/')), "paths that start with `/`, such as `/health`")
}

pub(super) fn labels(value: &BTreeMap<String, String>) -> Checked {
    ensure(value.keys().all(|name| is_label(name)), LABEL)
}

pub(super) fn label_names(value: &Vec<String>) -> Checked {
    let distinct: BTreeSet<&String> = value.iter().collect();
    ensure(distinct.len() == value.len() && value.iter().all(|name| is_label(name)), LABEL)
}

const LABEL: &str = "distinct label names of letters, digits and `_`, not starting with a digit or `__`, \
                     and neither `le` nor `quantile`";

fn is_label(name: &str) -> bool {
    is_word(name) && !name.starts_with("__") && !matches!(name, "le" | "quantile")
}

fn is_word(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

pub(super) fn metric_name(name: &str) -> Checked {
    ensure(
        is_word(&name.replace(':', "_")),
        "a metric name of letters, digits, `_` and `:`, not starting with a digit",
    )
}

/// A metric that a rule watches.
pub(super) fn metric(value: &String) -> Checked {
    metric_name(value)
}

/// A message with places to fill.
pub(super) fn message(value: &Option<String>) -> Checked {
    value.as_deref().map_or(Ok(()), |text| Template::parse(text).map(drop))
}

/// An address that is a secret as a whole.
pub(super) fn secret_url(value: &Option<Secret>) -> Checked {
    let is_url = |text: &Secret| Endpoint::parse(text.expose()).is_some_and(|url| url.scheme().is_some());
    ensure(value.as_ref().is_none_or(is_url), endpoint::ALLOWED)
}

pub(super) fn port(value: &Option<u32>) -> Checked {
    ensure(value.is_none_or(|port| (1..=65_535).contains(&port)), "a port from 1 to 65535")
}

pub(super) fn buckets(value: &Vec<f64>) -> Checked {
    ensure(value.windows(2).all(|pair| pair[0] < pair[1]), "upper bounds in increasing order")
}

pub(super) fn headers(value: &BTreeMap<String, Secret>) -> Checked {
    let name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
    };
    let text =
        |value: &Secret| value.expose().bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte));
    ensure(
        value.iter().all(|(key, value)| name(key) && text(value)),
        "header names without spaces and values of printable ASCII",
    )
}

/// Each window costs memory for every key, and a slice of it must be told from the next.
pub(super) fn windows(value: &Vec<Duration>) -> Checked {
    let is_length = |length: &Duration| (1..=86_400).contains(&length.as_secs());
    let distinct: BTreeSet<&Duration> = value.iter().collect();
    let holds =
        (1..=8).contains(&value.len()) && value.iter().all(is_length) && distinct.len() == value.len();
    ensure(holds, "1 to 8 different durations, each from `1s` to `24h`")
}
