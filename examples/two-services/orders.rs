//! The service between: takes orders, and asks the stock.

use std::{error::Error, net::SocketAddr, path::PathBuf, sync::Arc};

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::post,
};
use telemetry_runtime as telemetry;

use crate::{
    client::{CallError, Service},
    install, service,
};

pub(crate) async fn run(spans: PathBuf, stock: SocketAddr) -> Result<(), Box<dyn Error>> {
    install("orders", &spans)?;
    let stock = Arc::new(Stock(Service::new(stock)?));
    service::serve(Router::new().route("/orders/{item}", post(place)).with_state(stock)).await
}

async fn place(State(stock): State<Arc<Stock>>, Path(item): Path<String>) -> Result<String, StatusCode> {
    match stock.reserve(&item).await {
        Ok(reserved) => Ok(format!("an order of {reserved}")),
        Err(CallError::Status(StatusCode::CONFLICT)) => Err(StatusCode::CONFLICT),
        Err(_) => Err(StatusCode::BAD_GATEWAY),
    }
}

struct Stock(Service);

#[telemetry::instrument_adapter("stock")]
impl Stock {
    async fn reserve(&self, item: &str) -> Result<String, CallError> {
        self.0.post(&format!("/reservations/{item}")).await
    }
}
