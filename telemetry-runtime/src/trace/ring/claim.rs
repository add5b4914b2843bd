//! Who may read the rings.

use std::sync::atomic::{AtomicBool, Ordering};

static IS_CLAIMED: AtomicBool = AtomicBool::new(false);

/// The right to read the rings, which one pipeline has at a time; given back when dropped.
#[derive(Debug)]
pub(crate) struct Claim(());

impl Claim {
    /// `None` while another has it.
    pub(crate) fn take() -> Option<Self> {
        (!IS_CLAIMED.swap(true, Ordering::AcqRel)).then_some(Self(()))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        IS_CLAIMED.store(false, Ordering::Release);
    }
}
