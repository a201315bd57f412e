//! A small chain whose keys are the same in every run: blocks, certificates and receipt files made by the types alone.

#![allow(dead_code, reason = "every test file uses a part of it")]

use serde_json::{Map, Value, json};
use yinxin_client::deposit::{Capture, Deposit, Part, Piece};
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey, PublicKey, SignatureAlgorithm};
use yinxin_types::block::transactions_root;
use yinxin_types::certificate::Vote;
use yinxin_types::merkle::{Tree, leaf_hash};
use yinxin_types::receipt::{Ancestry, FileDescription, Subject, entry_id, receipts_tree};
use yinxin_types::validators::Change;
use yinxin_types::{
    BlockTime, Certificate, Envelope, Genesis, Header, Height, Limits, Member, Occurrence, Receipt,
    ReceiptFile, StateOperations, Suite, Transaction, ValidatorSet,
};

/// Time of the genesis.
pub const START: u64 = 1_767_225_600_000;

pub fn ed25519(seed: u8) -> PrivateKey {
    PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &[seed; 32]).unwrap()
}

pub fn sm2(seed: u8) -> PrivateKey {
    PrivateKey::from_bytes(SignatureAlgorithm::Sm2, &[seed; 32]).unwrap()
}

/// The voting keys of the members, in the order of their bytes.
pub fn validators() -> Vec<PrivateKey> {
    let mut keys: Vec<_> = (201..=204).map(ed25519).collect();
    keys.sort_by_key(PrivateKey::public_key);
    keys
}

pub fn genesis(suite: Suite, name: &str) -> Genesis {
    let departments = [
        ("11990100000002129L", "甲市人民法院", "court"),
        ("1199010000000209X4", "甲市数据局", "data"),
        ("11990100000002057U", "甲市公安局", "police"),
        ("11990100000002081C", "甲市审计局", "audit"),
    ];
    let members =
        departments
            .iter()
            .zip(101..)
            .zip(201..)
            .map(|(((code, name, role), account), validator)| Member {
                account: ed25519(account).public_key(),
                code: code.parse().unwrap(),
                name: (*name).to_owned(),
                roles: vec![(*role).to_owned()],
                validator: ed25519(validator).public_key(),
            });
    Genesis::new(
        name.to_owned(),
        suite,
        BlockTime(START),
        members.collect(),
        // Given in full: the list of receipts is kept, whatever new chains are founded with.
        Limits {
            block_bytes: 4 << 20,
            block_transactions: 8192,
            transaction_bytes: 64 << 10,
            window_ms: 600_000,
        },
    )
    .unwrap()
}

/// One transaction to go into a block, and what became of it.
pub struct Entry {
    pub envelope: Envelope,
    pub code: u16,
    pub outcome: Value,
}

/// One timer that fired in a block, and what came of it.
pub struct Fired {
    pub occurrence: Occurrence,
    pub code: u16,
    pub outcome: Value,
}

/// The transaction of a receipt file that is about one.
pub fn envelope(file: &mut ReceiptFile) -> &mut Envelope {
    match &mut file.subject {
        Subject::Transaction(envelope) => envelope,
        Subject::Occurrence(_) => panic!("it is about an occurrence"),
    }
}

/// A chain that grows block by block.
pub struct Chain {
    pub genesis: Genesis,
    pub headers: Vec<Header>,
    receipts: Vec<Vec<Receipt>>,
    envelopes: Vec<Vec<Envelope>>,
    occurrences: Vec<Vec<Occurrence>>,
    /// Sets that follow the founders: first epoch, and seeds of the keys.
    sets: Vec<(u64, Vec<u8>)>,
}

impl Chain {
    pub fn new(suite: Suite) -> Self {
        Self::named(suite, "甲市存证链")
    }

    pub fn named(suite: Suite, name: &str) -> Self {
        let genesis = genesis(suite, name);
        let operations = StateOperations {
            end: 1,
            root: suite.hash().hash(&[b"operations"]),
            start: 0,
        };
        let state_root = suite.hash().hash(&[b"state"]);
        let first = Header::genesis(&genesis, state_root, operations).unwrap();
        Self {
            genesis,
            headers: vec![first],
            receipts: vec![Vec::new()],
            envelopes: vec![Vec::new()],
            occurrences: vec![Vec::new()],
            sets: Vec::new(),
        }
    }

    /// From an epoch on the keys of these seeds vote.
    pub fn change(&mut self, epoch: u64, seeds: &[u8]) {
        self.sets.push((epoch, seeds.to_vec()));
    }

    /// The keys that vote in an epoch, in the order of their bytes.
    pub fn voters(&self, epoch: u64) -> Vec<PrivateKey> {
        let set = self.sets.iter().rfind(|(from, _)| *from <= epoch);
        let Some((_, seeds)) = set else {
            return validators();
        };
        let mut keys: Vec<_> = seeds.iter().copied().map(ed25519).collect();
        keys.sort_by_key(PrivateKey::public_key);
        keys
    }

    fn set(&self, epoch: u64) -> ValidatorSet {
        match self.sets.iter().rfind(|(from, _)| *from <= epoch) {
            Some((from, _)) => ValidatorSet {
                epoch: *from,
                validators: self.voters(epoch).iter().map(PrivateKey::public_key).collect(),
            },
            None => self.genesis.validators(),
        }
    }

    /// The changes from the founders to those who vote in an epoch, each signed by all but one of the old set.
    pub fn history_of(&self, epoch: u64) -> Vec<Change> {
        let changes = self.sets.iter().filter(|(from, _)| *from <= epoch);
        changes
            .map(|(from, _)| {
                let height = usize::try_from(Height::first_of(*from).0).unwrap() - 1;
                let header = self.headers[height].clone();
                let mut old = self.voters(from - 1);
                old.remove(1);
                Change {
                    certificate: certify(&header, &old),
                    header,
                    validators: self.set(*from),
                }
            })
            .collect()
    }

    /// Adds empty blocks until the last one has this height.
    pub fn until(&mut self, height: usize) {
        while self.headers.len() <= height {
            self.block(Vec::new());
        }
    }

    pub fn id(&self) -> Digest {
        self.genesis.chain().unwrap()
    }

    pub fn hash(&self) -> HashAlgorithm {
        self.genesis.suite.hash()
    }

    pub fn time_of(&self, height: usize) -> BlockTime {
        BlockTime(START + 1000 * u64::try_from(height).unwrap())
    }

    fn history(&self, blocks: usize) -> Tree {
        let leaves = self.headers[..blocks]
            .iter()
            .map(|header| leaf_hash(self.hash(), header.hash().bytes()));
        Tree::new(self.hash(), leaves.collect())
    }

    /// Adds a block and gives its height.
    pub fn block(&mut self, entries: Vec<Entry>) -> usize {
        self.block_with(entries, Vec::new())
    }

    /// Adds a block in which timers fired.
    pub fn block_with(&mut self, entries: Vec<Entry>, fired: Vec<Fired>) -> usize {
        let stated = (entries.len(), fired.len());
        self.block_that_says(entries, fired, stated)
    }

    /// Adds a block whose header states these numbers of transactions and occurrences, true or not.
    pub fn block_that_says(
        &mut self,
        entries: Vec<Entry>,
        fired: Vec<Fired>,
        stated: (usize, usize),
    ) -> usize {
        let number = self.headers.len();
        let height = Height(u64::try_from(number).unwrap());
        let time = self.time_of(number);
        let transactions: Vec<_> = entries
            .iter()
            .map(|entry| Transaction::from(entry.envelope.clone()))
            .collect();
        let acts = entries.iter().zip(&transactions);
        let acts = acts.map(|(entry, transaction)| (entry.code, &entry.outcome, transaction.id(self.hash())));
        let alarms = fired
            .iter()
            .map(|one| (one.code, &one.outcome, one.occurrence.id().unwrap()));
        let receipts: Vec<_> = acts
            .chain(alarms)
            .zip(0..)
            .map(|((code, outcome, transaction), index)| Receipt {
                code,
                height,
                index,
                outcome: outcome.clone(),
                time,
                transaction,
            })
            .collect();
        let parent = &self.headers[number - 1];
        let header = Header {
            chain: self.id(),
            epoch: height.epoch(),
            height,
            history_root: self.history(number).root(),
            leader: validators()[number % 4].public_key(),
            occurrences: u32::try_from(stated.1).unwrap(),
            parent: parent.hash(),
            parent_view: parent.view,
            receipts_root: receipts_tree(self.hash(), &receipts).root(),
            state_operations: parent.state_operations,
            state_root: self.hash().hash(&[b"state", &height.0.to_be_bytes()]),
            time,
            transactions: u32::try_from(stated.0).unwrap(),
            transactions_root: transactions_root(self.hash(), &transactions),
            validators: self.set(height.next().unwrap().epoch()).digest(self.hash()),
            version: Header::VERSION,
            // Views are skipped when a leader is away.
            view: height.0 * 150 + 1,
        };
        self.headers.push(header);
        self.receipts.push(receipts);
        self.envelopes
            .push(entries.into_iter().map(|entry| entry.envelope).collect());
        self.occurrences
            .push(fired.into_iter().map(|one| one.occurrence).collect());
        number
    }

    /// A certificate over a block by the members with these positions in the order of keys.
    pub fn certify(&self, header: &Header, signers: &[usize]) -> Certificate {
        let keys: Vec<_> = signers
            .iter()
            .map(|signer| self.voters(header.epoch).swap_remove(*signer))
            .collect();
        certify(header, &keys)
    }

    /// The receipt file of a transaction, certified by its own block or, with `through`, by a later one.
    pub fn receipt(&self, height: usize, index: usize, through: Option<usize>) -> ReceiptFile {
        let header = self.headers[height].clone();
        let certified = &self.headers[through.unwrap_or(height)];
        let ancestry = through.map(|later| Ancestry {
            header: self.headers[later].clone(),
            path: self.history(later).path(height).unwrap(),
        });
        // All but one.
        let voters = self.voters(certified.epoch).len();
        let signers: Vec<_> = (0..voters).filter(|place| *place != 2).collect();
        ReceiptFile {
            ancestry,
            certificate: self.certify(certified, &signers),
            format: ReceiptFile::FORMAT.to_owned(),
            genesis: self.genesis.clone(),
            header,
            history: self.history_of(certified.epoch),
            item: None,
            opening: None,
            receipt: self.receipts[height][index].clone(),
            receipt_path: receipts_tree(self.hash(), &self.receipts[height])
                .path(index)
                .unwrap(),
            subject: match self.envelopes[height].get(index) {
                Some(envelope) => Subject::Transaction(envelope.clone()),
                None => {
                    let place = index - self.envelopes[height].len();
                    Subject::Occurrence(self.occurrences[height][place].clone())
                }
            },
        }
    }

    /// Signs a deposit and the outcome it gets as the first of its commitment at `height`.
    pub fn deposit(
        &self,
        deposit: &Deposit,
        height: usize,
        by: &PrivateKey,
        cosigners: &[&PrivateKey],
        salt: u8,
    ) -> Entry {
        let until = self.time_of(height).saturating_add(60_000);
        let envelope = deposit
            .request
            .sign_with_salt(self.id(), until, by, cosigners, [salt; 16])
            .unwrap();
        self.deposited(deposit, height, by.public_key(), envelope)
    }

    /// A signed deposit by any account and the outcome it gets.
    pub fn deposited(&self, deposit: &Deposit, height: usize, by: PublicKey, envelope: Envelope) -> Entry {
        let arguments = &deposit.request.arguments;
        let commitment = arguments
            .get("commitment")
            .or(arguments.get("root"))
            .unwrap()
            .as_str()
            .unwrap();
        let entry = entry_id(self.hash(), &by, &commitment.parse().unwrap());
        let first = json!({ "entry": entry, "height": height, "time": self.time_of(height) });
        Entry {
            envelope,
            code: 0,
            outcome: json!({ "entry": entry, "first": first, "repeat": false }),
        }
    }
}

/// A certificate over a block by any keys, in their order.
pub fn certify(header: &Header, keys: &[PrivateKey]) -> Certificate {
    let mut certificate = Certificate {
        block: header.hash(),
        epoch: header.epoch,
        parent_view: header.parent_view,
        signatures: Vec::new(),
        view: header.view,
    };
    let message = certificate.message(&header.chain);
    let votes = keys.iter().map(|key| Vote {
        signature: key.sign(&message),
        validator: key.public_key(),
    });
    certificate.signatures = votes.collect();
    certificate
}

pub const CONTENT: &[u8] = "存证样本 sample evidence\n".as_bytes();

pub fn description(name: &str, content: &[u8]) -> FileDescription {
    FileDescription {
        media_type: "text/plain".to_owned(),
        name: name.to_owned(),
        size: u64::try_from(content.len()).unwrap(),
    }
}

pub fn sealed(algorithm: HashAlgorithm, content: &[u8], salt: u8) -> Piece {
    Piece::sealed(
        algorithm.hash(&[content]),
        description("样本.txt", content),
        [salt; 32],
    )
}

pub fn open(algorithm: HashAlgorithm, content: &[u8]) -> Piece {
    Piece::open(algorithm.hash(&[content]), description("样本.txt", content))
}

pub fn capture() -> Capture {
    let mut details = Map::new();
    details.insert("operator".to_owned(), json!("取证员 001"));
    details.insert("source".to_owned(), json!("https://example.invalid/page"));
    Capture {
        details,
        salt: [77; 32],
        environment: "清洁虚拟机,网络经核对 clean virtual machine".to_owned(),
        from: BlockTime(START - 120_000),
        to: BlockTime(START - 60_000),
        tool: "web-capture".to_owned(),
        tool_digest: Some(HashAlgorithm::Sha256.hash(&[b"tool"])),
        tool_version: "3.1.4".to_owned(),
    }
}

/// Puts item and opening into a receipt file.
pub fn with_part(mut file: ReceiptFile, part: Part) -> ReceiptFile {
    file.item = part.item;
    file.opening = Some(part.opening);
    file
}

/// A filler transaction, so that blocks have more than one.
pub fn filler(chain: &Chain, height: usize, salt: u8) -> Entry {
    let piece = open(chain.hash(), &[salt]);
    let deposit = Deposit::single(piece, None, &[]).unwrap();
    chain.deposit(&deposit, height, &ed25519(9), &[], salt)
}

/// A chain with one sealed single deposit with capture as the second of three transactions of block 1, its receipt file.
pub fn sealed_single(suite: Suite) -> (Chain, ReceiptFile) {
    let mut chain = Chain::new(suite);
    let deposit = Deposit::single(sealed(suite.hash(), CONTENT, 5), Some(&capture()), &[]).unwrap();
    let entries = vec![
        filler(&chain, 1, 11),
        chain.deposit(&deposit, 1, &ed25519(1), &[], 1),
        filler(&chain, 1, 12),
    ];
    chain.block(entries);
    let file = with_part(chain.receipt(1, 1, None), deposit.parts[0].clone());
    (chain, file)
}

pub fn text(file: &ReceiptFile) -> String {
    serde_json::to_string(file).unwrap()
}
