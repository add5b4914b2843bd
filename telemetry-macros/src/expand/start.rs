//! Writes what stands before and around the start of a call.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::Call;
use crate::early::{self, Rescue};
use crate::function::Function;
use crate::params;
use crate::return_edge::Returned;

impl Call<'_> {
    /// Chosen by labels, or the static itself.
    pub(super) fn op(&self) -> TokenStream {
        self.early.as_ref().and_then(|early| early.labelled.clone()).unwrap_or_else(|| self.op.clone())
    }

    pub(super) fn fallback(&self) -> Option<&Rescue> {
        self.early.as_ref().and_then(|early| early.fallback.as_ref())
    }

    pub(super) fn before(&self) -> TokenStream {
        let before = self.early.as_ref().map(|early| &early.before);
        let mark = early::failure_mark(self.fallback(), &self.k);
        quote!(#before #mark)
    }

    /// A parent is current as long as the call, in sync code until the function ends.
    pub(super) fn before_sync(&self) -> TokenStream {
        let (k, before) = (&self.k, self.before());
        match &self.early {
            Some(early) if early.has_parent => {
                quote_spanned!(Span::mixed_site()=> #before let __entered = #k::Parent::enter(&__parent);)
            }
            _ => before,
        }
    }

    /// A parent is current during the polls of a future or stream.
    pub(super) fn under_parent(&self, wrapped: TokenStream) -> TokenStream {
        let k = &self.k;
        match &self.early {
            Some(early) if early.has_parent => {
                quote_spanned!(Span::mixed_site()=> #k::Parent::around(&__parent, #wrapped))
            }
            _ => wrapped,
        }
    }

    pub(super) fn after_failure(&self) -> TokenStream {
        early::after_failure(self.fallback(), &self.k, &self.op())
    }

    pub(super) fn enter(&self, returned: &Returned) -> TokenStream {
        let (k, op) = (&self.k, self.op());
        if self.operation.protection.is_none() {
            return quote_spanned!(Span::mixed_site()=> let mut __c = #k::enter(&#op););
        }
        if let Some(fallback) = self.fallback() {
            let admit = Ident::new("admit", Span::mixed_site());
            let admitted = self.admitted(&admit, fallback);
            return quote_spanned!(Span::mixed_site()=> let mut __c = #admitted;);
        }
        let rejected = quote_spanned!(returned.span()=> #k::rejected::<#returned>(__open));
        quote_spanned! {Span::mixed_site()=>
            let mut __c = match #k::admit(&#op) {
                ::core::result::Result::Ok(__c) => __c,
                ::core::result::Result::Err(__open) => return #rejected,
            };
        }
    }

    /// What `admit` gives, or the fallback's value as the function's.
    pub(super) fn admitted(&self, admit: &Ident, fallback: &Rescue) -> TokenStream {
        let (k, op, rejected) = (&self.k, self.op(), &fallback.rejected);
        quote_spanned! {Span::mixed_site()=>
            match #k::#admit(&#op) {
                ::core::result::Result::Ok(__c) => __c,
                ::core::result::Result::Err(_) => {
                    #k::fall_back(&#op);
                    return #rejected;
                }
            }
        }
    }

    /// The parameters inside of a future.
    pub(super) fn captured(&self, function: &mut Function) -> TokenStream {
        function.attrs.extend(params::allow_for_mut_self(&function.sig));
        match &self.early {
            Some(early) => early.params.future.clone(),
            None => params::into_future(&mut function.sig),
        }
    }

    /// The body as a closure that owns what a plain function would.
    pub(super) fn closure(
        &self,
        function: &mut Function,
        returned: &Returned,
        block: &TokenStream,
    ) -> TokenStream {
        function.attrs.extend(params::allow_for_mut_self(&function.sig));
        let owned = match &self.early {
            Some(early) => early.params.closure.clone(),
            None => params::into_closure(&mut function.sig),
        };
        quote_spanned!(Span::mixed_site()=> move || -> #returned { #owned #block })
    }
}
