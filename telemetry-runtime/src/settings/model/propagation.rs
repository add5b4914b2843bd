use crate::settings::check;
use crate::settings::choices::choices;
use crate::settings::table::section;

section! {
    /// How contexts travel in headers.
    ///
    /// ```
    /// let yaml = "propagation: { formats: [tracecontext, b3], baggage_hosts: ['*.internal'] }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.propagation.formats[1].as_str(), "b3");
    /// assert_eq!(settings.propagation.baggage_hosts, ["*.internal"]);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct PropagationSettings {
        /// What is written and read, in this order; an empty list or `none` is nothing. Defaults to `tracecontext` and
        /// `baggage`; `OTEL_PROPAGATORS`.
        pub formats: Vec<PropagationFormat> = vec![PropagationFormat::TraceContext, PropagationFormat::Baggage];
        /// Hosts that may get baggage, such as `api.example`; `*.example` is all below one, `*` is all. Defaults to none.
        pub baggage_hosts: Vec<String> = Vec::new(), check::hosts;
    }
}

choices! {
    /// A way to write a context into headers.
    pub enum PropagationFormat {
        /// The W3C's `traceparent` and `tracestate`.
        TraceContext = "tracecontext",
        /// The W3C's `baggage`.
        Baggage = "baggage",
        /// Zipkin's `b3`.
        B3 = "b3",
        /// Zipkin's `x-b3-…`.
        B3Multi = "b3multi",
        /// Jaeger's `uber-trace-id`.
        Jaeger = "jaeger",
        /// Nothing; beside others it has no meaning.
        None = "none",
    }
}
