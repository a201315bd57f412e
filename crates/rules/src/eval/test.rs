//! Unary tests and `in` (DMN 1.5 §7.3.13, §10.3.2.8).

use std::sync::Arc;

use super::{Evaluated, Evaluation};
use crate::code::Code;
use crate::feel::{Kind, Node, Tests};
use crate::value::{self, Value};

impl Evaluation<'_> {
    /// Whether a value passes the tests of a cell: true, false, or null where it could not be decided.
    pub fn passes(&mut self, tests: &Tests, value: &Value) -> Evaluated {
        let Some(list) = &tests.tests else {
            return Ok(Value::Boolean(true));
        };
        let Some(first) = list.first() else {
            return Ok(Value::Null);
        };
        Ok(match self.any_test(first, value, list, true)? {
            Value::Boolean(passed) => Value::Boolean(passed != tests.negated),
            other => other,
        })
    }

    /// Whether one of the tests holds for a value; null where none does and one could not be decided. In a cell an expression that is
    /// true or false is itself the answer.
    pub(super) fn any_test(&mut self, node: &Node, tested: &Value, tests: &[Node], cell: bool) -> Evaluated {
        self.locals.push((Arc::from("?"), tested.clone()));
        let mut undecided = false;
        let mut found = false;
        for test in tests {
            let result = self.node(test)?;
            let looked_at = value::weight(tested).saturating_add(value::weight(&result));
            self.budget.step(looked_at, node.position)?;
            match holds(tested, &result, test, cell) {
                Some(true) => {
                    found = true;
                    break;
                }
                Some(false) => {}
                None => {
                    self.budget.null(Code::NullType, test.position, "in");
                    undecided = true;
                }
            }
        }
        self.locals.pop();
        Ok(if found {
            Value::Boolean(true)
        } else if undecided {
            Value::Null
        } else {
            Value::Boolean(false)
        })
    }
}

fn holds(tested: &Value, result: &Value, test: &Node, cell: bool) -> Option<bool> {
    match result {
        // A bare `true` is a value to be compared with: a value that is missing is not true.
        Value::Boolean(holds)
            if test.mentions_tested
                || (cell && tested.as_bool().is_none() && !matches!(test.kind, Kind::Literal(_))) =>
        {
            Some(*holds)
        }
        Value::List(list) => {
            if value::equal(tested, result) == Some(true) {
                return Some(true);
            }
            Some(list.items().iter().any(|item| one(tested, item) == Some(true)))
        }
        result => one(tested, result),
    }
}

fn one(tested: &Value, result: &Value) -> Option<bool> {
    match (tested, result) {
        (Value::Range(_), Value::Range(_)) => value::equal(tested, result),
        (_, Value::Range(range)) => value::within(tested, range),
        _ => value::equal(tested, result),
    }
}
