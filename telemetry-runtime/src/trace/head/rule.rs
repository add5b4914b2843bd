//! A ratio for a part of the traces.

use std::{borrow::Cow, fmt};

/// What a root is called.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RootNames<'a> {
    pub(super) service: &'a str,
    pub(super) provider: Option<&'a str>,
    pub(super) operation: Option<&'a str>,
    pub(super) route: Option<&'a str>,
}

/// A ratio for new traces that begin in one way.
///
/// A trace begins with a call, which has a provider and an operation, or with a request, which has a route; a span
/// made by hand has none of them. Names are compared as they are, and a rule that states several needs all of them.
///
/// ```
/// use telemetry_runtime::{SamplingPolicy, SamplingRule};
///
/// let policy = SamplingPolicy::new(0.1)
///     .rule(SamplingRule::new(1.0).provider("payments").operation("refund"))
///     .rule(SamplingRule::new(0.5).provider("payments"))
///     .rule(SamplingRule::new(0.0).route("/ping"));
/// # let _ = policy;
/// ```
#[must_use = "a rule does nothing until it is part of a policy"]
#[derive(Clone, Debug, PartialEq)]
pub struct SamplingRule {
    pub(super) ratio: f64,
    pub(super) service: Option<Cow<'static, str>>,
    pub(super) provider: Option<Cow<'static, str>>,
    pub(super) operation: Option<Cow<'static, str>>,
    pub(super) route: Option<Cow<'static, str>>,
}

impl SamplingRule {
    /// Why a rule is refused that states nothing.
    #[cfg(any(feature = "settings", feature = "_background"))]
    pub(crate) const EMPTY: &'static str = "at least one of service, provider, operation, route";
    /// Why a rule is refused that no root matches.
    #[cfg(any(feature = "settings", feature = "_background"))]
    pub(crate) const APART: &'static str =
        "route without provider and operation: a trace begins with a request or with a call";

    /// Records this share, 0 to 1, of the traces that match.
    pub const fn new(ratio: f64) -> Self {
        Self { ratio, service: None, provider: None, operation: None, route: None }
    }

    /// Only in the service of this name.
    pub fn service(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.service = Some(name.into());
        self
    }

    /// Only for calls of this provider.
    pub fn provider(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.provider = Some(name.into());
        self
    }

    /// Only for calls of this operation.
    pub fn operation(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.operation = Some(name.into());
        self
    }

    /// Only for requests of this route template.
    pub fn route(mut self, template: impl Into<Cow<'static, str>>) -> Self {
        self.route = Some(template.into());
        self
    }

    /// Whether it decides on a root of these names.
    pub(super) fn matches(&self, root: &RootNames<'_>) -> bool {
        let fits = |stated: &Option<Cow<'static, str>>, name: Option<&str>| {
            stated.as_deref().is_none_or(|stated| name == Some(stated))
        };
        fits(&self.service, Some(root.service))
            && fits(&self.provider, root.provider)
            && fits(&self.operation, root.operation)
            && fits(&self.route, root.route)
    }
}

impl fmt::Display for SamplingRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            ("service", &self.service),
            ("provider", &self.provider),
            ("operation", &self.operation),
            ("route", &self.route),
        ];
        for (key, name) in names {
            if let Some(name) = name {
                write!(f, "{key}: {name}, ")?;
            }
        }
        write!(f, "ratio: {}", self.ratio)
    }
}
