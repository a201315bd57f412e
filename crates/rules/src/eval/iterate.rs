//! `for`, `some`, `every` (DMN 1.5 §10.3.2.14).

use std::sync::Arc;

use super::{Evaluated, Evaluation, ITEM, placed};
use crate::code::Code;
use crate::decimal::Decimal;
use crate::error::RuleError;
use crate::feel::{Iterator, Node};
use crate::time::Date;
use crate::value::{List, Value};

impl Evaluation<'_> {
    pub(super) fn for_each(
        &mut self,
        node: &Node,
        iterators: &[Iterator],
        body: &Node,
        partial: bool,
    ) -> Evaluated {
        let mut results: Vec<Value> = Vec::new();
        let iterated = self.iterate(node, iterators, &mut |evaluation| {
            if partial {
                let so_far = evaluation.list(node, results.clone())?;
                evaluation.locals.push((Arc::from("partial"), so_far));
            }
            let value = evaluation.node(body)?;
            if partial {
                evaluation.locals.pop();
            }
            evaluation.budget.allocate(ITEM, node.position)?;
            results.push(value);
            Ok(true)
        })?;
        if !iterated {
            return Ok(Value::Null);
        }
        List::new(results)
            .map(Value::List)
            .map_err(|error| placed(error, node))
    }

    pub(super) fn quantified(
        &mut self,
        node: &Node,
        every: bool,
        iterators: &[Iterator],
        body: &Node,
    ) -> Evaluated {
        let mut decided = false;
        let mut undecided = false;
        let iterated = self.iterate(node, iterators, &mut |evaluation| {
            match evaluation.node(body)?.as_bool() {
                Some(value) if value != every => {
                    decided = true;
                    return Ok(false);
                }
                Some(_) => {}
                None => undecided = true,
            }
            Ok(true)
        })?;
        Ok(if decided {
            Value::Boolean(!every)
        } else if undecided || !iterated {
            Value::Null
        } else {
            Value::Boolean(every)
        })
    }

    /// Runs a body for every combination, until it says no. False where something to iterate over is no list.
    fn iterate(
        &mut self,
        node: &Node,
        iterators: &[Iterator],
        body: &mut dyn FnMut(&mut Self) -> Result<bool, RuleError>,
    ) -> Result<bool, RuleError> {
        let mut stopped = false;
        self.iterate_from(node, iterators, body, &mut stopped)
    }

    fn iterate_from(
        &mut self,
        node: &Node,
        iterators: &[Iterator],
        body: &mut dyn FnMut(&mut Self) -> Result<bool, RuleError>,
        stopped: &mut bool,
    ) -> Result<bool, RuleError> {
        let Some((iterator, rest)) = iterators.split_first() else {
            *stopped = !body(self)?;
            return Ok(true);
        };
        let from = self.node(&iterator.from)?;
        let to = match &iterator.to {
            Some(to) => Some(self.node(to)?),
            None => None,
        };
        let Some(mut items) = Items::new(from, to) else {
            self.budget.null(Code::NullType, node.position, &iterator.name);
            return Ok(false);
        };
        while let Some(item) = items.next_item() {
            self.budget.enter(node.position)?;
            self.locals.push((Arc::clone(&iterator.name), item));
            let listed = self.iterate_from(node, rest, body, stopped)?;
            self.locals.pop();
            self.budget.leave();
            if *stopped || !listed {
                return Ok(listed);
            }
        }
        Ok(true)
    }
}

/// What `for` goes through: a list, or whole numbers or days up or down, which are never listed.
enum Items {
    List(List, usize),
    Steps {
        next: i64,
        last: i64,
        done: bool,
        days: bool,
    },
}

impl Items {
    fn new(from: Value, to: Option<Value>) -> Option<Self> {
        match (from, to) {
            (from, Some(to)) => Self::steps(&from, &to),
            (Value::Null, None) => None,
            (Value::List(list), None) => Some(Self::List(list, 0)),
            (Value::Range(range), None) => match (&range.start, &range.end) {
                (Some((from, from_in)), Some((to, to_in))) => {
                    let Self::Steps { next, last, days, .. } = Self::steps(from, to)? else {
                        return None;
                    };
                    let next = next.checked_add(i64::from(!from_in))?;
                    let last = last.checked_sub(i64::from(!to_in))?;
                    Some(Self::Steps {
                        next,
                        last,
                        done: next > last,
                        days,
                    })
                }
                _ => None,
            },
            (other, None) => Some(Self::List(List::new(vec![other]).ok()?, 0)),
        }
    }

    fn steps(from: &Value, to: &Value) -> Option<Self> {
        let (next, last, days) = match (from, to) {
            (Value::Number(from), Value::Number(to)) => (from.to_i64()?, to.to_i64()?, false),
            (Value::Date(from), Value::Date(to)) => (from.number(), to.number(), true),
            _ => return None,
        };
        Some(Self::Steps {
            next,
            last,
            done: false,
            days,
        })
    }

    fn next_item(&mut self) -> Option<Value> {
        match self {
            Self::List(list, place) => {
                let item = list.items().get(*place).cloned();
                *place = place.saturating_add(1);
                item
            }
            Self::Steps { done: true, .. } => None,
            Self::Steps {
                next,
                last,
                done,
                days,
            } => {
                let item = if *days {
                    Value::Date(Date::from_number(*next)?)
                } else {
                    Value::Number(Decimal::from(*next))
                };
                *done = next == last;
                let step = if *next < *last { 1 } else { -1 };
                *next = next.saturating_add(step);
                Some(item)
            }
        }
    }
}
