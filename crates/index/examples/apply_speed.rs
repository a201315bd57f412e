//! Measures what indexing costs: microseconds (by the clock, and of this thread on a processor) and bytes on disk for each
//! sealed deposit, and what questions cost afterwards.
//!
//! `cargo run --release -p yinxin-index --example apply_speed -- [deposits] [deposits per block] [postgres url]`

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a measurement, not a part of the product"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use yinxin_crypto::{Digest, PrivateKey, SignatureAlgorithm};
use yinxin_index::{EvidenceQuery, FinalBlock, Index, Location};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::transaction::{KeyedSignature, Rules};
use yinxin_types::{
    BlockTime, Body, Genesis, Header, Limits, Member, Receipt, StateOperations, Suite, Transaction,
    VerifiedTransaction, canonical,
};

struct Depositor {
    key: PrivateKey,
    genesis: Genesis,
    chain: Digest,
}

impl Depositor {
    fn new() -> Self {
        let key = PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &[1; 32]).unwrap();
        let member = Member {
            account: key.public_key(),
            code: SocialCreditCode::parse("12990100000001011T").unwrap(),
            name: "甲市住房公积金管理中心".to_owned(),
            roles: Vec::new(),
            validator: key.public_key(),
        };
        let time = BlockTime(1_700_000_000_000);
        let genesis = Genesis::new(
            "测".to_owned(),
            Suite::Intl,
            time,
            vec![member],
            Limits::default(),
        )
        .unwrap();
        let chain = genesis.chain().unwrap();
        Self { key, genesis, chain }
    }

    /// Signed deposits `from` to `from + count - 1`, with their receipts in a block of this header.
    fn block(&self, header: &Header, from: u64, count: u64) -> (Vec<Arc<VerifiedTransaction>>, Vec<Receipt>) {
        let algorithm = self.chain.algorithm();
        let account = self.key.public_key();
        let transactions = (from..from + count).map(|number| {
            let commitment = algorithm.hash(&[&number.to_be_bytes()]);
            let arguments =
                json!({ "commitment": commitment, "kind": "sealed", "media_type": "application/pdf", "size": 123_456 });
            let body = Body {
                account,
                arguments: arguments.as_object().unwrap().clone(),
                chain: self.chain,
                operation: "evidence.deposit".to_owned(),
                cosigners: Vec::new(),
                salt: format!("{number:032x}"),
                valid_until: header.time.saturating_add(1000),
            };
            let body = canonical::to_bytes(&body).unwrap();
            let signatures = vec![KeyedSignature::by(&self.key, &body)];
            Transaction { body, signatures }
        });
        let rules = Rules {
            chain: self.chain,
            hash: algorithm,
            limits: self.genesis.limits,
        };
        let verified = VerifiedTransaction::verify_batch(transactions.collect(), &rules);
        let verified: Vec<_> = verified.into_iter().map(|one| Arc::new(one.unwrap())).collect();
        let (height, time) = (header.height, header.time);
        let receipts = verified.iter().zip(0..).map(|(transaction, index)| {
            let commitment = &transaction.body().arguments["commitment"];
            let name = canonical::to_bytes(&json!({ "account": account, "commitment": commitment })).unwrap();
            let entry = algorithm.hash_tagged("yinxin/evidence/entry/1", &[&name]);
            let first = json!({ "entry": entry, "height": height, "time": time });
            let outcome = json!({ "entry": entry, "first": first, "repeat": false });
            Receipt {
                code: 0,
                height,
                index,
                outcome,
                time,
                transaction: transaction.id(),
            }
        });
        let receipts = receipts.collect();
        (verified, receipts)
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |otherwise: u64| arguments.next().map_or(otherwise, |text| text.parse().unwrap());
    let (deposits, per_block) = (number(100_000), number(1000));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index.sqlite");
    let location = match arguments.next() {
        Some(url) => Location::Postgres { url },
        None => Location::Sqlite { path: path.clone() },
    };
    let depositor = Depositor::new();
    Index::erase(&location).unwrap();
    let index = Index::open(&location, &depositor.genesis).unwrap();
    let empty = depositor.chain.algorithm().hash(&[]);
    let operations = StateOperations {
        end: 0,
        root: empty,
        start: 0,
    };
    let mut header = Header::genesis(&depositor.genesis, empty, operations).unwrap();
    let mut hash = header.hash();
    let genesis = FinalBlock {
        hash,
        header: &header,
        certificate: None,
        transactions: &[],
        receipts: &[],
        occurrences: &[],
    };
    index.apply(&genesis).unwrap();
    let mut times = Vec::new();
    let mut sample = Vec::new();
    for from in (0..deposits).step_by(per_block as usize) {
        header.parent = hash;
        header.height = header.height.next().unwrap();
        header.time = header.time.saturating_add(200);
        header.transactions = per_block as u32;
        hash = header.hash();
        let (transactions, receipts) = depositor.block(&header, from, per_block);
        sample.push(transactions[transactions.len() / 2].id());
        let block = FinalBlock {
            hash,
            header: &header,
            certificate: None,
            transactions: &transactions,
            receipts: &receipts,
            occurrences: &[],
        };
        let (start, busy) = (Instant::now(), on_processor());
        index.apply(&block).unwrap();
        times.push((start.elapsed(), on_processor() - busy));
        if times.len() % (100_000 / per_block as usize).max(1) == 0 {
            report(&times, from + per_block, per_block, &path);
        }
    }
    report(&times, deposits, per_block, &path);
    questions(&index, &sample, depositor.key.public_key());
}

fn report(times: &[(Duration, Duration)], deposits: u64, per_block: u64, path: &Path) {
    let recent = &times[times.len().saturating_sub((100_000 / per_block as usize).max(1))..];
    let each = |sum: Duration| sum.as_secs_f64() * 1e6 / (recent.len() as f64 * per_block as f64);
    let clock = each(recent.iter().map(|(clock, _)| *clock).sum());
    let processor = each(recent.iter().map(|(_, processor)| *processor).sum());
    let mut sorted: Vec<_> = recent.iter().map(|(clock, _)| *clock).collect();
    sorted.sort();
    let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
    println!(
        "{deposits:>8} deposits: {clock:.1} us each, {processor:.1} on a processor (last 100,000), block median {:?} max {:?}, {:.1} bytes each, {} MB resident",
        sorted[sorted.len() / 2],
        sorted[sorted.len() - 1],
        bytes as f64 / deposits as f64,
        resident(),
    );
}

/// How long this thread has run on a processor.
fn on_processor() -> Duration {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(
        statistics
            .split(' ')
            .next()
            .and_then(|nanos| nanos.parse().ok())
            .unwrap_or(0),
    )
}

fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse::<u64>().ok())
        .unwrap_or(0)
        * 4096
        / 1_000_000
}

fn questions(index: &Index, sample: &[Digest], account: yinxin_crypto::PublicKey) {
    let time = |what: &str, rounds: usize, ask: &mut dyn FnMut(usize)| {
        let start = Instant::now();
        (0..rounds).for_each(ask);
        println!(
            "{what}: {:.1} us",
            start.elapsed().as_secs_f64() * 1e6 / rounds as f64
        );
    };
    time("a transaction that is there", 1000, &mut |round| {
        assert!(
            index
                .transaction(&sample[round * 7 % sample.len()])
                .unwrap()
                .value
                .is_some()
        );
    });
    time("a transaction that is not there", 1000, &mut |round| {
        let id = index
            .chain()
            .algorithm()
            .hash(&[&round.to_be_bytes(), b"stranger"]);
        assert!(index.transaction(&id).unwrap().value.is_none());
    });
    time("a page of 20 entries of an account", 200, &mut |_| {
        let query = EvidenceQuery {
            account: Some(account),
            limit: 20,
            ..EvidenceQuery::default()
        };
        assert_eq!(index.evidence(&query).unwrap().value.items.len(), 20);
    });
    time("the latest 20 entries", 200, &mut |_| {
        let query = EvidenceQuery {
            limit: 20,
            ..EvidenceQuery::default()
        };
        assert_eq!(index.evidence(&query).unwrap().value.items.len(), 20);
    });
    time("all receipts of a block", 20, &mut |_| {
        assert!(!index.receipts(index.height().unwrap()).unwrap().value.is_empty());
    });
}
