//! Envelopes, and the lengths that their schema allows.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Serialize;

/// Names and texts of an envelope.
pub(super) type Texts<'a> = BTreeMap<Cow<'a, str>, Cow<'a, str>>;

/// One item of telemetry, and what it needs to be found again.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Envelope<'a> {
    pub(super) name: &'static str,
    pub(super) time: String,
    pub(super) i_key: &'a str,
    pub(super) tags: Texts<'a>,
    pub(super) data: Data<'a>,
    /// Which span of the batch it is about, and which of its envelopes this is.
    #[serde(skip)]
    pub(super) of: (usize, usize),
}

/// The item itself.
#[derive(Serialize)]
#[serde(tag = "baseType", content = "baseData")]
pub(super) enum Data<'a> {
    #[serde(rename = "RequestData")]
    Request(Request<'a>),
    #[serde(rename = "RemoteDependencyData")]
    Dependency(Dependency<'a>),
    #[serde(rename = "ExceptionData")]
    Exception(Exception<'a>),
    #[serde(rename = "MessageData")]
    Message(Message<'a>),
}

/// What the program was asked to do.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request<'a> {
    pub(super) ver: u8,
    pub(super) id: String,
    pub(super) name: Cow<'a, str>,
    pub(super) duration: String,
    pub(super) response_code: Cow<'a, str>,
    pub(super) success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub(super) properties: Texts<'a>,
}

/// What the program did, or asked others to do.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dependency<'a> {
    pub(super) ver: u8,
    pub(super) id: String,
    pub(super) name: Cow<'a, str>,
    pub(super) duration: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) result_code: Option<Cow<'a, str>>,
    pub(super) success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) target: Option<Cow<'a, str>>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub(super) properties: Texts<'a>,
}

/// What went wrong within a span.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Exception<'a> {
    pub(super) ver: u8,
    pub(super) exceptions: [ExceptionDetails<'a>; 1],
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub(super) properties: Texts<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ExceptionDetails<'a> {
    pub(super) type_name: Cow<'a, str>,
    pub(super) message: Cow<'a, str>,
    pub(super) has_full_stack: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stack: Option<Cow<'a, str>>,
}

/// Anything else that happened within a span.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Message<'a> {
    pub(super) ver: u8,
    pub(super) message: Cow<'a, str>,
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub(super) properties: Texts<'a>,
}

/// The version of each kind of item.
pub(super) const VERSION: u8 = 2;

/// Cuts what the service would refuse; bytes are never fewer than the characters that it counts.
pub(super) fn cut(text: Cow<'_, str>, longest: usize) -> Cow<'_, str> {
    if text.len() <= longest {
        return text;
    }
    let end = text.floor_char_boundary(longest);
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[..end]),
        Cow::Owned(mut text) => {
            text.truncate(end);
            Cow::Owned(text)
        }
    }
}

/// Properties as the schema allows them; names of the service's own are left to it.
pub(super) fn properties<'a>(given: impl IntoIterator<Item = (&'a str, Cow<'a, str>)>) -> Texts<'a> {
    let mine = given.into_iter().filter(|(name, _)| !name.is_empty() && !name.starts_with("_MS."));
    mine.map(|(name, text)| (cut(name.into(), 150), cut(text, 8192))).collect()
}
