//! Lines of the two text formats.
//!
//! Labels were escaped when their series was made and `le` values when its bounds were, so that a line is a few
//! copies and a number.

use std::{fmt::Write as _, time::SystemTime};

use super::Format;
use crate::metrics::{Exemplar, Family, FamilyKind, HistogramValue, Labels, Series, Snapshot, Value};

/// Appends the exposition of `snapshot` to `out`.
///
/// Keep `out` from one scrape to the next: growing it costs more than writing it.
///
/// ```
/// use telemetry_runtime::{Snapshot, prometheus};
///
/// let mut text = String::new();
/// prometheus::render(&Snapshot::take(), prometheus::Format::OpenMetrics, &mut text);
/// assert!(text.ends_with("# EOF\n"));
/// ```
pub fn render(snapshot: &Snapshot, format: Format, out: &mut String) {
    let defaults = snapshot.default_labels();
    let mut writer = Writer { out, format, defaults, start: String::new(), numbers: Numbers::default() };
    for family in snapshot.families() {
        writer.family(family);
    }
    if format == Format::OpenMetrics {
        out.push_str("# EOF\n");
    }
}

struct Writer<'a> {
    out: &'a mut String,
    format: Format,
    defaults: &'a Labels,
    /// What the buckets of a series have in common.
    start: String,
    numbers: Numbers,
}

#[derive(Default)]
struct Numbers {
    integer: itoa::Buffer,
    float: ryu::Buffer,
}

impl Writer<'_> {
    fn family(&mut self, family: &Family) {
        // OpenMetrics names a counter's family without the suffix that its samples must have.
        let base = family.name.strip_suffix("_total").filter(|_| family.kind == FamilyKind::Counter);
        let is_open = self.format == Format::OpenMetrics;
        let family_name = if is_open { base.unwrap_or(&family.name) } else { &family.name };
        self.header("# HELP ", family_name);
        self.help(&family.help);
        self.header("# TYPE ", family_name);
        self.out.push_str(family.kind.as_str());
        self.out.push('\n');
        let suffix =
            if is_open && family.kind == FamilyKind::Counter && base.is_none() { "_total" } else { "" };
        for series in &family.series {
            self.series(&family.name, suffix, series);
        }
    }

    fn header(&mut self, keyword: &str, name: &str) {
        self.out.push_str(keyword);
        self.out.push_str(name);
        self.out.push(' ');
    }

    fn help(&mut self, help: &str) {
        for c in help.chars() {
            match c {
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '"' if self.format == Format::OpenMetrics => self.out.push_str("\\\""),
                c => self.out.push(c),
            }
        }
        self.out.push('\n');
    }

    fn series(&mut self, name: &str, suffix: &str, series: &Series) {
        match &series.value {
            Value::Counter(count) => {
                self.sample(name, suffix, &series.labels);
                self.integer(*count);
            }
            Value::Amount(value) | Value::Gauge(value) => {
                self.sample(name, suffix, &series.labels);
                self.float(*value);
            }
            Value::Histogram(value) => self.histogram(name, &series.labels, value),
        }
    }

    /// The count is the last bucket of the same read, so that they always agree.
    fn histogram(&mut self, name: &str, labels: &Labels, value: &HistogramValue) {
        let le = value.buckets.le(self.format == Format::OpenMetrics);
        let is_open = self.format == Format::OpenMetrics;
        let mut exemplars = value.exemplars.iter().filter(|_| is_open).map(Option::as_ref);
        self.start.clear();
        let separator = begin_line(&mut self.start, [name, "_bucket"], self.defaults, labels);
        self.start.push(separator);
        self.start.push_str("le=\"");
        let mut count = 0;
        for (bucket, le) in value.counts().iter().zip(le.iter().map(String::as_str).chain(["+Inf"])) {
            count += bucket;
            self.out.push_str(&self.start);
            self.out.push_str(le);
            self.out.push_str("\"} ");
            match exemplars.next().flatten() {
                Some(exemplar) => self.integer_with(count, exemplar),
                None => self.integer(count),
            }
        }
        self.sample(name, "_sum", labels);
        self.float(value.sum());
        self.sample(name, "_count", labels);
        self.integer(count);
    }

    /// Everything of a line up to its value.
    fn sample(&mut self, name: &str, suffix: &str, labels: &Labels) {
        let separator = begin_line(self.out, [name, suffix], self.defaults, labels);
        self.out.push_str(if separator == '{' { " " } else { "} " });
    }

    /// A number and an example of what it counts.
    fn integer_with(&mut self, value: u64, exemplar: &Exemplar) {
        self.out.push_str(self.numbers.integer.format(value));
        let time = exemplar.time().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = write!(
            self.out,
            " # {{trace_id=\"{}\",span_id=\"{}\"}} {} {}.{:03}",
            exemplar.trace_id(),
            exemplar.span_id(),
            ryu::Buffer::new().format(exemplar.value()),
            time.as_secs(),
            time.subsec_millis()
        );
        self.out.push('\n');
    }

    fn integer(&mut self, value: u64) {
        self.out.push_str(self.numbers.integer.format(value));
        self.out.push('\n');
    }

    fn float(&mut self, value: f64) {
        let text = match value {
            value if value.is_nan() => "NaN",
            f64::INFINITY => "+Inf",
            f64::NEG_INFINITY => "-Inf",
            value => self.numbers.float.format_finite(value),
        };
        self.out.push_str(text);
        self.out.push('\n');
    }
}

/// Writes name and labels of a line; gives what separates them from another label.
fn begin_line(line: &mut String, [name, suffix]: [&str; 2], defaults: &Labels, labels: &Labels) -> char {
    line.push_str(name);
    line.push_str(suffix);
    let mut separator = '{';
    for (key, value) in defaults.iter().filter(|(key, _)| labels.get(key).is_none()) {
        // Rarely set, so not worth a rendered form for each series.
        line.push(separator);
        line.push_str(Labels::new([(key.to_owned(), value.to_owned())]).text());
        separator = ',';
    }
    if !labels.text().is_empty() {
        line.push(separator);
        line.push_str(labels.text());
        separator = ',';
    }
    separator
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Buckets;

    fn snapshot(defaults: &[(&'static str, &'static str)]) -> Snapshot {
        let labels = Labels::new([("provider", "a\"b")]);
        let mut hits = Family::new("hits_total", FamilyKind::Counter, "Hits,\nper \"provider\".");
        hits.push(&labels, Value::Counter(3));
        let mut bare = Family::new("bare", FamilyKind::Counter, "Bare.");
        bare.push(&Labels::new::<&str, &str>([]), Value::Counter(1));
        let mut level = Family::new("level", FamilyKind::Gauge, "Level.");
        level.push(&labels, Value::Gauge(f64::NEG_INFINITY));
        let mut time = Family::new("time_seconds", FamilyKind::Histogram, "Time.");
        let buckets = Buckets::new([0.5, 1.0]);
        let value = HistogramValue::new(buckets, Box::new([1, 0, 2]), 12.5);
        time.push(&labels, Value::Histogram(value));
        let default_labels = Labels::new(defaults.iter().copied());
        Snapshot { families: vec![hits, bare, level, time], default_labels }
    }

    fn rendered(format: Format, defaults: &[(&'static str, &'static str)]) -> String {
        let mut out = String::new();
        render(&snapshot(defaults), format, &mut out);
        out
    }

    #[test]
    fn the_text_format() {
        let expected = r#"# HELP hits_total Hits,\nper "provider".
# TYPE hits_total counter
hits_total{provider="a\"b"} 3
# HELP bare Bare.
# TYPE bare counter
bare 1
# HELP level Level.
# TYPE level gauge
level{provider="a\"b"} -Inf
# HELP time_seconds Time.
# TYPE time_seconds histogram
time_seconds_bucket{provider="a\"b",le="0.5"} 1
time_seconds_bucket{provider="a\"b",le="1"} 1
time_seconds_bucket{provider="a\"b",le="+Inf"} 3
time_seconds_sum{provider="a\"b"} 12.5
time_seconds_count{provider="a\"b"} 3
"#;
        assert_eq!(rendered(Format::Text, &[]), expected);
    }

    #[test]
    fn open_metrics_differs_in_names_floats_and_its_end() {
        let text = rendered(Format::OpenMetrics, &[]);
        assert!(text.contains("# TYPE hits counter\nhits_total{provider=\"a\\\"b\"} 3\n"));
        assert!(text.contains("# TYPE bare counter\nbare_total 1\n"));
        assert!(text.contains("le=\"1.0\"} 1\n") && text.ends_with("# EOF\n"));
        assert!(text.contains("# HELP hits Hits,\\nper \\\"provider\\\".\n"));
    }

    #[test]
    fn default_labels_reach_every_line_but_give_way() {
        let text = rendered(Format::Text, &[("env", "prod"), ("provider", "x")]);
        assert!(text.contains("hits_total{env=\"prod\",provider=\"a\\\"b\"} 3\n"));
        assert!(text.contains("bare{env=\"prod\",provider=\"x\"} 1\n"));
        assert!(text.contains("time_seconds_bucket{env=\"prod\",provider=\"a\\\"b\",le=\"+Inf\"} 3\n"));
    }
}
