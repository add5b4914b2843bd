//! What each feature costs: crates, and the seconds of a clean build, beside what others would be used instead.
//!
//! `cargo run --bin telemetry-features` prints the table; `-- --count` only counts the crates, which takes seconds
//! instead of minutes. A row is an empty program that depends on one thing; what it needs was downloaded before.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

/// What a program depends on.
struct Row {
    name: String,
    /// Lines of `[dependencies]`.
    dependencies: String,
}

impl Row {
    fn ours(root: &Path, name: &str, features: &[&str]) -> Self {
        let (path, features) = (root.join("telemetry-runtime"), features.join("\", \""));
        let features = if features.is_empty() { String::new() } else { format!("\"{features}\"") };
        let dependencies = format!(
            "telemetry-runtime = {{ path = \"{}\", default-features = false, features = [{features}] }}\n",
            path.display()
        );
        Self { name: name.to_owned(), dependencies }
    }
}

/// Peers as their documentation sets them up: spans to a collector over gRPC, metrics for Prometheus.
const PEERS: [(&str, &str); 2] = [
    (
        "tracing + tracing-opentelemetry + opentelemetry-otlp",
        "tracing = \"0.1\"\ntracing-subscriber = \"0.3\"\ntracing-opentelemetry = \"0.34\"\nopentelemetry = \"0.33\"\n\
         opentelemetry_sdk = { version = \"0.33\", features = [\"rt-tokio\"] }\n\
         opentelemetry-otlp = { version = \"0.33\", features = [\"grpc-tonic\"] }\n",
    ),
    (
        "autometrics with its Prometheus exporter",
        "autometrics = { version = \"3\", features = [\"prometheus-exporter\"] }\n",
    ),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_timed = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => true,
        ["--count"] => false,
        _ => return Err(format!("`{}` is not known; there is --count", arguments.join(" ")).into()),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    println!("| Depends on | Crates | Clean build, s |\n|---|--:|--:|");
    for row in rows(&root)? {
        let program = Program::write(&root, &row)?;
        let crates = program.crates()?;
        let seconds = if is_timed { format!("{:.1}", program.build()?) } else { "–".to_owned() };
        println!("| {} | {crates} | {seconds} |", row.name);
    }
    Ok(())
}

/// Nothing, each public feature alone, the default ones, all of them, and the peers.
fn rows(root: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let mut rows = vec![
        Row::ours(root, "telemetry-runtime, no feature", &[]),
        Row::ours(root, "telemetry-runtime, default", &["default"]),
        Row::ours(root, "telemetry-runtime, full", &["full"]),
    ];
    rows.extend(
        PEERS
            .map(|(name, dependencies)| Row { name: name.to_owned(), dependencies: dependencies.to_owned() }),
    );
    let manifest = fs::read_to_string(root.join("telemetry-runtime/Cargo.toml"))?;
    let features = manifest.split("[features]\n").nth(1).and_then(|rest| rest.split("\n[").next());
    let names = features
        .ok_or("telemetry-runtime has no features")?
        .lines()
        .filter_map(|line| line.split_once(" = "));
    let is_apart = |name: &&str| !name.starts_with(['_', '#']) && !["default", "full", "off"].contains(name);
    rows.extend(
        names
            .map(|(name, _)| name)
            .filter(is_apart)
            .map(|name| Row::ours(root, &format!("`{name}` alone"), &[name])),
    );
    Ok(rows)
}

/// An empty program with its dependencies.
struct Program {
    directory: PathBuf,
    target: PathBuf,
}

impl Program {
    fn write(root: &Path, row: &Row) -> Result<Self, Box<dyn Error>> {
        let place = root.join("target/features");
        let directory = place.join("program");
        fs::create_dir_all(directory.join("src"))?;
        // The versions that the toolkit itself uses, where it uses them.
        fs::copy(root.join("Cargo.lock"), directory.join("Cargo.lock"))?;
        let head = "[package]\nname = \"program\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";
        fs::write(directory.join("Cargo.toml"), format!("{head}\n[dependencies]\n{}", row.dependencies))?;
        fs::write(directory.join("src/main.rs"), "fn main() {}\n")?;
        let program = Self { directory, target: place.join("built") };
        program.cargo(&["fetch", "--quiet"])?;
        Ok(program)
    }

    /// Crates that are compiled for it, without itself.
    fn crates(&self) -> Result<usize, Box<dyn Error>> {
        let tree = self.cargo(&["tree", "--edges", "normal,build", "--prefix", "none"])?;
        let name = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
        let mut crates: Vec<String> = tree.lines().map(name).collect();
        crates.sort_unstable();
        crates.dedup();
        Ok(crates.len() - 1)
    }

    /// Seconds of a build in which nothing is there yet.
    fn build(&self) -> Result<f64, Box<dyn Error>> {
        if self.target.exists() {
            fs::remove_dir_all(&self.target)?;
        }
        let begun = Instant::now();
        self.cargo(&["build", "--quiet"])?;
        Ok(begun.elapsed().as_secs_f64())
    }

    /// Runs cargo, and gives what it prints.
    fn cargo(&self, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).current_dir(&self.directory).stdin(Stdio::null());
        // Nothing of the outer build may change the inner one.
        command.env("CARGO_TARGET_DIR", &self.target).env("CARGO_INCREMENTAL", "0").env_remove("RUSTFLAGS");
        let output = command.output().map_err(|error| format!("cargo does not start: {error}"))?;
        if output.status.success() {
            return Ok(String::from_utf8(output.stdout)?);
        }
        Err(format!("cargo {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)).into())
    }
}
