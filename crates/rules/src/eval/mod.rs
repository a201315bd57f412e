//! Evaluation: one step for each node of the tree and each item looked at. What FEEL calls an error is null, with its reason in the budget.

mod call;
mod iterate;
mod operate;
mod path;
mod table;
mod test;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::budget::Budget;
use crate::code::Code;
use crate::error::RuleError;
use crate::feel::{Function, Kind, Node, Operator, RangeEnd};
use crate::limits;
use crate::value::{self, Context, List, Range, Value};

pub(crate) use path::place;

/// What a list costs for each item, in bytes.
const ITEM: usize = 32;

/// The name under which the members of an item stand while a filter looks at it.
const MEMBERS: &str = "";

/// One evaluation, with what is known where it stands.
pub(crate) struct Evaluation<'a> {
    pub facts: Context,
    pub budget: &'a mut Budget,
    pub locals: Vec<(Arc<str>, Value)>,
}

pub(crate) type Evaluated<T = Value> = Result<T, RuleError>;

impl<'a> Evaluation<'a> {
    pub fn new(facts: &Context, budget: &'a mut Budget) -> Self {
        Self {
            facts: facts.clone(),
            budget,
            locals: Vec::new(),
        }
    }

    fn null(&mut self, code: Code, node: &Node, about: &str) -> Evaluated {
        self.budget.null(code, node.position, about);
        Ok(Value::Null)
    }

    fn or_null(&mut self, value: Option<Value>, code: Code, node: &Node, about: &str) -> Evaluated {
        match value {
            Some(value) => Ok(value),
            None => self.null(code, node, about),
        }
    }

    fn list(&mut self, node: &Node, items: Vec<Value>) -> Evaluated {
        let bytes = items.len().saturating_mul(ITEM).saturating_add(ITEM);
        self.budget.allocate(bytes, node.position)?;
        List::new(items)
            .map(Value::List)
            .map_err(|error| placed(error, node))
    }

    pub fn node(&mut self, node: &Node) -> Evaluated {
        self.budget.enter(node.position)?;
        let result = self.kind(node);
        self.budget.leave();
        result
    }

    fn kind(&mut self, node: &Node) -> Evaluated {
        match &node.kind {
            Kind::Literal(value) => Ok(value.clone()),
            Kind::Name(name) => self.name(node, name),
            Kind::List(items) => {
                let items: Result<_, _> = items.iter().map(|item| self.node(item)).collect();
                self.list(node, items?)
            }
            Kind::Context(entries, last) => self.context(node, entries, last.as_deref()),
            Kind::Range(start, end) => self.range(node, start, end),
            Kind::Negate(inner) => self.negate(node, inner),
            Kind::Binary(operator @ (Operator::And | Operator::Or), left, right) => {
                self.logic(*operator == Operator::Or, left, right)
            }
            Kind::Binary(operator, left, right) => {
                let (left, right) = (self.node(left)?, self.node(right)?);
                self.binary(node, *operator, &left, &right)
            }
            Kind::Between(tested, low, high) => self.between(node, tested, low, high),
            Kind::In(tested, tests) => {
                let tested = self.node(tested)?;
                self.any_test(node, &tested, tests, false)
            }
            Kind::InstanceOf(inner, of) => {
                let inner = self.node(inner)?;
                self.budget.step(value::weight(&inner), node.position)?;
                Ok(Value::Boolean(of.admits(&inner)))
            }
            Kind::Path(inner, name) => {
                let inner = self.node(inner)?;
                self.path(node, &inner, name)
            }
            Kind::Filter(inner, filter) => {
                let inner = self.node(inner)?;
                self.filter(node, inner, filter)
            }
            Kind::Call(callee, arguments) => self.call(node, callee, arguments),
            Kind::If(condition, then, other) => match self.node(condition)? {
                Value::Boolean(true) => self.node(then),
                Value::Boolean(false) | Value::Null => self.node(other),
                _ => self.null(Code::NullType, node, "if"),
            },
            Kind::For(iterators, body, partial) => self.for_each(node, iterators, body, *partial),
            Kind::Quantified(every, iterators, body) => self.quantified(node, *every, iterators, body),
            Kind::Function(definition) => {
                let bytes = self.locals.len().saturating_mul(ITEM);
                self.budget.allocate(bytes, node.position)?;
                Function::new(Arc::clone(definition), self.facts.clone(), self.locals.clone())
                    .map(Value::Function)
                    .map_err(|error| placed(error, node))
            }
            Kind::Table(table) => self.table(node, table),
            Kind::Typed(inner, of) => {
                let inner = self.node(inner)?;
                self.fitted(node, inner, of)
            }
        }
    }

    fn name(&mut self, node: &Node, name: &str) -> Evaluated {
        let looked_at = self.locals.len().checked_div(8).unwrap_or_default();
        self.budget.step(looked_at, node.position)?;
        let local = self.locals.iter().rev().find_map(|(local, value)| match value {
            Value::Context(item) if &**local == MEMBERS => item.get(name),
            value if **local == *name => Some(value),
            _ => None,
        });
        let found = local.or_else(|| self.facts.get(name)).cloned();
        self.or_null(found, Code::NullName, node, name)
    }

    fn context(&mut self, node: &Node, entries: &[(Arc<str>, Node)], last: Option<&Node>) -> Evaluated {
        let base = self.locals.len();
        for (name, entry) in entries {
            let value = self.node(entry)?;
            self.budget
                .allocate(ITEM.saturating_add(name.len()), node.position)?;
            self.locals.push((Arc::clone(name), value));
        }
        if let Some(last) = last {
            let result = self.node(last);
            self.locals.truncate(base);
            return result;
        }
        let members: BTreeMap<_, _> = self.locals.split_off(base).into_iter().collect();
        Context::new(members)
            .map(Value::Context)
            .map_err(|error| placed(error, node))
    }

    fn range(&mut self, node: &Node, start: &RangeEnd, end: &RangeEnd) -> Evaluated {
        let mut of = |end: &RangeEnd| match end {
            None => Ok(None),
            Some((node, included)) => self.node(node).map(|value| Some((value, *included))),
        };
        let range = Range {
            start: of(start)?,
            end: of(end)?,
        };
        if let (Some((start, _)), Some((end, _))) = (&range.start, &range.end)
            && !(start.is_null() || end.is_null())
            && value::order(start, end).is_none()
        {
            return self.null(Code::NullType, node, "..");
        }
        let range = Value::Range(Arc::new(range));
        if range.depth() > limits::VALUE_DEPTH {
            return Err(RuleError::new(
                Code::Size,
                node.position,
                "ranges nest too deeply",
            ));
        }
        Ok(range)
    }

    /// Three values: what is decided by one side does not need the other.
    fn logic(&mut self, decides: bool, left: &Node, right: &Node) -> Evaluated {
        let first = self.node(left)?.as_bool();
        if first == Some(decides) {
            return Ok(Value::Boolean(decides));
        }
        let second = self.node(right)?.as_bool();
        Ok(match (first, second) {
            (_, Some(value)) if value == decides => Value::Boolean(decides),
            (Some(_), Some(_)) => Value::Boolean(!decides),
            _ => Value::Null,
        })
    }

    fn between(&mut self, node: &Node, tested: &Node, low: &Node, high: &Node) -> Evaluated {
        let tested = self.node(tested)?;
        let range = Range {
            start: Some((self.node(low)?, true)),
            end: Some((self.node(high)?, true)),
        };
        let inside = value::within(&tested, &range).map(Value::Boolean);
        self.or_null(inside, Code::NullType, node, "between")
    }
}

/// An error of a value, told at the place where it arose.
fn placed(error: RuleError, node: &Node) -> RuleError {
    RuleError {
        position: node.position,
        ..error
    }
}
