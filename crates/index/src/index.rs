//! The handle through which the rest of the node uses the index.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use yinxin_crypto::Digest;
use yinxin_types::merkle::{Frontier, Path};
use yinxin_types::{Certificate, Genesis, Header, Height, Occurred, Receipt};

use crate::backend::{self, Connection, Mode};
use crate::error::IndexError;
use crate::evidence::query as evidence;
use crate::location::Location;
use crate::model::{
    At, BlockRow, BlockSummary, ConcernPage, ConcernQuery, Difference, EvidenceDetail, EvidencePage,
    EvidenceQuery, FinalBlock, OccurrencePage, OccurrenceQuery, TransactionDetail, TransactionRow,
};
use crate::project::Projection;
use crate::session::Session;
use crate::{audit, chain, concern, history, lookup, occurrence, schema, write};

/// The most blocks of one list.
const MAX_BLOCKS: u32 = 100;

/// No block has been applied.
const NONE: i64 = -1;

/// The query index (查询索引) of one node. Clones share one index.
///
/// Every method blocks its thread while the database works: from an async runtime, call it where blocking is allowed. Each
/// answer is drawn from one snapshot and states the height of it.
///
/// Any method may answer [`IndexError::Damaged`]; [`IndexError::calls_for_rebuild`] tells when to [`reset`](Index::reset).
#[derive(Clone, Debug)]
pub struct Index {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    location: Location,
    chain: Digest,
    height: AtomicI64,
    /// Whether an answer met damage since the last reset.
    damaged: AtomicBool,
    writer: Mutex<Writer>,
    readers: Vec<Mutex<Option<Box<dyn Connection>>>>,
    next_reader: AtomicUsize,
}

/// The session that writes; none after a failed reset. The right edge of the history is kept between blocks.
#[derive(Debug)]
struct Writer {
    connection: Option<Box<dyn Connection>>,
    frontier: Option<Frontier>,
}

impl Index {
    /// Opens the index of a chain, or creates it.
    ///
    /// # Errors
    /// [`IndexError::Chain`] or [`IndexError::Schema`] for an index that another chain or program made,
    /// [`IndexError::Damaged`] for one that is not intact: [erase](Index::erase) it and open it again.
    /// [`IndexError::InUse`], [`IndexError::Database`].
    pub fn open(location: &Location, genesis: &Genesis) -> Result<Self, IndexError> {
        let chain = genesis.chain()?;
        let mut sessions = backend::open(location)?;
        schema::prepare(&mut *sessions.writer, &chain)?;
        let shared = Shared {
            location: location.clone(),
            chain,
            height: AtomicI64::new(NONE),
            damaged: AtomicBool::new(false),
            writer: Mutex::new(Writer {
                connection: Some(sessions.writer),
                frontier: None,
            }),
            readers: sessions
                .readers
                .into_iter()
                .map(|reader| Mutex::new(Some(reader)))
                .collect(),
            next_reader: AtomicUsize::new(0),
        };
        let index = Self {
            shared: Arc::new(shared),
        };
        // Finds out the height, and that the look-up runs cover every block.
        let head = index.write(|session, _| {
            lookup::runs(session)?;
            Ok(session.head())
        })?;
        index.set_height(head);
        Ok(index)
    }

    /// Deletes the index at a location, whatever state it is in. No handle to it may be open.
    ///
    /// # Errors
    /// [`IndexError::Database`], [`IndexError::InUse`].
    pub fn erase(location: &Location) -> Result<(), IndexError> {
        backend::erase(location)
    }

    /// Deletes everything and starts anew, to be filled from height 0. Other clones of the handle wait meanwhile.
    ///
    /// # Errors
    /// [`IndexError::Database`]; the index is closed then, and another reset may be tried.
    pub fn reset(&self) -> Result<(), IndexError> {
        let mut writer = lock(&self.shared.writer);
        let mut readers: Vec<_> = self.shared.readers.iter().map(lock).collect();
        *writer = Writer {
            connection: None,
            frontier: None,
        };
        readers.iter_mut().for_each(|reader| **reader = None);
        self.set_height(None);
        backend::erase(&self.shared.location)?;
        let mut sessions = backend::open(&self.shared.location)?;
        schema::prepare(&mut *sessions.writer, &self.shared.chain)?;
        writer.connection = Some(sessions.writer);
        for (slot, reader) in readers.iter_mut().zip(sessions.readers) {
            **slot = Some(reader);
        }
        self.shared.damaged.store(false, Ordering::Release);
        Ok(())
    }

    /// Whether a question met damage since the index was opened or reset; the cure is a [`reset`](Index::reset).
    pub fn is_damaged(&self) -> bool {
        self.shared.damaged.load(Ordering::Acquire)
    }

    /// The chain this index is of.
    pub fn chain(&self) -> Digest {
        self.shared.chain
    }

    /// The height of the last block applied, without asking the database.
    pub fn height(&self) -> Option<Height> {
        u64::try_from(self.shared.height.load(Ordering::Acquire))
            .ok()
            .map(Height)
    }

    fn set_height(&self, height: Option<Height>) {
        let number = height
            .and_then(|height| i64::try_from(height.0).ok())
            .unwrap_or(NONE);
        self.shared.height.store(number, Ordering::Release);
    }

    /// Applies the next block, height 0 first: all its rows in one transaction. The current block given again changes nothing,
    /// but for a certificate that was missing.
    ///
    /// # Errors
    /// [`IndexError::Gap`] for any other height, [`IndexError::Conflict`] for another block than the one that is there or
    /// that its parent is not, [`IndexError::Block`] for parts that do not belong together.
    pub fn apply(&self, block: &FinalBlock<'_>) -> Result<(), IndexError> {
        let projection = Projection::new(&self.shared.chain, block)?;
        self.write(|session, frontier| write::apply(session, frontier, block, projection))?;
        let applied = i64::try_from(block.header.height.0).unwrap_or(NONE);
        self.shared.height.fetch_max(applied, Ordering::AcqRel);
        Ok(())
    }

    /// Adds the certificate of a block that was applied without one. The caller has verified it.
    ///
    /// # Errors
    /// [`IndexError::Gap`] beyond the last block, [`IndexError::Conflict`] where the block is another.
    pub fn add_certificate(&self, height: Height, certificate: &Certificate) -> Result<(), IndexError> {
        self.write(|session, _| write::add_certificate(session, height, certificate))
    }

    /// One block.
    ///
    /// # Errors
    /// As for every question: [`IndexError::Empty`] before the first block, [`IndexError::Damaged`], [`IndexError::Database`].
    pub fn block(&self, height: Height) -> Result<At<Option<BlockRow>>, IndexError> {
        self.read(|session| chain::block(session, height))
    }

    /// Blocks below `before`, or the latest, newest first; `limit` is brought into 1 to 100.
    ///
    /// # Errors
    /// As for [`Index::block`].
    pub fn blocks(&self, before: Option<Height>, limit: u32) -> Result<At<Vec<BlockSummary>>, IndexError> {
        let limit = usize::try_from(limit.clamp(1, MAX_BLOCKS)).unwrap_or(1);
        self.read(|session| chain::blocks(session, before, limit))
    }

    /// The transactions of a block in order; none for a block that is not there.
    ///
    /// # Errors
    /// As for [`Index::block`].
    pub fn transactions(&self, height: Height) -> Result<At<Vec<TransactionRow>>, IndexError> {
        self.read(|session| chain::transactions(session, height))
    }

    /// One transaction and what became of it. Where an identifier stands in the chain more than once, the one that was
    /// executed, otherwise the latest.
    ///
    /// # Errors
    /// As for [`Index::block`].
    pub fn transaction(&self, id: &Digest) -> Result<At<Option<TransactionDetail>>, IndexError> {
        self.read(|session| chain::transaction(session, id))
    }

    /// The receipts of a block in order, those of its occurrences last, exactly as its tree of receipts holds them, so that the caller can compare the root
    /// with the header; none for a block that is not there.
    ///
    /// # Errors
    /// As for [`Index::block`].
    pub fn receipts(&self, height: Height) -> Result<At<Vec<Receipt>>, IndexError> {
        self.read(|session| chain::receipts(session, height))
    }

    /// The occurrences of a block with their receipts, in order; none for a block that is not there.
    ///
    /// # Errors
    /// As for [`Index::block`].
    pub fn occurrences(&self, height: Height) -> Result<At<Vec<Occurred>>, IndexError> {
        self.read(|session| occurrence::of_block(session, height))
    }

    /// One occurrence with its receipt.
    ///
    /// # Errors
    /// As for [`Index::block`].
    pub fn occurrence(&self, id: &Digest) -> Result<At<Option<Occurred>>, IndexError> {
        self.read(|session| occurrence::find(session, id))
    }

    /// The occurrences of the timers that a scenario set under one key, newest first.
    ///
    /// # Errors
    /// As for [`Index::block`].
    pub fn occurrences_of(&self, query: &OccurrenceQuery) -> Result<At<OccurrencePage>, IndexError> {
        self.read(|session| occurrence::page(session, query))
    }

    /// The block of the lowest height from `height` on that has a certificate.
    ///
    /// # Errors
    /// As for [`Index::block`].
    pub fn certified(&self, height: Height) -> Result<At<Option<(Header, Certificate)>>, IndexError> {
        self.read(|session| chain::certified(session, height))
    }

    /// The path of block `index` in the tree over the hashes of the first `size` blocks, which the header of height `size`
    /// commits to; `None` beyond what is there.
    ///
    /// # Errors
    /// As for [`Index::block`].
    pub fn history_path(&self, index: u64, size: u64) -> Result<At<Option<Path>>, IndexError> {
        self.read(|session| history::path(session, index, size))
    }

    /// The consistency proof (RFC 9162 section 2.1.4) between the trees over the first `old` and the first `new` blocks;
    /// `None` unless `0 < old <= new` and both are there.
    ///
    /// # Errors
    /// As for [`Index::block`].
    pub fn history_consistency(&self, old: u64, new: u64) -> Result<At<Option<Vec<[u8; 32]>>>, IndexError> {
        self.read(|session| history::consistency(session, old, new))
    }

    /// Evidence entries that meet the query, newest first.
    ///
    /// # Errors
    /// As for [`Index::block`].
    pub fn evidence(&self, query: &EvidenceQuery) -> Result<At<EvidencePage>, IndexError> {
        self.read(|session| evidence::page(session, query))
    }

    /// One evidence entry with its links and challenges.
    ///
    /// # Errors
    /// As for [`Index::block`].
    pub fn evidence_entry(&self, entry: &Digest) -> Result<At<Option<EvidenceDetail>>, IndexError> {
        self.read(|session| evidence::detail(session, entry))
    }

    /// Transactions whose outcomes name somebody: those that concern him, or looks at his data, by him or by his body; newest first.
    ///
    /// # Errors
    /// As for [`Index::block`].
    pub fn concerning(&self, query: &ConcernQuery) -> Result<At<ConcernPage>, IndexError> {
        self.read(|session| concern::page(session, query))
    }

    /// Compares every row of a block with what the ledger says, but for the look-up tables. To audit the index, compare every
    /// block up to [`Index::height`] and then [the rest](Index::compare_rest). At most 1000 differences are reported.
    ///
    /// # Errors
    /// [`IndexError::Block`], [`IndexError::Database`].
    pub fn compare_block(&self, block: &FinalBlock<'_>) -> Result<Vec<Difference>, IndexError> {
        self.read(|session| audit::block(session, block))
            .map(|at| at.value)
    }

    /// Compares the look-up tables with the rows they lead to, and finds rows that belong to no block. At most 1000
    /// differences are reported.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn compare_rest(&self) -> Result<Vec<Difference>, IndexError> {
        self.read(audit::rest).map(|at| at.value)
    }

    /// Runs `work` in a transaction that reads.
    fn read<T>(
        &self,
        work: impl FnOnce(&mut Session<'_>) -> Result<T, IndexError>,
    ) -> Result<At<T>, IndexError> {
        let chain = self.shared.chain;
        let draw = |session: &mut Session<'_>| {
            let height = session.height()?;
            Ok(At {
                height,
                value: work(session)?,
            })
        };
        let drawn = match self.reader() {
            Some(mut reader) => within(open(&mut reader)?, Mode::Read, chain, draw),
            None => within(
                open(&mut lock(&self.shared.writer).connection)?,
                Mode::Read,
                chain,
                draw,
            ),
        };
        if drawn.as_ref().is_err_and(IndexError::calls_for_rebuild) {
            self.shared.damaged.store(true, Ordering::Release);
        }
        drawn
    }

    /// Runs `work` in a transaction that writes; all of it happens, or nothing.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&mut Session<'_>, &mut Option<Frontier>) -> Result<T, IndexError>,
    ) -> Result<T, IndexError> {
        let mut writer = lock(&self.shared.writer);
        // Put back only after a commit: what was computed for a transaction that failed is forgotten with it.
        let mut frontier = writer.frontier.take();
        let connection = open(&mut writer.connection)?;
        let result = within(connection, Mode::Write, self.shared.chain, |session| {
            work(session, &mut frontier)
        })?;
        writer.frontier = frontier;
        Ok(result)
    }

    /// A reader that is free, otherwise the next in turn. None where only the writer's session exists.
    fn reader(&self) -> Option<MutexGuard<'_, Option<Box<dyn Connection>>>> {
        for reader in &self.shared.readers {
            match reader.try_lock() {
                Ok(free) => return Some(free),
                Err(TryLockError::Poisoned(free)) => return Some(free.into_inner()),
                Err(TryLockError::WouldBlock) => {}
            }
        }
        let turn = self.shared.next_reader.fetch_add(1, Ordering::Relaxed);
        let turn = turn.checked_rem(self.shared.readers.len())?;
        self.shared.readers.get(turn).map(lock)
    }
}

/// Locks although a thread panicked with the lock: what it left is an open transaction, which the next one rolls back.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open(connection: &mut Option<Box<dyn Connection>>) -> Result<&mut dyn Connection, IndexError> {
    match connection {
        Some(connection) => Ok(&mut **connection),
        None => Err(IndexError::database(
            "use the index",
            "it is closed after a reset that failed",
        )),
    }
}

/// Runs `work` in a transaction, which is kept if it succeeds and writes.
fn within<T>(
    connection: &mut dyn Connection,
    mode: Mode,
    chain: Digest,
    work: impl FnOnce(&mut Session<'_>) -> Result<T, IndexError>,
) -> Result<T, IndexError> {
    connection.begin(mode)?;
    let result = Session::new(connection, chain).and_then(|mut session| work(&mut session));
    match result {
        Ok(value) => connection.end(mode == Mode::Write).map(|()| value),
        Err(error) => {
            // The first error says what happened; a failed rollback is made up for when the next transaction begins.
            if let Err(second) = connection.end(false) {
                tracing::debug!(error = %second, "the index could not roll back");
            }
            Err(error)
        }
    }
}
