//! What a peer's attribute is tried on.

use std::ops::Range;

/// A function or a block under an attribute of ours.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) name: String,
    /// Counted from 1.
    pub(crate) line: usize,
    /// The bytes of the item with its attributes.
    pub(crate) extent: Range<usize>,
    /// The bytes of our attribute, without `#[]`.
    pub(crate) attribute: Range<usize>,
    /// Whether the attribute's path begins with `::`.
    pub(crate) is_rooted: bool,
    pub(crate) block: Option<Block>,
}

/// What is under the attribute of a block.
#[derive(Debug, Default)]
pub(crate) struct Block {
    pub(crate) is_trait: bool,
    /// Where the methods with a body begin that are not `const`.
    pub(crate) methods: Vec<usize>,
    /// The bytes of attributes on methods that only we understand, without `#[]`.
    pub(crate) settings: Vec<Range<usize>>,
}

/// A shape that no peer can have.
#[derive(Debug)]
pub(crate) struct LeftOut {
    pub(crate) reason: &'static str,
    pub(crate) line: usize,
}
