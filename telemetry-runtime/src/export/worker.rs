//! Takes batches from a line and sees each of them through: delivered, or dropped for a reason.

use std::{sync::Arc, time::Duration};

use opentelemetry_sdk::trace::SpanData;
use tokio::time;

use super::{
    account::DropReason,
    backoff::Backoff,
    delivery::{Delivery, Exporter, Failure, Reason},
    line::Line,
};
use crate::fault::{self, Fault};

/// How often a batch is tried before it is given up.
const MAX_ATTEMPTS: u32 = 5;

/// How often an idle default endpoint is tried.
const IDLE_RETRY: Duration = Duration::from_secs(60);

/// Takes batches from a line and sees each of them through.
pub(super) struct Worker<T = SpanData> {
    pub(super) line: Arc<Line<T>>,
    pub(super) exporter: Box<dyn Exporter<T>>,
    /// Takes what the exporter could not deliver.
    pub(super) fallback: Option<Box<dyn Exporter<T>>>,
    /// What its items are called: `spans`.
    pub(super) items: &'static str,
    /// The endpoint is the default and nobody asked for it.
    pub(super) is_default_endpoint: bool,
    pub(super) has_delivered: bool,
    pub(super) has_warned: bool,
}

/// What an attempt came to.
enum Attempt {
    Settled,
    Again(Duration),
    Lost(DropReason, Failure),
}

impl<T: Send + Sync + 'static> Worker<T> {
    /// Works until the line stops and is empty.
    pub(super) async fn run(mut self) {
        while !(self.line.is_stopping() && self.line.queued() == 0) {
            self.wait_for_work().await;
            while self.line.queued() > 0 {
                let batch = self.line.take_batch();
                self.see_through(batch).await;
                self.line.settle();
                if self.line.queued() < self.line.batching().batch_size && !self.is_hurried() {
                    break;
                }
            }
        }
        let outputs = [Some(&mut self.exporter), self.fallback.as_mut()];
        for output in outputs.into_iter().flatten() {
            if let Err(failure) = output.shutdown().await {
                fault::report(&Fault::new("export", format!("{}: {failure}", self.line.title())));
            }
        }
        self.line.progress.notify_waiters();
    }

    async fn wait_for_work(&mut self) {
        let line = &self.line;
        if line.queued() >= line.batching().batch_size || self.is_hurried() {
            return;
        }
        // Elapsed is the other good reason to go on.
        let _ = time::timeout(line.batching().flush_interval, line.work.notified()).await;
    }

    fn is_hurried(&self) -> bool {
        self.line.is_stopping() || self.line.take_hurry()
    }

    async fn see_through(&mut self, mut batch: Vec<T>) {
        let mut backoff = Backoff::default();
        let begun = time::Instant::now();
        loop {
            let is_last = match self.line.batching().retry_for {
                Some(patience) => begun.elapsed() >= patience,
                None => backoff.attempts() + 1 >= MAX_ATTEMPTS,
            };
            match self.attempt(&mut batch, is_last).await {
                Attempt::Settled => return,
                Attempt::Lost(reason, failure) => return self.lose(batch, reason, &failure).await,
                Attempt::Again(wait) => {
                    let wait = backoff.next(wait);
                    // New spans must not hurry a receiver that asked for time; only the end of the program may.
                    if !self.line.is_stopping() {
                        let _ = time::timeout(wait, self.line.stop.notified()).await;
                    }
                }
            }
        }
    }

    /// Leaves in `batch` what is not settled.
    async fn attempt(&mut self, batch: &mut Vec<T>, is_last: bool) -> Attempt {
        if self.fallback.is_some() && self.line.is_out_of_patience() {
            return Attempt::Lost(DropReason::Shutdown, no_time_left());
        }
        let permit = match self.line.breaker.acquire() {
            Ok(permit) => permit,
            Err(open) if self.line.is_stopping() => {
                let failure = Failure::new(Reason::Connection, &open);
                return Attempt::Lost(DropReason::Shutdown, failure);
            }
            Err(open) if self.fallback.is_some() => {
                let failure = Failure::new(Reason::Connection, &open);
                return Attempt::Lost(DropReason::BreakerOpen, failure);
            }
            // The batch waits; the queue behind it is bounded.
            Err(open) => return Attempt::Again(open.retry_after().unwrap_or(Duration::from_secs(1))),
        };
        let timeout = self.line.batching().export_timeout;
        let delivery = tokio::select! {
            delivery = time::timeout(timeout, self.exporter.export(batch)) => delivery,
            () = self.line.end_of_patience(), if self.fallback.is_some() => {
                return Attempt::Lost(DropReason::Shutdown, no_time_left());
            }
        };
        let late = |_| {
            Delivery::try_again(Failure::new(Reason::Timeout, &format_args!("no answer within {timeout:?}")))
        };
        match delivery.unwrap_or_else(late) {
            Delivery::Accepted { rejected, warning } => {
                permit.success();
                self.accept(batch.len() as u64, rejected, warning);
                Attempt::Settled
            }
            Delivery::Partly { rejected, again, cause } => {
                permit.success();
                let sent = batch.len();
                keep(batch, &again);
                self.accept((sent - batch.len()) as u64, rejected, Some(cause.message.clone()));
                if batch.is_empty() { Attempt::Settled } else { self.try_again(None, cause, is_last) }
            }
            Delivery::Refused { cause } => {
                // The receiver lives; it only does not want this.
                permit.success();
                Attempt::Lost(DropReason::of_refusal(cause.reason), cause)
            }
            Delivery::TryAgain { after, cause } => {
                permit.failure();
                self.try_again(after, cause, is_last)
            }
        }
    }

    fn accept(&mut self, count: u64, rejected: u64, warning: Option<String>) {
        let rejected = rejected.min(count);
        self.has_delivered = true;
        self.line.set_idle(false);
        self.line.account.exported(count - rejected);
        self.line.account.dropped(DropReason::Rejected, rejected);
        let is_worth_telling = rejected > 0 || warning.is_some();
        let warning = warning.unwrap_or_default();
        if rejected > 0 {
            self.line.note_failure(DropReason::Rejected.as_str(), &warning);
        }
        if is_worth_telling && !std::mem::replace(&mut self.has_warned, true) {
            self.tell(&format!(
                "the receiver rejected {rejected} of {count} {} and says: {warning}",
                self.items
            ));
        }
    }

    fn try_again(&self, after: Option<Duration>, cause: Failure, is_last: bool) -> Attempt {
        self.line.note_failure(cause.reason.as_str(), &cause.message);
        if self.is_default_endpoint && !self.has_delivered && cause.reason == Reason::Unreachable {
            return Attempt::Lost(DropReason::Idle, cause);
        }
        if self.line.is_stopping() {
            return Attempt::Lost(DropReason::Shutdown, cause);
        }
        if is_last {
            let reason = if cause.reason == Reason::Timeout {
                DropReason::Timeout
            } else {
                DropReason::RetriesExhausted
            };
            return Attempt::Lost(reason, cause);
        }
        Attempt::Again(after.unwrap_or_default())
    }

    async fn lose(&mut self, batch: Vec<T>, reason: DropReason, failure: &Failure) {
        if reason == DropReason::Idle {
            return self.rest(batch.len()).await;
        }
        // What opened the breaker says more than that it is open, and the end of the program is nobody's failure.
        if !matches!(reason, DropReason::BreakerOpen | DropReason::Shutdown) {
            self.line.note_failure(reason.as_str(), &failure.message);
        }
        self.tell(&format!(
            "{} {} were not delivered ({}): {}",
            batch.len(),
            self.items,
            reason.as_str(),
            failure.message
        ));
        if self.falls_back(&batch).await {
            self.line.account.fell_back(batch.len() as u64);
        } else {
            self.line.account.dropped(reason, batch.len() as u64);
        }
    }

    /// Hands the batch to the fallback; says whether that took it.
    async fn falls_back(&mut self, batch: &[T]) -> bool {
        let Some(fallback) = &mut self.fallback else { return false };
        let timeout = self.line.batching().export_timeout;
        let failure = match time::timeout(timeout, fallback.export(batch)).await {
            Ok(Delivery::Accepted { rejected: 0, .. }) => return true,
            Ok(Delivery::Accepted { rejected, .. }) => format!("it rejected {rejected} {}", self.items),
            Ok(
                Delivery::Partly { cause, .. }
                | Delivery::TryAgain { cause, .. }
                | Delivery::Refused { cause },
            ) => cause.to_string(),
            Err(_) => format!("it took longer than {timeout:?}"),
        };
        self.tell(&format!("nor did the fallback take them: {failure}"));
        false
    }

    /// Nobody listens at the default endpoint: says so once, and looks again each minute.
    async fn rest(&mut self, count: usize) {
        self.line.account.dropped(DropReason::Idle, count as u64);
        if !self.line.set_idle(true) {
            self.tell(&format!(
                "nobody listens at the default endpoint; {} are let go until somebody does. Set \
                 `OTEL_EXPORTER_OTLP_ENDPOINT`, or switch the exporter off",
                self.items
            ));
        }
        self.line.settle();
        let until = time::Instant::now() + IDLE_RETRY;
        while time::Instant::now() < until && !self.line.is_stopping() {
            let _ = time::timeout_at(until, self.line.work.notified()).await;
            while self.line.queued() > 0 {
                let batch = self.line.take_batch();
                self.line.account.dropped(DropReason::Idle, batch.len() as u64);
                self.line.settle();
            }
        }
    }

    fn tell(&self, message: &str) {
        fault::report(&Fault::new("export", format!("{}: {message}", self.line.title())));
    }
}

/// Keeps what is at these places, which are in order.
fn keep<T>(batch: &mut Vec<T>, places: &[usize]) {
    let mut at = 0..;
    batch.retain(|_| at.next().is_some_and(|at| places.binary_search(&at).is_ok()));
}

fn no_time_left() -> Failure {
    Failure::new(Reason::Timeout, &"the program ends, and there was no answer")
}
