//! What rustdoc says of an instrumented function: its series, and one query to begin with.

use proc_macro2::{Ident, Span};
use quote::quote_spanned;
use syn::token::{Bracket, Paren};
use syn::{AttrStyle, Attribute, MacroDelimiter, Meta, MetaList, Token};

use crate::operation::Operation;

/// How the paragraph begins; a later attribute finds that of an earlier one by it.
const HEADING: &str = "\n\n# Telemetry\n\n";

const SPAN: u32 = 1;
const REQUESTS: u32 = 2;
const DURATION: u32 = 4;
const ERRORS: u32 = 8;

/// The paragraph, seen under `cfg(doc)` only.
pub(crate) fn attribute(operation: &Operation) -> Attribute {
    let text = text(operation);
    let site = Span::mixed_site();
    // Parsing the whole of it would take longer than writing it.
    Attribute {
        pound_token: Token![#](site),
        style: AttrStyle::Outer,
        bracket_token: Bracket(site),
        meta: Meta::List(MetaList {
            path: Ident::new("cfg_attr", site).into(),
            delimiter: MacroDelimiter::Paren(Paren(site)),
            tokens: quote_spanned!(site=> doc, doc = #text),
        }),
    }
}

/// Whether an earlier attribute has written it; the compiler may have resolved its condition.
pub(crate) fn is_ours(attr: &Attribute) -> bool {
    let (path, start) = (attr.path(), HEADING.escape_default().to_string());
    (path.is_ident("doc") || path.is_ident("cfg_attr"))
        && quote::ToTokens::to_token_stream(&attr.meta).to_string().contains(&start)
}

fn text(operation: &Operation) -> String {
    let (provider, name) = operation.labels();
    let labels = format!("{{provider={},operation={}}}", quoted(&provider), quoted(name));
    let flags = operation.flags();
    let has = |signal: u32| flags & signal != 0;
    let families: Vec<String> = [
        (REQUESTS, "adapter_requests_total"),
        (DURATION, "adapter_request_duration_seconds"),
        (DURATION, "adapter_active_requests"),
        (ERRORS, "adapter_errors_total"),
    ]
    .into_iter()
    .filter(|(signal, _)| has(*signal))
    .map(|(_, family)| format!("`{family}`"))
    .collect();
    let span = if has(SPAN) {
        format!(" Its spans are called {}.", code(&format!("{provider}.{name}")))
    } else {
        String::new()
    };
    let (what, query) = query(flags, &labels);
    format!(
        "{HEADING}Calls count in {} under {}.{span} {what}: {}",
        families.join(", "),
        code(&labels),
        code(&query)
    )
}

/// The one that tells most.
fn query(flags: u32, labels: &str) -> (&'static str, String) {
    if flags & DURATION != 0 {
        let rate = format!("rate(adapter_request_duration_seconds_bucket{labels}[5m])");
        ("95th percentile of the duration", format!("histogram_quantile(0.95, sum by (le) ({rate}))"))
    } else if flags & REQUESTS != 0 {
        ("Calls a second", format!("sum by (status) (rate(adapter_requests_total{labels}[5m]))"))
    } else {
        ("Errors a second", format!("sum by (error_type) (rate(adapter_errors_total{labels}[5m]))"))
    }
}

/// As PromQL quotes it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// As Markdown marks code, whatever is in it.
fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}
