//! What all spans of an operation have in common, worked out for the first of them.

use std::sync::Arc;

use opentelemetry::{Key, KeyValue};

use super::limits::Limiter;
use crate::{
    intern::intern,
    operation::{Kind, Operation, catalog},
};

/// What all spans of an operation have in common.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) operation: &'static Operation,
    pub(super) span_name: &'static str,
    /// Fit to be exported.
    pub(super) attributes: Vec<KeyValue>,
}

/// The operations that spans have come from.
#[derive(Debug, Default)]
pub(super) struct KnownOperations {
    /// By the number that stands for an operation in records; numbers are given in turn.
    by_number: Vec<Option<Arc<Known>>>,
}

impl KnownOperations {
    /// `None` for a number that no operation has, which cannot come out of this process.
    pub(super) fn get(&mut self, number: u32, limiter: &Limiter) -> Option<Arc<Known>> {
        let place = number as usize;
        if let Some(Some(known)) = self.by_number.get(place) {
            return Some(Arc::clone(known));
        }
        let known = Arc::new(Known::new(catalog::numbered(number)?, limiter));
        if self.by_number.len() <= place {
            self.by_number.resize(place + 1, None);
        }
        self.by_number[place] = Some(Arc::clone(&known));
        Some(known)
    }
}

impl Known {
    fn new(operation: &'static Operation, limiter: &Limiter) -> Self {
        let mut attributes = attributes(operation);
        attributes.iter_mut().for_each(|attribute| limiter.clean(attribute));
        // Operations are few and stay, and so do their names.
        let span_name = intern(&format!("{}.{}", operation.provider(), operation.name()));
        Self { operation, span_name, attributes }
    }
}

fn attributes(operation: &'static Operation) -> Vec<KeyValue> {
    let text = |key: &'static str, value: &'static str| KeyValue::new(Key::from_static_str(key), value);
    let mut own = vec![text("provider", operation.provider()), text("operation", operation.name())];
    own.push(text("code.function.name", intern(&operation.function())));
    if let Some((file, line)) = operation.location() {
        own.push(text("code.file.path", file));
        own.push(KeyValue::new("code.line.number", i64::from(line)));
    }
    if operation.kind() == Kind::Client {
        own.push(text("peer.service", operation.provider()));
    }
    own
}
