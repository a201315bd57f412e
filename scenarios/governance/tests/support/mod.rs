//! A chain in memory: departments that govern it, and a scenario that asks what governance answers.

#![allow(dead_code, reason = "every test file uses a part of it")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use yinxin_crypto::{HashAlgorithm, PrivateKey};
use yinxin_execution::workbench;
pub use yinxin_execution::workbench::key;
use yinxin_execution::{
    BlockContext, Call, DocumentClass, Failure, Operation, Progress, Records, Run, Scenario,
};
use yinxin_types::codes::Texts;
use yinxin_types::units::EPOCH_BLOCKS;
use yinxin_types::{
    BlockTime, Body, Code, Genesis, Height, Limits, Member, Receipt, Rejection, StateKey, Suite,
};

/// The time of the genesis.
pub const START: u64 = 1_767_225_600_000;
pub const DAY_MS: u64 = 86_400_000;

/// Synthetic bodies; the first founds at the level of a city.
pub const CODES: [&str; 14] = [
    "11990100000002014E",
    "119901000000020229",
    "119901000000020304",
    "119901000000020491",
    "11990100000002057U",
    "11990100000002065N",
    "11990100000002073H",
    "11990100000002081C",
    "1199010000000209X4",
    "11990100000002102W",
    "11990100000002110P",
    "11990100000002129L",
    "12990100000001011T",
    "1299020000000102XP",
];

/// The account of member `number`.
pub fn account(number: u8) -> PrivateKey {
    key(1 + number)
}

/// The `nth` validator key of member `number`.
pub fn validator(number: u8, nth: u8) -> Value {
    json!(key(50 + number + 20 * nth).public_key())
}

/// A passkey: the generator of P-256 and nobody's relying party.
pub fn passkey() -> Value {
    let point = "036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
    json!(format!("passkey:{point}{}", "00".repeat(32)))
}

pub fn with(mut value: Value, name: &str, member: Value) -> Value {
    value[name] = member;
    value
}

/// Asks whatever its arguments say and gives the answer as its outcome.
struct Probe;

static NONE: LazyLock<Texts> = LazyLock::new(|| Texts::parse(r#"{"PROBE_SONG":"-"}"#));

/// A song that nobody can sing.
const SONG: Code = Code {
    number: 60_001,
    name: "PROBE_SONG",
    status: 400,
    source: "test",
};

/// A song has its own name and version in it.
fn check_song(name: &str, version: u64, text: &str) -> Result<(), Rejection> {
    match text == format!("{name} {version}") {
        true => Ok(()),
        false => Err(Rejection::new(SONG, text)),
    }
}

/// A cover rests on the song that it covers.
fn check_cover(
    call: &Call<'_>,
    records: &Records<'_>,
    (name, _, _): (&str, u64, &str),
) -> Result<(), Failure> {
    let Some(song) = name.strip_prefix("song/cover/") else {
        return Ok(());
    };
    let about = json!({ "content": false, "name": format!("song/{song}") });
    match call.ask::<Value>(records, "governance.document", &about)? {
        Value::Null => Err(Rejection::new(SONG, song).into()),
        _ => Ok(()),
    }
}

fn ask(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments = &call.body.arguments;
    call.ask(
        records,
        arguments["question"].as_str().unwrap(),
        &arguments["about"],
    )
}

impl Scenario for Probe {
    fn name(&self) -> &'static str {
        "probe"
    }
    fn operations(&self) -> &'static [Operation] {
        fn any(_: &Body) -> Result<(), Rejection> {
            Ok(())
        }
        fn nothing(_: &Call<'_>) -> Vec<StateKey> {
            Vec::new()
        }
        &[Operation {
            id: "probe.ask",
            check: any,
            reads: nothing,
            run: ask,
        }]
    }
    fn documents(&self) -> &'static [DocumentClass] {
        &[DocumentClass {
            prefix: "song/",
            check: check_song,
            links: Some(check_cover),
        }]
    }
    fn codes(&self) -> &'static [Code] {
        &[SONG]
    }
    fn zh(&self) -> &'static Texts {
        &NONE
    }
    fn en(&self) -> &'static Texts {
        &NONE
    }
}

/// A chain founded by the first `n` bodies.
pub struct World(workbench::World);

impl World {
    pub fn new(n: u8) -> Self {
        Self::with_suite(n, Suite::Intl)
    }

    pub fn with_suite(n: u8, suite: Suite) -> Self {
        let members = (0..n).map(|number| Member {
            account: account(number).public_key(),
            code: CODES[usize::from(number)].parse().unwrap(),
            name: format!("成员{number}"),
            roles: Vec::new(),
            validator: serde_json::from_value(validator(number, 0)).unwrap(),
        });
        let genesis = Genesis::new(
            "甲市治理链".to_owned(),
            suite,
            BlockTime(START),
            members.collect(),
            Limits::default(),
        );
        let scenarios: Vec<Arc<dyn Scenario>> = vec![yinxin_governance::scenario(), Arc::new(Probe)];
        Self(workbench::World::new(genesis.unwrap(), scenarios))
    }

    /// Arguments of a proposal that may be voted on for ten days.
    pub fn proposal(&self, kind: &str, content: Value) -> Value {
        json!({ "deadline": self.time + 10 * DAY_MS, "decision": { "kind": kind, "content": content } })
    }

    /// The code that member 0 gets for proposing this.
    pub fn try_propose(&mut self, kind: &str, content: Value) -> &'static str {
        let arguments = self.proposal(kind, content);
        self.code(&account(0), "governance.propose", arguments)
    }

    /// The identifier of a proposal by `by`.
    pub fn propose_by(&mut self, by: u8, kind: &str, content: Value) -> Value {
        let arguments = self.proposal(kind, content.clone());
        let receipt = self.run(&account(by), "governance.propose", arguments);
        let name = self.name(&receipt);
        assert_eq!(name, "OK", "{kind} {content}");
        receipt.outcome["proposal"].clone()
    }

    pub fn propose(&mut self, kind: &str, content: Value) -> Value {
        self.propose_by(0, kind, content)
    }

    /// The code of a vote.
    pub fn try_vote(&mut self, by: u8, proposal: &Value, choice: &str) -> &'static str {
        let arguments = json!({ "choice": choice, "proposal": proposal });
        self.code(&account(by), "governance.vote", arguments)
    }

    /// The outcome of a vote that is taken.
    pub fn vote(&mut self, by: u8, proposal: &Value, choice: &str) -> Value {
        let arguments = json!({ "choice": choice, "proposal": proposal });
        let receipt = self.run(&account(by), "governance.vote", arguments);
        assert_eq!(self.name(&receipt), "OK");
        receipt.outcome
    }

    /// Votes for it, member by member from `from` on, until it is decided.
    pub fn enact(&mut self, from: u8, proposal: &Value) -> Value {
        for by in from..14 {
            let outcome = self.vote(by, proposal, "for");
            if outcome["status"] != "open" {
                return outcome;
            }
        }
        panic!("nobody is left to vote")
    }

    /// Proposes and enacts.
    pub fn decide(&mut self, kind: &str, content: Value) -> Value {
        let proposal = self.propose(kind, content);
        let outcome = self.enact(0, &proposal);
        assert_eq!(outcome["status"], "enacted", "{kind}: {outcome}");
        proposal
    }

    /// Runs a question on the records as they stand; nothing is kept of it.
    fn answer(&mut self, question: &str, about: Value) -> Receipt {
        let arguments = json!({ "question": question, "about": about });
        let transactions = [self.sign(&key(255), "probe.ask", arguments)];
        let block = BlockContext {
            height: Height(self.height + 1),
            time: BlockTime(self.time + 1000),
            parent: self.hash().hash(&[b"parent"]),
        };
        let mut run = Run::new(&self.registry, &self.genesis, block, &transactions);
        loop {
            match run.advance() {
                Progress::Wanted(keys) => {
                    for key in keys {
                        run.supply(key, self.state.get(&key).cloned());
                    }
                }
                Progress::Done(mut executed) => return executed.receipts.remove(0),
                Progress::Damaged(key) => panic!("damaged record {key:?}"),
                Progress::Unsupported(lacking) => panic!("{}", lacking.rejection()),
            }
        }
    }

    /// The answer to a question.
    pub fn ask(&mut self, question: &str, about: Value) -> Value {
        let receipt = self.answer(question, about);
        assert_eq!(self.name(&receipt), "OK", "{question}");
        receipt.outcome
    }

    /// The code with which a question is refused.
    pub fn try_ask(&mut self, question: &str, about: Value) -> &'static str {
        let receipt = self.answer(question, about);
        self.name(&receipt)
    }

    pub fn status_of(&mut self, proposal: &Value) -> Value {
        self.ask("governance.proposal", json!({ "proposal": proposal }))["status"].clone()
    }

    pub fn member(&mut self, number: u8) -> Value {
        self.ask("governance.member", json!({ "code": CODES[usize::from(number)] }))
    }

    /// The validators at a height.
    pub fn validators(&mut self, height: u64) -> Vec<Value> {
        let answer = self.ask("governance.validators", json!({ "height": height }));
        answer["validators"].as_array().unwrap().clone()
    }

    /// The first height of an epoch at least so many blocks ahead.
    pub fn boundary(&self, ahead: u64) -> u64 {
        (self.height + ahead).next_multiple_of(EPOCH_BLOCKS)
    }

    /// Lets empty blocks pass until the last one has this height.
    pub fn until(&mut self, height: u64) {
        while self.height < height {
            self.block(&[]);
        }
    }
}

impl Deref for World {
    type Target = workbench::World;

    fn deref(&self) -> &workbench::World {
        &self.0
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut workbench::World {
        &mut self.0
    }
}

/// What admits body `number` as a validator from `height` on, or as a reader.
pub fn admit(number: u8, height: Option<u64>) -> Value {
    let key = height.map(|_| validator(number, 0));
    json!({
        "account": account(number).public_key(), "code": CODES[usize::from(number)], "height": height, "level": "district",
        "name": format!("新成员{number}"), "roles": [], "validator": key,
    })
}

/// A member by its number, and a height.
pub fn named(number: u8, height: Option<u64>) -> Value {
    json!({ "code": CODES[usize::from(number)], "height": height })
}

/// Another validator key for a member.
pub fn rotate(number: u8, nth: u8, height: Option<u64>) -> Value {
    json!({ "code": CODES[usize::from(number)], "height": height, "validator": validator(number, nth) })
}

/// A threshold for a kind.
pub fn threshold(of: &str, rule: Value, required: &[u8]) -> Value {
    let mut required: Vec<&str> = required
        .iter()
        .map(|number| CODES[usize::from(*number)])
        .collect();
    required.sort_unstable();
    json!({ "of": of, "threshold": { "required": required, "rule": rule } })
}

/// A version of a document with a text.
pub fn document(name: &str, version: u64, text: &str) -> Value {
    json!({
        "class": "policy", "content": text, "digest": HashAlgorithm::Sha256.hash(&[text.as_bytes()]), "name": name,
        "version": version,
    })
}

/// The year 2027, not as it will be.
pub fn year(edition: u32) -> Value {
    json!({
        "edition": edition, "holidays": [{ "date": "2027-01-01", "name": "元旦" }, { "date": "2027-01-02", "name": "元旦" }],
        "title": "关于2027年部分节假日安排的通知", "workdays": ["2027-01-09"], "year": 2027,
    })
}
