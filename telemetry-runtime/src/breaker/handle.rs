//! The way from a breaker's users to its gate.

use std::{
    fmt,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::Arc,
};

use super::{Gate, latch::Words};

/// The way to a gate; the words that closed breakers are asked by are one step nearer.
#[derive(Clone, Debug)]
pub(super) enum Handle {
    /// Known for the life of the program: a count of handles would be a line that all threads write.
    Static { words: &'static Words, gate: &'static dyn Opaque },
    /// Of a test, or unknown to the registry.
    Counted(Arc<dyn Opaque>),
}

/// A gate of which nothing shows but that threads may share it.
///
/// The compiler proves of each annotated function's static, anew, that threads may share all that it leads to. The
/// proof ends here, and not at the last field of the state machine.
pub(super) trait Opaque: Send + Sync + UnwindSafe + RefUnwindSafe + fmt::Debug {
    fn gate(&self) -> &Gate;
}

impl Opaque for Gate {
    fn gate(&self) -> &Gate {
        self
    }
}

impl Handle {
    /// Keeps the gate for the life of the program.
    pub(super) fn leaked(gate: Gate) -> Self {
        let gate: &'static Gate = Box::leak(Box::new(gate));
        Self::Static { words: gate.words(), gate }
    }

    pub(super) fn counted(gate: Gate) -> Self {
        Self::Counted(Arc::new(gate))
    }

    pub(super) fn gate(&self) -> &Gate {
        match self {
            Self::Static { gate, .. } => gate.gate(),
            Self::Counted(gate) => gate.gate(),
        }
    }

    #[inline(always)]
    pub(super) fn words(&self) -> &Words {
        match self {
            Self::Static { words, .. } => words,
            Self::Counted(gate) => gate.gate().words(),
        }
    }
}
