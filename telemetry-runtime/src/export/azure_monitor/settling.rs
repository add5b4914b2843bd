//! From envelopes that were taken or not to spans that were.

use std::collections::BTreeSet;

use super::answer::{ItemError, Track, is_passing};
use crate::export::{
    delivery::{Delivery, Failure, Reason},
    net::Mask,
};

/// What became of the spans of a batch.
#[derive(Debug, PartialEq)]
pub(super) struct Settled {
    /// Spans of which an envelope was thrown away for good.
    rejected: usize,
    /// Spans of which an envelope may be taken later.
    again: Vec<usize>,
    /// Envelopes of the latter that were taken.
    pub(super) arrived: Vec<(usize, usize)>,
}

/// `sent` tells of which span each envelope was, and which of its envelopes.
pub(super) fn settle(track: &Track, sent: &[(usize, usize)], spans: usize) -> Settled {
    let spans_of = |wanted: fn(&ItemError) -> bool| -> BTreeSet<usize> {
        let errors = track.errors.iter().filter(|error| wanted(error));
        errors.filter_map(|error| Some(sent.get(error.index)?.0)).collect()
    };
    let rejected = spans_of(|error| !is_passing(error.status_code));
    let again = &spans_of(|error| is_passing(error.status_code)) - &rejected;
    let failed: BTreeSet<usize> = track.errors.iter().map(|error| error.index).collect();
    let taken = sent.iter().enumerate().filter(|(index, _)| !failed.contains(index)).map(|(_, of)| *of);
    Settled {
        arrived: taken.filter(|(span, _)| again.contains(span)).collect(),
        rejected: (rejected.len() + track.unnamed()).min(spans - again.len()),
        again: again.into_iter().collect(),
    }
}

impl Settled {
    pub(super) fn delivery(self, track: &Track, mask: &Mask) -> Delivery {
        let words = track
            .errors
            .first()
            .map(|error| format!("item status {}: {}", error.status_code, mask.quote(error.message.trim())));
        let rejected = self.rejected as u64;
        if self.again.is_empty() {
            return Delivery::Accepted { rejected, warning: words };
        }
        let cause = Failure::new(Reason::Status, &words.unwrap_or_default());
        Delivery::Partly { rejected, again: self.again, cause }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two spans: the first with two events, the second with one.
    const SENT: [(usize, usize); 5] = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)];

    fn settled(errors: &[(usize, u16)], received: usize, accepted: usize) -> (usize, Vec<usize>, usize) {
        let errors: Vec<_> = errors
            .iter()
            .map(|(index, code)| serde_json::json!({ "index": index, "statusCode": code }))
            .collect();
        let track =
            serde_json::json!({ "itemsReceived": received, "itemsAccepted": accepted, "errors": errors });
        let settled = settle(&serde_json::from_value(track).expect("an answer"), &SENT, 2);
        (settled.rejected, settled.again, settled.arrived.len())
    }

    #[test]
    fn a_span_is_as_good_as_its_worst_envelope() {
        assert_eq!(settled(&[], 5, 5), (0, vec![], 0));
        assert_eq!(settled(&[(0, 400)], 5, 4), (1, vec![], 0));
        assert_eq!(settled(&[(0, 400), (1, 400), (4, 439)], 5, 2), (2, vec![], 0));
        assert_eq!(settled(&[(2, 503)], 5, 4), (0, vec![0], 2));
        assert_eq!(settled(&[(2, 503), (1, 400)], 5, 3), (1, vec![], 0), "for good is for good");
        assert_eq!(settled(&[(2, 429), (3, 400)], 5, 3), (1, vec![0], 2));
    }

    #[test]
    fn nothing_that_a_server_says_is_out_of_range() {
        assert_eq!(settled(&[(99, 400), (usize::MAX, 503)], 5, 3), (0, vec![], 0));
        assert_eq!(settled(&[], 5, 4), (1, vec![], 0), "one of them, whichever");
        assert_eq!(settled(&[], usize::MAX, 0), (2, vec![], 0));
        assert_eq!(settled(&[(0, 503), (3, 503)], 9, 0), (0, vec![0, 1], 3));
        assert_eq!(settled(&[], 0, 9), (0, vec![], 0));
    }
}
