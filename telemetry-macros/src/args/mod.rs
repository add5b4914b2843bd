//! The argument table of all attributes, and the settings that arguments become.

mod breaker;
mod fields;
mod split;
mod value;

use proc_macro2::{Span, TokenStream};
use syn::Path;

pub(crate) use self::breaker::{Breaker, Spec};
pub(crate) use self::fields::{By, Field};
use self::split::{Arg, Form};
pub(crate) use self::value::{Kind, Messages};
use crate::diagnostics::{Diagnostics, backticked, unknown};

/// One attribute of the toolkit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    InstrumentAdapter = 1,
    Instrument = 2,
    Trace = 4,
    Measure = 8,
    TrackErrors = 16,
    Telemetry = 32,
}

impl Entry {
    /// As users write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::InstrumentAdapter => "#[instrument_adapter]",
            Self::Instrument => "#[instrument]",
            Self::Trace => "#[trace]",
            Self::Measure => "#[measure]",
            Self::TrackErrors => "#[track_errors]",
            Self::Telemetry => "#[telemetry(..)]",
        }
    }

    /// What the attribute feeds: span 1, requests 2, duration 4, errors 8.
    pub(crate) fn flags(self) -> u32 {
        match self {
            Self::InstrumentAdapter | Self::Instrument | Self::Telemetry => 15,
            Self::Trace => 3,
            Self::Measure => 6,
            Self::TrackErrors => 8,
        }
    }
}

/// What an argument sets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Provider,
    Name,
    Kind,
    Fields,
    Err,
    Slow,
    Breaker,
    Crate,
    Skip,
    Include,
}

/// A key, how it is written, and the attributes that take it (bits of [`Entry`]).
struct Row {
    key: Key,
    word: &'static str,
    usage: &'static str,
    on: u8,
}

const ALL: u8 = 0b11_1111;
const BLOCK: u8 = Entry::InstrumentAdapter as u8;
const METHOD: u8 = Entry::Telemetry as u8;

#[rustfmt::skip]
const TABLE: &[Row] = &[
    Row { key: Key::Provider, word: "provider", usage: "provider = \"..\"", on: ALL },
    Row { key: Key::Name, word: "name", usage: "name = \"..\"", on: ALL & !BLOCK },
    Row { key: Key::Kind, word: "kind", usage: "kind = client|server|internal|producer|consumer", on: BLOCK | METHOD | Entry::Instrument as u8 | Entry::Trace as u8 },
    Row { key: Key::Fields, word: "fields", usage: "fields(name, key = expr)", on: BLOCK | METHOD | Entry::Instrument as u8 | Entry::Trace as u8 },
    Row { key: Key::Err, word: "err", usage: "err(Debug|Display|off)", on: ALL & !(Entry::Measure as u8) },
    Row { key: Key::Slow, word: "slow", usage: "slow = \"500ms\"", on: BLOCK | METHOD | Entry::Instrument as u8 | Entry::Measure as u8 },
    Row { key: Key::Breaker, word: "breaker", usage: "breaker, breaker = \"..\" or breaker(..)", on: BLOCK | METHOD | Entry::Instrument as u8 },
    Row { key: Key::Crate, word: "crate", usage: "crate = path", on: ALL & !METHOD },
    Row { key: Key::Skip, word: "skip", usage: "skip", on: METHOD },
    Row { key: Key::Include, word: "include", usage: "include", on: METHOD },
];

/// A value and the key that set it.
#[derive(Clone)]
pub(crate) struct Set<T> {
    pub(crate) key: Span,
    pub(crate) value: T,
}

/// Everything that arguments can say.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    pub(crate) provider: Option<Set<String>>,
    pub(crate) name: Option<Set<String>>,
    pub(crate) kind: Option<Set<Kind>>,
    pub(crate) fields: Option<Set<Vec<Field>>>,
    pub(crate) messages: Option<Set<Messages>>,
    pub(crate) slow: Option<Set<u64>>,
    pub(crate) breaker: Option<Set<Breaker>>,
    pub(crate) runtime: Option<Set<Path>>,
    pub(crate) skip: Option<Set<()>>,
    pub(crate) include: Option<Set<()>>,
}

impl Settings {
    /// Reads the arguments of one attribute; mistakes go to `diagnostics`.
    pub(crate) fn parse(entry: Entry, tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut settings = Self::default();
        settings.absorb(entry, tokens, diagnostics);
        settings
    }

    /// Adds the arguments of a further attribute on the same item.
    pub(crate) fn absorb(&mut self, entry: Entry, tokens: TokenStream, diagnostics: &mut Diagnostics) {
        for arg in split::split(tokens, diagnostics) {
            if let Some(row) = diagnostics.keep(find(entry, &arg)) {
                self.set(entry, row, &arg, diagnostics);
            }
        }
        self.refuse_contradictions(diagnostics);
    }

    fn set(&mut self, entry: Entry, row: &Row, arg: &Arg, diagnostics: &mut Diagnostics) {
        match row.key {
            Key::Provider => store(&mut self.provider, row, arg, value::label(row.usage, arg), diagnostics),
            Key::Name => store(&mut self.name, row, arg, value::label(row.usage, arg), diagnostics),
            Key::Kind => store(&mut self.kind, row, arg, Kind::parse(arg), diagnostics),
            Key::Fields => {
                let fields = fields::parse(row.usage, arg, diagnostics);
                store(&mut self.fields, row, arg, fields, diagnostics);
            }
            Key::Err => store(&mut self.messages, row, arg, Messages::parse(arg), diagnostics),
            Key::Slow => store(&mut self.slow, row, arg, value::duration(row.usage, arg), diagnostics),
            Key::Breaker => {
                let breaker = Breaker::parse(entry, arg, diagnostics);
                store(&mut self.breaker, row, arg, breaker, diagnostics);
            }
            Key::Crate => store(&mut self.runtime, row, arg, value::path(row.usage, arg), diagnostics),
            Key::Skip => store(&mut self.skip, row, arg, value::flag(row.usage, arg), diagnostics),
            Key::Include => store(&mut self.include, row, arg, value::flag(row.usage, arg), diagnostics),
        }
    }

    /// A method's own settings, with those of its block for all that it leaves open.
    pub(crate) fn over(self, block: &Self) -> Self {
        Self {
            provider: self.provider.or_else(|| block.provider.clone()),
            name: self.name,
            kind: self.kind.or_else(|| block.kind.clone()),
            fields: fields::over(self.fields, block.fields.as_ref()),
            messages: self.messages.or_else(|| block.messages.clone()),
            slow: self.slow.or_else(|| block.slow.clone()),
            breaker: self.breaker,
            runtime: block.runtime.clone(),
            skip: self.skip,
            include: self.include,
        }
    }

    /// A skipped method has no instrumentation that anything else could shape.
    fn refuse_contradictions(&self, diagnostics: &mut Diagnostics) {
        if self.skip.is_none() {
            return;
        }
        let others = [
            ("provider", self.provider.as_ref().map(|set| set.key)),
            ("name", self.name.as_ref().map(|set| set.key)),
            ("kind", self.kind.as_ref().map(|set| set.key)),
            ("fields", self.fields.as_ref().map(|set| set.key)),
            ("err", self.messages.as_ref().map(|set| set.key)),
            ("slow", self.slow.as_ref().map(|set| set.key)),
            ("breaker", self.breaker.as_ref().map(|set| set.key)),
            ("include", self.include.as_ref().map(|set| set.key)),
        ];
        for (word, key) in others {
            if let Some(span) = key {
                diagnostics.push(span, format!("`{word}` contradicts `skip`; remove one of them"));
            }
        }
    }
}

fn find(entry: Entry, arg: &Arg) -> syn::Result<&'static Row> {
    let Form::Literal(_) = arg.form else {
        return by_word(entry, arg);
    };
    Ok(&TABLE[0])
}

fn by_word(entry: Entry, arg: &Arg) -> syn::Result<&'static Row> {
    let bit = entry as u8;
    if let Some(row) = TABLE.iter().find(|row| row.word == arg.word && row.on & bit != 0) {
        return Ok(row);
    }
    if arg.word == "fields" {
        return Err(syn::Error::new(arg.span, without_span(entry)));
    }
    let place = format!(" in `{}`", entry.name());
    let allowed: Vec<_> = TABLE.iter().filter(|row| row.on & bit != 0).map(|row| row.word).collect();
    Err(syn::Error::new(arg.span, unknown("key", &arg.word, &place, &allowed)))
}

fn without_span(entry: Entry) -> String {
    format!(
        "`fields` needs a span, and `{}` makes none; add `#[trace(fields(..))]`, or write `#[instrument]` instead",
        entry.name()
    )
}

fn store<T>(
    slot: &mut Option<Set<T>>,
    row: &Row,
    arg: &Arg,
    value: syn::Result<T>,
    diagnostics: &mut Diagnostics,
) {
    if slot.is_some() {
        let message = format!("`{}` is set more than once; keep one", row.word);
        return diagnostics.push(arg.span, message);
    }
    if let Some(value) = diagnostics.keep(value) {
        *slot = Some(Set { key: arg.span, value });
    }
}

/// The remedy of an argument that is written in the wrong form.
fn write(usage: &str) -> String {
    format!("write {}", backticked(&[usage]))
}

#[cfg(test)]
mod tests;
