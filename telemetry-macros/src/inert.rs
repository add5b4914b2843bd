//! What is known to change nothing about a function, and what is better left alone.

use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Path, Token};

use crate::names::last_segment;

const BUILT_IN: &[&str] = &[
    "allow",
    "automatically_derived",
    "cfg",
    "cold",
    "coverage",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "export_name",
    "forbid",
    "ignore",
    "inline",
    "link_section",
    "must_use",
    "no_mangle",
    "should_panic",
    "target_feature",
    "track_caller",
    "unsafe",
    "warn",
];

const TOOLS: &[&str] = &["clippy", "diagnostic", "miri", "rust_analyzer", "rustdoc", "rustfmt"];

/// Traits whose methods are called too often, or by machinery, to be operations.
const QUIET_TRAITS: &[&str] = &["Debug", "Display", "Drop", "Future", "Iterator", "Stream"];

/// Whether no other macro will read the item: every attribute left on it is the compiler's own.
pub(crate) fn all_built_in(attrs: &[Attribute]) -> bool {
    attrs.iter().all(|attr| built_in(&attr.meta))
}

fn built_in(meta: &Meta) -> bool {
    let path = meta.path();
    if path.is_ident("cfg_attr") {
        return conditional(meta).is_some_and(|metas| metas.iter().all(built_in));
    }
    match path.segments.first() {
        Some(first) if path.segments.len() > 1 => TOOLS.iter().any(|tool| first.ident == tool),
        Some(first) => BUILT_IN.iter().any(|name| first.ident == name),
        None => false,
    }
}

/// The attributes behind the condition of a `cfg_attr`.
fn conditional(meta: &Meta) -> Option<Vec<Meta>> {
    let list = meta.require_list().ok()?;
    let metas = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()?;
    Some(metas.into_iter().skip(1).collect())
}

/// Whether an attribute of this name is present, also behind a condition.
pub(crate) fn has(attrs: &[Attribute], name: &str) -> bool {
    fn is(meta: &Meta, name: &str) -> bool {
        meta.path().is_ident(name)
            || (meta.path().is_ident("cfg_attr")
                && conditional(meta).is_some_and(|metas| metas.iter().any(|meta| is(meta, name))))
    }
    attrs.iter().any(|attr| is(&attr.meta, name))
}

pub(crate) fn quiet_trait(path: &Path) -> bool {
    last_segment(path).is_some_and(|name| QUIET_TRAITS.contains(&name.as_str()))
}
