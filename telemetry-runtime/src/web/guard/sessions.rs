//! Who has logged in.

use std::{
    collections::VecDeque,
    fmt::Write,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{HeaderMap, header};
use subtle::ConstantTimeEq;

use crate::clock::Clock;

/// The name of the cookie.
const COOKIE: &str = "telemetry_session";

/// Sessions at once; the oldest end.
const MOST: usize = 64;

/// Random bytes of an id.
const ID_BYTES: usize = 32;

/// Who has logged in: ids that nobody can guess, and that say nothing of the token.
#[derive(Debug)]
pub(in crate::web) struct Sessions {
    clock: Clock,
    lifetime: Duration,
    open: Mutex<VecDeque<Session>>,
}

struct Session {
    id: String,
    until: Duration,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("until", &self.until).finish_non_exhaustive()
    }
}

impl Sessions {
    pub(super) fn new(clock: Clock, lifetime: Duration) -> Self {
        Self { clock, lifetime, open: Mutex::default() }
    }

    /// Begins a session: the cookie that carries it; none if the system has no random bytes.
    pub(super) fn begin(&self, is_secure: bool) -> Option<String> {
        let mut bytes = [0; ID_BYTES];
        getrandom::fill(&mut bytes).ok()?;
        let id = bytes.iter().fold(String::with_capacity(2 * ID_BYTES), |mut id, byte| {
            // Writing to a string cannot fail.
            let _ = write!(id, "{byte:02x}");
            id
        });
        let cookie = cookie(&id, self.lifetime.as_secs(), is_secure);
        let mut open = self.open();
        if open.len() >= MOST {
            open.pop_front();
        }
        open.push_back(Session { id, until: self.clock.now() + self.lifetime });
        Some(cookie)
    }

    /// Whether a request belongs to a session.
    pub(super) fn knows(&self, headers: &HeaderMap) -> bool {
        let offered = offered(headers);
        let open = self.open();
        // Every session is looked at, so that time tells nothing of those that are known.
        let known = open.iter().flat_map(|session| offered.iter().map(|id| session.is(id)));
        known.fold(false, |is_known, is| is_known | is)
    }

    /// Ends the session of a request; the cookie that takes its own away.
    pub(super) fn end(&self, headers: &HeaderMap) -> String {
        let offered = offered(headers);
        self.open().retain(|session| !offered.iter().any(|id| session.is(id)));
        cookie("", 0, false)
    }

    /// Sessions that have not ended.
    fn open(&self) -> MutexGuard<'_, VecDeque<Session>> {
        let now = self.clock.now();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|session| session.until > now);
        open
    }
}

impl Session {
    fn is(&self, id: &str) -> bool {
        self.id.as_bytes().ct_eq(id.as_bytes()).into()
    }
}

/// `Strict`: no other site's page makes the browser send it.
fn cookie(id: &str, seconds: u64, is_secure: bool) -> String {
    let secure = if is_secure { "; Secure" } else { "" };
    format!("{COOKIE}={id}; Path=/telemetry; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

/// The ids that a request offers.
fn offered(headers: &HeaderMap) -> Vec<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(name, _)| *name == COOKIE).map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn carrying(cookie: &str) -> HeaderMap {
        let pair = cookie.split(';').next().unwrap_or_default();
        let value = format!("other=1; {pair}; more=2");
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::try_from(value).expect("a header"))])
    }

    #[test]
    fn a_session_lasts_until_its_end() {
        let (clock, hands) = Clock::manual();
        let sessions = Sessions::new(clock, Duration::from_secs(60));
        let [first, second] = [(); 2].map(|()| sessions.begin(false).expect("random bytes"));
        assert_ne!(first, second);
        assert!(first.contains("HttpOnly; SameSite=Strict") && !first.contains("Secure"), "{first}");
        assert!(sessions.knows(&carrying(&first)) && sessions.knows(&carrying(&second)));
        assert!(!sessions.knows(&HeaderMap::new()));
        for wrong in
            ["telemetry_session=", "telemetry_session=00", &first[..first.len() - 1].replace('=', "=0")]
        {
            assert!(!sessions.knows(&carrying(wrong)), "{wrong}");
        }
        assert!(sessions.end(&carrying(&first)).contains("Max-Age=0"));
        assert!(!sessions.knows(&carrying(&first)) && sessions.knows(&carrying(&second)));
        hands.advance(Duration::from_secs(60));
        assert!(!sessions.knows(&carrying(&second)));
    }

    #[test]
    fn sessions_are_bounded() {
        let sessions = Sessions::new(Clock::manual().0, Duration::from_secs(60));
        let all: Vec<String> = (0..=MOST).map(|_| sessions.begin(true).expect("random bytes")).collect();
        assert!(!sessions.knows(&carrying(&all[0])) && sessions.knows(&carrying(&all[1])));
        assert!(all[0].ends_with("; Secure"));
        assert!(!format!("{sessions:?}").contains(&all[1][18..40]));
    }
}
