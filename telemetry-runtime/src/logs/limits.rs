//! How much one record may hold.

/// Fields of a record; further ones are counted.
pub(super) const MAX_FIELDS: usize = 128;

/// Bytes of a text; longer ones are cut.
pub(super) const MAX_TEXT: usize = 16 * 1024;

/// Causes of an error that are told; it may be its own cause.
pub(super) const MAX_CAUSES: usize = 16;
