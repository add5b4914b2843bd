//! Assertions on one span.

use opentelemetry::{Value, trace::Status};
use opentelemetry_sdk::trace::SpanData;

use super::spans;

/// A span that has ended; every assertion gives it back.
///
/// ```
/// use telemetry_runtime::{span, testing::TestTelemetry};
///
/// let telemetry = TestTelemetry::new();
/// let settle = span("settle").attribute("orders", 3).start();
/// let entered = settle.enter();
/// span("save").start().add_event("written", &[]);
/// drop((entered, settle));
///
/// telemetry.span("settle").assert_ok().assert_attribute("orders", 3);
/// telemetry.span("save").assert_child_of("settle").assert_event("written");
/// ```
#[derive(Clone, Debug)]
pub struct SpanAssertions {
    all: Vec<SpanData>,
    index: usize,
}

impl SpanAssertions {
    /// The only span of that name.
    #[track_caller]
    pub(super) fn new(all: Vec<SpanData>, name: &str) -> Self {
        let mut found = (0..all.len()).filter(|index| all[*index].name == name);
        let (first, more) = (found.next(), found.count());
        match first {
            Some(index) if more == 0 => Self { all, index },
            first => panic!(
                "one span `{name}` is expected, there are {}\n  spans:\n{}",
                more + usize::from(first.is_some()),
                indented(&spans::tree(&all))
            ),
        }
    }

    /// All of it.
    #[must_use]
    pub fn data(&self) -> &SpanData {
        &self.all[self.index]
    }

    /// The value of an attribute.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Option<&Value> {
        let attributes = &self.data().attributes;
        attributes.iter().find(|attribute| attribute.key.as_str() == key).map(|attribute| &attribute.value)
    }

    /// It has that attribute.
    ///
    /// # Panics
    ///
    /// If it has not, or with another value; so does every assertion that does not hold. The message says what it has.
    #[track_caller]
    pub fn assert_attribute(&self, key: &str, value: impl Into<Value>) -> &Self {
        let value = value.into();
        let found = self.attribute(key);
        assert!(
            found == Some(&value),
            "{}: attribute `{key}` is not as expected\n  expected: {value:?}\n  seen: {}\n  attributes: {}",
            self.data().name,
            found.map_or_else(|| "nothing".to_owned(), |value| format!("{value:?}")),
            self.attributes()
        );
        self
    }

    /// It has no attribute of that name.
    #[track_caller]
    pub fn assert_no_attribute(&self, key: &str) -> &Self {
        let found = self.attribute(key);
        assert!(
            found.is_none(),
            "{}: attribute `{key}` is {found:?}, and none is expected",
            self.data().name
        );
        self
    }

    /// Its status is no error.
    #[track_caller]
    pub fn assert_ok(&self) -> &Self {
        let status = &self.data().status;
        assert!(
            !matches!(status, Status::Error { .. }),
            "{}: no error is expected: {status:?}",
            self.data().name
        );
        self
    }

    /// Its status is an error whose description has that text in it.
    #[track_caller]
    pub fn assert_error(&self, text: &str) -> &Self {
        let status = &self.data().status;
        let is_expected = matches!(status, Status::Error { description } if description.contains(text));
        assert!(is_expected, "{}: an error with `{text}` is expected\n  seen: {status:?}", self.data().name);
        self
    }

    /// It has an event of that name.
    #[track_caller]
    pub fn assert_event(&self, name: &str) -> &Self {
        let events: Vec<&str> = self.data().events.iter().map(|event| &*event.name).collect();
        let span = &self.data().name;
        assert!(events.contains(&name), "{span}: an event `{name}` is expected\n  seen: {events:?}");
        self
    }

    /// Its parent is a span of that name.
    #[track_caller]
    pub fn assert_child_of(&self, name: &str) -> &Self {
        let parent = self.data().parent_span_id;
        let parent = self.all.iter().find(|span| span.span_context.span_id() == parent);
        let parent = parent.map_or("none that has ended", |parent| &*parent.name);
        assert!(
            parent == name,
            "{}: the parent is not as expected\n  expected: {name}\n  seen: {parent}\n  spans:\n{}",
            self.data().name,
            indented(&spans::tree(&self.all))
        );
        self
    }

    fn attributes(&self) -> String {
        let attributes = self.data().attributes.iter();
        attributes
            .map(|attribute| format!("{}={}", attribute.key, attribute.value))
            .collect::<Vec<_>>()
            .join(" ")
    }
}

pub(super) fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("    {line}")).collect();
    if lines.is_empty() { "    nothing".to_owned() } else { lines.join("\n") }
}
