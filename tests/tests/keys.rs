//! The keys of attributes beyond names and fields: what each does, alone, in blocks and stacked.

#![deny(warnings)]
#![warn(clippy::pedantic, clippy::nursery)]
// The shapes are the point, not their elegance.
#![allow(
    clippy::cognitive_complexity,
    clippy::missing_const_for_fn,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    clippy::redundant_pub_crate,
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    clippy::unnecessary_wraps,
    clippy::unused_async,
    clippy::unused_self
)]

#[path = "keys/context.rs"]
mod context;
#[path = "keys/fallback.rs"]
mod fallback;
#[path = "keys/histogram.rs"]
mod histogram;
#[path = "keys/labels.rs"]
mod labels;
#[path = "keys/level.rs"]
mod level;
#[path = "keys/outcome.rs"]
mod outcome;
#[path = "keys/ret.rs"]
mod ret;
#[path = "keys/sample.rs"]
mod sample;
#[path = "keys/stacked.rs"]
mod stacked;
#[path = "keys/streams.rs"]
mod streams;
#[path = "keys/support.rs"]
mod support;
