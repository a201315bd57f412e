//! The trust store: the chains whose receipts a reader accepts. A chain identifier is the one thing a verifier has to trust. It is never
//! taken from a receipt: the reader enters it from a published source, or deposits at a node and is told to compare the node's with it.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;
use yinxin_crypto::Digest;

/// The most bytes of a trust store.
const MAX_STORE_BYTES: u64 = 1 << 20;
/// The longest name of a chain in bytes.
pub const MAX_NAME_BYTES: usize = 200;

/// Why a trust store cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TrustError {
    /// The file could not be read or written.
    #[error("the trust store {path} could not be {attempt}")]
    File {
        /// The file.
        path: PathBuf,
        /// `read` or `written`.
        attempt: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{path} is not a trust store: a list of objects with `chain`, `name` and `since`")]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// A name that is empty or too long.
    #[error("a name has 1 to {MAX_NAME_BYTES} bytes")]
    Name,
}

/// One chain that is trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedChain {
    /// Chain identifier.
    pub chain: Digest,
    /// What the reader calls it.
    pub name: String,
    /// Since when it is trusted, in milliseconds since 1970-01-01T00:00:00Z.
    pub since: u64,
}

/// The chains that are trusted, in the order in which they were added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TrustStore {
    chains: Vec<TrustedChain>,
}

impl TrustStore {
    /// Reads a store; a file that does not exist is an empty one.
    ///
    /// # Errors
    /// [`TrustError::File`], [`TrustError::Damaged`].
    pub fn load(path: &Path) -> Result<Self, TrustError> {
        let failed = |source| TrustError::File {
            path: path.to_owned(),
            attempt: "read",
            source,
        };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(failed(error)),
        };
        let mut text = Vec::new();
        file.take(MAX_STORE_BYTES.saturating_add(1))
            .read_to_end(&mut text)
            .map_err(failed)?;
        let damaged = || TrustError::Damaged {
            path: path.to_owned(),
        };
        if u64::try_from(text.len()).unwrap_or(u64::MAX) > MAX_STORE_BYTES {
            return Err(damaged());
        }
        serde_json::from_slice(&text).map_err(|_| damaged())
    }

    /// Writes the store so that a crash leaves either the old or the new one.
    ///
    /// # Errors
    /// [`TrustError::File`].
    pub fn save(&self, path: &Path) -> Result<(), TrustError> {
        let write = || -> io::Result<()> {
            let mut text = serde_json::to_vec_pretty(self)?;
            text.push(b'\n');
            let beside = path.with_extension("new");
            let mut file = File::create(&beside)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&beside, path)?;
            let folder = path
                .parent()
                .filter(|folder| !folder.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
            File::open(folder)?.sync_all()
        };
        write().map_err(|source| TrustError::File {
            path: path.to_owned(),
            attempt: "written",
            source,
        })
    }

    /// The entry of a chain, if it is trusted.
    pub fn find(&self, chain: &Digest) -> Option<&TrustedChain> {
        self.chains.iter().find(|trusted| trusted.chain == *chain)
    }

    /// All chains.
    pub fn chains(&self) -> &[TrustedChain] {
        &self.chains
    }

    /// Trusts a chain from now on; one that is trusted already gets the new name and keeps its date.
    ///
    /// # Errors
    /// [`TrustError::Name`].
    pub fn add(&mut self, chain: Digest, name: &str, now_ms: u64) -> Result<(), TrustError> {
        if name.is_empty() || name.len() > MAX_NAME_BYTES {
            return Err(TrustError::Name);
        }
        match self.chains.iter_mut().find(|trusted| trusted.chain == chain) {
            Some(trusted) => name.clone_into(&mut trusted.name),
            None => self.chains.push(TrustedChain {
                chain,
                name: name.to_owned(),
                since: now_ms,
            }),
        }
        Ok(())
    }

    /// Trusts a chain no longer; `false` if it was not trusted.
    pub fn remove(&mut self, chain: &Digest) -> bool {
        let before = self.chains.len();
        self.chains.retain(|trusted| trusted.chain != *chain);
        self.chains.len() < before
    }
}
