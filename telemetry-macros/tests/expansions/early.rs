#[cfg_attr(
    doc,
    doc = "\n\n# Telemetry\n\nCalls count in `adapter_requests_total`, `adapter_request_duration_seconds`, `adapter_active_requests`, `adapter_errors_total` under `{provider=\"{crate}\",operation=\"drain\"}`. Its spans are called `{crate}.drain`. 95th percentile of the duration: `histogram_quantile(0.95, sum by (le) (rate(adapter_request_duration_seconds_bucket{provider=\"{crate}\",operation=\"drain\"}[5m])))`"
)]
async fn drain(&self, batch: Batch, __arg2: (u32, u32)) -> u32 {
    static __TELEMETRY_OP: ::telemetry_runtime::__private::Operation = ::telemetry_runtime::__private::Operation::keyed(
        "",
        "",
        "drain",
        ::core::module_path!(),
        ::core::file!(),
        1,
        15,
        &::telemetry_runtime::__private::Keys::new().labels(&["region", "size"]),
    );
    ::telemetry_runtime::__private::inventory::submit! {
        & __TELEMETRY_OP
    }
    let (id, _) = __arg2;
    let __op = ::telemetry_runtime::__private::once(|| ::telemetry_runtime::__private::Operation::labelled(
        &__TELEMETRY_OP,
        &[
            ::telemetry_runtime::__private::label(&(self.region)),
            ::telemetry_runtime::__private::label_display(&(batch.len())),
        ],
    ));
    let __parent = ::telemetry_runtime::__private::once(|| ::telemetry_runtime::__private::parent(
        &(batch.parent),
    ));
    return ::telemetry_runtime::__private::Parent::around(
            &__parent,
            ::telemetry_runtime::__private::Instrumented {
                pick: ::telemetry_runtime::__private::Pick::<u32>::new().__pick(),
                live: ::telemetry_runtime::__private::Live::new(&*__op),
                fut: async move {
                    let _ = &self;
                    let mut batch = batch;
                    if false {
                        return ::telemetry_runtime::__private::edge::<u32>();
                    }
                    if ::telemetry_runtime::__private::recording() {
                        ::telemetry_runtime::__private::once::<
                            (),
                        >(|| {
                            ::telemetry_runtime::__private::links(batch.links());
                        });
                    }
                    { batch.pop(id).await }
                },
            },
        )
        .await;
}
