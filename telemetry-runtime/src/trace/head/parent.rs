//! What decides below a parent.

use std::fmt;

/// What decides on a span below a parent that has decided already.
///
/// ```
/// use telemetry_runtime::{ParentSampler, SamplingPolicy};
///
/// // Callers do not decide here; a tenth of their traces is recorded, whatever they say.
/// let policy = SamplingPolicy::new(0.1)
///     .remote_parent_sampled(ParentSampler::Root)
///     .remote_parent_not_sampled(ParentSampler::Root);
/// # let _ = policy;
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ParentSampler {
    /// The span is recorded.
    AlwaysOn,
    /// It is not.
    AlwaysOff,
    /// It is recorded if the random bits of the trace's id are within this share, 0 to 1.
    Ratio(f64),
    /// What decides on roots: rules, ratio and rate limit.
    Root,
}

impl fmt::Display for ParentSampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlwaysOn => f.write_str("always_on"),
            Self::AlwaysOff => f.write_str("always_off"),
            Self::Ratio(ratio) => write!(f, "{ratio}"),
            Self::Root => f.write_str("root"),
        }
    }
}
