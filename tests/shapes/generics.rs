//! Type parameters, bounds, receivers.

#![forbid(unsafe_code)]

use std::{fmt::Display, iter::Sum, marker::PhantomData, ops::Add, pin::Pin, rc::Rc, sync::Arc};

use telemetry_runtime as telemetry;

use super::support::{Shape, ended, pause, run, shape, success};

#[telemetry::instrument]
fn unbounded<T>(value: T) -> T {
    value
}

#[telemetry::instrument]
async fn unbounded_later<T>(value: T) -> (T,) {
    pause().await;
    (value,)
}

#[telemetry::instrument]
fn argument_position(text: impl Into<String>, all: impl IntoIterator<Item = impl Display>) -> String {
    all.into_iter().fold(text.into(), |text, one| format!("{text}{one}"))
}

#[telemetry::instrument]
async fn argument_position_later(text: impl Into<String> + Send) -> String {
    text.into()
}

#[telemetry::instrument]
fn constant<const N: usize, const NAMED: bool>() -> usize {
    if NAMED { N } else { 0 }
}

#[telemetry::instrument]
fn quantified<F>(f: F) -> usize
where
    for<'a> F: Fn(&'a str) -> &'a str,
{
    f("four").len()
}

#[telemetry::instrument]
fn quantified_object(f: &dyn for<'a> Fn(&'a str) -> &'a str) -> usize {
    f("four").len()
}

#[telemetry::instrument]
fn bounds<T>(a: T, b: T) -> <T as Add>::Output
where
    T: Add<Output: Display> + Copy,
{
    a + b
}

#[telemetry::instrument]
fn unsized_parameter<T: ?Sized + AsRef<str>>(text: &T) -> usize {
    text.as_ref().len()
}

#[telemetry::instrument]
fn total<'a, T: 'a + Sum<&'a T>>(all: &'a [T]) -> T {
    all.iter().sum()
}

/// One static serves all instantiations, and each has its own.
#[telemetry::instrument]
fn with_static<T: Default>() -> (T, u32) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static CALLS: AtomicU32 = AtomicU32::new(0);
    (T::default(), CALLS.fetch_add(1, Ordering::Relaxed))
}

struct Wrapper<T = u8, const N: usize = 2> {
    all: [T; N],
}

impl<T: Clone, const N: usize> Wrapper<T, N> {
    const COUNT: usize = N;

    #[telemetry::instrument]
    fn taken<const M: usize>(&self) -> Vec<T> {
        self.all.iter().take(M.min(Self::COUNT)).cloned().collect()
    }
}

struct Owner<'o> {
    name: String,
    count: u32,
    kind: PhantomData<&'o str>,
}

impl Owner<'_> {
    #[telemetry::instrument]
    fn renamed(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    #[telemetry::instrument]
    fn assigned(mut self) -> usize {
        self.count = 1;
        self.name.len()
    }

    #[telemetry::instrument]
    async fn assigned_later(mut self) -> usize {
        self.count = 1;
        self.name.len()
    }

    #[telemetry::instrument]
    fn count(&mut self) -> &mut Self {
        self.count += 1;
        self
    }

    #[telemetry::instrument]
    fn explicit(self: &Self) -> u32 {
        #![allow(clippy::needless_arbitrary_self_type)]
        self.count
    }

    #[telemetry::instrument]
    fn boxed(self: Box<Self>) -> String {
        self.name
    }

    #[telemetry::instrument]
    fn rc(self: Rc<Self>) -> u32 {
        self.count
    }

    #[telemetry::instrument]
    async fn arc(self: Arc<Self>) -> u32 {
        pause().await;
        self.count
    }

    #[telemetry::instrument]
    fn arc_by(self: &Arc<Self>) -> usize {
        Arc::strong_count(self)
    }

    #[telemetry::instrument]
    fn pinned(self: Pin<&mut Self>) -> u32 {
        self.get_mut().count += 1;
        1
    }

    #[telemetry::instrument]
    async fn pinned_later(mut self: Pin<&mut Self>) -> u32 {
        self.count += 1;
        pause().await;
        self.count
    }

    #[telemetry::instrument]
    fn sized(&self) -> u32
    where
        Self: Sized,
    {
        self.count
    }
}

fn owner() -> Owner<'static> {
    Owner { name: "abc".to_owned(), count: 3, kind: PhantomData }
}

pub(super) const SHAPES: &[Shape] = &[
    shape("<T> without bounds", || assert_eq!(success("unbounded", || unbounded(1)), 1)),
    shape("async <T> without bounds", || {
        assert_eq!(success("unbounded_later", || run(unbounded_later(1))), (1,));
    }),
    shape("impl IntoIterator<Item = impl Display>", || {
        assert_eq!(success("argument_position", || argument_position("a", [1, 2])), "a12");
    }),
    shape("async impl Into<String>", || {
        assert_eq!(success("argument_position_later", || run(argument_position_later("a"))), "a");
    }),
    shape("<const N: usize, const B: bool>", || assert_eq!(success("constant", constant::<3, true>), 3)),
    shape("where for<'a> F: Fn(&'a str) -> &'a str", || {
        assert_eq!(success("quantified", || quantified(|text| text)), 4);
    }),
    shape("&dyn for<'a> Fn(&'a str) -> &'a str", || {
        assert_eq!(success("quantified_object", || quantified_object(&|text| text)), 4);
    }),
    shape("bounds on associated types", || assert_eq!(success("bounds", || bounds(1, 2)), 3)),
    shape("T: ?Sized", || assert_eq!(success("unsized_parameter", || unsized_parameter("ab")), 2)),
    shape("T: 'a + Sum<&'a T>", || assert_eq!(success("total", || total(&[1, 2])), 3)),
    shape("two instantiations of one function", || {
        ended("with_static", &[("success", 2)], || {
            assert_eq!((with_static::<u8>().0, with_static::<bool>().0), (0, false));
        });
    }),
    shape("generic method of a type with defaults", || {
        assert_eq!(success("taken", || Wrapper { all: [1, 2] }.taken::<1>()), [1]);
    }),
    shape("mut self -> Self", || assert_eq!(success("renamed", || owner().renamed("x")).name, "x")),
    shape("mut self, assigned and never read", || assert_eq!(success("assigned", || owner().assigned()), 3)),
    shape("async mut self, assigned and never read", || {
        assert_eq!(success("assigned_later", || run(owner().assigned_later())), 3);
    }),
    shape("&mut self -> &mut Self", || assert_eq!(success("count", || owner().count().count), 4)),
    shape("self: &Self", || assert_eq!(success("explicit", || owner().explicit()), 3)),
    shape("self: Box<Self>", || assert_eq!(success("boxed", || Box::new(owner()).boxed()), "abc")),
    shape("self: Rc<Self>", || assert_eq!(success("rc", || Rc::new(owner()).rc()), 3)),
    shape("async self: Arc<Self>", || assert_eq!(success("arc", || run(Arc::new(owner()).arc())), 3)),
    shape("self: &Arc<Self>", || assert_eq!(success("arc_by", || Arc::new(owner()).arc_by()), 1)),
    shape("self: Pin<&mut Self>", || assert_eq!(success("pinned", || Pin::new(&mut owner()).pinned()), 1)),
    shape("async mut self: Pin<&mut Self>", || {
        assert_eq!(success("pinned_later", || run(Pin::new(&mut owner()).pinned_later())), 4);
    }),
    shape("where Self: Sized", || assert_eq!(success("sized", || owner().sized()), 3)),
];
