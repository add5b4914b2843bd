//! References that enter and leave.

#![forbid(unsafe_code)]

use std::{
    borrow::Cow,
    cell::{Ref, RefCell, RefMut},
    collections::HashMap,
    hash::{BuildHasher, Hash},
    sync::{Mutex, MutexGuard, PoisonError},
};

use telemetry_runtime as telemetry;

use super::support::{Shape, error, pause, run, shape, success};

#[telemetry::instrument]
#[allow(clippy::ptr_arg)]
fn first<T>(items: &mut Vec<T>) -> &mut T {
    &mut items[0]
}

#[telemetry::instrument]
fn first_if<T>(items: &mut [T]) -> Option<&mut T> {
    items.first_mut()
}

#[telemetry::instrument]
fn first_or<T>(items: &mut [T]) -> Result<&mut T, String> {
    let first = items.first_mut().ok_or("empty")?;
    Ok(first)
}

#[telemetry::instrument]
async fn first_later<T>(items: &mut [T]) -> Option<&mut T> {
    pause().await;
    items.first_mut()
}

#[telemetry::instrument]
fn entry<'a, K: Eq + Hash, S: BuildHasher>(map: &'a mut HashMap<K, u8, S>, key: K) -> &'a mut u8 {
    map.entry(key).or_default()
}

#[telemetry::instrument]
#[allow(clippy::mut_mut)]
fn reborrowed<'a>(text: &'a mut &mut String) -> &'a mut String {
    text.push('!');
    text
}

#[telemetry::instrument]
fn longest<'a, 'b: 'a>(one: &'a str, other: &'b str) -> &'a str {
    if one.len() > other.len() { one } else { other }
}

#[telemetry::instrument]
async fn longest_later<'a, 'b: 'a>(one: &'a str, other: &'b str) -> &'a str {
    pause().await;
    if one.len() > other.len() { one } else { other }
}

#[telemetry::instrument]
fn borrowed(cell: &RefCell<Vec<u8>>) -> Ref<'_, [u8]> {
    Ref::map(cell.borrow(), Vec::as_slice)
}

#[telemetry::instrument]
fn borrowed_mut(cell: &RefCell<Vec<u8>>) -> RefMut<'_, Vec<u8>> {
    cell.borrow_mut()
}

#[telemetry::instrument]
fn locked(lock: &Mutex<u8>) -> MutexGuard<'_, u8> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A temporary at the tail ends before the arguments do.
#[telemetry::instrument]
fn temporary_at_tail(lock: &Mutex<Vec<u8>>) -> usize {
    lock.lock().unwrap_or_else(PoisonError::into_inner).len()
}

#[telemetry::instrument]
fn cow(text: &str) -> Cow<'_, str> {
    if text.contains(' ') { Cow::Owned(text.replace(' ', "")) } else { Cow::Borrowed(text) }
}

#[telemetry::instrument]
fn split(all: &mut [u8]) -> (&mut [u8], &mut [u8]) {
    all.split_at_mut(1)
}

struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    #[telemetry::instrument]
    fn word(&mut self) -> Option<&'a str> {
        let (word, rest) = self.rest.split_once(' ')?;
        self.rest = rest;
        Some(word)
    }

    #[telemetry::instrument]
    async fn word_later(&mut self) -> Result<&'a str, &'static str> {
        pause().await;
        self.word().ok_or("no word")
    }

    #[telemetry::instrument]
    fn rest(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.rest.split(' ')
    }
}

pub(super) const SHAPES: &[Shape] = &[
    shape("&mut Vec<T> -> &mut T", || {
        let mut all = vec![1];
        *success("first", || first(&mut all)) += 1;
        assert_eq!(all, [2]);
    }),
    shape("-> Option<&mut T>", || {
        let mut all = [1];
        *success("first_if", || first_if(&mut all)).expect("one") += 1;
        assert_eq!(all, [2]);
    }),
    shape("-> Result<&mut T, E> with ?", || {
        let mut all = [1];
        *success("first_or", || first_or(&mut all)).expect("one") += 1;
        assert!(error("first_or", "alloc::String", || first_or::<u8>(&mut []).is_err()));
    }),
    shape("async -> Option<&mut T>", || {
        let mut all = [1];
        *success("first_later", || run(first_later(&mut all))).expect("one") += 1;
        assert_eq!(all, [2]);
    }),
    shape("-> &'a mut V of a map", || {
        let mut map = HashMap::new();
        *success("entry", || entry(&mut map, "a")) += 1;
        assert_eq!(map["a"], 1);
    }),
    shape("&mut &mut T reborrowed", || {
        let mut text = String::new();
        assert_eq!(success("reborrowed", || reborrowed(&mut &mut text).len()), 1);
    }),
    shape("<'a, 'b: 'a>", || assert_eq!(success("longest", || longest("a", "bc")), "bc")),
    shape("async <'a, 'b: 'a>", || {
        assert_eq!(success("longest_later", || run(longest_later("a", "bc"))), "bc");
    }),
    shape("-> Ref<'_, [T]>", || {
        assert_eq!(*success("borrowed", || borrowed(&RefCell::new(vec![1])).to_vec()), [1]);
    }),
    shape("-> RefMut<'_, T>", || {
        let cell = RefCell::new(vec![]);
        success("borrowed_mut", || borrowed_mut(&cell)).push(1);
        assert_eq!(cell.into_inner(), [1]);
    }),
    shape("-> MutexGuard<'_, T>", || {
        let lock = Mutex::new(1);
        *success("locked", || locked(&lock)) += 1;
        assert_eq!(lock.into_inner().ok(), Some(2));
    }),
    shape("a temporary with a destructor at the tail", || {
        assert_eq!(success("temporary_at_tail", || temporary_at_tail(&Mutex::new(vec![1, 2]))), 2);
    }),
    shape("-> Cow<'_, str>", || assert_eq!(success("cow", || cow("a b")), "ab")),
    shape("-> (&mut [T], &mut [T])", || {
        let mut all = [1, 2];
        success("split", || split(&mut all)).1[0] = 5;
        assert_eq!(all, [1, 5]);
    }),
    shape("&mut self -> Option<&'a str>", || {
        assert_eq!(success("word", || Parser { rest: "a b" }.word()), Some("a"));
    }),
    shape("async &mut self -> Result<&'a str, E>", || {
        assert_eq!(success("word_later", || run(Parser { rest: "a b" }.word_later())), Ok("a"));
    }),
    shape("&self -> impl Iterator + use<'a>", || {
        assert_eq!(success("rest", || Parser { rest: "a b" }.rest()).count(), 2);
    }),
];
