//! When the exchange is down.

use std::{fmt, iter, str::FromStr, time::Duration};

/// When the exchange is down, counted from the start of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Schedule {
    /// `none`
    Never,
    /// `10s+5s,40s+5s`
    At(Vec<Outage>),
    /// `every 20s for 5s`; the first begins after one period.
    Every { period: Duration, length: Duration },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outage {
    pub(crate) start: Duration,
    pub(crate) length: Duration,
}

/// The breaker opens and closes within the first half minute, and again and again.
impl Default for Schedule {
    fn default() -> Self {
        Self::Every { period: Duration::from_secs(20), length: Duration::from_secs(5) }
    }
}

impl Schedule {
    /// The outages, one after the other.
    pub(crate) fn outages(self) -> Box<dyn Iterator<Item = Outage> + Send> {
        match self {
            Self::Never => Box::new(iter::empty()),
            Self::At(outages) => Box::new(outages.into_iter()),
            Self::Every { period, length } => {
                let first = Outage { start: period, length };
                Box::new(iter::successors(Some(first), move |last| {
                    Some(Outage { start: last.start.checked_add(period)?, length })
                }))
            }
        }
    }
}

impl Outage {
    pub(crate) fn end(self) -> Duration {
        self.start + self.length
    }
}

impl FromStr for Schedule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        match text.strip_prefix("every ") {
            Some(rest) => every(rest),
            None if text == "none" => Ok(Self::Never),
            None => listed(text),
        }
    }
}

fn every(text: &str) -> Result<Schedule, String> {
    let Some((period, length)) = text.split_once(" for ") else {
        return Err("write e.g. `every 20s for 5s`".to_owned());
    };
    let (period, length) = (duration(period)?, some_time(length)?);
    if length >= period {
        return Err("the outage is as long as its period; write e.g. `every 20s for 5s`".to_owned());
    }
    Ok(Schedule::Every { period, length })
}

fn listed(text: &str) -> Result<Schedule, String> {
    let mut outages: Vec<Outage> = Vec::new();
    for part in text.split(',') {
        let Some((start, length)) = part.split_once('+') else {
            return Err("write e.g. `10s+5s,40s+5s`, `every 20s for 5s` or `none`".to_owned());
        };
        let outage = Outage { start: duration(start)?, length: some_time(length)? };
        if outages.last().is_some_and(|last| outage.start <= last.end()) {
            return Err(format!("`{}` does not begin after the one before ends; sort them", part.trim()));
        }
        outages.push(outage);
    }
    Ok(Schedule::At(outages))
}

fn some_time(text: &str) -> Result<Duration, String> {
    duration(text).and_then(|time| match time.is_zero() {
        true => Err("an outage lasts longer than nothing; write `none` for no outage".to_owned()),
        false => Ok(time),
    })
}

/// Ends far from where adding to an instant overflows.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let millis = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        _ => return Err(format!("`{text}` is no duration; write e.g. `500ms`, `10s` or `2m`")),
    };
    let number: u64 =
        number.parse().map_err(|_| format!("`{text}` is no duration; write e.g. `500ms`, `10s` or `2m`"))?;
    match number.checked_mul(millis).map(Duration::from_millis) {
        Some(time) if time <= LONGEST => Ok(time),
        _ => Err(format!("`{text}` is too long; write at most `1440m`")),
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => f.write_str("none"),
            Self::Every { period, length } => write!(f, "every {period:?} for {length:?}"),
            Self::At(outages) => {
                for (index, Outage { start, length }) in outages.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    // `Debug` writes nothing as `0ns`, which is not read back.
                    let start = if start.is_zero() { "0s".to_owned() } else { format!("{start:?}") };
                    write!(f, "{comma}{start}+{length:?}")?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn outage(start: u32, length: u32) -> Outage {
        Outage { start: SECOND * start, length: SECOND * length }
    }

    #[test]
    fn lists_are_read() {
        assert_eq!("10s+5s".parse(), Ok(Schedule::At(vec![outage(10, 5)])));
        assert_eq!(" 0s+1m , 2m+3000ms".parse(), Ok(Schedule::At(vec![outage(0, 60), outage(120, 3)])));
        assert_eq!("none".parse(), Ok(Schedule::Never));
        let shown = Schedule::At(vec![outage(0, 5), outage(10, 5)]).to_string();
        assert_eq!(shown, "0s+5s,10s+5s");
    }

    #[test]
    fn repetition_is_read_and_goes_on() {
        let schedule: Schedule = "every 30s for 5s".parse().expect("a schedule");
        assert_eq!(schedule, Schedule::Every { period: SECOND * 30, length: SECOND * 5 });
        assert_eq!(schedule.to_string(), "every 30s for 5s");
        let first: Vec<_> = schedule.outages().take(3).collect();
        assert_eq!(first, [outage(30, 5), outage(60, 5), outage(90, 5)]);
    }

    #[test]
    fn mistakes_name_the_remedy() {
        for (text, remedy) in [
            ("", "10s+5s"),
            ("10s", "10s+5s"),
            ("10s+", "500ms"),
            ("10+5", "500ms"),
            ("-1s+5s", "500ms"),
            ("1.5s+5s", "500ms"),
            ("10s+0s", "`none`"),
            ("10s+5s,12s+5s", "sort"),
            ("10s+5s,", "10s+5s"),
            ("99999999999999999999s+1s", "500ms"),
            ("1441m+1s", "1440m"),
            ("18446744073709551615m+1s", "1440m"),
            ("every 30s", "every 20s for 5s"),
            ("every 5s for 5s", "every 20s for 5s"),
            ("every 5s for never", "500ms"),
        ] {
            let mistake = text.parse::<Schedule>().expect_err(text);
            assert!(mistake.contains(remedy), "{text}: {mistake}");
        }
    }
}
