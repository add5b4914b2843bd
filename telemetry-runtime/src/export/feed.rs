//! Who brings things to lines that threads leave in a queue of its own.

use tokio::sync::Notify;

/// Who brings things to lines that threads leave in a queue of its own; the pipeline calls it, never two at a time.
#[cfg_attr(
    not(any(feature = "collector", feature = "alerts")),
    allow(dead_code, reason = "others have none")
)]
pub(crate) trait Feed: Send {
    /// Brings some of what waits: work of a millisecond.
    fn pass(&mut self);

    /// Brings everything that waits now.
    fn drain(&mut self);

    /// Brings everything; what comes later is lost.
    fn finish(&mut self);

    /// Told when so much waits that a pass is due.
    fn filling(&self) -> &Notify;
}
