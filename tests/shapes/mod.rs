//! Shapes of functions and blocks that attributes must leave as they are.
//!
//! One crate of each edition compiles these files, under the lints that a strict user may have. Each shape is an
//! entry of [`all`] with a check at run time: what it returns, and that it was one call with one outcome.

#![deny(warnings, let_underscore, nonstandard_style, unused, clippy::all)]
#![deny(
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    keyword_idents,
    meta_variable_misuse,
    missing_debug_implementations,
    missing_docs,
    redundant_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unreachable_pub,
    unsafe_op_in_unsafe_fn,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results
)]
#![deny(clippy::pedantic, clippy::nursery)]
#![deny(
    clippy::as_underscore,
    clippy::dbg_macro,
    clippy::default_union_representation,
    clippy::exit,
    clippy::get_unwrap,
    clippy::if_then_some_else_none,
    clippy::lossy_float_literal,
    clippy::mem_forget,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::rest_pat_in_fully_bound_structs,
    clippy::same_name_method,
    clippy::suspicious_xor_used_as_pow,
    clippy::todo,
    clippy::unneeded_field_pattern,
    clippy::unwrap_used,
    clippy::use_debug,
    clippy::verbose_file_reads
)]
// What the same functions without an attribute are told as well.
#![allow(
    clippy::boxed_local,
    clippy::future_not_send,
    clippy::missing_const_for_fn,
    clippy::mixed_attributes_style,
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    clippy::redundant_pub_crate,
    clippy::toplevel_ref_arg,
    clippy::trivially_copy_pass_by_ref,
    clippy::unnecessary_wraps,
    clippy::unused_async,
    clippy::unused_self
)]

mod adapters;
mod asynchronous;
mod blocks;
mod bodies;
mod fragments;
mod futures;
mod generics;
mod inference;
mod kinds;
pub mod modifiers;
mod names;
mod order;
mod outcomes;
mod parameters;
mod precedence;
mod quiet;
mod references;
mod returns;
mod stacked;
mod streams;
pub(crate) mod support;
mod tails;
mod traits;
pub mod types;

pub use self::support::{Shape, shape};

/// All shapes that both editions know.
#[must_use]
pub fn all() -> Vec<Shape> {
    let groups = [
        adapters::SHAPES,
        asynchronous::SHAPES,
        blocks::SHAPES,
        bodies::SHAPES,
        fragments::SHAPES,
        futures::SHAPES,
        generics::SHAPES,
        inference::SHAPES,
        kinds::SHAPES,
        modifiers::SHAPES,
        names::SHAPES,
        order::SHAPES,
        outcomes::SHAPES,
        parameters::SHAPES,
        precedence::SHAPES,
        quiet::SHAPES,
        references::SHAPES,
        returns::SHAPES,
        stacked::SHAPES,
        streams::SHAPES,
        tails::SHAPES,
        traits::SHAPES,
        types::SHAPES,
    ];
    groups.concat()
}
