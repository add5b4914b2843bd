const _: () = {
    static __TELEMETRY_OPS: [::telemetry_runtime::__private::Operation; 2] = [
        ::telemetry_runtime::__private::Operation::keyed(
            "feed",
            "Feed",
            "quote",
            ::core::module_path!(),
            ::core::file!(),
            1,
            15,
            &::telemetry_runtime::__private::Keys::new()
                .kind(::telemetry_runtime::__private::Kind::Client)
                .breaker(
                    ::telemetry_runtime::__private::Protection::OfProvider(
                        ::telemetry_runtime::__private::BreakerSpec::new(),
                    ),
                )
                .fallback(),
        ),
        ::telemetry_runtime::__private::Operation::keyed(
            "feed",
            "Feed",
            "news",
            ::core::module_path!(),
            ::core::file!(),
            1,
            15,
            &::telemetry_runtime::__private::Keys::new()
                .kind(::telemetry_runtime::__private::Kind::Client)
                .fallback(),
        ),
    ];
    ::telemetry_runtime::__private::inventory::submit! {
        ::telemetry_runtime::__private::Block(& __TELEMETRY_OPS)
    }
    impl Feed {
        #[cfg_attr(
            doc,
            doc = "\n\n# Telemetry\n\nCalls count in `adapter_requests_total`, `adapter_request_duration_seconds`, `adapter_active_requests`, `adapter_errors_total` under `{provider=\"feed\",operation=\"quote\"}`. Its spans are called `feed.quote`. 95th percentile of the duration: `histogram_quantile(0.95, sum by (le) (rate(adapter_request_duration_seconds_bucket{provider=\"feed\",operation=\"quote\"}[5m])))`"
        )]
        fn quote(&self, n: Order) -> u32 {
            let mut __c = match ::telemetry_runtime::__private::admit(
                &__TELEMETRY_OPS[0],
            ) {
                ::core::result::Result::Ok(__c) => __c,
                ::core::result::Result::Err(_) => {
                    ::telemetry_runtime::__private::fall_back(&__TELEMETRY_OPS[0]);
                    return Self::cached(self, n);
                }
            };
            let __r = ::telemetry_runtime::__private::once(move || -> u32 {
                let _ = &n;
                { n.0 }
            });
            ::telemetry_runtime::__private::Admitted::finish(
                &mut __c,
                &__r,
                ::telemetry_runtime::__private::Pick::of(&__r).__pick(),
            );
            return __r;
        }
        #[cfg_attr(
            doc,
            doc = "\n\n# Telemetry\n\nCalls count in `adapter_requests_total`, `adapter_request_duration_seconds`, `adapter_active_requests`, `adapter_errors_total` under `{provider=\"feed\",operation=\"news\"}`. Its spans are called `feed.news`. 95th percentile of the duration: `histogram_quantile(0.95, sum by (le) (rate(adapter_request_duration_seconds_bucket{provider=\"feed\",operation=\"news\"}[5m])))`"
        )]
        async fn news(&self, n: Order) -> Result<u32, Error> {
            let __kept1 = ::telemetry_runtime::__private::kept(&n);
            let __failed = ::telemetry_runtime::__private::Failed::new();
            let __r = ::telemetry_runtime::__private::Instrumented {
                pick: ::telemetry_runtime::__private::Pick::<Result<u32, Error>>::new()
                    .__judged(
                        ::telemetry_runtime::__private::Pick::<Result<u32, Error>>::new()
                            .__pick(),
                    )
                    .__noted(&__failed),
                live: ::telemetry_runtime::__private::Live::new(&__TELEMETRY_OPS[1]),
                fut: async move {
                    let _ = &n;
                    let _ = &self;
                    if false {
                        return ::telemetry_runtime::__private::edge::<
                            Result<u32, Error>,
                        >();
                    }
                    { fetch(n).await }
                },
            }
                .await;
            if ::telemetry_runtime::__private::Failed::is_set(&__failed) {
                ::telemetry_runtime::__private::fall_back(&__TELEMETRY_OPS[1]);
                return cached(self, __kept1).await;
            }
            return __r;
        }
    }
};
