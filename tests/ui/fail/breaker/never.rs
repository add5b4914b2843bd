#[telemetry_runtime::instrument(breaker)]
async fn serve() -> ! {
    loop {
        std::future::pending::<()>().await;
    }
}

fn main() {}
