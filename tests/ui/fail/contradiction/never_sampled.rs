#[telemetry_runtime::trace(sample = never, fields(a = 1), ret, links = [])]
fn quote() -> u8 {
    1
}

struct Feed;

#[telemetry_runtime::instrument_adapter(sample = never)]
impl Feed {
    #[telemetry(fields(a = 1))]
    fn news(&self) {}
}

fn main() {
    quote();
    Feed.news();
}
