//! `breaker`, `breaker = "shared"`, `breaker(..)` and `breaker(off)`.

use proc_macro2::Span;

use super::split::{Arg, Form, split};
use super::{Entry, value};
use crate::diagnostics::{Diagnostics, unknown};

/// How a call is protected.
#[derive(Clone)]
pub(crate) enum Breaker {
    /// By a breaker of its own.
    Own(Spec),
    /// By the breaker of this name.
    Shared(String),
    /// Not at all, although its block is.
    Off,
}

/// The settings of a breaker that differ from its defaults; durations in nanoseconds.
#[derive(Clone, Default)]
pub(crate) struct Spec {
    pub(crate) failure_rate: Option<f64>,
    pub(crate) slow_rate: Option<f64>,
    pub(crate) slow_call: Option<u64>,
    pub(crate) window: Option<u64>,
    pub(crate) window_calls: Option<u32>,
    pub(crate) minimum_calls: Option<u32>,
    pub(crate) open_for: Option<u64>,
    pub(crate) backoff_multiplier: Option<f64>,
    pub(crate) open_for_max: Option<u64>,
    pub(crate) jitter: Option<f64>,
    pub(crate) half_open_permits: Option<u32>,
    pub(crate) lease: Option<u64>,
    pub(crate) ignore: Option<Vec<String>>,
    pub(crate) slow_errors: Option<Vec<String>>,
}

const KEYS: &[&str] = &[
    "failure_rate",
    "slow_rate",
    "slow_call",
    "window",
    "window_calls",
    "minimum_calls",
    "open_for",
    "backoff_multiplier",
    "open_for_max",
    "jitter",
    "half_open_permits",
    "lease",
    "ignore",
    "slow_errors",
];

impl Breaker {
    pub(super) fn parse(entry: Entry, arg: &Arg, diagnostics: &mut Diagnostics) -> syn::Result<Self> {
        match &arg.form {
            Form::Word => Ok(Self::Own(Spec::default())),
            Form::List(list) => {
                let args = split(list.clone(), diagnostics);
                match args.iter().find(|inner| inner.word == "off") {
                    Some(off) => turned_off(entry, off, args.len()),
                    None => Ok(Self::Own(Spec::read(&args, arg.span, diagnostics))),
                }
            }
            Form::Value(_) | Form::Literal(_) => value::label("breaker = \"..\"", arg).map(Self::Shared),
        }
    }
}

/// `off` opts one method out of its block's breaker, nothing else.
fn turned_off(entry: Entry, off: &Arg, args: usize) -> syn::Result<Breaker> {
    value::flag("breaker(off)", off)?;
    if args > 1 {
        return Err(syn::Error::new(off.span, "`off` contradicts the other keys; remove one of them"));
    }
    if entry != Entry::Telemetry {
        let message = "`off` opts a method out of its block's breaker; leave `breaker` away here";
        return Err(syn::Error::new(off.span, message));
    }
    Ok(Breaker::Off)
}

impl Spec {
    fn read(args: &[Arg], key: Span, diagnostics: &mut Diagnostics) -> Self {
        let mut spec = Self::default();
        for (index, arg) in args.iter().enumerate() {
            if args[..index].iter().any(|earlier| earlier.word == arg.word) {
                diagnostics.push(arg.span, format!("`{}` is set more than once; keep one", arg.word));
                continue;
            }
            let set = spec.set(arg);
            diagnostics.keep(set);
        }
        if args.is_empty() {
            diagnostics.push(key, "`breaker()` is empty; write `breaker` for the defaults");
        }
        spec.refuse_contradictions(args, diagnostics);
        spec
    }

    fn set(&mut self, arg: &Arg) -> syn::Result<()> {
        match arg.word.as_str() {
            "failure_rate" => self.failure_rate = Some(value::rate("failure_rate = 0.5", arg)?),
            "slow_rate" => self.slow_rate = Some(value::rate("slow_rate = 0.5", arg)?),
            "slow_call" => self.slow_call = Some(value::some_time("slow_call = \"2s\"", arg)?),
            "window" => self.window = Some(value::some_time("window = \"30s\"", arg)?),
            "window_calls" => self.window_calls = Some(value::count("window_calls = 100", arg)?),
            "minimum_calls" => self.minimum_calls = Some(value::count("minimum_calls = 20", arg)?),
            "open_for" => self.open_for = Some(value::some_time("open_for = \"30s\"", arg)?),
            "half_open_permits" => {
                self.half_open_permits = Some(value::count("half_open_permits = 5", arg)?);
            }
            "backoff_multiplier" => {
                self.backoff_multiplier = Some(value::factor("backoff_multiplier = 2.0", arg)?);
            }
            "open_for_max" => self.open_for_max = Some(value::some_time("open_for_max = \"10m\"", arg)?),
            "jitter" => self.jitter = Some(value::rate("jitter = 0.1", arg)?),
            "ignore" => self.ignore = Some(value::labels("ignore = [\"not_found\"]", arg)?),
            "slow_errors" => self.slow_errors = Some(value::labels("slow_errors = [\"timeout\"]", arg)?),
            "lease" => self.lease = Some(value::some_time("lease = \"30s\"", arg)?),
            _ if matches!(arg.form, Form::Literal(_)) => {
                let message = "a name stands outside of the parentheses; write `breaker = \"..\"`";
                return Err(syn::Error::new(arg.span, message));
            }
            word => {
                let message = unknown("key", word, " in `breaker(..)`", KEYS);
                return Err(syn::Error::new(arg.span, message));
            }
        }
        Ok(())
    }

    fn refuse_contradictions(&self, args: &[Arg], diagnostics: &mut Diagnostics) {
        let span = |word: &str| args.iter().find(|arg| arg.word == word).map(|arg| arg.span);
        if let (Some(_), Some(span)) =
            (self.window, span("window_calls").filter(|_| self.window_calls.is_some()))
        {
            diagnostics.push(span, "`window_calls` contradicts `window`; keep one of them");
        }
        if let (Some(calls), Some(minimum), Some(span)) =
            (self.window_calls, self.minimum_calls, span("minimum_calls"))
            && minimum > calls
        {
            let message = format!(
                "`minimum_calls` is never reached in a window of {calls} calls; write at most {calls}"
            );
            diagnostics.push(span, message);
        }
        if let (Some(first), Some(max), Some(span)) = (self.open_for, self.open_for_max, span("open_for_max"))
            && max < first
        {
            diagnostics.push(span, "`open_for_max` is shorter than `open_for`; write at least that");
        }
        if let (Some(ignored), Some(slow), Some(span)) =
            (&self.ignore, &self.slow_errors, span("slow_errors"))
            && let Some(both) = slow.iter().find(|kind| ignored.contains(kind))
        {
            diagnostics.push(span, format!("`{both}` stands in `ignore` too; remove it from one of them"));
        }
    }
}
