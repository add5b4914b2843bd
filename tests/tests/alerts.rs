//! Alerts: from a metric that crosses a threshold to who is told of it.

#[path = "alerts/faults.rs"]
mod faults;
#[path = "alerts/mistakes.rs"]
mod mistakes;
#[path = "alerts/reload.rs"]
mod reload;
#[path = "alerts/restart.rs"]
mod restart;
#[path = "alerts/support.rs"]
mod support;
#[path = "alerts/told.rs"]
mod told;
