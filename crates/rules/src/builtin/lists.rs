//! Functions on lists (DMN 1.5 §10.3.4.4). Places count from 1, and from -1 backwards.

use std::cmp::Ordering;

use super::{counted, number};
use crate::decimal::{Decimal, Rounding};
use crate::eval::place;
use crate::value::{self, List, Value};

/// The items of a list; another value than null is a list of itself.
fn list(value: &Value) -> Option<&[Value]> {
    match value {
        Value::Null => None,
        Value::List(list) => Some(list.items()),
        other => Some(std::slice::from_ref(other)),
    }
}

fn made(items: Vec<Value>) -> Option<Value> {
    List::new(items).ok().map(Value::List)
}

fn single(a: &[Value]) -> Option<&[Value]> {
    list(super::one(a)?)
}

/// The items of the one list, or the arguments themselves.
fn spread(a: &[Value]) -> Option<&[Value]> {
    match a {
        [] => None,
        [argument] => list(argument),
        several => Some(several),
    }
}

fn numbers(a: &[Value]) -> Option<Vec<Decimal>> {
    let items = spread(a)?;
    if items.is_empty() {
        return None;
    }
    items.iter().map(number).collect()
}

fn same(left: &Value, right: &Value) -> bool {
    value::equal(left, right) == Some(true)
}

pub(super) fn list_contains(a: &[Value]) -> Option<Value> {
    match a {
        [items, value] => {
            let found = list(items)?.iter().any(|item| same(item, value));
            Some(Value::Boolean(found))
        }
        _ => None,
    }
}

pub(super) fn list_replace(a: &[Value]) -> Option<Value> {
    match a {
        [items, position, item] => {
            let mut items = list(items)?.to_vec();
            let place = place(number(position)?, items.len())?;
            *items.get_mut(place)? = item.clone();
            made(items)
        }
        _ => None,
    }
}

pub(super) fn count(a: &[Value]) -> Option<Value> {
    counted(single(a)?.len())
}

pub(super) fn extreme(a: &[Value], wanted: Ordering) -> Option<Value> {
    let (first, rest) = spread(a)?.split_first()?;
    value::order(first, first)?;
    let mut best = first;
    for item in rest {
        if value::order(item, best)? == wanted {
            best = item;
        }
    }
    Some(best.clone())
}

fn total(numbers: &[Decimal]) -> Option<Decimal> {
    numbers.iter().copied().try_fold(Decimal::ZERO, Decimal::plus)
}

fn average(numbers: &[Decimal]) -> Option<Decimal> {
    total(numbers)?.over(Decimal::try_from(numbers.len()).ok()?)
}

pub(super) fn sum(a: &[Value]) -> Option<Value> {
    total(&numbers(a)?).map(Value::Number)
}

pub(super) fn product(a: &[Value]) -> Option<Value> {
    numbers(a)?
        .into_iter()
        .try_fold(Decimal::ONE, Decimal::times)
        .map(Value::Number)
}

pub(super) fn mean(a: &[Value]) -> Option<Value> {
    average(&numbers(a)?).map(Value::Number)
}

pub(super) fn median(a: &[Value]) -> Option<Value> {
    let mut numbers = numbers(a)?;
    numbers.sort_unstable();
    let half = numbers.len().div_euclid(2);
    let upper = *numbers.get(half)?;
    let median = if numbers.len().rem_euclid(2) == 1 {
        upper
    } else {
        average(&[*numbers.get(half.checked_sub(1)?)?, upper])?
    };
    Some(Value::Number(median))
}

/// Of a sample: the squares are divided by one less than their number.
pub(super) fn stddev(a: &[Value]) -> Option<Value> {
    let numbers = numbers(a)?;
    let average = average(&numbers)?;
    let mut squares = Decimal::ZERO;
    for number in &numbers {
        let distance = number.minus(average)?;
        squares = squares.plus(distance.times(distance)?)?;
    }
    let degrees = Decimal::try_from(numbers.len().checked_sub(1)?).ok()?;
    squares.over(degrees)?.sqrt().map(Value::Number)
}

/// The most frequent numbers, in their order.
pub(super) fn mode(a: &[Value]) -> Option<Value> {
    let items = spread(a)?;
    let mut numbers: Vec<Decimal> = items.iter().map(number).collect::<Option<_>>()?;
    numbers.sort_unstable();
    let mut runs: Vec<(Decimal, usize)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((last, times)) if *last == number => *times = times.saturating_add(1),
            _ => runs.push((number, 1)),
        }
    }
    let most = runs.iter().map(|(_, times)| *times).max().unwrap_or_default();
    let often = runs.into_iter().filter(|(_, times)| *times == most);
    made(often.map(|(number, _)| Value::Number(number)).collect())
}

/// `any` looks for true, `all` for false; what is no truth value leaves the answer open unless another decides it.
pub(super) fn logic(a: &[Value], wanted: bool) -> Option<Value> {
    let items = spread(a)?;
    if items.iter().any(|item| item.as_bool() == Some(wanted)) {
        return Some(Value::Boolean(wanted));
    }
    items
        .iter()
        .all(|item| item.as_bool().is_some())
        .then_some(Value::Boolean(!wanted))
}

pub(super) fn sublist(a: &[Value]) -> Option<Value> {
    let (items, start, length) = match a {
        [items, start] | [items, start, Value::Null] => (list(items)?, number(start)?, None),
        [items, start, length] => (list(items)?, number(start)?, Some(number(length)?)),
        _ => return None,
    };
    let start = place(start, items.len())?;
    let rest = items.get(start..)?;
    let part = match length {
        None => rest,
        Some(length) => rest.get(..usize::try_from(length.rounded(0, Rounding::Down)?.to_i64()?).ok()?)?,
    };
    made(part.to_vec())
}

pub(super) fn append(a: &[Value]) -> Option<Value> {
    let (first, rest) = a.split_first()?;
    made(list(first)?.iter().chain(rest).cloned().collect())
}

pub(super) fn concatenate(a: &[Value]) -> Option<Value> {
    let mut items = Vec::new();
    for argument in a {
        items.extend_from_slice(list(argument)?);
    }
    made(items)
}

pub(super) fn insert_before(a: &[Value]) -> Option<Value> {
    match a {
        [items, position, item] => {
            let mut items = list(items)?.to_vec();
            let place = place(number(position)?, items.len())?;
            items.insert(place, item.clone());
            made(items)
        }
        _ => None,
    }
}

pub(super) fn remove(a: &[Value]) -> Option<Value> {
    match a {
        [items, position] => {
            let mut items = list(items)?.to_vec();
            let place = place(number(position)?, items.len())?;
            items.remove(place);
            made(items)
        }
        _ => None,
    }
}

pub(super) fn reverse(a: &[Value]) -> Option<Value> {
    made(single(a)?.iter().rev().cloned().collect())
}

pub(super) fn index_of(a: &[Value]) -> Option<Value> {
    match a {
        [items, value] => {
            let found = list(items)?
                .iter()
                .enumerate()
                .filter(|(_, item)| same(item, value));
            let places: Option<Vec<Value>> =
                found.map(|(place, _)| counted(place.saturating_add(1))).collect();
            made(places?)
        }
        _ => None,
    }
}

fn distinct(items: impl Iterator<Item = Value>) -> Option<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        if !kept.iter().any(|earlier| same(earlier, &item)) {
            kept.push(item);
        }
    }
    made(kept)
}

pub(super) fn union(a: &[Value]) -> Option<Value> {
    let mut items = Vec::new();
    for argument in a {
        items.extend_from_slice(list(argument)?);
    }
    distinct(items.into_iter())
}

pub(super) fn distinct_values(a: &[Value]) -> Option<Value> {
    distinct(single(a)?.iter().cloned())
}

/// Values nest less deep than [`crate::limits::VALUE_DEPTH`].
pub(super) fn flatten(a: &[Value]) -> Option<Value> {
    fn into(flat: &mut Vec<Value>, items: &[Value]) {
        for item in items {
            match item {
                Value::List(list) => into(flat, list.items()),
                other => flat.push(other.clone()),
            }
        }
    }
    let mut flat = Vec::new();
    into(&mut flat, single(a)?);
    made(flat)
}
