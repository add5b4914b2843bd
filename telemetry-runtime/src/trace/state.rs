//! The members of a `tracestate` header and baggage, as they travel.

use std::sync::Arc;

use opentelemetry::trace::TraceState;

/// What travels beside the ids: the text of a `tracestate` header that keeps the rules, and baggage.
///
/// The official type refuses keys that the specification's second level allows (`a@b@c`, a tenant of more than 241
/// letters), so the text is kept beside it; cloning it copies no members.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct State {
    members: Option<Arc<str>>,
    /// The text of a `baggage` header; an empty one hides what is further out.
    baggage: Option<Arc<str>>,
}

impl State {
    pub(crate) const NONE: Self = Self { members: None, baggage: None };

    /// Takes a text that keeps the rules; an empty one is none.
    pub(crate) fn new(header: &str) -> Self {
        Self { members: (!header.is_empty()).then(|| header.into()), baggage: None }
    }

    pub(crate) fn header(&self) -> Option<&str> {
        self.members.as_deref()
    }

    pub(crate) fn baggage(&self) -> Option<&str> {
        self.baggage.as_deref()
    }

    /// The same with this baggage.
    pub(crate) fn carrying(self, baggage: Option<Arc<str>>) -> Self {
        Self { baggage, ..self }
    }

    /// The same members with the baggage of `other`.
    pub(super) fn with_baggage_of(self, other: Self) -> Self {
        self.carrying(other.baggage)
    }

    pub(crate) fn is_none(&self) -> bool {
        self.members.is_none() && self.baggage.is_none()
    }

    /// The official form, without the members that it refuses.
    pub(crate) fn official(&self) -> TraceState {
        let Some(header) = &self.members else { return TraceState::NONE };
        let members = header.split(',').filter_map(|member| member.split_once('='));
        let accepted = members.filter(|member| TraceState::from_key_value([*member]).is_ok());
        TraceState::from_key_value(accepted).unwrap_or_default()
    }
}

impl From<&TraceState> for State {
    fn from(state: &TraceState) -> Self {
        if *state == TraceState::NONE { Self::NONE } else { Self::new(&state.header()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_official_form_has_what_it_accepts() {
        let state = State::new("a=1,b@c@d=2,e= 3");
        assert_eq!(state.official().header(), "a=1,e= 3");
        assert_eq!(State::from(&state.official()), State::new("a=1,e= 3"));
        assert_eq!(State::from(&TraceState::NONE), State::NONE);
        assert_eq!(State::NONE.official(), TraceState::NONE);
    }
}
