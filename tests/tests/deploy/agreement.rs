//! Ports, paths and names that several files say.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::files::{all, services, text, texts, yaml};

/// The port after the last colon.
fn port(address: &str) -> u16 {
    let digits = address.rsplit(':').next().unwrap_or_default().trim_matches('/');
    digits.parse().unwrap_or_else(|_| panic!("{address} has no port"))
}

/// What follows a flag among arguments.
fn after<'a>(arguments: &[&'a str], flag: &str) -> &'a str {
    let at = arguments.iter().position(|argument| *argument == flag).unwrap_or_else(|| panic!("no {flag}"));
    arguments[at + 1]
}

fn service(name: &str) -> Value {
    services().into_iter().find(|(service, _)| service == name).expect("a service").1
}

/// The ports on which a service can be reached by others.
fn ports(name: &str) -> BTreeSet<u16> {
    let service = service(name);
    let mut ports: BTreeSet<u16> = texts(&service["ports"]).into_iter().map(port).collect();
    if name == "gateway" {
        ports = [port(after(&texts(&service["command"]), "--listen"))].into();
    }
    if name == "collector" {
        let collector = yaml("collector.yaml");
        let protocols = collector["receivers"]["otlp"]["protocols"].as_object().expect("a mapping");
        ports =
            protocols.values().map(|value| port(value["endpoint"].as_str().expect("an address"))).collect();
        let reader =
            &collector["service"]["telemetry"]["metrics"]["readers"][0]["pull"]["exporter"]["prometheus"];
        ports.insert(u16::try_from(reader["port"].as_u64().expect("a port")).expect("a port"));
    }
    if name == "jaeger" {
        // Where its image listens for OTLP.
        ports.insert(4317);
    }
    ports
}

/// `service:port` wherever it stands in a text.
fn addresses(text: &str, service: &str) -> Vec<u16> {
    let wanted = format!("{service}:");
    let starts = text.match_indices(&wanted).filter(|(at, _)| {
        let before = text[..*at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '-' && c != '_')
    });
    let digits = starts.map(|(at, found)| {
        let rest = &text[at + found.len()..];
        rest.chars().take_while(char::is_ascii_digit).collect::<String>()
    });
    digits.filter(|digits| !digits.is_empty()).map(|digits| digits.parse().expect("a port")).collect()
}

#[test]
fn who_is_addressed_listens_there() {
    let mut seen = BTreeSet::new();
    for (name, _) in services() {
        for file in all().iter().filter(|file| !file.ends_with(".md") && !file.starts_with("generated/")) {
            // A version behind the name of an image is no port.
            let text =
                text(file).lines().filter(|line| !line.contains("image:")).collect::<Vec<_>>().join("\n");
            for port in addresses(&text, &name) {
                assert!(ports(&name).contains(&port), "{file}: {name} does not listen on {port}");
                seen.insert(name.clone());
            }
        }
    }
    let expected = ["alertmanager", "collector", "gateway", "jaeger", "prometheus"];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn the_reader_of_addresses_knows_names_from_parts_of_names() {
    assert_eq!(addresses("a:1 \"a:2\" ba:3 b-a:4 http://a:5/x a: 6", "a"), [1, 2, 5]);
}

#[test]
fn the_gateways_port_is_the_same_everywhere() {
    let compose = service("gateway");
    let wanted = port(after(&texts(&compose["command"]), "--listen"));
    assert_eq!(port(texts(&compose["ports"])[0]), wanted);
    let check = texts(&compose["healthcheck"]["test"]).join(" ");
    assert!(check.contains(&format!("/127.0.0.1/{wanted} ")), "{check}");

    let image = text("Dockerfile");
    assert!(image.contains(&format!("\nEXPOSE {wanted}\n")), "{image}");
    assert!(image.contains(&format!("0.0.0.0:{wanted}\"")), "{image}");

    let pod = yaml("kubernetes.yaml")["spec"]["template"].take();
    let container = &pod["spec"]["containers"][0];
    assert_eq!(port(after(&texts(&container["args"]), "--listen")), wanted);
    assert_eq!(container["ports"][0]["containerPort"], wanted);
    assert_eq!(pod["metadata"]["annotations"]["prometheus.io/port"], wanted.to_string());
    for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
        let probe = &container[probe];
        let named = probe["httpGet"]["port"].as_str().or(probe["tcpSocket"]["port"].as_str());
        assert_eq!(named, container["ports"][0]["name"].as_str(), "{probe}");
    }
}

#[test]
fn a_deployment_finds_its_pods_and_its_files() {
    let deployment = yaml("kubernetes.yaml");
    let pod = &deployment["spec"]["template"];
    assert_eq!(deployment["spec"]["selector"]["matchLabels"], pod["metadata"]["labels"]);
    let volumes = pod["spec"]["volumes"].as_array().expect("a list");
    let container = &pod["spec"]["containers"][0];
    for mount in container["volumeMounts"].as_array().expect("a list") {
        assert!(volumes.iter().any(|volume| volume["name"] == mount["name"]), "{mount}");
    }
    let environment = container["env"].as_array().expect("a list");
    let settings =
        environment.iter().find(|variable| variable["name"] == "TELEMETRY_SETTINGS").expect("it is set");
    let mounted = container["volumeMounts"][0]["mountPath"].as_str().expect("a path");
    assert_eq!(settings["value"], format!("{mounted}/settings.yaml"));
}

#[test]
fn pipelines_of_the_collector_have_all_their_parts() {
    let collector = yaml("collector.yaml");
    let mut used = BTreeSet::new();
    for pipeline in collector["service"]["pipelines"].as_object().expect("a mapping").values() {
        for kind in ["receivers", "processors", "exporters"] {
            for part in texts(&pipeline[kind]) {
                assert!(collector[kind].get(part).is_some(), "{kind} has no {part}");
                used.insert((kind, part));
            }
        }
        let processors = texts(&pipeline["processors"]);
        assert_eq!(processors.first(), Some(&"memory_limiter"), "what is too much is refused first");
        assert_eq!(processors.last(), Some(&"batch"), "batches are of what is kept");
    }
    for kind in ["receivers", "processors", "exporters"] {
        for part in collector[kind].as_object().expect("a mapping").keys() {
            assert!(used.contains(&(kind, part.as_str())), "nobody uses {part}");
        }
    }
}

#[test]
fn grafana_finds_its_sources_and_its_dashboard() {
    let sources = yaml("grafana/datasources.yaml");
    let sources = sources["datasources"].as_array().expect("a list");
    let ids: Vec<&str> = sources.iter().filter_map(|source| source["uid"].as_str()).collect();
    let linked = &sources[0]["jsonData"]["exemplarTraceIdDestinations"][0]["datasourceUid"];
    assert!(ids.contains(&linked.as_str().expect("a name")), "{ids:?}");
    let folder = yaml("grafana/dashboards.yaml")["providers"][0]["options"]["path"].take();
    let mounts = service("grafana")["volumes"].take();
    let is_there =
        texts(&mounts).iter().any(|mount| mount.contains(&format!(":{}/", folder.as_str().expect("a path"))));
    assert!(is_there, "{mounts}");
}
