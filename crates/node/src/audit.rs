//! The audit of a stopped node: every block, certificate, root, receipt and index row against each other, offline.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;
use thiserror::Error;
use yinxin_consensus::GuardState;
use yinxin_consensus::offline::{self, Kept, OfflineError, Replayed, Stored, Visitor};
use yinxin_crypto::Digest;
use yinxin_execution::{RegistryError, Unsupported};
use yinxin_index::{FinalBlock, Index, IndexError};
use yinxin_types::block::transactions_root;
use yinxin_types::genesis::GenesisError;
use yinxin_types::transaction::Rules;
use yinxin_types::{
    Block, Certificate, Genesis, Header, Height, Occurred, Receipt, StateKey, ValidatorSet,
    VerifiedTransaction, canonical,
};

use crate::run::LEDGER_PREFIX;
use crate::scenarios;

/// Problems reported at most; a ledger with more is beyond counting.
const MAX_PROBLEMS: usize = 1000;

/// How far an audit has come.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
    /// Copying the ledger aside, so that nothing of the original is touched.
    Copying,
    /// Checking blocks; the height just checked.
    Block(Height),
    /// Comparing the index.
    Index,
}

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where: a height, or a part of the node.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

/// What an audit found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Chain identifier.
    pub chain: String,
    /// Last height stored.
    pub height: u64,
    /// Blocks checked.
    pub blocks: u64,
    /// Transactions executed again.
    pub transactions: u64,
    /// Certificates verified.
    pub certificates: u64,
    /// Highest height covered by a certificate.
    pub certified: u64,
    /// Height up to which the node's own state is what the blocks give, record by record; none if it is not.
    pub state_height: Option<u64>,
    /// Height of the index, if there is one.
    pub index_height: Option<u64>,
    /// Whatever is not as it must be.
    pub problems: Vec<Problem>,
}

impl Report {
    fn problem(&mut self, place: impl Into<String>, what: impl Into<String>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem {
                place: place.into(),
                what: what.into(),
            });
        }
    }
}

/// Why an audit could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AuditError {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The folder is not a node's.
    #[error("{}: {what}", path.display())]
    NotANode {
        /// The folder.
        path: PathBuf,
        /// What is missing or malformed.
        what: String,
    },
    /// The founding document.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// The scenarios of this program.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The ledger cannot be read at all.
    #[error(transparent)]
    Offline(#[from] OfflineError),
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// Audits the folder of a stopped node. The ledger is copied aside first, because its stores mend themselves when they are opened.
pub fn verify(folder: &Path, progress: &mut (dyn FnMut(Progress) + Send)) -> Result<Report, AuditError> {
    let genesis = read_genesis(folder)?;
    let registry = scenarios::registry()?;
    progress(Progress::Copying);
    let copy = Copy::of(folder)?;
    let index = open_index(folder, &genesis, &copy)?;
    let mut auditor = Auditor::new(&genesis, index, progress)?;
    let last = offline::walk(&copy.ledger, LEDGER_PREFIX, &genesis, &registry, &mut auditor)?;
    auditor.finish(last)
}

/// Writes every block with its certificate and receipts as JSON lines, the founding document first. Returns the number of blocks written.
pub fn export(
    folder: &Path,
    out: &Path,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<u64, AuditError> {
    let genesis = read_genesis(folder)?;
    let registry = scenarios::registry()?;
    progress(Progress::Copying);
    let copy = Copy::of(folder)?;
    let at = |source| AuditError::File {
        path: out.to_owned(),
        source,
    };
    let file = io::BufWriter::new(fs::File::create_new(out).map_err(at)?);
    let mut exporter = Exporter {
        auditor: Auditor::new(&genesis, None, progress)?,
        file,
        written: 0,
        failed: None,
    };
    exporter.line(&serde_json::json!({ "format": "yinxin-export/1", "genesis": genesis }));
    let last = offline::walk(&copy.ledger, LEDGER_PREFIX, &genesis, &registry, &mut exporter)?;
    if let Some(source) = exporter.failed {
        return Err(at(source));
    }
    exporter.file.flush().map_err(at)?;
    let report = exporter.auditor.finish(last)?;
    match report.problems.into_iter().next() {
        Some(problem) => Err(AuditError::NotANode {
            path: folder.to_owned(),
            what: format!("{}: {}", problem.place, problem.what),
        }),
        None => Ok(exporter.written),
    }
}

pub(crate) fn read_genesis(folder: &Path) -> Result<Genesis, AuditError> {
    crate::config::read_genesis(&folder.join(crate::config::GENESIS_FILE)).map_err(|error| {
        AuditError::NotANode {
            path: folder.to_owned(),
            what: error.to_string(),
        }
    })
}

/// The index of the node, opened on a copy. None if there is none; a damaged one is the report's business, not this function's.
fn open_index(folder: &Path, genesis: &Genesis, copy: &Copy) -> Result<Option<Index>, AuditError> {
    let original = folder.join(crate::config::INDEX_FILE);
    if !original.exists() {
        return Ok(None);
    }
    let path = copy.folder.path().join(crate::config::INDEX_FILE);
    for ending in ["", "-wal"] {
        let (from, to) = (with_ending(&original, ending), with_ending(&path, ending));
        if from.exists() {
            fs::copy(&from, &to).map_err(|source| AuditError::File { path: from, source })?;
        }
    }
    Ok(Some(Index::open(
        &yinxin_index::Location::Sqlite { path },
        genesis,
    )?))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// A copy of a ledger beside the original, removed at the end.
pub(crate) struct Copy {
    folder: tempfile::TempDir,
    /// The copy of the ledger's folder.
    pub(crate) ledger: PathBuf,
}

impl Copy {
    pub(crate) fn of(folder: &Path) -> Result<Self, AuditError> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| AuditError::File { path, source }
        };
        let original = folder.join("ledger");
        if !original.is_dir() {
            return Err(AuditError::NotANode {
                path: folder.to_owned(),
                what: "it has no folder `ledger`".to_owned(),
            });
        }
        let copy = tempfile::Builder::new()
            .prefix("yinxin-audit-")
            .tempdir()
            .map_err(at(folder))?;
        let ledger = copy.path().join("ledger");
        copy_folder(&original, &ledger)?;
        Ok(Self { folder: copy, ledger })
    }
}

/// Copies the two levels of a ledger: partitions and their files.
fn copy_folder(from: &Path, to: &Path) -> Result<(), AuditError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| AuditError::File { path, source }
    };
    fs::create_dir_all(to).map_err(at(to))?;
    for entry in fs::read_dir(from).map_err(at(from))? {
        let entry = entry.map_err(at(from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().map_err(at(&source))?.is_dir() {
            copy_folder(&source, &target)?;
        } else {
            fs::copy(&source, &target).map_err(at(&source))?;
        }
    }
    Ok(())
}

struct Current {
    block: Arc<Block>,
    hash: Digest,
    certificate: Option<Certificate>,
    transactions: Vec<Arc<VerifiedTransaction>>,
    receipts: Vec<Receipt>,
    occurrences: Vec<Occurred>,
}

struct Auditor<'a> {
    rules: Rules,
    index: Option<Index>,
    report: Report,
    previous: Option<(Header, Digest)>,
    /// Who votes on the block being looked at.
    voting: ValidatorSet,
    current: Option<Current>,
    /// Headers not yet covered by a certificate, by height.
    uncertified: BTreeMap<Height, Digest>,
    progress: &'a mut (dyn FnMut(Progress) + Send),
}

impl<'a> Auditor<'a> {
    fn new(
        genesis: &Genesis,
        index: Option<Index>,
        progress: &'a mut (dyn FnMut(Progress) + Send),
    ) -> Result<Self, AuditError> {
        let rules = Rules {
            chain: genesis.chain()?,
            hash: genesis.suite.hash(),
            limits: genesis.limits,
        };
        let report = Report {
            chain: rules.chain.to_string(),
            index_height: index.as_ref().and_then(Index::height).map(|height| height.0),
            ..Report::default()
        };
        Ok(Self {
            rules,
            index,
            report,
            previous: None,
            voting: genesis.validators(),
            current: None,
            uncertified: BTreeMap::new(),
            progress,
        })
    }

    fn check_header(&mut self, block: &Block, hash: Digest) {
        let header = &block.header;
        let place = format!("block {}", header.height);
        if header.chain != self.rules.chain {
            self.report.problem(&place, "it belongs to another chain");
        }
        if transactions_root(self.rules.hash, &block.transactions) != header.transactions_root {
            self.report
                .problem(&place, "its transactions are not those its header commits to");
        }
        if let Some((before, before_hash)) = &self.previous {
            if header.parent != *before_hash || before.height.next() != Some(header.height) {
                self.report
                    .problem(&place, "it does not follow the block before it");
            }
            if header.time <= before.time {
                self.report
                    .problem(&place, "its time is not after that of the block before it");
            }
        }
        self.uncertified.insert(header.height, hash);
    }

    fn check_certificate(&mut self, height: Height, hash: Digest, certificate: &Certificate) {
        let verified = certificate.verify(&self.rules.chain, &self.voting);
        match verified {
            Ok(()) if certificate.block == hash && certificate.epoch == height.epoch() => {
                self.report.certificates = self.report.certificates.saturating_add(1);
                self.report.certified = height.0;
                self.uncertified.clear();
            }
            Ok(()) => self
                .report
                .problem(format!("certificate {height}"), "it is for another block"),
            Err(error) => self
                .report
                .problem(format!("certificate {height}"), error.to_string()),
        }
    }

    fn compare_index(&mut self, current: &Current) {
        let Some(index) = &self.index else { return };
        let header = &current.block.header;
        if index.height().is_none_or(|height| height < header.height) {
            return;
        }
        // A certificate can reach the ledger after the block was recorded; the index then has none and answers by a later one.
        let shown = index.block(header.height).ok().and_then(|found| found.value);
        let shown = shown.is_none_or(|row| row.certificate.is_some());
        let compared = index.compare_block(&FinalBlock {
            hash: current.hash,
            header,
            certificate: current.certificate.as_ref().filter(|_| shown),
            transactions: &current.transactions,
            receipts: &current.receipts,
            occurrences: &current.occurrences,
        });
        match compared {
            Ok(differences) => {
                for difference in differences {
                    self.report.problem(
                        format!("index, block {}", header.height),
                        format!("{difference:?}"),
                    );
                }
            }
            Err(error) => self
                .report
                .problem(format!("index, block {}", header.height), error.to_string()),
        }
    }

    fn finish(mut self, last: Height) -> Result<Report, AuditError> {
        (self.progress)(Progress::Index);
        self.report.height = last.0;
        if self.report.blocks != last.0.saturating_add(1) {
            self.report.problem(
                "ledger",
                format!(
                    "{} of {} blocks could be checked",
                    self.report.blocks,
                    last.0.saturating_add(1)
                ),
            );
        }
        // The newest block may be final only through a certificate the node had not stored when it stopped.
        if self.uncertified.len() > 1 && self.report.certified.saturating_add(16) < last.0 {
            self.report.problem(
                "ledger",
                format!("no certificate covers the blocks above {}", self.report.certified),
            );
        }
        if let Some(index) = &self.index {
            for difference in index.compare_rest()? {
                self.report.problem("index", format!("{difference:?}"));
            }
            if index.height().is_some_and(|height| height > last) {
                self.report
                    .problem("index", "it holds blocks the ledger does not");
            }
        }
        Ok(self.report)
    }
}

impl Visitor for Auditor<'_> {
    fn voting(&mut self, validators: &ValidatorSet) {
        self.voting = validators.clone();
    }

    fn visit(&mut self, height: Height, stored: Stored) -> Option<Vec<Arc<VerifiedTransaction>>> {
        (self.progress)(Progress::Block(height));
        let (block, certificate) = match stored {
            Stored::Block(block, certificate) => (block, certificate),
            Stored::Unreadable(reason) => {
                self.report
                    .problem(format!("block {height}"), format!("it cannot be read: {reason}"));
                return None;
            }
        };
        self.report.blocks = self.report.blocks.saturating_add(1);
        let hash = block.header.hash();
        self.check_header(&block, hash);
        if let Some(certificate) = &certificate {
            self.check_certificate(height, hash, certificate);
        }
        let mut transactions = Vec::with_capacity(block.transactions.len());
        for (verdict, place) in VerifiedTransaction::verify_batch(block.transactions.clone(), &self.rules)
            .into_iter()
            .zip(0_u32..)
        {
            match verdict {
                Ok(transaction) => {
                    let valid_until = transaction.body().valid_until;
                    if let Err(rejection) = self.rules.check_window(valid_until, block.header.time) {
                        self.report.problem(
                            format!("block {height}, transaction {place}"),
                            rejection.to_string(),
                        );
                    }
                    transactions.push(Arc::new(transaction));
                }
                Err(rejection) => {
                    self.report.problem(
                        format!("block {height}, transaction {place}"),
                        rejection.to_string(),
                    );
                    return None;
                }
            }
        }
        self.report.transactions = self
            .report
            .transactions
            .saturating_add(u64::try_from(transactions.len()).unwrap_or(0));
        self.previous = Some((block.header.clone(), hash));
        let current = Current {
            block,
            hash,
            certificate,
            transactions: transactions.clone(),
            receipts: Vec::new(),
            occurrences: Vec::new(),
        };
        if height == Height::GENESIS {
            self.compare_index(&current);
        }
        self.current = Some(current);
        Some(transactions)
    }

    fn executed(&mut self, header: &Header, replayed: Replayed) {
        let place = format!("block {}", header.height);
        for (what, found, stated) in [
            ("state root", replayed.state_root, header.state_root),
            (
                "receipts root",
                replayed.executed.tree.root(),
                header.receipts_root,
            ),
            (
                "history root",
                replayed.executed.history_root,
                header.history_root,
            ),
            (
                "digest of the next validators",
                replayed.validators,
                header.validators,
            ),
            (
                "root of the state's operations",
                replayed.operations.root,
                header.state_operations.root,
            ),
        ] {
            if found != stated {
                self.report
                    .problem(&place, format!("its {what} is {stated}, execution gives {found}"));
            }
        }
        if let Some(mut current) = self.current.take() {
            current.receipts = replayed.executed.receipts;
            current.occurrences = replayed.executed.occurrences;
            self.compare_index(&current);
            self.current = Some(current);
        }
    }

    fn damaged(&mut self, height: Height, key: StateKey) {
        self.report.problem(
            format!("block {height}"),
            format!("execution meets an unreadable record {}", hex::encode(key.0)),
        );
    }

    fn unsupported(&mut self, lacking: Unsupported) {
        let rejection = lacking.rejection();
        self.report
            .problem(format!("block {}", lacking.height), rejection.to_string());
    }

    fn kept(&mut self, kept: Kept) {
        match kept {
            Kept::State(height) => self.report.state_height = Some(height.0),
            Kept::StateNotReached => {}
            Kept::StateDamaged(what) => self.report.problem("state", what),
            // A crash between the writes of its two files leaves one behind, which harms nothing.
            Kept::Guard(GuardState::Fresh) if self.previous.as_ref().is_some_and(|(header, _)| header.height > Height::GENESIS) => self.report.problem(
                "vote guard",
                "it is missing although there are blocks; the node will only observe until its earlier votes are past",
            ),
            Kept::Guard(GuardState::Fresh | GuardState::Intact | GuardState::Mended) => {}
            Kept::Guard(GuardState::Unreadable) => self.report.problem(
                "vote guard",
                "neither of its two files can be read; the node will not vote",
            ),
            Kept::GuardDamaged(what) => self.report.problem("vote guard", what),
        }
    }
}

struct Exporter<'a> {
    auditor: Auditor<'a>,
    file: io::BufWriter<fs::File>,
    written: u64,
    failed: Option<io::Error>,
}

impl Exporter<'_> {
    fn line(&mut self, document: &serde_json::Value) {
        let bytes = canonical::value_to_bytes(document).unwrap_or_default();
        let written = self
            .file
            .write_all(&bytes)
            .and_then(|()| self.file.write_all(b"\n"));
        if let Err(error) = written {
            self.failed.get_or_insert(error);
        }
    }
}

impl Visitor for Exporter<'_> {
    fn voting(&mut self, validators: &ValidatorSet) {
        self.auditor.voting(validators);
    }

    fn visit(&mut self, height: Height, stored: Stored) -> Option<Vec<Arc<VerifiedTransaction>>> {
        let transactions = self.auditor.visit(height, stored);
        if self.failed.is_some() { None } else { transactions }
    }

    fn executed(&mut self, header: &Header, replayed: Replayed) {
        self.auditor.executed(header, replayed);
        if let Some(current) = self.auditor.current.take() {
            let envelopes: Vec<_> = current
                .block
                .transactions
                .iter()
                .map(|transaction| transaction.to_envelope())
                .collect();
            self.line(&serde_json::json!({
                "certificate": current.certificate,
                "hash": current.hash,
                "header": current.block.header,
                "receipts": current.receipts,
                "transactions": envelopes,
            }));
            self.written = self.written.saturating_add(1);
        }
    }

    fn damaged(&mut self, height: Height, key: StateKey) {
        self.auditor.damaged(height, key);
    }

    fn unsupported(&mut self, lacking: Unsupported) {
        self.auditor.unsupported(lacking);
    }

    /// What is exported are the blocks; the node's own state and its guard do not matter to whoever reads them.
    fn kept(&mut self, _: Kept) {}
}
