//! Methods of a block that say something of their own.

#![forbid(unsafe_code)]

use telemetry::BreakerOpen;
use telemetry_runtime as telemetry;

use super::support::{Shape, ended, error, no_call, run, shape, success};

#[derive(Clone, Copy, Debug, telemetry::ErrorType)]
enum Fault {
    Down,
    Open,
}

impl From<BreakerOpen> for Fault {
    fn from(_open: BreakerOpen) -> Self {
        Self::Open
    }
}

struct Quotes(u8);

#[telemetry::instrument_adapter(
    "quotes",
    slow = "2s",
    breaker(minimum_calls = 2, failure_rate = 1.0, window = "1m"),
    fields(quote = self.0)
)]
impl Quotes {
    fn quote(&self, fails: bool) -> Result<u8, Fault> {
        if fails { Err(Fault::Down) } else { Ok(self.0) }
    }

    #[telemetry(name = "fetch", kind = server, slow = "0s", err(Debug))]
    async fn fetch_quote(&self, fails: bool) -> Result<u8, Fault> {
        if fails { Err(Fault::Down) } else { Ok(self.0) }
    }

    #[telemetry(skip)]
    fn quiet(&self) -> u8 {
        self.0
    }

    #[telemetry(breaker(off))]
    fn free(&self) {}

    #[telemetry(include, provider = "factory", breaker(off), fields(quote = quote))]
    fn made(quote: u8) -> Self {
        Self(quote)
    }

    #[telemetry::trace(name = "own")]
    fn with_own_attribute(&self) -> Result<u8, Fault> {
        Ok(self.0)
    }

    #[telemetry(name = "both")]
    #[telemetry::instrument(slow = "5s")]
    #[must_use = "for a reason"]
    async fn with_both(&self) -> Result<u8, Fault> {
        Ok(self.0)
    }

    #[telemetry(breaker = "shared")]
    fn shared(mut self) -> Result<Self, Fault> {
        self.0 += 1;
        Ok(self)
    }

    #[telemetry(fields(all = ?all))]
    fn borrowed<'a>(&self, all: &'a mut Vec<u8>) -> Result<&'a mut u8, Fault> {
        all.first_mut().ok_or(Fault::Down)
    }
}

pub(super) const SHAPES: &[Shape] = &[
    shape("method under the block's settings", || {
        assert!(success("quotes.quote", || Quotes(1).quote(false)).is_ok());
        assert!(error("quotes.quote", "down", || Quotes(1).quote(true)).is_err());
    }),
    shape("breaker of a block", || {
        let ends = [("error", 2), ("rejected", 1)];
        let last = ended("quotes.quote", &ends, || {
            let _ = (Quotes(1).quote(true), Quotes(1).quote(true));
            Quotes(1).quote(false)
        });
        assert!(matches!(last, Err(Fault::Open)));
    }),
    shape("#[telemetry(name, kind, slow, err)]", || {
        assert!(error("quotes.fetch", "down", || run(Quotes(1).fetch_quote(true))).is_err());
    }),
    shape("#[telemetry(skip)]", || assert_eq!(no_call(|| Quotes(1).quiet()), 1)),
    shape("#[telemetry(breaker(off))] without a value", || success("quotes.free", || Quotes(1).free())),
    shape("#[telemetry(include)] without a receiver", || {
        assert_eq!(success("factory.made", || Quotes::made(1)).0, 1);
    }),
    shape("block and method attribute are one call", || {
        assert!(success("quotes.own", || Quotes(1).with_own_attribute()).is_ok());
    }),
    shape("block, #[telemetry] and method attribute are one call", || {
        assert!(success("quotes.both", || run(Quotes(1).with_both())).is_ok());
    }),
    shape("mut self under a shared breaker", || {
        assert!(success("quotes.shared", || Quotes(1).shared()).is_ok_and(|quotes| quotes.0 == 2));
    }),
    shape("reference out of an argument under a breaker", || {
        let mut all = vec![1];
        assert!(success("quotes.borrowed", || Quotes(1).borrowed(&mut all).is_ok()));
    }),
];
