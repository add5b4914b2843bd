//! From the intake to the sinks, on the background thread.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::sync::Notify;

use super::{
    EventCollector, Shared,
    event::{Event, Micros},
    packed::{Header, Packed},
};
use crate::{
    export::{DropReason, Feed},
    fault::{self, Fault},
    settings::{CollectorSettings, EventFilterSettings},
};

/// The program's own function: it changes an event, or leaves it out.
#[derive(Clone)]
pub(crate) struct Transform(pub(crate) Arc<dyn Fn(Event) -> Option<Event> + Send + Sync>);

impl fmt::Debug for Transform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transform")
    }
}

/// Events of one pass: a millisecond of work.
const PASS: usize = 4096;

/// Takes events out of the intake and gives each to all sinks.
pub(crate) struct Worker {
    shared: Arc<Shared>,
    filters: EventFilterSettings,
    transform: Option<Transform>,
    has_told_of_panic: bool,
    batch: Vec<Packed>,
}

impl Worker {
    pub(crate) fn new(
        collector: &EventCollector,
        config: &CollectorSettings,
        transform: Option<Transform>,
    ) -> Self {
        Self {
            shared: Arc::clone(&collector.shared),
            filters: config.filters.clone(),
            transform: transform.filter(|_| config.processing.transform),
            has_told_of_panic: false,
            batch: Vec::new(),
        }
    }

    /// Settles one batch; says whether more waits.
    fn take_batch(&mut self) -> bool {
        let mut batch = std::mem::take(&mut self.batch);
        let is_more = self.shared.intake.take(PASS, &mut batch);
        let wall = Wall { now: self.shared.clock.now(), time: SystemTime::now() };
        let chosen: Vec<Packed> = batch.drain(..).filter_map(|event| self.choose(event, &wall)).collect();
        self.shared.lines.enqueue(chosen);
        self.batch = batch;
        is_more
    }

    /// Adds an event that passes to the windows, and gives it back with its time on the wall.
    fn choose(&mut self, mut event: Packed, wall: &Wall) -> Option<Packed> {
        let header = event.header();
        if !is_wanted(&self.filters, &header) {
            self.shared.lose(DropReason::Filtered, 1);
            return None;
        }
        let (at, number) = (header.time, header.number);
        if self.transform.is_none() {
            self.aggregate(&header);
            event.set_time(wall.time(at));
            return Some(event);
        }
        event.set_time(wall.time(at));
        match self.transformed(event.event()) {
            Ok(changed) => {
                let event = Packed::of(&changed, number);
                self.aggregate(&Header { time: at, ..event.header() });
                Some(event)
            }
            Err(reason) => {
                self.shared.lose(reason, 1);
                None
            }
        }
    }

    fn aggregate(&self, header: &Header<'_>) {
        if let Some(mut windows) = self.shared.windows() {
            windows.add(header);
            drop(windows);
            self.shared.taken.exported(1);
        }
    }

    /// What the program's own function makes of an event.
    fn transformed(&mut self, event: Event) -> Result<Event, DropReason> {
        let Some(Transform(transform)) = &self.transform else { return Ok(event) };
        let changed = catch_unwind(AssertUnwindSafe(|| transform(event)));
        let Ok(changed) = changed else {
            if !std::mem::replace(&mut self.has_told_of_panic, true) {
                fault::report(&Fault::new(
                    "collector",
                    "the function that changes events panicked; such events are dropped as `transform`",
                ));
            }
            return Err(DropReason::Transform);
        };
        let changed = changed.ok_or(DropReason::Filtered)?;
        match changed.value.is_none_or(f64::is_finite) {
            true => Ok(changed),
            false => Err(DropReason::Serialize),
        }
    }
}

fn is_wanted(filters: &EventFilterSettings, header: &Header<'_>) -> bool {
    header.severity >= filters.severity
        && (filters.types.is_empty() || filters.types.contains(&header.event_type))
        && (filters.providers.is_empty() || filters.providers.iter().any(|wanted| wanted == header.provider))
}

impl Feed for Worker {
    fn pass(&mut self) {
        self.take_batch();
        self.shared.lines.note(&self.shared.lost());
    }

    fn drain(&mut self) {
        // What comes in meanwhile may wait for the next pass.
        let waiting = self.shared.intake.waiting();
        for _ in 0..waiting.div_ceil(PASS) {
            self.take_batch();
        }
    }

    fn finish(&mut self) {
        self.shared.intake.close();
        while self.take_batch() {}
    }

    fn filling(&self) -> &Notify {
        self.shared.intake.filling()
    }
}

/// One moment on both clocks.
struct Wall {
    now: Duration,
    time: SystemTime,
}

impl Wall {
    /// When it was so many nanoseconds on the collector's clock.
    fn time(&self, at: u64) -> Micros {
        let at = Duration::from_nanos(at);
        let ago = self.now.saturating_sub(at);
        self.time.checked_sub(ago).unwrap_or(SystemTime::UNIX_EPOCH).into()
    }
}
