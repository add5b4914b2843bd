#[cfg_attr(
    doc,
    doc = "\n\n# Telemetry\n\nCalls count in `adapter_requests_total` under `{provider=\"{crate}\",operation=\"quote\"}`. Its spans are called `{crate}.quote`. Calls a second: `sum by (status) (rate(adapter_requests_total{provider=\"{crate}\",operation=\"quote\"}[5m]))`"
)]
pub fn quote(
    &self,
    symbol: &str,
) -> impl ::core::future::Future<Output = Result<u32, Error>> {
    static __TELEMETRY_OP: ::telemetry_runtime::__private::Operation = ::telemetry_runtime::__private::Operation::internal(
        "",
        "",
        "quote",
        ::core::module_path!(),
        ::core::file!(),
        1,
        3,
    );
    ::telemetry_runtime::__private::inventory::submit! {
        & __TELEMETRY_OP
    }
    return ::telemetry_runtime::__private::Instrumented {
        pick: ::telemetry_runtime::__private::Pick::<Result<u32, Error>>::new().__pick(),
        live: ::telemetry_runtime::__private::Live::new(&__TELEMETRY_OP),
        fut: async move {
            let _ = &symbol;
            let _ = &self;
            if false {
                return ::telemetry_runtime::__private::edge::<Result<u32, Error>>();
            }
            { fetch(symbol).await }
        },
    };
}
