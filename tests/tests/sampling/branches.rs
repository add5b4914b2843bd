//! What follows a parent, in all five cases.

use super::support::*;

const ON: ParentSampler = ParentSampler::AlwaysOn;
const OFF: ParentSampler = ParentSampler::AlwaysOff;

/// What each of three nested spans is expected to be: the specification's own words.
fn expected(policy: &[ParentSampler; 5], caller: Option<bool>) -> [bool; 3] {
    let [root, remote_not, remote, local_not, local] = policy.map(|branch| branch == ON);
    let first = match caller {
        None => root,
        Some(true) => remote,
        Some(false) => remote_not,
    };
    let below = |parent| if parent { local } else { local_not };
    let second = below(first);
    [first, second, below(second)]
}

fn policy_of([root, remote_not, remote, local_not, local]: [ParentSampler; 5]) -> SamplingPolicy {
    SamplingPolicy::new(if root == ON { 1.0 } else { 0.0 })
        .remote_parent_not_sampled(remote_not)
        .remote_parent_sampled(remote)
        .local_parent_not_sampled(local_not)
        .local_parent_sampled(local)
}

fn nested_calls() {
    let before = current_span();
    call("a", || {
        let outer = current_span();
        call("b", || call("c", || ()));
        assert_eq!(current_span(), outer, "what was before comes back");
        call("b", || ());
    });
    assert_eq!(current_span(), before);
}

async fn nested_futures() {
    let before = current_span();
    Operation::new("s", "a")
        .run_async(async {
            tokio::task::yield_now().await;
            let outer = current_span();
            let inner = async {
                tokio::task::yield_now().await;
                Operation::new("s", "c").run_async(tokio::task::yield_now()).await;
            };
            Operation::new("s", "b").run_async(inner).await;
            assert_eq!(current_span(), outer);
            Operation::new("s", "b").run_async(async {}).await;
        })
        .await;
    assert_eq!(current_span(), before);
}

fn nested_spans() {
    let before = current_span();
    let a = span("s.a").start();
    let entered = a.enter();
    let b = span("s.b").start();
    drop(span("s.c").parent(&b.context()).start());
    drop(b);
    drop(span("s.b").start());
    drop(entered);
    assert_eq!(current_span(), before);
}

/// The names that a run gives.
fn names([a, b, c]: [bool; 3]) -> Vec<&'static str> {
    let each = [("s.a", a), ("s.b", b), ("s.b", b), ("s.c", c)];
    each.into_iter().filter(|(_, is_recorded)| *is_recorded).map(|(name, _)| name).collect()
}

#[tokio::test]
async fn all_five_branches_in_every_combination() {
    let program = Program::new(1.0, "");
    for bits in 0..32_u32 {
        let branches: [ParentSampler; 5] =
            std::array::from_fn(|at| if bits >> at & 1 == 1 { ON } else { OFF });
        program.telemetry.set_sampling(policy_of(branches)).expect("legal");
        for is_sampled in [None, Some(true), Some(false)] {
            let parent = is_sampled.map_or(Context::NONE, |is_sampled| caller_of(7, is_sampled));
            let expected = names(expected(&branches, is_sampled));
            let check = |how: &str| {
                assert_eq!(program.names(), expected, "{how} under {is_sampled:?} by {branches:?}");
                program.kept.clear();
            };
            under(&parent, nested_calls);
            check("calls");
            nested_futures().with_context(parent.clone()).await;
            check("futures");
            under(&parent, nested_spans);
            check("spans by hand");
        }
    }
    assert!(!current_span().is_valid());
}

/// Shares look at the same bits everywhere, so a larger share holds every trace of a smaller one.
#[test]
fn branches_take_shares_and_what_decides_on_roots() {
    let program = Program::policy(
        SamplingPolicy::new(0.5)
            .rule(SamplingRule::new(0.0).operation("quiet"))
            .remote_parent_sampled(ParentSampler::Ratio(0.25))
            .remote_parent_not_sampled(ParentSampler::Root),
    );
    let mut by_share = [0, 0];
    for number in 0..6000 {
        let is_in = [true, false].map(|is_sampled| {
            under(&caller_of(number, is_sampled), || {
                call("quiet", || ());
                let parent = current_span();
                call("loud", || Some(current_span() != parent)).is_some_and(|is_in| is_in)
            })
        });
        assert!(is_in[1] || !is_in[0], "a quarter lies within a half");
        by_share = [0, 1].map(|at| by_share[at] + u64::from(is_in[at]));
        if number % 1000 == 0 {
            program.flush();
        }
    }
    assert_share(by_share[0], 6000, 0.25);
    assert_share(by_share[1], 6000, 0.5);
    let quiet = program.spans().iter().filter(|span| span.name == "s.quiet").count() as u64;
    assert_share(quiet, 6000, 0.25);
    program.settled();
}

#[test]
fn a_caller_that_is_not_followed_is_decided_on_as_a_root() {
    let program = Program::new(0.0, "parent_based: false");
    under(&caller(SAMPLED_CALLER), nested_calls);
    assert!(program.names().is_empty());
    program.telemetry.set_sampling(SamplingPolicy::default()).expect("legal");
    under(&caller(&SAMPLED_CALLER.replace("-01", "-00")), nested_calls);
    assert!(program.names().is_empty(), "the default follows");
}
