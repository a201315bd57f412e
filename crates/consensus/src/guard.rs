//! The vote guard (投票护栏): a node never contradicts a vote it gave before, whatever became of its journal.
//!
//! The engine's own vote journal takes a damaged entry for the end of the journal and goes on without the rest. A node that forgets
//! a vote may vote twice. So every vote is entered here before it leaves, in two separate files, each with a sequence number and
//! a checksum, both synced; and no vote leaves that contradicts an entry or lies below all of them.
//!
//! Invariants: (1) an entry is on both disks before the vote it describes leaves; (2) of one view at most one notarised proposal,
//! at most one finalised proposal, and never both a finalisation and a nullification leave; (3) no vote leaves for a view at or below
//! [`Record::floor`], or of an earlier epoch than the last vote's; (4) if neither file can be read although one exists, nothing leaves until
//! finality has passed every view in which a vote can have left before ([`GuardWatch::finality_passed`]).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use commonware_runtime::{Blob as _, ReadOptions, Storage, WriteOptions};
use thiserror::Error;
use yinxin_crypto::HashAlgorithm;
use yinxin_types::wire::{Reader, WireError};

/// How many views the guard remembers in full.
const MAX_VIEWS: usize = 32;
/// The first bytes of a guard file.
const MAGIC: &[u8; 8] = b"yxguard1";
/// The names of the two files.
const FILES: [&[u8]; 2] = [b"first", b"second"];
/// Bytes of one place for a record: 32 views of 75 bytes with head and checksum fit.
const PLACE_BYTES: usize = 4096;

/// The kinds of votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoteKind {
    /// This proposal is the one I saw first in its view.
    Notarize([u8; 32]),
    /// I give up on the view.
    Nullify,
    /// This proposal is final.
    Finalize([u8; 32]),
}

/// What the guard says about a vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is new and consistent; enter and sync it before it leaves.
    New,
    /// It was given before; it may leave again.
    Repeat,
    /// It contradicts an earlier vote or lies below the guard's memory; it must not leave.
    Refused,
}

/// How the guard stands after it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardState {
    /// No vote was ever given from this directory.
    Fresh,
    /// Both files agree.
    Intact,
    /// One file was damaged or behind; the other was taken.
    Mended,
    /// Neither file can be read: this node observes and does not vote until finality has passed its earlier votes.
    Unreadable,
}

/// The guard as the rest of the node sees it, and what it is told of finality. Clones watch the same guard.
#[derive(Clone, Debug)]
pub(crate) struct GuardWatch(Arc<Watched>);

#[derive(Debug)]
struct Watched {
    state: Mutex<GuardState>,
    waited: AtomicBool,
    passed: Mutex<Option<(u64, u64)>>,
}

impl GuardWatch {
    pub(crate) fn new(state: GuardState) -> Self {
        Self(Arc::new(Watched {
            state: Mutex::new(state),
            waited: AtomicBool::new(false),
            passed: Mutex::default(),
        }))
    }

    /// How the guard stands now.
    pub(crate) fn state(&self) -> GuardState {
        *self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// This node has run for so long that a block of the present was surely proposed after it started.
    pub(crate) fn waited_long_enough(&self) {
        self.0.waited.store(true, Ordering::Relaxed);
    }

    /// Whether it has.
    pub(crate) fn has_waited(&self) -> bool {
        self.0.waited.load(Ordering::Relaxed)
    }

    /// A block proposed since this node started became final in a view of an epoch (纪元). No vote of this node's earlier life can lie above
    /// the view after it: one in view x takes a certificate for x - 1, that is, a quorum that had come so far, and of the quorum which voted
    /// later in `view` one honest other member belongs to it; one in a later epoch takes the last block of this one. A node that forgot its
    /// votes counts among the faulty ones until then, so of four members none besides it may be.
    pub(crate) fn finality_passed(&self, epoch: u64, view: u64) {
        let mut passed = self.0.passed.lock().unwrap_or_else(PoisonError::into_inner);
        *passed = (*passed).max(Some((epoch, view)));
    }

    /// The epoch, and the view of it up to which no vote may leave, if that is known.
    pub(crate) fn passed(&self) -> Option<(u64, u64)> {
        let passed = *self.0.passed.lock().unwrap_or_else(PoisonError::into_inner);
        passed.map(|(epoch, view)| (epoch, view.saturating_add(1)))
    }

    pub(crate) fn set(&self, state: GuardState) {
        *self.0.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

/// Why the guard cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GuardError {
    /// The files cannot be opened, written or synced.
    #[error("the vote guard cannot be stored: {0}")]
    Storage(#[from] commonware_runtime::Error),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Votes {
    notarized: Option<[u8; 32]>,
    nullified: bool,
    finalized: Option<[u8; 32]>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Record {
    sequence: u64,
    epoch: u64,
    floor: u64,
    views: BTreeMap<u64, Votes>,
}

impl Record {
    fn judge(&self, epoch: u64, view: u64, kind: VoteKind) -> Verdict {
        if epoch != self.epoch {
            return if epoch > self.epoch {
                Verdict::New
            } else {
                Verdict::Refused
            };
        }
        if view <= self.floor {
            return Verdict::Refused;
        }
        let Some(votes) = self.views.get(&view) else {
            return Verdict::New;
        };
        let same = |given: Option<[u8; 32]>, payload| match given {
            None => Verdict::New,
            Some(earlier) if earlier == payload => Verdict::Repeat,
            Some(_) => Verdict::Refused,
        };
        match kind {
            VoteKind::Notarize(payload) => same(votes.notarized, payload),
            VoteKind::Nullify if votes.finalized.is_some() => Verdict::Refused,
            VoteKind::Nullify if votes.nullified => Verdict::Repeat,
            VoteKind::Nullify => Verdict::New,
            VoteKind::Finalize(_) if votes.nullified => Verdict::Refused,
            VoteKind::Finalize(payload) => same(votes.finalized, payload),
        }
    }

    fn enter(&mut self, epoch: u64, view: u64, kind: VoteKind) {
        if epoch > self.epoch {
            *self = Self {
                sequence: self.sequence,
                epoch,
                floor: 0,
                views: BTreeMap::new(),
            };
        }
        let votes = self.views.entry(view).or_default();
        match kind {
            VoteKind::Notarize(payload) => votes.notarized = Some(payload),
            VoteKind::Nullify => votes.nullified = true,
            VoteKind::Finalize(payload) => votes.finalized = Some(payload),
        }
        while self.views.len() > MAX_VIEWS
            && let Some((lowest, _)) = self.views.pop_first()
        {
            self.floor = self.floor.max(lowest);
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        for number in [self.sequence, self.epoch, self.floor] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        out.push(u8::try_from(self.views.len()).unwrap_or(u8::MAX));
        for (view, votes) in &self.views {
            out.extend_from_slice(&view.to_be_bytes());
            out.push(u8::from(votes.nullified));
            for payload in [votes.notarized, votes.finalized] {
                out.push(u8::from(payload.is_some()));
                out.extend_from_slice(&payload.unwrap_or_default());
            }
        }
        let checksum = HashAlgorithm::Sha256.hash(&[&out]);
        out.extend_from_slice(checksum.bytes());
        out
    }

    /// The place of this record in each file, and its bytes.
    fn to_place(&self) -> (u64, Vec<u8>) {
        let mut bytes = Vec::with_capacity(PLACE_BYTES);
        yinxin_types::wire::put_bytes(&mut bytes, &self.to_bytes());
        bytes.resize(PLACE_BYTES, 0);
        (place_offset(self.sequence % 2), bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, WireError> {
        let (content, checksum) = bytes.split_last_chunk::<32>().ok_or(WireError::Short)?;
        if HashAlgorithm::Sha256.hash(&[content]).bytes() != checksum {
            return Err(WireError::Undefined);
        }
        let mut reader = Reader::new(content);
        if reader.take(MAGIC.len())? != MAGIC {
            return Err(WireError::Undefined);
        }
        let mut number = || reader.array().map(u64::from_be_bytes);
        let mut record = Self {
            sequence: number()?,
            epoch: number()?,
            floor: number()?,
            views: BTreeMap::new(),
        };
        for _ in 0..reader.u8()? {
            let view = u64::from_be_bytes(reader.array()?);
            let nullified = reader.u8()? == 1;
            let mut payload = || -> Result<Option<[u8; 32]>, WireError> {
                let given = reader.u8()? == 1;
                let payload = reader.array()?;
                Ok(given.then_some(payload))
            };
            let votes = Votes {
                notarized: payload()?,
                nullified,
                finalized: payload()?,
            };
            record.views.insert(view, votes);
        }
        reader.end()?;
        Ok(record)
    }
}

/// The guard of one node, over the storage of its runtime.
pub struct VoteGuard<E: Storage> {
    files: [E::Blob; 2],
    record: Record,
    state: GuardState,
}

impl<E: Storage> VoteGuard<E> {
    /// The partition in which the guard's two files lie, apart from everything of the engine.
    pub fn partition(prefix: &str) -> String {
        format!("{prefix}-vote-guard")
    }

    /// Opens the guard, making it on the first start.
    ///
    /// The files are made one after the other, each with an empty record, before any vote is given: if one is still empty, none was.
    /// So a crash in the midst of the first writes cannot be mistaken for damage.
    pub async fn open(storage: &E, prefix: &str) -> Result<Self, GuardError> {
        let partition = Self::partition(prefix);
        let one = find(storage, &partition, FILES[0]).await?;
        let other = find(storage, &partition, FILES[1]).await?;
        let (one, other) = match (one, other) {
            (Some(one), Some(other)) => (one, other),
            (Some(one), None) if one.can_replace() => {
                let other = replace(storage, &partition, FILES[1], &one).await?;
                (one, other)
            }
            (None, Some(other)) if other.can_replace() => {
                let one = replace(storage, &partition, FILES[0], &other).await?;
                (one, other)
            }
            (one, other) => {
                drop((one, other));
                return Self::unreadable(storage, &partition).await;
            }
        };
        let files = [one.file, other.file];
        let (record, state) = match (one.record, other.record) {
            (None, None) if one.empty || other.empty => (Record::default(), GuardState::Fresh),
            (None, None) => (Record::default(), GuardState::Unreadable),
            (Some(one), Some(other)) if one == other => (one, GuardState::Intact),
            (Some(one), Some(other)) if one.sequence < other.sequence => (other, GuardState::Mended),
            (Some(record), _) | (None, Some(record)) => (record, GuardState::Mended),
        };
        let guard = Self { files, record, state };
        if state == GuardState::Fresh {
            let (offset, place) = guard.record.to_place();
            for file in &guard.files {
                file.write_at(offset, place.clone(), WriteOptions::SYNC).await?;
            }
        }
        Ok(guard)
    }

    /// Makes both files anew, so that they say what the damaged ones did not: that nothing is known.
    async fn unreadable(storage: &E, partition: &str) -> Result<Self, GuardError> {
        let [first, second] = FILES;
        let files = [
            Self::noise(storage, partition, first).await?,
            Self::noise(storage, partition, second).await?,
        ];
        Ok(Self {
            files,
            record: Record::default(),
            state: GuardState::Unreadable,
        })
    }

    /// A file that holds no record and is not empty either.
    async fn noise(storage: &E, partition: &str, name: &[u8]) -> Result<E::Blob, GuardError> {
        match storage.remove(partition, Some(name)).await {
            Ok(())
            | Err(
                commonware_runtime::Error::BlobMissing(..) | commonware_runtime::Error::PartitionMissing(..),
            ) => {}
            Err(error) => return Err(error.into()),
        }
        let (file, _) = storage.open(partition, name).await?;
        file.write_at(0, vec![u8::MAX; PLACE_BYTES], WriteOptions::SYNC)
            .await?;
        Ok(file)
    }

    /// Takes a guard in which no vote is entered for one that lost its entries: there are blocks, so this node may have voted. The files say
    /// so from now on.
    pub(crate) async fn distrusted(self, storage: &E, prefix: &str) -> Result<Self, GuardError> {
        if self.state != GuardState::Fresh {
            return Ok(self);
        }
        drop(self);
        Self::unreadable(storage, &Self::partition(prefix)).await
    }

    /// How the guard was found.
    pub fn state(&self) -> GuardState {
        self.state
    }

    /// The highest view with an entry.
    pub fn highest_view(&self) -> u64 {
        self.record
            .views
            .last_key_value()
            .map_or(self.record.floor, |(view, _)| *view)
    }

    /// Judges a vote and enters it in memory; nothing may leave before [`VoteGuard::sync`] returned.
    pub fn admit(&mut self, epoch: u64, view: u64, kind: VoteKind) -> Verdict {
        if self.state == GuardState::Unreadable {
            return Verdict::Refused;
        }
        let verdict = self.record.judge(epoch, view, kind);
        if verdict == Verdict::New {
            self.record.enter(epoch, view, kind);
        }
        verdict
    }

    /// Lets an unreadable guard begin anew: nothing leaves for an earlier epoch or a view up to `floor`, in which earlier votes may lie.
    pub(crate) fn readmit(&mut self, epoch: u64, floor: u64) {
        if self.state == GuardState::Unreadable {
            self.record.epoch = epoch;
            self.record.floor = floor;
            self.state = GuardState::Mended;
        }
    }

    /// Writes the record to both files durably. Each file has two places, used in turn: a crash in the middle of a write leaves the
    /// record before it whole, and that is enough, because the votes being entered have not left yet.
    pub async fn sync(&mut self) -> Result<(), GuardError> {
        self.record.sequence = self.record.sequence.saturating_add(1);
        let (offset, bytes) = self.record.to_place();
        let [first, second] = &self.files;
        let (one, other) = futures::join!(
            first.write_at(offset, bytes.clone(), WriteOptions::SYNC),
            second.write_at(offset, bytes, WriteOptions::SYNC),
        );
        one?;
        other?;
        Ok(())
    }
}

fn place_offset(place: u64) -> u64 {
    if place == 0 {
        0
    } else {
        u64::try_from(PLACE_BYTES).unwrap_or(u64::MAX)
    }
}

/// One of the two files as it was found.
struct Found<B> {
    file: B,
    /// The newest whole record.
    record: Option<Record>,
    /// Whether nothing was ever written.
    empty: bool,
}

impl<B> Found<B> {
    /// Whether the other file can be made anew from this one: it has what the other had, or no vote was ever given.
    fn can_replace(&self) -> bool {
        self.record.is_some() || self.empty
    }
}

/// Opens one file; `None` if its head is damaged.
async fn find<E: Storage>(
    storage: &E,
    partition: &str,
    name: &[u8],
) -> Result<Option<Found<E::Blob>>, GuardError> {
    match storage.open(partition, name).await {
        Ok((file, length)) => {
            let (record, empty) = load(&file, length).await?;
            Ok(Some(Found { file, record, empty }))
        }
        Err(commonware_runtime::Error::BlobCorrupt(..)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Makes a file whose head is damaged anew, with the record of the other one in it before anything else happens.
async fn replace<E: Storage>(
    storage: &E,
    partition: &str,
    name: &[u8],
    other: &Found<E::Blob>,
) -> Result<Found<E::Blob>, GuardError> {
    storage.remove(partition, Some(name)).await?;
    let (file, _) = storage.open(partition, name).await?;
    if let Some(record) = &other.record {
        let (offset, place) = record.to_place();
        file.write_at(offset, place, WriteOptions::SYNC).await?;
    }
    Ok(Found {
        file,
        record: None,
        empty: other.record.is_none(),
    })
}

/// The newest whole record of one file, and whether nothing was ever written to it.
async fn load<B: commonware_runtime::Blob>(
    file: &B,
    length: u64,
) -> Result<(Option<Record>, bool), GuardError> {
    let mut newest: Option<Record> = None;
    for place in 0..2 {
        let offset = place_offset(place);
        let present = usize::try_from(length.saturating_sub(offset))
            .unwrap_or(usize::MAX)
            .min(PLACE_BYTES);
        if present == 0 {
            continue;
        }
        let bytes = file
            .read_at(offset, present, ReadOptions::default())
            .await?
            .coalesce();
        let record = Reader::new(bytes.as_ref())
            .bytes(PLACE_BYTES)
            .and_then(Record::from_bytes);
        if let Ok(record) = record
            && newest
                .as_ref()
                .is_none_or(|known| known.sequence < record.sequence)
        {
            newest = Some(record);
        }
    }
    Ok((newest, length == 0))
}

#[cfg(test)]
mod tests;
