#![deny(warnings)]
use telemetry_runtime as telemetry;

#[telemetry::instrument]
fn ends() -> ! {
    std::process::exit(0)
}

#[telemetry::instrument]
async fn loops() -> ! {
    loop {
        std::future::ready(()).await;
    }
}

#[telemetry::instrument]
fn unit() -> () {
    return;
}

#[telemetry::instrument]
async fn nothing() {
    return;
}

fn main() {
    unit();
    drop((loops(), nothing()));
    ends();
}
