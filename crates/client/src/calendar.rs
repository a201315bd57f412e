//! A time as a date that people read.

/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;
/// How far Asia/Shanghai is ahead of UTC. China has had one zone without summer time since 1991, before any ledger.
const SHANGHAI_MS: u64 = 8 * 3_600_000;

/// A time in milliseconds UTC as a date and time of day in UTC, for instance `2026-01-01T00:00:00.000Z`.
pub(crate) fn utc(ms: u64) -> String {
    format!("{}Z", local(ms))
}

/// The same moment in the zone of Chinese law, for instance `2026-01-01T08:00:00.000+08:00`.
pub(crate) fn shanghai(ms: u64) -> String {
    format!("{}+08:00", local(ms.saturating_add(SHANGHAI_MS)))
}

fn local(ms: u64) -> String {
    let (year, month, day) = date(ms / DAY_MS);
    let rest = ms % DAY_MS;
    let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60);
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}",
        rest % 1000
    )
}

/// Year, month and day of a number of days since 1970-01-01 in the Gregorian calendar.
fn date(days: u64) -> (u64, u64, u64) {
    // Counted from 0000-03-01, so that the leap day is the last of a year; 146,097 days are 400 years.
    let shifted = days.saturating_add(719_468);
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let leap_days = (day_of_era / 1460).saturating_add(day_of_era / 146_096);
    let year_of_era = day_of_era
        .saturating_sub(leap_days)
        .saturating_add(day_of_era / 36_524)
        / 365;
    let before_year = (year_of_era.saturating_mul(365))
        .saturating_add(year_of_era / 4)
        .saturating_sub(year_of_era / 100);
    let day_of_year = day_of_era.saturating_sub(before_year);
    // Months from March: five of them have 153 days.
    let from_march = day_of_year.saturating_mul(5).saturating_add(2) / 153;
    let before_month = from_march.saturating_mul(153).saturating_add(2) / 5;
    let day = day_of_year.saturating_sub(before_month).saturating_add(1);
    let month = if from_march < 10 {
        from_march.saturating_add(3)
    } else {
        from_march.saturating_sub(9)
    };
    let year = year_of_era
        .saturating_add(era.saturating_mul(400))
        .saturating_add(u64::from(month <= 2));
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_dates() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
            (1_767_225_600_123, "2026-01-01T00:00:00.123Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(utc(ms), text);
        }
        assert_eq!(shanghai(1_767_225_600_000), "2026-01-01T08:00:00.000+08:00");
    }

    #[test]
    fn days_follow_each_other_without_gap_for_five_centuries() {
        let mut previous = date(0);
        for days in 1..182_622 {
            let (year, month, day) = date(days);
            let next_day = (year, month) == (previous.0, previous.1) && day == previous.2 + 1;
            let next_month = day == 1
                && (28..=31).contains(&previous.2)
                && (year * 12 + month) == (previous.0 * 12 + previous.1 + 1);
            assert!(next_day || next_month, "{previous:?} {:?}", (year, month, day));
            previous = (year, month, day);
        }
        assert_eq!(previous, (2469, 12, 31));
    }

    #[test]
    fn the_last_representable_moment_has_a_date_too() {
        assert!(shanghai(u64::MAX).ends_with("+08:00"));
    }
}
