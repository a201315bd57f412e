//! Business rules (业务规则) in a case: a task of the process asks a decision that governance enacted, in the version that the process names, in
//! the same block. What has no answer is never lost: an error boundary event of the process takes it up, or the task stops with its fault until
//! an officer says what holds, or governance has enacted a better version and an officer asks that.

use serde_json::{Value, json};
use yinxin_execution::who::refuse;
use yinxin_execution::{Call, Failure, Records};
use yinxin_rules::{Decision, Hit};
use yinxin_workflow::{Budget, Evaluation, Variables, answer};

use super::arguments::Do;
use super::codes;
use super::course::STEPS;
use super::handling::Handling;
use crate::documents::{DECISIONS, enacted};

/// The role, and the least grade, of whoever says what holds where a decision has no answer.
pub(crate) const ROLE: &str = "decision";
pub(crate) const GRADE: u8 = 2;
/// How many rules that matched a history tells, and the longest answer that it tells, in bytes.
const TOLD_HITS: usize = 8;
const TOLD_BYTES: usize = 2048;
/// The longest reason of a fault, in characters.
const REASON: usize = 200;

/// What a decision said: the variables that the process learns, and how it is told.
pub(crate) struct Said {
    pub variables: Variables,
    pub told: Value,
}

/// Asks the decision of a task that is open, of what the task sees. The reason where there is no answer.
pub(crate) fn ask(handling: &Handling, work: u64, task: &str) -> Result<Result<Said, String>, Failure> {
    let model = handling.process.model()?;
    match handling.process.library()?.decision(model, task) {
        Some(decision) => said(handling, &decision, (work, task), None),
        // A process whose decisions are not there is refused when it is loaded.
        None => Ok(Err("the decision is not there".to_owned())),
    }
}

fn said(
    handling: &Handling,
    decision: &Decision<'_>,
    (work, task): (u64, &str),
    other: Option<u32>,
) -> Result<Result<Said, String>, Failure> {
    let model = handling.process.model()?;
    let instance = handling.case.instance.as_ref();
    let seen = instance.and_then(|instance| instance.seen_by(model, work));
    let mut budget = Budget::new(STEPS);
    let answered = answer(
        decision,
        &seen.unwrap_or_default(),
        model.result(task),
        &mut budget,
    );
    let answered = match answered {
        Ok(answered) => answered,
        Err(Evaluation::Budget) => return Ok(Err(reason("it takes more steps than allowed"))),
        Err(Evaluation::Failed(why)) => return Ok(Err(reason(&why))),
    };
    let (document, version, id) = model.decision(task).unwrap_or_default();
    let bytes = serde_json::to_vec(&answered.variables).map_or(usize::MAX, |text| text.len());
    let told = json!({
        "answer": if bytes <= TOLD_BYTES { json!(answered.variables) } else { Value::Null },
        "decision": format!("{document}#{id}"),
        "rules": answered.hits.iter().take(TOLD_HITS).map(hit_told).collect::<Vec<_>>(),
        "step": task,
        "version": other.unwrap_or(version),
    });
    Ok(Ok(Said {
        variables: answered.variables,
        told,
    }))
}

fn hit_told(hit: &Hit) -> Value {
    json!({ "because": hit.notes.as_ref(), "rule": hit.rule })
}

/// A reason as it is kept: short, and without characters that no text may have.
pub(crate) fn reason(why: &str) -> String {
    why.chars().filter(|c| !c.is_control()).take(REASON).collect()
}

/// What an officer makes of a task that stopped: the answer itself, by the names that the decision gives, or what the same or a later version
/// of the decision says now. `STATE_OUTCOME` where it is neither or another answer, `PROC_VERSION_FROZEN` for an earlier version,
/// `PROC_UNKNOWN` for one that is not enacted, `PROC_FAILED` where it has no answer either.
pub(crate) fn resolved(
    call: &Call<'_>,
    records: &Records<'_>,
    handling: &Handling,
    arguments: &Do,
) -> Result<Said, Failure> {
    let task = arguments.step.as_str();
    let model = handling.process.model()?;
    let (document, version, id) = model.decision(task).unwrap_or_default();
    match (&arguments.answer, arguments.decision) {
        (Some(answer), None) => {
            let names: Vec<&str> = match model.result(task) {
                Some(result) => vec![result],
                None => match handling.process.library()?.decision(model, task) {
                    Some(decision) => decision.output_names(),
                    None => Vec::new(),
                },
            };
            let whole = names.len() == answer.len()
                && names
                    .iter()
                    .all(|name| answer.get(*name).is_some_and(|value| !value.is_null()));
            if !whole {
                let detail = format!("the answer is {}", names.join(", "));
                return refuse(codes::STATE_OUTCOME, detail);
            }
            Ok(Said {
                variables: answer.clone(),
                told: json!({ "answer": answer, "decision": format!("{document}#{id}"), "step": task }),
            })
        }
        (None, Some(other)) => {
            if other < version {
                let detail = format!("version {other} is named, the process names {version}");
                return refuse(codes::PROC_VERSION_FROZEN, detail);
            }
            let rules = enacted::rules(call, records, (document, other))?;
            let Some(decision) = rules.as_ref().and_then(|rules| rules.decision(id)) else {
                let detail = format!("`{DECISIONS}{document}` v{other} has no `{id}`");
                return refuse(codes::PROC_UNKNOWN, detail);
            };
            match said(handling, &decision, (arguments.work, task), Some(other))? {
                Ok(said) => Ok(said),
                Err(why) => refuse(codes::PROC_FAILED, why),
            }
        }
        (None, None) | (Some(_), Some(_)) => refuse(
            codes::STATE_OUTCOME,
            "either the answer or a version of the decision",
        ),
    }
}
