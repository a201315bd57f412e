//! The mark itself: what it is made of, and how it is put into rows.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use yinxin_crypto::{HashAlgorithm, hmac};
use zeroize::Zeroizing;

use crate::column::Column;
use crate::table::{MAX_COLUMNS, MAX_ROWS, Table, plain};

/// Bytes of the secret.
pub const SECRET_BYTES: usize = 32;
/// The fewest canary rows.
pub const MIN_CANARIES: u32 = 4;
/// The most canary rows.
pub const MAX_CANARIES: u32 = 500;
/// From so many different values in a column on, a found cell tells something.
const TELLING: u64 = 1000;

/// Why rows cannot be marked, or what was read is no mark.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MarkError {
    /// The column of the order is not there.
    #[error("there is no column `{0}`")]
    NoColumn(String),
    /// Cells of a column could be somebody's, and nobody said how to invent others; or they are not what was declared.
    #[error("say what the cells of column `{0}` are: they do not show it, or are something else")]
    Undeclared(String),
    /// The column of the order repeats itself too much.
    #[error("column `{0}` has too few different cells to order rows by")]
    Repeated(String),
    /// No column has enough different values for invented rows to be told apart.
    #[error("no column has identifiers, so that invented rows could not be told from others")]
    Indistinct,
    /// Too many rows together, or too many or too few canary rows.
    #[error("{MIN_CANARIES} to {MAX_CANARIES} canary rows, and with them at most {MAX_ROWS} rows")]
    Canaries,
    /// A row is one that the mark would invent.
    #[error("row {0} has an identifier that only invented rows may have")]
    Taken(usize),
    /// What was read is no mark.
    #[error("it is no mark: {0}")]
    Malformed(&'static str),
}

/// A column with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyedColumn {
    /// What its cells are.
    pub form: Column,
    /// Its name.
    pub name: String,
}

/// Everything that makes one delivery different from all others. Whoever has it can find the mark, take it off and put it on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// How many canary rows.
    canaries: u32,
    /// The columns.
    columns: Vec<KeyedColumn>,
    /// The column by which rows are ordered.
    key: String,
    /// The secret, in hexadecimal.
    secret: String,
}

impl std::fmt::Debug for Mark {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Mark")
            .field("canaries", &self.canaries)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// The usual number of canary rows: one for every twenty rows, at least eight.
pub fn usual_canaries(rows: usize) -> u32 {
    u32::try_from(rows / 20)
        .unwrap_or(MAX_CANARIES)
        .clamp(8, MAX_CANARIES)
}

impl Mark {
    /// Plans the mark of a delivery: learns what the columns hold, `declared` before what they show. The secret must be random and of this
    /// delivery alone.
    ///
    /// # Errors
    /// [`MarkError`].
    pub fn plan(
        table: &Table,
        key: &str,
        declared: &BTreeMap<String, String>,
        canaries: u32,
        secret: &[u8; SECRET_BYTES],
    ) -> Result<Self, MarkError> {
        let wanted = declared.keys().map(String::as_str).chain([key]);
        if let Some(absent) = wanted
            .into_iter()
            .find(|name| !table.header.iter().any(|one| one == name))
        {
            return Err(MarkError::NoColumn(absent.to_owned()));
        }
        let together = table
            .rows
            .len()
            .saturating_add(usize::try_from(canaries).unwrap_or(usize::MAX));
        if !(MIN_CANARIES..=MAX_CANARIES).contains(&canaries) || together > MAX_ROWS {
            return Err(MarkError::Canaries);
        }
        let mut columns = Vec::with_capacity(table.header.len());
        for (place, name) in table.header.iter().enumerate() {
            let cells: Vec<&str> = table
                .rows
                .iter()
                .filter_map(|row| row.get(place))
                .map(String::as_str)
                .collect();
            let form = match declared.get(name) {
                Some(kind) => Column::declared(kind, &cells),
                None => Column::shown(&cells),
            };
            let form = form.ok_or_else(|| MarkError::Undeclared(name.clone()))?;
            if name == key {
                let distinct = cells.iter().collect::<BTreeSet<_>>().len();
                // Nine of ten: the order of what is equal tells nothing.
                if distinct.saturating_mul(10) < cells.len().saturating_mul(9) {
                    return Err(MarkError::Repeated(name.clone()));
                }
            }
            let exact = matches!(form, Column::CitizenNumber { .. } | Column::Reserved { .. });
            if exact && let Some(row) = cells.iter().position(|cell| form.might(&plain(cell))) {
                return Err(MarkError::Taken(row.saturating_add(1)));
            }
            columns.push(KeyedColumn {
                form,
                name: name.clone(),
            });
        }
        if !columns.iter().any(|column| tells(&column.form)) {
            return Err(MarkError::Indistinct);
        }
        Ok(Self {
            canaries,
            columns,
            key: key.to_owned(),
            secret: hex::encode(secret),
        })
    }

    /// Checks one that was read.
    ///
    /// # Errors
    /// [`MarkError::Malformed`].
    pub fn check(&self) -> Result<(), MarkError> {
        if self.secret.len() != 2 * SECRET_BYTES
            || !self
                .secret
                .bytes()
                .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
        {
            return Err(MarkError::Malformed("its secret is not of 32 bytes"));
        }
        if !(MIN_CANARIES..=MAX_CANARIES).contains(&self.canaries)
            || !(1..=MAX_COLUMNS).contains(&self.columns.len())
        {
            return Err(MarkError::Malformed("too many or too few canary rows or columns"));
        }
        if !self.columns.iter().all(|column| column.form.is_sane()) {
            return Err(MarkError::Malformed("a column is out of bounds"));
        }
        if !self.columns.iter().any(|column| column.name == self.key) {
            return Err(MarkError::Malformed(
                "the column of the order is not among its columns",
            ));
        }
        Ok(())
    }

    /// The recipient's copy: the rows and the canary rows, in the order of this delivery.
    pub fn apply(&self, table: &Table) -> Table {
        let place = self
            .columns
            .iter()
            .position(|column| column.name == self.key)
            .unwrap_or(0);
        let canaries = (0..self.canaries).map(|number| self.canary(number));
        let rank = Ranks::new(&self.secret());
        let mut rows: Vec<(u64, u64, Vec<String>)> = table
            .rows
            .iter()
            .cloned()
            .chain(canaries)
            .map(|row| {
                let key = row.get(place).map(|cell| plain(cell)).unwrap_or_default();
                // Rows with the same cell stand in an order that nothing of theirs tells.
                (rank.of(&key), rank.of(&row.join("\u{1f}")), row)
            })
            .collect();
        rows.sort();
        Table {
            header: table.header.clone(),
            rows: rows.into_iter().map(|(_, _, row)| row).collect(),
        }
    }

    /// The number of canary rows.
    pub const fn canaries(&self) -> u32 {
        self.canaries
    }

    /// The column of the order.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The columns.
    pub fn columns(&self) -> &[KeyedColumn] {
        &self.columns
    }

    /// An invented row.
    pub fn canary(&self, number: u32) -> Vec<String> {
        let secret = self.secret();
        let cells = self.columns.iter().zip(0_u32..);
        cells
            .map(|(column, place)| {
                column
                    .form
                    .cell(drawn(&secret, number, place, column.form.space()))
            })
            .collect()
    }

    pub(crate) fn ranks(&self) -> Ranks {
        Ranks::new(&self.secret())
    }

    fn secret(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(hex::decode(&self.secret).unwrap_or_default())
    }
}

/// Whether cells of a column tell something.
pub(crate) fn tells(form: &Column) -> bool {
    form.space() >= TELLING
}

/// A number below `space`, each as likely as another up to one part in 2^20: no space is larger than 2^44.
fn drawn(secret: &[u8], number: u32, place: u32, space: u64) -> u64 {
    let parts: [&[u8]; 3] = [
        b"yinxin/mark/canary/1\0",
        &number.to_be_bytes(),
        &place.to_be_bytes(),
    ];
    first_eight(&hmac::authenticate(HashAlgorithm::Sha256, secret, &parts))
        .checked_rem(space)
        .unwrap_or(0)
}

fn first_eight(code: &[u8; hmac::LENGTH]) -> u64 {
    code.first_chunk().map_or(0, |eight| u64::from_be_bytes(*eight))
}

/// The keyed function that gives rows their order.
pub(crate) struct Ranks(Zeroizing<Vec<u8>>);

impl Ranks {
    fn new(secret: &[u8]) -> Self {
        Self(Zeroizing::new(secret.to_vec()))
    }

    /// The rank of a plain cell.
    pub fn of(&self, cell: &str) -> u64 {
        let parts: [&[u8]; 2] = [b"yinxin/mark/order/1\0", cell.as_bytes()];
        first_eight(&hmac::authenticate(HashAlgorithm::Sha256, &self.0, &parts))
    }
}
