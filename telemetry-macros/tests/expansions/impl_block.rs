const _: () = {
    static __TELEMETRY_OPS: [::telemetry_runtime::__private::Operation; 1] = [
        ::telemetry_runtime::__private::Operation::keyed(
            "pg_orders",
            "<PgOrders as Store>",
            "load",
            ::core::module_path!(),
            ::core::file!(),
            1,
            15,
            &::telemetry_runtime::__private::Keys::new()
                .kind(::telemetry_runtime::__private::Kind::Client)
                .breaker(
                    ::telemetry_runtime::__private::Protection::OfProvider(
                        ::telemetry_runtime::__private::BreakerSpec::new()
                            .failure_rate(0.5)
                            .window(30000000000),
                    ),
                ),
        ),
    ];
    ::telemetry_runtime::__private::inventory::submit! {
        ::telemetry_runtime::__private::Block(& __TELEMETRY_OPS)
    }
    impl Store for PgOrders {
        type Id = u64;
        #[cfg_attr(
            doc,
            doc = "\n\n# Telemetry\n\nCalls count in `adapter_requests_total`, `adapter_request_duration_seconds`, `adapter_active_requests`, `adapter_errors_total` under `{provider=\"pg_orders\",operation=\"load\"}`. Its spans are called `pg_orders.load`. 95th percentile of the duration: `histogram_quantile(0.95, sum by (le) (rate(adapter_request_duration_seconds_bucket{provider=\"pg_orders\",operation=\"load\"}[5m])))`"
        )]
        fn load(
            &self,
            id: u64,
        ) -> impl ::core::future::Future<Output = Result<Order, Error>> {
            ::telemetry_runtime::__private::require_from_open::<Result<Order, Error>>();
            return ::telemetry_runtime::__private::Protected {
                pick: ::telemetry_runtime::__private::Pick::<Result<Order, Error>>::new()
                    .__pick(),
                live: ::telemetry_runtime::__private::Live::new(&__TELEMETRY_OPS[0]),
                fut: async move {
                    let _ = &id;
                    let _ = &self;
                    if false {
                        return ::telemetry_runtime::__private::edge::<
                            Result<Order, Error>,
                        >();
                    }
                    { query(id).await }
                },
            };
        }
        fn name(&self) -> &str {
            "orders"
        }
    }
};
