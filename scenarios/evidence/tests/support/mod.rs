//! A chain in memory: four departments, one of them a court, and blocks made on demand.

#![allow(dead_code, reason = "every test file uses a part of it")]

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey, SignatureAlgorithm};
use yinxin_execution::{BlockContext, Executed, Progress, Registry, Run};
use yinxin_types::transaction::{KeyedSignature, Rules};
use yinxin_types::{
    BlockTime, Body, Genesis, Height, Limits, Member, Receipt, StateKey, Suite, Transaction,
    VerifiedTransaction, canonical,
};

/// The time of the first block after the genesis.
pub const START: u64 = 1_767_225_600_000;

/// A key that is the same in every run.
pub fn key(seed: u8) -> PrivateKey {
    PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &[seed; 32]).unwrap()
}

/// The founding court's account.
pub fn court() -> PrivateKey {
    key(101)
}

/// The account of a founding department without roles.
pub fn bureau() -> PrivateKey {
    key(102)
}

/// A digest of some text: an open commitment.
pub fn open(text: &str) -> Digest {
    HashAlgorithm::Sha256.hash(&[text.as_bytes()])
}

pub fn genesis(suite: Suite) -> Genesis {
    let departments: [(&str, &str, u8, &[&str]); 4] = [
        ("11990100000002129L", "甲市人民法院", 101, &["court"]),
        ("1199010000000209X4", "甲市数据局", 102, &[]),
        ("11990100000002057U", "甲市公安局", 103, &[]),
        ("11990100000002081C", "甲市审计局", 104, &[]),
    ];
    let members = departments.map(|(code, name, seed, roles)| Member {
        account: key(seed).public_key(),
        code: code.parse().unwrap(),
        name: name.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        validator: key(seed + 100).public_key(),
    });
    let time = BlockTime(START - 1000);
    Genesis::new(
        "甲市存证链".to_owned(),
        suite,
        time,
        members.to_vec(),
        Limits::default(),
    )
    .unwrap()
}

pub struct World {
    pub genesis: Genesis,
    pub registry: Registry,
    pub state: BTreeMap<StateKey, Vec<u8>>,
    pub height: u64,
    pub time: u64,
    salt: u128,
}

impl World {
    pub fn new() -> Self {
        Self::with_suite(Suite::Intl)
    }

    pub fn with_suite(suite: Suite) -> Self {
        let registry = Registry::new(vec![yinxin_evidence::scenario()]).unwrap();
        Self {
            genesis: genesis(suite),
            registry,
            state: BTreeMap::new(),
            height: 0,
            time: START,
            salt: 0,
        }
    }

    pub fn hash(&self) -> HashAlgorithm {
        self.genesis.suite.hash()
    }

    /// A signed and verified transaction; every one has another salt.
    pub fn sign(&mut self, by: &PrivateKey, operation: &str, arguments: Value) -> Arc<VerifiedTransaction> {
        self.salt += 1;
        let Value::Object(arguments) = arguments else {
            panic!("arguments are an object")
        };
        let chain = self.genesis.chain().unwrap();
        let body = Body {
            account: by.public_key(),
            arguments,
            chain,
            operation: operation.to_owned(),
            cosigners: Vec::new(),
            salt: format!("{:032x}", self.salt),
            valid_until: BlockTime(self.time + 60_000),
        };
        let body = canonical::to_bytes(&body).unwrap();
        let signature = KeyedSignature {
            key: by.public_key(),
            signature: by.sign(&body),
        };
        let rules = Rules {
            chain,
            hash: self.hash(),
            limits: self.genesis.limits,
        };
        Arc::new(
            VerifiedTransaction::verify(
                Transaction {
                    body,
                    signatures: vec![signature],
                },
                &rules,
            )
            .unwrap(),
        )
    }

    /// Runs one block over the state and keeps its changes.
    pub fn block(&mut self, transactions: &[Arc<VerifiedTransaction>]) -> Executed {
        self.height += 1;
        self.time += 1000;
        let parent = self.hash().hash(&[&self.height.to_be_bytes()]);
        let block = BlockContext {
            height: Height(self.height),
            time: BlockTime(self.time),
            parent,
        };
        let mut run = Run::new(&self.registry, &self.genesis, block, transactions);
        let executed = loop {
            match run.advance() {
                Progress::Wanted(keys) => {
                    for key in keys {
                        run.supply(key, self.state.get(&key).cloned());
                    }
                }
                Progress::Done(executed) => break executed,
                Progress::Damaged(key) => panic!("damaged record {key:?}"),
            }
        };
        for (key, value) in &executed.changes {
            match value {
                Some(value) => self.state.insert(*key, value.clone()),
                None => self.state.remove(key),
            };
        }
        *executed
    }

    /// Runs one transaction in a block of its own.
    pub fn run(&mut self, by: &PrivateKey, operation: &str, arguments: Value) -> Receipt {
        let transaction = self.sign(by, operation, arguments);
        self.block(&[transaction]).receipts.remove(0)
    }

    /// Runs one transaction and gives the name of the code it is rejected with, `OK` where it is executed.
    pub fn code(&mut self, by: &PrivateKey, operation: &str, arguments: Value) -> &'static str {
        let receipt = self.run(by, operation, arguments);
        if receipt.code == 0 {
            return "OK";
        }
        assert_eq!(
            receipt.outcome,
            Value::Null,
            "a rejected transaction has no outcome"
        );
        self.registry
            .code(receipt.code)
            .expect("a code of the registry")
            .name
    }

    /// Deposits an open commitment and gives the entry.
    pub fn deposited(&mut self, by: &PrivateKey, commitment: &Digest) -> Digest {
        let receipt = self.run(by, "evidence.deposit", deposit(commitment));
        assert_eq!(receipt.code, 0);
        digest(&receipt, "entry")
    }

    /// How many records there are beside the two that every block writes.
    pub fn records(&self) -> BTreeMap<StateKey, Vec<u8>> {
        let system = (1..=self.height)
            .map(|height| yinxin_execution::SeenRecord::key(self.hash(), Height(height)))
            .chain([yinxin_execution::ChainRecord::key(self.hash())]);
        let mut records = self.state.clone();
        for key in system {
            records.remove(&key);
        }
        records
    }
}

/// A digest in the outcome of a receipt.
pub fn digest(receipt: &Receipt, name: &str) -> Digest {
    receipt.outcome[name].as_str().unwrap().parse().unwrap()
}

/// Arguments of a plain open deposit.
pub fn deposit(commitment: &Digest) -> Value {
    json!({ "commitment": commitment, "kind": "open", "media_type": "text/plain", "size": 3 })
}

/// Arguments with one member set to another value, `null` included.
pub fn with(mut arguments: Value, name: &str, value: Value) -> Value {
    arguments[name] = value;
    arguments
}

/// Arguments without one member.
pub fn without(mut arguments: Value, name: &str) -> Value {
    arguments
        .as_object_mut()
        .map(|members: &mut Map<String, Value>| members.remove(name));
    arguments
}

/// A capture block that ended before the first block.
pub fn capture() -> Value {
    json!({
        "details": open("details"),
        "environment": "clean virtual machine, network checked",
        "from": START - 10_000,
        "to": START - 5_000,
        "tool": "web-capture",
        "tool_digest": null,
        "tool_version": "3.1.4",
    })
}
