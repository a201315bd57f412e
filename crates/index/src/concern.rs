//! Whom a transaction concerns, and who looked at whose data: found by what the outcome of a receipt names (formats section 10).
//!
//! Nothing is stored twice: the outcome lies in the row of the transaction, and look-up keys lead from a name to it.

use std::ops::ControlFlow;

use serde_json::Value;
use yinxin_crypto::Digest;

use crate::chain;
use crate::error::IndexError;
use crate::lookup::{self, Key, Prefix, Topic};
use crate::model::{ConcernPage, ConcernQuery, Cursor, Role, TransactionDetail};
use crate::position::Position;
use crate::session::Session;

/// The most names of one outcome for which it is found; a scenario that names more is not served further.
const MAX_CONCERNS: usize = 8;
/// The most transactions that are looked at for one page.
const MAX_EXAMINED: usize = 5000;

fn topic(role: Role) -> Topic {
    match role {
        Role::Concerned => Topic::Concern,
        Role::Subject => Topic::Subject,
        Role::Source => Topic::Source,
        Role::Officer => Topic::Officer,
    }
}

fn prefix(chain: &Digest, name: &str) -> Prefix {
    let hash = chain
        .algorithm()
        .hash_tagged("yinxin/index/2", &[name.as_bytes()]);
    Prefix::of_bytes(hash.bytes())
}

/// The names under which an outcome is found, with the part each has in it.
fn names(outcome: &Value) -> impl Iterator<Item = (Role, &str)> {
    let concerned = outcome.get("concerns").and_then(Value::as_array);
    let concerned = concerned.into_iter().flatten().take(MAX_CONCERNS);
    let access = outcome.get("access");
    let part = move |role: Role, member: &str| {
        let name = access.and_then(|event| event.get(member)).and_then(Value::as_str);
        name.map(|name| (role, name))
    };
    concerned
        .filter_map(Value::as_str)
        .map(|name| (Role::Concerned, name))
        .chain(part(Role::Subject, "subject"))
        .chain(part(Role::Source, "source"))
        .chain(part(Role::Officer, "officer"))
}

/// The keys by which the transaction at a position is found for those whom its outcome names. Repeated names give one key.
pub(crate) fn keys(chain: &Digest, position: Position, outcome: &Value) -> Vec<Key> {
    let mut keys: Vec<Key> = names(outcome)
        .map(|(role, name)| Key::new(topic(role), prefix(chain, name), position))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Transactions whose outcomes name somebody, newest first.
pub(crate) fn page(session: &mut Session<'_>, query: &ConcernQuery) -> Result<ConcernPage, IndexError> {
    session.height()?;
    let limit = usize::try_from(query.limit.clamp(1, ConcernQuery::MAX_LIMIT)).unwrap_or(1);
    let mut page = ConcernPage {
        items: Vec::new(),
        next: None,
    };
    let from = match query.before {
        Some(Cursor(position)) => position.before(),
        None => Some(Position::LAST),
    };
    let Some(from) = from else { return Ok(page) };
    let chain = session.chain();
    let mut left = MAX_EXAMINED;
    let mut skip = query.skip;
    lookup::visit(
        session,
        topic(query.role),
        prefix(&chain, &query.name),
        from,
        |session, position| {
            let detail = chain::detail_at(session, position)?;
            left = left.saturating_sub(1);
            if query.since.is_some_and(|since| detail.time < since) {
                return Ok(ControlFlow::Break(()));
            }
            if wanted(query, &detail) {
                if skip > 0 {
                    skip = skip.saturating_sub(1);
                } else {
                    page.items.push(detail);
                }
            }
            if page.items.len() >= limit || left == 0 {
                page.next = Some(Cursor(position));
                return Ok(ControlFlow::Break(()));
            }
            Ok(ControlFlow::Continue(()))
        },
    )?;
    Ok(page)
}

fn wanted(query: &ConcernQuery, detail: &TransactionDetail) -> bool {
    let named = names(&detail.outcome).any(|(role, name)| role == query.role && name == query.name);
    named
        && query.until.is_none_or(|until| detail.time <= until)
        && query
            .operation
            .as_ref()
            .is_none_or(|operation| detail.row.operation == *operation)
        && query
            .allowed
            .is_none_or(|allowed| (detail.row.code == 0) == allowed)
}
