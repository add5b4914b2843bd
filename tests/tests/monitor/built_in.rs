//! What is measured of the machine, beside what `/proc` and other programs say of it.

use std::{
    fs,
    io::Read as _,
    net::{TcpListener, TcpStream},
    process::Command,
};

use crate::support::{Telemetry, alone, monitor, quick, until, value};

const MIB: f64 = 1024.0 * 1024.0;

fn measured(telemetry: &Telemetry, family: &str, labels: &[(&str, &str)]) -> Option<f64> {
    value(&telemetry.snapshot(), family, labels)
}

/// Waits until the monitor and the other reading agree; both are of a machine that works on meanwhile.
#[track_caller]
fn agrees(
    telemetry: &Telemetry,
    family: &str,
    labels: &[(&str, &str)],
    tolerance: f64,
    other: impl Fn() -> f64,
) {
    until(&format!("{family} {labels:?} within {tolerance}"), || {
        measured(telemetry, family, labels).is_some_and(|value| (value - other()).abs() <= tolerance)
    });
}

/// A line of `/proc/meminfo`, in bytes.
fn meminfo(key: &str) -> f64 {
    let text = fs::read_to_string("/proc/meminfo").expect("this is Linux");
    let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':')).expect("the key");
    line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") * 1024.0
}

#[test]
fn memory() {
    let _alone = alone();
    let telemetry = quick();
    let total = meminfo("MemTotal");
    let used = || total - meminfo("MemAvailable");
    let of = |kind| [("type", kind)];
    agrees(&telemetry, "memory_usage_bytes", &of("used"), 64.0 * MIB, used);
    agrees(&telemetry, "memory_usage_bytes", &of("available"), 64.0 * MIB, || meminfo("MemAvailable"));
    let cached = || meminfo("Cached") + meminfo("SReclaimable");
    agrees(&telemetry, "memory_usage_bytes", &of("cached"), 64.0 * MIB, cached);
    let swapped = || meminfo("SwapTotal") - meminfo("SwapFree");
    agrees(&telemetry, "memory_usage_bytes", &of("swap"), 16.0 * MIB, swapped);
    agrees(&telemetry, "memory_usage_percent", &[], 1.0, || used() * 100.0 / total);
    let resident = || {
        let status = fs::read_to_string("/proc/self/status").expect("this is Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the line");
        line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") * 1024.0
    };
    agrees(&telemetry, "memory_usage_bytes", &of("process"), 8.0 * MIB, resident);
    let parts = ["used", "available"].map(|kind| measured(&telemetry, "memory_usage_bytes", &of(kind)));
    let sum: f64 = parts.into_iter().flatten().sum();
    assert!((sum - total).abs() < 64.0 * MIB, "{parts:?} of {total}");
}

/// Busy and all ticks of all processors.
fn ticks() -> [f64; 2] {
    let text = fs::read_to_string("/proc/stat").expect("this is Linux");
    let line = text.lines().next().expect("a line").strip_prefix("cpu ").expect("all processors");
    let fields: Vec<f64> = line.split_whitespace().map(|field| field.parse().expect("a number")).collect();
    let all: f64 = fields[..8].iter().sum();
    [all - fields[3] - fields[4], all]
}

#[test]
fn processors() {
    let _alone = alone();
    let begun = ticks();
    let telemetry = quick();
    let work = || {
        let mut hash = 1_u64;
        (0..5_000_000_u64).for_each(|n| hash = std::hint::black_box(hash ^ n).rotate_left(7));
        hash
    };
    let of = |kind| measured(&telemetry, "cpu_usage_percent", &[("type", kind)]);
    let text = fs::read_to_string("/proc/stat").expect("this is Linux");
    let processors = text.lines().filter(|line| line.starts_with("cpu")).count() - 1;
    // One thread that works all the time keeps at least a part of one processor busy.
    let least = 25.0 / processors as f64;
    let history = || monitor(&telemetry).history("cpu");
    until("ten runs while a processor is busy", || {
        work() != 0 && history().len() >= 10 && of("user").is_some_and(|user| user > least)
    });
    let now = ticks();
    let [busy, all] = [now[0] - begun[0], now[1] - begun[1]];
    let history = history();
    let mean = history.iter().map(|sample| sample.value).sum::<f64>() / history.len() as f64;
    // Both are means over nearly the same time, but for its ends.
    assert!((mean - busy * 100.0 / all).abs() < 15.0, "{mean} beside {busy} of {all}: {history:?}");
    let snapshot = telemetry.snapshot();
    let shares = ["user", "system", "iowait", "idle", "total"]
        .map(|kind| value(&snapshot, "cpu_usage_percent", &[("type", kind)]).expect("all of them"));
    let [user, system, iowait, idle, total] = shares;
    assert!(shares.iter().all(|share| (0.0..=100.0).contains(share)), "{shares:?}");
    assert!((total + iowait + idle - 100.0).abs() < 0.1, "{shares:?}");
    assert!(user + system <= total + 0.1, "{shares:?}");
}

#[test]
fn disks() {
    let _alone = alone();
    let telemetry = quick();
    let root = [("path", "/")];
    let df = |column: &str| {
        let output = Command::new("df").args(["--block-size=1", &format!("--output={column}"), "/"]).output();
        let text = String::from_utf8(output.expect("df is there").stdout).expect("text");
        let value = text.lines().nth(1).expect("a line").trim().trim_end_matches('%').to_owned();
        value.parse::<f64>().expect("a number")
    };
    agrees(&telemetry, "disk_usage_bytes", &root, 256.0 * MIB, || df("used"));
    // `df` rounds up.
    agrees(&telemetry, "disk_usage_percent", &root, 1.5, || df("pcent"));
}

/// Received and transmitted bytes of an interface.
fn traffic(interface: &str) -> [f64; 2] {
    let text = fs::read_to_string("/proc/net/dev").expect("this is Linux");
    let line = text.lines().find_map(|line| line.trim().strip_prefix(interface)?.strip_prefix(':'));
    let fields: Vec<f64> =
        line.expect("it is there").split_whitespace().map(|field| field.parse().expect("a number")).collect();
    [fields[0], fields[8]]
}

#[test]
fn networks_and_connections() {
    let _alone = alone();
    let telemetry = quick();
    let labels = |direction| [("interface", "lo"), ("direction", direction)];
    agrees(&telemetry, "network_bytes_total", &labels("receive"), 100_000.0, || traffic("lo")[0]);
    let before = measured(&telemetry, "network_bytes_total", &labels("transmit")).expect("both are there");

    let established = || measured(&telemetry, "active_connections", &[("type", "tcp_established")]);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let connections: Vec<_> = (0..200)
        .map(|_| (TcpStream::connect(address).expect("it listens"), listener.accept().expect("one came")))
        .collect();
    until("both ends of 200 connections are counted", || established().is_some_and(|count| count >= 400.0));
    let (mut near, (mut far, _)) = connections.into_iter().next().expect("200");
    until("the others have gone", || established().is_some_and(|count| count < 400.0));

    let sender = std::thread::spawn(move || {
        std::io::Write::write_all(&mut near, &vec![7; 3_000_000]).expect("somebody reads");
    });
    let mut received = Vec::new();
    far.read_to_end(&mut received).expect("it ends");
    sender.join().expect("no panic");
    assert_eq!(received.len(), 3_000_000);
    until("3 MB went through the loopback", || {
        measured(&telemetry, "network_bytes_total", &labels("transmit"))
            .is_some_and(|now| now - before >= 3e6)
    });
    assert_eq!(measured(&telemetry, "active_connections", &[("type", "http")]), Some(0.0));
}

#[test]
fn several_telemetries_tell_the_same_traffic() {
    let _alone = alone();
    let (first, second) = (quick(), quick());
    for telemetry in [&first, &second] {
        let labels = [("interface", "lo"), ("direction", "receive")];
        agrees(telemetry, "network_bytes_total", &labels, 1e6, || traffic("lo")[0]);
    }
}
