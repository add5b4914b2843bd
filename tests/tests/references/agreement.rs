//! The schema and the loader, beside each other.

use std::{collections::BTreeMap, fs};

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;
use telemetry_runtime::Settings;
use telemetry_tests::repository;

use crate::{
    examples::{self, load},
    schema::{schema, yaml},
};

/// The schema, ready to judge.
struct Judge {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Judge {
    fn new() -> Self {
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource("settings.json", schema()).expect("a place of its own");
        let index = compiler.compile("settings.json", &mut schemas).expect("a legal schema");
        Self { schemas, index }
    }

    /// What the schema has against a document.
    fn objection(&self, document: &str) -> Option<String> {
        let value: Value = yaml(document);
        self.schemas.validate(&value, self.index).err().map(|error| error.to_string())
    }
}

#[test]
fn the_schema_takes_every_example() {
    let (judge, keys) = (Judge::new(), Settings::keys());
    let examples = examples::all(&keys);
    assert!(examples.len() > 100, "only {} settings", examples.len());
    for example in examples {
        assert_eq!(judge.objection(&example.document), None, "{}", example.document);
    }
}

#[test]
fn a_variable_sets_what_the_file_sets() {
    let keys = Settings::keys();
    let mut seen = 0;
    for example in examples::all(&keys) {
        let Some(variable) = &example.key.variable else { continue };
        // A variable's text is taken as it is; the file's may refer to another.
        let value = if example.value.contains("${") {
            "https://example.com"
        } else {
            example.value.trim_matches('"')
        };
        let of_variable = BTreeMap::from([(variable.clone(), value.to_owned())]);
        let shown = |settings: Settings| {
            let lines = settings.explain();
            let line = lines.lines().find(|line| line.starts_with(&format!("{} = ", example.key.path)));
            line.and_then(|line| line.rsplit_once(" (")).map(|(line, _)| line.to_owned())
        };
        let by_variable = shown(Settings::from_yaml_and("", &of_variable).expect("an example is legal"));
        assert_eq!(by_variable, shown(load(&example.document).expect("as it was tried")));
        assert!(by_variable.is_some(), "{variable}");
        seen += 1;
    }
    assert!(seen > 80, "only {seen} settings have a variable");
}

/// What a hand may write anywhere.
const TRIED: [&str; 22] = [
    "null",
    "true",
    "yes",
    "'off'",
    "0",
    "-1",
    "1",
    "0.5",
    "2",
    "1e2",
    "'7'",
    "text",
    "5s",
    "64 mib",
    "''",
    "[]",
    "[text]",
    "[1s, 2h]",
    "{}",
    "{ a: b }",
    "'${A}'",
    "localhost:80",
];

#[test]
fn the_schema_refuses_nothing_that_the_loader_takes() {
    let (judge, keys) = (Judge::new(), Settings::keys());
    let (mut taken, mut refused) = (0, 0);
    for example in examples::all(&keys) {
        let place = format!("{}: {} ", examples::name(example.key), example.value);
        for tried in TRIED {
            let other = format!("{}: {tried} ", examples::name(example.key));
            let Some(at) = example.document.rfind(&place) else { panic!("{}: {place}", example.document) };
            let document =
                format!("{}{other}{}", &example.document[..at], &example.document[at + place.len()..]);
            match load(&document) {
                Ok(_) => {
                    assert_eq!(judge.objection(&document), None, "{document}");
                    taken += 1;
                }
                Err(_) => refused += usize::from(judge.objection(&document).is_some()),
            }
        }
    }
    assert!(taken > 500 && refused > 500, "{taken} taken by both, {refused} refused by both");
}

#[test]
fn mistakes_are_seen_by_both() {
    let judge = Judge::new();
    for document in [
        "telemtry: {}",
        "telemetry: { sampling: 1 }",
        "telemetry: { sampling_ratio: 2 }",
        "telemetry: { sampling_ratio: -0.1 }",
        "telemetry: { debug: perhaps }",
        "telemetry: { exclude_endpoints: /health }",
        "tracing: { batch: { batch_size: 0 } }",
        "tracing: { batch: { flush_interval: 5 fortnights } }",
        "tracing: { sampler: { rules: [{ operation: health }] } }",
        "exporters: [{ enabled: true }]",
        "exporters: [{ provider: carrier_pigeon }]",
        "exporters: { provider: otlp }",
        "breakers: { finnhub: { failure_rate: 0 } }",
        "breakers: { finnhub: { failure: 0.5 } }",
        "metrics: { custom: { orders_total: { help: Orders. } } }",
    ] {
        assert!(load(document).is_err(), "the loader takes {document}");
        assert!(judge.objection(document).is_some(), "the schema takes {document}");
    }
}

/// Blocks of YAML in a text whose first key is a section of the settings.
fn settings_in(text: &str) -> Vec<String> {
    let sections: Vec<String> = Settings::keys().into_iter().map(|key| format!("{}:", key.path)).collect();
    let blocks = text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let is_settings = |block: &&str| {
        let mut lines = block.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        lines.next().is_some_and(|line| sections.iter().any(|section| line.starts_with(section.as_str())))
    };
    blocks.filter(is_settings).map(str::to_owned).collect()
}

#[test]
fn the_settings_to_be_deployed_are_legal() {
    let settings = fs::read_to_string(repository().join("deploy/settings.yaml")).expect("text");
    assert_eq!(Judge::new().objection(&settings), None);
}

#[test]
fn settings_in_the_documentation_are_legal() {
    let judge = Judge::new();
    let pages =
        fs::read_dir(repository().join("docs")).expect("a folder").flatten().map(|entry| entry.path());
    let pages = pages.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let mut seen = 0;
    for page in pages.chain([repository().join("README.md")]) {
        for block in settings_in(&fs::read_to_string(&page).expect("text")) {
            if let Err(refusal) = load(&block) {
                panic!("{}: {refusal}\n{block}", page.display());
            }
            assert_eq!(judge.objection(&block), None, "{}:\n{block}", page.display());
            seen += 1;
        }
    }
    assert!(seen > 0, "no page has settings");
}
