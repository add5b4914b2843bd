//! Spans as Application Insights has them: requests, dependencies, and what happened within.

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use opentelemetry::{
    KeyValue,
    trace::{Event, Link, SpanId, SpanKind, Status},
};
use opentelemetry_sdk::{Resource, trace::SpanData};
use serde_json::json;

use super::envelope::{
    Data, Dependency, Envelope, Exception, ExceptionDetails, Message, Request, Texts, VERSION, cut,
    properties,
};
use crate::{
    export::{flat, timestamp::Timestamp, values},
    settings::Secret,
};

const SDK_VERSION: &str = concat!("rust:telemetry-runtime-", env!("CARGO_PKG_VERSION"));

/// Who sends.
#[derive(Debug)]
pub(super) struct Sender {
    key: Secret,
    /// Tags that every envelope has.
    tags: Vec<(&'static str, String)>,
    resource: Vec<(String, String)>,
}

impl Sender {
    pub(super) fn new(key: Secret, resource: &Resource) -> Self {
        let get =
            |name: &'static str| resource.get(&name.into()).map(|value| values::text(&value).into_owned());
        let role = match (get("service.namespace"), get("service.name")) {
            (Some(namespace), Some(name)) => Some(format!("{namespace}.{name}")),
            (_, name) => name,
        };
        let tags = [
            ("ai.cloud.role", role, 256),
            ("ai.cloud.roleInstance", get("service.instance.id").or_else(|| get("host.name")), 256),
            ("ai.application.ver", get("service.version"), 1024),
            ("ai.internal.sdkVersion", Some(SDK_VERSION.to_owned()), 64),
        ];
        let tags = tags
            .into_iter()
            .filter_map(|(tag, text, longest)| Some((tag, cut(text?.into(), longest).into())));
        Self { key, tags: tags.collect(), resource: flat::resource(resource) }
    }

    /// The envelopes of a batch, those of a span one after the other.
    pub(super) fn envelopes<'a>(&'a self, batch: &'a [SpanData]) -> Vec<Envelope<'a>> {
        batch.iter().enumerate().flat_map(|(at, span)| self.of_span(at, span)).collect()
    }

    fn of_span<'a>(&'a self, at: usize, span: &'a SpanData) -> impl Iterator<Item = Envelope<'a>> {
        let events = span.events.iter().enumerate();
        let events = events.map(move |(nth, event)| self.of_event(span, event, (at, nth + 1)));
        std::iter::once(self.itself(span, (at, 0))).chain(events)
    }

    fn itself<'a>(&'a self, span: &'a SpanData, of: (usize, usize)) -> Envelope<'a> {
        let mut tags = self.tags(span);
        if span.parent_span_id != SpanId::INVALID {
            tags.insert("ai.operation.parentId".into(), span.parent_span_id.to_string().into());
        }
        let (name, data) = if is_request(span) {
            tags.insert("ai.operation.name".into(), cut((&*span.name).into(), 1024));
            if let Some(client) = flat::text(&span.attributes, "client.address") {
                tags.insert("ai.location.ip".into(), cut(client, 45));
            }
            ("Microsoft.ApplicationInsights.Request", Data::Request(self.request(span)))
        } else {
            ("Microsoft.ApplicationInsights.RemoteDependency", Data::Dependency(self.dependency(span)))
        };
        self.envelope(name, span.start_time, tags, data, of)
    }

    fn of_event<'a>(&'a self, span: &'a SpanData, event: &'a Event, of: (usize, usize)) -> Envelope<'a> {
        let mut tags = self.tags(span);
        tags.insert("ai.operation.parentId".into(), span.span_context.span_id().to_string().into());
        let (name, data) = match &*event.name {
            "exception" => ("Microsoft.ApplicationInsights.Exception", Data::Exception(exception(event))),
            _ => ("Microsoft.ApplicationInsights.Message", Data::Message(message(event))),
        };
        self.envelope(name, event.timestamp, tags, data, of)
    }

    fn envelope<'a>(
        &'a self,
        name: &'static str,
        time: SystemTime,
        tags: Texts<'a>,
        data: Data<'a>,
        of: (usize, usize),
    ) -> Envelope<'a> {
        Envelope { name, time: Timestamp(time).to_string(), i_key: self.key.expose(), tags, data, of }
    }

    fn tags(&self, span: &SpanData) -> Texts<'_> {
        let mut tags: Texts<'_> =
            self.tags.iter().map(|(tag, text)| (Cow::Borrowed(*tag), Cow::from(text))).collect();
        tags.insert("ai.operation.id".into(), span.span_context.trace_id().to_string().into());
        tags
    }

    fn request<'a>(&'a self, span: &'a SpanData) -> Request<'a> {
        let attribute = |key| flat::text(&span.attributes, key);
        Request {
            ver: VERSION,
            id: span.span_context.span_id().to_string(),
            name: cut((&*span.name).into(), 1024),
            duration: duration(span),
            // The schema requires one, also of what is not HTTP.
            response_code: cut(attribute("http.response.status_code").unwrap_or("0".into()), 1024),
            success: is_success(span),
            url: url(&span.attributes).map(|url| cut(url, 2048)),
            properties: self.properties(span),
        }
    }

    fn dependency<'a>(&'a self, span: &'a SpanData) -> Dependency<'a> {
        let attribute = |key| flat::text(&span.attributes, key);
        let code = attribute("http.response.status_code").or_else(|| attribute("rpc.grpc.status_code"));
        Dependency {
            ver: VERSION,
            id: span.span_context.span_id().to_string(),
            name: cut((&*span.name).into(), 1024),
            duration: duration(span),
            result_code: code.map(|code| cut(code, 1024)),
            success: is_success(span),
            data: attribute("url.full").or_else(|| attribute("db.query.text")).map(|data| cut(data, 8192)),
            target: target(&span.attributes).map(|target| cut(target, 1024)),
            kind: dependency_type(span).map(|kind| cut(kind, 1024)),
            properties: self.properties(span),
        }
    }

    fn properties<'a>(&'a self, span: &'a SpanData) -> Texts<'a> {
        let mut all = properties(flat::tags(&self.resource, span));
        if !span.links.links.is_empty() {
            all.insert("_MS.links".into(), links(&span.links.links).into());
        }
        all
    }
}

/// Where somebody else waits for this program, it was asked for something.
fn is_request(span: &SpanData) -> bool {
    matches!(span.span_kind, SpanKind::Server | SpanKind::Consumer)
}

fn is_success(span: &SpanData) -> bool {
    !matches!(span.status, Status::Error { .. })
}

/// Days, hours, minutes, seconds and tenths of microseconds: `d.hh:mm:ss.fffffff`.
fn duration(span: &SpanData) -> String {
    let lasted: Duration = span.end_time.duration_since(span.start_time).unwrap_or_default();
    let (seconds, ticks) = (lasted.as_secs(), lasted.subsec_nanos() / 100);
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    format!("{days}.{hours:02}:{:02}:{:02}.{ticks:07}", seconds / 60 % 60, seconds % 60)
}

fn url(attributes: &[KeyValue]) -> Option<Cow<'_, str>> {
    let attribute = |key| flat::text(attributes, key);
    if let Some(url) = attribute("url.full") {
        return Some(url);
    }
    let path = attribute("url.path")?;
    match (attribute("url.scheme"), host(attributes)) {
        (Some(scheme), Some(host)) => Some(format!("{scheme}://{host}{path}").into()),
        _ => Some(path),
    }
}

fn host(attributes: &[KeyValue]) -> Option<Cow<'_, str>> {
    let host = flat::text(attributes, "server.address")?;
    match flat::text(attributes, "server.port") {
        Some(port) => Some(format!("{host}:{port}").into()),
        None => Some(host),
    }
}

fn target(attributes: &[KeyValue]) -> Option<Cow<'_, str>> {
    let attribute = |key| flat::text(attributes, key);
    attribute("peer.service")
        .or_else(|| host(attributes))
        .or_else(|| attribute("network.peer.address"))
        .or_else(|| attribute("db.namespace"))
}

fn dependency_type(span: &SpanData) -> Option<Cow<'_, str>> {
    if span.span_kind == SpanKind::Internal {
        return Some("InProc".into());
    }
    let attribute = |key| flat::text(&span.attributes, key);
    let system = ["db.system.name", "messaging.system", "rpc.system"].into_iter().find_map(attribute);
    system.or_else(|| attribute("http.request.method").map(|_| "HTTP".into()))
}

/// As the portal reads them.
fn links(links: &[Link]) -> String {
    /// What fits into a property.
    const MOST: usize = 100;
    let links = links.iter().take(MOST).map(|link| &link.span_context);
    let links =
        links.map(|to| json!({ "operation_Id": to.trace_id().to_string(), "id": to.span_id().to_string() }));
    links.collect::<serde_json::Value>().to_string()
}

fn exception(event: &Event) -> Exception<'_> {
    let attribute = |key| flat::text(&event.attributes, key);
    let type_name = attribute("exception.type").unwrap_or("error".into());
    let stack = attribute("exception.stacktrace").map(|stack| cut(stack, 32_768));
    let details = ExceptionDetails {
        message: cut(attribute("exception.message").unwrap_or_else(|| type_name.clone()), 32_768),
        type_name: cut(type_name, 1024),
        has_full_stack: stack.is_some(),
        stack,
    };
    Exception { ver: VERSION, exceptions: [details], properties: event_properties(event) }
}

fn message(event: &Event) -> Message<'_> {
    let message = if event.name.is_empty() { "event" } else { &event.name };
    Message { ver: VERSION, message: cut(message.into(), 32_768), properties: event_properties(event) }
}

/// What an item of its own has no field for.
fn event_properties(event: &Event) -> Texts<'_> {
    const FIELDS: [&str; 3] = ["exception.type", "exception.message", "exception.stacktrace"];
    let is_field = |name: &str| event.name == "exception" && FIELDS.contains(&name);
    let dropped = event.dropped_attributes_count;
    let dropped = (dropped > 0).then(|| (flat::DROPPED_ATTRIBUTES, dropped.to_string().into()));
    properties(flat::attributes(&event.attributes).filter(|(name, _)| !is_field(name)).chain(dropped))
}
