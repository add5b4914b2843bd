#[telemetry_runtime::measure(labels(provider = 1, operation = 1, status = 1, error_type = 1))]
fn own() {}

#[telemetry_runtime::measure(labels(le = 1, quantile = 1, __name__ = 1, otel_metric_overflow = 1))]
fn of_prometheus() {}

fn main() {
    (own(), of_prometheus());
}
