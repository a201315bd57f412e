//! What concerns somebody: questions to scenarios, transactions that name him, who looked at whose data.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use yinxin_crypto::Digest;
use yinxin_index::{ConcernPage, ConcernQuery, Cursor, Role, TransactionDetail};
use yinxin_types::{BlockTime, Height, codes};

use super::json as answer;
use crate::app::App;
use crate::input::{self, QueryOf, json_of};
use crate::openapi::{Bodied, Closed, Plain, names};
use crate::problem::{Messages, Problem, ProblemBody};
use crate::who::{AUDIT, Who};

/// The most questions of one request.
const MOST_QUESTIONS: usize = 50;
/// The most bytes of such a request.
const MOST_BYTES: usize = 64 << 10;

/// Questions to scenarios.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Questions {
    /// 1 to 50.
    questions: Vec<OneQuestion>,
}

/// One question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OneQuestion {
    /// Its identifier, such as `governance.member`.
    question: String,
    /// What about, in the form that the question defines.
    #[schema(value_type = Object)]
    about: Value,
}

/// An answer or the reason why there is none.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OneAnswer {
    /// The answer, in the form that the question defines.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Value>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

/// Answers from the state after one block.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnswersBody {
    /// In the order of the questions.
    answers: Vec<OneAnswer>,
    /// Height of the block.
    #[schema(value_type = names::Height)]
    height: Height,
    /// Its time.
    #[schema(value_type = names::Time)]
    time: BlockTime,
}

/// Asks scenarios, all questions over the state of one height. Some questions are open to everybody, the others to whoever is signed in with
/// an account that belongs to a party.
#[utoipa::path(
    post, path = "/api/v1/ask", tag = "people", request_body = Questions,
    responses((status = 200, body = AnswersBody), Bodied, Closed, Plain),
)]
pub(crate) async fn ask(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let Questions { questions } = json_of(request, MOST_BYTES).await?;
    if questions.is_empty() || questions.len() > MOST_QUESTIONS {
        return Err(Problem::new(
            codes::API_REQUEST,
            format!("1 to {MOST_QUESTIONS} questions"),
        ));
    }
    let registry = app.node.registry();
    let open: Vec<bool> = questions
        .iter()
        .map(|one| registry.is_open(&one.question))
        .collect();
    let personal: Vec<bool> = questions
        .iter()
        .map(|one| registry.is_personal(&one.question))
        .collect();
    let account = app.signed_in(&headers);
    let reader = match account {
        Some(account) if personal.contains(&true) => Some(app.who_is(account).await?),
        _ => None,
    };
    if account.is_none() && open.contains(&false) {
        return Err(Problem::new(codes::SESSION_NEEDED, "not all questions are open"));
    }
    // Asked at the same height, so that nobody is known for one answer and unknown for the next.
    let who = account.map(|account| ("identity.actor".to_owned(), json!({ "account": account })));
    let names: Vec<String> = questions.iter().map(|one| one.question.clone()).collect();
    let asked = who
        .into_iter()
        .chain(questions.into_iter().map(|one| (one.question, one.about)));
    let found = app.inquire(account, asked.collect()).await?;
    let mut given = found.answers.into_iter();
    // Anybody can make a key and sign in with it; whom the ledger does not know learns what everybody may know.
    let known = account.is_some() && given.next().is_some_and(|actor| actor.is_ok());
    let audits = reader.as_ref().is_some_and(|reader| reader.serves(AUDIT));
    let answers =
        given
            .zip(open.into_iter().zip(personal).zip(&names))
            .map(|(one, ((open, personal), question))| {
                let reads = |answer: &Value| {
                    let reader = reader.as_ref();
                    reader.is_some_and(|reader| mentions(answer, reader, question))
                };
                let one = match one {
                    _ if !open && !known => Err(nobody()),
                    // Whether there is such a thing is nobody else's business either: one problem answers both.
                    Err(_) if personal && !audits => Err(forbidden()),
                    Ok(answer) if personal && !audits && !reads(&answer) => Err(forbidden()),
                    answered => answered.map_err(|rejection| Problem::rejected(registry, rejection)),
                };
                match one {
                    Ok(answer) => OneAnswer {
                        answer: Some(answer),
                        problem: None,
                    },
                    Err(problem) => OneAnswer {
                        answer: None,
                        problem: Some(problem.into_body()),
                    },
                }
            });
    Ok(answer(&AnswersBody {
        answers: answers.collect(),
        height: found.height,
        time: found.time,
    }))
}

/// Whether an answer names, anywhere in it, somebody for whom the reader stands.
fn mentions(answer: &Value, reader: &Who, question: &str) -> bool {
    match answer {
        Value::String(text) => reader.reads(text, question),
        Value::Array(items) => items.iter().any(|item| mentions(item, reader, question)),
        Value::Object(members) => members.values().any(|member| mentions(member, reader, question)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Which transactions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Concerns {
    /// The party that is signed in, the code or the party of a body for which it holds a post, or `governance` for what concerns all members.
    about: String,
    /// Transactions of this operation only.
    operation: Option<String>,
    /// `next` of the page before.
    #[param(value_type = Option<names::Cursor>)]
    before: Option<String>,
    /// How many, 1 to 100; 50 if not given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// A transaction that names somebody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Concerning {
    /// Its identifier.
    #[schema(value_type = names::Digest)]
    id: Digest,
    /// Height of its block.
    #[schema(value_type = names::Height)]
    height: Height,
    /// Position in the block.
    index: u32,
    /// Time of the block.
    #[schema(value_type = names::Time)]
    time: BlockTime,
    /// Operation.
    operation: String,
    /// 0, or the number of the refusal.
    code: u16,
    /// Name of the refusal.
    name: Option<String>,
    /// The refusal for people.
    messages: Option<Messages>,
    /// What the operation answered; null for a refusal that left nothing behind.
    outcome: Value,
}

/// Transactions that name somebody, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConcernsBody {
    /// Height of the index.
    #[schema(value_type = names::Height)]
    height: Height,
    /// The transactions.
    items: Vec<Concerning>,
    /// Where to go on; null after the last.
    #[schema(value_type = Option<names::Cursor>)]
    next: Option<Cursor>,
}

impl ConcernsBody {
    fn of(app: &App, height: Height, page: ConcernPage) -> Self {
        let registry = app.node.registry();
        let item = |detail: TransactionDetail| {
            let code = Some(detail.row.code).filter(|code| *code != 0);
            let code = code.and_then(|code| registry.code(code));
            Concerning {
                id: detail.row.id,
                height: detail.height,
                index: detail.row.index,
                time: detail.time,
                operation: detail.row.operation,
                code: detail.row.code,
                name: code.map(|code| code.name.to_owned()),
                messages: code.map(|code| Messages::of(registry, code.name)),
                outcome: detail.outcome,
            }
        };
        Self {
            height,
            items: page.items.into_iter().map(item).collect(),
            next: page.next,
        }
    }
}

/// Reads the `next` of a page.
pub(super) fn cursor(text: Option<String>) -> Result<Option<Cursor>, Problem> {
    let read = text.map(|text| text.parse::<Cursor>()).transpose();
    read.map_err(|error| Problem::new(codes::API_REQUEST, error.to_string()))
}

pub(super) fn forbidden() -> Problem {
    Problem::new(codes::SESSION_FORBIDDEN, "not for whoever is signed in")
}

/// The account is no key of anybody whom the ledger knows, or one that has ended.
pub(super) fn nobody() -> Problem {
    Problem::new(codes::SESSION_FORBIDDEN, "no known party acts with this account")
}

/// Transactions that concern the person who is signed in, or a body for which it holds a post; newest first.
#[utoipa::path(
    get, path = "/api/v1/concerns", tag = "people", params(Concerns),
    responses((status = 200, body = ConcernsBody), Closed, Plain),
)]
pub(crate) async fn concerns(
    State(app): State<App>,
    headers: HeaderMap,
    QueryOf(query): QueryOf<Concerns>,
) -> Result<Response, Problem> {
    if !app
        .who(&headers)
        .await?
        .stands_for(&query.about, query.operation.as_deref())
    {
        return Err(forbidden());
    }
    let mut wanted = ConcernQuery::new(Role::Concerned, query.about);
    wanted.operation = query.operation;
    wanted.before = cursor(query.before)?;
    wanted.limit = input::page(query.limit, 50, 100)?;
    let found = app.read(move |index| index.concerning(&wanted)).await?;
    Ok(answer(&ConcernsBody::of(&app, found.height, found.value)))
}

/// Which looks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AccessQuery {
    /// Looks by this body.
    source: Option<String>,
    /// Looks by this officer.
    officer: Option<String>,
    /// Looks at the data of this party.
    subject: Option<String>,
    /// Allowed ones only, or refused ones only.
    allowed: Option<bool>,
    /// From this time on.
    since: Option<u64>,
    /// Until this time.
    until: Option<u64>,
    /// `next` of the page before.
    #[param(value_type = Option<names::Cursor>)]
    before: Option<String>,
    /// How many, 1 to 100; 50 if not given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Looks at protected data, for auditors: also those that are withheld from the person concerned. Exactly one of `source`, `officer` and
/// `subject` is given.
#[utoipa::path(
    get, path = "/api/v1/access", tag = "people", params(AccessQuery),
    responses((status = 200, body = ConcernsBody), Closed, Plain),
)]
pub(crate) async fn access(
    State(app): State<App>,
    headers: HeaderMap,
    QueryOf(query): QueryOf<AccessQuery>,
) -> Result<Response, Problem> {
    if !app.who(&headers).await?.serves(AUDIT) {
        return Err(forbidden());
    }
    let named = match (query.source, query.officer, query.subject) {
        (Some(source), None, None) => ConcernQuery::new(Role::Source, source),
        (None, Some(officer), None) => ConcernQuery::new(Role::Officer, officer),
        (None, None, Some(subject)) => ConcernQuery::new(Role::Subject, subject),
        _ => {
            return Err(Problem::new(
                codes::API_REQUEST,
                "one of `source`, `officer` and `subject`",
            ));
        }
    };
    let wanted = ConcernQuery {
        allowed: query.allowed,
        since: query.since.map(BlockTime),
        until: query.until.map(BlockTime),
        before: cursor(query.before)?,
        limit: input::page(query.limit, 50, 100)?,
        ..named
    };
    let found = app.read(move |index| index.concerning(&wanted)).await?;
    Ok(answer(&ConcernsBody::of(&app, found.height, found.value)))
}

/// Members of the consortium.
#[utoipa::path(
    get, path = "/api/v1/members", tag = "people",
    responses((status = 200, description = "`{height, members}`"), Plain),
)]
pub(crate) async fn members(State(app): State<App>) -> Result<Response, Problem> {
    let answers = app
        .inquire(None, vec![("governance.members".to_owned(), json!({}))])
        .await?;
    let members = answers.answers.into_iter().next().and_then(Result::ok);
    Ok(answer(&json!({
        "height": answers.height,
        "members": members.unwrap_or_else(|| json!([])),
    })))
}
