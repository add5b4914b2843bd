//! The runtime's files, on loom's atomics and a model of the queue.
#![allow(dead_code, unreachable_pub, reason = "a part of another crate, of which the rest is not here")]

#[path = "../../../../telemetry-runtime/src/trace/ring/parts.rs"]
mod parts;
#[path = "queue.rs"]
mod queue;
#[path = "../../../../telemetry-runtime/src/trace/ring/reader.rs"]
mod reader;
#[path = "rig.rs"]
pub(crate) mod rig;
#[path = "../../../../telemetry-runtime/src/trace/ring/rings.rs"]
mod rings;
#[path = "../../../../telemetry-runtime/src/trace/ring/sender.rs"]
mod sender;

use record::{BLOCK, Block, Kind};

/// Loom's, by the names of the runtime's `trace/ring/sync.rs`.
mod sync {
    pub(super) use std::sync::PoisonError;

    pub(super) use loom::sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    };

    pub(super) use super::queue::{BLOCKS, Consumer, Producer, push, queue, read, write};
}

/// As much of the runtime's `trace/record` as rings look at.
mod record {
    pub(crate) const BLOCK: usize = 8;
    pub(crate) type Block = [u64; BLOCK];

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[repr(u8)]
    pub(crate) enum Kind {
        OperationEnd = 1,
        Attribute = 3,
        Event = 4,
        Link = 5,
        Loss = 6,
        Fields = 7,
    }

    impl Kind {
        pub(super) const PARTS: [&[Self]; 3] =
            [&[Self::Attribute, Self::Fields], &[Self::Event], &[Self::Link]];
    }

    pub(crate) fn loss(span: u64, [attributes, events, links]: [u64; 3]) -> [u64; 5] {
        [Kind::Loss as u64, span, attributes, events, links]
    }
}
