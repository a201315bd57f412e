//! Numbers of FEEL (DMN 1.5 §10.3.2.3.1): decimals of 34 digits, rounded half to even, with the range of IEEE 754 decimal128.
//!
//! Sums, products and quotients are computed exactly with whole numbers, of 128 bits or of any length, and rounded once; powers, roots,
//! exponentials and logarithms by `dashu-float` to 34 digits. There is no infinity, no NaN and no negative zero: what would be one has no value.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use dashu_float::round::mode::HalfEven;
use dashu_float::{Context, Repr};
use dashu_int::IBig;

/// How many significant digits a number has at most.
pub const DIGITS: u32 = 34;
/// The largest exponent of the first digit.
const EXPONENT_MAX: i64 = 6_144;
/// The smallest exponent of the first digit; what is smaller is zero.
const EXPONENT_MIN: i64 = -6_143;
/// The largest whole exponent of a power.
const POWER_MAX: i128 = 999_999_999;
/// 10^34: the first coefficient that is too long.
const BOUND: i128 = 10_000_000_000_000_000_000_000_000_000_000_000;

/// A number: `coefficient × 10^exponent`.
///
/// Equal numbers have equal parts: there are no zeros at the end of a fraction, and a whole number of at most 34 digits has the exponent 0.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    coefficient: i128,
    exponent: i32,
}

/// How a number is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest, to the even one of two.
    HalfEven,
    /// To the nearest, away from zero of two.
    HalfUp,
    /// To the nearest, towards zero of two.
    HalfDown,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// Towards positive numbers.
    Ceiling,
    /// Towards negative numbers.
    Floor,
}

fn power_of_ten(exponent: u32) -> Option<i128> {
    10_i128.checked_pow(exponent)
}

fn digits(coefficient: i128) -> u32 {
    coefficient
        .unsigned_abs()
        .checked_ilog10()
        .map_or(1, |log| log.saturating_add(1))
}

#[expect(
    clippy::arithmetic_side_effects,
    reason = "whole numbers of any length do not overflow, and the divisor is not zero"
)]
fn sum(high: i128, gap: u32, low: i128) -> IBig {
    IBig::from(high) * ten_to(gap) + IBig::from(low)
}

#[expect(
    clippy::arithmetic_side_effects,
    reason = "whole numbers of any length do not overflow, and the divisor is not zero"
)]
fn product(left: i128, right: i128) -> IBig {
    IBig::from(left) * IBig::from(right)
}

/// The whole quotient of `left × 10^scale`, and whether something is left; `None` for a divisor of zero.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "whole numbers of any length do not overflow, and the divisor is not zero"
)]
fn quotient(left: i128, scale: u32, right: i128) -> Option<(IBig, bool)> {
    if right == 0 {
        return None;
    }
    let (left, right) = (IBig::from(left) * ten_to(scale), IBig::from(right));
    let quotient = &left / &right;
    let rest = left != &quotient * right;
    Some((quotient, rest))
}

/// A power of ten of a bounded exponent.
fn ten_to(exponent: u32) -> IBig {
    IBig::from(10).pow(usize::try_from(exponent).unwrap_or_default())
}

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self {
        coefficient: 0,
        exponent: 0,
    };
    /// One.
    pub const ONE: Self = Self {
        coefficient: 1,
        exponent: 0,
    };

    /// The number of these parts, which are exact; `None` where the coefficient has more than 34 digits or the number is out of range.
    #[must_use]
    pub fn new(coefficient: i128, exponent: i32) -> Option<Self> {
        if coefficient.unsigned_abs() >= BOUND.unsigned_abs() {
            let (quotient, remainder) = (coefficient.checked_div(10)?, coefficient.checked_rem(10)?);
            return if remainder == 0 {
                Self::new(quotient, exponent.checked_add(1)?)
            } else {
                None
            };
        }
        Self::normal(coefficient, i64::from(exponent))
    }

    /// Brings parts of at most 34 digits into the one form.
    fn normal(mut coefficient: i128, mut exponent: i64) -> Option<Self> {
        if coefficient == 0 {
            return Some(Self::ZERO);
        }
        while exponent < 0 && coefficient.checked_rem(10) == Some(0) {
            coefficient = coefficient.checked_div(10)?;
            exponent = exponent.checked_add(1)?;
        }
        if exponent > 0 {
            let length = digits(coefficient);
            match u32::try_from(exponent) {
                Ok(more) if length.saturating_add(more) <= DIGITS => {
                    coefficient = coefficient.checked_mul(power_of_ten(more)?)?;
                    exponent = 0;
                }
                _ => {
                    while coefficient.checked_rem(10) == Some(0) {
                        coefficient = coefficient.checked_div(10)?;
                        exponent = exponent.checked_add(1)?;
                    }
                }
            }
        }
        let first = exponent
            .checked_add(i64::from(digits(coefficient)))?
            .checked_sub(1)?;
        if first > EXPONENT_MAX {
            return None;
        }
        if first < EXPONENT_MIN {
            return Some(Self::ZERO);
        }
        Some(Self {
            coefficient,
            exponent: i32::try_from(exponent).ok()?,
        })
    }

    /// Whether this is a whole number.
    #[must_use]
    pub fn is_integer(self) -> bool {
        self.exponent >= 0
    }

    /// The whole number, where this is one that fits.
    #[must_use]
    pub fn to_i128(self) -> Option<i128> {
        let exponent = u32::try_from(self.exponent).ok()?;
        self.coefficient.checked_mul(power_of_ten(exponent)?)
    }

    /// The whole number, where this is one that fits.
    #[must_use]
    pub fn to_i64(self) -> Option<i64> {
        i64::try_from(self.to_i128()?).ok()
    }

    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.coefficient < 0
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.coefficient == 0
    }

    /// The number with the other sign.
    #[must_use]
    pub fn negated(self) -> Self {
        Self {
            coefficient: self.coefficient.saturating_neg(),
            exponent: self.exponent,
        }
    }

    /// The number without its sign.
    #[must_use]
    pub fn absolute(self) -> Self {
        if self.is_negative() { self.negated() } else { self }
    }

    fn library(self) -> Repr<10> {
        Repr::new(
            IBig::from(self.coefficient),
            isize::try_from(self.exponent).unwrap_or_default(),
        )
    }

    fn from_library(repr: &Repr<10>) -> Option<Self> {
        if repr.is_infinite() {
            return None;
        }
        // What is computed to 34 digits can have one more.
        Self::of_digits(repr.significand(), i64::try_from(repr.exponent()).ok()?, false)
    }

    /// Rounds half to even; `rest` says that something smaller than the last digit is left.
    fn of_digits(coefficient: &IBig, exponent: i64, rest: bool) -> Option<Self> {
        let (tail, places) = if rest { ("1", 1) } else { ("", 0) };
        let exponent = exponent.checked_sub(places)?;
        format!("{coefficient}{tail}E{exponent}").parse().ok()
    }

    fn context() -> Context<HalfEven> {
        Context::new(34)
    }

    /// Both coefficients at the smaller exponent, where they fit.
    fn aligned(self, other: Self) -> Option<(i128, i128, i32)> {
        let exponent = self.exponent.min(other.exponent);
        let at = |number: Self| {
            let gap = u32::try_from(number.exponent.checked_sub(exponent)?).ok()?;
            if gap == 0 {
                return Some(number.coefficient);
            }
            number.coefficient.checked_mul(power_of_ten(gap)?)
        };
        Some((at(self)?, at(other)?, exponent))
    }

    fn exact(coefficient: Option<i128>, exponent: Option<i32>) -> Option<Self> {
        Self::normal(
            coefficient.filter(|value| value.unsigned_abs() < BOUND.unsigned_abs())?,
            i64::from(exponent?),
        )
    }

    /// The sum, or `None` above the range.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        if let Some((left, right, exponent)) = self.aligned(other)
            && let Some(sum) = left
                .checked_add(right)
                .filter(|sum| sum.unsigned_abs() < BOUND.unsigned_abs())
        {
            return Self::exact(Some(sum), Some(exponent));
        }
        if self.is_zero() {
            return Some(other);
        }
        if other.is_zero() {
            return Some(self);
        }
        let (high, low) = if self.exponent >= other.exponent {
            (self, other)
        } else {
            (other, self)
        };
        let gap = u32::try_from(high.exponent.checked_sub(low.exponent)?).ok()?;
        // Of what lies far below every digit that is kept only the side matters.
        let (gap, low, exponent) = if gap > 100 {
            (80, low.coefficient.signum(), high.exponent.checked_sub(80)?)
        } else {
            (gap, low.coefficient, low.exponent)
        };
        Self::of_digits(&sum(high.coefficient, gap, low), i64::from(exponent), false)
    }

    /// The difference, or `None` above the range.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(other.negated())
    }

    /// The product, or `None` above the range.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        if let Some(product) = self
            .coefficient
            .checked_mul(other.coefficient)
            .filter(|product| product.unsigned_abs() < BOUND.unsigned_abs())
        {
            return Self::exact(Some(product), self.exponent.checked_add(other.exponent));
        }
        let exponent = i64::from(self.exponent).checked_add(i64::from(other.exponent))?;
        Self::of_digits(&product(self.coefficient, other.coefficient), exponent, false)
    }

    /// The quotient, or `None` above the range and for a divisor of zero.
    #[must_use]
    pub fn over(self, other: Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        if self.is_zero() {
            return Some(Self::ZERO);
        }
        if let Some(quotient) = self.coefficient.checked_div(other.coefficient)
            && self.coefficient.checked_rem(other.coefficient) == Some(0)
        {
            return Self::exact(Some(quotient), self.exponent.checked_sub(other.exponent));
        }
        let scale = digits(other.coefficient).checked_add(DIGITS)?.checked_add(2)?;
        let (quotient, rest) = quotient(self.coefficient, scale, other.coefficient)?;
        let exponent = i64::from(self.exponent)
            .checked_sub(i64::from(other.exponent))?
            .checked_sub(i64::from(scale))?;
        Self::of_digits(&quotient, exponent, rest)
    }

    /// `self - other × floor(self / other)`: it has the sign of the divisor. `None` for a divisor of zero, and where the quotient has more
    /// than 34 digits.
    #[must_use]
    pub fn modulo(self, other: Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        if let Some((left, right, exponent)) = self.aligned(other)
            && let Some(rest) = left.checked_rem_euclid(right)
        {
            let rest = if right < 0 && rest != 0 {
                rest.checked_add(right)?
            } else {
                rest
            };
            return Self::new(rest, exponent);
        }
        let quotient = self.over(other)?;
        if !quotient.is_integer() {
            let floor = quotient.rounded(0, Rounding::Floor)?;
            return self.minus(other.times(floor)?);
        }
        (quotient.exponent == 0 && other.times(quotient)? == self).then_some(Self::ZERO)
    }

    /// The power, rounded correctly; `None` where it is none, out of range, or takes too long to compute.
    #[must_use]
    pub fn power(self, exponent: Self) -> Option<Self> {
        if exponent.is_zero() || self == Self::ONE {
            return Some(Self::ONE);
        }
        if self.is_zero() {
            return (!exponent.is_negative()).then_some(Self::ZERO);
        }
        if exponent.is_integer() {
            if self == Self::ONE.negated() {
                let odd = exponent.exponent == 0 && exponent.coefficient.checked_rem(2) != Some(0);
                return Some(if odd { self } else { Self::ONE });
            }
            let times = exponent.to_i128().filter(|times| times.abs() <= POWER_MAX)?;
            if let Some(small) = u32::try_from(times).ok().filter(|times| *times <= 127)
                && let Some(power) = self
                    .coefficient
                    .checked_pow(small)
                    .filter(|power| power.unsigned_abs() < BOUND.unsigned_abs())
            {
                let scale = self.exponent.checked_mul(i32::try_from(times).ok()?);
                return Self::exact(Some(power), scale);
            }
            if self.size_of_power(exponent)? < EXPONENT_MIN.saturating_sub(1) {
                return Some(Self::ZERO);
            }
            let power = Self::context()
                .powi(&self.library(), IBig::from(times))
                .ok()?
                .value();
            return Self::from_library(power.repr());
        }
        if self.is_negative() {
            return None;
        }
        if self.size_of_power(exponent)? < EXPONENT_MIN.saturating_sub(1) {
            return Some(Self::ZERO);
        }
        let power = Self::context()
            .powf(&self.library(), &exponent.library(), None)
            .ok()?
            .value();
        Self::from_library(power.repr())
    }

    /// About the exponent of the first digit of a power; `None` where it is surely above the range.
    fn size_of_power(self, exponent: Self) -> Option<i64> {
        let logarithm = self.absolute().ln()?.over(Self::new(10, 0)?.ln()?)?;
        let size = logarithm.times(exponent)?.rounded(0, Rounding::Floor)?;
        let size = size
            .to_i64()
            .unwrap_or(if size.is_negative() { i64::MIN } else { i64::MAX });
        (size <= EXPONENT_MAX.saturating_add(1)).then_some(size)
    }

    /// The exponential, rounded correctly; `None` above the range.
    #[must_use]
    pub fn exp(self) -> Option<Self> {
        let limit = Self::new(15_000, 0)?;
        if self.compare(limit) == Ordering::Greater {
            return None;
        }
        if self.compare(limit.negated()) == Ordering::Less {
            return Some(Self::ZERO);
        }
        let value = Self::context().exp(&self.library(), None).ok()?.value();
        Self::from_library(value.repr())
    }

    /// The natural logarithm, rounded correctly; `None` where there is none.
    #[must_use]
    pub fn ln(self) -> Option<Self> {
        if self.is_zero() || self.is_negative() {
            return None;
        }
        let value = Self::context().ln(&self.library(), None).ok()?.value();
        Self::from_library(value.repr())
    }

    /// The square root, rounded correctly; `None` of what is negative.
    #[must_use]
    pub fn sqrt(self) -> Option<Self> {
        if self.is_negative() {
            return None;
        }
        let value = Self::context().sqrt(&self.library()).ok()?.value();
        Self::from_library(value.repr())
    }

    /// Rounded to so many digits after the point (before it, where negative); `None` where the result is out of range.
    #[must_use]
    pub fn rounded(self, scale: i32, rounding: Rounding) -> Option<Self> {
        let unit = scale.checked_neg()?;
        let dropped = i64::from(unit).checked_sub(i64::from(self.exponent))?;
        if dropped <= 0 || self.is_zero() {
            return Some(self);
        }
        let divisor = u32::try_from(dropped).ok().and_then(power_of_ten);
        let Some(divisor) = divisor else {
            // Every digit is dropped, and what is left is less than a half.
            let away = match rounding {
                Rounding::Up => true,
                Rounding::Ceiling => !self.is_negative(),
                Rounding::Floor => self.is_negative(),
                Rounding::HalfEven | Rounding::HalfUp | Rounding::HalfDown | Rounding::Down => false,
            };
            return if away {
                Self::new(self.coefficient.signum(), unit)
            } else {
                Some(Self::ZERO)
            };
        };
        let quotient = self.coefficient.checked_div(divisor)?;
        let rest = self.coefficient.checked_rem(divisor)?.unsigned_abs();
        let half = rest.checked_mul(2)?.cmp(&divisor.unsigned_abs());
        let odd = quotient.checked_rem(2) != Some(0);
        let away = rest != 0
            && match rounding {
                Rounding::HalfEven => half == Ordering::Greater || (half == Ordering::Equal && odd),
                Rounding::HalfUp => half != Ordering::Less,
                Rounding::HalfDown => half == Ordering::Greater,
                Rounding::Up => true,
                Rounding::Down => false,
                Rounding::Ceiling => !self.is_negative(),
                Rounding::Floor => self.is_negative(),
            };
        let step = if away { self.coefficient.signum() } else { 0 };
        Self::new(quotient.checked_add(step)?, unit)
    }

    /// The order of numbers.
    #[must_use]
    pub fn compare(self, other: Self) -> Ordering {
        if self.exponent == other.exponent {
            return self.coefficient.cmp(&other.coefficient);
        }
        let signs = self.coefficient.signum().cmp(&other.coefficient.signum());
        if signs != Ordering::Equal {
            return signs;
        }
        if let Some((left, right, _)) = self.aligned(other) {
            return left.cmp(&right);
        }
        // The signs are equal and neither is zero: the place of the first digit decides, or both are too far apart to be aligned.
        let first =
            |number: Self| i64::from(number.exponent).saturating_add(i64::from(digits(number.coefficient)));
        let sizes = first(self).cmp(&first(other));
        if self.is_negative() {
            sizes.reverse()
        } else {
            sizes
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.compare(*other)
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self {
            coefficient: i128::from(value),
            exponent: 0,
        }
    }
}

impl From<u64> for Decimal {
    fn from(value: u64) -> Self {
        Self {
            coefficient: i128::from(value),
            exponent: 0,
        }
    }
}

impl TryFrom<usize> for Decimal {
    type Error = std::num::TryFromIntError;

    fn try_from(value: usize) -> Result<Self, Self::Error> {
        u64::try_from(value).map(Self::from)
    }
}

/// A text is no number, or one out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotANumber;

impl FromStr for Decimal {
    type Err = NotANumber;

    /// Reads `-12.5`, `.5`, `1e-3`; what has more than 34 digits is rounded half to even.
    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let dotted = mantissa.contains('.');
        if (whole.is_empty() && fraction.is_empty()) || (dotted && fraction.is_empty()) {
            return Err(NotANumber);
        }
        let mut coefficient: i128 = 0;
        let mut scale: i64 = 0;
        let mut taken: u32 = 0;
        let mut first_dropped = 0_u8;
        let mut rest_dropped = false;
        for (place, digit) in whole.bytes().chain(fraction.bytes()).enumerate() {
            let digit = digit
                .checked_sub(b'0')
                .filter(|digit| *digit < 10)
                .ok_or(NotANumber)?;
            let after_point = place >= whole.len();
            if taken < DIGITS {
                coefficient = coefficient
                    .checked_mul(10)
                    .and_then(|value| value.checked_add(i128::from(digit)))
                    .ok_or(NotANumber)?;
                taken = taken.saturating_add(u32::from(coefficient != 0));
                scale = scale.saturating_sub(i64::from(after_point));
            } else {
                if taken == DIGITS {
                    first_dropped = digit;
                } else {
                    rest_dropped |= digit != 0;
                }
                taken = taken.saturating_add(1);
                scale = scale.saturating_add(i64::from(!after_point));
            }
        }
        let odd = coefficient.checked_rem(2) != Some(0);
        if first_dropped > 5 || (first_dropped == 5 && (rest_dropped || odd)) {
            coefficient = coefficient.checked_add(1).ok_or(NotANumber)?;
        }
        if negative {
            coefficient = coefficient.checked_neg().ok_or(NotANumber)?;
        }
        let exponent = scale.saturating_add(exponent);
        if coefficient.unsigned_abs() == BOUND.unsigned_abs() {
            return Self::normal(coefficient.signum(), exponent.saturating_add(34)).ok_or(NotANumber);
        }
        Self::normal(coefficient, exponent).ok_or(NotANumber)
    }
}

fn parse_exponent(text: &str) -> Result<i64, NotANumber> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || digits.len() > 9 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotANumber);
    }
    text.parse().map_err(|_| NotANumber)
}

impl fmt::Display for Decimal {
    /// Without an exponent where at most 34 zeros are written for it, else in the form `1.5E+40`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative() { "-" } else { "" };
        let digits = self.coefficient.unsigned_abs().to_string();
        let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
        let exponent = i64::from(self.exponent);
        let point = length.saturating_add(exponent);
        if exponent == 0 {
            return write!(f, "{sign}{digits}");
        }
        if exponent > 0 || point < -33 {
            let (first, rest) = digits.split_at_checked(1).unwrap_or((&digits, ""));
            let dot = if rest.is_empty() { "" } else { "." };
            let power = point.saturating_sub(1);
            let plus = if power >= 0 { "+" } else { "" };
            return write!(f, "{sign}{first}{dot}{rest}E{plus}{power}");
        }
        match usize::try_from(point).ok().filter(|point| *point > 0) {
            Some(point) => {
                let (whole, fraction) = digits.split_at_checked(point).unwrap_or((&digits, ""));
                write!(f, "{sign}{whole}.{fraction}")
            }
            None => {
                let zeros = usize::try_from(point.unsigned_abs()).unwrap_or_default();
                write!(f, "{sign}0.{}{digits}", "0".repeat(zeros))
            }
        }
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
