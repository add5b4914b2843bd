//! Writes the suite with a peer's attributes, and asks the compiler and clippy about it.

use std::{
    collections::BTreeSet,
    env, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    finding::Finding,
    peer::Peer,
    suite::{EDITIONS, Id, Rendered, Suite},
};

/// The packages of all peers, and what is built of them.
pub(crate) struct Workspace {
    root: PathBuf,
    directory: PathBuf,
}

/// The suite of one edition under a peer's attributes.
pub(crate) struct Package<'a> {
    workspace: &'a Workspace,
    pub(crate) suite: &'a Suite,
    peer: Peer,
    edition: &'static str,
    /// The files that this edition compiles.
    pub(crate) files: Vec<usize>,
}

/// What the compiler says about some shapes.
pub(crate) struct Findings {
    pub(crate) errors: Vec<Finding>,
    pub(crate) warnings: Vec<Finding>,
    /// By the file's number.
    pub(crate) rendered: Vec<Option<Rendered>>,
}

impl Workspace {
    pub(crate) fn new(root: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let directory = target.join("peer-shapes");
        fs::create_dir_all(&directory)?;
        // The versions that the toolkit itself uses, where it uses them.
        fs::copy(root.join("Cargo.lock"), directory.join("Cargo.lock"))?;
        let mut members = Vec::new();
        for peer in Peer::ALL {
            for edition in EDITIONS {
                let member = format!("{}/shapes-{edition}", peer.name());
                fs::create_dir_all(directory.join(&member).join("src"))?;
                fs::write(directory.join(&member).join("Cargo.toml"), manifest(peer, edition, &root))?;
                // Cargo wants a target of each member; the sources follow.
                fs::write(directory.join(&member).join("src/lib.rs"), "")?;
                members.push(member);
            }
            fs::create_dir_all(directory.join(peer.name()).join("shapes"))?;
        }
        fs::write(
            directory.join("Cargo.toml"),
            format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"),
        )?;
        Ok(Self { root: directory.canonicalize()?, directory })
    }

    /// The version of a package that was compiled.
    pub(crate) fn version(&self, name: &str) -> String {
        let lock = fs::read_to_string(self.root.join("Cargo.lock")).unwrap_or_default();
        let line = lock.split_once(&format!("name = \"{name}\"\nversion = \"")).map(|(_, rest)| rest);
        line.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    }

    pub(crate) fn package<'a>(&'a self, suite: &'a Suite, peer: Peer, edition: &'static str) -> Package<'a> {
        let own = format!("shapes-{edition}/");
        let files = suite.files.iter().enumerate();
        let files = files.filter(|(_, file)| file.path.starts_with("shapes/") || file.path.starts_with(&own));
        Package { workspace: self, suite, peer, edition, files: files.map(|(number, _)| number).collect() }
    }
}

impl Package<'_> {
    /// Compiles the suite with the attribute on these shapes only.
    pub(crate) fn compile(&self, active: &BTreeSet<Id>) -> Result<Findings, String> {
        let mut rendered: Vec<_> = self.suite.files.iter().map(|_| None).collect();
        for file in &self.files {
            let path = self.workspace.root.join(self.peer.name()).join(&self.suite.files[*file].path);
            let text = self.suite.render(*file, self.peer, active);
            // Unchanged files stay untouched.
            if fs::read_to_string(&path).ok().as_deref() != Some(&text.text) {
                fs::write(&path, &text.text).map_err(|error| format!("{}: {error}", path.display()))?;
            }
            rendered[*file] = Some(text);
        }
        let (errors, warnings) = self.clippy()?.into_iter().partition(|finding| finding.is_error);
        Ok(Findings { errors, warnings, rendered })
    }

    fn clippy(&self) -> Result<Vec<Finding>, String> {
        let mut process = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        process.args(["clippy", "--quiet", "--message-format=json", "--lib", "--test=suite", "--package"]);
        process.arg(format!("{}-{}", self.peer.name(), self.edition));
        // A lint is no error here: it must not hide what the compiler would say later.
        process.args(["--", "--cap-lints=warn"]);
        process.current_dir(&self.workspace.root).stdin(Stdio::null());
        // Nothing of the outer build may change the inner ones.
        process
            .env("CARGO_TARGET_DIR", self.workspace.directory.join("target"))
            .env("CARGO_INCREMENTAL", "1");
        process.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        let output = process.output().map_err(|error| format!("cargo does not start: {error}"))?;
        let findings = self.read(&String::from_utf8_lossy(&output.stdout))?;
        if output.status.success() || findings.iter().any(|finding| finding.is_error) {
            return Ok(findings);
        }
        Err(format!("cargo clippy failed:\n{}", String::from_utf8_lossy(&output.stderr)))
    }

    fn read(&self, output: &str) -> Result<Vec<Finding>, String> {
        let mut findings = Vec::new();
        for line in output.lines() {
            let message: serde_json::Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
            if message["reason"] == "compiler-message" {
                findings.extend(Finding::read(&message["message"], |path| self.file(path)));
            }
        }
        Ok(findings)
    }

    /// The number of the file that the compiler names, from the directory of the workspace.
    fn file(&self, path: &str) -> Option<usize> {
        let mut parts = Vec::new();
        for part in path.split('/') {
            if part == ".." {
                parts.pop();
            } else {
                parts.push(part);
            }
        }
        let path = parts.join("/");
        let path = path.strip_prefix(self.peer.name())?.strip_prefix('/')?;
        self.suite.files.iter().position(|file| file.path == path)
    }
}

/// A package of the suite's own form, so that its files find each other.
fn manifest(peer: Peer, edition: &str, root: &Path) -> String {
    format!(
        "[package]\nname = \"{name}-{edition}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\npublish = false\n\n\
         [lib]\nname = \"telemetry_shapes_{edition}\"\n\n\
         [[test]]\nname = \"suite\"\npath = \"src/test.rs\"\n\n\
         [dependencies]\n\
         telemetry-runtime = {{ path = \"{root}/telemetry-runtime\", default-features = false, features = [\"testing\"] }}\n\
         async-stream = \"0.3\"\nasync-trait = \"0.1\"\n\
         futures-util = {{ version = \"0.3\", default-features = false, features = [\"std\"] }}\n{dependency}\n\
         [dev-dependencies]\n\
         tokio = {{ version = \"1\", default-features = false, features = [\"macros\", \"rt\"] }}\n",
        name = peer.name(),
        root = root.display(),
        dependency = peer.dependency(),
    )
}
