//! Probabilities as negative binary logarithms, in whole numbers: 2^-20 is 20 bits. Rounded so that they never promise more than holds.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// Parts of a bit.
const PARTS: i64 = 256;
/// Binary digits of the parts.
const DIGITS: u32 = 8;

/// A number of bits, in 256ths. The probability that it stands for is at most 2^-bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bits(i64);

impl Bits {
    /// None: nothing is bounded.
    pub const NONE: Self = Self(0);

    /// Whole bits.
    pub const fn whole(bits: i64) -> Self {
        Self(bits.saturating_mul(PARTS))
    }

    /// The whole bits in it, rounded down.
    pub const fn floor(self) -> i64 {
        self.0.div_euclid(PARTS)
    }

    /// At most the binary logarithm of a number; zero for 0.
    pub(crate) fn log_down(number: u64) -> Self {
        let Some(whole) = number.checked_ilog2() else {
            return Self::NONE;
        };
        // Squaring the mantissa doubles the logarithm: each time it passes 2, the next digit is 1.
        let mut mantissa = u128::from(number) << 63_u32.saturating_sub(whole);
        let mut parts = i64::from(whole);
        for _ in 0..DIGITS {
            mantissa = mantissa.saturating_mul(mantissa) >> 63;
            parts = parts.saturating_mul(2);
            if mantissa >> 64 != 0 {
                mantissa >>= 1;
                parts = parts.saturating_add(1);
            }
        }
        Self(parts)
    }

    /// At least the binary logarithm of a number; zero for 0.
    pub(crate) fn log_up(number: u64) -> Self {
        let down = Self::log_down(number);
        if number.is_power_of_two() || number == 0 {
            down
        } else {
            Self(down.0.saturating_add(1))
        }
    }

    /// So many times as much.
    pub(crate) fn times(self, number: usize) -> Self {
        Self(self.0.saturating_mul(i64::try_from(number).unwrap_or(i64::MAX)))
    }

    /// Not below zero: where nothing is bounded, no more can be lost.
    pub(crate) fn or_none(self) -> Self {
        self.max(Self::NONE)
    }
}

impl Add for Bits {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Bits {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Bits {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::NONE, |sum, one| Self(sum.0.saturating_add(one.0)))
    }
}

impl fmt::Display for Bits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.floor())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_exact_for_powers_and_bracket_everything_else() {
        for power in 0..64 {
            assert_eq!(Bits::log_down(1 << power), Bits::whole(power));
            assert_eq!(Bits::log_up(1 << power), Bits::whole(power));
        }
        // log2(10) = 3.32193, log2(1000) = 9.96578: in 256ths 850.4 and 2551.2.
        assert_eq!((Bits::log_down(10), Bits::log_up(10)), (Bits(850), Bits(851)));
        assert_eq!(
            (Bits::log_down(1000), Bits::log_up(1000)),
            (Bits(2551), Bits(2552))
        );
        assert_eq!(Bits::log_down(0), Bits::NONE);
        assert_eq!(Bits::log_up(u64::MAX), Bits::whole(64));
    }
}
