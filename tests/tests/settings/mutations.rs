//! Thousands of broken documents: an answer each time, and quickly.

use std::time::{Duration, Instant};

use crate::support::load;

const SEED: &str = r#"
service: { name: "${NAME:-orders}", version: 1.10, environment: null }
resource: { team: core, zone: &zone a }
telemetry:
  enabled: true
  sampling_ratio: 0.1
  exclude_endpoints: ["/health", "/metrics"]
  slow_threshold: 500ms
tracing:
  sampler: { rules: [{ route: /a, ratio: 0.5 }], keep: { errors: true, slower_than: 1s } }
  batch: { max_queue_size: 100, batch_size: 10 }
exporters:
  - provider: console
  - { provider: otlp, fallback: file, otlp: { endpoint: "http://u:s3cr3t@c:4317", headers: { k: s3cr3t } } }
  - { provider: azure_monitor, enabled: false, azure_monitor: { connection_string: "${AZURE}" } }
metrics: { default_labels: { zone: *zone }, custom: { a_total: { type: counter, labels: [x] } } }
breakers: { a: &b { window: 30s }, c: { <<: *b, open_for: 1m } }
alerts: { rules: [{ metric: cpu, threshold: 90, for: 300s, severity: critical }] }
web: { token: "s3cr3t" }
"#;

const PIECES: &[&str] = &[
    "\t",
    "\n",
    "  ",
    ":",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "!!int ",
    "!x ",
    "|\n",
    ">\n",
    "${",
    "${A}",
    "${A:-",
    "}",
    "$",
    "<<: *b",
    "---\n",
    "...\n",
    "%TAG ! x\n",
    "? ",
    "null",
    "~",
    ".inf",
    "-1",
    "1e999",
    "99999999999999999999",
    "\0",
    "\u{feff}",
    "\u{2028}",
    "\u{85}",
    "é",
    "💥",
    "enabled: false",
    "ratio: 2",
    "for: x",
];

/// A small generator, so that every run breaks the same documents.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

fn position(text: &str, random: &mut Random) -> usize {
    let mut at = random.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn mutate(text: &mut String, random: &mut Random) {
    let (a, b) = (position(text, random), position(text, random));
    let (start, end) = (a.min(b), a.max(b).min(a.min(b) + 12));
    let end = (end..=text.len()).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
    match random.below(5) {
        0 => text.replace_range(start..end, ""),
        1 => text.insert_str(start, PIECES[random.below(PIECES.len())]),
        2 => text.replace_range(start..end, PIECES[random.below(PIECES.len())]),
        3 => {
            let copy = text[start..end].to_owned();
            text.insert_str(a.max(b), &copy);
        }
        _ => text.truncate(a.max(b)),
    }
}

#[test]
fn every_broken_document_gets_an_answer() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let start = Instant::now();
    let mut accepted = 0;
    for _ in 0..4000 {
        let mut text = SEED.to_owned();
        for _ in 0..=random.below(3) {
            mutate(&mut text, &mut random);
        }
        let one = Instant::now();
        match load(&text, &[("A", "1")]) {
            Ok(settings) => {
                accepted += 1;
                assert!(!settings.explain().is_empty());
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
        assert!(one.elapsed() < Duration::from_secs(2), "slow for\n{text}");
    }
    assert!((100..3900).contains(&accepted), "{accepted} of 4000 accepted: the mutations test too little");
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
}

#[test]
fn every_prefix_gets_an_answer() {
    for (end, _) in SEED.char_indices() {
        let _ = load(&SEED[..end], &[]);
    }
}

#[test]
fn any_variable_gets_an_answer() {
    let mut random = Random(7);
    let names = [
        "OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_EXPORTER_OTLP_HEADERS",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_TRACES_SAMPLER",
        "OTEL_EXPORTER_PROMETHEUS_HOST",
        "TELEMETRY_METRICS_LISTEN",
        "TELEMETRY_SLOW_THRESHOLD",
        "TELEMETRY_METRICS_PUSH_GATEWAY_ENDPOINT",
        "TELEMETRY_METRICS_STATSD_ADDRESS",
    ];
    for _ in 0..4000 {
        let mut value = String::from("http://u:p@[::1]:80/a%20b=c,d=%ff?e#f");
        for _ in 0..=random.below(8) {
            mutate(&mut value, &mut random);
        }
        let _ = load("", &[(names[random.below(names.len())], &value)]);
    }
}
