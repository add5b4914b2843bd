use super::*;
use crate::metrics::{Buckets, Family, FamilyKind, HistogramValue, Labels, Value};

fn snapshot(jobs: u64, level: f64, times: [u64; 2], sum: f64) -> Snapshot {
    let labels = Labels::new([("queue", "a.b|c#d,e\nf"), ("empty", "")]);
    let mut counter = Family::new("jobs_total", FamilyKind::Counter, "Jobs.");
    counter.push(&labels, Value::Counter(jobs));
    let mut gauge = Family::new("level", FamilyKind::Gauge, "Level.");
    gauge.push(&Labels::new::<&str, &str>([]), Value::Gauge(level));
    let mut histogram = Family::new("app_request_latency_ms", FamilyKind::Histogram, "Time.");
    let value = HistogramValue::new(Buckets::new([5.0]), Box::new(times), sum);
    histogram.push(&Labels::new::<&str, &str>([]), Value::Histogram(value));
    let default_labels = Labels::new([("env", "prod")]);
    Snapshot { families: vec![counter, gauge, histogram], default_labels }
}

fn exporter(flavor: StatsdFlavor, address: &str) -> StatsdExporter {
    let settings = StatsdSettings {
        address: Some(address.to_owned()),
        prefix: "shop.".to_owned(),
        flavor,
        ..StatsdSettings::default()
    };
    StatsdExporter::new(&settings).expect("an address")
}

/// What a report says, all of it taken for sent.
fn report(exporter: &mut StatsdExporter, snapshot: &Snapshot) -> Vec<String> {
    let lines = exporter.lines(snapshot);
    let texts = lines.iter().flat_map(|line| line.text.lines().map(str::to_owned)).collect();
    exporter.told.extend(lines.into_iter().map(|line| (line.identity, line.reading)));
    texts
}

#[test]
fn plain_names_hold_the_labels() {
    let mut exporter = exporter(StatsdFlavor::Statsd, "h:1");
    let first = report(&mut exporter, &snapshot(3, -2.5, [1, 1], 7.5));
    let expected = [
        "shop.app.request.latency.ms.bucket.prod.5:1|c",
        "shop.app.request.latency.ms.bucket.prod.inf:1|c",
        "shop.app.request.latency.ms.count.prod:2|c",
        "shop.app.request.latency.ms.sum.prod:7.5|c",
        "shop.jobs_total.prod.a_b_c_d_e_f._:3|c",
        "shop.level.prod:0|g",
        "shop.level.prod:-2.5|g",
    ];
    assert_eq!(first, expected);
}

#[test]
fn counts_are_sent_as_what_was_added() {
    let mut exporter = exporter(StatsdFlavor::Dogstatsd, "h:1");
    let all = report(&mut exporter, &snapshot(3, 1.0, [1, 0], 2.0));
    let jobs = "shop.jobs_total:3|c|#env:prod,queue:a.b_c_d_e_f,empty:";
    assert!(all.contains(&jobs.to_owned()), "{all:?}");
    assert_eq!(report(&mut exporter, &snapshot(3, 1.0, [1, 0], 2.0)), ["shop.level:1|g|#env:prod"]);
    let more = report(&mut exporter, &snapshot(5, f64::NAN, [1, 2], 20.5));
    let expected = [
        "shop.app.request.latency.ms.bucket:2|c|#env:prod,le:inf",
        "shop.app.request.latency.ms.count:2|c|#env:prod",
        "shop.app.request.latency.ms.sum:18.5|c|#env:prod",
        "shop.jobs_total:2|c|#env:prod,queue:a.b_c_d_e_f,empty:",
    ];
    assert_eq!(more, expected, "and a gauge that is no number says nothing");
    let anew = report(&mut exporter, &snapshot(1, 0.0, [1, 2], 20.5));
    assert_eq!(anew[0], "shop.jobs_total:1|c|#env:prod,queue:a.b_c_d_e_f,empty:", "it began anew");
}

#[tokio::test]
async fn datagrams_are_small_and_what_was_not_sent_is_sent_later() {
    let server = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    let address = server.local_addr().expect("an address").to_string();
    let mut many = Family::new("many_total", FamilyKind::Counter, "Many.");
    for number in 0..1000_u64 {
        many.push(&Labels::new([("number", number.to_string())]), Value::Counter(number + 1));
    }
    let snapshot = Snapshot { families: vec![many], default_labels: Labels::new::<&str, &str>([]) };
    let mut broken = exporter(StatsdFlavor::Statsd, "host.invalid:1");
    assert!(matches!(broken.export(&snapshot).await, Delivery::TryAgain { .. }));
    assert!(broken.told.is_empty(), "nothing was sent");
    let mut exporter = exporter(StatsdFlavor::Statsd, &address);
    assert_eq!(exporter.export(&snapshot).await, Delivery::ACCEPTED);
    let (mut sum, mut lines, mut buffer) = (0, 0, [0; 65_536]);
    while lines < 1000 {
        let received = server.recv(&mut buffer);
        let size =
            tokio::time::timeout(std::time::Duration::from_secs(10), received).await.expect("it comes");
        let text = std::str::from_utf8(&buffer[..size.expect("bytes")]).expect("text");
        assert!(text.len() <= MAX_DATAGRAM, "{}", text.len());
        for line in text.lines() {
            let (_, count) = line.strip_suffix("|c").and_then(|line| line.rsplit_once(':')).expect(line);
            sum += count.parse::<u64>().expect("a count");
            lines += 1;
        }
    }
    assert_eq!(sum, 500_500);
}
