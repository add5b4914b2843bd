//! Endpoints that are left out of telemetry.

use std::sync::Arc;

/// Paths that are left out, with everything below them.
#[derive(Clone, Debug, Default)]
pub(super) struct Excluded(Arc<[String]>);

impl Excluded {
    pub(super) fn new(paths: &[String]) -> Self {
        Self(paths.iter().map(|path| path.trim_end_matches('/').to_owned()).collect())
    }

    /// Compares whole segments: `/health` leaves out `/health/live` and not `/healthy`.
    pub(super) fn contains(&self, path: &str) -> bool {
        self.0.iter().any(|excluded| {
            path.strip_prefix(&**excluded).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_segments_are_compared() {
        let excluded = Excluded::new(&["/health".to_owned(), "/metrics/".to_owned()]);
        for path in ["/health", "/health/", "/health/live", "/metrics"] {
            assert!(excluded.contains(path), "{path}");
        }
        for path in ["/healthy", "/", "/api/health", ""] {
            assert!(!excluded.contains(path), "{path}");
        }
    }
}
