//! Names in scope.

#![allow(missing_docs, dead_code, non_camel_case_types, non_snake_case)]

mod without_prelude {
    #![no_implicit_prelude]

    pub(super) mod std {}
    mod core {}
    mod alloc {}
    mod tracing {}
    mod telemetry_runtime {}
    mod inventory {}

    struct Option;
    struct Result;
    struct String;
    struct Box;
    struct Vec;
    fn Ok() {}
    fn Err() {}
    fn Some() {}
    fn None() {}

    #[::telemetry_runtime::instrument]
    pub(super) fn sync(fails: bool) -> ::core::result::Result<u8, u8> {
        if fails { ::core::result::Result::Err(1) } else { ::core::result::Result::Ok(1) }
    }

    #[::telemetry_runtime::instrument]
    pub(super) async fn later(fails: bool) -> ::core::result::Result<u8, u8> {
        if fails { ::core::result::Result::Err(1) } else { ::core::result::Result::Ok(1) }
    }

    #[::telemetry_runtime::instrument]
    pub(super) fn unit() {}

    pub(super) struct Adapter;

    #[::telemetry_runtime::instrument_adapter(provider = "without_prelude")]
    impl Adapter {
        pub(super) fn get(&self) -> ::core::option::Option<u8> {
            ::core::option::Option::Some(1)
        }

        pub(super) async fn fetch(&self) -> ::core::result::Result<u8, u8> {
            ::core::result::Result::Ok(1)
        }
    }

    #[derive(::telemetry_runtime::ErrorType)]
    pub(super) enum Fault {
        NotFound,
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

    pub(super) struct Renamed;

    #[adapter(crate = self::facade::telemetry)]
    impl Renamed {
        pub(super) async fn get(&self) -> u8 {
            1
        }
    }

    #[derive(facade::telemetry::ErrorType)]
    #[error_type(crate = self::facade::telemetry)]
    pub(super) struct Broken;
}

mod shadowed_in_body {
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
    pub(super) fn sync() -> Value {
        fn inner() -> u8 {
            use other::*;
            let Value::A = Value::A;
            3
        }
        use other::*;
        let Value::A = Value::A;
        return made(inner());
    }

    #[telemetry::instrument]
    pub(super) async fn later() -> Value {
        use other::*;
        let Value::A = Value::A;
        made(4)
    }
}

#[test]
fn nothing_in_scope_matters() {
    use super::support::{calls, run};
    use telemetry_runtime::ErrorType as _;

    assert_eq!((without_prelude::sync(true), run(without_prelude::later(false))), (Err(1), Ok(1)));
    without_prelude::unit();
    assert_eq!(without_prelude::Adapter.get(), Some(1));
    assert_eq!(run(without_prelude::Adapter.fetch()), Ok(1));
    assert_eq!(calls("without_prelude", "fetch", "success"), 1);
    assert_eq!(without_prelude::Fault::NotFound.error_type(), "not_found");
    assert_eq!((renamed::function(), run(renamed::Renamed.get())), (Ok(1), 1));
    assert_eq!(calls("renamed", "function", "success") + calls("renamed", "get", "success"), 2);
    assert_eq!(renamed::Broken.error_type(), "broken");
    assert_eq!(shadowed_in_body::sync().0 + run(shadowed_in_body::later()).0, 7);
}
