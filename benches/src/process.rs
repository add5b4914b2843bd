//! What the operating system says of this process.

use std::fs;

/// Bytes of memory that are resident.
pub(crate) fn resident() -> f64 {
    const PAGE: f64 = 4096.0;
    let pages = fs::read_to_string("/proc/self/statm").expect("Linux");
    pages.split(' ').nth(1).and_then(|pages| pages.parse::<f64>().ok()).expect("a number of pages") * PAGE
}

/// Nanoseconds that the threads of this process have run, without those of that name.
pub(crate) fn cpu_without(thread: &str) -> f64 {
    cpu(|name| name != thread)
}

/// Nanoseconds that the threads of that name have run.
pub(crate) fn cpu_of(thread: &str) -> f64 {
    cpu(|name| name == thread)
}

fn cpu(is_counted: impl Fn(&str) -> bool) -> f64 {
    let tasks = fs::read_dir("/proc/self/task").expect("Linux");
    let cpu = |task: fs::DirEntry| {
        let name = fs::read_to_string(task.path().join("comm")).ok()?;
        let times = fs::read_to_string(task.path().join("schedstat")).ok()?;
        let nanos: f64 = times.split(' ').next()?.parse().ok()?;
        is_counted(name.trim()).then_some(nanos)
    };
    tasks.filter_map(|task| cpu(task.ok()?)).sum()
}
