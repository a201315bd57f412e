//! The embedded database: one file in write-ahead-log mode, one session that writes, a few that read beside it.

use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection as Database, ErrorCode, OpenFlags, ToSql};
use tracing::warn;

use super::{Cell, Connection, Mode, Row, Sessions};
use crate::error::IndexError;
use crate::schema::Table;

/// Sessions that read beside the writer.
const READERS: usize = 3;

/// Prepared statements kept by each session; the index has fewer than this.
const STATEMENTS: usize = 112;

/// How long a session waits for another process that holds the file, such as a backup.
const BUSY: Duration = Duration::from_secs(5);

/// How long the check of the file's structure may delay a start. Rows carry checksums of their own, so an unfinished check
/// only puts off the discovery of damage until the damaged row is read.
const CHECK: Duration = Duration::from_secs(5);

/// Settings of a session that writes.
///
/// `FULL` syncs the log at the end of every block, before the engine is told that the block is recorded: the index never lags behind the
/// ledger, not even after a power loss, and need not be drawn again. The log is copied every 4096 pages (16 MiB).
const WRITER: &str = "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4096; PRAGMA journal_size_limit=33554432;
    PRAGMA cache_size=-8192; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF;";

/// Settings of a session that reads.
const READER: &str =
    "PRAGMA query_only=ON; PRAGMA cache_size=-2048; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;
    PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF;";

/// A session with a file, or with memory.
#[derive(Debug)]
struct Session {
    database: Database,
}

/// A database that lives as long as its session.
pub(super) fn open_in_memory() -> Result<Sessions, IndexError> {
    let database = Database::open_in_memory().map_err(|error| failure("open a database in memory", error))?;
    settle(&database, WRITER)?;
    Ok(Sessions {
        writer: Box::new(Session { database }),
        readers: Vec::new(),
    })
}

/// The database in a file.
pub(super) fn open(path: &Path) -> Result<Sessions, IndexError> {
    let writer = connect(path, OpenFlags::SQLITE_OPEN_CREATE)?;
    // The first statement that reads the file finds out whether it is a database at all.
    let mode: String = writer
        .query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0))
        .map_err(|error| failure("open the file", error))?;
    if mode != "wal" {
        return Err(IndexError::database(
            "open the file",
            format!("journal mode is `{mode}`, not `wal`"),
        ));
    }
    settle(&writer, WRITER)?;
    check(&writer)?;
    let mut readers: Vec<Box<dyn Connection>> = Vec::with_capacity(READERS);
    for _ in 0..READERS {
        let database = connect(path, OpenFlags::empty())?;
        settle(&database, READER)?;
        readers.push(Box::new(Session { database }));
    }
    Ok(Sessions {
        writer: Box::new(Session { database: writer }),
        readers,
    })
}

/// Removes the file and its working files.
pub(super) fn erase(path: &Path) -> Result<(), IndexError> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(IndexError::database("delete the file", error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn connect(path: &Path, extra: OpenFlags) -> Result<Database, IndexError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | extra;
    Database::open_with_flags(path, flags).map_err(|error| failure("open the file", error))
}

fn settle(database: &Database, settings: &str) -> Result<(), IndexError> {
    database.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without this guarantee a statement whose bound values could change its plan is compiled anew at every use.
    database
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(|error| failure("set up the session", error))?;
    database
        .busy_timeout(BUSY)
        .map_err(|error| failure("set the waiting time", error))?;
    database
        .execute_batch(settings)
        .map_err(|error| failure("set up the session", error))
}

/// Checks the structure of the file for at most [`CHECK`].
fn check(database: &Database) -> Result<(), IndexError> {
    let interrupt = database.get_interrupt_handle();
    let (done, waiting) = mpsc::sync_channel::<()>(1);
    let verdict = thread::scope(|scope| {
        scope.spawn(move || {
            if waiting.recv_timeout(CHECK) == Err(mpsc::RecvTimeoutError::Timeout) {
                interrupt.interrupt();
            }
        });
        let verdict = database.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
        drop(done);
        verdict
    });
    match verdict {
        Ok(verdict) if verdict == "ok" => Ok(()),
        Ok(verdict) => Err(IndexError::damaged(verdict)),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
            warn!(
                seconds = CHECK.as_secs(),
                "the index is too large to check its structure at the start"
            );
            Ok(())
        }
        Err(error) => Err(failure("check the file", error)),
    }
}

/// Tells damage from what the machine failed to do.
fn failure(action: &'static str, error: rusqlite::Error) -> IndexError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::ConstraintViolation) => {
            IndexError::damaged(error.to_string())
        }
        // A statement of ours that does not compile means that a table is not as we made it.
        Some(ErrorCode::Unknown) => IndexError::damaged(error.to_string()),
        _ => IndexError::database(action, error),
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null | Self::Foreign => ToSqlOutput::Owned(Value::Null),
            Self::Int(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Int(number),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
        ValueRef::Text(text) => {
            std::str::from_utf8(text).map_or(Cell::Foreign, |text| Cell::Text(text.to_owned()))
        }
        ValueRef::Real(_) => Cell::Foreign,
    }
}

impl Connection for Session {
    fn key_type(&self) -> &'static str {
        // Only under this name is the key the row number itself, and not a second tree beside the rows.
        "INTEGER"
    }

    fn begin(&mut self, mode: Mode) -> Result<(), IndexError> {
        if !self.database.is_autocommit() {
            self.end(false)?;
        }
        self.execute(
            if mode == Mode::Write {
                "BEGIN IMMEDIATE"
            } else {
                "BEGIN DEFERRED"
            },
            &[],
        )
    }

    fn end(&mut self, keep: bool) -> Result<(), IndexError> {
        // SQLite has already rolled back by itself after some errors.
        if self.database.is_autocommit() {
            return Ok(());
        }
        self.execute(if keep { "COMMIT" } else { "ROLLBACK" }, &[])
    }

    fn execute(&mut self, sql: &str, parameters: &[Cell]) -> Result<(), IndexError> {
        let mut statement = self
            .database
            .prepare_cached(sql)
            .map_err(|error| failure("prepare a statement", error))?;
        statement
            .execute(rusqlite::params_from_iter(parameters))
            .map_err(|error| failure("run a statement", error))?;
        Ok(())
    }

    fn query(&mut self, sql: &str, parameters: &[Cell]) -> Result<Vec<Row>, IndexError> {
        let mut statement = self
            .database
            .prepare_cached(sql)
            .map_err(|error| failure("prepare a query", error))?;
        let columns = statement.column_count();
        let mut found = statement
            .query(rusqlite::params_from_iter(parameters))
            .map_err(|error| failure("run a query", error))?;
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(|error| failure("read rows", error))? {
            let cells = (0..columns).map(|column| row.get_ref(column).map(cell));
            rows.push(
                cells
                    .collect::<Result<Row, _>>()
                    .map_err(|error| failure("read a row", error))?,
            );
        }
        Ok(rows)
    }

    fn insert(&mut self, table: &'static Table, rows: Vec<Row>) -> Result<(), IndexError> {
        let mut statement = self
            .database
            .prepare_cached(&table.insert)
            .map_err(|error| failure("prepare an insertion", error))?;
        for row in &rows {
            statement
                .execute(rusqlite::params_from_iter(row))
                .map_err(|error| failure("insert a row", error))?;
        }
        Ok(())
    }
}
