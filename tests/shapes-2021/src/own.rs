//! Shapes that only edition 2021 has.

#![deny(warnings, clippy::pedantic, clippy::nursery)]
#![allow(keyword_idents_2024, clippy::redundant_pub_crate)]

use telemetry_runtime as telemetry;

use crate::shapes::support::{Shape, run, shape, success};

#[telemetry::instrument]
fn gen(n: u8) -> u8 {
    n
}

#[telemetry::instrument]
#[no_mangle]
extern "C" fn telemetry_shapes_exported(n: u8) -> u8 {
    n
}

/// Does not keep `all` borrowed.
#[telemetry::instrument]
fn captures_nothing(all: &mut Vec<u8>) -> impl Iterator<Item = u8> {
    all.push(1);
    [1, 2].into_iter()
}

#[telemetry::instrument]
async fn names_a_lifetime<'a>(one: &'a str, _other: &str) -> &'a str {
    one
}

#[telemetry::instrument]
unsafe fn reads(at: *const u8) -> u8 {
    *at
}

macro_rules! by_expression {
    ($name:ident, $e:expr_2021) => {
        #[telemetry::instrument]
        fn $name() -> u8 {
            $e * 2
        }
    };
}
by_expression!(expression_of_2021, 1 + 2);

pub(crate) const SHAPES: &[Shape] = &[
    shape("fn gen", || assert_eq!(success("gen", || gen(1)), 1)),
    shape("#[no_mangle]", || {
        assert_eq!(success("telemetry_shapes_exported", || telemetry_shapes_exported(1)), 1);
    }),
    shape("-> impl Trait captures no lifetime", || {
        let mut all = Vec::new();
        let rest = success("captures_nothing", || captures_nothing(&mut all));
        all.push(2);
        assert_eq!(rest.count() + all.len(), 4);
    }),
    shape("async <'a> beside an elided lifetime", || {
        assert_eq!(success("names_a_lifetime", || run(names_a_lifetime("a", "b"))), "a");
    }),
    shape("an unsafe fn whose body is unsafe", || assert_eq!(success("reads", || unsafe { reads(&1) }), 1)),
    shape("$e:expr_2021", || assert_eq!(success("expression_of_2021", expression_of_2021), 6)),
];
