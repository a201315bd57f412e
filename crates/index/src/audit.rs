//! Comparing the index with the ledger, row by row (索引审计).
//!
//! [`block`] finds every row of a block that was edited, deleted or added, in every table but the look-up tables. When all
//! blocks have been compared, [`rest`] compares those with the rows they were made from, and finds rows beyond the last block.

use std::ops::RangeInclusive;

use yinxin_crypto::Digest;
use yinxin_types::{BlockTime, Height};

use crate::backend::{Cell, Row};
use crate::chain::{read_transaction, transaction_key};
use crate::concern;
use crate::error::IndexError;
use crate::evidence;
use crate::history;
use crate::lookup::{self, Key, Run};
use crate::model::{Difference, Fault, FinalBlock};
use crate::occurrence;
use crate::position::Position;
use crate::project::Projection;
use crate::row;
use crate::schema::{
    self, CHALLENGES, EVIDENCE, HISTORY, LINKS, META, OCCURRENCES, PAGES, RESOLUTIONS, RUNS, TRANSACTIONS,
    Table,
};
use crate::session::{Order, Session};

/// The most differences one comparison reports. A single one is already reason enough to rebuild.
const MAX_DIFFERENCES: usize = 1000;

/// Compares the rows of a block with what the ledger says.
pub(crate) fn block(
    session: &mut Session<'_>,
    block: &FinalBlock<'_>,
) -> Result<Vec<Difference>, IndexError> {
    let height = block.header.height;
    let mut expected: Vec<_> = Projection::new(&session.chain(), block)?.into_rows().into();
    let mut differences = Vec::new();
    match history::rows(session, height, &block.hash) {
        Ok(rows) => expected.push((&HISTORY, rows)),
        // The subtrees of earlier blocks are themselves damaged, so that this block's cannot be told.
        Err(IndexError::Damaged(_)) => note(
            &mut differences,
            &HISTORY,
            HISTORY.first_key(height),
            Fault::Changed,
        ),
        Err(error) => return Err(error),
    }
    for (table, rows) in expected {
        let Some(keys) = table.keys(height, height) else {
            continue;
        };
        compare(session, table, keys, rows, &mut differences)?;
    }
    Ok(differences)
}

/// Compares what belongs to no single block.
pub(crate) fn rest(session: &mut Session<'_>) -> Result<Vec<Difference>, IndexError> {
    let mut differences = Vec::new();
    let meta = vec![schema::meta_row(&session.chain())];
    compare(session, &META, i64::MIN..=i64::MAX, meta, &mut differences)?;
    for table in schema::tables()
        .into_iter()
        .filter(|table| table.name != META.name)
    {
        let inside = session.head().and_then(|head| table.keys(Height::GENESIS, head));
        let (first, last) = inside.map_or((0, -1), RangeInclusive::into_inner);
        compare(
            session,
            table,
            i64::MIN..=first.saturating_sub(1),
            Vec::new(),
            &mut differences,
        )?;
        compare(
            session,
            table,
            last.saturating_add(1)..=i64::MAX,
            Vec::new(),
            &mut differences,
        )?;
    }
    look_up(session, &mut differences)?;
    Ok(differences)
}

/// Makes every look-up run anew from the rows it leads to, and compares.
fn look_up(session: &mut Session<'_>, differences: &mut Vec<Difference>) -> Result<(), IndexError> {
    let runs = match lookup::runs(session) {
        Ok(runs) => runs,
        Err(IndexError::Damaged(_)) => {
            note(differences, &RUNS, 0, Fault::Changed);
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let mut unclaimed = 0;
    for run in runs.iter().rev() {
        let (Some(number), (low, high)) = (run.number(), run.page_numbers()?) else {
            continue;
        };
        compare(
            session,
            &PAGES,
            unclaimed..=low.saturating_sub(1),
            Vec::new(),
            differences,
        )?;
        unclaimed = high.saturating_add(1);
        match keys(session, run) {
            Ok(keys) => {
                let made = run.remade(&keys);
                let rows = made.row().into_iter().collect();
                compare(session, &RUNS, number..=number, rows, differences)?;
                compare(session, &PAGES, low..=high, made.page_rows(&keys)?, differences)?;
            }
            // The rows themselves are damaged, which their own comparison tells in detail.
            Err(IndexError::Damaged(_)) => note(differences, &RUNS, number, Fault::Changed),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Makes the key of a row that refers to something at a position.
type KeyOf = fn(Position, &Digest) -> Key;

/// The sorted keys of all rows of a run's blocks.
fn keys(session: &mut Session<'_>, run: &Run) -> Result<Vec<Key>, IndexError> {
    let mut keys = Vec::new();
    let chain = session.chain();
    for height in run.first.0..=run.last.0 {
        let height = Height(height);
        let range = |table: &'static Table| {
            table
                .keys(height, height)
                .ok_or_else(|| IndexError::damaged("more blocks than there can be"))
        };
        let mut transactions = Vec::new();
        session.each_row(&TRANSACTIONS, range(&TRANSACTIONS)?, |row| {
            let transaction = read_transaction(row)?;
            keys.push(transaction_key(transaction.position, &transaction.id));
            // An outcome that is not stored is that of a deposit, which names nobody.
            if let Some(outcome) = transaction.stored_outcome()? {
                keys.extend(concern::keys(&chain, transaction.position, &outcome));
            }
            transactions.push(transaction);
            Ok(())
        })?;
        let mut transactions = transactions.iter();
        session.each_row(&EVIDENCE, range(&EVIDENCE)?, |row| {
            let number = row.key();
            let transaction = transactions.find(|transaction| transaction.position.number() == number);
            let transaction = transaction.ok_or_else(|| row.damaged("an entry without its transaction"))?;
            // The time of the block is no part of a key.
            let entry = evidence::read_entry(chain.algorithm(), row, transaction, BlockTime(0))?;
            keys.extend(evidence::entry_keys(&chain, transaction.position, &entry));
            Ok(())
        })?;
        let mut linked = None;
        session.each_row(&LINKS, range(&LINKS)?, |mut row| {
            let position =
                evidence::link_position(row.key()).ok_or_else(|| row.damaged("a link outside the chain"))?;
            // One key leads to all links that one transaction made, which are of one entry.
            if linked.replace(position) != Some(position) {
                keys.push(evidence::link_key(position, &row.digest()?));
            }
            Ok(())
        })?;
        session.each_row(&OCCURRENCES, range(&OCCURRENCES)?, |row| {
            let record = occurrence::read(&chain, row)?;
            keys.extend(occurrence::keys(&record.id()?, record.place, &record.occurrence));
            Ok(())
        })?;
        let others: [(&'static Table, KeyOf); 2] = [
            (&CHALLENGES, evidence::challenge_key),
            (&RESOLUTIONS, evidence::resolution_key),
        ];
        for (table, key) in others {
            session.each_row(table, range(table)?, |mut row| {
                let position = Position::from_number(row.key());
                let position = position.ok_or_else(|| row.damaged("a position outside the chain"))?;
                keys.push(key(position, &row.digest()?));
                Ok(())
            })?;
        }
    }
    keys.sort_unstable();
    Ok(keys)
}

/// Compares the rows stored under a range of keys with those that should be there. Both are in the order of their keys.
fn compare(
    session: &mut Session<'_>,
    table: &'static Table,
    keys: RangeInclusive<i64>,
    expected: Vec<Row>,
    differences: &mut Vec<Difference>,
) -> Result<(), IndexError> {
    if keys.is_empty() {
        return Ok(());
    }
    // One row more than expected already shows that there are too many; a thousand show which.
    let limit = expected.len().saturating_add(MAX_DIFFERENCES);
    let mut stored = session
        .raw_rows(table, keys, Order::Ascending, limit)?
        .into_iter()
        .peekable();
    for row in expected {
        let row = row::seal(table, row);
        let key = key_of(&row);
        while let Some(added) = stored.next_if(|stored| key_of(stored) < key) {
            note(differences, table, key_of(&added), Fault::Added);
        }
        match stored.next_if(|stored| key_of(stored) == key) {
            Some(stored) if stored == row => {}
            Some(_) => note(differences, table, key, Fault::Changed),
            None => note(differences, table, key, Fault::Missing),
        }
    }
    for added in stored {
        note(differences, table, key_of(&added), Fault::Added);
    }
    Ok(())
}

fn key_of(row: &Row) -> i64 {
    match row.first() {
        Some(Cell::Int(key)) => *key,
        _ => i64::MIN,
    }
}

fn note(differences: &mut Vec<Difference>, table: &'static Table, key: i64, fault: Fault) {
    if differences.len() < MAX_DIFFERENCES {
        differences.push(Difference {
            table: table.name,
            key,
            fault,
        });
    }
}
