//! The same job with others, beside ours in the same run.

pub(crate) mod autometrics;
pub(crate) mod by_hand;
pub(crate) mod fastrace;
pub(crate) mod opentelemetry;

use opentelemetry_sdk::trace::{BatchSpanProcessor, Sampler, SdkTracerProvider};

use crate::ours::Null;

/// Official tracing as it is deployed: batches on a thread, to an exporter that takes everything at once.
pub(crate) fn official_tracing(sampler: Sampler) -> SdkTracerProvider {
    SdkTracerProvider::builder()
        .with_sampler(Sampler::ParentBased(Box::new(sampler)))
        .with_span_processor(BatchSpanProcessor::builder(Null).build())
        .build()
}

/// Waits until the spans are exported.
pub(crate) fn drain(provider: &SdkTracerProvider) {
    provider.force_flush().expect("the exporter takes everything");
}
