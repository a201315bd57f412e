//! A chain in memory for the tests of scenarios (feature `workbench`): blocks made on demand, at any time, over a state that is a map.
//! It runs the real [`Run`] and the real verification of transactions; what it leaves out is consensus and disks.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use yinxin_crypto::{HashAlgorithm, PrivateKey, SignatureAlgorithm};
use yinxin_types::transaction::{KeyedSignature, Rules};
use yinxin_types::{
    BlockTime, Body, Genesis, Height, Receipt, StateKey, Transaction, VerifiedTransaction, canonical,
};

use crate::{
    BlockContext, ChainRecord, Executed, Failure, Inquiry, Progress, Registry, Run, Scenario, SeenRecord,
};

/// How long a signed transaction is valid, in milliseconds.
const VALIDITY_MS: u64 = 60_000;
/// How long after the last block the next one follows, in milliseconds.
const STEP_MS: u64 = 1000;

/// An Ed25519 key that is the same in every run.
pub fn key(seed: u8) -> PrivateKey {
    PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &[seed; 32]).expect("any 32 bytes are a key")
}

/// A chain with its state.
pub struct World {
    /// The founding document.
    pub genesis: Genesis,
    /// The scenarios.
    pub registry: Registry,
    /// Every record.
    pub state: BTreeMap<StateKey, Vec<u8>>,
    /// Height of the last block.
    pub height: u64,
    /// Time of the last block.
    pub time: u64,
    salt: u128,
}

impl World {
    /// A chain at its genesis.
    pub fn new(genesis: Genesis, scenarios: Vec<Arc<dyn Scenario>>) -> Self {
        let time = genesis.time.0 + STEP_MS;
        Self {
            genesis,
            registry: Registry::new(scenarios).expect("scenarios that fit together"),
            state: BTreeMap::new(),
            height: 0,
            time,
            salt: 0,
        }
    }

    /// The algorithm of the chain's digests.
    pub fn hash(&self) -> HashAlgorithm {
        self.genesis.suite.hash()
    }

    /// Lets time pass: the next block is a second after `time`.
    pub fn at(&mut self, time: u64) -> &mut Self {
        assert!(time >= self.time, "time does not run backwards");
        self.time = time;
        self
    }

    /// A signed and verified transaction, by the first key with the others as cosigners; every one has another salt.
    pub fn sign_by(
        &mut self,
        by: &[&PrivateKey],
        operation: &str,
        arguments: Value,
    ) -> Arc<VerifiedTransaction> {
        self.salt += 1;
        let Value::Object(arguments) = arguments else {
            panic!("arguments are an object")
        };
        let chain = self.genesis.chain().expect("a valid genesis");
        let body = Body {
            account: by.first().expect("somebody signs").public_key(),
            arguments,
            chain,
            cosigners: by.iter().skip(1).map(|key| key.public_key()).collect(),
            operation: operation.to_owned(),
            salt: format!("{:032x}", self.salt),
            valid_until: BlockTime(self.time + VALIDITY_MS),
        };
        let body = canonical::to_bytes(&body).expect("a body has a canonical form");
        let signatures = by.iter().map(|key| KeyedSignature::by(key, &body));
        let transaction = Transaction {
            signatures: signatures.collect(),
            body,
        };
        let rules = Rules {
            chain,
            hash: self.hash(),
            limits: self.genesis.limits,
        };
        Arc::new(VerifiedTransaction::verify(transaction, &rules).expect("it was signed here"))
    }

    /// A transaction signed by one key.
    pub fn sign(&mut self, by: &PrivateKey, operation: &str, arguments: Value) -> Arc<VerifiedTransaction> {
        self.sign_by(&[by], operation, arguments)
    }

    /// Runs one block over the state and keeps its changes.
    pub fn block(&mut self, transactions: &[Arc<VerifiedTransaction>]) -> Executed {
        self.height += 1;
        self.time += STEP_MS;
        let block = BlockContext {
            height: Height(self.height),
            time: BlockTime(self.time),
            parent: self.hash().hash(&[&self.height.to_be_bytes()]),
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
                Progress::Unsupported(lacking) => panic!("{}", lacking.rejection()),
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
    pub fn run_by(&mut self, by: &[&PrivateKey], operation: &str, arguments: Value) -> Receipt {
        let transaction = self.sign_by(by, operation, arguments);
        self.block(&[transaction]).receipts.remove(0)
    }

    /// Runs one transaction by one key in a block of its own.
    pub fn run(&mut self, by: &PrivateKey, operation: &str, arguments: Value) -> Receipt {
        self.run_by(&[by], operation, arguments)
    }

    /// Runs one transaction and gives the name of the code it is rejected with, `OK` where it is executed.
    pub fn code_by(&mut self, by: &[&PrivateKey], operation: &str, arguments: Value) -> &'static str {
        let receipt = self.run_by(by, operation, arguments);
        self.name(&receipt)
    }

    /// [`World::code_by`] one key.
    pub fn code(&mut self, by: &PrivateKey, operation: &str, arguments: Value) -> &'static str {
        self.code_by(&[by], operation, arguments)
    }

    /// What a scenario answers after the last block, to somebody who signs with this key.
    pub fn ask(&self, by: &PrivateKey, question: &str, about: &Value) -> Result<Value, Failure> {
        let block = BlockContext {
            height: Height(self.height),
            time: BlockTime(self.time),
            parent: self.hash().hash(&[&self.height.to_be_bytes()]),
        };
        let chain = self.genesis.chain().expect("a valid genesis");
        let mut inquiry = Inquiry::new(&self.registry, &self.genesis, chain, block, by.public_key());
        loop {
            match inquiry.ask(question, about) {
                Err(Failure::Wanted(key)) => inquiry.supply(key, self.state.get(&key).cloned()),
                answered => return answered,
            }
        }
    }

    /// The name of a receipt's code, `OK` where the transaction was executed.
    pub fn name(&self, receipt: &Receipt) -> &'static str {
        if receipt.code == 0 {
            return "OK";
        }
        self.registry
            .code(receipt.code)
            .expect("a code of the registry")
            .name
    }

    /// The records beside those that every block writes.
    pub fn records(&self) -> BTreeMap<StateKey, Vec<u8>> {
        let system = (1..=self.height)
            .map(|height| SeenRecord::key(self.hash(), Height(height)))
            .chain([ChainRecord::key(self.hash())]);
        let mut records = self.state.clone();
        for key in system {
            records.remove(&key);
        }
        records
    }
}
