#[inline]
#[cfg_attr(
    doc,
    doc = "\n\n# Telemetry\n\nCalls count in `adapter_requests_total`, `adapter_request_duration_seconds`, `adapter_active_requests` under `{provider=\"{crate}\",operation=\"refresh\"}`. 95th percentile of the duration: `histogram_quantile(0.95, sum by (le) (rate(adapter_request_duration_seconds_bucket{provider=\"{crate}\",operation=\"refresh\"}[5m])))`"
)]
pub fn refresh(&self) {
    static __TELEMETRY_OP: ::telemetry_runtime::__private::Operation = ::telemetry_runtime::__private::Operation::internal(
        "",
        "",
        "refresh",
        ::core::module_path!(),
        ::core::file!(),
        1,
        6,
    );
    ::telemetry_runtime::__private::inventory::submit! {
        & __TELEMETRY_OP
    }
    let _c = ::telemetry_runtime::__private::enter_unit(&__TELEMETRY_OP);
    {
        self.load();
    }
}
