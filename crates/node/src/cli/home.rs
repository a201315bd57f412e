//! What belongs to the person at this machine: the chains he trusts and his own key, under `$XDG_CONFIG_HOME/yinxin` or
//! `~/.config/yinxin`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use yinxin_client::trust::{MAX_NAME_BYTES, TrustStore, TrustedChain};
use yinxin_crypto::Digest;

use crate::cli::clock;
use crate::cli::failure::{Exit, Failure};
use crate::cli::language::words;
use crate::config::ACCOUNT_KEY_FILE;
use crate::init::make_folder;

/// Name of the file with the chains that are trusted.
const TRUST_FILE: &str = "trust.json";

/// The folder of the person's settings. It may not exist yet.
#[derive(Clone, Debug)]
pub struct Home(PathBuf);

impl Home {
    /// The folder that the environment names.
    ///
    /// # Errors
    /// `HOME` where neither `XDG_CONFIG_HOME` nor `HOME` is an absolute path.
    pub fn find() -> Result<Self, Failure> {
        let absolute = |name| {
            env::var_os(name)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
        };
        absolute("XDG_CONFIG_HOME")
            .or_else(|| absolute("HOME").map(|home| home.join(".config")))
            .map(|folder| Self(folder.join("yinxin")))
            .ok_or_else(|| {
                Failure::new(
                    Exit::Unreadable,
                    "HOME",
                    words!(
                        "环境变量 HOME 未设置,无法找到个人设置。请设置 HOME 或 XDG_CONFIG_HOME。",
                        "HOME is not set, so there is no place for your settings. Set HOME or XDG_CONFIG_HOME."
                    ),
                )
            })
    }

    /// The person's own account key.
    pub fn account_key(&self) -> PathBuf {
        self.0.join(ACCOUNT_KEY_FILE)
    }

    fn trust_file(&self) -> PathBuf {
        self.0.join(TRUST_FILE)
    }

    /// The entry of a chain, if it is trusted.
    ///
    /// # Errors
    /// A trust store that cannot be read.
    pub fn trusted(&self, chain: &Digest) -> Result<Option<TrustedChain>, Failure> {
        Ok(TrustStore::load(&self.trust_file())?.find(chain).cloned())
    }

    /// The chains that are trusted.
    ///
    /// # Errors
    /// A trust store that cannot be read.
    pub fn chains(&self) -> Result<Vec<TrustedChain>, Failure> {
        Ok(TrustStore::load(&self.trust_file())?.chains().to_vec())
    }

    /// Trusts a chain from now on; `false` if it was trusted before.
    ///
    /// # Errors
    /// A trust store that cannot be read or written.
    pub fn trust(&self, chain: Digest, name: &str) -> Result<bool, Failure> {
        self.change(|store| {
            let new = store.find(&chain).is_none();
            if new {
                store.add(chain, shortened(name), clock::now().0)?;
            }
            Ok(new)
        })
    }

    /// Trusts a chain no longer; `false` if it was not trusted.
    ///
    /// # Errors
    /// A trust store that cannot be read or written.
    pub fn forget(&self, chain: &Digest) -> Result<bool, Failure> {
        self.change(|store| Ok(store.remove(chain)))
    }

    /// Changes the trust store if `change` says that it did. A store that another program of this person is changing is changed
    /// afterwards.
    fn change(&self, change: impl FnOnce(&mut TrustStore) -> Result<bool, Failure>) -> Result<bool, Failure> {
        make_folder(&self.0)?;
        let path = self.trust_file();
        let lock = path.with_extension("lock");
        let failed = |error: std::io::Error| Failure::unwritable(&lock, &error);
        let guard = fs::File::create(&lock).map_err(failed)?;
        guard.lock().map_err(failed)?;
        let mut store = TrustStore::load(&path)?;
        let changed = change(&mut store)?;
        if changed {
            store.save(&path)?;
        }
        Ok(changed)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// As much of a name as the trust store takes.
fn shortened(name: &str) -> &str {
    let mut end = name.len().min(MAX_NAME_BYTES);
    while !name.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    name.get(..end).unwrap_or_default()
}
