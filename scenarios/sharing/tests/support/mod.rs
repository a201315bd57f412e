//! A chain in memory with this scenario, and stand-ins that answer what it asks of `identity` and `governance`. The real ones stand beside it
//! in the stories of crates/node/tests.

#![allow(dead_code, reason = "every test file uses a part of it")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

pub mod standins;

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde_json::{Value, json};
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey};
use yinxin_execution::Scenario;
use yinxin_execution::workbench;
pub use yinxin_execution::workbench::key;
use yinxin_types::{BlockTime, Genesis, Limits, Member, Receipt, Suite};

pub const START: u64 = 1_772_064_000_000;
pub const HOUR: u64 = 3_600_000;
pub const DAY: u64 = 24 * HOUR;

/// Provident fund of city A, accredited to issue.
pub const A: &str = "12990100000001011T";
/// Provident fund of city B.
pub const B: &str = "1299020000000102XP";
/// A bank: an enrolled organisation, no member.
pub const BANK: &str = "91990100MA000A055A";
/// A member that was removed.
pub const REMOVED: &str = "11990100000002129L";
/// Members that only stand in lists.
pub const OTHERS: [&str; 6] = [
    "11990100000002014E",
    "119901000000020229",
    "119901000000020304",
    "119901000000020491",
    "11990100000002057U",
    "11990100000002065N",
];

pub const READER: &str = "x25519:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// Persons.
pub const WANG: u8 = 1;
pub const LI: u8 = 2;
/// A key of Wang's that was revoked, and one whose validity has passed.
pub const WANG_REVOKED: u8 = 3;
pub const WANG_EXPIRED: u8 = 4;
/// Wang's guardian, and an agent of his whose mandate has ended.
pub const GUARDIAN: u8 = 5;
pub const FORMER_AGENT: u8 = 6;
/// Seals.
pub const SEAL_A: u8 = 10;
pub const SEAL_B: u8 = 20;
pub const SEAL_BANK: u8 = 30;
/// Officers: two of each, and one of A whose mandate has ended.
pub const A1: u8 = 11;
pub const A2: u8 = 12;
pub const A_LEAVER: u8 = 13;
pub const B1: u8 = 21;
pub const B2: u8 = 22;
pub const BANK1: u8 = 31;
/// Nobody.
pub const STRANGER: u8 = 200;

pub fn party(seed: u8) -> Digest {
    HashAlgorithm::Sha256.hash(&[b"party", &[seed]])
}

pub fn digest(text: &str) -> Digest {
    HashAlgorithm::Sha256.hash(&[text.as_bytes()])
}

/// Arguments with one member set to another value.
pub fn with(mut arguments: Value, name: &str, value: Value) -> Value {
    arguments[name] = value;
    arguments
}

/// Arguments without one member.
pub fn without(mut arguments: Value, name: &str) -> Value {
    arguments.as_object_mut().unwrap().remove(name);
    arguments
}

pub fn id(receipt: &Receipt, name: &str) -> Digest {
    receipt.outcome[name].as_str().unwrap().parse().unwrap()
}

pub fn ask_for() -> Value {
    json!({ "holder": A, "kind": "hpf-certificate", "purpose": "loan" })
}

/// What the clerk of B sends under a lease as [`World::lease`] grants it.
pub fn look(lease: &Digest) -> Value {
    json!({
        "case": "LX-2026-0001", "fields": ["bal", "basenum"], "for": B, "lease": lease, "purpose": "loan", "reader": READER,
    })
}

pub fn own_view(certificate: &Digest) -> Value {
    json!({ "certificate": certificate, "fields": ["bal"], "purpose": "", "reader": READER })
}

pub struct World(workbench::World);

impl World {
    pub fn new() -> Self {
        Self::with_suite(Suite::Intl)
    }

    pub fn with_suite(suite: Suite) -> Self {
        let member = Member {
            account: key(SEAL_A).public_key(),
            code: A.parse().unwrap(),
            name: "甲市住房公积金管理中心".to_owned(),
            roles: Vec::new(),
            validator: key(99).public_key(),
        };
        let genesis = Genesis::new(
            "共享链".to_owned(),
            suite,
            BlockTime(START),
            vec![member],
            Limits::default(),
        );
        let scenarios: Vec<Arc<dyn Scenario>> = vec![
            yinxin_sharing::scenario(),
            Arc::new(standins::Identity),
            Arc::new(standins::Governance),
        ];
        Self(workbench::World::new(genesis.unwrap(), scenarios))
    }

    pub fn receipt(&mut self, by: &[u8], operation: &str, arguments: Value) -> Receipt {
        let keys: Vec<PrivateKey> = by.iter().map(|seed| key(*seed)).collect();
        self.run_by(&keys.iter().collect::<Vec<_>>(), operation, arguments)
    }

    /// The name of the code.
    pub fn try_by(&mut self, by: &[u8], operation: &str, arguments: Value) -> &'static str {
        let receipt = self.receipt(by, operation, arguments);
        self.name(&receipt)
    }

    pub fn ok(&mut self, by: &[u8], operation: &str, arguments: Value) -> Receipt {
        let receipt = self.receipt(by, operation, arguments);
        let name = self.name(&receipt);
        assert_eq!(name, "OK", "{operation}");
        receipt
    }

    pub fn answer(&mut self, question: &str, about: Value) -> Value {
        let arguments = json!({ "about": about, "question": question });
        self.ok(&[250], "governance.ask", arguments).outcome
    }

    pub fn asked(&mut self, question: &str, about: Value) -> &'static str {
        self.try_by(
            &[250],
            "governance.ask",
            json!({ "about": about, "question": question }),
        )
    }

    pub fn request_by(&mut self, person: u8) -> Digest {
        id(&self.ok(&[person], "sharing.request", ask_for()), "request")
    }

    pub fn request(&mut self) -> Digest {
        self.request_by(WANG)
    }

    pub fn issue_arguments(&self, request: &Digest, index: u32) -> Value {
        json!({
            "credential": digest("credential"), "material": digest("material"), "request": request,
            "status": { "index": index, "list": 0 }, "until": self.time + 90 * DAY,
        })
    }

    /// A certificate for Wang at a place of A's first list.
    pub fn certificate(&mut self, index: u32) -> Digest {
        let request = self.request();
        let arguments = self.issue_arguments(&request, index);
        id(&self.ok(&[A1, SEAL_A], "sharing.issue", arguments), "certificate")
    }

    pub fn lease_arguments(&self, certificate: &Digest) -> Value {
        json!({
            "case": "LX-2026-0001", "certificate": certificate, "fields": ["amt", "bal", "basenum"], "grantee": B,
            "purpose": "loan", "until": self.time + 30 * DAY, "uses": 1,
        })
    }

    pub fn lease(&mut self, certificate: &Digest, uses: u32) -> Digest {
        let arguments = with(self.lease_arguments(certificate), "uses", json!(uses));
        id(&self.ok(&[WANG], "sharing.lease", arguments), "lease")
    }

    /// The officer of A changes the certificate.
    pub fn change(&mut self, operation: &str, certificate: &Digest) -> &'static str {
        let arguments = json!({ "certificate": certificate, "reason": "信息有误" });
        self.try_by(&[A1, SEAL_A], operation, arguments)
    }

    pub fn state(&mut self, certificate: &Digest) -> Value {
        self.answer("sharing.certificate", json!({ "certificate": certificate }))["state"].clone()
    }

    pub fn lease_state(&mut self, lease: &Digest) -> Value {
        self.answer("sharing.lease", json!({ "lease": lease }))["state"].clone()
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
