//! The table of all settings.
//!
//! Each section declares its keys once, with `section!`. Reading YAML, reading variables, explaining
//! the result and the reference all walk the table that comes out of it.

use super::check::Checked;
use super::node::{Kind, Node};
use super::problems::Problems;
use super::value::Value;

/// Declares a section: a public struct, its defaults, and its rows in the table.
///
/// `name as "key" | "alias": Type = default, check;` — the key defaults to the field's name.
macro_rules! section {
    ($(#[doc = $about:literal])* pub struct $name:ident { $(
        $(#[doc = $doc:literal])*
        pub $field:ident $(as $key:literal)? $(| $alias:literal)* : $type:ty = $default:expr $(, $check:expr)? ;
    )* }) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct $name { $( $(#[doc = $doc])* pub $field: $type, )* }

        impl Default for $name {
            fn default() -> Self {
                Self { $( $field: $default, )* }
            }
        }

        impl $crate::settings::table::Section for $name {
            fn register<'a>(&'a mut self, at: &str, table: &mut $crate::settings::table::Table<'a>) {
                $(
                    let key = section!(@key $field $($key)?);
                    let check: fn(&$type) -> $crate::settings::check::Checked = section!(@check $($check)?);
                    $crate::settings::table::Member::enter(
                        &mut self.$field,
                        $crate::settings::table::Names { at, key, aliases: &[$($alias),*] },
                        check,
                        table,
                    );
                )*
            }
        }

        impl $crate::settings::reference::Describe for $name {
            const ABOUT: &'static [&'static str] = &[$($about),*];

            fn keys(&self, at: &str) -> Vec<$crate::settings::reference::SettingKey> {
                vec![$({
                    let key = section!(@key $field $($key)?);
                    let check: fn(&$type) -> $crate::settings::check::Checked = section!(@check $($check)?);
                    let names = $crate::settings::table::Names { at, key, aliases: &[$($alias),*] };
                    $crate::settings::reference::DescribeMember::key(&self.$field, &names, &[$($doc),*], check)
                },)*]
            }
        }
    };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
    (@check) => { $crate::settings::check::any };
    (@check $check:expr) => { $check };
}
pub(super) use section;

/// A group of settings, nested or top level.
pub(super) trait Section {
    fn register<'a>(&'a mut self, at: &str, table: &mut Table<'a>);
}

/// A field of a section: a value, which becomes a row, or a section, which adds its own rows.
pub(super) trait Member {
    fn enter<'a>(&'a mut self, names: Names<'_>, check: fn(&Self) -> Checked, table: &mut Table<'a>);
}

pub(super) struct Names<'n> {
    pub(super) at: &'n str,
    pub(super) key: &'static str,
    pub(super) aliases: &'static [&'static str],
}

impl<T: Value> Member for T {
    fn enter<'a>(&'a mut self, names: Names<'_>, check: fn(&Self) -> Checked, table: &mut Table<'a>) {
        table.rows.push(Row {
            path: join(names.at, names.key),
            aliases: names.aliases.iter().map(|alias| join(names.at, alias)).collect(),
            yaml_only: T::YAML_ONLY,
            slot: Box::new(Field { value: self, check }),
        });
    }
}

/// Makes sections members; a blanket implementation would overlap with the one for values.
macro_rules! nested {
    ($($section:ty),* $(,)?) => { $(
        impl $crate::settings::table::Member for $section {
            fn enter<'a>(
                &'a mut self,
                names: $crate::settings::table::Names<'_>,
                _: fn(&Self) -> $crate::settings::check::Checked,
                table: &mut $crate::settings::table::Table<'a>,
            ) {
                let path = $crate::settings::table::join(names.at, names.key);
                $crate::settings::table::Section::register(self, &path, table);
                table.sections.push(path);
            }
        }

        impl $crate::settings::reference::DescribeMember for $section {
            fn key(
                &self,
                names: &$crate::settings::table::Names<'_>,
                docs: &[&str],
                _: fn(&Self) -> $crate::settings::check::Checked,
            ) -> $crate::settings::reference::SettingKey {
                $crate::settings::reference::key_of_block(self, names, docs)
            }
        }
    )* };
}
pub(super) use nested;

#[derive(Default)]
pub(super) struct Table<'a> {
    pub(super) rows: Vec<Row<'a>>,
    pub(super) sections: Vec<String>,
}

pub(super) struct Row<'a> {
    /// `telemetry.sampling_ratio`.
    pub(super) path: String,
    /// Other names of it, as paths.
    pub(super) aliases: Vec<String>,
    /// Lists and free maps have no environment variable.
    pub(super) yaml_only: bool,
    slot: Box<dyn Slot + 'a>,
}

trait Slot {
    fn read(&mut self, node: &Node, at: &str, path: &str, problems: &mut Problems);
    fn lines(&self, path: &str, lines: &mut Vec<(String, String)>);
}

struct Field<'a, T> {
    value: &'a mut T,
    check: fn(&T) -> Checked,
}

impl<T: Value> Slot for Field<'_, T> {
    fn read(&mut self, node: &Node, at: &str, path: &str, problems: &mut Problems) {
        let Some(value) = T::read(node, at, problems) else { return };
        match (self.check)(&value) {
            Ok(()) => {
                *self.value = value;
                problems.came_from(path, &node.source);
            }
            Err(allowed) if T::SECRET => problems.invalid_secret(at, &node.source, &allowed),
            Err(allowed) => problems.invalid(at, &T::shown(node), &node.source, &allowed),
        }
    }

    fn lines(&self, path: &str, lines: &mut Vec<(String, String)>) {
        self.value.lines(path, lines);
    }
}

impl Row<'_> {
    /// Reads a value; `at` is the name it was written with. Empty values leave the row alone.
    pub(super) fn read(&mut self, node: &Node, at: &str, problems: &mut Problems) {
        if !node.is_empty() {
            self.slot.read(node, at, &self.path, problems);
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.path).chain(&self.aliases).map(String::as_str)
    }
}

impl<'a> Table<'a> {
    pub(super) fn of(section: &'a mut impl Section, at: &str) -> Self {
        let mut table = Self::default();
        section.register(at, &mut table);
        table
    }

    pub(super) fn find(&mut self, name: &str) -> Option<&mut Row<'a>> {
        self.rows.iter_mut().find(|row| row.names().any(|known| known == name))
    }

    /// Each setting with its value, secrets masked.
    pub(super) fn lines(&self) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        for row in &self.rows {
            row.slot.lines(&row.path, &mut lines);
        }
        lines
    }

    /// Reads a mapping into the rows below a prefix.
    pub(super) fn read(&mut self, node: &Node, at: &str, problems: &mut Problems) {
        let Kind::Map(entries) = &node.kind else {
            if !node.is_empty() {
                problems.invalid(at, node.what(), &node.source, "a mapping");
            }
            return;
        };
        let mut seen: Vec<(String, String)> = Vec::new();
        for (name, value) in entries {
            let written = join(at, &name.text);
            // `telemetry.debug: true` at the top would escape the search for duplicates.
            if name.text.contains('.') {
                let nested = Some(written.replace('.', ": ")).filter(|_| self.find(&written).is_some());
                problems.unknown(&written, &name.source, nested.or_else(|| self.nearest(at, &name.text)));
            } else if let Some(row) = self.find(&written) {
                match seen.iter().find(|(path, _)| *path == row.path) {
                    Some((_, first)) => problems.twice(first, &written, &name.source),
                    None => row.read(value, &written, problems),
                }
                seen.push((row.path.clone(), written));
            } else if self.sections.contains(&written) {
                self.read(value, &written, problems);
            } else {
                problems.unknown(&written, &name.source, self.nearest(at, &name.text));
            }
        }
    }

    /// The name that an unknown one was meant to be: the same key elsewhere, or the most similar
    /// one here.
    fn nearest(&self, at: &str, key: &str) -> Option<String> {
        let all = || self.rows.iter().flat_map(Row::names).chain(self.sections.iter().map(String::as_str));
        let elsewhere = all().find(|name| last(name) == key && !key.is_empty()).map(str::to_owned);
        elsewhere.or_else(|| {
            let here = all().filter(|name| parent(name) == at);
            nearest_of(key, here.map(|name| (last(name), name)))
        })
    }
}

/// The candidate whose compared text resembles a text most.
pub(super) fn nearest_of<'n>(
    text: &str,
    candidates: impl Iterator<Item = (&'n str, &'n str)>,
) -> Option<String> {
    candidates
        .map(|(compared, name)| (similarity(text, compared), name))
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, name)| name.to_owned())
}

/// From 0 to 1 for equal texts.
pub(crate) fn similarity(a: &str, b: &str) -> f64 {
    // The distance takes the product of the lengths, and no key is that long.
    if a.len() > 200 { 0.0 } else { strsim::normalized_damerau_levenshtein(a, b) }
}

pub(super) fn join(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

fn last(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, key)| key)
}

fn parent(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(parent, _)| parent)
}
