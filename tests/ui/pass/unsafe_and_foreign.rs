#![deny(warnings, unsafe_op_in_unsafe_fn)]
use telemetry_runtime as telemetry;

#[telemetry::instrument]
unsafe fn read(at: *const u8) -> u8 {
    unsafe { *at }
}

#[telemetry::instrument]
async unsafe fn read_later(at: &'static u8) -> u8 {
    unsafe { *std::ptr::from_ref(at) }
}

#[telemetry::instrument]
#[unsafe(no_mangle)]
extern "C" fn telemetry_ui_exported(n: u8) -> u8 {
    n
}

#[telemetry::instrument]
#[inline(never)]
#[deprecated]
fn old() {}

fn main() {
    assert_eq!(unsafe { read(&1) }, telemetry_ui_exported(1));
    drop(unsafe { read_later(&1) });
    #[allow(deprecated)]
    old();
}
