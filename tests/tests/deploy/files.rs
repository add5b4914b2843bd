//! The files, and that each is told of.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;
use telemetry_tests::repository;

/// A file of `deploy/`.
pub(crate) fn text(name: &str) -> String {
    let path = repository().join("deploy").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file of `deploy/` that is YAML.
pub(crate) fn yaml(name: &str) -> Value {
    serde_saphyr::from_str(&text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The services of compose, by name.
pub(crate) fn services() -> Vec<(String, Value)> {
    let services = yaml("compose.yaml")["services"].take();
    let services = services.as_object().expect("a mapping").clone();
    services.into_iter().collect()
}

pub(crate) fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Every file below `deploy/`, by its path from there.
pub(crate) fn all() -> BTreeSet<String> {
    fn collect(folder: &Path, at: &str, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let name = format!("{at}{}", entry.file_name().to_string_lossy());
            match entry.path().is_dir() {
                true => collect(&entry.path(), &format!("{name}/"), found),
                // A copy of the example, which is nobody else's.
                false if name == ".env" => {}
                false => _ = found.insert(name),
            }
        }
    }
    let mut found = BTreeSet::new();
    collect(&repository().join("deploy"), "", &mut found);
    found
}

#[test]
fn every_yaml_is_yaml() {
    let all = all();
    let files: Vec<&String> =
        all.iter().filter(|name| name.ends_with(".yaml") || name.ends_with(".yml")).collect();
    assert!(files.len() > 7, "{files:?}");
    files.into_iter().for_each(|name| assert!(yaml(name).is_object(), "{name}"));
}

#[test]
fn what_is_mounted_exists() {
    let compose = yaml("compose.yaml");
    let volumes = compose["volumes"].as_object().expect("a mapping");
    let mut mounted = BTreeSet::new();
    for (service, value) in services() {
        for mount in texts(&value["volumes"]) {
            let (from, to) = mount.split_once(':').expect("two places");
            assert!(to.starts_with('/'), "{service}: {mount}");
            match from.strip_prefix("./") {
                Some(file) => {
                    assert!(all().contains(file), "{service} mounts {file}, which is not there");
                    assert!(to.ends_with(":ro"), "{service} may write to {file}");
                    mounted.insert(file.to_owned());
                }
                None => assert!(volumes.contains_key(from), "{service}: no volume {from}"),
            }
        }
    }
    // All others are for somebody else.
    let others = ["Dockerfile", ".env.example", "README.md", "compose.yaml", "kubernetes.yaml"];
    let unused: Vec<String> =
        all().into_iter().filter(|file| !mounted.contains(file) && !others.contains(&&**file)).collect();
    assert_eq!(unused, [""; 0], "nobody mounts them");
    let build = &compose["services"]["gateway"]["build"];
    let context = repository().join("deploy").join(build["context"].as_str().expect("a path"));
    assert!(context.join(build["dockerfile"].as_str().expect("a path")).is_file());
}

#[test]
fn a_service_waits_for_services_only() {
    let services = services();
    for (service, value) in &services {
        for other in texts(&value["depends_on"]) {
            assert!(services.iter().any(|(name, _)| name == other), "{service} waits for {other}");
        }
        let is_named =
            value["build"].is_object() || value["image"].as_str().is_some_and(|image| image.contains(':'));
        assert!(is_named, "{service} has no image of a version");
    }
}

#[test]
fn the_page_tells_of_every_file_and_of_what_was_not_run() {
    let page = text("README.md");
    for file in all() {
        assert!(page.contains(&format!("`{file}`")), "deploy/README.md does not name {file}");
    }
    let (_, not_run) = page.split_once("## Not run\n").expect("a heading");
    let points = not_run.split("\n## ").next().into_iter().flat_map(str::lines);
    assert!(points.filter(|line| line.starts_with("- ")).count() > 0, "nothing is named that was not run");
}
