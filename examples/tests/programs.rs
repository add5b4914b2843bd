//! Examples that end by themselves, as their users run them.

use std::process::{Command, Output};

fn run(program: &str, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .env_remove("TELEMETRY_SETTINGS")
        .output()
        .expect("the example starts")
}

/// What it wrote, once it has ended well.
fn said(program: &str) -> String {
    let Output { status, stdout, stderr } = run(program, &[]);
    assert!(status.success(), "{status}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).expect("text")
}

#[test]
fn alerts() {
    let wanted = "\
firing (warning): the queue has 12 orders
resolved (warning): the queue has 3 orders
firing (critical): the bank is given up
resolved (critical): the bank is given up
printed: 4 delivered, 0 lost
";
    assert_eq!(said(env!("CARGO_BIN_EXE_alerts")), wanted);
}

#[test]
fn background_job() {
    let wanted = "\
run 1: 10 orders removed
run 2: 20 orders removed
run 3: run 3 found the orders locked
run 4: 40 orders removed
run 5: 50 orders removed
run 6: run 6 found the orders locked
run 7: given up
locked: 2
telemetry: 8 calls, 5 success, 2 error, 0 rejected, 1 cancelled, 0 panicked
";
    assert_eq!(said(env!("CARGO_BIN_EXE_background-job")), wanted);
}

#[test]
fn breaker_fallback() {
    let wanted = "\
the exchange is up
  101.5
  101.5
it goes down
  the exchange is down
circuit breaker `exchange`: closed -> open; of 4 calls 2 failed, 0 were slow
  the exchange is down
  99, the last known
  99, the last known
it comes back
circuit breaker `exchange`: open -> half_open
circuit breaker `exchange`: half_open -> closed; of 1 calls 0 failed, 0 were slow
  101.5
  101.5
fallbacks: 2
rejected: 2
";
    assert_eq!(said(env!("CARGO_BIN_EXE_breaker-fallback")), wanted);
}

#[test]
fn custom_metrics() {
    let said = said(env!("CARGO_BIN_EXE_custom-metrics"));
    for line in [
        r#"shop_orders_placed_total{channel="web",country="de"} 1"#,
        r#"shop_orders_placed_total{channel="web",country="fr"} 1"#,
        r#"shop_orders_placed_total{channel="shop",country="de"} 1"#,
        "shop_orders_open 2.0",
        r#"shop_orders_value_euros_bucket{channel="web",le="100"} 1"#,
        r#"shop_orders_value_euros_sum{channel="web"} 262.5"#,
        r#"adapter_cache_hits_total{provider="catalog",cache_type="prices"} 2"#,
        r#"adapter_cache_misses_total{provider="catalog",cache_type="prices"} 1"#,
        r#"adapter_data_volume_total{provider="catalog",data_type="prices"} 2048"#,
        r#"shop_refunds_total{reason="damaged"} 1"#,
    ] {
        assert!(said.lines().any(|it| it == line), "{line} is not in\n{said}");
    }
}

/// The spans and the events of a trace as they are below each other, without ids, durations and attributes.
fn tree(said: &str) -> Vec<&str> {
    let line = |line: &str| -> Option<(usize, usize)> {
        let text = line.trim_start();
        let begin = line.len() - text.len();
        if text.starts_with('+') {
            return Some((begin + text.find(' ')? + 1, line.len()));
        }
        let kinds = [" [internal]", " [client]"];
        kinds.iter().find_map(|kind| line.find(kind)).map(|end| (0, end))
    };
    said.lines().filter_map(|it| line(it).map(|(begin, end)| &it[begin..end])).collect()
}

#[test]
fn tracing_app() {
    let said = said(env!("CARGO_BIN_EXE_tracing-app"));
    let taken = ["  place_order", "placing an order", "placed", "    stock.take", "      query", "one row"];
    let failed =
        ["  place_order", "placing an order", "    stock.take", "exception", "      query", "one row"];
    assert_eq!(tree(&said), [taken, failed].concat(), "{said}");
    for line in ["2 taken, 3 left", "9 not taken: only 5 left", "failed: 1"] {
        assert!(said.lines().any(|it| it == line), "{line} is not in\n{said}");
    }
}

mod command_line {
    use std::{net::TcpListener, sync::mpsc};

    use super::{Command, Output, run};

    const PROGRAM: &str = env!("CARGO_BIN_EXE_command-line");
    const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).into_owned()
    }

    #[test]
    fn it_counts_and_accounts() {
        let Output { status, stdout, stderr } = run(PROGRAM, &[MANIFEST, "/nowhere/at/all"]);
        let lines = include_str!("../Cargo.toml").lines().count();
        assert_eq!(text(&stdout), format!("{lines:>8} {MANIFEST}\n"));
        let stderr = text(&stderr);
        assert!(stderr.contains("telemetry: 3 calls, 1 success, 2 error"), "{stderr}");
        assert_eq!(status.code(), Some(1), "a file that is missing is a failure");
    }

    #[test]
    fn a_mistake_in_the_settings_is_told_at_the_start() {
        let ended = Command::new(PROGRAM).env("TELEMETRY_SAMPLING_RATIO", "7").output().expect("it starts");
        assert_eq!(ended.status.code(), Some(2));
        let stderr = text(&ended.stderr);
        assert!(stderr.contains("TELEMETRY_SAMPLING_RATIO") && stderr.contains('7'), "{stderr}");
    }

    #[test]
    fn its_metrics_are_pushed_at_its_end() {
        let (bodies, pushed) = mpsc::channel();
        let take = axum::routing::any(async move |body: String| {
            // Whoever waits for it may have what it wanted.
            drop(bodies.send(body));
        });
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a setting");
        let address = listener.local_addr().expect("an address");
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                axum::serve(listener, axum::Router::new().fallback(take)).await
            })
        });
        let ended = Command::new(PROGRAM)
            .arg(MANIFEST)
            .env("TELEMETRY_METRICS_PUSH_GATEWAY_ENDPOINT", format!("http://{address}"))
            .output()
            .expect("it starts");
        assert!(ended.status.success(), "{}", text(&ended.stderr));
        let line = r#"adapter_requests_total{provider="files",operation="count_lines",status="success"} 1"#;
        // It has ended, so all that it pushes has arrived.
        let pages: Vec<String> = pushed.try_iter().collect();
        assert!(pages.iter().any(|page| page.contains(line)), "{pages:?}");
    }
}
