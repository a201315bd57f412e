//! Keys, a genesis and signed things that are the same in every run.

#![allow(dead_code, reason = "every test file uses a part of it")]

use serde_json::{Map, Value, json};
use yinxin_crypto::{Digest, PrivateKey, SignatureAlgorithm};
use yinxin_types::block::transactions_root;
use yinxin_types::certificate::Vote;
use yinxin_types::transaction::{KeyedSignature, Rules};
use yinxin_types::{
    Block, BlockTime, Body, Certificate, Genesis, Header, Height, Limits, Member, StateOperations, Suite,
    Transaction, canonical,
};

pub const START: u64 = 1_767_225_600_000;

pub fn ed25519(seed: u8) -> PrivateKey {
    PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &[seed; 32]).unwrap()
}

pub fn sm2(seed: u8) -> PrivateKey {
    PrivateKey::from_bytes(SignatureAlgorithm::Sm2, &[seed; 32]).unwrap()
}

pub const DEPARTMENTS: [(&str, &str); 7] = [
    ("11990100000002129L", "甲市人民法院"),
    ("1199010000000209X4", "甲市数据局"),
    ("11990100000002057U", "甲市公安局"),
    ("11990100000002081C", "甲市审计局"),
    ("11990100000002065N", "甲市人力资源和社会保障局"),
    ("11990100000002073H", "甲市财政局"),
    ("119901000000020229", "甲市住房和城乡建设局"),
];

/// Members in no particular order; the validator of the n-th has the seed `200 + n`.
pub fn members(count: usize) -> Vec<Member> {
    let member = |((code, name), seed): (&(&str, &str), u8)| Member {
        account: ed25519(100 + seed).public_key(),
        code: code.parse().unwrap(),
        name: (*name).to_owned(),
        roles: Vec::new(),
        validator: ed25519(200 + seed).public_key(),
    };
    DEPARTMENTS.iter().zip(1..).take(count).map(member).collect()
}

pub fn genesis(suite: Suite, count: usize) -> Genesis {
    Genesis::new(
        "甲市存证链".to_owned(),
        suite,
        BlockTime(START),
        members(count),
        // Given in full: what new chains are founded with may change, the digests of this one do not.
        Limits {
            block_bytes: 4 << 20,
            block_transactions: 8192,
            transaction_bytes: 64 << 10,
            window_ms: 600_000,
        },
    )
    .unwrap()
}

/// The voting keys of `count` members, sorted by their bytes.
pub fn validators(count: u8) -> Vec<PrivateKey> {
    let mut keys: Vec<_> = (1..=count).map(|seed| ed25519(200 + seed)).collect();
    keys.sort_by_key(PrivateKey::public_key);
    keys
}

pub fn rules(genesis: &Genesis) -> Rules {
    Rules {
        chain: genesis.chain().unwrap(),
        hash: genesis.suite.hash(),
        limits: genesis.limits,
    }
}

pub fn arguments() -> Map<String, Value> {
    json!({ "commitment": "sha256:00", "size": 3 })
        .as_object()
        .unwrap()
        .clone()
}

pub fn body(chain: Digest, by: &PrivateKey) -> Body {
    Body {
        account: by.public_key(),
        arguments: arguments(),
        chain,
        operation: "evidence.deposit".to_owned(),
        cosigners: Vec::new(),
        salt: "00112233445566778899aabbccddeeff".to_owned(),
        valid_until: BlockTime(START + 60_000),
    }
}

pub fn keyed(key: &PrivateKey, message: &[u8]) -> KeyedSignature {
    KeyedSignature::by(key, message)
}

/// Any bytes as a body, signed by these keys.
pub fn signed_bytes(body: Vec<u8>, keys: &[&PrivateKey]) -> Transaction {
    let signatures = keys.iter().map(|key| keyed(key, &body)).collect();
    Transaction { body, signatures }
}

pub fn signed(body: &Body, keys: &[&PrivateKey]) -> Transaction {
    signed_bytes(canonical::to_bytes(body).unwrap(), keys)
}

/// A block of height 1 with these transactions.
pub fn block(genesis: &Genesis, transactions: Vec<Transaction>) -> Block {
    let hash = genesis.suite.hash();
    let digest = |name: &str| hash.hash(&[name.as_bytes()]);
    let operations = StateOperations {
        end: 300,
        root: digest("operations"),
        start: 7,
    };
    let parent = Header::genesis(
        genesis,
        digest("empty state"),
        StateOperations {
            end: 1,
            root: digest("none"),
            start: 0,
        },
    );
    let header = Header {
        chain: genesis.chain().unwrap(),
        epoch: 0,
        height: Height(1),
        history_root: digest("history"),
        leader: validators(1)[0].public_key(),
        occurrences: 0,
        parent: parent.unwrap().hash(),
        parent_view: 0,
        receipts_root: digest("receipts"),
        state_operations: operations,
        state_root: digest("state"),
        time: BlockTime(START + 1000),
        transactions: u32::try_from(transactions.len()).unwrap(),
        transactions_root: transactions_root(hash, &transactions),
        validators: genesis.validators().digest(hash),
        version: Header::VERSION,
        view: 300,
    };
    Block { header, transactions }
}

/// A certificate over a block by these keys in their order.
pub fn certificate(header: &Header, keys: &[&PrivateKey]) -> Certificate {
    let mut certificate = Certificate {
        block: header.hash(),
        epoch: header.epoch,
        parent_view: header.parent_view,
        signatures: Vec::new(),
        view: header.view,
    };
    let message = certificate.message(&header.chain);
    let vote = |key: &&PrivateKey| Vote {
        signature: key.sign(&message),
        validator: key.public_key(),
    };
    certificate.signatures = keys.iter().map(vote).collect();
    certificate
}

pub fn wire(transaction: &Transaction) -> Vec<u8> {
    let mut out = Vec::new();
    transaction.write(&mut out);
    out
}
