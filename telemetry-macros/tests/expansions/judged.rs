#[cfg_attr(
    doc,
    doc = "\n\n# Telemetry\n\nCalls count in `adapter_requests_total` under `{provider=\"{crate}\",operation=\"count\"}`. Its spans are called `{crate}.count`. Calls a second: `sum by (status) (rate(adapter_requests_total{provider=\"{crate}\",operation=\"count\"}[5m]))`"
)]
fn count(&self) -> Result<u32, Error> {
    static __TELEMETRY_OP: ::telemetry_runtime::__private::Operation = ::telemetry_runtime::__private::Operation::internal(
        "",
        "",
        "count",
        ::core::module_path!(),
        ::core::file!(),
        1,
        3,
    );
    ::telemetry_runtime::__private::inventory::submit! {
        & __TELEMETRY_OP
    }
    let mut __c = ::telemetry_runtime::__private::enter(&__TELEMETRY_OP);
    let __r = ::telemetry_runtime::__private::once(move || -> Result<u32, Error> {
        { self.load() }
    });
    ::telemetry_runtime::__private::Entered::finish(
        &mut __c,
        &__r,
        ::telemetry_runtime::__private::Pick::of(&__r)
            .__judged(::telemetry_runtime::__private::Pick::of(&__r).__pick())
            .__error_type(family)
            .__error_if("error_if", |n| *n > 9)
            .__ret_display(),
    );
    return __r;
}
