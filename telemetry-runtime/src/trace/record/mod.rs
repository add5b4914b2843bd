//! Spans as words: what a thread writes into its ring, and what is read out of it.
//!
//! A record begins with a head: its kind, its length in words, and one number. Texts are copied as bytes, so that a
//! record owns nothing and a ring of words can hold any of them. It fills whole blocks of words, and a call's end fills
//! exactly one.

#[cfg(feature = "_background")]
mod decode;
mod encode;
mod text;

#[cfg(feature = "_background")]
pub(crate) use self::decode::{EndedSpan, Record, decode};
pub(crate) use self::encode::{Encode, Encoder, encode_attributes, encode_value};
pub use self::encode::{FieldValue, RecordWriter};

/// What a record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// A call's span has ended.
    OperationEnd = 1,
    /// A span of another name has ended.
    NamedEnd = 2,
    /// An attribute of a span.
    Attribute = 3,
    /// An event of a span.
    Event = 4,
    /// A link of a span.
    Link = 5,
    /// Parts of a span that found no room; only the reader writes it.
    #[cfg(feature = "_background")]
    Loss = 6,
    /// Values of the fields that an operation names.
    Fields = 7,
    /// The span of a callsite of `tracing` has ended.
    #[cfg(feature = "tracing-layer")]
    CallsiteEnd = 8,
    /// Values of the fields that a callsite names.
    #[cfg(feature = "tracing-layer")]
    CallsiteFields = 9,
    /// An event of a callsite, with values of the fields that it names.
    #[cfg(feature = "tracing-layer")]
    CallsiteEvent = 10,
}

#[cfg(feature = "_background")]
impl Kind {
    const ALL: &[Self] = &[
        Self::OperationEnd,
        Self::NamedEnd,
        Self::Attribute,
        Self::Event,
        Self::Link,
        Self::Loss,
        Self::Fields,
        #[cfg(feature = "tracing-layer")]
        Self::CallsiteEnd,
        #[cfg(feature = "tracing-layer")]
        Self::CallsiteFields,
        #[cfg(feature = "tracing-layer")]
        Self::CallsiteEvent,
    ];
}

impl Kind {
    /// What a record of this kind adds to its span: attributes, events, links.
    pub(super) const PARTS: [&[Self]; 3] = [
        &[
            Self::Attribute,
            Self::Fields,
            #[cfg(feature = "tracing-layer")]
            Self::CallsiteFields,
        ],
        &[
            Self::Event,
            #[cfg(feature = "tracing-layer")]
            Self::CallsiteEvent,
        ],
        &[Self::Link],
    ];
}

/// Words of a block: the end of a call's span.
pub(crate) const BLOCK: usize = 8;

/// What rings are made of.
pub(crate) type Block = [u64; BLOCK];

/// The longest text of a record, in bytes; longer ones are cut, so that a record always fits into an empty ring.
pub(crate) const MAX_TEXT: usize = 16 * 1024;

/// Attributes that say a span's status, where its end does not: read at its end, and not exported.
#[cfg(any(feature = "tracing-layer", feature = "otel-api"))]
pub(crate) const STATUS_CODE: &str = "otel.status_code";
#[cfg(any(feature = "tracing-layer", feature = "otel-api"))]
pub(crate) const STATUS_DESCRIPTION: &str = "otel.status_description";

/// How a span ended, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EndWord {
    pub(crate) status: EndStatus,
    /// The index of the error's label in its operation's table.
    pub(crate) label: u16,
    pub(crate) is_parent_remote: bool,
    pub(crate) trace_flags: u8,
    /// The number of the trace state that a sampler chose.
    pub(crate) state: u16,
}

/// The outcome of a span, as far as its status cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum EndStatus {
    Ok = 0,
    Error = 1,
    Cancelled = 2,
    Panicked = 3,
}

#[cfg(feature = "_background")]
impl EndStatus {
    const ALL: [Self; 4] = [Self::Ok, Self::Error, Self::Cancelled, Self::Panicked];
}

impl EndWord {
    pub(crate) fn to_word(self) -> u64 {
        u64::from(self.status as u8)
            | u64::from(self.is_parent_remote) << 8
            | u64::from(self.trace_flags) << 16
            | u64::from(self.label) << 32
            | u64::from(self.state) << 48
    }

    #[cfg(feature = "_background")]
    fn from_word(word: u64) -> Self {
        let byte = |at: u32| (word >> at) as u8;
        Self {
            status: EndStatus::ALL[usize::from(byte(0) & 3)],
            is_parent_remote: byte(8) & 1 == 1,
            trace_flags: byte(16),
            label: (word >> 32) as u16,
            state: (word >> 48) as u16,
        }
    }
}

fn head(kind: Kind, words: usize, number: u32) -> u64 {
    u64::from(kind as u8) | (words as u64) << 8 | u64::from(number) << 32
}

/// The end of a call's span; the one record that every sampled call writes.
#[inline(always)]
pub(crate) fn operation_end(
    operation: u32,
    trace: [u64; 2],
    span: u64,
    parent: u64,
    times: [u64; 2],
    end: EndWord,
) -> Block {
    self::end((Kind::OperationEnd, operation), trace, [span, parent], times, end)
}

/// The end of a span whose name is that of a number.
#[inline(always)]
pub(crate) fn end(
    (kind, number): (Kind, u32),
    trace: [u64; 2],
    [span, parent]: [u64; 2],
    times: [u64; 2],
    how: EndWord,
) -> Block {
    let head = head(kind, BLOCK, number);
    [head, trace[0], trace[1], span, parent, times[0], times[1], how.to_word()]
}

/// What a span has lost: attributes, events, links.
#[cfg(feature = "_background")]
pub(crate) fn loss(span: u64, parts: [u64; 3]) -> [u64; 5] {
    [head(Kind::Loss, 5, 0), span, parts[0], parts[1], parts[2]]
}

#[cfg(all(test, feature = "_background"))]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_as_they_were_written() {
        let status = EndStatus::Panicked;
        let end = EndWord { status, label: 63, is_parent_remote: true, trace_flags: 3, state: 0xfedc };
        let mut words = operation_end(7, [1, 2], 3, 4, [5, 6], end).to_vec();
        let mut encoder = Encoder::new(Kind::Attribute, 3);
        encoder.text("key");
        "a value of some length".encode(&mut encoder);
        words.extend_from_slice(encoder.finish().as_flattened());
        let mut event = Encoder::new(Kind::Event, 3);
        event.word(99);
        event.text("name");
        event.word(2);
        event.text("flag");
        true.encode(&mut event);
        event.text("ratio");
        0.5_f64.encode(&mut event);
        words.extend_from_slice(event.finish().as_flattened());
        let records: Vec<Record> = decode(&words).collect();
        assert_eq!(records.len(), 3);
        let Record::OperationEnd { operation, ref span } = records[0] else { panic!("{:?}", records[0]) };
        assert_eq!((operation, span.trace, span.span, span.parent), (7, [1, 2], 3, 4));
        assert_eq!((span.start, span.end, span.how), (5, 6, end));
        let Record::Attribute { span: 3, ref key, ref value } = records[1] else {
            panic!("{:?}", records[1])
        };
        assert_eq!((&**key, value.as_str()), ("key", "a value of some length".into()));
        let Record::Event { span: 3, tick: 99, ref name, ref attributes } = records[2] else { panic!() };
        assert_eq!((&**name, attributes.len()), ("name", 2));
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let mut encoder = Encoder::new(Kind::Attribute, 1);
        encoder.text("k");
        "é".repeat(MAX_TEXT).as_str().encode(&mut encoder);
        let words = encoder.finish().as_flattened().to_vec();
        let Some(Record::Attribute { value, .. }) = decode(&words).next() else { panic!("no attribute") };
        assert!(value.as_str().len() <= MAX_TEXT && value.as_str().ends_with('é'));
    }
}
