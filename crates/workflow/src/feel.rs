//! FEEL as the language of conditions, and decisions that a business rule task asks.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use yinxin_rules as rules;
use yinxin_rules::{Context, Decision, Hit};

use crate::budget::Budget;
use crate::error::WorkflowError;
use crate::language::{Evaluation, Expression, Language, Variables};
use crate::model::is_variable;

/// FEEL, the language that processes name for their conditions (DMN 1.5 §10; docs/reference/rules.md).
#[derive(Clone, Copy, Debug, Default)]
pub struct Feel;

#[derive(Debug)]
struct Condition(rules::Expression);

impl Language for Feel {
    fn parse(&self, text: &str) -> Result<Box<dyn Expression>, String> {
        let parsed = rules::Expression::parse(text).map_err(|error| error.to_string())?;
        // It would be null in every case, and null is unlike everything: a condition that is never true without anybody noticing.
        if let Some(name) = parsed.names().find(|name| *name != "?" && !is_variable(name)) {
            return Err(format!("no variable can be called `{name}`"));
        }
        Ok(Box::new(Condition(parsed)))
    }
}

impl Expression for Condition {
    /// Null where FEEL gives null, then as [`Evaluation::Failed`] with the reason, where there is one.
    fn evaluate(&self, variables: &Variables, budget: &mut Budget) -> Result<Value, Evaluation> {
        let mut facts = BTreeMap::new();
        for name in self.0.names() {
            if let Some(value) = variables.get(name) {
                let value = rules::Value::from_json(value).map_err(failed)?;
                facts.insert(Arc::from(name), value);
            }
        }
        let facts = Context::new(facts).map_err(failed)?;
        let mut own = rules::Budget::new(budget.left());
        let value = self.0.evaluate(&facts, &mut own);
        spend(budget, &own)?;
        let value = value.map_err(failed)?;
        match own.nulls().first() {
            Some(reason) if value.is_null() => Err(Evaluation::Failed(told(reason))),
            _ => Ok(value.to_json()),
        }
    }
}

/// What a business rule task learns from a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The variables with which the task is completed: each output by its name, or the only one by the name of the decision.
    pub variables: Variables,
    /// The rules that matched: what a reviewer is shown as the reason.
    pub hits: Vec<Hit>,
}

/// Decides from what a task sees, within the budget of its event.
///
/// # Errors
/// If the budget is used up; if the answer is null, with the reason; if it has a name that no variable can have.
pub fn answer(
    decision: &Decision<'_>,
    variables: &Variables,
    budget: &mut Budget,
) -> Result<Answer, Evaluation> {
    let mut own = rules::Budget::new(budget.left());
    let decided = rules::decide(decision, variables, &mut own);
    spend(budget, &own)?;
    let decided = decided.map_err(failed)?;
    let variables: Variables = match decided.answer {
        Value::Null => {
            let reason = decided.nulls.first().map_or("no rule matches".to_owned(), told);
            return Err(Evaluation::Failed(reason));
        }
        Value::Object(members) => members.into_iter().collect(),
        single => Variables::from([(decision.name().to_owned(), single)]),
    };
    match variables.keys().find(|name| !is_variable(name)) {
        Some(name) => Err(Evaluation::Failed(format!("`{name}` is no name of a variable"))),
        None => Ok(Answer {
            variables,
            hits: decided.hits,
        }),
    }
}

/// What FEEL took counts as steps of the event.
fn spend(budget: &mut Budget, own: &rules::Budget) -> Result<(), WorkflowError> {
    budget.take(budget.left().saturating_sub(own.steps()))
}

fn failed(error: rules::RuleError) -> Evaluation {
    match error.code {
        rules::Code::Steps => Evaluation::Budget,
        _ => Evaluation::Failed(error.to_string()),
    }
}

fn told(reason: &rules::NullReason) -> String {
    format!("{}: `{}`", reason.code.as_str(), reason.about)
}
