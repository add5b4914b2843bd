//! Bodies.

#![forbid(unsafe_code)]

use telemetry_runtime as telemetry;

use super::support::{Shape, ended, error, run, shape, success};

#[telemetry::instrument]
fn question_on_option(text: &str) -> Option<u32> {
    let digit = text.chars().next()?;
    digit.to_digit(10)
}

#[telemetry::instrument]
fn question_on_error(text: &str) -> Result<u8, Box<dyn std::error::Error + Send + Sync>> {
    if text == "x" {
        Err("x")?;
    }
    let first: u8 = text.split(' ').next().ok_or("empty")?.parse()?;
    Ok(first)
}

#[telemetry::instrument]
fn inner_attributes(n: u32) -> u32 {
    #![allow(unused_variables)]
    //! Documented inside.
    let unused = 1;
    n
}

#[telemetry::instrument]
async fn inner_attributes_later(n: u32) -> u32 {
    #![allow(unused_variables)]
    #![allow(clippy::no_effect_underscore_binding)]
    let unused = 1;
    n
}

#[telemetry::instrument]
fn items() -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static CALLS: AtomicU32 = AtomicU32::new(0);
    const BY: u32 = 2;
    struct Local(u32);
    impl Local {
        fn get(&self) -> u32 {
            self.0
        }
    }
    fn nested(n: u32) -> u32 {
        n + BY
    }
    Local(nested(CALLS.fetch_add(1, Ordering::Relaxed))).get()
}

#[telemetry::instrument]
async fn items_later() -> u32 {
    use std::cmp::max;
    const BY: u32 = 2;
    enum Local {
        One,
    }
    let Local::One = Local::One;
    max(1, BY)
}

#[telemetry::instrument]
fn empty() {}

#[telemetry::instrument]
fn captured_format(name: &str, width: usize) -> String {
    format!("{name:>width$}")
}

#[telemetry::instrument]
fn labels(n: u32) -> u32 {
    let found = 'outer: {
        for i in 0..n {
            if i * i > n {
                break 'outer i;
            }
        }
        0
    };
    found + 1
}

#[telemetry::instrument]
fn closures(all: &[u32]) -> Vec<u32> {
    let double = |n: &u32| {
        if *n == 0 {
            return 1;
        }
        n * 2
    };
    all.iter().map(double).collect()
}

#[telemetry::instrument]
fn tries(text: &str) -> bool {
    let parsed = || -> Result<u8, std::num::ParseIntError> { text.parse::<u8>() };
    parsed().is_ok()
}

#[telemetry::instrument]
fn let_else(text: Option<&str>) -> usize {
    let Some(text) = text else {
        return 0;
    };
    text.len()
}

#[telemetry::instrument]
fn matching(n: u32) -> &'static str {
    match n {
        0 => "none",
        n if n % 2 == 0 => "even",
        1 | 3 => return "odd",
        _ => "other",
    }
}

#[telemetry::instrument]
fn returns_at_the_end(n: u32) -> u32 {
    #![allow(clippy::needless_return)]
    return n;
}

#[telemetry::instrument]
fn early_in_macro(n: u32) -> Result<u32, String> {
    macro_rules! bail {
        ($text:literal) => {
            return Err($text.to_owned())
        };
    }
    if n == 0 {
        bail!("zero");
    }
    Ok(n)
}

#[telemetry::instrument]
fn literals() -> usize {
    let texts = [
        r#"a "b""#,
        "c\u{e9}",
        "line \
        continued",
    ];
    let bytes = b"bytes".len() + c"c text".count_bytes() + br"raw".len();
    texts.iter().map(|text| text.len()).sum::<usize>() + bytes + usize::from(b'a')
}

#[telemetry::instrument]
fn nested_comments(n: u32) -> u32 {
    /* a /* nested */ comment */
    n // and one behind
}

#[telemetry::instrument]
fn attributes_inside(n: u32) -> u32 {
    #[allow(unused_variables)]
    let unused = 1;
    #[cfg(doctest)]
    let n = missing();
    #[rustfmt::skip]
    let n = n  + 1;
    match n {
        #[cfg(not(doctest))]
        n => n,
    }
}

#[telemetry::instrument]
fn const_block() -> u32 {
    const { 1 + 2 }
}

#[telemetry::instrument]
fn turbofish(all: &[u8]) -> Vec<u16> {
    all.iter().copied().map(Into::<u16>::into).collect::<Vec<_>>()
}

#[telemetry::instrument]
#[allow(clippy::let_and_return)]
fn shadows(n: u32) -> u32 {
    let n = n + 1;
    let __r = n + 1;
    let __c = __r + 1;
    __c
}

pub(super) const SHAPES: &[Shape] = &[
    shape("? on an Option", || assert_eq!(success("question_on_option", || question_on_option("")), None)),
    shape("Err(\"x\")? into Box<dyn Error + Send + Sync>", || {
        assert!(error("question_on_error", "alloc::Box", || question_on_error("x")).is_err());
        assert_eq!(success("question_on_error", || question_on_error("7 8")).ok(), Some(7));
    }),
    shape("inner attributes", || assert_eq!(success("inner_attributes", || inner_attributes(1)), 1)),
    shape("inner attributes, async", || {
        assert_eq!(success("inner_attributes_later", || run(inner_attributes_later(1))), 1);
    }),
    shape("items in a body", || {
        ended("items", &[("success", 2)], || assert_eq!(items() + 1, items()));
    }),
    shape("items in an async body", || assert_eq!(success("items_later", || run(items_later())), 2)),
    shape("empty body", || success("empty", empty)),
    shape("captured format arguments", || {
        assert_eq!(success("captured_format", || captured_format("a", 2)), " a");
    }),
    shape("labelled blocks and loops", || assert_eq!(success("labels", || labels(5)), 4)),
    shape("return in a closure", || assert_eq!(success("closures", || closures(&[0, 2])), [1, 4])),
    shape("Result of a closure", || assert!(!success("tries", || tries("x")))),
    shape("let else", || assert_eq!(success("let_else", || let_else(None)), 0)),
    shape("match with guards and a return", || assert_eq!(success("matching", || matching(3)), "odd")),
    shape("return as the last statement", || {
        assert_eq!(success("returns_at_the_end", || returns_at_the_end(1)), 1);
    }),
    shape("return inside of a macro of the body", || {
        assert!(error("early_in_macro", "alloc::String", || early_in_macro(0)).is_err());
    }),
    shape("literals of every kind", || assert_eq!(success("literals", literals), 133)),
    shape("nested comments", || assert_eq!(success("nested_comments", || nested_comments(1)), 1)),
    shape("attributes on statements and arms", || {
        assert_eq!(success("attributes_inside", || attributes_inside(1)), 2);
    }),
    shape("const block at the tail", || assert_eq!(success("const_block", const_block), 3)),
    shape("turbofish", || assert_eq!(success("turbofish", || turbofish(&[1])), [1])),
    shape("locals with the names of ours", || assert_eq!(success("shadows", || shadows(1)), 4)),
];
