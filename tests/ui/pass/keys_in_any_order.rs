#![deny(warnings)]
use telemetry_runtime as telemetry;

#[telemetry::instrument("finnhub", name = "quote", kind = client, err(Debug), slow = "1.5s")]
fn first() -> Result<u8, u8> {
    Ok(1)
}

#[telemetry::instrument(slow = "500ms", err(off), kind = producer, name = "quote", provider = "finnhub",)]
fn second() -> Result<u8, u8> {
    Ok(1)
}

#[telemetry::trace()]
fn third() {}

#[telemetry::measure(slow = "0s")]
fn fourth() {}

#[telemetry::track_errors(err(Display))]
fn fifth() -> Result<(), std::fmt::Error> {
    Ok(())
}

fn main() {
    let _ = (first(), second(), third(), fourth(), fifth());
}
