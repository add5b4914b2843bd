//! An event in one small block, as it waits.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::{
    TYPES,
    event::{Event, EventError, Micros},
};
use crate::{
    export::writing::Numbered,
    settings::{EventSeverity, EventType},
};

/// Longest provider or operation, in bytes; what is longer is cut.
const MAX_NAME: usize = 1024;

/// An event in one block: a header of [`HEADER`] bytes, provider, operation, and the rarer parts as JSON.
///
/// A queue of a million events is as large as what they say, so the block holds no pointers and no gaps.
#[derive(Clone, Debug)]
pub(crate) struct Packed(Box<[u8]>);

const HEADER: usize = 32;
const TYPE: usize = 0;
const SEVERITY: usize = 1;
const HAS_VALUE: usize = 2;
const PROVIDER_BYTES: usize = 4;
const OPERATION_BYTES: usize = 6;
const NUMBER: usize = 8;
const TIME: usize = 16;
const VALUE: usize = 24;

/// By their number in a block.
const SEVERITIES: [EventSeverity; 3] = [EventSeverity::Info, EventSeverity::Warning, EventSeverity::Error];

/// The parts that few events have.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Detail<'a> {
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<EventError>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) labels: BTreeMap<String, String>,
}

/// What to pack; `time` is in nanoseconds of the collector's clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header<'a> {
    pub(super) number: u64,
    pub(super) time: u64,
    pub(super) event_type: EventType,
    pub(super) severity: EventSeverity,
    pub(super) provider: &'a str,
    pub(super) operation: &'a str,
    pub(super) value: Option<f64>,
}

impl Packed {
    pub(super) fn new(header: Header<'_>, detail: Option<&Detail<'_>>) -> Self {
        let (provider, operation) = (cut(header.provider), cut(header.operation));
        let mut block = Vec::with_capacity(HEADER + provider.len() + operation.len());
        block.resize(HEADER, 0);
        block[TYPE] = header.event_type as u8;
        block[SEVERITY] = header.severity as u8;
        block[HAS_VALUE] = u8::from(header.value.is_some());
        block[PROVIDER_BYTES..OPERATION_BYTES].copy_from_slice(&length(provider));
        block[OPERATION_BYTES..NUMBER].copy_from_slice(&length(operation));
        block[NUMBER..TIME].copy_from_slice(&header.number.to_le_bytes());
        block[TIME..VALUE].copy_from_slice(&header.time.to_le_bytes());
        block[VALUE..HEADER].copy_from_slice(&header.value.unwrap_or_default().to_le_bytes());
        block.extend_from_slice(provider.as_bytes());
        block.extend_from_slice(operation.as_bytes());
        if let Some(detail) = detail {
            // Writing strings to memory cannot fail.
            drop(serde_json::to_writer(&mut block, detail));
        }
        Self(block.into_boxed_slice())
    }

    /// The same event again, after somebody changed it.
    pub(super) fn of(event: &Event, number: u64) -> Self {
        let detail = Detail {
            status: event.status.as_deref().map(Cow::Borrowed),
            error: event.error.clone(),
            labels: event.labels.clone(),
        };
        let is_plain = detail.status.is_none() && detail.error.is_none() && detail.labels.is_empty();
        let header = Header {
            number,
            time: event.time.0,
            event_type: event.event_type,
            severity: event.severity,
            provider: &event.provider,
            operation: &event.operation,
            value: event.value,
        };
        Self::new(header, (!is_plain).then_some(&detail))
    }

    /// Replaces the time on the collector's clock by that on the wall, in microseconds since 1970.
    pub(super) fn set_time(&mut self, Micros(micros): Micros) {
        self.0[TIME..VALUE].copy_from_slice(&micros.to_le_bytes());
    }

    pub(super) fn header(&self) -> Header<'_> {
        let provider = HEADER..HEADER + self.length(PROVIDER_BYTES);
        let operation = provider.end..provider.end + self.length(OPERATION_BYTES);
        Header {
            number: self.word(NUMBER),
            time: self.word(TIME),
            event_type: TYPES[usize::from(self.0[TYPE])],
            severity: SEVERITIES[usize::from(self.0[SEVERITY])],
            provider: self.text(provider),
            operation: self.text(operation),
            value: (self.0[HAS_VALUE] != 0).then(|| f64::from_bits(self.word(VALUE))),
        }
    }

    /// The event in full; its time is taken for one on the wall.
    pub(super) fn event(&self) -> Event {
        let header = self.header();
        let rest = &self.0[HEADER + header.provider.len() + header.operation.len()..];
        let Detail { status, error, labels } = serde_json::from_slice(rest).unwrap_or_default();
        Event {
            time: Micros(header.time),
            event_type: header.event_type,
            severity: header.severity,
            provider: header.provider.to_owned(),
            operation: header.operation.to_owned(),
            value: header.value,
            status: status.map(Cow::into_owned),
            error,
            labels,
        }
    }

    fn length(&self, at: usize) -> usize {
        usize::from(u16::from_le_bytes([self.0[at], self.0[at + 1]]))
    }

    fn word(&self, at: usize) -> u64 {
        self.0[at..at + 8].try_into().map_or(0, u64::from_le_bytes)
    }

    fn text(&self, range: std::ops::Range<usize>) -> &str {
        std::str::from_utf8(&self.0[range]).unwrap_or_default()
    }
}

impl Numbered for Packed {
    fn number(&self) -> u64 {
        self.word(NUMBER)
    }
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_NAME)]
}

fn length(text: &str) -> [u8; 2] {
    u16::try_from(text.len()).unwrap_or_default().to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        Event {
            time: Micros(1_795_219_200_000_000),
            event_type: EventType::Error,
            severity: EventSeverity::Error,
            provider: "prövider".to_owned(),
            operation: String::new(),
            value: Some(-0.5),
            status: Some("error".to_owned()),
            error: Some(EventError { error_type: "io".to_owned(), ..EventError::default() }),
            labels: BTreeMap::from([("host".to_owned(), "server1".to_owned())]),
        }
    }

    #[test]
    fn what_goes_in_comes_out() {
        let plain = Event { status: None, error: None, labels: BTreeMap::new(), value: None, ..event() };
        for event in [event(), plain] {
            let packed = Packed::of(&event, 7);
            assert_eq!((packed.event(), packed.number()), (event, 7));
        }
    }

    #[test]
    fn an_event_is_little_more_than_its_names() {
        let packed = Packed::of(&Event { status: None, error: None, labels: BTreeMap::new(), ..event() }, 0);
        assert_eq!(packed.0.len(), HEADER + "prövider".len());
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        let long = "ö".repeat(MAX_NAME);
        let packed = Packed::of(&Event { operation: format!("x{long}"), ..event() }, 0);
        assert_eq!(packed.header().operation.len(), MAX_NAME - 1);
    }
}
