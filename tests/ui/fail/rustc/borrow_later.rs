#[telemetry_runtime::instrument]
async fn quote(mut all: Vec<u8>) -> usize {
    let first = &all[0];
    all.push(1);
    usize::from(*first)
}

fn main() {}
