//! Members, properties and filters (DMN 1.5 §10.3.2.5 and §10.3.2.7, table 65).

use std::sync::Arc;

use super::{Evaluated, Evaluation, MEMBERS, placed};
use crate::code::Code;
use crate::decimal::Decimal;
use crate::feel::{Kind, Node};
use crate::time::{Date, Days, Time};
use crate::value::{List, Range, Value};

impl Evaluation<'_> {
    pub(super) fn path(&mut self, node: &Node, value: &Value, name: &str) -> Evaluated {
        match value {
            Value::Context(context) => self.or_null(context.get(name).cloned(), Code::NullName, node, name),
            Value::List(list) => {
                self.budget.step(list.items().len(), node.position)?;
                let member = |item: &Value| match item {
                    Value::Context(context) => context.get(name).cloned().unwrap_or(Value::Null),
                    other => property(other, name).unwrap_or(Value::Null),
                };
                let items = list.items().iter().map(member).collect();
                self.list(node, items)
            }
            other => self.or_null(property(other, name), Code::NullName, node, name),
        }
    }

    pub(super) fn filter(&mut self, node: &Node, value: Value, filter: &Node) -> Evaluated {
        let items = match value {
            Value::Null => return Ok(Value::Null),
            Value::List(list) => list,
            other => List::new(vec![other]).map_err(|error| placed(error, node))?,
        };
        if let Kind::Literal(Value::Number(_)) | Kind::Negate(_) = &filter.kind {
            let index = self.node(filter)?;
            return self.item(node, &items, &index);
        }
        let mut kept = Vec::new();
        for item in items.items() {
            self.locals.push((MEMBERS.into(), item.clone()));
            let named = match item {
                Value::Context(context) => context.get("item").is_some(),
                _ => false,
            };
            if !named {
                self.locals.push((Arc::from("item"), item.clone()));
            }
            let base = self.locals.len().saturating_sub(if named { 1 } else { 2 });
            let result = self.node(filter)?;
            self.locals.truncate(base);
            match result {
                Value::Boolean(true) => kept.push(item.clone()),
                index @ Value::Number(_) => return self.item(node, &items, &index),
                Value::Boolean(false) | Value::Null => {}
                _ => return self.null(Code::NullType, node, "[]"),
            }
        }
        self.list(node, kept)
    }

    fn item(&mut self, node: &Node, items: &List, index: &Value) -> Evaluated {
        let found = match index {
            Value::Number(number) => {
                place(*number, items.items().len()).and_then(|place| items.items().get(place))
            }
            _ => None,
        };
        self.or_null(found.cloned(), Code::NullIndex, node, "[]")
    }
}

/// The place in a list that a number means: from 1, or from -1 backwards.
pub(crate) fn place(number: Decimal, length: usize) -> Option<usize> {
    let index = number.to_i64()?;
    let from_start = usize::try_from(index.unsigned_abs()).ok()?;
    if index > 0 {
        from_start.checked_sub(1)
    } else {
        length.checked_sub(from_start).filter(|_| index < 0)
    }
    .filter(|place| *place < length)
}

fn number(value: i64) -> Value {
    Value::Number(Decimal::from(value))
}

fn property(value: &Value, name: &str) -> Option<Value> {
    match value {
        Value::Date(date) => of_date(*date, name),
        Value::Time(time) => of_time(*time, name),
        Value::DateTime(moment) => of_date(moment.date, name).or_else(|| of_time(moment.time, name)),
        Value::Days(days) => {
            let (negative, days, hours, minutes, seconds, _) = days.parts();
            let part = match name {
                "days" => days,
                "hours" => hours,
                "minutes" => minutes,
                "seconds" => seconds,
                _ => return None,
            };
            let part = i64::try_from(part).ok()?;
            Some(number(if negative { part.saturating_neg() } else { part }))
        }
        Value::Months(months) => match name {
            "years" => Some(number(months.count().checked_div(12)?)),
            "months" => Some(number(months.count().checked_rem(12)?)),
            _ => None,
        },
        Value::Range(range) => of_range(range, name),
        _ => None,
    }
}

fn of_date(date: Date, name: &str) -> Option<Value> {
    Some(number(match name {
        "year" => date.year(),
        "month" => date.month(),
        "day" => date.day(),
        "weekday" => date.weekday(),
        _ => return None,
    }))
}

fn of_time(time: Time, name: &str) -> Option<Value> {
    let (hour, minute, second, nanos) = time.parts();
    match name {
        "hour" => Some(number(hour)),
        "minute" => Some(number(minute)),
        "second" => {
            let fraction = Decimal::new(i128::from(nanos), -9)?;
            Decimal::from(second).plus(fraction).map(Value::Number)
        }
        "time offset" => {
            let nanos = i128::from(time.offset()?).checked_mul(1_000_000_000)?;
            Days::new(nanos).map(Value::Days)
        }
        // Zones by name are not known, and an offset is none.
        "timezone" => Some(Value::Null),
        _ => None,
    }
}

fn of_range(range: &Range, name: &str) -> Option<Value> {
    let end = |end: &Option<(Value, bool)>| end.as_ref().map_or(Value::Null, |(value, _)| value.clone());
    let included =
        |end: &Option<(Value, bool)>| Value::Boolean(end.as_ref().is_some_and(|(_, included)| *included));
    Some(match name {
        "start" => end(&range.start),
        "end" => end(&range.end),
        "start included" => included(&range.start),
        "end included" => included(&range.end),
        _ => return None,
    })
}
