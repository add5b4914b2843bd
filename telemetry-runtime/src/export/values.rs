//! Values of attributes in formats that have fewer types.

#[cfg(any(feature = "zipkin", feature = "azure-monitor"))]
use std::borrow::Cow;

use opentelemetry::{Array, StringValue, Value};

/// A value as JSON has it.
pub(crate) fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::I64(value) => (*value).into(),
        Value::F64(value) => number(*value),
        Value::String(value) => value.as_str().into(),
        Value::Array(Array::Bool(values)) => values.as_slice().into(),
        Value::Array(Array::I64(values)) => values.as_slice().into(),
        Value::Array(Array::F64(values)) => values.iter().map(|value| number(*value)).collect(),
        Value::Array(Array::String(values)) => values.iter().map(StringValue::as_str).collect(),
        other => other.as_str().into(),
    }
}

/// JSON has no word for what is no finite number.
fn number(value: f64) -> serde_json::Value {
    serde_json::Number::from_f64(value).map_or_else(|| value.to_string().into(), Into::into)
}

/// A value as text; an array is a list of JSON.
#[cfg(any(feature = "zipkin", feature = "azure-monitor"))]
pub(super) fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Array(_) => json(value).to_string().into(),
        Value::String(text) => text.as_str().into(),
        other => other.to_string().into(),
    }
}
