//! From a facade's key to a series.

use std::sync::Arc;

use metrics::Key;

use super::names;
use crate::metrics::store::{Cells, Child, LabelRule, NewFamily, Refusal, Store, Table};

/// The series of a key; none if its name means something else.
pub(super) fn series<C: Cells>(store: &Store, key: &Key) -> Option<Arc<Child<C>>> {
    let name = names::family_name(key.name());
    let labels = names::labels(key, C::KIND);
    let found = store.family::<C>(family(&name, key.name())).and_then(|table| child(&table, &labels));
    found.inspect_err(|refusal| store.tell_once(&name, &refusal.to_string())).ok()
}

fn family<'a>(name: &'a str, raw: &'a str) -> NewFamily<'a> {
    NewFamily { name, raw, help: "", labels: LabelRule::Any, bounds: &[], limit: None, is_own: false }
}

/// Brings the labels into the order that the family states, if it states one.
fn child<C: Cells>(table: &Table<C>, labels: &[(String, &str)]) -> Result<Arc<Child<C>>, Refusal> {
    let Some(stated) = &table.spec().labels else {
        return Ok(table.child(labels.iter().map(|(name, value)| (&**name, *value))));
    };
    let value = |name: &String| labels.iter().find(|(given, _)| given == name).map(|(_, value)| *value);
    let values: Option<Vec<&str>> = stated.iter().map(value).collect();
    match values.filter(|values| values.len() == labels.len()) {
        Some(values) => Ok(table.with(&values)),
        None => Err(Refusal::Labels {
            name: table.spec().name.clone(),
            known: stated.join(", "),
            asked: labels.iter().map(|(name, _)| &**name).collect::<Vec<_>>().join(", "),
        }),
    }
}
