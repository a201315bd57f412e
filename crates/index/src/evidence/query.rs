//! Questions about evidence.

use std::ops::ControlFlow;

use yinxin_crypto::Digest;
use yinxin_types::BlockTime;

use crate::chain::{self, TransactionRecord};
use crate::error::IndexError;
use crate::evidence::{link_numbers, read_entry};
use crate::lookup::{self, Prefix, Topic};
use crate::model::{
    Cursor, EvidenceChallenge, EvidenceDetail, EvidenceEntry, EvidenceLink, EvidencePage, EvidenceQuery,
};
use crate::position::Position;
use crate::row::Reader;
use crate::schema::{CHALLENGES, EVIDENCE, LINKS, RESOLUTIONS};
use crate::session::{Order, Session};

/// The most entries that are looked at for one page. A filter that few entries pass gives short pages instead of long waits.
const MAX_EXAMINED: usize = 2000;

/// Entries read at a time when no identifier leads to them.
const SCAN_STEP: usize = 100;

/// A page being filled.
struct Page<'a> {
    query: &'a EvidenceQuery,
    limit: usize,
    items: Vec<EvidenceEntry>,
    examined: usize,
    /// Position of the last entry that was examined.
    last: Option<Position>,
    /// Time of the block asked for last; neighbours mostly share it.
    time: Option<(yinxin_types::Height, BlockTime)>,
}

impl Page<'_> {
    /// Takes the entry at a position if it is wanted; breaks off when the page is full or enough was examined.
    fn examine(
        &mut self,
        session: &mut Session<'_>,
        position: Position,
        row: Reader,
    ) -> Result<ControlFlow<()>, IndexError> {
        let entry = self.read(session, position, row)?;
        self.examined = self.examined.saturating_add(1);
        self.last = Some(position);
        let EvidenceQuery {
            commitment,
            account,
            kind,
            ..
        } = self.query;
        let wanted = commitment.is_none_or(|commitment| entry.commitment == commitment)
            && account.is_none_or(|account| entry.account == account)
            && kind.is_none_or(|kind| entry.kind == kind);
        if wanted {
            self.items.push(entry);
        }
        let enough = self.items.len() >= self.limit || self.examined >= MAX_EXAMINED;
        Ok(if enough {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        })
    }

    fn read(
        &mut self,
        session: &mut Session<'_>,
        position: Position,
        row: Reader,
    ) -> Result<EvidenceEntry, IndexError> {
        let height = position.height();
        let time = match self.time {
            Some((at, time)) if at == height => time,
            _ => chain::time(session, height)?,
        };
        self.time = Some((height, time));
        let transaction = chain::transaction_at(session, position)?;
        read_entry(session.algorithm(), row, &transaction, time)
    }
}

/// Entries that meet every condition of the query, newest first.
pub(crate) fn page(session: &mut Session<'_>, query: &EvidenceQuery) -> Result<EvidencePage, IndexError> {
    session.height()?;
    let limit = usize::try_from(query.limit.clamp(1, EvidenceQuery::MAX_LIMIT)).unwrap_or(1);
    let mut page = Page {
        query,
        limit,
        items: Vec::new(),
        examined: 0,
        last: None,
        time: None,
    };
    let from = match query.before {
        Some(Cursor(position)) => position.before(),
        None => Some(Position::LAST),
    };
    let Some(from) = from else {
        return Ok(EvidencePage {
            items: Vec::new(),
            next: None,
        });
    };
    let chain = session.chain();
    let stopped = match (&query.commitment, &query.account) {
        (Some(commitment), _) => by_key(
            session,
            Topic::Commitment,
            Prefix::of_claim(&chain, commitment),
            from,
            &mut page,
        )?,
        (None, Some(account)) => by_key(
            session,
            Topic::Account,
            Prefix::of_bytes(account.as_bytes()),
            from,
            &mut page,
        )?,
        (None, None) => scan(session, from, &mut page)?,
    };
    let next = if stopped { page.last.map(Cursor) } else { None };
    Ok(EvidencePage {
        items: page.items,
        next,
    })
}

/// Fills a page from the entries that a key leads to. Whether it broke off before the end.
fn by_key(
    session: &mut Session<'_>,
    topic: Topic,
    prefix: Prefix,
    from: Position,
    page: &mut Page<'_>,
) -> Result<bool, IndexError> {
    let mut stopped = false;
    let range = Position::FIRST..=from;
    lookup::visit(session, topic, prefix, range, |session, position| {
        let row = session.promised_row(&EVIDENCE, position.number())?;
        let flow = page.examine(session, position, row)?;
        stopped = flow.is_break();
        Ok(flow)
    })?;
    Ok(stopped)
}

/// Fills a page from all entries. Whether it broke off before the end.
fn scan(session: &mut Session<'_>, from: Position, page: &mut Page<'_>) -> Result<bool, IndexError> {
    let mut from = Some(from);
    while let Some(last) = from {
        let rows = session.rows(&EVIDENCE, 0..=last.number(), Order::Descending, SCAN_STEP)?;
        let complete = rows.len() < SCAN_STEP;
        for row in rows {
            let position = position_of(&row)?;
            if page.examine(session, position, row)?.is_break() {
                return Ok(true);
            }
            from = position.before();
        }
        if complete {
            return Ok(false);
        }
    }
    Ok(false)
}

fn position_of(row: &Reader) -> Result<Position, IndexError> {
    Position::from_number(row.key()).ok_or_else(|| row.damaged("a position outside the chain"))
}

/// One entry with what refers to it.
pub(crate) fn detail(session: &mut Session<'_>, id: &Digest) -> Result<Option<EvidenceDetail>, IndexError> {
    session.height()?;
    let mut found = None;
    lookup::visit(
        session,
        Topic::Entry,
        Prefix::of_bytes(id.bytes()),
        Position::FIRST..=Position::LAST,
        |session, position| {
            let row = session.promised_row(&EVIDENCE, position.number())?;
            let transaction = chain::transaction_at(session, position)?;
            let time = chain::time(session, position.height())?;
            let entry = read_entry(session.algorithm(), row, &transaction, time)?;
            if entry.entry != *id {
                return Ok(ControlFlow::Continue(()));
            }
            found = Some(entry);
            Ok(ControlFlow::Break(()))
        },
    )?;
    let Some(entry) = found else { return Ok(None) };
    let (links, challenges) = (links(session, id)?, challenges(session, id)?);
    Ok(Some(EvidenceDetail {
        entry,
        links,
        challenges,
    }))
}

fn links(session: &mut Session<'_>, id: &Digest) -> Result<Vec<EvidenceLink>, IndexError> {
    let mut links = Vec::new();
    lookup::visit(
        session,
        Topic::Link,
        Prefix::of_bytes(id.bytes()),
        Position::FIRST..=Position::LAST,
        |session, position| {
            let rows = session.rows(&LINKS, link_numbers(position), Order::Descending, usize::MAX)?;
            if rows.is_empty() {
                return Err(IndexError::damaged(format!(
                    "the links made at {position:?} are missing"
                )));
            }
            for mut row in rows {
                if row.digest()? == *id {
                    let relation = row.text()?;
                    links.push(EvidenceLink {
                        entry: row.digest()?,
                        relation,
                        height: position.height(),
                    });
                }
            }
            Ok(until(links.len()))
        },
    )?;
    links.truncate(EvidenceDetail::MAX_RELATED);
    links.reverse();
    Ok(links)
}

fn challenges(session: &mut Session<'_>, id: &Digest) -> Result<Vec<EvidenceChallenge>, IndexError> {
    let mut challenges = Vec::new();
    lookup::visit(
        session,
        Topic::Challenge,
        Prefix::of_bytes(id.bytes()),
        Position::FIRST..=Position::LAST,
        |session, position| {
            let mut row = session.promised_row(&CHALLENGES, position.number())?;
            if row.digest()? == *id {
                let (grounds, statement) = (row.text()?, row.digest()?);
                let TransactionRecord { id, account, .. } = chain::transaction_at(session, position)?;
                let (height, time) = (position.height(), chain::time(session, position.height())?);
                challenges.push(EvidenceChallenge {
                    challenge: id,
                    account,
                    grounds,
                    statement,
                    height,
                    time,
                    finding: None,
                    finding_statement: None,
                    finding_height: None,
                });
            }
            Ok(until(challenges.len()))
        },
    )?;
    challenges.reverse();
    for challenge in &mut challenges {
        resolve(session, challenge)?;
    }
    Ok(challenges)
}

/// Adds the latest resolution of a challenge, if there is one.
fn resolve(session: &mut Session<'_>, challenge: &mut EvidenceChallenge) -> Result<(), IndexError> {
    let id = challenge.challenge;
    lookup::visit(
        session,
        Topic::Resolution,
        Prefix::of_bytes(id.bytes()),
        Position::FIRST..=Position::LAST,
        |session, position| {
            let mut row = session.promised_row(&RESOLUTIONS, position.number())?;
            if row.digest()? != id {
                return Ok(ControlFlow::Continue(()));
            }
            challenge.finding = Some(row.text()?);
            challenge.finding_statement = Some(row.digest()?);
            challenge.finding_height = Some(position.height());
            Ok(ControlFlow::Break(()))
        },
    )
}

fn until(count: usize) -> ControlFlow<()> {
    if count >= EvidenceDetail::MAX_RELATED {
        ControlFlow::Break(())
    } else {
        ControlFlow::Continue(())
    }
}
