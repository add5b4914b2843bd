//! Labels, parents and links see the parameters, and leave them as they were.
#![deny(warnings)]
#![deny(unused_mut, unused_variables, unused_assignments)]

use telemetry_runtime as telemetry;
use telemetry_runtime::Context;

struct Feed<'a> {
    region: &'a str,
    context: Context,
}

#[telemetry::instrument_adapter("feed", labels(region = self.region), parent = &self.context)]
impl<'a> Feed<'a> {
    fn by_reference(&'a self, symbol: &'a str) -> &'a str {
        symbol
    }

    #[telemetry(labels(size = list.len(), first = list[0]))]
    async fn by_value(mut self, mut list: Vec<u8>, _unused: String) -> Self {
        list.clear();
        drop(list);
        self.region = "";
        self
    }

    #[telemetry(labels(a, b = ?b), links = others)]
    fn patterns(&mut self, [a, b]: [u8; 2], others: impl IntoIterator<Item = Context>, _: u8) -> impl Sized {
        let sum = a + b;
        move || sum
    }

    #[telemetry(include, parent = Context::current(), labels(region = "none"))]
    fn without_receiver() {}
}

#[telemetry::measure(labels(kind = if n > 3 { "big" } else { "small" }))]
fn returned(n: usize, text: String) -> impl Future<Output = usize> + Send {
    async move { text.len() + n }
}

#[telemetry::instrument(labels(n))]
async fn sent(n: u8) -> u8 {
    std::future::ready(n).await
}

fn is_send(_: &impl Send) {}

fn main() {
    let mut feed = Feed { region: "eu", context: Context::NONE };
    let _ = (feed.by_reference("x"), Feed::without_receiver());
    let _ = feed.patterns([1, 2], [Context::NONE], 1);
    is_send(&sent(1));
    drop((feed.by_value(vec![1], String::new()), returned(1, String::new()), sent(1)));
}
