use crate::settings::secret::Secret;
use crate::settings::table::section;

section! {
    /// The pages and the middleware of a web application.
    pub struct WebSettings {
        /// The bearer token for `/telemetry` from other machines; none admits only this machine.
        /// Defaults to none.
        pub token: Option<Secret> = None;
        /// Whether the trace context of incoming requests is continued. Defaults to true.
        pub trust_incoming_context: bool = true;
    }
}
