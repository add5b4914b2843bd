//! What there is to know of each setting, for references and for editors.

use std::ops::Bound;

use super::check::Checked;
use super::item::Item;
use super::node::{Kind, Name, Node};
use super::own_variables::variable_of;
use super::problems::Problems;
use super::source::Source;
use super::table::{Names, join};
use super::value::Value;

/// What there is to know of one setting.
///
/// [`Settings::keys`](super::Settings::keys) lists them, out of the same tables that settings are read with.
///
/// ```
/// use telemetry_runtime::{Settings, settings::SettingForm};
///
/// let sections = Settings::keys();
/// let telemetry = sections.iter().find(|key| key.path == "telemetry").expect("a section");
/// let SettingForm::Block(block) = &telemetry.form else { panic!("a section is a block") };
/// let ratio = block.keys.iter().find(|key| key.path == "telemetry.sampling_ratio").expect("a key");
/// assert_eq!(ratio.variable.as_deref(), Some("TELEMETRY_SAMPLING_RATIO"));
/// assert_eq!(ratio.default.as_deref(), Some("1"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SettingKey {
    /// Where it stands: `telemetry.sampling_ratio`, `exporters[].provider`, `breakers.*.window`.
    pub path: String,
    /// Other names of it, as paths.
    pub aliases: Vec<String>,
    /// What it is for, in Markdown.
    pub meaning: String,
    /// What its values look like.
    pub form: SettingForm,
    /// The value where nobody sets it, as a file would say it. `None` for what is unset, and for blocks.
    pub default: Option<String>,
    /// Which values are allowed, where not all of its form are.
    pub allowed: Option<String>,
    /// The least and the greatest value; of durations in seconds, of sizes in bytes.
    pub range: (Bound<f64>, Bound<f64>),
    /// Whether its block must have it.
    pub is_required: bool,
    /// The environment variable that sets it; lists, maps and what is in them have none.
    pub variable: Option<String>,
}

/// A group of settings.
///
/// ```
/// use telemetry_runtime::{Settings, settings::{SettingBlock, SettingForm}};
///
/// let sections = Settings::keys();
/// let web = sections.iter().find(|key| key.path == "web").expect("a section");
/// let SettingForm::Block(SettingBlock { about, keys, .. }) = &web.form else { panic!("a section is a block") };
/// assert!(!about.is_empty() && keys.iter().any(|key| key.path == "web.token"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SettingBlock {
    /// What it is for, in Markdown.
    pub about: String,
    /// What it consists of.
    pub keys: Vec<SettingKey>,
}

/// What the values of a setting look like.
///
/// ```
/// use telemetry_runtime::{Settings, settings::SettingForm};
///
/// let sections = Settings::keys();
/// let breakers = sections.iter().find(|key| key.path == "breakers").expect("a section");
/// assert!(matches!(&breakers.form, SettingForm::Map(of) if matches!(**of, SettingForm::Block(_))));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SettingForm {
    /// `true` or `false`.
    Boolean,
    /// A whole number from 0.
    Integer,
    /// A number.
    Number,
    /// A text.
    Text,
    /// A text that is never shown.
    Secret,
    /// A file.
    Path,
    /// A number of seconds, or a text such as `500ms`.
    Duration,
    /// A number of bytes, or a text such as `64MiB`.
    Size,
    /// A URL, or a host with a port.
    Url,
    /// A port, or an address with a port.
    Address,
    /// `always_on`, `always_off`, `root`, or a share from 0 to 1.
    Sampler,
    /// One of these words, each with its meaning.
    Choice(Vec<(&'static str, String)>),
    /// Any number of values.
    List(Box<Self>),
    /// Values under names of one's own.
    Map(Box<Self>),
    /// A group of settings.
    Block(SettingBlock),
}

/// A group of settings that knows its documentation.
pub(super) trait Describe {
    /// Lines of its documentation.
    const ABOUT: &'static [&'static str];

    /// Its keys, with the values at hand as the defaults.
    fn keys(&self, at: &str) -> Vec<SettingKey>;

    fn block(&self, at: &str) -> SettingBlock {
        SettingBlock { about: text(Self::ABOUT), keys: self.keys(at) }
    }
}

/// A field of a group: a value, or a group of its own.
pub(super) trait DescribeMember {
    fn key(&self, names: &Names<'_>, docs: &[&str], check: fn(&Self) -> Checked) -> SettingKey;
}

impl<T: Value> DescribeMember for T {
    fn key(&self, names: &Names<'_>, docs: &[&str], check: fn(&Self) -> Checked) -> SettingKey {
        let path = join(names.at, names.key);
        let probe = |node: &Node| T::read(node, "", &mut Problems::default()).map(|value| check(&value));
        let form = T::form(&path);
        let is_in_file_only = T::YAML_ONLY || path.contains(['[', '*']);
        SettingKey {
            aliases: names.aliases.iter().map(|alias| join(names.at, alias)).collect(),
            meaning: text(docs),
            default: default(self, &path),
            allowed: probes().iter().find_map(|node| probe(node)?.err()),
            range: range(&form, |number| matches!(probe(&leaf(number)), Some(Ok(())))),
            is_required: false,
            variable: (!is_in_file_only).then(|| variable_of(&path)),
            form,
            path,
        }
    }
}

/// What a group says of a field that is a group itself.
pub(super) fn key_of_block(block: &impl Describe, names: &Names<'_>, docs: &[&str]) -> SettingKey {
    let path = join(names.at, names.key);
    SettingKey {
        aliases: Vec::new(),
        meaning: text(docs),
        form: SettingForm::Block(block.block(&path)),
        default: None,
        allowed: None,
        range: (Bound::Unbounded, Bound::Unbounded),
        is_required: false,
        variable: None,
        path,
    }
}

/// The form of a block that may occur any number of times.
pub(super) fn form_of_item<I: Item>(at: &str) -> SettingForm {
    let mut block = I::default().block(at);
    for key in &mut block.keys {
        let name = key.path.rsplit('.').next().unwrap_or_default();
        key.is_required = I::REQUIRED.iter().any(|(required, _)| *required == name);
        // What must be there is never what it would be otherwise.
        if key.is_required {
            key.default = None;
        }
    }
    SettingForm::Block(block)
}

/// Documentation as Markdown: lines of one paragraph are joined, and examples of code left out.
pub(super) fn text(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines.iter().map(|line| line.trim()).take_while(|line| !line.starts_with("```")) {
        match line {
            "" => text.push_str("\n\n"),
            _ if text.is_empty() || text.ends_with('\n') => text.push_str(line),
            _ => text.extend([" ", line]),
        }
    }
    text.truncate(text.trim_end().len());
    text
}

/// As an explanation writes it, unless that takes several lines.
fn default(value: &impl Value, path: &str) -> Option<String> {
    let mut lines = Vec::new();
    value.lines(path, &mut lines);
    match <[_; 1]>::try_from(lines) {
        Ok([(known, shown)]) if known == path && shown != "null" => Some(shown),
        _ => None,
    }
}

fn leaf(text: &str) -> Node {
    Node::text(text, Source::Default)
}

/// Values of which every check refuses at least one, so that it says what it wants.
fn probes() -> Vec<Node> {
    let node = |kind| Node { kind, source: Source::Default };
    let list = |items: &[&str]| node(Kind::List(items.iter().copied().map(leaf).collect()));
    let name = Name { text: "0 ?".to_owned(), source: Source::Default };
    let map = node(Kind::Map(vec![(name, leaf("?"))]));
    let leaves = ["-1", "0", "2", "?", "localhost:1"].into_iter().map(leaf);
    leaves.chain([list(&["?"]), list(&["0"]), list(&["2", "1"]), map]).collect()
}

/// What is allowed of numbers; checks know only these limits.
fn range(form: &SettingForm, accepts: impl Fn(&str) -> bool) -> (Bound<f64>, Bound<f64>) {
    let (SettingForm::Integer | SettingForm::Number | SettingForm::Duration | SettingForm::Size) = form
    else {
        return (Bound::Unbounded, Bound::Unbounded);
    };
    let least = if accepts("-1") {
        Bound::Unbounded
    } else if accepts("0") {
        Bound::Included(0.0)
    } else if accepts("0.5") {
        Bound::Excluded(0.0)
    } else {
        Bound::Included(1.0)
    };
    (least, if accepts("2") { Bound::Unbounded } else { Bound::Included(1.0) })
}
