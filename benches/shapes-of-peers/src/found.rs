//! Finds the shapes in a source file: functions and blocks under an attribute of ours.
//!
//! By tokens, not by syntax: many shapes stand in bodies of `macro_rules`.

use proc_macro2::{Group, TokenStream, TokenTree};

use crate::{
    attribute::{Ours, Renamed, settings_of},
    shape::{Block, LeftOut, Shape},
    tokens::{attributes, function_name, head, is_ident, is_punct, place, until_body, without_inner},
};

/// What a file holds.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) shapes: Vec<Shape>,
    pub(crate) left_out: Vec<LeftOut>,
    /// Where imports of ours begin; with a peer's attributes they may be unused.
    pub(crate) imports: Vec<usize>,
    renamed: Renamed,
    /// The last macro that was defined.
    macro_name: String,
}

impl Found {
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let tokens: TokenStream = text.parse().map_err(|error| format!("{error}"))?;
        let mut found = Self { renamed: Renamed::read(tokens.clone()), ..Self::default() };
        found.walk(text, tokens, false);
        Ok(found)
    }

    /// The attributes that stand directly in a block belong to it, and are no shapes of their own.
    fn walk(&mut self, text: &str, tokens: TokenStream, is_in_block: bool) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut rest = &tokens[..];
        while let Some(first) = rest.first() {
            let (attributes, after) = attributes(rest);
            if attributes.is_empty() {
                let before = &tokens[..tokens.len() - rest.len()];
                self.note_import(before, rest);
                if let [.., word, _, TokenTree::Ident(name)] = before
                    && is_ident(word, "macro_rules")
                {
                    self.macro_name = name.to_string();
                }
                if let TokenTree::Group(group) = first {
                    let end = place(first).end;
                    let is_block =
                        self.shapes.iter().any(|shape| shape.block.is_some() && shape.extent.end == end);
                    self.walk(text, group.stream(), is_block);
                }
                rest = &rest[1..];
                continue;
            }
            let ours: Vec<_> = attributes.iter().flat_map(|group| self.renamed.ours_of(group)).collect();
            if !ours.is_empty() && !is_in_block {
                self.item(text, place(first).start, &ours, after);
            }
            rest = after;
        }
    }

    /// Notes an import of ours that begins at `rest`, after the tokens `before` it.
    fn note_import(&mut self, before: &[TokenTree], rest: &[TokenTree]) {
        let Some(first) = rest.first().filter(|token| is_ident(token, "use")) else { return };
        // `+ use<'a>` is no import.
        let is_bound = rest.get(1).is_some_and(|next| is_punct(next, '<'));
        let mut path = rest.iter().take_while(|token| !is_punct(token, ';'));
        if !is_bound && path.any(|token| token.to_string().contains("telemetry")) {
            let visibility = match before {
                [.., word, TokenTree::Group(_)] | [.., word] if is_ident(word, "pub") => Some(word),
                _ => None,
            };
            self.imports.push(place(visibility.unwrap_or(first)).start);
        }
    }

    /// The item that begins at `start` and whose tokens after the attributes are the first of `rest`.
    fn item(&mut self, text: &str, start: usize, ours: &[Ours], rest: &[TokenTree]) {
        let (item, body) = until_body(rest);
        let kind = item.iter().find(|token| ["fn", "impl", "trait"].iter().any(|word| is_ident(token, word)));
        let is_block = kind.is_some_and(|kind| !is_ident(kind, "fn"));
        let block = match body {
            Some(body) if is_block => self.block(body, item.iter().any(|token| is_ident(token, "trait"))),
            _ => None,
        };
        let line = text[..ours[0].place.start].matches('\n').count() + 1;
        let reason = if ours.len() > 1 {
            Some("with several attributes of ours")
        } else if ours[0].has_crate {
            Some("with `crate = path`")
        } else {
            (block.is_none() && ours[0].is_adapter).then_some("blocks that a macro completes")
        };
        if let Some(reason) = reason {
            self.left_out.push(LeftOut { reason, line });
            return;
        }
        let end = body.map(|body| body.span_close().byte_range().end);
        let end = end.or(item.last().map(|token| place(token).end)).unwrap_or(ours[0].place.end);
        let mut name = function_name(item);
        if is_block || name.is_empty() {
            name = head(text, item);
        }
        if name.contains('$') {
            name = format!("{}!({name})", self.macro_name);
        }
        self.shapes.push(Shape {
            name,
            line,
            extent: start..end,
            attribute: ours[0].place.clone(),
            is_rooted: ours[0].is_rooted,
            block,
        });
    }

    /// None if a part of the block is only known to a macro.
    fn block(&self, body: &Group, is_trait: bool) -> Option<Block> {
        let tokens: Vec<_> = body.stream().into_iter().collect();
        let mut block = Block { is_trait, ..Block::default() };
        let mut rest = without_inner(&tokens);
        while let Some(first) = rest.first() {
            if is_punct(first, '$') {
                return None;
            }
            let (attributes, after) = attributes(rest);
            for attribute in attributes {
                let ours = self.renamed.ours_of(attribute).into_iter().map(|ours| ours.place);
                block.settings.extend(ours.chain(settings_of(attribute)));
            }
            let (item, body) = until_body(after);
            let head: Vec<_> = item.iter().take_while(|token| !is_ident(token, "fn")).collect();
            let is_method = head.len() < item.len() && body.is_some();
            let is_const = head.iter().any(|token| is_ident(token, "const"));
            if is_method && !is_const {
                block.methods.push(place(first).start);
            }
            // The body, or the semicolon.
            rest = after.get(item.len() + 1..).unwrap_or_default();
        }
        Some(block)
    }
}

#[cfg(test)]
mod tests {
    use super::Found;

    const TEXT: &str = r#"
        use telemetry::instrument as traced;
        pub(crate) use telemetry_runtime as telemetry;
        #[telemetry::instrument(slow = "1s")] #[inline] fn one<const N: usize>() -> impl Fn(u8) + use<> {}
        #[telemetry::trace] #[telemetry::measure] fn stacked() {}
        #[traced(crate = a)] fn renamed() {}
        #[cfg_attr(all(), ::telemetry_runtime::instrument, inline)] fn conditional() {}
        macro_rules! by { ($name:ident) => { #[telemetry::trace] fn $name() {} }; }
        #[telemetry::instrument_adapter] $item
        #[telemetry::instrument_adapter] impl Fetch for fn(u8) where u8: Copy {
            #![allow(unused)]
            /// First.
            fn first() {}
            const fn fixed() {}
            const POINTER: fn() = nothing;
            /// Documented.
            #[telemetry(skip)] fn get<const N: usize>() { #[telemetry::trace] fn inner() {} }
            #[telemetry::measure] fn measured();
        }
    "#;

    fn found() -> Found {
        Found::read(TEXT).expect("tokens")
    }

    #[test]
    fn shapes_are_found_wherever_they_stand() {
        let names: Vec<_> = found().shapes.iter().map(|shape| shape.name.clone()).collect();
        assert_eq!(names, ["one", "conditional", "by!($name)", "impl Fetch for fn(u8)", "inner"]);
    }

    #[test]
    fn what_no_peer_has_is_left_out() {
        let lines: Vec<_> = found().left_out.iter().map(|left| left.line).collect();
        assert_eq!(lines, [5, 6, 9]);
    }

    #[test]
    fn an_attribute_is_replaced_inside_of_cfg_attr() {
        let shape = &found().shapes[1];
        assert_eq!(&TEXT[shape.attribute.clone()], "::telemetry_runtime::instrument");
        assert!(shape.is_rooted);
    }

    #[test]
    fn a_block_has_its_methods_and_their_settings() {
        let found = found();
        let block = found.shapes[3].block.as_ref().expect("a block");
        let settings: Vec<_> = block.settings.iter().map(|place| &TEXT[place.clone()]).collect();
        assert_eq!(settings, ["telemetry(skip)", "telemetry::measure"]);
        assert!(matches!(block.methods[..], [first, second]
            if TEXT[first..].starts_with("/// First.") && TEXT[second..].starts_with("/// Documented.")));
    }

    #[test]
    fn imports_begin_with_their_visibility() {
        let starts: Vec<_> = found().imports.iter().map(|start| &TEXT[*start..*start + 3]).collect();
        assert_eq!(starts, ["use", "pub"]);
    }
}
