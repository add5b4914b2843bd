trait Store {
    fn get(&self) -> u8;
    fn put(&self);
}

struct Memory;

#[telemetry_runtime::instrument_adapter]
impl Store for Memory {
    fn get(&self) -> u8 {
        1
    }
}

fn main() {}
