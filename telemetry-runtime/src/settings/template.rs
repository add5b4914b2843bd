//! Messages with places for what is known only later.

/// What may stand in braces.
const FIELDS: [(&str, Field); 8] = [
    ("value", Field::Value),
    ("threshold", Field::Threshold),
    ("comparison", Field::Comparison),
    ("metric", Field::Metric),
    ("rule", Field::Rule),
    ("severity", Field::Severity),
    ("service", Field::Service),
    ("labels", Field::Labels),
];

/// What a place of a message stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Value,
    Threshold,
    Comparison,
    Metric,
    Rule,
    Severity,
    Service,
    Labels,
    /// The value of one label.
    Label(String),
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Field(Field),
}

/// A message with places in braces; doubled braces stand for themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Template(Vec<Piece>);

impl Template {
    /// `Err` says what is allowed.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(at);
            plain.push_str(before);
            if from.starts_with("{{") || from.starts_with("}}") {
                plain.push_str(&from[..1]);
                rest = &from[2..];
                continue;
            }
            let (name, after) =
                from.strip_prefix('{').and_then(|inner| inner.split_once('}')).ok_or_else(allowed)?;
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
            pieces.push(Piece::Field(field(name.trim()).ok_or_else(allowed)?));
            rest = after;
        }
        plain.push_str(rest);
        pieces.push(Piece::Text(plain));
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        Ok(Self(pieces))
    }

    /// Fills the places.
    #[cfg(feature = "alerts")]
    pub(crate) fn fill(&self, of: impl Fn(&Field) -> String) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Field(field) => of(field),
        };
        self.0.iter().map(piece).collect()
    }
}

fn field(name: &str) -> Option<Field> {
    let label = name.strip_prefix("labels.").filter(|label| !label.is_empty());
    let label = label.map(|label| Field::Label(label.to_owned()));
    label.or_else(|| FIELDS.iter().find(|(known, _)| *known == name).map(|(_, field)| field.clone()))
}

fn allowed() -> String {
    let names: Vec<String> = FIELDS.iter().map(|(name, _)| format!("`{{{name}}}`")).collect();
    format!("a text with {} and `{{labels.NAME}}`; write `{{{{` for a brace", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_doubled_braces() {
        let template = Template::parse("{rule}: {{{value}}} of {labels.provider}").expect("legal");
        let text = |text: &str| Piece::Text(text.to_owned());
        let label = Field::Label("provider".to_owned());
        let pieces = [Piece::Field(Field::Rule), text(": {"), Piece::Field(Field::Value), text("} of ")];
        assert_eq!(template.0, [&pieces[..], &[Piece::Field(label)]].concat());
        assert_eq!(Template::parse("").expect("legal"), Template::default());
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for bad in ["{", "}", "{valu}", "a {value", "value}", "{labels.}", "{}"] {
            let allowed = Template::parse(bad).expect_err(bad);
            assert!(allowed.contains("`{value}`"), "{allowed}");
        }
    }
}
