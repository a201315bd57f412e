//! A chain made by hand: real headers, roots, signatures and index, with the consensus played by the test.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey, SignatureAlgorithm};
use yinxin_execution::{Failure, Operation, Registry, Scenario};
use yinxin_index::{FinalBlock, Index, Location};
use yinxin_types::block::transactions_root;
use yinxin_types::certificate::Vote;
use yinxin_types::codes::{self, Texts};
use yinxin_types::merkle::{Frontier, leaf_hash};
use yinxin_types::receipt::receipts_tree;
use yinxin_types::transaction::{KeyedSignature, Rules};
use yinxin_types::{
    Block, BlockTime, Certificate, Code, Genesis, Header, Height, Limits, Member, Occurred, Occurrence,
    Receipt, Rejection, StateOperations, Suite, Transaction, VerifiedTransaction, canonical,
};

pub const ALGORITHM: HashAlgorithm = HashAlgorithm::Sha256;
pub const START: u64 = 1_767_225_600_000;

pub fn key(seed: u8) -> PrivateKey {
    PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &[seed; 32]).unwrap()
}

pub fn digest(text: &str) -> Digest {
    ALGORITHM.hash(&[text.as_bytes()])
}

pub fn genesis() -> Genesis {
    let departments = [
        (
            "11990100000002129L",
            "甲市人民法院",
            101,
            vec!["court".to_owned()],
        ),
        ("1199010000000209X4", "甲市数据局", 102, vec![]),
        ("11990100000002057U", "甲市公安局", 103, vec![]),
        ("11990100000002081C", "甲市审计局", 104, vec![]),
    ];
    let members = departments.map(|(code, name, seed, roles)| Member {
        account: key(seed).public_key(),
        code: code.parse().unwrap(),
        name: name.to_owned(),
        roles,
        validator: key(seed + 100).public_key(),
    });
    let limits = Limits {
        transaction_bytes: 4 << 10,
        ..Limits::default()
    };
    Genesis::new(
        "甲市存证链".to_owned(),
        Suite::Intl,
        BlockTime(START),
        members.to_vec(),
        limits,
    )
    .unwrap()
}

/// Operations whose outcomes the test decides.
struct Evidence;

const TAKEN: Code = Code {
    number: 4999,
    name: "TEST_TAKEN",
    source: "the test",
    status: 409,
};

fn check(body: &yinxin_types::Body) -> Result<(), Rejection> {
    match body.arguments.get("refuse") {
        Some(_) => Err(Rejection::new(codes::TX_ARGUMENTS, "`refuse` is not an argument")),
        None => Ok(()),
    }
}

const fn operation(id: &'static str) -> Operation {
    Operation {
        id,
        check,
        reads: |_| Vec::new(),
        run: |_, _| {
            Err(Failure::Rejected(Rejection {
                code: TAKEN,
                detail: String::new(),
            }))
        },
    }
}

impl Scenario for Evidence {
    fn name(&self) -> &'static str {
        "evidence"
    }

    fn operations(&self) -> &'static [Operation] {
        const {
            &[
                operation("evidence.deposit"),
                operation("evidence.deposit_batch"),
                operation("evidence.link"),
                operation("evidence.challenge"),
                operation("evidence.resolve"),
                operation("evidence.other"),
            ]
        }
    }

    fn open_questions(&self) -> &'static [&'static str] {
        &["evidence.open"]
    }

    fn personal_questions(&self) -> &'static [&'static str] {
        &["evidence.personal"]
    }

    fn listed(&self) -> bool {
        true
    }

    fn codes(&self) -> &'static [Code] {
        &[TAKEN]
    }

    fn zh(&self) -> &'static Texts {
        static TEXTS: std::sync::LazyLock<Texts> =
            std::sync::LazyLock::new(|| Texts::parse(include_str!("texts/zh-CN.json")));
        &TEXTS
    }

    fn en(&self) -> &'static Texts {
        static TEXTS: std::sync::LazyLock<Texts> =
            std::sync::LazyLock::new(|| Texts::parse(include_str!("texts/en.json")));
        &TEXTS
    }
}

/// One transaction of a block and what became of it.
pub struct Outcome {
    pub transaction: Arc<VerifiedTransaction>,
    pub code: u16,
    pub outcome: Value,
}

pub struct Ledger {
    pub genesis: Genesis,
    pub registry: Registry,
    pub index: Index,
    pub blocks: BTreeMap<Height, Arc<Block>>,
    history: Frontier,
    tip: Header,
    salt: u32,
    /// Scenario, key, code and outcome of the timers that fire in the next block.
    due: Vec<(&'static str, String, u16, Value)>,
}

impl Ledger {
    /// A chain with its genesis block.
    pub fn new() -> Self {
        let genesis = genesis();
        let index = Index::open(&Location::Memory, &genesis).unwrap();
        let registry = Registry::new(vec![Arc::new(Evidence)]).unwrap();
        let operations = StateOperations {
            end: 1,
            root: digest("operations"),
            start: 0,
        };
        let header = Header::genesis(&genesis, digest("state"), operations).unwrap();
        let block = FinalBlock {
            hash: header.hash(),
            header: &header,
            certificate: None,
            transactions: &[],
            receipts: &[],
            occurrences: &[],
        };
        index.apply(&block).unwrap();
        let mut history = Frontier::default();
        history.append(ALGORITHM, leaf_hash(ALGORITHM, header.hash().bytes()));
        let stored = Arc::new(Block {
            header: header.clone(),
            transactions: Vec::new(),
        });
        let blocks = BTreeMap::from([(Height::GENESIS, stored)]);
        Self {
            genesis,
            registry,
            index,
            blocks,
            history,
            tip: header,
            salt: 0,
            due: Vec::new(),
        }
    }

    pub fn rules(&self) -> Rules {
        Rules {
            chain: self.genesis.chain().unwrap(),
            hash: ALGORITHM,
            limits: self.genesis.limits,
        }
    }

    pub fn time(&self) -> BlockTime {
        self.tip.time
    }

    /// The signed bytes of an operation; every call gives another transaction.
    pub fn sign(&mut self, by: u8, operation: &str, arguments: Value) -> Transaction {
        self.salt += 1;
        let key = key(by);
        let body = canonical::to_bytes(&json!({
            "account": key.public_key(), "arguments": arguments, "chain": self.rules().chain,
            "operation": operation, "salt": format!("{:032x}", self.salt), "valid_until": self.tip.time.0 + 60_000,
        }))
        .unwrap();
        let signatures = vec![KeyedSignature::by(&key, &body)];
        Transaction { body, signatures }
    }

    pub fn verified(&mut self, by: u8, operation: &str, arguments: Value) -> Arc<VerifiedTransaction> {
        let transaction = self.sign(by, operation, arguments);
        Arc::new(VerifiedTransaction::verify(transaction, &self.rules()).unwrap())
    }

    /// Lets a timer fire in the next block.
    pub fn fire(&mut self, scenario: &'static str, key: &str, code: u16, outcome: Value) {
        self.due.push((scenario, key.to_owned(), code, outcome));
    }

    /// The occurrences of the next block, whose receipts stand after those of its transactions.
    fn occurred(&mut self, transactions: usize, (height, time): (Height, BlockTime)) -> Vec<Occurred> {
        let chain = self.rules().chain;
        let due = std::mem::take(&mut self.due).into_iter().zip(0_u32..);
        due.map(|((scenario, key, code, outcome), sequence)| {
            let occurrence = Occurrence {
                chain,
                due: BlockTime(time.0 - 500),
                fires: time,
                key,
                scenario: scenario.to_owned(),
                sequence: sequence.into(),
            };
            let receipt = Receipt {
                code,
                height,
                index: u32::try_from(transactions).unwrap() + sequence,
                outcome,
                time,
                transaction: occurrence.id().unwrap(),
            };
            Occurred { occurrence, receipt }
        })
        .collect()
    }

    /// Makes a block final and indexes it; without `certified` a later block's certificate must do.
    pub fn block(&mut self, outcomes: Vec<Outcome>, certified: bool) -> Header {
        let height = self.tip.height.next().unwrap();
        let time = BlockTime(self.tip.time.0 + 1_000);
        let receipts: Vec<Receipt> = (0..)
            .zip(&outcomes)
            .map(|(index, one)| Receipt {
                code: one.code,
                height,
                index,
                outcome: one.outcome.clone(),
                time,
                transaction: one.transaction.id(),
            })
            .collect();
        let transactions: Vec<Transaction> = outcomes
            .iter()
            .map(|one| one.transaction.transaction().clone())
            .collect();
        let occurrences = self.occurred(outcomes.len(), (height, time));
        let occurred = occurrences.iter().map(|one| &one.receipt);
        let header = Header {
            height,
            history_root: self.history.root(ALGORITHM),
            parent: self.tip.hash(),
            parent_view: self.tip.view,
            occurrences: u32::try_from(occurrences.len()).unwrap(),
            receipts_root: receipts_tree(ALGORITHM, receipts.iter().chain(occurred)).root(),
            time,
            transactions: u32::try_from(transactions.len()).unwrap(),
            transactions_root: transactions_root(ALGORITHM, &transactions),
            view: self.tip.view + 1,
            ..self.tip.clone()
        };
        let certificate = certified.then(|| certificate(&header));
        let verified: Vec<_> = outcomes.into_iter().map(|one| one.transaction).collect();
        let block = FinalBlock {
            hash: header.hash(),
            header: &header,
            certificate: certificate.as_ref(),
            transactions: &verified,
            receipts: &receipts,
            occurrences: &occurrences,
        };
        self.index.apply(&block).unwrap();
        self.history
            .append(ALGORITHM, leaf_hash(ALGORITHM, header.hash().bytes()));
        self.blocks.insert(
            height,
            Arc::new(Block {
                header: header.clone(),
                transactions,
            }),
        );
        self.tip = header.clone();
        header
    }

    /// A block of one transaction.
    pub fn single(&mut self, transaction: Arc<VerifiedTransaction>, code: u16, outcome: Value) -> Header {
        self.block(
            vec![Outcome {
                transaction,
                code,
                outcome,
            }],
            true,
        )
    }

    /// Deposits the open commitment of `text`; gives the transaction and the entry.
    pub fn deposit(&mut self, by: u8, text: &str, more: Value) -> (Digest, Digest) {
        let mut arguments = json!({ "commitment": digest(text), "kind": "open", "media_type": "text/plain", "size": text.len() });
        for (name, value) in more.as_object().unwrap() {
            arguments[name] = value.clone();
        }
        let transaction = self.verified(by, "evidence.deposit", arguments);
        let (id, entry) = (transaction.id(), entry(by, &digest(text)));
        let (height, time) = (self.tip.height.0 + 1, self.tip.time.0 + 1_000);
        let first = json!({ "entry": entry, "height": height, "time": time });
        self.single(
            transaction,
            0,
            json!({ "entry": entry, "first": first, "repeat": false }),
        );
        (id, entry)
    }
}

/// Three of four validators sign.
pub fn certificate(header: &Header) -> Certificate {
    let (block, epoch, view, parent_view) = (header.hash(), header.epoch, header.view, header.parent_view);
    let mut certificate = Certificate {
        block,
        epoch,
        parent_view,
        signatures: Vec::new(),
        view,
    };
    let message = certificate.message(&header.chain);
    let votes = [201, 202, 203].map(|seed| Vote {
        signature: key(seed).sign(&message),
        validator: key(seed).public_key(),
    });
    certificate.signatures = votes.to_vec();
    certificate
        .signatures
        .sort_by(|a, b| a.validator.as_bytes().cmp(b.validator.as_bytes()));
    certificate
}

/// Formats section 7.
pub fn entry(by: u8, commitment: &Digest) -> Digest {
    let name =
        canonical::to_bytes(&json!({ "account": key(by).public_key(), "commitment": commitment })).unwrap();
    ALGORITHM.hash_tagged("yinxin/evidence/entry/1", &[&name])
}

pub fn capture() -> Value {
    json!({ "capture": {
        "details": digest("details"), "environment": "clean virtual machine", "from": START, "to": START + 10, "tool": "web-capture",
        "tool_digest": null, "tool_version": "3.1.4",
    } })
}
