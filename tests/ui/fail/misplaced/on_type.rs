trait Store {
    type Id;
}

struct Memory;

#[telemetry_runtime::instrument_adapter]
impl Store for Memory {
    #[telemetry(skip)]
    type Id = u8;
}

fn main() {}
