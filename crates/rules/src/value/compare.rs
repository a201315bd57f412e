//! Equality and order (DMN 1.5 §10.3.2.13): values of different types, and null, have no order.

use std::cmp::Ordering;

use super::{Range, Value};

/// Whether two values are equal; `None` where their types differ. Null equals null only.
pub(crate) fn equal(left: &Value, right: &Value) -> Option<bool> {
    Some(match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Null, _) | (_, Value::Null) => false,
        (Value::Boolean(left), Value::Boolean(right)) => left == right,
        (Value::Number(left), Value::Number(right)) => left == right,
        (Value::String(left), Value::String(right)) => left == right,
        (Value::Date(left), Value::Date(right)) => left == right,
        (Value::Time(left), Value::Time(right)) => left.order(*right) == Some(Ordering::Equal),
        (Value::DateTime(left), Value::DateTime(right)) => left.order(*right) == Some(Ordering::Equal),
        (Value::Days(left), Value::Days(right)) => left == right,
        (Value::Months(left), Value::Months(right)) => left == right,
        (Value::List(left), Value::List(right)) => {
            let (left, right) = (left.items(), right.items());
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| equal(left, right) == Some(true))
        }
        (Value::Context(left), Value::Context(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right.iter())
                    .all(|(left, right)| left.0 == right.0 && equal(left.1, right.1) == Some(true))
        }
        (Value::Range(left), Value::Range(right)) => {
            same_end(&left.start, &right.start) && same_end(&left.end, &right.end)
        }
        (Value::Function(left), Value::Function(right)) => left.is(right),
        _ => return None,
    })
}

fn same_end(left: &Option<(Value, bool)>, right: &Option<(Value, bool)>) -> bool {
    match (left, right) {
        (Some((left, left_in)), Some((right, right_in))) => {
            left_in == right_in && equal(left, right) == Some(true)
        }
        (None, None) => true,
        _ => false,
    }
}

/// Whether two values are the same one: `is` also tells apart the offsets of equal moments.
pub(crate) fn identical(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Time(left), Value::Time(right)) => left == right,
        (Value::DateTime(left), Value::DateTime(right)) => left == right,
        (left, right) => equal(left, right) == Some(true),
    }
}

/// The order of two values of one kind that has an order; `None` for all others. Texts are in the order of code points.
pub(crate) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Some(left.cmp(right)),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::Time(left), Value::Time(right)) => left.order(*right),
        (Value::DateTime(left), Value::DateTime(right)) => left.order(*right),
        (Value::Days(left), Value::Days(right)) => Some(left.cmp(right)),
        (Value::Months(left), Value::Months(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

/// Whether a value lies in a range; `None` where it has no order with an end.
pub(crate) fn within(value: &Value, range: &Range) -> Option<bool> {
    let mut inside = true;
    if let Some((start, included)) = &range.start {
        inside &= match order(value, start)? {
            Ordering::Greater => true,
            Ordering::Equal => *included,
            Ordering::Less => false,
        };
    }
    if let Some((end, included)) = &range.end {
        inside &= match order(value, end)? {
            Ordering::Less => true,
            Ordering::Equal => *included,
            Ordering::Greater => false,
        };
    }
    Some(inside)
}

/// How much a comparison looks at, in steps.
pub(crate) fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len().checked_div(64).unwrap_or(0).saturating_add(1),
        Value::List(list) => list.items().iter().map(weight).fold(1, usize::saturating_add),
        Value::Context(context) => context
            .iter()
            .map(|(name, value)| weight(value).saturating_add(name.len().checked_div(64).unwrap_or(0)))
            .fold(1, usize::saturating_add),
        Value::Range(range) => [&range.start, &range.end]
            .into_iter()
            .flatten()
            .map(|(value, _)| weight(value))
            .fold(1, usize::saturating_add),
        _ => 1,
    }
}
