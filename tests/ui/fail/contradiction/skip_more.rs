struct Feed;

#[telemetry_runtime::instrument_adapter]
impl Feed {
    #[telemetry(skip, ret, labels(a = 1), sample = never, buckets = [1.0])]
    fn news(&self) {}
}

fn main() {
    Feed.news();
}
