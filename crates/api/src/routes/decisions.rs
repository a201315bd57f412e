//! Decisions (决策) before they are enacted: what would be refused, and what comes out for sample facts. Nothing is kept.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use yinxin_rules::{Budget, Code, Decision, Document, Finding, Hit, Locale, NullReason, limits};
use yinxin_types::codes;

use super::json as answer;
use crate::app::{App, enter};
use crate::input::json_of;
use crate::node;
use crate::openapi::{Bodied, Closed, Plain};
use crate::problem::Problem;

/// The most bytes of a request: a document in JSON, where a character may need two, and facts.
const MOST_BYTES: usize = 2 * limits::DOCUMENT_BYTES + (64 << 10);
/// What one answer may cost; the same as on the ledger.
const BUDGET: u64 = 100_000;
/// The most rules that matched of which an answer tells.
const MOST_RULES: usize = 200;
/// The most decisions of a document, and inputs of each, of which an answer tells.
const MOST_DECISIONS: usize = 100;
const MOST_INPUTS: usize = 200;

/// A document with decisions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionDocument {
    /// The DMN document.
    document: String,
}

/// What the check says of a document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecisionVerdict {
    /// Whether it could be enacted: by the same reading as when it is proposed.
    accepted: bool,
    /// What was found, the weightiest first.
    findings: Vec<DecisionFinding>,
    /// Its decisions, each after those that it requires; empty where the document cannot be read.
    decisions: Vec<ReadDecision>,
}

/// One thing that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecisionFinding {
    /// Stable name.
    code: &'static str,
    /// `error` or `note`.
    severity: &'static str,
    /// Name of the element's tag; empty where it is about the whole document.
    element: String,
    /// Identifier of the element, or of the cell, rule, column or decision around it; empty where none has one.
    id: String,
    /// Names, values and places, in no language.
    detail: String,
    /// What is wrong and what mends it, in Chinese.
    zh: String,
    /// The same in English.
    en: String,
}

/// A decision that could be asked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadDecision {
    /// Its identifier; a document `decision/<key>` is named after one.
    key: String,
    /// Its name.
    name: String,
    /// The facts from which it is decided.
    inputs: Vec<ReadInput>,
    /// The names of what it gives.
    outputs: Vec<String>,
}

/// A fact from which is decided.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadInput {
    /// Its name.
    name: String,
    /// What FEEL calls its type, such as `number` or `date`; `Any` where the document does not say.
    of: &'static str,
}

/// Facts for a trial.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrialFacts {
    /// The DMN document.
    document: String,
    /// The identifier of the decision.
    decision: String,
    /// The facts by the names of its inputs, as variables of a case hold them: numbers with fractions, dates, times and durations as texts.
    #[schema(value_type = Object)]
    facts: BTreeMap<String, Value>,
}

/// What comes out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TriedDecision {
    /// Whether a case would go on with it; without, the task that asks stops or takes the way of its error.
    answered: bool,
    /// The answer as a variable holds it; null where there is none.
    answer: Value,
    /// The rules that matched, in the order in which tables were looked at.
    rules: Vec<MatchedRule>,
    /// Inputs that were given something which the document does not allow there. They count as not given.
    misread: Vec<String>,
    /// Why something is null, the first first.
    reasons: Vec<NullCause>,
}

/// A rule that matched.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MatchedRule {
    /// The identifier of the table, or of the decision around it.
    table: String,
    /// The number of the rule, from 1.
    rule: usize,
    /// The identifier of the rule; empty where it has none.
    id: String,
    /// Its annotations.
    notes: Vec<String>,
}

/// Why something is null.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NullCause {
    /// Stable name.
    code: &'static str,
    /// The name or sign that it is about.
    about: String,
    /// The sentence in Chinese.
    zh: String,
    /// The same in English.
    en: String,
}

impl From<&Finding> for DecisionFinding {
    fn from(finding: &Finding) -> Self {
        let code = finding.code;
        // An expression that cannot be read says in its detail by which rule, with a sentence of its own.
        let rule = finding.detail.split(':').next().unwrap_or_default();
        let rule = Code::ALL.iter().find(|other| other.as_str() == rule);
        let sentence = |locale| match rule {
            Some(rule) => format!("{} {}", code.sentence(locale), rule.sentence(locale)),
            None => code.sentence(locale).to_owned(),
        };
        Self {
            code: code.as_str(),
            severity: if code.is_note() { "note" } else { "error" },
            element: finding.element.clone(),
            id: finding.id.clone(),
            detail: finding.detail.clone(),
            zh: sentence(Locale::ZhCn),
            en: sentence(Locale::En),
        }
    }
}

impl From<Decision<'_>> for ReadDecision {
    fn from(decision: Decision<'_>) -> Self {
        let input = |(name, of): (&str, &'static str)| ReadInput {
            name: name.to_owned(),
            of,
        };
        Self {
            key: decision.id().to_owned(),
            name: decision.name().to_owned(),
            inputs: decision.facts().take(MOST_INPUTS).map(input).collect(),
            outputs: decision.output_names().into_iter().map(str::to_owned).collect(),
        }
    }
}

impl From<Hit> for MatchedRule {
    fn from(hit: Hit) -> Self {
        let Hit {
            table,
            rule,
            id,
            notes,
        } = hit;
        Self {
            table,
            rule,
            id,
            notes: notes.to_vec(),
        }
    }
}

impl From<&NullReason> for NullCause {
    fn from(reason: &NullReason) -> Self {
        Self::of(reason.code, reason.about.clone())
    }
}

impl NullCause {
    fn of(code: Code, about: String) -> Self {
        Self {
            code: code.as_str(),
            about,
            zh: code.sentence(Locale::ZhCn).to_owned(),
            en: code.sentence(Locale::En).to_owned(),
        }
    }
}

fn verdict(document: &str) -> DecisionVerdict {
    let (accepted, mut findings, decisions) = match Document::read(document.as_bytes()) {
        Err(refusal) => (false, refusal.findings, Vec::new()),
        Ok(document) => {
            let decisions = document
                .decisions()
                .take(MOST_DECISIONS)
                .map(ReadDecision::from)
                .collect();
            (true, document.notes().to_vec(), decisions)
        }
    };
    findings.sort_by_key(|finding| finding.code.is_note());
    DecisionVerdict {
        accepted,
        findings: findings.iter().map(DecisionFinding::from).collect(),
        decisions,
    }
}

fn tried(trial: &TrialFacts) -> Result<TriedDecision, String> {
    let document = Document::read(trial.document.as_bytes()).map_err(|refusal| refusal.to_string())?;
    let decision = document
        .decisions()
        .find(|decision| decision.id() == trial.decision)
        .ok_or_else(|| format!("the document has no decision `{}`", trial.decision))?;
    let inputs: BTreeSet<&str> = decision.input_names().collect();
    if let Some(name) = trial.facts.keys().find(|name| !inputs.contains(name.as_str())) {
        return Err(format!("the decision has no input `{name}`"));
    }
    let mut budget = Budget::new(BUDGET);
    let misread = decision
        .misread(&trial.facts, &mut budget)
        .map_err(|error| error.to_string())?;
    // What cannot be read at all is left out, so that the others can still be tried.
    let mut facts = trial.facts.clone();
    facts.retain(|name, _| !misread.contains(&name.as_str()));
    // As a case asks, so that what a trial answers a case would be answered.
    let asked = yinxin_workflow::answer(
        &decision,
        &facts,
        Some("answer"),
        &mut yinxin_workflow::Budget::new(BUDGET),
    );
    let told = |decided: yinxin_rules::Decided| TriedDecision {
        answered: asked.is_ok() && misread.is_empty(),
        answer: decided.answer,
        rules: decided
            .hits
            .into_iter()
            .take(MOST_RULES)
            .map(MatchedRule::from)
            .collect(),
        misread: misread.iter().map(|name| (*name).to_owned()).collect(),
        reasons: decided.nulls.iter().map(NullCause::from).collect(),
    };
    match yinxin_rules::decide(&decision, &facts, &mut Budget::new(BUDGET)) {
        Ok(decided) => Ok(told(decided)),
        Err(error) => {
            let mut none = told(yinxin_rules::Decided {
                answer: Value::Null,
                hits: Vec::new(),
                nulls: Vec::new(),
            });
            none.answered = false;
            none.reasons = vec![NullCause::of(error.code, error.detail)];
            Ok(none)
        }
    }
}

/// Reads what somebody signed in sends, and works on it where that does not hold up the runtime.
async fn work<T, R>(
    app: App,
    headers: HeaderMap,
    request: Request,
    work: impl FnOnce(T) -> Result<R, String> + Send + 'static,
) -> Result<Response, Problem>
where
    T: DeserializeOwned + Send + 'static,
    R: Serialize + Send + 'static,
{
    app.account(&headers)?;
    let _slot = enter(&app.assemblies, "drawings")?;
    let given: T = json_of(request, MOST_BYTES).await?;
    match node::blocking(&app.node, move |_| work(given)).await {
        Some(Ok(done)) => Ok(answer(&done)),
        Some(Err(detail)) => Err(Problem::new(codes::API_REQUEST, detail)),
        None => Err(Problem::new(
            codes::API_UNAVAILABLE,
            "the node has too much other work",
        )),
    }
}

/// Says what would keep a document `decision/<key>` from being enacted, by element and rule. Nothing is kept.
#[utoipa::path(
    post, path = "/api/v1/decisions/check", tag = "decisions", request_body = DecisionDocument,
    responses((status = 200, body = DecisionVerdict), Bodied, Closed, Plain),
)]
pub(crate) async fn check_decisions(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    work(app, headers, request, |given: DecisionDocument| {
        Ok(verdict(&given.document))
    })
    .await
}

/// Answers a decision of a document from facts, by the ledger's own reading. Nothing is kept.
#[utoipa::path(
    post, path = "/api/v1/decisions/try", tag = "decisions", request_body = TrialFacts,
    responses((status = 200, body = TriedDecision), Bodied, Closed, Plain),
)]
pub(crate) async fn try_decision(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    work(app, headers, request, |given: TrialFacts| tried(&given)).await
}
