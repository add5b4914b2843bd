//! Links between pages, and into the sources.

use crate::page::{self, Page};

/// The targets of `[text](target)`, without those of code.
fn links(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let code: String =
        line.split('`').enumerate().map(|(at, part)| if at % 2 == 0 { part } else { "_" }).collect();
    let mut rest = &*code;
    while let Some((_, after)) = rest.split_once("](") {
        let (target, after) = after.split_once(')').unwrap_or((after, ""));
        found.push(target.to_owned());
        rest = after;
    }
    found
}

/// What is wrong with a link, if anything is.
fn mistake(page: &Page, target: &str) -> Option<String> {
    if target.starts_with("https://") {
        return None;
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = if file.is_empty() { page.path.clone() } else { page.path.parent()?.join(file) };
    if !path.exists() {
        return Some("there is no such file".to_owned());
    }
    if anchor.is_empty() {
        return None;
    }
    let anchors = Page::read(&path).anchors();
    (!anchors.iter().any(|it| it == anchor)).then(|| format!("that page has only the anchors {anchors:?}"))
}

#[test]
fn every_link_leads_somewhere() {
    let (mut seen, mut mistakes) = (0, Vec::new());
    for page in page::all() {
        for (number, line) in &page.prose {
            for target in links(line) {
                seen += 1;
                let mistake = mistake(&page, &target);
                mistakes.extend(mistake.map(|it| format!("{}:{number}: {target}: {it}", page.name)));
            }
        }
    }
    assert!(mistakes.is_empty(), "{mistakes:#?}");
    assert!(seen > 50, "{seen} links are too few to show anything");
}

#[test]
fn every_page_is_reached_from_the_index() {
    let pages = page::all();
    let index = pages.iter().find(|page| page.name == "docs/README.md").expect("an index");
    let linked: Vec<String> = index.prose.iter().flat_map(|(_, line)| links(line)).collect();
    for page in pages.iter().filter(|page| page.name.starts_with("docs/") && page.name != index.name) {
        let name = page.name.trim_start_matches("docs/");
        assert!(linked.iter().any(|target| target == name), "docs/README.md does not name {name}");
    }
}

#[test]
fn mistakes_in_links_are_found() {
    let readme = Page::read(&page::root().join("README.md"));
    assert_eq!(mistake(&readme, "docs/shapes.md"), None);
    assert_eq!(mistake(&readme, "#configuration"), None);
    assert!(mistake(&readme, "docs/nowhere.md").is_some());
    assert!(mistake(&readme, "docs/shapes.md#nowhere").is_some_and(|it| it.contains("how-it-is-counted")));
    assert_eq!(links("[a](b) `[c](d)` [e`f`](g#h)"), ["b", "g#h"]);
}
