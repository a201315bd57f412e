//! A chain in memory with everybody who appears in the matrix.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use yinxin_crypto::{Digest, PrivateKey};
use yinxin_execution::Failure;
use yinxin_execution::workbench::World;
pub use yinxin_execution::workbench::key;
use yinxin_types::{BlockTime, Genesis, Limits, Member, Receipt, StateKey, Suite};

/// 2026-03-02T01:00:00Z, a Monday morning in Shanghai.
const START: u64 = 1_772_413_200_000;
pub const HOUR: u64 = 3_600_000;

pub const POLICE: &str = "11990100000002057U";
pub const DATA: &str = "1199010000000209X4";
pub const TAX: &str = "119901000000020304";
pub const AUDIT: &str = "11990100000002081C";
const COURT: &str = "11990100000002129L";

/// Seeds of keys. A founding department's seal is its account.
pub mod seed {
    pub const POLICE: u8 = 101;
    pub const DATA: u8 = 102;
    pub const TAX: u8 = 103;
    pub const AUDIT: u8 = 104;
    pub const COURT: u8 = 105;
    /// The person whose things are "own", enrolled by the data bureau, and a second key of his.
    pub const PERSON: u8 = 1;
    pub const PERSON_SPARE: u8 = 3;
    /// The person whose things are "other", enrolled by the police, and a second key of his.
    pub const OTHER: u8 = 2;
    pub const OTHER_SPARE: u8 = 4;
    /// Officers of the data bureau by grade, and another as second clerk.
    pub const OFFICER_1: u8 = 11;
    pub const OFFICER_2: u8 = 12;
    pub const OFFICER_3: u8 = 13;
    pub const OFFICER_4: u8 = 14;
    pub const SECOND: u8 = 15;
    /// Officers of the police.
    pub const ELSEWHERE: u8 = 21;
    pub const ELSEWHERE_SECOND: u8 = 22;
    pub const AUDITOR: u8 = 31;
    pub const ENDED: u8 = 41;
    pub const REVOKED: u8 = 51;
    /// An officer of whatever authority decides about an entry on the blacklist.
    pub const DECIDES: u8 = 52;
    /// The guardian and an agent of the person whose things are "own".
    pub const GUARDIAN: u8 = 61;
    pub const AGENT: u8 = 62;
    pub const NOBODY: u8 = 200;
    /// A key that belongs to nobody yet.
    pub const NEW: u8 = 201;
}

/// Who tries: the account and what cosigns.
pub struct Role {
    pub name: &'static str,
    pub keys: &'static [u8],
}

const fn role(name: &'static str, keys: &'static [u8]) -> Role {
    Role { name, keys }
}

/// Every role. "Own" is what belongs to the person, the data bureau or the account itself; "other" what belongs to the other person, the
/// police or another account.
pub const ROLES: &[Role] = &[
    role("anyone", &[seed::NOBODY]),
    role("person", &[seed::PERSON]),
    role("other-person", &[seed::OTHER]),
    role("officer-1", &[seed::OFFICER_1, seed::DATA]),
    role("officer-2", &[seed::OFFICER_2, seed::DATA]),
    role("officer-3", &[seed::OFFICER_3, seed::DATA]),
    role("officer-4", &[seed::OFFICER_4, seed::DATA]),
    role("officer-without-seal", &[seed::OFFICER_3]),
    role("officer-elsewhere", &[seed::ELSEWHERE, seed::POLICE]),
    role("auditor", &[seed::AUDITOR, seed::AUDIT]),
    role("seal", &[seed::DATA]),
    role("seal-elsewhere", &[seed::POLICE]),
    role("court", &[seed::COURT]),
    role("guardian", &[seed::GUARDIAN]),
    role("agent", &[seed::AGENT]),
    role("ended-mandate", &[seed::ENDED, seed::DATA]),
    role("revoked-key", &[seed::REVOKED, seed::DATA]),
];

/// Whose thing it is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum About {
    Own,
    Other,
}

impl About {
    pub const ALL: [Self; 2] = [Self::Own, Self::Other];

    pub fn name(self) -> &'static str {
        self.of("own", "other")
    }

    /// One of two.
    pub fn of<T>(self, own: T, other: T) -> T {
        match self {
            Self::Own => own,
            Self::Other => other,
        }
    }
}

/// What is tried: the arguments, and who cosigns whatever the role.
pub struct Attempt {
    pub arguments: Value,
    pub cosigners: &'static [u8],
}

impl From<Value> for Attempt {
    fn from(arguments: Value) -> Self {
        Self {
            arguments,
            cosigners: &[],
        }
    }
}

/// The chain, and the parties by the seed of their first key.
pub struct Matrix {
    pub world: World,
    parties: BTreeMap<u8, Digest>,
}

/// The state to which the chain returns after each attempt.
pub struct Memory(BTreeMap<StateKey, Vec<u8>>, u64, u64);

fn genesis() -> Genesis {
    let departments: [(&str, &str, u8, &[&str]); 5] = [
        (POLICE, "甲市公安局", seed::POLICE, &["police"]),
        (
            DATA,
            "甲市政务服务和数据管理局",
            seed::DATA,
            &["data", "identity"],
        ),
        (TAX, "甲市税务局", seed::TAX, &[]),
        (AUDIT, "甲市审计局", seed::AUDIT, &["audit"]),
        (COURT, "甲市人民法院", seed::COURT, &["court"]),
    ];
    let members = departments.map(|(code, name, seed, roles)| Member {
        account: key(seed).public_key(),
        code: code.parse().unwrap(),
        name: name.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        validator: key(seed + 100).public_key(),
    });
    let (name, time) = ("甲市权限链".to_owned(), BlockTime(START));
    Genesis::new(name, Suite::Intl, time, members.to_vec(), Limits::default()).unwrap()
}

impl Matrix {
    pub fn new() -> Self {
        let mut world = World::new(genesis(), Vec::new());
        world.registry = yinxin_node::scenarios::registry().unwrap();
        let mut matrix = Self {
            world,
            parties: BTreeMap::new(),
        };
        matrix.enrol(seed::PERSON, (DATA, seed::DATA));
        for person in [
            seed::OTHER,
            seed::OFFICER_1,
            seed::OFFICER_2,
            seed::OFFICER_3,
            seed::OFFICER_4,
            seed::SECOND,
            seed::ELSEWHERE,
            seed::ELSEWHERE_SECOND,
            seed::AUDITOR,
            seed::ENDED,
            seed::REVOKED,
            seed::DECIDES,
            seed::GUARDIAN,
            seed::AGENT,
        ] {
            matrix.enrol(person, (POLICE, seed::POLICE));
        }
        for seal in [seed::POLICE, seed::DATA, seed::AUDIT] {
            let about = json!({ "account": key(seal).public_key() });
            let answer = matrix.answer("identity.actor", &about);
            matrix
                .parties
                .insert(seal, answer["party"].as_str().unwrap().parse().unwrap());
        }
        for (seal, officer, grade) in [
            (seed::DATA, seed::OFFICER_1, 1),
            (seed::DATA, seed::OFFICER_2, 2),
            (seed::DATA, seed::OFFICER_3, 3),
            (seed::DATA, seed::OFFICER_4, 4),
            (seed::DATA, seed::SECOND, 4),
            (seed::POLICE, seed::ELSEWHERE, 3),
            (seed::POLICE, seed::ELSEWHERE_SECOND, 3),
            (seed::AUDIT, seed::AUDITOR, 3),
            (seed::DATA, seed::ENDED, 3),
            (seed::DATA, seed::REVOKED, 3),
        ] {
            let mandate = matrix.post(seal, officer, grade);
            if officer == seed::ENDED {
                matrix.ok(&[seal], "identity.end", json!({ "mandate": mandate }));
            }
        }
        for (person, spare) in [
            (seed::PERSON, seed::PERSON_SPARE),
            (seed::OTHER, seed::OTHER_SPARE),
        ] {
            matrix.ok(
                &[person, spare],
                "identity.bind",
                json!({ "key": key(spare).public_key() }),
            );
        }
        matrix.represent("guardian", seed::DATA, seed::GUARDIAN);
        matrix.represent("agent", seed::PERSON, seed::AGENT);
        let ended = matrix.represent("agent", seed::PERSON, seed::ENDED);
        matrix.ok(&[seed::PERSON], "identity.end", json!({ "mandate": ended }));
        let revoke = json!({ "key": key(seed::REVOKED).public_key(), "reason": "loss" });
        matrix.ok(&[seed::REVOKED], "identity.revoke", revoke);
        matrix
    }

    fn enrol(&mut self, person: u8, (authority, seal): (&str, u8)) {
        let commitment = self.world.hash().hash(&[b"person", &[person]]);
        let key = key(person).public_key();
        let arguments =
            json!({ "authority": authority, "commitment": commitment, "key": key, "kind": "person" });
        let outcome = self.ok(&[seal, person], "identity.enrol", arguments);
        self.parties
            .insert(person, outcome["party"].as_str().unwrap().parse().unwrap());
    }

    /// A post for everything, granted by a seal.
    pub fn post(&mut self, seal: u8, holder: u8, grade: u8) -> Value {
        let scope: Vec<String> = self.scopes();
        let arguments = json!({
            "grade": grade, "holder": self.party(holder), "kind": "post", "principal": self.party(seal), "scope": scope,
        });
        self.ok(&[seal], "identity.grant", arguments)["mandate"].clone()
    }

    /// A mandate for everything in the name of the person, granted by whoever grants one of this kind.
    fn represent(&mut self, kind: &str, grantor: u8, holder: u8) -> Value {
        let scope: Vec<String> = self.scopes();
        let arguments = json!({
            "grade": 1, "holder": self.party(holder), "kind": kind, "principal": self.party(seed::PERSON), "scope": scope,
            "until": START + 3650 * 24 * HOUR,
        });
        self.ok(&[grantor], "identity.grant", arguments)["mandate"].clone()
    }

    /// All scenarios of the chain, each with the point.
    fn scopes(&self) -> Vec<String> {
        let operations = self.world.registry.operations();
        let mut scopes: Vec<String> = operations
            .filter_map(|id| Some(format!("{}.", id.split_once('.')?.0)))
            .collect();
        scopes.dedup();
        scopes
    }

    /// The party whose first key has this seed.
    pub fn party(&self, seed: u8) -> Digest {
        self.parties[&seed]
    }

    /// A digest that nothing has.
    pub fn digest(&self, text: &str) -> Digest {
        self.world.hash().hash(&[text.as_bytes()])
    }

    /// Runs what must succeed and gives its outcome.
    pub fn ok(&mut self, by: &[u8], operation: &str, arguments: Value) -> Value {
        self.receipt(by, operation, arguments).outcome
    }

    /// Runs what must succeed and gives its transaction.
    pub fn done(&mut self, by: &[u8], operation: &str, arguments: Value) -> Digest {
        self.receipt(by, operation, arguments).transaction
    }

    fn receipt(&mut self, by: &[u8], operation: &str, arguments: Value) -> Receipt {
        let keys: Vec<PrivateKey> = by.iter().map(|seed| key(*seed)).collect();
        let keys: Vec<&PrivateKey> = keys.iter().collect();
        let receipt = self.world.run_by(&keys, operation, arguments);
        assert_eq!(self.world.name(&receipt), "OK", "{operation} by {by:?}");
        receipt
    }

    /// What a question answers, over the state as it stands.
    pub fn answer(&self, question: &str, about: &Value) -> Value {
        self.world.ask(&key(seed::NOBODY), question, about).unwrap()
    }

    /// The name of the code that an attempt gets, `OK` where it is executed.
    pub fn verdict(&mut self, way: &str, role: &Role, attempt: Attempt) -> String {
        let operation = way.split_once(':').map_or(way, |(operation, _)| operation);
        let keys: Vec<PrivateKey> = role
            .keys
            .iter()
            .chain(attempt.cosigners)
            .map(|seed| key(*seed))
            .collect();
        let keys: Vec<&PrivateKey> = keys.iter().collect();
        // Some questions have the name of an operation; those that policies decide about have not.
        if self.world.registry.operation(operation).is_none() {
            return self.asked(keys[0], operation, &attempt.arguments);
        }
        self.world.code_by(&keys, operation, attempt.arguments).to_owned()
    }

    /// The name of the code with which a question is refused, `OK` where it is answered.
    fn asked(&self, by: &PrivateKey, question: &str, about: &Value) -> String {
        match self.world.ask(by, question, about) {
            Ok(_) => "OK".to_owned(),
            Err(Failure::Rejected(rejection)) => rejection.code.name.to_owned(),
            Err(failure) => panic!("{question}: {failure:?}"),
        }
    }

    pub fn remember(&self) -> Memory {
        Memory(self.world.state.clone(), self.world.height, self.world.time)
    }

    pub fn restore(&mut self, Memory(state, height, time): Memory) {
        self.world.state = state;
        self.world.height = height;
        self.world.time = time;
    }
}
