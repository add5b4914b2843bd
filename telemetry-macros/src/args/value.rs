//! Reads the values of arguments; each mistake points at the value and says what to write.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::{Expr, Lit, LitStr, Path};

use super::split::{Arg, Form};
use super::{at, write};
use crate::names::last_segment;

/// A non-empty name that becomes a label or a part of a span's name.
pub(super) fn label(usage: &str, arg: &Arg) -> syn::Result<String> {
    let literal = string(usage, arg)?;
    let text = literal.value();
    if text.trim().is_empty() {
        let message = format!("`{}` is empty; {}", arg.word, write(usage));
        return Err(syn::Error::new(literal.span(), message));
    }
    Ok(text)
}

pub(super) fn string(usage: &str, arg: &Arg) -> syn::Result<LitStr> {
    let literal = match &arg.form {
        Form::Literal(literal) => Lit::new(literal.clone()),
        Form::Value(value) => single(usage, value, arg.span)?,
        Form::Word | Form::List(_) => return Err(wrong_form(usage, arg)),
    };
    match literal {
        Lit::Str(text) => Ok(text),
        other => Err(not_a_string(&arg.word, usage, other.span())),
    }
}

fn not_a_string(word: &str, usage: &str, span: Span) -> syn::Error {
    syn::Error::new(span, format!("`{word}` takes a string in quotes; {}", write(usage)))
}

/// A duration in nanoseconds.
pub(super) fn duration(usage: &str, arg: &Arg) -> syn::Result<u64> {
    let literal = string(usage, arg)?;
    nanoseconds(&literal.value()).map_err(|reason| {
        let message = format!(
            "{reason} in `{} = \"{}\"`; write a duration such as `\"500ms\"`",
            arg.word,
            literal.value()
        );
        syn::Error::new(literal.span(), message)
    })
}

/// A duration above zero.
pub(super) fn some_time(usage: &str, arg: &Arg) -> syn::Result<u64> {
    let nanos = duration(usage, arg)?;
    if nanos > 0 {
        return Ok(nanos);
    }
    let span = match &arg.form {
        Form::Value(value) => at(value, arg.span),
        _ => arg.span,
    };
    let message = format!("`{}` takes a duration above zero; write `{usage}`", arg.word);
    Err(syn::Error::new(span, message))
}

/// Reads "500ms", "1.5s", "2m", "10us", "100ns".
fn nanoseconds(text: &str) -> Result<u64, &'static str> {
    let number_ends = text.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or("missing unit")?;
    let (number, unit) = text.split_at(number_ends);
    let unit: u128 = match unit {
        "ns" => 1,
        "us" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        _ => return Err("unknown unit (ns, us, ms, s and m exist)"),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| text.parse::<u128>().map_err(|_| "malformed number");
    let scale = u32::try_from(fraction.len()).ok().and_then(|length| 10_u128.checked_pow(length));
    let scale = scale.ok_or("too many digits")?;
    let part = digits(fraction)?.checked_mul(unit).ok_or("too many digits")?;
    if part % scale != 0 {
        return Err("a fraction of a nanosecond");
    }
    let whole = digits(whole)?.checked_mul(unit).ok_or("more than 584 years")?;
    u64::try_from(whole + part / scale).map_err(|_| "more than 584 years")
}

/// A share of calls, more than none and at most all.
pub(super) fn rate(usage: &str, arg: &Arg) -> syn::Result<f64> {
    let literal: Lit = single(usage, value_of(usage, arg)?, arg.span)?;
    let number = match &literal {
        Lit::Float(number) => number.base10_parse().ok(),
        Lit::Int(number) => number.base10_parse().ok(),
        _ => None,
    };
    number.filter(|rate| *rate > 0.0 && *rate <= 1.0).ok_or_else(|| {
        let message = format!("`{}` takes a share above 0 and up to 1; {}", arg.word, write(usage));
        syn::Error::new(literal.span(), message)
    })
}

/// A factor that must not shrink.
pub(super) fn factor(usage: &str, arg: &Arg) -> syn::Result<f64> {
    let literal: Lit = single(usage, value_of(usage, arg)?, arg.span)?;
    let number: Option<f64> = match &literal {
        Lit::Float(number) => number.base10_parse().ok(),
        Lit::Int(number) => number.base10_parse().ok(),
        _ => None,
    };
    number.filter(|factor| *factor >= 1.0 && factor.is_finite()).ok_or_else(|| {
        let message = format!("`{}` takes a factor from 1; {}", arg.word, write(usage));
        syn::Error::new(literal.span(), message)
    })
}

/// Names in brackets, at least one.
pub(super) fn labels(usage: &str, arg: &Arg) -> syn::Result<Vec<String>> {
    let list: syn::ExprArray = single(usage, value_of(usage, arg)?, arg.span)?;
    if list.elems.is_empty() {
        let message = format!("`{}` is empty; {}", arg.word, write(usage));
        return Err(syn::Error::new(list.span(), message));
    }
    let text = |element: &Expr| match element {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) if !text.value().trim().is_empty() => {
            Ok(text.value())
        }
        other => {
            let message = format!("`{}` takes names in quotes; {}", arg.word, write(usage));
            Err(syn::Error::new(other.span(), message))
        }
    };
    list.elems.iter().map(text).collect()
}

/// A number of calls, at least one.
pub(super) fn count(usage: &str, arg: &Arg) -> syn::Result<u32> {
    let literal: Lit = single(usage, value_of(usage, arg)?, arg.span)?;
    let number = match &literal {
        Lit::Int(number) => number.base10_parse().ok(),
        _ => None,
    };
    number.filter(|count| *count > 0).ok_or_else(|| {
        let message = format!("`{}` takes a whole number above 0; {}", arg.word, write(usage));
        syn::Error::new(literal.span(), message)
    })
}

pub(super) fn path(usage: &str, arg: &Arg) -> syn::Result<Path> {
    let tokens = value_of(usage, arg)?;
    syn::parse::Parser::parse2(Path::parse_mod_style, tokens.clone()).map_err(|error| {
        let span = if tokens.is_empty() { arg.span } else { error.span() };
        syn::Error::new(span, format!("`{}` takes a path; {}", arg.word, write(usage)))
    })
}

/// Any expression; its tokens stay as they were written.
pub(super) fn expression(usage: &str, arg: &Arg) -> syn::Result<TokenStream> {
    let value = value_of(usage, arg)?;
    match syn::parse2::<Expr>(value.clone()) {
        Ok(_) => Ok(value.clone()),
        Err(_) => {
            let span = if value.is_empty() { arg.span } else { value.span() };
            let message = format!("`{}` takes an expression, and this is none; {}", arg.word, write(usage));
            Err(syn::Error::new(span, message))
        }
    }
}

/// Which outputs are errors.
#[derive(Clone)]
pub(crate) struct Predicate {
    /// The outputs that it holds for are errors, not successes.
    pub(crate) means_error: bool,
    pub(crate) function: TokenStream,
    /// What errors without a type of their own are called.
    pub(crate) label: String,
}

impl Predicate {
    pub(super) fn parse(means_error: bool, usage: &str, arg: &Arg) -> syn::Result<Self> {
        let function = expression(usage, arg)?;
        let name = match syn::parse2(function.clone()) {
            Ok(Expr::Path(path)) => last_segment(&path.path),
            _ => None,
        };
        let label = match name {
            Some(name) if means_error => name,
            Some(name) => format!("not_{name}"),
            None => arg.word.clone(),
        };
        Ok(Self { means_error, function, label })
    }
}

pub(super) fn flag(usage: &str, arg: &Arg) -> syn::Result<()> {
    match &arg.form {
        Form::Word => Ok(()),
        Form::Value(tokens) | Form::List(tokens) => {
            let span = if tokens.is_empty() { arg.span } else { tokens.span() };
            Err(syn::Error::new(span, format!("`{}` takes no value; {}", arg.word, write(usage))))
        }
        Form::Literal(literal) => Err(syn::Error::new(literal.span(), write(usage))),
    }
}

pub(super) fn value_of<'a>(usage: &str, arg: &'a Arg) -> syn::Result<&'a TokenStream> {
    match &arg.form {
        Form::Value(value) => Ok(value),
        _ => Err(wrong_form(usage, arg)),
    }
}

pub(super) fn wrong_form(usage: &str, arg: &Arg) -> syn::Error {
    syn::Error::new(arg.span, format!("`{}` is written in another form; {}", arg.word, write(usage)))
}

/// A value that is one token of the expected type.
pub(super) fn single<T: syn::parse::Parse>(usage: &str, tokens: &TokenStream, key: Span) -> syn::Result<T> {
    syn::parse2(tokens.clone()).map_err(|_| {
        let (span, found) = match tokens.clone().into_iter().next() {
            Some(token) => (token.span(), shown(&token)),
            None => (key, "nothing".to_owned()),
        };
        syn::Error::new(span, format!("unexpected value, found {found}; {}", write(usage)))
    })
}

fn shown(token: &TokenTree) -> String {
    match token {
        TokenTree::Group(_) => "a group".to_owned(),
        other => format!("`{other}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::nanoseconds;

    #[test]
    fn durations_are_exact() {
        assert_eq!(nanoseconds("100ns"), Ok(100));
        assert_eq!(nanoseconds("10us"), Ok(10_000));
        assert_eq!(nanoseconds("500ms"), Ok(500_000_000));
        assert_eq!(nanoseconds("1.5s"), Ok(1_500_000_000));
        assert_eq!(nanoseconds("2m"), Ok(120_000_000_000));
        assert_eq!(nanoseconds("0s"), Ok(0));
        assert_eq!(nanoseconds("0.000000001s"), Ok(1));
    }

    #[test]
    fn durations_that_mean_nothing_are_refused() {
        for text in
            ["", "5", "ms", "1.s", ".5s", "1.2.3s", "1h", "1 s", "-1s", "0.5ns", "99999999999m", "1.s"]
        {
            assert!(nanoseconds(text).is_err(), "{text}");
        }
    }
}
