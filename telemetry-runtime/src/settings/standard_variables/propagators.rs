//! `OTEL_PROPAGATORS`.

use std::sync::Arc;

use super::Reader;
use crate::settings::PropagationFormat;
use crate::settings::node::{Kind, Node};
use crate::settings::scalar::Scalar;
use crate::settings::source::Source;

impl Reader<'_> {
    /// Names that nobody knows are ignored one by one.
    pub(super) fn propagators(&mut self) {
        const VARIABLE: &str = "OTEL_PROPAGATORS";
        let Some(text) = self.get(VARIABLE) else { return };
        let source = Source::Variable(Arc::from(VARIABLE));
        let mut known = Vec::new();
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            match PropagationFormat::parse(name) {
                Some(format) => known.push(Node::text(format.as_str(), source.clone())),
                None => self.ignore(VARIABLE, name, &PropagationFormat::allowed()),
            }
        }
        if !known.is_empty() {
            self.set(VARIABLE, "propagation.formats", Kind::List(known));
        }
    }
}
