//! What an annotated block may hold.

#![forbid(unsafe_code)]

use std::fmt;

use telemetry_runtime as telemetry;

use super::support::{Shape, no_call, run, shape, success};

struct Prices<T> {
    last: T,
}

macro_rules! constant {
    ($name:ident = $value:expr) => {
        const $name: u8 = $value;
    };
}

/// Documented.
#[telemetry::instrument_adapter]
#[allow(clippy::use_self)]
#[cfg(not(doctest))]
impl<T: Copy + Send + Sync> Prices<T> {
    #![allow(clippy::inline_always)]

    constant!(FROM_MACRO = 1);
    constant! { FROM_BRACES = 2 }

    const SHOWN: [u8; {
        let one = 1;
        one + one
    }] = [0; 2];

    fn new(last: T) -> Self {
        Self { last }
    }

    const fn fixed(&self) -> usize {
        Self::SHOWN.len() + Self::FROM_MACRO as usize + Self::FROM_BRACES as usize
    }

    /// Documented.
    pub(in crate::shapes::blocks) fn last(&self) -> T {
        self.last
    }

    #[inline(always)]
    async fn fetch(&self) -> T {
        self.last
    }

    #[cfg(doctest)]
    fn present(&self) -> Missing {}

    #[cfg(not(doctest))]
    fn present(&self) -> u8 {
        1
    }

    #[cfg_attr(all(), must_use)]
    fn conditional(&self) -> u8 {
        2
    }

    #[cfg_attr(all(), telemetry::measure)]
    fn conditionally_measured(&self) -> u8 {
        3
    }

    fn made_in(&self) -> u8
    where
        T: Into<u8>,
    {
        self.last.into()
    }
}

struct Empty;

#[telemetry::instrument_adapter]
impl Empty {}

struct OnlyConstants;

#[telemetry::instrument_adapter]
impl OnlyConstants {
    const ONE: u8 = 1;
    const fn one(&self) -> u8 {
        Self::ONE
    }
}

trait Associated {
    type Label<'a>
    where
        Self: 'a;
    const SIZE: usize = 1;
    fn label(&self) -> Self::Label<'_>;
}

#[telemetry::instrument_adapter("associated")]
impl Associated for Empty {
    type Label<'a> = &'a str;
    const SIZE: usize = 2;

    fn label(&self) -> Self::Label<'_> {
        "label"
    }
}

#[telemetry::instrument_adapter]
trait Defaults: fmt::Debug {
    const BY: u8 = 3;
    type Unit: Default;

    fn required(&self) -> u8;

    fn given(&self) -> u8 {
        self.required() * Self::BY
    }

    fn given_where(&self) -> u8
    where
        Self: Sized,
    {
        self.required()
    }

    fn made() -> Self::Unit {
        Self::Unit::default()
    }
}

impl Defaults for u8 {
    type Unit = Self;

    fn required(&self) -> u8 {
        *self
    }
}

struct Thing;

#[telemetry::instrument_adapter("thing")]
impl Thing {
    fn name(&self) -> u8 {
        1
    }
}

trait Named {
    fn name_of(&self) -> String;
}

trait Labelled {
    fn name_of(&self) -> &'static str;
}

#[telemetry::instrument_adapter("thing_named")]
impl Named for Thing {
    fn name_of(&self) -> String {
        "thing".to_owned()
    }
}

#[telemetry::instrument_adapter("thing_labelled")]
impl Labelled for Thing {
    fn name_of(&self) -> &'static str {
        "label"
    }
}

fn local_block() -> u8 {
    struct Local;
    #[telemetry::instrument_adapter]
    impl Local {
        fn get(&self) -> u8 {
            1
        }
    }
    Local.get()
}

const BLOCK_IN_CONST: fn() -> u8 = {
    struct InConst;
    #[telemetry::instrument_adapter]
    impl InConst {
        fn get(&self) -> u8 {
            1
        }
    }
    || InConst.get()
};

pub(super) const SHAPES: &[Shape] = &[
    shape("a block with constants, macros and inner attributes", || {
        assert_eq!(no_call(|| Prices::new(1_u8).fixed()), 5);
        assert_eq!(success("prices.fetch", || run(Prices::new(1_u8).fetch())), 1);
    }),
    shape("pub(in path) and documented method", || {
        assert_eq!(success("prices.last", || Prices::new(1).last()), 1);
    }),
    shape("#[cfg] on methods", || assert_eq!(success("prices.present", || Prices::new(1).present()), 1)),
    shape("#[cfg_attr] on a method", || {
        assert_eq!(success("prices.conditional", || Prices::new(1).conditional()), 2);
    }),
    shape("#[cfg_attr] with an attribute of ours on a method", || {
        let prices = Prices::new(1);
        assert_eq!(success("prices.conditionally_measured", || prices.conditionally_measured()), 3);
    }),
    shape("where clause on a method", || {
        assert_eq!(success("prices.made_in", || Prices::new(1_u8).made_in()), 1);
    }),
    shape("an empty block", || assert_eq!(size_of::<Empty>(), 0)),
    shape("a block of constants and const fn", || assert_eq!(no_call(|| OnlyConstants.one()), 1)),
    shape("generic associated types and constants", || {
        assert_eq!(success("associated.label", || Empty.label()), "label");
        assert_eq!(<Empty as Associated>::SIZE, 2);
    }),
    shape("default bodies beside required methods", || {
        assert_eq!(success("defaults.given", || 2_u8.given()), 6);
        assert_eq!(no_call(|| 2_u8.required() + <u8 as Defaults>::made()), 2);
    }),
    shape("default body where Self: Sized", || {
        assert_eq!(success("defaults.given_where", || 2_u8.given_where()), 2);
    }),
    shape("one method name in three blocks", || {
        assert_eq!(success("thing.name", || Thing.name()), 1);
        assert_eq!(success("thing_named.name_of", || Named::name_of(&Thing)), "thing");
        assert_eq!(success("thing_labelled.name_of", || Labelled::name_of(&Thing)), "label");
    }),
    shape("a block in a function", || assert_eq!(success("local.get", local_block), 1)),
    shape("a block in a constant", || assert_eq!(success("in_const.get", BLOCK_IN_CONST), 1)),
];
