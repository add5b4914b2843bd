macro_rules! made {
    () => {
        struct Store;
        impl Store {}
    };
}

#[telemetry_runtime::instrument_adapter]
made!();

fn main() {
    let _ = Store;
}
