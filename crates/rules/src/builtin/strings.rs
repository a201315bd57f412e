//! Functions on texts (DMN 1.5 §10.3.4.3). Places count code points, from 1.

use std::sync::Arc;

use super::{counted, number, one, text};
use crate::decimal::Rounding;
use crate::eval::place;
use crate::value::{self, Value};

/// Numbers and times are written at most so long.
pub(super) fn text_size(a: &[Value]) -> usize {
    a.iter()
        .map(value::weight)
        .fold(1, usize::saturating_add)
        .saturating_mul(128)
}

pub(super) fn string(a: &[Value]) -> Option<Value> {
    match one(a)? {
        Value::String(text) => Some(Value::String(Arc::clone(text))),
        other => other.to_text().map(|text| Value::String(text.into())),
    }
}

pub(super) fn string_length(a: &[Value]) -> Option<Value> {
    counted(text(one(a)?)?.chars().count())
}

pub(super) fn upper_case(a: &[Value]) -> Option<Value> {
    Some(Value::String(text(one(a)?)?.to_uppercase().into()))
}

pub(super) fn lower_case(a: &[Value]) -> Option<Value> {
    Some(Value::String(text(one(a)?)?.to_lowercase().into()))
}

/// By code points, the first is 1; a negative start counts from the end.
pub(super) fn substring(a: &[Value]) -> Option<Value> {
    let (whole, start, length) = match a {
        [whole, start] | [whole, start, Value::Null] => (text(whole)?, number(start)?, None),
        [whole, start, length] => (text(whole)?, number(start)?, Some(number(length)?)),
        _ => return None,
    };
    let start = place(start.rounded(0, Rounding::Down)?, whole.chars().count())?;
    let length = match length {
        None => usize::MAX,
        Some(length) => usize::try_from(length.rounded(0, Rounding::Down)?.to_i64()?)
            .ok()
            .filter(|length| *length > 0)?,
    };
    let part: String = whole.chars().skip(start).take(length).collect();
    Some(Value::String(part.into()))
}

pub(super) fn substring_before(a: &[Value]) -> Option<Value> {
    match a {
        [whole, part] => {
            let found = text(whole)?.split_once(text(part)?);
            Some(Value::text(found.map_or("", |(before, _)| before)))
        }
        _ => None,
    }
}

pub(super) fn substring_after(a: &[Value]) -> Option<Value> {
    match a {
        [whole, part] => {
            let found = text(whole)?.split_once(text(part)?);
            Some(Value::text(found.map_or("", |(_, after)| after)))
        }
        _ => None,
    }
}

pub(super) fn pair(a: &[Value], test: fn(&str, &str) -> bool) -> Option<Value> {
    match a {
        [whole, part] => Some(Value::Boolean(test(text(whole)?, text(part)?))),
        _ => None,
    }
}

/// All items and a delimiter for each.
pub(super) fn joined_size(a: &[Value]) -> usize {
    let items = a.first().map_or(0, value::weight);
    let delimiter = a.get(1).map_or(0, value::weight);
    items
        .saturating_mul(delimiter.saturating_add(1))
        .saturating_mul(64)
}

/// The texts of a list, nulls left out, with a delimiter between them.
pub(super) fn string_join(a: &[Value]) -> Option<Value> {
    let (items, delimiter) = match a {
        [items] | [items, Value::Null] => (items, ""),
        [items, delimiter] => (items, text(delimiter)?),
        _ => return None,
    };
    let items = match items {
        Value::List(list) => list.items(),
        Value::String(_) => std::slice::from_ref(items),
        _ => return None,
    };
    let texts: Option<Vec<&str>> = items.iter().filter(|item| !item.is_null()).map(text).collect();
    Some(Value::String(texts?.join(delimiter).into()))
}
