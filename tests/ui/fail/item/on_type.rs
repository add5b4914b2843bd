#[telemetry_runtime::instrument]
type Id = u64;

fn main() {
    let _: Id = 1;
}
