#[telemetry_runtime::measure]
#[cfg_attr(
    doc,
    doc = "\n\n# Telemetry\n\nCalls count in `adapter_requests_total` under `{provider=\"finnhub\",operation=\"f\"}`. Its spans are called `finnhub.f`. Calls a second: `sum by (status) (rate(adapter_requests_total{provider=\"finnhub\",operation=\"f\"}[5m]))`"
)]
async fn f(n: u32) -> u32 {
    static __TELEMETRY_OP: ::telemetry_runtime::__private::Operation = ::telemetry_runtime::__private::Operation::internal(
        "finnhub",
        "",
        "f",
        ::core::module_path!(),
        ::core::file!(),
        1,
        3,
    );
    ::telemetry_runtime::__private::inventory::submit! {
        & __TELEMETRY_OP
    }
    #[cfg(false)]
    __telemetry_stacked! {
        { 4 { "finnhub", ret } } "" "" "internal" true { async fn f(n : u32) -> u32 }
        async fn f(mut n : u32) -> u32 { n += 1; n }
    }
    return ::telemetry_runtime::__private::Instrumented {
        pick: ::telemetry_runtime::__private::Pick::<u32>::new()
            .__judged(::telemetry_runtime::__private::Pick::<u32>::new().__pick())
            .__ret_debug(),
        live: ::telemetry_runtime::__private::Live::new(&__TELEMETRY_OP),
        fut: async move {
            let mut n = n;
            if false {
                return ::telemetry_runtime::__private::edge::<u32>();
            }
            {
                n += 1;
                n
            }
        },
    }
        .await;
}
