//! Work of the program that is done again and again in the background: probes and health checks.
//!
//! A [`Job`] says what to do and when; [`Jobs`] starts it on the background thread and lets it go. Whatever a job does
//! wrong is a [`Trouble`] and nothing more: it may fail, panic, take too long or never come back.

mod job;
mod jobs;
mod schedule;
mod trouble;
mod work;

use crate::metrics::{Counter, own_counter};

pub(crate) use self::{
    job::{Job, Patience},
    jobs::Jobs,
    schedule::Pace,
    trouble::Trouble,
    work::Work,
};

/// Runs that failed, by the job's name and the reason.
pub(crate) fn error_counter() -> Counter<2> {
    own_counter(
        "telemetry_probe_errors_total",
        "Runs of probes and health checks that failed, all retries included.",
        ["probe", "reason"],
    )
}
