//! The monitor: what it measures of machine and program, and what it survives.

#[path = "monitor/api.rs"]
mod api;
#[cfg(target_os = "linux")]
#[path = "monitor/built_in.rs"]
mod built_in;
#[path = "monitor/faults.rs"]
mod faults;
#[path = "monitor/probes.rs"]
mod probes;
#[path = "monitor/support.rs"]
mod support;
