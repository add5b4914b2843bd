#![deny(warnings, unused_qualifications)]
#![no_implicit_prelude]
use ::telemetry_runtime as telemetry;

mod std {}
mod core {}
#[allow(dead_code)]
struct Some;
#[allow(dead_code)]
fn recording() {}

struct Symbol;

impl ::std::fmt::Display for Symbol {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str("A")
    }
}

struct Store {
    region: ::std::string::String,
}

#[telemetry::instrument_adapter(fields(region = self.region, symbol = %Symbol))]
impl Store {
    #[telemetry(fields(k, "r r" = r#type, type.of = ?(r#type, k)))]
    async fn load(&mut self, r#type: &str, mut k: u8) -> ::std::result::Result<u8, ::std::string::String> {
        k += 1;
        self.region.push_str(r#type);
        ::std::result::Result::Ok(k)
    }

    #[telemetry::trace(fields(len = list.len()))]
    fn first<'a, T>(&self, list: &'a mut [T]) -> ::std::option::Option<&'a mut T> {
        list.first_mut()
    }

    #[telemetry(skip)]
    #[allow(dead_code)]
    fn region(&self) -> ::std::boxed::Box<dyn ::std::future::Future<Output = ()>> {
        ::std::unreachable!()
    }
}

/// The future stays `Send`, whatever the values are.
#[telemetry::trace(fields(cell = ?::std::rc::Rc::new(id), ok = (|n| n == 1)(id)))]
async fn sendable(id: u8) {
    ::std::future::ready(id).await;
}

fn main() {
    fn is_send<T: ::std::marker::Send>(_: T) {}
    is_send(sendable(1));
    let mut store = Store { region: ::std::string::String::new() };
    ::std::mem::drop(store.load("a", 1));
    ::std::assert!(store.first(&mut [1, 2]).is_some());
}
