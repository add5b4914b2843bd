//! The last of the three: says whether a thing is there.

use std::{error::Error, path::PathBuf};

use axum::{Router, extract::Path, http::StatusCode, routing::post};
use telemetry_runtime as telemetry;

use crate::{install, service};

pub(crate) async fn run(spans: PathBuf) -> Result<(), Box<dyn Error>> {
    install("stock", &spans)?;
    service::serve(Router::new().route("/reservations/{item}", post(reserve))).await
}

async fn reserve(Path(item): Path<String>) -> Result<String, StatusCode> {
    take(&item).map_err(|OutOfStock| StatusCode::CONFLICT)
}

#[derive(Debug, thiserror::Error, telemetry::ErrorType)]
#[error("out of stock")]
struct OutOfStock;

#[telemetry::instrument(provider = "shelf", fields(item))]
fn take(item: &str) -> Result<String, OutOfStock> {
    if item == "hat" { Err(OutOfStock) } else { Ok(format!("one {item}")) }
}
