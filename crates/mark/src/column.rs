//! What stands in a column, as far as invented rows need to know it: cells that look like the others and are nobody's.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yinxin_types::identifiers::CitizenNumber;

use crate::canary;
use crate::table::plain;

/// The most different values that a choice, and divisions that a column of citizen numbers, has.
const MOST_VALUES: usize = 64;
/// From so many rows for each value on, values are a choice and not somebody's.
const REPEATED: usize = 5;
/// The most digits of a number, its decimals included.
const MOST_DIGITS: usize = 12;
/// The years in which an invented date falls at most.
const YEARS: std::ops::RangeInclusive<u16> = 1900..=2199;

/// The form of a column. What is needed to invent its cells is learned from the rows once and then part of the mark, so that they can be
/// made again without the rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Column {
    /// Citizen numbers (GB 11643). Invented ones have a valid check digit, a division of the others and a birth date that no calendar has
    /// (31 April, June, September, November): no register ever gave one out.
    CitizenNumber {
        /// The divisions of the others.
        divisions: BTreeSet<String>,
    },
    /// Numbers of mobile telephones. Invented ones begin with 12, which the numbering plan gives to no mobile telephone.
    Mobile {},
    /// Names of persons. Invented ones are a common surname and one or two characters; beside an identifier of nobody they name nobody.
    Name {},
    /// Amounts and other numbers that are nobody's: any between the lowest and the highest, with as many decimals.
    Number {
        /// Decimals.
        decimals: u8,
        /// The highest, in units of the last decimal.
        high: u64,
        /// The lowest.
        low: u64,
    },
    /// Days, written with a separator or none: any of the first 28 of a month in these years.
    Date {
        /// The first year.
        first: u16,
        /// The last year.
        last: u16,
        /// `-`, `/`, `.` or nothing.
        separator: String,
    },
    /// One of few values, none of which says who somebody is.
    Choice {
        /// The values.
        values: BTreeSet<String>,
    },
    /// Identifiers of the owner's own: it keeps this prefix for invented rows and gives it to nobody.
    Reserved {
        /// Digits after the prefix.
        digits: u8,
        /// The prefix.
        prefix: String,
    },
    /// Nothing.
    Blank {},
}

impl Column {
    /// The form that a column is declared to have: `citizen_number`, `mobile`, `name`, `number`, `date`, `choice`, `blank`, or
    /// `reserved:<prefix>:<digits>`. `None` where the cells are not of that form, or it has another name.
    pub fn declared(kind: &str, cells: &[&str]) -> Option<Self> {
        match kind {
            "citizen_number" => citizen_numbers(cells),
            "mobile" => Some(Self::Mobile {}),
            "name" => Some(Self::Name {}),
            "number" => number(cells),
            "date" => date(cells),
            "choice" => choice(cells, 1),
            "blank" => Some(Self::Blank {}),
            _ => {
                let (prefix, digits) = kind.strip_prefix("reserved:")?.split_once(':')?;
                let digits: u8 = digits.parse().ok().filter(|digits| (4..=12).contains(digits))?;
                let plain_prefix =
                    (1..=32).contains(&prefix.len()) && prefix.chars().all(char::is_alphanumeric);
                let free = !cells.iter().any(|cell| plain(cell).starts_with(&plain(prefix)));
                (plain_prefix && free).then(|| Self::Reserved {
                    digits,
                    prefix: prefix.to_owned(),
                })
            }
        }
    }

    /// The form that the cells show by themselves. `None` where they could be somebody's in a way that nobody has declared.
    pub fn shown(cells: &[&str]) -> Option<Self> {
        if cells.iter().all(|cell| cell.is_empty()) {
            return Some(Self::Blank {});
        }
        let all = |of: fn(&str) -> bool| cells.iter().all(|cell| cell.is_empty() || of(cell));
        if let Some(found) = citizen_numbers(cells) {
            return Some(found);
        }
        if all(is_mobile) {
            return Some(Self::Mobile {});
        }
        date(cells)
            .or_else(|| choice(cells, REPEATED))
            .or_else(|| number(cells).filter(is_amount))
            .or_else(|| all(canary::could_be_name).then_some(Self::Name {}))
    }

    /// How many cells it can invent, each as likely as another.
    pub(crate) fn space(&self) -> u64 {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        match self {
            Self::CitizenNumber { divisions } => count(divisions.len()).saturating_mul(canary::CITIZENS),
            Self::Mobile {} => canary::MOBILES,
            Self::Name {} => canary::names(),
            Self::Number { high, low, .. } => high.saturating_sub(*low).saturating_add(1),
            Self::Date { first, last, .. } => {
                let years = u64::from(last.saturating_sub(*first)).saturating_add(1);
                years.saturating_mul(336)
            }
            Self::Choice { values } => count(values.len()),
            Self::Reserved { digits, .. } => 10_u64.saturating_pow(u32::from(*digits)),
            Self::Blank {} => 1,
        }
        .max(1)
    }

    /// The invented cell with a number below [`Column::space`].
    pub(crate) fn cell(&self, number: u64) -> String {
        let nth = |values: &BTreeSet<String>, number: u64| {
            let place = usize::try_from(number).unwrap_or(0);
            values.iter().nth(place).cloned().unwrap_or_default()
        };
        match self {
            Self::CitizenNumber { divisions } => {
                let division = nth(divisions, number / canary::CITIZENS);
                canary::citizen_number(&division, number % canary::CITIZENS)
            }
            Self::Mobile {} => format!("12{number:09}"),
            Self::Name {} => canary::name(number),
            Self::Number { decimals, low, .. } => decimal(low.saturating_add(number), *decimals),
            Self::Date { first, separator, .. } => {
                let year = u64::from(*first).saturating_add(number / 336);
                let (month, day) = (number % 336 / 28, number % 28);
                let (month, day) = (month.saturating_add(1), day.saturating_add(1));
                format!("{year:04}{separator}{month:02}{separator}{day:02}")
            }
            Self::Choice { values } => nth(values, number),
            Self::Reserved { digits, prefix } => {
                format!("{prefix}{number:0width$}", width = usize::from(*digits))
            }
            Self::Blank {} => String::new(),
        }
    }

    /// Whether a plain cell of a found file might be one that this column invents; where that is not known, it might.
    pub(crate) fn might(&self, cell: &str) -> bool {
        match self {
            Self::CitizenNumber { divisions } => {
                canary::is_nobody(cell) && divisions.iter().any(|one| cell.starts_with(one.as_str()))
            }
            Self::Mobile {} => cell.len() == 11 && cell.starts_with("12"),
            Self::Reserved { prefix, .. } => cell.starts_with(&plain(prefix)),
            Self::Name {}
            | Self::Number { .. }
            | Self::Date { .. }
            | Self::Choice { .. }
            | Self::Blank {} => true,
        }
    }

    /// Whether its parameters are within bounds, for what was read and not learned.
    pub(crate) fn is_sane(&self) -> bool {
        match self {
            Self::CitizenNumber { divisions } => {
                let division =
                    |one: &String| one.len() == 6 && one.bytes().all(|digit| digit.is_ascii_digit());
                (1..=MOST_VALUES).contains(&divisions.len()) && divisions.iter().all(division)
            }
            Self::Number { decimals, high, low } => *decimals <= 6 && low <= high && *high < 10_u64.pow(12),
            Self::Date {
                first,
                last,
                separator,
            } => {
                YEARS.contains(first)
                    && YEARS.contains(last)
                    && first <= last
                    && matches!(separator.as_str(), "" | "-" | "/" | ".")
            }
            Self::Choice { values } => (1..=MOST_VALUES).contains(&values.len()),
            Self::Reserved { digits, prefix } => {
                (4..=12).contains(digits) && (1..=32).contains(&prefix.len())
            }
            Self::Mobile {} | Self::Name {} | Self::Blank {} => true,
        }
    }
}

fn citizen_numbers(cells: &[&str]) -> Option<Column> {
    let mut divisions = BTreeSet::new();
    for cell in cells.iter().filter(|cell| !cell.is_empty()) {
        let number = CitizenNumber::parse(&plain(cell)).ok()?;
        let division = number.reveal().get(..6)?.to_owned();
        if divisions.len() < MOST_VALUES {
            divisions.insert(division);
        }
    }
    (!divisions.is_empty()).then_some(Column::CitizenNumber { divisions })
}

fn is_mobile(cell: &str) -> bool {
    let digits = cell.len() == 11 && cell.bytes().all(|digit| digit.is_ascii_digit());
    digits
        && cell.starts_with('1')
        && !cell.starts_with("10")
        && !cell.starts_with("11")
        && !cell.starts_with("12")
}

/// A plain decimal number in units of its last decimal, and how many decimals it has.
fn read_decimal(cell: &str) -> Option<(u64, u8)> {
    let (whole, part) = cell.split_once('.').unwrap_or((cell, ""));
    let digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    let leading = whole.len() > 1 && whole.starts_with('0');
    if whole.is_empty() || leading || !digits(whole) || !digits(part) || part.len() > 6 {
        return None;
    }
    if whole.len().saturating_add(part.len()) > MOST_DIGITS || (cell.contains('.') && part.is_empty()) {
        return None;
    }
    let number = format!("{whole}{part}").parse().ok()?;
    Some((number, u8::try_from(part.len()).ok()?))
}

fn decimal(number: u64, decimals: u8) -> String {
    let scale = 10_u64.saturating_pow(u32::from(decimals)).max(1);
    let (whole, part) = (number.checked_div(scale), number.checked_rem(scale));
    let (whole, part) = (whole.unwrap_or(0), part.unwrap_or(0));
    match decimals {
        0 => whole.to_string(),
        _ => format!("{whole}.{part:0width$}", width = usize::from(decimals)),
    }
}

fn number(cells: &[&str]) -> Option<Column> {
    let mut found: Option<(u64, u64, u8)> = None;
    for cell in cells.iter().filter(|cell| !cell.is_empty()) {
        let (number, decimals) = read_decimal(cell)?;
        let (low, high, same) = found.unwrap_or((number, number, decimals));
        if same != decimals {
            return None;
        }
        found = Some((low.min(number), high.max(number), decimals));
    }
    found.map(|(low, high, decimals)| Column::Number { decimals, high, low })
}

/// Long whole numbers may be somebody's account or permit, and are not taken for amounts unless they are declared.
fn is_amount(column: &Column) -> bool {
    matches!(column, Column::Number { decimals, high, .. } if *decimals > 0 || *high < 10_000_000)
}

fn date(cells: &[&str]) -> Option<Column> {
    let mut found: Option<(u16, u16, String)> = None;
    for cell in cells.iter().filter(|cell| !cell.is_empty()) {
        let (year, separator) = read_date(cell)?;
        let (first, last, same) = found.unwrap_or((year, year, separator.clone()));
        if same != separator {
            return None;
        }
        found = Some((first.min(year), last.max(year), same));
    }
    found.map(|(first, last, separator)| Column::Date {
        first,
        last,
        separator,
    })
}

/// The year and the separator of a day such as 2026-03-02, 2026/03/02 or 20260302.
fn read_date(cell: &str) -> Option<(u16, String)> {
    let digits: String = cell.chars().filter(char::is_ascii_digit).collect();
    let year: u16 = digits.get(..4)?.parse().ok()?;
    let (month, day) = (digits.get(4..6)?, digits.get(6..)?);
    let month_is = ("01"..="12").contains(&month);
    let day_is = day.len() == 2 && ("01"..="31").contains(&day);
    let separator = cell
        .get(4..5)
        .filter(|one| !one.starts_with(|one: char| one.is_ascii_digit()));
    let separator = separator.unwrap_or_default().to_owned();
    let right =
        matches!(separator.as_str(), "" | "-" | "/" | ".") && month_is && day_is && YEARS.contains(&year);
    let written = format!("{year:04}{separator}{month}{separator}{day}");
    (right && written == cell).then_some((year, separator))
}

fn choice(cells: &[&str], repeated: usize) -> Option<Column> {
    let mut values = BTreeSet::new();
    for cell in cells {
        values.insert((*cell).to_owned());
        if values.len() > MOST_VALUES {
            return None;
        }
    }
    let often = cells.len() >= values.len().saturating_mul(repeated);
    (!values.is_empty() && often).then_some(Column::Choice { values })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_show_what_they_are_or_must_be_declared() {
        let ids = ["990101199003150015", "990201199512010139"];
        let divisions = BTreeSet::from(["990101".to_owned(), "990201".to_owned()]);
        assert_eq!(Column::shown(&ids), Some(Column::CitizenNumber { divisions }));
        assert_eq!(Column::shown(&["13800000000"]), Some(Column::Mobile {}));
        assert_eq!(
            Column::shown(&["4408.76", "0.50"]),
            Some(Column::Number {
                decimals: 2,
                high: 440_876,
                low: 50
            })
        );
        let date = Column::Date {
            first: 1999,
            last: 2026,
            separator: "/".to_owned(),
        };
        assert_eq!(Column::shown(&["2026/03/02", "1999/12/31"]), Some(date));
        assert_eq!(Column::shown(&["王小示", "李示例"]), Some(Column::Name {}));
        assert_eq!(Column::shown(&["", ""]), Some(Column::Blank {}));
        let kinds = ["甲", "乙"].repeat(5);
        assert!(matches!(Column::shown(&kinds), Some(Column::Choice { .. })));
        // Somebody's account, plate, address: nobody invents those without being told how.
        for cells in [
            ["6222020200112233", "6222020200112244"],
            ["甲A12345", "甲B12345"],
            ["甲市东区示例路1号", "x"],
        ] {
            assert_eq!(Column::shown(&cells), None, "{cells:?}");
        }
        assert_eq!(
            Column::declared("reserved:99:8", &["10000001"]),
            Some(Column::Reserved {
                digits: 8,
                prefix: "99".to_owned()
            })
        );
        assert_eq!(
            Column::declared("reserved:99:8", &["9910000001"]),
            None,
            "the prefix is in use"
        );
        assert_eq!(Column::declared("plate", &["x"]), None);
        assert_eq!(Column::declared("citizen_number", &["990101199003150014"]), None);
    }

    #[test]
    fn every_invented_cell_is_one_that_its_column_might_invent_and_no_two_are_the_same() {
        let columns = [
            Column::declared("citizen_number", &["990101199003150015", "990201199512010139"]),
            Column::declared("mobile", &[]),
            Column::declared("name", &[]),
            Column::declared("number", &["1.00", "90.00"]),
            Column::declared("date", &["2025-01-01", "2026-01-01"]),
            Column::declared("choice", &["甲", "乙"]),
            Column::declared("reserved:T:6", &[]),
        ];
        for column in columns.into_iter().flatten() {
            assert!(column.is_sane());
            let step = (column.space() / 997).max(1);
            let cells: Vec<String> = (0..column.space())
                .step_by(usize::try_from(step).unwrap())
                .map(|n| column.cell(n))
                .collect();
            assert!(cells.iter().all(|cell| column.might(&plain(cell))), "{column:?}");
            assert_eq!(
                cells.iter().collect::<BTreeSet<_>>().len(),
                cells.len(),
                "{column:?}"
            );
        }
    }
}
