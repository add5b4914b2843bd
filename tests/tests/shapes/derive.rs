//! `#[derive(ErrorType)]`.

use telemetry_runtime::ErrorType;

#[derive(ErrorType)]
#[allow(dead_code)]
enum Fault<E> {
    RateLimited,
    HTTPStatus(u16),
    #[error_type("gone")]
    NotFound {
        id: u32,
    },
    #[error_type(transparent)]
    Inner(E),
    #[error_type(transparent)]
    Parse {
        source: std::num::ParseIntError,
    },
    #[deprecated]
    Old,
    r#Match,
}

#[derive(ErrorType)]
struct QuoteMissing;

#[derive(ErrorType)]
#[error_type("own")]
struct Labelled<'a, const N: usize>(#[allow(dead_code)] &'a [u8; N]);

#[derive(ErrorType)]
#[error_type(transparent)]
struct Wrapper<E: Clone>(E)
where
    E: Send;

#[derive(ErrorType)]
#[error_type("one")]
#[allow(dead_code)]
enum OneLabel {
    A,
    #[error_type("two")]
    B,
}

#[derive(ErrorType)]
#[allow(dead_code)]
enum Never {}

#[test]
fn variants_have_labels() {
    let labels = [
        Fault::<QuoteMissing>::RateLimited.error_type(),
        Fault::<QuoteMissing>::HTTPStatus(500).error_type(),
        Fault::<QuoteMissing>::NotFound { id: 1 }.error_type(),
        Fault::Inner(QuoteMissing).error_type(),
        Fault::<QuoteMissing>::r#Match.error_type(),
    ];
    assert_eq!(labels, ["rate_limited", "http_status", "gone", "quote_missing", "match"]);
    let source = "x".parse::<u8>().expect_err("no number");
    assert_eq!(Fault::<QuoteMissing>::Parse { source: source.clone() }.error_type(), source.error_type());
}

#[test]
fn types_have_labels() {
    assert_eq!((QuoteMissing.error_type(), Labelled(&[1]).error_type()), ("quote_missing", "own"));
    assert_eq!((OneLabel::A.error_type(), OneLabel::B.error_type()), ("one", "two"));
    let source = "x".parse::<u8>().expect_err("no number");
    assert_eq!(Wrapper(source.clone()).error_type(), source.error_type());
}
