//! Adapts an exporter of the program.

use std::any::Any;
use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use tokio::task::spawn_blocking;

use super::delivery::{Delivery, Exporter, Failure, Pending, Reason};

/// What an exporter may take to shut down; the caller's own limit comes on top.
const SHUTDOWN: Duration = Duration::from_secs(5);

/// An official [`SpanExporter`], so that any of them plugs in.
///
/// It is the program's code: a panic of it is an answer like any other, and what its interface does
/// synchronously runs on a thread of its own, so that it can hold up nobody else.
#[derive(Debug)]
pub(crate) struct CustomExporter<E> {
    name: &'static str,
    exporter: Arc<E>,
}

impl<E: SpanExporter + 'static> CustomExporter<E> {
    /// Hands the resource to `exporter`.
    pub(crate) fn new(name: &'static str, mut exporter: E, resource: &Resource) -> Result<Self, Failure> {
        catch_unwind(AssertUnwindSafe(|| exporter.set_resource(resource))).map_err(panicked)?;
        Ok(Self { name, exporter: Arc::new(exporter) })
    }

    /// Runs what may block where it blocks nobody.
    fn apart(&self, call: fn(&E) -> OTelSdkResult) -> Pending<'_, Result<(), Failure>> {
        let exporter = Arc::clone(&self.exporter);
        Box::pin(async move {
            match spawn_blocking(move || call(&exporter)).await {
                Ok(result) => result.map_err(|error| failure(&error)),
                Err(error) => match error.try_into_panic() {
                    Ok(payload) => Err(panicked(payload)),
                    Err(error) => Err(Failure::new(Reason::Closed, &error)),
                },
            }
        })
    }
}

impl<E: SpanExporter + 'static> Exporter for CustomExporter<E> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn export<'a>(&'a mut self, batch: &'a [SpanData]) -> Pending<'a, Delivery> {
        let exporter = &self.exporter;
        Box::pin(async move {
            match guarded(Box::pin(async move { exporter.export(batch.to_vec()).await })).await {
                Ok(result) => delivery(&result),
                Err(cause) => Delivery::refused(cause),
            }
        })
    }

    fn flush(&mut self) -> Pending<'_, Result<(), Failure>> {
        self.apart(E::force_flush)
    }

    fn shutdown(&mut self) -> Pending<'_, Result<(), Failure>> {
        self.apart(|exporter| exporter.shutdown_with_timeout(SHUTDOWN))
    }
}

/// What the program's code answers, or that it panicked.
///
/// The call itself may panic too, so it belongs inside of the future.
pub(crate) async fn guarded<T>(mut attempt: Pending<'_, T>) -> Result<T, Failure> {
    let answer = poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| attempt.as_mut().poll(context)));
        polled.map_or_else(|payload| Err(panicked(payload)).into(), |poll| poll.map(Ok))
    });
    answer.await
}

/// Official exporters are built without a retry of their own, so the pipeline retries for them.
fn delivery(result: &OTelSdkResult) -> Delivery {
    match result {
        Ok(()) => Delivery::ACCEPTED,
        Err(error @ OTelSdkError::AlreadyShutdown) => Delivery::refused(failure(error)),
        Err(error) => Delivery::try_again(failure(error)),
    }
}

fn failure(error: &OTelSdkError) -> Failure {
    let reason = match error {
        OTelSdkError::AlreadyShutdown => Reason::Closed,
        OTelSdkError::Timeout(_) => Reason::Timeout,
        OTelSdkError::InternalFailure(_) => Reason::Exporter,
    };
    Failure::new(reason, error)
}

#[allow(clippy::needless_pass_by_value, reason = "the shape of what `catch_unwind` gives")]
fn panicked(payload: Box<dyn Any + Send>) -> Failure {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let message: &dyn fmt::Display = match &text {
        Some(text) => text,
        None => &"panicked with something that is no text",
    };
    Failure::new(Reason::Panicked, message)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::export::delivery::sample::{span, wait};

    #[derive(Debug, Default)]
    struct Theirs {
        calls: Arc<Mutex<Vec<String>>>,
        answer: Option<fn() -> OTelSdkError>,
        panics: bool,
    }

    impl Theirs {
        fn note(&self, call: impl Into<String>) {
            self.calls.lock().expect("calls").push(call.into());
        }
    }

    impl SpanExporter for Theirs {
        async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
            tokio::task::yield_now().await;
            assert!(!self.panics, "no http://u:p@h/ today");
            self.note(format!("export {}", batch.len()));
            self.answer.map_or(Ok(()), |error| Err(error()))
        }

        fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
            assert!(!self.panics, "not at shutdown either");
            self.note(format!("shutdown {timeout:?}"));
            Ok(())
        }

        fn force_flush(&self) -> OTelSdkResult {
            self.note("flush");
            Err(OTelSdkError::Timeout(Duration::from_secs(1)))
        }

        fn set_resource(&mut self, resource: &Resource) {
            assert!(!resource.is_empty(), "no resource");
            self.note("resource");
        }
    }

    fn resource() -> Resource {
        Resource::builder_empty().with_service_name("shop").build()
    }

    fn adapted(theirs: Theirs) -> CustomExporter<Theirs> {
        CustomExporter::new("theirs", theirs, &resource()).expect("an exporter")
    }

    #[test]
    fn every_part_of_the_interface_is_called() {
        let calls = Arc::default();
        let mut exporter = adapted(Theirs { calls: Arc::clone(&calls), ..Theirs::default() });
        assert_eq!(exporter.name(), "theirs");
        let delivery = wait(exporter.export(&[span("a"), span("b")]));
        assert_eq!(delivery, Delivery::ACCEPTED);
        let flushed = wait(exporter.flush());
        assert_eq!(flushed.expect_err("a timeout").reason, Reason::Timeout);
        assert_eq!(wait(exporter.shutdown()), Ok(()));
        assert_eq!(*calls.lock().expect("calls"), ["resource", "export 2", "flush", "shutdown 5s"]);
    }

    #[test]
    fn errors_become_answers() {
        let answer = |error: fn() -> OTelSdkError| {
            wait(adapted(Theirs { answer: Some(error), ..Theirs::default() }).export(&[span("a")]))
        };
        let Delivery::Refused { cause } = answer(|| OTelSdkError::AlreadyShutdown) else { panic!("retried") };
        assert_eq!(cause.reason, Reason::Closed);
        let timeout = answer(|| OTelSdkError::Timeout(Duration::from_secs(1)));
        let Delivery::TryAgain { cause, after: None } = timeout else { panic!("not retried") };
        assert_eq!(cause.reason, Reason::Timeout);
        let other = answer(|| OTelSdkError::InternalFailure("https://h/?k=v".to_owned()));
        let Delivery::TryAgain { cause, .. } = other else { panic!("not retried") };
        assert_eq!(cause.to_string(), "exporter: Operation failed: https://h/?k=…");
    }

    #[test]
    fn panics_become_answers() {
        let mut exporter = adapted(Theirs { panics: true, ..Theirs::default() });
        for _ in 0..2 {
            let delivery = wait(exporter.export(&[span("a")]));
            let Delivery::Refused { cause } = delivery else { panic!("{delivery:?}") };
            assert_eq!(cause.to_string(), "panicked: no http://h/ today");
        }
        let shutdown = wait(exporter.shutdown()).expect_err("a panic");
        assert_eq!(shutdown.to_string(), "panicked: not at shutdown either");
        let empty = Resource::builder_empty().build();
        let refused = CustomExporter::new("theirs", Theirs::default(), &empty).expect_err("a panic");
        assert_eq!(refused.reason, Reason::Panicked);
    }
}
