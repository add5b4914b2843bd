//! The sampling policy, from settings and while the program runs.

use super::{Plan, Telemetry};
use crate::{
    setup_error::SetupError,
    trace::{SamplingPolicy, head},
};

impl Telemetry {
    /// Decides by `policy` on the traces that begin from now on.
    ///
    /// It takes the place of all that the settings say of sampling, until they are read again with
    /// [`Telemetry::reload`]. Traces that have begun go on as they were decided. Where no spans are recorded, because
    /// tracing is off, has no exporter or was shut down, nothing happens.
    ///
    /// # Errors
    ///
    /// [`SetupError::InvalidValue`] names what is out of range, and [`SetupError::SamplerDecides`] says that a sampler
    /// was given to the builder; neither changes anything.
    pub fn set_sampling(&self, policy: SamplingPolicy) -> Result<(), SetupError> {
        if let Some(head::Mistake { key, value, allowed }) = policy.mistake() {
            let (source, allowed) = ("set_sampling".to_owned(), allowed.to_owned());
            return Err(SetupError::InvalidValue { key, value, source, allowed });
        }
        self.sampling_right().put(policy)
    }

    /// What decides on new traces; none where nothing is recorded, or where a sampler of the program decides.
    #[must_use]
    pub fn sampling(&self) -> Option<SamplingPolicy> {
        if self.inner.background.records_spans() { head::policy() } else { None }
    }

    pub(super) fn sampling_right(&self) -> Sampling {
        Sampling::new(&self.inner.plan, self.inner.background.records_spans())
    }
}

/// The right to change what decides on new traces, which only telemetry has whose spans have a way out.
#[derive(Clone, Debug)]
pub(super) struct Sampling {
    /// The service whose traces they are; none without the right.
    service: Option<String>,
}

impl Sampling {
    pub(super) fn new(plan: &Plan, records_spans: bool) -> Self {
        Self { service: records_spans.then(|| plan.service_name.clone()) }
    }

    /// Puts `policy` into force, or does nothing without the right to.
    pub(super) fn put(&self, policy: SamplingPolicy) -> Result<(), SetupError> {
        let Some(service) = &self.service else { return Ok(()) };
        head::change(policy, service).map_err(|head::SamplerDecides| SetupError::SamplerDecides)
    }
}

/// What settings say of sampling.
#[cfg(feature = "settings")]
pub(super) fn sampling_of(settings: &crate::settings::Settings) -> SamplingPolicy {
    use crate::trace::{ParentSampler, SamplingRule};
    let sampler = &settings.tracing.sampler;
    let keep = &sampler.keep;
    let follows = |follows: ParentSampler| if sampler.parent_based { follows } else { ParentSampler::Root };
    let remote_sampled = sampler.remote_parent_sampled.unwrap_or(follows(ParentSampler::AlwaysOn));
    let remote_not_sampled = sampler.remote_parent_not_sampled.unwrap_or(follows(ParentSampler::AlwaysOff));
    let mut policy = SamplingPolicy::new(settings.telemetry.sampling_ratio)
        .keep_errors(keep.errors)
        .keep_timeout(keep.timeout)
        .keep_at_most(keep.max_spans, usize::try_from(keep.max_bytes.bytes()).unwrap_or(usize::MAX))
        .remote_parent_sampled(remote_sampled)
        .remote_parent_not_sampled(remote_not_sampled)
        .local_parent_sampled(sampler.local_parent_sampled)
        .local_parent_not_sampled(sampler.local_parent_not_sampled);
    if let Some(limit) = sampler.rate_limit {
        policy = policy.rate_limit(limit);
    }
    if let Some(time) = keep.slower_than {
        policy = policy.keep_slower_than(time);
    }
    sampler.rules.iter().fold(policy, |policy, stated| {
        let mut rule = SamplingRule::new(stated.ratio);
        if let Some(name) = &stated.service {
            rule = rule.service(name.clone());
        }
        if let Some(name) = &stated.provider {
            rule = rule.provider(name.clone());
        }
        if let Some(name) = &stated.operation {
            rule = rule.operation(name.clone());
        }
        if let Some(template) = &stated.route {
            rule = rule.route(template.clone());
        }
        policy.rule(rule)
    })
}
