#![deny(warnings)]
use telemetry_runtime as telemetry;

fn main() {
    let outer = 1;
    #[telemetry::trace]
    fn inner(n: u8) -> u8 {
        #[telemetry::trace]
        fn innermost(n: u8) -> u8 {
            n
        }
        innermost(n)
    }
    struct Local;
    #[telemetry::instrument_adapter]
    impl Local {
        fn get(&self) -> u8 {
            inner(2)
        }
    }
    assert_eq!(inner(outer) + Local.get(), 3);
}
