//! The name that an error gives to its kind.

use std::{convert::Infallible, io, rc::Rc, sync::Arc};

/// Names the kind of an error for labels.
///
/// A label must have few values, so name the kind (`rate_limited`), never the case (`rate limited until 12:03`).
/// `#[derive(ErrorType)]` names each variant of an enum in snake case.
///
/// ```
/// use telemetry_runtime::ErrorType;
///
/// struct QuoteMissing;
/// impl ErrorType for QuoteMissing {
///     fn error_type(&self) -> &'static str {
///         "quote_missing"
///     }
/// }
/// assert_eq!(QuoteMissing.error_type(), "quote_missing");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which kind of error it is",
    label = "needs `ErrorType`",
    note = "add `#[derive(ErrorType)]` to it, or classify it with a label of your own"
)]
pub trait ErrorType {
    /// The kind, a short text out of a fixed set.
    fn error_type(&self) -> &'static str;
}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<E: ErrorType + ?Sized> ErrorType for $pointer {
            fn error_type(&self) -> &'static str {
                (**self).error_type()
            }
        }
    )*};
}
forward!(&E, &mut E, Box<E>, Arc<E>, Rc<E>);

macro_rules! name {
    ($($error:ty => $name:literal),* $(,)?) => {$(
        impl ErrorType for $error {
            fn error_type(&self) -> &'static str {
                $name
            }
        }
    )*};
}
name! {
    std::fmt::Error => "format",
    std::num::ParseIntError => "parse_int",
    std::num::ParseFloatError => "parse_float",
    std::num::TryFromIntError => "int_range",
    std::str::ParseBoolError => "parse_bool",
    std::char::ParseCharError => "parse_char",
    std::str::Utf8Error => "utf8",
    std::string::FromUtf8Error => "utf8",
    std::string::FromUtf16Error => "utf16",
    std::net::AddrParseError => "parse_address",
    std::env::VarError => "env_var",
    std::time::SystemTimeError => "system_time",
    std::array::TryFromSliceError => "slice_length",
    std::cell::BorrowError => "borrow",
    std::cell::BorrowMutError => "borrow",
    std::thread::AccessError => "thread_local_gone",
    std::sync::mpsc::RecvError => "channel_closed",
    std::collections::TryReserveError => "out_of_memory",
}

impl<T> ErrorType for std::sync::mpsc::SendError<T> {
    fn error_type(&self) -> &'static str {
        "channel_closed"
    }
}

impl<T> ErrorType for std::sync::PoisonError<T> {
    fn error_type(&self) -> &'static str {
        "poisoned"
    }
}

impl ErrorType for Infallible {
    fn error_type(&self) -> &'static str {
        match *self {}
    }
}

impl ErrorType for io::Error {
    fn error_type(&self) -> &'static str {
        self.kind().error_type()
    }
}

impl ErrorType for io::ErrorKind {
    fn error_type(&self) -> &'static str {
        use io::ErrorKind as Kind;
        match self {
            Kind::NotFound => "not_found",
            Kind::PermissionDenied => "permission_denied",
            Kind::ConnectionRefused => "connection_refused",
            Kind::ConnectionReset => "connection_reset",
            Kind::ConnectionAborted => "connection_aborted",
            Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::NetworkDown => "unreachable",
            Kind::NotConnected => "not_connected",
            Kind::AddrInUse => "address_in_use",
            Kind::AddrNotAvailable => "address_not_available",
            Kind::BrokenPipe => "broken_pipe",
            Kind::AlreadyExists => "already_exists",
            Kind::WouldBlock => "would_block",
            Kind::InvalidInput => "invalid_input",
            Kind::InvalidData => "invalid_data",
            Kind::TimedOut => "timed_out",
            Kind::WriteZero => "write_zero",
            Kind::StorageFull | Kind::QuotaExceeded => "storage_full",
            Kind::Interrupted => "interrupted",
            Kind::Unsupported => "unsupported",
            Kind::UnexpectedEof => "unexpected_eof",
            Kind::OutOfMemory => "out_of_memory",
            _ => "io",
        }
    }
}

#[cfg(feature = "axum")]
impl ErrorType for tokio::time::error::Elapsed {
    fn error_type(&self) -> &'static str {
        "timeout"
    }
}
