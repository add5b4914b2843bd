//! Threads that record, and a reader that keeps account of what it gets.

use loom::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use super::{BLOCK, Block, Kind, rings::Rings, sender::Sender};
pub(crate) use super::{queue::BLOCKS, reader::Totals};

/// The rings of a program, and what their reader got.
#[derive(Default)]
pub(crate) struct Rig {
    rings: Rings,
    got: Mutex<Got>,
    /// The reader was asked to come, and has not yet set out.
    is_asked: Arc<AtomicBool>,
    /// How often it was asked.
    asked: Arc<AtomicU64>,
}

/// What the reader got, in order, with the number of the pass.
#[derive(Clone, Debug, Default)]
pub(crate) struct Got {
    pub(crate) passes: u64,
    pub(crate) spans: Vec<(u64, u64)>,
    pub(crate) events: Vec<(u64, u64)>,
    /// Spans that have lost events, and how many.
    pub(crate) losses: Vec<(u64, u64, u64)>,
}

impl Rig {
    /// Whose reader can be woken.
    pub(crate) fn woken() -> Self {
        let rig = Self::default();
        let (is_asked, asked) = (Arc::clone(&rig.is_asked), Arc::clone(&rig.asked));
        rig.set_waker(move || {
            is_asked.swap(true, Ordering::AcqRel);
            asked.fetch_add(1, Ordering::AcqRel);
        });
        rig
    }

    pub(crate) fn set_waker(&self, waker: impl Fn() + Send + 'static) {
        self.rings.set_waker(waker);
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.is_asked.load(Ordering::Acquire)
    }

    pub(crate) fn asked(&self) -> u64 {
        self.asked.load(Ordering::Acquire)
    }

    /// A pass of the reader.
    pub(crate) fn drain(&self) {
        // As a permit is taken: whoever gave it is heard.
        self.is_asked.swap(false, Ordering::AcqRel);
        let mut got = self.got.lock().expect("no panic");
        got.passes += 1;
        self.rings.drain(|words| got.take(words));
    }

    pub(crate) fn got(&self) -> Got {
        self.got.lock().expect("no panic").clone()
    }

    pub(crate) fn totals(&self) -> Totals {
        self.rings.totals()
    }

    /// Rings that the reader has not let go.
    pub(crate) fn rings(&self) -> usize {
        self.rings.reader.lock().expect("no panic").receivers.len()
            + self.rings.new.lock().expect("no panic").len()
    }

    /// A span of a thread that can have no ring.
    pub(crate) fn span_without_ring(&self) {
        self.rings.start_ringless();
        self.rings.end_ringless();
    }
}

impl Got {
    fn take(&mut self, mut words: &[u64]) {
        let pass = self.passes;
        while let [head, span, ..] = *words {
            let is = |kind: Kind| head == kind as u64;
            let length = if is(Kind::Loss) { 5 } else { BLOCK };
            match head {
                _ if is(Kind::OperationEnd) => self.spans.push((pass, span)),
                _ if is(Kind::Event) => self.events.push((pass, span)),
                _ if is(Kind::Loss) => self.losses.push((pass, span, words[3])),
                _ => panic!("a record of kind {head}"),
            }
            words = &words[length..];
        }
    }
}

/// A thread's way into its ring.
pub(crate) struct Recorder {
    rig: Arc<Rig>,
    sender: Sender,
}

impl Recorder {
    /// As a thread's first span makes it.
    pub(crate) fn new(rig: &Arc<Rig>) -> Self {
        Self { rig: Arc::clone(rig), sender: rig.rings.register() }
    }

    /// A whole span.
    pub(crate) fn span(&mut self, span: u64) {
        self.sender.start();
        self.end(span);
    }

    pub(crate) fn start(&mut self) {
        self.sender.start();
    }

    pub(crate) fn end(&mut self, span: u64) {
        self.sender.end_call(record(Kind::OperationEnd, span), || &self.rig.rings);
    }

    pub(crate) fn event(&mut self, span: u64) {
        self.sender.add(&[record(Kind::Event, span)], 1, || &self.rig.rings);
    }
}

fn record(kind: Kind, span: u64) -> Block {
    [kind as u64, span, 0, 0, 0, 0, 0, 0]
}
