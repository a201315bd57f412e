//! The tables. Each has a number as primary key that keeps its rows in the order of the chain, and a checksum in every row.
//!
//! Rows are only ever appended in that order (but for the look-up runs, see [`crate::lookup`]), so that writing a block
//! touches the right edge of each table however large the index has grown.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use yinxin_crypto::Digest;
use yinxin_types::Height;

use crate::backend::{Cell, Connection, Mode, Row};
use crate::error::IndexError;
use crate::row::{self, Reader};
use crate::{evidence, history, lookup, position};

/// Number of this table layout. An index with another one is rebuilt, never converted.
pub(crate) const LAYOUT: i64 = 3;

/// How many rows one statement finds by their keys. A round trip to a server takes as long as it takes to find some dozens of rows.
pub(crate) const AMONG: usize = 64;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Integers.
    Integer,
    /// Bytes.
    Bytes,
    /// Text without the character U+0000, which PostgreSQL does not store.
    Text,
}

impl Kind {
    fn sql(self) -> &'static str {
        match self {
            Self::Integer => "BIGINT",
            Self::Bytes => "BYTEA",
            Self::Text => "TEXT",
        }
    }
}

/// A column besides the key and the checksum.
#[derive(Clone, Copy, Debug)]
struct Column {
    name: &'static str,
    kind: Kind,
    optional: bool,
}

const fn column(name: &'static str, kind: Kind) -> Column {
    Column {
        name,
        kind,
        optional: false,
    }
}

const fn optional(name: &'static str, kind: Kind) -> Column {
    Column {
        name,
        kind,
        optional: true,
    }
}

/// What the key of a table is made of. Every key but that of the one row of [`META`] begins with a height, so that the rows of
/// a range of blocks are a range of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keyed {
    /// Always 1.
    Once,
    /// The height of a block.
    Height,
    /// The [position](crate::position) of a transaction.
    Position,
    /// Position and place of a link, see [`evidence::link_number`].
    Link,
    /// Height and level of a subtree, see [`history::row_number`].
    Subtree,
    /// Last height and level of a look-up run.
    Run,
    /// Run and page.
    Page,
}

impl Keyed {
    /// How many bits of a key follow the height.
    fn bits_after_height(self) -> u32 {
        match self {
            Self::Once | Self::Height => 0,
            Self::Position => position::INDEX_BITS,
            Self::Link => position::INDEX_BITS + evidence::LINK_BITS,
            Self::Subtree => history::LEVEL_BITS,
            Self::Run => lookup::LEVEL_BITS,
            Self::Page => lookup::LEVEL_BITS + lookup::PAGE_BITS,
        }
    }

    fn column(self) -> &'static str {
        match self {
            Self::Height => "height",
            Self::Position => "position",
            Self::Once | Self::Link | Self::Subtree | Self::Run | Self::Page => "number",
        }
    }
}

/// A table and the few statements that are ever used on it.
#[derive(Debug)]
pub(crate) struct Table {
    /// Name, with a prefix that keeps it apart from other people's tables.
    pub(crate) name: &'static str,
    keyed: Keyed,
    columns: Vec<Column>,
    /// Creates the table if it is not there; `{key}` stands for the type of the primary key.
    create: String,
    /// Removes the table.
    pub(crate) drop: String,
    /// Inserts one row.
    pub(crate) insert: String,
    /// Inserts rows in PostgreSQL's bulk form.
    pub(crate) copy: String,
    /// Rows with keys `$1` to `$2`, at most `$3`, lowest key first.
    pub(crate) ascending: String,
    /// The same, highest key first.
    pub(crate) descending: String,
    /// Rows with the keys `$1` to `$64`, in any order; a key may stand there more than once.
    pub(crate) among: String,
    /// The highest key.
    pub(crate) last: String,
    /// Removes the rows with keys `$1` to `$2`.
    pub(crate) delete: String,
}

impl Table {
    fn new(name: &'static str, keyed: Keyed, columns: &[Column]) -> Self {
        let key = keyed.column();
        let mut all = vec![column(key, Kind::Integer)];
        all.extend_from_slice(columns);
        all.push(column("checksum", Kind::Integer));
        let definitions: Vec<String> = all
            .iter()
            .map(|column| {
                let name = column.name;
                match (name == key, column.optional) {
                    (true, _) => format!("{name} {{key}} PRIMARY KEY"),
                    (false, true) => format!("{name} {}", column.kind.sql()),
                    (false, false) => format!("{name} {} NOT NULL", column.kind.sql()),
                }
            })
            .collect();
        let names: Vec<&str> = all.iter().map(|column| column.name).collect();
        let (names, definitions) = (names.join(", "), definitions.join(", "));
        let values: Vec<String> = (1..=all.len()).map(|number| format!("${number}")).collect();
        let among: Vec<String> = (1..=AMONG).map(|number| format!("${number}")).collect();
        let among = among.join(", ");
        let range = format!("SELECT {names} FROM {name} WHERE {key} >= $1 AND {key} <= $2 ORDER BY {key}");
        Self {
            name,
            keyed,
            columns: all,
            create: format!("CREATE TABLE IF NOT EXISTS {name} ({definitions})"),
            drop: format!("DROP TABLE IF EXISTS {name}"),
            insert: format!("INSERT INTO {name} ({names}) VALUES ({})", values.join(", ")),
            copy: format!("COPY {name} ({names}) FROM STDIN (FORMAT binary)"),
            ascending: format!("{range} ASC LIMIT $3"),
            descending: format!("{range} DESC LIMIT $3"),
            among: format!("SELECT {names} FROM {name} WHERE {key} IN ({among})"),
            last: format!("SELECT max({key}) FROM {name}"),
            delete: format!("DELETE FROM {name} WHERE {key} >= $1 AND {key} <= $2"),
        }
    }

    /// The keys that rows of blocks `first` to `last` can have; `None` for heights there cannot be.
    pub(crate) fn keys(&self, first: Height, last: Height) -> Option<RangeInclusive<i64>> {
        let bits = self.keyed.bits_after_height();
        let edge = |height: u64| i64::try_from(height).ok()?.checked_mul(1_i64.checked_shl(bits)?);
        let (low, next) = (edge(first.0)?, edge(last.0.checked_add(1)?)?);
        Some(low..=next.checked_sub(1)?)
    }

    /// The lowest key of a block, for a report about it.
    pub(crate) fn first_key(&self, height: Height) -> i64 {
        self.keys(height, height).map_or(i64::MAX, |keys| *keys.start())
    }

    /// The kinds of all columns, key and checksum included.
    pub(crate) fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.columns.iter().map(|column| column.kind)
    }
}

/// One row: which layout, which chain.
pub(crate) static META: LazyLock<Table> = LazyLock::new(|| {
    Table::new(
        "yinxin_meta",
        Keyed::Once,
        &[column("layout", Kind::Integer), column("chain", Kind::Bytes)],
    )
});

/// Blocks by height. `time` repeats the header's, so that a list need not read headers.
pub(crate) static BLOCKS: LazyLock<Table> = LazyLock::new(|| {
    let columns = [
        column("hash", Kind::Bytes),
        column("time", Kind::Integer),
        column("header", Kind::Text),
        optional("certificate", Kind::Text),
    ];
    Table::new("yinxin_blocks", Keyed::Height, &columns)
});

/// Transactions by [position](crate::position). No `outcome` means the one that follows from the evidence entry at the same
/// position, or null where there is none.
pub(crate) static TRANSACTIONS: LazyLock<Table> = LazyLock::new(|| {
    let columns = [
        column("id", Kind::Bytes),
        column("operation", Kind::Text),
        column("account", Kind::Bytes),
        column("code", Kind::Integer),
        optional("outcome", Kind::Text),
    ];
    Table::new("yinxin_transactions", Keyed::Position, &columns)
});

/// Evidence entries by the position of their deposit. No `entry` means the identifier that follows from account and
/// commitment; no `first_entry` means that this deposit was the first of its commitment.
pub(crate) static EVIDENCE: LazyLock<Table> = LazyLock::new(|| {
    let columns = [
        optional("entry", Kind::Bytes),
        column("commitment", Kind::Bytes),
        column("sealed", Kind::Integer),
        optional("items", Kind::Integer),
        optional("size", Kind::Integer),
        optional("media_type", Kind::Text),
        optional("capture", Kind::Text),
        optional("first_entry", Kind::Bytes),
        optional("first_height", Kind::Integer),
        optional("first_time", Kind::Integer),
    ];
    Table::new("yinxin_evidence", Keyed::Position, &columns)
});

/// Links by sixteen times the position of the transaction plus the place of the link in it.
pub(crate) static LINKS: LazyLock<Table> = LazyLock::new(|| {
    let columns = [
        column("entry", Kind::Bytes),
        column("relation", Kind::Text),
        column("target", Kind::Bytes),
    ];
    Table::new("yinxin_links", Keyed::Link, &columns)
});

/// Challenges by position.
pub(crate) static CHALLENGES: LazyLock<Table> = LazyLock::new(|| {
    let columns = [
        column("entry", Kind::Bytes),
        column("grounds", Kind::Text),
        column("statement", Kind::Bytes),
    ];
    Table::new("yinxin_challenges", Keyed::Position, &columns)
});

/// Resolutions of challenges by position.
pub(crate) static RESOLUTIONS: LazyLock<Table> = LazyLock::new(|| {
    let columns = [
        column("challenge", Kind::Bytes),
        column("finding", Kind::Text),
        column("statement", Kind::Bytes),
    ];
    Table::new("yinxin_resolutions", Keyed::Position, &columns)
});

/// Occurrences by height and place among those of the block. The identifier follows from the row and its chain; no `outcome` is null.
pub(crate) static OCCURRENCES: LazyLock<Table> = LazyLock::new(|| {
    let columns = [
        column("scenario", Kind::Text),
        column("key", Kind::Text),
        column("due", Kind::Integer),
        column("fires", Kind::Integer),
        column("sequence", Kind::Integer),
        column("code", Kind::Integer),
        optional("outcome", Kind::Text),
    ];
    Table::new("yinxin_occurrences", Keyed::Position, &columns)
});

/// Roots of the perfect subtrees of the tree of block hashes, see [`crate::history`].
pub(crate) static HISTORY: LazyLock<Table> =
    LazyLock::new(|| Table::new("yinxin_history", Keyed::Subtree, &[column("hash", Kind::Bytes)]));

/// Look-up runs, see [`crate::lookup`].
pub(crate) static RUNS: LazyLock<Table> = LazyLock::new(|| {
    let columns = [
        column("first_height", Kind::Integer),
        column("counts", Kind::Bytes),
    ];
    Table::new("yinxin_lookup_runs", Keyed::Run, &columns)
});

/// The pages of look-up runs.
pub(crate) static PAGES: LazyLock<Table> =
    LazyLock::new(|| Table::new("yinxin_lookup_pages", Keyed::Page, &[column("keys", Kind::Bytes)]));

/// Every table.
pub(crate) fn tables() -> [&'static Table; 11] {
    [
        &META,
        &BLOCKS,
        &TRANSACTIONS,
        &EVIDENCE,
        &LINKS,
        &CHALLENGES,
        &RESOLUTIONS,
        &OCCURRENCES,
        &HISTORY,
        &RUNS,
        &PAGES,
    ]
}

/// The one row of [`META`].
pub(crate) fn meta_row(chain: &Digest) -> Row {
    vec![Cell::Int(1), Cell::Int(LAYOUT), row::digest(chain)]
}

/// Creates the tables in a new database, or checks that those of an old one are ours. All of it in one transaction.
pub(crate) fn prepare(connection: &mut dyn Connection, chain: &Digest) -> Result<(), IndexError> {
    connection.begin(Mode::Write)?;
    let result = create_or_check(connection, chain);
    let ended = connection.end(result.is_ok());
    result.and(ended)
}

fn create_or_check(connection: &mut dyn Connection, chain: &Digest) -> Result<(), IndexError> {
    for table in tables() {
        let sql = table.create.replace("{key}", connection.key_type());
        connection.execute(&sql, &[])?;
    }
    let everything = [Cell::Int(i64::MIN), Cell::Int(i64::MAX), Cell::Int(2)];
    let mut rows = connection.query(&META.ascending, &everything)?.into_iter();
    let Some(meta) = rows.next() else {
        for table in tables() {
            if !connection.query(&table.ascending, &everything)?.is_empty() {
                return Err(IndexError::damaged(format!(
                    "{} has rows, but no chain is named",
                    table.name
                )));
            }
        }
        return connection.insert(&META, vec![row::seal(&META, meta_row(chain))]);
    };
    let mut reader = Reader::open(&META, meta)?;
    let found = reader.integer()?;
    if found != LAYOUT {
        return Err(IndexError::Schema {
            expected: LAYOUT,
            found,
        });
    }
    let found = reader.digest()?;
    if found != *chain {
        return Err(IndexError::Chain {
            expected: *chain,
            found: found.to_string(),
        });
    }
    match rows.next() {
        Some(_) => Err(IndexError::damaged("two chains are named")),
        None => Ok(()),
    }
}
