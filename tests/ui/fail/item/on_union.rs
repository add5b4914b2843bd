#[telemetry_runtime::measure]
union Bits {
    _a: u8,
}

fn main() {}
