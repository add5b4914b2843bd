#[cfg_attr(
    doc,
    doc = "\n\n# Telemetry\n\nCalls count in `adapter_requests_total` under `{provider=\"{crate}\",operation=\"ticks\"}`. Its spans are called `{crate}.ticks`. Calls a second: `sum by (status) (rate(adapter_requests_total{provider=\"{crate}\",operation=\"ticks\"}[5m]))`"
)]
fn ticks(&self, symbol: &str) -> impl Stream<Item = Result<u32, Error>> {
    static __TELEMETRY_OP: ::telemetry_runtime::__private::Operation = ::telemetry_runtime::__private::Operation::internal(
        "",
        "",
        "ticks",
        ::core::module_path!(),
        ::core::file!(),
        1,
        3,
    );
    ::telemetry_runtime::__private::inventory::submit! {
        & __TELEMETRY_OP
    }
    let __s = ::telemetry_runtime::__private::once(move || -> _ { { poll(symbol) } });
    return ::telemetry_runtime::__private::InstrumentedStream {
        pick: ::telemetry_runtime::__private::Pick::<Result<u32, Error>>::new().__pick(),
        live: ::telemetry_runtime::__private::LiveStream::new(&__TELEMETRY_OP),
        stream: __s,
    };
}
