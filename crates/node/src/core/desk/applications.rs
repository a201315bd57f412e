//! Applications for enrolment (登记申请) that wait at the desk of an identity authority. They come from people whom the ledger does not know yet,
//! so they cannot be transactions (decision D23); they are bounded in number, bytes, age and by where they come from.
//!
//! One file for each, by the digest of its key. The facts in it stay sealed to the desk; they are gone from the file as soon as the application
//! is refused, and the file with the enrolment or the end of the term.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirBuilder, File};
use std::io::{self, Read as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use yinxin_api::Application;
use yinxin_crypto::{Digest, HashAlgorithm, PublicKey};
use yinxin_types::{BlockTime, Code, Rejection, codes};

use crate::init::replace_private;

/// The most applications that are kept.
pub(in crate::core) const MOST: usize = 512;
/// The most that came through one other member's node, or through this one: a member that floods takes no more than its part.
pub(in crate::core) const MOST_VIA: usize = MOST / 4;
/// How often a check code may be wrong before the application is refused.
pub(in crate::core) const MOST_TRIES: u8 = 5;
/// A file beyond this is not ours.
const MOST_FILE_BYTES: u64 = 32 << 10;

/// How an application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::core) enum State {
    /// The authority has not decided.
    Waiting,
    /// The authority refused it.
    Refused,
}

/// Why an application is refused: a closed list, since a text could say something about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::core) enum Reason {
    /// The document that was shown, or what the authority holds, says something else.
    Facts,
    /// No document was shown in time.
    Document,
    /// The person is enrolled already; a further key is added as a device, a lost one is recovered at a window.
    Enrolled,
    /// Another authority is in charge.
    Elsewhere,
    /// The check code was wrong too often.
    Code,
}

/// An application with what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::core) struct Kept {
    /// What the person signed; without the sealed facts once it is refused.
    pub application: Application,
    /// Its digest.
    pub id: Digest,
    /// When it came.
    pub made: BlockTime,
    pub reason: Option<Reason>,
    pub state: State,
    /// How often a check code was wrong.
    pub tries: u8,
    /// Through which other member's node it came.
    pub via: Option<PublicKey>,
}

/// Why the applications cannot be kept.
#[derive(Debug, Error)]
#[error("the applications cannot be kept at {path}: {source}")]
pub struct ApplicationsError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// The applications at one desk.
#[derive(Debug)]
pub(in crate::core) struct Applications {
    folder: PathBuf,
    kept: Mutex<BTreeMap<PublicKey, Kept>>,
}

/// The eight digits that the applicant's own device and the desk compute from what was signed: whoever has them was shown them there.
pub(in crate::core) fn check_code(algorithm: HashAlgorithm, statement: &[u8]) -> String {
    let digest = algorithm.hash_tagged("yinxin/application/code/1", &[statement]);
    let number = digest
        .bytes()
        .first_chunk::<8>()
        .map_or(0, |bytes| u64::from_be_bytes(*bytes));
    format!("{:08}", number.checked_rem(100_000_000).unwrap_or_default())
}

fn refuse<T>(code: Code, detail: &str) -> Result<T, Rejection> {
    Err(Rejection::new(code, detail))
}

impl Applications {
    /// Opens the folder, making it where it is not there. What cannot be read is no application.
    ///
    /// # Errors
    /// [`ApplicationsError`].
    pub(in crate::core) fn open(folder: &Path) -> Result<Self, ApplicationsError> {
        let failed = |source| ApplicationsError {
            path: folder.to_owned(),
            source,
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(failed)?;
        let mut kept = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if let Some(one) = read(&path).map_err(failed)? {
                kept.insert(one.application.account, one);
            }
        }
        Ok(Self {
            folder: folder.to_owned(),
            kept: Mutex::new(kept),
        })
    }

    fn path(&self, account: &PublicKey) -> PathBuf {
        let name = HashAlgorithm::Sha256.hash(&[account.to_string().as_bytes()]);
        self.folder.join(format!("{}.json", hex::encode(name.bytes())))
    }

    fn write(&self, one: &Kept) -> Result<(), Rejection> {
        let unavailable = || Rejection::new(codes::API_UNAVAILABLE, "the application cannot be kept now");
        let text = serde_json::to_vec(one).map_err(|_| unavailable())?;
        replace_private(&self.path(&one.application.account), &text).map_err(|error| {
            tracing::error!(%error, "an application cannot be kept");
            unavailable()
        })
    }

    fn erase(&self, account: &PublicKey) {
        match fs::remove_file(self.path(account)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::error!(%error, "an application that has ended cannot be erased");
            }
            _ => {}
        }
    }

    /// Forgets what has ended.
    fn sweep(&self, kept: &mut BTreeMap<PublicKey, Kept>, now: BlockTime) {
        let over: Vec<PublicKey> = kept
            .iter()
            .filter(|(_, one)| one.application.until <= now)
            .map(|(account, _)| *account)
            .collect();
        for account in over {
            kept.remove(&account);
            self.erase(&account);
        }
    }

    /// Keeps an application whose signature was verified. The same one again is answered as it stands; a newer one of the same key takes the
    /// place of the one before. `APPLICATION_STALE`, `APPLICATION_FULL`.
    pub(in crate::core) fn add(
        &self,
        one: Kept,
        codes_of: impl Fn(&Kept) -> String,
        now: BlockTime,
    ) -> Result<Kept, Rejection> {
        let mut kept = self.kept.lock();
        self.sweep(&mut kept, now);
        let account = one.application.account;
        if let Some(before) = kept.get(&account) {
            if before.id == one.id {
                return Ok(before.clone());
            }
            // Whoever recorded an older one cannot bring it back over this.
            if before.application.until >= one.application.until {
                return refuse(
                    codes::APPLICATION_STALE,
                    "a newer application of this key is known",
                );
            }
        }
        let others = || kept.values().filter(|other| other.application.account != account);
        let code = codes_of(&one);
        if others().any(|other| other.state == State::Waiting && codes_of(other) == code) {
            return refuse(
                codes::APPLICATION_STALE,
                "another application shows the same check code",
            );
        }
        if others().count() >= MOST || others().filter(|other| other.via == one.via).count() >= MOST_VIA {
            return refuse(codes::APPLICATION_FULL, "no more applications are kept");
        }
        self.put(&mut kept, one)
    }

    /// The application of a key.
    pub(in crate::core) fn of(&self, account: &PublicKey, now: BlockTime) -> Option<Kept> {
        let mut kept = self.kept.lock();
        self.sweep(&mut kept, now);
        kept.get(account).cloned()
    }

    /// The application with a digest that waits: `APPLICATION_UNKNOWN`.
    pub(in crate::core) fn waiting(&self, id: &Digest, now: BlockTime) -> Result<Kept, Rejection> {
        let mut kept = self.kept.lock();
        self.sweep(&mut kept, now);
        find(&kept, id)
    }

    /// All of them, the oldest first.
    pub(in crate::core) fn all(&self, now: BlockTime) -> Vec<Kept> {
        let mut kept = self.kept.lock();
        self.sweep(&mut kept, now);
        let mut all: Vec<Kept> = kept.values().cloned().collect();
        all.sort_by_key(|one| (one.made, one.id.to_string()));
        all
    }

    /// The keys with an application.
    pub(in crate::core) fn accounts(&self) -> BTreeSet<PublicKey> {
        self.kept.lock().keys().copied().collect()
    }

    /// Forgets the application of a key: it was enrolled, or the person took it back.
    pub(in crate::core) fn forget(&self, account: &PublicKey) {
        if self.kept.lock().remove(account).is_some() {
            self.erase(account);
        }
    }

    /// Refuses a waiting application; its sealed facts are destroyed. `APPLICATION_UNKNOWN`.
    pub(in crate::core) fn refuse(
        &self,
        id: &Digest,
        reason: Reason,
        now: BlockTime,
    ) -> Result<Kept, Rejection> {
        let mut kept = self.kept.lock();
        self.sweep(&mut kept, now);
        let one = find(&kept, id)?;
        self.put(&mut kept, refused(one, reason))
    }

    /// The waiting application whose check code this is; a wrong one is counted, and too many refuse it. `APPLICATION_UNKNOWN`,
    /// `APPLICATION_CODE`.
    pub(in crate::core) fn check(
        &self,
        id: &Digest,
        code: &str,
        codes_of: impl Fn(&Kept) -> String,
        now: BlockTime,
    ) -> Result<Kept, Rejection> {
        let mut kept = self.kept.lock();
        self.sweep(&mut kept, now);
        let mut one = find(&kept, id)?;
        if codes_of(&one) == code {
            return Ok(one);
        }
        one.tries = one.tries.saturating_add(1);
        let one = if one.tries >= MOST_TRIES {
            refused(one, Reason::Code)
        } else {
            one
        };
        self.put(&mut kept, one)?;
        refuse(codes::APPLICATION_CODE, "the check code is another")
    }

    fn put(&self, kept: &mut BTreeMap<PublicKey, Kept>, one: Kept) -> Result<Kept, Rejection> {
        self.write(&one)?;
        kept.insert(one.application.account, one.clone());
        Ok(one)
    }
}

fn find(kept: &BTreeMap<PublicKey, Kept>, id: &Digest) -> Result<Kept, Rejection> {
    let mut waiting = kept.values().filter(|one| one.state == State::Waiting);
    match waiting.find(|one| one.id == *id) {
        Some(one) => Ok(one.clone()),
        None => refuse(codes::APPLICATION_UNKNOWN, "no such application waits here"),
    }
}

fn refused(mut one: Kept, reason: Reason) -> Kept {
    one.application.sealed = String::new();
    one.state = State::Refused;
    one.reason = Some(reason);
    one
}

/// The application in a file; nothing where the file is none, as one that a crash left half written.
fn read(path: &Path) -> io::Result<Option<Kept>> {
    if path.extension().is_none_or(|ending| ending != "json") {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_FILE_BYTES).read_to_end(&mut bytes)?;
    Ok(serde_json::from_slice(&bytes).ok())
}

#[cfg(test)]
mod tests {
    use yinxin_crypto::{PrivateKey, SignatureAlgorithm};
    use yinxin_types::transaction::KeyedSignature;

    use super::*;

    const NOW: BlockTime = BlockTime(1_000_000);

    fn key(seed: u16) -> PrivateKey {
        let mut bytes = [7; 32];
        bytes[..2].copy_from_slice(&seed.to_be_bytes());
        PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &bytes).unwrap()
    }

    fn made(seed: u16, until: u64, via: Option<PublicKey>) -> Kept {
        let key = key(seed);
        Kept {
            application: Application {
                account: key.public_key(),
                authority: "1199010000000209X4".to_owned(),
                sealed: format!("sealed {seed} {until}"),
                signature: KeyedSignature::by(&key, b"statement"),
                until: BlockTime(until),
            },
            id: HashAlgorithm::Sha256.hash(&[&seed.to_be_bytes(), &until.to_be_bytes()]),
            made: NOW,
            reason: None,
            state: State::Waiting,
            tries: 0,
            via,
        }
    }

    fn code(one: &Kept) -> String {
        check_code(HashAlgorithm::Sha256, one.id.bytes())
    }

    #[test]
    fn applications_are_there_after_another_start_and_gone_after_their_term() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (made(1, 2_000_000, None), made(2, 3_000_000, None));
        let applications = Applications::open(folder.path()).unwrap();
        for kept in [&one, &two] {
            assert_eq!(applications.add(kept.clone(), code, NOW).unwrap(), *kept);
        }
        fs::write(folder.path().join("half.json"), b"{").unwrap();
        fs::write(folder.path().join("some.new"), b"{}").unwrap();
        let applications = Applications::open(folder.path()).unwrap();
        assert_eq!(applications.all(NOW).len(), 2);
        assert_eq!(applications.of(&one.application.account, NOW), Some(one.clone()));
        assert_eq!(applications.all(BlockTime(2_000_000)), [two]);
        let left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|one| one.unwrap().path())
            .collect();
        assert!(!left.contains(&applications.path(&one.application.account)));
    }

    #[test]
    fn one_key_has_one_application_and_an_older_one_never_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let applications = Applications::open(folder.path()).unwrap();
        let (old, new) = (made(1, 2_000_000, None), made(1, 2_000_001, None));
        applications.add(old.clone(), code, NOW).unwrap();
        applications.add(new.clone(), code, NOW).unwrap();
        assert_eq!(applications.all(NOW), std::slice::from_ref(&new));
        let replayed = applications.add(old, code, NOW).unwrap_err();
        assert_eq!(replayed.code, codes::APPLICATION_STALE);
        // The same one again, also after it was refused, is answered as it stands.
        applications.refuse(&new.id, Reason::Facts, NOW).unwrap();
        let again = applications.add(new.clone(), code, NOW).unwrap();
        assert_eq!((again.state, again.reason), (State::Refused, Some(Reason::Facts)));
        assert_eq!(
            applications.waiting(&new.id, NOW).unwrap_err().code,
            codes::APPLICATION_UNKNOWN
        );
    }

    #[test]
    fn what_was_sealed_is_gone_with_the_refusal() {
        let folder = tempfile::tempdir().unwrap();
        let applications = Applications::open(folder.path()).unwrap();
        let one = made(1, 2_000_000, None);
        applications.add(one.clone(), code, NOW).unwrap();
        let path = applications.path(&one.application.account);
        assert!(fs::read_to_string(&path).unwrap().contains("sealed 1"));
        applications.refuse(&one.id, Reason::Document, NOW).unwrap();
        assert!(!fs::read_to_string(&path).unwrap().contains("sealed 1"));
        applications.forget(&one.application.account);
        assert!(!path.exists());
    }

    #[test]
    fn there_are_so_many_and_so_many_from_one_node() {
        let folder = tempfile::tempdir().unwrap();
        let applications = Applications::open(folder.path()).unwrap();
        let nodes = [
            None,
            Some(key(900).public_key()),
            Some(key(901).public_key()),
            Some(key(902).public_key()),
        ];
        let mut seeds = 1..;
        let mut next = |via| made(seeds.next().unwrap(), 2_000_000, via);
        for via in nodes {
            for _ in 0..MOST_VIA {
                applications.add(next(via), code, NOW).unwrap();
            }
            let more = applications.add(next(via), code, NOW).unwrap_err();
            assert_eq!(more.code, codes::APPLICATION_FULL);
        }
        let another = next(Some(key(903).public_key()));
        assert_eq!(
            applications.add(another.clone(), code, NOW).unwrap_err().code,
            codes::APPLICATION_FULL
        );
        // Whoever waits may still put a newer one in the place of his own, and what ends makes room.
        applications.add(made(1, 2_000_001, None), code, NOW).unwrap();
        let later = BlockTime(2_000_000);
        assert_eq!(applications.add(another, code, later).map(|one| one.tries), Ok(0));
        assert_eq!(
            applications.all(later).len(),
            1,
            "only the newer one has not ended"
        );
    }

    #[test]
    fn a_check_code_is_guessed_five_times_at_most_and_shown_by_one_application_only() {
        let folder = tempfile::tempdir().unwrap();
        let applications = Applications::open(folder.path()).unwrap();
        let one = made(1, 2_000_000, None);
        applications.add(one.clone(), code, NOW).unwrap();
        assert_eq!(applications.check(&one.id, &code(&one), code, NOW).unwrap(), one);
        for _ in 0..MOST_TRIES {
            let wrong = applications.check(&one.id, "00000000", code, NOW).unwrap_err();
            assert_eq!(wrong.code, codes::APPLICATION_CODE);
        }
        assert_eq!(
            applications.of(&one.application.account, NOW).unwrap().reason,
            Some(Reason::Code)
        );
        assert_eq!(
            applications
                .check(&one.id, &code(&one), code, NOW)
                .unwrap_err()
                .code,
            codes::APPLICATION_UNKNOWN
        );
        let same = |_: &Kept| "12345678".to_owned();
        applications.add(made(2, 2_000_000, None), same, NOW).unwrap();
        let taken = applications.add(made(3, 2_000_000, None), same, NOW).unwrap_err();
        assert_eq!(taken.code, codes::APPLICATION_STALE);
    }

    #[test]
    fn a_check_code_has_eight_digits_which_browsers_compute_too() {
        for text in ["", "a", "b"] {
            let code = check_code(HashAlgorithm::Sha256, text.as_bytes());
            assert!(
                code.len() == 8 && code.bytes().all(|one| one.is_ascii_digit()),
                "{code}"
            );
        }
    }
}
