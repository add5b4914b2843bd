//! A snapshot as official messages.

use std::{collections::HashMap, time::SystemTime};

use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest,
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value},
    metrics::v1::{
        AggregationTemporality, Exemplar, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint,
        ResourceMetrics, ScopeMetrics, Sum, exemplar, metric::Data, number_data_point,
    },
};

use super::names;
use crate::{
    export::proto::{Origin, unix_nanos},
    metrics::{self, Family, FamilyKind, HistogramValue, Labels, Snapshot, Value},
};

/// The data points of a snapshot.
pub(super) struct Points<'a> {
    snapshot: &'a Snapshot,
    /// Values that the receiver has, for deltas.
    before: HashMap<(&'a str, &'a Labels), &'a Value>,
    is_delta: bool,
    start: u64,
    now: u64,
}

impl<'a> Points<'a> {
    pub(super) fn new(
        snapshot: &'a Snapshot,
        before: Option<&'a Snapshot>,
        is_delta: bool,
        start: SystemTime,
        now: SystemTime,
    ) -> Self {
        let families = before.into_iter().flat_map(Snapshot::families);
        let values = families.flat_map(|family| {
            family.series.iter().map(|series| ((&*family.name, &series.labels), &series.value))
        });
        let (start, now) = (unix_nanos(start), unix_nanos(now));
        Self { snapshot, before: values.collect(), is_delta, start, now }
    }

    /// One request, and how many data points it holds.
    pub(super) fn request(&self, origin: &Origin) -> (ExportMetricsServiceRequest, u64) {
        let metrics = self.snapshot.families().iter().map(|family| self.metric(family)).collect();
        let count: usize = self.snapshot.families().iter().map(|family| family.series.len()).sum();
        let scope = InstrumentationScope {
            name: "telemetry-runtime".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ..InstrumentationScope::default()
        };
        let scope_metrics = ScopeMetrics { scope: Some(scope), metrics, schema_url: String::new() };
        let resource_metrics = ResourceMetrics {
            resource: Some(origin.resource.clone()),
            scope_metrics: vec![scope_metrics],
            schema_url: origin.schema_url.clone(),
        };
        (ExportMetricsServiceRequest { resource_metrics: vec![resource_metrics] }, count as u64)
    }

    fn metric(&self, family: &Family) -> Metric {
        let (name, unit) = names::family(&family.name);
        Metric {
            name: name.to_owned(),
            description: family.help.clone().into_owned(),
            unit: unit.to_owned(),
            metadata: Vec::new(),
            data: Some(self.data(family)),
        }
    }

    fn data(&self, family: &Family) -> Data {
        let numbers = || family.series.iter().filter_map(|series| self.number(family, series)).collect();
        let temporality = match self.is_delta {
            true => AggregationTemporality::Delta,
            false => AggregationTemporality::Cumulative,
        };
        match family.kind {
            FamilyKind::Gauge => Data::Gauge(Gauge { data_points: numbers() }),
            FamilyKind::Counter => Data::Sum(Sum {
                data_points: numbers(),
                aggregation_temporality: temporality as i32,
                is_monotonic: true,
            }),
            FamilyKind::Histogram => Data::Histogram(Histogram {
                data_points: family
                    .series
                    .iter()
                    .filter_map(|series| self.histogram(family, series))
                    .collect(),
                aggregation_temporality: temporality as i32,
            }),
        }
    }

    fn number(&self, family: &Family, series: &metrics::Series) -> Option<NumberDataPoint> {
        let (value, start) = match &series.value {
            Value::Counter(count) => {
                let before = match self.before(family, &series.labels) {
                    Some(Value::Counter(before)) => *before,
                    _ => 0,
                };
                // A smaller count has begun anew.
                let count = count.checked_sub(before).unwrap_or(*count);
                let count = number_data_point::Value::AsInt(i64::try_from(count).unwrap_or(i64::MAX));
                (count, self.start)
            }
            Value::Amount(amount) => {
                let before = match self.before(family, &series.labels) {
                    Some(Value::Amount(before)) if before <= amount => *before,
                    _ => 0.0,
                };
                (number_data_point::Value::AsDouble(amount - before), self.start)
            }
            // A gauge has no beginning.
            Value::Gauge(value) => (number_data_point::Value::AsDouble(*value), 0),
            Value::Histogram(_) => return None,
        };
        Some(NumberDataPoint {
            attributes: self.attributes(family, &series.labels),
            start_time_unix_nano: start,
            time_unix_nano: self.now,
            exemplars: Vec::new(),
            flags: 0,
            value: Some(value),
        })
    }

    fn histogram(&self, family: &Family, series: &metrics::Series) -> Option<HistogramDataPoint> {
        let Value::Histogram(value) = &series.value else { return None };
        let before = match self.before(family, &series.labels) {
            Some(Value::Histogram(before)) if is_continued(before, value) => Some(before),
            _ => None,
        };
        let before_counts = before.map(HistogramValue::counts).unwrap_or_default().iter().copied();
        let counts = value.counts().iter().zip(before_counts.chain(std::iter::repeat(0)));
        let counts: Vec<u64> = counts.map(|(now, before)| now - before).collect();
        Some(HistogramDataPoint {
            attributes: self.attributes(family, &series.labels),
            start_time_unix_nano: self.start,
            time_unix_nano: self.now,
            count: counts.iter().sum(),
            sum: Some(value.sum() - before.map_or(0.0, HistogramValue::sum)),
            bucket_counts: counts,
            explicit_bounds: value.bounds().to_vec(),
            exemplars: value.exemplars().map(exemplar).collect(),
            flags: 0,
            min: None,
            max: None,
        })
    }

    fn before(&self, family: &'a Family, labels: &'a Labels) -> Option<&Value> {
        self.before.get(&(&*family.name, labels)).copied()
    }

    /// The default labels that a series does not have itself, then its own.
    fn attributes(&self, family: &Family, labels: &Labels) -> Vec<KeyValue> {
        let defaults = self.snapshot.default_labels().iter().filter(|(key, _)| labels.get(key).is_none());
        let attribute = |(key, value): (&str, &str)| KeyValue {
            key: names::label(&family.name, key).to_owned(),
            value: Some(AnyValue { value: Some(attribute_value(key, value)) }),
            ..KeyValue::default()
        };
        defaults.chain(labels.iter()).map(attribute).collect()
    }
}

/// Two of them are no texts in the conventions.
fn attribute_value(key: &str, value: &str) -> any_value::Value {
    match (key, value.parse::<i64>()) {
        ("http_response_status_code", Ok(code)) => any_value::Value::IntValue(code),
        ("otel_metric_overflow", _) => any_value::Value::BoolValue(value == "true"),
        _ => any_value::Value::StringValue(value.to_owned()),
    }
}

/// Whether the later value has gone on from the earlier one.
fn is_continued(before: &HistogramValue, now: &HistogramValue) -> bool {
    before.bounds() == now.bounds() && before.counts().iter().zip(now.counts()).all(|(a, b)| a <= b)
}

fn exemplar(given: &metrics::Exemplar) -> Exemplar {
    Exemplar {
        filtered_attributes: Vec::new(),
        time_unix_nano: unix_nanos(given.time()),
        span_id: given.span_id().to_bytes().to_vec(),
        trace_id: given.trace_id().to_bytes().to_vec(),
        value: Some(exemplar::Value::AsDouble(given.value())),
    }
}
