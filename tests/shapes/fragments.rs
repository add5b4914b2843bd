//! Functions that `macro_rules` made: what arrives in invisible groups.

#![forbid(unsafe_code)]

use std::future::Future;
use telemetry_runtime as telemetry;

use super::support::{Shape, error, run, shape, success};

macro_rules! by_types {
    ($vis:vis $name:ident, $later:ident, $arg:pat, $arg_type:ty, $returned:ty, $body:block) => {
        #[telemetry::instrument]
        $vis fn $name($arg: $arg_type) -> $returned $body

        #[telemetry::instrument]
        $vis async fn $later($arg: $arg_type) -> $returned $body
    };
}
by_types!(pub(crate) by_block, by_block_later, (_, _), (u32, u32), Result<u32, String>, { Ok(A + B) });
const A: u32 = 1;
const B: u32 = 2;

macro_rules! by_names {
    ($name:ident($($arg:ident: $arg_type:ty),*) -> $returned:ty = $value:expr) => {
        #[telemetry::instrument]
        fn $name($($arg: $arg_type),*) -> $returned {
            $value
        }
    };
}
by_names!(by_arguments(a: u32, mut_free: &str) -> usize = a as usize + mut_free.len());

macro_rules! future_type {
    ($name:ident, $returned:ty) => {
        #[telemetry::instrument]
        fn $name() -> $returned {
            Box::pin(async { 1 })
        }
    };
}
future_type!(by_future_type, std::pin::Pin<Box<dyn Future<Output = u8>>>);

macro_rules! unit_type {
    ($name:ident, $returned:ty) => {
        #[telemetry::instrument]
        fn $name() -> $returned {}
    };
}
unit_type!(by_unit_type, ());

macro_rules! item {
    ($($item:item)*) => {
        $(#[telemetry::instrument(name = "by_item")] $item)*
    };
}
item! {
    fn by_item<'a>(text: &'a str) -> &'a str {
        text
    }
}

macro_rules! twice_grouped {
    ($item:item) => {
        item! { $item }
    };
}
twice_grouped! {
    async fn by_item_twice(fails: bool) -> Result<u8, String> {
        if fails { Err("no".to_owned()) } else { Ok(1) }
    }
}

macro_rules! lifetime {
    ($name:ident, $lifetime:lifetime, $provider:literal) => {
        #[telemetry::instrument($provider)]
        async fn $name<$lifetime>(text: &$lifetime str) -> &$lifetime str {
            text
        }
    };
}
lifetime!(by_lifetime, 'long, "literal");

macro_rules! meta {
    ($(#[$meta:meta])* $name:ident, $literal:literal, $path:path) => {
        $(#[$meta])*
        fn $name() -> $path {
            <$path>::from($literal)
        }
    };
}
meta!(
    #[telemetry::instrument]
    #[allow(clippy::useless_conversion)]
    by_meta,
    "text",
    String
);

macro_rules! statements {
    ($name:ident, { $($statement:stmt;)* } $tail:expr) => {
        #[telemetry::instrument]
        fn $name() -> u32 {
            $($statement)*
            $tail
        }
    };
}
statements!(by_statements, { let a = 1; let b = 2; } a + b);

macro_rules! tokens {
    ($name:ident $($body:tt)*) => {
        #[telemetry::instrument]
        fn $name() -> u32 { $($body)* }
    };
}
tokens!(by_tokens let n = 1; n + 1);

macro_rules! pattern {
    ($name:ident, $pattern:pat_param) => {
        #[telemetry::instrument]
        fn $name(n: u32) -> bool {
            matches!(n, $pattern)
        }
    };
}
pattern!(by_pattern, 1..=3);

struct Me(u32);

macro_rules! method {
    ($self:ident, $body:expr) => {
        impl Me {
            #[telemetry::instrument]
            fn by_self(&$self) -> u32 {
                $body
            }

            #[telemetry::instrument]
            async fn by_self_later(mut $self) -> u32 {
                $self.0 += 1;
                $body
            }
        }
    };
}
method!(self, self.0);

macro_rules! whole_block {
    ($item:item) => {
        #[telemetry::instrument_adapter]
        $item
    };
}
struct Whole;
whole_block! {
    impl Whole {
        fn get(&self) -> u8 { 7 }
    }
}

macro_rules! block {
    ($self_type:ty, $name:ident, $item:item, $provider:literal) => {
        #[telemetry::instrument_adapter($provider)]
        impl $self_type {
            fn $name(&self) -> u8 {
                5
            }
            $item
        }
    };
}
struct Typed;
block!(
    Typed,
    generated,
    fn passed(&self) -> u8 {
        6
    },
    "typed"
);

macro_rules! whole_trait {
    ($name:ident { $($body:tt)* }) => {
        #[telemetry::instrument_adapter]
        trait $name { $($body)* }
    };
}
whole_trait!(Generated {
    fn given(&self) -> u8 {
        8
    }
});
impl Generated for u8 {}

/// A name of the macro's own and one of the caller's do not meet.
macro_rules! hygienic {
    ($name:ident, $value:expr) => {
        #[telemetry::instrument]
        fn $name(n: u32) -> u32 {
            let value = n + 1;
            $value + value
        }
    };
}
mod value {
    pub(super) const OUTER: u32 = 10;
}
hygienic!(by_hygiene, value::OUTER);

pub(super) const SHAPES: &[Shape] = &[
    shape("$vis, $ty, $pat, $block", || {
        assert_eq!(success("by_block", || by_block((0, 0))), Ok(3));
        assert_eq!(success("by_block_later", || run(by_block_later((0, 0)))), Ok(3));
    }),
    shape("$($arg:ident: $ty:ty),*", || assert_eq!(success("by_arguments", || by_arguments(1, "a")), 2)),
    shape("a boxed future in $ty", || assert_eq!(success("by_future_type", || run(by_future_type())), 1)),
    shape("() in $ty", || success("by_unit_type", by_unit_type)),
    shape("$item", || assert_eq!(success("by_item", || by_item("a")), "a")),
    shape("$item inside of $item, async", || {
        assert!(error("by_item", "alloc::String", || run(by_item_twice(true))).is_err());
    }),
    shape("$lifetime, and $literal as an argument", || {
        assert_eq!(success("literal.by_lifetime", || run(by_lifetime("a"))), "a");
    }),
    shape("$meta, $path", || assert_eq!(success("by_meta", by_meta), "text")),
    shape("$stmt", || assert_eq!(success("by_statements", by_statements), 3)),
    shape("$($tt)*", || assert_eq!(success("by_tokens", by_tokens), 2)),
    shape("$pat_param in a body", || assert!(success("by_pattern", || by_pattern(2)))),
    shape("self as $ident", || {
        assert_eq!(success("by_self", || Me(4).by_self()), 4);
        assert_eq!(success("by_self_later", || run(Me(4).by_self_later())), 5);
    }),
    shape("an impl block as $item", || assert_eq!(success("whole.get", || Whole.get()), 7)),
    shape("an impl block of $ty with $item", || {
        assert_eq!(success("typed.generated", || Typed.generated()), 5);
        assert_eq!(success("typed.passed", || Typed.passed()), 6);
    }),
    shape("a trait from tokens", || assert_eq!(success("generated.given", || 1_u8.given()), 8)),
    shape("names of a macro and of its caller", || {
        assert_eq!(success("by_hygiene", || by_hygiene(1)), 12);
    }),
];
