#![deny(warnings)]
use telemetry_runtime as telemetry;

struct Store(u8);

#[telemetry::instrument_adapter]
impl Store {
    const LIMIT: u8 = 2;

    const fn new() -> Self {
        Self(Self::LIMIT)
    }

    const fn limit(&self) -> u8 {
        self.0
    }

    fn made() -> Self {
        Self::new()
    }
}

#[telemetry::instrument_adapter]
impl Drop for Store {
    fn drop(&mut self) {}
}

const LIMIT: u8 = {
    let store = std::mem::ManuallyDrop::new(Store::new());
    let limit = (&raw const store).is_null() as u8 + Store::LIMIT;
    std::mem::forget(store);
    limit
};

fn main() {
    assert_eq!(Store::made().limit(), LIMIT);
}
