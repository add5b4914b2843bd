//! Shared helpers of the behaviour tests.

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::{Condvar, Mutex},
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

/// Settings under which no resource of the machine is ever short, whatever else it does.
pub const PLENTY: &str = "disk: { degraded: 100 }, memory: { degraded: 100 }, fds: { degraded: 100 }";

/// A gate that is shut until it is opened.
#[derive(Debug, Default)]
pub struct Gate {
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    /// Waits until it is open.
    ///
    /// # Panics
    ///
    /// If another thread panicked at it.
    pub fn pass(&self) {
        let open = self.is_open.lock().expect("no panic");
        drop(self.opened.wait_while(open, |is_open| !*is_open).expect("no panic"));
    }

    /// Lets everybody pass from now on.
    ///
    /// # Panics
    ///
    /// As [`Gate::pass`].
    pub fn open(&self) {
        *self.is_open.lock().expect("no panic") = true;
        self.opened.notify_all();
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
            axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await
        })
    });
    address
}

/// Compares a generated text with the file of the repository, or writes it with `UPDATE_REFERENCES` set.
///
/// # Panics
///
/// If the file is not what is generated.
#[track_caller]
pub fn generated(file: &str, text: &str) {
    let path = repository().join(file);
    if std::env::var_os("UPDATE_REFERENCES").is_some() {
        return std::fs::write(&path, text).expect("a writable repository");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    if let Some(difference) = difference(&found, text) {
        panic!("{file} is stale: {difference}\nwrite it again with .ci/references");
    }
}

/// Where the repository lies.
#[must_use]
pub fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The first line in which two texts differ.
fn difference(found: &str, wanted: &str) -> Option<String> {
    let lines = found.lines().count().max(wanted.lines().count());
    let line = |text: &str, index| text.lines().nth(index).unwrap_or("(nothing)").to_owned();
    let index = (0..lines).find(|index| line(found, *index) != line(wanted, *index));
    let told = index.map(|index| {
        format!("line {} is\n  {}\nand should be\n  {}", index + 1, line(found, index), line(wanted, index))
    });
    told.or_else(|| (found != wanted).then(|| "its line ends differ".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn the_first_difference_is_told() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        let told = difference("a\nb\n", "a\nc\n").expect("a difference");
        assert_eq!(told, "line 2 is\n  b\nand should be\n  c");
        assert!(difference("", "a\n").is_some_and(|told| told.contains("(nothing)")));
        assert!(difference("a", "a\n").is_some());
    }
}
