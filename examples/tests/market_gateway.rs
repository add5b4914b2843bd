//! The market gateway as its users run it: its layers add up, its breaker opens and closes, Ctrl-C ends it.
#![cfg(unix)]

use std::{
    io::{BufRead as _, BufReader, Lines, Read as _},
    path::Path,
    process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

/// A gateway that runs; ended with the test, however that ends.
struct Gateway {
    process: Child,
    said: Lines<BufReader<ChildStdout>>,
    stderr: ChildStderr,
}

impl Gateway {
    fn run(arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_market-gateway"))
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            // Nobody reads on once the gateway has said what is waited for.
            .env("TELEMETRY_LOGS_CONSOLE", "false")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the gateway starts");
        let said = BufReader::new(process.stdout.take().expect("piped")).lines();
        let stderr = process.stderr.take().expect("piped");
        Self { process, said, stderr }
    }

    /// What follows `word` on the first line that begins with it.
    fn says(&mut self, word: &str) -> String {
        let mut lines = self.said.by_ref().map(|line| line.expect("text"));
        let line = lines.find(|line| line.starts_with(word)).expect("the gateway says it before it ends");
        line[word.len()..].trim().to_owned()
    }

    /// Ctrl-C.
    fn interrupt(mut self) -> (ExitStatus, String) {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args(["-INT", &id]).status().expect("kill is there");
        assert!(sent.success());
        let status = self.process.wait().expect("the gateway ends");
        let mut accounting = String::new();
        self.stderr.read_to_string(&mut accounting).expect("text");
        (status, accounting)
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // Fails if it has ended, as it should have.
        let _ = self.process.kill();
    }
}

/// A page of metrics.
struct Page(String);

impl Page {
    async fn read(address: &str) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let answer = client.get(address).send().await.expect("an answer");
        Self(answer.text().await.expect("text"))
    }

    /// The sum of the family's series that have all the labels.
    fn sum(&self, family: &str, labels: &[(&str, &str)]) -> u64 {
        let is_wanted = |line: &&str| {
            let has = |(name, value): &(&str, &str)| {
                line.contains(&format!("{{{name}=\"{value}\""))
                    || line.contains(&format!(",{name}=\"{value}\""))
            };
            line.strip_prefix(family).is_some_and(|rest| rest.starts_with('{')) && labels.iter().all(has)
        };
        let value = |line: &str| line.rsplit(' ').next()?.parse::<u64>().ok();
        self.0.lines().filter(is_wanted).map(|line| value(line).expect("a count")).sum()
    }

    fn answers(&self, statuses: &[&str]) -> u64 {
        let path = ("path", "/api/data/{symbol}");
        statuses.iter().map(|status| self.sum("app_request_count_total", &[path, ("status", status)])).sum()
    }

    fn calls(&self, provider: &str, operation: &str) -> u64 {
        self.sum("adapter_requests_total", &[("provider", provider), ("operation", operation)])
    }

    fn quotes(&self, status: &str) -> u64 {
        self.sum("adapter_requests_total", &[("provider", "quote_feed"), ("status", status)])
    }

    fn lookups(&self, result: &str) -> u64 {
        self.sum("quote_cache_lookups_total", &[("result", result)])
    }

    /// The equations that the gateway states.
    fn assert_layers_add_up(&self, requests: u64) {
        let saved = self.calls("quote_store", "save");
        let failed = self.answers(&["502", "503", "504"]);
        let asked_store = self.calls("quote_store", "last_known");
        assert_eq!(self.answers(&["200", "404"]) + failed, requests);
        assert_eq!(self.sum("app_request_count_total", &[]), requests, "no other request");
        assert_eq!(self.calls("quote_cache", "get"), requests);
        assert_eq!(self.lookups("hit") + self.lookups("miss"), requests);
        assert_eq!(self.calls("quote_feed", "quote"), self.lookups("miss"));
        assert_eq!(self.quotes("success"), saved + self.answers(&["404"]));
        assert_eq!(self.quotes("error") + self.quotes("rejected"), asked_store);
        assert_eq!(self.sum("adapter_errors_total", &[("provider", "quote_feed")]), self.quotes("error"));
        assert_eq!(self.calls("quote_cache", "put"), saved);
        assert_eq!(self.calls("pricing", "mid_price"), saved);
        assert_eq!(self.answers(&["200"]) + failed, self.lookups("hit") + saved + asked_store);
        assert_eq!(self.sum("circuit_breaker_rejected_total", &[]), self.quotes("rejected"));
    }

    fn transitions(&self, from: &str, to: &str) -> u64 {
        self.sum("circuit_breaker_transitions_total", &[("from", from), ("to", to)])
    }
}

/// What is found on the page, once it is there.
async fn eventually<T>(address: &str, find: impl Fn(&str) -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let Page(page) = Page::read(address).await;
        match find(&page) {
            Some(found) => return found,
            None => assert!(Instant::now() < deadline, "{page}"),
        }
    }
}

/// The four figures of the line that the load ends with.
fn tally(line: &str) -> [u64; 4] {
    let numbers = line.split(|c: char| !c.is_ascii_alphanumeric()).filter_map(|word| word.parse().ok());
    let [_sent, answers @ ..]: [u64; 5] = numbers.collect::<Vec<_>>().try_into().expect("five figures");
    answers
}

#[tokio::test]
async fn layers_add_up_and_nothing_is_left_behind() {
    let mut gateway = Gateway::run(&["--requests", "2000", "--outage", "none"]);
    let metrics = gateway.says("metrics");
    let data = gateway.says("data").replace(" (removed at the end)", "");
    assert!(Path::new(&data).join("quotes.sqlite").exists());
    let [successes, client_errors, server_errors, failures] = tally(&gateway.says("load: "));

    let page = Page::read(&metrics).await;
    page.assert_layers_add_up(2000);
    assert_eq!((page.answers(&["200"]), page.answers(&["404"])), (successes, client_errors));
    assert_eq!((page.answers(&["502", "503", "504"]), 0), (server_errors, failures));
    assert!(client_errors > 0 && page.lookups("hit") > 0, "the load asks for all kinds");

    let (status, accounting) = gateway.interrupt();
    assert!(status.success(), "{status}");
    assert!(accounting.contains("telemetry: 2000 requests"), "{accounting}");
    assert!(!Path::new(&data).exists());
}

#[tokio::test]
async fn the_database_is_measured_and_checked() {
    let mut gateway = Gateway::run(&["--requests", "50", "--outage", "none"]);
    let metrics = gateway.says("metrics");
    let health = gateway.says("health");
    gateway.says("load: ");
    let bytes = eventually(&metrics, |page| {
        page.lines().find_map(|line| line.strip_prefix("quote_store_bytes ")?.parse::<f64>().ok())
    });
    assert!(bytes.await >= 4096.0, "at least a page");
    let checks = format!("{health}/ready");
    let ready = eventually(&checks, |page| {
        let page: serde_json::Value = serde_json::from_str(page).expect("json");
        (page["status"] == "ready").then_some(page)
    });
    assert_eq!(ready.await["checks"]["quote_store"]["status"], "healthy");
    let (status, _) = gateway.interrupt();
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn an_outage_opens_the_breaker_and_its_end_closes_it() {
    let mut gateway = Gateway::run(&["--requests", "600", "--load", "100", "--outage", "1s+1s"]);
    let metrics = gateway.says("metrics");
    gateway.says("load: ");
    let page = Page::read(&metrics).await;
    page.assert_layers_add_up(600);
    assert!(page.transitions("closed", "open") >= 1, "{}", page.0);
    assert!(page.transitions("half_open", "closed") >= 1, "{}", page.0);
    assert!(page.quotes("rejected") >= 1, "{}", page.0);

    let (status, accounting) = gateway.interrupt();
    assert!(status.success() && accounting.contains("breaker quote_feed is closed"), "{accounting}");
}

#[tokio::test]
async fn ctrl_c_ends_it_while_load_runs() {
    let mut gateway = Gateway::run(&["--load", "1000", "--outage", "none"]);
    let metrics = gateway.says("metrics");
    // What answers also listens to signals.
    Page::read(&metrics).await;
    let (status, accounting) = gateway.interrupt();
    assert!(status.success(), "{status}");
    assert!(accounting.contains(" 0 cancelled, 0 panicked"), "{accounting}");
}

#[test]
fn mistakes_end_with_code_2() {
    let mistaken = Command::new(env!("CARGO_BIN_EXE_market-gateway")).args(["--load", "many"]).output();
    let mistaken = mistaken.expect("the gateway starts");
    let said = String::from_utf8(mistaken.stderr).expect("text");
    assert_eq!(mistaken.status.code(), Some(2), "{said}");
    assert!(said.contains("--load `many`") && mistaken.stdout.is_empty(), "{said}");
}
