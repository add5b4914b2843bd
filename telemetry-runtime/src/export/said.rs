//! What attributes say of the span itself.

use opentelemetry::{Value, trace::Status};

use super::additions::Additions;
use crate::trace::record::{STATUS_CODE, STATUS_DESCRIPTION};

/// Another name of the description, which libraries of the `tracing` family have used.
const STATUS_MESSAGE: &str = "otel.status_message";

/// Takes an attribute out, as text.
pub(super) fn take(added: &mut Additions, wanted: &str) -> Option<String> {
    let at = added.attributes.iter().position(|attribute| attribute.key.as_str() == wanted)?;
    Some(added.attributes.remove(at).value.as_str().into_owned())
}

/// Whether it says that the span failed.
pub(super) fn says_error(added: &Additions) -> bool {
    let is_error =
        |value: &Value| matches!(value, Value::String(code) if code.as_str().eq_ignore_ascii_case("error"));
    added.attributes.iter().any(|said| said.key.as_str() == STATUS_CODE && is_error(&said.value))
}

/// Takes the status out; none leaves it as the span ended.
pub(super) fn status(added: &mut Additions) -> Option<Status> {
    let code = take(added, STATUS_CODE);
    let [description, message] = [STATUS_DESCRIPTION, STATUS_MESSAGE].map(|name| take(added, name));
    match (code, description.or(message)) {
        (Some(code), _) if code.eq_ignore_ascii_case("ok") => Some(Status::Ok),
        (Some(code), message) if code.eq_ignore_ascii_case("error") => {
            Some(Status::error(message.unwrap_or_default()))
        }
        (_, Some(message)) => Some(Status::error(message)),
        (_, None) => None,
    }
}
