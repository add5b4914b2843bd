//! How long a server asks to be left alone.

use std::time::{Duration, SystemTime};

use ::http::HeaderMap;
use ::http::header::{DATE, HeaderName, RETRY_AFTER};

use crate::export::net::LONGEST_WAIT;

/// The wait that `Retry-After` asks for, in seconds or as a date.
///
/// A negative, past or unreadable value asks for nothing; an absurd one is cut to an hour.
pub(super) fn parse(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are many seconds still.
        value.parse().map_or(LONGEST_WAIT, Duration::from_secs)
    } else {
        // Against the server's own clock where it tells, because ours may be off.
        let now = date(headers, &DATE).unwrap_or(now);
        date(headers, &RETRY_AFTER)?.duration_since(now).ok()?
    };
    (!wait.is_zero()).then_some(wait.min(LONGEST_WAIT))
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?.trim()).ok()
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn parsed(value: &str, date: Option<&str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().expect("a value"));
        if let Some(date) = date {
            headers.insert(DATE, date.parse().expect("a value"));
        }
        // Fri, 14 Feb 2025 00:00:00 GMT
        let now = UNIX_EPOCH + Duration::from_secs(1_739_491_200);
        parse(&headers, now).map(|wait| wait.as_secs())
    }

    #[test]
    fn every_form_is_understood_and_bounded() {
        let cases = [
            ("7", Some(7)),
            (" 7 ", Some(7)),
            ("0", None),
            ("-5", None),
            ("1.5", None),
            ("", None),
            ("soon", None),
            ("86400", Some(3600)),
            ("99999999999999999999999999", Some(3600)),
            ("Fri, 14 Feb 2025 00:01:30 GMT", Some(90)),
            ("Fri, 14 Feb 2025 00:00:00 GMT", None),
            ("Thu, 13 Feb 2025 00:00:00 GMT", None),
            ("Wed, 14 Feb 2125 00:00:00 GMT", Some(3600)),
            ("Fri, 99 Feb 2025 00:00:00 GMT", None),
        ];
        for (value, expected) in cases {
            assert_eq!(parsed(value, None), expected, "{value}");
        }
    }

    #[test]
    fn a_date_counts_from_the_servers_clock() {
        let retry = "Fri, 14 Feb 2025 10:00:20 GMT";
        assert_eq!(parsed(retry, Some("Fri, 14 Feb 2025 10:00:00 GMT")), Some(20));
    }
}
