//! OTLP in its JSON form.

#[cfg(feature = "otlp-http")]
use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest,
    metrics::v1::{metric, number_data_point},
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, KeyValue, any_value::Value},
};
#[cfg(feature = "file")]
use opentelemetry_sdk::trace::SpanData;
use serde::Serialize;

#[cfg(feature = "file")]
use super::proto::{self, Origin};

/// A batch as one line, line break included.
#[cfg(feature = "file")]
pub(super) fn line(batch: &[SpanData], origin: &Origin) -> serde_json::Result<String> {
    let mut line = bytes(proto::request(batch, origin))?;
    line.push(b'\n');
    // What this writes is text.
    Ok(String::from_utf8(line).unwrap_or_default())
}

/// A request as a server takes it.
pub(super) fn bytes(mut request: impl Request) -> serde_json::Result<Vec<u8>> {
    request.make_finite();
    serde_json::to_vec(&request)
}

/// A request of one signal.
pub(super) trait Request: Serialize {
    /// JSON has no numbers beyond the finite ones; as text they are at least not lost.
    fn make_finite(&mut self);
}

impl Request for ExportTraceServiceRequest {
    fn make_finite(&mut self) {
        for resource in &mut self.resource_spans {
            resource.resource.iter_mut().for_each(|resource| all_finite(&mut resource.attributes));
            for scope in &mut resource.scope_spans {
                scope.scope.iter_mut().for_each(|scope| all_finite(&mut scope.attributes));
                for span in &mut scope.spans {
                    all_finite(&mut span.attributes);
                    span.events.iter_mut().for_each(|event| all_finite(&mut event.attributes));
                    span.links.iter_mut().for_each(|link| all_finite(&mut link.attributes));
                }
            }
        }
    }
}

/// Scopes of records have no attributes.
#[cfg(all(feature = "logs", feature = "otlp-http"))]
impl Request for opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest {
    fn make_finite(&mut self) {
        for resource in &mut self.resource_logs {
            resource.resource.iter_mut().for_each(|resource| all_finite(&mut resource.attributes));
            let records = resource.scope_logs.iter_mut().flat_map(|scope| &mut scope.log_records);
            records.for_each(|record| all_finite(&mut record.attributes));
        }
    }
}

/// JSON has no numbers beyond the finite ones, and a data point has no room for a text: such a gauge says nothing.
#[cfg(feature = "otlp-http")]
pub(super) fn make_metrics_finite(request: &mut ExportMetricsServiceRequest) {
    let scopes = request.resource_metrics.iter_mut().flat_map(|resource| &mut resource.scope_metrics);
    for metric in scopes.flat_map(|scope| &mut scope.metrics) {
        if let Some(metric::Data::Gauge(gauge)) = &mut metric.data {
            gauge.data_points.retain(|point| match point.value {
                Some(number_data_point::Value::AsDouble(value)) => value.is_finite(),
                _ => true,
            });
        }
    }
}

fn all_finite(attributes: &mut [KeyValue]) {
    attributes.iter_mut().filter_map(|attribute| attribute.value.as_mut()).for_each(finite);
}

fn finite(value: &mut AnyValue) {
    match &mut value.value {
        Some(Value::DoubleValue(number)) if !number.is_finite() => {
            value.value = Some(Value::StringValue(name_of(*number).to_owned()));
        }
        Some(Value::ArrayValue(array)) => array.values.iter_mut().for_each(finite),
        _ => {}
    }
}

/// As the JSON form of protobuf names them.
fn name_of(number: f64) -> &'static str {
    match number {
        f64::INFINITY => "Infinity",
        f64::NEG_INFINITY => "-Infinity",
        _ => "NaN",
    }
}

#[cfg(all(test, feature = "file"))]
mod tests {
    use opentelemetry::KeyValue;
    use opentelemetry_sdk::Resource;
    use serde_json::json;

    use super::*;
    use crate::export::delivery::sample::{full, span};

    fn parsed(batch: &[SpanData]) -> serde_json::Value {
        let resource = Resource::builder_empty().with_service_name("shop").build();
        let line = line(batch, &Origin::from(&resource)).expect("it can be written");
        assert_eq!((line.matches('\n').count(), line.ends_with('\n')), (1, true));
        serde_json::from_str(&line).expect("JSON")
    }

    #[test]
    fn a_line_is_what_the_mapping_of_otlp_to_json_asks_for() {
        let json = parsed(&[full()]);
        let resource = &json["resourceSpans"][0];
        assert_eq!(resource["resource"]["attributes"][0]["value"], json!({ "stringValue": "shop" }));
        let scope = &resource["scopeSpans"][0];
        assert_eq!(
            (&scope["scope"]["name"], &scope["scope"]["version"]),
            (&json!("library"), &json!("1.2.3"))
        );
        let span = &scope["spans"][0];
        assert_eq!(span["traceId"], "00000000000000000000000000112233");
        assert_eq!(
            (&span["spanId"], &span["parentSpanId"]),
            (&json!("0000000000004455"), &json!("0000000000006677"))
        );
        assert_eq!(
            (&span["kind"], &span["name"], &span["traceState"]),
            (&json!(3), &json!("full"), &json!("vendor=value"))
        );
        assert_eq!(span["startTimeUnixNano"], "1700000000000000000");
        assert_eq!(span["status"], json!({ "code": 2, "message": "it broke" }));
        assert_eq!((&span["droppedAttributesCount"], &span["droppedEventsCount"]), (&json!(2), &json!(4)));
        let value = |key: &str| {
            let attributes = span["attributes"].as_array().expect("a list");
            attributes.iter().find(|attribute| attribute["key"] == key).expect("it is there")["value"].clone()
        };
        assert_eq!(
            (value("whole"), value("flag")),
            (json!({ "intValue": "42" }), json!({ "boolValue": true }))
        );
        assert_eq!(value("real"), json!({ "doubleValue": 0.5 }));
        assert_eq!(
            value("wholes"),
            json!({ "arrayValue": { "values": [{ "intValue": "1" }, { "intValue": "2" }] } })
        );
        assert_eq!(span["events"][0]["timeUnixNano"], "1700000000000000500");
        assert_eq!(span["links"][0]["spanId"], "0000000000000008");
    }

    #[test]
    fn numbers_that_json_does_not_know_are_texts() {
        let numbers = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        let attributes = numbers.into_iter().map(|number| KeyValue::new("n", number)).collect();
        let json = parsed(&[SpanData { attributes, ..span("odd") }]);
        let attributes = &json["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["attributes"];
        let texts: Vec<_> = (0..3).map(|at| attributes[at]["value"]["stringValue"].clone()).collect();
        assert_eq!(texts, ["NaN", "Infinity", "-Infinity"]);
    }
}
