//! What an annotated block may be for.

#![forbid(unsafe_code)]

use std::{fmt::Debug, marker::PhantomData, sync::Arc};

use telemetry_runtime as telemetry;

use super::support::{Shape, no_call, pause, run, shape, success};

trait Sized1 {
    fn size(&self) -> usize;
}

#[telemetry::instrument_adapter("slice")]
impl<T: Debug> Sized1 for [T] {
    fn size(&self) -> usize {
        self.len()
    }
}

#[telemetry::instrument_adapter("array")]
impl<T, const N: usize> Sized1 for [T; N] {
    fn size(&self) -> usize {
        N
    }
}

#[telemetry::instrument_adapter]
impl Sized1 for str {
    fn size(&self) -> usize {
        self.len()
    }
}

#[telemetry::instrument_adapter("tuple")]
impl<A, B> Sized1 for (A, B) {
    fn size(&self) -> usize {
        2
    }
}

#[telemetry::instrument_adapter("pointer")]
impl Sized1 for fn(u8) -> u8 {
    fn size(&self) -> usize {
        usize::from(self(1))
    }
}

#[telemetry::instrument_adapter("raw")]
impl<T> Sized1 for *const T {
    fn size(&self) -> usize {
        size_of::<T>()
    }
}

#[telemetry::instrument_adapter("by_reference")]
impl<'a> Sized1 for &'a &'a str {
    fn size(&self) -> usize {
        self.len()
    }
}

#[telemetry::instrument_adapter]
impl Sized1 for Box<dyn Sized1 + Send> {
    fn size(&self) -> usize {
        1
    }
}

#[telemetry::instrument_adapter]
impl dyn Sized1 + '_ {
    fn twice(&self) -> usize {
        self.size() * 2
    }
}

trait Wraps {
    fn wrapped(&self) -> usize;
    async fn wrapped_later(&self) -> usize;
}

#[telemetry::instrument_adapter]
impl<N: Sized1 + ?Sized> Wraps for N {
    fn wrapped(&self) -> usize {
        self.size()
    }

    async fn wrapped_later(&self) -> usize {
        pause().await;
        self.size()
    }
}

struct Buffer<const N: usize>([u8; N]);

#[telemetry::instrument_adapter]
impl<const N: usize> Buffer<N> {
    fn room(&self) -> usize {
        N
    }
}

#[telemetry::instrument_adapter("buffer_of_three")]
impl Buffer<3> {
    fn only_three(&self) -> usize {
        self.0.len()
    }
}

struct Borrowing<'a, T: ?Sized>(&'a T);

#[telemetry::instrument_adapter]
impl<'a, T> Borrowing<'a, T>
where
    T: ?Sized + AsRef<str>,
{
    fn text(&self) -> &'a str {
        self.0.as_ref()
    }

    async fn text_later(&self) -> &'a str {
        pause().await;
        self.0.as_ref()
    }
}

trait Visits<'a, T> {
    fn visit(&mut self, value: &'a T) -> &'a T;
}

struct Visitor(u8);

#[telemetry::instrument_adapter]
impl<'a, T> Visits<'a, T> for Visitor {
    fn visit(&mut self, value: &'a T) -> &'a T {
        self.0 += 1;
        value
    }
}

#[telemetry::instrument_adapter]
impl PartialEq<u8> for Visitor {
    fn eq(&self, other: &u8) -> bool {
        self.0 == *other
    }
}

mod path {
    pub(super) struct Far<T>(pub(super) std::marker::PhantomData<T>);
}

#[telemetry::instrument_adapter]
impl path::Far<u8> {
    fn near(&self) -> usize {
        size_of_val(&self.0)
    }
}

#[telemetry::instrument_adapter]
pub(crate) trait Extends<T = u8>: Into<Vec<T>>
where
    T: Clone,
{
    fn all(self) -> Vec<T>
    where
        Self: Sized,
    {
        self.into()
    }

    fn both(first: Self, second: Self) -> Vec<T>
    where
        Self: Sized,
    {
        [first.into(), second.into()].concat()
    }
}

impl Extends for Vec<u8> {}

struct Shared;

#[telemetry::instrument_adapter]
impl Shared {
    async fn by_arc(self: Arc<Self>) -> usize {
        pause().await;
        Arc::strong_count(&self)
    }

    fn by_box(self: Box<Self>) -> usize {
        1
    }
}

/// One that others can see.
#[derive(Clone, Copy, Debug, Default)]
pub struct Public;

/// Documented.
#[telemetry::instrument_adapter]
impl Public {
    /// Documented.
    #[must_use]
    pub fn get(&self) -> u8 {
        1
    }

    /// Documented.
    pub async fn fetch(&self) -> u8 {
        1
    }
}

pub(super) const SHAPES: &[Shape] = &[
    shape("impl Trait for [T]", || assert_eq!(success("slice.size", || [1, 2][..].size()), 2)),
    shape("impl Trait for [T; N]", || assert_eq!(success("array.size", || [1, 2].size()), 2)),
    shape("impl Trait for str", || assert_eq!(success("str.size", || "ab".size()), 2)),
    shape("impl Trait for (A, B)", || assert_eq!(success("tuple.size", || (1, 2).size()), 2)),
    shape("impl Trait for fn(u8) -> u8", || {
        let same: fn(u8) -> u8 = |n| n;
        assert_eq!(success("pointer.size", || same.size()), 1);
    }),
    shape("impl Trait for *const T", || {
        assert_eq!(success("raw.size", || std::ptr::null::<u16>().size()), 2);
    }),
    shape("impl Trait for &'a &'a str", || {
        assert_eq!(success("by_reference.size", || <&&str as Sized1>::size(&&"ab")), 2);
    }),
    shape("impl Trait for Box<dyn Trait>", || {
        let boxed: Box<dyn Sized1 + Send> = Box::new([1]);
        assert_eq!(success("box.size", || boxed.size()), 1);
    }),
    shape("impl dyn Trait", || {
        let object: &dyn Sized1 = &(1, 2);
        assert_eq!(success("sized1.twice", || object.twice()), 4);
    }),
    shape("impl<N: Trait + ?Sized> Other for N", || {
        assert_eq!(success("wraps.wrapped", || "ab".wrapped()), 2);
        assert_eq!(success("wraps.wrapped_later", || run("ab".wrapped_later())), 2);
    }),
    shape("impl<const N: usize>", || assert_eq!(success("buffer.room", || Buffer([0; 2]).room()), 2)),
    shape("impl Type<3>", || {
        assert_eq!(success("buffer_of_three.only_three", || Buffer([0; 3]).only_three()), 3);
    }),
    shape("impl<'a, T> with a where clause", || {
        assert_eq!(success("borrowing.text", || Borrowing("a").text()), "a");
        assert_eq!(success("borrowing.text_later", || run(Borrowing("a").text_later())), "a");
    }),
    shape("impl Trait<'a, T> for Type", || {
        let mut visitor = Visitor(0);
        assert_eq!(success("visitor.visit", || visitor.visit(&1)), &1);
        assert!(success("visitor.eq", || visitor == 1));
    }),
    shape("impl path::Type<T>", || {
        assert_eq!(success("far.near", || path::Far(PhantomData).near()), 0);
    }),
    shape("trait with a default parameter and a supertrait", || {
        assert_eq!(success("extends.all", || vec![1].all()), [1]);
        assert_eq!(no_call(|| Extends::both(vec![1], vec![2])), [1, 2]);
    }),
    shape("self: Arc<Self> and Box<Self> in a block", || {
        assert_eq!(success("shared.by_arc", || run(Arc::new(Shared).by_arc())), 1);
        assert_eq!(success("shared.by_box", || Box::new(Shared).by_box()), 1);
    }),
    shape("documented pub methods", || {
        assert_eq!(success("public.get", || Public.get()), 1);
        assert_eq!(success("public.fetch", || run(Public.fetch())), 1);
    }),
];
