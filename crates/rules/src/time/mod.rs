//! Dates, times and durations of FEEL (DMN 1.5 §10.3.2.3.4 to §10.3.2.3.9): the Gregorian calendar in both directions, times to the
//! nanosecond, offsets from UTC. Zones by name are not known: what they mean is decided by a table that changes.

mod text;

use std::cmp::Ordering;

use crate::limits;

/// Nanoseconds of a second.
pub(crate) const SECOND: i64 = 1_000_000_000;
/// Nanoseconds of a day.
pub(crate) const DAY: i64 = 86_400 * SECOND;
/// The largest offset from UTC, in seconds.
const OFFSET: i32 = 18 * 3_600;
/// The longest duration in nanoseconds: about as many years as there are.
const NANOS: i128 = 40_000_000_000_000_000_000_000_000_000;

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: i64,
    month: u8,
    day: u8,
}

/// A time of day, with or without an offset from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    nanos: i64,
    offset: Option<i32>,
}

/// A day with a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime {
    /// The day.
    pub date: Date,
    /// The time.
    pub time: Time,
}

/// A duration in days and parts of days, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Days(i128);

/// A duration in months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Months(i64);

fn is_leap(year: i64) -> bool {
    let divides = |by| year.checked_rem(by) == Some(0);
    divides(4) && (!divides(100) || divides(400))
}

fn days_in(year: i64, month: u8) -> u8 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Date {
    /// The day of these numbers, where there is one.
    #[must_use]
    pub fn new(year: i64, month: i64, day: i64) -> Option<Self> {
        let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
        let exists = year.unsigned_abs() <= limits::YEAR.unsigned_abs()
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    /// The year; 0 is the one before 1.
    #[must_use]
    pub fn year(self) -> i64 {
        self.year
    }

    /// The month, from 1.
    #[must_use]
    pub fn month(self) -> i64 {
        i64::from(self.month)
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> i64 {
        i64::from(self.day)
    }

    /// How many days after 1970-01-01. Years are counted from March, so that the day that is sometimes there comes last.
    pub(crate) fn number(self) -> i64 {
        let year = self.year.saturating_sub(i64::from(self.month <= 2));
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let month = i64::from(self.month).saturating_add(9).rem_euclid(12);
        let of_year = month
            .saturating_mul(153)
            .saturating_add(2)
            .div_euclid(5)
            .saturating_add(i64::from(self.day))
            .saturating_sub(1);
        let days = of_era
            .saturating_mul(365)
            .saturating_add(of_era.div_euclid(4))
            .saturating_sub(of_era.div_euclid(100))
            .saturating_add(of_year);
        era.saturating_mul(146_097)
            .saturating_add(days)
            .saturating_sub(719_468)
    }

    /// The day that is so many days after 1970-01-01.
    pub(crate) fn from_number(number: i64) -> Option<Self> {
        let shifted = number.checked_add(719_468)?;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let leaps = of_era
            .checked_sub(of_era.div_euclid(1_460))?
            .checked_add(of_era.div_euclid(36_524))?
            .checked_sub(of_era.div_euclid(146_096))?;
        let year_of_era = leaps.div_euclid(365);
        let before = year_of_era
            .checked_mul(365)?
            .checked_add(year_of_era.div_euclid(4))?
            .checked_sub(year_of_era.div_euclid(100))?;
        let of_year = of_era.checked_sub(before)?;
        let shifted_month = of_year.checked_mul(5)?.checked_add(2)?.div_euclid(153);
        let first = shifted_month.checked_mul(153)?.checked_add(2)?.div_euclid(5);
        let day = of_year.checked_sub(first)?.checked_add(1)?;
        let month = shifted_month.checked_add(2)?.rem_euclid(12).checked_add(1)?;
        let year = era
            .checked_mul(400)?
            .checked_add(year_of_era)?
            .checked_add(i64::from(month <= 2))?;
        Self::new(year, month, day)
    }

    /// The day of the week: 1 is Monday.
    #[must_use]
    pub fn weekday(self) -> i64 {
        self.number().saturating_add(3).rem_euclid(7).saturating_add(1)
    }

    /// The day of the year, from 1.
    #[must_use]
    pub fn day_of_year(self) -> i64 {
        let first = Self {
            month: 1,
            day: 1,
            ..self
        };
        self.number().saturating_sub(first.number()).saturating_add(1)
    }

    /// The week of the year as ISO 8601 counts: the week belongs to the year of its Thursday.
    #[must_use]
    pub fn week_of_year(self) -> i64 {
        let thursday = self
            .number()
            .checked_sub(self.weekday())
            .and_then(|number| Self::from_number(number.checked_add(4)?));
        thursday.map_or(1, |thursday| {
            thursday
                .day_of_year()
                .saturating_sub(1)
                .div_euclid(7)
                .saturating_add(1)
        })
    }

    /// The same day so many months later; the last day of a month where that has fewer.
    #[must_use]
    pub fn plus_months(self, months: Months) -> Option<Self> {
        let all = self
            .year
            .checked_mul(12)?
            .checked_add(i64::from(self.month).checked_sub(1)?)?
            .checked_add(months.0)?;
        let year = all.div_euclid(12);
        let month = u8::try_from(all.rem_euclid(12).checked_add(1)?).ok()?;
        let day = self.day.min(days_in(year, month));
        Self::new(year, i64::from(month), i64::from(day))
    }

    /// Whole months from this day to another, rounded towards zero (DMN 1.5, `years and months duration`).
    #[must_use]
    pub fn months_until(self, to: Self) -> Option<Months> {
        let count = |date: Self| date.year.checked_mul(12)?.checked_add(i64::from(date.month));
        let between = count(to)?.checked_sub(count(self)?)?;
        let incomplete = match between.cmp(&0) {
            Ordering::Greater => i64::from(to.day < self.day),
            Ordering::Less => i64::from(to.day > self.day).checked_neg()?,
            Ordering::Equal => 0,
        };
        Months::new(between.checked_sub(incomplete)?)
    }
}

impl Time {
    /// The time of these parts, where there is one; `nanos` is what is left of the second.
    #[must_use]
    pub fn new(hour: i64, minute: i64, second: i64, nanos: i64, offset: Option<i32>) -> Option<Self> {
        let exists = (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..60).contains(&second)
            && (0..SECOND).contains(&nanos)
            && offset.is_none_or(|offset| offset.unsigned_abs() <= OFFSET.unsigned_abs());
        if !exists {
            return None;
        }
        let seconds = hour
            .checked_mul(60)?
            .checked_add(minute)?
            .checked_mul(60)?
            .checked_add(second)?;
        let nanos = seconds.checked_mul(SECOND)?.checked_add(nanos)?;
        Some(Self { nanos, offset })
    }

    /// Midnight in UTC, which a date stands for where a date and time is needed.
    pub(crate) const MIDNIGHT: Self = Self {
        nanos: 0,
        offset: Some(0),
    };

    /// Seconds east of UTC.
    #[must_use]
    pub fn offset(self) -> Option<i32> {
        self.offset
    }

    /// Hour, minute, second, and the nanoseconds that are left.
    #[must_use]
    pub fn parts(self) -> (i64, i64, i64, i64) {
        let seconds = self.nanos.div_euclid(SECOND);
        (
            seconds.div_euclid(3_600),
            seconds.div_euclid(60).rem_euclid(60),
            seconds.rem_euclid(60),
            self.nanos.rem_euclid(SECOND),
        )
    }

    fn in_utc(self) -> i128 {
        let offset = i128::from(self.offset.unwrap_or_default()).saturating_mul(i128::from(SECOND));
        i128::from(self.nanos).saturating_sub(offset)
    }

    /// The time that a duration later a clock shows.
    #[must_use]
    pub fn plus(self, days: Days) -> Option<Self> {
        let nanos = i128::from(self.nanos)
            .checked_add(days.0)?
            .rem_euclid(i128::from(DAY));
        Some(Self {
            nanos: i64::try_from(nanos).ok()?,
            ..self
        })
    }

    /// How long after another time this is, where both have an offset or neither.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Days> {
        if self.offset.is_some() != other.offset.is_some() {
            return None;
        }
        Days::new(self.in_utc().checked_sub(other.in_utc())?)
    }

    /// The order, where both have an offset or neither.
    #[must_use]
    pub fn order(self, other: Self) -> Option<Ordering> {
        self.minus(other).map(|days| days.0.cmp(&0))
    }
}

impl DateTime {
    /// The first moment of a day, in UTC.
    #[must_use]
    pub fn midnight(date: Date) -> Self {
        Self {
            date,
            time: Time::MIDNIGHT,
        }
    }

    fn in_utc(self) -> i128 {
        i128::from(self.date.number())
            .saturating_mul(i128::from(DAY))
            .saturating_add(self.time.in_utc())
    }

    /// The moment a duration later, by the same offset.
    #[must_use]
    pub fn plus(self, days: Days) -> Option<Self> {
        let nanos = i128::from(self.time.nanos).checked_add(days.0)?;
        let whole = i64::try_from(nanos.div_euclid(i128::from(DAY))).ok()?;
        let nanos = i64::try_from(nanos.rem_euclid(i128::from(DAY))).ok()?;
        Some(Self {
            date: Date::from_number(self.date.number().checked_add(whole)?)?,
            time: Time { nanos, ..self.time },
        })
    }

    /// How long after another moment this is, where both have an offset or neither.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Days> {
        if self.time.offset.is_some() != other.time.offset.is_some() {
            return None;
        }
        Days::new(self.in_utc().checked_sub(other.in_utc())?)
    }

    /// The order, where both have an offset or neither.
    #[must_use]
    pub fn order(self, other: Self) -> Option<Ordering> {
        self.minus(other).map(|days| days.0.cmp(&0))
    }
}

impl Days {
    /// So many nanoseconds, unless there are too many.
    #[must_use]
    pub fn new(nanos: i128) -> Option<Self> {
        (nanos.unsigned_abs() <= NANOS.unsigned_abs()).then_some(Self(nanos))
    }

    /// All of it in nanoseconds.
    #[must_use]
    pub fn nanos(self) -> i128 {
        self.0
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        Self::new(self.0.checked_add(other.0)?)
    }

    /// In the other direction.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }

    /// The sign, then whole days, hours, minutes, seconds and nanoseconds, each without a sign.
    pub(crate) fn parts(self) -> (bool, u128, u128, u128, u128, u128) {
        let (nanos, second) = (self.0.unsigned_abs(), u128::from(SECOND.unsigned_abs()));
        let seconds = nanos.div_euclid(second);
        (
            self.0 < 0,
            seconds.div_euclid(86_400),
            seconds.div_euclid(3_600).rem_euclid(24),
            seconds.div_euclid(60).rem_euclid(60),
            seconds.rem_euclid(60),
            nanos.rem_euclid(second),
        )
    }
}

impl Months {
    /// So many months, unless there are too many.
    #[must_use]
    pub fn new(months: i64) -> Option<Self> {
        let most = limits::YEAR.saturating_mul(24);
        (months.unsigned_abs() <= most.unsigned_abs()).then_some(Self(months))
    }

    /// How many.
    #[must_use]
    pub fn count(self) -> i64 {
        self.0
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        Self::new(self.0.checked_add(other.0)?)
    }

    /// In the other direction.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_leap_years_and_before_the_common_era() {
        for (text, number) in [
            ("1970-01-01", 0),
            ("2000-02-29", 11_016),
            ("2026-11-25", 20_782),
            ("0000-03-01", -719_468),
        ] {
            let date: Date = text.parse().unwrap();
            assert_eq!(date.number(), number, "{text}");
            assert_eq!(Date::from_number(number), Some(date));
        }
        assert_eq!("2026-11-25".parse::<Date>().unwrap().weekday(), 3);
        assert!(Date::new(2025, 2, 29).is_none() && Date::new(2024, 2, 29).is_some());
    }

    #[test]
    fn a_month_after_its_last_day_is_the_last_day() {
        let date: Date = "2026-01-31".parse().unwrap();
        let later = date.plus_months(Months::new(1).unwrap()).unwrap();
        assert_eq!(later.to_string(), "2026-02-28");
        assert_eq!(date.months_until(later), Months::new(0));
        assert_eq!(later.months_until(date), Months::new(0));
    }

    #[test]
    fn moments_with_and_without_an_offset_have_no_order() {
        let time = |text: &str| text.parse::<Time>().unwrap();
        assert_eq!(
            time("10:00:00Z").order(time("12:00:00+02:00")),
            Some(Ordering::Equal)
        );
        assert_eq!(time("10:00:00Z").order(time("10:00:00")), None);
    }
}
