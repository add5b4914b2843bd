//! Attributes of ours, as they may be written.

use std::{collections::BTreeMap, ops::Range};

use proc_macro2::{Group, TokenStream, TokenTree};

use crate::tokens::{as_group, is_ident, is_punct, place};

const ATTRIBUTES: [&str; 5] = ["instrument", "instrument_adapter", "trace", "measure", "track_errors"];

/// An attribute of ours in a list of attributes.
pub(crate) struct Ours {
    /// The bytes of the path and the arguments.
    pub(crate) place: Range<usize>,
    pub(crate) is_adapter: bool,
    pub(crate) is_rooted: bool,
    pub(crate) has_crate: bool,
}

/// Our attributes under another name, in one file.
#[derive(Debug, Default)]
pub(crate) struct Renamed(BTreeMap<String, String>);

impl Renamed {
    pub(crate) fn read(tokens: TokenStream) -> Self {
        let mut renamed = Self::default();
        renamed.extend(tokens);
        renamed
    }

    /// `instrument as traced` makes `traced` an attribute of ours.
    fn extend(&mut self, tokens: TokenStream) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        for window in tokens.windows(3) {
            if let [TokenTree::Ident(from), TokenTree::Ident(word), TokenTree::Ident(to)] = window
                && word == "as"
                && ATTRIBUTES.iter().any(|name| from == name)
            {
                self.0.insert(to.to_string(), from.to_string());
            }
        }
        for group in tokens.iter().filter_map(as_group) {
            self.extend(group.stream());
        }
    }

    /// The attributes of ours in `[..]`, which may be `[cfg_attr(.., ours, ..)]`.
    pub(crate) fn ours_of(&self, attribute: &Group) -> Vec<Ours> {
        let tokens: Vec<_> = attribute.stream().into_iter().collect();
        if let [TokenTree::Ident(name), TokenTree::Group(arguments)] = &tokens[..]
            && name == "cfg_attr"
        {
            let arguments: Vec<_> = arguments.stream().into_iter().collect();
            return arguments
                .split(|token| is_punct(token, ','))
                .filter_map(|argument| self.as_ours(argument))
                .collect();
        }
        self.as_ours(&tokens).into_iter().collect()
    }

    fn as_ours(&self, tokens: &[TokenTree]) -> Option<Ours> {
        let path: Vec<_> = tokens
            .iter()
            .map_while(|token| (!matches!(token, TokenTree::Group(_))).then_some(token))
            .collect();
        let written: String = path.iter().map(ToString::to_string).collect();
        let trimmed = written.trim_start_matches("::");
        let name = match trimmed.split_once("::") {
            Some(("telemetry" | "telemetry_runtime", name)) => ATTRIBUTES.contains(&name).then_some(name)?,
            Some(_) => return None,
            None => self.0.get(trimmed)?,
        };
        let arguments = tokens.get(path.len()).and_then(as_group);
        let has_crate =
            arguments.is_some_and(|group| group.stream().into_iter().any(|token| is_ident(&token, "crate")));
        Some(Ours {
            place: place(tokens.first()?).start..place(tokens.last()?).end,
            is_adapter: name == "instrument_adapter",
            is_rooted: written.starts_with("::"),
            has_crate,
        })
    }
}

/// The bytes of `telemetry(..)` in `[telemetry(..)]`.
pub(crate) fn settings_of(attribute: &Group) -> Option<Range<usize>> {
    let tokens: Vec<_> = attribute.stream().into_iter().collect();
    match &tokens[..] {
        [name, arguments] if is_ident(name, "telemetry") => Some(place(name).start..place(arguments).end),
        _ => None,
    }
}
