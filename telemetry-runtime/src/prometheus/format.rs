//! The text formats, and which of them a server wants.

/// The text formats that Prometheus reads.
///
/// ```
/// use telemetry_runtime::prometheus::Format;
///
/// let asked = "application/openmetrics-text; version=1.0.0, text/plain; q=0.5";
/// assert_eq!(Format::accepted_by(asked), Format::OpenMetrics);
/// assert!(Format::Text.content_type().starts_with("text/plain"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Version 0.0.4, which every server reads.
    Text,
    /// OpenMetrics 1.0.0.
    OpenMetrics,
}

impl Format {
    /// The value of the `Content-Type` header.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    /// The format that an `Accept` header prefers; the text format if it names neither.
    #[must_use]
    pub fn accepted_by(accept: &str) -> Self {
        let quality = |wanted: &str| {
            let accepts = accept.split(',').filter_map(|media| {
                let mut parts = media.split(';').map(str::trim);
                let is_wanted = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted));
                let quality = parts.find_map(|part| part.strip_prefix("q=")).and_then(|q| q.parse().ok());
                is_wanted.then(|| quality.unwrap_or(1.0_f64))
            });
            accepts.fold(0.0, f64::max)
        };
        let open_metrics = quality("application/openmetrics-text");
        if open_metrics > 0.0 && open_metrics >= quality("text/plain") {
            Self::OpenMetrics
        } else {
            Self::Text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_decides_the_format() {
        let cases = [
            ("", Format::Text),
            ("*/*", Format::Text),
            ("application/openmetrics-text", Format::OpenMetrics),
            (
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3",
                Format::OpenMetrics,
            ),
            ("application/openmetrics-text;q=0.1, text/plain", Format::Text),
            ("application/openmetrics-text;q=0", Format::Text),
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.8,\
                 application/openmetrics-text;version=1.0.0;q=0.7,text/plain;version=0.0.4;q=0.5,*/*;q=0.4",
                Format::OpenMetrics,
            ),
        ];
        for (accept, format) in cases {
            assert_eq!(Format::accepted_by(accept), format, "{accept}");
        }
    }
}
