//! What decides on new traces, as it is stated.

use std::time::Duration;

use super::{KeepRule, ParentSampler, SamplingRule};

/// Which traces are recorded.
///
/// A new trace is chosen by the first rule that matches its root, else by the ratio, both by the random bits of its
/// id, and then has to find room under the rate limit. Under a parent the parent's branch decides: by default as the
/// parent did. What is not chosen may still be kept for an error or for being slow.
///
/// An operation's own `sample` wins over rules and ratio, not over the rate limit.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{SamplingPolicy, SamplingRule, Telemetry};
///
/// let telemetry = Telemetry::builder().build()?;
/// let policy = SamplingPolicy::new(0.1)
///     .rule(SamplingRule::new(0.01).operation("health"))
///     .rate_limit(100.0)
///     .keep_errors(true)
///     .keep_slower_than(Duration::from_millis(500));
/// telemetry.set_sampling(policy)?;
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[must_use = "a policy does nothing until `Telemetry::set_sampling`"]
#[derive(Clone, Debug, PartialEq)]
pub struct SamplingPolicy {
    pub(super) ratio: f64,
    pub(super) rules: Vec<SamplingRule>,
    pub(super) rate_limit: Option<f64>,
    pub(super) keep: KeepRule,
    pub(super) parents: [ParentSampler; 4],
}

/// The branches of [`SamplingPolicy::parents`].
pub(super) const REMOTE: usize = 0;
pub(super) const LOCAL: usize = 2;
/// What follows a parent: not sampled, sampled.
pub(super) const FOLLOWS: [ParentSampler; 2] = [ParentSampler::AlwaysOff, ParentSampler::AlwaysOn];

impl Default for SamplingPolicy {
    /// Records every trace that begins here, and follows parents.
    fn default() -> Self {
        Self::new(1.0)
    }
}

impl SamplingPolicy {
    /// Records this share of new traces, 0 to 1.
    pub const fn new(ratio: f64) -> Self {
        Self {
            ratio,
            rules: Vec::new(),
            rate_limit: None,
            keep: KeepRule::OFF,
            parents: [FOLLOWS[0], FOLLOWS[1], FOLLOWS[0], FOLLOWS[1]],
        }
    }

    /// Adds a rule behind those that are there; the first that matches decides.
    pub fn rule(mut self, rule: SamplingRule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Records at most so many traces a second. Defaults to no limit.
    ///
    /// A second's worth may come at once. Traces of callers that were sampled by them count too, and are not recorded
    /// here beyond the limit; the caller's part and the parts of others stay as they are.
    pub fn rate_limit(mut self, traces: f64) -> Self {
        self.rate_limit = Some(traces);
        self
    }

    /// Keeps traces with an error or a panic. Defaults to false.
    ///
    /// A trace that begins here and is not chosen is recorded until its root has ended, and then kept or dropped as a
    /// whole; headers carry the decision of the beginning. Each of its calls costs as much as a sampled one.
    pub fn keep_errors(mut self, keeps: bool) -> Self {
        self.keep.errors = keeps;
        self
    }

    /// Keeps traces with a span that takes longer. Defaults to none.
    ///
    /// See [`SamplingPolicy::keep_errors`].
    pub fn keep_slower_than(mut self, time: Duration) -> Self {
        self.keep.slower_than = Some(time);
        self
    }

    /// Decides after this time on a trace whose root has not ended. Defaults to 60 s.
    ///
    /// It is kept if it runs longer than [`SamplingPolicy::keep_slower_than`], and dropped otherwise.
    pub fn keep_timeout(mut self, time: Duration) -> Self {
        self.keep.timeout = time;
        self
    }

    /// Holds so many spans, and bytes of them, that are not decided on. Defaults to 65 536 spans and 32 MiB.
    ///
    /// Beyond it the oldest traces give way; their spans count as dropped, with the reason `evicted`.
    pub fn keep_at_most(mut self, spans: usize, bytes: usize) -> Self {
        (self.keep.max_spans, self.keep.max_bytes) = (spans, bytes);
        self
    }

    /// Decides below a parent of another process that was sampled. Defaults to [`ParentSampler::AlwaysOn`].
    pub fn remote_parent_sampled(self, sampler: ParentSampler) -> Self {
        self.branch(REMOTE + 1, sampler)
    }

    /// Decides below a parent of another process that was not sampled. Defaults to [`ParentSampler::AlwaysOff`].
    pub fn remote_parent_not_sampled(self, sampler: ParentSampler) -> Self {
        self.branch(REMOTE, sampler)
    }

    /// Decides below a span of this process that was sampled. Defaults to [`ParentSampler::AlwaysOn`].
    ///
    /// Another value makes every span ask.
    pub fn local_parent_sampled(self, sampler: ParentSampler) -> Self {
        self.branch(LOCAL + 1, sampler)
    }

    /// Decides below a span of this process that was not sampled. Defaults to [`ParentSampler::AlwaysOff`].
    ///
    /// Another value makes every span ask.
    pub fn local_parent_not_sampled(self, sampler: ParentSampler) -> Self {
        self.branch(LOCAL, sampler)
    }

    /// The share of new traces that no rule matches.
    #[cfg(feature = "dashboard")]
    pub(crate) fn ratio(&self) -> f64 {
        self.ratio
    }

    /// The same policy with another share.
    #[cfg(feature = "dashboard")]
    pub(crate) fn with_ratio(mut self, ratio: f64) -> Self {
        self.ratio = ratio;
        self
    }

    fn branch(mut self, at: usize, sampler: ParentSampler) -> Self {
        self.parents[at] = sampler;
        self
    }

    /// Whether it says more than a ratio and what becomes of remote parents.
    #[cfg(feature = "_background")]
    pub(crate) fn is_more_than_ratio(&self) -> bool {
        !self.rules.is_empty() || self.rate_limit.is_some() || self.keep.is_on() || self.decides_below()
    }

    /// Whether spans below others are decided on one by one.
    #[cfg(feature = "_background")]
    pub(super) fn decides_below(&self) -> bool {
        self.parents[LOCAL..] != FOLLOWS
    }
}
