//! `#[derive(ErrorType)]`: a label for each variant.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitStr, Member, Path, Token, Type};

use crate::diagnostics::{Diagnostics, unknown};
use crate::names::{plain, snake_case};
use crate::runtime_path::RuntimePath;

/// What `#[error_type(..)]` can say.
#[derive(Default)]
struct Options {
    label: Option<LitStr>,
    transparent: Option<Ident>,
    runtime: Option<Path>,
}

enum Choice {
    Label(LitStr),
    Transparent(Ident),
    Runtime(Path),
}

impl Parse for Choice {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return input.parse().map(Self::Label);
        }
        let word: Ident = syn::ext::IdentExt::parse_any(input).map_err(|error| {
            syn::Error::new(error.span(), "expected a label; write `#[error_type(\"..\")]`")
        })?;
        match word.to_string().as_str() {
            "transparent" => Ok(Self::Transparent(word)),
            "crate" => {
                input.parse::<Token![=]>()?;
                Path::parse_mod_style(input).map(Self::Runtime)
            }
            other => {
                let allowed = ["\"label\"", "transparent", "crate"];
                Err(syn::Error::new(word.span(), unknown("key", other, " in `#[error_type(..)]`", &allowed)))
            }
        }
    }
}

impl Options {
    fn read(attrs: &[Attribute], diagnostics: &mut Diagnostics) -> Self {
        let mut options = Self::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("error_type")) {
            let choices = attr.parse_args_with(Punctuated::<Choice, Token![,]>::parse_terminated);
            for choice in diagnostics.keep(choices).into_iter().flatten() {
                options.add(choice, diagnostics);
            }
        }
        if let (Some(_), Some(transparent)) = (&options.label, &options.transparent) {
            diagnostics.push(transparent.span(), "`transparent` contradicts the label; keep one of them");
        }
        options
    }

    fn add(&mut self, choice: Choice, diagnostics: &mut Diagnostics) {
        let again = match choice {
            Choice::Label(label) if label.value().trim().is_empty() => {
                diagnostics.push(label.span(), "the label is empty; write `#[error_type(\"..\")]`");
                None
            }
            Choice::Label(label) => self.label.replace(label).map(|label| label.span()),
            Choice::Transparent(word) => self.transparent.replace(word).map(|word| word.span()),
            Choice::Runtime(path) => {
                self.runtime.replace(path).map(|path| syn::spanned::Spanned::span(&path))
            }
        };
        if let Some(span) = again {
            diagnostics.push(span, "`error_type` is set more than once; keep one");
        }
    }
}

pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let expanded = DeriveInput::parse.parse2(item).map(|input| expand(&input, &mut diagnostics));
    let expanded = diagnostics.keep(expanded).unwrap_or_default();
    match diagnostics.is_empty() {
        true => expanded,
        false => diagnostics.into_tokens(),
    }
}

fn expand(input: &DeriveInput, diagnostics: &mut Diagnostics) -> TokenStream {
    let options = Options::read(&input.attrs, diagnostics);
    let runtime = RuntimePath::new(options.runtime.as_ref());
    let mut derived = Derive { runtime, delegated: Vec::new(), diagnostics };
    let label = match &input.data {
        Data::Struct(data) => derived.of_struct(&options, input, &data.fields),
        Data::Enum(data) => derived.of_enum(&options, data),
        Data::Union(data) => {
            let message = "`ErrorType` cannot be derived for a union; implement it by hand";
            derived.diagnostics.push(data.union_token.span, message);
            TokenStream::new()
        }
    };
    derived.implementation(input, &label)
}

struct Derive<'a> {
    runtime: RuntimePath,
    /// The types that a label is left to.
    delegated: Vec<Type>,
    diagnostics: &'a mut Diagnostics,
}

impl Derive<'_> {
    fn of_struct(&mut self, options: &Options, input: &DeriveInput, fields: &Fields) -> TokenStream {
        match (&options.transparent, &options.label) {
            (Some(word), _) => match self.only_field(word, fields) {
                Some(member) => {
                    let call = self.inner();
                    quote_spanned!(Span::mixed_site()=> #call(&self.#member))
                }
                None => TokenStream::new(),
            },
            (None, Some(label)) => quote!(#label),
            (None, None) => {
                let label = snake_case(&plain(&input.ident));
                quote!(#label)
            }
        }
    }

    fn of_enum(&mut self, options: &Options, data: &syn::DataEnum) -> TokenStream {
        if let Some(word) = &options.transparent {
            let message = "`transparent` on an enum names no field; put it on a variant";
            self.diagnostics.push(word.span(), message);
        }
        if data.variants.is_empty() {
            return quote_spanned!(Span::mixed_site()=> match *self {});
        }
        let arms: Vec<_> =
            data.variants.iter().map(|variant| self.arm(variant, options.label.as_ref())).collect();
        quote_spanned!(Span::mixed_site()=> match self { #(#arms)* })
    }

    fn arm(&mut self, variant: &syn::Variant, of_type: Option<&LitStr>) -> TokenStream {
        let options = Options::read(&variant.attrs, self.diagnostics);
        if let Some(path) = &options.runtime {
            let message = "`crate` belongs to the whole type; move it there";
            self.diagnostics.add(syn::Error::new_spanned(path, message));
        }
        let ident = &variant.ident;
        if let Some(word) = &options.transparent {
            let Some(member) = self.only_field(word, &variant.fields) else {
                return TokenStream::new();
            };
            let call = self.inner();
            return quote_spanned!(Span::mixed_site()=> Self::#ident { #member: __e } => #call(__e),);
        }
        let label = match options.label.as_ref().or(of_type) {
            Some(label) => label.value(),
            None => snake_case(&plain(ident)),
        };
        quote_spanned!(Span::mixed_site()=> Self::#ident { .. } => #label,)
    }

    fn only_field(&mut self, word: &Ident, fields: &Fields) -> Option<Member> {
        if fields.len() != 1 {
            let message = format!(
                "`transparent` needs exactly one field, here are {}; write a label instead",
                fields.len()
            );
            self.diagnostics.push(word.span(), message);
        }
        let field = fields.iter().next()?;
        self.delegated.push(field.ty.clone());
        fields.members().next()
    }

    fn inner(&self) -> TokenStream {
        let root = self.runtime.root();
        quote_spanned!(Span::mixed_site()=> #root::ErrorType::error_type)
    }

    fn implementation(&self, input: &DeriveInput, label: &TokenStream) -> TokenStream {
        let (ident, root) = (&input.ident, self.runtime.root());
        let mut generics = input.generics.clone();
        let parameters: Vec<_> = generics.type_params().map(|param| param.ident.clone()).collect();
        for ty in &self.delegated {
            if mentions(quote!(#ty), &parameters) {
                let bound = syn::parse_quote_spanned!(Span::mixed_site()=> #ty: #root::ErrorType);
                generics.make_where_clause().predicates.push(bound);
            }
        }
        let (impl_generics, type_generics, where_clause) = generics.split_for_impl();
        // A deprecated variant still needs its arm.
        quote_spanned! {Span::mixed_site()=>
            #[automatically_derived]
            #[allow(deprecated)]
            impl #impl_generics #root::ErrorType for #ident #type_generics #where_clause {
                fn error_type(&self) -> &'static str {
                    #label
                }
            }
        }
    }
}

fn mentions(tokens: TokenStream, parameters: &[Ident]) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => parameters.contains(&ident),
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), parameters),
        _ => false,
    })
}
