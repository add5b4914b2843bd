#[telemetry_runtime::trace(sample = never)]
#[telemetry_runtime::instrument(sample = always)]
fn quote() {}

struct Feed;

#[telemetry_runtime::instrument_adapter(sample = always)]
impl Feed {
    #[telemetry(sample = 0.5)]
    #[telemetry_runtime::trace(sample = 0.1)]
    fn news(&self) {}
}

fn main() {
    quote();
    Feed.news();
}
