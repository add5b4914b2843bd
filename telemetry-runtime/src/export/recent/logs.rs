//! The last log records of recorded traces, and of calls that failed.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use opentelemetry::{TraceId, Value};

use crate::{
    export::{ended::bytes_of, logs::LogRecord, logs::SharedRecord},
    tracing_layer::RECORDS,
};

/// Memory of all records together.
const MAX_BYTES: usize = 4 << 20;

/// The last log records of recorded traces, and of calls that failed.
#[derive(Debug)]
pub(crate) struct RecentLogs {
    capacity: usize,
    records: Mutex<Records>,
}

#[derive(Debug, Default)]
struct Records {
    /// Oldest first.
    records: VecDeque<SharedRecord>,
    bytes: usize,
}

impl RecentLogs {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, records: Mutex::default() }
    }

    /// Takes a record that somebody may want to see with its trace.
    pub(in crate::export) fn add(&self, record: &SharedRecord) {
        let is_of_trace = record.span.is_some_and(|span| span.flags.is_sampled());
        if !is_of_trace && operation_of_error(record).is_none() {
            return;
        }
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.bytes += bytes(record);
        records.records.push_back(SharedRecord::clone(record));
        while records.records.len() > self.capacity || records.bytes > MAX_BYTES {
            let Some(oldest) = records.records.pop_front() else { return };
            records.bytes -= bytes(&oldest);
        }
    }

    /// The records of a trace, oldest first.
    pub(crate) fn of_trace(&self, id: TraceId) -> Vec<SharedRecord> {
        self.matching(|record| record.span.is_some_and(|span| span.trace_id == id))
    }

    /// The records of failed calls of an operation, oldest first.
    pub(crate) fn errors_of(&self, provider: &str, operation: &str) -> Vec<SharedRecord> {
        self.matching(|record| operation_of_error(record) == Some((provider, operation)))
    }

    fn matching(&self, matches: impl Fn(&LogRecord) -> bool) -> Vec<SharedRecord> {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.records.iter().filter(|record| matches(record)).cloned().collect()
    }
}

/// The operation of whose failed call the record tells.
fn operation_of_error(record: &LogRecord) -> Option<(&str, &str)> {
    if record.target != RECORDS {
        return None;
    }
    let _error_type = text(record, "error.type")?;
    Some((text(record, "provider")?, text(record, "operation")?))
}

fn text<'a>(record: &'a LogRecord, key: &str) -> Option<&'a str> {
    let field = record.fields.iter().find(|field| field.key.as_str() == key)?;
    match &field.value {
        Value::String(text) => Some(text.as_str()),
        _ => None,
    }
}

fn bytes(record: &LogRecord) -> usize {
    size_of::<LogRecord>() + record.message.len() + record.target.len() + bytes_of(&record.fields)
}
