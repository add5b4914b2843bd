//! Kinds of functions: foreign, unsafe, nested, recursive.

use telemetry_runtime as telemetry;

use super::support::{Shape, ended, run, shape, success};

#[telemetry::instrument]
extern "C" fn foreign(n: u32) -> u32 {
    n
}

#[telemetry::instrument]
extern "system" fn system(n: &mut u32) {
    *n += 1;
}

#[telemetry::instrument]
#[unsafe(export_name = concat!(env!("CARGO_PKG_NAME"), "_exported"))]
extern "C" fn exported(n: u32) -> u32 {
    n
}

/// Reads.
///
/// # Safety
///
/// `at` is valid.
#[telemetry::instrument]
unsafe fn read(at: *const u8) -> u8 {
    unsafe { *at }
}

#[telemetry::instrument]
async unsafe fn read_later(at: &'static u8) -> u8 {
    unsafe { *std::ptr::from_ref(at) }
}

#[telemetry::instrument]
fn reads_inside(at: &u8) -> u8 {
    // SAFETY: a reference is valid.
    unsafe { *std::ptr::from_ref(at) }
}

#[telemetry::instrument]
#[cfg_attr(target_arch = "x86_64", target_feature(enable = "sse2"))]
unsafe fn with_feature(n: u32) -> u32 {
    n + 1
}

/// Trusted.
///
/// # Safety
///
/// Always.
unsafe trait Trusted {
    /// # Safety
    ///
    /// Always.
    unsafe fn length(&self) -> usize;
    fn safe(&self) -> usize;
}

#[telemetry::instrument_adapter("trusted")]
unsafe impl Trusted for Vec<u8> {
    unsafe fn length(&self) -> usize {
        self.len()
    }

    fn safe(&self) -> usize {
        self.len()
    }
}

#[telemetry::instrument]
fn recursive(n: u32) -> u32 {
    if n == 0 { 0 } else { n + recursive(n - 1) }
}

#[telemetry::instrument]
fn even(n: u32) -> bool {
    n == 0 || odd(n - 1)
}

#[telemetry::instrument]
fn odd(n: u32) -> bool {
    n != 0 && even(n - 1)
}

#[telemetry::instrument]
fn nesting() -> u32 {
    const BY: u32 = 2;
    #[telemetry::instrument]
    fn nested(n: u32) -> u32 {
        n + BY
    }
    nested(1)
}

const _: () = {
    #[telemetry::instrument]
    #[allow(dead_code)]
    fn hidden() -> u32 {
        1
    }
};

const FROM_CONST: fn() -> u32 = const {
    #[telemetry::instrument]
    fn in_const_block() -> u32 {
        1
    }
    in_const_block
};

static FROM_STATIC: fn(u8) -> u8 = {
    #[telemetry::instrument]
    fn in_static(n: u8) -> u8 {
        n
    }
    in_static
};

fn in_closure() -> u32 {
    let made = |n: u32| {
        #[telemetry::instrument]
        fn inside_of_closure(n: u32) -> u32 {
            n * 2
        }
        inside_of_closure(n)
    };
    made(2)
}

fn in_arm(n: u32) -> u32 {
    match n {
        0 => {
            #[telemetry::instrument]
            fn inside_of_arm() -> u32 {
                7
            }
            inside_of_arm()
        }
        n => n,
    }
}

fn in_local_impl() -> u32 {
    struct Local;
    impl Local {
        #[telemetry::instrument]
        fn get_local(&self) -> u32 {
            1
        }
    }
    Local.get_local()
}

struct AsValue(fn(u32) -> u32);

#[telemetry::instrument]
fn used_as_value(n: u32) -> u32 {
    n
}

mod inner {
    #[telemetry_runtime::instrument]
    pub(in crate::shapes) fn visible_in() -> u32 {
        1
    }

    #[telemetry_runtime::instrument]
    pub(super) fn visible_above() -> u32 {
        1
    }
}

pub(super) const SHAPES: &[Shape] = &[
    shape("extern \"C\" fn", || assert_eq!(success("foreign", || foreign(1)), 1)),
    shape("extern \"system\" fn without a value", || {
        let mut n = 0;
        success("system", || system(&mut n));
        assert_eq!(n, 1);
    }),
    shape("#[unsafe(export_name)]", || assert_eq!(success("exported", || exported(1)), 1)),
    shape("unsafe fn", || assert_eq!(success("read", || unsafe { read(&1) }), 1)),
    shape("async unsafe fn", || assert_eq!(success("read_later", || run(unsafe { read_later(&1) })), 1)),
    shape("unsafe block in a body", || assert_eq!(success("reads_inside", || reads_inside(&1)), 1)),
    shape("#[target_feature]", || assert_eq!(success("with_feature", || unsafe { with_feature(1) }), 2)),
    shape("unsafe impl with an unsafe method", || {
        assert_eq!(success("trusted.length", || unsafe { vec![1].length() }), 1);
        assert_eq!(success("trusted.safe", || vec![1].safe()), 1);
    }),
    shape("recursion", || {
        assert_eq!(ended("recursive", &[("success", 4)], || recursive(3)), 6);
    }),
    shape("recursion of two", || {
        assert!(ended("even", &[("success", 2)], || even(2)));
    }),
    shape("fn in a body", || assert_eq!(success("nested", nesting), 3)),
    shape("fn in a const block", || assert_eq!(success("in_const_block", FROM_CONST), 1)),
    shape("fn in a static's block", || assert_eq!(success("in_static", || FROM_STATIC(1)), 1)),
    shape("fn in a closure", || assert_eq!(success("inside_of_closure", in_closure), 4)),
    shape("fn in a match arm", || assert_eq!(success("inside_of_arm", || in_arm(0)), 7)),
    shape("method of a type in a body", || assert_eq!(success("get_local", in_local_impl), 1)),
    shape("fn as a value", || assert_eq!(success("used_as_value", || AsValue(used_as_value).0(1)), 1)),
    shape("pub(in path)", || assert_eq!(success("visible_in", inner::visible_in), 1)),
    shape("pub(super)", || assert_eq!(success("visible_above", inner::visible_above), 1)),
];
