//! Spans that other crates make with `tracing`.

use std::sync::atomic::{AtomicBool, Ordering};

use tracing::Metadata;

use super::{
    Context, SpanBuilder, SpanGuard,
    begun::Begun,
    callsite,
    record::{self, EndStatus, Kind},
    ring,
    sampler::Subject,
    span::push_link,
};

/// A span that another crate made with `tracing`.
#[derive(Debug)]
pub(crate) struct CallsiteSpan {
    callsite: u32,
    begun: Begun,
    has_failed: AtomicBool,
    has_ended: AtomicBool,
}

impl CallsiteSpan {
    /// Begins it under `parent`, or under what is current on this thread; only a sampler of the program wants it
    /// described.
    pub(crate) fn start(
        metadata: &'static Metadata<'static>,
        parent: Option<&Context>,
        describe: &dyn Fn() -> SpanBuilder,
    ) -> Self {
        Self {
            callsite: callsite::number(metadata),
            begun: Begun::new(parent, Subject::Described(describe)),
            has_failed: AtomicBool::new(false),
            has_ended: AtomicBool::new(false),
        }
    }

    /// Its id and the number of its callsite, if what is said of it will be seen.
    pub(crate) fn recorded(&self) -> Option<Recorded> {
        let is_seen = self.begun.is_recording() && !self.has_ended.load(Ordering::Relaxed);
        is_seen.then(|| Recorded { span: self.begun.id(), callsite: self.callsite })
    }

    pub(crate) fn context(&self) -> Context {
        self.begun.context()
    }

    /// Makes it current on this thread until the guard is dropped.
    pub(crate) fn enter(&self) -> SpanGuard {
        self.begun.enter()
    }

    /// An error was told of inside.
    pub(crate) fn fail(&self) {
        self.has_failed.store(true, Ordering::Relaxed);
    }

    /// Says that this one came about because of `other`.
    pub(crate) fn follow(&self, other: &Context) {
        if let Some(recorded) = self.recorded() {
            push_link(recorded.span, other, &[]);
        }
    }

    /// Ends it; what is said of it afterwards goes nowhere.
    pub(crate) fn end(&self) {
        let Some(recorded) = self.recorded() else { return };
        if self.has_ended.swap(true, Ordering::Relaxed) {
            return;
        }
        let has_failed = self.has_failed.load(Ordering::Relaxed);
        let status = match std::thread::panicking() {
            true => EndStatus::Panicked,
            false if has_failed => EndStatus::Error,
            false => EndStatus::Ok,
        };
        let [parent, start, end] = self.begun.frame(ring::now());
        let end = record::end(
            (Kind::CallsiteEnd, recorded.callsite),
            self.begun.trace(),
            [recorded.span, parent],
            [start, end],
            self.begun.how(status),
        );
        ring::push_end(&[end]);
    }
}

/// A span as records name it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recorded {
    pub(crate) span: u64,
    pub(crate) callsite: u32,
}
