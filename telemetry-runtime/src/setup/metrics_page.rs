//! A port of its own for the metrics.

use std::sync::Arc;

use super::{Plan, background::Work};
use crate::{metrics::MetricRegistry, prometheus::page, setup_error::SetupError};

/// A port of its own for the metrics, if the plan wants one.
pub(super) fn of_plan(plan: &Plan, registry: &Arc<MetricRegistry>) -> Result<Option<Work>, SetupError> {
    let listener = plan.web.listen.filter(|_| plan.web.exposes_metrics).map(bind).transpose()?;
    Ok(listener.map(|listener| -> Work { Box::pin(page::serve(listener, Arc::clone(registry))) }))
}

fn bind(address: std::net::SocketAddr) -> Result<std::net::TcpListener, SetupError> {
    let listener = std::net::TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    listener
        .map_err(|source| SetupError::Io { what: format!("listen on {address} (metrics.listen)"), source })
}
