//! The names that operations get from types, traits and methods.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::{Path, Type, TypeParamBound};

use crate::shape::bare;

/// `PgOrders` becomes `pg_orders`, `HTTPClient` becomes `http_client`.
pub(crate) fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.strip_prefix("r#").unwrap_or(name).chars().collect();
    let mut snake = String::new();
    for (at, &c) in chars.iter().enumerate() {
        let after_lower = at > 0 && (chars[at - 1].is_lowercase() || chars[at - 1].is_ascii_digit());
        let before_lower =
            at > 0 && chars[at - 1].is_uppercase() && chars.get(at + 1).is_some_and(|c| c.is_lowercase());
        if c.is_uppercase() && (after_lower || before_lower) {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

/// The name of a method or variant, raw identifiers without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// The last segment of a path, without generics.
pub(crate) fn last_segment(path: &Path) -> Option<String> {
    path.segments.last().map(|segment| plain(&segment.ident))
}

/// The type itself, without references, parentheses and invisible groups.
fn strip(ty: &Type) -> &Type {
    match bare(ty) {
        Type::Reference(reference) => strip(&reference.elem),
        other => other,
    }
}

/// The name of a self type that has one: `Orders<T>` is `Orders`, `dyn Store + Send` is `Store`.
pub(crate) fn of_type(ty: &Type) -> Option<String> {
    match strip(ty) {
        Type::Path(path) => last_segment(&path.path),
        Type::TraitObject(object) => object.bounds.iter().find_map(|bound| match bound {
            TypeParamBound::Trait(bound) => last_segment(&bound.path),
            _ => None,
        }),
        _ => None,
    }
}

/// A type as it is written, for types without a name.
pub(crate) fn as_written(ty: &Type) -> String {
    strip(ty).to_token_stream().to_string()
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::{of_type, snake_case};

    #[test]
    fn words_are_found_in_any_casing() {
        for (name, snake) in [
            ("PgOrders", "pg_orders"),
            ("HTTPClient", "http_client"),
            ("S3Store", "s3_store"),
            ("already_snake", "already_snake"),
            ("A", "a"),
            ("r#Type", "type"),
            ("NotFound404", "not_found404"),
        ] {
            assert_eq!(snake_case(name), snake);
        }
    }

    #[test]
    fn types_lose_path_and_generics() {
        assert_eq!(of_type(&parse_quote!(&'a mut db::Orders<T>)).as_deref(), Some("Orders"));
        assert_eq!(of_type(&parse_quote!((dyn Store + Send))).as_deref(), Some("Store"));
        assert_eq!(of_type(&parse_quote!((A, B))), None);
    }
}
