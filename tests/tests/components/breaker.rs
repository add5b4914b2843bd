//! The exchange dies: calls fail fast while the breaker is open, and it closes after the exchange is back.

use std::{collections::BTreeMap, time::Duration};

use telemetry_tests::process::eventually;

use crate::{gateway::Gateway, http::Answer, prometheus::Prometheus};

const IN_TIME: Duration = Duration::from_secs(60);

/// As long as the gateway waits for the exchange.
const FEED_TIMEOUT: Duration = Duration::from_millis(100);

fn is_in(gateway: &Gateway, state: &str) -> bool {
    let series = format!("circuit_breaker_state{{breaker=\"quote_feed\",state=\"{state}\"}} 1.0");
    gateway.metrics().lines().any(|line| line == series)
}

/// Nobody knows this symbol, so that no layer can stand in for the exchange.
fn ask_for_the_unknown(gateway: &Gateway) -> Answer {
    gateway.get("/api/data/NOPE")
}

/// Whether the breaker refused the call, without the exchange.
fn is_rejected(answer: &Answer) -> bool {
    answer.status == 503
        && answer.head.contains("\r\nretry-after: ")
        && answer.body.contains("circuit breaker `quote_feed` is open")
}

#[test]
fn the_breaker_opens_and_closes() {
    // The outage begins after the first scrape, which comes five seconds after the start of Prometheus.
    let mut gateway = Gateway::run(&["--requests", "1200", "--load", "100", "--outage", "8s+3s"]);
    let Some(prometheus) = Prometheus::watch(gateway.address) else { return };
    assert!(is_in(&gateway, "closed"));

    eventually(IN_TIME, || is_in(&gateway, "open").then_some(()).ok_or("it does not open".to_owned()));
    let answers: Vec<_> = (0..20).map(|_| ask_for_the_unknown(&gateway)).collect();
    let mut rejected: Vec<_> = answers.iter().filter(|answer| is_rejected(answer)).collect();
    assert!(rejected.len() >= 10, "{answers:?}");
    rejected.sort_by_key(|answer| answer.after);
    let median = rejected[rejected.len() / 2].after;
    assert!(median < FEED_TIMEOUT, "{median:?}: as if the exchange had been asked");

    // The load may be over before the breaker closes, and a breaker without calls stays as it is.
    let mut asked = 20;
    eventually(IN_TIME, || {
        asked += 1;
        ask_for_the_unknown(&gateway);
        is_in(&gateway, "closed").then_some(()).ok_or("it does not close".to_owned())
    });
    let requests = gateway.tally().answered() + asked;
    prometheus.wait_for("sum(app_request_count_total)", |count| count == f64::from(requests));
    assert_transitions(&prometheus);
    assert_rejections(&prometheus);
    assert_states(&prometheus);
}

fn assert_transitions(prometheus: &Prometheus) {
    let transitions = |from: &str, to: &str| {
        let series =
            format!(r#"circuit_breaker_transitions_total{{breaker="quote_feed",from="{from}",to="{to}"}}"#);
        prometheus.value(&series).expect("each transition has a series")
    };
    let (opened, reopened) = (transitions("closed", "open"), transitions("half_open", "open"));
    let (probed, closed) = (transitions("open", "half_open"), transitions("half_open", "closed"));
    assert!(opened >= 1.0 && opened == closed, "{opened} opened, {closed} closed");
    assert_eq!(opened + reopened, probed, "it is probed each time that it opens");
}

fn assert_rejections(prometheus: &Prometheus) {
    let counted = prometheus.value(r#"sum(adapter_requests_total{provider="quote_feed",status="rejected"})"#);
    let refused = prometheus.value("circuit_breaker_rejected_total{breaker=\"quote_feed\"}");
    assert!(counted == refused && refused > Some(10.0), "{counted:?} calls counted, {refused:?} refused");
}

fn assert_states(prometheus: &Prometheus) {
    // By the time of the scrape, in milliseconds.
    let mut scrapes = BTreeMap::<String, Vec<&str>>::new();
    for state in ["closed", "half_open", "open"] {
        for (time, value) in prometheus
            .samples(&format!(r#"circuit_breaker_state{{breaker="quote_feed",state="{state}"}}[5m]"#))
        {
            scrapes.entry(format!("{time:.3}")).or_default().extend((value == 1.0).then_some(state));
        }
    }
    assert!(scrapes.values().all(|states| states.len() == 1), "one state at a time: {scrapes:?}");
    // Half open is over too soon to be scraped each time.
    let mut states: Vec<_> = scrapes.into_values().flatten().filter(|state| *state != "half_open").collect();
    states.dedup();
    assert!(states.starts_with(&["closed", "open"]) && states.ends_with(&["closed"]), "{states:?}");
}
