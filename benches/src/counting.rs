//! Instructions of a call, counted by callgrind in a run of this program with `--repeat <case> <times>`.

use std::process::Command;

/// Two runs of different length; their difference is free of what starting and ending cost.
const FEW: u32 = 100;
const MANY: u32 = 500;

/// Instructions of one call of the case.
pub(crate) fn instructions(case: &str) -> Result<f64, String> {
    let (few, many) = (count(case, FEW)?, count(case, MANY)?);
    Ok((many as f64 - few as f64) / f64::from(MANY - FEW))
}

/// Instructions of [`calls`] and what it calls, in a run of so many calls.
fn count(case: &str, times: u32) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--collect-atstart=no"])
        .arg("--toggle-collect=*counting::calls*")
        .arg(program)
        .args(["--repeat", case, &times.to_string()])
        .output()
        .map_err(|error| format!("valgrind does not start: {error}; install it"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    // A program that fails has counted nothing.
    collected.filter(|_| output.status.success()).ok_or_else(|| format!("valgrind says: {text}"))
}

/// Makes the calls of a case, in the counted run.
#[inline(never)]
pub(crate) fn calls(call: fn(), times: u32) {
    for _ in 0..times {
        call();
    }
}
