//! One calendar year as the State Council's notice gives it: holidays, and the weekends that are worked instead.

use serde::{Deserialize, Serialize};

use super::Date;

/// The most holidays of a year.
pub const MAX_HOLIDAYS: usize = 100;
/// The most weekend days that are worked in a year.
pub const MAX_WORKDAYS: usize = 50;
/// The longest title of a notice, and the longest name of a holiday, in bytes.
pub const MAX_TEXT_BYTES: usize = 200;

/// A day without work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// The festival it belongs to.
    pub name: String,
}

/// A calendar year (日历年度). Its lists are sorted by day and hold each day once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Year {
    /// 1 at first; each correction of the same year is one higher.
    pub edition: u32,
    /// The days without work, weekends of a festival included.
    pub holidays: Vec<Holiday>,
    /// Title of the notice.
    pub title: String,
    /// The weekend days that are worked (调休).
    pub workdays: Vec<Date>,
    /// The year.
    pub year: u32,
}

/// What is wrong with a calendar year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearError {
    /// The year is not between 2000 and 2199.
    Range,
    /// A title or name is empty, too long or has control characters.
    Text,
    /// There are no holidays, or too many days are listed.
    Count,
    /// A day is of another year.
    OtherYear,
    /// Days are not sorted, or one stands twice.
    Order,
    /// A day that is worked instead is no Saturday or Sunday, or is a holiday.
    Workday,
}

impl YearError {
    /// What is wrong, as a sentence.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Range => "the year is not between 2000 and 2199",
            Self::Text => "a title or name is empty, too long or has control characters",
            Self::Count => "there are no holidays, or too many days are listed",
            Self::OtherYear => "a day is of another year",
            Self::Order => "days are not sorted, or one stands twice",
            Self::Workday => "a day that is worked is no Saturday or Sunday, or is a holiday",
        }
    }
}

impl Year {
    /// Checks every rule of a year, in the order of [`YearError`].
    pub fn check(&self) -> Result<(), YearError> {
        let plain = |text: &str| {
            !text.trim().is_empty() && text.len() <= MAX_TEXT_BYTES && !text.chars().any(char::is_control)
        };
        if !(2000..2200).contains(&self.year) {
            return Err(YearError::Range);
        }
        if !plain(&self.title) || !self.holidays.iter().all(|holiday| plain(&holiday.name)) {
            return Err(YearError::Text);
        }
        if self.holidays.is_empty()
            || self.holidays.len() > MAX_HOLIDAYS
            || self.workdays.len() > MAX_WORKDAYS
        {
            return Err(YearError::Count);
        }
        let holidays: Vec<Date> = self.holidays.iter().map(|holiday| holiday.date).collect();
        if !holidays
            .iter()
            .chain(&self.workdays)
            .all(|date| date.year() == self.year)
        {
            return Err(YearError::OtherYear);
        }
        if !holidays.is_sorted_by(|a, b| a < b) || !self.workdays.is_sorted_by(|a, b| a < b) {
            return Err(YearError::Order);
        }
        let made_up = |date: &Date| date.is_weekend() && !self.is_holiday(*date);
        if self.workdays.iter().all(made_up) {
            Ok(())
        } else {
            Err(YearError::Workday)
        }
    }

    /// Whether the day is listed as a holiday.
    pub(super) fn is_holiday(&self, date: Date) -> bool {
        self.holidays
            .binary_search_by_key(&date, |holiday| holiday.date)
            .is_ok()
    }

    /// Whether the day is a weekend day that is worked.
    pub(super) fn is_made_up(&self, date: Date) -> bool {
        self.workdays.binary_search(&date).is_ok()
    }
}
