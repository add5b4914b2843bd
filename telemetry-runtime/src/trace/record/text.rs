//! Texts in pieces, as formatting makes them.

use std::fmt;

use super::{Encoder, MAX_TEXT};

/// Writes a text into a record while it is being formatted; what is too long is cut between characters.
pub(super) struct TextPieces<'a> {
    record: &'a mut Encoder,
    len: usize,
    /// The bytes that do not fill a word yet.
    word: u64,
    is_cut: bool,
}

impl<'a> TextPieces<'a> {
    pub(super) fn new(record: &'a mut Encoder) -> Self {
        Self { record, len: 0, word: 0, is_cut: false }
    }

    /// Writes what is left; gives the length in bytes.
    pub(super) fn finish(self) -> u32 {
        if !self.len.is_multiple_of(8) {
            self.record.word(self.word);
        }
        self.len as u32
    }
}

impl fmt::Write for TextPieces<'_> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        if self.is_cut {
            return Err(fmt::Error);
        }
        let fitting = &piece[..piece.floor_char_boundary(MAX_TEXT - self.len)];
        for byte in fitting.bytes() {
            self.word |= u64::from(byte) << (8 * (self.len % 8));
            self.len += 1;
            if self.len.is_multiple_of(8) {
                self.record.word(std::mem::take(&mut self.word));
            }
        }
        // The rest need not even be formatted.
        self.is_cut = fitting.len() < piece.len();
        if self.is_cut { Err(fmt::Error) } else { Ok(()) }
    }
}
