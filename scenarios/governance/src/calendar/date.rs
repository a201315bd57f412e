//! Plain days of the Gregorian calendar, and the days of the law: those of Asia/Shanghai, eight hours ahead of UTC.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const DAY_MS: u64 = 86_400_000;
/// China has had no summer time since 1992, and no ledger is older.
const SHANGHAI_MS: u64 = 8 * 3_600_000;
/// The number of 9999-12-31.
const LAST_DAY: u32 = 2_932_896;

/// A day, from 1970-01-01 to 9999-12-31. Its text is `2026-02-10`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u32,
    month: u32,
    day: u32,
}

impl Date {
    /// The last day there is; arithmetic stops there.
    pub const LAST: Self = Self {
        year: 9999,
        month: 12,
        day: 31,
    };

    /// The day, if the calendar has it.
    pub fn new(year: u32, month: u32, day: u32) -> Option<Self> {
        let exists = (1970..=9999).contains(&year) && (1..=days_in(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    /// The day on which a moment falls in Asia/Shanghai; `ms` counts milliseconds UTC since 1970-01-01T00:00:00Z.
    pub fn of_ms(ms: u64) -> Self {
        let days = ms.saturating_add(SHANGHAI_MS) / DAY_MS;
        Self::of_number(u32::try_from(days).unwrap_or(LAST_DAY))
    }

    /// The moment at which the day has ended (24:00 in Asia/Shanghai; 民法典 §203), in milliseconds UTC: what happens before it is in time.
    pub fn end_ms(self) -> u64 {
        u64::from(self.number())
            .saturating_add(1)
            .saturating_mul(DAY_MS)
            .saturating_sub(SHANGHAI_MS)
    }

    /// The year.
    pub fn year(self) -> u32 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(self) -> u32 {
        self.month
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> u32 {
        self.day
    }

    /// Whether it is a Saturday or a Sunday.
    pub fn is_weekend(self) -> bool {
        // Day 0 was a Thursday: counted from Monday, the weekday is 3 further.
        self.number().saturating_add(3) % 7 >= 5
    }

    /// The day `days` later, at most [`Date::LAST`].
    pub fn plus_days(self, days: u32) -> Self {
        Self::of_number(self.number().saturating_add(days))
    }

    /// The corresponding day `months` later, or the last day of that month where it has none (民法典 §202); at most [`Date::LAST`].
    pub fn plus_months(self, months: u32) -> Self {
        let months = self
            .year
            .saturating_mul(12)
            .saturating_add(self.month)
            .saturating_sub(1)
            .saturating_add(months);
        let (year, month) = (months / 12, (months % 12).saturating_add(1));
        if year > Self::LAST.year {
            return Self::LAST;
        }
        Self {
            year,
            month,
            day: self.day.min(days_in(year, month)),
        }
    }

    /// Days since 1970-01-01.
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "years are 1970 to 9999, so no term reaches four million and none is negative"
    )]
    fn number(self) -> u32 {
        // Years that begin in March put the leap day at their end: the days before a month are then a line, cut to whole days.
        let (year, month) = if self.month > 2 {
            (self.year, self.month - 3)
        } else {
            (self.year - 1, self.month + 9)
        };
        let before_year = year * 365 + year / 4 - year / 100 + year / 400;
        let before_month = (153 * month + 2) / 5;
        before_year + before_month + self.day - 1 - BEFORE_1970
    }

    /// The day with this number, at most [`Date::LAST`].
    #[expect(
        clippy::arithmetic_side_effects,
        reason = "the number is at most that of 9999-12-31, so no term reaches four million and none is negative"
    )]
    fn of_number(number: u32) -> Self {
        let days = number.min(LAST_DAY) + BEFORE_1970;
        let (era, of_era) = (days / DAYS_400, days % DAYS_400);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (year_of_era * 365 + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let year = era * 400 + year_of_era;
        if from_march < 10 {
            Self {
                year,
                month: from_march + 3,
                day,
            }
        } else {
            Self {
                year: year + 1,
                month: from_march - 9,
                day,
            }
        }
    }

    /// Reads `2026-02-10`, and no other way to write it.
    pub fn parse(text: &str) -> Option<Self> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
            return None;
        };
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0_u32, |sum, digit| {
                let digit = char::from(*digit).to_digit(10)?;
                Some(sum.saturating_mul(10).saturating_add(digit))
            })
        };
        Self::new(
            number(&[*y1, *y2, *y3, *y4])?,
            number(&[*m1, *m2])?,
            number(&[*d1, *d2])?,
        )
    }
}

/// Days of 400 years.
const DAYS_400: u32 = 146_097;
/// Days from 1 March of the year 0 to 1970-01-01.
const BEFORE_1970: u32 = 719_468;

/// The days of a month, 0 where there is no such month.
fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a day is written like 2026-02-10"))
    }
}
