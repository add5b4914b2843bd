//! Small numbers for keys, so that a slice of time need not spell them out.

use std::collections::HashMap;

use super::{TYPES, aggregated::Key};
use crate::settings::EventType;

/// The provider and the operation of events that came after too many keys.
const OTHER: &str = "other";

/// The number of each type's key.
type ByType = [Option<u32>; TYPES.len()];

/// Numbers of keys; at most so many, and one more a type for all others.
#[derive(Debug)]
pub(super) struct Keys {
    limit: usize,
    /// The key of a number; `None` where the number is free.
    keys: Vec<Option<Key>>,
    /// By provider and operation, so that a lookup builds no key.
    numbers: HashMap<Box<str>, HashMap<Box<str>, ByType>>,
    free: Vec<u32>,
    used: usize,
}

impl Keys {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, keys: Vec::new(), numbers: HashMap::new(), free: Vec::new(), used: 0 }
    }

    pub(super) fn is_full(&self) -> bool {
        self.used >= self.limit
    }

    pub(super) fn get(&self, event_type: EventType, provider: &str, operation: &str) -> Option<u32> {
        self.numbers.get(provider)?.get(operation)?[event_type as usize]
    }

    /// The number of a key that has none; of all others if there is no room.
    pub(super) fn add(&mut self, event_type: EventType, provider: &str, operation: &str) -> u32 {
        if self.is_full() || is_other(provider, operation) {
            let other = self.get(event_type, OTHER, OTHER);
            return other.unwrap_or_else(|| self.insert(event_type, OTHER, OTHER));
        }
        self.used += 1;
        self.insert(event_type, provider, operation)
    }

    fn insert(&mut self, event_type: EventType, provider: &str, operation: &str) -> u32 {
        let number = self.free.pop().unwrap_or_else(|| {
            self.keys.push(None);
            u32::try_from(self.keys.len() - 1).unwrap_or(u32::MAX)
        });
        self.keys[number as usize] =
            Some(Key { event_type, provider: provider.into(), operation: operation.into() });
        let operations = self.numbers.entry(provider.into()).or_default();
        operations.entry(operation.into()).or_default()[event_type as usize] = Some(number);
        number
    }

    pub(super) fn key(&self, number: u32) -> Option<&Key> {
        self.keys.get(number as usize)?.as_ref()
    }

    /// Forgets the keys that nobody uses.
    pub(super) fn retain(&mut self, is_used: impl Fn(u32) -> bool) {
        for number in 0..u32::try_from(self.keys.len()).unwrap_or(u32::MAX) {
            if is_used(number) {
                continue;
            }
            let Some(key) = self.keys[number as usize].take() else { continue };
            self.free.push(number);
            self.used -= usize::from(!is_other(&key.provider, &key.operation));
            self.forget(&key);
        }
    }

    fn forget(&mut self, key: &Key) {
        let Some(operations) = self.numbers.get_mut(&key.provider) else { return };
        if let Some(numbers) = operations.get_mut(&key.operation) {
            numbers[key.event_type as usize] = None;
            if numbers.iter().all(Option::is_none) {
                operations.remove(&key.operation);
            }
        }
        if operations.is_empty() {
            self.numbers.remove(&key.provider);
        }
    }
}

/// Others take no room, so that there always is a place for them.
fn is_other(provider: &str, operation: &str) -> bool {
    provider == OTHER && operation == OTHER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_keys_share_one_until_some_are_forgotten() {
        let mut keys = Keys::new(2);
        let [a, b] = ["a", "b"].map(|name| keys.add(EventType::Metric, "p", name));
        let others = ["c", "d"].map(|name| keys.add(EventType::Metric, "p", name));
        assert_eq!((others[0], a == b), (others[1], false));
        assert_eq!(&*keys.key(others[0]).expect("a key").operation, OTHER);
        assert_eq!(keys.get(EventType::Metric, "p", "a"), Some(a));
        keys.retain(|number| number == b);
        assert_eq!(keys.get(EventType::Metric, "p", "a"), None);
        let again = keys.add(EventType::Error, "p", "a");
        assert_eq!(keys.get(EventType::Error, "p", "a"), Some(again));
        assert!(again != b && keys.is_full());
    }

    #[test]
    fn others_take_no_room() {
        let mut keys = Keys::new(1);
        keys.add(EventType::Metric, OTHER, OTHER);
        assert!(!keys.is_full());
        keys.retain(|_| false);
        assert_eq!((keys.used, keys.get(EventType::Metric, OTHER, OTHER)), (0, None));
    }
}
