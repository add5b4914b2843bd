//! What the spans of this program have in common.

use std::{collections::hash_map::RandomState, env, fs, hash::BuildHasher, path::Path, sync::OnceLock};

use opentelemetry::KeyValue;
use opentelemetry_sdk::Resource;

use super::Plan;

/// Finds out a part of the resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detector {
    /// `service.instance.id`
    Instance,
    /// `host.name`
    Host,
    /// `os.type`
    Os,
    /// `process.*`
    Process,
    /// `container.id`
    Container,
}

impl Detector {
    pub(crate) const ALL: [Self; 5] = [Self::Instance, Self::Host, Self::Os, Self::Process, Self::Container];

    /// What cannot be found out is left out.
    fn attributes(self) -> Vec<KeyValue> {
        match self {
            Self::Instance => vec![KeyValue::new("service.instance.id", instance_id())],
            Self::Host => host_name().map(|name| KeyValue::new("host.name", name)).into_iter().collect(),
            Self::Os => vec![KeyValue::new("os.type", os_type())],
            Self::Process => process(),
            Self::Container => {
                container_id().map(|id| KeyValue::new("container.id", id)).into_iter().collect()
            }
        }
    }
}

/// The settings win over what is detected.
pub(super) fn resource(plan: &Plan) -> Resource {
    let own = plan.tracing.resource.iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
    Resource::builder_empty()
        .with_attributes(plan.tracing.detectors.iter().flat_map(|detector| detector.attributes()))
        .with_attributes(own)
        .with_attributes([
            KeyValue::new("service.name", plan.service_name.clone()),
            KeyValue::new("telemetry.sdk.language", "rust"),
            KeyValue::new("telemetry.sdk.name", "telemetry-runtime"),
            KeyValue::new("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
        ])
        .build()
}

/// One for this run of the program: a random UUID, as the conventions recommend.
fn instance_id() -> String {
    static ID: OnceLock<String> = OnceLock::new();
    ID.get_or_init(|| {
        // Seeded by the system, differently for each.
        let random = || u128::from(RandomState::new().hash_one(std::process::id()));
        let bits = random() << 64 | random();
        let bits = bits & !(0xf << 76) & !(0b11 << 62) | 0x4 << 76 | 0b10 << 62;
        let digits = format!("{bits:032x}");
        [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
    })
    .clone()
}

fn host_name() -> Option<String> {
    let files = ["/proc/sys/kernel/hostname", "/etc/hostname"];
    let of_files = files.into_iter().filter_map(|file| fs::read_to_string(file).ok());
    let of_variables = ["COMPUTERNAME", "HOSTNAME"].into_iter().filter_map(|name| env::var(name).ok());
    of_files.chain(of_variables).map(|name| name.trim().to_owned()).find(|name| !name.is_empty())
}

/// As the conventions call it.
fn os_type() -> &'static str {
    match env::consts::OS {
        "macos" | "ios" => "darwin",
        "dragonfly" => "dragonflybsd",
        other => other,
    }
}

/// Name and number only: path and arguments may tell more than anybody wants to be known.
fn process() -> Vec<KeyValue> {
    let mut attributes = vec![KeyValue::new("process.pid", i64::from(std::process::id()))];
    let program = env::current_exe().ok();
    let name = program.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    attributes.extend(name.map(|name| KeyValue::new("process.executable.name", name)));
    attributes
}

fn container_id() -> Option<String> {
    let read = |file| fs::read_to_string(file).unwrap_or_default();
    of_cgroup(&read("/proc/self/cgroup")).or_else(|| of_mounts(&read("/proc/self/mountinfo")))
}

/// The first version of control groups: `12:pids:/docker/<id>`, also `…/cri-containerd-<id>.scope`.
fn of_cgroup(text: &str) -> Option<String> {
    let paths = text.lines().filter_map(|line| line.rsplit_once('/'));
    paths.map(|(_, last)| last.strip_suffix(".scope").unwrap_or(last)).find_map(|last| {
        let id = last.rsplit(['-', ':']).next()?;
        is_id(id).then(|| id.to_owned())
    })
}

/// The second version hides them, but not where the files of the container lie: `…/containers/<id>/hostname`.
fn of_mounts(text: &str) -> Option<String> {
    let lines = text.lines().filter(|line| line.contains("/hostname"));
    let mut segments = lines.flat_map(|line| line.split(['/', ' ']));
    segments.find(|segment| is_id(segment)).map(str::to_owned)
}

fn is_id(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn with(detectors: &[Detector], own: &[(&str, &str)]) -> BTreeMap<String, String> {
        let mut plan = Plan { service_name: "shop".to_owned(), ..Plan::default() };
        plan.tracing.detectors = detectors.to_vec();
        plan.tracing.resource =
            own.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        resource(&plan).iter().map(|(key, value)| (key.to_string(), value.to_string())).collect()
    }

    #[test]
    fn every_detector_finds_its_part() {
        let none = with(&[], &[]);
        assert_eq!(none.len(), 4, "{none:?}");
        let all = with(&Detector::ALL, &[]);
        assert_eq!(all["service.name"], "shop");
        assert_eq!(all["process.pid"], std::process::id().to_string());
        assert!(!all["process.executable.name"].contains('/') && !all["process.executable.name"].is_empty());
        assert_eq!(all["os.type"], os_type());
        assert_eq!(all.get("host.name"), host_name().as_ref());
        assert_eq!(all.get("container.id"), container_id().as_ref());
        let os = with(&[Detector::Os], &[]);
        assert_eq!(os.len(), none.len() + 1, "{os:?}");
    }

    #[test]
    fn what_is_set_wins() {
        let own = [("host.name", "h"), ("service.instance.id", "1"), ("os.type", "plan9")];
        let all = with(&Detector::ALL, &own);
        own.iter().for_each(|(key, value)| assert_eq!(all[*key], *value));
    }

    #[test]
    fn an_instance_has_one_uuid() {
        let id = instance_id();
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
        assert!(id.as_bytes()[14] == b'4' && b"89ab".contains(&id.as_bytes()[19]), "{id}");
        assert_eq!(id, instance_id());
    }

    #[test]
    fn containers_are_known_by_either_version() {
        for text in [
            format!("12:pids:/docker/{ID}\n"),
            format!("1:name=systemd:/kubepods/besteffort/pod1/{ID}"),
            format!("0::/system.slice/docker-{ID}.scope"),
            format!("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-{ID}.scope"),
            format!("9:memory:/\n8:cpu:/kubepods-pod1.slice:cri-containerd:{ID}"),
        ] {
            assert_eq!(of_cgroup(&text).as_deref(), Some(ID), "{text}");
        }
        for text in ["", "0::/", "9:pids:/\n8:cpu:/", &format!("0::/docker/{}", &ID[1..]), "no paths"] {
            assert_eq!(of_cgroup(text), None, "{text}");
        }
        let mount =
            format!("600 1 0:1 /var/lib/docker/containers/{ID}/hostname /etc/hostname rw - ext4 x rw");
        assert_eq!(of_mounts(&mount).as_deref(), Some(ID));
        assert_eq!(of_mounts(&format!("600 1 0:1 /var/lib/docker/overlay2/{ID}/merged / rw")), None);
    }
}
