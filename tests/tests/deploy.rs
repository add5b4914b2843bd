//! What `deploy/` says to programs that are not at hand: files, ports, names and settings agree with each other and with
//! the toolkit. Programs that are at hand read theirs in `components/deploy.rs`.

#[path = "deploy/agreement.rs"]
mod agreement;
#[path = "deploy/files.rs"]
mod files;
#[path = "deploy/settings.rs"]
mod settings;
