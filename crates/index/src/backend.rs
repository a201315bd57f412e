//! The door to a database: what both drivers do, in terms both mean alike.
//!
//! Every statement is one text for both databases. Parameters are written `$1`, `$2`, … and must first occur in that order,
//! because SQLite takes them for names and numbers names as they occur. Column types are `BIGINT`, `BYTEA` and `TEXT`:
//! PostgreSQL's own names, to which SQLite gives the affinities integer, none that changes a blob, and text.

mod postgres;
mod sqlite;

use std::fmt;

use crate::error::IndexError;
use crate::location::Location;
use crate::schema::Table;

/// One value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    /// No value.
    Null,
    /// An integer.
    Int(i64),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Text.
    Text(String),
    /// A value of a type that no column has: somebody changed the row. It is never written.
    Foreign,
}

/// A row: the primary key first, then the other columns in the order of the table.
pub(crate) type Row = Vec<Cell>;

/// What a database transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Several reads of one snapshot.
    Read,
    /// Changes that happen together or not at all.
    Write,
}

/// One session with a database. Statements outside [`Connection::begin`] and [`Connection::end`] stand alone.
pub(crate) trait Connection: Send + fmt::Debug {
    /// The type of a primary key of 64 bits by which the table itself is ordered: the one word the databases do not share.
    fn key_type(&self) -> &'static str;

    /// Begins a transaction. One that an earlier caller left open is rolled back first.
    fn begin(&mut self, mode: Mode) -> Result<(), IndexError>;

    /// Ends the transaction: keeps its changes, or drops them.
    fn end(&mut self, keep: bool) -> Result<(), IndexError>;

    /// Runs a statement that gives no rows.
    fn execute(&mut self, sql: &str, parameters: &[Cell]) -> Result<(), IndexError>;

    /// Runs a query.
    fn query(&mut self, sql: &str, parameters: &[Cell]) -> Result<Vec<Row>, IndexError>;

    /// Inserts rows by the fastest way the database has. A key that exists already is damage.
    fn insert(&mut self, table: &'static Table, rows: Vec<Row>) -> Result<(), IndexError>;
}

/// The sessions of one index.
#[derive(Debug)]
pub(crate) struct Sessions {
    /// The one that writes.
    pub(crate) writer: Box<dyn Connection>,
    /// Those that read while it writes. None in memory, where the writer's is the only one.
    pub(crate) readers: Vec<Box<dyn Connection>>,
}

/// Opens the database of a location, or creates it empty.
pub(crate) fn open(location: &Location) -> Result<Sessions, IndexError> {
    match location {
        Location::Memory => sqlite::open_in_memory(),
        Location::Sqlite { path } => sqlite::open(path),
        Location::Postgres { url } => postgres::open(url),
    }
}

/// Deletes the tables of a location, with all they hold, whatever state they are in.
pub(crate) fn erase(location: &Location) -> Result<(), IndexError> {
    match location {
        Location::Memory => Ok(()),
        Location::Sqlite { path } => sqlite::erase(path),
        Location::Postgres { url } => postgres::erase(url),
    }
}
