//! What an attribute makes of its item, and the switch between the two forms.

use proc_macro2::TokenStream;

use crate::diagnostics::Diagnostics;

/// What an attribute makes of its item.
pub(crate) struct Expansion {
    pub(crate) instrumented: TokenStream,
    /// The item as if there were no attribute.
    pub(crate) plain: TokenStream,
}

impl Expansion {
    /// The mistakes, beside the item as it was, so that the rest of the program still finds it.
    pub(crate) fn refused(diagnostics: Diagnostics, item: TokenStream) -> Self {
        let mut tokens = diagnostics.into_tokens();
        tokens.extend(item);
        Self { instrumented: tokens.clone(), plain: tokens }
    }

    /// The form that this build wants.
    pub(crate) fn chosen(self) -> TokenStream {
        if cfg!(feature = "off") { self.plain } else { self.instrumented }
    }
}
