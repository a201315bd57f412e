//! Founding a network: from a list of members (成员) to one data directory for each.
//!
//! ```text
//! members.toml ─► Plan ─► keys ─► Genesis ─► OUT/genesis.json
//!                                    └─────► OUT/<code>/ node.toml genesis.json validator.key account.key desk.key passphrase
//! ```
//!
//! Nothing that exists is ever overwritten.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;
use yinxin_crypto::aead::Aead;
use yinxin_crypto::keyfile::{self, KeyFileError, Params};
use yinxin_crypto::{Digest, KeyError, PrivateKey, RandomnessError, SignatureAlgorithm, random_bytes};
use yinxin_types::genesis::GenesisError;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Genesis, Limits, Member, Suite, canonical};

use crate::config::{
    ACCOUNT_KEY_FILE, CONFIG_FILE, ConsensusFile, DESK_KEY_FILE, DeskFile, File, GENESIS_FILE, HttpFile,
    HttpLimitsFile, IndexFile, LogFile, MempoolFile, NetworkFile, PASSPHRASE_FILE, Passphrase, PeerFile,
    StorageFile, VALIDATOR_KEY_FILE,
};

/// The most bytes of a list of members.
const MAX_LIST_BYTES: u64 = 256 << 10;
/// Private folders: entered by their owner alone.
const PRIVATE_FOLDER: u32 = 0o700;
/// Private files: read and written by their owner alone.
const PRIVATE_FILE: u32 = 0o600;
/// Public files.
const PUBLIC_FILE: u32 = 0o644;

/// The list of members, as people write it (`docs/operate/cli.md`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Members {
    /// Name of the network for people, unless the command line gives one.
    #[serde(default)]
    pub name: Option<String>,
    /// The founding departments.
    #[serde(rename = "member")]
    pub members: Vec<Founder>,
}

/// One founding department.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Founder {
    /// Full name, as on its seal.
    pub name: String,
    /// Unified social credit code (统一社会信用代码, GB 32100), its check digits right.
    pub code: SocialCreditCode,
    /// What it may do beyond the common rights, for instance `court`.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Address and port at which other nodes reach its node.
    pub p2p: SocketAddr,
    /// Address and port at which its portal and API are served.
    pub http: SocketAddr,
}

impl Members {
    /// Reads a list of members.
    ///
    /// # Errors
    /// [`InitError::Read`], [`InitError::List`].
    pub fn read(path: &Path) -> Result<Self, InitError> {
        let failed = |source| InitError::Read {
            path: path.to_owned(),
            source,
        };
        let mut text = String::new();
        fs::File::open(path)
            .map_err(failed)?
            .take(MAX_LIST_BYTES)
            .read_to_string(&mut text)
            .map_err(failed)?;
        toml::from_str(&text).map_err(|error| InitError::List {
            path: path.to_owned(),
            message: error.to_string().trim_end().to_owned(),
        })
    }
}

/// What is to be founded.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Name of the network for people.
    pub name: String,
    /// Hash suite of the chain.
    pub suite: Suite,
    /// Time of the genesis block.
    pub time: BlockTime,
    /// The founding departments.
    pub founders: Vec<Founder>,
    /// Limits of the HTTP interface to write into every configuration.
    pub http_limits: HttpLimitsFile,
    /// Bounds of the pool to write into every configuration.
    pub mempool: MempoolFile,
    /// What every node logs.
    pub log: LogFile,
    /// File with the personas of a demonstration, as the data directories see it.
    pub personas: Option<PathBuf>,
}

impl Plan {
    /// A plan with the default limits.
    pub fn new(name: String, suite: Suite, time: BlockTime, founders: Vec<Founder>) -> Self {
        Self {
            name,
            suite,
            time,
            founders,
            http_limits: HttpLimitsFile::default(),
            mempool: MempoolFile::default(),
            log: LogFile::default(),
            personas: None,
        }
    }
}

/// A network that was founded.
#[derive(Clone, Debug)]
pub struct Founded {
    /// Chain identifier (链标识): what everybody must learn from a source he trusts.
    pub chain: Digest,
    /// The founding document.
    pub genesis: Genesis,
    /// The data directories, in the order of the plan.
    pub folders: Vec<PathBuf>,
}

/// Why a network cannot be founded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InitError {
    /// The list of members could not be read.
    #[error("{} cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The list of members is not one, or names an impossible code or address.
    #[error("{}: {message}", path.display())]
    List {
        /// The file.
        path: PathBuf,
        /// Line, column and what is wrong.
        message: String,
    },
    /// Two nodes would be reached at one address, or a node would listen twice at one.
    #[error("the address {0} stands twice")]
    AddressTwice(SocketAddr),
    /// The members or limits break a rule.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// Something is there already. Nothing was written.
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    /// A file or folder could not be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A key could not be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A key could not be encrypted.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// No random bytes for a passphrase.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// The configuration has no text form.
    #[error("the configuration cannot be written as TOML: {0}")]
    Toml(#[from] toml::ser::Error),
}

/// The keys of one founder, before they are encrypted.
struct Keys {
    validator: PrivateKey,
    account: PrivateKey,
    desk: PrivateKey,
}

/// Makes the keys of every founder, founds the chain and writes one folder for each under `out`. `OUT/genesis.json` is written last: a
/// folder that has it is complete.
///
/// # Errors
/// [`InitError`]; with [`InitError::Exists`] nothing was changed.
pub fn found(plan: &Plan, out: &Path) -> Result<Founded, InitError> {
    check_addresses(&plan.founders)?;
    let folders: Vec<PathBuf> = plan
        .founders
        .iter()
        .map(|founder| out.join(founder.code.as_str()))
        .collect();
    let public = out.join(GENESIS_FILE);
    if let Some(there) = folders.iter().chain([&public]).find(|path| path.exists()) {
        return Err(InitError::Exists(there.clone()));
    }
    let keys = plan
        .founders
        .iter()
        .map(|_| {
            Ok(Keys {
                validator: PrivateKey::generate(SignatureAlgorithm::Ed25519)?,
                account: PrivateKey::generate(account_algorithm(plan.suite))?,
                desk: PrivateKey::generate(SignatureAlgorithm::Ed25519)?,
            })
        })
        .collect::<Result<Vec<_>, KeyError>>()?;
    let members = plan.founders.iter().zip(&keys).map(|(founder, keys)| Member {
        account: keys.account.public_key(),
        code: founder.code.clone(),
        name: founder.name.clone(),
        roles: founder.roles.clone(),
        validator: keys.validator.public_key(),
    });
    let genesis = Genesis::new(
        plan.name.clone(),
        plan.suite,
        plan.time,
        members.collect(),
        Limits::default(),
    )?;
    let chain = genesis.chain()?;
    let document = canonical::to_bytes(&genesis).map_err(|_| GenesisError::NotCanonical)?;
    let peers: Vec<PeerFile> = plan
        .founders
        .iter()
        .zip(&keys)
        .map(|(founder, keys)| PeerFile {
            validator: keys.validator.public_key(),
            address: founder.p2p,
        })
        .collect();
    make_folder(out)?;
    for ((founder, keys), folder) in plan.founders.iter().zip(&keys).zip(&folders) {
        write_member(plan, founder, keys, chain, &document, &peers, folder)?;
    }
    write_new(&public, PUBLIC_FILE, &document)?;
    Ok(Founded {
        chain,
        genesis,
        folders,
    })
}

/// Accounts of a chain in the national suite sign with the national algorithm.
const fn account_algorithm(suite: Suite) -> SignatureAlgorithm {
    match suite {
        Suite::Intl => SignatureAlgorithm::Ed25519,
        Suite::Gm => SignatureAlgorithm::Sm2,
    }
}

/// The cipher of key files, by suite.
const fn cipher(suite: Suite) -> Aead {
    match suite {
        Suite::Intl => Aead::Aes256Gcm,
        Suite::Gm => Aead::Sm4Gcm,
    }
}

/// Nodes find each other at different addresses. Portals may share one text, such as a loopback address that each host has of its own.
fn check_addresses(founders: &[Founder]) -> Result<(), InitError> {
    let mut seen = BTreeSet::new();
    for founder in founders {
        if !seen.insert(founder.p2p) || founder.http == founder.p2p {
            return Err(InitError::AddressTwice(founder.p2p));
        }
    }
    Ok(())
}

fn write_member(
    plan: &Plan,
    founder: &Founder,
    keys: &Keys,
    chain: Digest,
    genesis: &[u8],
    peers: &[PeerFile],
    folder: &Path,
) -> Result<(), InitError> {
    make_folder(folder)?;
    let file = File {
        chain,
        passphrase_file: Some(PASSPHRASE_FILE.into()),
        personas: plan.personas.clone(),
        network: NetworkFile {
            listen: founder.p2p,
            peers: peers.to_vec(),
        },
        http: HttpFile {
            listen: founder.http,
            limits: plan.http_limits.clone(),
        },
        consensus: ConsensusFile::default(),
        mempool: plan.mempool.clone(),
        index: IndexFile::default(),
        storage: StorageFile::default(),
        desk: Some(DeskFile {
            department: founder.code.clone(),
            materials: None,
            wallets: None,
            mail: None,
        }),
        log: plan.log.clone(),
    };
    let passphrase = random_passphrase()?;
    let cipher = cipher(plan.suite);
    let text = format!(
        "# {} {}\n# docs/operate/cli.md explains every name of this file.\n\n{}",
        founder.code,
        founder.name.replace(char::is_control, " "),
        toml::to_string(&file)?
    );
    write_new(
        &folder.join(VALIDATOR_KEY_FILE),
        PRIVATE_FILE,
        seal_with_random(&keys.validator, &passphrase, cipher)?.as_bytes(),
    )?;
    write_new(
        &folder.join(ACCOUNT_KEY_FILE),
        PRIVATE_FILE,
        seal_with_random(&keys.account, &passphrase, cipher)?.as_bytes(),
    )?;
    write_new(
        &folder.join(DESK_KEY_FILE),
        PRIVATE_FILE,
        seal_with_random(&keys.desk, &passphrase, cipher)?.as_bytes(),
    )?;
    write_new(
        &folder.join(PASSPHRASE_FILE),
        PRIVATE_FILE,
        passphrase.as_str().as_bytes(),
    )?;
    write_new(&folder.join(GENESIS_FILE), PUBLIC_FILE, genesis)?;
    write_new(&folder.join(CONFIG_FILE), PRIVATE_FILE, text.as_bytes())
}

/// A passphrase of 32 random bytes, as hexadecimal digits.
///
/// # Errors
/// [`RandomnessError`].
pub fn random_passphrase() -> Result<Passphrase, RandomnessError> {
    Ok(Passphrase::new(hex::encode(random_bytes::<32>()?)))
}

/// Encrypts a key under a passphrase of [`random_passphrase`]. It cannot be guessed, so a costly derivation would only make every start
/// slower.
///
/// # Errors
/// [`KeyFileError`].
pub fn seal_with_random(
    key: &PrivateKey,
    passphrase: &Passphrase,
    cipher: Aead,
) -> Result<String, KeyFileError> {
    keyfile::seal(key, passphrase.as_str(), Params::new(8 << 10, 1, 1, cipher)?)
}

/// Makes a private folder and those above it.
pub(crate) fn make_folder(path: &Path) -> Result<(), InitError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(PRIVATE_FOLDER)
        .create(path)
        .map_err(|source| InitError::Write {
            path: path.to_owned(),
            source,
        })
}

/// Writes a file that did not exist, for its owner alone.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> Result<(), InitError> {
    write_new(path, PRIVATE_FILE, content)
}

/// Writes a file for its owner alone, in the place of one that may be there: whoever reads it finds the old one or the new one, whole.
pub(crate) fn replace_private(path: &Path, content: &[u8]) -> Result<(), InitError> {
    let written = path.with_extension("new");
    let failed = |source| InitError::Write {
        path: path.to_owned(),
        source,
    };
    match fs::remove_file(&written) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    write_private(&written, content)?;
    fs::rename(&written, path).map_err(failed)
}

/// Writes a file that did not exist, durably.
fn write_new(path: &Path, mode: u32, content: &[u8]) -> Result<(), InitError> {
    let write = || -> io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(path)?;
        file.write_all(content)?;
        file.sync_all()
    };
    write().map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => InitError::Exists(path.to_owned()),
        _ => InitError::Write {
            path: path.to_owned(),
            source,
        },
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::config::NodeConfig;

    const LIST: &str = r#"
name = "甲市政务账本"

[[member]]
name = "甲市住房公积金管理中心"
code = "12990100000001011T"
p2p = "10.0.0.1:7600"
http = "10.0.0.1:8600"

[[member]]
name = "甲市中级人民法院"
code = "11990100000002129L"
roles = ["court"]
p2p = "10.0.0.2:7600"
http = "10.0.0.2:8600"
"#;

    fn list(text: &str) -> Result<Members, InitError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("members.toml");
        fs::write(&path, text).unwrap();
        Members::read(&path)
    }

    fn plan(suite: Suite) -> Plan {
        Plan::new(
            "甲市政务账本".to_owned(),
            suite,
            BlockTime(1_700_000_000_000),
            list(LIST).unwrap().members,
        )
    }

    #[test]
    fn every_folder_starts_a_node_of_the_same_chain() {
        for suite in [Suite::Intl, Suite::Gm] {
            let out = tempfile::tempdir().unwrap();
            let founded = found(&plan(suite), out.path()).unwrap();
            assert_eq!(founded.chain.algorithm(), suite.hash());
            for (folder, founder) in founded.folders.iter().zip(plan(suite).founders) {
                let config = NodeConfig::load_with(folder, None).unwrap();
                assert_eq!(config.genesis, founded.genesis);
                assert_eq!(
                    (config.p2p_listen, config.http_listen),
                    (founder.p2p, founder.http)
                );
                let member = config
                    .genesis
                    .members
                    .iter()
                    .find(|member| member.code == founder.code)
                    .unwrap();
                assert_eq!(member.validator, config.validator_key.public_key());
                let passphrase = Passphrase::read(&folder.join(PASSPHRASE_FILE)).unwrap();
                let text = fs::read_to_string(folder.join(ACCOUNT_KEY_FILE)).unwrap();
                let account = keyfile::open(&text, passphrase.as_str()).unwrap();
                assert_eq!(account.public_key(), member.account);
                assert_eq!(account.algorithm(), account_algorithm(suite));
            }
        }
    }

    #[test]
    fn keys_and_passphrases_are_for_their_owner_alone() {
        let out = tempfile::tempdir().unwrap();
        let founded = found(&plan(Suite::Intl), out.path()).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        for folder in &founded.folders {
            assert_eq!(mode(folder), 0o700);
            for name in [VALIDATOR_KEY_FILE, ACCOUNT_KEY_FILE, PASSPHRASE_FILE, CONFIG_FILE] {
                assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
            }
        }
    }

    #[test]
    fn nothing_that_exists_is_overwritten() {
        let out = tempfile::tempdir().unwrap();
        let kept = out.path().join("11990100000002129L");
        fs::create_dir(&kept).unwrap();
        fs::write(kept.join(VALIDATOR_KEY_FILE), "precious").unwrap();
        assert!(
            matches!(found(&plan(Suite::Intl), out.path()), Err(InitError::Exists(path)) if path == kept)
        );
        assert_eq!(fs::read(kept.join(VALIDATOR_KEY_FILE)).unwrap(), b"precious");
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1);

        let out = tempfile::tempdir().unwrap();
        found(&plan(Suite::Intl), out.path()).unwrap();
        assert!(matches!(
            found(&plan(Suite::Intl), out.path()),
            Err(InitError::Exists(_))
        ));
    }

    #[test]
    fn a_wrong_code_an_unknown_name_and_a_repeated_address_are_refused() {
        assert!(matches!(
            list(&LIST.replace("1011T", "1011S")),
            Err(InitError::List { .. })
        ));
        assert!(matches!(
            list(&LIST.replace("roles", "rolls")),
            Err(InitError::List { .. })
        ));
        let mut twice = plan(Suite::Intl);
        twice.founders[1].p2p = twice.founders[0].p2p;
        let out = tempfile::tempdir().unwrap();
        assert!(matches!(
            found(&twice, out.path()),
            Err(InitError::AddressTwice(_))
        ));
        let mut same = plan(Suite::Intl);
        same.founders[1].code = same.founders[0].code.clone();
        assert!(found(&same, out.path()).is_err());
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
    }
}
