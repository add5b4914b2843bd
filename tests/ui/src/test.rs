//! What the attributes accept, and what they say about everything else.
//!
//! `TRYBUILD=overwrite cargo test -p telemetry-ui-tests` takes over new messages; read them in the diff.

#[test]
fn accepted() {
    trybuild::TestCases::new().pass("pass/*.rs");
}

#[test]
fn refused() {
    trybuild::TestCases::new().compile_fail("fail/*/*.rs");
}
