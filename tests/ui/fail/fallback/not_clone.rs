struct Order;

fn spare(_: Order) -> Result<u8, String> {
    Ok(1)
}

#[telemetry_runtime::instrument(fallback(spare, on = error))]
fn quote(order: Order) -> Result<u8, String> {
    drop(order);
    Ok(1)
}

fn main() {
    let _ = quote(Order);
}
