trait Store {
    #[telemetry_runtime::instrument]
    async fn get(&self) -> u8;
}

fn main() {}
