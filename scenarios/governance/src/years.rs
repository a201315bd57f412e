//! The calendar years of the ledger: those in force from the genesis, and those that were decided since.

use std::sync::LazyLock;

use yinxin_execution::{Call, Failure, Records};

use crate::calendar::{Calendar, Date, Due, Year};
use crate::records as keys;

/// The years in force from genesis; a broken file gives no year, which the tests refuse.
static FOUNDING: LazyLock<Vec<Year>> = LazyLock::new(|| {
    let files = [
        include_str!("../data/calendar/2024.json"),
        include_str!("../data/calendar/2025.json"),
        include_str!("../data/calendar/2026.json"),
    ];
    files
        .iter()
        .filter_map(|file| serde_json::from_str(file).ok())
        .collect()
});

/// The years that are in force on every chain from its genesis on.
pub fn founding_years() -> &'static [Year] {
    &FOUNDING
}

/// The edition of a year in force, if the year is published.
pub(crate) fn find(call: &Call<'_>, records: &Records<'_>, year: u32) -> Result<Option<Year>, Failure> {
    if let Some(decided) = records.get(&keys::year(call.hash(), year))? {
        return Ok(Some(decided));
    }
    Ok(founding_years().iter().find(|known| known.year == year).cloned())
}

/// The end of a period that begins on `from`, over as many years as it reaches into.
pub(crate) fn due(
    call: &Call<'_>,
    records: &Records<'_>,
    from: Date,
    end: impl Fn(&Calendar) -> Due,
) -> Result<Due, Failure> {
    let mut calendar = Calendar::default();
    let mut next = from.year();
    loop {
        let due = end(&calendar);
        if due.date.year() < next {
            return Ok(due);
        }
        // With another year the end can move, at most into the year after: each turn reads at least one.
        while next <= due.date.year() {
            if let Some(year) = find(call, records, next)? {
                calendar.insert(year);
            }
            next = next.saturating_add(1);
        }
    }
}

/// The working days after `from` up to and with `to`, and whether one of them is of a year that is not published.
pub(crate) fn working_days(
    call: &Call<'_>,
    records: &Records<'_>,
    from: Date,
    to: Date,
) -> Result<(u32, bool), Failure> {
    let mut calendar = Calendar::default();
    for year in from.year()..=to.year() {
        if let Some(year) = find(call, records, year)? {
            calendar.insert(year);
        }
    }
    Ok(calendar.working_days(from, to))
}
