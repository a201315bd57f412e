//! Many figures in a few.

use serde_json::{Value, json};

/// How figures are spread: the smallest at or above which the named share lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spread {
    /// How many figures there are.
    pub count: usize,
    /// The middle one.
    pub p50: u64,
    /// 95 of 100 are at most this.
    pub p95: u64,
    /// 99 of 100 are at most this.
    pub p99: u64,
    /// The largest.
    pub max: u64,
}

impl Spread {
    /// Of any figures, in any order.
    pub fn of(mut figures: Vec<u64>) -> Self {
        figures.sort_unstable();
        // Nearest rank: the figure at position ceil(share * count), counted from one.
        let at = |percent: usize| {
            let rank = figures.len().saturating_mul(percent).div_ceil(100).max(1);
            figures.get(rank.saturating_sub(1)).copied().unwrap_or_default()
        };
        Self {
            count: figures.len(),
            p50: at(50),
            p95: at(95),
            p99: at(99),
            max: at(100),
        }
    }

    /// For programs.
    pub fn json(&self) -> Value {
        json!({ "count": self.count, "max": self.max, "p50": self.p50, "p95": self.p95, "p99": self.p99 })
    }

    /// Microseconds as milliseconds, for people.
    pub fn as_ms(&self) -> String {
        format!(
            "p50 {}  p95 {}  p99 {}  max {} ms",
            thousandths(self.p50),
            thousandths(self.p95),
            thousandths(self.p99),
            thousandths(self.max)
        )
    }

    /// As they are, for people.
    pub fn as_is(&self) -> String {
        format!(
            "p50 {}  p95 {}  p99 {}  max {}",
            self.p50, self.p95, self.p99, self.max
        )
    }
}

/// A number of thousandths with its decimal point: 1234 is `1.234`.
pub(super) fn thousandths(number: u64) -> String {
    format!("{}.{:03}", number / 1000, number % 1000)
}

/// Bytes as mebibytes, for people.
pub(super) fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_is_by_nearest_rank() {
        let spread = Spread::of((1..=100).rev().collect());
        assert_eq!(
            (spread.p50, spread.p95, spread.p99, spread.max),
            (50, 95, 99, 100)
        );
        assert_eq!(Spread::of(vec![7]).as_is(), "p50 7  p95 7  p99 7  max 7");
        assert_eq!(Spread::of(Vec::new()), Spread::default());
    }

    #[test]
    fn thousandths_are_written_with_a_point() {
        assert_eq!(thousandths(40_007), "40.007");
    }
}
