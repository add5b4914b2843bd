//! An official sampler, given to the builder.

use opentelemetry::{Context, trace::TraceContextExt};
use opentelemetry_sdk::trace::{SamplingDecision, SamplingResult, ShouldSample};

use crate::trace::sampler::{Answer, HeadSampler, Question};

/// An official sampler, asked as the official tracer asks it.
#[derive(Debug)]
pub(super) struct OfficialSampler(pub(super) Box<dyn ShouldSample>);

impl HeadSampler for OfficialSampler {
    fn decide(&self, question: Question<'_>) -> Answer {
        let Question { parent, trace_id, name, kind, attributes, links } = question;
        let context = match parent.is_valid() {
            true => Context::new().with_remote_span_context(parent.clone()),
            false => Context::new(),
        };
        let SamplingResult { decision, attributes, trace_state } =
            self.0.should_sample(Some(&context), trace_id, &name, &kind, &attributes, &links);
        // Nobody looks at spans that are recorded and not exported.
        let is_sampled = decision == SamplingDecision::RecordAndSample;
        Answer { is_sampled, attributes, state: trace_state }
    }
}
