//! What was said of spans whose end has not come.

use std::collections::{HashMap, VecDeque};

use super::{
    additions::Additions,
    limits::{Limiter, SpanLimits},
};

/// Spans whose additions are kept before their end comes; the oldest give way.
const MAX_OPEN: usize = 16 * 1024;

/// What was said of spans whose end has not come, within the limits of spans.
#[derive(Debug)]
pub(super) struct OpenAdditions {
    limiter: Limiter,
    additions: HashMap<u64, Additions>,
    /// Spans with additions, in the order of their first one.
    order: VecDeque<u64>,
}

impl OpenAdditions {
    pub(super) fn new(limits: SpanLimits) -> Self {
        Self { limiter: Limiter::new(limits), additions: HashMap::new(), order: VecDeque::new() }
    }

    pub(super) fn limiter(&self) -> &Limiter {
        &self.limiter
    }

    pub(super) fn limiter_mut(&mut self) -> &mut Limiter {
        &mut self.limiter
    }

    #[cfg(any(feature = "tracing-layer", feature = "otel-api"))]
    pub(super) fn get(&self, span: u64) -> Option<&Additions> {
        self.additions.get(&span)
    }

    /// Those of a span, and what limits them.
    pub(super) fn of(&mut self, span: u64) -> (&mut Additions, &mut Limiter) {
        if !self.additions.contains_key(&span) {
            if self.additions.len() >= MAX_OPEN {
                self.forget_oldest();
            }
            self.order.push_back(span);
        }
        (self.additions.entry(span).or_default(), &mut self.limiter)
    }

    /// Most of the oldest have ended long ago; one that has not loses its additions, not itself.
    fn forget_oldest(&mut self) {
        while self.additions.len() >= MAX_OPEN
            && let Some(oldest) = self.order.pop_front()
        {
            if let Some(additions) = self.additions.remove(&oldest) {
                additions.evict(&mut self.limiter);
            }
        }
    }

    /// Those of a span that has ended.
    pub(super) fn take(&mut self, span: u64) -> Additions {
        let added = self.additions.remove(&span).unwrap_or_default();
        if self.order.len() > 2 * MAX_OPEN {
            let additions = &self.additions;
            self.order.retain(|span| additions.contains_key(span));
        }
        added
    }
}
