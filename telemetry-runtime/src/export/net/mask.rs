//! Cuts our own secrets from what others say.

use std::sync::Arc;

use super::address::Address;
use super::userinfo::basic;
use crate::redact;
use crate::settings::Secret;

/// Anything shorter is no secret, and would tear holes into innocent words.
const SHORTEST: usize = 4;

/// The most of a server's words that a message quotes, in bytes.
const QUOTED: usize = 512;

/// Knows every secret that a request carries, because servers like to repeat them.
#[derive(Clone)]
pub(in crate::export) struct Mask {
    secrets: Arc<[String]>,
}

impl Mask {
    /// Of an address and what else is sent to it.
    pub(in crate::export) fn new<'a>(address: &Address, sent: impl IntoIterator<Item = &'a Secret>) -> Self {
        let mut secrets: Vec<String> = address.query_values().map(str::to_owned).collect();
        for value in sent {
            push_header(&mut secrets, value.expose());
        }
        if let Some(userinfo) = &address.userinfo {
            push_header(&mut secrets, &basic(userinfo));
            secrets.extend(userinfo.split_once(':').map(|(_, password)| password.to_owned()));
            secrets.push(userinfo.clone());
        }
        secrets.retain(|secret| secret.len() >= SHORTEST);
        // A secret that contains another one goes first, or its rest would stay.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.dedup();
        Self { secrets: secrets.into() }
    }

    /// Another's words as a message of ours may quote them.
    pub(in crate::export) fn quote(&self, text: &str) -> String {
        let mut text = redact::message(&self.hide(text));
        if text.len() > QUOTED {
            text.truncate(text.floor_char_boundary(QUOTED - '…'.len_utf8()));
            text.push('…');
        }
        text
    }

    fn hide(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "***"))
    }
}

/// The value, and the credentials alone where a scheme precedes them.
fn push_header(secrets: &mut Vec<String>, value: &str) {
    secrets.push(value.to_owned());
    secrets.extend(value.trim().split_once(' ').map(|(_, credentials)| credentials.trim().to_owned()));
}
