//! Settings: every key, name, default and mistake.

#[path = "settings/keys.rs"]
mod keys;
#[path = "settings/lists.rs"]
mod lists;
#[path = "settings/mistakes.rs"]
mod mistakes;
#[path = "settings/mutations.rs"]
mod mutations;
#[path = "settings/precedence.rs"]
mod precedence;
#[path = "settings/secrets.rs"]
mod secrets;
#[path = "settings/standard_variables.rs"]
mod standard_variables;
#[path = "settings/support.rs"]
mod support;
#[path = "settings/yaml.rs"]
mod yaml;
