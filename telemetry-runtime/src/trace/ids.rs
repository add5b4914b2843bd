//! Ids out of random words.

/// The finaliser of splitmix64 (Steele, Lea, Flood 2014): spreads a word over all 64 bits, one to one.
#[inline(always)]
pub(crate) fn mix(word: u64) -> u64 {
    let mut z = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The trace id of a local root: the seed itself is its random low half, which head sampling looks at.
#[inline(always)]
pub(crate) fn trace_of_seed(seed: u64) -> [u64; 2] {
    [mix(seed), seed]
}

/// The trace id of a local root that is pending.
///
/// Its high half is another than that of all other roots, so that an official context, which has no place for more than
/// ids and flags, still says what it is.
#[inline(always)]
pub(crate) fn pending_trace_of_seed(seed: u64) -> [u64; 2] {
    [!mix(seed), seed]
}

/// Whether a trace that began here is pending.
pub(crate) fn is_pending(trace: [u64; 2]) -> bool {
    trace == pending_trace_of_seed(trace[1])
}
