//! Shared helpers of the behaviour tests.

#[cfg(unix)]
pub mod process;

/// The examples of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
