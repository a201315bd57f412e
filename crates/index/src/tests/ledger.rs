//! A ledger made by hand: real keys, signatures, roots and certificates, and a straightforward reading of formats.md, section
//! 7, against which the answers of the index are held.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey, SignatureAlgorithm};
use yinxin_types::certificate::{Certificate, Vote};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::merkle::{Frontier, leaf_hash};
use yinxin_types::receipt::{CommitmentKind, receipts_tree};
use yinxin_types::transaction::{KeyedSignature, Rules};
use yinxin_types::{
    BlockTime, Body, Genesis, Header, Height, Limits, Member, Occurred, Occurrence, Receipt, StateOperations,
    Suite, Transaction, VerifiedTransaction, block, canonical,
};

use crate::{EvidenceChallenge, EvidenceEntry, EvidenceLink, FinalBlock, FirstDeposit, Index};

const CODES: [&str; 4] = [
    "12990100000001011T",
    "1299020000000102XP",
    "11990100000002014E",
    "11990100000002129L",
];

/// A block with all that belongs to it.
#[derive(Clone)]
pub(super) struct Made {
    pub(super) hash: Digest,
    pub(super) header: Header,
    pub(super) certificate: Option<Certificate>,
    pub(super) transactions: Vec<Arc<VerifiedTransaction>>,
    pub(super) receipts: Vec<Receipt>,
    pub(super) occurrences: Vec<Occurred>,
}

impl Made {
    pub(super) fn block(&self) -> FinalBlock<'_> {
        FinalBlock {
            hash: self.hash,
            header: &self.header,
            certificate: self.certificate.as_ref(),
            transactions: &self.transactions,
            receipts: &self.receipts,
            occurrences: &self.occurrences,
        }
    }
}

/// What somebody wants done in the next block. Accounts are numbers, contents too.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Deposit {
        account: usize,
        content: u32,
        kind: CommitmentKind,
        links: Vec<Digest>,
        capture: bool,
    },
    Batch {
        account: usize,
        content: u32,
    },
    Link {
        account: usize,
        entry: Digest,
        target: Digest,
    },
    Challenge {
        account: usize,
        entry: Digest,
    },
    Resolve {
        account: usize,
        challenge: Digest,
    },
    Rejected {
        account: usize,
        operation: String,
    },
    Other {
        account: usize,
        outcome: Value,
    },
}

pub(super) fn sealed(account: usize, content: u32) -> Act {
    Act::Deposit {
        account,
        content,
        kind: CommitmentKind::Sealed,
        links: Vec::new(),
        capture: false,
    }
}

/// The chain so far and what a reader should find in it.
pub(super) struct Ledger {
    pub(super) genesis: Genesis,
    pub(super) chain: Digest,
    pub(super) blocks: Vec<Made>,
    pub(super) entries: Vec<EvidenceEntry>,
    pub(super) links: Vec<(Digest, EvidenceLink)>,
    pub(super) challenges: Vec<(Digest, EvidenceChallenge)>,
    validators: Vec<PrivateKey>,
    accounts: Vec<PrivateKey>,
    frontier: Frontier,
    firsts: BTreeMap<Digest, FirstDeposit>,
    salt: u64,
}

fn key(algorithm: SignatureAlgorithm, seed: u8) -> PrivateKey {
    PrivateKey::from_bytes(algorithm, &[seed; 32]).unwrap()
}

impl Ledger {
    pub(super) fn new(suite: Suite) -> Self {
        Self::named(suite, "示例链")
    }

    pub(super) fn named(suite: Suite, name: &str) -> Self {
        let mut validators: Vec<_> = (1..=4)
            .map(|seed| key(SignatureAlgorithm::Ed25519, seed))
            .collect();
        validators.sort_by_key(|validator| validator.public_key().as_bytes().to_vec());
        let accounts: Vec<_> = (11..=14)
            .map(|seed| {
                key(
                    if seed % 2 == 0 {
                        SignatureAlgorithm::Sm2
                    } else {
                        SignatureAlgorithm::Ed25519
                    },
                    seed,
                )
            })
            .collect();
        let members = validators
            .iter()
            .zip(&accounts)
            .zip(CODES)
            .map(|((validator, account), code)| Member {
                account: account.public_key(),
                code: SocialCreditCode::parse(code).unwrap(),
                name: format!("部门 {code}"),
                roles: Vec::new(),
                validator: validator.public_key(),
            });
        let genesis = Genesis::new(
            name.to_owned(),
            suite,
            BlockTime(1_700_000_000_000),
            members.collect(),
            Limits::default(),
        );
        let genesis = genesis.unwrap();
        let chain = genesis.chain().unwrap();
        let empty = suite.hash().hash(&[]);
        let operations = StateOperations {
            end: 0,
            root: empty,
            start: 0,
        };
        let header = Header::genesis(&genesis, empty, operations).unwrap();
        let mut ledger = Self {
            genesis,
            chain,
            blocks: Vec::new(),
            entries: Vec::new(),
            links: Vec::new(),
            challenges: Vec::new(),
            validators,
            accounts,
            frontier: Frontier::default(),
            firsts: BTreeMap::new(),
            salt: 0,
        };
        ledger.push(header, Vec::new(), Vec::new(), Vec::new(), false);
        ledger
    }

    pub(super) fn algorithm(&self) -> HashAlgorithm {
        self.chain.algorithm()
    }

    pub(super) fn height(&self) -> Height {
        self.blocks.last().unwrap().header.height
    }

    pub(super) fn account(&self, account: usize) -> yinxin_crypto::PublicKey {
        self.accounts[account].public_key()
    }

    pub(super) fn commitment(content: u32) -> Digest {
        // Both algorithms occur on every chain.
        HashAlgorithm::ALL[content as usize % 2].hash(&[b"content", &content.to_be_bytes()])
    }

    pub(super) fn entry(&self, account: usize, content: u32) -> Digest {
        let name = json!({ "account": self.account(account), "commitment": Self::commitment(content) });
        self.algorithm()
            .hash_tagged("yinxin/evidence/entry/1", &[&canonical::to_bytes(&name).unwrap()])
    }

    /// Applies every block to an index.
    pub(super) fn fill(&self, index: &Index) {
        for made in &self.blocks {
            index.apply(&made.block()).unwrap();
        }
    }

    /// Makes the next block.
    pub(super) fn make(&mut self, acts: &[Act], certified: bool) -> &Made {
        let parent = self.blocks.last().unwrap();
        let (height, time) = (
            parent.header.height.next().unwrap(),
            parent.header.time.saturating_add(500),
        );
        let mut header = Header {
            height,
            time,
            parent: parent.hash,
            view: height.0 + 7,
            ..parent.header.clone()
        };
        header.parent_view = parent.header.view;
        let (mut transactions, mut receipts) = (Vec::new(), Vec::new());
        for (act, index) in acts.iter().zip(0_u32..) {
            let transaction = self.sign(act, time);
            let (code, outcome) = self.execute(act, &transaction, height, index, time);
            receipts.push(Receipt {
                code,
                height,
                index,
                outcome,
                time,
                transaction: transaction.id(),
            });
            transactions.push(Arc::new(transaction));
        }
        header.transactions = u32::try_from(transactions.len()).unwrap();
        let occurrences = self.fire(&header);
        header.occurrences = u32::try_from(occurrences.len()).unwrap();
        let occurred = occurrences.iter().map(|one: &Occurred| &one.receipt);
        header.receipts_root = receipts_tree(self.algorithm(), receipts.iter().chain(occurred)).root();
        let plain: Vec<Transaction> = transactions.iter().map(|one| one.transaction().clone()).collect();
        header.transactions_root = block::transactions_root(self.algorithm(), &plain);
        header.history_root = self.frontier.root(self.algorithm());
        self.push(header, transactions, receipts, occurrences, certified)
    }

    /// The occurrences of a block: none or some, by its height, of timers whose names come back.
    fn fire(&self, header: &Header) -> Vec<Occurred> {
        let occurrences = (0..header.height.0 % 4).map(|sequence| {
            let occurrence = Occurrence {
                chain: self.chain,
                due: BlockTime(header.time.0 - sequence),
                fires: header.time,
                key: format!("case \\{}", (header.height.0 + sequence) % 5),
                scenario: ["first", "second"][sequence as usize % 2].to_owned(),
                sequence,
            };
            let (code, outcome) = match sequence {
                0 => (0, json!({ "deemed": header.height })),
                1 => (1100, Value::Null),
                _ => (0, json!(null)),
            };
            let receipt = Receipt {
                code,
                height: header.height,
                index: header.transactions + u32::try_from(sequence).unwrap(),
                outcome,
                time: header.time,
                transaction: occurrence.id().unwrap(),
            };
            Occurred { occurrence, receipt }
        });
        occurrences.collect()
    }

    /// Makes a block in which a transaction stands again and is refused.
    pub(super) fn repeat_rejected(&mut self, transaction: Arc<VerifiedTransaction>) {
        self.make(&[], true);
        let mut made = self.blocks.pop().unwrap();
        let receipt = Receipt {
            code: 1100,
            height: made.header.height,
            index: 0,
            outcome: Value::Null,
            time: made.header.time,
            transaction: transaction.id(),
        };
        made.header.transactions = 1;
        made.header.receipts_root = receipts_tree(self.algorithm(), std::slice::from_ref(&receipt)).root();
        made.header.occurrences = 0;
        self.push(made.header, vec![transaction], vec![receipt], Vec::new(), true);
    }

    fn push(
        &mut self,
        header: Header,
        transactions: Vec<Arc<VerifiedTransaction>>,
        receipts: Vec<Receipt>,
        occurrences: Vec<Occurred>,
        certified: bool,
    ) -> &Made {
        let hash = header.hash();
        self.frontier
            .append(self.algorithm(), leaf_hash(self.algorithm(), hash.bytes()));
        let certificate = certified.then(|| self.certify(&header, hash));
        self.blocks.push(Made {
            hash,
            header,
            certificate,
            transactions,
            receipts,
            occurrences,
        });
        self.blocks.last().unwrap()
    }

    pub(super) fn certify(&self, header: &Header, hash: Digest) -> Certificate {
        let mut certificate = Certificate {
            block: hash,
            epoch: header.epoch,
            parent_view: header.parent_view,
            signatures: Vec::new(),
            view: header.view,
        };
        let message = certificate.message(&self.chain);
        certificate.signatures = self.validators[..3]
            .iter()
            .map(|validator| Vote {
                signature: validator.sign(&message),
                validator: validator.public_key(),
            })
            .collect();
        certificate
            .verify(&self.chain, &self.genesis.validators())
            .unwrap();
        certificate
    }

    fn sign(&mut self, act: &Act, time: BlockTime) -> VerifiedTransaction {
        let statement = self.algorithm().hash(&[b"statement"]).to_string();
        let (account, operation, arguments) = match act {
            Act::Deposit {
                account,
                content,
                kind,
                links,
                capture,
            } => {
                let mut arguments = json!({
                    "commitment": Self::commitment(*content),
                    "kind": kind,
                    "media_type": "application/pdf",
                    "size": u64::from(*content) * 1000,
                });
                if !links.is_empty() {
                    let links: Vec<_> = links
                        .iter()
                        .map(|entry| json!({ "entry": entry, "relation": "supplements" }))
                        .collect();
                    arguments["links"] = Value::from(links);
                }
                if *capture {
                    arguments["capture"] =
                        json!({ "environment": "无痕浏览器", "tool": "取证工具", "from": 1, "to": 2 });
                }
                (account, "evidence.deposit", arguments)
            }
            Act::Batch { account, content } => {
                let arguments =
                    json!({ "items": 10_000, "kind": "open", "root": Self::commitment(*content) });
                (account, "evidence.deposit_batch", arguments)
            }
            Act::Link {
                account,
                entry,
                target,
            } => (
                account,
                "evidence.link",
                json!({ "entry": entry, "relation": "replaces", "target": target }),
            ),
            Act::Challenge { account, entry } => {
                let arguments = json!({ "entry": entry, "grounds": "technical", "statement": statement });
                (account, "evidence.challenge", arguments)
            }
            Act::Resolve { account, challenge } => {
                let arguments =
                    json!({ "challenge": challenge, "finding": "dismissed", "statement": statement });
                (account, "evidence.resolve", arguments)
            }
            Act::Rejected { account, operation } => {
                (account, operation.as_str(), json!({ "anything": [1, 2] }))
            }
            Act::Other { account, .. } => (account, "other.thing", json!({})),
        };
        let Value::Object(arguments) = arguments else {
            panic!("not an object")
        };
        self.transaction(*account, operation, arguments, time)
    }

    pub(super) fn transaction(
        &mut self,
        account: usize,
        operation: &str,
        arguments: Map<String, Value>,
        time: BlockTime,
    ) -> VerifiedTransaction {
        self.salt += 1;
        let signer = &self.accounts[account];
        let body = Body {
            account: signer.public_key(),
            arguments,
            chain: self.chain,
            operation: operation.to_owned(),
            cosigners: Vec::new(),
            salt: format!("{:032x}", self.salt),
            valid_until: time.saturating_add(1000),
        };
        let body = canonical::to_bytes(&body).unwrap();
        let signatures = vec![KeyedSignature::by(signer, &body)];
        let rules = Rules {
            chain: self.chain,
            hash: self.algorithm(),
            limits: self.genesis.limits,
        };
        VerifiedTransaction::verify(Transaction { body, signatures }, &rules).unwrap()
    }

    fn execute(
        &mut self,
        act: &Act,
        transaction: &VerifiedTransaction,
        height: Height,
        index: u32,
        time: BlockTime,
    ) -> (u16, Value) {
        let statement = self.algorithm().hash(&[b"statement"]);
        match act {
            Act::Deposit {
                account,
                content,
                links,
                ..
            } => {
                let outcome = self.deposit(*account, *content, transaction, height, index, time);
                if outcome["repeat"] == false {
                    let entry = self.entry(*account, *content);
                    self.links.extend(links.iter().map(|target| {
                        (
                            entry,
                            EvidenceLink {
                                entry: *target,
                                relation: "supplements".to_owned(),
                                height,
                            },
                        )
                    }));
                }
                (0, outcome)
            }
            Act::Batch { account, content } => (
                0,
                self.deposit(*account, *content, transaction, height, index, time),
            ),
            Act::Link { entry, target, .. } => {
                let link = EvidenceLink {
                    entry: *target,
                    relation: "replaces".to_owned(),
                    height,
                };
                self.links.push((*entry, link));
                (0, Value::Null)
            }
            Act::Challenge { account, entry } => {
                let challenge = EvidenceChallenge {
                    challenge: transaction.id(),
                    account: self.account(*account),
                    grounds: "technical".to_owned(),
                    statement,
                    height,
                    time,
                    finding: None,
                    finding_statement: None,
                    finding_height: None,
                };
                self.challenges.push((*entry, challenge));
                (0, json!({ "challenge": transaction.id() }))
            }
            Act::Resolve { challenge, .. } => {
                for (_, one) in self
                    .challenges
                    .iter_mut()
                    .filter(|(_, one)| one.challenge == *challenge)
                {
                    one.finding = Some("dismissed".to_owned());
                    one.finding_statement = Some(statement);
                    one.finding_height = Some(height);
                }
                (0, Value::Null)
            }
            Act::Rejected { .. } => (2001, Value::Null),
            Act::Other { outcome, .. } => (0, outcome.clone()),
        }
    }

    fn deposit(
        &mut self,
        account: usize,
        content: u32,
        transaction: &VerifiedTransaction,
        height: Height,
        index: u32,
        time: BlockTime,
    ) -> Value {
        let (entry, commitment) = (self.entry(account, content), Self::commitment(content));
        if let Some(known) = self.entries.iter().find(|known| known.entry == entry) {
            let first = json!({ "entry": known.entry, "height": known.height, "time": known.time });
            return json!({ "entry": entry, "first": first, "repeat": true });
        }
        let own = FirstDeposit { entry, height, time };
        let first = self.firsts.entry(commitment).or_insert(own).clone();
        let arguments = &transaction.body().arguments;
        self.entries.push(EvidenceEntry {
            entry,
            account: self.account(account),
            commitment,
            kind: serde_json::from_value(arguments["kind"].clone()).unwrap(),
            items: arguments.get("items").and_then(Value::as_u64),
            size: arguments.get("size").and_then(Value::as_u64),
            media_type: arguments
                .get("media_type")
                .and_then(Value::as_str)
                .map(str::to_owned),
            capture: arguments.get("capture").cloned(),
            transaction: transaction.id(),
            height,
            index,
            time,
            first: first.clone(),
        });
        json!({
            "entry": entry,
            "first": { "entry": first.entry, "height": first.height, "time": first.time },
            "repeat": false,
        })
    }
}

/// A chain of `blocks` small blocks in which everything happens that can.
pub(super) fn eventful(suite: Suite, blocks: u32) -> Ledger {
    let mut ledger = Ledger::new(suite);
    for n in 0..blocks {
        let kind = if n % 3 == 0 {
            CommitmentKind::Open
        } else {
            CommitmentKind::Sealed
        };
        let earlier = |ledger: &Ledger, back: usize| {
            ledger
                .entries
                .iter()
                .rev()
                .nth(back)
                .map_or_else(|| ledger.entry(0, 0), |entry| entry.entry)
        };
        let mut acts = vec![
            Act::Deposit {
                account: 0,
                content: n,
                kind,
                links: Vec::new(),
                capture: n % 2 == 0,
            },
            // Somebody else has the same content, later or in the same block; somebody repeats himself.
            Act::Deposit {
                account: 1,
                content: n / 2,
                kind,
                links: vec![earlier(&ledger, 0)],
                capture: false,
            },
            Act::Rejected {
                account: 2,
                operation: format!("no such\0operation \\{n}"),
            },
        ];
        match n % 5 {
            0 => acts.push(Act::Batch {
                account: 3,
                content: 1_000_000 + n,
            }),
            1 => acts.push(Act::Challenge {
                account: 2,
                entry: earlier(&ledger, 1),
            }),
            2 => {
                let challenge = ledger.challenges.last().unwrap().1.challenge;
                acts.push(Act::Resolve {
                    account: 3,
                    challenge,
                });
            }
            3 => acts.push(Act::Link {
                account: 0,
                entry: earlier(&ledger, 3),
                target: earlier(&ledger, 0),
            }),
            _ => acts = vec![],
        }
        if n % 7 == 0 {
            acts.push(Act::Other {
                account: 0,
                outcome: json!({ "words": "甲\u{0}乙", "list": [null, true, 3] }),
            });
            acts.push(Act::Other {
                account: 1,
                outcome: json!({ "concerns": ["sha256:aa", "12990100000001011T"], "n": n }),
            });
            acts.push(Act::Other {
                account: 2,
                outcome: json!({
                    "access": { "officer": "sha256:bb", "sequence": n, "source": "1299020000000102XP", "subject": "sha256:aa" },
                }),
            });
        }
        ledger.make(&acts, n % 3 != 1);
    }
    ledger
}
