//! PostgreSQL: each session is a thread of its own with a connection, fed through a channel that holds one request.
//!
//! The synchronous client drives an async runtime inside, which must not happen on a thread that drives another one; so no
//! caller ever touches it. A connection that broke is made anew by the next [`Connection::begin`].

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::BytesMut;
use postgres::binary_copy::BinaryCopyInWriter;
use postgres::error::SqlState;
use postgres::types::{Format, IsNull, ToSql, Type};
use postgres::{Client, Config, NoTls, Statement};

use super::{Cell, Connection, Mode, Row, Sessions};
use crate::error::IndexError;
use crate::schema::{self, Kind, Table};

/// Sessions that read beside the writer.
const READERS: usize = 2;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);

/// Limits of every session. A commit need not reach the disk at once: what a crash of the server loses is applied again. Every
/// query walks a primary key in its order; without this, a table that was never analysed may be read and sorted as a whole.
const SETTINGS: &str =
    "SET statement_timeout = '60s'; SET lock_timeout = '10s'; SET synchronous_commit = off;
    SET idle_in_transaction_session_timeout = '120s'; SET client_min_messages = warning;
    SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off; SET jit = off";

/// Held by the session that writes, so that two nodes never share one database by mistake. Waits a little, because the server
/// frees the lock of a session that has just been closed in its own time.
const LOCK: &str =
    "SET lock_timeout = '2s'; SELECT pg_advisory_lock(hashtext('yinxin index ' || current_schema()))";

/// Opens a session that writes and some that read.
pub(super) fn open(url: &str) -> Result<Sessions, IndexError> {
    let writer = Session::start(url, true)?;
    let mut readers: Vec<Box<dyn Connection>> = Vec::with_capacity(READERS);
    for _ in 0..READERS {
        readers.push(Box::new(Session::start(url, false)?));
    }
    Ok(Sessions {
        writer: Box::new(writer),
        readers,
    })
}

/// Drops every table of ours.
pub(super) fn erase(url: &str) -> Result<(), IndexError> {
    let mut session = Session::start(url, true)?;
    session.begin(Mode::Write)?;
    for table in schema::tables() {
        session.execute(&table.drop, &[])?;
    }
    session.end(true)
}

/// The caller's end of a session.
#[derive(Debug)]
struct Session {
    requests: Option<SyncSender<Request>>,
    answers: Receiver<Result<Vec<Row>, IndexError>>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread is asked to do. Each request has one answer.
enum Request {
    Begin(Mode),
    End(bool),
    Execute(String, Vec<Cell>),
    Query(String, Vec<Cell>),
    Insert(&'static Table, Vec<Row>),
}

impl Session {
    fn start(url: &str, writer: bool) -> Result<Self, IndexError> {
        let mut config: Config = url
            .parse()
            .map_err(|error| IndexError::database("read the connection string", error))?;
        config.connect_timeout(CONNECT).application_name("yinxin-index");
        let (requests, asked) = sync_channel(1);
        let (answer, answers) = sync_channel(1);
        let work = move || {
            let mut worker = Worker {
                config,
                writer,
                live: None,
            };
            while let Ok(request) = asked.recv() {
                if answer.send(worker.handle(request)).is_err() {
                    return;
                }
            }
        };
        let thread = thread::Builder::new()
            .name("index-postgres".to_owned())
            .spawn(work)
            .map_err(|error| IndexError::database("start a thread", error))?;
        let mut session = Self {
            requests: Some(requests),
            answers,
            thread: Some(thread),
        };
        // Connects now, so that a wrong address is reported at the start.
        session.begin(Mode::Read)?;
        session.end(false)?;
        Ok(session)
    }

    fn ask(&mut self, request: Request) -> Result<Vec<Row>, IndexError> {
        let gone = || IndexError::database("reach the database thread", "the thread has ended");
        self.requests
            .as_ref()
            .ok_or_else(gone)?
            .send(request)
            .map_err(|_| gone())?;
        self.answers.recv().map_err(|_| gone())?
    }
}

impl Drop for Session {
    /// Closes the connection before it returns, so that the lock it held is free.
    fn drop(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::warn!("a database thread of the index panicked");
        }
    }
}

impl Connection for Session {
    fn key_type(&self) -> &'static str {
        "BIGINT"
    }

    fn begin(&mut self, mode: Mode) -> Result<(), IndexError> {
        self.ask(Request::Begin(mode)).map(drop)
    }

    fn end(&mut self, keep: bool) -> Result<(), IndexError> {
        self.ask(Request::End(keep)).map(drop)
    }

    fn execute(&mut self, sql: &str, parameters: &[Cell]) -> Result<(), IndexError> {
        self.ask(Request::Execute(sql.to_owned(), parameters.to_vec()))
            .map(drop)
    }

    fn query(&mut self, sql: &str, parameters: &[Cell]) -> Result<Vec<Row>, IndexError> {
        self.ask(Request::Query(sql.to_owned(), parameters.to_vec()))
    }

    fn insert(&mut self, table: &'static Table, rows: Vec<Row>) -> Result<(), IndexError> {
        self.ask(Request::Insert(table, rows)).map(drop)
    }
}

/// The thread's end of a session.
struct Worker {
    config: Config,
    writer: bool,
    live: Option<Live>,
}

/// A connection and the statements prepared on it.
struct Live {
    client: Client,
    statements: BTreeMap<String, Statement>,
    in_transaction: bool,
}

impl Worker {
    fn handle(&mut self, request: Request) -> Result<Vec<Row>, IndexError> {
        if matches!(request, Request::Begin(_))
            && self.live.as_ref().is_none_or(|live| live.client.is_closed())
        {
            self.live = None;
            self.live = Some(self.connect()?);
        }
        let live = self
            .live
            .as_mut()
            .ok_or_else(|| IndexError::database("use the connection", "not connected"))?;
        match request {
            Request::Begin(mode) => live.begin(mode),
            Request::End(keep) => live.end(keep),
            Request::Execute(sql, parameters) => live.execute(&sql, &parameters),
            Request::Query(sql, parameters) => live.query(&sql, &parameters),
            Request::Insert(table, rows) => live.insert(table, &rows),
        }
    }

    fn connect(&self) -> Result<Live, IndexError> {
        let mut client = self
            .config
            .connect(NoTls)
            .map_err(|error| failure("connect", error))?;
        client
            .batch_execute(SETTINGS)
            .map_err(|error| failure("set up the session", error))?;
        let encoding: String = client
            .query_one("SHOW server_encoding", &[])
            .and_then(|row| row.try_get(0))
            .map_err(|error| failure("ask for the encoding", error))?;
        if encoding != "UTF8" {
            let reason = format!("its encoding is {encoding}; create it with ENCODING 'UTF8'");
            return Err(IndexError::database("use the database", reason));
        }
        if self.writer {
            client.batch_execute(LOCK).map_err(|error| match error.code() {
                Some(&SqlState::LOCK_NOT_AVAILABLE) => IndexError::InUse,
                _ => failure("lock the index", error),
            })?;
        }
        client
            .batch_execute(SETTINGS)
            .map_err(|error| failure("set up the session", error))?;
        Ok(Live {
            client,
            statements: BTreeMap::new(),
            in_transaction: false,
        })
    }
}

impl Live {
    fn begin(&mut self, mode: Mode) -> Result<Vec<Row>, IndexError> {
        if self.in_transaction {
            self.end(false)?;
        }
        let sql = match mode {
            Mode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Mode::Write => "BEGIN ISOLATION LEVEL REPEATABLE READ",
        };
        self.client
            .batch_execute(sql)
            .map_err(|error| failure("begin", error))?;
        self.in_transaction = true;
        Ok(Vec::new())
    }

    fn end(&mut self, keep: bool) -> Result<Vec<Row>, IndexError> {
        if self.in_transaction {
            let sql = if keep { "COMMIT" } else { "ROLLBACK" };
            self.client
                .batch_execute(sql)
                .map_err(|error| failure("end a transaction", error))?;
            self.in_transaction = false;
        }
        Ok(Vec::new())
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement, IndexError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self
            .client
            .prepare(sql)
            .map_err(|error| failure("prepare a statement", error))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn execute(&mut self, sql: &str, parameters: &[Cell]) -> Result<Vec<Row>, IndexError> {
        let statement = self.prepare(sql)?;
        self.client
            .execute(&statement, &references(parameters))
            .map_err(|error| failure("run a statement", error))?;
        Ok(Vec::new())
    }

    fn query(&mut self, sql: &str, parameters: &[Cell]) -> Result<Vec<Row>, IndexError> {
        let statement = self.prepare(sql)?;
        let found = self
            .client
            .query(&statement, &references(parameters))
            .map_err(|error| failure("run a query", error))?;
        Ok(found
            .iter()
            .map(|row| (0..row.len()).map(|column| cell(row, column)).collect())
            .collect())
    }

    fn insert(&mut self, table: &Table, rows: &[Row]) -> Result<Vec<Row>, IndexError> {
        let types: Vec<Type> = table
            .kinds()
            .map(|kind| match kind {
                Kind::Integer => Type::INT8,
                Kind::Bytes => Type::BYTEA,
                Kind::Text => Type::TEXT,
            })
            .collect();
        let failed = |error| failure("insert rows", error);
        let writer = self.client.copy_in(table.copy.as_str()).map_err(failed)?;
        let mut writer = BinaryCopyInWriter::new(writer, &types);
        for row in rows {
            writer.write(&references(row)).map_err(failed)?;
        }
        writer.finish().map_err(failed)?;
        Ok(Vec::new())
    }
}

fn references(cells: &[Cell]) -> Vec<&(dyn ToSql + Sync)> {
    cells.iter().map(|cell| -> &(dyn ToSql + Sync) { cell }).collect()
}

fn cell(row: &postgres::Row, column: usize) -> Cell {
    let kind = row.columns().get(column).map(|column| column.type_().clone());
    let value = match kind {
        Some(Type::INT8) => row
            .try_get::<_, Option<i64>>(column)
            .map(|value| value.map(Cell::Int)),
        Some(Type::BYTEA) => row
            .try_get::<_, Option<Vec<u8>>>(column)
            .map(|value| value.map(Cell::Bytes)),
        Some(Type::TEXT) => row
            .try_get::<_, Option<String>>(column)
            .map(|value| value.map(Cell::Text)),
        _ => return Cell::Foreign,
    };
    value.map_or(Cell::Foreign, |value| value.unwrap_or(Cell::Null))
}

/// Tells damage from what the server failed to do.
fn failure(action: &'static str, error: postgres::Error) -> IndexError {
    const DAMAGE: [SqlState; 6] = [
        SqlState::UNIQUE_VIOLATION,
        SqlState::NOT_NULL_VIOLATION,
        SqlState::UNDEFINED_TABLE,
        SqlState::UNDEFINED_COLUMN,
        SqlState::DATA_CORRUPTED,
        SqlState::INDEX_CORRUPTED,
    ];
    match error.code() {
        Some(code) if DAMAGE.contains(code) => IndexError::damaged(error.to_string()),
        _ => IndexError::database(action, error),
    }
}

impl ToSql for Cell {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null | Self::Foreign => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql_checked(kind, out),
            Self::Bytes(bytes) => bytes.to_sql_checked(kind, out),
            Self::Text(text) => text.to_sql_checked(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        // Each kind of cell checks for itself.
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Binary
    }

    fn to_sql_checked(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.to_sql(kind, out)
    }
}
