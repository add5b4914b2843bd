//! One readable expansion of each shape, in `tests/expansions`.
//!
//! `UPDATE_EXPANSIONS=1 cargo test -p telemetry-macros` takes over a change; read it in the diff.

use std::path::Path;

use proc_macro2::TokenStream;

use crate::args::Entry;
use crate::{adapter, error_type, function as on_function};

fn check(name: &str, expanded: TokenStream) {
    let file = syn::parse2(expanded).expect("an expansion that parses");
    let shown = prettyplease::unparse(&file);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expansions").join(name);
    if std::env::var_os("UPDATE_EXPANSIONS").is_some() {
        std::fs::write(&path, &shown).expect("a writable snapshot");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(shown, expected, "{name} changed");
}

fn function(entry: Entry, args: TokenStream, item: TokenStream) -> TokenStream {
    on_function::attribute(entry, args, item).instrumented
}

fn block(args: TokenStream, item: TokenStream) -> TokenStream {
    adapter::attribute(args, item).instrumented
}

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("tokens")
}

#[test]
fn sync_value() {
    let item =
        tokens("fn quote(symbol: String, mut n: u32) -> Result<u32, Error> { n += 1; fetch(&symbol, n) }");
    check("sync_value.rs", function(Entry::Instrument, tokens("\"finnhub\", slow = \"500ms\""), item));
}

#[test]
fn sync_unit() {
    let item = tokens("#[inline] pub fn refresh(&self) { self.load(); }");
    check("sync_unit.rs", function(Entry::Measure, TokenStream::new(), item));
}

#[test]
fn async_function() {
    let item =
        tokens("pub async fn quote(&self, symbol: &str) -> Result<u32, Error> { fetch(symbol).await }");
    check("async_function.rs", function(Entry::Trace, TokenStream::new(), item));
}

#[test]
fn boxed_future_with_breaker() {
    let item = tokens(
        "fn quote(&self) -> Pin<Box<dyn Future<Output = Result<u32, Error>> + Send + '_>> { Box::pin(fetch()) }",
    );
    check("boxed_future.rs", function(Entry::Instrument, tokens("breaker = \"quotes\""), item));
}

#[test]
fn stream() {
    let item =
        tokens("fn ticks(&self, symbol: &str) -> impl Stream<Item = Result<u32, Error>> { poll(symbol) }");
    check("stream.rs", function(Entry::Trace, TokenStream::new(), item));
}

#[test]
fn impl_block() {
    let item = tokens(
        "impl Store for PgOrders { \
            type Id = u64; \
            async fn load(&self, id: u64) -> Result<Order, Error> { query(id).await } \
            #[telemetry(skip)] fn name(&self) -> &str { \"orders\" } \
        }",
    );
    check("impl_block.rs", block(tokens("breaker(failure_rate = 0.5, window = \"30s\")"), item));
}

#[test]
fn fields_and_patterns() {
    let item = tokens("fn load(&self, (id, page): (u32, u32)) -> Result<u32, Error> { fetch(id, page) }");
    let fields = tokens("fields(id, state = ?self.state, http.route = self.route(), \"page-size\" = %page)");
    check("fields.rs", function(Entry::Trace, fields, item));
}

#[test]
fn constants_of_one_operation() {
    let keys = "buckets = [0.1, 1], slo(latency = \"250ms\", target = 99.9), sample = 0.01, level = warn";
    check("constants.rs", function(Entry::Instrument, tokens(keys), tokens("fn refresh() { load(); }")));
}

#[test]
fn judged_value() {
    let keys = tokens("error_if = |n| *n > 9, error_type = family, ret(Display)");
    let item = tokens("fn count(&self) -> Result<u32, Error> { self.load() }");
    check("judged.rs", function(Entry::Trace, keys, item));
}

#[test]
fn labels_and_context() {
    let keys = tokens(
        "labels(region = self.region, size = %batch.len()), parent = batch.parent, links = batch.links()",
    );
    let item =
        tokens("async fn drain(&self, mut batch: Batch, (id, _): (u32, u32)) -> u32 { batch.pop(id).await }");
    check("early.rs", function(Entry::Instrument, keys, item));
}

#[test]
fn fallbacks() {
    let item = "impl Feed { #[telemetry(fallback = Self::cached)] fn quote(&self, n: Order) -> u32 { n.0 } \
        #[telemetry(breaker(off), fallback(cached, on = error))] \
        async fn news(&self, n: Order) -> Result<u32, Error> { fetch(n).await } }";
    check("fallback.rs", block(tokens("breaker"), tokens(item)));
}

/// The record that an attribute leaves for the next one.
#[test]
fn stacked_record() {
    let item = tokens("#[telemetry_runtime::measure] async fn f(mut n: u32) -> u32 { n += 1; n }");
    check("stacked.rs", function(Entry::Trace, tokens("\"finnhub\", ret"), item));
}

/// What two attributes say together is what one of them would say alone, in either order.
#[test]
fn stacked_attributes_are_one() {
    let (some, others) = ("fields(id), labels(a = id), ret", "fields(?n), labels(b = n), level = warn");
    let both = "fields(id, ?n), labels(a = id, b = n), ret, level = warn";
    for item in [
        "fn f(&self, (id, mut n): (u32, u32)) -> u32 { n += id; n }",
        "#[track_caller] fn f(id: u32, n: u32) -> u32 { id + n }",
        "async fn f(id: u32, n: u32) -> Result<(), E> { Ok(()) }",
        "async fn f(id: u32, n: u32) -> Vec<impl Copy> { vec![id] }",
        "#[must_use] async fn f(id: u32, n: u32) -> u32 { id + n }",
        "async fn f(mut self, id: u32, mut n: u32) -> u32 { n += id; n }",
    ] {
        let at_once = function(Entry::Instrument, tokens(both), tokens(item));
        let stacked = |first: &str, second: &str| {
            // The compiler shows the first attribute what is still to come.
            let marked = format!("#[later] {item}");
            let first = function(Entry::Instrument, tokens(first), tokens(&marked));
            let rest: TokenStream = first.into_iter().skip(2).collect();
            function(Entry::Instrument, tokens(second), rest)
        };
        assert_eq!(stacked(some, others).to_string(), at_once.to_string());
    }
}

/// What the parser does not know, or what is not finished, is for the compiler to judge.
#[test]
fn bodies_pass_through_as_they_are() {
    for body in [
        "{ gen { yield 1 ; } }",
        "{ do yeet 1 ; }",
        "{ self . connection . }",
        "{ let Some (x) = self . x else }",
        "{ match n { 1 if let Some (y) = z => y , } ; self . }",
        "{ move (n) || n ? ? : 2 }",
        "{ builtin # offset_of (A , b) }",
    ] {
        for signature in ["fn f(&self) -> u8", "async fn f(&self) -> u8", "fn f(&self)"] {
            let item = tokens(&format!("{signature} {body}"));
            let expanded = function(Entry::Instrument, TokenStream::new(), item);
            let wanted = tokens(body).to_string();
            let wanted = wanted.trim_start_matches('{').trim_end_matches('}').trim();
            assert!(expanded.to_string().contains(wanted), "{signature} {body}: {expanded}");
            assert!(!expanded.to_string().contains("compile_error"), "{expanded}");
        }
    }
}

#[test]
fn error_type() {
    let item = tokens(
        "enum Fault<E> { RateLimited, #[error_type(\"gone\")] NotFound { id: u32 }, #[error_type(transparent)] Inner(E) }",
    );
    check("error_type.rs", error_type::derive(item));
}

/// What the feature `off` leaves: the item, token for token.
#[test]
fn the_plain_form_is_the_item() {
    let items = [
        "#[inline] pub fn refresh(&self) { self.load(); }",
        "pub(in crate::a) async unsafe fn f<'a, T: X>(&'a self, mut n: T) -> impl Y + 'a where T: Z { n.y(..).await? }",
        "/// Text.\n#[must_use] extern \"C\" fn f(_: u8, [a, b]: [u8; 2]) -> ! { #![allow(x)] loop {} }",
    ];
    for item in items {
        for entry in [Entry::Instrument, Entry::Trace, Entry::Measure, Entry::TrackErrors] {
            let plain = on_function::attribute(entry, tokens("\"p\""), tokens(item)).plain;
            assert_eq!(plain.to_string(), tokens(item).to_string());
        }
    }
    let item = "/// Text.\n#[cfg(x)] unsafe impl<T: ?Sized> Store for Box<T> where T: Store { \
        #![allow(y)] const N: u8 = 1; type Id = u64; make! { a, b } \
        #[inline] async fn load(&self, (a, b): (u8, u8)) -> Result<Order, Error> { query(a, b).await } }";
    assert_eq!(
        adapter::attribute(tokens("breaker"), tokens(item)).plain.to_string(),
        tokens(item).to_string()
    );
}

#[test]
fn the_plain_form_has_no_method_settings() {
    let item = tokens(
        "impl A { #[telemetry(skip)] fn a(&self) {} #[x] #[telemetry(name = \"c\")] #[y] fn b(&self) {} }",
    );
    let plain = adapter::attribute(TokenStream::new(), item).plain.to_string();
    assert_eq!(plain, tokens("impl A { fn a(&self) {} #[x] #[y] fn b(&self) {} }").to_string());
}

#[test]
fn mistakes_are_told_in_both_forms() {
    let refused = on_function::attribute(Entry::Measure, tokens("nmae = \"f\""), tokens("fn f() {}"));
    assert!(refused.plain.to_string().contains("did you mean `name`?"));
    assert_eq!(refused.plain.to_string(), refused.instrumented.to_string());
    let refused =
        adapter::attribute(tokens("kind = loud"), tokens("impl A { #[telemetry(skpi)] fn f(&self) {} }"));
    let told = refused.plain.to_string();
    assert!(told.contains("loud") && told.contains("did you mean `skip`?"), "{told}");
}
