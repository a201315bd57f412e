//! Drawings of processes (流程) before they are enacted: what would be refused, and how a case would go. Nothing is kept.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use yinxin_types::codes;
use yinxin_workflow::{
    AtExpiry, Budget, DECISION_FAILED, Document, Effect, Evaluation, Event, Feel, Finding, Instance, Library,
    Locale, Model, Period, Read, Severity, Unit, Variables, Waiting, check, check_links, limits, needed,
    step,
};

use super::json as answer;
use super::needs::{Needs, OtherDocument, gather};
use super::refusals;
use crate::app::{App, enter};
use crate::input::json_of;
use crate::node;
use crate::openapi::{Bodied, Closed, Plain};
use crate::problem::Problem;

/// The most bytes of a request: a document in JSON, where a character may need two, and a case.
const MOST_BYTES: usize = 2 * limits::DOCUMENT_BYTES + (256 << 10);
/// What one event of a trial may cost; the same as on the ledger.
const BUDGET: u64 = 100_000;
/// How many decisions one event of a trial may bring about.
const MOST_DECIDED: usize = 64;

/// A drawing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Drawing {
    /// The BPMN 2.0 document.
    document: String,
    /// What it asks and calls and is not enacted; everything else is taken as it is.
    #[serde(default)]
    others: Vec<OtherDocument>,
}

/// What the check says of a drawing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProcessVerdict {
    /// Whether it could be enacted.
    accepted: bool,
    /// What was found, the weightiest first.
    findings: Vec<ProcessFinding>,
    /// Its processes; empty where the document cannot be read.
    processes: Vec<DrawnProcess>,
}

/// One thing that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProcessFinding {
    /// Stable name.
    code: &'static str,
    /// `error`, `warning` or `note`.
    severity: &'static str,
    /// Name of the element's tag; empty where it is about the whole document.
    element: String,
    /// The element's identifier; empty where it has none.
    id: String,
    /// What is wrong and what mends it, in Chinese.
    zh: String,
    /// The same in English.
    en: String,
}

/// A process of a drawing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrawnProcess {
    /// Its identifier.
    key: String,
    /// The steps that persons take, in the order of the document.
    steps: Vec<DrawnStep>,
    /// What its conditions read and no element gives, by name: public answers of the form.
    answers: Vec<NeededAnswer>,
}

/// An answer that conditions read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NeededAnswer {
    /// Its name.
    name: String,
    /// `number`, `boolean` or `text`: what conditions compare it with.
    of: &'static str,
}

impl From<Read> for NeededAnswer {
    fn from(Read { name, compared }: Read) -> Self {
        let of = match compared.iter().find(|value| !value.is_null()) {
            Some(Value::Number(_)) => "number",
            Some(Value::Bool(_)) => "boolean",
            _ => "text",
        };
        Self { name, of }
    }
}

/// A step that persons take.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrawnStep {
    /// Identifier of the element.
    id: String,
    /// Its name.
    name: String,
    /// Code of the department.
    department: Option<String>,
    /// The role.
    role: Option<String>,
    /// The least grade of the post.
    grade: Option<u8>,
    /// Whether two officers sign.
    two_officers: bool,
    /// Steps whose actors must not act here.
    not_same_as: Vec<String>,
    /// The form.
    form: Option<String>,
    /// What may come out.
    outcomes: Vec<String>,
    /// The classes of materials that whoever acts sees.
    materials: Vec<String>,
    /// How long there is.
    deadline: Option<DrawnPeriod>,
    /// What silence means: `escalate`, `deem-accepted`, `renew-by-lapse`.
    at_expiry: Option<&'static str>,
    /// The article of law.
    basis: Option<String>,
}

/// A period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrawnPeriod {
    /// How many.
    count: u32,
    /// `working_days`, `days`, `months` or `seconds`.
    unit: &'static str,
}

/// One event of a trial case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrialEvent {
    /// The BPMN 2.0 document.
    document: String,
    /// The process of the document.
    process: String,
    /// The case as the last answer gave it; null for a new one.
    #[schema(value_type = Option<Object>)]
    case: Option<Instance>,
    /// What happens, as docs/reference/processes.md names events.
    #[schema(value_type = Object)]
    event: Event,
    /// When, in milliseconds UTC.
    at_ms: u64,
    /// What it asks and calls and is not enacted; everything else is taken as it is.
    #[serde(default)]
    others: Vec<OtherDocument>,
}

/// The case after the event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrialAnswer {
    /// The case, for the next event.
    #[schema(value_type = Object)]
    case: Value,
    /// What follows from the event, in order.
    #[schema(value_type = Vec<Object>)]
    effects: Vec<Effect>,
    /// What decisions were asked because of it, in order.
    decided: Vec<TrialDecision>,
    /// What the case waits for now.
    waits: Vec<TrialWait>,
}

/// What a decision said to a business rule task.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrialDecision {
    /// The element.
    node: String,
    /// The variables that the case learns; null where there is no answer.
    #[schema(value_type = Option<Object>)]
    answer: Option<Variables>,
    /// Why there is none.
    reason: Option<String>,
    /// The rules that matched, each with its reasons.
    rules: Vec<Vec<String>>,
}

/// Something that a case waits for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrialWait {
    /// `step`, `timer`, `message` or `answer`.
    kind: &'static str,
    /// By which it is named in the next event.
    number: u64,
    /// The element.
    node: String,
    /// The name of a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// How long a timer runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<DrawnPeriod>,
}

impl From<Period> for DrawnPeriod {
    fn from(Period { count, unit }: Period) -> Self {
        let unit = match unit {
            Unit::WorkingDays => "working_days",
            Unit::Days => "days",
            Unit::Months => "months",
            Unit::Seconds => "seconds",
        };
        Self { count, unit }
    }
}

impl From<&Finding> for ProcessFinding {
    fn from(finding: &Finding) -> Self {
        Self {
            code: finding.code.as_str(),
            severity: match finding.code.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "note",
            },
            element: finding.element.clone(),
            id: finding.id.clone(),
            zh: finding.sentence(Locale::ZhCn),
            en: finding.sentence(Locale::En),
        }
    }
}

impl DrawnProcess {
    fn of(model: &Model) -> Self {
        let step = |id: &str| {
            let duty = model.duty(id)?;
            Some(DrawnStep {
                id: id.to_owned(),
                name: model.name_of(id).unwrap_or_default().to_owned(),
                department: duty.department.clone(),
                role: duty.role.clone(),
                grade: duty.grade,
                two_officers: duty.two_officers,
                not_same_as: duty.not_same_as.clone(),
                form: duty.form.clone(),
                outcomes: duty.outcomes.clone(),
                materials: duty.materials.clone(),
                deadline: duty.deadline.map(|deadline| deadline.period.into()),
                at_expiry: duty.deadline.map(|deadline| match deadline.at_expiry {
                    AtExpiry::Escalate => "escalate",
                    AtExpiry::DeemAccepted => "deem-accepted",
                    AtExpiry::RenewByLapse => "renew-by-lapse",
                }),
                basis: duty.basis.clone(),
            })
        };
        Self {
            key: model.key.clone(),
            steps: model.steps().filter_map(step).collect(),
            answers: needed(model).into_iter().map(NeededAnswer::from).collect(),
        }
    }
}

fn verdict(document: &str, needs: &Needs) -> ProcessVerdict {
    let (findings, processes) = match Document::read(document.as_bytes(), 1, &Feel) {
        Err(refusal) => (refusal.findings, Vec::new()),
        Ok(document) => {
            let mut findings: Vec<Finding> = document.models().iter().flat_map(check).collect();
            let links = document.models().iter();
            findings.extend(links.flat_map(|model| check_links(model, &needs.library(model).0)));
            findings.extend(document.notes().iter().cloned());
            findings.sort_by_key(|finding| finding.code.severity());
            (findings, document.models().iter().map(DrawnProcess::of).collect())
        }
    };
    ProcessVerdict {
        accepted: !findings
            .iter()
            .any(|finding| finding.code.severity() == Severity::Error),
        findings: findings.iter().map(ProcessFinding::from).collect(),
        processes,
    }
}

/// What is sent with a drawing.
trait Drawn {
    /// The document, and what it needs that is sent with it.
    fn drawing(&mut self) -> (Arc<str>, Vec<OtherDocument>);
}

impl Drawn for Drawing {
    fn drawing(&mut self) -> (Arc<str>, Vec<OtherDocument>) {
        (self.document.as_str().into(), std::mem::take(&mut self.others))
    }
}

impl Drawn for TrialEvent {
    fn drawing(&mut self) -> (Arc<str>, Vec<OtherDocument>) {
        (self.document.as_str().into(), std::mem::take(&mut self.others))
    }
}

/// Reads what somebody signed in sends, gathers what it needs, and works on it where that does not hold up the runtime: a check can take long.
async fn work<T, R>(
    app: App,
    headers: HeaderMap,
    request: Request,
    work: impl FnOnce(T, &Needs) -> Result<R, Problem> + Send + 'static,
) -> Result<Response, Problem>
where
    T: Drawn + DeserializeOwned + Send + 'static,
    R: Serialize + Send + 'static,
{
    let account = app.account(&headers)?;
    let _slot = enter(&app.assemblies, "drawings")?;
    let mut given: T = json_of(request, MOST_BYTES).await?;
    let (drawing, others) = given.drawing();
    let needs = gather(&app, account, &drawing, others).await?;
    match node::blocking(&app.node, move |_| work(given, &needs)).await {
        Some(Ok(done)) => Ok(answer(&done)),
        Some(Err(problem)) => Err(problem),
        None => Err(Problem::new(
            codes::API_UNAVAILABLE,
            "the node has too much other work",
        )),
    }
}

/// Says what would keep a drawing from being enacted, element by element, what it asks and calls included. Nothing is kept.
#[utoipa::path(
    post, path = "/api/v1/processes/check", tag = "processes", request_body = Drawing,
    responses((status = 200, body = ProcessVerdict), Bodied, Closed, Plain),
)]
pub(crate) async fn check_drawing(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    work(app, headers, request, |drawing: Drawing, needs| {
        Ok(verdict(&drawing.document, needs))
    })
    .await
}

/// Takes a trial case of a drawing through one event and the decisions that follow. Nothing is kept: the answer holds the case.
#[utoipa::path(
    post, path = "/api/v1/processes/try", tag = "processes", request_body = TrialEvent,
    responses((status = 200, body = TrialAnswer), Bodied, Closed, Plain),
)]
pub(crate) async fn try_drawing(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    work(app, headers, request, tried).await
}

fn tried(trial: TrialEvent, needs: &Needs) -> Result<TrialAnswer, Problem> {
    let document = Document::read(trial.document.as_bytes(), 1, &Feel)
        .map_err(|refusal| refusals::unread(refusal.to_string()))?;
    let model = document
        .model(&trial.process)
        .ok_or_else(|| refusals::unread(format!("the document has no process `{}`", trial.process)))?;
    let (library, _) = needs.library(model);
    // What cannot be called is played by whoever tries.
    let linked = model.linked(&library);
    let model = linked.as_ref().unwrap_or(model);
    let mut case = trial.case.unwrap_or_else(|| Instance::new(model));
    let mut budget = Budget::new(BUDGET);
    let mut effects = step(model, &mut case, trial.event, trial.at_ms, &mut budget)
        .map_err(|error| refusals::refused(model, &error))?;
    let mut decided = Vec::new();
    let mut looked = 0;
    while let Some(effect) = effects.get(looked).filter(|_| decided.len() < MOST_DECIDED) {
        looked = looked.saturating_add(1);
        if let Effect::DecisionAsked { work, node, .. } = effect {
            let asked = (*work, node.clone());
            if let Some((decision, more)) = decides(model, &library, &mut case, asked, trial.at_ms) {
                decided.push(decision);
                effects.extend(more);
            }
        }
    }
    let waits = waits(model, &case);
    let case =
        serde_json::to_value(case).map_err(|error| Problem::new(codes::API_REQUEST, error.to_string()))?;
    Ok(TrialAnswer {
        case,
        decided,
        effects,
        waits,
    })
}

/// Asks the decision of a task as the ledger does, and what follows; nothing where there is none to be asked: whoever tries then plays it. Without
/// an answer a boundary event takes it up, or the task waits.
fn decides(
    model: &Model,
    library: &Library,
    case: &mut Instance,
    (work, node): (u64, String),
    at_ms: u64,
) -> Option<(TrialDecision, Vec<Effect>)> {
    let decision = library.decision(model, &node)?;
    let seen = case.seen_by(model, work)?;
    let told = |node, answer, reason, rules| TrialDecision {
        node,
        answer,
        reason,
        rules,
    };
    let said = yinxin_workflow::answer(&decision, &seen, model.result(&node), &mut Budget::new(BUDGET));
    let why = match said {
        Ok(said) => {
            let done = Event::Completed {
                work,
                actors: Vec::new(),
                outcome: None,
                variables: said.variables.clone(),
            };
            match step(model, case, done, at_ms, &mut Budget::new(BUDGET)) {
                Ok(effects) => {
                    let rules = said.hits.into_iter().map(|hit| hit.notes.to_vec()).collect();
                    return Some((told(node, Some(said.variables), None, rules), effects));
                }
                Err(error) => error.to_string(),
            }
        }
        Err(Evaluation::Budget) => "it takes more steps than allowed".to_owned(),
        Err(Evaluation::Failed(why)) => why,
    };
    let mut effects = Vec::new();
    if case.catches(model, work, DECISION_FAILED) {
        let code = DECISION_FAILED.to_owned();
        let failed = Event::Error { work, code };
        effects = step(model, case, failed, at_ms, &mut Budget::new(BUDGET)).unwrap_or_default();
    }
    Some((told(node, None, Some(why), Vec::new()), effects))
}

fn waits(model: &Model, case: &Instance) -> Vec<TrialWait> {
    let wait = |kind, number, node: &str| TrialWait {
        kind,
        number,
        node: node.to_owned(),
        message: None,
        period: None,
    };
    let steps = case
        .open_steps(model)
        .map(|open| wait("step", open.work, open.node));
    let others = case.waiting().map(|waiting| match waiting {
        Waiting::Timer(number, node, period) => TrialWait {
            period: Some(period.into()),
            ..wait("timer", number, node)
        },
        Waiting::Message(number, node, message) => TrialWait {
            message: Some(message.to_owned()),
            ..wait("message", number, node)
        },
        Waiting::Answer(number, node) => wait("answer", number, node),
    });
    steps.chain(others).collect()
}
