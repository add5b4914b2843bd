#![deny(warnings)]
extern crate telemetry_runtime as observed;

#[observed::instrument(crate = observed)]
fn function() -> u8 {
    1
}

struct Store;

#[observed::instrument_adapter(crate = ::telemetry_runtime)]
impl Store {
    async fn get(&self) {}
}

fn main() {
    function();
    drop(Store.get());
}
