//! Compression of the exposition.

use std::io::Write;

/// Whether an `Accept-Encoding` header takes gzip.
pub(crate) fn accepts_gzip(accept: &str) -> bool {
    accept.split(',').any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let refused = parts.any(|part| part.strip_prefix("q=").and_then(|q| q.parse().ok()) == Some(0.0_f32));
        is_gzip && !refused
    })
}

/// Compresses fast rather than well; `None` cannot happen in memory, but is no reason to fail a scrape.
pub(crate) fn gzip(text: &[u8]) -> Option<Vec<u8>> {
    let mut encoder =
        flate2::write::GzEncoder::new(Vec::with_capacity(text.len() / 8), flate2::Compression::fast());
    encoder.write_all(text).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_used_only_where_it_is_accepted() {
        let cases = [
            ("gzip", true),
            ("deflate, gzip;q=0.5", true),
            ("gzip;q=0", false),
            ("identity", false),
            ("", false),
        ];
        for (accept, expected) in cases {
            assert_eq!(accepts_gzip(accept), expected, "{accept}");
        }
    }
}
