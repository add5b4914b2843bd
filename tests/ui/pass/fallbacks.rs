//! A fallback has the parameters of its function, which need not be `Clone`.
#![deny(warnings)]

use telemetry_runtime as telemetry;
use telemetry_runtime::BreakerOpen;

struct Order;

fn spare<'a>(_: Order, text: &'a str, _: &mut u8) -> &'a str {
    text
}

#[telemetry::instrument(breaker, fallback = spare)]
fn not_clone<'a>(_order: Order, text: &'a str, n: &mut u8) -> &'a str {
    *n += 1;
    text
}

async fn generic_spare<T: Clone>(value: T) -> Result<T, BreakerOpen> {
    Ok(value)
}

#[telemetry::instrument(breaker = "shared", fallback(generic_spare::<T>, on = error))]
async fn generic<T: Clone>(mut value: T) -> Result<T, BreakerOpen> {
    let other = value.clone();
    value = other;
    Ok(value)
}

#[telemetry::instrument(breaker, fallback = std::mem::drop::<Vec<u8>>)]
fn unit(mut list: Vec<u8>) {
    list.clear();
}

struct Feed;

#[telemetry::instrument_adapter(breaker)]
impl Feed {
    #[telemetry(fallback = Self::kept)]
    async fn by_mut(&mut self, order: Order) -> Order {
        order
    }

    #[telemetry(skip)]
    async fn kept(&mut self, order: Order) -> Order {
        order
    }

    #[telemetry(fallback(Self::spare, on = error))]
    fn rescued(&self, (a, b): (String, u8)) -> Result<String, BreakerOpen> {
        Ok(a.repeat(usize::from(b)))
    }

    #[telemetry(skip)]
    fn spare(&self, pair: (String, u8)) -> Result<String, BreakerOpen> {
        Ok(pair.0)
    }
}

fn main() {
    let _ = (not_clone(Order, "x", &mut 1), unit(vec![1]), Feed.rescued((String::new(), 1)).is_ok());
    drop((generic(1), Feed.by_mut(Order)));
}
