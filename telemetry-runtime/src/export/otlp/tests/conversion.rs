//! Our conversion and the official one agree.

use std::time::{Duration, UNIX_EPOCH};

use opentelemetry::trace::{SpanKind, Status};
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

use super::decoded;
use crate::export::delivery::sample::{child, full, span};
use crate::export::otlp::encode;
use crate::export::proto::Origin;

fn scoped(name: &'static str, span: SpanData) -> SpanData {
    SpanData { instrumentation_scope: InstrumentationScope::builder(name).build(), ..span }
}

fn batch() -> Vec<SpanData> {
    let kinds =
        [SpanKind::Client, SpanKind::Server, SpanKind::Producer, SpanKind::Consumer, SpanKind::Internal];
    let mut batch: Vec<_> = kinds.map(|span_kind| SpanData { span_kind, ..span("kind") }).into();
    batch.push(full());
    batch.push(scoped("second", child("child", 1, 2, 1)));
    batch.push(scoped("third", span("third")));
    batch.push(SpanData { status: Status::Ok, ..scoped("second", span("ok")) });
    batch.push(SpanData { start_time: UNIX_EPOCH - Duration::from_secs(1), ..full() });
    batch
}

#[test]
fn every_field_is_what_the_official_conversion_makes_of_it() {
    let attributes = [KeyValue::new("host", "h"), KeyValue::new("cores", 2)];
    let resource = Resource::builder_empty().with_schema_url(attributes, "https://example.com/r").build();
    let official = group_spans_by_resource_and_scope(batch(), &ResourceAttributesWithSchema::from(&resource));
    let ours = decoded(encode::request(&batch(), &Origin::from(&resource))).resource_spans;
    assert_eq!(ours, official);
    assert_eq!(ours[0].scope_spans.len(), 4);
    assert_eq!(ours[0].schema_url, "https://example.com/r");
}
