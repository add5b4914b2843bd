#[telemetry_runtime::trace(fields(list, first = list.first(), ok = 1 + list))]
fn plain(list: Vec<u8>) {}

struct Hidden;

#[telemetry_runtime::trace(fields(?hidden, shown = %hidden))]
fn forms(hidden: Hidden) {}

fn main() {}
