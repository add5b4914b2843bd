//! Shapes of functions and blocks that attributes must leave as they are, checked by their values and outcomes.

#![deny(warnings)]
#![deny(missing_docs, unreachable_pub, unused_qualifications, unused_results, elided_lifetimes_in_paths)]
#![warn(clippy::pedantic, clippy::nursery)]
// The shapes are the point, not their elegance.
#![allow(
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    clippy::unused_async,
    clippy::unused_self,
    clippy::missing_const_for_fn,
    clippy::future_not_send,
    clippy::large_types_passed_by_value,
    clippy::many_single_char_names,
    clippy::mixed_attributes_style,
    clippy::non_minimal_cfg,
    clippy::ptr_arg,
    clippy::redundant_pub_crate,
    clippy::too_many_arguments,
    clippy::trivially_copy_pass_by_ref,
    clippy::type_repetition_in_bounds,
    clippy::unused_unit,
    clippy::use_self
)]

#[path = "shapes/asynchronous.rs"]
mod asynchronous;
#[path = "shapes/blocks.rs"]
mod blocks;
#[path = "shapes/bodies.rs"]
mod bodies;
#[path = "shapes/derive.rs"]
mod derive;
#[path = "shapes/hygiene.rs"]
mod hygiene;
#[path = "shapes/outcomes.rs"]
mod outcomes;
#[path = "shapes/parameters.rs"]
mod parameters;
#[path = "shapes/returns.rs"]
mod returns;
#[path = "shapes/stacked.rs"]
mod stacked;
#[path = "shapes/support.rs"]
mod support;
