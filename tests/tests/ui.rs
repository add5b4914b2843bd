//! What the attributes accept, and what they say about everything else.
//!
//! `TRYBUILD=overwrite cargo test -p telemetry-tests --test ui` takes over new messages; read them in the diff.

#[test]
fn accepted() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}

#[test]
fn refused() {
    trybuild::TestCases::new().compile_fail("ui/fail/*/*.rs");
}
