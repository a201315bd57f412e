//! Calls, and values that must be of a type (DMN 1.5 §10.3.2.9.4, §10.3.2.13.2).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::operate::POWER_STEPS;
use super::{Evaluated, Evaluation, ITEM, placed};
use crate::builtin::{self, Builtin};
use crate::code::Code;
use crate::error::RuleError;
use crate::feel::{Arguments, Callee, Function, Node, Type};
use crate::time::DateTime;
use crate::value::{self, Context, List, Value};

impl Evaluation<'_> {
    pub(super) fn call(&mut self, node: &Node, callee: &Callee, arguments: &Arguments) -> Evaluated {
        match callee {
            Callee::Builtin(builtin) => self.call_builtin(node, builtin, arguments),
            Callee::Value(callee) => match self.node(callee)? {
                Value::Function(function) => self.call_function(node, &function, arguments),
                _ => self.null(Code::NullType, node, "()"),
            },
        }
    }

    fn call_builtin(&mut self, node: &Node, builtin: &'static Builtin, arguments: &Arguments) -> Evaluated {
        let values = match arguments {
            Arguments::Positional(nodes) => {
                let mut values = Vec::with_capacity(nodes.len());
                for argument in nodes {
                    values.push(self.node(argument)?);
                }
                values
            }
            Arguments::Named(named) => {
                let names: Vec<&str> = named.iter().map(|(name, _)| &**name).collect();
                let Some(places) = builtin.places(&names) else {
                    return self.null(Code::NullArgument, node, builtin.name);
                };
                let (length, places) = places;
                // What is not named is null.
                let mut values = vec![Value::Null; length];
                for ((_, argument), place) in named.iter().zip(places) {
                    let value = self.node(argument)?;
                    if let Some(slot) = values.get_mut(place) {
                        *slot = value;
                    }
                }
                values
            }
        };
        let weight = values.iter().map(value::weight).fold(1, usize::saturating_add);
        let cost = match builtin.cost {
            builtin::Cost::Linear => weight,
            builtin::Cost::Square => weight.saturating_mul(weight),
            builtin::Cost::Power => POWER_STEPS,
            builtin::Cost::Pattern => weight.saturating_mul(64).saturating_add(2_000),
        };
        self.budget.step(cost, node.position)?;
        if builtin.name == "sort" {
            return self.sort(node, &values);
        }
        let most = (builtin.size)(&values);
        self.budget.allocate(most, node.position)?;
        let result = (builtin.run)(&values);
        self.or_null(result, Code::NullArgument, node, builtin.name)
    }

    fn call_function(&mut self, node: &Node, function: &Function, arguments: &Arguments) -> Evaluated {
        let parameters = &function.definition.parameters;
        let mut values = vec![Value::Null; parameters.len()];
        match arguments {
            Arguments::Positional(nodes) if nodes.len() == parameters.len() => {
                for (slot, argument) in values.iter_mut().zip(nodes) {
                    *slot = self.node(argument)?;
                }
            }
            Arguments::Named(named) => {
                for (name, argument) in named {
                    let value = self.node(argument)?;
                    let place = parameters.iter().position(|(parameter, _)| parameter == name);
                    match place.and_then(|place| values.get_mut(place)) {
                        Some(slot) => *slot = value,
                        None => return self.null(Code::NullArgument, node, name),
                    }
                }
            }
            Arguments::Positional(_) => return self.null(Code::NullArgument, node, "()"),
        }
        self.apply(node, function, values)
    }

    /// Runs a function in what it saw where it was written down.
    fn apply(&mut self, node: &Node, function: &Function, values: Vec<Value>) -> Evaluated {
        let definition = Arc::clone(&function.definition);
        let mut locals = Vec::clone(&function.locals);
        self.budget
            .allocate(locals.len().saturating_mul(ITEM), node.position)?;
        for ((name, of), value) in definition.parameters.iter().zip(values) {
            let given = !value.is_null();
            let value = self.fitted(node, value, of)?;
            if given && value.is_null() {
                return Ok(Value::Null);
            }
            locals.push((Arc::clone(name), value));
        }
        let outer_locals = std::mem::replace(&mut self.locals, locals);
        let outer_facts = std::mem::replace(&mut self.facts, function.facts.clone());
        let result = self.node(&definition.body);
        self.locals = outer_locals;
        self.facts = outer_facts;
        self.fitted(node, result?, &definition.result)
    }

    /// Runs a function with arguments from the facts of the same names.
    pub fn run_service(&mut self, function: &Function) -> Evaluated {
        let parameters = &function.definition.parameters;
        let given = |name: &Arc<str>| self.facts.get(name).cloned().unwrap_or(Value::Null);
        let values = parameters.iter().map(|(name, _)| given(name)).collect();
        self.apply(&Node::null(), function, values)
    }

    /// Sorts by a function that says whether the first of two goes before the second; equals keep their order.
    fn sort(&mut self, node: &Node, values: &[Value]) -> Evaluated {
        let (items, precedes) = match values {
            [Value::List(items), Value::Function(precedes)]
            | [Value::Function(precedes), Value::List(items)] => (items.items().to_vec(), Some(precedes)),
            [Value::List(items)] => (items.items().to_vec(), None),
            _ => return self.null(Code::NullArgument, node, "sort"),
        };
        let sorted = self.merge(node, items, precedes)?;
        match sorted {
            Some(sorted) => self.list(node, sorted),
            None => self.null(Code::NullArgument, node, "sort"),
        }
    }

    fn merge(
        &mut self,
        node: &Node,
        mut items: Vec<Value>,
        precedes: Option<&Function>,
    ) -> Result<Option<Vec<Value>>, RuleError> {
        if items.len() < 2 {
            return Ok(Some(items));
        }
        let right = items.split_off(items.len().div_euclid(2));
        let (Some(left), Some(right)) = (
            self.merge(node, items, precedes)?,
            self.merge(node, right, precedes)?,
        ) else {
            return Ok(None);
        };
        let mut sorted = Vec::with_capacity(left.len().saturating_add(right.len()));
        let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
        while let (Some(first), Some(second)) = (left.peek(), right.peek()) {
            // The right one goes first only if it must.
            let swap = match precedes {
                Some(precedes) => {
                    let before = self.apply(node, precedes, vec![second.clone(), first.clone()])?;
                    match before.as_bool() {
                        Some(before) => before,
                        None => return Ok(None),
                    }
                }
                None => match value::order(second, first) {
                    Some(order) => order.is_lt(),
                    None => return Ok(None),
                },
            };
            self.budget.step(1, node.position)?;
            sorted.extend(if swap { right.next() } else { left.next() });
        }
        sorted.extend(left);
        sorted.extend(right);
        Ok(Some(sorted))
    }

    /// The value as one of the type, or null with the reason.
    pub fn fitted(&mut self, node: &Node, given: Value, of: &Type) -> Evaluated {
        if given.is_null() || matches!(of, Type::Any) {
            return Ok(given);
        }
        self.budget.step(value::weight(&given), node.position)?;
        match self.fit(&given, of)? {
            Some(value) => Ok(value),
            None => {
                let about = given.to_string();
                self.null(Code::NullAllowed, node, &about)
            }
        }
    }

    /// A list of one stands for its item and an item for a list of it; a date for its first moment.
    fn fit(&mut self, given: &Value, of: &Type) -> Result<Option<Value>, RuleError> {
        if given.is_null() {
            return Ok(Some(Value::Null));
        }
        match (of, given) {
            (Type::Allowed(allowed), given) => {
                let Some(value) = self.fit(given, &allowed.0)? else {
                    return Ok(None);
                };
                let passed = self.passes(&allowed.1, &value)?;
                Ok((passed.as_bool() == Some(true)).then_some(value))
            }
            (Type::List(of), Value::List(list)) => {
                let mut items = Vec::with_capacity(list.items().len());
                for item in list.items() {
                    match self.fit(item, of)? {
                        Some(item) => items.push(item),
                        None => return Ok(None),
                    }
                }
                List::new(items).map(|list| Some(Value::List(list)))
            }
            (Type::Context(members), Value::Context(context)) if !members.is_empty() => {
                let mut entries: BTreeMap<Arc<str>, Value> = context.to_map();
                for (name, of) in &**members {
                    let member = context.get(name).unwrap_or(&Value::Null);
                    match self.fit(member, of)? {
                        Some(member) => entries.insert(Arc::clone(name), member),
                        None => return Ok(None),
                    };
                }
                Context::new(entries).map(|context| Some(Value::Context(context)))
            }
            (Type::DateTime, Value::Date(date)) => Ok(Some(Value::DateTime(DateTime::midnight(*date)))),
            (of, given) if of.admits(given) => Ok(Some(given.clone())),
            (Type::List(of), item) => match self.fit(item, of)? {
                Some(item) => List::new(vec![item]).map(|list| Some(Value::List(list))),
                None => Ok(None),
            },
            (of, Value::List(list)) => match list.items() {
                [item] => self.fit(item, of),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// The value that JSON stands for where a type is wanted: texts of numbers, dates, times and durations are read.
    pub fn read_as(&mut self, node: &Node, given: Value, of: &Type) -> Evaluated {
        let read = as_type(&given, of).map_err(|error| placed(error, node))?;
        self.fitted(node, read, of)
    }
}

fn as_type(given: &Value, of: &Type) -> Result<Value, RuleError> {
    Ok(match (of.bare(), given) {
        (Type::List(of), Value::List(list)) => {
            let items: Result<_, _> = list.items().iter().map(|item| as_type(item, of)).collect();
            Value::List(List::new(items?)?)
        }
        (Type::Context(members), Value::Context(context)) => {
            let mut entries = context.to_map();
            for (name, of) in &**members {
                if let Some(member) = context.get(name) {
                    entries.insert(Arc::clone(name), as_type(member, of)?);
                }
            }
            Value::Context(Context::new(entries)?)
        }
        (of, Value::String(text)) => {
            let read = match of {
                Type::Number => text.parse().ok().map(Value::Number),
                Type::Date => text.parse().ok().map(Value::Date),
                Type::Time => text.parse().ok().map(Value::Time),
                Type::DateTime => text.parse().ok().map(Value::DateTime),
                Type::Days => text.parse().ok().map(Value::Days),
                Type::Months => text.parse().ok().map(Value::Months),
                _ => None,
            };
            read.unwrap_or_else(|| given.clone())
        }
        _ => given.clone(),
    })
}
