//! Label sets, escaped once.

use std::{borrow::Cow, fmt, sync::Arc};

/// The labels of one series, in the order of the exposition.
///
/// Cloning is cheap: series keep their labels for ever and every snapshot shares them.
///
/// ```
/// use telemetry_runtime::Metrics;
///
/// let metrics = Metrics::new("doc", "labels");
/// metrics.counter("sent_total", "Mails sent.", ["list"]).with(["news"]).inc();
/// let family = metrics.collect("sent_total").expect("it was made");
/// let labels = &family.series[0].labels;
/// assert_eq!(labels.get("list"), Some("news"));
/// assert_eq!(labels.iter().collect::<Vec<_>>(), [("list", "news")]);
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(Arc<LabelSet>);

type Pair = (Cow<'static, str>, Cow<'static, str>);

#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
struct LabelSet {
    pairs: Box<[Pair]>,
    /// `a="x",b="y"`, escaped as the text format wants it.
    text: Box<str>,
}

impl Labels {
    pub(crate) fn new<N, V>(pairs: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<Cow<'static, str>>,
        V: Into<Cow<'static, str>>,
    {
        let pairs: Box<[Pair]> = pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let mut text = String::new();
        for (index, (name, value)) in pairs.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            push_pair(&mut text, name, value);
        }
        Self(Arc::new(LabelSet { pairs, text: text.into() }))
    }

    /// These labels and one more behind them.
    pub(crate) fn and(&self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        Self::new(self.0.pairs.iter().cloned().chain([(name.into(), value.into())]))
    }

    /// The value of a label.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find_map(|(key, value)| (key == name).then_some(value))
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> + Clone {
        self.0.pairs.iter().map(|(name, value)| (&**name, &**value))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0.text
    }
}

impl fmt::Debug for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}}", self.text())
    }
}

fn push_pair(text: &mut String, name: &str, value: &str) {
    text.push_str(name);
    text.push_str("=\"");
    for c in value.chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '"' => text.push_str("\\\""),
            '\n' => text.push_str("\\n"),
            c => text.push(c),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_once_and_kept_raw_beside() {
        let labels = Labels::new([("a", "x\"y"), ("b", "1\\2\n3")]).and("c", "z");
        assert_eq!(labels.text(), r#"a="x\"y",b="1\\2\n3",c="z""#);
        assert_eq!(labels.get("a"), Some("x\"y"));
        assert_eq!(labels.get("d"), None);
        assert_eq!(labels.iter().len(), 3);
    }
}
