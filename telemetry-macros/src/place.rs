//! Where a function stands in the sources.

use std::path::Path;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

/// File and line; the file is relative to the manifest, so that no path of the machine gets into the program.
#[derive(Clone)]
pub(crate) struct Place {
    /// `None` if the compiler does not tell.
    file: Option<String>,
    line: u32,
}

impl Place {
    /// Of a token; there is no compiler to ask in unit tests.
    pub(crate) fn of(ident: &Ident) -> Self {
        if !proc_macro::is_available() {
            return Self { file: None, line: 1 };
        }
        let span = ident.span().unwrap();
        let file = span.local_file().and_then(|file| below_manifest(&file));
        Self { file, line: u32::try_from(span.line()).unwrap_or(1) }
    }
}

fn below_manifest(file: &Path) -> Option<String> {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR")?;
    let file = std::env::current_dir().ok()?.join(file);
    Some(file.strip_prefix(manifest).ok()?.to_str()?.replace('\\', "/"))
}

/// The arguments `file, line` of an operation.
impl ToTokens for Place {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (site, line) = (Span::mixed_site(), Literal::u32_unsuffixed(self.line));
        tokens.extend(match &self.file {
            Some(file) => quote_spanned!(site=> #file, #line),
            None => quote_spanned!(site=> ::core::file!(), #line),
        });
    }
}
