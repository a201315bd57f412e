//! A chain in memory with a police bureau, a data bureau, a tax bureau and a registry, and a scenario that asks what others would ask.

#![allow(dead_code, reason = "every test file uses a part of it")]

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey};
use yinxin_execution::workbench;
pub use yinxin_execution::workbench::key;
use yinxin_execution::{Call, Failure, Operation, Records, Scenario};
use yinxin_types::codes::Texts;
use yinxin_types::{BlockTime, Body, Code, Genesis, Limits, Member, Receipt, Rejection, StateKey, Suite};

/// 2026-02-26T00:00:00Z, before the first block.
pub const START: u64 = 1_772_064_000_000;
pub const HOUR: u64 = 3_600_000;
pub const DAY: u64 = 24 * HOUR;

pub const POLICE: &str = "11990100000002057U";
pub const DATA: &str = "1199010000000209X4";
pub const TAX: &str = "119901000000020304";
pub const REGISTRY: &str = "11990100000002081C";
pub const COMPANY: &str = "91990101MA000A012B";
pub const COOPERATIVE: &str = "N2990101MA000A071X";
pub const FIRE: &str = "11990100000002102W";

pub fn police() -> PrivateKey {
    key(101)
}

pub fn data() -> PrivateKey {
    key(102)
}

pub fn tax() -> PrivateKey {
    key(103)
}

pub fn registry() -> PrivateKey {
    key(104)
}

pub fn genesis(suite: Suite, with_registry: bool) -> Genesis {
    let departments: [(&str, &str, u8, &[&str]); 4] = [
        (POLICE, "甲市公安局", 101, &["police"]),
        (DATA, "甲市政务服务和数据管理局", 102, &["identity", "data"]),
        (TAX, "甲市税务局", 103, &["data"]),
        (
            REGISTRY,
            "甲市审计局",
            104,
            if with_registry { &["registry"] } else { &[] },
        ),
    ];
    let members = departments.map(|(code, name, seed, roles)| Member {
        account: key(seed).public_key(),
        code: code.parse().unwrap(),
        name: name.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        validator: key(seed + 100).public_key(),
    });
    let name = "甲市身份链".to_owned();
    Genesis::new(name, suite, BlockTime(START), members.to_vec(), Limits::default()).unwrap()
}

/// Asks what it is told to ask, and acts where an officer with a seal acts.
struct Probe;

static NONE: LazyLock<Texts> = LazyLock::new(|| Texts::parse("{}"));

fn any(_: &Body) -> Result<(), Rejection> {
    Ok(())
}

fn nothing(_: &Call<'_>) -> Vec<StateKey> {
    Vec::new()
}

fn ask(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments = &call.body.arguments;
    call.ask(
        records,
        arguments["question"].as_str().unwrap(),
        &arguments["about"],
    )
}

fn act(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let about = json!({ "for": call.body.arguments["for"], "scope": "probe.act" });
    call.ask(records, "identity.acting", &about)
}

fn represent(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let about = json!({ "principal": call.body.arguments["principal"], "scope": "probe.represent" });
    call.ask(records, "identity.representation", &about)
}

impl Scenario for Probe {
    fn name(&self) -> &'static str {
        "probe"
    }
    fn operations(&self) -> &'static [Operation] {
        &[
            Operation {
                id: "probe.ask",
                check: any,
                reads: nothing,
                run: ask,
            },
            Operation {
                id: "probe.act",
                check: any,
                reads: nothing,
                run: act,
            },
            Operation {
                id: "probe.represent",
                check: any,
                reads: nothing,
                run: represent,
            },
        ]
    }
    fn asks(&self) -> &'static [&'static str] {
        &[
            "identity.actor",
            "identity.acting",
            "identity.mandate",
            "identity.representation",
            "identity.issuer",
            "identity.recovery",
        ]
    }
    fn codes(&self) -> &'static [Code] {
        &[]
    }
    fn zh(&self) -> &'static Texts {
        &NONE
    }
    fn en(&self) -> &'static Texts {
        &NONE
    }
}

pub struct World(workbench::World);

impl World {
    pub fn new() -> Self {
        Self::with(Suite::Intl, true)
    }

    pub fn with(suite: Suite, with_registry: bool) -> Self {
        let scenarios: Vec<Arc<dyn Scenario>> = vec![yinxin_identity::scenario(), Arc::new(Probe)];
        Self(workbench::World::new(genesis(suite, with_registry), scenarios))
    }

    /// Lets time pass.
    pub fn wait(&mut self, ms: u64) {
        let time = self.time + ms;
        self.at(time);
    }

    /// A commitment; what it commits to does not matter here.
    pub fn commitment(&self, text: &str) -> Digest {
        self.hash().hash(&[text.as_bytes()])
    }

    pub fn ok(&mut self, by: &[&PrivateKey], operation: &str, arguments: Value) -> Receipt {
        let receipt = self.run_by(by, operation, arguments);
        let name = self.name(&receipt);
        assert_eq!(name, "OK", "{operation}");
        receipt
    }

    /// A person enrolled by the police with this key.
    pub fn person(&mut self, seed: u8) -> Digest {
        let arguments = self.person_arguments(seed);
        let receipt = self.ok(&[&police(), &key(seed)], "identity.enrol", arguments);
        digest(&receipt, "party")
    }

    pub fn person_arguments(&self, seed: u8) -> Value {
        let commitment = self.commitment(&format!("person {seed}"));
        json!({ "authority": POLICE, "commitment": commitment, "key": key(seed).public_key(), "kind": "person" })
    }

    /// A body enrolled by the data bureau with this key as its seal.
    pub fn body(&mut self, kind: &str, code: &str, seed: u8) -> Digest {
        let arguments =
            json!({ "authority": DATA, "code": code, "key": key(seed).public_key(), "kind": kind });
        let receipt = self.ok(&[&data(), &key(seed)], "identity.enrol", arguments);
        digest(&receipt, "party")
    }

    /// The party of a key.
    pub fn party_of(&mut self, by: &PrivateKey) -> Digest {
        let answer = self.answer("identity.actor", json!({ "account": by.public_key() }));
        answer["party"].as_str().unwrap().parse().unwrap()
    }

    /// A post of a body, granted by its seal alone.
    pub fn post(&mut self, seal: &PrivateKey, holder: &Digest, scope: &[&str]) -> Digest {
        let principal = self.party_of(seal);
        let arguments = grant("post", &principal, holder, scope);
        digest(&self.ok(&[seal], "identity.grant", arguments), "mandate")
    }

    pub fn answer(&mut self, question: &str, about: Value) -> Value {
        let arguments = json!({ "about": about, "question": question });
        self.ok(&[&key(250)], "probe.ask", arguments).outcome
    }

    /// The code with which a question is refused, `OK` where it is answered.
    pub fn asked(&mut self, question: &str, about: Value) -> &'static str {
        self.code(
            &key(250),
            "probe.ask",
            json!({ "about": about, "question": question }),
        )
    }

    /// The state of a key.
    pub fn key_state(&mut self, of: &PrivateKey) -> String {
        let answer = self.answer("identity.actor", json!({ "account": of.public_key() }));
        answer["state"].as_str().unwrap().to_owned()
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

pub fn digest(receipt: &Receipt, name: &str) -> Digest {
    receipt.outcome[name].as_str().unwrap().parse().unwrap()
}

pub fn grant(kind: &str, principal: &Digest, holder: &Digest, scope: &[&str]) -> Value {
    json!({ "grade": 2, "holder": holder, "kind": kind, "principal": principal, "scope": scope })
}

/// Arguments with one member set to another value.
pub fn with(mut arguments: Value, name: &str, value: Value) -> Value {
    arguments[name] = value;
    arguments
}

pub fn new_key(seed: u8) -> Value {
    json!({ "key": key(seed).public_key() })
}

pub fn revoke(seed: u8, reason: &str) -> Value {
    json!({ "key": key(seed).public_key(), "reason": reason })
}

pub fn window(department: &str, second: u8) -> Value {
    json!({ "department": department, "second": key(second).public_key() })
}

pub fn recover(party: &Digest, new: u8, department: &str, second: u8) -> Value {
    json!({
        "key": key(new).public_key(), "party": party, "reason": "loss", "window": window(department, second),
    })
}

/// A digest that nothing has.
pub fn nothing_has() -> Digest {
    HashAlgorithm::Sha256.hash(&[b"nothing"])
}
