//! Any tower service as an adapter: its calls have one outcome, and a breaker if asked.

mod future;
mod layer;
mod service;

pub use self::{
    future::{AdapterFuture, ProtectedAdapterFuture},
    layer::AdapterLayer,
    service::AdapterService,
};
