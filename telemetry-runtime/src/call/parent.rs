//! A call under a parent that is not the current span.

use std::{
    borrow::Cow,
    future::Future,
    pin::Pin,
    task::{self, Poll},
};

use futures_core::{
    future::FusedFuture,
    stream::{FusedStream, Stream},
};
use opentelemetry::trace::SpanContext;
use pin_project_lite::pin_project;

use crate::trace::{Context, EnteredContext, Span, enter_context};

/// What names a place in a trace: `Context`, `SpanContext`, `Span`, references to them, and `Option`s.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no place in a trace",
    label = "not a context",
    note = "`parent` takes a `Context`, a `SpanContext`, a `Span`, a reference or an `Option` of one; `links` takes \
            several of them"
)]
pub trait AsContext {
    /// The place; `None` for an option that holds none.
    fn as_context(&self) -> Option<Cow<'_, Context>>;
}

impl AsContext for Context {
    fn as_context(&self) -> Option<Cow<'_, Context>> {
        Some(Cow::Borrowed(self))
    }
}

impl AsContext for SpanContext {
    fn as_context(&self) -> Option<Cow<'_, Context>> {
        Some(Cow::Owned(Context::new(self.clone())))
    }
}

impl AsContext for Span {
    fn as_context(&self) -> Option<Cow<'_, Context>> {
        Some(Cow::Owned(self.context()))
    }
}

impl<C: AsContext> AsContext for Option<C> {
    fn as_context(&self) -> Option<Cow<'_, Context>> {
        self.as_ref()?.as_context()
    }
}

impl<C: AsContext + ?Sized> AsContext for &C {
    fn as_context(&self) -> Option<Cow<'_, Context>> {
        (**self).as_context()
    }
}

/// The parent that an attribute names; without one, what is current.
#[derive(Clone, Debug)]
pub struct Parent(Option<Context>);

/// Takes the place that a call's span belongs to.
pub fn parent<C: AsContext + ?Sized>(context: &C) -> Parent {
    Parent(context.as_context().map(Cow::into_owned))
}

impl Parent {
    /// Makes it current until the guard is dropped.
    #[must_use]
    pub fn enter(&self) -> EnteredParent {
        EnteredParent { _entered: self.0.as_ref().map(enter_context) }
    }

    /// Makes it current for the time of each poll.
    pub fn around<F>(&self, inner: F) -> Under<F> {
        Under { inner, parent: self.clone() }
    }
}

/// Makes current again what was before.
#[derive(Debug)]
pub struct EnteredParent {
    _entered: Option<EnteredContext>,
}

pin_project! {
    /// A future or stream under a parent of its own.
    #[must_use = "futures and streams do nothing unless polled"]
    #[derive(Clone, Debug)]
    pub struct Under<F> {
        #[pin]
        inner: F,
        parent: Parent,
    }
}

impl<F: Future> Future for Under<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = this.parent.enter();
        this.inner.poll(cx)
    }
}

impl<F: FusedFuture> FusedFuture for Under<F> {
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}

impl<S: Stream> Stream for Under<S> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        let _entered = this.parent.enter();
        this.inner.poll_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.inner.size_hint()
    }
}

impl<S: FusedStream> FusedStream for Under<S> {
    fn is_terminated(&self) -> bool {
        self.inner.is_terminated()
    }
}
