//! One database transaction, and the few things anything in this crate ever does in one.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_types::Height;

use crate::backend::{Cell, Connection, Row};
use crate::error::IndexError;
use crate::row::{self, Reader};
use crate::schema::{AMONG, BLOCKS, Table};

/// Rows read at a time where all of a range are wanted.
const STEP: usize = 2048;

/// Which end of a range comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Lowest key first.
    Ascending,
    /// Highest key first.
    Descending,
}

/// An open transaction.
#[derive(Debug)]
pub(crate) struct Session<'a> {
    connection: &'a mut dyn Connection,
    chain: Digest,
    head: Option<Height>,
}

impl<'a> Session<'a> {
    /// Over a connection on which a transaction has begun; finds the height at which the transaction sees the index.
    pub(crate) fn new(connection: &'a mut dyn Connection, chain: Digest) -> Result<Self, IndexError> {
        let mut session = Self {
            connection,
            chain,
            head: None,
        };
        session.head = match session.last_key(&BLOCKS)? {
            Some(key) => {
                let height =
                    u64::try_from(key).map_err(|_| IndexError::damaged("a block of negative height"))?;
                Some(Height(height))
            }
            None => None,
        };
        Ok(session)
    }

    /// The chain the index is of.
    pub(crate) fn chain(&self) -> Digest {
        self.chain
    }

    /// The algorithm of the chain's digests.
    pub(crate) fn algorithm(&self) -> HashAlgorithm {
        self.chain.algorithm()
    }

    /// Height of the last block when the transaction began.
    pub(crate) fn head(&self) -> Option<Height> {
        self.head
    }

    /// The same where there must be one.
    pub(crate) fn height(&self) -> Result<Height, IndexError> {
        self.head.ok_or(IndexError::Empty)
    }

    /// The highest key of a table.
    pub(crate) fn last_key(&mut self, table: &'static Table) -> Result<Option<i64>, IndexError> {
        match self
            .connection
            .query(&table.last, &[])?
            .pop()
            .and_then(|mut row| row.pop())
        {
            Some(Cell::Int(key)) => Ok(Some(key)),
            Some(Cell::Null) => Ok(None),
            _ => Err(IndexError::damaged(format!(
                "{}: a row without a key",
                table.name
            ))),
        }
    }

    /// Rows as they are stored, checksum included, unchecked.
    pub(crate) fn raw_rows(
        &mut self,
        table: &'static Table,
        keys: RangeInclusive<i64>,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Row>, IndexError> {
        let sql = match order {
            Order::Ascending => &table.ascending,
            Order::Descending => &table.descending,
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.connection.query(
            sql,
            &[Cell::Int(*keys.start()), Cell::Int(*keys.end()), Cell::Int(limit)],
        )
    }

    /// Rows with keys in a range, at most `limit`, their checksums verified.
    pub(crate) fn rows(
        &mut self,
        table: &'static Table,
        keys: RangeInclusive<i64>,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Reader>, IndexError> {
        self.raw_rows(table, keys, order, limit)?
            .into_iter()
            .map(|row| Reader::open(table, row))
            .collect()
    }

    /// Visits all rows with keys in a range, lowest key first, a few thousand in memory at a time.
    pub(crate) fn each_row(
        &mut self,
        table: &'static Table,
        keys: RangeInclusive<i64>,
        mut visitor: impl FnMut(Reader) -> Result<(), IndexError>,
    ) -> Result<(), IndexError> {
        let (mut first, last) = keys.into_inner();
        loop {
            let rows = self.rows(table, first..=last, Order::Ascending, STEP)?;
            let complete = rows.len() < STEP;
            if let Some(highest) = rows.last().map(Reader::key) {
                first = highest.saturating_add(1);
            }
            rows.into_iter().try_for_each(&mut visitor)?;
            if complete || first > last {
                return Ok(());
            }
        }
    }

    /// One row.
    pub(crate) fn row(&mut self, table: &'static Table, key: i64) -> Result<Option<Reader>, IndexError> {
        Ok(self.rows(table, key..=key, Order::Ascending, 1)?.pop())
    }

    /// One row that something else in the index promises.
    pub(crate) fn promised_row(&mut self, table: &'static Table, key: i64) -> Result<Reader, IndexError> {
        self.row(table, key)?
            .ok_or_else(|| IndexError::damaged(format!("{} {key} is missing", table.name)))
    }

    /// Rows that something else in the index promises, by their keys, their checksums verified.
    pub(crate) fn promised_rows(
        &mut self,
        table: &'static Table,
        keys: &[i64],
    ) -> Result<BTreeMap<i64, Reader>, IndexError> {
        let mut found = BTreeMap::new();
        for some in keys.chunks(AMONG) {
            // Fewer than the statement takes are filled up with one of them, so that there is one statement for all.
            let fill = some.iter().cycle().take(AMONG);
            let wanted: Vec<Cell> = fill.map(|key| Cell::Int(*key)).collect();
            for row in self.connection.query(&table.among, &wanted)? {
                let row = Reader::open(table, row)?;
                found.insert(row.key(), row);
            }
        }
        match keys.iter().find(|key| !found.contains_key(key)) {
            Some(key) => Err(IndexError::damaged(format!("{} {key} is missing", table.name))),
            None => Ok(found),
        }
    }

    /// Appends checksums and inserts.
    pub(crate) fn insert(&mut self, table: &'static Table, rows: Vec<Row>) -> Result<(), IndexError> {
        if rows.is_empty() {
            return Ok(());
        }
        self.connection
            .insert(table, rows.into_iter().map(|row| row::seal(table, row)).collect())
    }

    /// Removes the rows with keys in a range.
    pub(crate) fn delete(
        &mut self,
        table: &'static Table,
        keys: RangeInclusive<i64>,
    ) -> Result<(), IndexError> {
        self.connection
            .execute(&table.delete, &[Cell::Int(*keys.start()), Cell::Int(*keys.end())])
    }
}
