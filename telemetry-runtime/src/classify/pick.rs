//! Chooses, at the call site, how a type is classified.
//!
//! A macro cannot know whether an error implements `ErrorType`, `Error` or `Display`. The compiler does: a method
//! call looks at the inherent methods of each type in a `Deref` chain in turn, and takes the first whose bounds
//! hold. So [`Pick`] is the head of a chain of empty types, most knowing first; of steps that exclude each other the
//! likely one comes first, because each costs the compiler time. Inside a generic function only the bounds that are
//! written there count. The methods have names that no trait in a user's scope has, because one for all types would be
//! found first.

use std::{error::Error, fmt, future::Future, marker::PhantomData, ops::Deref};

use futures_core::stream::Stream;

use super::{Classify, ErrorDetail, ErrorType, Verdict};
use crate::outcome::ErrorLabel;

/// Judges values of `R`; an empty type, so that a future does not grow by it.
pub trait Judge<R: ?Sized>: Copy {
    /// The outcome of `output`, with its error.
    fn judge<'a>(self, output: &'a R) -> Verdict<'a>;
}

macro_rules! chain {
    ($($level:ident $(=> $next:ident)?),* $(,)?) => {$(
        /// One step of the chain.
        pub struct $level<R: ?Sized>(PhantomData<fn(&R)>);

        impl<R: ?Sized> fmt::Debug for $level<R> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($level))
            }
        }

        $(impl<R: ?Sized> Deref for $level<R> {
            type Target = $next<R>;
            fn deref(&self) -> &$next<R> {
                &$next(PhantomData)
            }
        })?
    )*};
}
chain! {
    Pick => NamedError,
    NamedError => TypedDisplay,
    TypedDisplay => Typed,
    Typed => NamedDisplay,
    NamedDisplay => Named,
    Named => Own,
    Own => Anything,
    Anything,
}

impl<R: ?Sized> Default for Pick<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: ?Sized> Pick<R> {
    /// Starts at the head of the chain.
    #[must_use]
    pub const fn new() -> Self {
        Self(PhantomData)
    }

    /// The chain for the type of `output`.
    #[must_use]
    pub const fn of(_output: &R) -> Self {
        Self(PhantomData)
    }
}

impl<R> Pick<R> {
    /// The chain for what `future` returns.
    #[must_use]
    pub const fn of_future<F: Future<Output = R>>(_future: &F) -> Self {
        Self(PhantomData)
    }

    /// The chain for the items of `stream`.
    #[must_use]
    pub const fn of_stream<S: Stream<Item = R>>(_stream: &S) -> Self {
        Self(PhantomData)
    }
}

macro_rules! judges {
    ($($(#[$doc:meta])* $judge:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $judge;
    )*};
}
judges! {
    /// The error names its kind and has sources.
    ByTypedError,
    /// The error names its kind and has a message.
    ByTypedDisplay,
    /// The error names its kind.
    ByTyped,
    /// The error is known by its type's name and has sources.
    ByNamedError,
    /// The error is known by its type's name and has a message.
    ByNamedDisplay,
    /// The error is known by its type's name.
    ByNamed,
    /// The type decides itself.
    ByItself,
    /// Success, whatever the value.
    AlwaysSuccess,
}

/// As `J`, with the error's `Debug` form as its message.
#[derive(Clone, Copy, Debug)]
pub struct DebugOf<J>(J);

impl<T, E: fmt::Debug, J: Judge<Result<T, E>>> Judge<Result<T, E>> for DebugOf<J> {
    fn judge<'a>(self, output: &'a Result<T, E>) -> Verdict<'a> {
        let mut verdict = self.0.judge(output);
        if let Err(error) = output {
            verdict.detail = ErrorDetail::Debug(error);
        }
        verdict
    }
}

/// Writes the step's method and the judge's rule for `Result`, which differ in label and detail only.
macro_rules! result_judge {
    ($level:ident, $judge:ident, [$($bound:tt)*], $error:ident => $label:expr, $detail:expr) => {
        impl<T, E: $($bound)*> $level<Result<T, E>> {
            /// Judges by `Ok` and `Err`.
            pub fn __pick(&self) -> $judge {
                $judge
            }
        }

        impl<T, E: $($bound)*> Judge<Result<T, E>> for $judge {
            #[inline]
            fn judge<'a>(self, output: &'a Result<T, E>) -> Verdict<'a> {
                match output {
                    Ok(_) => Verdict::SUCCESS,
                    Err($error) => Verdict::error($label, $detail),
                }
            }
        }
    };
}

result_judge!(Pick, ByTypedError, [ErrorType + Error],
    error => ErrorLabel::new(error.error_type()), ErrorDetail::Error(error));
result_judge!(NamedError, ByNamedError, [Error],
    error => ErrorLabel::type_name_of::<E>(), ErrorDetail::Error(error));
result_judge!(TypedDisplay, ByTypedDisplay, [ErrorType + fmt::Display],
    error => ErrorLabel::new(error.error_type()), ErrorDetail::Display(error));
result_judge!(Typed, ByTyped, [ErrorType],
    error => ErrorLabel::new(error.error_type()), ErrorDetail::Unknown);
result_judge!(NamedDisplay, ByNamedDisplay, [fmt::Display],
    error => ErrorLabel::type_name_of::<E>(), ErrorDetail::Display(error));
result_judge!(Named, ByNamed, [Sized],
    _error => ErrorLabel::type_name_of::<E>(), ErrorDetail::Unknown);

impl<R: Classify> Own<R> {
    /// Judges by the type's own rule.
    pub fn __pick(&self) -> ByItself {
        ByItself
    }
}

impl<R: Classify> Judge<R> for ByItself {
    fn judge<'a>(self, output: &'a R) -> Verdict<'a> {
        output.classify().into()
    }
}

impl<R: ?Sized> Anything<R> {
    /// Judges nothing: a value that says nothing of failure is a success.
    pub fn __pick(&self) -> AlwaysSuccess {
        AlwaysSuccess
    }
}

impl<R: ?Sized> Judge<R> for AlwaysSuccess {
    #[inline]
    fn judge<'a>(self, _output: &'a R) -> Verdict<'a> {
        Verdict::SUCCESS
    }
}

impl<T, E: ErrorType + fmt::Debug> Pick<Result<T, E>> {
    /// As `__pick`, with the error's `Debug` form as its message.
    pub fn __pick_debug(&self) -> DebugOf<ByTyped> {
        DebugOf(ByTyped)
    }
}

impl<T, E: fmt::Debug> Named<Result<T, E>> {
    /// As `__pick`, with the error's `Debug` form as its message.
    pub fn __pick_debug(&self) -> DebugOf<ByNamed> {
        DebugOf(ByNamed)
    }
}

impl<T, E: ErrorType + fmt::Display> Pick<Result<T, E>> {
    /// As `__pick`, for errors that must have a message.
    pub fn __pick_display(&self) -> ByTypedDisplay {
        ByTypedDisplay
    }
}

impl<T, E: fmt::Display> Named<Result<T, E>> {
    /// As `__pick`, for errors that must have a message.
    pub fn __pick_display(&self) -> ByNamedDisplay {
        ByNamedDisplay
    }
}
