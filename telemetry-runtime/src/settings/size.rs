//! Sizes in bytes, as people write them.

use std::fmt;

/// A number of bytes.
///
/// Written as a number of bytes, or with a unit: `64MiB` and `64KiB` are powers of two, `64MB`
/// and `64KB` powers of ten.
///
/// ```
/// use telemetry_runtime::{Settings, settings::ByteSize};
///
/// let settings = Settings::from_yaml_str("collector: { rotate_size: 2MiB }")?;
/// assert_eq!(settings.collector.rotate_size, ByteSize(2 << 20));
/// assert_eq!(settings.collector.rotate_size.to_string(), "2MiB");
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSize(pub u64);

pub(super) const ALLOWED: &str = "a number of bytes or a size such as `64KiB`, `64MiB`, `1GiB`, `10MB`";

const UNITS: [(&str, u64); 8] = [
    ("", 1),
    ("B", 1),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
];

impl ByteSize {
    /// The number of bytes.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        self.0
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let unit = unit.trim_start();
        let (_, scale) = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
        number.parse::<u64>().ok()?.checked_mul(*scale).map(Self)
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, scale) = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
            .into_iter()
            .find(|(_, scale)| self.0 != 0 && self.0.is_multiple_of(*scale))
            .unwrap_or(("", 1));
        write!(f, "{}{unit}", self.0 / scale)
    }
}
