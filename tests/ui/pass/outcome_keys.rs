//! Predicates, labels of errors and recorded values fit every shape of value.
#![deny(warnings)]

use std::{fmt::Debug, pin::Pin};

use telemetry_runtime as telemetry;

#[telemetry::instrument(ok_if = Option::is_some, ret)]
fn option(n: u8) -> Option<u8> {
    n.checked_sub(1)
}

#[telemetry::instrument(ret, error_if = |value: &T| format!("{value:?}").is_empty())]
fn generic<T: Debug>(value: T) -> T {
    value
}

#[telemetry::instrument(ret, error_type = |error| if error.is_empty() { "empty" } else { "other" })]
fn iterator(n: u8) -> Result<Vec<impl Iterator<Item = u8> + Debug>, String> {
    Ok(vec![0..n])
}

#[telemetry::instrument(error_type = KindLabel::kind_label)]
async fn borrowed(text: &str) -> Result<&str, std::io::Error> {
    Ok(text)
}

trait KindLabel {
    fn kind_label(&self) -> &'static str;
}

impl KindLabel for std::io::Error {
    fn kind_label(&self) -> &'static str {
        "io"
    }
}

#[telemetry::trace(ret(Display), ok_if = is_short::<3>)]
fn boxed(n: usize) -> Pin<Box<dyn Future<Output = String> + Send>> {
    Box::pin(async move { "x".repeat(n) })
}

fn is_short<const N: usize>(text: &String) -> bool {
    text.len() <= N
}

fn main() {
    let _ = (option(1), generic("x"), iterator(2).is_ok());
    drop((borrowed("x"), boxed(1)));
}
