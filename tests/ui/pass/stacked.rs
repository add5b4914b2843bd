#![deny(warnings)]
use telemetry_runtime::{measure as m, trace, track_errors};

#[trace(name = "same")]
#[m(slow = "1s", name = "same")]
#[track_errors]
async fn later(n: u8) -> Result<u8, String> {
    Ok(n)
}

#[cfg_attr(all(), trace)]
#[inline]
#[telemetry_runtime::measure]
/// Documented.
fn sync<T>(n: T) -> T {
    n
}

fn main() {
    drop(later(1));
    sync(2);
}
