//! The quickstart as its users run it.

use std::process::Command;

#[test]
fn it_ends_by_itself_with_its_metrics() {
    let ended = Command::new(env!("CARGO_BIN_EXE_quickstart")).output().expect("the quickstart starts");
    let said = String::from_utf8(ended.stdout).expect("text");
    assert!(ended.status.success() && ended.stderr.is_empty(), "{}", ended.status);
    for line in [
        r#"adapter_requests_total{provider="quote_feed",operation="price",status="success"} 3"#,
        r#"adapter_errors_total{provider="quote_feed",operation="price",error_type="unknown_symbol"} 1"#,
    ] {
        assert!(said.lines().any(|it| it == line), "{said}");
    }
}
