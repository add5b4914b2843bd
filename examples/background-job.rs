//! Background jobs that are measured: `cargo run --bin background-job`.
//!
//! `job1` of the provider `background` is annotated: its runs, their time, their errors and the run that is given up
//! count by themselves. `job2` cannot be annotated, because it is made of callbacks, and counts by hand; both stand in
//! the same families.

use std::{error::Error, future::pending, time::Duration};

use telemetry_runtime::{self as telemetry, Accounting, AdapterMetrics, Telemetry};

#[derive(Debug, thiserror::Error, telemetry::ErrorType)]
enum JobError {
    #[error("run {0} found the orders locked")]
    Locked(u32),
}

/// Cleans up expired orders; every third run meets a lock, the seventh never ends.
#[telemetry::instrument("background", name = "job1", slow = "30s", fields(run))]
async fn clean_up(run: u32) -> Result<u32, JobError> {
    match run {
        7 => pending().await,
        run if run % 3 == 0 => Err(JobError::Locked(run)),
        run => Ok(run * 10),
    }
}

/// What starts a job, and what its end is told to, are apart: a [`telemetry::Call`] goes from one to the other.
fn import_prices(metrics: &AdapterMetrics) {
    let call = metrics.start("job2");
    let at_the_end = move |imported: Result<usize, JobError>| call.finish(&imported);
    metrics.data_volume("prices", 4096);
    at_the_end(Ok(12));
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let telemetry = Telemetry::builder().service_name("background-job").install()?;
    for run in 1..=6 {
        match clean_up(run).await {
            Ok(removed) => println!("run {run}: {removed} orders removed"),
            Err(error) => println!("run {run}: {error}"),
        }
    }
    // Dropped half-way, the run is neither a success nor an error.
    if tokio::time::timeout(Duration::from_millis(20), clean_up(7)).await.is_err() {
        println!("run 7: given up");
    }
    import_prices(&AdapterMetrics::new("background"));

    let snapshot = telemetry.snapshot();
    let locked = [("provider", "background"), ("operation", "job1"), ("error_type", "locked")];
    println!("locked: {}", snapshot.sum("adapter_errors_total", &locked));
    println!("{}", Accounting::of(&snapshot));
    telemetry.shutdown(Duration::from_secs(5))?;
    Ok(())
}
