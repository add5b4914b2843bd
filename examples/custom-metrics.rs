//! Metrics of the program's own, beside those of its calls: `cargo run --bin custom-metrics`.
//!
//! Typed metrics whose number of labels the compiler checks, what an adapter alone knows, one that settings declare,
//! and `metrics::counter!`, which libraries use: all end up on one page.

use std::{error::Error, time::Duration};

use telemetry_runtime::{
    AdapterMetrics, Counter, Gauge, Histogram, Metrics, Settings, Telemetry,
    prometheus::{Format, render},
};

/// What `metrics.custom` of a settings file says; the code that counts needs only the name.
const SETTINGS: &str = "
metrics:
  cardinality_limit: 500
  custom:
    shop_refunds_total: { type: counter, help: Refunds paid., labels: [reason] }
";

/// The metrics of orders; made once and kept, because a kept handle costs a nanosecond.
struct OrderMetrics {
    placed: Counter<2>,
    open: Gauge<0>,
    value: Histogram<1>,
    checkout: Histogram<0>,
}

impl OrderMetrics {
    fn new() -> Self {
        let metrics = Metrics::new("shop", "orders");
        Self {
            placed: metrics.counter("placed_total", "Orders placed.", ["channel", "country"]),
            open: metrics.gauge("open", "Orders that are not delivered.", []),
            value: metrics.histogram_with(
                "value_euros",
                "Value of orders.",
                ["channel"],
                &[10.0, 100.0, 1000.0],
            ),
            checkout: metrics.histogram("checkout_seconds", "Time that checkouts took.", []),
        }
    }

    fn place(&self, channel: &str, country: &str, euros: f64) {
        // Counts the time until it is dropped.
        let _timer = self.checkout.start_timer();
        self.placed.with([channel, country]).inc();
        self.value.with([channel]).observe(euros);
        self.open.inc();
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let settings = Settings::from_yaml_str(SETTINGS)?;
    let telemetry = Telemetry::builder().service_name("custom-metrics").settings(settings).install()?;

    let orders = OrderMetrics::new();
    orders.place("web", "de", 12.5);
    orders.place("web", "fr", 250.0);
    orders.place("shop", "de", 7.0);
    orders.open.dec();

    let catalog = AdapterMetrics::new("catalog");
    catalog.cache_miss("prices");
    catalog.cache_hit("prices");
    catalog.cache_hit("prices");
    catalog.data_volume("prices", 2048);

    metrics::counter!("shop_refunds_total", "reason" => "damaged").increment(1);

    let mut page = String::new();
    render(&telemetry.snapshot(), Format::Text, &mut page);
    let is_ours =
        |line: &&str| ["shop_", "adapter_cache", "adapter_data"].iter().any(|it| line.starts_with(it));
    for line in page.lines().filter(is_ours).filter(|line| !line.contains("_seconds")) {
        println!("{line}");
    }
    telemetry.shutdown(Duration::from_secs(5))?;
    Ok(())
}
