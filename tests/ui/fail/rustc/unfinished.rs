struct Store(u8);

#[telemetry_runtime::instrument_adapter]
impl Store {
    fn quote(&self) -> u8 {
        self.
    }

    fn other(&self) -> u8 {
        self.0
    }
}

fn main() {
    Store(1).other();
}
