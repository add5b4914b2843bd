//! Events in a file: one JSON object a line.

use super::packed::Packed;
use crate::export::file::Render;

/// One JSON object for each event.
#[derive(Debug)]
pub(crate) struct EventFile;

impl Render<Packed> for EventFile {
    fn render(&self, batch: &[Packed]) -> Result<String, serde_json::Error> {
        let mut text = Vec::new();
        for event in batch {
            serde_json::to_writer(&mut text, &event.event())?;
            text.push(b'\n');
        }
        // What serde_json writes is UTF-8.
        Ok(String::from_utf8(text).unwrap_or_default())
    }
}
