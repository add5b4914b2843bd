#![deny(warnings)]
#![no_implicit_prelude]
#![allow(dead_code, non_snake_case)]

mod std {}
mod core {}
mod inventory {}
struct Option;
struct Result;
fn Some() {}
fn Ok() {}

#[::telemetry_runtime::instrument(breaker)]
fn sync() -> ::core::result::Result<u8, Open> {
    ::core::result::Result::Ok(1)
}

struct Open;
impl ::core::convert::From<::telemetry_runtime::BreakerOpen> for Open {
    fn from(_: ::telemetry_runtime::BreakerOpen) -> Self {
        Self
    }
}

#[::telemetry_runtime::instrument_adapter]
impl Open {
    async fn later(&self) -> ::core::option::Option<u8> {
        ::core::option::Option::Some(1)
    }
}

fn main() {
    let _ = (sync(), Open.later());
}
