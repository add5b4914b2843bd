//! HTTP calls to other services: a span each, and the context in their headers.

mod layer;
mod outgoing;

pub use self::{
    layer::{HttpClientLayer, HttpClientService, OutgoingFuture},
    outgoing::{OutgoingRequest, OutgoingResponse, Target},
};
