//! The whole set-up of an axum service.

use std::panic::{AssertUnwindSafe, catch_unwind};

use axum::Router;

use super::{layer::HttpServerLayer, routes::routes};
use crate::{settings::Settings, setup::Telemetry, setup_error::SetupError};

/// Sets telemetry up and gives it to an axum service.
///
/// Call it last, after the routes: only they are counted. It reads the settings, installs [`Telemetry`], adds
/// `GET /metrics`, `GET /health/telemetry` and the guarded pages under `/telemetry`, and counts every request by its
/// route's template. A second call, for a second router, only adds the routes and the layer. With the feature
/// `tracing-layer` it installs a `tracing` subscriber too, unless the program has one. With the feature `monitor` there
/// are `GET /health/telemetry/live` and `GET /health/telemetry/ready` for orchestrators.
///
/// With the feature `dashboard` the live page is at `/telemetry`, with its API below `/telemetry/api`. The pages under
/// `/telemetry` are for this machine: a loopback peer that asks for a loopback name and comes by no proxy. Others need
/// the token of `web.token`, as `Authorization: Bearer ..` or in the page's form.
///
/// ```
/// use axum::{Router, routing::get};
///
/// let app: Router = Router::new().route("/", get(|| async { "hello" }));
/// let app = telemetry_runtime::setup_telemetry(app)?;
/// # let _ = app;
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
///
/// # Errors
///
/// A [`SetupError`] that names what is wrong and the remedy: settings that are wrong, a port that is taken, or a
/// route `/metrics`, `/health/telemetry` or below `/telemetry` that the service has itself.
pub fn setup_telemetry<S: Clone + Send + Sync + 'static>(app: Router<S>) -> Result<Router<S>, SetupError> {
    let telemetry = match Telemetry::global() {
        Some(telemetry) => telemetry.clone(),
        None => match Telemetry::builder().settings(Settings::load()?).install() {
            // Another thread was faster.
            Err(SetupError::AlreadyInstalled) => return setup_telemetry(app),
            installed => installed?,
        },
    };
    #[cfg(feature = "tracing-layer")]
    telemetry.install_subscriber();
    telemetry.router(app)
}

impl Telemetry {
    /// Adds the routes of telemetry to `app`, and counts its requests.
    ///
    /// # Errors
    ///
    /// [`SetupError::RouteTaken`] if `app` has a route `/metrics`, `/health/telemetry` or `/telemetry/..` itself.
    pub fn router<S: Clone + Send + Sync + 'static>(&self, app: Router<S>) -> Result<Router<S>, SetupError> {
        let own = routes(self);
        // The router panics on a second route of the same path, and cannot be asked before.
        let merged = catch_unwind(AssertUnwindSafe(|| app.merge(own)));
        let merged = merged.map_err(|_| SetupError::RouteTaken {
            path: "/metrics, /health/telemetry, below that, or below /telemetry".to_owned(),
        })?;
        Ok(merged.layer(self.layer()))
    }

    /// The layer that counts requests, for servers that are not made by [`Telemetry::router`].
    #[must_use]
    pub fn layer(&self) -> HttpServerLayer {
        HttpServerLayer::new(self.registry().clone(), self.plan())
    }
}
