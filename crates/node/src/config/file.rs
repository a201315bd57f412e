//! `node.toml` as it is written: names, defaults and bounds.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use yinxin_api::{HttpLimits, Rate};
use yinxin_consensus::PeerAddress;
use yinxin_crypto::{Digest, PublicKey, SignatureAlgorithm};
use yinxin_types::identifiers::SocialCreditCode;

use super::mail::MailFile;
use super::{ConfigError, INDEX_FILE};

/// The most bytes of a configuration file.
const MAX_FILE_BYTES: u64 = 256 << 10;
/// The longest span of time that may be configured, in milliseconds: one minute.
const MAX_SPAN_MS: u64 = 60_000;
/// The default of [`StorageFile::cache_pages`]: 16 MiB.
const CACHE_PAGES: NonZeroUsize = match NonZeroUsize::new(4096) {
    Some(pages) => pages,
    None => NonZeroUsize::MIN,
};

/// The whole of `node.toml`. Unknown names are refused, so that a misspelt limit is not silently the default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Identifier of the chain; `genesis.json` must found it.
    pub chain: Digest,
    /// File with the passphrase of `validator.key`, relative to the data directory or absolute. Absent: the environment gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passphrase_file: Option<PathBuf>,
    /// File with the personas of a demonstration, keys included, relative to the data directory. Never in a real network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub personas: Option<PathBuf>,
    /// The links between nodes.
    pub network: NetworkFile,
    /// The HTTP interface.
    pub http: HttpFile,
    /// The pace of the chain.
    #[serde(default)]
    pub consensus: ConsensusFile,
    /// The pool of waiting transactions.
    #[serde(default)]
    pub mempool: MempoolFile,
    /// Where the index lies.
    #[serde(default)]
    pub index: IndexFile,
    /// The ledger's files.
    #[serde(default)]
    pub storage: StorageFile,
    /// The department's desk. Absent: this node keeps no seal and no materials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk: Option<DeskFile>,
    /// What is logged.
    #[serde(default)]
    pub log: LogFile,
}

/// The department's desk: the node keeps its seal (`account.key`), its credentials' key and its materials, for its officers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskFile {
    /// The department whose desk it is.
    pub department: SocialCreditCode,
    /// Folder of the encrypted materials, relative to the data directory or absolute. Absent: `materials`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub materials: Option<PathBuf>,
    /// Where wallets reach this node from outside: `https://`, a host and perhaps a port. Absent: it serves none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wallets: Option<String>,
    /// The server that takes its messages to applicants. Absent: they are in the portal only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailFile>,
}

/// The links between nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkFile {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Every member, this node included.
    pub peers: Vec<PeerFile>,
}

/// Where one member's node is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerFile {
    /// The key it votes with, as in `genesis.json`.
    pub validator: PublicKey,
    /// Address and port.
    pub address: SocketAddr,
}

/// The HTTP interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpFile {
    /// Address and port to serve the portal and the API on.
    pub listen: SocketAddr,
    /// What it accepts at most.
    #[serde(default)]
    pub limits: HttpLimitsFile,
}

/// A sustained rate and how far it may be exceeded for a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateFile {
    /// Units per second in the long run.
    pub per_second: u32,
    /// Units at once after a pause.
    pub burst: u32,
}

/// Declares the optional limits of the interface: each one absent is that of [`HttpLimits::default`], and none may be zero.
macro_rules! http_limits {
    ($($name:ident: $type:ty, $what:literal;)*) => {
        /// What the HTTP interface accepts at most; an absent limit is that of [`HttpLimits::default`].
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct HttpLimitsFile {
            $(
                #[doc = $what]
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $name: Option<$type>,
            )*
            /// Requests of one client address.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub address_rate: Option<RateFile>,
            /// Accepted transactions of one account.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub account_rate: Option<RateFile>,
            /// Reverse proxies whose `X-Forwarded-For` is believed.
            #[serde(skip_serializing_if = "Vec::is_empty")]
            pub proxies: Vec<IpAddr>,
        }

        impl HttpLimitsFile {
            /// The limits, defaults filled in.
            pub fn limits(&self) -> HttpLimits {
                let mut limits = HttpLimits::default();
                $(if let Some(value) = self.$name { limits.$name = value; })*
                if let Some(rate) = self.address_rate { limits.address_rate = rate.into(); }
                if let Some(rate) = self.account_rate { limits.account_rate = rate.into(); }
                limits.proxies.clone_from(&self.proxies);
                limits
            }

            /// The first limit that is zero.
            fn zero(&self) -> Option<&'static str> {
                $(if self.$name == Some(0) { return Some(concat!("http.limits.", stringify!($name))); })*
                let stopped = |rate: &RateFile| rate.per_second == 0 || rate.burst == 0;
                if self.address_rate.as_ref().is_some_and(stopped) { return Some("http.limits.address_rate"); }
                if self.account_rate.as_ref().is_some_and(stopped) { return Some("http.limits.account_rate"); }
                None
            }
        }
    };
}

http_limits! {
    batch_bytes: usize, "Bytes of the body of one submitted batch.";
    batch_transactions: usize, "Transactions of one submitted batch.";
    head_bytes: usize, "Bytes of the head of a request.";
    headers: usize, "Headers of a request.";
    connections: usize, "Open connections.";
    address_connections: usize, "Open connections of one client address.";
    requests: usize, "Requests being answered.";
    batches: usize, "Batches being read or verified.";
    waiting: usize, "Requests that wait for a transaction to become final.";
    assemblies: usize, "Receipts and reports being assembled.";
    streams: usize, "Open streams of events.";
    head_ms: u64, "Milliseconds in which the head of a request must arrive.";
    request_ms: u64, "Milliseconds in which a request must be read and answered.";
    write_ms: u64, "Milliseconds in which the client must take some of an answer.";
    stop_ms: u64, "Milliseconds that open connections are given to end when the node stops.";
    sessions: usize, "Sessions of signed-in people.";
    heartbeat_ms: u64, "Milliseconds between the signs of life of an idle stream of events.";
    remembered: usize, "Client addresses, and accounts, remembered for their rates.";
    receipt_cache_bytes: usize, "Bytes of blocks kept at hand for receipts.";
}

impl From<RateFile> for Rate {
    fn from(rate: RateFile) -> Self {
        Self {
            per_second: rate.per_second,
            burst: rate.burst,
        }
    }
}

/// The pace of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConsensusFile {
    /// Milliseconds an idle chain goes without a block; its validators vote meanwhile, but store nothing.
    pub heartbeat_ms: u64,
    /// Milliseconds a view waits for its leader's block before the next leader has its turn.
    pub leader_timeout_ms: u64,
    /// Milliseconds by which this node's clock may differ from that of others.
    pub clock_tolerance_ms: u64,
}

impl Default for ConsensusFile {
    fn default() -> Self {
        Self {
            heartbeat_ms: 60_000,
            leader_timeout_ms: 2_000,
            clock_tolerance_ms: 5_000,
        }
    }
}

/// The pool of waiting transactions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MempoolFile {
    /// Waiting transactions.
    pub transactions: usize,
    /// Their bytes in wire form.
    pub bytes: usize,
    /// Waiting transactions of one account.
    pub account_transactions: usize,
}

impl Default for MempoolFile {
    fn default() -> Self {
        let limits = yinxin_mempool::Limits::default();
        Self {
            transactions: limits.transactions,
            bytes: limits.bytes,
            account_transactions: limits.account_transactions,
        }
    }
}

impl MempoolFile {
    /// The bounds of the pool of a chain with this validity window.
    pub fn limits(&self, window_ms: u64) -> yinxin_mempool::Limits {
        yinxin_mempool::Limits {
            transactions: self.transactions,
            bytes: self.bytes,
            account_transactions: self.account_transactions,
            window_ms,
        }
    }
}

/// Where the index lies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IndexFile {
    /// Connection string or URL of a PostgreSQL database that this node alone uses. Absent: `index.sqlite` in the data directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postgres: Option<String>,
}

impl IndexFile {
    /// The place, for the node whose data directory is `folder`.
    pub fn location(&self, folder: &Path) -> yinxin_index::Location {
        match &self.postgres {
            Some(url) => yinxin_index::Location::Postgres { url: url.clone() },
            None => yinxin_index::Location::Sqlite {
                path: folder.join(INDEX_FILE),
            },
        }
    }
}

/// The ledger's files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StorageFile {
    /// Pages of 4 KiB kept in memory.
    pub cache_pages: NonZeroUsize,
}

impl Default for StorageFile {
    fn default() -> Self {
        Self {
            cache_pages: CACHE_PAGES,
        }
    }
}

/// What is logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogFile {
    /// Levels by module, as `tracing-subscriber` reads them.
    pub filter: String,
}

impl Default for LogFile {
    fn default() -> Self {
        Self {
            filter: "warn,yinxin_node=info".to_owned(),
        }
    }
}

impl File {
    /// Reads the file. What lies beside it is not looked at.
    ///
    /// # Errors
    /// [`ConfigError::Read`], [`ConfigError::TooLarge`], [`ConfigError::Syntax`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let syntax = |message: String| ConfigError::Syntax {
            path: path.to_owned(),
            message,
        };
        let bytes = read_bounded(path, MAX_FILE_BYTES)?;
        let text = String::from_utf8(bytes).map_err(|error| syntax(error.to_string()))?;
        toml::from_str(&text).map_err(|error| syntax(error.to_string().trim_end().to_owned()))
    }

    /// Checks the bounds of every value.
    ///
    /// # Errors
    /// [`ConfigError::Value`] names the first value out of bounds.
    pub(super) fn check(&self, path: &Path) -> Result<(), ConfigError> {
        let wrong = |name, problem: String| {
            Err(ConfigError::Value {
                path: path.to_owned(),
                name,
                problem,
            })
        };
        if let Some(name) = self.http.limits.zero() {
            return wrong(name, "must not be 0".to_owned());
        }
        let wallets = self.desk.as_ref().and_then(|desk| desk.wallets.as_deref());
        if wallets.is_some_and(|address| !is_origin(address)) {
            return wrong(
                "desk.wallets",
                "is `https://` with a host in small letters, perhaps a port, and nothing behind".to_owned(),
            );
        }
        let mail = self.desk.as_ref().and_then(|desk| desk.mail.as_ref());
        if let Some((name, problem)) = mail.and_then(MailFile::wrong) {
            return wrong(name, problem);
        }
        let pool = [
            ("mempool.transactions", self.mempool.transactions),
            ("mempool.bytes", self.mempool.bytes),
            ("mempool.account_transactions", self.mempool.account_transactions),
        ];
        if let Some((name, _)) = pool.into_iter().find(|(_, value)| *value == 0) {
            return wrong(name, "must not be 0".to_owned());
        }
        let spans = [
            ("consensus.heartbeat_ms", self.consensus.heartbeat_ms),
            ("consensus.leader_timeout_ms", self.consensus.leader_timeout_ms),
            ("consensus.clock_tolerance_ms", self.consensus.clock_tolerance_ms),
        ];
        if let Some((name, _)) = spans
            .into_iter()
            .find(|(_, span)| !(1..=MAX_SPAN_MS).contains(span))
        {
            return wrong(name, format!("is from 1 to {MAX_SPAN_MS} milliseconds"));
        }
        Ok(())
    }

    /// The peers, each once. They may be more or fewer than the founders: members join and leave.
    pub(super) fn peers(&self, path: &Path) -> Result<Vec<PeerAddress>, ConfigError> {
        let wrong = |problem| {
            Err(ConfigError::Peers {
                path: path.to_owned(),
                problem,
            })
        };
        let peers = &self.network.peers;
        let mut once = BTreeSet::new();
        for peer in peers {
            if peer.validator.algorithm() != SignatureAlgorithm::Ed25519 || !peer.validator.is_on_curve() {
                return wrong(format!("names {}, with which nobody can vote", peer.validator));
            }
            if !once.insert(peer.validator) {
                return wrong(format!("names {} more than once", peer.validator));
            }
        }
        if peers.is_empty() {
            return wrong("names nobody".to_owned());
        }
        Ok(peers
            .iter()
            .map(|peer| PeerAddress {
                validator: peer.validator,
                address: peer.address,
            })
            .collect())
    }
}

/// Whether a text is `https://`, a host name or IPv4 address, and perhaps a port.
pub(super) fn is_origin(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("https://") else {
        return false;
    };
    let (host, port) = rest
        .split_once(':')
        .map_or((rest, None), |(host, port)| (host, Some(port)));
    let label = |label: &str| {
        let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        (1..=63).contains(&label.len()) && label.bytes().all(plain)
    };
    host.len() <= 253
        && host.split('.').all(label)
        && port.is_none_or(|port| {
            port.parse::<u16>()
                .is_ok_and(|number| number.to_string() == port && number > 0)
        })
}

/// The bytes of a file that has at most `limit` of them.
pub(super) fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, ConfigError> {
    let failed = |source| ConfigError::Read {
        path: path.to_owned(),
        source,
    };
    let file = fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(ConfigError::TooLarge {
            path: path.to_owned(),
            limit,
        });
    }
    Ok(bytes)
}
