//! Programs that tests start, and waiting for what they do.

use std::{
    io::{self, Read},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Tries until it works; panics with the last reason if it has not after that time.
///
/// # Panics
///
/// If no attempt worked in time.
pub fn eventually<T>(within: Duration, mut attempt: impl FnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + within;
    loop {
        match attempt() {
            Ok(done) => return done,
            Err(reason) if Instant::now() >= deadline => panic!("not within {within:?}: {reason}"),
            Err(_) => thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// A program that runs; ended with the test, however that ends.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    stdout: Output,
    stderr: Output,
}

/// How a program ended.
#[derive(Debug)]
pub struct Ended {
    /// What it ended with.
    pub status: ExitStatus,
    /// How long it took from the signal, or from the wait, on.
    pub after: Duration,
    /// All that it wrote.
    pub stdout: String,
    /// All that it wrote about itself.
    pub stderr: String,
}

impl Process {
    /// Starts the program and reads along what it writes.
    ///
    /// # Errors
    ///
    /// That the program cannot be started.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        Ok(Self { name, child, stdout: Output::read(stdout), stderr: Output::read(stderr) })
    }

    /// Waits for a line, on either stream, in which `find` finds something.
    ///
    /// # Panics
    ///
    /// If the line has not come in time, or the program has ended without it.
    pub fn says<T>(&mut self, within: Duration, find: impl Fn(&str) -> Option<T>) -> T {
        let deadline = Instant::now() + within;
        loop {
            // Looked at first: a program that has ended may have written the line before.
            let has_ended = self.child.try_wait().ok().flatten();
            let found = [&self.stdout, &self.stderr].into_iter().find_map(|output| output.find(&find));
            match (found, has_ended) {
                (Some(found), _) => return found,
                (None, Some(status)) => panic!("{} ended ({status}) before it said the line", self.name),
                (None, None) => {}
            }
            assert!(Instant::now() < deadline, "{} has not said the line within {within:?}", self.name);
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// The id of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks the program to stop, as Ctrl-C does, and waits until it has.
    ///
    /// # Panics
    ///
    /// If it still runs after that time.
    #[must_use]
    pub fn interrupt(self, within: Duration) -> Ended {
        self.end_by("INT", within)
    }

    /// Asks the program to stop, as supervisors do, and waits until it has.
    ///
    /// # Panics
    ///
    /// If it still runs after that time.
    #[must_use]
    pub fn terminate(self, within: Duration) -> Ended {
        self.end_by("TERM", within)
    }

    /// Waits until the program has ended by itself.
    ///
    /// # Panics
    ///
    /// If it still runs after that time.
    #[must_use]
    pub fn ended(self, within: Duration) -> Ended {
        self.end_since(Instant::now(), within)
    }

    fn end_by(self, signal: &str, within: Duration) -> Ended {
        let asked = Instant::now();
        // The shell's own `kill`: the program of that name is not on every machine.
        let id = self.child.id().to_string();
        let sent = Command::new("sh").args(["-c", "kill -\"$1\" \"$0\"", &id, signal]).status();
        assert!(sent.is_ok_and(|status| status.success()), "{} cannot be asked to stop", self.name);
        self.end_since(asked, within)
    }

    fn end_since(mut self, asked: Instant, within: Duration) -> Ended {
        let status = eventually(within, || match self.child.try_wait() {
            Ok(Some(status)) => Ok(status),
            other => Err(format!("{} has not ended: {other:?}", self.name)),
        });
        let after = asked.elapsed();
        let (stdout, stderr) = (self.stdout.all(), self.stderr.all());
        Ended { status, after, stdout, stderr }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail if it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            // Not waited for: a child of its own may still hold the streams.
            let (stdout, stderr) = (self.stdout.text(), self.stderr.text());
            eprintln!("--- {}: stdout\n{stdout}--- {}: stderr\n{stderr}---", self.name, self.name);
        }
    }
}

/// What a program has written to one of its streams.
#[derive(Debug)]
struct Output {
    text: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Output {
    fn read(stream: Option<impl Read + Send + 'static>) -> Self {
        let text = Arc::<Mutex<Vec<u8>>>::default();
        let reader = stream.map(|stream| {
            let text = Arc::clone(&text);
            thread::spawn(move || read_along(stream, &text))
        });
        Self { text, reader }
    }

    /// What `find` finds in the first whole line in which it finds something.
    fn find<T>(&self, find: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole.lines().find_map(find)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// Everything, once the program has ended.
    fn all(&mut self) -> String {
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
        self.text()
    }
}

fn read_along(mut stream: impl Read, text: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 4096];
    // An error ends it like the end of the stream.
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        text.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..read]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_secs(10);

    fn shell(script: &str) -> Process {
        Process::start(Command::new("sh").args(["-c", script])).expect("there is a shell")
    }

    #[test]
    fn lines_of_both_streams_are_found() {
        let mut process = shell("echo one; echo two=2 >&2; exec sleep 60");
        assert_eq!(process.says(SOON, |line| line.strip_prefix("two=").map(str::to_owned)), "2");
        process.says(SOON, |line| (line == "one").then_some(()));
    }

    #[test]
    #[should_panic(expected = "before it said the line")]
    fn a_program_that_ends_is_not_waited_for() {
        shell("exit 3").says(Duration::from_secs(3600), |_| None::<()>);
    }

    #[test]
    fn a_dropped_program_runs_no_more() {
        let mut process = shell("echo $$; exec sleep 60");
        let id: u32 = process.says(SOON, |line| line.parse().ok());
        drop(process);
        let lives = Command::new("sh").args(["-c", "kill -0 \"$0\" 2>/dev/null", &id.to_string()]).status();
        assert!(!lives.expect("there is a shell").success());
    }

    #[test]
    #[should_panic(expected = "still no")]
    fn what_never_comes_is_told() {
        eventually(Duration::from_millis(30), || Err::<(), _>("still no".to_owned()));
    }
}
