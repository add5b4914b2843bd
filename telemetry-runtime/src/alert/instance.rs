//! What has become of one series: pending, firing, resolved.

use std::time::{Duration, SystemTime};

/// What has become of one series that is not as it should be, or was not a moment ago.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Instance {
    pub(super) phase: Phase,
    /// On the engine's clock.
    pub(super) since: Duration,
    /// The same on the wall.
    pub(super) at: SystemTime,
    /// The last value that was known.
    pub(super) value: f64,
    /// Of an alert from before a restart: until when a value, or its absence, does not end it.
    pub(super) held: Held,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Phase {
    Pending,
    Firing,
    /// It has ended a while ago; since when the value is over the threshold again, if it is.
    Resting {
        again: Option<Duration>,
    },
}

/// What does not end an alert from before a restart, because too little is known yet.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Held {
    /// Until when a value does not.
    pub(super) value: Duration,
    /// Until when no value does not.
    pub(super) absence: Duration,
}

/// The moment of an evaluation, on both clocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) now: Duration,
    pub(super) wall: SystemTime,
}

/// What an evaluation has seen of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Look {
    Over(f64),
    Under(f64),
    /// There is no value.
    Nothing,
}

/// What is to be told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Change {
    Fired(Instance),
    /// As it was while it fired.
    Resolved(Instance),
}

/// For how long a rule waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// Before it fires.
    pub(super) duration: Duration,
    /// Before it fires again.
    pub(super) cooldown: Duration,
}

/// One step of a series; the second is what is to be told.
pub(super) fn step(
    instance: Option<Instance>,
    look: Look,
    moment: Moment,
    patience: Patience,
) -> (Option<Instance>, Option<Change>) {
    let Some(instance) = instance else {
        return match look {
            Look::Over(value) => fire_if_due(Instance::pending(value, moment), moment, patience),
            Look::Under(_) | Look::Nothing => (None, None),
        };
    };
    match (instance.phase, look) {
        (Phase::Pending, Look::Over(value)) => fire_if_due(Instance { value, ..instance }, moment, patience),
        (Phase::Pending, Look::Under(_) | Look::Nothing) => (None, None),
        (Phase::Firing, Look::Over(value)) => (Some(Instance { value, ..instance }), None),
        (Phase::Firing, Look::Under(value)) if moment.now < instance.held.value => {
            (Some(Instance { value, ..instance }), None)
        }
        (Phase::Firing, Look::Nothing) if moment.now < instance.held.absence => (Some(instance), None),
        (Phase::Firing, Look::Under(value)) => resolve(Instance { value, ..instance }, moment, patience),
        (Phase::Firing, Look::Nothing) => resolve(instance, moment, patience),
        (Phase::Resting { again }, look) => rest(instance, again, look, moment, patience),
    }
}

impl Instance {
    fn pending(value: f64, moment: Moment) -> Self {
        let Moment { now, wall } = moment;
        Self { phase: Phase::Pending, since: now, at: wall, value, held: Held::default() }
    }
}

fn fire_if_due(pending: Instance, moment: Moment, patience: Patience) -> (Option<Instance>, Option<Change>) {
    if moment.now.saturating_sub(pending.since) < patience.duration {
        return (Some(pending), None);
    }
    let Moment { now, wall } = moment;
    let firing = Instance { phase: Phase::Firing, since: now, at: wall, ..pending };
    (Some(firing), Some(Change::Fired(firing)))
}

fn resolve(firing: Instance, moment: Moment, patience: Patience) -> (Option<Instance>, Option<Change>) {
    let Moment { now, wall } = moment;
    let resting = Instance {
        phase: Phase::Resting { again: None },
        since: now,
        at: wall,
        held: Held::default(),
        ..firing
    };
    ((!patience.cooldown.is_zero()).then_some(resting), Some(Change::Resolved(firing)))
}

/// Once the cooldown is over, what has lasted long enough meanwhile fires at once.
fn rest(
    instance: Instance,
    again: Option<Duration>,
    look: Look,
    moment: Moment,
    patience: Patience,
) -> (Option<Instance>, Option<Change>) {
    let is_over = moment.now.saturating_sub(instance.since) >= patience.cooldown;
    let Look::Over(value) = look else {
        let resting = Instance { phase: Phase::Resting { again: None }, ..instance };
        return ((!is_over).then_some(resting), None);
    };
    let again = again.unwrap_or(moment.now);
    if is_over {
        let pending = Instance { since: again, ..Instance::pending(value, moment) };
        return fire_if_due(pending, moment, patience);
    }
    (Some(Instance { phase: Phase::Resting { again: Some(again) }, value, ..instance }), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience =
        Patience { duration: Duration::from_secs(30), cooldown: Duration::from_secs(100) };
    const OVER: Look = Look::Over(9.0);
    const UNDER: Look = Look::Under(1.0);

    /// What is told, as `F` and `R`, or a dot, for a look each ten seconds.
    fn told(patience: Patience, looks: impl IntoIterator<Item = Look>) -> String {
        let mut instance = None;
        let tell = |(count, look): (u64, Look)| {
            let moment = Moment { now: Duration::from_secs(1000 + count * 10), wall: SystemTime::UNIX_EPOCH };
            let (next, change) = step(instance, look, moment, patience);
            instance = next;
            match change {
                Some(Change::Fired(_)) => 'F',
                Some(Change::Resolved(_)) => 'R',
                None => '.',
            }
        };
        (0..).zip(looks).map(tell).collect()
    }

    #[test]
    fn an_alert_waits_fires_once_and_resolves_once() {
        let looks = [UNDER, OVER, OVER, OVER, OVER, OVER, UNDER, UNDER];
        assert_eq!(told(PATIENCE, looks), "....F.R.");
    }

    #[test]
    fn what_does_not_last_fires_not() {
        assert_eq!(told(PATIENCE, [OVER, OVER, OVER, UNDER, OVER, OVER, Look::Nothing, OVER]), "........");
    }

    #[test]
    fn without_patience_it_fires_at_once_and_again() {
        let none = Patience { duration: Duration::ZERO, cooldown: Duration::ZERO };
        assert_eq!(told(none, [OVER, UNDER, OVER, Look::Nothing, UNDER]), "FRFR.");
    }

    #[test]
    fn a_flapping_value_fires_once_a_cooldown() {
        let at_once = Patience { duration: Duration::ZERO, ..PATIENCE };
        let looks = (0..24).map(|count| if count % 2 == 0 { OVER } else { UNDER });
        // Ended at 10 s; from 110 s on it may fire, which it is over the threshold for at 120 s.
        assert_eq!(told(at_once, looks), "FR..........FR..........");
    }

    #[test]
    fn what_lasts_through_the_cooldown_fires_at_its_end() {
        let looks = [OVER, OVER, OVER, OVER, UNDER].into_iter().chain([OVER; 12]);
        assert_eq!(told(PATIENCE, looks), "...FR.........F..");
    }

    #[test]
    fn an_alert_from_before_a_restart_is_held_until_enough_is_known() {
        let moment = |seconds| Moment { now: Duration::from_secs(seconds), wall: SystemTime::UNIX_EPOCH };
        let held = Held { value: Duration::from_secs(60), absence: Duration::from_secs(90) };
        let firing = Instance { phase: Phase::Firing, held, ..Instance::pending(9.0, moment(10)) };
        let is_told = |look, seconds| step(Some(firing), look, moment(seconds), PATIENCE).1.is_some();
        assert_eq!([59, 60].map(|at| is_told(UNDER, at)), [false, true]);
        assert_eq!([60, 89, 90].map(|at| is_told(Look::Nothing, at)), [false, false, true]);
    }
}
