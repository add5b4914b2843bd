#[cfg_attr(
    doc,
    doc = "\n\n# Telemetry\n\nCalls count in `adapter_requests_total`, `adapter_request_duration_seconds`, `adapter_active_requests`, `adapter_errors_total` under `{provider=\"finnhub\",operation=\"quote\"}`. Its spans are called `finnhub.quote`. 95th percentile of the duration: `histogram_quantile(0.95, sum by (le) (rate(adapter_request_duration_seconds_bucket{provider=\"finnhub\",operation=\"quote\"}[5m])))`"
)]
fn quote(symbol: String, n: u32) -> Result<u32, Error> {
    static __TELEMETRY_OP: ::telemetry_runtime::__private::Operation = ::telemetry_runtime::__private::Operation::keyed(
        "finnhub",
        "",
        "quote",
        ::core::module_path!(),
        ::core::file!(),
        1,
        15,
        &::telemetry_runtime::__private::Keys::new().slow(500000000),
    );
    ::telemetry_runtime::__private::inventory::submit! {
        & __TELEMETRY_OP
    }
    let mut __c = ::telemetry_runtime::__private::enter(&__TELEMETRY_OP);
    let __r = ::telemetry_runtime::__private::once(move || -> Result<u32, Error> {
        let symbol = symbol;
        let mut n = n;
        {
            n += 1;
            fetch(&symbol, n)
        }
    });
    ::telemetry_runtime::__private::Entered::finish(
        &mut __c,
        &__r,
        ::telemetry_runtime::__private::Pick::of(&__r).__pick(),
    );
    return __r;
}
