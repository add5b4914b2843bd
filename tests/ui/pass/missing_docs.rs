//! Documented.
#![deny(missing_docs, unreachable_pub, rustdoc::all)]

/// A store.
pub struct Store;

/// Documented.
#[telemetry_runtime::instrument_adapter]
impl Store {
    /// Gets.
    pub fn get(&self) -> u8 {
        1
    }
}

/// A loader.
#[telemetry_runtime::instrument_adapter]
pub trait Loader {
    /// Loads.
    fn load(&self) -> u8 {
        1
    }
}

fn main() {}
