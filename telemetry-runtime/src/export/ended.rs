//! A span that has ended, before it takes the official form.

use std::sync::Arc;

use opentelemetry::{Array, KeyValue, Value, trace::SpanKind};

use super::{additions::Additions, known::Known};
use crate::{thread::ContextWords, trace::record::EndedSpan};

/// A span that has ended; what was said of it beside may still come.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) span: EndedSpan,
    pub(super) what: What,
}

/// What a span is the span of.
#[derive(Debug)]
pub(super) enum What {
    Call(Arc<Known>),
    Named {
        kind: SpanKind,
        scope: u32,
        name: String,
    },
    #[cfg(feature = "tracing-layer")]
    Callsite(&'static tracing::Metadata<'static>),
}

/// A span with everything that was said of it.
#[derive(Debug)]
pub(super) struct Complete {
    pub(super) ended: Ended,
    pub(super) added: Additions,
}

impl Ended {
    /// Whether its trace was not chosen at its beginning and may still be kept.
    pub(super) fn is_pending(&self) -> bool {
        u32::from(self.span.how.trace_flags) & ContextWords::SAMPLED == 0
    }
}

#[cfg(feature = "dashboard")]
impl Ended {
    /// Whether somebody asked to see its trace, whatever the policy says; asked once.
    pub(super) fn is_wanted(&self) -> bool {
        use crate::trace::{head::wishes, record::EndStatus};
        let What::Call(known) = &self.what else { return false };
        let has_failed = matches!(self.span.how.status, EndStatus::Error | EndStatus::Panicked);
        wishes::any() && wishes::take(known.operation, has_failed)
    }
}

#[cfg(not(feature = "dashboard"))]
impl Ended {
    #[expect(clippy::unused_self, reason = "the page's form looks at it")]
    pub(super) fn is_wanted(&self) -> bool {
        false
    }
}

impl Complete {
    /// The memory that it takes, texts included.
    pub(super) fn bytes(&self) -> usize {
        let name = match &self.ended.what {
            What::Call(_) => 0,
            #[cfg(feature = "tracing-layer")]
            What::Callsite(_) => 0,
            What::Named { name, .. } => name.len(),
        };
        size_of::<Self>() + name + self.added.bytes()
    }
}

/// The memory of attributes, texts included.
pub(super) fn bytes_of(attributes: &[KeyValue]) -> usize {
    let text = |value: &Value| match value {
        Value::String(text) => text.as_str().len(),
        Value::Array(Array::String(texts)) => texts.iter().map(|text| text.as_str().len()).sum(),
        _ => 0,
    };
    attributes
        .iter()
        .map(|attribute| size_of::<KeyValue>() + attribute.key.as_str().len() + text(&attribute.value))
        .sum()
}
