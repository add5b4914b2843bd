//! The runtime's files, on loom's atomics.
#![allow(dead_code, unreachable_pub, reason = "a part of another crate, of which the rest is not here")]

#[path = "../../../../telemetry-runtime/src/breaker/latch.rs"]
mod latch;
#[path = "../../../../telemetry-runtime/src/breaker/limits.rs"]
mod limits;
#[path = "../../../../telemetry-runtime/src/breaker/machine/mod.rs"]
mod machine;
#[path = "../../../../telemetry-runtime/src/breaker/notice.rs"]
mod notice;
#[path = "../../../../telemetry-runtime/src/breaker/open_time.rs"]
mod open_time;
#[path = "../../../../telemetry-runtime/src/breaker/probes.rs"]
mod probes;
#[path = "rig.rs"]
pub(crate) mod rig;
#[path = "../../../../telemetry-runtime/src/breaker/state.rs"]
mod state;
#[path = "../../../../telemetry-runtime/src/breaker/window.rs"]
mod window;

/// Loom's, by the names of the runtime's `breaker/sync.rs`.
mod sync {
    pub(super) use loom::sync::{
        Mutex, MutexGuard,
        atomic::{AtomicU8, AtomicU64, Ordering},
    };
}
