//! What lies beside `node.toml`: the founding document, the validator's key and the passphrase that opens it.

use std::fmt;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use yinxin_crypto::keyfile::{self, KeyFileError};
use yinxin_crypto::{PrivateKey, SignatureAlgorithm};
use yinxin_types::{Genesis, canonical};
use zeroize::Zeroizing;

use super::file::{File, read_bounded};
use super::{ConfigError, VALIDATOR_KEY_FILE};

/// The environment variable whose value, if it is set, is the passphrase, whatever the configuration names.
pub const PASSPHRASE_VARIABLE: &str = "YINXIN_PASSPHRASE";

/// The most bytes of a founding document.
const MAX_GENESIS_BYTES: u64 = 1 << 20;
/// The most bytes of a passphrase file.
const MAX_PASSPHRASE_BYTES: u64 = 4 << 10;
/// The most bytes of a key file.
const MAX_KEY_BYTES: u64 = 4 << 10;
/// The permission of everybody to read a file.
const READ_BY_OTHERS: u32 = 0o004;

/// A passphrase. It is wiped from memory when it is dropped, and `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes a passphrase over.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// That of `YINXIN_PASSPHRASE`, if it is set and not empty.
    pub fn from_environment() -> Option<Self> {
        std::env::var(PASSPHRASE_VARIABLE)
            .ok()
            .filter(|text| !text.is_empty())
            .map(Self::new)
    }

    /// That of a file, without the end of the line. A file that every user may read is refused.
    ///
    /// # Errors
    /// [`ConfigError::Read`], [`ConfigError::TooLarge`], [`ConfigError::Exposed`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let failed = |source| ConfigError::Read {
            path: path.to_owned(),
            source,
        };
        let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
        if mode & READ_BY_OTHERS != 0 {
            return Err(ConfigError::Exposed {
                path: path.to_owned(),
            });
        }
        let bytes = Zeroizing::new(read_bounded(path, MAX_PASSPHRASE_BYTES)?);
        let text = std::str::from_utf8(&bytes)
            .map_err(|error| failed(std::io::Error::new(std::io::ErrorKind::InvalidData, error)))?;
        Ok(Self::new(text.trim_end_matches(['\n', '\r']).to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Passphrase(..)")
    }
}

/// Reads a founding document: canonical JSON that keeps every rule, and nothing after it but the end of a line.
///
/// # Errors
/// [`ConfigError::Read`], [`ConfigError::TooLarge`], [`ConfigError::GenesisForm`], [`ConfigError::Genesis`].
pub fn read_genesis(path: &Path) -> Result<Genesis, ConfigError> {
    let form = |message: String| ConfigError::GenesisForm {
        path: path.to_owned(),
        message,
    };
    let bytes = read_bounded(path, MAX_GENESIS_BYTES)?;
    let document = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let value = canonical::parse(document).map_err(|error| form(error.to_string()))?;
    let genesis: Genesis = serde_json::from_value(value).map_err(|error| form(error.to_string()))?;
    genesis.check().map_err(|source| ConfigError::Genesis {
        path: path.to_owned(),
        source,
    })?;
    Ok(genesis)
}

/// The passphrase of the key files: as given, or from the file that the configuration names.
pub(super) fn passphrase(
    folder: &Path,
    file: &File,
    given: Option<Passphrase>,
) -> Result<Passphrase, ConfigError> {
    match (given, &file.passphrase_file) {
        (Some(passphrase), _) => Ok(passphrase),
        (None, Some(path)) => Passphrase::read(&folder.join(path)),
        (None, None) => Err(ConfigError::NoPassphrase),
    }
}

/// Opens a key file.
pub(super) fn key(path: &Path, passphrase: &Passphrase) -> Result<PrivateKey, ConfigError> {
    let refused = |source| ConfigError::Key {
        path: path.to_owned(),
        source,
    };
    let text =
        String::from_utf8(read_bounded(path, MAX_KEY_BYTES)?).map_err(|_| refused(KeyFileError::Format))?;
    keyfile::open(&text, passphrase.as_str()).map_err(refused)
}

/// Opens the key with which the node votes.
pub(super) fn validator_key(folder: &Path, passphrase: &Passphrase) -> Result<PrivateKey, ConfigError> {
    let path = folder.join(VALIDATOR_KEY_FILE);
    let key = key(&path, passphrase)?;
    if key.algorithm() != SignatureAlgorithm::Ed25519 {
        return Err(ConfigError::KeyKind { path });
    }
    Ok(key)
}
