//! Decision tables (DMN 1.5 §8.2).

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Evaluated, Evaluation, placed};
use crate::budget::Hit;
use crate::code::Code;
use crate::decimal::Decimal;
use crate::feel::{Node, Policy, Rule, Table};
use crate::value::{self, Context, Value};

impl Evaluation<'_> {
    pub(super) fn table(&mut self, node: &Node, table: &Table) -> Evaluated {
        let mut inputs = Vec::with_capacity(table.inputs.len());
        for input in &table.inputs {
            let value = self.node(&input.expression)?;
            if let Some(allowed) = &input.allowed
                && !value.is_null()
                && self.passes(allowed, &value)?.as_bool() != Some(true)
            {
                let about = value.to_string();
                return self.null(Code::NullAllowed, node, &about);
            }
            inputs.push(value);
        }
        let mut matched: Vec<&Rule> = Vec::new();
        for (place, rule) in table.rules.iter().enumerate() {
            self.budget.step(1, node.position)?;
            if !self.matches(rule, &inputs)? {
                continue;
            }
            self.budget.hit(|| Hit {
                table: table.id.clone(),
                rule: place.saturating_add(1),
                id: rule.id.clone(),
                notes: rule.notes.clone(),
            });
            matched.push(rule);
            if table.policy == Policy::First {
                break;
            }
        }
        let mut results = Vec::with_capacity(matched.len());
        for rule in matched {
            let mut outputs = Vec::with_capacity(rule.outputs.len());
            for (output, column) in rule.outputs.iter().zip(&table.outputs) {
                let value = self.node(output)?;
                outputs.push(self.fitted(output, value, &column.of)?);
            }
            results.push(outputs);
        }
        if results.is_empty() {
            return self.default(node, table);
        }
        self.decided(node, table, results)
    }

    fn matches(&mut self, rule: &Rule, inputs: &[Value]) -> Evaluated<bool> {
        for (tests, input) in rule.tests.iter().zip(inputs) {
            if self.passes(tests, input)?.as_bool() != Some(true) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What holds where no rule matches: the default outputs, else nothing.
    fn default(&mut self, node: &Node, table: &Table) -> Evaluated {
        if table.outputs.iter().all(|output| output.default.is_none()) {
            return Ok(Value::Null);
        }
        let mut outputs = Vec::with_capacity(table.outputs.len());
        for output in &table.outputs {
            let value = match &output.default {
                Some(default) => self.node(default)?,
                None => Value::Null,
            };
            outputs.push(self.fitted(node, value, &output.of)?);
        }
        self.row(node, table, outputs)
    }

    /// One result as a value: alone where there is one column, else by the names of the columns.
    fn row(&mut self, node: &Node, table: &Table, mut outputs: Vec<Value>) -> Evaluated {
        if table.outputs.len() == 1 {
            return Ok(outputs.pop().unwrap_or(Value::Null));
        }
        self.budget
            .allocate(outputs.len().saturating_mul(super::ITEM), node.position)?;
        let members: BTreeMap<_, _> = table
            .outputs
            .iter()
            .map(|output| Arc::clone(&output.name))
            .zip(outputs)
            .collect();
        Context::new(members)
            .map(Value::Context)
            .map_err(|error| placed(error, node))
    }

    fn rows(&mut self, node: &Node, table: &Table, results: Vec<Vec<Value>>) -> Evaluated<Vec<Value>> {
        results
            .into_iter()
            .map(|outputs| self.row(node, table, outputs))
            .collect()
    }

    fn decided(&mut self, node: &Node, table: &Table, mut results: Vec<Vec<Value>>) -> Evaluated {
        match table.policy {
            Policy::Unique if results.len() > 1 => return self.null(Code::NullHits, node, "UNIQUE"),
            Policy::Priority | Policy::OutputOrder => results = self.by_importance(node, table, results)?,
            _ => {}
        }
        let rows = self.rows(node, table, results)?;
        let first = rows.first().cloned().unwrap_or(Value::Null);
        match table.policy {
            Policy::Unique | Policy::First | Policy::Priority => Ok(first),
            Policy::Any => {
                if rows.iter().all(|row| value::equal(row, &first) == Some(true)) {
                    Ok(first)
                } else {
                    self.null(Code::NullHits, node, "ANY")
                }
            }
            Policy::RuleOrder | Policy::OutputOrder | Policy::Collect => self.list(node, rows),
            Policy::Count => Ok(Decimal::try_from(rows.len()).map_or(Value::Null, Value::Number)),
            Policy::Sum | Policy::Minimum | Policy::Maximum => {
                let result = aggregate(table.policy, &rows);
                self.or_null(result, Code::NullHits, node, "COLLECT")
            }
        }
    }

    /// The results with the most important first: in the order of the values that each column may take, the first column before the next.
    fn by_importance(
        &mut self,
        node: &Node,
        table: &Table,
        results: Vec<Vec<Value>>,
    ) -> Evaluated<Vec<Vec<Value>>> {
        let mut orders = Vec::with_capacity(table.outputs.len());
        for output in &table.outputs {
            let mut values = Vec::with_capacity(output.values.len());
            for value in &output.values {
                values.push(self.node(value)?);
            }
            orders.push(values);
        }
        let mut ranked = Vec::with_capacity(results.len());
        for outputs in results {
            let mut ranks = Vec::with_capacity(outputs.len());
            for (output, order) in outputs.iter().zip(&orders) {
                self.budget.step(order.len(), node.position)?;
                let rank = order
                    .iter()
                    .position(|value| value::equal(value, output) == Some(true));
                ranks.push(rank.unwrap_or(order.len()));
            }
            ranked.push((ranks, outputs));
        }
        // Equals keep the order of the rules.
        ranked.sort_by(|left, right| left.0.cmp(&right.0));
        Ok(ranked.into_iter().map(|(_, outputs)| outputs).collect())
    }
}

fn aggregate(policy: Policy, rows: &[Value]) -> Option<Value> {
    let (first, rest) = rows.split_first()?;
    let mut result = first.clone();
    for row in rest {
        result = match policy {
            Policy::Sum => match (&result, row) {
                (Value::Number(left), Value::Number(right)) => Value::Number(left.plus(*right)?),
                _ => return None,
            },
            _ => {
                let wanted = if policy == Policy::Minimum {
                    Ordering::Less
                } else {
                    Ordering::Greater
                };
                if value::order(row, &result)? == wanted {
                    row.clone()
                } else {
                    result
                }
            }
        };
    }
    Some(result)
}
