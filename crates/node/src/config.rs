//! What one node is told: `node.toml`, `genesis.json` and the validator's key, read from its data directory (数据目录).
//!
//! ```text
//! node.toml ─► File ─► every limit has a default, unknown names are refused ─┐
//! genesis.json ─► Genesis, canonical, of the chain node.toml names ───────────┼─► NodeConfig
//! validator.key ─► opened with the passphrase (environment, or its file) ─────┘
//! ```
//!
//! Only this crate reads configuration. `docs/operate/cli.md` explains every name of the file.

mod file;
mod mail;
mod source;

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;
use yinxin_api::HttpLimits;
use yinxin_consensus::PeerAddress;
use yinxin_crypto::keyfile::KeyFileError;
use yinxin_crypto::{Digest, PrivateKey};
use yinxin_types::Genesis;
use yinxin_types::genesis::GenesisError;
use yinxin_types::identifiers::SocialCreditCode;

pub use file::{
    ConsensusFile, DeskFile, File, HttpFile, HttpLimitsFile, IndexFile, LogFile, MempoolFile, NetworkFile,
    PeerFile, RateFile, StorageFile,
};
pub use mail::{MailFile, MailSecurity, MailSettings};
pub use source::{PASSPHRASE_VARIABLE, Passphrase, read_genesis};

/// Name of the configuration file in a data directory.
pub const CONFIG_FILE: &str = "node.toml";
/// Name of the founding document in a data directory.
pub const GENESIS_FILE: &str = "genesis.json";
/// Name of the encrypted key with which the node votes.
pub const VALIDATOR_KEY_FILE: &str = "validator.key";
/// Name of the encrypted key with which the department itself signs transactions: its seal. The node opens it where the configuration has
/// a desk, and never otherwise.
pub const ACCOUNT_KEY_FILE: &str = "account.key";
/// Name of the encrypted key from which the desk's other keys are made.
pub const DESK_KEY_FILE: &str = "desk.key";
/// Name of the folder of the desk's encrypted materials in a data directory.
pub const MATERIALS_FOLDER: &str = "materials";
/// Name of the file with the personas of a demonstration, in the folder above the data directories.
pub const PERSONAS_FILE: &str = "personas.json";
/// Name of the file that `init` writes the passphrase of both keys into.
pub const PASSPHRASE_FILE: &str = "passphrase";
/// Name of the embedded index database in a data directory.
pub const INDEX_FILE: &str = "index.sqlite";

/// Everything a node needs to run. Made by [`NodeConfig::load`], or by hand in tests.
#[derive(Debug)]
pub struct NodeConfig {
    /// The data directory; the ledger's files lie under it.
    pub folder: PathBuf,
    /// The founding document, checked.
    pub genesis: Genesis,
    /// The key with which this node votes in the epochs whose validators include it.
    pub validator_key: PrivateKey,
    /// Where to listen for other nodes.
    pub p2p_listen: SocketAddr,
    /// Validator keys and addresses of other members, perhaps with this node's own.
    pub peers: Vec<PeerAddress>,
    /// Where to serve the portal and the API.
    pub http_listen: SocketAddr,
    /// What the HTTP interface accepts at most.
    pub http_limits: HttpLimits,
    /// Where the index lies.
    pub index: yinxin_index::Location,
    /// How long an idle chain goes without a block.
    pub heartbeat: Duration,
    /// How long a view waits for its leader's block before the next leader has its turn.
    pub leader_timeout: Duration,
    /// How far this node's clock may differ from that of others.
    pub clock_tolerance: Duration,
    /// What the pool of waiting transactions holds at most; its window is the chain's.
    pub mempool: yinxin_mempool::Limits,
    /// Pages of 4 KiB that the ledger's stores keep in memory.
    pub cache_pages: NonZeroUsize,
    /// What is logged, as `tracing-subscriber` reads it: `warn,yinxin_node=info`.
    pub log: String,
    /// The keys of the department's desk, where it is kept here.
    pub desk: Option<DeskKeys>,
    /// The file that says who there is in a demonstration.
    pub demonstration: Option<PathBuf>,
}

/// The keys of a desk, opened.
#[derive(Debug)]
pub struct DeskKeys {
    /// The department.
    pub department: SocialCreditCode,
    /// The department's seal.
    pub seal: PrivateKey,
    /// From which the other keys are made.
    pub root: PrivateKey,
    /// The folder of the materials.
    pub materials: PathBuf,
    /// Where wallets reach the node.
    pub wallets: Option<String>,
    /// The server that takes its messages.
    pub mail: Option<MailSettings>,
}

/// Why a data directory gives no configuration. Each says which file is meant; what to do about it is in `docs/operate/cli.md`.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file could not be read.
    #[error("{} cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A file is larger than one of its kind can be.
    #[error("{} is larger than {limit} bytes", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most bytes it may have.
        limit: u64,
    },
    /// The configuration file is not TOML, or has a name or value that is not known.
    #[error("{}: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, column and what is wrong.
        message: String,
    },
    /// A value lies outside its bounds.
    #[error("{}: `{name}` {problem}", path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// The name in the file, with its table.
        name: &'static str,
        /// What is wrong with the value.
        problem: String,
    },
    /// The founding document is not canonical JSON of the known form.
    #[error("{} is not a founding document: {message}", path.display())]
    GenesisForm {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// The founding document breaks a rule.
    #[error("{} breaks a rule of founding documents", path.display())]
    Genesis {
        /// The file.
        path: PathBuf,
        /// The rule.
        #[source]
        source: GenesisError,
    },
    /// The founding document is that of another chain than the configuration names.
    #[error("genesis.json founds {found}, node.toml is for {stated}")]
    Chain {
        /// The chain that `node.toml` names.
        stated: Digest,
        /// The chain that `genesis.json` founds.
        found: Digest,
    },
    /// The passphrase file may be read by everybody.
    #[error("{} can be read by every user of this machine", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// There is no passphrase: neither in the environment nor in a file that the configuration names.
    #[error("no passphrase: {PASSPHRASE_VARIABLE} is not set and node.toml names no `passphrase_file`")]
    NoPassphrase,
    /// The key file cannot be opened.
    #[error("{} cannot be opened", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: KeyFileError,
    },
    /// Validators do not vote with keys of this kind.
    #[error("{} is not an Ed25519 key, and validators vote with no other", path.display())]
    KeyKind {
        /// The file.
        path: PathBuf,
    },
    /// The peers of the configuration are not a list of nodes.
    #[error("{}: `network.peers` {problem}", path.display())]
    Peers {
        /// The file.
        path: PathBuf,
        /// Who is strange or named twice.
        problem: String,
    },
}

impl NodeConfig {
    /// Reads the configuration of the node whose data directory is `folder`. The passphrase of its key is that of the environment
    /// variable `YINXIN_PASSPHRASE`, or else that in the file which `passphrase_file` names.
    ///
    /// # Errors
    /// [`ConfigError`] names the file and what is wrong with it.
    pub fn load(folder: &Path) -> Result<Self, ConfigError> {
        Self::load_with(folder, Passphrase::from_environment())
    }

    /// [`NodeConfig::load`] with the passphrase given, if any, instead of that of the environment.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn load_with(folder: &Path, passphrase: Option<Passphrase>) -> Result<Self, ConfigError> {
        let path = folder.join(CONFIG_FILE);
        let file = File::read(&path)?;
        let genesis_path = folder.join(GENESIS_FILE);
        let genesis = read_genesis(&genesis_path)?;
        let found = genesis.chain().map_err(|source| ConfigError::Genesis {
            path: genesis_path,
            source,
        })?;
        if found != file.chain {
            return Err(ConfigError::Chain {
                stated: file.chain,
                found,
            });
        }
        file.check(&path)?;
        let peers = file.peers(&path)?;
        let passphrase = source::passphrase(folder, &file, passphrase)?;
        let validator_key = source::validator_key(folder, &passphrase)?;
        let desk = match &file.desk {
            Some(desk) => Some(DeskKeys {
                department: desk.department.clone(),
                seal: source::key(&folder.join(ACCOUNT_KEY_FILE), &passphrase)?,
                root: source::key(&folder.join(DESK_KEY_FILE), &passphrase)?,
                materials: folder.join(desk.materials.as_deref().unwrap_or(Path::new(MATERIALS_FOLDER))),
                wallets: desk.wallets.clone(),
                mail: match &desk.mail {
                    Some(mail) => Some(mail.settings(folder)?),
                    None => None,
                },
            }),
            None => None,
        };
        let demonstration = file.personas.as_ref().map(|personas| folder.join(personas));
        let index = file.index.location(folder);
        Ok(Self {
            folder: folder.to_owned(),
            validator_key,
            p2p_listen: file.network.listen,
            peers,
            http_listen: file.http.listen,
            http_limits: file.http.limits.limits(),
            index,
            heartbeat: Duration::from_millis(file.consensus.heartbeat_ms),
            leader_timeout: Duration::from_millis(file.consensus.leader_timeout_ms),
            clock_tolerance: Duration::from_millis(file.consensus.clock_tolerance_ms),
            mempool: file.mempool.limits(genesis.limits.window_ms),
            cache_pages: file.storage.cache_pages,
            log: file.log.filter,
            desk,
            demonstration,
            genesis,
        })
    }
}

#[cfg(test)]
mod tests;
