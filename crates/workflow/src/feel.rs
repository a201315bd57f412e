//! FEEL as the language of conditions, and decisions that a business rule task asks.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use yinxin_rules as rules;
use yinxin_rules::{Context, Decision, Hit};

use crate::budget::Budget;
use crate::error::WorkflowError;
use crate::finding::NO_VARIABLE;
use crate::language::{Evaluation, Expression, Language, Read, Variables};
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
            return Err(format!("{NO_VARIABLE} `{name}`"));
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

    fn reads(&self) -> Vec<Read> {
        let comparisons = self.0.comparisons();
        let of = |name: &str| {
            let with = comparisons.iter().filter(|(one, _)| *one == name);
            with.map(|(_, value)| value.to_json()).collect()
        };
        let read = |name: &str| Read {
            name: name.to_owned(),
            compared: of(name),
        };
        self.0.facts().filter(|name| *name != "?").map(read).collect()
    }
}

/// The code of the error by which a boundary event catches a decision without an answer.
pub const DECISION_FAILED: &str = "decision-failed";

/// What a business rule task learns from a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The variables with which the task is completed: the whole answer under the name that the task gives it; without one each output by its
    /// name, or the only one by the name of the decision.
    pub variables: Variables,
    /// The rules that matched: what a reviewer is shown as the reason.
    pub hits: Vec<Hit>,
}

/// Decides from what a task sees, within the budget of its event. `result` is the variable that the task names for the answer.
///
/// # Errors
/// If the budget is used up; if the answer or one of its parts is null, with the reason; if a fact is not what the document allows, or rules
/// contradict the hit policy, anywhere on the way: nobody guesses; if an output has a name that no variable can have.
pub fn answer(
    decision: &Decision<'_>,
    variables: &Variables,
    result: Option<&str>,
    budget: &mut Budget,
) -> Result<Answer, Evaluation> {
    let mut own = rules::Budget::new(budget.left());
    let decided = rules::decide(decision, variables, &mut own);
    spend(budget, &own)?;
    let decided = decided.map_err(failed)?;
    let wrong =
        |reason: &&rules::NullReason| matches!(reason.code, rules::Code::NullAllowed | rules::Code::NullHits);
    if let Some(reason) = decided.nulls.iter().find(wrong) {
        return Err(Evaluation::Failed(told(reason)));
    }
    let empty = match &decided.answer {
        Value::Null => Some("no rule matches".to_owned()),
        Value::Object(members) => {
            let mut members = members.iter();
            let empty = members.find(|(_, value)| value.is_null());
            empty.map(|(name, _)| format!("`{name}` is null"))
        }
        _ => None,
    };
    if let Some(empty) = empty {
        let reason = match decided.nulls.first() {
            Some(reason) => format!("{empty}: {}", told(reason)),
            None => empty,
        };
        return Err(Evaluation::Failed(reason));
    }
    let variables: Variables = match (result, decided.answer) {
        (Some(result), whole) => Variables::from([(result.to_owned(), whole)]),
        (None, Value::Object(members)) => members.into_iter().collect(),
        (None, single) => Variables::from([(decision.name().to_owned(), single)]),
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
