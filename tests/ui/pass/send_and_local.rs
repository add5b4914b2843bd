#![deny(warnings)]
use std::rc::Rc;
use telemetry_runtime as telemetry;

fn sends<T: Send>(_: T) {}

#[telemetry::instrument]
async fn sent(cell: std::cell::Cell<u8>, text: &mut String) -> u8 {
    std::future::ready(()).await;
    text.push('a');
    cell.get()
}

#[telemetry::instrument]
async fn local(shared: Rc<u8>) -> u8 {
    std::future::ready(()).await;
    *shared
}

struct Store;

#[telemetry::instrument_adapter]
impl Store {
    async fn get(&self, id: String) -> Result<u8, String> {
        std::future::ready(()).await;
        Err(id)
    }
}

fn main() {
    sends(sent(std::cell::Cell::new(1), &mut String::new()));
    sends(Store.get(String::new()));
    drop(local(Rc::new(1)));
}
