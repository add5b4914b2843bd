use std::time::{Duration, UNIX_EPOCH};

use opentelemetry::{SpanId, TraceId};
use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest,
    metrics::v1::{AggregationTemporality, Metric, metric::Data, number_data_point},
};
use prost::Message;

use super::*;
use crate::{
    export::net::http::test_server::HttpServer,
    metrics::{Buckets, Exemplar, Family, FamilyKind, HistogramValue, Labels, Value},
    settings::{Endpoint, OtlpCompression, OtlpProtocol},
};

fn snapshot(jobs: u64, counts: [u64; 2], sum: f64) -> Snapshot {
    let mut counter = Family::new("jobs_total", FamilyKind::Counter, "Jobs.");
    counter.push(&Labels::new([("queue", "a")]), Value::Counter(jobs));
    let mut gauge = Family::new("free_bytes", FamilyKind::Gauge, "Free.");
    gauge.push(&Labels::new::<&str, &str>([]), Value::Gauge(-2.5));
    let mut histogram = Family::new("http_server_request_duration_seconds", FamilyKind::Histogram, "Time.");
    let mut value = HistogramValue::new(Buckets::new([0.5]), Box::new(counts), sum);
    value.add_exemplars([Exemplar {
        trace_id: TraceId::from(7),
        span_id: SpanId::from(9),
        value: 0.75,
        time: UNIX_EPOCH + Duration::from_secs(5),
    }]);
    let labels = Labels::new([("http_route", "/a"), ("http_response_status_code", "200")]);
    histogram.push(&labels, Value::Histogram(value));
    Snapshot { families: vec![counter, gauge, histogram], default_labels: Labels::new([("env", "prod")]) }
}

async fn sent(temporality: Temporality, protocol: OtlpProtocol, snapshots: &[Snapshot]) -> HttpServer {
    let server = HttpServer::accepting();
    let address = server.start().await;
    let target = OtlpTarget {
        endpoint: Endpoint::from(&*format!("http://{address}/v1/metrics")),
        protocol,
        headers: std::collections::BTreeMap::new(),
        compression: OtlpCompression::None,
        timeout: Duration::from_secs(60),
        is_default: false,
        block: "otlp",
    };
    let resource = Resource::builder_empty().with_service_name("shop").build();
    let exporter = OtlpMetricExporter::new(&target, &TlsFiles::default(), &resource, UNIX_EPOCH, temporality);
    let mut exporter = exporter.expect("an exporter");
    for snapshot in snapshots {
        assert_eq!(exporter.export(snapshot).await, Delivery::ACCEPTED);
    }
    server
}

fn metrics(body: &[u8]) -> Vec<Metric> {
    let mut request = ExportMetricsServiceRequest::decode(body).expect("legal protobuf");
    let mut resource = request.resource_metrics.remove(0);
    assert!(resource.resource.is_some_and(|resource| !resource.attributes.is_empty()));
    resource.scope_metrics.remove(0).metrics
}

fn count(metric: &Metric) -> (i64, u64, i32) {
    let Some(Data::Sum(sum)) = &metric.data else { panic!("no sum") };
    assert!(sum.is_monotonic);
    let point = &sum.data_points[0];
    let Some(number_data_point::Value::AsInt(count)) = point.value else { panic!("no whole number") };
    (count, point.start_time_unix_nano, sum.aggregation_temporality)
}

#[tokio::test]
async fn counts_go_on_from_the_programs_start() {
    let snapshots = [snapshot(3, [1, 1], 1.0), snapshot(5, [2, 1], 1.25)];
    let server = sent(Temporality::Cumulative, OtlpProtocol::HttpProtobuf, &snapshots).await;
    let second = metrics(&server.seen()[1].1);
    assert_eq!(count(&second[0]), (5, 0, AggregationTemporality::Cumulative as i32));
    let keys = |attributes: &[opentelemetry_proto::tonic::common::v1::KeyValue]| {
        attributes.iter().map(|attribute| attribute.key.clone()).collect::<Vec<_>>()
    };
    let Some(Data::Histogram(histogram)) = &second[2].data else { panic!("no histogram") };
    let point = &histogram.data_points[0];
    assert_eq!((&*second[2].name, &*second[2].unit), ("http.server.request.duration", "s"));
    assert_eq!(keys(&point.attributes), ["env", "http.route", "http.response.status_code"]);
    assert_eq!((point.count, point.sum, &*point.bucket_counts), (3, Some(1.25), &[2, 1][..]));
    assert_eq!(point.explicit_bounds, [0.5]);
    assert_eq!(point.exemplars[0].trace_id, TraceId::from(7).to_bytes());
    assert_eq!(point.exemplars[0].time_unix_nano, 5_000_000_000);
    let Some(Data::Gauge(gauge)) = &second[1].data else { panic!("no gauge") };
    assert_eq!(gauge.data_points[0].value, Some(number_data_point::Value::AsDouble(-2.5)));
    assert_eq!(second[1].unit, "By");
}

#[tokio::test]
async fn deltas_add_up_to_the_counts() {
    let all = [snapshot(3, [1, 1], 1.0), snapshot(5, [2, 1], 1.25), snapshot(1, [0, 1], 0.75)];
    let server = sent(Temporality::Delta, OtlpProtocol::HttpProtobuf, &all).await;
    let requests: Vec<Vec<Metric>> = server.seen().iter().map(|(_, body)| metrics(body)).collect();
    let counts: Vec<i64> = requests.iter().map(|metrics| count(&metrics[0]).0).collect();
    assert_eq!(counts, [3, 2, 1], "a smaller count has begun anew");
    assert!(count(&requests[1][0]).1 > 0, "since the export before");
    let Some(Data::Histogram(histogram)) = &requests[1][2].data else { panic!("no histogram") };
    let point = &histogram.data_points[0];
    assert_eq!((point.count, point.sum, &*point.bucket_counts), (1, Some(0.25), &[1, 0][..]));
}

#[tokio::test]
async fn the_json_form_has_the_same() {
    let server = sent(Temporality::Cumulative, OtlpProtocol::HttpJson, &[snapshot(3, [1, 1], 1.0)]).await;
    let json: serde_json::Value = serde_json::from_slice(&server.seen()[0].1).expect("JSON");
    let metrics = &json["resourceMetrics"][0]["scopeMetrics"][0]["metrics"];
    assert_eq!(metrics[0]["sum"]["dataPoints"][0]["asInt"], "3");
    assert_eq!(metrics[2]["histogram"]["dataPoints"][0]["count"], "2");
    let exemplar = &metrics[2]["histogram"]["dataPoints"][0]["exemplars"][0];
    assert_eq!(exemplar["traceId"], "00000000000000000000000000000007");
}
