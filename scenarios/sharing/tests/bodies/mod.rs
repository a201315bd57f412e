//! A chain in memory with stand-ins for the scenarios that sharing asks: a scenario imports no other, not even for its tests. The
//! stand-ins answer in the forms that `identity` and `governance` document: who has which key and post, who is a member, when a period
//! ends. Their calendar knows weekends and, once it is published, one holiday.

#![allow(dead_code, reason = "every test file uses a part of it")]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may stop at anything it did not expect"
)]

use std::ops::{Deref, DerefMut, Range};
use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey, PublicKey};
use yinxin_execution::workbench;
pub use yinxin_execution::workbench::key;
use yinxin_execution::{Call, Failure, Operation, Question, Records, Scenario};
use yinxin_types::codes::Texts;
use yinxin_types::{BlockTime, Body, Code, Genesis, Limits, Member, Receipt, Rejection, StateKey, Suite};

pub const DAY: u64 = 86_400_000;
pub const HOUR: u64 = 3_600_000;

/// Labour bureau of city 甲.
pub const LABOUR: &str = "11990100000002065N";
/// Provident-fund centre of city 乙.
pub const OTHER_CITY: &str = "1299020000000102XP";
/// Provident-fund centre of city 甲.
pub const FUND: &str = "12990100000001011T";
/// Data bureau, with the role `data`.
pub const DATA: &str = "1199010000000209X4";
/// A bank: known, and no member.
pub const BANK: &str = "91990100MA000A055A";
/// Registry of city 甲.
pub const REGISTRY: &str = "11990100000002014E";
/// A company: known, and no member.
pub const COMPANY: &str = "91990101MA000A012B";

/// Each body has a seal and ten officers.
struct Stand {
    code: &'static str,
    seal: u8,
    officers: Range<u8>,
    member: bool,
    roles: &'static [&'static str],
}

const fn stand(code: &'static str, number: u8, member: bool, roles: &'static [&'static str]) -> Stand {
    Stand {
        code,
        seal: 100 + number,
        officers: number * 10..number * 10 + 10,
        member,
        roles,
    }
}

const BODIES: [Stand; 7] = [
    stand(LABOUR, 1, true, &[]),
    stand(OTHER_CITY, 2, true, &[]),
    stand(FUND, 3, true, &[]),
    stand(DATA, 4, true, &["data"]),
    stand(BANK, 5, false, &[]),
    stand(REGISTRY, 6, true, &[]),
    stand(COMPANY, 7, false, &[]),
];
/// Keys of persons.
const PERSONS: Range<u8> = 150..160;
/// Keys of persons that have been revoked.
const REVOKED: Range<u8> = 160..170;

static KEYS: LazyLock<Vec<PublicKey>> =
    LazyLock::new(|| (0..=255).map(|seed| key(seed).public_key()).collect());

fn seed_of(account: &PublicKey) -> Option<u8> {
    let place = KEYS.iter().position(|one| one == account)?;
    u8::try_from(place).ok()
}

/// The party of a key.
pub fn party(seed: u8) -> Digest {
    HashAlgorithm::Sha256.hash(&[b"party", &[seed]])
}

/// The seal of a body.
pub fn seal(code: &str) -> PrivateKey {
    key(body(code).seal)
}

/// An officer of a body, by number.
pub fn officer(code: &str, number: u8) -> PrivateKey {
    key(body(code).officers.start + number)
}

/// A body as a party.
pub fn body_party(code: &str) -> Digest {
    party(body(code).seal)
}

fn body(code: &str) -> &'static Stand {
    BODIES.iter().find(|one| one.code == code).unwrap()
}

const fn code(number: u16, name: &'static str) -> Code {
    Code {
        number,
        name,
        source: "test",
        status: 403,
    }
}

const KEY_UNKNOWN: Code = code(60_001, "AUTH_KEY_UNKNOWN");
const KEY_REVOKED: Code = code(60_002, "AUTH_KEY_REVOKED");
const MANDATE_MISSING: Code = code(60_003, "AUTH_MANDATE_MISSING");
const SEAL_MISSING: Code = code(60_004, "AUTH_SEAL_MISSING");
const PARTY_UNKNOWN: Code = code(60_005, "ID_PARTY_UNKNOWN");

static WORDS: LazyLock<Texts> = LazyLock::new(|| {
    Texts::parse(
        r#"{"AUTH_KEY_UNKNOWN":"x","AUTH_KEY_REVOKED":"x","AUTH_MANDATE_MISSING":"x","AUTH_SEAL_MISSING":"x","ID_PARTY_UNKNOWN":"x"}"#,
    )
});

fn refuse<T>(code: Code) -> Result<T, Failure> {
    Err(Rejection::new(code, "stand-in").into())
}

fn any(_: &Body) -> Result<(), Rejection> {
    Ok(())
}

fn nothing(_: &Call<'_>) -> Vec<StateKey> {
    Vec::new()
}

struct StandInIdentity;

fn actor(_: &Call<'_>, _: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    let account: PublicKey = serde_json::from_value(about["account"].clone()).unwrap();
    let seed = seed_of(&account);
    let is_known = |seed: &u8| {
        let of_body = BODIES
            .iter()
            .any(|body| body.seal == *seed || body.officers.contains(seed));
        of_body || PERSONS.contains(seed) || REVOKED.contains(seed)
    };
    let Some(seed) = seed.filter(is_known) else {
        return refuse(KEY_UNKNOWN);
    };
    let state = if REVOKED.contains(&seed) {
        "revoked"
    } else {
        "active"
    };
    Ok(json!({
        "code": null, "ended": null, "from": { "height": 0, "time": 0 }, "kind": "person", "party": party(seed), "state": state,
        "until": null,
    }))
}

fn acting(call: &Call<'_>, records: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    let wanted = about["for"].as_str().unwrap();
    assert_eq!(about["scope"], call.body.operation);
    let Some(body) = BODIES.iter().find(|one| one.code == wanted) else {
        return refuse(PARTY_UNKNOWN);
    };
    let found = actor(call, records, &json!({ "account": call.body.account }))?;
    if found["state"] != "active" {
        return refuse(KEY_REVOKED);
    }
    let seed = seed_of(&call.body.account).unwrap();
    if !body.officers.contains(&seed) {
        return refuse(MANDATE_MISSING);
    }
    let sealed = call.signed_by(&key(body.seal).public_key());
    if about["seal"].as_bool().unwrap_or(true) && !sealed {
        return refuse(SEAL_MISSING);
    }
    Ok(json!({
        "body": party(body.seal), "grade": 2, "kind": "post", "mandate": mandate(seed), "officer": found["party"], "sealed": sealed,
    }))
}

fn mandates(_: &Call<'_>, _: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    let wanted = about["id"].as_str().unwrap();
    let officers = BODIES
        .iter()
        .flat_map(|body| body.officers.clone().map(move |seed| (body, seed)));
    let Some((body, seed)) = officers
        .into_iter()
        .find(|(_, seed)| mandate(*seed).to_string() == wanted)
    else {
        return refuse(MANDATE_MISSING);
    };
    // The last officer of each body has left.
    let alive = seed + 1 != body.officers.end;
    let mandate = json!({ "holder": party(seed), "principal": party(body.seal) });
    Ok(json!({ "mandates": [{ "alive": alive, "id": wanted, "mandate": mandate }] }))
}

fn the_party(_: &Call<'_>, _: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    let wanted = about["code"].as_str().unwrap();
    match BODIES.iter().find(|one| one.code == wanted) {
        Some(body) => Ok(json!({ "party": party(body.seal) })),
        None => refuse(PARTY_UNKNOWN),
    }
}

/// The mandate of an officer.
pub fn mandate(seed: u8) -> Digest {
    HashAlgorithm::Sha256.hash(&[b"mandate", &[seed]])
}

impl Scenario for StandInIdentity {
    fn name(&self) -> &'static str {
        "identity"
    }
    fn operations(&self) -> &'static [Operation] {
        &[]
    }
    fn questions(&self) -> &'static [Question] {
        &[
            Question {
                id: "identity.actor",
                answer: actor,
            },
            // Certificates and wallets ask these; what is tested here does not.
            Question {
                id: "identity.issuer",
                answer: |_, _, _| refuse(PARTY_UNKNOWN),
            },
            Question {
                id: "identity.representation",
                answer: |_, _, _| refuse(PARTY_UNKNOWN),
            },
            Question {
                id: "identity.acting",
                answer: acting,
            },
            Question {
                id: "identity.mandate",
                answer: mandates,
            },
            Question {
                id: "identity.party",
                answer: the_party,
            },
        ]
    }
    fn codes(&self) -> &'static [Code] {
        &[
            KEY_UNKNOWN,
            KEY_REVOKED,
            MANDATE_MISSING,
            SEAL_MISSING,
            PARTY_UNKNOWN,
        ]
    }
    fn zh(&self) -> &'static Texts {
        &WORDS
    }
    fn en(&self) -> &'static Texts {
        &WORDS
    }
}

struct StandInGovernance;

fn place(name: &str) -> StateKey {
    StateKey::new(HashAlgorithm::Sha256, "governance", name, &[])
}

/// The number of 2027-01-01, which is a holiday once it is published.
const NEW_YEAR: u64 = 20_819;

fn due(_: &Call<'_>, records: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    assert_eq!(about["kind"], "working");
    let published = records.get::<bool>(&place("published"))?.unwrap_or_default();
    let mut day = (about["from_ms"].as_u64().unwrap() + 8 * HOUR) / DAY;
    let mut left = about["days"].as_u64().unwrap();
    let mut provisional = false;
    while left > 0 {
        day += 1;
        provisional |= day >= NEW_YEAR && !published;
        let weekend = (day + 3) % 7 >= 5;
        let holiday = published && day == NEW_YEAR;
        if !weekend && !holiday {
            left -= 1;
        }
    }
    Ok(
        json!({ "date": format!("day {day}"), "ms_end": (day + 1) * DAY - 8 * HOUR, "provisional": provisional }),
    )
}

fn member(_: &Call<'_>, records: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    let suspended = records.get::<String>(&place("suspended"))?;
    let wanted = about["code"].as_str().unwrap();
    let found = BODIES.iter().find(|body| body.code == wanted && body.member);
    Ok(found.map_or(Value::Null, |body| {
        let status = if suspended.as_deref() == Some(wanted) { "suspended" } else { "active" };
        json!({
            "account": key(body.seal).public_key(), "code": wanted, "level": "city", "name": "x", "roles": body.roles, "since": 0,
            "status": status, "term": 1, "until": null, "validator": null,
        })
    }))
}

fn publish(_: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    records.put(place("published"), &true)?;
    Ok(json!({}))
}

fn suspend(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    records.put(place("suspended"), &call.body.arguments["code"])?;
    Ok(json!({}))
}

/// Asks what it is told to ask.
fn ask(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments = &call.body.arguments;
    call.ask(
        records,
        arguments["question"].as_str().unwrap(),
        &arguments["about"],
    )
}

impl Scenario for StandInGovernance {
    fn name(&self) -> &'static str {
        "governance"
    }
    fn operations(&self) -> &'static [Operation] {
        &[
            Operation {
                id: "governance.ask",
                check: any,
                reads: nothing,
                run: ask,
            },
            Operation {
                id: "governance.publish",
                check: any,
                reads: nothing,
                run: publish,
            },
            Operation {
                id: "governance.suspend",
                check: any,
                reads: nothing,
                run: suspend,
            },
        ]
    }
    fn questions(&self) -> &'static [Question] {
        &[
            Question {
                id: "governance.due",
                answer: due,
            },
            Question {
                id: "governance.member",
                answer: member,
            },
        ]
    }
    fn codes(&self) -> &'static [Code] {
        &[]
    }
    fn zh(&self) -> &'static Texts {
        &WORDS
    }
    fn en(&self) -> &'static Texts {
        &WORDS
    }
}

/// A moment in Asia/Shanghai.
pub fn at(year: u64, month: u64, day: u64, hour: u64) -> u64 {
    let leap = |year: u64| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let days: u64 = (1970..year).map(|year| 365 + u64::from(leap(year))).sum();
    let months = [
        31,
        28 + u64::from(leap(year)),
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let before: u64 = months.iter().take(usize::try_from(month - 1).unwrap()).sum();
    (days + before + day - 1) * DAY + hour * HOUR - 8 * HOUR
}

pub struct World(workbench::World);

impl World {
    /// A chain whose first block is at this time.
    pub fn starting(time: u64) -> Self {
        let founder = Member {
            account: seal(DATA).public_key(),
            code: DATA.parse().unwrap(),
            name: "甲市政务服务和数据管理局".to_owned(),
            roles: vec!["data".to_owned()],
            validator: key(204).public_key(),
        };
        let genesis = Genesis::new(
            "共享链".to_owned(),
            Suite::Intl,
            BlockTime(time),
            vec![founder],
            Limits::default(),
        );
        let scenarios: Vec<Arc<dyn Scenario>> = vec![
            Arc::new(StandInIdentity),
            Arc::new(StandInGovernance),
            yinxin_sharing::scenario(),
        ];
        Self(workbench::World::new(genesis.unwrap(), scenarios))
    }

    /// Lets time pass.
    pub fn wait(&mut self, ms: u64) {
        let time = self.time + ms;
        self.at(time);
    }

    /// The next block is exactly at this time.
    pub fn until(&mut self, time: u64) {
        self.at(time - 1000);
    }

    /// A digest of some paper.
    pub fn paper(&self, text: &str) -> Digest {
        self.hash().hash(&[text.as_bytes()])
    }

    /// An officer of a body with its seal.
    pub fn sealed(&mut self, code: &str, number: u8, operation: &str, arguments: Value) -> Receipt {
        let arguments = for_body(arguments, code);
        self.run_by(&[&officer(code, number), &seal(code)], operation, arguments)
    }

    /// The name of the code of [`World::sealed`].
    pub fn sealed_code(&mut self, code: &str, number: u8, operation: &str, arguments: Value) -> &'static str {
        let receipt = self.sealed(code, number, operation, arguments);
        self.name(&receipt)
    }

    /// [`World::sealed`], which must succeed; its outcome.
    pub fn done(&mut self, code: &str, number: u8, operation: &str, arguments: Value) -> Value {
        let receipt = self.sealed(code, number, operation, arguments);
        assert_eq!(self.name(&receipt), "OK", "{operation}");
        receipt.outcome
    }

    /// What one key does, which must succeed; its outcome.
    pub fn done_by(&mut self, by: &PrivateKey, operation: &str, arguments: Value) -> Value {
        let receipt = self.run(by, operation, arguments);
        assert_eq!(self.name(&receipt), "OK", "{operation}");
        receipt.outcome
    }

    pub fn answer(&mut self, question: &str, about: Value) -> Value {
        self.done_by(
            &key(250),
            "governance.ask",
            json!({ "about": about, "question": question }),
        )
    }

    /// The code with which a question is refused, `OK` where it is answered.
    pub fn asked(&mut self, question: &str, about: Value) -> &'static str {
        self.code(
            &key(250),
            "governance.ask",
            json!({ "about": about, "question": question }),
        )
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

/// Arguments with `for`.
pub fn for_body(arguments: Value, code: &str) -> Value {
    with(arguments, "for", json!(code))
}

/// Arguments with one member set.
pub fn with(mut arguments: Value, name: &str, value: Value) -> Value {
    arguments[name] = value;
    arguments
}

/// Arguments without one member.
pub fn without(mut arguments: Value, name: &str) -> Value {
    arguments.as_object_mut().unwrap().remove(name);
    arguments
}
