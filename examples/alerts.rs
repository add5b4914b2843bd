//! Alerts on the program's own metrics: `cargo run --bin alerts`.
//!
//! One rule stands in the settings, one in code. Handlers are told once when an alert begins and once when it ends; this
//! one prints. `alerts.handlers` of the settings has the others: log, email, Slack, webhooks, Alertmanager.

use std::{
    error::Error,
    sync::mpsc::{Sender, channel},
    time::Duration,
};

use telemetry_runtime::{
    Alert, AlertError, AlertHandled, AlertHandler, AlertRule, BreakerConfig, CircuitBreaker, Metrics,
    Settings, Severity, Telemetry,
};

const SETTINGS: &str = "
alerts:
  enabled: true
  interval: 50ms        # defaults to 15 s
  keep_state: false     # the next run begins anew
  rules:
    - { metric: shop_queue_length, threshold: 10, message: 'the queue has {value} orders' }
";

/// Prints what it is told, and says that it has.
struct Printed(Sender<()>);

impl AlertHandler for Printed {
    fn handle<'a>(&'a mut self, alerts: &'a [Alert]) -> AlertHandled<'a> {
        Box::pin(async move {
            for Alert { status, severity, message, .. } in alerts {
                println!("{} ({severity}): {message}", status.as_str());
                self.0.send(()).map_err(AlertError::refused)?;
            }
            Ok(())
        })
    }
}

/// The breaker of the bank must not be open.
fn bank_rule() -> AlertRule {
    let mut rule = AlertRule::new("circuit_breaker_state", 0.0);
    rule.labels =
        [("breaker", "bank"), ("state", "open")].map(|(name, is)| (name.to_owned(), is.to_owned())).into();
    rule.severity = Severity::Critical;
    rule.message = Some("the {labels.breaker} is given up".to_owned());
    rule
}

fn main() -> Result<(), Box<dyn Error>> {
    let queue = Metrics::new("shop", "queue").gauge("length", "Orders that wait.", []);
    let bank = CircuitBreaker::new("bank", BreakerConfig { minimum_calls: 3, ..BreakerConfig::default() });
    let (printed, seen) = channel();
    let telemetry = Telemetry::builder()
        .service_name("alerts")
        .settings(Settings::from_yaml_str(SETTINGS)?)
        .alert_rule(bank_rule())
        .alert_handler("printed", Printed(printed))
        .install()?;
    let next = || seen.recv_timeout(Duration::from_secs(10));

    queue.set(12.0);
    next()?;
    queue.set(3.0);
    next()?;
    for _ in 0..3 {
        bank.acquire()?.failure();
    }
    next()?;
    bank.close();
    next()?;

    telemetry.shutdown(Duration::from_secs(5))?;
    for handler in telemetry.alerts().handlers {
        println!("{}: {} delivered, {} lost", handler.name, handler.delivered, handler.lost);
    }
    Ok(())
}
