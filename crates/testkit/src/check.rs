//! What must be true: at every step of a simulation, and at its end.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use yinxin_api::Node as _;
use yinxin_client::{Reason, Verdict, verify};
use yinxin_consensus::runtime::Supervisor as _;
use yinxin_consensus::simulated::{Context, Roots};
use yinxin_crypto::Digest;
use yinxin_index::{FinalBlock, Index};
use yinxin_node::core::{Core, Replay};
use yinxin_types::genesis::GenesisError;
use yinxin_types::transaction::Rules;
use yinxin_types::validators::{Change, History};
use yinxin_types::{
    Block, Genesis, Header, Height, ReceiptFile, StateKey, ValidatorSet, VerifiedTransaction,
};

use crate::book::{Book, Settled};
use crate::client::settled;
use crate::http::Doors;
use crate::renovation::law::Law;
use crate::renovation::town::Town;
use crate::renovation::{Minutes, Told};
use crate::shelf::registry;
use crate::timers::Watch;

/// What came of a simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Height of the chain.
    pub height: Height,
    /// Hash of its last block.
    pub tip: Digest,
    /// Transactions in it.
    pub transactions: u64,
    /// Deposits that a client was told are final.
    pub acknowledged: u64,
    /// Timers that fired and left something to prove.
    pub occurrences: u64,
    /// The longest that one of them was late, in milliseconds of block time.
    pub latest_ms: u64,
    /// Receipts verified, during the simulation and at its end.
    pub receipts: u64,
    /// The longest time between two blocks in milliseconds, by their own times, and the height of the later one.
    pub longest_gap: (u64, Height),
    /// What came of the renewal of an old quarter.
    pub renovation: Told,
    /// State of the runtime's auditor: every task, message and byte on disk went into it.
    pub auditor: String,
}

/// The one chain, as all honest nodes together have shown it.
pub struct Chain {
    genesis: Genesis,
    rules: Rules,
    /// Who votes, as the sets were shown by nodes and certified one by the other.
    history: History,
    blocks: BTreeMap<Height, (Digest, Digest)>,
    /// How far each node's index was looked at.
    seen: BTreeMap<usize, Height>,
}

impl Chain {
    /// A chain of which nothing was seen.
    pub fn new(genesis: &Genesis) -> Result<Self, GenesisError> {
        let rules = Rules {
            chain: genesis.chain()?,
            hash: genesis.suite.hash(),
            limits: genesis.limits,
        };
        Ok(Self {
            genesis: genesis.clone(),
            rules,
            history: History::of_founders(genesis),
            blocks: BTreeMap::new(),
            seen: BTreeMap::new(),
        })
    }

    /// The greatest height any honest node has shown.
    pub fn tip(&self) -> Height {
        self.blocks
            .last_key_value()
            .map_or(Height::GENESIS, |(height, _)| *height)
    }

    /// A node lost its index and starts a new one.
    pub fn forget(&mut self, place: usize) {
        self.seen.remove(&place);
    }

    /// Looks at what is new in a node's index. One hash and one state root for each height, parents in order, certificates that hold,
    /// heights that never fall unless the index is being made anew.
    pub fn observe(&mut self, place: usize, index: &Index, sets: &[ValidatorSet]) -> Result<(), String> {
        let Some(top) = index.height() else { return Ok(()) };
        let from = match self.seen.get(&place) {
            Some(seen) if *seen <= top => seen.0 + 1,
            // The node makes its index anew, from the first block.
            Some(_) | None => 0,
        };
        for height in (from..=top.0).map(Height) {
            let row = index
                .block(height)
                .map_err(|reason| format!("node {place}: {reason}"))?;
            let row = row
                .value
                .ok_or_else(|| format!("node {place} has no block {height} below {top}"))?;
            let header = &row.header;
            if header.hash() != row.hash || header.height != height {
                return Err(format!("node {place} shows another block at {height}"));
            }
            if let Some(certificate) = &row.certificate {
                self.follow(place, index, sets, header)?;
                let set = self.history.at(header.epoch);
                let holds = certificate.names(header)
                    && self.history.names(header)
                    && set.is_some_and(|set| certificate.verify(&self.rules.chain, set).is_ok());
                if !holds {
                    return Err(format!(
                        "node {place} shows a certificate of block {height} that does not hold"
                    ));
                }
            }
            let parent = height
                .0
                .checked_sub(1)
                .and_then(|below| self.blocks.get(&Height(below)));
            if parent.is_some_and(|(parent, _)| *parent != header.parent) {
                return Err(format!(
                    "fork: block {height} of node {place} continues another chain"
                ));
            }
            let (hash, root) = *self.blocks.entry(height).or_insert((row.hash, header.state_root));
            if hash != row.hash || root != header.state_root {
                return Err(format!(
                    "fork: node {place} has {} at height {height}, others have {hash}",
                    row.hash
                ));
            }
        }
        self.seen.insert(place, top);
        Ok(())
    }

    /// Follows the changes of validators before a block, as a node shows them.
    fn follow(
        &mut self,
        place: usize,
        index: &Index,
        sets: &[ValidatorSet],
        header: &Header,
    ) -> Result<(), String> {
        for set in sets.iter().filter(|set| set.epoch <= header.epoch) {
            if self.history.sets().contains(set) {
                continue;
            }
            let last = Height(Height::first_of(set.epoch).0.saturating_sub(1));
            let found = index
                .certified(last)
                .map_err(|reason| format!("node {place}: {reason}"))?;
            let shown = found.value.filter(|(header, _)| header.height == last);
            let (header, certificate) = shown.ok_or_else(|| {
                format!("node {place} has no certificate for block {last}, which ends an epoch")
            })?;
            let change = Change {
                certificate,
                header,
                validators: set.clone(),
            };
            self.history
                .follow(&self.rules.chain, &change)
                .map_err(|reason| {
                    format!(
                        "node {place} shows validators of epoch {} that do not follow: {reason}",
                        set.epoch
                    )
                })?;
        }
        Ok(())
    }

    /// The validator sets that were seen, the founders first.
    pub fn sets(&self) -> &[ValidatorSet] {
        self.history.sets()
    }
}

/// Checks everything at the end: the ledger of every node, replayed from genesis; its index against it; every promise to a client.
pub async fn audit(
    context: &Context,
    cores: &[(usize, Arc<Core>)],
    doors: &Doors,
    book: &Book,
    chain: &Chain,
    story: Option<(&Town, &Minutes)>,
) -> Result<Summary, String> {
    // The chain goes on meanwhile; what is audited is what all nodes had when the last step looked at them.
    let top = cores
        .iter()
        .filter_map(|(_, core)| core.index().height())
        .min()
        .unwrap_or(Height::GENESIS)
        .min(chain.tip());
    let Replayed {
        places,
        timers,
        longest_gap,
        renovation,
    } = replay(context, cores, chain, top, story).await?;
    occurred(context, cores, doors, book, chain, &timers).await?;
    let acknowledged = promises(context, cores, doors, book, chain, &places).await?;
    for (place, core) in cores {
        let rest = core.index().compare_rest().map_err(|reason| reason.to_string())?;
        if let Some(difference) = rest.first() {
            return Err(format!(
                "the index of node {place} differs from the ledger: {difference:?}"
            ));
        }
    }
    let tip = chain
        .blocks
        .get(&top)
        .map(|(hash, _)| *hash)
        .ok_or("no block was made")?;
    Ok(Summary {
        height: top,
        tip,
        transactions: u64::try_from(places.len()).unwrap_or(u64::MAX),
        acknowledged,
        occurrences: u64::try_from(timers.fired.len()).unwrap_or(u64::MAX),
        latest_ms: timers.latest_ms,
        receipts: book.lock().receipts,
        longest_gap,
        renovation,
        auditor: context.auditor().state(),
    })
}

/// What a chain gives that is executed again.
struct Replayed {
    /// Where each transaction stands.
    places: BTreeMap<Digest, Settled>,
    /// What came of the timers.
    timers: Watch,
    /// The longest gap between blocks, and the height of the later one.
    longest_gap: (u64, Height),
    /// What came of the renewal of an old quarter.
    renovation: Told,
}

/// Executes the chain again from its first block, over records of its own and a state of its own, and compares every block of every
/// node, and every row of every index, with what that gives.
async fn replay(
    context: &Context,
    cores: &[(usize, Arc<Core>)],
    chain: &Chain,
    top: Height,
    story: Option<(&Town, &Minutes)>,
) -> Result<Replayed, String> {
    let registry = registry(2).map_err(|reason| reason.to_string())?;
    let mut replay = Replay::default();
    let roots = Roots::open(context.child("replay"), "replay").await;
    let (mut places, mut timers, mut next_timer) = (BTreeMap::new(), Watch::default(), None);
    let mut law = story.map(|(town, minutes)| Law::new(town, minutes));
    let mut voting = chain.genesis.validators();
    let (mut before, mut longest) = (None, (0, Height::GENESIS));
    for height in (1..=top.0).map(Height) {
        let (expected, root) = *chain
            .blocks
            .get(&height)
            .ok_or_else(|| format!("nobody showed block {height}"))?;
        let mut first: Option<Arc<Block>> = None;
        for (place, core) in cores {
            let block = core
                .block(height)
                .await
                .ok_or_else(|| format!("node {place} has lost block {height}"))?;
            if block.header.hash() != expected {
                return Err(format!(
                    "the ledger of node {place} has another block {height} than its index"
                ));
            }
            first.get_or_insert(block);
        }
        let Some(block) = first else {
            return Err("no honest node".to_owned());
        };
        let time = block.header.time;
        let gap = before.map_or(0, |before| time.since(before));
        before = Some(time);
        longest = longest.max((gap, height));
        let verified = VerifiedTransaction::verify_batch(block.transactions.clone(), &chain.rules);
        let verified: Result<Vec<_>, _> = verified
            .into_iter()
            .map(|verdict| verdict.map(Arc::new))
            .collect();
        let verified = verified
            .map_err(|rejection| format!("block {height} holds an invalid transaction: {rejection}"))?;
        let executed = replay
            .execute(&registry, &chain.genesis, &block, &verified)
            .map_err(|reason| reason.to_string())?;
        timers.see(&block.header, &executed)?;
        next_timer = executed.next_timer;
        if let Some(law) = &mut law {
            let ask = |question: &str, about: &Value| {
                replay
                    .ask((&registry, &chain.genesis), &block.header, (question, about))
                    .map_err(|reason| format!("{question}: {reason:?}"))
            };
            let stored = |key: &StateKey| serde_json::from_slice(replay.record(key)?).ok();
            law.see((&block.header, &verified, &executed), ask, stored)?;
        }
        let again = roots.apply(executed.changes.iter()).await;
        if again != Some(root) {
            return Err(format!(
                "block {height} executed again gives the state root {again:?}, the header says {root}"
            ));
        }
        voting = executed.next.unwrap_or(voting);
        if block.header.validators != voting.digest(chain.rules.hash) {
            return Err(format!("block {height} names other validators than were decided"));
        }
        for (index, receipt) in executed.receipts.iter().enumerate() {
            let settled = Settled {
                height,
                index: u64::try_from(index).unwrap_or(u64::MAX),
                code: u64::from(receipt.code),
            };
            if let Some(earlier) = places.insert(receipt.transaction, settled.clone()) {
                return Err(format!(
                    "{} is in the chain twice: {earlier:?} and {settled:?}",
                    receipt.transaction
                ));
            }
        }
        for (place, core) in cores {
            let row = core
                .index()
                .block(height)
                .map_err(|reason| reason.to_string())?
                .value;
            let certificate = row.and_then(|row| row.certificate);
            let block = FinalBlock {
                hash: expected,
                header: &block.header,
                certificate: certificate.as_ref(),
                transactions: &verified,
                receipts: &executed.receipts,
                occurrences: &executed.occurrences,
            };
            let differences = core
                .index()
                .compare_block(&block)
                .map_err(|reason| reason.to_string())?;
            if let Some(difference) = differences.first() {
                return Err(format!(
                    "block {height} in the index of node {place} differs: {difference:?}"
                ));
            }
        }
    }
    match timers.lost(next_timer) {
        0 => Ok(Replayed {
            places,
            timers,
            longest_gap: longest,
            renovation: law.map(Law::told).unwrap_or_default(),
        }),
        lost => Err(format!("{lost} timers were set and did not fire")),
    }
}

/// What came of every timer, asked of every node over HTTP, with a receipt that verifies.
async fn occurred(
    context: &Context,
    cores: &[(usize, Arc<Core>)],
    doors: &Doors,
    book: &Book,
    chain: &Chain,
    timers: &Watch,
) -> Result<(), String> {
    for (id, code) in &timers.fired {
        for (place, _) in cores {
            let path = format!("/api/v1/occurrences/{id}");
            let answer = doors.get(context, *place, &path).await;
            let told = answer
                .as_ref()
                .and_then(|answer| answer.json().get("code")?.as_u64());
            if told != Some(u64::from(*code)) {
                return Err(format!(
                    "node {place} says {answer:?} of {id}, its code is {code}"
                ));
            }
            let path = format!("/api/v1/receipts/{id}");
            let receipt = doors.get(context, *place, &path).await;
            let verdict = receipt.map(|receipt| verify(&receipt.body, &chain.rules.chain, None));
            match (&verdict, code) {
                (Some(Verdict::Verified(_)), 0) => book.lock().receipts += 1,
                (Some(Verdict::Refuted(why)), 1..) if why.reason == Reason::Rejected => {}
                _ => return Err(format!("the receipt of {id} from node {place}: {verdict:?}")),
            }
        }
    }
    Ok(())
}

/// Every promise, asked of every node over HTTP.
async fn promises(
    context: &Context,
    cores: &[(usize, Arc<Core>)],
    doors: &Doors,
    book: &Book,
    chain: &Chain,
    places: &BTreeMap<Digest, Settled>,
) -> Result<u64, String> {
    let (submitted, invalid) = {
        let book = book.lock();
        (book.submitted.clone(), book.invalid.clone())
    };
    if let Some(id) = invalid
        .iter()
        .find(|id| places.contains_key(*id) && !submitted.contains_key(*id))
    {
        return Err(format!("the invalid transaction {id} was executed"));
    }
    let mut acknowledged = 0;
    for (id, entry) in &submitted {
        let stands = places.get(id);
        if entry.settled.is_some() {
            acknowledged += 1;
            if entry.settled.as_ref() != stands {
                return Err(format!(
                    "{id} was acknowledged as {:?}, the chain has {stands:?}",
                    entry.settled
                ));
            }
        }
        let mut shown: Option<ReceiptFile> = None;
        for (place, _) in cores {
            let answer = doors
                .get(context, *place, &format!("/api/v1/transactions/{id}"))
                .await;
            let says = answer.as_ref().and_then(|answer| settled(&answer.json()));
            if says.as_ref() != stands {
                return Err(format!(
                    "node {place} says {answer:?} of {id}, the chain has {stands:?}"
                ));
            }
            if stands.is_none() {
                continue;
            }
            let answer = doors
                .get(context, *place, &format!("/api/v1/receipts/{id}"))
                .await;
            let receipt = answer.filter(|answer| answer.status == 200);
            let receipt = receipt.ok_or_else(|| format!("node {place} has no receipt of {id}"))?;
            book.check_receipt(*place, id, &receipt.body, &chain.rules.chain);
            let file: ReceiptFile =
                serde_json::from_slice(&receipt.body).map_err(|reason| reason.to_string())?;
            match &shown {
                // Signatures differ from node to node; what they sign does not.
                Some(other) if other.receipt == file.receipt && other.header == file.header => {}
                None => shown = Some(file),
                Some(_) => return Err(format!("the nodes give different receipts of {id}")),
            }
        }
    }
    Ok(acknowledged)
}
