//! Functions on numbers and truth values (DMN 1.5 §10.3.4.2 and §10.3.4.5).

use super::{number as of, one, text};
use crate::decimal::{Decimal, Rounding};
use crate::time::{Days, Months};
use crate::value::Value;

pub(super) fn not(a: &[Value]) -> Option<Value> {
    one(a)?.as_bool().map(|value| Value::Boolean(!value))
}

/// A text as a number, with the signs between thousands and before the fraction as they are named.
pub(super) fn number(a: &[Value]) -> Option<Value> {
    let (from, grouping, point) = match a {
        [from] => (from, &Value::Null, &Value::Null),
        [from, grouping, point] => (from, grouping, point),
        _ => return None,
    };
    if let (Value::Number(number), Value::Null, Value::Null) = (from, grouping, point) {
        return Some(Value::Number(*number));
    }
    let sign = |value: &Value, allowed: &[&str]| match value {
        Value::Null => Some(None),
        Value::String(sign) => allowed.contains(&&**sign).then(|| Some(sign.to_string())),
        _ => None,
    };
    let (grouping, point) = (sign(grouping, &[" ", ",", "."])?, sign(point, &[".", ","])?);
    if grouping.is_some() && grouping == point {
        return None;
    }
    let mut plain = text(from)?.to_owned();
    if let Some(grouping) = grouping {
        plain = plain.replace(&grouping, "");
    }
    if let Some(point) = point.filter(|point| point != ".") {
        if plain.contains('.') {
            return None;
        }
        plain = plain.replace(&point, ".");
    }
    plain.parse().ok().map(Value::Number)
}

/// The number and the scale, which is 0 where it may be left out and is.
fn scaled(a: &[Value], rounding: Rounding, optional: bool) -> Option<Value> {
    let (value, scale) = match a {
        [value] if optional => (value, 0),
        [value, scale] => (value, of(scale)?.rounded(0, Rounding::Down)?.to_i64()?),
        _ => return None,
    };
    let scale = i32::try_from(scale)
        .ok()
        .filter(|scale| (-6_111..=6_176).contains(scale))?;
    of(value)?.rounded(scale, rounding).map(Value::Number)
}

pub(super) fn decimal(a: &[Value]) -> Option<Value> {
    scaled(a, Rounding::HalfEven, false)
}

pub(super) fn floor(a: &[Value]) -> Option<Value> {
    scaled(a, Rounding::Floor, true)
}

pub(super) fn ceiling(a: &[Value]) -> Option<Value> {
    scaled(a, Rounding::Ceiling, true)
}

pub(super) fn round_up(a: &[Value]) -> Option<Value> {
    scaled(a, Rounding::Up, false)
}

pub(super) fn round_down(a: &[Value]) -> Option<Value> {
    scaled(a, Rounding::Down, false)
}

pub(super) fn round_half_up(a: &[Value]) -> Option<Value> {
    scaled(a, Rounding::HalfUp, false)
}

pub(super) fn round_half_down(a: &[Value]) -> Option<Value> {
    scaled(a, Rounding::HalfDown, false)
}

pub(super) fn abs(a: &[Value]) -> Option<Value> {
    match one(a)? {
        Value::Number(number) => Some(Value::Number(number.absolute())),
        Value::Days(days) => Days::new(days.nanos().checked_abs()?).map(Value::Days),
        Value::Months(months) => Months::new(months.count().checked_abs()?).map(Value::Months),
        _ => None,
    }
}

pub(super) fn modulo(a: &[Value]) -> Option<Value> {
    match a {
        [left, right] => of(left)?.modulo(of(right)?).map(Value::Number),
        _ => None,
    }
}

pub(super) fn sqrt(a: &[Value]) -> Option<Value> {
    of(one(a)?)?.sqrt().map(Value::Number)
}

pub(super) fn exp(a: &[Value]) -> Option<Value> {
    of(one(a)?)?.exp().map(Value::Number)
}

pub(super) fn log(a: &[Value]) -> Option<Value> {
    of(one(a)?)?.ln().map(Value::Number)
}

pub(super) fn parity(a: &[Value], rest: i64) -> Option<Value> {
    let found = of(one(a)?)?.modulo(Decimal::from(2_i64))?;
    Some(Value::Boolean(found == Decimal::from(rest)))
}
