//! Expressions that `macro_rules` made: `$e * 2` multiplies all of `$e`.

#![forbid(unsafe_code)]

use telemetry_runtime as telemetry;

use super::support::{Shape, run, shape, success};

macro_rules! precedence {
    ($name:ident, $later:ident, $unit:ident, $e:expr) => {
        #[telemetry::instrument]
        fn $name() -> u32 {
            $e * 2
        }

        #[telemetry::instrument]
        async fn $later() -> u32 {
            $e * 2
        }

        #[telemetry::instrument]
        fn $unit(to: &mut u32) {
            *to = $e * 2;
        }
    };
}
precedence!(precedence, precedence_later, precedence_unit, 1 + 2);

macro_rules! precedence_of_method {
    ($type:ident, $e:expr) => {
        struct $type;

        #[telemetry::instrument_adapter("precedence")]
        impl $type {
            fn sync(&self) -> u32 {
                $e * 2
            }

            async fn later(&self) -> u32 {
                $e * 2
            }
        }
    };
}
precedence_of_method!(Precedence, 1 + 2);

macro_rules! precedence_under_inner_attribute {
    ($name:ident, $later:ident, $e:expr) => {
        #[telemetry::instrument]
        fn $name() -> u32 {
            #![allow(unused_parens)]
            $e * 2
        }

        #[telemetry::instrument]
        async fn $later() -> u32 {
            #![allow(unused_parens)]
            $e * 2
        }
    };
}
precedence_under_inner_attribute!(precedence_inner, precedence_inner_later, 1 + 2);

macro_rules! stacked_precedence {
    ($name:ident, $e:expr) => {
        #[telemetry::trace]
        #[telemetry::measure]
        #[telemetry::track_errors]
        fn $name() -> u32 {
            $e * 2
        }
    };
}
stacked_precedence!(precedence_stacked, 1 + 2);

pub(super) const SHAPES: &[Shape] = &[
    shape("$e * 2", || assert_eq!(success("precedence", precedence), 6)),
    shape("$e * 2, async", || assert_eq!(success("precedence_later", || run(precedence_later())), 6)),
    shape("$e * 2, without a value", || {
        let mut to = 0;
        success("precedence_unit", || precedence_unit(&mut to));
        assert_eq!(to, 6);
    }),
    shape("$e * 2 in methods", || {
        assert_eq!(success("precedence.sync", || Precedence.sync()), 6);
        assert_eq!(success("precedence.later", || run(Precedence.later())), 6);
    }),
    shape("$e * 2 under an inner attribute", || {
        assert_eq!(success("precedence_inner", precedence_inner), 6);
        assert_eq!(success("precedence_inner_later", || run(precedence_inner_later())), 6);
    }),
    shape("$e * 2 under three attributes", || {
        assert_eq!(success("precedence_stacked", precedence_stacked), 6);
    }),
];
