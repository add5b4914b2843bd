//! Sampling policies: what is recorded, how often, and that every span is accounted for.

#[path = "sampling/branches.rs"]
mod branches;
#[path = "sampling/keep.rs"]
mod keep;
#[path = "sampling/keep_bounds.rs"]
mod keep_bounds;
#[path = "sampling/keep_whole.rs"]
mod keep_whole;
#[path = "sampling/libraries.rs"]
mod libraries;
#[path = "sampling/limit.rs"]
mod limit;
#[path = "sampling/rates.rs"]
mod rates;
#[path = "sampling/reload.rs"]
mod reload;
#[path = "sampling/rules.rs"]
mod rules;
#[path = "sampling/support.rs"]
mod support;
#[path = "sampling/variables.rs"]
mod variables;
