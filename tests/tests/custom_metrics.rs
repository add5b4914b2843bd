//! Metrics that a program makes by name.

#[path = "custom_metrics/cardinality.rs"]
mod cardinality;
#[path = "custom_metrics/names.rs"]
mod names;
#[path = "custom_metrics/support.rs"]
mod support;
#[path = "custom_metrics/values.rs"]
mod values;
