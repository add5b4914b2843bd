use std::rc::Rc;

#[telemetry_runtime::instrument]
async fn quote() -> u8 {
    let shared = Rc::new(1);
    std::future::ready(()).await;
    *shared
}

fn sends(_: impl Send) {}

fn main() {
    sends(quote());
}
