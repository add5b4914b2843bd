//! Shapes that only edition 2024 has.

#![deny(warnings, clippy::pedantic, clippy::nursery)]
#![forbid(unsafe_code)]
#![allow(clippy::redundant_pub_crate)]

use std::sync::Mutex;

use telemetry_runtime as telemetry;

use crate::shapes::support::{Shape, run, shape, success};

#[telemetry::instrument]
fn let_chain(text: Option<&str>) -> usize {
    if let Some(text) = text
        && let Some(first) = text.chars().next()
        && first.is_alphabetic()
    {
        return text.len();
    }
    0
}

#[telemetry::instrument]
async fn let_chain_later(text: Option<&str>) -> usize {
    let mut rest = text;
    let mut len = 0;
    while let Some(text) = rest
        && !text.is_empty()
    {
        len += 1;
        rest = text.get(1..);
    }
    len
}

#[telemetry::instrument]
fn captures_all(text: &str, all: &mut Vec<u8>) -> impl Iterator<Item = char> {
    all.push(1);
    text.chars()
}

#[telemetry::instrument]
#[allow(clippy::option_if_let_else, clippy::significant_drop_in_scrutinee)]
fn temporary_in_condition(lock: &Mutex<Option<u8>>) -> u8 {
    if let Some(n) = *lock.lock().expect("never poisoned") {
        n
    } else {
        *lock.lock().expect("never poisoned") = Some(1);
        0
    }
}

#[telemetry::instrument]
fn r#gen() -> u8 {
    1
}

pub(crate) const SHAPES: &[Shape] = &[
    shape("let chain", || assert_eq!(success("let_chain", || let_chain(Some("a"))), 1)),
    shape("let chain, async", || assert_eq!(success("let_chain_later", || run(let_chain_later(None))), 0)),
    shape("-> impl Trait captures all lifetimes", || {
        let mut all = Vec::new();
        assert_eq!(success("captures_all", || captures_all("a", &mut all).count()), 1);
    }),
    shape("a temporary of a condition ends before else", || {
        assert_eq!(success("temporary_in_condition", || temporary_in_condition(&Mutex::new(None))), 0);
    }),
    shape("r#gen", || assert_eq!(success("gen", r#gen), 1)),
];
