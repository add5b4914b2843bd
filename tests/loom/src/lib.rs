//! Nothing to use: see `tests/latch.rs` and `tests/rings.rs`.
