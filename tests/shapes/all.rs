//! Every shape of this edition compiles, returns what it should, and is counted as one call.

use std::{collections::BTreeSet, panic::catch_unwind};

#[path = "harness.rs"]
mod harness;

use super::edition;

/// What the attributes promise to survive.
const AT_LEAST: usize = 340;

#[test]
fn every_shape_passes_its_check() {
    let mut shapes = edition::all();
    shapes.extend(harness::SHAPES);
    let names: BTreeSet<_> = shapes.iter().map(|shape| shape.name).collect();
    assert_eq!(names.len(), shapes.len(), "two shapes have one name");
    let failed: Vec<_> =
        shapes.iter().filter(|shape| catch_unwind(shape.check).is_err()).map(|shape| shape.name).collect();
    println!("{}: {} shapes, {} failed", edition::NAME, shapes.len(), failed.len());
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(shapes.len() >= AT_LEAST, "{} shapes are too few", shapes.len());
}
