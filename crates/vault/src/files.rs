//! Materials in a folder of their own on the node's disk.
//!
//! ```text
//! materials/<xx>/<digest>   ciphertexts        keys/<xx>/<digest>      keys records
//! erased/<xx>/<digest>      tombstones         pending/<xx>/<digest>   changes under way
//! tmp/                      what is being written                      lock
//! ```
//!
//! A file is written under `tmp`, synced, and renamed to its place, whose folder is synced. A keys record is overwritten
//! with zeros and synced before its name goes. On a disk that writes elsewhere what is overwritten (flash, snapshots,
//! journals with data) that alone destroys nothing for certain; see docs/decisions/D16-vault.md.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use yinxin_crypto::Digest;

use crate::error::VaultError;
use crate::protocol::{Area, Blobs, Listing, Vault, address_of, is_a_vault, place};

/// Folders are for the node alone.
const FOLDER_MODE: u32 = 0o700;
/// Files are for the node alone.
const FILE_MODE: u32 = 0o600;
/// The folder of what is being written.
const TEMPORARY: &str = "tmp";
/// Zeros are written in pieces of this many bytes.
const PIECE: usize = 4 << 10;

/// A vault in a folder. One program at a time may hold it.
pub struct LocalStore(Vault<Files>);

impl LocalStore {
    /// Opens the vault in `folder`, makes the folder where there is none, and follows up what a crash interrupted.
    ///
    /// # Errors
    /// [`VaultError::InUse`] or [`VaultError::Storage`].
    pub fn open(folder: &Path) -> Result<Self, VaultError> {
        Vault::open(Files::open(folder)?).map(Self)
    }
}

is_a_vault!(LocalStore);

impl std::fmt::Debug for LocalStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LocalStore").finish_non_exhaustive()
    }
}

/// Blobs as files.
pub(crate) struct Files {
    root: PathBuf,
    /// Names the files under `tmp`.
    next: AtomicU64,
    /// Held for as long as the vault is open.
    _lock: File,
}

impl Files {
    pub(crate) fn open(root: &Path) -> Result<Self, VaultError> {
        make_root(root).map_err(failed("make", root))?;
        fs::set_permissions(root, Permissions::from_mode(FOLDER_MODE)).map_err(failed("protect", root))?;
        let path = root.join("lock");
        let lock = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(FILE_MODE)
            .open(&path)
            .map_err(failed("open", &path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(VaultError::InUse),
            Err(TryLockError::Error(error)) => return Err(failed("lock", &path)(error)),
        }
        for folder in Area::ALL.map(Area::folder).into_iter().chain([TEMPORARY]) {
            let path = root.join(folder);
            make_folder(&path).map_err(failed("make", &path))?;
        }
        sync_folder(root).map_err(failed("sync", root))?;
        let files = Self {
            root: root.to_owned(),
            next: AtomicU64::new(0),
            _lock: lock,
        };
        files.clear_temporary()?;
        Ok(files)
    }

    /// Destroys what a crash or a failure left under `tmp`: half-written files, and keys records that were being replaced.
    fn clear_temporary(&self) -> Result<(), VaultError> {
        let folder = self.root.join(TEMPORARY);
        let names = entries(&folder).map_err(failed("list", &folder))?;
        for (name, _) in names {
            let path = folder.join(name);
            discard(&path).map_err(failed("remove", &path))?;
        }
        Ok(())
    }

    fn path(&self, area: Area, address: &Digest) -> PathBuf {
        let (shard, name) = place(address);
        self.root.join(area.folder()).join(shard).join(name)
    }

    fn temporary(&self) -> PathBuf {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.root.join(TEMPORARY).join(number.to_string())
    }

    /// Puts a written file in its place. The keys record that lay there is kept under `tmp` until it is overwritten.
    fn replace(&self, written: &Path, path: &Path, folder: &Path, area: Area) -> io::Result<()> {
        let old = self.temporary();
        let has_old = area == Area::Keys
            && match fs::hard_link(path, &old) {
                Ok(()) => true,
                Err(error) if error.kind() == ErrorKind::NotFound => false,
                Err(error) => return Err(error),
            };
        if let Err(error) = fs::rename(written, path) {
            drop(discard(&old));
            return Err(error);
        }
        // Where this fails nobody knows which of the two a crash would leave: the old one is destroyed later.
        sync_folder(folder)?;
        if has_old {
            discard(&old)?;
        }
        Ok(())
    }
}

impl Blobs for Files {
    fn read(&self, area: Area, address: &Digest, limit: usize) -> Result<Option<Vec<u8>>, VaultError> {
        let path = self.path(area, address);
        let read = || -> io::Result<Vec<u8>> {
            let limit = u64::try_from(limit).unwrap_or(u64::MAX);
            let mut bytes = Vec::new();
            File::open(&path)?
                .take(limit.saturating_add(1))
                .read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        found(read()).map_err(failed("read", &path))
    }

    fn holds(&self, area: Area, address: &Digest) -> Result<bool, VaultError> {
        let path = self.path(area, address);
        found(fs::symlink_metadata(&path))
            .map(|metadata| metadata.is_some())
            .map_err(failed("look for", &path))
    }

    fn write(&self, area: Area, address: &Digest, bytes: &[u8]) -> Result<(), VaultError> {
        let path = self.path(area, address);
        let temporary = self.temporary();
        let write = || -> io::Result<()> {
            let folder = path.parent().ok_or(ErrorKind::InvalidFilename)?;
            let area_folder = folder.parent().ok_or(ErrorKind::InvalidFilename)?;
            if !folder.is_dir() {
                make_folder(folder)?;
                sync_folder(area_folder)?;
            }
            let mut file = OpenOptions::new()
                .create_new(true)
                .write(true)
                .mode(FILE_MODE)
                .open(&temporary)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            self.replace(&temporary, &path, folder, area)
        };
        write().map_err(|error| {
            // What cannot be removed now is removed at the next start.
            drop(discard(&temporary));
            failed("write", &path)(error)
        })
    }

    fn remove(&self, area: Area, address: &Digest) -> Result<bool, VaultError> {
        let path = self.path(area, address);
        if area == Area::Keys {
            // A replacement that failed may have left an older record. Nobody writes now: the caller sees to that.
            self.clear_temporary()?;
        }
        let remove = || -> io::Result<()> {
            if area == Area::Keys {
                overwrite(&path)?;
            }
            fs::remove_file(&path)?;
            sync_folder(path.parent().ok_or(ErrorKind::InvalidFilename)?)
        };
        found(remove())
            .map(|removed| removed.is_some())
            .map_err(failed("remove", &path))
    }

    fn list(&self, area: Area) -> Result<Listing, VaultError> {
        let folder = self.root.join(area.folder());
        let mut listing = Listing::default();
        for (shard, is_folder) in entries(&folder).map_err(failed("list", &folder))? {
            if !is_folder {
                listing.strangers.push(format!("{}/{shard}", area.folder()));
                continue;
            }
            let path = folder.join(&shard);
            for (name, is_folder) in entries(&path).map_err(failed("list", &path))? {
                match address_of(&shard, &name).filter(|_| !is_folder) {
                    Some(address) => drop(listing.addresses.insert(address)),
                    None => listing
                        .strangers
                        .push(format!("{}/{shard}/{name}", area.folder())),
                }
            }
        }
        Ok(listing)
    }
}

/// A failure of the disk, with what was done to which file.
fn failed(verb: &str, path: &Path) -> impl FnOnce(io::Error) -> VaultError {
    let action = format!("{verb} {}", path.display());
    move |error| VaultError::storage(action, error)
}

/// Tells "there is none" from a failure.
fn found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Makes the folder of a vault where there is none, so that its name survives a crash.
fn make_root(root: &Path) -> io::Result<()> {
    if root.is_dir() {
        return Ok(());
    }
    make_folder(root)?;
    let parent = root.parent().filter(|parent| !parent.as_os_str().is_empty());
    sync_folder(parent.unwrap_or(Path::new(".")))
}

fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(path)
}

/// Makes the names in a folder survive a crash.
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Names in a folder, and whether each is a folder itself. A name that is no text is shown as well as it goes; it stands for
/// no address.
fn entries(folder: &Path) -> io::Result<Vec<(String, bool)>> {
    fs::read_dir(folder)?
        .map(|entry| {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            Ok((name, entry.file_type()?.is_dir()))
        })
        .collect()
}

/// Writes zeros over a file and waits for the disk.
fn overwrite(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let mut left = file.metadata()?.len();
    let zeros = [0; PIECE];
    while left > 0 {
        let length = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        file.write_all(zeros.get(..length).unwrap_or(&zeros))?;
        left = left.saturating_sub(u64::try_from(length).unwrap_or(left));
    }
    file.sync_all()
}

/// Removes a file of `tmp`, overwritten unless it is also the file of another name: then that name is in use.
fn discard(path: &Path) -> io::Result<()> {
    let Some(metadata) = found(fs::symlink_metadata(path))? else {
        return Ok(());
    };
    if metadata.is_file() && metadata.nlink() == 1 {
        overwrite(path)?;
    }
    fs::remove_file(path)
}

#[cfg(test)]
mod tests;
