//! Bodies whose values take their type from the signature.

#![forbid(unsafe_code)]

use std::fmt::Debug;

use telemetry_runtime as telemetry;

use super::support::{Shape, error, run, shape, success};

#[telemetry::instrument]
fn unsized_early(early: bool) -> Box<dyn Debug> {
    if early {
        return Box::new(1_u8);
    }
    Box::new("late")
}

#[telemetry::instrument]
async fn unsized_early_later(early: bool) -> Box<dyn Debug> {
    if early {
        return Box::new(1_u8);
    }
    Box::new("late")
}

#[telemetry::instrument]
fn pointer(double: bool) -> fn(u32) -> u32 {
    if double {
        return |n| n * 2;
    }
    |n| n
}

#[telemetry::instrument]
async fn pointer_later(double: bool) -> fn(u32) -> u32 {
    if double { |n| n * 2 } else { |n| n }
}

#[telemetry::instrument]
fn unsized_reference() -> &'static dyn Debug {
    &1
}

#[telemetry::instrument]
async fn unsized_slice() -> &'static [u32] {
    &[1, 2]
}

#[telemetry::instrument]
fn boxed_function() -> Box<dyn for<'a> Fn(&'a str) -> &'a str + Send> {
    Box::new(|text| text.trim())
}

#[telemetry::instrument]
fn inferred_tail() -> Vec<u8> {
    (0..3).collect()
}

#[telemetry::instrument]
async fn inferred_tail_later(early: bool) -> Vec<u8> {
    if early {
        return Vec::default();
    }
    (0..3).collect()
}

#[telemetry::instrument]
fn inferred_into(text: &str) -> Result<u8, Box<dyn std::error::Error + Send + Sync>> {
    if text.is_empty() {
        return Err("empty".into());
    }
    Ok(text.parse()?)
}

pub(super) const SHAPES: &[Shape] = &[
    shape("-> Box<dyn Trait> with an early return", || {
        assert_eq!(format!("{:?}", success("unsized_early", || unsized_early(true))), "1");
    }),
    shape("async -> Box<dyn Trait> with an early return", || {
        let late = success("unsized_early_later", || run(unsized_early_later(false)));
        assert_eq!(format!("{late:?}"), "\"late\"");
    }),
    shape("-> fn pointer from two closures", || assert_eq!(success("pointer", || pointer(true))(4), 8)),
    shape("async -> fn pointer from two closures", || {
        assert_eq!(success("pointer_later", || run(pointer_later(false)))(4), 4);
    }),
    shape("-> &'static dyn Trait from a literal", || {
        assert_eq!(format!("{:?}", success("unsized_reference", unsized_reference)), "1");
    }),
    shape("async -> &'static [T] from a literal", || {
        assert_eq!(success("unsized_slice", || run(unsized_slice())), [1, 2]);
    }),
    shape("-> Box<dyn for<'a> Fn>", || {
        assert_eq!(success("boxed_function", boxed_function)(" a "), "a");
    }),
    shape("collect() at the tail", || assert_eq!(success("inferred_tail", inferred_tail), [0, 1, 2])),
    shape("default() in an early return, async", || {
        assert!(success("inferred_tail_later", || run(inferred_tail_later(true))).is_empty());
    }),
    shape("into() and ? into Box<dyn Error>", || {
        assert!(error("inferred_into", "alloc::Box", || inferred_into("x")).is_err());
    }),
];
