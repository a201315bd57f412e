//! Terms of entries in months, and the days of Asia/Shanghai. The start day is not counted, and a term ends with the corresponding day, or
//! with the last day of a month that has none (民法典 §201, §202). It does not move to the next working day: that rule (§203) gives time to
//! whoever must act in it, and here it would only make a burden longer.

use yinxin_types::BlockTime;

const DAY_MS: u64 = 86_400_000;
/// China has had no summer time since 1992, and no ledger is older.
const SHANGHAI_MS: u64 = 8 * 3_600_000;
/// The last year there is; arithmetic stops there.
const LAST_YEAR: u64 = 9999;

/// The number of the day on which a moment falls, counted from 1970-01-01.
pub(crate) fn day_of(time: BlockTime) -> u64 {
    time.0.saturating_add(SHANGHAI_MS) / DAY_MS
}

/// The moment at which a term of `months` that began at `from` has ended.
pub(crate) fn after_months(from: BlockTime, months: u32) -> BlockTime {
    let (year, month, day) = date(day_of(from));
    let months = year
        .saturating_mul(12)
        .saturating_add(month)
        .saturating_add(u64::from(months));
    let (year, month) = (months / 12, months % 12);
    let day = day.min(days_in(year, month).saturating_sub(1));
    let ended = number(year.min(LAST_YEAR), month, day).saturating_add(1);
    BlockTime(ended.saturating_mul(DAY_MS).saturating_sub(SHANGHAI_MS))
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// Days of a month, which is counted from 0.
fn days_in(year: u64, month: u64) -> u64 {
    match month {
        1 if is_leap(year) => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

fn days_of_year(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

/// Year, month from 0 and day from 0 of a day's number.
fn date(number: u64) -> (u64, u64, u64) {
    let mut rest = number;
    let mut year = 1970;
    while year < LAST_YEAR && rest >= days_of_year(year) {
        rest = rest.saturating_sub(days_of_year(year));
        year = year.saturating_add(1);
    }
    let mut month = 0;
    while month < 11 && rest >= days_in(year, month) {
        rest = rest.saturating_sub(days_in(year, month));
        month = month.saturating_add(1);
    }
    (year, month, rest.min(30))
}

/// The number of a day.
fn number(year: u64, month: u64, day: u64) -> u64 {
    let years: u64 = (1970..year).map(days_of_year).sum();
    let months: u64 = (0..month).map(|month| days_in(year, month)).sum();
    years.saturating_add(months).saturating_add(day)
}

#[cfg(test)]
#[allow(
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]
mod tests {
    use super::*;

    /// Midnight in Asia/Shanghai of a day.
    fn at(year: u64, month: u64, day: u64) -> BlockTime {
        BlockTime(number(year, month - 1, day - 1) * DAY_MS - SHANGHAI_MS)
    }

    #[test]
    fn a_day_and_its_number_are_each_others_inverse() {
        for day in 0..80_000 {
            let (year, month, of_month) = date(day);
            assert_eq!(number(year, month, of_month), day);
        }
        assert_eq!(date(day_of(BlockTime(1_772_064_000_000))), (2026, 1, 25));
    }

    #[test]
    fn a_term_ends_with_the_corresponding_day_even_on_a_sunday() {
        let noon = BlockTime(at(2023, 3, 1).0 + DAY_MS / 2);
        assert_eq!(after_months(noon, 36), at(2026, 3, 2));
        assert_eq!(after_months(at(2023, 3, 1), 6), at(2023, 9, 2));
        assert_eq!(after_months(at(2023, 11, 30), 3), at(2024, 3, 1));
        assert_eq!(after_months(at(2024, 2, 29), 12), at(2025, 3, 1));
    }

    #[test]
    fn no_time_makes_it_overflow() {
        for time in [0, u64::MAX / 2, u64::MAX] {
            after_months(BlockTime(time), u32::MAX);
        }
    }
}
