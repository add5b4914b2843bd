macro_rules! made {
    () => {
        fn get() {}
    };
}

#[telemetry_runtime::instrument]
made! {}

fn main() {
    get();
}
