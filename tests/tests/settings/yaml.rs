//! YAML: what is kept, what is refused.

use std::time::{Duration, Instant};

use crate::support::{Directory, Settings, SetupError, bad, good, variables};

fn version(yaml: &str, pairs: &[(&str, &str)]) -> Option<String> {
    good(&format!("service:\n  version: {yaml}\n"), pairs).service.version
}

#[test]
fn scalars_keep_their_text() {
    for text in [
        "1.10",
        "0x10",
        "1_000",
        "007",
        "1e3",
        "yes",
        "on",
        "True",
        "12:30",
        ".5",
        "+1",
        "-0",
        ".inf",
        "2024-01-01",
    ] {
        assert_eq!(version(text, &[]).as_deref(), Some(text));
        assert_eq!(version(&format!("{text} # comment"), &[]).as_deref(), Some(text));
        assert_eq!(version(&format!("'{text}'"), &[]).as_deref(), Some(text));
    }
    assert_eq!(version("1.10", &[]), good("\u{feff}service: { version: 1.10 }", &[]).service.version);
    assert_eq!(good("{service: {version: 1.10}}", &[]).service.version.as_deref(), Some("1.10"));
    assert_eq!(version("\"a\\tb\"", &[]).as_deref(), Some("a\tb"));
    assert_eq!(version(">-\n    a\n    b", &[]).as_deref(), Some("a b"));
    assert_eq!(version("!!str 1.10", &[]).as_deref(), Some("1.10"));
    assert_eq!(version("&v 1.10", &[]).as_deref(), Some("1.10"));
}

#[test]
fn text_after_other_alphabets_is_found() {
    let settings = good("resource: { ключ: \"значение\" }\nservice: { name: 订单, version: 1.10 }\n", &[]);
    assert_eq!((settings.service.name.as_str(), settings.service.version.as_deref()), ("订单", Some("1.10")));
}

#[test]
fn anchors_and_merges() {
    let yaml = "
breakers:
  a: &base { window: 1m, open_for: 1.50s }
  b: *base
  c: { <<: *base, window: 2m }
service: { version: &v 1.20, environment: *v }";
    let settings = good(yaml, &[]);
    assert_eq!(settings.breakers["b"].open_for, Some(Duration::from_millis(1500)));
    assert_eq!(settings.breakers["c"].window, Some(Duration::from_secs(120)));
    assert_eq!(settings.service.environment.as_deref(), Some("1.20"));
}

#[test]
fn interpolation() {
    let pairs = [("A", "a"), ("B", "${A}"), ("Y", "{ x: [1"), ("N", "1.10"), ("EMPTY", "")];
    for (written, read) in [
        ("${A}", "a"),
        ("\"${A}\"", "a"),
        ("'${A}'", "a"),
        ("x${A}y${A}z", "xaya\u{7a}"),
        ("${A:-d}", "a"),
        ("${C:-d}", "d"),
        ("\"${C:-d e:f}\"", "d e:f"),
        ("${EMPTY:-d}", "d"),
        ("${N}", "1.10"),
        ("${C:-1.10}", "1.10"),
        // What a variable brings in is neither a reference nor YAML.
        ("${B}", "${A}"),
        ("${Y}", "{ x: [1"),
        ("'$${A}'", "${A}"),
        ("$A", "$A"),
        ("'a$'", "a$"),
        ("'{A}'", "{A}"),
    ] {
        assert_eq!(version(written, &pairs).as_deref(), Some(read), "{written}");
    }
    let settings =
        good("telemetry: { ratio: '${R}' }\nmetrics: { prometheus: \"${P:-no}\" }", &[("R", "0.5")]);
    assert_eq!((settings.telemetry.sampling_ratio, settings.metrics.prometheus), (0.5, false));
    // Keys are not interpolated.
    assert!(matches!(bad("'${A}': 1", &pairs), SetupError::UnknownKey { .. }));
}

#[test]
fn nothing_in_it() {
    for yaml in [
        "",
        "\n",
        "# comment",
        "---\n",
        "null",
        "~",
        "{}",
        "\u{feff}",
        "--- {}\n...\n",
        "telemetry:\n",
        "telemetry: {}",
    ] {
        assert_eq!(good(yaml, &[]).explain(), Settings::default().explain(), "{yaml:?}");
    }
}

#[test]
fn refused() {
    let deep_flow = "[".repeat(100_000);
    let deep_block: String = (0..2000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let wide = format!("resource: {{ {} }}", "a: b, ".repeat(300));
    let many = (0..100_000).map(|i| format!("k{i}: 1\n")).collect::<String>();
    let huge = format!("service: {{ name: {} }}", "x".repeat(2 << 20));
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let alias = format!("*a{}", level - 1);
        bomb += &format!("a{level}: &a{level} [{}]\n", [alias.as_str(); 9].join(", "));
    }
    let nest = |inner: &str| format!("{}{inner}{}", "[".repeat(20), "]".repeat(20));
    let mut tower = format!("a0: &a0 {}\n", nest("x"));
    for level in 1..500 {
        tower += &format!("a{level}: &a{level} {}\n", nest(&format!("*a{}", level - 1)));
    }
    let cases = [
        "telemetry: { debug: true",
        "telemetry:\n\tdebug: true",
        "telemetry: {}\ntelemetry: {}",
        "telemetry: { debug: true, debug: true }",
        "telemetry:\n  debug: true\n debug: false",
        "a: b: c",
        "- telemetry",
        "telemetry",
        "42",
        "a: *unknown",
        "a: &a [*a]",
        "%YAML 3.0\n--- {}",
        "{}\n---\n{}",
        "\0",
        "a: \u{1}",
        "? [a]\n: b",
        "? { a: b }\n: c",
        "\"\\x\"",
        &deep_flow,
        &deep_block,
        &wide,
        &many,
        &huge,
        &bomb,
        &tower,
    ];
    for yaml in cases {
        let start = Instant::now();
        let begin: String = yaml.chars().take(40).collect();
        let Err(error) = Settings::from_yaml_and(yaml, &variables(&[])) else { panic!("accepted {begin:?}") };
        assert!(matches!(error, SetupError::Syntax { .. }), "{error:?} for {begin:?}");
        assert!(error.to_string().starts_with("yaml"), "{error}");
        assert!(error.to_string().len() < 400, "{error}");
        assert!(start.elapsed() < Duration::from_secs(5), "{:?} for {begin:?}", start.elapsed());
    }
}

#[test]
fn mistakes_have_a_place() {
    let error = bad("telemetry:\n  debug: true\n  debug: false\n", &[]).to_string();
    assert!(error.starts_with("yaml:3:3: "), "{error}");
    let error = bad("logs:\n\tlevel: info\n", &[]).to_string();
    assert!(error.starts_with("yaml:2:2: "), "{error}");
}

#[test]
fn files_that_are_no_text() {
    let directory = Directory::new("binary");
    for bytes in [&b"\xff\xfe\x00t"[..], b"service: { name: \xc3\x28 }", b"\x7fELF\x00\x01\x02", &[0; 4096]] {
        directory.write("settings.yaml", bytes);
        let error = Settings::load_from(&variables(&[]), &directory.0).expect_err("binary");
        assert!(matches!(error, SetupError::Syntax { .. }), "{error:?}");
        assert!(error.to_string().contains("settings.yaml"), "{error}");
    }
    directory.write("settings.yaml", vec![b'#'; 4 << 20]);
    let error = Settings::load_from(&variables(&[]), &directory.0).expect_err("huge").to_string();
    assert!(error.contains("1 MiB"), "{error}");
}

#[test]
fn the_settings_of_the_readme_are_legal() {
    let readme = include_str!("../../../README.md");
    let (_, rest) = readme.split_once("```yaml\n").expect("an example");
    let (yaml, _) = rest.split_once("```").expect("its end");
    let token = crate::support::variables(&[("WEB_TOKEN", "secret")]);
    let settings = crate::support::Settings::from_yaml_and(yaml, &token).expect("legal");
    assert!(settings.warnings().is_empty(), "{:?}", settings.warnings());
}
