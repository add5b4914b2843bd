//! Attributes, events and links that spans have lost, although they themselves were not.

use crate::trace::ring::PartCounts;

/// What a span has beside its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Attribute = 0,
    Event = 1,
    Link = 2,
    EventAttribute = 3,
    LinkAttribute = 4,
}

impl Part {
    pub(crate) const ALL: [Self; 5] =
        [Self::Attribute, Self::Event, Self::Link, Self::EventAttribute, Self::LinkAttribute];

    /// What is recorded on its own; attributes of events and links come with them.
    pub(crate) const OWN: [Self; 3] = [Self::Attribute, Self::Event, Self::Link];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Attribute => "attribute",
            Self::Event => "event",
            Self::Link => "link",
            Self::EventAttribute => "event_attribute",
            Self::LinkAttribute => "link_attribute",
        }
    }
}

/// Why a part is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartReason {
    /// The ring of its thread had no room.
    QueueFull = 0,
    /// Its span, event or link had as many as it may.
    Limit = 1,
    /// Too many spans had some, and theirs was the oldest.
    Evicted = 2,
}

impl PartReason {
    const ALL: [Self; 3] = [Self::QueueFull, Self::Limit, Self::Evicted];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::Limit => "limit",
            Self::Evicted => "evicted",
        }
    }
}

/// How many parts are missing, by reason and kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct DroppedParts([[u64; Part::ALL.len()]; PartReason::ALL.len()]);

impl DroppedParts {
    pub(super) fn add(&mut self, reason: PartReason, part: Part, count: u64) {
        self.0[reason as usize][part as usize] += count;
    }

    /// The same with what the rings have lost.
    pub(super) fn with_rings(mut self, lost: PartCounts) -> Self {
        for (part, count) in Part::OWN.into_iter().zip(lost) {
            self.add(PartReason::QueueFull, part, count);
        }
        self
    }

    /// Every count that there can be, also those that are zero.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Part, PartReason, u64)> {
        let can_be =
            |part: Part, reason: PartReason| reason == PartReason::Limit || (part as usize) < Part::OWN.len();
        PartReason::ALL.into_iter().flat_map(move |reason| {
            let parts = Part::ALL.into_iter().filter(move |part| can_be(*part, reason));
            parts.map(move |part| (part, reason, self.0[reason as usize][part as usize]))
        })
    }

    /// All of each kind.
    #[cfg(feature = "axum")]
    pub(crate) fn by_part(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Part::ALL
            .into_iter()
            .map(|part| (part.as_str(), self.0.iter().map(|reason| reason[part as usize]).sum()))
    }
}
