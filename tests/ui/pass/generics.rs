#![deny(warnings)]
use telemetry_runtime as telemetry;

struct Cache<'a, K, const N: usize = 1>(&'a [K; N]);

#[telemetry::instrument_adapter]
impl<'a, K, const N: usize> Cache<'a, K, N>
where
    K: PartialEq + 'a,
{
    fn find<'b>(&'b self, key: &K) -> Option<&'b K>
    where
        'a: 'b,
    {
        self.0.iter().find(|other| *other == key)
    }

    async fn map<F, R>(&self, f: F) -> Result<Vec<R>, impl std::fmt::Debug + use<'_, 'a, K, N, F, R>>
    where
        F: for<'x> Fn(&'x K) -> R,
    {
        let all: Result<_, String> = Ok(self.0.iter().map(f).collect());
        all
    }
}

#[telemetry::instrument]
fn largest<T: PartialOrd, I>(items: I) -> Option<I::Item>
where
    I: IntoIterator<Item = T>,
{
    items.into_iter().reduce(|a, b| if a < b { b } else { a })
}

fn main() {
    let cache = Cache(&[1, 2]);
    assert_eq!(cache.find(&2), largest([&1, &2]));
    drop(cache.map(|n| n + 1));
}
