//! The certificate of deposits and use for a loan in another city, as provident fund centres issue it: forms and arithmetic of its fields.
//!
//! Pure functions, used by the node that issues, by every reader that got some fields, and by nobody on the ledger: contents never reach it.
//! Errors name fields and codes, never values.
//!
//! | field | form | meaning |
//! |---|---|---|
//! | `accname`, `certinum` | text, citizen number | the person |
//! | `accnum`, `indiaccstate`, `opnaccdate` | 10 digits, 1 or 2 digits, date | the account, one for each person (住房公积金管理条例 §13) |
//! | `unitaccname`, `addr` | text | the employer, and an address |
//! | `basenum` | money | monthly wage on which contributions are reckoned |
//! | `unitprop`, `indiprop` | rate | contribution of employer and of employee, in percent |
//! | `indipaysum` | money | what both pay each month |
//! | `bal` | money | balance |
//! | `beginmonth`, `endmonth` | month | contributions from and to |
//! | `loancontrnum`, `amt`, `flag` | text or nothing, money, 1 digit | loan of the fund, what is outstanding, whether there is one |
//! | `linkman`, `linkphone` | text, digits and hyphens | whom to ask at the issuing centre |
//! | `projectname`, `center_id` | text, 8 digits | for which centre it is; code of the issuing centre |
//! | `transdate` | date | when it was made |

use std::fmt;

use serde_json::{Map, Value};
use yinxin_types::Fen;
use yinxin_types::identifiers::{CitizenNumber, IdentifierError};

/// The lowest rate of employer and of employee, in thousandths of a percent: 5 % (住房公积金管理条例 §18).
pub const MIN_RATE: i64 = 5_000;
/// The highest, 12 % (建金管〔2005〕5号).
pub const MAX_RATE: i64 = 12_000;
/// The longest text of a field in bytes.
pub const MAX_FIELD_BYTES: usize = 200;

/// The form of a field. Every value is a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// 1 to [`MAX_FIELD_BYTES`] bytes without control characters.
    Text,
    /// The same, or nothing.
    TextOrNothing,
    /// So many digits, at least and at most.
    Digits(usize, usize),
    /// A citizen number (公民身份号码).
    Citizen,
    /// Digits and hyphens, 3 to 20.
    Phone,
    /// A day, `2026-09-17`.
    Date,
    /// A month, `2026-09`.
    Month,
    /// Yuan with two decimals, `960.00`.
    Money,
    /// Percent with three decimals, `8.000`.
    Rate,
}

/// The fields of the certificate, by name.
pub const FIELDS: &[(&str, Shape)] = &[
    ("accname", Shape::Text),
    ("accnum", Shape::Digits(10, 10)),
    ("addr", Shape::Text),
    ("amt", Shape::Money),
    ("bal", Shape::Money),
    ("basenum", Shape::Money),
    ("beginmonth", Shape::Month),
    ("center_id", Shape::Digits(8, 8)),
    ("certinum", Shape::Citizen),
    ("endmonth", Shape::Month),
    ("flag", Shape::Digits(1, 1)),
    ("indiaccstate", Shape::Digits(1, 2)),
    ("indipaysum", Shape::Money),
    ("indiprop", Shape::Rate),
    ("linkman", Shape::Text),
    ("linkphone", Shape::Phone),
    ("loancontrnum", Shape::TextOrNothing),
    ("opnaccdate", Shape::Date),
    ("projectname", Shape::Text),
    ("transdate", Shape::Date),
    ("unitaccname", Shape::Text),
    ("unitprop", Shape::Rate),
];

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Problem {
    /// It is missing.
    Missing,
    /// The certificate has no such field.
    Unknown,
    /// It is no text, empty, too long, or has characters its form has not.
    Text,
    /// It has not the right number of digits, or something else than digits.
    Digits,
    /// Not a citizen number.
    CitizenFormat,
    /// A citizen number whose check digit does not follow from the others.
    CitizenCheckDigit,
    /// Not a day of the calendar.
    Date,
    /// Not a month.
    Month,
    /// Not yuan with two decimals.
    Money,
    /// Not a percentage with three decimals.
    Rate,
    /// A rate below 5 %.
    RateLow,
    /// A rate above 12 %.
    RateHigh,
    /// The monthly sum is not base × (employer's rate + employee's rate).
    Sum,
    /// It lies before what it must follow.
    Order,
}

impl Problem {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Missing,
        Self::Unknown,
        Self::Text,
        Self::Digits,
        Self::CitizenFormat,
        Self::CitizenCheckDigit,
        Self::Date,
        Self::Month,
        Self::Money,
        Self::Rate,
        Self::RateLow,
        Self::RateHigh,
        Self::Sum,
        Self::Order,
    ];

    /// Its stable name, under which the locales of this crate have a sentence.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "FIELD_MISSING",
            Self::Unknown => "FIELD_UNKNOWN",
            Self::Text => "FIELD_TEXT",
            Self::Digits => "FIELD_DIGITS",
            Self::CitizenFormat => "FIELD_CITIZEN",
            Self::CitizenCheckDigit => "FIELD_CHECKDIGIT",
            Self::Date => "FIELD_DATE",
            Self::Month => "FIELD_MONTH",
            Self::Money => "FIELD_MONEY",
            Self::Rate => "FIELD_RATE",
            Self::RateLow => "FIELD_RATE_LOW",
            Self::RateHigh => "FIELD_RATE_HIGH",
            Self::Sum => "FIELD_SUM",
            Self::Order => "FIELD_ORDER",
        }
    }
}

/// A field and what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldError {
    /// The field; empty for one that does not exist, whose name is not repeated: nobody knows what stands in it.
    pub field: &'static str,
    /// What is wrong.
    pub problem: Problem,
}

/// Everything that is wrong with the fields of a certificate, by field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// The errors, at least one.
    pub fn errors(&self) -> &[FieldError] {
        &self.0
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, error) in self.0.iter().enumerate() {
            let before = if place == 0 { "" } else { ", " };
            write!(formatter, "{before}{} {}", error.field, error.problem.code())?;
        }
        Ok(())
    }
}

impl std::error::Error for FieldErrors {}

/// Checks a complete certificate: every field there, each in its form, and all of them fitting together.
///
/// # Errors
/// Everything that is wrong, by field.
pub fn check(fields: &Map<String, Value>) -> Result<(), FieldErrors> {
    let missing = FIELDS
        .iter()
        .filter(|(name, _)| !fields.contains_key(*name))
        .map(|(name, _)| error(name, Problem::Missing));
    finish(missing.chain(problems(fields)).collect())
}

/// Checks the fields that a reader got, some or all: each in its form, and those that are there fitting together.
///
/// # Errors
/// Everything that is wrong, by field.
pub fn check_disclosed(fields: &Map<String, Value>) -> Result<(), FieldErrors> {
    finish(problems(fields))
}

fn finish(mut errors: Vec<FieldError>) -> Result<(), FieldErrors> {
    errors.sort();
    errors.dedup();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(FieldErrors(errors))
    }
}

const fn error(field: &'static str, problem: Problem) -> FieldError {
    FieldError { field, problem }
}

fn problems(fields: &Map<String, Value>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (name, value) in fields {
        match FIELDS.iter().find(|(field, _)| field == name) {
            Some((field, shape)) => errors.extend(
                problem(*shape, value.as_str())
                    .err()
                    .map(|problem| error(field, problem)),
            ),
            None => errors.push(error("", Problem::Unknown)),
        }
    }
    errors.extend(misfits(fields));
    errors
}

fn problem(shape: Shape, text: Option<&str>) -> Result<(), Problem> {
    let text = text.ok_or(Problem::Text)?;
    let found = |good: bool, problem: Problem| if good { Ok(()) } else { Err(problem) };
    match shape {
        Shape::Text => found(is_text(text) && !text.trim().is_empty(), Problem::Text),
        Shape::TextOrNothing => found(is_text(text), Problem::Text),
        Shape::Digits(least, most) => found(
            (least..=most).contains(&text.len()) && is_digits(text),
            Problem::Digits,
        ),
        Shape::Citizen => CitizenNumber::parse(text).map(|_| ()).map_err(citizen),
        Shape::Phone => found(
            (3..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'),
            Problem::Text,
        ),
        Shape::Date => found(is_date(text), Problem::Date),
        Shape::Month => found(is_month(text), Problem::Month),
        Shape::Money => money(text).map(|_| ()).ok_or(Problem::Money),
        Shape::Rate => {
            let rate = rate(text).ok_or(Problem::Rate)?;
            found(rate >= MIN_RATE, Problem::RateLow)?;
            found(rate <= MAX_RATE, Problem::RateHigh)
        }
    }
}

fn citizen(error: IdentifierError) -> Problem {
    if error.code() == "ID_CHECKDIGIT" {
        Problem::CitizenCheckDigit
    } else {
        Problem::CitizenFormat
    }
}

/// What does not fit together of the fields that are there and well formed; a malformed one has its own error.
fn misfits(fields: &Map<String, Value>) -> Vec<FieldError> {
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let date = |name: &str| text(name).filter(|text| is_date(text));
    let month = |name: &str| text(name).filter(|text| is_month(text));
    let mut errors = Vec::new();
    let sum = text("basenum")
        .and_then(money)
        .zip(text("unitprop").and_then(rate))
        .zip(text("indiprop").and_then(rate))
        .zip(text("indipaysum").and_then(money));
    if let Some((((base, unit), person), paid)) = sum
        && monthly(base, unit, person) != Some(paid)
    {
        errors.push(error("indipaysum", Problem::Sum));
    }
    // The text forms of days and months sort as time does.
    if date("opnaccdate")
        .zip(date("transdate"))
        .is_some_and(|(opened, made)| made < opened)
    {
        errors.push(error("transdate", Problem::Order));
    }
    let made = date("transdate").and_then(|made| made.get(..7));
    let end = month("endmonth");
    if month("beginmonth")
        .zip(end)
        .is_some_and(|(begin, end)| end < begin)
        || end.zip(made).is_some_and(|(end, made)| made < end)
    {
        errors.push(error("endmonth", Problem::Order));
    }
    errors
}

/// What employer and employee pay each month: base × (employer's rate + employee's rate), the product reckoned exactly and rounded once,
/// half a fen upwards. Rates are thousandths of a percent. None where it does not fit.
pub fn monthly(base: Fen, unit: i64, person: i64) -> Option<Fen> {
    let product = base.0.checked_mul(unit.checked_add(person)?)?;
    Some(Fen(product.checked_add(50_000)?.checked_div(100_000)?))
}

/// An amount of yuan with two decimals, such as `960.00`: not negative, without a needless zero, at most 10 digits before the point.
pub fn money(text: &str) -> Option<Fen> {
    decimal(text, 10, 2).map(Fen)
}

/// A rate in percent with three decimals, such as `8.000`, in thousandths of a percent.
pub fn rate(text: &str) -> Option<i64> {
    decimal(text, 3, 3)
}

fn decimal(text: &str, most: usize, decimals: usize) -> Option<i64> {
    let (whole, part) = text.split_once('.')?;
    let well_formed = (1..=most).contains(&whole.len())
        && part.len() == decimals
        && is_digits(whole)
        && is_digits(part)
        && (whole == "0" || !whole.starts_with('0'));
    if !well_formed {
        return None;
    }
    format!("{whole}{part}").parse().ok()
}

/// Whether the text is a day of the Gregorian calendar, `2026-09-17`.
pub fn is_date(text: &str) -> bool {
    let Some((month, day)) = text.rsplit_once('-') else {
        return false;
    };
    let Some((year, number)) = year_and_month(month) else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match number {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    };
    day.len() == 2 && is_digits(day) && day.parse().is_ok_and(|day: u32| (1..=days).contains(&day))
}

/// Whether the text is a month, `2026-09`.
pub fn is_month(text: &str) -> bool {
    year_and_month(text).is_some()
}

fn year_and_month(text: &str) -> Option<(u32, u32)> {
    let (year, month) = text.split_once('-')?;
    if year.len() != 4 || month.len() != 2 || !is_digits(year) || !is_digits(month) {
        return None;
    }
    let (year, month) = (year.parse().ok()?, month.parse().ok()?);
    ((1900..=2199).contains(&year) && (1..=12).contains(&month)).then_some((year, month))
}

fn is_text(text: &str) -> bool {
    text.len() <= MAX_FIELD_BYTES && !text.chars().any(char::is_control)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
