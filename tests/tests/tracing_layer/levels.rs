//! Which spans and events are taken, by the settings.

use telemetry::{Settings, Telemetry, testing::TestTelemetry};
use telemetry_runtime as telemetry;
use tracing::subscriber::with_default;
use tracing_subscriber::layer::SubscriberExt;

fn telemetry_of(yaml: &str) -> Telemetry {
    let settings = Settings::from_yaml_str(&format!("exporters: []\n{yaml}")).expect("legal");
    Telemetry::builder().settings(settings).build().expect("nothing is in the way")
}

/// The tree of what `work` does under the layer of `telemetry`.
fn tree(telemetry: &Telemetry, work: impl FnOnce()) -> String {
    let test = TestTelemetry::new();
    with_default(tracing_subscriber::registry().with(telemetry.tracing_layer()), work);
    test.tree()
}

fn some_levels() {
    let outer = tracing::info_span!("info");
    let _outer = outer.enter();
    let middle = tracing::debug_span!("debug");
    let _middle = middle.enter();
    let _chatty = tracing::info_span!(target: "chatty::part", "chatty").entered();
    tracing::trace_span!(target: "precise", "traced").in_scope(|| telemetry::span("ours").start());
}

#[test]
fn info_and_above_by_default() {
    assert_eq!(tree(&telemetry_of(""), some_levels), "info\n  chatty\n    ours\n");
}

#[test]
fn levels_for_all_and_for_some() {
    let yaml = "tracing: { layer: { level: debug, targets: { chatty: 'off', precise: trace } } }";
    assert_eq!(tree(&telemetry_of(yaml), some_levels), "info\n  debug\n    traced\n      ours\n");
}

#[test]
fn switched_off() {
    for yaml in ["tracing: { layer: { enabled: false } }", "tracing: { enabled: false }"] {
        assert_eq!(tree(&telemetry_of(yaml), some_levels), "ours\n", "{yaml}");
    }
}

#[test]
fn another_layer_sees_what_it_wants() {
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Names(Arc<Mutex<Vec<&'static str>>>);

    impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Names {
        fn on_new_span(
            &self,
            attributes: &tracing::span::Attributes<'_>,
            _id: &tracing::span::Id,
            _context: tracing_subscriber::layer::Context<'_, S>,
        ) {
            self.0.lock().expect("no panic").push(attributes.metadata().name());
        }
    }

    let telemetry = telemetry_of("tracing: { layer: { level: warn } }");
    let (test, names) = (TestTelemetry::new(), Names::default());
    let subscriber = tracing_subscriber::registry().with(names.clone()).with(telemetry.tracing_layer());
    with_default(subscriber, some_levels);
    assert_eq!(*names.0.lock().expect("no panic"), ["info", "debug", "chatty", "traced"]);
    assert_eq!(test.tree(), "ours\n");
}

#[test]
fn levels_change_with_the_settings_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("settings.yaml");
    let write = |level: &str| {
        let yaml = format!("exporters: []\ntracing: {{ layer: {{ level: {level} }} }}");
        std::fs::write(&file, yaml).expect("a file");
    };
    write("warn");
    let settings = Settings::from_file(&file).expect("legal");
    let telemetry = Telemetry::builder().settings(settings).build().expect("nothing is in the way");
    let test = TestTelemetry::new();
    with_default(tracing_subscriber::registry().with(telemetry.tracing_layer()), || {
        let span = || drop(tracing::info_span!("now and then"));
        span();
        for level in ["info", "error", "trace"] {
            write(level);
            telemetry.reload().expect("legal");
            span();
        }
    });
    assert_eq!(test.tree(), "now and then\nnow and then\n");
}
