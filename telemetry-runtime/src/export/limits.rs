//! How much one span may hold.

/// Counts at the most, as the OpenTelemetry specification sets them; what is beyond is left out and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SpanLimits {
    pub(crate) attributes: usize,
    pub(crate) events: usize,
    pub(crate) links: usize,
    pub(crate) attributes_of_an_event: usize,
}

impl Default for SpanLimits {
    fn default() -> Self {
        Self { attributes: 128, events: 128, links: 128, attributes_of_an_event: 128 }
    }
}
