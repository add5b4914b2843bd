//! Names in scope.

#![forbid(unsafe_code)]
#![allow(dead_code, non_snake_case)]

use super::support::{Shape, error, run, shape, success};

mod without_prelude {
    #![no_implicit_prelude]
    #![allow(clippy::redundant_pub_crate)]

    mod alloc {}
    mod core {}
    mod inventory {}
    mod std {}
    mod telemetry_runtime {}
    mod tracing {}

    struct Box;
    struct Option;
    struct Result;
    struct String;
    struct Vec;
    trait Drop {}
    trait Future {}
    trait Iterator {}
    fn Err() {}
    fn None() {}
    fn Ok() {}
    fn Some() {}

    #[::telemetry_runtime::instrument]
    pub(super) fn bare_sync(fails: bool) -> ::core::result::Result<u8, u8> {
        if fails { ::core::result::Result::Err(1) } else { ::core::result::Result::Ok(1) }
    }

    #[::telemetry_runtime::instrument]
    pub(super) async fn bare_later(fails: bool) -> ::core::result::Result<u8, u8> {
        if fails { ::core::result::Result::Err(1) } else { ::core::result::Result::Ok(1) }
    }

    #[::telemetry_runtime::instrument]
    pub(super) async fn bare_never() -> ! {
        ::core::panic!()
    }

    #[::telemetry_runtime::instrument(fields(n, twice = n * 2))]
    pub(super) fn bare_fields(n: u8) -> u8 {
        n
    }

    #[::telemetry_runtime::instrument(
        labels(n, kind = "bare"), ret, error_if = |value| *value > 8, parent = ::telemetry_runtime::Context::NONE,
        links = [::telemetry_runtime::Context::NONE], fallback(bare_rescue, on = error)
    )]
    pub(super) fn bare_keys(n: u8) -> u8 {
        n
    }

    fn bare_rescue(_n: u8) -> u8 {
        0
    }

    #[::telemetry_runtime::instrument]
    pub(super) fn bare_unit() {}

    #[::telemetry_runtime::instrument]
    pub(super) fn bare_future() -> impl ::core::future::Future<Output = u8> {
        ::core::future::ready(1)
    }

    #[::telemetry_runtime::instrument]
    pub(super) fn bare_boxed() -> ::std::pin::Pin<::std::boxed::Box<dyn ::core::future::Future<Output = u8>>>
    {
        ::std::boxed::Box::pin(::core::future::ready(1))
    }

    #[::telemetry_runtime::instrument]
    pub(super) fn bare_stream() -> impl ::futures_util::Stream<Item = u8> {
        ::futures_util::stream::iter([1])
    }

    #[::telemetry_runtime::trace]
    #[::telemetry_runtime::measure(slow = "1s")]
    pub(super) fn bare_stacked() -> u8 {
        1
    }

    pub(super) struct Adapter;

    #[::telemetry_runtime::instrument_adapter("bare", breaker(minimum_calls = 5))]
    impl Adapter {
        pub(super) fn get(&self) -> ::core::result::Result<u8, Open> {
            ::core::result::Result::Ok(1)
        }

        pub(super) async fn fetch(&self) -> ::core::result::Result<u8, Open> {
            ::core::result::Result::Ok(1)
        }
    }

    #[derive(::telemetry_runtime::ErrorType)]
    pub(super) enum Open {
        ByBreaker,
    }

    impl ::core::convert::From<::telemetry_runtime::BreakerOpen> for Open {
        fn from(_open: ::telemetry_runtime::BreakerOpen) -> Self {
            Self::ByBreaker
        }
    }
}

mod renamed {
    pub(super) mod facade {
        pub(crate) use telemetry_runtime as telemetry;
    }
    use facade::telemetry::{instrument as traced, instrument_adapter as adapter};

    #[traced(crate = self::facade::telemetry, "renamed")]
    pub(super) fn function() -> Result<u8, String> {
        Ok(1)
    }

    #[traced("renamed", crate = crate::shapes::names::renamed::facade::telemetry)]
    pub(super) async fn later() -> u8 {
        1
    }

    pub(super) struct Renamed;

    #[adapter(crate = self::facade::telemetry)]
    impl Renamed {
        pub(super) async fn get(&self) -> u8 {
            1
        }
    }
}

mod shadowed {
    use telemetry_runtime as telemetry;

    mod other {
        pub(super) enum Value {
            A,
        }
    }
    pub(super) struct Value(pub(super) u8);

    fn made(n: u8) -> Value {
        Value(n)
    }

    #[telemetry::instrument]
    #[allow(clippy::wildcard_imports)]
    pub(super) fn shadowed_return_type() -> Value {
        use other::*;
        let Value::A = Value::A;
        made(3)
    }

    #[telemetry::instrument]
    #[allow(clippy::wildcard_imports)]
    pub(super) async fn shadowed_return_type_later() -> Value {
        use other::*;
        let Value::A = Value::A;
        made(4)
    }
}

mod macros {
    #![allow(unused_macros)]

    macro_rules! module_path {
        () => {
            compile_error!("not this one")
        };
    }
    macro_rules! file {
        () => {
            compile_error!("not this one")
        };
    }
    macro_rules! submit {
        () => {
            compile_error!("not this one")
        };
    }

    #[telemetry_runtime::instrument]
    pub(super) fn shadowed_macros() -> u8 {
        1
    }
}

/// Methods that every type has, and that take precedence over ours where ours need a reference.
mod blanket {
    pub(super) trait Everything: Sized {
        fn pick(self) -> u8 {
            1
        }
        fn finish<A, B>(self, _a: A, _b: B) -> u8 {
            2
        }
        fn poll(self) -> u8 {
            3
        }
        fn enter(self) -> u8 {
            4
        }
        fn labelled<A>(self, _a: A) -> u8 {
            5
        }
        fn around<A>(self, _a: A) -> u8 {
            6
        }
        #[allow(clippy::wrong_self_convention)]
        fn is_set(self) -> u8 {
            7
        }
        fn judged<A>(self, _a: A) -> u8 {
            8
        }
        fn noted<A>(self, _a: A) -> u8 {
            9
        }
        fn error_type_if_any<A>(self, _a: A) -> u8 {
            10
        }
        fn ret_debug(self) -> u8 {
            11
        }
    }
    impl<T> Everything for T {}

    #[telemetry_runtime::instrument]
    pub(super) fn blanket_sync(fails: bool) -> Result<u8, String> {
        if fails { Err("no".to_owned()) } else { Ok(1.pick() + 1.enter()) }
    }

    #[telemetry_runtime::instrument(
        labels(fails), ret, parent = telemetry_runtime::Context::NONE, fallback(rescue, on = error)
    )]
    pub(super) fn blanket_keys(fails: bool) -> Result<u8, String> {
        if fails { Err("no".to_owned()) } else { Ok(1.labelled(0).judged(0)) }
    }

    #[telemetry_runtime::instrument(
        labels(fails), ret(Debug), error_type = |_| "refused", parent = telemetry_runtime::Context::NONE,
        fallback(rescue_later, on = error)
    )]
    pub(super) async fn blanket_keys_later(fails: bool) -> Result<u8, String> {
        if fails { Err("no".to_owned()) } else { Ok(1.around(0).is_set()) }
    }

    fn rescue(_fails: bool) -> Result<u8, String> {
        Ok(1.ret_debug())
    }

    async fn rescue_later(fails: bool) -> Result<u8, String> {
        rescue(fails)
    }

    #[telemetry_runtime::instrument(
        labels(n), error_if = |n| *n > 8, parent = telemetry_runtime::Context::NONE
    )]
    pub(super) fn blanket_stream(n: u8) -> impl futures_util::Stream<Item = u8> {
        futures_util::stream::iter([n])
    }

    fn named(_error: &String) -> &'static str {
        "refused"
    }

    pub(super) struct Adapter;

    #[telemetry_runtime::instrument_adapter("blanket", error_type = named, ret, labels(kind = "adapter"))]
    impl Adapter {
        pub(super) fn get(&self) -> u8 {
            1.error_type_if_any(0)
        }
    }

    #[telemetry_runtime::instrument]
    pub(super) async fn blanket_later(fails: bool) -> Result<u8, String> {
        if fails { Err("no".to_owned()) } else { Ok(1.finish(1, 2) + 1.poll()) }
    }
}

mod r#type {
    #[telemetry_runtime::instrument]
    pub(super) fn r#fn() -> u8 {
        1
    }
}

pub(super) const SHAPES: &[Shape] = &[
    shape("no prelude, sync", || {
        assert_eq!(error("bare_sync", "u8", || without_prelude::bare_sync(true)), Err(1));
        assert_eq!(success("bare_stacked", without_prelude::bare_stacked), 1);
        success("bare_unit", without_prelude::bare_unit);
    }),
    shape("no prelude, async", || {
        assert_eq!(success("bare_later", || run(without_prelude::bare_later(false))), Ok(1));
        super::support::panicked("bare_never", || run(without_prelude::bare_never()));
    }),
    shape("no prelude, fields", || {
        assert_eq!(success("bare_fields", || without_prelude::bare_fields(1)), 1);
    }),
    shape("no prelude, keys", || {
        assert_eq!(success("bare_keys", || without_prelude::bare_keys(1)), 1);
        assert_eq!(error("bare_keys", "error_if", || without_prelude::bare_keys(9)), 0);
    }),
    shape("no prelude, futures and streams", || {
        assert_eq!(success("bare_future", || run(without_prelude::bare_future())), 1);
        assert_eq!(success("bare_boxed", || run(without_prelude::bare_boxed())), 1);
        let all = || run(futures_util::StreamExt::collect::<Vec<_>>(without_prelude::bare_stream()));
        assert_eq!(success("bare_stream", all), [1]);
    }),
    shape("no prelude, adapter with a breaker", || {
        assert!(success("bare.get", || without_prelude::Adapter.get()).is_ok());
        assert!(success("bare.fetch", || run(without_prelude::Adapter.fetch())).is_ok());
    }),
    shape("crate = path", || {
        assert_eq!(success("renamed.function", renamed::function), Ok(1));
        assert_eq!(success("renamed.later", || run(renamed::later())), 1);
        assert_eq!(success("renamed.get", || run(renamed::Renamed.get())), 1);
    }),
    shape("the return type's name means another type in the body", || {
        assert_eq!(success("shadowed_return_type", shadowed::shadowed_return_type).0, 3);
    }),
    shape("the return type's name means another type in the body, async", || {
        let later = || run(shadowed::shadowed_return_type_later());
        assert_eq!(success("shadowed_return_type_later", later).0, 4);
    }),
    shape("macros called like those of the expansion", || {
        assert_eq!(success("shadowed_macros", macros::shadowed_macros), 1);
    }),
    shape("methods of all types called like those of the expansion", || {
        assert_eq!(success("blanket_sync", || blanket::blanket_sync(false)), Ok(5));
        assert!(error("blanket_later", "alloc::String", || run(blanket::blanket_later(true))).is_err());
    }),
    shape("methods of all types called like those of the keys", || {
        assert_eq!(success("blanket_keys", || blanket::blanket_keys(false)), Ok(8));
        assert_eq!(error("blanket_keys", "alloc::String", || blanket::blanket_keys(true)), Ok(11));
        let later = || run(blanket::blanket_keys_later(true));
        assert_eq!(error("blanket_keys_later", "refused", later), Ok(11));
        let all = || run(futures_util::StreamExt::collect::<Vec<_>>(blanket::blanket_stream(9)));
        assert_eq!(error("blanket_stream", "error_if", all), [9]);
        assert_eq!(success("blanket.get", || blanket::Adapter.get()), 10);
    }),
    shape("r#fn in mod r#type", || assert_eq!(success("fn", r#type::r#fn), 1)),
];
