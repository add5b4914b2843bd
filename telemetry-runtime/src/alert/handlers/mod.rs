//! The handlers that come with the toolkit.

mod alertmanager;
#[cfg(feature = "email")]
mod email;
mod log;
mod slack;
#[cfg(test)]
mod tests;
mod webhook;

#[cfg(feature = "email")]
pub use self::email::EmailHandler;
pub use self::{
    alertmanager::AlertmanagerHandler, log::LogHandler, slack::SlackHandler, webhook::WebhookHandler,
};
use super::AlertError;
use crate::{
    export::{
        delivery::{Delivery, Failure, Reason},
        net::JsonPost,
    },
    setup_error::SetupError,
};

/// Posts what `body` is as JSON.
async fn post(post: &JsonPost, body: &impl serde::Serialize) -> Result<(), AlertError> {
    let delivery = match serde_json::to_vec(body) {
        Ok(body) => post.send(body).await,
        Err(error) => Delivery::refused(Failure::new(Reason::Serialize, &error)),
    };
    AlertError::of(delivery)
}

/// A setting that a handler cannot do without; the program may have made the settings itself.
fn required<'a, T>(value: &'a Option<T>, key: &str, allowed: &str) -> Result<&'a T, SetupError> {
    value.as_ref().ok_or_else(|| invalid(key, "nothing", allowed))
}

fn invalid(key: &str, value: &str, allowed: &str) -> SetupError {
    SetupError::InvalidValue {
        key: key.to_owned(),
        value: value.to_owned(),
        source: "alerts".to_owned(),
        allowed: allowed.to_owned(),
    }
}
