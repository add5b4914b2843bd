//! A sampler of the program, which is asked for every span that begins.
//!
//! Whoever has none pays nothing for it: a call finds out on the cold side of branches that it takes anyway.

use std::{
    borrow::Cow,
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind},
};

use opentelemetry::{
    KeyValue, TraceId, Value,
    trace::{Link, SpanContext, SpanKind, TraceState},
};

use super::{SpanBuilder, context::span_context, current, head, ids, live_span::Place, span, states};
use crate::{
    fault::{self, Fault},
    operation::Operation,
    thread::{ContextWords, Recording, Thread},
};

/// What begins.
#[derive(Clone, Copy)]
pub(crate) enum Subject<'a> {
    Call(&'static Operation),
    Named(&'a SpanBuilder),
    /// Told only if a sampler asks.
    #[cfg(any(feature = "tracing-layer", feature = "otel-api"))]
    Described(&'a dyn Fn() -> SpanBuilder),
}

/// What a sampler is asked.
#[derive(Debug)]
#[cfg_attr(not(feature = "_background"), expect(dead_code, reason = "without a pipeline nobody is asked"))]
pub(crate) struct Question<'a> {
    /// Not valid for a root.
    pub(crate) parent: &'a SpanContext,
    pub(crate) trace_id: TraceId,
    pub(crate) name: Cow<'a, str>,
    pub(crate) kind: SpanKind,
    pub(crate) attributes: Vec<KeyValue>,
    pub(crate) links: Vec<Link>,
}

/// What it says.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) is_sampled: bool,
    pub(crate) attributes: Vec<KeyValue>,
    pub(crate) state: TraceState,
}

/// Decides for every span whether it is recorded.
pub(crate) trait HeadSampler: Send + Sync {
    fn decide(&self, question: Question<'_>) -> Answer;
}

impl<'a> Question<'a> {
    fn new(subject: Subject<'a>, parent: &'a SpanContext, trace_id: TraceId) -> Self {
        match subject {
            Subject::Call(operation) => Self {
                parent,
                trace_id,
                name: Cow::Owned(format!("{}.{}", operation.provider(), operation.name())),
                kind: operation.kind().into(),
                attributes: vec![
                    KeyValue::new("provider", operation.provider()),
                    KeyValue::new("operation", operation.name()),
                ],
                links: Vec::new(),
            },
            Subject::Named(builder) => Self {
                parent,
                trace_id,
                name: Cow::Borrowed(builder.name()),
                kind: builder.span_kind(),
                attributes: builder.attributes(),
                links: builder.links(),
            },
            #[cfg(any(feature = "tracing-layer", feature = "otel-api"))]
            Subject::Described(describe) => {
                let builder = describe();
                Self {
                    parent,
                    trace_id,
                    name: Cow::Owned(builder.name().to_owned()),
                    kind: builder.span_kind(),
                    attributes: builder.attributes(),
                    links: builder.links(),
                }
            }
        }
    }
}

/// What the sampler said of a span that has no id yet, for [`open`].
struct Sampled {
    attributes: Vec<KeyValue>,
    state: TraceState,
    /// The flags that are current before the span.
    before: u32,
}

thread_local! {
    static SAMPLED: RefCell<Option<Sampled>> = const { RefCell::new(None) };
}

/// Enters the root that the sampler decides on, with `seed` as its randomness.
#[cold]
pub(super) fn enter_root(thread: &Thread, seed: u64, subject: Subject<'_>) -> Option<Place> {
    let trace = ids::trace_of_seed(seed);
    let answer = ask(thread, ContextWords::NONE, trace, subject)?;
    let own =
        ContextWords { trace, span: thread.next_seed(), flags: ContextWords::RANDOM | ContextWords::ASKED };
    if answer.is_sampled {
        let flags = own.flags | ContextWords::SAMPLED;
        thread.replace_context(ContextWords { flags, ..own });
        hold(answer, 0);
        return Some(Place { is_sampled: true, ..Place::default() });
    }
    let flags = states::with_state(own, answer.state, 0);
    thread.replace_context(ContextWords { flags, ..own });
    Some(Place { is_dropped: true, ..Place::default() })
}

/// Enters a span under `parent` that the sampler decides on; `None` if there is no sampler any more.
#[cold]
pub(super) fn enter_child(thread: &Thread, parent: ContextWords, subject: Subject<'_>) -> Option<Place> {
    let place = Place { before: parent.span, ..Place::default() };
    if thread.recording() == Recording::Nothing {
        return Some(place);
    }
    let answer = ask(thread, parent, parent.trace, subject)?;
    let was_sampled = parent.flags & ContextWords::SAMPLED != 0;
    if answer.is_sampled {
        thread.set_span_and_flags(parent.span, parent.flags | ContextWords::ASKED);
        hold(answer, parent.flags);
        let is_parent_remote = parent.flags & ContextWords::REMOTE != 0;
        return Some(Place {
            is_sampled: true,
            is_parent_remote,
            is_parent_unsampled: !was_sampled,
            ..place
        });
    }
    // It has no context of its own: what goes on is its parent's, which says that nothing below is recorded.
    if was_sampled {
        thread.set_span_and_flags(parent.span, parent.flags & !ContextWords::SAMPLED);
    }
    Some(Place { is_dropped: was_sampled, ..place })
}

/// Gives the span that is current now what the sampler said of it.
#[cold]
pub(super) fn open(thread: &Thread) {
    let sampled = SAMPLED.try_with(|sampled| sampled.try_borrow_mut().ok()?.take()).ok().flatten();
    let Some(Sampled { attributes, state, before }) = sampled else { return };
    let own = thread.context();
    thread.set_span_and_flags(own.span, states::with_state(own, state, before));
    for KeyValue { key, value, .. } in attributes {
        span::set_attribute(own.span, key.as_str(), &value);
    }
}

fn hold(answer: Answer, before: u32) {
    let Answer { attributes, state, .. } = answer;
    let sampled = Sampled { attributes, state, before };
    // Fails only in a destructor of the thread; the span goes without.
    drop(SAMPLED.try_with(|held| held.try_borrow_mut().map(|mut held| *held = Some(sampled))));
}

fn ask(thread: &Thread, parent: ContextWords, trace: [u64; 2], subject: Subject<'_>) -> Option<Answer> {
    if thread.recording() != Recording::Sampled {
        return None;
    }
    let sampler = head::sampler()?;
    let parent = span_context(parent, current::state_of(parent).official());
    let question = Question::new(subject, &parent, super::context::trace_id(trace));
    // What a sampler does itself would make it be asked again.
    thread.replace_recording(Recording::Nothing);
    let answer = catch_unwind(AssertUnwindSafe(|| sampler.decide(question)));
    thread.replace_recording(Recording::Sampled);
    Some(answer.unwrap_or_else(|_| {
        fault::report(&Fault::new("sampler", "it panicked, so the span is not recorded; make it not panic"));
        Answer { state: parent.trace_state().clone(), ..Answer::default() }
    }))
}

/// Attributes of a builder as the official types have them.
pub(super) fn key_values<'a>(
    attributes: impl IntoIterator<Item = &'a (Cow<'static, str>, Value)>,
) -> Vec<KeyValue> {
    attributes.into_iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect()
}
