//! How a price is made.

use telemetry_runtime as telemetry;

/// The price between what buyers offer and sellers ask, in whole cents.
///
/// Functions are annotated like adapters; `measure` counts and times without an error record.
#[telemetry::measure("pricing")]
pub(crate) fn mid_price(bid: f64, ask: f64) -> f64 {
    (f64::midpoint(bid, ask) * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_price_is_in_the_middle() {
        assert_eq!([super::mid_price(100.0, 101.0), super::mid_price(0.331, 0.332)], [100.5, 0.33]);
    }
}
