//! Values of labels as text.

use std::{borrow::Cow, fmt, fmt::Write as _, rc::Rc, sync::Arc};

/// The longest value of a label, in bytes; longer ones are cut.
const MAX_VALUE: usize = 256;

/// Bytes of a value that is written rather than borrowed; enough for every number.
const INLINE: usize = 40;

/// A label's value for the time of a look-up.
#[derive(Debug)]
pub struct LabelText<'a>(Text<'a>);

#[derive(Debug)]
enum Text<'a> {
    Borrowed(&'a str),
    Inline { bytes: [u8; INLINE], len: usize },
    Owned(String),
}

impl LabelText<'_> {
    pub(super) fn as_str(&self) -> &str {
        let text = match &self.0 {
            Text::Borrowed(text) => text,
            Text::Inline { bytes, len } => std::str::from_utf8(&bytes[..*len]).unwrap_or_default(),
            Text::Owned(text) => text.as_str(),
        };
        &text[..text.floor_char_boundary(MAX_VALUE)]
    }

    fn written(value: fmt::Arguments<'_>) -> LabelText<'static> {
        let mut text = Text::Inline { bytes: [0; INLINE], len: 0 };
        // A value that fails to write itself is as long as it got.
        let _ = TextWriter(&mut text).write_fmt(value);
        LabelText(text)
    }
}

struct TextWriter<'a>(&'a mut Text<'static>);

impl fmt::Write for TextWriter<'_> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        match self.0 {
            Text::Inline { bytes, len } if *len + piece.len() <= INLINE => {
                bytes[*len..*len + piece.len()].copy_from_slice(piece.as_bytes());
                *len += piece.len();
            }
            Text::Inline { bytes, len } => {
                let mut text = String::from_utf8_lossy(&bytes[..*len]).into_owned();
                text.push_str(piece);
                *self.0 = Text::Owned(text);
            }
            Text::Owned(text) if text.len() >= MAX_VALUE => return Err(fmt::Error),
            Text::Owned(text) => text.push_str(piece),
            Text::Borrowed(_) => return Err(fmt::Error),
        }
        Ok(())
    }
}

/// A value that a label can have as it is: texts, whole numbers, `bool` and `char`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a label as it is",
    label = "not a text, whole number or boolean",
    note = "write `%` for its `Display` form or `?` for its `Debug` form, and keep the number of values small"
)]
pub trait LabelValue {
    /// The value as text.
    fn text(&self) -> LabelText<'_>;
}

macro_rules! texts {
    ($($(<$param:ident>)? $type:ty),* $(,)?) => {$(
        impl LabelValue for $type {
            fn text(&self) -> LabelText<'_> {
                LabelText(Text::Borrowed(self))
            }
        }
    )*};
}
texts!(str, String, Cow<'_, str>, Box<str>, Rc<str>, Arc<str>);

macro_rules! numbers {
    ($($type:ty),*) => {$(
        impl LabelValue for $type {
            fn text(&self) -> LabelText<'_> {
                LabelText::written(format_args!("{self}"))
            }
        }
    )*};
}
numbers!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, char);

impl LabelValue for bool {
    fn text(&self) -> LabelText<'_> {
        LabelText(Text::Borrowed(if *self { "true" } else { "false" }))
    }
}

impl<V: LabelValue + ?Sized> LabelValue for &V {
    fn text(&self) -> LabelText<'_> {
        (**self).text()
    }
}

impl<V: LabelValue + ?Sized> LabelValue for &mut V {
    fn text(&self) -> LabelText<'_> {
        (**self).text()
    }
}

/// The text of a value.
pub fn label<V: LabelValue + ?Sized>(value: &V) -> LabelText<'_> {
    value.text()
}

/// A value's `Debug` form.
pub fn label_debug<V: fmt::Debug + ?Sized>(value: &V) -> LabelText<'static> {
    LabelText::written(format_args!("{value:?}"))
}

/// A value's `Display` form.
pub fn label_display<V: fmt::Display + ?Sized>(value: &V) -> LabelText<'static> {
    LabelText::written(format_args!("{value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_text_and_long_ones_are_cut() {
        assert_eq!(label("eu").as_str(), "eu");
        assert_eq!(label(&i128::MIN).as_str(), i128::MIN.to_string());
        assert_eq!(label(&&true).as_str(), "true");
        assert_eq!(label_debug(&Some("x")).as_str(), "Some(\"x\")");
        let long = "é".repeat(1000);
        assert_eq!(label(&long).as_str().len(), MAX_VALUE);
        assert_eq!(label_display(&long).as_str(), label(&long).as_str());
        assert_eq!(label_display(&format_args!("{}{}", "a".repeat(39), "bc")).as_str().len(), 41);
    }
}
