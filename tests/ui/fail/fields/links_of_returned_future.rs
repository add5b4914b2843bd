#[telemetry_runtime::trace(links = list)]
fn quote(list: Vec<telemetry_runtime::Context>) -> impl Future<Output = u8> {
    async move { list.len() as u8 }
}

fn main() {
    drop(quote(Vec::new()));
}
