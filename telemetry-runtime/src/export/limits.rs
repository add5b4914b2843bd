//! How much one span may hold.

use opentelemetry::{KeyValue, Value};

use super::parts::{DroppedParts, Part, PartReason};
use crate::redact;

/// Counts at the most, as the OpenTelemetry specification sets them; what is beyond is left out and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SpanLimits {
    pub(crate) attributes: usize,
    pub(crate) events: usize,
    pub(crate) links: usize,
    pub(crate) event_attributes: usize,
    pub(crate) link_attributes: usize,
    /// Of a text, in characters; longer ones are cut.
    pub(crate) value_length: Option<usize>,
}

impl Default for SpanLimits {
    fn default() -> Self {
        Self {
            attributes: 128,
            events: 128,
            links: 128,
            event_attributes: 128,
            link_attributes: 128,
            value_length: None,
        }
    }
}

/// Keeps spans within their limits, and counts what that costs.
#[derive(Debug)]
pub(super) struct Limiter {
    limits: SpanLimits,
    dropped: DroppedParts,
}

impl Limiter {
    pub(super) fn new(limits: SpanLimits) -> Self {
        Self { limits, dropped: DroppedParts::default() }
    }

    pub(super) fn dropped(&self) -> &DroppedParts {
        &self.dropped
    }

    /// Counts parts that were given up for newer ones.
    pub(super) fn evict(&mut self, part: Part, count: usize) {
        self.dropped.add(PartReason::Evicted, part, count as u64);
    }

    /// Whether a span that has `held` of them may have one more; counted if not.
    pub(super) fn admits(&mut self, part: Part, held: usize) -> bool {
        let fits = held < self.limit(part);
        if !fits {
            self.dropped.add(PartReason::Limit, part, 1);
        }
        fits
    }

    /// Cuts attributes off that are too many; says how many they were.
    pub(super) fn cut(&mut self, part: Part, attributes: &mut Vec<KeyValue>) -> u32 {
        let kept = attributes.len().min(self.limit(part));
        let surplus = attributes.split_off(kept).len();
        self.dropped.add(PartReason::Limit, part, surplus as u64);
        u32::try_from(surplus).unwrap_or(u32::MAX)
    }

    /// Makes values fit to be exported: no secrets, no text beyond its length.
    pub(super) fn clean(&self, attribute: &mut KeyValue) {
        // Whoever recorded a secret meant no harm.
        if redact::is_secret_name(attribute.key.as_str()) {
            attribute.value = Value::from(redact::REDACTED);
        }
        if let (Some(longest), Value::String(text)) = (self.limits.value_length, &attribute.value)
            && let Some((end, _)) = text.as_str().char_indices().nth(longest)
        {
            attribute.value = Value::from(text.as_str()[..end].to_owned());
        }
    }

    fn limit(&self, part: Part) -> usize {
        match part {
            Part::Attribute => self.limits.attributes,
            Part::Event => self.limits.events,
            Part::Link => self.limits.links,
            Part::EventAttribute => self.limits.event_attributes,
            Part::LinkAttribute => self.limits.link_attributes,
        }
    }
}
