//! A chain in memory: four departments, one of them a court, and blocks made on demand.

#![allow(dead_code, reason = "every test file uses a part of it")]

use std::ops::{Deref, DerefMut};

use serde_json::{Map, Value, json};
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey};
use yinxin_execution::workbench;
pub use yinxin_execution::workbench::key;
use yinxin_types::{BlockTime, Genesis, Limits, Member, Receipt, Suite};

/// The time of the first block after the genesis.
pub const START: u64 = 1_767_225_600_000;

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

/// The chain with the evidence scenario.
pub struct World(workbench::World);

impl World {
    pub fn new() -> Self {
        Self::with_suite(Suite::Intl)
    }

    pub fn with_suite(suite: Suite) -> Self {
        Self(workbench::World::new(
            genesis(suite),
            vec![yinxin_evidence::scenario()],
        ))
    }

    /// Deposits an open commitment and gives the entry.
    pub fn deposited(&mut self, by: &PrivateKey, commitment: &Digest) -> Digest {
        let receipt = self.run(by, "evidence.deposit", deposit(commitment));
        assert_eq!(receipt.code, 0);
        digest(&receipt, "entry")
    }
}

impl Deref for World {
    type Target = workbench::World;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
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
