//! The trace context of calls: what is current, and how it goes on.

mod context;
mod current;
mod future;

pub use self::{
    context::Context,
    current::current_span,
    future::{InContext, TelemetryFutureExt},
};
