struct Store;

#[telemetry_runtime::instrument_adapter]
impl Store {
    async fn quote(&self, price: u32) -> String {
        let text: String = price;
        text
    }
}

fn main() {}
