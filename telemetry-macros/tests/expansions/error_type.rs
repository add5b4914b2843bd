#[automatically_derived]
#[allow(deprecated)]
impl<E> ::telemetry_runtime::ErrorType for Fault<E>
where
    E: ::telemetry_runtime::ErrorType,
{
    fn error_type(&self) -> &'static str {
        match self {
            Self::RateLimited { .. } => "rate_limited",
            Self::NotFound { .. } => "gone",
            Self::Inner { 0: __e } => ::telemetry_runtime::ErrorType::error_type(__e),
        }
    }
}
