//! The shapes of edition 2021.

use telemetry_shapes_2021 as edition;

#[path = "../../shapes/all.rs"]
mod all;
