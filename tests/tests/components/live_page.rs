//! The live page in a real browser: `tests/components/page/*.mjs`, each against a gateway that is busy.
//!
//! Pictures of every view lie in the target directory, below `page/`.

use std::{net::SocketAddr, process::Command, time::Duration};

use telemetry_runtime::{CircuitBreaker, ErrorType, Operation, Telemetry, span};
use telemetry_tests::process::Process;

use crate::{
    gateway::Gateway,
    installed::{browser, directory_of_builds, node},
    own,
};

const ASSETS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../telemetry-runtime/src/web/dashboard/assets");

/// A script waits up to 30 s for each thing.
const SCRIPT: Duration = Duration::from_secs(300);

/// The exchange fails and works again while a page is looked at.
const OUTAGE: [&str; 4] = ["--load", "50", "--outage", "every 5s for 3s"];

/// Traces of minutes, so that those that a script looks at are still there.
const VARIABLES: [(&str, &str); 3] = [
    ("SERVICE_NAME", "market-gateway"),
    ("TELEMETRY_WEB_DASHBOARD_TRACES", "20000"),
    ("TELEMETRY_WEB_DASHBOARD_TRACE_BYTES", "256MiB"),
];

/// Runs the script against the server, to its end; says what the script says.
fn run(mut script: Command, server: SocketAddr, more: &[&str]) {
    script.arg(server.to_string()).args(more);
    let ended = Process::start(&mut script).expect("the script starts").ended(SCRIPT);
    println!("{}", ended.stdout.trim());
    assert!(ended.status.success(), "{}", ended.stderr);
}

#[test]
fn modules_do_what_they_say() {
    let Some(script) = browser("units.mjs") else { return };
    let gateway = Gateway::run(&["--load", "0"]);
    run(script, gateway.address, &[]);
}

#[test]
fn modules_agree_in_their_types() {
    let Some(mut compiler) = node("typescript/bin/tsc") else { return };
    compiler.args("--allowJs --checkJs --noEmit --strict --noImplicitAny false".split(' '));
    compiler.args("--target esnext --module esnext --moduleResolution bundler".split(' '));
    let output = compiler.args(["main.js", "docs.js", "login.js", "theme.js"]).current_dir(ASSETS).output();
    let output = output.expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn figures_are_those_of_the_exposition() {
    let Some(script) = browser("figures.mjs") else { return };
    let mut gateway = Gateway::run(&["--requests", "1500", "--load", "500", "--outage", "1s+1s"]);
    let tally = gateway.tally();
    assert_eq!(tally.answered(), 1500);
    run(script, gateway.address, &[]);
}

#[test]
fn figures_move_without_a_reload() {
    let Some(script) = browser("live.mjs") else { return };
    let gateway = Gateway::run(&["--load", "100", "--outage", "none"]);
    run(script, gateway.address, &[]);
}

#[test]
fn an_error_leads_to_its_waterfall() {
    let Some(script) = browser("waterfall.mjs") else { return };
    let gateway = Gateway::run_with(&OUTAGE, &VARIABLES);
    run(script, gateway.address, &[]);
}

#[test]
fn a_click_resets_a_breaker_that_an_outage_opened() {
    let Some(script) = browser("breaker.mjs") else { return };
    let gateway = Gateway::run(&["--load", "100", "--outage", "1s+600s"]);
    run(script, gateway.address, &[]);
}

#[test]
fn clicks_record_calls_and_change_the_ratio() {
    let Some(script) = browser("record.mjs") else { return };
    let variables = [("TELEMETRY_SAMPLING_RATIO", "0")];
    let gateway = Gateway::run_with(&["--load", "50", "--outage", "none"], &variables);
    run(script, gateway.address, &[]);
}

#[test]
fn everything_is_done_by_keys() {
    let Some(script) = browser("keyboard.mjs") else { return };
    let gateway = Gateway::run_with(&OUTAGE, &VARIABLES);
    run(script, gateway.address, &[]);
}

#[test]
fn views_are_sound_at_each_width() {
    let Some(script) = browser("views.mjs") else { return };
    let gateway = Gateway::run_with(&OUTAGE, &VARIABLES);
    let pictures = directory_of_builds().join("page");
    run(script, gateway.address, &[pictures.to_str().expect("a path that is text")]);
}

#[test]
fn it_is_light() {
    let Some(script) = browser("weight.mjs") else { return };
    let gateway = Gateway::run(&["--load", "20"]);
    run(script, gateway.address, &[]);
}

#[test]
fn it_comes_back_with_the_service() {
    let Some(mut script) = browser("reconnect.mjs") else { return };
    let gateway = Gateway::run(&["--load", "50"]);
    let address = gateway.address;
    let mut page = Process::start(script.arg(address.to_string())).expect("the script starts");
    let told = |word: &'static str| move |line: &str| (line == format!("page: {word}")).then_some(());
    page.says(SCRIPT, told("live"));
    assert!(gateway.terminate().status.success(), "an open page does not keep the service from its end");
    page.says(SCRIPT, told("reconnecting"));
    let again = Gateway::run_at(address, &["--load", "50"], &[]);
    let ended = page.ended(SCRIPT);
    assert!(ended.status.success(), "{}", ended.stderr);
    drop(again);
}

#[test]
fn others_are_refused_without_the_token() {
    let everywhere = "0.0.0.0:0".parse().expect("an address");
    for token in [None, Some("c2VlbiBieSBub2JvZHk")] {
        let Some(script) = browser("refused.mjs") else { return };
        let variables: Vec<_> = token.map(|token| ("TELEMETRY_WEB_TOKEN", token)).into_iter().collect();
        let gateway = Gateway::run_at(everywhere, &["--load", "20"], &variables);
        run(script, gateway.address, token.as_slice());
    }
}

/// What a name, a message and an attribute must not become.
const HOSTILE: &str = "<img src=x onerror=alert(document.domain)>";

#[derive(Debug, ErrorType)]
enum Hostile {
    Refused,
}

impl std::fmt::Display for Hostile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{HOSTILE}</script><script>globalThis.ran = true</script>")
    }
}

impl std::error::Error for Hostile {}

/// A server that others have given all its names.
fn hostile() -> (SocketAddr, &'static Telemetry) {
    let telemetry = own::telemetry();
    let app = axum::Router::new().route("/hostile", axum::routing::get(|| async { "" }));
    let address = telemetry_tests::serve(telemetry.router(app).expect("no route is taken"));
    CircuitBreaker::named(HOSTILE).force_open();
    let fails = || -> Result<(), Hostile> {
        let inner = span(HOSTILE).attribute(HOSTILE, HOSTILE).start();
        inner.add_event(HOSTILE, &[(HOSTILE, HOSTILE.into())]);
        Err(Hostile::Refused)
    };
    for _ in 0..3 {
        let _ = Operation::new(HOSTILE, "\"><script>alert(1)</script>").run(fails);
    }
    (address, telemetry)
}

#[test]
fn hostile_names_stay_text() {
    let Some(script) = browser("hostile.mjs") else { return };
    let (address, _) = hostile();
    run(script, address, &[HOSTILE]);
}
