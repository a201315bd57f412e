//! Which materials a desk composed for which request, or for which case. A certificate or a licence may be composed again and again before it is
//! issued, or never be issued: what the ledger does not name in the end is found here and destroyed.
//!
//! One file for each open request or case, one line for each material. It holds digests only.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use thiserror::Error;
use yinxin_crypto::Digest;
use yinxin_types::{Rejection, codes};

/// How often something may be composed for one request or case.
const MOST: usize = 32;
/// A line is far shorter; a file beyond this is not ours.
const MOST_BYTES: u64 = 64 << 10;

/// Why the record cannot be kept.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ComposedError {
    /// The disk refused.
    #[error("the record of what was composed cannot be kept at {path}")]
    Storage {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The request or case has had its share.
    #[error("at most {MOST} contents are composed for one request or case")]
    Full,
}

impl ComposedError {
    /// What a client is told.
    pub(super) fn rejection(&self) -> Rejection {
        let code = match self {
            Self::Storage { .. } => codes::API_UNAVAILABLE,
            Self::Full => codes::DESK_COMPOSED,
        };
        Rejection::new(code, self.to_string())
    }
}

fn failed(path: &Path) -> impl Fn(io::Error) -> ComposedError + '_ {
    |source| ComposedError::Storage {
        path: path.to_owned(),
        source,
    }
}

/// The record, in a folder of its own.
#[derive(Debug)]
pub(super) struct Composed {
    folder: PathBuf,
}

impl Composed {
    pub(super) fn open(folder: &Path) -> Result<Self, ComposedError> {
        let made = DirBuilder::new().mode(0o700).create(folder);
        match made {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed(folder)(error)),
            _ => Ok(Self {
                folder: folder.to_owned(),
            }),
        }
    }

    fn path(&self, about: &str) -> PathBuf {
        self.folder.join(about.replace(':', "-"))
    }

    /// Records, on the disk when it returns, that a material is composed for a request or a case, which is named by letters, digits and colons.
    pub(super) fn add(&self, about: &str, material: &Digest) -> Result<(), ComposedError> {
        let path = self.path(about);
        if self.of(about)?.len() >= MOST {
            return Err(ComposedError::Full);
        }
        let append = || -> io::Result<()> {
            let mut file = OpenOptions::new()
                .create(true)
                .append(true)
                .mode(0o600)
                .open(&path)?;
            // Behind a line that a crash cut off, if there is one, a new one begins.
            file.write_all(format!("\n{material}\n").as_bytes())?;
            file.sync_all()?;
            File::open(&self.folder)?.sync_all()
        };
        append().map_err(failed(&path))
    }

    /// The materials composed for it, oldest first, as far as they are not settled.
    pub(super) fn of(&self, about: &str) -> Result<Vec<Digest>, ComposedError> {
        let path = self.path(about);
        read(&path).map_err(failed(&path))
    }

    /// The requests or cases on record, each with its materials.
    pub(super) fn all(&self) -> Result<Vec<(String, Vec<Digest>)>, ComposedError> {
        let list = || -> io::Result<Vec<(String, Vec<Digest>)>> {
            let mut found = Vec::new();
            for entry in fs::read_dir(&self.folder)? {
                let entry = entry?;
                let about = entry.file_name().to_string_lossy().replacen('-', ":", 1);
                let materials = read(&entry.path())?;
                if !materials.is_empty() {
                    found.push((about, materials));
                }
            }
            Ok(found)
        };
        list().map_err(failed(&self.folder))
    }

    /// Forgets a request or a case whose materials are settled.
    pub(super) fn forget(&self, about: &str) -> Result<(), ComposedError> {
        let path = self.path(about);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(&path)(error)),
            _ => Ok(()),
        }
    }
}

/// The materials in a file; a line that a crash cut off names none, and its material was not kept either.
fn read(path: &Path) -> io::Result<Vec<Digest>> {
    let mut bytes = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(MOST_BYTES).read_to_end(&mut bytes)?,
        Err(error) if error.kind() == ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.lines().filter_map(|line| line.parse().ok()).collect())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use yinxin_crypto::{Digest, HashAlgorithm};

    use super::{Composed, ComposedError, MOST};

    const REQUEST: &str = "sha256:00ff";

    fn digest(text: &str) -> Digest {
        HashAlgorithm::Sha256.hash(&[text.as_bytes()])
    }

    #[test]
    fn what_was_composed_is_found_by_request_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let composed = Composed::open(&folder.path().join("composed")).unwrap();
        composed.add(REQUEST, &digest("first")).unwrap();
        composed.add(REQUEST, &digest("second")).unwrap();
        // Another start of the node.
        let composed = Composed::open(&folder.path().join("composed")).unwrap();
        assert_eq!(
            composed.all().unwrap(),
            [(REQUEST.to_owned(), vec![digest("first"), digest("second")])]
        );
        composed.forget(REQUEST).unwrap();
        composed.forget(REQUEST).unwrap();
        assert!(composed.all().unwrap().is_empty());
    }

    #[test]
    fn a_line_cut_off_by_a_crash_spoils_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let composed = Composed::open(folder.path()).unwrap();
        let path = composed.path(REQUEST);
        let cut: String = digest("cut off").to_string().chars().take(20).collect();
        fs::write(&path, cut).unwrap();
        fs::write(folder.path().join("something else"), "text").unwrap();
        composed.add(REQUEST, &digest("whole")).unwrap();
        assert_eq!(
            composed.all().unwrap(),
            [(REQUEST.to_owned(), vec![digest("whole")])]
        );
    }

    #[test]
    fn a_request_has_a_bounded_number_of_materials() {
        let folder = tempfile::tempdir().unwrap();
        let composed = Composed::open(folder.path()).unwrap();
        for number in 0..MOST {
            composed.add(REQUEST, &digest(&number.to_string())).unwrap();
        }
        assert!(matches!(
            composed.add(REQUEST, &digest("more")),
            Err(ComposedError::Full)
        ));
        composed.add("119901", &digest("more")).unwrap();
    }
}
