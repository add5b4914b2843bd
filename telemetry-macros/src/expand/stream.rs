//! Functions that return a stream.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Type;

use super::Call;
use super::boxes::{reboxed, unboxed};
use crate::function::Function;
use crate::judge::judge;
use crate::return_edge::Returned;
use crate::shape::Boxed;

impl Call<'_> {
    /// What the function does before its stream stays at the call.
    pub(super) fn returned_stream(
        &self,
        function: &mut Function,
        block: &TokenStream,
        item: Option<&Type>,
        boxed: Option<Boxed>,
    ) -> TokenStream {
        let (k, op, site) = (&self.k, self.op(), Span::mixed_site());
        let returned = Returned::of_output(&function.sig.output, site);
        let closure = self.closure(function, &returned, block);
        let items = item.map_or_else(|| Returned::inferred(&function.sig.output), Returned::of_type);
        let (pick, bound) = match items.opaque {
            true => (
                quote_spanned!(site=> #k::Pick::of_stream(&__s)),
                quote_spanned!(items.span()=> #k::require_from_open_of_items(&__s);),
            ),
            false => (
                quote_spanned!(site=> #k::Pick::<#items>::new()),
                quote_spanned!(items.span()=> #k::require_from_open::<#items>();),
            ),
        };
        let pick = judge(self.operation, &pick, &items);
        let (wrapper, bound) = match self.operation.protection {
            Some(_) => ("ProtectedStream", bound),
            None => ("InstrumentedStream", TokenStream::new()),
        };
        let wrapper = Ident::new(wrapper, site);
        let before = self.before();
        let made = unboxed(k, boxed, quote_spanned!(site=> #k::once(#closure)));
        let wrapped = quote_spanned! {site=>
            #k::#wrapper { pick: #pick, live: #k::LiveStream::new(&#op), stream: __s }
        };
        let wrapped = reboxed(k, boxed, self.under_parent(wrapped));
        quote_spanned!(site=> #before let __s = #made; #bound return #wrapped;)
    }
}
