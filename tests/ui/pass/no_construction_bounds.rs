#![deny(warnings)]
use telemetry_runtime as telemetry;

// Neither `Debug` nor `Display`, neither `Send` nor `Sized` is asked for.
struct Opaque;

#[telemetry::instrument]
fn both(input: Opaque) -> Result<Opaque, Opaque> {
    Ok(input)
}

#[telemetry::instrument]
async fn bare<R>(input: R) -> R {
    input
}

#[telemetry::instrument]
fn text(input: &str, out: &mut dyn std::fmt::Write) -> std::fmt::Result {
    out.write_str(input)
}

#[telemetry::instrument]
fn borrowed<'a>(items: &'a mut [Opaque]) -> Result<&'a mut Opaque, &'a str> {
    items.first_mut().ok_or("empty")
}

fn main() {
    let _ = (both(Opaque), text("", &mut String::new()), borrowed(&mut []).is_ok());
    drop(bare(Opaque));
}
