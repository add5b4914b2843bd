//! Everything that arguments can say, and how several attributes say it together.

use proc_macro2::{Span, TokenStream};
use syn::Path;

use super::{
    Breaker, Entry, Fallback, Field, Kind, Level, Messages, Objective, Predicate, Ret, Sample, fields,
};
use crate::diagnostics::Diagnostics;

/// A value and the key that set it.
#[derive(Clone)]
pub(crate) struct Set<T> {
    pub(crate) key: Span,
    pub(crate) value: T,
    pub(crate) word: &'static str,
    pub(crate) entry: Entry,
    /// The value as it is written.
    pub(super) text: String,
}

impl<T> Set<T> {
    /// Whether the block says it, and the function at hand may have no use for it.
    pub(crate) fn is_of_block(&self) -> bool {
        self.entry == Entry::InstrumentAdapter
    }
}

/// The arguments of one attribute, as they are written.
#[derive(Clone)]
pub(crate) struct Layer {
    pub(crate) entry: Entry,
    pub(crate) tokens: TokenStream,
}

/// `field: type, what a method makes of its block's, what stacked attributes make of each other's;`
macro_rules! settings {
    ($($field:ident: $type:ty, $over:ident, $stacked:ident;)*) => {
        /// Everything that arguments can say.
        #[derive(Clone, Default)]
        pub(crate) struct Settings {
            /// Where they come from.
            pub(crate) layers: Vec<Layer>,
            $(pub(crate) $field: Option<Set<$type>>,)*
        }

        impl Settings {
            /// A method's own settings, with those of its block for all that it leaves open.
            pub(crate) fn over(self, block: &Self) -> Self {
                Self { layers: self.layers, $($field: $over(self.$field, block.$field.as_ref()),)* }
            }

            /// With those of a further attribute on the same function, which must not disagree.
            pub(crate) fn stacked(mut self, later: Self, diagnostics: &mut Diagnostics) -> Self {
                self.layers.extend(later.layers);
                Self { layers: self.layers, $($field: $stacked(self.$field, later.$field, diagnostics),)* }
            }

            /// The keys that are set.
            pub(super) fn keys(&self) -> Vec<(&'static str, Span)> {
                [$(self.$field.as_ref().map(|set| (set.word, set.key)),)*].into_iter().flatten().collect()
            }
        }
    };
}
settings! {
    provider: String, inherited, one;
    name: String, own, one;
    kind: Kind, inherited, one;
    fields: Vec<Field>, joined, all;
    labels: Vec<Field>, joined, all;
    ret: Ret, inherited, one;
    messages: Messages, inherited, one;
    predicate: Predicate, inherited, one;
    error_type: TokenStream, inherited, one;
    slow: u64, inherited, one;
    buckets: Vec<f64>, inherited, one;
    slo: Objective, inherited, one;
    breaker: Breaker, own, one;
    fallback: Fallback, own, one;
    sample: Sample, inherited, one;
    level: Level, inherited, one;
    parent: TokenStream, inherited, one;
    links: TokenStream, inherited, one;
    runtime: Path, inherited, one;
    skip: (), own, one;
    include: (), own, one;
}

fn inherited<T: Clone>(own: Option<Set<T>>, block: Option<&Set<T>>) -> Option<Set<T>> {
    own.or_else(|| block.cloned())
}

fn own<T>(own: Option<Set<T>>, _block: Option<&Set<T>>) -> Option<Set<T>> {
    own
}

/// A method's behind those of its block; of two with one name, the method's.
fn joined(own: Option<Set<Vec<Field>>>, block: Option<&Set<Vec<Field>>>) -> Option<Set<Vec<Field>>> {
    let (Some(mut own), Some(block)) = (own.clone(), block) else {
        return own.or_else(|| block.cloned());
    };
    own.value = fields::over(&own.value, &block.value);
    Some(own)
}

fn one<T>(earlier: Option<Set<T>>, later: Option<Set<T>>, diagnostics: &mut Diagnostics) -> Option<Set<T>> {
    if let (Some(earlier), Some(later)) = (&earlier, &later) {
        let (first, second) = (earlier.entry.name(), later.entry.name());
        if earlier.word != later.word {
            let (word, other) = (later.word, earlier.word);
            let message =
                format!("`{word}` in `{second}` contradicts `{other}` in `{first}`; keep one of them");
            diagnostics.push(later.key, message);
        } else if earlier.text != later.text {
            let word = later.word;
            let message =
                format!("`{word}` differs between `{first}` and `{second}` on this function; keep one");
            diagnostics.push(later.key, message);
        }
    }
    earlier.or(later)
}

fn all(
    earlier: Option<Set<Vec<Field>>>,
    later: Option<Set<Vec<Field>>>,
    diagnostics: &mut Diagnostics,
) -> Option<Set<Vec<Field>>> {
    let (Some(mut earlier), Some(later)) = (earlier.clone(), later.clone()) else {
        return earlier.or(later);
    };
    let (first, second) = (earlier.entry.name(), later.entry.name());
    for field in later.value {
        match earlier.value.iter().find(|known| known.name == field.name) {
            Some(_) => diagnostics.add(syn::Error::new_spanned(
                &field.key,
                format!(
                    "`{}` in `{}` is named by `{first}` and by `{second}` on this function; keep one",
                    field.name, later.word
                ),
            )),
            None => earlier.value.push(field),
        }
    }
    Some(earlier)
}
