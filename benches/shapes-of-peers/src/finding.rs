//! What the compiler says, with its places in the suite.

use serde_json::Value;

/// An error or a warning.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) is_error: bool,
    /// `E0308`, or the name of a lint.
    pub(crate) code: String,
    pub(crate) text: String,
    /// Where it is, the best first: a place inside of a macro is followed by the one that calls the macro.
    pub(crate) places: Vec<Place>,
}

/// A byte of a file as it was compiled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) file: usize,
    pub(crate) byte: usize,
    /// Whether the finding is about this place, and does not only mention it.
    pub(crate) is_primary: bool,
}

impl Finding {
    /// None for a summary.
    pub(crate) fn read(message: &Value, file: impl Fn(&str) -> Option<usize>) -> Option<Self> {
        let text = message["message"].as_str().unwrap_or_default().to_owned();
        let mut places = Vec::new();
        read_places(message, &file, &mut places);
        places.sort_by_key(|place: &Place| !place.is_primary);
        let is_summary = text.starts_with("aborting due to") || text.contains(" emitted");
        (!is_summary).then(|| Self {
            is_error: message["level"].as_str().is_some_and(|level| level.starts_with("error")),
            code: message["code"]["code"].as_str().unwrap_or("no code").to_owned(),
            text,
            places,
        })
    }
}

fn read_places(message: &Value, file: &impl Fn(&str) -> Option<usize>, places: &mut Vec<Place>) {
    for span in message["spans"].as_array().into_iter().flatten() {
        let is_primary = span["is_primary"] == true;
        let mut span = span;
        while span.is_object() {
            let byte = span["byte_start"].as_u64().and_then(|byte| usize::try_from(byte).ok());
            let file = span["file_name"].as_str().and_then(file);
            if let (Some(file), Some(byte)) = (file, byte) {
                places.push(Place { file, byte, is_primary });
            }
            span = &span["expansion"]["span"];
        }
    }
    for child in message["children"].as_array().into_iter().flatten() {
        let mut mentioned = Vec::new();
        read_places(child, file, &mut mentioned);
        places.extend(mentioned.into_iter().map(|place| Place { is_primary: false, ..place }));
    }
}
