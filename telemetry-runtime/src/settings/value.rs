//! Types that a setting may have.

use std::{collections::BTreeMap, time::Duration};

use super::model::{AlertHandlerKind, EventType, LogLevel, PropagationFormat, ResourceDetector};
use super::node::{Kind, Node};
use super::problems::Problems;
use super::reference::SettingForm;
use super::scalar::Scalar;
use super::secret::{MASK, Secret};

/// A type that a setting may have.
pub(super) trait Value: Sized {
    const SECRET: bool = false;
    const YAML_ONLY: bool = false;
    /// What it looks like; `at` is where it stands.
    fn form(at: &str) -> SettingForm;
    /// `None` after reporting what is wrong.
    fn read(node: &Node, at: &str, problems: &mut Problems) -> Option<Self>;
    /// Adds the value to an explanation, one line for each setting in it.
    fn lines(&self, path: &str, lines: &mut Vec<(String, String)>);
    /// What an error shows of a value that was read but is out of range.
    fn shown(node: &Node) -> String {
        node.shown()
    }
}

fn read_scalar<T: Scalar>(node: &Node, at: &str, problems: &mut Problems) -> Option<T> {
    let Kind::Text(text) = &node.kind else {
        problems.invalid(at, &node.shown(), &node.source, &T::allowed());
        return None;
    };
    if let Some(variable) = &text.unset {
        problems.unset(variable, at, &node.source);
        return None;
    }
    let value = T::parse(&text.value);
    if value.is_none() {
        problems.invalid(at, &shown_scalar::<T>(node), &node.source, &T::allowed());
    }
    value
}

fn shown_scalar<T: Scalar>(node: &Node) -> String {
    if T::SECRET { MASK.to_owned() } else { T::shown(&node.shown()) }
}

impl<T: Scalar> Value for T {
    const SECRET: bool = <T as Scalar>::SECRET;

    fn form(_at: &str) -> SettingForm {
        <T as Scalar>::form()
    }

    fn read(node: &Node, at: &str, problems: &mut Problems) -> Option<Self> {
        read_scalar(node, at, problems)
    }

    fn lines(&self, path: &str, lines: &mut Vec<(String, String)>) {
        lines.push((path.to_owned(), self.show()));
    }

    fn shown(node: &Node) -> String {
        shown_scalar::<T>(node)
    }
}

impl<T: Scalar> Value for Option<T> {
    const SECRET: bool = T::SECRET;

    fn form(_at: &str) -> SettingForm {
        <T as Scalar>::form()
    }

    fn read(node: &Node, at: &str, problems: &mut Problems) -> Option<Self> {
        read_scalar(node, at, problems).map(Some)
    }

    fn lines(&self, path: &str, lines: &mut Vec<(String, String)>) {
        lines.push((path.to_owned(), self.as_ref().map_or_else(|| "null".to_owned(), T::show)));
    }

    fn shown(node: &Node) -> String {
        shown_scalar::<T>(node)
    }
}

/// Reads each item of a list; `None` if one of them is wrong.
pub(super) fn read_list<T>(
    node: &Node,
    at: &str,
    problems: &mut Problems,
    mut read: impl FnMut(&Node, &str, &mut Problems) -> Option<T>,
) -> Option<Vec<T>> {
    let Kind::List(items) = &node.kind else {
        problems.invalid(at, node.what(), &node.source, "a list");
        return None;
    };
    let each = |(index, item)| read(item, &format!("{at}[{index}]"), problems);
    // Collected twice, so that the mistakes of all items are reported.
    let items: Vec<Option<T>> = items.iter().enumerate().map(each).collect();
    items.into_iter().collect()
}

/// Reads each value of a mapping; `None` if one of them is wrong.
pub(super) fn read_map<T>(
    node: &Node,
    at: &str,
    problems: &mut Problems,
    mut read: impl FnMut(&Node, &str, &mut Problems) -> Option<T>,
) -> Option<BTreeMap<String, T>> {
    let Kind::Map(entries) = &node.kind else {
        problems.invalid(at, node.what(), &node.source, "a mapping");
        return None;
    };
    let mut map = BTreeMap::new();
    let mut complete = true;
    for (name, value) in entries {
        match read(value, &super::table::join(at, &name.text), problems) {
            Some(value) => _ = map.insert(name.text.clone(), value),
            None => complete = false,
        }
    }
    complete.then_some(map)
}

/// Lists and maps of plain values: `exclude_endpoints`, `headers`.
macro_rules! collections {
    ($($item:ty),*) => { $(
        impl Value for Vec<$item> {
            const YAML_ONLY: bool = true;

            fn form(_at: &str) -> SettingForm {
                SettingForm::List(Box::new(<$item as Scalar>::form()))
            }

            fn read(node: &Node, at: &str, problems: &mut Problems) -> Option<Self> {
                read_list(node, at, problems, read_scalar)
            }

            fn lines(&self, path: &str, lines: &mut Vec<(String, String)>) {
                let items: Vec<String> = self.iter().map(Scalar::show).collect();
                lines.push((path.to_owned(), format!("[{}]", items.join(", "))));
            }

            fn shown(node: &Node) -> String {
                shown_items(node)
            }
        }

        impl Value for BTreeMap<String, $item> {
            const SECRET: bool = <$item as Scalar>::SECRET;
            const YAML_ONLY: bool = true;

            fn form(_at: &str) -> SettingForm {
                SettingForm::Map(Box::new(<$item as Scalar>::form()))
            }

            fn read(node: &Node, at: &str, problems: &mut Problems) -> Option<Self> {
                read_map(node, at, problems, read_scalar)
            }

            fn lines(&self, path: &str, lines: &mut Vec<(String, String)>) {
                let items: Vec<String> = self.iter().map(|(key, value)| format!("{key}: {}", value.show())).collect();
                lines.push((path.to_owned(), format!("{{{}}}", items.join(", "))));
            }

            fn shown(node: &Node) -> String {
                shown_items(node)
            }
        }
    )* };
}

collections!(
    String,
    Secret,
    f64,
    Duration,
    AlertHandlerKind,
    EventType,
    LogLevel,
    PropagationFormat,
    ResourceDetector
);

/// The items of a list or the keys of a mapping; the latter's values do not matter to checks.
pub(super) fn shown_items(node: &Node) -> String {
    match &node.kind {
        Kind::List(items) => items.iter().map(Node::shown).collect::<Vec<_>>().join(", "),
        Kind::Map(entries) => {
            entries.iter().map(|(name, _)| name.text.as_str()).collect::<Vec<_>>().join(", ")
        }
        Kind::Null | Kind::Text(_) => node.shown(),
    }
}
