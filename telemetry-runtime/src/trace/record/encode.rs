//! Writing records.

use std::fmt;

use opentelemetry::Value;

use super::{BLOCK, Block, Kind, MAX_TEXT, head, text::TextPieces};

/// Words that fit without an allocation; whole blocks.
const INLINE: usize = 3 * BLOCK;

/// A record in the making, on the stack as long as it is short.
#[derive(Debug)]
pub(crate) struct Encoder {
    kind: Kind,
    number: u32,
    /// The place of the next value among those that the record names by place, where tags have it.
    place: u64,
    /// Zero beyond `len`.
    inline: [u64; INLINE],
    /// Of the inline words; all of them once the record has spilled.
    len: usize,
    spilled: Vec<u64>,
}

impl Encoder {
    /// A record about `span`.
    #[inline]
    pub(crate) fn new(kind: Kind, span: u64) -> Self {
        let mut inline = [0; INLINE];
        inline[1] = span;
        Self { kind, number: 0, place: 0, inline, len: 2, spilled: Vec::new() }
    }

    /// A record about `span` whose values are those of an operation's fields, beginning with the one at `place`.
    #[inline]
    pub(crate) fn of_fields(operation: u32, span: u64, place: u32) -> Self {
        let place = u64::from(place) << PLACE;
        Self { number: operation, place, ..Self::new(Kind::Fields, span) }
    }

    /// A record about `span` whose values are those of a callsite's fields.
    #[cfg(feature = "tracing-layer")]
    #[inline]
    pub(crate) fn of_callsite(kind: Kind, callsite: u32, span: u64) -> Self {
        Self { number: callsite, ..Self::new(kind, span) }
    }

    /// The next value is that of the field at `place`.
    #[cfg(feature = "tracing-layer")]
    #[inline]
    pub(crate) fn set_place(&mut self, place: usize) {
        self.place = (place as u64) << PLACE;
    }

    /// The next value is that of the next field.
    #[inline]
    pub(crate) fn next_place(&mut self) {
        self.place += 1 << PLACE;
    }

    /// Words so far.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        if self.len < INLINE || self.spilled.is_empty() { self.len } else { self.spilled.len() }
    }

    /// Takes back what was written after the first `len` words.
    pub(crate) fn truncate(&mut self, len: usize) {
        if self.spilled.is_empty() {
            self.inline[len..].fill(0);
            self.len = len;
        } else {
            self.spilled.truncate(len);
        }
    }

    #[inline]
    pub(crate) fn word(&mut self, word: u64) {
        if let Some(place) = self.inline.get_mut(self.len) {
            *place = word;
            self.len += 1;
        } else {
            self.spill(word);
        }
    }

    pub(crate) fn words<const N: usize>(&mut self, words: [u64; N]) {
        for word in words {
            self.word(word);
        }
    }

    #[cold]
    fn spill(&mut self, word: u64) {
        if self.spilled.is_empty() {
            self.spilled.extend_from_slice(&self.inline[..self.len]);
        }
        self.spilled.push(word);
    }

    /// The length in bytes, then the bytes, eight a word.
    pub(crate) fn text(&mut self, text: &str) {
        let text = &text[..text.floor_char_boundary(MAX_TEXT)];
        self.word(text.len() as u64);
        self.bytes(text);
    }

    /// The tag of a value, and what fits beside it.
    #[inline]
    fn tag(&mut self, tag: u64, beside: u32) {
        self.word(tag | self.place | u64::from(beside) << BESIDE);
    }

    #[inline]
    fn text_value(&mut self, text: &str) {
        let text = &text[..text.floor_char_boundary(MAX_TEXT)];
        self.tag(TEXT, text.len() as u32);
        self.bytes(text);
    }

    /// Writes what `value` looks like, without a text in between.
    pub(crate) fn formatted(&mut self, value: &dyn fmt::Display) {
        let at = self.len();
        self.tag(TEXT, 0);
        let mut pieces = TextPieces::new(self);
        // An error means that there was no room for all of it, or that the value could not say all of it.
        let _ = fmt::write(&mut pieces, format_args!("{value}"));
        let len = pieces.finish();
        let words = if self.spilled.is_empty() { &mut self.inline[..] } else { &mut self.spilled };
        words[at] |= u64::from(len) << BESIDE;
    }

    #[inline]
    fn bytes(&mut self, text: &str) {
        let (words, rest) = text.as_bytes().as_chunks::<8>();
        for word in words {
            self.word(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            self.word(short_word(rest));
        }
    }

    /// The whole record; its last block ends in zeros.
    #[inline]
    pub(crate) fn finish(&mut self) -> &[Block] {
        let len = self.len();
        let words = if self.spilled.is_empty() {
            &mut self.inline[..]
        } else {
            self.spilled.resize(len.next_multiple_of(BLOCK), 0);
            &mut *self.spilled
        };
        words[0] = head(self.kind, len, self.number);
        &words.as_chunks().0[..len.div_ceil(BLOCK)]
    }
}

/// Up to seven bytes as a word, in few overlapping reads: a copy of a length that varies is a call.
#[inline]
fn short_word(bytes: &[u8]) -> u64 {
    let at = |at: usize| u64::from(bytes[at]) << (8 * at);
    let len = bytes.len();
    match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (8 * (len - 4))
        }
        _ if len == 0 => 0,
        _ => at(0) | at(len / 2) | at(len - 1),
    }
}

/// Where the place of a value stands in its tag, and what fits beside them: a boolean, or the length of a text.
pub(super) const PLACE: u32 = 8;
pub(super) const BESIDE: u32 = 32;

/// Tags of values in records.
pub(super) const BOOL: u64 = 0;
pub(super) const INTEGER: u64 = 1;
pub(super) const FLOAT: u64 = 2;
pub(super) const TEXT: u64 = 3;

/// A value that a span attribute can hold as it is: booleans, numbers and texts.
///
/// Other types are recorded through `?value` (`Debug`) or `%value` (`Display`).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a span attribute as it is",
    label = "not a boolean, number or text",
    note = "record it with `?` for its `Debug` form or `%` for its `Display` form"
)]
pub trait FieldValue {
    /// Writes the value into a record.
    #[doc(hidden)]
    fn write(&self, record: &mut RecordWriter<'_>);
}

/// Takes one value.
#[doc(hidden)]
#[derive(Debug)]
pub struct RecordWriter<'a>(pub(crate) &'a mut Encoder);

/// Writes an official value; arrays are written as text.
pub(crate) fn encode_value(encoder: &mut Encoder, value: &Value) {
    match value {
        Value::Bool(value) => value.encode(encoder),
        Value::I64(value) => value.encode(encoder),
        Value::F64(value) => value.encode(encoder),
        Value::String(value) => value.as_str().encode(encoder),
        other => encoder.formatted(other),
    }
}

/// Writes how many there are, then each key with its value.
pub(crate) fn encode_attributes<K: AsRef<str>>(encoder: &mut Encoder, attributes: &[(K, Value)]) {
    encoder.word(attributes.len() as u64);
    for (key, value) in attributes {
        encoder.text(key.as_ref());
        encode_value(encoder, value);
    }
}

/// Shorthand for the crate's own use.
pub(crate) trait Encode {
    fn encode(&self, encoder: &mut Encoder);
}

impl<V: FieldValue + ?Sized> Encode for V {
    #[inline]
    fn encode(&self, encoder: &mut Encoder) {
        self.write(&mut RecordWriter(encoder));
    }
}

macro_rules! values {
    ($($type:ty => $tag:ident, |$value:ident| $word:expr),* $(,)?) => {$(
        impl FieldValue for $type {
            #[inline]
            fn write(&self, record: &mut RecordWriter<'_>) {
                let $value = *self;
                record.0.tag($tag, 0);
                record.0.word($word);
            }
        }
    )*};
}
values! {
    i8 => INTEGER, |value| i64::from(value).cast_unsigned(),
    i16 => INTEGER, |value| i64::from(value).cast_unsigned(),
    i32 => INTEGER, |value| i64::from(value).cast_unsigned(),
    i64 => INTEGER, |value| value.cast_unsigned(),
    isize => INTEGER, |value| (value as i64).cast_unsigned(),
    u8 => INTEGER, |value| u64::from(value),
    u16 => INTEGER, |value| u64::from(value),
    u32 => INTEGER, |value| u64::from(value),
    f32 => FLOAT, |value| f64::from(value).to_bits(),
    f64 => FLOAT, |value| value.to_bits(),
}

impl FieldValue for bool {
    #[inline]
    fn write(&self, record: &mut RecordWriter<'_>) {
        record.0.tag(BOOL, u32::from(*self));
    }
}

/// Attributes are signed; a larger number is written as text rather than as a wrong number.
impl FieldValue for u64 {
    #[inline]
    fn write(&self, record: &mut RecordWriter<'_>) {
        match i64::try_from(*self) {
            Ok(value) => value.write(record),
            Err(_) => record.0.formatted(self),
        }
    }
}

impl FieldValue for usize {
    #[inline]
    fn write(&self, record: &mut RecordWriter<'_>) {
        (*self as u64).write(record);
    }
}

impl FieldValue for str {
    #[inline]
    fn write(&self, record: &mut RecordWriter<'_>) {
        record.0.text_value(self);
    }
}

impl FieldValue for String {
    fn write(&self, record: &mut RecordWriter<'_>) {
        self.as_str().write(record);
    }
}

impl FieldValue for std::borrow::Cow<'_, str> {
    fn write(&self, record: &mut RecordWriter<'_>) {
        (**self).write(record);
    }
}

impl<V: FieldValue + ?Sized> FieldValue for &V {
    #[inline]
    fn write(&self, record: &mut RecordWriter<'_>) {
        (**self).write(record);
    }
}
