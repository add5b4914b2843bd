//! Reading records.

use opentelemetry::{Key, KeyValue, StringValue, Value};

use super::{
    EndWord, Kind,
    encode::{BESIDE, BOOL, FLOAT, INTEGER, PLACE},
};

/// One record, read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Record {
    OperationEnd {
        operation: u32,
        span: EndedSpan,
    },
    NamedEnd {
        span: EndedSpan,
        kind: u8,
        /// The number of the scope that it is of.
        scope: u32,
        name: String,
    },
    Attribute {
        span: u64,
        key: String,
        value: Value,
    },
    /// Values of an operation's fields, each with the place of its name.
    Fields {
        operation: u32,
        span: u64,
        values: Vec<(usize, Value)>,
    },
    Event {
        span: u64,
        tick: u64,
        name: String,
        attributes: Vec<KeyValue>,
    },
    Link {
        span: u64,
        trace: [u64; 2],
        linked: u64,
        flags: u8,
        attributes: Vec<KeyValue>,
    },
    Loss {
        span: u64,
        parts: [u64; 3],
    },
    #[cfg(feature = "tracing-layer")]
    CallsiteEnd {
        callsite: u32,
        span: EndedSpan,
    },
    /// Values of a callsite's fields, each with the place of its name.
    #[cfg(feature = "tracing-layer")]
    CallsiteFields {
        callsite: u32,
        span: u64,
        values: Vec<(usize, Value)>,
    },
    #[cfg(feature = "tracing-layer")]
    CallsiteEvent {
        callsite: u32,
        span: u64,
        tick: u64,
        values: Vec<(usize, Value)>,
    },
}

/// What every ended span has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EndedSpan {
    pub(crate) trace: [u64; 2],
    pub(crate) span: u64,
    pub(crate) parent: u64,
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) how: EndWord,
}

/// The records in `words`; ends at the first that is not whole, which no writer makes.
pub(crate) fn decode(words: &[u64]) -> impl Iterator<Item = Record> {
    let mut rest = words;
    std::iter::from_fn(move || {
        // Records fill blocks; the zeros behind one are none.
        let first = rest.iter().position(|word| *word != 0)?;
        rest = &rest[first..];
        let head = rest[0];
        let len = ((head >> 8) & 0x00ff_ffff) as usize;
        let (record, after) = rest.split_at_checked(len.max(1))?;
        rest = after;
        Cursor { words: &record[1..] }.record(head)
    })
}

struct Cursor<'a> {
    words: &'a [u64],
}

impl Cursor<'_> {
    fn record(&mut self, head: u64) -> Option<Record> {
        let kind = *Kind::ALL.iter().find(|kind| **kind as u8 == head as u8)?;
        let number = (head >> 32) as u32;
        Some(match kind {
            Kind::OperationEnd => Record::OperationEnd { operation: number, span: self.ended_call()? },
            Kind::NamedEnd => {
                let span = self.word()?;
                let span = self.ended(span)?;
                let kind = self.word()?;
                Record::NamedEnd { span, kind: kind as u8, scope: (kind >> 8) as u32, name: self.text()? }
            }
            Kind::Attribute => {
                Record::Attribute { span: self.word()?, key: self.text()?, value: self.value()? }
            }
            Kind::Fields => {
                Record::Fields { operation: number, span: self.word()?, values: self.placed_values() }
            }
            Kind::Event => Record::Event {
                span: self.word()?,
                tick: self.word()?,
                name: self.text()?,
                attributes: self.attributes()?,
            },
            Kind::Link => Record::Link {
                span: self.word()?,
                trace: [self.word()?, self.word()?],
                linked: self.word()?,
                flags: self.word()? as u8,
                attributes: self.attributes()?,
            },
            Kind::Loss => {
                Record::Loss { span: self.word()?, parts: [self.word()?, self.word()?, self.word()?] }
            }
            #[cfg(feature = "tracing-layer")]
            Kind::CallsiteEnd => Record::CallsiteEnd { callsite: number, span: self.ended_call()? },
            #[cfg(feature = "tracing-layer")]
            Kind::CallsiteFields => {
                Record::CallsiteFields { callsite: number, span: self.word()?, values: self.placed_values() }
            }
            #[cfg(feature = "tracing-layer")]
            Kind::CallsiteEvent => Record::CallsiteEvent {
                callsite: number,
                span: self.word()?,
                tick: self.word()?,
                values: self.placed_values(),
            },
        })
    }

    fn ended_call(&mut self) -> Option<EndedSpan> {
        let trace = [self.word()?, self.word()?];
        let span = self.word()?;
        self.times(trace, span)
    }

    fn ended(&mut self, span: u64) -> Option<EndedSpan> {
        let trace = [self.word()?, self.word()?];
        self.times(trace, span)
    }

    fn times(&mut self, trace: [u64; 2], span: u64) -> Option<EndedSpan> {
        let (parent, start, end) = (self.word()?, self.word()?, self.word()?);
        Some(EndedSpan { trace, span, parent, start, end, how: EndWord::from_word(self.word()?) })
    }

    fn attributes(&mut self) -> Option<Vec<KeyValue>> {
        let count = self.word()?;
        (0..count).map(|_| Some(KeyValue::new(Key::from(self.text()?), self.value()?))).collect()
    }

    fn value(&mut self) -> Option<Value> {
        self.placed_value().map(|(_, value)| value)
    }

    /// All values up to the end, and the places that their tags name.
    fn placed_values(&mut self) -> Vec<(usize, Value)> {
        std::iter::from_fn(|| self.placed_value()).collect()
    }

    /// A value, and the place that its tag names.
    fn placed_value(&mut self) -> Option<(usize, Value)> {
        let tag = self.word()?;
        let beside = tag >> BESIDE;
        let place = (tag as u32 >> PLACE) as usize;
        let value = match tag & 0xff {
            BOOL => Value::Bool(beside != 0),
            INTEGER => Value::I64(self.word()?.cast_signed()),
            FLOAT => Value::F64(f64::from_bits(self.word()?)),
            _ => Value::String(StringValue::from(self.bytes(beside)?)),
        };
        Some((place, value))
    }

    fn text(&mut self) -> Option<String> {
        let len = self.word()?;
        self.bytes(len)
    }

    fn bytes(&mut self, len: u64) -> Option<String> {
        let len = usize::try_from(len).ok()?;
        let (words, rest) = self.words.split_at_checked(len.div_ceil(8))?;
        self.words = rest;
        let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        bytes.truncate(len);
        String::from_utf8(bytes).ok()
    }

    fn word(&mut self) -> Option<u64> {
        let (word, rest) = self.words.split_first()?;
        self.words = rest;
        Some(*word)
    }
}
