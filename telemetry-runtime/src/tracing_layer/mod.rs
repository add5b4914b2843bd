//! Spans and events of crates that know only `tracing`.

mod described;
mod filter;
mod stack;
mod values;

use tracing::{
    Event, Level, Subscriber,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{
    layer::{Context as LayerContext, Layer},
    registry::LookupSpan,
};

pub(crate) use self::filter::{Levels, LevelsOfTargets};
use self::values::Values;
use crate::{
    thread::{self, ContextWords, Recording, Thread},
    trace::{
        CallsiteSpan, Context, callsite,
        record::{Encoder, Kind},
        ring,
    },
};

/// Turns spans of `tracing` into spans of ours, and events into theirs.
///
/// They are on the same stack of current spans as calls: a call inside a span of `tracing` is its child, and a span of
/// `tracing` inside a call is the call's. Events become events of the span around them, whoever made it. Fields keep
/// their types and names; `otel.name`, `otel.kind`, `otel.status_code` and `otel.status_description` say what a
/// span is called, its kind and its status, whenever they are recorded. An event of the level ERROR makes the span of
/// `tracing` around it a failed one.
///
/// [`Telemetry::tracing_layer`](crate::Telemetry::tracing_layer) gives it with the levels of the settings; this one
/// alone takes everything.
///
/// ```
/// use telemetry_runtime::{TelemetryLayer, testing::TestTelemetry};
/// use tracing_subscriber::layer::SubscriberExt;
///
/// let telemetry = TestTelemetry::new();
/// let subscriber = tracing_subscriber::registry().with(TelemetryLayer::new());
/// tracing::subscriber::with_default(subscriber, || {
///     tracing::info_span!("request", path = "/quotes").in_scope(|| tracing::info!("asked"));
/// });
/// let span = &telemetry.spans()[0];
/// assert_eq!((&*span.name, &*span.events[0].name), ("request", "asked"));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TelemetryLayer {
    _private: (),
}

impl TelemetryLayer {
    /// A layer that takes spans and events of all levels.
    #[must_use]
    pub const fn new() -> Self {
        Self { _private: () }
    }
}

/// The target of the records of calls and breakers.
pub(crate) const RECORDS: &str = "telemetry";

/// Whether this thread is telemetry's own, which leaves no traces.
fn is_suppressed() -> bool {
    thread::with(Thread::recording) == Recording::Nothing
}

/// Runs `work` on the span of `id`, if this layer has seen it begin; no code of others may run inside.
fn with_span<S, R>(id: &Id, context: &LayerContext<'_, S>, work: impl FnOnce(&CallsiteSpan) -> R) -> Option<R>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    context.span(id)?.extensions().get::<CallsiteSpan>().map(work)
}

/// The place of the span of `id`, if the layer has seen it begin.
#[cfg(feature = "logs")]
pub(crate) fn context_of<S>(id: &Id, context: &LayerContext<'_, S>) -> Option<Context>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    with_span(id, context, CallsiteSpan::context)
}

/// Where a span begins that does not begin under what is current.
fn given_parent<S>(attributes: &Attributes<'_>, context: &LayerContext<'_, S>) -> Option<Context>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    if attributes.is_root() {
        return Some(Context::NONE);
    }
    // One that this layer does not see leaves it at what is current, rather than tear the tree apart.
    with_span(attributes.parent()?, context, CallsiteSpan::context)
}

impl<S> Layer<S> for TelemetryLayer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: LayerContext<'_, S>) {
        if is_suppressed() {
            return;
        }
        let parent = given_parent(attributes, &context);
        let own =
            CallsiteSpan::start(attributes.metadata(), parent.as_ref(), &|| described::described(attributes));
        if let Some(recorded) = own.recorded()
            && !attributes.is_empty()
        {
            let mut record = Encoder::of_callsite(Kind::CallsiteFields, recorded.callsite, recorded.span);
            let mut values = Values::new(&mut record, attributes.metadata());
            attributes.record(&mut values);
            push_fields(values.count(), record);
        }
        if let Some(span) = context.span(id) {
            span.extensions_mut().replace(own);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: LayerContext<'_, S>) {
        let Some(Some(recorded)) = with_span(id, &context, CallsiteSpan::recorded) else { return };
        let Some(metadata) = callsite::numbered(recorded.callsite) else { return };
        let mut record = Encoder::of_callsite(Kind::CallsiteFields, recorded.callsite, recorded.span);
        let mut written = Values::new(&mut record, metadata);
        values.record(&mut written);
        push_fields(written.count(), record);
    }

    fn on_follows_from(&self, id: &Id, follows: &Id, context: LayerContext<'_, S>) {
        if let Some(other) = with_span(follows, &context, CallsiteSpan::context) {
            with_span(id, &context, |span| span.follow(&other));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: LayerContext<'_, S>) {
        // Records of calls tell what their spans say already.
        if event.metadata().target() == RECORDS {
            return;
        }
        let Some(span) = span_of(event, &context) else { return };
        let mut record = Encoder::of_callsite(Kind::CallsiteEvent, callsite::number(event.metadata()), span);
        record.word(ring::now());
        event.record(&mut Values::new(&mut record, event.metadata()));
        ring::push_addition(record.finish());
    }

    fn on_enter(&self, id: &Id, context: LayerContext<'_, S>) {
        if let Some(guard) = with_span(id, &context, CallsiteSpan::enter) {
            stack::push(id.into_u64(), guard);
        }
    }

    fn on_exit(&self, id: &Id, _context: LayerContext<'_, S>) {
        stack::pop(id.into_u64());
    }

    fn on_close(&self, id: Id, context: LayerContext<'_, S>) {
        with_span(&id, &context, CallsiteSpan::end);
    }
}

fn push_fields(count: u64, mut record: Encoder) {
    if count > 0 {
        ring::push_additions(record.finish(), count);
    }
}

/// The recorded span that an event belongs to; tells it of an error.
fn span_of<S>(event: &Event<'_>, context: &LayerContext<'_, S>) -> Option<u64>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let is_error = *event.metadata().level() == Level::ERROR;
    if let Some(parent) = event.parent() {
        return with_span(parent, context, |span| {
            let recorded = span.recorded()?;
            if is_error {
                span.fail();
            }
            Some(recorded.span)
        })
        .flatten();
    }
    if !event.is_contextual() {
        return None;
    }
    let current = thread::with(Thread::context);
    if !ContextWords::is_recorded_here(current.flags) {
        return None;
    }
    if is_error && let Some(around) = context.lookup_current() {
        // A call has an outcome of its own, which no event decides.
        let extensions = around.extensions();
        let around = extensions.get::<CallsiteSpan>();
        let is_innermost =
            |span: &&CallsiteSpan| span.recorded().is_some_and(|recorded| recorded.span == current.span);
        if let Some(span) = around.filter(is_innermost) {
            span.fail();
        }
    }
    Some(current.span)
}
