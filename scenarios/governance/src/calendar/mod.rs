//! Periods of the law: working days (工作日), days, months, and their last day. Pure arithmetic over published calendar years; no state,
//! no clock.
//!
//! | rule | source |
//! |---|---|
//! | The day on which a period starts is not counted. | 民法典 §201 |
//! | A period of months ends on the corresponding day, or on the last day of a month that has none. | 民法典 §202 |
//! | A period that ends on a holiday ends on the day after the holiday; a day ends at 24:00. | 民法典 §203 |
//! | Periods of the administration count working days, without statutory holidays. | 行政许可法 §82 |
//!
//! Which days are holidays, and which weekends are worked, the State Council tells each November for the next year. For a year that is not
//! published, Monday to Friday count as working days and the answer is *provisional* (暂定): it may move once the year is published.

mod date;
mod year;

use std::collections::BTreeMap;

pub use date::Date;
pub use year::{Holiday, Year, YearError};

/// The last day of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The last day on which one is in time.
    pub date: Date,
    /// Whether a day of a year that is not yet published was looked at: the date may still move.
    pub provisional: bool,
}

/// Published years.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    years: BTreeMap<u32, Year>,
}

impl Calendar {
    /// A calendar of these years; of two for one year the later one counts.
    pub fn new(years: impl IntoIterator<Item = Year>) -> Self {
        Self {
            years: years.into_iter().map(|year| (year.year, year)).collect(),
        }
    }

    /// Adds a year, or replaces it.
    pub fn insert(&mut self, year: Year) {
        self.years.insert(year.year, year);
    }

    /// Whether the day is a working day; in a year that is not published, whether it is from Monday to Friday.
    pub fn is_working_day(&self, date: Date) -> bool {
        match self.years.get(&date.year()) {
            Some(year) if date.is_weekend() => year.is_made_up(date),
            Some(year) => !year.is_holiday(date),
            None => !date.is_weekend(),
        }
    }

    /// The last day of `n` working days after `date`, which is not counted. For 0 it is the first working day from `date` on.
    pub fn add_working_days(&self, date: Date, n: u32) -> Due {
        let mut due = Due {
            date,
            provisional: false,
        };
        for _ in 0..n {
            if due.date == Date::LAST {
                break;
            }
            due.date = due.date.plus_days(1);
            due = self.roll(due);
        }
        self.roll(due)
    }

    /// The last day of `n` days after `date`, which is not counted; on a holiday or weekend it moves to the next working day.
    pub fn add_days(&self, date: Date, n: u32) -> Due {
        self.roll(Due {
            date: date.plus_days(n),
            provisional: false,
        })
    }

    /// The last day of `n` months after `date`, which is not counted; on a holiday or weekend it moves to the next working day.
    pub fn add_months(&self, date: Date, n: u32) -> Due {
        self.roll(Due {
            date: date.plus_months(n),
            provisional: false,
        })
    }

    /// How many working days there are after `from`, up to and with `to`; none where `to` is not later. Provisional where one of those days is of
    /// a year that is not published.
    pub fn working_days(&self, from: Date, to: Date) -> (u32, bool) {
        let (mut date, mut count, mut provisional) = (from, 0_u32, false);
        while date < to {
            date = date.plus_days(1);
            provisional |= !self.years.contains_key(&date.year());
            count = count.saturating_add(u32::from(self.is_working_day(date)));
        }
        (count, provisional)
    }

    /// Moves to the first working day from the day on.
    fn roll(&self, mut due: Due) -> Due {
        loop {
            due.provisional |= !self.years.contains_key(&due.date.year());
            if self.is_working_day(due.date) || due.date == Date::LAST {
                return due;
            }
            due.date = due.date.plus_days(1);
        }
    }
}
