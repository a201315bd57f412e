//! Where the tests keep their indexes.

use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use crate::Location;

/// The variable that names a PostgreSQL database in which the tests may create schemas.
const VARIABLE: &str = "YINXIN_TEST_POSTGRES";

/// A place of its own for one index, removed with all it holds when dropped.
pub(super) struct Place {
    pub(super) location: Location,
    kept: Kept,
}

enum Kept {
    Nothing,
    Folder(#[expect(dead_code, reason = "held until the place is dropped")] TempDir),
    Schema { url: String, name: String },
}

impl Place {
    pub(super) fn memory() -> Self {
        Self {
            location: Location::Memory,
            kept: Kept::Nothing,
        }
    }

    pub(super) fn file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Sqlite {
            path: folder.path().join("index.sqlite"),
        };
        Self {
            location,
            kept: Kept::Folder(folder),
        }
    }

    /// `None`, and a word about it, where no server is named.
    #[expect(
        clippy::print_stderr,
        reason = "who runs the tests should know what they did not cover"
    )]
    pub(super) fn postgres() -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let Ok(url) = std::env::var(VARIABLE) else {
            eprintln!("skipped for PostgreSQL: {VARIABLE} is not set");
            return None;
        };
        let name = format!(
            "yinxin_test_{}_{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        client(&url)
            .batch_execute(&format!("CREATE SCHEMA {name}"))
            .unwrap();
        let separator = if url.contains('?') { '&' } else { '?' };
        let location = Location::Postgres {
            url: format!("{url}{separator}options=-csearch_path%3D{name}"),
        };
        Some(Self {
            location,
            kept: Kept::Schema { url, name },
        })
    }

    /// Places on disk: those that outlive a handle.
    pub(super) fn lasting() -> Vec<Self> {
        [Some(Self::file()), Self::postgres()]
            .into_iter()
            .flatten()
            .collect()
    }

    pub(super) fn all() -> Vec<Self> {
        [Some(Self::memory()), Some(Self::file()), Self::postgres()]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Runs a statement behind the index's back.
    pub(super) fn execute(&self, sql: &str) {
        match &self.location {
            Location::Memory => panic!("memory has no back door"),
            Location::Sqlite { path } => rusqlite::Connection::open(path)
                .unwrap()
                .execute_batch(sql)
                .unwrap(),
            Location::Postgres { url } => client(url).batch_execute(sql).unwrap(),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Kept::Schema { url, name } = &self.kept {
            client(url)
                .batch_execute(&format!("DROP SCHEMA {name} CASCADE"))
                .unwrap();
        }
    }
}

fn client(url: &str) -> postgres::Client {
    postgres::Client::connect(url, postgres::NoTls).unwrap()
}
