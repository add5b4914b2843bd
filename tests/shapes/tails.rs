//! What a body ends with.

#![forbid(unsafe_code)]

use std::fmt::Write as _;

use telemetry_runtime as telemetry;

use super::support::{Shape, run, shape, success};

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
async fn macro_value_later() -> String {
    format!("{}", 1)
}

#[telemetry::instrument]
fn macro_by_path() -> String {
    std::format!("{}", 1)
}

#[telemetry::instrument]
fn let_tail() {
    let _ = 1;
}

#[telemetry::instrument]
fn call_tail(out: &mut Vec<u8>) {
    out.push(1)
}

#[telemetry::instrument]
fn struct_tail() -> std::ops::Range<u8> {
    std::ops::Range { start: 1, end: 2 }
}

#[telemetry::instrument]
fn range_tail() -> std::ops::RangeInclusive<u8> {
    1..=2
}

#[telemetry::instrument]
fn assigned_tail(to: &mut u32) {
    *to = 1
}

#[telemetry::instrument]
fn block_tail(n: u32) -> u32 {
    if n == 0 { 1 } else { 2 }
}

#[telemetry::instrument]
fn block_alone(n: u32) -> u32 {
    #![allow(unused_braces)]
    { n }
}

pub(super) const SHAPES: &[Shape] = &[
    shape("macro at the tail, without a value", || {
        let mut out = String::new();
        success("macro_tail", || macro_tail(&mut out));
        assert_eq!(out, "a");
    }),
    shape("vec![] at the tail", || assert_eq!(success("macro_value", macro_value), [1, 2])),
    shape("format!() at the tail, async", || {
        assert_eq!(success("macro_value_later", || run(macro_value_later())), "1");
    }),
    shape("std::format!() at the tail", || assert_eq!(success("macro_by_path", macro_by_path), "1")),
    shape("let at the tail", || success("let_tail", let_tail)),
    shape("call without a semicolon at the tail", || {
        let mut out = Vec::new();
        success("call_tail", || call_tail(&mut out));
        assert_eq!(out, [1]);
    }),
    shape("struct literal at the tail", || assert_eq!(success("struct_tail", struct_tail), 1..2)),
    shape("range at the tail", || assert_eq!(success("range_tail", range_tail), 1..=2)),
    shape("assignment at the tail", || {
        let mut to = 0;
        success("assigned_tail", || assigned_tail(&mut to));
        assert_eq!(to, 1);
    }),
    shape("if else at the tail", || assert_eq!(success("block_tail", || block_tail(1)), 2)),
    shape("a block and nothing else", || assert_eq!(success("block_alone", || block_alone(1)), 1)),
];
