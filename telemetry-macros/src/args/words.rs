//! Settings that are one word out of a list.

use proc_macro2::{Ident, Span, TokenStream};
use syn::Lit;

use super::split::{Arg, Form};
use super::value::{single, value_of, wrong_form};
use super::write;
use crate::diagnostics::unknown;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($word:literal => $variant:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name {
            $($variant,)*
        }

        impl $name {
            const WORDS: &[(&str, Self)] = &[$(($word, Self::$variant)),*];
        }
    )*};
}
words! {
    /// The kind of a span.
    Kind {
        "client" => Client,
        "server" => Server,
        "internal" => Internal,
        "producer" => Producer,
        "consumer" => Consumer,
    }
    /// Where the message of an error comes from.
    Messages {
        "Debug" => Debug,
        "Display" => Display,
        "off" => Off,
    }
    /// How a success value is recorded.
    Ret {
        "Debug" => Debug,
        "Display" => Display,
    }
    /// How loud an error's record is.
    Level {
        "error" => Error,
        "warn" => Warn,
        "info" => Info,
        "debug" => Debug,
        "trace" => Trace,
    }
}

impl Kind {
    pub(super) fn parse(usage: &str, arg: &Arg) -> syn::Result<Self> {
        choose("kind", usage, value_of(usage, arg)?, arg.span, Self::WORDS)
    }

    /// The variant's name in the runtime.
    pub(crate) fn variant(self) -> &'static str {
        match self {
            Self::Client => "Client",
            Self::Server => "Server",
            Self::Internal => "Internal",
            Self::Producer => "Producer",
            Self::Consumer => "Consumer",
        }
    }

    /// As users write it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("internal", |(word, _)| word)
    }

    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind)
    }
}

impl Messages {
    pub(super) fn parse(usage: &str, arg: &Arg) -> syn::Result<Self> {
        let Form::List(list) = &arg.form else {
            return Err(wrong_form(usage, arg));
        };
        choose("error message source", usage, list, arg.span, Self::WORDS)
    }
}

impl Ret {
    pub(super) fn parse(usage: &str, arg: &Arg) -> syn::Result<Self> {
        match &arg.form {
            Form::Word => Ok(Self::Debug),
            Form::List(list) => choose("form", usage, list, arg.span, Self::WORDS),
            _ => Err(wrong_form(usage, arg)),
        }
    }
}

impl Level {
    pub(super) fn parse(usage: &str, arg: &Arg) -> syn::Result<Self> {
        choose("level", usage, value_of(usage, arg)?, arg.span, Self::WORDS)
    }

    /// The variant's name in the runtime.
    pub(crate) fn variant(self) -> &'static str {
        match self {
            Self::Error => "Error",
            Self::Warn => "Warn",
            Self::Info => "Info",
            Self::Debug => "Debug",
            Self::Trace => "Trace",
        }
    }
}

/// Which share of the traces that begin here is recorded.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Sample {
    Always,
    Never,
    /// Above 0 and below 1.
    Ratio(f64),
}

impl Sample {
    const WORDS: [(&str, Self); 2] = [("always", Self::Always), ("never", Self::Never)];

    pub(super) fn parse(usage: &str, arg: &Arg) -> syn::Result<Self> {
        let value = value_of(usage, arg)?;
        let Ok(literal) = syn::parse2::<Lit>(value.clone()) else {
            return choose("sampling", usage, value, arg.span, &Self::WORDS);
        };
        let ratio = match &literal {
            Lit::Float(number) => number.base10_parse().ok(),
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        };
        match ratio {
            Some(ratio) if ratio > 0.0 && ratio < 1.0 => Ok(Self::Ratio(ratio)),
            Some(1.0) => Ok(Self::Always),
            Some(0.0) => Err(syn::Error::new(literal.span(), "no share is written `sample = never`")),
            _ => {
                let message = format!("`sample` takes a share between 0 and 1; {}", write(usage));
                Err(syn::Error::new(literal.span(), message))
            }
        }
    }
}

/// One word out of a list.
fn choose<T: Copy>(
    what: &str,
    usage: &str,
    tokens: &TokenStream,
    key: Span,
    words: &[(&str, T)],
) -> syn::Result<T> {
    let word: Ident = single(usage, tokens, key)?;
    let text = word.to_string();
    if let Some((_, value)) = words.iter().find(|(name, _)| *name == text) {
        return Ok(*value);
    }
    let allowed: Vec<_> = words.iter().map(|(name, _)| *name).collect();
    Err(syn::Error::new(word.span(), unknown(what, &text, "", &allowed)))
}
