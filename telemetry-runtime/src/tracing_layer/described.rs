//! A span as a sampler of the program is told of it.

use std::fmt;

use tracing::{
    field::{Field, Visit},
    span::Attributes,
};

use crate::{
    operation::Kind,
    trace::{SpanBuilder, span},
};

/// The span with its fields; `otel.name` and `otel.kind` are the name and the kind.
pub(super) fn described(attributes: &Attributes<'_>) -> SpanBuilder {
    let mut description = Description(Some(span(attributes.metadata().name())));
    attributes.record(&mut description);
    description.0.unwrap_or_else(|| span(attributes.metadata().name()))
}

/// Taken and put back by each field, because builders are taken by value.
struct Description(Option<SpanBuilder>);

impl Description {
    fn add(&mut self, field: &Field, value: opentelemetry::Value) {
        let builder = self.0.take().map(|builder| match field.name() {
            "otel.name" => builder.renamed(value.as_str().into_owned()),
            "otel.kind" => builder.kind(kind(&value.as_str())),
            name => builder.attribute(name, value),
        });
        self.0 = builder;
    }
}

fn kind(word: &str) -> Kind {
    let kinds = [Kind::Client, Kind::Server, Kind::Producer, Kind::Consumer];
    kinds.into_iter().find(|kind| word.eq_ignore_ascii_case(kind.as_str())).unwrap_or_default()
}

impl Visit for Description {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match i64::try_from(value) {
            Ok(value) => self.record_i64(field, value),
            Err(_) => self.add(field, value.to_string().into()),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value.to_owned().into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, format!("{value:?}").into());
    }
}
