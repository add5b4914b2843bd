//! What attributes add to the judgement of a value: a predicate, a label, a note on the span.
//!
//! Expansions call these as methods, so that they have names that no trait in a user's scope has.

use std::{fmt, marker::PhantomData, ops::Deref};

use super::{fallback::Failed, notes};
use crate::{
    classify::{ErrorDetail, Judge, Pick, Verdict},
    outcome::{ErrorLabel, Outcome},
};

/// A judge of values of `R` that more can be added to.
///
/// It knows `R`, so that closures given to it need no types.
#[derive(Debug)]
pub struct Judged<R, J> {
    any: AnyJudged<R, J>,
}

/// What can be added whatever the value is.
#[derive(Debug)]
pub struct AnyJudged<R, J> {
    judge: J,
    of: PhantomData<fn(&R)>,
}

impl<R, J: Copy> Copy for Judged<R, J> {}
impl<R, J: Copy> Copy for AnyJudged<R, J> {}

impl<R, J: Copy> Clone for Judged<R, J> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, J: Copy> Clone for AnyJudged<R, J> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, J> Deref for Judged<R, J> {
    type Target = AnyJudged<R, J>;

    fn deref(&self) -> &AnyJudged<R, J> {
        &self.any
    }
}

impl<R, J: Judge<R>> Judge<R> for Judged<R, J> {
    #[inline]
    fn judge<'a>(self, output: &'a R) -> Verdict<'a> {
        self.any.judge.judge(output)
    }
}

impl<R> Pick<R> {
    /// `judge`, to be added to.
    pub fn __judged<J: Judge<R>>(&self, judge: J) -> Judged<R, J> {
        Judged::new(judge)
    }
}

impl<R, J> Judged<R, J> {
    fn new(judge: J) -> Self {
        Self { any: AnyJudged { judge, of: PhantomData } }
    }

    /// An error exactly where `predicate` holds; called `label` if it has no type of its own.
    pub fn __error_if<F>(self, label: &'static str, predicate: F) -> Judged<R, ByPredicate<J, F>>
    where
        F: Fn(&R) -> bool + Copy,
    {
        Judged::new(ByPredicate { judge: self.any.judge, means_error: true, label, predicate })
    }

    /// A success exactly where `predicate` holds; the rest is called `label` if it has no type of its own.
    pub fn __ok_if<F>(self, label: &'static str, predicate: F) -> Judged<R, ByPredicate<J, F>>
    where
        F: Fn(&R) -> bool + Copy,
    {
        Judged::new(ByPredicate { judge: self.any.judge, means_error: false, label, predicate })
    }

    /// Tells `failed` of an error, for a fallback.
    pub fn __noted(self, failed: &Failed) -> Judged<R, Noted<'_, J>> {
        Judged::new(Noted { judge: self.any.judge, failed })
    }
}

impl<T, E, J> Judged<Result<T, E>, J> {
    /// Names errors by `name`.
    pub fn __error_type<F, L>(self, name: F) -> Judged<Result<T, E>, NamedBy<J, F>>
    where
        F: Fn(&E) -> L + Copy,
        L: Into<ErrorLabel>,
    {
        Judged::new(NamedBy { judge: self.any.judge, name })
    }

    /// As [`Self::__error_type`], for values of which not all are `Result`s.
    pub fn __error_type_if_any<F, L>(self, name: F) -> Judged<Result<T, E>, NamedBy<J, F>>
    where
        F: Fn(&E) -> L + Copy,
        L: Into<ErrorLabel>,
    {
        self.__error_type(name)
    }

    /// Records the `Debug` form of what is in `Ok`.
    pub fn __ret_debug(self) -> Judged<Result<T, E>, Recorded<J, DebugOfOk>>
    where
        T: fmt::Debug,
    {
        Judged::new(Recorded { judge: self.any.judge, form: DebugOfOk })
    }

    /// Records the `Display` form of what is in `Ok`.
    pub fn __ret_display(self) -> Judged<Result<T, E>, Recorded<J, DisplayOfOk>>
    where
        T: fmt::Display,
    {
        Judged::new(Recorded { judge: self.any.judge, form: DisplayOfOk })
    }
}

impl<R, J: Copy> AnyJudged<R, J> {
    /// Compiles for no value: `Result` has its own.
    pub fn __error_type<F>(&self, _name: F) -> Judged<R, J>
    where
        R: HoldsError,
    {
        Judged::new(self.judge)
    }

    /// Names nothing: there is no error.
    pub fn __error_type_if_any<F>(&self, _name: F) -> Judged<R, J> {
        Judged::new(self.judge)
    }

    /// Records the `Debug` form of the value.
    pub fn __ret_debug(&self) -> Judged<R, Recorded<J, DebugOfValue>>
    where
        R: fmt::Debug,
    {
        Judged::new(Recorded { judge: self.judge, form: DebugOfValue })
    }

    /// Records the `Display` form of the value.
    pub fn __ret_display(&self) -> Judged<R, Recorded<J, DisplayOfValue>>
    where
        R: fmt::Display,
    {
        Judged::new(Recorded { judge: self.judge, form: DisplayOfValue })
    }
}

/// A value that can hold an error.
#[diagnostic::on_unimplemented(
    message = "`error_type` names errors, and `{Self}` holds none",
    label = "no `Result`",
    note = "return a `Result`, or remove `error_type`"
)]
pub trait HoldsError {}

impl<T, E> HoldsError for Result<T, E> {}

/// A predicate decides alone.
#[derive(Clone, Copy, Debug)]
pub struct ByPredicate<J, F> {
    judge: J,
    means_error: bool,
    label: &'static str,
    predicate: F,
}

impl<R, J: Judge<R>, F: Fn(&R) -> bool + Copy> Judge<R> for ByPredicate<J, F> {
    fn judge<'a>(self, output: &'a R) -> Verdict<'a> {
        if (self.predicate)(output) != self.means_error {
            return Verdict::SUCCESS;
        }
        let verdict = self.judge.judge(output);
        match verdict.outcome {
            Outcome::Error { .. } => verdict,
            _ => Verdict::error(ErrorLabel::new(self.label), ErrorDetail::Unknown),
        }
    }
}

/// A function names the errors.
#[derive(Clone, Copy, Debug)]
pub struct NamedBy<J, F> {
    judge: J,
    name: F,
}

impl<T, E, J, F, L> Judge<Result<T, E>> for NamedBy<J, F>
where
    J: Judge<Result<T, E>>,
    F: Fn(&E) -> L + Copy,
    L: Into<ErrorLabel>,
{
    fn judge<'a>(self, output: &'a Result<T, E>) -> Verdict<'a> {
        let mut verdict = self.judge.judge(output);
        if let (Outcome::Error { .. }, Err(error)) = (verdict.outcome, output) {
            verdict.outcome = Outcome::Error { error_type: (self.name)(error).into() };
        }
        verdict
    }
}

/// An error is noted, and marked on the span.
#[derive(Clone, Copy, Debug)]
pub struct Noted<'n, J> {
    judge: J,
    failed: &'n Failed,
}

impl<R, J: Judge<R>> Judge<R> for Noted<'_, J> {
    fn judge<'a>(self, output: &'a R) -> Verdict<'a> {
        let verdict = self.judge.judge(output);
        if let Outcome::Error { .. } = verdict.outcome {
            self.failed.set();
            if notes::recording() {
                notes::attribute("fallback", &true);
            }
        }
        verdict
    }
}

/// Success values are recorded, if the call's span is.
#[derive(Clone, Copy, Debug)]
pub struct Recorded<J, S> {
    judge: J,
    form: S,
}

/// How a success value is shown.
pub trait Show<R>: Copy {
    /// Hands the form of the value to `record`, if there is one.
    fn show(self, output: &R, record: fn(&dyn fmt::Display));
}

impl<R, J: Judge<R>, S: Show<R>> Judge<R> for Recorded<J, S> {
    fn judge<'a>(self, output: &'a R) -> Verdict<'a> {
        let verdict = self.judge.judge(output);
        if verdict.outcome == Outcome::Success && notes::recording() {
            self.form.show(output, notes::returned);
        }
        verdict
    }
}

macro_rules! forms {
    ($($form:ident: $bound:path, $pattern:literal, $of_ok:ident;)*) => {$(
        /// The value's own form.
        #[derive(Clone, Copy, Debug)]
        pub struct $form;
        /// The form of what is in `Ok`.
        #[derive(Clone, Copy, Debug)]
        pub struct $of_ok;

        impl<R: $bound> Show<R> for $form {
            fn show(self, output: &R, record: fn(&dyn fmt::Display)) {
                record(&format_args!($pattern, output));
            }
        }

        impl<T: $bound, E> Show<Result<T, E>> for $of_ok {
            fn show(self, output: &Result<T, E>, record: fn(&dyn fmt::Display)) {
                if let Ok(value) = output {
                    record(&format_args!($pattern, value));
                }
            }
        }
    )*};
}
forms! {
    DebugOfValue: fmt::Debug, "{:?}", DebugOfOk;
    DisplayOfValue: fmt::Display, "{}", DisplayOfOk;
}
