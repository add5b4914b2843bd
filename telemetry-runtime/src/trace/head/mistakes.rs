//! What a policy may not say.

use super::{ParentSampler, SamplingPolicy, SamplingRule};

/// Something that a policy says and may not.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) allowed: &'static str,
}

const SHARE: &str = "a number from 0 to 1";

fn is_share(ratio: f64) -> bool {
    (0.0..=1.0).contains(&ratio)
}

fn mistake(key: impl Into<String>, value: &dyn ToString, allowed: &'static str) -> Mistake {
    Mistake { key: key.into(), value: value.to_string(), allowed }
}

impl SamplingPolicy {
    /// The first thing that is not allowed.
    pub(crate) fn mistake(&self) -> Option<Mistake> {
        let rules = self.rules.iter().enumerate();
        let is_bad_limit = |limit: &f64| !(*limit > 0.0 && limit.is_finite());
        (!is_share(self.ratio))
            .then(|| mistake("ratio", &self.ratio, SHARE))
            .or_else(|| rules.into_iter().find_map(|(at, rule)| rule.mistake(&format!("rules[{at}]"))))
            .or_else(|| {
                let limit = self.rate_limit.filter(is_bad_limit)?;
                Some(mistake("rate_limit", &limit, "a number greater than 0"))
            })
            .or_else(|| {
                self.parents.iter().find_map(|parent| match *parent {
                    ParentSampler::Ratio(ratio) if !is_share(ratio) => Some(mistake("parent", &ratio, SHARE)),
                    _ => None,
                })
            })
            .or_else(|| self.mistake_of_keep())
    }

    fn mistake_of_keep(&self) -> Option<Mistake> {
        let keep = &self.keep;
        if keep.timeout.is_zero() {
            return Some(mistake("keep_timeout", &"0s", "a time greater than 0"));
        }
        if keep.slower_than.is_some_and(|time| time.is_zero()) {
            return Some(mistake("keep_slower_than", &"0s", "a time greater than 0"));
        }
        let room = keep.max_spans.min(keep.max_bytes);
        (room == 0).then(|| mistake("keep_at_most", &room, "room for a span, and for the bytes of one"))
    }
}

impl SamplingRule {
    fn mistake(&self, key: &str) -> Option<Mistake> {
        let is_of_call = self.provider.is_some() || self.operation.is_some();
        match (is_of_call, &self.route, &self.service) {
            _ if !is_share(self.ratio) => Some(mistake(format!("{key}.ratio"), &self.ratio, SHARE)),
            (false, None, None) => Some(mistake(key, &"nothing", Self::EMPTY)),
            (true, Some(_), _) => Some(mistake(key, self, Self::APART)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_mistake_is_found_and_named() {
        let good = || SamplingPolicy::new(0.5);
        let rule = |ratio| SamplingRule::new(ratio).operation("quote");
        let bad = [
            (SamplingPolicy::new(1.1), "ratio", "1.1"),
            (SamplingPolicy::new(f64::NAN), "ratio", "NaN"),
            (good().rule(rule(0.1)).rule(rule(-0.1)), "rules[1].ratio", "-0.1"),
            (good().rule(SamplingRule::new(1.0)), "rules[0]", "nothing"),
            (good().rule(rule(1.0).route("/a")), "rules[0]", "operation: quote, route: /a, ratio: 1"),
            (good().rate_limit(0.0), "rate_limit", "0"),
            (good().rate_limit(f64::INFINITY), "rate_limit", "inf"),
            (good().remote_parent_sampled(ParentSampler::Ratio(2.0)), "parent", "2"),
            (good().keep_slower_than(Duration::ZERO), "keep_slower_than", "0s"),
            (good().keep_timeout(Duration::ZERO), "keep_timeout", "0s"),
            (good().keep_at_most(0, 1), "keep_at_most", "0"),
            (good().keep_at_most(1, 0), "keep_at_most", "0"),
        ];
        for (policy, key, value) in bad {
            let found = policy.mistake().unwrap_or_else(|| panic!("nothing wrong with {policy:?}"));
            assert_eq!((&*found.key, &*found.value), (key, value), "{policy:?}");
        }
        let all = good().rule(rule(0.0).service("s").provider("p")).rule(SamplingRule::new(1.0).route("/"));
        let all = all.rate_limit(0.1).keep_errors(true).keep_slower_than(Duration::from_nanos(1));
        assert!(all.local_parent_sampled(ParentSampler::Ratio(0.0)).mistake().is_none());
    }
}
