//! Periods: a number and the days it counts.

use serde::{Deserialize, Serialize};

use crate::limits;

/// What a period counts. Which date it ends on is the ledger's business, because the working days of a year are published late
/// (民法典 §201, §203; 行政许可法 §82).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Working days (工作日).
    WorkingDays,
    /// Calendar days; one that ends on a holiday rolls on.
    Days,
    /// Calendar months; one that ends on a holiday rolls on.
    Months,
    /// Elapsed seconds, whatever the calendar says.
    Seconds,
}

/// So many of a unit, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

impl Period {
    /// Reads `20 working days`, `15 days`, `3 months` or `12 hours`, as `yx:deadline` has it.
    #[must_use]
    pub fn from_words(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let count = number(words.next()?)?;
        let (unit, factor) = match (words.next()?, words.next(), words.next()) {
            ("working", Some("days" | "day"), None) => (Unit::WorkingDays, 1),
            ("days" | "day", None, None) => (Unit::Days, 1),
            ("months" | "month", None, None) => (Unit::Months, 1),
            ("hours" | "hour", None, None) => (Unit::Seconds, 3600),
            _ => return None,
        };
        Self::new(count, unit, factor)
    }

    /// Reads an ISO 8601 duration of one unit: `P1Y`, `P3M`, `P2W`, `P20D`, or a time such as `PT2H30M`. Days are working days where
    /// `working` is set, which no other unit may be.
    #[must_use]
    pub fn from_iso(text: &str, working: bool) -> Option<Self> {
        let rest = text.strip_prefix('P')?;
        if let Some(time) = rest.strip_prefix('T') {
            return if working { None } else { seconds(time) };
        }
        let (count, unit, factor) = if let Some(count) = rest.strip_suffix('D') {
            (count, if working { Unit::WorkingDays } else { Unit::Days }, 1)
        } else if working {
            return None;
        } else if let Some(count) = rest.strip_suffix('W') {
            (count, Unit::Days, 7)
        } else if let Some(count) = rest.strip_suffix('M') {
            (count, Unit::Months, 1)
        } else {
            (rest.strip_suffix('Y')?, Unit::Months, 12)
        };
        Self::new(number(count)?, unit, factor)
    }

    fn new(count: u32, unit: Unit, factor: u32) -> Option<Self> {
        let most = match unit {
            Unit::Seconds => limits::PERIOD.checked_mul(3600)?,
            _ => limits::PERIOD,
        };
        let count = count.checked_mul(factor)?;
        (1..=most).contains(&count).then_some(Self { count, unit })
    }
}

fn seconds(time: &str) -> Option<Period> {
    let mut rest = time;
    let mut total = 0_u32;
    for (mark, factor) in [('H', 3600), ('M', 60), ('S', 1)] {
        if let Some((count, after)) = rest.split_once(mark) {
            total = total.checked_add(number(count)?.checked_mul(factor)?)?;
            rest = after;
        }
    }
    if rest.is_empty() {
        Period::new(total, Unit::Seconds, 1)
    } else {
        None
    }
}

fn number(digits: &str) -> Option<u32> {
    let plain = !digits.is_empty() && digits.len() <= 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(count: u32, unit: Unit) -> Option<Period> {
        Some(Period { count, unit })
    }

    #[test]
    fn words_give_periods_and_nothing_else_does() {
        assert_eq!(
            Period::from_words("20 working days"),
            period(20, Unit::WorkingDays)
        );
        assert_eq!(Period::from_words("1 day"), period(1, Unit::Days));
        assert_eq!(Period::from_words("3 months"), period(3, Unit::Months));
        assert_eq!(Period::from_words("12 hours"), period(43_200, Unit::Seconds));
        for wrong in [
            "",
            "20",
            "0 days",
            "-1 days",
            "1.5 days",
            "20 working",
            "20  days",
            "20 days x",
            "99999999 days",
            "+1 days",
        ] {
            assert_eq!(Period::from_words(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn iso_durations_of_one_unit_give_periods_and_nothing_else_does() {
        assert_eq!(Period::from_iso("P20D", true), period(20, Unit::WorkingDays));
        assert_eq!(Period::from_iso("P20D", false), period(20, Unit::Days));
        assert_eq!(Period::from_iso("P2W", false), period(14, Unit::Days));
        assert_eq!(Period::from_iso("P1Y", false), period(12, Unit::Months));
        assert_eq!(Period::from_iso("PT2H30M1S", false), period(9001, Unit::Seconds));
        for wrong in [
            "",
            "P",
            "PT",
            "P0D",
            "P1M2D",
            "P1DT2H",
            "PT2M1H",
            "R3/PT1H",
            "P1.5D",
            "PT99999999H",
            "20 days",
        ] {
            assert_eq!(Period::from_iso(wrong, false), None, "{wrong}");
        }
        for wrong in ["P2W", "P3M", "PT2H"] {
            assert_eq!(Period::from_iso(wrong, true), None, "{wrong}");
        }
    }
}
