//! Identifiers as hexadecimal digits.

use opentelemetry::{SpanId, TraceId};

/// Lower case only, as every format demands.
pub(super) fn hex<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    (digits.len() == 2 * N).then_some(bytes)
}

/// The same where zeros in front were left out.
fn padded<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let mut all = [b'0'; 32];
    let all = all.get_mut(..2 * N)?;
    let start = all.len().checked_sub(digits.len()).filter(|_| !digits.is_empty())?;
    all[start..].copy_from_slice(digits);
    hex(all)
}

/// A trace id of one to 32 digits, not zero.
pub(super) fn trace_id(digits: &[u8]) -> Option<TraceId> {
    padded(digits).map(TraceId::from_bytes).filter(|id| *id != TraceId::INVALID)
}

/// A span id of one to 16 digits, not zero.
pub(super) fn span_id(digits: &[u8]) -> Option<SpanId> {
    padded(digits).map(SpanId::from_bytes).filter(|id| *id != SpanId::INVALID)
}
