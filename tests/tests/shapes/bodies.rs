//! Bodies, modifiers, and what `macro_rules` makes of them.

use std::fmt::Write as _;

use telemetry_runtime as telemetry;

use super::support::run;

#[telemetry::instrument]
fn questions(text: &str) -> Option<u32> {
    let digit = text.chars().next()?;
    digit.to_digit(10)
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
    let unused = 1;
    n
}

#[telemetry::instrument]
fn items() -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static CALLS: AtomicU32 = AtomicU32::new(0);
    const BY: u32 = 2;
    #[telemetry::instrument(name = "nested")]
    fn nested(n: u32) -> u32 {
        n + BY
    }
    nested(CALLS.fetch_add(1, Ordering::Relaxed))
}

#[telemetry::instrument]
fn macro_tail(out: &mut String) {
    let _ = write!(out, "a");
    assert!(!out.is_empty())
}

#[telemetry::instrument]
fn macro_value() -> Vec<u8> {
    vec![1, 2]
}

#[telemetry::instrument]
fn single_block(n: u32) -> u32 {
    n + 1
}

#[telemetry::instrument]
fn let_tail() {
    let _ = 1;
}

#[telemetry::instrument]
fn empty() {}

#[telemetry::instrument]
extern "C" fn foreign(n: u32) -> u32 {
    n
}

/// Documented.
#[telemetry::instrument]
#[inline]
#[must_use]
pub(crate) fn modified(n: u32) -> u32 {
    n
}

#[telemetry::instrument]
#[must_use]
async fn must_use_later() -> u32 {
    1
}

#[cold]
#[telemetry::instrument]
fn recursive(n: u32) -> u32 {
    if n == 0 { 0 } else { n + recursive(n - 1) }
}

#[telemetry::instrument]
#[test]
fn attribute_above_test() {
    assert_eq!(1 + 1, 2);
}

#[test]
#[telemetry::instrument]
fn attribute_below_test() -> Result<(), String> {
    Ok(())
}

#[telemetry::instrument]
#[tokio::test]
async fn attribute_above_tokio_test() {
    super::support::pause().await;
}

#[tokio::test]
#[telemetry::instrument]
async fn attribute_below_tokio_test() -> Result<(), String> {
    super::support::pause().await;
    Ok(())
}

const _: () = {
    #[telemetry::instrument]
    #[allow(dead_code)]
    fn hidden() -> u32 {
        1
    }
};

#[telemetry::instrument]
#[track_caller]
fn caller() -> u32 {
    std::panic::Location::caller().line()
}

macro_rules! function {
    ($vis:vis $name:ident, $arg:ident: $arg_type:ty, $returned:ty, $body:block) => {
        #[telemetry::instrument]
        $vis fn $name($arg: $arg_type) -> $returned $body
    };
}
function!(pub(crate) by_block, n: u32, Result<u32, String>, { Ok(n) });

macro_rules! precedence {
    ($name:ident, $later:ident, $e:expr) => {
        #[telemetry::instrument]
        fn $name() -> u32 {
            $e * 2
        }
        #[telemetry::instrument]
        async fn $later() -> u32 {
            $e * 2
        }
    };
}
precedence!(precedence, precedence_later, 1 + 2);

macro_rules! item {
    ($item:item) => {
        #[telemetry::instrument(name = "by_item")]
        $item
    };
}
item! {
    fn by_item<'a>(text: &'a str) -> &'a str {
        text
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

struct Me(u32);

macro_rules! method {
    ($self:ident, $body:expr) => {
        impl Me {
            #[telemetry::instrument]
            fn by_self(&$self) -> u32 {
                $body
            }
            #[telemetry::instrument]
            async fn by_self_later(&$self) -> u32 {
                $body
            }
        }
    };
}
method!(self, self.0);

#[test]
fn bodies_run_unchanged() {
    assert_eq!((questions("7"), questions(""), questions("x")), (Some(7), None, None));
    assert_eq!(inner_attributes(1) + run(inner_attributes_later(2)), 3);
    assert_eq!((items(), items()), (2, 3));
    let mut out = String::new();
    macro_tail(&mut out);
    assert_eq!((out.as_str(), macro_value()), ("a", vec![1, 2]));
    let_tail();
    empty();
    assert_eq!(single_block(1) + foreign(2) + modified(3) + run(must_use_later()), 8);
    assert_eq!(recursive(3), 6);
    assert_eq!(caller(), line!());
}

#[test]
fn macro_fragments_keep_their_meaning() {
    assert_eq!(by_block(1), Ok(1));
    assert_eq!((precedence(), run(precedence_later())), (6, 6));
    assert_eq!(by_item("a"), "a");
    assert_eq!(run(by_lifetime("a")), "a");
    assert_eq!(super::support::calls("literal", "by_lifetime", "success"), 1);
    assert_eq!(Me(4).by_self() + run(Me(5).by_self_later()), 9);
}
