//! The shapes under edition 2024.

#[path = "../../shapes/mod.rs"]
pub mod shapes;

mod own;

pub use shapes::{Shape, shape};

/// Which edition this is.
pub const NAME: &str = "edition 2024";

/// All shapes of this edition.
#[must_use]
pub fn all() -> Vec<Shape> {
    let mut all = shapes::all();
    all.extend(own::SHAPES);
    all
}
