//! Which keys exist, how they are written, and which attributes take them.

use super::Entry;
use super::split::{Arg, Form};
use crate::diagnostics::unknown;

/// What an argument sets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Provider,
    Name,
    Kind,
    Fields,
    Labels,
    Ret,
    Err,
    OkIf,
    ErrorIf,
    ErrorType,
    Slow,
    Buckets,
    Slo,
    Breaker,
    Fallback,
    Sample,
    Level,
    Parent,
    Links,
    Crate,
    Skip,
    Include,
}

/// What a key is about; an attribute that does not feed it cannot take the key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    Span,
    Duration,
    Errors,
    /// One method, whose parameters it must fit.
    Method,
    Anything,
}

/// A key, how it is written, and the attributes that take it (bits of [`Entry`]).
pub(super) struct Row {
    pub(super) key: Key,
    pub(super) word: &'static str,
    pub(super) usage: &'static str,
    about: About,
    on: u8,
}

const ALL: u8 = 0b11_1111;
const BLOCK: u8 = Entry::InstrumentAdapter as u8;
const METHOD: u8 = Entry::Telemetry as u8;
const INSTRUMENT: u8 = Entry::Instrument as u8;
const CALL: u8 = BLOCK | METHOD | INSTRUMENT;
const SPAN: u8 = CALL | Entry::Trace as u8;
const DURATION: u8 = CALL | Entry::Measure as u8;
const ERRORS: u8 = CALL | Entry::TrackErrors as u8;
const NAMED_ERRORS: u8 = ALL & !(Entry::Measure as u8);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    Row { key: Key::Provider, word: "provider", usage: "provider = \"..\"", about: About::Anything, on: ALL },
    Row { key: Key::Name, word: "name", usage: "name = \"..\"", about: About::Anything, on: ALL & !BLOCK },
    Row { key: Key::Kind, word: "kind", usage: "kind = client|server|internal|producer|consumer", about: About::Span, on: SPAN },
    Row { key: Key::Fields, word: "fields", usage: "fields(name, key = expr)", about: About::Span, on: SPAN },
    Row { key: Key::Labels, word: "labels", usage: "labels(key = expr)", about: About::Anything, on: ALL },
    Row { key: Key::Ret, word: "ret", usage: "ret, ret(Debug|Display)", about: About::Span, on: SPAN },
    Row { key: Key::Err, word: "err", usage: "err(Debug|Display|off)", about: About::Errors, on: NAMED_ERRORS },
    Row { key: Key::OkIf, word: "ok_if", usage: "ok_if = predicate", about: About::Anything, on: ALL },
    Row { key: Key::ErrorIf, word: "error_if", usage: "error_if = predicate", about: About::Anything, on: ALL },
    Row { key: Key::ErrorType, word: "error_type", usage: "error_type = function", about: About::Errors, on: NAMED_ERRORS },
    Row { key: Key::Slow, word: "slow", usage: "slow = \"500ms\"", about: About::Duration, on: DURATION },
    Row { key: Key::Buckets, word: "buckets", usage: "buckets = [0.01, 0.1, 1.0]", about: About::Duration, on: DURATION },
    Row { key: Key::Slo, word: "slo", usage: "slo(latency = \"250ms\", target = 99.9)", about: About::Duration, on: DURATION },
    Row { key: Key::Breaker, word: "breaker", usage: "breaker, breaker = \"..\" or breaker(..)", about: About::Anything, on: CALL },
    Row { key: Key::Fallback, word: "fallback", usage: "fallback = path", about: About::Method, on: METHOD | INSTRUMENT },
    Row { key: Key::Sample, word: "sample", usage: "sample = always|never|0.01", about: About::Span, on: SPAN },
    Row { key: Key::Level, word: "level", usage: "level = error|warn|info|debug|trace", about: About::Errors, on: ERRORS },
    Row { key: Key::Parent, word: "parent", usage: "parent = context", about: About::Span, on: SPAN },
    Row { key: Key::Links, word: "links", usage: "links = contexts", about: About::Span, on: SPAN },
    Row { key: Key::Crate, word: "crate", usage: "crate = path", about: About::Anything, on: ALL & !METHOD },
    Row { key: Key::Skip, word: "skip", usage: "skip", about: About::Anything, on: METHOD },
    Row { key: Key::Include, word: "include", usage: "include", about: About::Anything, on: METHOD },
];

/// Every key: its word, how it is written, and which attributes take it.
#[cfg(test)]
pub(crate) fn vocabulary() -> impl Iterator<Item = (&'static str, &'static str, impl Fn(Entry) -> bool)> {
    TABLE.iter().map(|row| (row.word, row.usage, |entry| row.on & entry as u8 != 0))
}

/// The row of an argument; a text without a key is the provider.
pub(super) fn find(entry: Entry, arg: &Arg) -> syn::Result<&'static Row> {
    if let Form::Literal(_) = arg.form {
        return Ok(&TABLE[0]);
    }
    let takes = |row: &&Row| row.on & entry as u8 != 0;
    let known = TABLE.iter().find(|row| row.word == arg.word);
    if let Some(row) = known.filter(takes) {
        return Ok(row);
    }
    let misplaced = known.and_then(|row| misplaced(entry, row)).or_else(|| of_arguments(entry, arg));
    let message = misplaced.unwrap_or_else(|| {
        let allowed: Vec<_> = TABLE.iter().filter(takes).map(|row| row.word).collect();
        unknown("key", &arg.word, &format!(" in `{}`", entry.name()), &allowed)
    });
    Err(syn::Error::new(arg.span, message))
}

/// Why an attribute has no use for a key that others take.
fn misplaced(entry: Entry, row: &Row) -> Option<String> {
    let (word, name) = (row.word, entry.name());
    let written = match row.usage.strip_prefix(word) {
        Some(rest) if rest.starts_with('(') => format!("{word}(..)"),
        Some(rest) if rest.starts_with(" =") => format!("{word} = .."),
        _ => word.to_owned(),
    };
    if entry == Entry::InstrumentAdapter && row.on & METHOD != 0 {
        let about = match row.about {
            About::Method => "has to fit the parameters of",
            _ => "is about",
        };
        return Some(format!("`{word}` {about} one method; write `#[telemetry({written})]` on it"));
    }
    let (needs, has_none, other) = match row.about {
        About::Span => ("a span", "makes none", "trace"),
        About::Duration => ("durations", "measures none", "measure"),
        About::Errors => ("errors", "tracks none", "track_errors"),
        About::Method | About::Anything => return None,
    };
    Some(format!(
        "`{word}` needs {needs}, and `{name}` {has_none}; add `#[{other}({written})]`, or write `#[instrument]` \
         instead"
    ))
}

/// What other attributes of the kind call leaving arguments out, which ours need not be told.
fn of_arguments(entry: Entry, arg: &Arg) -> Option<String> {
    let is_known = entry != Entry::Telemetry && matches!(&*arg.word, "skip" | "skip_all");
    is_known.then(|| {
        format!(
            "`{}` has nothing to leave out; an argument is recorded only if `fields(..)` names it",
            arg.word
        )
    })
}
