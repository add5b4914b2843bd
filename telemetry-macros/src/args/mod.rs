//! The argument table of all attributes, and the settings that arguments become.

mod breaker;
mod expression;
mod fallback;
mod fields;
mod measures;
mod settings;
mod split;
mod table;
mod value;
mod words;

use proc_macro2::{Span, TokenStream};

pub(crate) use self::breaker::{Breaker, Spec};
pub(crate) use self::fallback::Fallback;
pub(crate) use self::fields::{By, Field};
pub(crate) use self::measures::Objective;
pub(crate) use self::settings::{Layer, Set, Settings};
use self::split::Arg;
#[cfg(test)]
pub(crate) use self::table::vocabulary;
use self::table::{Key, Row};
pub(crate) use self::value::Predicate;
pub(crate) use self::words::{Kind, Level, Messages, Ret, Sample};
use crate::diagnostics::{Diagnostics, backticked};

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
    pub(crate) const ALL: [Self; 6] = [
        Self::InstrumentAdapter,
        Self::Instrument,
        Self::Trace,
        Self::Measure,
        Self::TrackErrors,
        Self::Telemetry,
    ];

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

impl Settings {
    /// Reads the arguments of one attribute; mistakes go to `diagnostics`.
    pub(crate) fn parse(entry: Entry, tokens: TokenStream, diagnostics: &mut Diagnostics) -> Self {
        let mut settings = Self::default();
        settings.absorb(entry, tokens, diagnostics);
        settings
    }

    /// Adds the arguments of a further attribute on the same item.
    pub(crate) fn absorb(&mut self, entry: Entry, tokens: TokenStream, diagnostics: &mut Diagnostics) {
        for arg in split::split(tokens.clone(), diagnostics) {
            if let Some(row) = diagnostics.keep(table::find(entry, &arg)) {
                self.set(&Place { entry, row, arg: &arg }, diagnostics);
            }
        }
        self.layers.push(Layer { entry, tokens });
        self.refuse_with_skip(diagnostics);
    }

    fn set(&mut self, place: &Place<'_>, all: &mut Diagnostics) {
        let Place { entry, row, arg } = *place;
        let usage = row.usage;
        match row.key {
            Key::Provider => store(&mut self.provider, place, value::label(usage, arg), all),
            Key::Name => store(&mut self.name, place, value::label(usage, arg), all),
            Key::Kind => store(&mut self.kind, place, Kind::parse(usage, arg), all),
            Key::Fields => store(&mut self.fields, place, fields::parse(fields::FIELD, usage, arg, all), all),
            Key::Labels => store(&mut self.labels, place, fields::parse(fields::LABEL, usage, arg, all), all),
            Key::Ret => store(&mut self.ret, place, Ret::parse(usage, arg), all),
            Key::Err => store(&mut self.messages, place, Messages::parse(usage, arg), all),
            Key::OkIf | Key::ErrorIf => {
                let wants_error = row.key == Key::ErrorIf;
                store(&mut self.predicate, place, Predicate::parse(wants_error, usage, arg), all);
            }
            Key::ErrorType => store(&mut self.error_type, place, value::expression(usage, arg), all),
            Key::Slow => store(&mut self.slow, place, value::duration(usage, arg), all),
            Key::Buckets => store(&mut self.buckets, place, measures::buckets(usage, arg, all), all),
            Key::Slo => store(&mut self.slo, place, Objective::parse(usage, arg, all), all),
            Key::Breaker => store(&mut self.breaker, place, Breaker::parse(entry, arg, all), all),
            Key::Fallback => store(&mut self.fallback, place, Fallback::parse(usage, arg), all),
            Key::Sample => store(&mut self.sample, place, Sample::parse(usage, arg), all),
            Key::Level => store(&mut self.level, place, Level::parse(usage, arg), all),
            Key::Parent => store(&mut self.parent, place, value::expression(usage, arg), all),
            Key::Links => store(&mut self.links, place, value::expression(usage, arg), all),
            Key::Crate => store(&mut self.runtime, place, value::path(usage, arg), all),
            Key::Skip => store(&mut self.skip, place, value::flag(usage, arg), all),
            Key::Include => store(&mut self.include, place, value::flag(usage, arg), all),
        }
    }

    /// A skipped method has no instrumentation that anything else could shape.
    fn refuse_with_skip(&self, diagnostics: &mut Diagnostics) {
        if self.skip.is_none() {
            return;
        }
        for (word, span) in self.keys() {
            if word != "skip" {
                diagnostics.push(span, format!("`{word}` contradicts `skip`; remove one of them"));
            }
        }
    }
}

/// An argument where it stands.
struct Place<'a> {
    entry: Entry,
    row: &'static Row,
    arg: &'a Arg,
}

fn store<T>(
    slot: &mut Option<Set<T>>,
    place: &Place<'_>,
    value: syn::Result<T>,
    diagnostics: &mut Diagnostics,
) {
    let Place { entry, row, arg } = *place;
    if let Some(known) = slot {
        let message = match known.word == row.word {
            true => format!("`{}` is set more than once; keep one", row.word),
            false => format!("`{}` contradicts `{}`; keep one of them", row.word, known.word),
        };
        return diagnostics.push(arg.span, message);
    }
    if let Some(value) = diagnostics.keep(value) {
        *slot = Some(Set { key: arg.span, value, word: row.word, entry, text: arg.form.text() });
    }
}

/// The remedy of an argument that is written in the wrong form.
fn write(usage: &str) -> String {
    format!("write {}", backticked(&[usage]))
}

/// The first token of a value, to point at.
fn at(tokens: &TokenStream, otherwise: Span) -> Span {
    tokens.clone().into_iter().next().map_or(otherwise, |token| token.span())
}

#[cfg(test)]
mod tests;
