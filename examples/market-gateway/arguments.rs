//! The program's arguments.

use std::{ffi::OsString, net::SocketAddr, path::PathBuf};

use crate::{load::LoadPlan, outage::Schedule};

pub(crate) const HELP: &str = "\
A gateway to market data, watched by the telemetry toolkit

Usage: cargo run --bin market-gateway -- [FLAGS]
       cargo run --bin market-gateway -- export-dashboards DIR
       cargo run --bin market-gateway -- report FILE

export-dashboards writes grafana.json and rules.yml, made out of the gateway's own operations, to DIR.
report adds up the events of a file that the collector has written.

  --load N           Requests a second to the gateway's own API; 0 sends none [default: 20]
  --requests M       Sends exactly M requests, then goes on serving; as fast as possible without --load
  --listen ADDRESS   Where to listen [default: 127.0.0.1:8000, or a free port if that is taken]
  --data DIR         Where the database lies [default: a temporary directory, removed at the end]
  --outage SCHEDULE  When the exchange is down: `10s+5s,40s+5s` (start + length), `every 20s for 5s` or `none`
                     [default: every 20s for 5s]
  --traces           Prints a tree of each finished trace; a collector gets them too if
                     OTEL_EXPORTER_OTLP_ENDPOINT names one
  --help             Prints this";

const EXPORT: &str = "export-dashboards";

const REPORT: &str = "report";

const FLAGS: [&str; 5] = ["--load", "--requests", "--listen", "--data", "--outage"];

/// The most that `--load` takes.
const HIGHEST_LOAD: u32 = 100_000;

/// What the user wants.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Run(Arguments),
    /// Writes the dashboard and the rules there.
    ExportDashboards(PathBuf),
    /// Adds up the events of that file.
    Report(PathBuf),
    Help,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) load: LoadPlan,
    /// `None`: the default address, or a free port.
    pub(crate) listen: Option<SocketAddr>,
    /// `None`: a temporary directory.
    pub(crate) data: Option<PathBuf>,
    pub(crate) outage: Schedule,
    /// Prints traces.
    pub(crate) traces: bool,
}

/// The values of the flags, as given.
#[derive(Default)]
struct Given([Option<OsString>; FLAGS.len()]);

impl Arguments {
    /// Reads `--flag value` and `--flag=value`; the error is a sentence for the user.
    pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Asked, String> {
        let mut given = Given::default();
        let mut words = words.into_iter().peekable();
        if words.next_if(|word| word == EXPORT).is_some() {
            return one_path(EXPORT, "directory", "DIR", words).map(Asked::ExportDashboards);
        }
        if words.next_if(|word| word == REPORT).is_some() {
            return one_path(REPORT, "file", "FILE", words).map(Asked::Report);
        }
        let mut traces = false;
        while let Some(word) = words.next() {
            if word == "--help" || word == "-h" {
                return Ok(Asked::Help);
            }
            if word == "--traces" {
                traces = true;
                continue;
            }
            given.take(&word, &mut words)?;
        }
        let [load, requests, listen, data, outage] = given.0;
        let arguments = Self {
            load: load_plan(load, requests)?,
            listen: read("--listen", listen, address)?,
            data: data.map(PathBuf::from),
            outage: read("--outage", outage, str::parse)?.unwrap_or_default(),
            traces,
        };
        Ok(Asked::Run(arguments))
    }
}

/// The path that a command takes, and nothing else.
fn one_path(
    command: &str,
    what: &str,
    shown: &str,
    mut words: impl Iterator<Item = OsString>,
) -> Result<PathBuf, String> {
    match (words.next(), words.next()) {
        (Some(path), None) if !path.is_empty() => Ok(path.into()),
        _ => Err(format!("{command} takes one {what}; write {command} {shown}")),
    }
}

impl Given {
    fn take(&mut self, word: &OsString, rest: &mut impl Iterator<Item = OsString>) -> Result<(), String> {
        let shown = word.to_string_lossy();
        let (name, value) = match shown.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(OsString::from(value))),
            _ => (&*shown, None),
        };
        let Some(index) = FLAGS.iter().position(|flag| *flag == name) else {
            return Err(format!(
                "`{name}` is not known; the flags are {}, --traces and --help",
                FLAGS.join(", ")
            ));
        };
        let value = value.or_else(|| rest.next()).filter(|value| !value.is_empty());
        let Some(value) = value else {
            return Err(format!("{name} has no value; --help shows what it takes"));
        };
        match self.0[index].replace(value) {
            Some(_) => Err(format!("{name} is given twice; keep one")),
            None => Ok(()),
        }
    }
}

fn load_plan(load: Option<OsString>, requests: Option<OsString>) -> Result<LoadPlan, String> {
    let load = read("--load", load, rate)?;
    let requests = read("--requests", requests, count)?;
    match (load, requests) {
        (None, None) => Ok(LoadPlan::default()),
        (Some(0), None) => Ok(LoadPlan::Nothing),
        (Some(0), Some(requests)) => Err(format!(
            "--load `0` sends nothing, but --requests `{requests}` wants requests; leave one of them out"
        )),
        (Some(rate), None) => Ok(LoadPlan::Steady { rate }),
        (rate, Some(requests)) => Ok(LoadPlan::Exactly { requests, rate }),
    }
}

fn rate(value: &str) -> Result<u32, String> {
    let rate = value.parse().ok().filter(|rate| *rate <= HIGHEST_LOAD);
    rate.ok_or_else(|| format!("write a whole number of requests a second, 0 to {HIGHEST_LOAD}"))
}

fn count(value: &str) -> Result<u64, String> {
    value.parse().map_err(|_| "write how many requests, e.g. 2000".to_owned())
}

fn address(value: &str) -> Result<SocketAddr, String> {
    value.parse().map_err(|_| "write an address and a port, e.g. 127.0.0.1:8000".to_owned())
}

/// Reads a flag's value, if there is one; names both in what is wrong with it.
fn read<T>(
    flag: &str,
    value: Option<OsString>,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Option<T>, String> {
    let Some(value) = value else { return Ok(None) };
    let value = value.to_string_lossy();
    let read = read(&value).map_err(|mistake| format!("{flag} `{value}` does not work: {mistake}"));
    read.map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &[&str]) -> Result<Asked, String> {
        Arguments::parse(line.iter().map(OsString::from))
    }

    fn run(line: &[&str]) -> Arguments {
        match parse(line) {
            Ok(Asked::Run(arguments)) => arguments,
            other => panic!("{line:?}: {other:?}"),
        }
    }

    #[test]
    fn nothing_gives_the_defaults() {
        assert_eq!(run(&[]), Arguments::default());
        assert_eq!(run(&[]).load, LoadPlan::Steady { rate: 20 });
    }

    #[test]
    fn flags_are_read_in_both_forms() {
        let arguments = run(&["--listen", "[::1]:0", "--data=/x=y", "--outage", "none", "--load=5"]);
        assert_eq!(arguments.listen, Some("[::1]:0".parse().expect("an address")));
        assert_eq!(arguments.data, Some(PathBuf::from("/x=y")));
        assert_eq!((arguments.outage, arguments.load), (Schedule::Never, LoadPlan::Steady { rate: 5 }));
    }

    #[test]
    fn load_and_requests_combine() {
        assert_eq!(run(&["--load", "0"]).load, LoadPlan::Nothing);
        assert_eq!(run(&["--requests", "7"]).load, LoadPlan::Exactly { requests: 7, rate: None });
        let both = run(&["--requests", "7", "--load", "3"]).load;
        assert_eq!(both, LoadPlan::Exactly { requests: 7, rate: Some(3) });
    }

    #[test]
    fn traces_take_no_value() {
        assert!(run(&["--traces", "--load", "0"]).traces);
        assert!(!run(&["--load", "0"]).traces);
    }

    #[test]
    fn dashboards_go_to_one_directory() {
        let asked = parse(&["export-dashboards", "/x"]);
        assert_eq!(asked, Ok(Asked::ExportDashboards(PathBuf::from("/x"))));
        for line in [&["export-dashboards"][..], &["export-dashboards", ""], &["export-dashboards", "a", "b"]]
        {
            assert!(parse(line).is_err_and(|mistake| mistake.contains("export-dashboards DIR")), "{line:?}");
        }
    }

    #[test]
    fn a_report_is_of_one_file() {
        assert_eq!(parse(&["report", "x.jsonl"]), Ok(Asked::Report(PathBuf::from("x.jsonl"))));
        for line in [&["report"][..], &["report", ""], &["report", "a", "b"]] {
            assert!(parse(line).is_err_and(|mistake| mistake.contains("report FILE")), "{line:?}");
        }
    }

    #[test]
    fn help_wins() {
        assert_eq!(parse(&["--load", "1", "--help", "--nonsense"]), Ok(Asked::Help));
        assert_eq!(parse(&["-h"]), Ok(Asked::Help));
    }

    #[test]
    fn mistakes_name_flag_value_and_remedy() {
        for (line, parts) in [
            (&["--lod", "1"][..], ["`--lod`", "--load"]),
            (&["5"], ["`5`", "--load"]),
            (&["--load"], ["--load", "--help"]),
            (&["--data="], ["--data", "--help"]),
            (&["--load", "many"], ["--load `many`", "0 to 100000"]),
            (&["--load", "-1"], ["--load `-1`", "0 to 100000"]),
            (&["--load", "100001"], ["--load `100001`", "0 to 100000"]),
            (&["--requests=1.5"], ["--requests `1.5`", "2000"]),
            (&["--listen", "8000"], ["--listen `8000`", "127.0.0.1:8000"]),
            (&["--outage", "now"], ["--outage `now`", "every 20s for 5s"]),
            (&["--load", "1", "--load=2"], ["--load", "keep one"]),
            (&["--load", "0", "--requests", "3"], ["--load `0`", "leave one"]),
        ] {
            let mistake = parse(line).expect_err("a mistake");
            assert!(parts.iter().all(|part| mistake.contains(part)), "{line:?}: {mistake}");
        }
    }
}
