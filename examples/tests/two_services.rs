//! One trace through three processes, in every format that a trace can travel in.

use std::process::{Command, Output};

/// Each span's service and name, as deep in its trace as it is indented.
const TREE: [&str; 7] = [
    "  shop    orders.order",
    "  shop      POST",
    "  orders      POST /orders/{item}",
    "  orders        stock.reserve",
    "  orders          POST",
    "  stock             POST /reservations/{item}",
    "  stock               shelf.take",
];

fn run(propagators: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_two-services"));
    if let Some(formats) = propagators {
        command.env("OTEL_PROPAGATORS", formats);
    }
    command.output().expect("it starts")
}

fn trees(output: &Output) -> Vec<Vec<String>> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let mut trees: Vec<Vec<String>> = Vec::new();
    for line in text.lines() {
        if line.starts_with("trace ") {
            trees.push(Vec::new());
        } else if let (Some(tree), true) = (trees.last_mut(), line.starts_with("  ")) {
            // Without its duration.
            let (name, _) = line.rsplit_once("  ").expect("columns");
            tree.push(name.trim_end().to_owned());
        }
    }
    trees
}

#[test]
fn every_format_carries_the_trace_through_both_services() {
    let all = "tracecontext,baggage,b3,b3multi,jaeger";
    for formats in [None, Some("tracecontext"), Some("b3"), Some("b3multi"), Some("jaeger"), Some(all)] {
        let trees = trees(&run(formats));
        assert_eq!(trees, [TREE, TREE], "{formats:?}");
    }
}

#[test]
fn without_a_format_each_process_has_traces_of_its_own() {
    let trees = trees(&run(Some("none")));
    assert_eq!(trees.len(), 6, "two calls in three processes");
    assert!(trees.iter().all(|tree| tree.len() < TREE.len()));
}
