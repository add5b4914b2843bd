//! Shared helpers of the behaviour tests.

use std::{
    net::{SocketAddr, TcpListener},
    time::{Duration, Instant},
};

use axum::Router;

#[cfg(doctest)]
pub mod documentation;
#[cfg(unix)]
pub mod process;

/// Polls until it is true, and panics if it is not within 30 s.
///
/// # Panics
///
/// As said.
#[track_caller]
pub fn until(what: &str, mut is_true: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_true() {
        assert!(Instant::now() < deadline, "{what} did not come true in time");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Serves `app` on a thread of its own, as long as the program runs.
///
/// # Panics
///
/// If there is no port, or no thread, to be had.
#[must_use]
pub fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a setting");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            axum::serve(listener, app).await
        })
    });
    address
}
