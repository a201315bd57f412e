//! Days of the calendar in the time of Beijing, for ages.

use std::str::FromStr;

use crate::Error;

/// Beijing is eight hours ahead of UTC all year round (summer time ended in 1991; nothing here is that old).
const AHEAD_S: u64 = 8 * 3_600;
const DAY_S: u64 = 86_400;

/// A day of the Gregorian calendar, ordered by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// The day that a calendar in Beijing shows at a time, up to the year 9999.
    ///
    /// # Errors
    /// [`Error::Claim`] for later times.
    pub fn in_beijing(time_s: u64) -> Result<Self, Error> {
        const TOO_LATE: Error = Error::Claim("a time lies beyond the year 9999");
        let days = time_s.saturating_add(AHEAD_S) / DAY_S;
        if days > 2_932_896 {
            return Err(TOO_LATE);
        }
        // Years are counted from March, so that the leap day is the last of its year; 719,468 days lie between 0000-03-01 and 1970.
        let days = days.saturating_add(719_468);
        let era = days / 146_097;
        let of_era = days % 146_097;
        let leaps = (of_era / 36_524).saturating_sub(of_era / 146_096);
        let year_of_era = of_era.saturating_add(leaps).saturating_sub(of_era / 1_460) / 365;
        let before_year = year_of_era
            .saturating_mul(365)
            .saturating_add(year_of_era / 4)
            .saturating_sub(year_of_era / 100);
        let of_year = of_era.saturating_sub(before_year);
        let month_from_march = of_year.saturating_mul(5).saturating_add(2) / 153;
        let before_month = month_from_march.saturating_mul(153).saturating_add(2) / 5;
        let day = of_year.saturating_sub(before_month).saturating_add(1);
        let (month, next_year) = if month_from_march < 10 {
            (month_from_march.saturating_add(3), 0)
        } else {
            (month_from_march.saturating_sub(9), 1)
        };
        let year = era
            .saturating_mul(400)
            .saturating_add(year_of_era)
            .saturating_add(next_year);
        Ok(Self {
            year: u16::try_from(year).map_err(|_| TOO_LATE)?,
            month: u8::try_from(month).map_err(|_| TOO_LATE)?,
            day: u8::try_from(day).map_err(|_| TOO_LATE)?,
        })
    }
}

impl FromStr for Day {
    type Err = Error;

    /// Reads `YYYY-MM-DD`, a day that exists, from the year 1 on.
    fn from_str(text: &str) -> Result<Self, Error> {
        const WRONG: Error = Error::Claim("a date is no day of the form YYYY-MM-DD");
        let mut parts = text.split('-');
        let mut number = |digits: usize| {
            parts
                .next()
                .filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|part| part.parse::<u16>().ok())
                .ok_or(WRONG)
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return Err(WRONG),
        };
        if parts.next().is_some() || year == 0 || day == 0 || day > days {
            return Err(WRONG);
        }
        Ok(Self {
            year,
            month: u8::try_from(month).map_err(|_| WRONG)?,
            day: u8::try_from(day).map_err(|_| WRONG)?,
        })
    }
}

/// Completed years between two days. The birthday itself counts (民法典 §17, §1259); who was born on 29 February completes the
/// year on 1 March where there is no such day.
///
/// # Errors
/// [`Error::Claim`] where the birth lies after `on`.
pub fn age_in_years(birth: Day, on: Day) -> Result<u16, Error> {
    if birth > on {
        return Err(Error::Claim("the birth date lies after the day of issue"));
    }
    let years = on.year.saturating_sub(birth.year);
    let before_birthday = (on.month, on.day) < (birth.month, birth.day);
    Ok(years.saturating_sub(u16::from(before_birthday)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_day_changes_at_midnight_in_beijing() {
        for (time_s, expected) in [
            (0, "1970-01-01"),
            (57_599, "1970-01-01"),
            (57_600, "1970-01-02"),
            (951_753_600, "2000-02-29"),
            (951_839_999, "2000-02-29"),
            (951_840_000, "2000-03-01"),
            (1_772_380_800, "2026-03-02"),
            (4_107_513_599, "2100-02-28"),
            (4_107_513_600, "2100-03-01"),
            (253_402_271_999, "9999-12-31"),
        ] {
            let found = Day::in_beijing(time_s);
            assert_eq!(found, Ok(day(expected)), "{time_s}");
        }
        assert!(Day::in_beijing(253_402_300_800).is_err());
        assert!(Day::in_beijing(u64::MAX).is_err());
    }

    #[test]
    fn only_days_that_exist_are_read() {
        for text in [
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-04-31",
            "2024-4-3",
            "0000-01-01",
            "2024-01-00",
            "+024-01-01",
            "2024-01-01-",
            "20240101",
            "",
        ] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
        assert!("2000-02-29".parse::<Day>().is_ok());
    }

    #[test]
    fn a_year_is_completed_on_the_birthday() {
        for (birth, on, age) in [
            ("2008-06-15", "2026-06-14", 17),
            ("2008-06-15", "2026-06-15", 18),
            ("2008-02-29", "2026-02-28", 17),
            ("2008-02-29", "2026-03-01", 18),
            ("2008-02-29", "2028-02-29", 20),
            ("2026-03-01", "2026-03-01", 0),
        ] {
            assert_eq!(age_in_years(day(birth), day(on)), Ok(age), "{birth} {on}");
        }
        assert!(age_in_years(day("2026-03-02"), day("2026-03-01")).is_err());
    }
}
