#[cfg_attr(
    doc,
    doc = "\n\n# Telemetry\n\nCalls count in `adapter_requests_total`, `adapter_request_duration_seconds`, `adapter_active_requests`, `adapter_errors_total` under `{provider=\"{crate}\",operation=\"quote\"}`. Its spans are called `{crate}.quote`. 95th percentile of the duration: `histogram_quantile(0.95, sum by (le) (rate(adapter_request_duration_seconds_bucket{provider=\"{crate}\",operation=\"quote\"}[5m])))`"
)]
fn quote(&self) -> Pin<Box<dyn Future<Output = Result<u32, Error>> + Send + '_>> {
    static __TELEMETRY_OP: ::telemetry_runtime::__private::Operation = ::telemetry_runtime::__private::Operation::keyed(
        "",
        "",
        "quote",
        ::core::module_path!(),
        ::core::file!(),
        1,
        15,
        &::telemetry_runtime::__private::Keys::new()
            .breaker(::telemetry_runtime::__private::Protection::Shared("quotes")),
    );
    ::telemetry_runtime::__private::inventory::submit! {
        & __TELEMETRY_OP
    }
    let __f = ::telemetry_runtime::__private::once(move || -> Pin<
        Box<dyn Future<Output = Result<u32, Error>> + Send + '_>,
    > { { Box::pin(fetch()) } });
    ::telemetry_runtime::__private::require_from_open_of(&__f);
    return ::telemetry_runtime::__private::boxed(::telemetry_runtime::__private::Protected {
        pick: ::telemetry_runtime::__private::Pick::of_future(&__f).__pick(),
        live: ::telemetry_runtime::__private::Live::new(&__TELEMETRY_OP),
        fut: __f,
    });
}
