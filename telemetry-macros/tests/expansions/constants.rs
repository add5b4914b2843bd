#[cfg_attr(
    doc,
    doc = "\n\n# Telemetry\n\nCalls count in `adapter_requests_total`, `adapter_request_duration_seconds`, `adapter_active_requests`, `adapter_errors_total` under `{provider=\"{crate}\",operation=\"refresh\"}`. Its spans are called `{crate}.refresh`. 95th percentile of the duration: `histogram_quantile(0.95, sum by (le) (rate(adapter_request_duration_seconds_bucket{provider=\"{crate}\",operation=\"refresh\"}[5m])))`"
)]
fn refresh() {
    static __TELEMETRY_OP: ::telemetry_runtime::__private::Operation = ::telemetry_runtime::__private::Operation::keyed(
        "",
        "",
        "refresh",
        ::core::module_path!(),
        ::core::file!(),
        1,
        15,
        &::telemetry_runtime::__private::Keys::new()
            .buckets(&[0.1, 1.0])
            .slo(250000000, 99.9)
            .sample(::telemetry_runtime::__private::Sample::ratio(0.01))
            .level(::telemetry_runtime::__private::Level::Warn),
    );
    ::telemetry_runtime::__private::inventory::submit! {
        & __TELEMETRY_OP
    }
    let _c = ::telemetry_runtime::__private::enter_unit(&__TELEMETRY_OP);
    {
        load();
    }
}
