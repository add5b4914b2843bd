//! The collector of events: what becomes of each, in windows, in a file and over OTLP.

#[path = "collector/accounting.rs"]
mod accounting;
#[path = "collector/calls.rs"]
mod calls;
#[cfg(unix)]
#[path = "collector/children.rs"]
mod children;
#[path = "collector/file.rs"]
mod file;
#[cfg(target_os = "linux")]
#[path = "collector/killed.rs"]
mod killed;
#[cfg(target_os = "linux")]
#[path = "collector/limited.rs"]
mod limited;
#[cfg(target_os = "linux")]
#[path = "collector/memory.rs"]
mod memory;
#[path = "collector/otlp.rs"]
mod otlp;
#[path = "collector/schema.rs"]
mod schema;
#[path = "collector/support.rs"]
mod support;
