//! Quantities with their units: block heights, block time, money.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The largest integer a canonical document may carry (2^53 - 1), so that every JSON reader reads it exactly.
pub const MAX_SAFE_INTEGER: u64 = 9_007_199_254_740_991;

/// How many heights an epoch (纪元) has. The validators change between epochs only.
pub const EPOCH_BLOCKS: u64 = 64;

/// The position of a block in its chain (高度); the genesis block has height 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Height(pub u64);

impl Height {
    /// The height of the genesis block.
    pub const GENESIS: Self = Self(0);

    /// The height of the next block, or `None` past the last height there can be.
    pub fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }

    /// The epoch to which this height belongs.
    pub fn epoch(self) -> u64 {
        self.0 / EPOCH_BLOCKS
    }

    /// The first height of an epoch, at most the last height there can be.
    pub fn first_of(epoch: u64) -> Self {
        Self(epoch.saturating_mul(EPOCH_BLOCKS))
    }

    /// Whether the next block belongs to another epoch.
    pub fn ends_epoch(self) -> bool {
        self.0 % EPOCH_BLOCKS == EPOCH_BLOCKS - 1
    }
}

impl fmt::Display for Height {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Block time: milliseconds since 1970-01-01T00:00:00Z as the validators agreed on them, not a local clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BlockTime(pub u64);

impl BlockTime {
    /// This time moved forward by `ms` milliseconds, at most to the end of representable time.
    pub fn saturating_add(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this time, zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl fmt::Display for BlockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An amount of money in fen (分), one hundredth of a yuan. Never a fraction of a fen, never a float.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

impl Fen {
    /// The sum, or `None` if it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or `None` if it does not fit.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

impl fmt::Display for Fen {
    /// Yuan with two decimals, as on a receipt: `-0.05`, `960.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let absolute = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", absolute / 100, absolute % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fen_is_written_as_yuan_with_two_decimals() {
        for (fen, text) in [
            (0, "0.00"),
            (5, "0.05"),
            (-5, "-0.05"),
            (96_000, "960.00"),
            (i64::MIN, "-92233720368547758.08"),
        ] {
            assert_eq!(Fen(fen).to_string(), text);
        }
    }

    #[test]
    fn money_that_does_not_fit_is_refused_not_wrapped() {
        assert_eq!(Fen(i64::MAX).checked_add(Fen(1)), None);
        assert_eq!(Fen(i64::MIN).checked_sub(Fen(1)), None);
        assert_eq!(Fen(1).checked_add(Fen(2)), Some(Fen(3)));
    }

    #[test]
    fn every_height_belongs_to_one_epoch_and_the_last_of_it_says_so() {
        assert_eq!((Height(63).epoch(), Height(64).epoch()), (0, 1));
        assert!(Height(63).ends_epoch() && !Height(62).ends_epoch() && !Height(64).ends_epoch());
        assert_eq!(Height::first_of(3), Height(192));
        assert_eq!(Height::first_of(u64::MAX), Height(u64::MAX));
    }

    #[test]
    fn block_time_never_wraps() {
        assert_eq!(BlockTime(u64::MAX).saturating_add(1), BlockTime(u64::MAX));
        assert_eq!(BlockTime(5).since(BlockTime(9)), 0);
    }
}
