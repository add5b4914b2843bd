//! Impl blocks and traits.

use std::fmt::{self, Display};

use telemetry_runtime as telemetry;

use super::support::{calls, known, pause, run};

struct Prices<T> {
    last: T,
}

/// A block with everything that is no method.
#[telemetry::instrument_adapter]
#[allow(clippy::use_self)]
impl<T: Copy + Send + Sync> Prices<T> {
    #![allow(clippy::inline_always)]

    const SHOWN: [u8; {
        let one = 1;
        one + one
    }] = [0; 2];

    fn new(last: T) -> Self {
        Self { last }
    }

    const fn fixed(&self) -> usize {
        Self::SHOWN.len()
    }

    pub(in crate::blocks) fn last(&self) -> T {
        self.last
    }

    #[inline(always)]
    async fn fetch(&self, fails: bool) -> Result<T, String> {
        pause().await;
        if fails { Err("down".to_owned()) } else { Ok(self.last) }
    }

    #[telemetry(name = "set", kind = internal, slow = "2s")]
    fn replace(&mut self, last: T) -> &mut Self {
        self.last = last;
        self
    }

    #[telemetry(skip)]
    fn quiet(&self) -> T {
        self.last
    }

    #[telemetry(include, provider = "factory")]
    fn made(last: T) -> Self {
        Self::new(last)
    }

    #[cfg(not(test))]
    fn absent(&self) -> Missing {}

    #[cfg(test)]
    fn present(&self) -> u8 {
        1
    }

    #[cfg_attr(all(), must_use)]
    fn conditional(&self) -> u8 {
        2
    }

    #[telemetry::trace(name = "own")]
    fn with_own_attribute(&self) -> u8 {
        3
    }
}

trait Named {
    fn name(&self) -> String;
}

trait Labelled {
    type Label;
    fn name(&self) -> Self::Label;
}

struct Thing;

#[telemetry::instrument_adapter]
impl Thing {
    fn name(&self) -> u8 {
        1
    }
}

#[telemetry::instrument_adapter(provider = "thing_named")]
impl Named for Thing {
    fn name(&self) -> String {
        "thing".to_owned()
    }
}

#[telemetry::instrument_adapter(provider = "thing_labelled")]
impl Labelled for Thing {
    type Label = &'static str;

    fn name(&self) -> &'static str {
        "label"
    }
}

#[telemetry::instrument_adapter("quiet")]
impl Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("thing")
    }
}

#[telemetry::instrument_adapter("quiet")]
impl Iterator for Thing {
    type Item = u8;

    #[telemetry(include)]
    fn next(&mut self) -> Option<u8> {
        None
    }
}

#[telemetry::instrument_adapter]
impl dyn Named + '_ {
    fn shout(&self) -> String {
        self.name().to_uppercase()
    }
}

#[telemetry::instrument_adapter("pairs")]
impl Named for (u8, u8) {
    fn name(&self) -> String {
        format!("{}{}", self.0, self.1)
    }
}

trait Wraps {
    fn wrapped(&self) -> u8;
}

#[telemetry::instrument_adapter]
impl<N: Named> Wraps for N {
    fn wrapped(&self) -> u8 {
        u8::from(self.name().is_empty())
    }
}

#[telemetry::instrument_adapter]
impl Labelled for u8 {
    type Label = Self;

    fn name(&self) -> Self {
        *self
    }
}

struct Empty;

#[telemetry::instrument_adapter]
impl Empty {}

macro_rules! block {
    ($name:ident, $self_type:ty, $item:item) => {
        #[telemetry::instrument_adapter]
        impl $self_type {
            fn $name(&self) -> u8 {
                5
            }
            $item
        }
    };
}
struct FromMacro;
block!(
    generated,
    FromMacro,
    fn passed(&self) -> u8 {
        6
    }
);

macro_rules! whole {
    ($item:item) => {
        #[telemetry::instrument_adapter]
        $item
    };
}
struct Whole;
whole! {
    impl Whole {
        fn get(&self) -> u8 { 7 }
    }
}

#[test]
fn methods_count_under_their_names() {
    let mut prices = Prices::made(3);
    assert_eq!((prices.last(), prices.fixed(), prices.quiet()), (3, 2, 3));
    assert_eq!(run(prices.fetch(false)), Ok(3));
    assert!(run(prices.fetch(true)).is_err());
    assert_eq!(prices.replace(4).last, 4);
    assert_eq!(prices.present() + prices.conditional() + prices.with_own_attribute(), 6);
    assert_eq!(known("prices"), ["conditional", "fetch", "last", "own", "present", "set"]);
    assert_eq!((calls("prices", "fetch", "success"), calls("prices", "fetch", "error")), (1, 1));
    assert_eq!((calls("prices", "set", "success"), calls("prices", "own", "success")), (1, 1));
    assert_eq!(calls("factory", "made", "success"), 1);
}

#[test]
fn equal_names_are_told_apart() {
    assert_eq!((Thing.name(), Named::name(&Thing), Labelled::name(&Thing)), (1, "thing".to_owned(), "label"));
    for provider in ["thing", "thing_named", "thing_labelled"] {
        assert_eq!(calls(provider, "name", "success"), 1, "{provider}");
    }
    assert_eq!((Thing.to_string(), Thing.next()), ("thing".to_owned(), None));
    assert_eq!(known("quiet"), ["next"]);
}

#[test]
fn providers_are_named_after_types() {
    let named: &dyn Named = &(1, 2);
    assert_eq!((named.shout(), (3, 4).wrapped(), Labelled::name(&9_u8)), ("12".to_owned(), 0, 9));
    assert_eq!(calls("named", "shout", "success"), 1);
    assert_eq!((calls("wraps", "wrapped", "success"), calls("u8", "name", "success")), (1, 1));
    assert_eq!(FromMacro.generated() + FromMacro.passed() + Whole.get(), 18);
    assert_eq!(known("from_macro"), ["generated", "passed"]);
    assert_eq!(calls("whole", "get", "success"), 1);
    let _ = Empty;
}

#[test]
fn blocks_in_functions() {
    struct Local;
    #[telemetry::instrument_adapter]
    impl Local {
        fn get(&self) -> u8 {
            1
        }
    }
    assert_eq!((Local.get(), calls("local", "get", "success")), (1, 1));
}
