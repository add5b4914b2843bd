//! Atomics and locks of [`super::latch`], by a name that a model checker can stand in for.

pub(super) use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU8, AtomicU64, Ordering},
};
