struct Feed;

#[telemetry_runtime::instrument_adapter(breaker, fallback = Self::cached)]
impl Feed {
    fn quote(&self) -> Result<u8, String> {
        Ok(1)
    }
}

#[telemetry_runtime::trace(fallback = f)]
fn news() {}

fn main() {
    let _ = Feed.quote();
    news();
}
