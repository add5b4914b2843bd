//! The catalog of operations in forms that other programs read: JSON, a Grafana dashboard, rules for Prometheus.

mod grafana;
mod objective;
mod operations;
mod promql;
mod rules;
mod yaml;

use std::collections::BTreeSet;

pub(crate) use self::operations::to_json;
use crate::{metrics::Snapshot, operation::Operation};

/// What dashboards and rules are made of.
#[derive(Debug)]
pub(crate) struct Catalog {
    service: String,
    operations: Vec<&'static Operation>,
    /// Names of the families that have series now.
    families: BTreeSet<String>,
    /// Whether there are families of the machine, maybe not yet with series.
    measures_machine: bool,
}

impl Catalog {
    pub(crate) fn new(service: &str, operations: Vec<&'static Operation>, snapshot: &Snapshot) -> Self {
        let families = snapshot.families().iter().map(|family| family.name.clone().into_owned()).collect();
        Self { service: service.to_owned(), operations, families, measures_machine: false }
    }

    /// With what built-in probes measure.
    #[cfg(feature = "monitor")]
    pub(crate) fn with_machine(mut self) -> Self {
        self.measures_machine = true;
        self
    }

    /// A dashboard for Grafana, as JSON.
    pub(crate) fn dashboard(&self) -> String {
        // Values that were made here can be written.
        serde_json::to_string_pretty(&grafana::dashboard(self)).unwrap_or_default()
    }

    /// Recording and alert rules for Prometheus, as YAML.
    pub(crate) fn rules(&self) -> String {
        rules::yaml(self)
    }

    /// Each provider once, in the order of the alphabet.
    fn providers(&self) -> BTreeSet<&'static str> {
        self.operations.iter().map(|operation| operation.provider()).collect()
    }

    fn has_breakers(&self) -> bool {
        self.operations.iter().any(|operation| operation.breaker().is_some())
    }

    fn has_family(&self, name: &str) -> bool {
        self.families.contains(name)
    }
}
