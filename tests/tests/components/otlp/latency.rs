//! What the program feels while its collector fails: latency and memory, in turns with a collector that is well.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use super::account::FinalAccount;
use crate::gateway::Gateway;

/// Turns of each collector.
const TURNS: usize = 3;

/// One turn.
const TURN: Duration = Duration::from_secs(4);

/// Connections, and requests a second on each.
const CONNECTIONS: usize = 4;
const RATE: u32 = 100;

/// What may come on top, of the well run's.
const MAX_P99: f64 = 1.2;
const MAX_MEMORY_KIB: u64 = 16 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Collector {
    Well,
    Absent,
    Hanging,
    Resetting,
    Slow,
    Unavailable,
    Throttling,
    Refusing,
    Garbage,
}

impl Collector {
    const FAILING: [Self; 8] = [
        Self::Absent,
        Self::Hanging,
        Self::Resetting,
        Self::Slow,
        Self::Unavailable,
        Self::Throttling,
        Self::Refusing,
        Self::Garbage,
    ];

    /// Answers on `listener` until told to stop, as cheaply as can be: it shares the machine with what is measured.
    fn serve(self, listener: &TcpListener, stop: &AtomicBool) {
        thread::scope(|scope| {
            while let Ok((stream, _)) = listener.accept() {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                if self != Self::Resetting {
                    scope.spawn(|| self.answer(stream, stop));
                }
            }
        });
    }

    fn answer(self, stream: TcpStream, stop: &AtomicBool) -> io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_millis(100)))?;
        let mut reader = BufReader::new(stream);
        while !stop.load(Ordering::Relaxed) {
            match read_request(&mut reader) {
                Ok(true) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                _ => break,
            }
            if self == Self::Slow {
                thread::sleep(Duration::from_secs(1));
            }
            while self == Self::Hanging && !stop.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(50));
            }
            reader.get_mut().write_all(self.reply().as_bytes())?;
        }
        Ok(())
    }

    fn reply(self) -> String {
        let (status, headers, body) = match self {
            Self::Unavailable => ("503 Service Unavailable", "", ""),
            Self::Throttling => ("429 Too Many Requests", "retry-after: 1\r\n", ""),
            Self::Refusing => ("400 Bad Request", "", ""),
            Self::Garbage => ("200 OK", "content-type: application/x-protobuf\r\n", "this is no protobuf"),
            _ => ("200 OK", "content-type: application/x-protobuf\r\n", ""),
        };
        format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len())
    }
}

/// Passes over one message; false at the end of the stream.
fn read_request(reader: &mut BufReader<TcpStream>) -> io::Result<bool> {
    read_message(reader).map(|message| message.is_some())
}

/// The first line of a message, with its body passed over.
fn read_message(reader: &mut BufReader<TcpStream>) -> io::Result<Option<String>> {
    let (mut first, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if first.is_empty() {
            first.clone_from(&line);
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        if line == "\r\n" {
            break;
        }
    }
    io::copy(&mut reader.by_ref().take(length), &mut io::sink())?;
    Ok(Some(first))
}

/// What one collector made of the program.
#[derive(Default)]
struct Felt {
    latencies: Vec<Duration>,
    highest_memory_kib: u64,
    account: Vec<FinalAccount>,
}

impl Felt {
    fn p99(&mut self) -> Duration {
        self.latencies.sort_unstable();
        self.latencies[self.latencies.len() * 99 / 100]
    }
}

/// Starts the gateway with an exporter for each collector, asks it for a while, ends it; all requests must be answered.
fn turn(collectors: &[Collector], felt: &mut Felt) {
    let listeners: Vec<_> =
        collectors.iter().map(|_| TcpListener::bind("127.0.0.1:0").expect("a port")).collect();
    let addresses: Vec<_> = listeners.iter().map(|listener| listener.local_addr().expect("bound")).collect();
    let directory = tempfile::tempdir().expect("a directory");
    let settings = directory.path().join("settings.yaml");
    fs::write(&settings, settings_of(&addresses)).expect("written");
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for (collector, listener) in collectors.iter().zip(listeners) {
            if *collector == Collector::Absent {
                drop(listener);
            } else {
                let stop = &stop;
                scope.spawn(move || collector.serve(&listener, stop));
            }
        }
        let variables = [("TELEMETRY_SETTINGS", &*settings.to_string_lossy())];
        let gateway = Gateway::run_with(&["--load", "0", "--outage", "none"], &variables);
        let program = gateway.address;
        let asking: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(move || ask(program))).collect();
        for latencies in asking {
            felt.latencies.extend(latencies.join().expect("answers"));
        }
        felt.highest_memory_kib = felt.highest_memory_kib.max(gateway.highest_memory_kib());
        let ended = gateway.interrupt();
        assert!(ended.status.success(), "{collectors:?}: {ended:?}");
        felt.account.push(FinalAccount::of(&ended));
        stop.store(true, Ordering::Relaxed);
        for address in addresses {
            // Wakes the one that accepts.
            let _ = TcpStream::connect(address);
        }
    });
}

/// An exporter for each address; the first of them is called `otlp`.
fn settings_of(addresses: &[SocketAddr]) -> String {
    let mut yaml = String::from("tracing: { batch: { flush_interval: 200ms } }\nexporters:\n");
    for address in addresses {
        let otlp = format!("{{ endpoint: 'http://{address}', protocol: http/protobuf, timeout: 1s }}");
        writeln!(yaml, "  - {{ provider: otlp, otlp: {otlp} }}").expect("memory");
    }
    yaml
}

/// Asks at a steady rate for one turn; waiting for an answer that is late counts for those behind it too.
fn ask(address: SocketAddr) -> Vec<Duration> {
    let stream = TcpStream::connect(address).expect("it listens");
    stream.set_nodelay(true).expect("an option");
    let mut reader = BufReader::new(stream);
    let begun = Instant::now();
    let count = u32::try_from(TURN.as_secs()).expect("small") * RATE;
    let asked = (0..count).map(|n| {
        let due = begun + Duration::from_secs(1) / RATE * n;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let request = "GET /api/data/ACME HTTP/1.1\r\nhost: localhost\r\n\r\n";
        reader.get_mut().write_all(request.as_bytes()).expect("it reads");
        let status = read_message(&mut reader).expect("it answers").expect("an answer");
        assert!(status.starts_with("HTTP/1.1 "), "{status}");
        due.elapsed()
    });
    asked.collect()
}

fn line(collector: Collector, felt: &mut Felt, well: (Duration, u64)) -> String {
    let sum = |count: fn(&FinalAccount) -> u64| felt.account.iter().map(count).sum::<u64>();
    let (started, exported, dropped) =
        (sum(|account| account.started), sum(|account| account.exported), sum(|account| account.dropped));
    let p99 = felt.p99();
    let ratio = p99.as_secs_f64() / well.0.as_secs_f64();
    let memory = felt.highest_memory_kib;
    format!(
        "{:<12} {:>9.2?} {ratio:>6.2} {:>8.1} {started:>8} {exported:>8} {dropped:>8}",
        format!("{collector:?}"),
        p99,
        memory as f64 / 1024.0
    )
}

/// Not a test of every build: it takes minutes, and only a quiet machine gives figures.
#[test]
#[ignore = "a measurement of four minutes; .ci/long runs it"]
fn the_program_stays_as_fast_and_small_as_with_a_collector_that_is_well() {
    let mut felt: BTreeMap<Collector, Felt> = BTreeMap::new();
    for _ in 0..TURNS {
        for collector in Collector::FAILING {
            for collector in [Collector::Well, collector] {
                turn(&[collector], felt.entry(collector).or_default());
            }
        }
    }
    let well = felt.get_mut(&Collector::Well).expect("measured");
    let well = (well.p99(), well.highest_memory_kib);
    let mut table = String::from("collector          p99  ratio  RSS MiB  started exported  dropped\n");
    let mut worst: f64 = 0.0;
    for (collector, felt) in &mut felt {
        writeln!(table, "{}", line(*collector, felt, well)).expect("memory");
        worst = worst.max(felt.p99().as_secs_f64() / well.0.as_secs_f64());
        assert!(felt.highest_memory_kib <= well.1 + MAX_MEMORY_KIB, "{table}");
    }
    let _ = fs::write(crate::installed::directory_of_builds().join("latency-under-faults.txt"), &table);
    println!("{table}");
    assert!(worst <= MAX_P99, "{table}");
}

#[test]
#[ignore = "a measurement of half a minute; .ci/long runs it"]
fn latency_with_three_exporters_of_which_one_hangs_and_one_is_dead() {
    use Collector::{Absent, Hanging, Well};
    let [mut well, mut failing] = [Felt::default(), Felt::default()];
    for _ in 0..TURNS {
        turn(&[Well, Well, Well], &mut well);
        turn(&[Well, Hanging, Absent], &mut failing);
    }
    let ratio = failing.p99().as_secs_f64() / well.p99().as_secs_f64();
    let (p99, memory) = (failing.p99(), failing.highest_memory_kib);
    println!("p99 {:?} well, {p99:?} failing, ratio {ratio:.2}; highest RSS {memory} KiB", well.p99());
    for account in &failing.account {
        assert!(account.started > 0);
        assert_eq!((account.exported, account.dropped), (account.started, 0), "the one that is well");
    }
    assert!(memory <= well.highest_memory_kib + MAX_MEMORY_KIB);
    assert!(ratio <= MAX_P99);
}
