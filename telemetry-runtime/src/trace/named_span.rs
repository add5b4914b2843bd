//! Spans whose name and kind are known at their end: those of the official API.

use super::{
    Context, SpanBuilder,
    begun::Begun,
    record::{Encoder, EndStatus, Kind as RecordKind},
    ring,
    sampler::Subject,
};
use crate::operation::Kind;

/// A span that is named at its end.
#[derive(Debug)]
pub(crate) struct NamedSpan {
    begun: Begun,
    scope: u32,
}

impl NamedSpan {
    /// Begins it under `parent` or what is current, at a tick of the past if one is given; only a sampler of the program
    /// wants it described.
    pub(crate) fn start(
        scope: u32,
        parent: Option<&Context>,
        describe: &dyn Fn() -> SpanBuilder,
        began: Option<u64>,
    ) -> Self {
        let mut begun = Begun::new(parent, Subject::Described(describe));
        if let Some(began) = began {
            begun.began_at(began);
        }
        Self { begun, scope }
    }

    pub(crate) fn context(&self) -> Context {
        self.begun.context()
    }

    /// Its id, if what is said of it will be seen.
    pub(crate) fn recorded(&self) -> Option<u64> {
        self.begun.is_recording().then(|| self.begun.id())
    }

    /// Ends it; what is said of it afterwards goes nowhere.
    pub(crate) fn end(&mut self, kind: Kind, name: &str, tick: u64) {
        if !self.begun.stop_recording() {
            return;
        }
        let status = if std::thread::panicking() { EndStatus::Panicked } else { EndStatus::Ok };
        let mut end = Encoder::new(RecordKind::NamedEnd, self.begun.id());
        end.words(self.begun.trace());
        end.words(self.begun.frame(tick));
        end.word(self.begun.how(status).to_word());
        end.word(u64::from(kind as u8) | u64::from(self.scope) << 8);
        end.text(name);
        ring::push_end(end.finish());
    }
}
