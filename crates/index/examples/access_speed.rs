//! Measures what "who used my data" and the auditor's search cost in a large index: fills one with parties and looks by the way blocks
//! take, and asks what people and auditors ask.
//!
//! `cargo run --release -p yinxin-index --example access_speed -- (FILE | POSTGRES_URL) [looks, default 1000000] [ask]`
//!
//! One party is enrolled for each ten looks. The index stays; given again, the same place is filled further, and with `ask` not at all.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a measurement, not a part of the product"
)]

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yinxin_crypto::{Digest, PrivateKey, SignatureAlgorithm};
use yinxin_index::{ConcernQuery, Cursor, FinalBlock, Index, Location, Role};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::transaction::{KeyedSignature, Rules};
use yinxin_types::{
    BlockTime, Body, Genesis, Header, Height, Limits, Member, Receipt, StateOperations, Suite, Transaction,
    VerifiedTransaction, canonical,
};

/// Transactions of a block.
const EACH: u64 = 500;
/// Signed transactions that take turns: the index looks at operation, account and identifier only, and signing ten million would measure
/// signing.
const POOL: u64 = 20_000;
/// Bodies that look; the first makes half of all looks.
const BODIES: u64 = 64;
/// Officers who look.
const OFFICERS: u64 = 5_000;
/// How many looks are at one and the same person.
const KNOWN: u64 = 10_000;
/// How many of those the oldest page leaves before itself.
const DEEP: u64 = 9_800;
/// One look of so many is refused.
const REFUSED: u64 = 100;
/// The time that all blocks together take: a year.
const YEAR_MS: u64 = 365 * 86_400_000;
const START: BlockTime = BlockTime(1_767_225_600_000);
/// Rounds of one question, and how long they may take together.
const ROUNDS: u64 = 500;
const PATIENCE: Duration = Duration::from_secs(20);

/// Numbers that look drawn and are the same in every run (SplitMix64).
fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The invented world: who there is, and what happens in each block.
struct World {
    genesis: Genesis,
    chain: Digest,
    looks: u64,
    parties: u64,
    enrolments: Vec<Arc<VerifiedTransaction>>,
    asked: Vec<Arc<VerifiedTransaction>>,
}

impl World {
    fn new(looks: u64) -> Self {
        let key = PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &[1; 32]).unwrap();
        let member = Member {
            account: key.public_key(),
            code: SocialCreditCode::parse("12990100000001011T").unwrap(),
            name: "甲市住房公积金管理中心".to_owned(),
            roles: Vec::new(),
            validator: key.public_key(),
        };
        let genesis = Genesis::new(
            "测".to_owned(),
            Suite::Intl,
            START,
            vec![member],
            Limits::default(),
        );
        let genesis = genesis.unwrap();
        let chain = genesis.chain().unwrap();
        let sign = |operation: &str, from: u64, count: u64| -> Vec<Arc<VerifiedTransaction>> {
            let signed = (from..from + count).map(|number| {
                let body = Body {
                    account: key.public_key(),
                    arguments: serde_json::Map::new(),
                    chain,
                    operation: operation.to_owned(),
                    cosigners: Vec::new(),
                    salt: format!("{number:032x}"),
                    valid_until: START,
                };
                let body = canonical::to_bytes(&body).unwrap();
                let signatures = vec![KeyedSignature::by(&key, &body)];
                Transaction { body, signatures }
            });
            let rules = Rules {
                chain,
                hash: chain.algorithm(),
                limits: genesis.limits,
            };
            let verified = VerifiedTransaction::verify_batch(signed.collect(), &rules);
            verified.into_iter().map(|one| Arc::new(one.unwrap())).collect()
        };
        Self {
            chain,
            looks,
            // Whole blocks of them.
            parties: (looks / 10).next_multiple_of(EACH),
            enrolments: sign("identity.enrol", 0, POOL),
            asked: sign("sharing.disclose", POOL, POOL),
            genesis,
        }
    }

    /// Blocks after the first.
    fn blocks(&self) -> u64 {
        (self.parties + self.looks) / EACH
    }

    fn time(&self, height: u64) -> BlockTime {
        START.saturating_add(YEAR_MS / self.blocks() * height)
    }

    fn named(&self, what: &str, number: u64) -> Digest {
        self.chain.algorithm().hash_tagged(what, &[&number.to_be_bytes()])
    }

    fn party(&self, number: u64) -> String {
        self.named("party", number).to_string()
    }

    /// Whose data is looked at; the party 0 is the one that many look at.
    fn subject(&self, look: u64) -> u64 {
        match look % (self.looks / KNOWN).max(1) {
            0 => 0,
            _ => 1 + mixed(look) % (self.parties - 1),
        }
    }

    fn body(number: u64) -> String {
        format!("1299{number:013}T")
    }

    fn officer(&self, number: u64) -> String {
        self.named("officer", number % OFFICERS).to_string()
    }

    /// A look as `execution::access` puts it on record.
    fn look(&self, look: u64) -> (u16, Value) {
        let drawn = mixed(!look);
        let body = if drawn & 1 == 0 {
            0
        } else {
            1 + (drawn >> 1) % (BODIES - 1)
        };
        let code = if (drawn >> 8).is_multiple_of(REFUSED) {
            4103
        } else {
            0
        };
        let fields = ["amt", "bal", "basenum", "endmonth"];
        let certificate = self.named("certificate", look);
        let event = json!({
            "allowed": code == 0,
            "basis": { "kind": "lease", "reference": self.named("lease", look) },
            "case": format!("LX-2026-{:06}", look % 1_000_000),
            "class": "hpf-certificate",
            "code": code,
            "count": 1,
            "fields": fields,
            "officer": self.officer(drawn >> 20),
            "post": self.named("post", (drawn >> 20) % OFFICERS),
            "previous": self.named("event", look),
            "purpose": "loan",
            "sequence": look,
            "source": Self::body(body),
            "subject": self.party(self.subject(look)),
            "withheld": null,
        });
        let disclosure = json!({
            "certificate": certificate,
            "fields": fields,
            "holder": "12990100000001011T",
            "material": certificate,
            "reader": "x25519:e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        });
        match code {
            0 => (0, json!({ "access": event, "disclosure": disclosure })),
            refused => (refused, json!({ "access": event })),
        }
    }

    /// What happens in a block from height 1 on: enrolments first, then looks.
    fn make(&self, height: u64) -> (Vec<Arc<VerifiedTransaction>>, Vec<Receipt>) {
        let first = (height - 1) * EACH;
        let time = self.time(height);
        let each = (first..first + EACH).zip(0_u32..).map(|(number, index)| {
            let pool = if number < self.parties {
                &self.enrolments
            } else {
                &self.asked
            };
            let transaction = Arc::clone(&pool[(number % POOL) as usize]);
            let (code, outcome) = match number.checked_sub(self.parties) {
                None => {
                    let party = self.party(number);
                    (0, json!({ "concerns": [party], "party": party }))
                }
                Some(look) => self.look(look),
            };
            let receipt = Receipt {
                code,
                height: Height(height),
                index,
                outcome,
                time,
                transaction: transaction.id(),
            };
            (transaction, receipt)
        });
        each.unzip()
    }
}

fn first_block(world: &World) -> Header {
    let empty = world.chain.algorithm().hash(&[]);
    let operations = StateOperations {
        end: 0,
        root: empty,
        start: 0,
    };
    Header::genesis(&world.genesis, empty, operations).unwrap()
}

/// Applies what is missing.
fn fill(world: &Arc<World>, index: &Index) {
    if index.height().is_none() {
        let header = first_block(world);
        let block = FinalBlock {
            hash: header.hash(),
            header: &header,
            certificate: None,
            transactions: &[],
            receipts: &[],
            occurrences: &[],
        };
        index.apply(&block).unwrap();
    }
    let last = index.block(index.height().unwrap()).unwrap().value.unwrap();
    let (mut header, mut hash) = (last.header, last.hash);
    let from = header.height.0 + 1;
    assert!(
        from == 1 || header.time == world.time(from - 1),
        "this index was made for another number of looks"
    );
    // The other core makes what this one writes.
    let (sender, made) = sync_channel(16);
    let maker = Arc::clone(world);
    let thread = std::thread::spawn(move || {
        for height in from..=maker.blocks() {
            if sender.send(maker.make(height)).is_err() {
                return;
            }
        }
    });
    let (start, mut writing, mut times) = (Instant::now(), Duration::ZERO, Vec::new());
    for (transactions, receipts) in made {
        header.parent = hash;
        header.height = header.height.next().unwrap();
        header.time = world.time(header.height.0);
        header.transactions = EACH as u32;
        hash = header.hash();
        let block = FinalBlock {
            hash,
            header: &header,
            certificate: None,
            transactions: &transactions,
            receipts: &receipts,
            occurrences: &[],
        };
        let before = Instant::now();
        index.apply(&block).unwrap();
        times.push(before.elapsed());
        writing += before.elapsed();
        let done = header.height.0;
        if done.is_multiple_of(world.blocks() / 10) || done == world.blocks() {
            times.sort_unstable();
            println!(
                "{:>9} transactions after {:>4.0} s, {:.1} us of writing each; a block p50 {:?}, p99 {:?}, max {:?}",
                done * EACH,
                start.elapsed().as_secs_f64(),
                writing.as_secs_f64() * 1e6 / (times.len() as u64 * EACH) as f64,
                times[times.len() / 2],
                times[times.len() * 99 / 100],
                times[times.len() - 1],
            );
            times.clear();
            writing = Duration::ZERO;
        }
    }
    thread.join().unwrap();
}

/// A question, for the given round; answers how many rows it got.
type Question<'a> = Box<dyn Fn(u64) -> ConcernQuery + 'a>;

/// Where the page of a person's looks ended after which the deep one follows, found by going there page by page.
fn deep(world: &World, index: &Index) -> Option<Cursor> {
    let mut query = ConcernQuery {
        limit: 100,
        ..ConcernQuery::new(Role::Subject, world.party(0))
    };
    for _ in 0..DEEP / 100 {
        query.before = index.concerning(&query).unwrap().value.next;
    }
    query.before
}

fn questions<'a>(world: &'a World, index: &Index) -> Vec<(&'static str, Question<'a>)> {
    let somebody = |round: u64| world.party(1 + mixed(round) % (world.parties - 1));
    // A party that was looked at for sure.
    let looked_at = move |round: u64| world.party(world.subject(1 + mixed(round) % (world.looks - 1)));
    let query = ConcernQuery::new;
    let deep = deep(world, index);
    let day = 86_400_000;
    // Looks begin when everybody is enrolled.
    let begun = world.time(world.parties / EACH);
    let moment = move |round: u64| begun.saturating_add(mixed(round) % (YEAR_MS / 12 * 10));
    let large = || World::body(0);
    let small = |round: u64| World::body(1 + round % (BODIES - 1));
    let page = |limit: u32, query: ConcernQuery| ConcernQuery { limit, ..query };
    let within = move |from: BlockTime, span: u64, query: ConcernQuery| ConcernQuery {
        since: Some(from),
        until: Some(from.saturating_add(span)),
        ..query
    };
    let refused = |query: ConcernQuery| ConcernQuery {
        allowed: Some(false),
        ..query
    };
    vec![
        (
            "person, about 10 looks: who used my data",
            Box::new(move |round| page(101, query(Role::Subject, looked_at(round)))),
        ),
        (
            "person, many looks: the first 100",
            Box::new(move |_| page(101, query(Role::Subject, world.party(0)))),
        ),
        (
            "person, many looks: 100 from where the newest 9,800 ended",
            Box::new(move |_| ConcernQuery {
                before: deep,
                ..page(101, query(Role::Subject, world.party(0)))
            }),
        ),
        (
            "person, many looks: 100 until some day",
            Box::new(move |round| ConcernQuery {
                until: Some(moment(round)),
                ..page(101, query(Role::Subject, world.party(0)))
            }),
        ),
        (
            "person: what concerns him",
            Box::new(move |round| page(50, query(Role::Concerned, somebody(round)))),
        ),
        (
            "auditor, body with half of all looks: the newest 50",
            Box::new(move |_| page(50, query(Role::Source, large()))),
        ),
        (
            "auditor, the same: 50 of some day",
            Box::new(move |round| within(moment(round), day, page(50, query(Role::Source, large())))),
        ),
        (
            "auditor, the same: 50 refused ones",
            Box::new(move |_| refused(page(50, query(Role::Source, large())))),
        ),
        (
            "auditor, the same: 50 refused ones of some day",
            Box::new(move |round| {
                refused(within(moment(round), day, page(50, query(Role::Source, large()))))
            }),
        ),
        (
            "auditor, another body: 100 of some hour",
            Box::new(move |round| {
                within(
                    moment(round),
                    day / 24,
                    page(100, query(Role::Source, small(round))),
                )
            }),
        ),
        (
            "auditor, an officer: the newest 100",
            Box::new(move |round| page(100, query(Role::Officer, world.officer(mixed(round))))),
        ),
        (
            "auditor, an officer: 100 of some month",
            Box::new(move |round| {
                within(
                    moment(round),
                    30 * day,
                    page(100, query(Role::Officer, world.officer(mixed(round)))),
                )
            }),
        ),
        (
            "auditor, a person with many looks: 100 of some week",
            Box::new(move |round| {
                within(
                    moment(round),
                    7 * day,
                    page(100, query(Role::Subject, world.party(0))),
                )
            }),
        ),
        (
            "auditor, a person whom nobody knows",
            Box::new(move |round| page(50, query(Role::Subject, world.party(u64::MAX - round)))),
        ),
    ]
}

/// Asks, and follows a page that was cut short until there is something or nothing: what a person waits for.
fn ask(index: &Index, mut query: ConcernQuery) -> (usize, u64) {
    let mut pages = 0;
    loop {
        let page = index.concerning(&query).unwrap().value;
        pages += 1;
        match page.next {
            Some(next) if page.items.is_empty() => query.before = Some(next),
            _ => return (black_box(page.items).len(), pages),
        }
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let place = arguments.next().unwrap_or_else(|| panic!("where?"));
    let looks: u64 = arguments.next().map_or(1_000_000, |text| text.parse().unwrap());
    let location = if place.starts_with("postgres") {
        Location::Postgres { url: place.clone() }
    } else {
        Location::Sqlite {
            path: PathBuf::from(&place),
        }
    };
    let world = Arc::new(World::new(looks.next_multiple_of(EACH)));
    let index = Index::open(&location, &world.genesis).unwrap();
    if arguments.next().as_deref() != Some("ask") {
        fill(&world, &index);
        if let Ok(file) = std::fs::metadata(&place) {
            println!("{:.1} GB", file.len() as f64 / 1e9);
        }
    }
    println!("{looks} looks, {} parties", world.parties);
    for (what, question) in questions(&world, &index) {
        ask(&index, question(ROUNDS));
        let mut times = Vec::new();
        let (mut rows, mut pages) = (0, 0);
        let start = Instant::now();
        while times.len() < ROUNDS as usize && start.elapsed() < PATIENCE {
            let wanted = question(times.len() as u64);
            let before = Instant::now();
            let (found, asked) = ask(&index, wanted);
            times.push(before.elapsed());
            rows += found;
            pages += asked;
        }
        times.sort_unstable();
        let at = |share: usize| times[(times.len() * share).div_ceil(100) - 1].as_secs_f64() * 1e3;
        println!(
            "{what}: p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms ({} times, {:.1} rows, {:.1} questions each)",
            at(50),
            at(99),
            at(100),
            times.len(),
            rows as f64 / times.len() as f64,
            pages as f64 / times.len() as f64,
        );
    }
}
