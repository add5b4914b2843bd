//! The latest sampled call or request of each bucket of a histogram.
//!
//! Those of calls are noted by the background thread as it reads span records, so that calls pay nothing for them.

use std::{
    sync::{Mutex, OnceLock, PoisonError},
    time::SystemTime,
};

use super::MAX_BOUNDS;

/// A call or a request whose trace is exported.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallExemplar {
    pub(crate) trace: [u64; 2],
    pub(crate) span: u64,
    pub(crate) seconds: f64,
    pub(crate) end: SystemTime,
}

type Buckets = [Option<CallExemplar>; MAX_BOUNDS + 1];

/// The latest such call of each bucket.
#[derive(Debug, Default)]
pub(crate) struct Exemplars(OnceLock<Box<Mutex<Buckets>>>);

impl Exemplars {
    #[cfg(feature = "_background")]
    pub(crate) fn note(&self, bucket: usize, call: CallExemplar) {
        let buckets = self.0.get_or_init(|| Box::new(Mutex::new([None; MAX_BOUNDS + 1])));
        if let Some(place) = buckets.lock().unwrap_or_else(PoisonError::into_inner).get_mut(bucket) {
            *place = Some(call);
        }
    }

    pub(crate) fn all(&self) -> Vec<CallExemplar> {
        let Some(buckets) = self.0.get() else { return Vec::new() };
        buckets.lock().unwrap_or_else(PoisonError::into_inner).iter().flatten().copied().collect()
    }
}
