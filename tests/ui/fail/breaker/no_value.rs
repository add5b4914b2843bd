struct Store;

#[telemetry_runtime::instrument_adapter(breaker)]
impl Store {
    async fn close(&self) {}
    fn unit(&self) -> () {}
}

fn main() {}
