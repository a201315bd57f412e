//! Blocks and transactions as rows, and the questions about them.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde_json::Value;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_types::{BlockTime, Certificate, Header, Height, Receipt};

use crate::backend::{Cell, Row};
use crate::error::IndexError;
use crate::evidence;
use crate::kept::{self, Member};
use crate::lookup::{self, Key, Prefix, Topic};
use crate::model::{BlockRow, BlockSummary, FinalBlock, TransactionDetail, TransactionRow};
use crate::occurrence;
use crate::position::Position;
use crate::row::{self, Reader};
use crate::schema::{BLOCKS, EVIDENCE, TRANSACTIONS};
use crate::session::{Order, Session};

/// Blocks read at a time when one with a certificate is looked for.
const CERTIFIED_STEP: usize = 16;

/// The row of a block.
pub(crate) fn block_row(block: &FinalBlock<'_>) -> Option<Row> {
    let certificate = match block.certificate {
        Some(certificate) => row::document(certificate)?,
        None => Cell::Null,
    };
    Some(vec![
        Cell::Int(key(block.header.height)?),
        row::digest(&block.hash),
        row::number(block.header.time.0),
        row::document(block.header)?,
        certificate,
    ])
}

fn key(height: Height) -> Option<i64> {
    i64::try_from(height.0).ok()
}

fn read_block(mut row: Reader) -> Result<BlockRow, IndexError> {
    let hash = row.digest()?;
    row.integer()?;
    let block = BlockRow {
        hash,
        header: row.document()?,
        certificate: row.maybe_document()?,
    };
    if key(block.header.height) != Some(row.key()) {
        return Err(row.damaged("the header of another height"));
    }
    Ok(block)
}

/// One block.
pub(crate) fn block(session: &mut Session<'_>, height: Height) -> Result<Option<BlockRow>, IndexError> {
    let Some(key) = key(height) else { return Ok(None) };
    match session.row(&BLOCKS, key)? {
        Some(row) => read_block(row).map(Some),
        None if session.head().is_some_and(|head| height <= head) => {
            Err(IndexError::damaged(format!("block {height} is missing")))
        }
        None => Ok(None),
    }
}

/// Time of a block that a row promises.
pub(crate) fn time(session: &mut Session<'_>, height: Height) -> Result<BlockTime, IndexError> {
    let key = key(height).ok_or_else(|| IndexError::damaged("a height beyond the last"))?;
    let mut row = session.promised_row(&BLOCKS, key)?;
    row.digest()?;
    Ok(BlockTime(row.number()?))
}

/// The height of the first block whose time is beyond a bound, and one more than the head where there is none: `beyond` is false for all
/// blocks before it and true from it on, because the time of a chain never goes back.
pub(crate) fn first_beyond(
    session: &mut Session<'_>,
    beyond: impl Fn(BlockTime) -> bool,
) -> Result<Height, IndexError> {
    let (mut low, mut high) = (0, session.height()?.0.saturating_add(1));
    while low < high {
        let middle = u64::midpoint(low, high);
        if beyond(time(session, Height(middle))?) {
            high = middle;
        } else {
            low = middle.saturating_add(1);
        }
    }
    Ok(Height(low))
}

/// Blocks below `before`, newest first.
pub(crate) fn blocks(
    session: &mut Session<'_>,
    before: Option<Height>,
    limit: usize,
) -> Result<Vec<BlockSummary>, IndexError> {
    let head = session.height()?;
    let newest = match before {
        Some(before) => match before.0.checked_sub(1) {
            Some(last) => head.min(Height(last)),
            None => return Ok(Vec::new()),
        },
        None => head,
    };
    let Some(last) = key(newest) else {
        return Ok(Vec::new());
    };
    let mut due = Some(newest);
    let mut list = Vec::new();
    for row in session.rows(&BLOCKS, 0..=last, Order::Descending, limit)? {
        let BlockRow { hash, header, .. } = read_block(row)?;
        if Some(header.height) != due {
            return Err(IndexError::damaged(format!(
                "the block after {} is missing",
                header.height
            )));
        }
        due = header.height.0.checked_sub(1).map(Height);
        let Header {
            height,
            time,
            transactions,
            occurrences,
            leader,
            ..
        } = header;
        list.push(BlockSummary {
            height,
            hash,
            time,
            transactions,
            occurrences,
            leader,
        });
    }
    Ok(list)
}

/// The block of the lowest height from `height` on that has a certificate.
pub(crate) fn certified(
    session: &mut Session<'_>,
    height: Height,
) -> Result<Option<(Header, Certificate)>, IndexError> {
    let Some(mut next) = key(height) else {
        return Ok(None);
    };
    loop {
        let rows = session.rows(&BLOCKS, next..=i64::MAX, Order::Ascending, CERTIFIED_STEP)?;
        let Some(last) = rows.last().map(Reader::key) else {
            return Ok(None);
        };
        for row in rows {
            if let BlockRow {
                header,
                certificate: Some(certificate),
                ..
            } = read_block(row)?
            {
                return Ok(Some((header, certificate)));
            }
        }
        next = last.saturating_add(1);
    }
}

/// A transaction's row, read.
#[derive(Debug)]
pub(crate) struct TransactionRecord {
    pub(crate) position: Position,
    pub(crate) id: Digest,
    pub(crate) operation: String,
    pub(crate) account: PublicKey,
    pub(crate) code: u16,
    /// The text of the document as stored; none where it follows from the evidence entry at the same position.
    pub(crate) outcome: Option<String>,
}

impl TransactionRecord {
    /// The outcome as stored.
    pub(crate) fn stored_outcome(&self) -> Result<Option<Value>, IndexError> {
        self.outcome
            .as_deref()
            .map(|text| self.outcome_by(text, |text| serde_json::from_str(text)))
            .transpose()
    }

    /// These members of the outcome, null where it is not stored: the outcome of a deposit has none of those that are asked for.
    pub(crate) fn members_of_outcome(&self, members: &'static [Member]) -> Result<Value, IndexError> {
        match &self.outcome {
            Some(text) => self.outcome_by(text, |text| kept::read(text, members)),
            None => Ok(Value::Null),
        }
    }

    fn outcome_by(
        &self,
        text: &str,
        read: impl FnOnce(&str) -> Result<Value, serde_json::Error>,
    ) -> Result<Value, IndexError> {
        read(text).map_err(|_| {
            let (table, number) = (TRANSACTIONS.name, self.position.number());
            IndexError::damaged(format!("{table} {number}: not the document it should be"))
        })
    }
}

/// The row of the transaction that `receipt` is about; `derived` is the outcome that readers find without its being stored.
pub(crate) fn transaction_row(
    position: Position,
    receipt: &Receipt,
    operation: &str,
    account: &PublicKey,
    derived: &Value,
) -> Option<Row> {
    let outcome = if receipt.outcome == *derived {
        Cell::Null
    } else {
        row::document(&receipt.outcome)?
    };
    Some(vec![
        Cell::Int(position.number()),
        row::digest(&receipt.transaction),
        row::text(operation),
        row::account(account),
        Cell::Int(i64::from(receipt.code)),
        outcome,
    ])
}

pub(crate) fn read_transaction(mut row: Reader) -> Result<TransactionRecord, IndexError> {
    let position =
        Position::from_number(row.key()).ok_or_else(|| row.damaged("a position outside the chain"))?;
    Ok(TransactionRecord {
        position,
        id: row.digest()?,
        operation: row.text()?,
        account: row.account()?,
        code: u16::try_from(row.integer()?).map_err(|_| row.damaged("a code outside its range"))?,
        outcome: row.maybe_unread()?,
    })
}

/// The key by which a transaction is found.
pub(crate) fn transaction_key(position: Position, id: &Digest) -> Key {
    Key::new(Topic::Transaction, Prefix::of_bytes(id.bytes()), position)
}

/// The transaction at a position that something else in the index promises.
pub(crate) fn transaction_at(
    session: &mut Session<'_>,
    position: Position,
) -> Result<TransactionRecord, IndexError> {
    read_transaction(session.promised_row(&TRANSACTIONS, position.number())?)
}

fn shown(record: TransactionRecord) -> TransactionRow {
    let TransactionRecord {
        position,
        id,
        operation,
        account,
        code,
        ..
    } = record;
    TransactionRow {
        id,
        index: position.index(),
        operation,
        account,
        code,
    }
}

fn records(session: &mut Session<'_>, height: Height) -> Result<Vec<TransactionRecord>, IndexError> {
    let Some(block) = block(session, height)? else {
        return Ok(Vec::new());
    };
    let Some(keys) = TRANSACTIONS.keys(height, height) else {
        return Ok(Vec::new());
    };
    let rows = session.rows(&TRANSACTIONS, keys, Order::Ascending, usize::MAX)?;
    let records = rows
        .into_iter()
        .map(read_transaction)
        .collect::<Result<Vec<_>, _>>()?;
    let complete = records
        .iter()
        .zip(0..)
        .all(|(record, index)| record.position.index() == index);
    if !complete || u32::try_from(records.len()) != Ok(block.header.transactions) {
        return Err(IndexError::damaged(format!(
            "block {height} does not have all its transactions"
        )));
    }
    Ok(records)
}

/// The transactions of a block in order.
pub(crate) fn transactions(
    session: &mut Session<'_>,
    height: Height,
) -> Result<Vec<TransactionRow>, IndexError> {
    Ok(records(session, height)?.into_iter().map(shown).collect())
}

/// The receipts of a block in order, as its tree has them: of its transactions, then of its occurrences.
pub(crate) fn receipts(session: &mut Session<'_>, height: Height) -> Result<Vec<Receipt>, IndexError> {
    let mut receipts = receipts_of_transactions(session, height)?;
    let occurred = occurrence::of_block(session, height)?;
    receipts.extend(occurred.into_iter().map(|occurred| occurred.receipt));
    Ok(receipts)
}

fn receipts_of_transactions(session: &mut Session<'_>, height: Height) -> Result<Vec<Receipt>, IndexError> {
    let records = records(session, height)?;
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let time = time(session, height)?;
    let Some(keys) = EVIDENCE.keys(height, height) else {
        return Ok(Vec::new());
    };
    let mut entries = session
        .rows(&EVIDENCE, keys, Order::Ascending, usize::MAX)?
        .into_iter()
        .peekable();
    let mut receipts = Vec::with_capacity(records.len());
    for record in records {
        let entry = entries.next_if(|row| row.key() == record.position.number());
        receipts.push(Receipt {
            code: record.code,
            height,
            index: record.position.index(),
            outcome: outcome(session, &record, entry, time)?,
            time,
            transaction: record.id,
        });
    }
    match entries.next() {
        Some(row) => Err(row.damaged("an entry without its transaction")),
        None => Ok(receipts),
    }
}

/// The outcome of a transaction: as stored, or as it follows from the evidence entry at its position.
fn outcome(
    session: &Session<'_>,
    record: &TransactionRecord,
    entry: Option<Reader>,
    time: BlockTime,
) -> Result<Value, IndexError> {
    match (record.stored_outcome()?, entry) {
        (Some(outcome), _) => Ok(outcome),
        (None, Some(entry)) => {
            evidence::outcome(&evidence::read_entry(session.algorithm(), entry, record, time)?)
        }
        (None, None) => Ok(Value::Null),
    }
}

/// One transaction: the executed one, otherwise the latest.
pub(crate) fn transaction(
    session: &mut Session<'_>,
    id: &Digest,
) -> Result<Option<TransactionDetail>, IndexError> {
    let mut found: Option<TransactionRecord> = None;
    lookup::visit(
        session,
        Topic::Transaction,
        Prefix::of_bytes(id.bytes()),
        Position::FIRST..=Position::LAST,
        |session, position| {
            let record = transaction_at(session, position)?;
            if record.id != *id {
                return Ok(ControlFlow::Continue(()));
            }
            // An identifier can stand in the chain again as a rejection: too early before it was executed, or repeated after.
            if record.code == 0 {
                found = Some(record);
                return Ok(ControlFlow::Break(()));
            }
            found.get_or_insert(record);
            Ok(ControlFlow::Continue(()))
        },
    )?;
    found.map(|record| detailed(session, record)).transpose()
}

/// The transactions at positions that something else in the index promises, in the order of the positions.
pub(crate) fn transactions_at(
    session: &mut Session<'_>,
    positions: &[Position],
) -> Result<Vec<TransactionRecord>, IndexError> {
    let numbers: Vec<i64> = positions.iter().map(|position| position.number()).collect();
    let mut rows = session.promised_rows(&TRANSACTIONS, &numbers)?;
    let in_order = numbers.iter().filter_map(|number| rows.remove(number));
    in_order.map(read_transaction).collect()
}

/// What became of transactions; those that were found in [`transactions_at`].
pub(crate) fn details(
    session: &mut Session<'_>,
    records: Vec<TransactionRecord>,
) -> Result<Vec<TransactionDetail>, IndexError> {
    let mut heights: Vec<i64> = records
        .iter()
        .filter_map(|record| key(record.position.height()))
        .collect();
    heights.sort_unstable();
    heights.dedup();
    let mut times = BTreeMap::new();
    for (height, mut row) in session.promised_rows(&BLOCKS, &heights)? {
        row.digest()?;
        times.insert(height, BlockTime(row.number()?));
    }
    records
        .into_iter()
        .map(|record| {
            let time = key(record.position.height()).and_then(|height| times.get(&height).copied());
            let time = time.ok_or_else(|| IndexError::damaged("a block without a time"))?;
            detail_of(session, record, time)
        })
        .collect()
}

fn detailed(session: &mut Session<'_>, record: TransactionRecord) -> Result<TransactionDetail, IndexError> {
    let time = time(session, record.position.height())?;
    detail_of(session, record, time)
}

fn detail_of(
    session: &mut Session<'_>,
    record: TransactionRecord,
    time: BlockTime,
) -> Result<TransactionDetail, IndexError> {
    let height = record.position.height();
    let entry = match record.outcome {
        Some(_) => None,
        None => session.row(&EVIDENCE, record.position.number())?,
    };
    let outcome = outcome(session, &record, entry, time)?;
    Ok(TransactionDetail {
        height,
        time,
        row: shown(record),
        outcome,
    })
}
