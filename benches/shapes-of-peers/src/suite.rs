//! The sources of the suite, as they are and with the attributes of a peer.

use std::{collections::BTreeSet, fs, ops::Range, path::Path};

use crate::{found::Found, peer::Peer, shape::Shape};

/// Instead of an attribute: says nothing, and may stand wherever one may.
const NOTHING: &str = "cfg(not(doctest))";

/// The packages that compile the suite, one of each edition.
pub(crate) const EDITIONS: [&str; 2] = ["2024", "2021"];

/// A source file of the suite.
pub(crate) struct File {
    /// From the directory of the tests.
    pub(crate) path: String,
    text: String,
    found: Found,
}

/// Which shape: of which file, and where in it.
pub(crate) type Id = (usize, usize);

/// All source files.
pub(crate) struct Suite {
    pub(crate) files: Vec<File>,
}

/// A file as it is compiled.
pub(crate) struct Rendered {
    pub(crate) text: String,
    edits: Vec<Edit>,
}

/// Bytes that were replaced.
struct Edit {
    original: Range<usize>,
    text: String,
    /// The shape whose attribute this is.
    shape: Option<usize>,
}

impl File {
    pub(crate) fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.path)
    }
}

impl Suite {
    /// Reads all that `tests` has in its directories of shapes.
    pub(crate) fn read(tests: &Path) -> Result<Self, String> {
        let editions = EDITIONS.map(|edition| format!("shapes-{edition}/src"));
        let mut files = Vec::new();
        for directory in editions.iter().map(String::as_str).chain(["shapes"]) {
            let entries =
                fs::read_dir(tests.join(directory)).map_err(|error| format!("{directory}: {error}"))?;
            let mut names: Vec<_> =
                entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
            names.sort();
            for path in names.iter().map(|name| format!("{directory}/{name}")) {
                let text =
                    fs::read_to_string(tests.join(&path)).map_err(|error| format!("{path}: {error}"))?;
                let found = Found::read(&text).map_err(|error| format!("{path}: {error}"))?;
                files.push(File { path, text, found });
            }
        }
        Ok(Self { files })
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = Id> {
        let files = self.files.iter().enumerate();
        files.flat_map(|(file, File { found, .. })| (0..found.shapes.len()).map(move |shape| (file, shape)))
    }

    pub(crate) fn shape(&self, (file, shape): Id) -> &Shape {
        &self.files[file].found.shapes[shape]
    }

    /// The module and the name.
    pub(crate) fn name(&self, id: Id) -> String {
        let path = &self.files[id.0].path;
        let module = path.trim_end_matches(".rs").trim_start_matches("shapes/").replace("shapes-", "");
        format!("{}::{}", module.replace("/src/", "::"), self.shape(id).name)
    }

    /// What is not tried: why, and where.
    pub(crate) fn left_out(&self) -> Vec<(&'static str, String)> {
        let files = self.files.iter();
        let all = files
            .flat_map(|file| file.found.left_out.iter().map(|left| (left.reason, file.place(left.line))));
        all.collect()
    }

    /// The file with the peer's attribute on the active shapes and none on the others.
    pub(crate) fn render(&self, file: usize, peer: Peer, active: &BTreeSet<Id>) -> Rendered {
        let File { text, found, .. } = &self.files[file];
        let mut edits: Vec<_> = found
            .imports
            .iter()
            .map(|start| Edit {
                original: *start..*start,
                text: "#[allow(unused_imports)] ".to_owned(),
                shape: None,
            })
            .collect();
        for (number, shape) in found.shapes.iter().enumerate() {
            let peer = active.contains(&(file, number)).then_some(peer);
            edits.extend(shape_edits(number, shape, text, peer));
        }
        edits.sort_by_key(|edit| edit.original.start);
        let mut rendered = String::with_capacity(text.len() * 2);
        let mut at = 0;
        for edit in &edits {
            rendered.push_str(&text[at..edit.original.start]);
            rendered.push_str(&edit.text);
            at = edit.original.end;
        }
        rendered.push_str(&text[at..]);
        Rendered { text: rendered, edits }
    }
}

/// Without a peer the shape has no attribute.
fn shape_edits(number: usize, shape: &Shape, text: &str, peer: Option<Peer>) -> Vec<Edit> {
    let root = if shape.is_rooted { "::" } else { "" };
    let edit = |original, text: Option<&str>| {
        let shape = text.is_some().then_some(number);
        let text = text.map_or_else(|| NOTHING.to_owned(), |text| format!("{root}{text}"));
        Edit { original, text, shape }
    };
    let on_function = peer.and_then(Peer::on_function);
    if peer.is_some() && on_function.is_none() {
        let text = text[shape.attribute.clone()].to_owned();
        return vec![Edit { original: shape.attribute.clone(), text, shape: Some(number) }];
    }
    let Some(block) = &shape.block else {
        return vec![edit(shape.attribute.clone(), on_function)];
    };
    let on_block = peer.and_then(|peer| peer.on_block(block));
    let mut edits = vec![edit(shape.attribute.clone(), on_block)];
    edits.extend(block.settings.iter().map(|settings| edit(settings.clone(), None)));
    if let (None, Some(attribute)) = (on_block, on_function) {
        edits.extend(block.methods.iter().map(|start| {
            let mut edit = edit(*start..*start, Some(attribute));
            edit.text = format!("#[{}] ", edit.text);
            edit
        }));
    }
    edits
}

impl Rendered {
    /// The shape whose attribute covers a byte of this text.
    pub(crate) fn attribute_at(&self, byte: usize) -> Option<usize> {
        let mut shift = 0_isize;
        for edit in &self.edits {
            let start = edit.original.start.checked_add_signed(shift)?;
            if (start..start + edit.text.len()).contains(&byte) {
                return edit.shape;
            }
            shift += edit.growth();
        }
        None
    }

    /// The byte of the original that a byte of this text was.
    pub(crate) fn original(&self, byte: usize) -> usize {
        let mut shift = 0_isize;
        for edit in &self.edits {
            let start = edit.original.start.saturating_add_signed(shift);
            if byte < start {
                break;
            }
            if byte < start + edit.text.len() {
                return edit.original.start;
            }
            shift += edit.growth();
        }
        byte.saturating_add_signed(-shift)
    }
}

impl Edit {
    /// What the text after it moves by.
    fn growth(&self) -> isize {
        self.text.len().cast_signed() - self.original.len().cast_signed()
    }
}
