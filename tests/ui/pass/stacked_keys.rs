//! Keys that shape the body may stand on any of the stacked attributes.
#![deny(warnings)]

use telemetry::measure as timed;
use telemetry_runtime as telemetry;

fn label(_: &String) -> &'static str {
    "label"
}

#[telemetry::trace("stacked", ret)]
#[timed(labels(n), slow = "1s")]
#[telemetry::track_errors("stacked", error_type = label, err(Debug))]
async fn renamed(mut n: u8, (a, _): (u8, u8)) -> Result<u8, String> {
    n += a;
    Ok(n)
}

#[cfg_attr(all(), telemetry::track_errors(err(Debug)))]
#[inline]
#[cfg_attr(all(), telemetry::trace("stacked", kind = client))]
fn conditional(mut list: Vec<u8>) -> Result<usize, String> {
    list.push(1);
    Ok(list.len())
}

macro_rules! generated {
    ($name:ident, $body:block, $value:expr) => {
        #[telemetry::trace("stacked", fields(double = $value * 2))]
        #[telemetry::measure(labels(double = $value * 2))]
        fn $name() -> i32 $body
    };
}
generated!(fragment, { 1 + 1 }, 1 + 2);

struct Feed;

#[telemetry::instrument_adapter]
impl Feed {
    #[telemetry::measure(labels(n))]
    #[telemetry::track_errors(error_type = label)]
    async fn method(mut self, n: u8) -> Result<Self, String> {
        self = Feed;
        let _ = n;
        Ok(self)
    }
}

fn main() {
    assert_eq!((fragment(), conditional(Vec::new())), (2, Ok(1)));
    drop((renamed(1, (1, 1)), Feed.method(1)));
}
