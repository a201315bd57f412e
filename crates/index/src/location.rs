//! Where an index lies.

use std::fmt;
use std::path::PathBuf;

/// Where an index lies.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// In memory, gone with the process: for tests and for simulated nodes.
    Memory,
    /// In a file of the embedded database, beside it two working files with `-wal` and `-shm` appended to its name.
    Sqlite {
        /// The file; its folder must exist.
        path: PathBuf,
    },
    /// In a PostgreSQL database that this node alone uses.
    Postgres {
        /// Connection string or URL as libpq understands it. The connection is not encrypted by us: use a local socket, or
        /// a network that only the two servers share.
        url: String,
    },
}

impl fmt::Debug for Location {
    /// Without the password of a PostgreSQL database.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("Memory"),
            Self::Sqlite { path } => f.debug_struct("Sqlite").field("path", path).finish(),
            Self::Postgres { url } => {
                let mut shown = f.debug_struct("Postgres");
                match url.parse::<postgres::Config>() {
                    Ok(config) => shown
                        .field("hosts", &config.get_hosts())
                        .field("ports", &config.get_ports())
                        .field("user", &config.get_user().unwrap_or_default())
                        .field("database", &config.get_dbname().unwrap_or_default())
                        .finish(),
                    Err(_) => shown.field("url", &"not a connection string").finish(),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_never_shown() {
        for url in [
            "postgres://clerk:s3cret@db:5432/index",
            "host=db user=clerk password=s3cret",
            "postgres://clerk:s3cret@db:port",
        ] {
            let shown = format!("{:?}", Location::Postgres { url: url.to_owned() });
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }
}
