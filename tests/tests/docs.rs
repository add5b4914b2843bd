//! The pages: their links lead somewhere, their settings load, their commands exist, and what they promise is tested.

#[path = "docs/commands.rs"]
mod commands;
#[path = "docs/examples.rs"]
mod examples;
#[path = "docs/guarantees.rs"]
mod guarantees;
#[path = "docs/links.rs"]
mod links;
#[path = "docs/page.rs"]
mod page;
#[path = "docs/public_types.rs"]
mod public_types;
#[path = "docs/settings.rs"]
mod settings;
