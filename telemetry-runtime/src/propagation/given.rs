//! A propagator of the program, instead of the built-in one.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::{
    Context as OfficialContext,
    propagation::{Extractor, Injector, TextMapPropagator},
    trace::{SpanContext, TraceContextExt},
};

use crate::{
    fault::{self, Fault},
    trace::Context,
};

type Given = Arc<dyn TextMapPropagator + Send + Sync>;

static IS_GIVEN: AtomicBool = AtomicBool::new(false);
static GIVEN: RwLock<Option<Given>> = RwLock::new(None);

/// Takes `propagator` from now on.
pub(crate) fn set_propagator(propagator: Given) {
    *GIVEN.write().unwrap_or_else(PoisonError::into_inner) = Some(propagator);
    IS_GIVEN.store(true, Ordering::Release);
}

/// The program's propagator, if it has given one.
#[inline]
pub(super) fn given() -> Option<Given> {
    if !IS_GIVEN.load(Ordering::Acquire) {
        return None;
    }
    GIVEN.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Writes `span` as `propagator` does; headers of another context are replaced.
pub(super) fn inject(propagator: &Given, span: SpanContext, headers: &mut HeaderMap) {
    let context = OfficialContext::new().with_remote_span_context(span);
    let written = catch_unwind(AssertUnwindSafe(|| {
        for field in propagator.fields() {
            headers.remove(field);
        }
        propagator.inject_context(&context, &mut Headers(headers));
    }));
    if written.is_err() {
        tell_of_panic("nothing is injected");
    }
}

/// Reads a context as `propagator` does.
pub(super) fn extract(propagator: &Given, headers: &HeaderMap) -> Context {
    let read = catch_unwind(AssertUnwindSafe(|| {
        let context = propagator.extract_with_context(&OfficialContext::new(), &ReadHeaders(headers));
        context.span().span_context().clone()
    }));
    match read {
        Ok(span) if span.is_valid() => Context::new(span),
        Ok(_) => Context::NONE,
        Err(_) => {
            tell_of_panic("nothing is extracted");
            Context::NONE
        }
    }
}

fn tell_of_panic(consequence: &str) {
    fault::report(&Fault::new("propagator", format!("it panicked, so {consequence}; make it not panic")));
}

struct Headers<'a>(&'a mut HeaderMap);

impl Injector for Headers<'_> {
    /// What is no legal header is left out.
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(key), HeaderValue::try_from(value)) {
            self.0.insert(name, value);
        }
    }
}

struct ReadHeaders<'a>(&'a HeaderMap);

impl Extractor for ReadHeaders<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }

    fn get_all(&self, key: &str) -> Option<Vec<&str>> {
        let all: Vec<&str> = self.0.get_all(key).iter().filter_map(|value| value.to_str().ok()).collect();
        (!all.is_empty()).then_some(all)
    }
}
