//! From where things are recorded to the exporters, on the background thread.

use std::{
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::{task::JoinHandle, time};

#[cfg(feature = "logs")]
use super::account::Dropped;
use super::{
    control::Control,
    feed::Feed,
    limits::SpanLimits,
    line::Batching,
    lines::{AnyLine, Carried, Lines, Output, Work},
    pace::Pace,
    spans::{Shared, Spans},
};
use crate::{clock::Clock, trace::ring::Claim};

/// The pipeline's part on the background thread.
#[derive(Default)]
pub(crate) struct Pipeline {
    spans: Option<Spans>,
    #[cfg(feature = "logs")]
    logs: Option<Arc<super::LogHub>>,
    feeds: Vec<Box<dyn Feed>>,
    lines: Vec<Arc<dyn AnyLine>>,
    work: Vec<Work>,
}

impl Pipeline {
    /// Carries spans; `claim` is the right to read the rings, and calls become examples of buckets if asked.
    pub(crate) fn carry_spans(
        &mut self,
        claim: Claim,
        clock: &Clock,
        batching: Batching,
        limits: SpanLimits,
        outputs: Vec<Output>,
        notes_exemplars: bool,
    ) -> Arc<Shared> {
        let outputs = outputs.into_iter().map(|output| (output, batching)).collect();
        let (lines, mut work) = Lines::new(clock.clone(), outputs, Carried::SPANS);
        self.lines.append(&mut lines.any());
        self.work.append(&mut work);
        let spans = Spans::new(claim, clock, limits, lines, notes_exemplars);
        let shared = spans.shared();
        self.spans = Some(spans);
        shared
    }

    /// Lets `recent` remember the spans that are carried.
    #[cfg(feature = "dashboard")]
    pub(crate) fn remember_spans(&mut self, recent: &Arc<super::RecentTraces>) {
        if let Some(spans) = &mut self.spans {
            spans.remember(Arc::clone(recent));
        }
    }

    /// Carries log records.
    #[cfg(feature = "logs")]
    pub(crate) fn carry_logs(&mut self, hub: Arc<super::LogHub>, mut work: Vec<Work>) {
        self.lines.append(&mut hub.lines().any());
        self.work.append(&mut work);
        self.logs = Some(hub);
    }

    /// Carries what `feed` brings to `lines`.
    #[cfg(any(feature = "collector", feature = "alerts"))]
    pub(crate) fn carry<T: Send + Sync + 'static>(
        &mut self,
        feed: Box<dyn Feed>,
        lines: &Lines<T>,
        mut work: Vec<Work>,
    ) {
        self.lines.append(&mut lines.any());
        self.work.append(&mut work);
        self.feeds.push(feed);
    }

    /// Whether there is anything to carry.
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.feeds.is_empty()
    }

    /// Works until `stop`, then delivers what it can until `deadline` has passed.
    pub(crate) async fn run(mut self, control: Arc<Control>) {
        let workers: Vec<JoinHandle<()>> =
            std::mem::take(&mut self.work).into_iter().map(tokio::spawn).collect();
        let (mut pace, mut taken) = (Pace::new(time::Instant::now()), 0);
        loop {
            tokio::select! {
                () = time::sleep(pace.next(time::Instant::now(), taken)) => {}
                () = self.spans_waiting() => {}
                () = self.feeds_filling() => {}
                () = control.asked.notified() => {}
            }
            taken = self.pass();
            if let Some(flushes) = control.take_flushes() {
                self.pass();
                self.feeds.iter_mut().for_each(|feed| feed.drain());
                tokio::spawn(flush_lines(self.lines.clone(), flushes));
            }
            if let Some(deadline) = control.stop_by() {
                self.pass();
                return self.stop(workers, deadline).await;
            }
        }
    }

    /// Returns once a ring is filling.
    async fn spans_waiting(&self) {
        match &self.spans {
            Some(spans) => spans.waiting().await,
            None => std::future::pending().await,
        }
    }

    /// Returns once much of something else waits.
    async fn feeds_filling(&self) {
        let mut filling: Vec<_> = self.feeds.iter().map(|feed| Box::pin(feed.filling().notified())).collect();
        let is_any = |context: &mut Context<'_>| {
            let is_one = filling.iter_mut().any(|notified| notified.as_mut().poll(context).is_ready());
            if is_one { Poll::Ready(()) } else { Poll::Pending }
        };
        poll_fn(is_any).await;
    }

    /// Says how many blocks the fullest ring held.
    fn pass(&mut self) -> usize {
        #[cfg(feature = "logs")]
        if let Some(logs) = &self.logs {
            logs.lines().note(&Dropped::new());
        }
        self.feeds.iter_mut().for_each(|feed| feed.pass());
        self.spans.as_mut().map_or(0, Spans::pass)
    }

    async fn stop(mut self, workers: Vec<JoinHandle<()>>, deadline: time::Instant) {
        if let Some(spans) = &mut self.spans {
            spans.finish();
        }
        self.feeds.iter_mut().for_each(|feed| feed.finish());
        for line in &self.lines {
            line.ask_to_stop(deadline);
        }
        for mut worker in workers {
            if time::timeout_at(deadline, &mut worker).await.is_err() {
                worker.abort();
                // Once it is gone, nothing counts its batch a second time.
                let _ = worker.await;
            }
        }
        for line in &self.lines {
            line.abandon();
        }
    }
}

async fn flush_lines(lines: Vec<Arc<dyn AnyLine>>, flushes: Vec<std::sync::mpsc::Sender<()>>) {
    for line in &lines {
        line.hurry();
    }
    for line in &lines {
        loop {
            let progress = line.progress().notified();
            if line.pending() == 0 {
                break;
            }
            line.hurry();
            progress.await;
        }
    }
    for flush in flushes {
        // Nobody may be waiting any more.
        let _ = flush.send(());
    }
}
