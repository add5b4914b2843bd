//! From a facade's key to a series.

use std::sync::Arc;

use metrics::Key;

use super::names;
use crate::metrics::store::{Cells, Child, LabelRule, NewFamily, Store};

/// The series of a key; none if its name means something else.
pub(super) fn series<C: Cells>(store: &Store, key: &Key) -> Option<Arc<Child<C>>> {
    let name = names::family_name(key.name());
    let labels = names::labels(key, C::KIND);
    let found = store.family::<C>(family(&name, key.name())).and_then(|table| table.labelled(&labels));
    found.inspect_err(|refusal| store.tell_once(&name, &refusal.to_string())).ok()
}

fn family<'a>(name: &'a str, raw: &'a str) -> NewFamily<'a> {
    NewFamily { name, raw, help: "", labels: LabelRule::Any, bounds: &[], limit: None, is_own: false }
}
