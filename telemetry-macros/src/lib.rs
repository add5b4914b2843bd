//! Attributes of the telemetry toolkit. Use them through `telemetry_runtime`, which re-exports them.

mod adapter;
mod args;
mod block;
mod body;
mod diagnostics;
mod error_type;
mod expand;
mod function;
mod inert;
mod merge;
mod names;
mod operation;
mod params;
mod return_edge;
mod runtime_path;
mod shape;
mod wrong_item;

use proc_macro::TokenStream;

use crate::args::Entry;

/// x
#[proc_macro_attribute]
pub fn instrument_adapter(args: TokenStream, item: TokenStream) -> TokenStream {
    adapter::attribute(args.into(), item.into()).into()
}

/// x
#[proc_macro_attribute]
pub fn instrument(args: TokenStream, item: TokenStream) -> TokenStream {
    function::attribute(Entry::Instrument, args.into(), item.into()).into()
}

/// x
#[proc_macro_attribute]
pub fn trace(args: TokenStream, item: TokenStream) -> TokenStream {
    function::attribute(Entry::Trace, args.into(), item.into()).into()
}

/// x
#[proc_macro_attribute]
pub fn measure(args: TokenStream, item: TokenStream) -> TokenStream {
    function::attribute(Entry::Measure, args.into(), item.into()).into()
}

/// x
#[proc_macro_attribute]
pub fn track_errors(args: TokenStream, item: TokenStream) -> TokenStream {
    function::attribute(Entry::TrackErrors, args.into(), item.into()).into()
}

/// x
#[proc_macro_attribute]
pub fn telemetry(args: TokenStream, item: TokenStream) -> TokenStream {
    let _ = args;
    wrong_item::outside_of_block(item.into()).into()
}

/// x
#[proc_macro_derive(ErrorType, attributes(error_type))]
pub fn derive_error_type(item: TokenStream) -> TokenStream {
    error_type::derive(item.into()).into()
}
