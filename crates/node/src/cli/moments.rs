//! The moments that lines of logs begin with: RFC 3339, or what `journalctl -o short-iso` writes.

const DAY_S: i64 = 86_400;

/// Seconds since 1970 of the moment with which a line begins, such as `2026-02-10T09:00:00.123+08:00`; `None` where it begins with none.
pub(super) fn begun(line: &str) -> Option<i64> {
    let (day, rest) = line.trim_start().split_at_checked(10)?;
    let mut parts = day.split('-');
    let date = days(
        digits(parts.next()?)?,
        digits(parts.next()?)?,
        digits(parts.next()?)?,
    )?;
    let (clock, rest) = rest.strip_prefix(['T', ' '])?.split_at_checked(8)?;
    let mut parts = clock.split(':');
    let (hour, minute, second) = (
        digits(parts.next()?)?,
        digits(parts.next()?)?,
        digits(parts.next()?)?,
    );
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let offset = offset(rest.trim_start_matches(|one: char| one == '.' || one.is_ascii_digit()))?;
    let seconds = hour.checked_mul(3600)?.checked_add(minute.checked_mul(60)?)?;
    let local = date
        .checked_mul(DAY_S)?
        .checked_add(seconds)?
        .checked_add(second)?;
    local.checked_sub(offset)
}

/// Days from 1970-01-01 to the day `YYYY-MM-DD`.
pub(super) fn day(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let found = days(
        digits(parts.next()?)?,
        digits(parts.next()?)?,
        digits(parts.next()?)?,
    );
    found.filter(|_| text.len() == 10 && parts.next().is_none())
}

fn digits(text: &str) -> Option<i64> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| all)
}

/// Seconds by which the clock of the line is ahead of UTC.
fn offset(text: &str) -> Option<i64> {
    let text = text.split_whitespace().next().unwrap_or("");
    if text.starts_with('Z') {
        return Some(0);
    }
    let (sign, rest) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix('-')?),
    };
    let hours = digits(rest.get(..2)?)?;
    let minutes = digits(rest.get(2..)?.trim_start_matches(':').get(..2)?)?;
    let seconds = hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?;
    seconds.checked_mul(sign)
}

/// Days of the Gregorian calendar from 1970-01-01, with years that begin in March so that the leap day ends them.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1970..=9999).contains(&year) || !(1..=longest).contains(&day) {
        return None;
    }
    let (year, month) = if month > 2 {
        (year, month.checked_sub(3)?)
    } else {
        (year.checked_sub(1)?, month.checked_add(9)?)
    };
    let leaps = year
        .checked_div(4)?
        .checked_sub(year.checked_div(100)?)?
        .checked_add(year.checked_div(400)?)?;
    let of_months = month.checked_mul(153)?.checked_add(2)?.checked_div(5)?;
    let until = year
        .checked_mul(365)?
        .checked_add(leaps)?
        .checked_add(of_months)?;
    // 1970-01-01 by the same count is day 719468 from 0000-03-01, the first of a month being its day 1.
    until.checked_add(day)?.checked_sub(1)?.checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_the_forms_that_logs_have() {
        let nine_in_shanghai = 1_770_685_200;
        for line in [
            "2026-02-10T01:00:00Z INFO started",
            "2026-02-10T01:00:00.123456Z  WARN late",
            "2026-02-10T09:00:00+0800 host yinxin[1]: text",
            "2026-02-10T09:00:00.5+08:00 text",
            "  2026-02-09 20:00:00-05:00 text",
        ] {
            assert_eq!(begun(line), Some(nine_in_shanghai), "{line}");
        }
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for line in [
            "",
            "text",
            "2026-02-30T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-02-10T24:00:00Z",
            "2026-02-10T01:00:00",
            "2026-02-10T01:00:00 text",
            "二零二六年二月十日",
            "+026-02-10T01:00:00Z",
        ] {
            assert_eq!(begun(line), None, "{line}");
        }
    }

    #[test]
    fn days_follow_each_other_over_leap_years() {
        let named = [
            "1970-01-01",
            "1970-01-02",
            "2000-02-29",
            "2000-03-01",
            "2026-11-25",
        ];
        assert_eq!(
            named.map(day),
            [Some(0), Some(1), Some(11_016), Some(11_017), Some(20_782)]
        );
        assert_eq!(["1900-02-29", "2026-2-1", "2026-02-10x"].map(day), [None; 3]);
    }
}
