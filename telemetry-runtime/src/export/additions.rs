//! What was said of a span beside its end.

use std::borrow::Cow;

use opentelemetry::{
    KeyValue, StringValue, Value,
    trace::{Event, Link, Status},
};
use opentelemetry_sdk::trace::{SpanEvents, SpanLinks};

use super::{ended::bytes_of, known::Known, limits::Limiter, parts::Part};
use crate::{
    operation::Operation,
    trace::{
        record::{EndStatus, EndedSpan},
        ring::PartCounts,
    },
};

/// What was said of a span beside its end.
#[derive(Debug, Default)]
pub(super) struct Additions {
    pub(super) attributes: Vec<KeyValue>,
    pub(super) dropped_attributes: u32,
    pub(super) events: SpanEvents,
    pub(super) links: SpanLinks,
}

impl Additions {
    /// The last value of a key counts.
    pub(super) fn set(&mut self, mut attribute: KeyValue, limiter: &mut Limiter) {
        limiter.clean(&mut attribute);
        if let Some(known) = self.attributes.iter_mut().find(|known| known.key == attribute.key) {
            *known = attribute;
        } else if limiter.admits(Part::Attribute, self.attributes.len()) {
            self.attributes.push(attribute);
        } else {
            self.dropped_attributes += 1;
        }
    }

    pub(super) fn add_event(&mut self, mut event: Event, limiter: &mut Limiter) {
        if !limiter.admits(Part::Event, self.events.events.len()) {
            self.events.dropped_count += 1;
            return;
        }
        event.dropped_attributes_count += limiter.cut(Part::EventAttribute, &mut event.attributes);
        event.attributes.iter_mut().for_each(|attribute| limiter.clean(attribute));
        self.events.events.push(event);
    }

    pub(super) fn add_link(&mut self, mut link: Link, limiter: &mut Limiter) {
        if !limiter.admits(Part::Link, self.links.links.len()) {
            self.links.dropped_count += 1;
            return;
        }
        link.dropped_attributes_count += limiter.cut(Part::LinkAttribute, &mut link.attributes);
        link.attributes.iter_mut().for_each(|attribute| limiter.clean(attribute));
        self.links.links.push(link);
    }

    /// Counts what found no room in a ring.
    pub(super) fn lose(&mut self, parts: PartCounts) {
        let [attributes, events, links] = parts.map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        self.dropped_attributes = self.dropped_attributes.saturating_add(attributes);
        self.events.dropped_count = self.events.dropped_count.saturating_add(events);
        self.links.dropped_count = self.links.dropped_count.saturating_add(links);
    }

    /// The memory behind it, texts included.
    pub(super) fn bytes(&self) -> usize {
        let events = self.events.events.iter();
        let links = self.links.links.iter();
        bytes_of(&self.attributes)
            + events
                .map(|event| size_of::<Event>() + event.name.len() + bytes_of(&event.attributes))
                .sum::<usize>()
            + links.map(|link| size_of::<Link>() + bytes_of(&link.attributes)).sum::<usize>()
    }

    /// Counts everything as given up.
    pub(super) fn evict(self, limiter: &mut Limiter) {
        limiter.evict(Part::Attribute, self.attributes.len());
        limiter.evict(Part::Event, self.events.events.len());
        limiter.evict(Part::Link, self.links.links.len());
    }

    /// What the operation knows is attached here, so that no call has to write it; what the call says of the same key
    /// came later, and counts.
    pub(super) fn set_of_call(&mut self, known: &Known, span: &EndedSpan, limiter: &mut Limiter) {
        let mut all = Vec::with_capacity(known.attributes.len() + 1 + self.attributes.len());
        all.extend_from_slice(&known.attributes);
        if let Some(error_type) = error_type(known.operation, span) {
            let mut own = KeyValue::new("error.type", error_type);
            limiter.clean(&mut own);
            all.push(own);
        }
        self.set_known(all, limiter);
    }

    /// Attaches what is known of the span before it begins, fit to be exported; what was said of the same key came
    /// later, and counts.
    pub(super) fn set_known(&mut self, mut all: Vec<KeyValue>, limiter: &mut Limiter) {
        if !self.attributes.is_empty() {
            all.retain(|own| self.attributes.iter().all(|said| said.key != own.key));
            all.append(&mut self.attributes);
        }
        self.dropped_attributes += limiter.cut(Part::Attribute, &mut all);
        self.attributes = all;
    }

    pub(super) fn status(&self, status: EndStatus) -> Status {
        match status {
            EndStatus::Ok | EndStatus::Cancelled => Status::Unset,
            EndStatus::Panicked => Status::error("panicked"),
            EndStatus::Error => Status::error(self.error_message().map_or(Cow::Borrowed(""), Cow::Owned)),
        }
    }

    /// The message of the last exception is what the span failed with.
    fn error_message(&self) -> Option<String> {
        let exception = self.events.events.iter().rev().find(|event| event.name == "exception")?;
        let message =
            exception.attributes.iter().find(|attribute| attribute.key.as_str() == "exception.message")?;
        match &message.value {
            Value::String(message) => Some(StringValue::as_str(message).to_owned()),
            _ => None,
        }
    }
}

fn error_type(operation: &'static Operation, span: &EndedSpan) -> Option<&'static str> {
    match span.how.status {
        EndStatus::Ok => None,
        EndStatus::Cancelled => Some("cancelled"),
        EndStatus::Panicked => Some("panic"),
        EndStatus::Error => {
            let labels = operation.error_labels().all();
            labels.get(usize::from(span.how.label)).map(crate::outcome::ErrorLabel::as_str)
        }
    }
}
