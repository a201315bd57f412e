//! Whom a transaction concerns, and who looked at whose data: found by what the outcome of a receipt names (formats section 10).
//!
//! Nothing is stored twice: the outcome lies in the row of the transaction, and look-up keys lead from a name to it.

use std::ops::{ControlFlow, RangeInclusive};

use serde_json::Value;
use yinxin_crypto::Digest;
use yinxin_types::{BlockTime, Height};

use crate::chain::{self, TransactionRecord};
use crate::error::IndexError;
use crate::kept::Member;
use crate::lookup::{self, Key, Prefix, Topic};
use crate::model::{ConcernPage, ConcernQuery, Cursor, Role};
use crate::position::Position;
use crate::schema::AMONG;
use crate::session::Session;

/// The most names of one outcome for which it is found; a scenario that names more is not served further.
const MAX_CONCERNS: usize = 8;
/// The most transactions that are looked at for one page.
const MAX_EXAMINED: usize = 3000;

/// The members of an outcome that decide whether it is wanted: those that [`names`] and [`withheld`] read.
static NAMING: [Member; 2] = [
    Member {
        name: "concerns",
        within: &[],
    },
    Member {
        name: "access",
        within: &[
            Member {
                name: "subject",
                within: &[],
            },
            Member {
                name: "source",
                within: &[],
            },
            Member {
                name: "officer",
                within: &[],
            },
            Member {
                name: "withheld",
                within: &[],
            },
        ],
    },
];

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
    let mut page = Page::new(query);
    if let Some(range) = range(session, query)? {
        let chain = session.chain();
        let mut waiting = Vec::with_capacity(AMONG);
        lookup::visit(
            session,
            topic(query.role),
            prefix(&chain, &query.name),
            range,
            |session, position| {
                waiting.push(position);
                if waiting.len() < page.step() {
                    return Ok(ControlFlow::Continue(()));
                }
                page.examine(session, &std::mem::take(&mut waiting))
            },
        )?;
        // None wait where the visit was broken off.
        let _ = page.examine(session, &waiting)?;
    }
    Ok(ConcernPage {
        items: chain::details(session, page.found)?,
        next: page.next,
    })
}

/// Where the transactions of a query can be: after the cursor, and in blocks of its times.
fn range(
    session: &mut Session<'_>,
    query: &ConcernQuery,
) -> Result<Option<RangeInclusive<Position>>, IndexError> {
    let head = session.height()?;
    let last = match query.until {
        Some(until) => chain::first_beyond(session, |time| time > until)?
            .0
            .checked_sub(1)
            .and_then(|height| Position::last_of(Height(height))),
        None => Position::last_of(head),
    };
    let first = match query.since {
        Some(since) => Position::first_of(chain::first_beyond(session, |time| time >= since)?),
        None => Some(Position::FIRST),
    };
    let before = match query.before {
        Some(Cursor(position)) => position.before(),
        None => Some(Position::LAST),
    };
    let bounds = first.zip(last).zip(before);
    let range = bounds.map(|((first, last), before)| first..=last.min(before));
    Ok(range.filter(|range| !range.is_empty()))
}

/// A page that fills.
struct Page<'a> {
    query: &'a ConcernQuery,
    limit: usize,
    /// How many transactions may still be looked at.
    left: usize,
    found: Vec<TransactionRecord>,
    next: Option<Cursor>,
}

impl<'a> Page<'a> {
    fn new(query: &'a ConcernQuery) -> Self {
        Self {
            query,
            limit: usize::try_from(query.limit.clamp(1, ConcernQuery::MAX_LIMIT)).unwrap_or(1),
            left: MAX_EXAMINED,
            found: Vec::new(),
            next: None,
        }
    }

    /// How many transactions are read together: no more than there is room for, if all of them are wanted.
    fn step(&self) -> usize {
        let room = self.limit.saturating_sub(self.found.len());
        room.min(self.left).clamp(1, AMONG)
    }

    /// Takes what is wanted of the transactions at these positions.
    fn examine(
        &mut self,
        session: &mut Session<'_>,
        positions: &[Position],
    ) -> Result<ControlFlow<()>, IndexError> {
        for record in chain::transactions_at(session, positions)? {
            let position = record.position;
            self.left = self.left.saturating_sub(1);
            if wanted(self.query, &record)? {
                self.found.push(record);
            }
            if self.found.len() >= self.limit || self.left == 0 {
                self.next = Some(Cursor(position));
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

fn wanted(query: &ConcernQuery, record: &TransactionRecord) -> Result<bool, IndexError> {
    let ordinary = query
        .operation
        .as_ref()
        .is_none_or(|operation| record.operation == *operation)
        && query.allowed.is_none_or(|allowed| (record.code == 0) == allowed);
    if !ordinary {
        return Ok(false);
    }
    let outcome = record.members_of_outcome(&NAMING)?;
    let named = names(&outcome).any(|(role, name)| role == query.role && name == query.name);
    Ok(named && query.open_at.is_none_or(|now| !withheld(&outcome, now)))
}

/// Whether a look is still kept from the person concerned (formats section 10).
fn withheld(outcome: &Value, now: BlockTime) -> bool {
    let review = outcome.pointer("/access/withheld/review");
    review
        .and_then(Value::as_u64)
        .is_some_and(|review| now < BlockTime(review))
}
