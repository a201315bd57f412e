//! "Who used my data" (谁用过我的数据), after the contract of the Estonian data tracker: the person's own list, in human words.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use yinxin_crypto::Digest;
use yinxin_execution::access::OWN_LOOK;
use yinxin_index::{ConcernQuery, Cursor, Index, IndexError, Role, TransactionDetail};
use yinxin_types::{BlockTime, Height};

use super::json as answer;
use super::people::{cursor, forbidden, nobody};
use crate::app::{App, enter};
use crate::input::{self, QueryOf};
use crate::openapi::{Closed, Plain, names};
use crate::problem::{Messages, Problem};

/// Whoever may look at a person's data in its name may see who else did.
const OWN_LOOK_OPERATION: &str = "sharing.view";
/// The most entries of one answer.
const MOST_LIMIT: u32 = 1_000;

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Usage {
    /// The person whose data it is, where a guardian or an agent asks in its name; by default whoever is signed in.
    #[param(value_type = Option<names::Digest>)]
    about: Option<String>,
    /// From this time on, in milliseconds since 1970.
    from: Option<u64>,
    /// Until this time.
    to: Option<u64>,
    /// `next` of the page before.
    #[param(value_type = Option<names::Cursor>)]
    before: Option<String>,
    /// How many, 1 to 1000; 100 if not given.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// One look at the person's data.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Use {
    /// When it became final.
    #[schema(value_type = names::Time)]
    logtime: BlockTime,
    /// What was done, in words.
    action: Messages,
    /// Who looked: the code of the body, or `self`.
    receiver_code: String,
    /// Its name, where it is a member.
    receiver_name: Option<String>,
    /// The system through which it looked.
    receiver_system: String,
    /// What for.
    purpose: String,
    /// In which case.
    case: Option<String>,
    /// Class of the records.
    class: String,
    /// The fields.
    fields: Vec<String>,
    /// On what it rests: `lease`, `own`, `mandate` or `duty`, and which.
    basis: Value,
    /// Whether it was allowed.
    allowed: bool,
    /// 0, or the number of the refusal.
    code: u16,
    /// The refusal for people.
    messages: Option<Messages>,
    /// Height of the block.
    #[schema(value_type = names::Height)]
    height: Height,
    /// The transaction that is the look; its receipt proves it.
    #[schema(value_type = names::Digest)]
    transaction: Digest,
}

/// Looks at the person's data, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsageBody {
    /// Height of the index.
    #[schema(value_type = names::Height)]
    height: Height,
    /// The looks. One that the law withholds for a time is not among them before its review.
    items: Vec<Use>,
    /// Where to go on; null after the oldest.
    #[schema(value_type = Option<names::Cursor>)]
    next: Option<Cursor>,
}

/// Who looked at the data of the person who is signed in, or of one whose guardian or agent it is, refused looks included.
#[utoipa::path(
    get, path = "/api/v1/usage", tag = "people", params(Usage),
    responses((status = 200, body = UsageBody), Closed, Plain),
)]
pub(crate) async fn usage(
    State(app): State<App>,
    headers: HeaderMap,
    QueryOf(query): QueryOf<Usage>,
) -> Result<Response, Problem> {
    let who = app.who(&headers).await?;
    let acts = who.acts();
    let own = who.party.clone().filter(|_| acts).ok_or_else(nobody)?;
    let party = match query.about {
        None => own,
        Some(about) if about == own || who.represents(&about, OWN_LOOK_OPERATION) => about,
        Some(_) => return Err(forbidden()),
    };
    let limit = input::page(query.limit, 100, MOST_LIMIT)?;
    let wanted = ConcernQuery {
        since: query.from.map(BlockTime),
        until: query.to.map(BlockTime),
        // Looks that are withheld count nowhere: a gap would tell the person of them.
        open_at: Some(app.node.status().time),
        before: cursor(query.before)?,
        ..ConcernQuery::new(Role::Subject, party)
    };
    let _slot = enter(&app.assemblies, "lists")?;
    let found = app.read(move |index| find(index, wanted, limit)).await?;
    let names = names_of(&app, &found.items).await?;
    let items = found.items.into_iter().map(|detail| one(&app, &names, detail));
    Ok(answer(&UsageBody {
        height: found.height,
        items: items.collect(),
        next: found.next,
    }))
}

/// The looks that are shown.
struct Found {
    height: Height,
    items: Vec<TransactionDetail>,
    next: Option<Cursor>,
}

/// So many looks, and where to go on if more follow: after the last that is shown, since where the index ended may be among looks that are
/// withheld. The index reads no more at once than it may.
fn find(index: &Index, mut query: ConcernQuery, limit: u32) -> Result<Found, IndexError> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut found: Option<Found> = None;
    loop {
        let due = found.as_ref().map_or(0, |found| found.items.len());
        // One more, to know whether more follow.
        query.limit = u32::try_from(limit.saturating_add(1).saturating_sub(due)).unwrap_or(u32::MAX);
        let page = index.concerning(&query)?;
        let found = found.get_or_insert(Found {
            height: page.height,
            items: Vec::new(),
            next: None,
        });
        found.items.extend(page.value.items);
        query.before = page.value.next;
        if found.items.len() > limit || query.before.is_none() {
            break;
        }
    }
    let mut found = found.ok_or(IndexError::Empty)?;
    let more = found.items.len() > limit;
    found.items.truncate(limit);
    found.next = found.items.last().filter(|_| more).and_then(Cursor::at);
    Ok(found)
}

/// Names of members by their codes.
type Names = BTreeMap<String, String>;

/// The names of the bodies that looked, all asked for together.
async fn names_of(app: &App, looks: &[TransactionDetail]) -> Result<Names, Problem> {
    let sources = looks
        .iter()
        .filter_map(|look| look.outcome.pointer("/access/source")?.as_str());
    let codes: BTreeSet<&str> = sources.filter(|code| *code != OWN_LOOK).collect();
    if codes.is_empty() {
        return Ok(Names::new());
    }
    let question = |code: &&str| ("governance.member".to_owned(), json!({ "code": code }));
    let asked = app.inquire(None, codes.iter().map(question).collect()).await?;
    let named = codes.iter().zip(asked.answers).filter_map(|(code, member)| {
        let name = member.ok()?.get("name")?.as_str()?.to_owned();
        Some(((*code).to_owned(), name))
    });
    Ok(named.collect())
}

fn one(app: &App, names: &Names, detail: TransactionDetail) -> Use {
    let event = detail.outcome.get("access").cloned().unwrap_or_default();
    let text = |name: &str| {
        event
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let receiver_code = text("source");
    let receiver_name = names.get(&receiver_code).cloned();
    let fields: Vec<String> = event
        .get("fields")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    let allowed = detail.row.code == 0;
    let (class, purpose) = (text("class"), text("purpose"));
    let registry = app.node.registry();
    let code = registry.code(detail.row.code).filter(|_| !allowed);
    Use {
        logtime: detail.time,
        action: words(
            app,
            who(&receiver_code, receiver_name.as_deref(), &event),
            &class,
            &fields,
            &purpose,
            allowed,
        ),
        receiver_code,
        receiver_name,
        receiver_system: app.node.status().name,
        purpose,
        case: event.get("case").and_then(Value::as_str).map(str::to_owned),
        class,
        fields,
        basis: event.get("basis").cloned().unwrap_or_default(),
        allowed,
        code: detail.row.code,
        messages: code.map(|code| Messages::of(registry, code.name)),
        height: detail.height,
        transaction: detail.row.id,
    }
}

/// Who looked, as the person would say it. In the person's own name a guardian or an agent looks as well (个人信息保护法 §31, 民法典 §162); one
/// whose mandate does not hold only claimed to be one.
fn who(code: &str, name: Option<&str>, event: &Value) -> (String, String) {
    let basis = |member: &str| event.pointer(&format!("/basis/{member}")).and_then(Value::as_str);
    let (zh, en) = match (code == OWN_LOOK, basis("kind"), basis("reference")) {
        (true, Some("mandate"), Some(_)) => ("您的监护人或者代理人", "Your guardian or agent"),
        (true, Some("mandate"), None) => ("自称代您办理的人", "Somebody who claimed to act for you"),
        (true, ..) => ("您本人", "You"),
        (false, ..) => {
            let name = name.unwrap_or(code);
            (name, name)
        }
    };
    (zh.to_owned(), en.to_owned())
}

/// What was done, as a person would say it.
fn words(
    app: &App,
    (who_zh, who_en): (String, String),
    class: &str,
    fields: &[String],
    purpose: &str,
    allowed: bool,
) -> Messages {
    let registry = app.node.registry();
    let pair = |key: String, plain: &str| {
        let (zh, en) = registry.texts(&key).unwrap_or((plain, plain));
        (zh.to_owned(), en.to_owned())
    };
    let (class_zh, class_en) = pair(format!("class.{class}"), class);
    let (purpose_zh, purpose_en) = pair(format!("purpose.{purpose}"), purpose);
    let (fields_zh, fields_en): (Vec<String>, Vec<String>) = fields
        .iter()
        .map(|field| pair(format!("field.{field}"), field))
        .unzip();
    let (fields_zh, fields_en) = (fields_zh.join("、"), fields_en.join(", "));
    let (did_zh, did_en) = if allowed {
        ("查阅了", "looked at")
    } else {
        ("试图查阅(已拒绝)", "tried to look at, and was refused,")
    };
    Messages {
        zh: format!("{who_zh}{did_zh}{class_zh}:{fields_zh}。用途:{purpose_zh}。"),
        en: format!("{who_en} {did_en} {class_en}: {fields_en}. Purpose: {purpose_en}."),
    }
}

/// Since when looks are on record.
#[utoipa::path(
    get, path = "/api/v1/usage/period", tag = "people",
    responses((status = 200, description = "`{period_start, period_end}` in milliseconds since 1970"), Plain),
)]
pub(crate) async fn period(State(app): State<App>) -> Result<Response, Problem> {
    let status = app.node.status();
    Ok(answer(&json!({
        "period_end": status.time, "period_start": app.node.genesis().time,
    })))
}

/// Whether the list can be asked.
#[utoipa::path(
    get, path = "/api/v1/heartbeat", tag = "people",
    responses((status = 200, description = "`{height, time, version}`"), Plain),
)]
pub(crate) async fn heartbeat(State(app): State<App>) -> Result<Response, Problem> {
    let status = app.node.status();
    Ok(answer(&json!({
        "height": status.height, "time": status.time, "version": status.version,
    })))
}
