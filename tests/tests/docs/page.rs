//! Reading pages.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A page of the project.
#[derive(Debug)]
pub(crate) struct Page {
    /// From the project's root.
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) blocks: Vec<Block>,
    /// What is no block, with the numbers of its lines.
    pub(crate) prose: Vec<(usize, String)>,
}

/// A fenced block.
#[derive(Debug)]
pub(crate) struct Block {
    /// What stands behind the fence: `rust`, `yaml prometheus`.
    pub(crate) info: String,
    /// The number of its first line.
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// The project's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in the project").to_owned()
}

/// Everything that is written for readers: pages at the root, below `docs` and `deploy`.
pub(crate) fn all() -> Vec<Page> {
    let root = root();
    let mut paths = Vec::new();
    for folder in ["", "docs", "deploy"] {
        let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
        let files = entries.map(|entry| entry.expect("an entry").path());
        paths.extend(files.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    }
    paths.sort();
    assert!(paths.len() > 10, "the pages are found: {paths:?}");
    paths.iter().map(|path| Page::read(path)).collect()
}

impl Page {
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.strip_prefix(root()).unwrap_or(path).display().to_string();
        let (blocks, prose) = parts(&name, &text);
        Self { name, path: path.to_owned(), blocks, prose }
    }

    /// The anchors that links may name: those of headings, as forges make them.
    pub(crate) fn anchors(&self) -> Vec<String> {
        let mut anchors: Vec<String> = Vec::new();
        for (_, line) in &self.prose {
            let heading = line.trim_start_matches('#');
            if heading.len() == line.len() || !heading.starts_with(' ') {
                continue;
            }
            let anchor = anchor(heading);
            let before = anchors.iter().filter(|other| **other == anchor).count();
            anchors.push(if before == 0 { anchor } else { format!("{anchor}-{before}") });
        }
        anchors
    }
}

/// Lower case, without punctuation, and with dashes for spaces.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// Blocks, which may be indented in lists, and what is between them.
fn parts(name: &str, text: &str) -> (Vec<Block>, Vec<(usize, String)>) {
    let (mut blocks, mut prose) = (Vec::<Block>::new(), Vec::new());
    let mut open: Option<(usize, Block)> = None;
    for (index, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        match (&mut open, line.trim_start().strip_prefix("```")) {
            (None, Some(info)) => {
                open = Some((
                    indent,
                    Block { info: info.trim().to_owned(), line: index + 2, text: String::new() },
                ));
            }
            (Some(_), Some("")) => blocks.extend(open.take().map(|(_, block)| block)),
            (Some((indent, block)), _) => {
                block.text.push_str(line.get(*indent..).unwrap_or_default());
                block.text.push('\n');
            }
            (None, None) => prose.push((index + 1, line.to_owned())),
        }
    }
    assert!(open.is_none(), "{name}: a block has no end: {open:?}");
    (blocks, prose)
}

#[test]
fn pages_are_read_as_they_are_shown() {
    let text = "# A `b`, c!\n1. list\n\n   ```yaml\n   a:\n     b\n   ```\n# A b c\n```\nx\n```\n";
    let (blocks, prose) = parts("test", text);
    let seen: Vec<_> = blocks.iter().map(|block| (&*block.info, block.line, &*block.text)).collect();
    assert_eq!(seen, [("yaml", 5, "a:\n  b\n"), ("", 10, "x\n")]);
    let page = Page { name: String::new(), path: PathBuf::new(), blocks, prose };
    assert_eq!(page.anchors(), ["a-b-c", "a-b-c-1"]);
}
