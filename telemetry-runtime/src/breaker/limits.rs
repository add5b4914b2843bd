//! Thresholds and times, in calls and ticks.

use super::{
    open_time::OpenTime,
    window::{CountWindow, Sums, TimeWindow, Window},
};

/// Thresholds and times, in calls and ticks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limits {
    pub(super) failure_rate: f64,
    pub(super) slow_rate: f64,
    /// Calls that must be in the window before it is judged.
    pub(super) required_calls: u64,
    pub(super) window: WindowKind,
    pub(super) permits: u32,
    pub(super) lease: u64,
    pub(super) open: OpenTime,
}

/// What the rates look back over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WindowKind {
    Ticks(u64),
    Calls(u32),
}

impl Limits {
    pub(super) fn new_window(&self, now: u64, sums: Sums) -> Window {
        match self.window {
            WindowKind::Calls(calls) => Window::Count(CountWindow::new(calls)),
            WindowKind::Ticks(ticks) => Window::Time(TimeWindow::new(ticks, now, sums)),
        }
    }
}
