//! Lists and free maps of blocks: `exporters`, `breakers`, `alerts.rules`.

use std::collections::BTreeMap;

use super::node::{Kind, Node};
use super::problems::Problems;
use super::reference::{Describe, SettingForm, form_of_item};
use super::table::{Section, Table};
use super::value::{Value, read_list, read_map};

/// A block that may occur any number of times.
pub(super) trait Item: Section + Describe + Clone + Default {
    /// Keys that must be there, each with what is allowed.
    const REQUIRED: &'static [(&'static str, &'static str)] = &[];

    /// Rules between the keys of one block.
    fn verify(&self, _node: &Node, _at: &str, _problems: &mut Problems) {}

    /// The block as it works, for explanations.
    fn effective(&self) -> Self {
        self.clone()
    }

    /// Whether an explanation names a key, given below the block's own path.
    fn shows(&self, _key: &str) -> bool {
        true
    }
}

fn read_item<I: Item>(node: &Node, at: &str, problems: &mut Problems) -> Option<I> {
    let is_block = matches!(node.kind, Kind::Map(_)) || (node.is_empty() && I::REQUIRED.is_empty());
    if !is_block {
        problems.invalid(at, node.what(), &node.source, "a mapping");
        return None;
    }
    let before = problems.errors.len();
    let mut item = I::default();
    Table::of(&mut item, at).read(node, at, problems);
    for (key, allowed) in I::REQUIRED {
        if node.get(key).is_none_or(Node::is_empty) {
            problems.missing(&format!("{at}.{key}"), &node.source, allowed);
        }
    }
    if problems.errors.len() == before {
        item.verify(node, at, problems);
    }
    (problems.errors.len() == before).then_some(item)
}

fn item_lines<I: Item>(item: &I, path: &str, lines: &mut Vec<(String, String)>) {
    let mut effective = item.effective();
    let all = Table::of(&mut effective, path).lines();
    lines.extend(all.into_iter().filter(|(name, _)| item.shows(&name[path.len() + 1..])));
}

impl<I: Item> Value for Vec<I> {
    const YAML_ONLY: bool = true;

    fn form(at: &str) -> SettingForm {
        SettingForm::List(Box::new(form_of_item::<I>(&format!("{at}[]"))))
    }

    fn read(node: &Node, at: &str, problems: &mut Problems) -> Option<Self> {
        read_list(node, at, problems, read_item)
    }

    fn lines(&self, path: &str, lines: &mut Vec<(String, String)>) {
        if self.is_empty() {
            lines.push((path.to_owned(), "[]".to_owned()));
        }
        for (index, item) in self.iter().enumerate() {
            item_lines(item, &format!("{path}[{index}]"), lines);
        }
    }
}

impl<I: Item> Value for BTreeMap<String, I> {
    const YAML_ONLY: bool = true;

    fn form(at: &str) -> SettingForm {
        SettingForm::Map(Box::new(form_of_item::<I>(&format!("{at}.*"))))
    }

    fn read(node: &Node, at: &str, problems: &mut Problems) -> Option<Self> {
        read_map(node, at, problems, read_item)
    }

    fn lines(&self, path: &str, lines: &mut Vec<(String, String)>) {
        if self.is_empty() {
            lines.push((path.to_owned(), "{}".to_owned()));
        }
        for (name, item) in self {
            item_lines(item, &format!("{path}.{name}"), lines);
        }
    }
}
