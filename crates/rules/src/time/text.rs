//! How dates, times and durations are written: the lexical forms of XML Schema that DMN 1.5 §10.3.4.1 names, with strict digits.

use std::fmt;
use std::str::FromStr;

use super::{Date, DateTime, Days, Months, SECOND, Time};

/// A text is none of these, or out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATime;

/// Takes so many digits from the front.
fn digits(text: &str, count: std::ops::RangeInclusive<usize>) -> Option<(i64, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if !count.contains(&length) {
        return None;
    }
    let (number, rest) = text.split_at_checked(length)?;
    Some((number.parse().ok()?, rest))
}

/// Digits after a point as nanoseconds, what is finer cut off.
fn fraction(text: &str) -> Option<(i64, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 {
        return None;
    }
    let (digits, rest) = text.split_at_checked(length)?;
    let nanos: String = digits.chars().chain(std::iter::repeat('0')).take(9).collect();
    Some((nanos.parse().ok()?, rest))
}

impl FromStr for Date {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let read = || {
            let (negative, rest) = match text.strip_prefix('-') {
                Some(rest) => (true, rest),
                None => (false, text),
            };
            let (year, after) = digits(rest, 4..=9)?;
            if rest.starts_with('0') && !after.is_empty() && rest.len().checked_sub(after.len())? > 4 {
                return None;
            }
            let (month, rest) = digits(after.strip_prefix('-')?, 2..=2)?;
            let (day, rest) = digits(rest.strip_prefix('-')?, 2..=2)?;
            let year = if negative { year.checked_neg()? } else { year };
            Self::new(year, month, day).filter(|_| rest.is_empty())
        };
        read().ok_or(NotATime)
    }
}

impl FromStr for Time {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let read = || {
            let (hour, rest) = digits(text, 2..=2)?;
            let (minute, rest) = digits(rest.strip_prefix(':')?, 2..=2)?;
            let (second, rest) = digits(rest.strip_prefix(':')?, 2..=2)?;
            let (nanos, rest) = match rest.strip_prefix('.') {
                Some(rest) => fraction(rest)?,
                None => (0, rest),
            };
            Self::new(hour, minute, second, nanos, offset(rest)?)
        };
        read().ok_or(NotATime)
    }
}

/// `Z`, `+08:00`, `-05:30:15` or nothing.
fn offset(text: &str) -> Option<Option<i32>> {
    if text.is_empty() {
        return Some(None);
    }
    if matches!(text, "Z" | "z") {
        return Some(Some(0));
    }
    let negative = text.starts_with('-');
    let rest = text.strip_prefix(['+', '-'])?;
    let (hours, rest) = digits(rest, 2..=2)?;
    let (minutes, rest) = digits(rest.strip_prefix(':')?, 2..=2)?;
    let (seconds, rest) = match rest.strip_prefix(':') {
        Some(rest) => digits(rest, 2..=2)?,
        None => (0, rest),
    };
    if !rest.is_empty() || minutes > 59 || seconds > 59 {
        return None;
    }
    let all = hours
        .checked_mul(60)?
        .checked_add(minutes)?
        .checked_mul(60)?
        .checked_add(seconds)?;
    let all = i32::try_from(all).ok()?;
    Some(Some(if negative { all.checked_neg()? } else { all }))
}

impl FromStr for DateTime {
    type Err = NotATime;

    /// With or without a time; without one it is midnight without an offset.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, time.parse()?),
            None => (text, Time::new(0, 0, 0, 0, None).ok_or(NotATime)?),
        };
        Ok(Self {
            date: date.parse()?,
            time,
        })
    }
}

/// The sign and what stands between `P` and `T`, and after `T`.
fn halves(text: &str) -> Option<(bool, &str, Option<&str>)> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let rest = rest.strip_prefix('P')?;
    let (days, time) = match rest.split_once('T') {
        Some((days, time)) => (days, Some(time)),
        None => (rest, None),
    };
    let empty = days.is_empty() && time.is_none();
    (!empty && time != Some("")).then_some((negative, days, time))
}

/// Takes a number before one of these letters, which must come in this order; `None` in place where a letter does not come.
fn part(text: &str, letter: char) -> Option<(Option<i128>, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(length)?;
    match rest.strip_prefix(letter) {
        Some(rest) if (1..=27).contains(&length) => Some((Some(number.parse().ok()?), rest)),
        Some(_) => None,
        None => Some((None, text)),
    }
}

impl FromStr for Days {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let read = || {
            let (negative, days, time) = halves(text)?;
            let (days, rest) = part(days, 'D')?;
            if !rest.is_empty() {
                return None;
            }
            let (hours, rest) = part(time.unwrap_or_default(), 'H')?;
            let (minutes, rest) = part(rest, 'M')?;
            let (seconds, nanos, rest) = match rest.split_once('.') {
                Some((whole, after)) => {
                    let seconds = if whole.is_empty() {
                        0
                    } else {
                        digits(whole, 1..=18)?.0
                    };
                    let whole_only = whole.bytes().all(|byte| byte.is_ascii_digit());
                    let (nanos, rest) = fraction(after)?;
                    (
                        Some(i128::from(seconds)),
                        nanos,
                        rest.strip_prefix('S').filter(|_| whole_only)?,
                    )
                }
                None => {
                    let (seconds, rest) = part(rest, 'S')?;
                    (seconds, 0, rest)
                }
            };
            if !rest.is_empty() {
                return None;
            }
            let total = days
                .unwrap_or_default()
                .checked_mul(24)?
                .checked_add(hours.unwrap_or_default())?
                .checked_mul(60)?
                .checked_add(minutes.unwrap_or_default())?
                .checked_mul(60)?
                .checked_add(seconds.unwrap_or_default())?
                .checked_mul(i128::from(SECOND))?
                .checked_add(i128::from(nanos))?;
            Self::new(if negative { total.checked_neg()? } else { total })
        };
        read().ok_or(NotATime)
    }
}

impl FromStr for Months {
    type Err = NotATime;

    fn from_str(text: &str) -> Result<Self, NotATime> {
        let read = || {
            let (negative, months, time) = halves(text)?;
            let (years, rest) = part(months, 'Y')?;
            let (months, rest) = part(rest, 'M')?;
            if time.is_some() || !rest.is_empty() {
                return None;
            }
            let total = years
                .unwrap_or_default()
                .checked_mul(12)?
                .checked_add(months.unwrap_or_default())?;
            let total = i64::try_from(total).ok()?;
            Self::new(if negative { total.checked_neg()? } else { total })
        };
        read().ok_or(NotATime)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.year < 0 { "-" } else { "" };
        write!(
            f,
            "{sign}{:04}-{:02}-{:02}",
            self.year.unsigned_abs(),
            self.month,
            self.day
        )
    }
}

/// A fraction of a second, without the zeros at its end.
fn write_fraction(f: &mut fmt::Formatter<'_>, nanos: u128) -> fmt::Result {
    if nanos == 0 {
        return Ok(());
    }
    let digits = format!("{nanos:09}");
    write!(f, ".{}", digits.trim_end_matches('0'))
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second, nanos) = self.parts();
        write!(f, "{hour:02}:{minute:02}:{second:02}")?;
        write_fraction(f, u128::from(nanos.unsigned_abs()))?;
        match self.offset {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(offset) => {
                let sign = if offset < 0 { '-' } else { '+' };
                let seconds = offset.unsigned_abs();
                let (hours, minutes) = (seconds.div_euclid(3_600), seconds.div_euclid(60).rem_euclid(60));
                write!(f, "{sign}{hours:02}:{minutes:02}")?;
                match seconds.rem_euclid(60) {
                    0 => Ok(()),
                    seconds => write!(f, ":{seconds:02}"),
                }
            }
        }
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.time)
    }
}

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (negative, days, hours, minutes, seconds, nanos) = self.parts();
        if self.nanos() == 0 {
            return f.write_str("PT0S");
        }
        f.write_str(if negative { "-P" } else { "P" })?;
        if days > 0 {
            write!(f, "{days}D")?;
        }
        if hours == 0 && minutes == 0 && seconds == 0 && nanos == 0 {
            return Ok(());
        }
        f.write_str("T")?;
        if hours > 0 {
            write!(f, "{hours}H")?;
        }
        if minutes > 0 {
            write!(f, "{minutes}M")?;
        }
        if seconds > 0 || nanos > 0 {
            write!(f, "{seconds}")?;
            write_fraction(f, nanos)?;
            f.write_str("S")?;
        }
        Ok(())
    }
}

impl fmt::Display for Months {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let months = self.count();
        if months == 0 {
            return f.write_str("P0M");
        }
        f.write_str(if months < 0 { "-P" } else { "P" })?;
        let months = months.unsigned_abs();
        let (years, months) = (months.div_euclid(12), months.rem_euclid(12));
        if years > 0 {
            write!(f, "{years}Y")?;
        }
        if months > 0 {
            write!(f, "{months}M")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same<T: FromStr + ToString>(texts: &[&str]) {
        for text in texts {
            assert_eq!(
                text.parse::<T>().ok().map(|value| value.to_string()).as_deref(),
                Some(*text)
            );
        }
    }

    #[test]
    fn what_is_read_is_written_in_the_same_way() {
        same::<Date>(&["2026-11-25", "-0044-03-15", "12345-01-01"]);
        same::<Time>(&["00:00:00", "23:59:59.125Z", "08:30:00+08:00", "08:30:00-05:30:15"]);
        same::<DateTime>(&["2026-11-25T08:30:00+08:00"]);
        same::<Days>(&["PT0S", "P1D", "-P1DT2H3M4.5S", "PT0.001S"]);
        same::<Months>(&["P0M", "P1Y", "-P1Y2M"]);
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "2026-2-1",
            "2026-02-30",
            "02026-01-01",
            "+2026-01-01",
            "2026-01-01Z",
            "20260101",
            "",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        for text in [
            "24:00:00",
            "1:00:00",
            "01:00",
            "01:00:00+8",
            "01:00:00@Asia/Shanghai",
            "01:00:00.",
            "01:00:60",
        ] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
        for text in ["P", "PT", "P1", "1D", "P1Y", "P1DT", "PT1.S", "P-1D", "PT1S1M"] {
            assert!(text.parse::<Days>().is_err(), "{text}");
        }
        for text in ["P", "P1D", "P1YT", "P1M1Y"] {
            assert!(text.parse::<Months>().is_err(), "{text}");
        }
    }
}
