//! The shapes of edition 2024.

use telemetry_shapes_2024 as edition;

#[path = "../../shapes/all.rs"]
mod all;
