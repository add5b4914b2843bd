#![deny(warnings)]
use telemetry_runtime::ErrorType;

#[derive(Debug, ErrorType)]
pub enum Fault<E> {
    RateLimited,
    #[error_type("gone")]
    NotFound { id: u32 },
    #[error_type(transparent)]
    Inner(E),
    Never(std::convert::Infallible),
    #[deprecated]
    Old,
}

#[derive(ErrorType)]
#[error_type(transparent, crate = ::telemetry_runtime)]
pub struct Wrapper<E>(pub Fault<E>);

fn main() {}
