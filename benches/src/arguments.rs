//! The command line.

/// What is asked for.
pub(crate) enum Arguments {
    Table {
        only: Option<String>,
        check: bool,
    },
    /// One section, in this process.
    Section {
        name: String,
        only: Option<String>,
    },
    Instructions,
    /// One case so many times and nothing else, for a tool that counts.
    Repeat {
        case: String,
        times: u32,
    },
}

const USAGE: &str =
    "usage: telemetry-benches [--check] [--only <part of a section's or case's name>] [--instructions]";

impl Arguments {
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = arguments;
        let (mut only, mut section, mut repeat, mut check) = (None, None, None, false);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("`{argument}` needs a value\n{USAGE}"));
            match &*argument {
                "--check" => check = true,
                "--instructions" => return Ok(Self::Instructions),
                "--only" => only = Some(value()?),
                "--section" => section = Some(value()?),
                "--repeat" => repeat = Some((value()?, value()?)),
                _ => return Err(format!("`{argument}` is not known\n{USAGE}")),
            }
        }
        if let Some((case, times)) = repeat {
            let times = times.parse().map_err(|_| format!("`{times}` is not a number of calls\n{USAGE}"))?;
            return Ok(Self::Repeat { case, times });
        }
        Ok(match section {
            Some(name) => Self::Section { name, only },
            None => Self::Table { only, check },
        })
    }
}
