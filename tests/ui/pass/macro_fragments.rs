#![deny(warnings)]
use telemetry_runtime as telemetry;

macro_rules! adapter {
    ($provider:literal, $self_type:ty, $method:ident, $returned:ty, $body:block) => {
        #[telemetry::instrument_adapter($provider)]
        impl $self_type {
            async fn $method(&self) -> $returned $body
        }
    };
}

struct Store;
adapter!("store", Store, get, Result<u8, String>, { Ok(1) });

macro_rules! opaque {
    ($($item:item)*) => { $(#[telemetry::instrument] $item)* };
}
opaque! {
    fn first((a, _): (u8, u8)) -> u8 { a }
    fn second() -> impl Iterator<Item = u8> { [1].into_iter() }
}

fn main() {
    drop(Store.get());
    assert_eq!(second().next(), Some(first((1, 2))));
}
