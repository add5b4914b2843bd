#![deny(warnings)]
use telemetry_runtime as telemetry;
use telemetry_runtime::BreakerOpen;

struct Open;
impl From<BreakerOpen> for Open {
    fn from(_: BreakerOpen) -> Self {
        Self
    }
}

struct Quotes;

#[telemetry::instrument_adapter(breaker(failure_rate = 0.5, slow_rate = 1, slow_call = "2s", window = "30s",
    minimum_calls = 20, open_for = "30s", half_open_permits = 5, lease = "10s", backoff_multiplier = 2, open_for_max = "5m", jitter = 0.1,
    ignore = ["not_found", "rate_limited"], slow_errors = ["timeout"]))]
impl Quotes {
    async fn by_block(&self) -> Result<u8, Open> {
        Ok(1)
    }

    #[telemetry(breaker)]
    fn own(&self) -> Result<u8, Open> {
        Ok(1)
    }

    #[telemetry(breaker = "shared")]
    fn shared(&self) -> Result<impl Copy, Open> {
        Ok(1)
    }

    #[telemetry(breaker(window_calls = 100, minimum_calls = 100))]
    fn later(&self) -> impl Future<Output = Result<u8, Open>> {
        async { Ok(1) }
    }

    #[telemetry(breaker(off))]
    fn close(&self) {}
}

fn main() {
    let _ = (Quotes.own(), Quotes.shared(), Quotes.close());
    drop((Quotes.by_block(), Quotes.later()));
}
