//! Functions on dates, times and durations (DMN 1.5 §10.3.4.1, §10.3.4.6, §10.3.4.7).

use super::{number, one, text};
use crate::decimal::{Decimal, Rounding};
use crate::time::{Date, DateTime, Time};
use crate::value::{self, Value};

const SECOND: i64 = 1_000_000_000;

/// The value of `@"…"` (§10.3.1.2, rule 66).
pub(crate) fn at_literal(text: &str) -> Option<Value> {
    let duration = || duration(&[Value::text(text)]);
    if text.trim_start_matches('-').starts_with('P') {
        duration()
    } else if text.contains('T') {
        text.parse().ok().map(Value::DateTime)
    } else if text.contains(':') {
        text.parse().ok().map(Value::Time)
    } else {
        text.parse().ok().map(Value::Date)
    }
}

fn whole(value: &Value) -> Option<i64> {
    number(value)?.to_i64()
}

pub(super) fn date(a: &[Value]) -> Option<Value> {
    match a {
        [Value::String(text)] => text.parse().ok(),
        [Value::Date(date)] => Some(*date),
        [Value::DateTime(moment)] => Some(moment.date),
        [year, month, day] => Date::new(whole(year)?, whole(month)?, whole(day)?),
        _ => None,
    }
    .map(Value::Date)
}

pub(super) fn time(a: &[Value]) -> Option<Value> {
    let (hour, minute, second, offset) = match a {
        [Value::String(text)] => return text.parse().ok().map(Value::Time),
        [Value::Time(time)] => return Some(Value::Time(*time)),
        [Value::DateTime(moment)] => return Some(Value::Time(moment.time)),
        [Value::Date(_)] => return Some(Value::Time(Time::MIDNIGHT)),
        [hour, minute, second] | [hour, minute, second, Value::Null] => (hour, minute, second, None),
        [hour, minute, second, Value::Days(offset)] => {
            let seconds = offset.nanos().checked_div(i128::from(SECOND))?;
            (hour, minute, second, Some(i32::try_from(seconds).ok()?))
        }
        _ => return None,
    };
    let second = number(second)?;
    let seconds = second.rounded(0, Rounding::Floor)?;
    let nanos = second.minus(seconds)?.times(Decimal::from(SECOND))?;
    let nanos = nanos.rounded(0, Rounding::Down)?.to_i64()?;
    Time::new(whole(hour)?, whole(minute)?, seconds.to_i64()?, nanos, offset).map(Value::Time)
}

pub(super) fn date_and_time(a: &[Value]) -> Option<Value> {
    match a {
        [Value::String(text)] => text.parse().ok(),
        [Value::DateTime(moment)] => Some(*moment),
        [Value::Date(date)] => Some(DateTime::midnight(*date)),
        [Value::Date(date), Value::Time(time)] => Some(DateTime {
            date: *date,
            time: *time,
        }),
        [Value::DateTime(moment), Value::Time(time)] => Some(DateTime {
            date: moment.date,
            time: *time,
        }),
        _ => None,
    }
    .map(Value::DateTime)
}

pub(super) fn duration(a: &[Value]) -> Option<Value> {
    match one(a)? {
        value @ (Value::Days(_) | Value::Months(_)) => Some(value.clone()),
        other => {
            let text = text(other)?;
            let months = text.parse().ok().map(Value::Months);
            months.or_else(|| text.parse().ok().map(Value::Days))
        }
    }
}

fn day(value: &Value) -> Option<Date> {
    match value {
        Value::Date(date) => Some(*date),
        Value::DateTime(moment) => Some(moment.date),
        _ => None,
    }
}

pub(super) fn years_and_months(a: &[Value]) -> Option<Value> {
    match a {
        [from, to] => day(from)?.months_until(day(to)?).map(Value::Months),
        _ => None,
    }
}

/// Whether both are the same value of the same type: equal moments with other offsets are not.
pub(super) fn is(a: &[Value]) -> Option<Value> {
    match a {
        [left, right] => Some(Value::Boolean(value::identical(left, right))),
        _ => None,
    }
}

fn counted(value: i64) -> Option<Value> {
    Some(Value::Number(Decimal::from(value)))
}

pub(super) fn day_of_year(a: &[Value]) -> Option<Value> {
    counted(day(one(a)?)?.day_of_year())
}

pub(super) fn week_of_year(a: &[Value]) -> Option<Value> {
    counted(day(one(a)?)?.week_of_year())
}

fn called(names: &[&str], place: i64) -> Option<Value> {
    let place = usize::try_from(place).ok()?.checked_sub(1)?;
    names.get(place).map(|name| Value::text(name))
}

pub(super) fn day_of_week(a: &[Value]) -> Option<Value> {
    const NAMES: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    called(&NAMES, day(one(a)?)?.weekday())
}

pub(super) fn month_of_year(a: &[Value]) -> Option<Value> {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    called(&NAMES, day(one(a)?)?.month())
}
