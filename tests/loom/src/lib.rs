//! Nothing to use: see `tests/latch.rs`.
