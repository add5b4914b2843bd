//! Spans and events of code that knows only `tracing`, beside calls and spans of ours.

#[path = "tracing_layer/fields.rs"]
mod fields;
#[path = "tracing_layer/levels.rs"]
mod levels;
#[path = "tracing_layer/support.rs"]
mod support;
#[path = "tracing_layer/threads.rs"]
mod threads;
#[path = "tracing_layer/trees.rs"]
mod trees;
