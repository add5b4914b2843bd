trait Store {
    #[telemetry_runtime::trace]
    fn get(&self) -> u8;
}

struct Memory;
impl Store for Memory {
    fn get(&self) -> u8 {
        1
    }
}

fn main() {
    Memory.get();
}
