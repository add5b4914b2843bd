//! `docs/attributes.md`: every key with its meaning, an example, and what it changes in the expansion.
//!
//! `.ci/references` writes it again.

use std::{fs, path::Path};

use proc_macro2::TokenStream;

use crate::args::{Entry, vocabulary};
use crate::{adapter, documentation, function};

const FILE: &str = "../docs/attributes.md";

const INTRODUCTION: &str = "\
# Attributes

Generated from the macros' own table of keys by `.ci/references`. What an attribute does with its item is on its rustdoc
page; here is each key, who takes it, an example, and what it changes in the expansion.

| Attribute | Goes on | Span | Requests | Duration, active | Errors |
|---|---|---|---|---|---|
";

const KEYS: &str = "
Keys may stand in any order; stacked attributes are put together. A key that an attribute has no use for is a compile error
that names the remedy, as is a key that is misspelt or set twice. In a block, a method's `#[telemetry(..)]` wins.
Defaults are those of functions; in a block, `provider` is the type's name in snake case, and `kind` is `client`.

";

const EXPANSIONS: &str = "
## Key by key

`+` is what the key adds to the expansion, `-` what it takes away; `__private` is `telemetry_runtime::__private`, and `…`
leaves out what is the same. The examples are written with `use telemetry_runtime as telemetry;`.
";

/// A key in use. The item is the same with the key and without it.
struct Example {
    entry: Entry,
    args: &'static str,
    item: &'static str,
}

const QUOTE: &str = "async fn quote(symbol: &str) -> Result<u32, QuoteError> { fetch(symbol).await }";

fn example(word: &str) -> Example {
    let on = |entry, args, item| Example { entry, args, item };
    let quote = |args| on(Entry::Instrument, args, QUOTE);
    match word {
        "provider" => quote("\"finnhub\""),
        "name" => quote("name = \"latest\""),
        "kind" => quote("kind = client"),
        "fields" => quote("fields(symbol, length = symbol.len())"),
        "labels" => quote("labels(market = %market_of(symbol))"),
        "ret" => quote("ret"),
        "err" => quote("err(off)"),
        "ok_if" => quote("ok_if = |quote| matches!(quote, Ok(_) | Err(QuoteError::UnknownSymbol))"),
        "error_if" => {
            on(Entry::Measure, "error_if = is_server_error", "fn fetch(url: &str) -> Reply { get(url) }")
        }
        "error_type" => on(Entry::TrackErrors, "error_type = QuoteError::family", QUOTE),
        "slow" => on(Entry::Measure, "slow = \"500ms\"", QUOTE),
        "buckets" => on(Entry::Measure, "buckets = [0.01, 0.1, 1.0]", QUOTE),
        "slo" => on(Entry::Measure, "slo(latency = \"250ms\", target = 99.9)", QUOTE),
        "breaker" => quote("breaker(failure_rate = 0.3, open_for = \"10s\")"),
        "fallback" => quote("breaker, fallback = cached_quote"),
        "sample" => on(Entry::Trace, "sample = 0.01", QUOTE),
        "level" => on(Entry::TrackErrors, "level = warn", QUOTE),
        "parent" => {
            on(Entry::Trace, "parent = batch.context()", "fn settle(batch: &Batch) -> u32 { batch.total() }")
        }
        "links" => {
            on(Entry::Trace, "links = batch.contexts()", "fn settle(batch: &Batch) -> u32 { batch.total() }")
        }
        "crate" => on(Entry::Trace, "crate = my_telemetry", QUOTE),
        "skip" => on(Entry::Telemetry, "skip", "fn name(&self) -> &str { \"finnhub\" }"),
        "include" => on(Entry::Telemetry, "include", "fn connect(url: &str) -> Self { open(url) }"),
        other => panic!("`{other}` has no example; add one here"),
    }
}

impl Example {
    /// As users write it.
    fn source(&self) -> String {
        let attribute = self.entry.name().trim_start_matches("#[").trim_end_matches(['(', '.', ')', ']']);
        match self.entry {
            Entry::Telemetry => {
                let method = format!("#[telemetry({})]\n{}", self.args, body_on_lines(self.item));
                format!(
                    "#[telemetry::instrument_adapter(\"finnhub\")]\nimpl Finnhub {{\n{}\n}}",
                    indented(&method)
                )
            }
            _ => format!("#[telemetry::{attribute}({})]\n{}", self.args, body_on_lines(self.item)),
        }
    }

    /// The expansion, with the key or without it.
    fn expansion(&self, with_key: bool) -> String {
        let tokens = |text: &str| text.parse::<TokenStream>().expect("an example");
        let args = match (with_key, self.args.split_once(", fallback")) {
            (true, _) => self.args,
            // A fallback needs a breaker; what it adds is seen beside one.
            (false, Some((others, _))) => others,
            (false, None) => "",
        };
        let expanded = match self.entry {
            Entry::Telemetry => {
                let own = if with_key { format!("#[telemetry({args})]") } else { String::new() };
                let block = format!("impl Finnhub {{ {own} {} }}", self.item);
                adapter::attribute(tokens("\"finnhub\""), tokens(&block)).instrumented
            }
            entry => function::attribute(entry, tokens(args), tokens(self.item)).instrumented,
        };
        shown(expanded)
    }
}

fn body_on_lines(item: &str) -> String {
    let file = syn::parse_file(item).expect("an example");
    // Methods are printed inside of a block only.
    match item.contains("self") || item.contains("Self") {
        true => item.to_owned(),
        false => prettyplease::unparse(&file).trim_end().to_owned(),
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

/// The expansion as people read it: without the paragraph for rustdoc, which each has.
fn shown(expanded: TokenStream) -> String {
    let mut file: syn::File = syn::parse2(expanded).expect("an expansion that parses");
    for item in &mut file.items {
        match item {
            syn::Item::Fn(function) => function.attrs.retain(|attr| !documentation::is_ours(attr)),
            syn::Item::Impl(block) => {
                for item in &mut block.items {
                    if let syn::ImplItem::Fn(method) = item {
                        method.attrs.retain(|attr| !documentation::is_ours(attr));
                    }
                }
            }
            _ => {}
        }
    }
    prettyplease::unparse(&file).replace("::telemetry_runtime::__private", "__private")
}

/// What changes from one text to the other, line by line but for indents; `…` stands for what does not.
fn changes(before: &str, after: &str) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    // Lengths of what the rests have in common.
    let mut common = vec![vec![0; after.len() + 1]; before.len() + 1];
    for i in (0..before.len()).rev() {
        for j in (0..after.len()).rev() {
            common[i][j] = match before[i].trim() == after[j].trim() {
                true => common[i + 1][j + 1] + 1,
                false => common[i + 1][j].max(common[i][j + 1]),
            };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < before.len() || j < after.len() {
        if i < before.len() && j < after.len() && before[i].trim() == after[j].trim() {
            if lines.last().is_none_or(|line| line != " …") {
                lines.push(" …".to_owned());
            }
            (i, j) = (i + 1, j + 1);
        } else if j == after.len() || (i < before.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(format!("-{}", before[i]));
            i += 1;
        } else {
            lines.push(format!("+{}", after[j]));
            j += 1;
        }
    }
    lines.join("\n")
}

/// What the rustdoc of `#[instrument]` says of a key; of those that only methods have, what that of the block says.
fn meaning(word: &str) -> String {
    match word {
        "skip" => return "leaves a method of a block alone".to_owned(),
        "include" => return "takes in a method of a block that is left alone by default".to_owned(),
        _ => {}
    }
    let is_of_word = |cell: &str| {
        let rests = cell.split('`').skip(1).step_by(2);
        rests.into_iter().any(|key| {
            key.strip_prefix(word)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        })
    };
    let rows = include_str!("docs/instrument.md").lines().filter_map(|line| {
        let (key, meaning) = line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")?;
        Some((key, meaning))
    });
    let found = rows.into_iter().find(|(key, _)| is_of_word(key));
    let (_, meaning) = found.unwrap_or_else(|| panic!("src/docs/instrument.md has no row for `{word}`"));
    meaning
        .trim_end_matches(", see below")
        .replace(", see below.", ".")
        .replace("[`macro@instrument_adapter`]", "a block")
}

fn place(entry: Entry) -> &'static str {
    match entry {
        Entry::InstrumentAdapter => "`impl` block, trait impl, trait",
        Entry::Instrument | Entry::Trace | Entry::Measure | Entry::TrackErrors => "function, method",
        Entry::Telemetry => "method of an annotated block",
    }
}

fn markdown() -> String {
    let mark = |is_set: bool| if is_set { "yes" } else { "" };
    let mut text = INTRODUCTION.to_owned();
    for entry in Entry::ALL {
        let signals = [1, 2, 4, 8].map(|signal| mark(entry.flags() & signal != 0)).join(" | ");
        text += &format!("| `{}` | {} | {signals} |\n", entry.name(), place(entry));
    }
    text += KEYS;
    let heads: Vec<String> = Entry::ALL.iter().map(|entry| format!("`{}`", entry.name())).collect();
    text += &format!("| Key | Meaning | {} |\n|---|---|{}\n", heads.join(" | "), "---|".repeat(heads.len()));
    for (word, usage, takes) in vocabulary() {
        let takes = Entry::ALL.map(|entry| mark(takes(entry))).join(" | ");
        text += &format!("| `{}` | {} | {takes} |\n", usage.replace('|', "\\|"), meaning(word));
    }
    text += EXPANSIONS;
    for (word, _, _) in vocabulary() {
        let example = example(word);
        let changes = changes(&example.expansion(false), &example.expansion(true));
        let source = example.source();
        text += &format!("\n### {word}\n\n```rust,ignore\n{source}\n```\n\n```diff\n{changes}\n```\n");
    }
    text
}

#[test]
fn reference_is_what_the_table_says() {
    let (path, text) = (Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE), markdown());
    if std::env::var_os("UPDATE_REFERENCES").is_some() {
        fs::write(&path, &text).expect("a writable repository");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    let stale = text.lines().zip(found.lines().chain([""].into_iter().cycle())).find(|(new, old)| new != old);
    assert!(found == text, "docs/attributes.md is stale, write it again with .ci/references: {stale:?}");
}

#[test]
fn every_key_of_the_reference_changes_the_expansion() {
    for (word, _, takes) in vocabulary() {
        let example = example(word);
        assert!(
            takes(example.entry),
            "`{word}` is shown on `{}`, which does not take it",
            example.entry.name()
        );
        let (without, with) = (example.expansion(false), example.expansion(true));
        assert_ne!(without, with, "{word}");
        assert!(!with.contains("compile_error"), "{word}: {with}");
    }
}

#[test]
fn changes_are_what_differs() {
    assert_eq!(changes("a\nb\nc\nd", "a\nx\nc\nd"), " …\n-b\n+x\n …");
    assert_eq!(changes("a", "a\nb"), " …\n+b");
    assert_eq!(changes("a\nb", "b"), "-a\n …");
}
