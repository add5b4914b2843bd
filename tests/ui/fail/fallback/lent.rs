fn spare(_: &mut u8, _: Vec<u8>) -> Result<u8, String> {
    Ok(1)
}

#[telemetry_runtime::instrument(fallback(spare, on = error))]
fn quote(n: &mut u8, list: Vec<u8>) -> Result<u8, String> {
    *n += list[0];
    Ok(*n)
}

struct Feed;

#[telemetry_runtime::instrument_adapter]
impl Feed {
    #[telemetry(fallback(Self::spare, on = error))]
    fn news(&mut self) -> Result<u8, String> {
        Ok(1)
    }

    #[telemetry(skip)]
    fn spare(&mut self) -> Result<u8, String> {
        Ok(1)
    }
}

fn main() {}
