use std::{pin::Pin, rc::Rc};

#[telemetry_runtime::instrument]
fn quote(shared: Rc<u8>) -> Pin<Box<dyn Future<Output = u8> + Send>> {
    Box::pin(async move { *shared })
}

fn main() {}
