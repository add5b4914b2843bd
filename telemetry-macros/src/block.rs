//! Reads an impl block or a trait: its methods as functions, everything else as tokens.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Attribute, GenericParam, Generics, ImplItem, Path, Token, Type};

use crate::body::inner_attributes;
use crate::diagnostics::Diagnostics;
use crate::function::Function;

/// A block; its head and whatever is no method are emitted as they came.
pub(crate) struct Block {
    pub(crate) attrs: Vec<Attribute>,
    head: TokenStream,
    pub(crate) target: Target,
    braces: Group,
    inner: TokenStream,
    pub(crate) items: Vec<Item>,
}

pub(crate) enum Item {
    Method(Box<Function>),
    Other { attrs: Vec<Attribute>, tokens: TokenStream },
}

/// Whose methods these are.
pub(crate) enum Target {
    Impl { trait_: Option<Path>, self_type: Box<Type>, parameters: Vec<Ident> },
    Trait(Ident),
}

impl Block {
    /// A signature that cannot be read is a mistake of its own and does not hide the others.
    pub(crate) fn parse(item: TokenStream, diagnostics: &mut Diagnostics) -> syn::Result<Self> {
        let (attrs, mut rest) = outer.parse2(item)?;
        let braces = match rest.pop() {
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => group,
            other => return Err(syn::Error::new_spanned(other, "expected a block in `{..}`")),
        };
        let head: TokenStream = rest.into_iter().collect();
        let target = Target::parse.parse2(head.clone())?;
        let count = inner_attributes(braces.stream());
        let mut tokens = braces.stream().into_iter();
        let inner = tokens.by_ref().take(count).collect();
        let items = (|input: ParseStream<'_>| items(input, diagnostics)).parse2(tokens.collect())?;
        Ok(Self { attrs, head, target, braces, inner, items })
    }
}

impl ToTokens for Block {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for attr in &self.attrs {
            attr.to_tokens(tokens);
        }
        self.head.to_tokens(tokens);
        let mut content = self.inner.clone();
        for item in &self.items {
            item.to_tokens(&mut content);
        }
        let mut braces = Group::new(Delimiter::Brace, content);
        braces.set_span(self.braces.span());
        braces.to_tokens(tokens);
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Method(function) => function.to_tokens(tokens),
            Self::Other { attrs, tokens: other } => {
                for attr in attrs {
                    attr.to_tokens(tokens);
                }
                other.to_tokens(tokens);
            }
        }
    }
}

impl Item {
    pub(crate) fn attrs_mut(&mut self) -> &mut Vec<Attribute> {
        match self {
            Self::Method(function) => &mut function.attrs,
            Self::Other { attrs, .. } => attrs,
        }
    }
}

/// The outer attributes of an item, and its tokens.
fn outer(input: ParseStream<'_>) -> syn::Result<(Vec<Attribute>, Vec<TokenTree>)> {
    let attrs = input.call(Attribute::parse_outer)?;
    let mut tokens = Vec::new();
    while !input.is_empty() {
        tokens.push(input.parse()?);
    }
    Ok((attrs, tokens))
}

impl Parse for Target {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        loop {
            if input.parse::<Option<Token![trait]>>()?.is_some() {
                let name = input.parse()?;
                skip_rest(input)?;
                return Ok(Self::Trait(name));
            }
            if input.parse::<Option<Token![impl]>>()?.is_some() {
                return Self::parse_impl(input);
            }
            input.parse::<TokenTree>()?;
        }
    }
}

impl Target {
    fn parse_impl(input: ParseStream<'_>) -> syn::Result<Self> {
        let generics = input.parse::<Generics>()?;
        let parameters = generics.params.iter().filter_map(|param| match param {
            GenericParam::Type(param) => Some(param.ident.clone()),
            _ => None,
        });
        let parameters = parameters.collect();
        input.parse::<Option<Token![!]>>()?;
        let first: Type = input.parse()?;
        let (trait_, self_type) = match input.parse::<Option<Token![for]>>()? {
            Some(_) => (trait_path(&first), input.parse()?),
            None => (None, first),
        };
        skip_rest(input)?;
        Ok(Self::Impl { trait_, self_type: Box::new(self_type), parameters })
    }
}

fn trait_path(ty: &Type) -> Option<Path> {
    match crate::shape::bare(ty) {
        Type::Path(path) => Some(path.path.clone()),
        _ => None,
    }
}

fn skip_rest(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

fn items(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<Vec<Item>> {
    let mut items = Vec::new();
    while !input.is_empty() {
        let attrs = input.call(Attribute::parse_outer)?;
        let ahead = input.fork();
        match Function::parse_after(attrs.clone(), &ahead) {
            Ok(function) => {
                syn::parse::discouraged::Speculative::advance_to(input, &ahead);
                items.push(Item::Method(Box::new(function)));
            }
            Err(error) => {
                let tokens = other(input)?;
                if is_function(&tokens) {
                    diagnostics.add(error);
                }
                items.push(Item::Other { attrs, tokens });
            }
        }
    }
    Ok(items)
}

/// An item that is no method ends at `;`, or with braces unless it is a constant or a type.
fn other(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    let mut to_semicolon = false;
    while !input.is_empty() {
        let token: TokenTree = input.parse()?;
        let ends = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace && !to_semicolon,
            TokenTree::Ident(word) => {
                to_semicolon |= word == "const" || word == "type";
                false
            }
            TokenTree::Literal(_) => false,
        };
        tokens.extend([token]);
        if ends {
            break;
        }
    }
    Ok(tokens)
}

fn is_function(tokens: &TokenStream) -> bool {
    let mut words = tokens.clone().into_iter().take_while(|token| !matches!(token, TokenTree::Punct(_)));
    words.any(|token| matches!(token, TokenTree::Ident(word) if word == "fn"))
        && syn::parse2::<ImplItem>(tokens.clone()).is_err()
}
