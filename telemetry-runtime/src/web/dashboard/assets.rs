//! The files of the page, built into the program.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::OnceLock,
};

use axum::{
    extract::Path,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::prometheus::{accepts_gzip, gzip};

/// A file and what it is.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    content: &'static [u8],
}

macro_rules! assets {
    ($($name:literal: $content_type:expr),* $(,)?) => {
        [$(Asset {
            name: $name,
            content_type: $content_type,
            content: include_bytes!(concat!("assets/", $name)),
        }),*]
    };
}

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// All of them: those with a page of their own, then those that pages ask for below `/telemetry/assets/`.
const ASSETS: &[Asset] = &assets! {
    "index.html": HTML,
    "login.html": HTML,
    "docs.html": HTML,
    "base.css": CSS,
    "charts.css": CSS,
    "frame.css": CSS,
    "parts.css": CSS,
    "table.css": CSS,
    "views.css": CSS,
    "api.js": SCRIPT,
    "attention.js": SCRIPT,
    "dialog.js": SCRIPT,
    "docs.js": SCRIPT,
    "dom.js": SCRIPT,
    "format.js": SCRIPT,
    "frame.js": SCRIPT,
    "heatmap.js": SCRIPT,
    "histogram.js": SCRIPT,
    "http-routes.js": SCRIPT,
    "judge.js": SCRIPT,
    "keys.js": SCRIPT,
    "lines.js": SCRIPT,
    "login.js": SCRIPT,
    "main.js": SCRIPT,
    "operation-errors.js": SCRIPT,
    "overview-columns.js": SCRIPT,
    "parts.js": SCRIPT,
    "resource.js": SCRIPT,
    "routes.js": SCRIPT,
    "schema.js": SCRIPT,
    "service-map.js": SCRIPT,
    "span-detail.js": SCRIPT,
    "span-tree.js": SCRIPT,
    "spark.js": SCRIPT,
    "store.js": SCRIPT,
    "stream.js": SCRIPT,
    "table.js": SCRIPT,
    "theme.js": SCRIPT,
    "timeline.js": SCRIPT,
    "trace-table.js": SCRIPT,
    "view-alerts.js": SCRIPT,
    "view-breakers.js": SCRIPT,
    "view-exporters.js": SCRIPT,
    "view-operation.js": SCRIPT,
    "view-overview.js": SCRIPT,
    "view-settings.js": SCRIPT,
    "view-system.js": SCRIPT,
    "view-trace.js": SCRIPT,
    "view-traces.js": SCRIPT,
    "waterfall.js": SCRIPT,
};

/// A file as it is served.
struct Served {
    content_type: &'static str,
    tag: HeaderValue,
    plain: &'static [u8],
    zipped: Option<Vec<u8>>,
}

impl Served {
    fn new(asset: &Asset) -> Self {
        let mut hasher = DefaultHasher::new();
        asset.content.hash(&mut hasher);
        let tag = HeaderValue::try_from(format!("\"{:016x}\"", hasher.finish()));
        Self {
            content_type: asset.content_type,
            // Digits and quotes are a legal header.
            tag: tag.unwrap_or_else(|_| HeaderValue::from_static("\"\"")),
            plain: asset.content,
            zipped: gzip(asset.content).filter(|zipped| zipped.len() < asset.content.len()),
        }
    }

    fn answer(&self, request: &HeaderMap) -> Response {
        let mut headers = HeaderMap::new();
        // The files change with the program, not with their names.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(header::ETAG, self.tag.clone());
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        let named = |name| request.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let tag = self.tag.to_str().unwrap_or_default();
        if named(header::IF_NONE_MATCH).split(',').any(|known| known.trim().trim_start_matches("W/") == tag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        match &self.zipped {
            Some(zipped) if accepts_gzip(named(header::ACCEPT_ENCODING)) => {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
                (headers, zipped.clone()).into_response()
            }
            _ => (headers, self.plain).into_response(),
        }
    }
}

fn served() -> &'static HashMap<&'static str, Served> {
    static SERVED: OnceLock<HashMap<&'static str, Served>> = OnceLock::new();
    SERVED.get_or_init(|| ASSETS.iter().map(|asset| (asset.name, Served::new(asset))).collect())
}

/// The file of that name.
pub(super) fn file(name: &str, request: &HeaderMap) -> Response {
    match served().get(name) {
        Some(served) => served.answer(request),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `GET /telemetry/assets/..`
pub(super) async fn named(Path(name): Path<String>, request: HeaderMap) -> Response {
    // Pages with something to be filled in are no files.
    if name.ends_with(".html") { StatusCode::NOT_FOUND.into_response() } else { file(&name, &request) }
}

/// The text of a page, for those that have to fill something in.
pub(super) fn text(name: &str) -> &'static str {
    let served = served().get(name);
    // They are UTF-8, as they were in the repository.
    served.and_then(|served| std::str::from_utf8(served.plain).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::*;

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/dashboard/assets");

    /// Only told to those who read or check the scripts.
    const NOT_SERVED: &str = "types.js";

    /// Of all files together, compressed.
    const MOST: usize = 150 * 1024;

    #[test]
    fn every_file_of_the_folder_is_served() {
        let files = fs::read_dir(FOLDER).expect("a folder").map(|entry| entry.expect("an entry").file_name());
        let files: BTreeSet<_> = files.map(|name| name.into_string().expect("a name")).collect();
        let served: BTreeSet<_> = ASSETS.iter().map(|asset| asset.name.to_owned()).collect();
        let missing: Vec<_> = files.difference(&served).collect();
        assert_eq!(missing, [NOT_SERVED]);
    }

    #[test]
    fn the_page_is_light() {
        let sizes = served().values().map(|file| file.zipped.as_ref().map_or(file.plain.len(), Vec::len));
        let sum: usize = sizes.sum();
        assert!(sum <= MOST, "{sum} bytes");
    }

    /// What comes from the program is text in the page, whatever it holds.
    #[test]
    fn no_script_makes_markup_or_code_of_text() {
        let dangerous = [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "srcdoc",
        ];
        for asset in ASSETS {
            let text = std::str::from_utf8(asset.content).expect("text");
            let found = dangerous.iter().find(|word| text.contains(**word));
            assert_eq!(found, None, "{}", asset.name);
            assert!(!text.contains(" style=") && !text.contains(" onclick="), "{}: inline code", asset.name);
        }
    }
}
