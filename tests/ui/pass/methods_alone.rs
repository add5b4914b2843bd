#![deny(warnings)]
use std::{pin::Pin, rc::Rc, sync::Arc};
use telemetry_runtime as telemetry;

#[derive(Default)]
struct Store(u8);

impl Store {
    #[telemetry::instrument]
    fn boxed(self: Box<Self>) -> u8 {
        self.0
    }

    #[telemetry::trace]
    async fn shared(self: Arc<Self>) -> u8 {
        self.0
    }

    #[telemetry::measure]
    fn counted(self: &Rc<Self>) -> u8 {
        self.0
    }

    #[telemetry::measure]
    async fn pinned(self: Pin<&mut Self>) -> u8 {
        self.0
    }

    #[telemetry::track_errors]
    fn made() -> Result<Self, String> {
        Ok(Self(1))
    }
}

fn main() {
    let _ = (Box::<Store>::default().boxed(), Rc::new(Store(1)).counted(), Store::made());
    drop((Arc::new(Store(1)).shared(), Pin::new(&mut Store(1)).pinned()));
}
