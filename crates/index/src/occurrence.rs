//! Occurrences (到期事件) as rows, and the questions about them.

use std::ops::ControlFlow;

use serde_json::Value;
use yinxin_crypto::Digest;
use yinxin_types::{BlockTime, Height, Occurred, Occurrence, Receipt};

use crate::backend::{Cell, Row};
use crate::chain;
use crate::error::IndexError;
use crate::lookup::{self, Key, Prefix, Topic};
use crate::model::{Cursor, OccurrencePage, OccurrenceQuery};
use crate::position::Position;
use crate::row::{self, Reader};
use crate::schema::OCCURRENCES;
use crate::session::{Order, Session};

/// The row of an occurrence, `place` being its place among those of its block.
pub(crate) fn row(place: Position, occurred: &Occurred) -> Option<Row> {
    let Occurred { occurrence, receipt } = occurred;
    let outcome = match &receipt.outcome {
        Value::Null => Cell::Null,
        outcome => row::document(outcome)?,
    };
    Some(vec![
        Cell::Int(place.number()),
        row::text(&occurrence.scenario),
        row::text(&occurrence.key),
        row::number(occurrence.due.0),
        row::number(occurrence.fires.0),
        row::number(occurrence.sequence),
        Cell::Int(i64::from(receipt.code)),
        outcome,
    ])
}

/// A row, read: all but what stands in the block.
pub(crate) struct Record {
    pub(crate) place: Position,
    pub(crate) occurrence: Occurrence,
    code: u16,
    outcome: Value,
}

pub(crate) fn read(chain: &Digest, mut row: Reader) -> Result<Record, IndexError> {
    let place =
        Position::from_number(row.key()).ok_or_else(|| row.damaged("a position outside the chain"))?;
    let (scenario, key) = (row.text()?, row.text()?);
    let occurrence = Occurrence {
        chain: *chain,
        due: BlockTime(row.number()?),
        fires: BlockTime(row.number()?),
        key,
        scenario,
        sequence: row.number()?,
    };
    Ok(Record {
        place,
        occurrence,
        code: u16::try_from(row.integer()?).map_err(|_| row.damaged("a code outside its range"))?,
        outcome: row.maybe_document()?.unwrap_or_default(),
    })
}

impl Record {
    /// The identifier that follows from what the row says.
    pub(crate) fn id(&self) -> Result<Digest, IndexError> {
        self.occurrence.id().map_err(|_| {
            let (table, number) = (OCCURRENCES.name, self.place.number());
            IndexError::damaged(format!("{table} {number}: a number that no timer has"))
        })
    }

    /// With its receipt, in a block of this time with this many transactions.
    fn occurred(self, time: BlockTime, transactions: u32) -> Result<Occurred, IndexError> {
        let receipt = Receipt {
            code: self.code,
            height: self.place.height(),
            index: transactions.saturating_add(self.place.index()),
            outcome: self.outcome.clone(),
            time,
            transaction: self.id()?,
        };
        Ok(Occurred {
            occurrence: self.occurrence,
            receipt,
        })
    }
}

fn named(chain: &Digest, scenario: &str, key: &str) -> Prefix {
    let algorithm = chain.algorithm();
    let parts = [scenario.as_bytes(), &[0], key.as_bytes()];
    Prefix::of_bytes(algorithm.hash_tagged("yinxin/index/3", &parts).bytes())
}

/// The keys by which an occurrence is found: its identifier, and the timer's name.
pub(crate) fn keys(id: &Digest, place: Position, occurrence: &Occurrence) -> [Key; 2] {
    let name = named(&occurrence.chain, &occurrence.scenario, &occurrence.key);
    [
        Key::new(Topic::Occurrence, Prefix::of_bytes(id.bytes()), place),
        Key::new(Topic::Timer, name, place),
    ]
}

/// The occurrences of a block in order; none for a block that is not there.
pub(crate) fn of_block(session: &mut Session<'_>, height: Height) -> Result<Vec<Occurred>, IndexError> {
    let Some(block) = chain::block(session, height)? else {
        return Ok(Vec::new());
    };
    let Some(keys) = OCCURRENCES.keys(height, height) else {
        return Ok(Vec::new());
    };
    let (header, chain) = (block.header, session.chain());
    let rows = session.rows(&OCCURRENCES, keys, Order::Ascending, usize::MAX)?;
    let records = rows.into_iter().map(|row| read(&chain, row));
    let records = records.collect::<Result<Vec<_>, _>>()?;
    let mut numbered = records.iter().zip(0..);
    let complete = numbered.all(|(record, place)| record.place.index() == place);
    if !complete || u32::try_from(records.len()) != Ok(header.occurrences) {
        return Err(IndexError::damaged(format!(
            "block {height} does not have all its occurrences"
        )));
    }
    let occurred = records.into_iter();
    occurred
        .map(|record| record.occurred(header.time, header.transactions))
        .collect()
}

fn at(session: &mut Session<'_>, place: Position) -> Result<Record, IndexError> {
    let chain = session.chain();
    read(&chain, session.promised_row(&OCCURRENCES, place.number())?)
}

fn completed(session: &mut Session<'_>, record: Record) -> Result<Occurred, IndexError> {
    let height = record.place.height();
    let block = chain::block(session, height)?;
    let block = block.ok_or_else(|| IndexError::damaged(format!("block {height} is missing")))?;
    record.occurred(block.header.time, block.header.transactions)
}

/// The occurrence with this identifier.
pub(crate) fn find(session: &mut Session<'_>, id: &Digest) -> Result<Option<Occurred>, IndexError> {
    let mut found = None;
    lookup::visit(
        session,
        Topic::Occurrence,
        Prefix::of_bytes(id.bytes()),
        Position::FIRST..=Position::LAST,
        |session, place| {
            let record = at(session, place)?;
            if record.id()? != *id {
                return Ok(ControlFlow::Continue(()));
            }
            found = Some(record);
            Ok(ControlFlow::Break(()))
        },
    )?;
    found.map(|record| completed(session, record)).transpose()
}

/// The occurrences of the timers of one name, newest first.
pub(crate) fn page(session: &mut Session<'_>, query: &OccurrenceQuery) -> Result<OccurrencePage, IndexError> {
    let limit = usize::try_from(query.limit.clamp(1, OccurrenceQuery::MAX_LIMIT)).unwrap_or(1);
    let last = match query.before {
        Some(Cursor(place)) => place.before(),
        None => Some(Position::LAST),
    };
    let prefix = named(&session.chain(), &query.scenario, &query.key);
    let (mut found, mut next) = (Vec::new(), None);
    if let Some(last) = last {
        lookup::visit(
            session,
            Topic::Timer,
            prefix,
            Position::FIRST..=last,
            |session, place| {
                if found.len() == limit {
                    return Ok(ControlFlow::Break(()));
                }
                let record = at(session, place)?;
                let is_it =
                    record.occurrence.scenario == query.scenario && record.occurrence.key == query.key;
                if is_it {
                    next = Some(Cursor(place));
                    found.push(record);
                }
                Ok(ControlFlow::Continue(()))
            },
        )?;
    }
    let next = next.filter(|_| found.len() == limit);
    let items = found.into_iter().map(|record| completed(session, record));
    Ok(OccurrencePage {
        items: items.collect::<Result<_, _>>()?,
        next,
    })
}
