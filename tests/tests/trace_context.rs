//! The W3C's trace context, level 2, asked of a real service over real connections.
//!
//! The service answers with the headers of its own outgoing calls. Cases follow the sections of the specification
//! ("Traceparent Header", "Tracestate Header", "Mutating the … Field") in its strictest reading: a list of members
//! that breaks a rule is dropped whole.

use std::{convert::Infallible, net::SocketAddr};

use axum::{Router, routing::get};
use http::{HeaderMap, Request, Response};
use telemetry::{HttpClientLayer, testing::TestTelemetry};
use telemetry_runtime as telemetry;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tower::{Layer, ServiceExt, service_fn};

const TRACE: &str = "12345678901234567890123456789012";
const PARENT: &str = "00-12345678901234567890123456789012-1234567890123456-00";

/// Headers of one outgoing call: `traceparent`, and `tracestate` if there is one.
#[derive(Debug)]
struct Sent {
    parent: String,
    state: Option<String>,
}

impl Sent {
    fn trace(&self) -> &str {
        &self.parent[3..35]
    }

    fn span(&self) -> &str {
        &self.parent[36..52]
    }

    fn flags(&self) -> u8 {
        u8::from_str_radix(&self.parent[53..], 16).expect("two digits")
    }

    fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }
}

/// The headers that a call through the client's layer carries.
async fn outgoing() -> HeaderMap {
    let echo = service_fn(|request: Request<()>| async move {
        let mut response = Response::new(());
        *response.headers_mut() = request.headers().clone();
        Ok::<_, Infallible>(response)
    });
    let request = Request::get("http://next.test/").body(()).expect("a request");
    let response = HttpClientLayer::new().layer(echo).oneshot(request).await.expect("infallible");
    response.headers().clone()
}

/// Three calls, one line each.
async fn handler() -> String {
    let mut lines = String::new();
    for _ in 0..3 {
        let headers = outgoing().await;
        let text = |name| headers.get(name).map_or("", |value| value.to_str().expect("ascii"));
        lines.push_str(&format!("{}|{}\n", text("traceparent"), text("tracestate")));
    }
    lines
}

struct Service {
    address: SocketAddr,
    _telemetry: TestTelemetry,
}

impl Service {
    /// Serves on the test's thread, where its telemetry is.
    async fn start() -> Self {
        let telemetry = TestTelemetry::new();
        let app = Router::new().route("/", get(handler)).layer(telemetry.layer());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        tokio::spawn(axum::serve(listener, app).into_future());
        Self { address, _telemetry: telemetry }
    }

    /// Sends these header lines as they are, on a connection of their own.
    async fn send(&self, lines: &[(&str, &str)]) -> Vec<Sent> {
        let mut request = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n".to_owned();
        for (name, value) in lines {
            request.push_str(&format!("{name}:{value}\r\n"));
        }
        request.push_str("\r\n");
        let mut stream = TcpStream::connect(self.address).await.expect("it listens");
        stream.write_all(request.as_bytes()).await.expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("it answers");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        body.lines().map(sent).collect()
    }

    async fn first(&self, lines: &[(&str, &str)]) -> Sent {
        let mut calls = self.send(lines).await;
        assert_eq!(calls.len(), 3);
        calls.swap_remove(0)
    }

    /// What goes out after `PARENT` with these lines of `tracestate`.
    async fn state(&self, states: &[&str]) -> Option<String> {
        let mut lines = vec![("traceparent", PARENT)];
        lines.extend(states.iter().map(|state| ("tracestate", *state)));
        let sent = self.first(&lines).await;
        assert_eq!(sent.trace(), TRACE, "a broken state never harms the parent: {states:?}");
        sent.state
    }
}

fn sent(line: &str) -> Sent {
    let (parent, state) = line.split_once('|').expect("two parts");
    let digits = |range: std::ops::Range<usize>| {
        parent[range].bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    };
    let is_valid = parent.len() == 55
        && parent.starts_with("00-")
        && digits(3..35)
        && digits(36..52)
        && digits(53..55)
        && parent[3..35].contains(|digit| digit != '0')
        && parent[36..52].contains(|digit| digit != '0');
    assert!(is_valid, "{line}");
    Sent { parent: parent.to_owned(), state: (!state.is_empty()).then(|| state.to_owned()) }
}

#[tokio::test]
async fn a_valid_parent_is_continued_by_a_span_of_its_own() {
    let service = Service::start().await;
    let names = ["traceparent", "TraceParent", "TrAcEpArEnT", "TRACEPARENT"];
    for name in names {
        let sent = service.first(&[(name, PARENT)]).await;
        assert_eq!((sent.trace(), sent.state()), (TRACE, None), "{name}");
        assert_ne!(sent.span(), "1234567890123456");
    }
    let long = "cc-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like";
    let values = [
        "00-12345678901234567890123456789012-1234567890123456-01",
        "cc-12345678901234567890123456789012-1234567890123456-01",
        "01-12345678901234567890123456789012-1234567890123456-00",
        "fe-12345678901234567890123456789012-1234567890123456-00-",
        long,
        " 00-12345678901234567890123456789012-1234567890123456-01",
        "\t00-12345678901234567890123456789012-1234567890123456-01",
        "00-12345678901234567890123456789012-1234567890123456-01 ",
        "00-12345678901234567890123456789012-1234567890123456-01\t",
        "\t 00-12345678901234567890123456789012-1234567890123456-01 \t",
    ];
    for value in values {
        assert_eq!(service.first(&[("traceparent", value)]).await.trace(), TRACE, "{value:?}");
    }
}

#[tokio::test]
async fn an_invalid_parent_restarts_the_trace() {
    let service = Service::start().await;
    let values = [
        // Version 00 has nothing after the flags.
        "00-12345678901234567890123456789012-1234567890123456-01.",
        "00-12345678901234567890123456789012-1234567890123456-01-",
        "00-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like",
        // A later version goes on with a dash.
        "cc-12345678901234567890123456789012-1234567890123456-01.what-the-future-will-be-like",
        // Versions.
        "ff-12345678901234567890123456789012-1234567890123456-01",
        ".0-12345678901234567890123456789012-1234567890123456-01",
        "0.-12345678901234567890123456789012-1234567890123456-01",
        "CC-12345678901234567890123456789012-1234567890123456-01",
        "000-12345678901234567890123456789012-1234567890123456-01",
        "0000-12345678901234567890123456789012-1234567890123456-01",
        "0-12345678901234567890123456789012-1234567890123456-01",
        "-12345678901234567890123456789012-1234567890123456-01",
        // Trace ids.
        "00-00000000000000000000000000000000-1234567890123456-01",
        "00-.2345678901234567890123456789012-1234567890123456-01",
        "00-1234567890123456789012345678901.-1234567890123456-01",
        "00-1234567890123456789012345678901A-1234567890123456-01",
        "00-123456789012345678901234567890123-1234567890123456-01",
        "00-1234567890123456789012345678901-1234567890123456-01",
        // Parent ids.
        "00-12345678901234567890123456789012-0000000000000000-01",
        "00-12345678901234567890123456789012-.234567890123456-01",
        "00-12345678901234567890123456789012-123456789012345.-01",
        "00-12345678901234567890123456789012-123456789012345A-01",
        "00-12345678901234567890123456789012-12345678901234567-01",
        "00-12345678901234567890123456789012-123456789012345-01",
        // Flags.
        "00-12345678901234567890123456789012-1234567890123456-.0",
        "00-12345678901234567890123456789012-1234567890123456-0.",
        "00-12345678901234567890123456789012-1234567890123456-0A",
        "00-12345678901234567890123456789012-1234567890123456-001",
        "00-12345678901234567890123456789012-1234567890123456-1",
        "00-12345678901234567890123456789012-1234567890123456-",
        // Delimiters.
        "00_12345678901234567890123456789012_1234567890123456_01",
        "00 12345678901234567890123456789012 1234567890123456 01",
        "",
    ];
    for value in values {
        let sent = service.first(&[("traceparent", value), ("tracestate", "foo=1")]).await;
        assert!(!value.contains(sent.trace()), "{value:?}");
        assert_ne!(sent.trace(), TRACE, "{value:?}");
        assert_eq!(sent.state(), None, "the state of a trace that was not continued: {value:?}");
    }
    for name in ["trace-parent", "trace.parent", "trace_parent", "traceparent2"] {
        assert_ne!(service.first(&[(name, PARENT)]).await.trace(), TRACE, "{name}");
    }
}

#[tokio::test]
async fn two_parents_are_none() {
    let service = Service::start().await;
    let other = "00-12345678901234567890123456789011-1234567890123456-01";
    for lines in [
        [("traceparent", other), ("traceparent", PARENT)],
        [("traceparent", PARENT), ("TraceParent", PARENT)],
    ] {
        let sent = service.first(&lines).await;
        assert!(!lines.iter().any(|(_, value)| value.contains(sent.trace())), "{sent:?}");
    }
    let joined = format!("{other},{PARENT}");
    assert!(!joined.contains(service.first(&[("traceparent", &joined)]).await.trace()));
}

#[tokio::test]
async fn nothing_or_a_state_alone_starts_a_trace() {
    let service = Service::start().await;
    let first = service.first(&[]).await;
    let second = service.first(&[("tracestate", "foo=1,bar=2")]).await;
    assert_ne!(first.trace(), second.trace());
    assert_eq!((first.state(), second.state()), (None, None));
}

#[tokio::test]
async fn known_flags_go_on_and_unknown_ones_are_cleared() {
    let service = Service::start().await;
    for (received, expected) in
        [("00", 0), ("01", 1), ("02", 2), ("03", 3), ("04", 0), ("08", 0), ("fc", 0), ("fd", 1), ("ff", 3)]
    {
        let parent = format!("00-{TRACE}-1234567890123456-{received}");
        assert_eq!(service.first(&[("traceparent", &parent)]).await.flags(), expected, "{received}");
        // A later version's bits are unknown but for these.
        let later = format!("fe-{TRACE}-1234567890123456-{received}-more");
        assert_eq!(service.first(&[("traceparent", &later)]).await.flags() & 1, expected & 1, "{received}");
    }
}

#[tokio::test]
async fn a_new_trace_has_a_random_id() {
    let service = Service::start().await;
    let sent = service.first(&[]).await;
    assert_eq!(sent.flags() & 2, 2, "{}", sent.parent);
}

#[tokio::test]
async fn states_are_inherited_in_order() {
    let service = Service::start().await;
    for name in ["tracestate", "TraceState", "TrAcEsTaTe", "TRACESTATE"] {
        let sent = service.first(&[("traceparent", PARENT), (name, "foo=1,bar=2")]).await;
        assert_eq!(sent.state(), Some("foo=1,bar=2"), "{name}");
    }
    for name in ["trace-state", "trace.state", "trace_state"] {
        assert_eq!(service.first(&[("traceparent", PARENT), (name, "foo=1")]).await.state(), None, "{name}");
    }
    let cases: [(&[&str], Option<&str>); 18] = [
        (&[""], None),
        (&["foo=1", ""], Some("foo=1")),
        (&["", "foo=1"], Some("foo=1")),
        (&[" , ,\t"], None),
        (&["foo=1,bar=2", "rojo=1,congo=2", "baz=3"], Some("foo=1,bar=2,rojo=1,congo=2,baz=3")),
        (&["foo=1 \t , \t bar=2, \t baz=3"], Some("foo=1,bar=2,baz=3")),
        (&["foo=1\t \t,\t \tbar=2,\t \tbaz=3"], Some("foo=1,bar=2,baz=3")),
        (&[" foo=1"], Some("foo=1")),
        (&["\tfoo=1"], Some("foo=1")),
        (&["foo=1 "], Some("foo=1")),
        (&["foo=1\t"], Some("foo=1")),
        (&["\t foo=1 \t"], Some("foo=1")),
        (&["foo=  1"], Some("foo=  1")),
        // One entry a key: the first is the newest.
        (&["foo=1,foo=1"], Some("foo=1")),
        (&["foo=1,foo=2"], Some("foo=1")),
        (&["foo=1", "foo=1"], Some("foo=1")),
        (&["foo=1", "foo=2"], Some("foo=1")),
        (&["foo=1,bar=2,foo=3"], Some("foo=1,bar=2")),
    ];
    for (states, expected) in cases {
        assert_eq!(service.state(states).await.as_deref(), expected, "{states:?}");
    }
}

#[tokio::test]
async fn every_legal_character_is_kept() {
    let service = Service::start().await;
    let key = "abcdefghijklmnopqrstuvwxyz0123456789_-*/";
    let value: String = (' '..='~').filter(|letter| !matches!(letter, ',' | '=')).collect();
    let keys = [
        key.to_owned(),
        format!("{key}@a-z0-9_-*/"),
        "1abc".to_owned(),
        "0".to_owned(),
        // Since level 2 the sign is a letter like others.
        "foo@".to_owned(),
        "foo@@bar".to_owned(),
        "foo@bar@baz".to_owned(),
        "t@1".to_owned(),
    ];
    for key in keys {
        let member = format!("{key}={value}");
        assert_eq!(service.state(&[&member]).await, Some(member.clone()), "{member}");
        let pair = format!("{key}=1,bar=2");
        assert_eq!(service.state(&[&pair]).await, Some(pair.clone()), "{pair}");
    }
}

#[tokio::test]
async fn lengths_and_counts_have_limits() {
    let service = Service::start().await;
    let members = |count: usize| (1..=count).map(|n| format!("bar{n:02}={n:02}")).collect::<Vec<_>>();
    let lines = |count: usize| members(count).chunks(10).map(|line| line.join(",")).collect::<Vec<_>>();
    let as_lines = |count: usize| lines(count);
    let thirty_two = as_lines(32);
    let states: Vec<&str> = thirty_two.iter().map(String::as_str).collect();
    assert_eq!(service.state(&states).await, Some(members(32).join(",")));
    let with_empty = format!("{},, ,", members(32).join(","));
    assert_eq!(
        service.state(&[&with_empty]).await,
        Some(members(32).join(",")),
        "empty members do not count"
    );
    let thirty_three = as_lines(33);
    let states: Vec<&str> = thirty_three.iter().map(String::as_str).collect();
    assert_eq!(service.state(&states).await, None);

    let kept = [
        format!("{}=1", "z".repeat(256)),
        format!("{}@{}=1", "t".repeat(241), "v".repeat(14)),
        format!("{}@v=1", "t".repeat(242)),
        format!("t@{}=1", "v".repeat(15)),
        format!("k={}", "v".repeat(256)),
    ];
    for member in kept {
        let expected = format!("foo=1,{member}");
        assert_eq!(service.state(&["foo=1", &member]).await, Some(expected));
    }
    for member in [format!("{}=1", "z".repeat(257)), format!("k={}", "v".repeat(257))] {
        assert_eq!(service.state(&["foo=1", &member]).await, None, "{member}");
    }
    let combined = (0..4).map(|n| format!("key{n}={}", "v".repeat(122))).collect::<Vec<_>>().join(",");
    assert_eq!(combined.len(), 511, "at least 512 characters go on");
    assert_eq!(service.state(&[&combined]).await, Some(combined.clone()));
}

#[tokio::test]
async fn a_broken_member_drops_the_whole_list() {
    let service = Service::start().await;
    let states = [
        "foo =1",
        "FOO=1",
        "foo.bar=1",
        "@foo=1,bar=2",
        "_foo=1,bar=2",
        "-foo=1",
        "*foo=1",
        "/foo=1",
        "foo=bar=baz",
        "foo=,bar=3",
        "=1,bar=2",
        "foo,bar=2",
        "bar=2,foo",
        "foo=a\tb,bar=2",
        "foo: 1",
        "bar=2;baz=3=4",
        "fo o=1",
        "foo=1,Bar=2",
    ];
    for state in states {
        assert_eq!(service.state(&[state]).await, None, "{state:?}");
        assert_eq!(service.state(&["good=1", state]).await, None, "{state:?}");
    }
    for state in ["föö=1", "foo=é"] {
        assert_eq!(service.state(&[state]).await, None, "{state:?}");
    }
}

#[tokio::test]
async fn each_call_has_a_span_of_its_own_in_one_trace() {
    let service = Service::start().await;
    let zero = "00-00000000000000000000000000000000-1234567890123456-01";
    let with = |value| [("traceparent", value)];
    for lines in [&with(PARENT)[..], &[], &with(zero)] {
        let calls = service.send(lines).await;
        let mut spans: Vec<&str> = calls.iter().map(Sent::span).collect();
        spans.sort_unstable();
        spans.dedup();
        assert_eq!(spans.len(), 3, "{calls:?}");
        assert!(calls.iter().all(|call| call.trace() == calls[0].trace()), "{calls:?}");
    }
}
