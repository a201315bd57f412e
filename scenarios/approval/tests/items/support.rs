//! A chain in memory with this scenario, and stand-ins that answer what it asks of the others. The real ones stand beside it in crates/node/tests.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use yinxin_crypto::{HashAlgorithm, PrivateKey};
use yinxin_execution::workbench::{self, key};
use yinxin_execution::{Call, Failure, Operation, Question, Records, Scenario};
use yinxin_types::codes::Texts;
use yinxin_types::{BlockTime, Code, Genesis, Limits, Member, Receipt, Rejection, Suite};

pub const START: u64 = 1_772_064_000_000;

/// The housing bureau of city A, and the bureau of planning.
pub const HOUSING: &str = "119901000000020229";
pub const PLANNING: &str = "11990100000002014E";
/// Items of the housing bureau and one of the other.
pub const PERMIT: &str = "1199010000000202293990117002011";
pub const SECOND: &str = "1199010000000202293990117002012";
pub const FOREIGN: &str = "11990100000002014E3990715001000";

/// Seals and officers; the clerk has grade 1.
pub const SEAL: u8 = 10;
pub const OFFICER: u8 = 11;
pub const CLERK: u8 = 12;
pub const SEAL_PLANNING: u8 = 20;
pub const OFFICER_PLANNING: u8 = 21;
pub const STRANGER: u8 = 200;

const fn code(number: u16, name: &'static str) -> Code {
    Code {
        number,
        name,
        status: 403,
        source: "test",
    }
}

const NO_MANDATE: Code = code(2107, "AUTH_MANDATE_MISSING");
const UNSEALED: Code = code(2106, "AUTH_SEAL_MISSING");
const NOT_ACCREDITED: Code = code(2111, "AUTH_ISSUER_NOT_ACCREDITED");
const NO_RESOURCE: Code = code(2371, "RES_UNKNOWN");

static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    let names = [
        "AUTH_MANDATE_MISSING",
        "AUTH_SEAL_MISSING",
        "AUTH_ISSUER_NOT_ACCREDITED",
        "RES_UNKNOWN",
    ];
    let texts: serde_json::Map<String, Value> = names
        .iter()
        .map(|name| ((*name).to_owned(), json!("-")))
        .collect();
    Texts::parse(&Value::Object(texts).to_string())
});

fn refuse<T>(code: Code) -> Result<T, Failure> {
    Err(Rejection::new(code, code.name).into())
}

fn acting(call: &Call<'_>, _: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    assert_eq!(about["scope"], json!(call.body.operation));
    let (seal, officers) = match about["for"].as_str().unwrap() {
        HOUSING => (SEAL, [OFFICER, CLERK]),
        _ => (SEAL_PLANNING, [OFFICER_PLANNING, OFFICER_PLANNING]),
    };
    let officer = officers
        .into_iter()
        .find(|seed| key(*seed).public_key() == call.body.account);
    let Some(officer) = officer else {
        return refuse(NO_MANDATE);
    };
    if !call.signed_by(&key(seal).public_key()) {
        return refuse(UNSEALED);
    }
    let id = HashAlgorithm::Sha256.hash(&[&[officer]]);
    let grade = if officer == CLERK { 1 } else { 2 };
    Ok(json!({ "body": id, "grade": grade, "kind": "post", "mandate": id, "officer": id, "sealed": true }))
}

fn issuer(_: &Call<'_>, _: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    match about["type"] == "hpf-certificate" {
        true => Ok(json!({ "basis": "accreditation" })),
        false => refuse(NOT_ACCREDITED),
    }
}

fn resource(_: &Call<'_>, _: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    match about["resource"].as_str().unwrap() {
        "11990100000002014E/title" => Ok(json!({ "state": "published" })),
        "11990100000002014E/old" => Ok(json!({ "state": "withdrawn" })),
        _ => refuse(NO_RESOURCE),
    }
}

/// The processes `permit` in the versions 1 and 2, the form `permit` in the version 1.
const PERMIT_PROCESS: &str = include_str!("../../../../crates/node/src/bench/samples/permit.bpmn");
const PERMIT_FORM: &str = include_str!("../../../../crates/node/src/bench/samples/permit.form.json");

/// The same, reviewed by the bureau of planning, and accepted by the department whose item it is.
static JOINT: LazyLock<String> = LazyLock::new(|| {
    PERMIT_PROCESS
        .replace("bpmn:process id=\"permit\"", "bpmn:process id=\"joint\"")
        .replace(
            "yx:department=\"review\"",
            &format!("yx:department=\"{PLANNING}\""),
        )
        .replace("yx:department=\"window\"", "yx:department=\"handler\"")
});

fn document(call: &Call<'_>, _: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    let known = [
        ("process/permit", 1, PERMIT_PROCESS),
        ("process/permit", 2, PERMIT_PROCESS),
        ("process/joint", 1, JOINT.as_str()),
        ("form/permit", 1, PERMIT_FORM),
    ];
    let found = known
        .iter()
        .find(|(name, version, _)| about["name"] == *name && about["version"] == *version);
    let Some((_, _, text)) = found else {
        return Ok(Value::Null);
    };
    let mut answer = json!({ "class": "catalogue", "digest": call.hash().hash(&[text.as_bytes()]) });
    if about["content"] != json!(false) {
        answer["content"] = json!(text);
    }
    Ok(answer)
}

struct StandIn(&'static str, &'static [Question], &'static [Code]);

impl Scenario for StandIn {
    fn name(&self) -> &'static str {
        self.0
    }
    fn operations(&self) -> &'static [Operation] {
        &[]
    }
    fn questions(&self) -> &'static [Question] {
        self.1
    }
    fn codes(&self) -> &'static [Code] {
        self.2
    }
    fn zh(&self) -> &'static Texts {
        &TEXTS
    }
    fn en(&self) -> &'static Texts {
        &TEXTS
    }
}

/// What items never ask.
const fn asked_by_cases(id: &'static str) -> Question {
    Question {
        id,
        answer: |_, _, _| Ok(Value::Null),
    }
}

const IDENTITY: &[Question] = &[
    Question {
        id: "identity.acting",
        answer: acting,
    },
    Question {
        id: "identity.issuer",
        answer: issuer,
    },
    asked_by_cases("identity.actor"),
    asked_by_cases("identity.mandate"),
    asked_by_cases("identity.representation"),
];
const GOVERNANCE: &[Question] = &[
    Question {
        id: "governance.document",
        answer: document,
    },
    Question {
        id: "governance.member",
        answer: |_, _, _| Ok(Value::Null),
    },
    asked_by_cases("governance.due"),
    asked_by_cases("governance.span"),
];
const SHARING: &[Question] = &[Question {
    id: "sharing.resource",
    answer: resource,
}];

/// The content of a permit that breaks no rule.
pub fn content() -> Value {
    json!({
        "conditions": { "en": "The plan is approved.", "zh": "规划已批准。" },
        "contact": { "zh": "甲市政务服务中心三楼" },
        "decision": {
            "grade": 3,
            "licence": {
                "kind": "renovation-permit", "name": { "en": "Renovation permit", "zh": "改造许可证" },
                "renewal": { "lapse": true, "window": { "count": 30, "unit": "days" } },
                "validity": { "count": 36, "unit": "months" },
            },
            "public": true, "two_officers": true,
        },
        "events": ["house", "project"],
        "fee": { "kind": "none" },
        "form": { "key": "permit", "version": 1 },
        "handling": { "kind": "promised", "period": { "count": 10, "unit": "working_days" } },
        "laws": ["行政许可法 §42"],
        "level": "city",
        "materials": [
            { "class": "plan", "name": { "en": "Plan", "zh": "图纸" }, "required": true, "source": { "kind": "submitted" } },
            {
                "class": "title", "name": { "en": "Title", "zh": "产权信息" }, "required": true,
                "source": { "kind": "resource", "resource": "11990100000002014E/title" },
            },
            {
                "class": "fund", "name": { "en": "Certificate", "zh": "缴存证明" }, "required": false,
                "source": { "holder": "12990100000001011T", "kind": "certificate", "type": "hpf-certificate" },
            },
            { "class": "application", "name": { "en": "Application", "zh": "申请表" }, "required": true, "source": { "kind": "submitted" } },
        ],
        "name": { "en": "Permit to renovate", "zh": "旧城改造许可" },
        "process": { "key": "permit", "version": 1 },
        "served": ["organisation", "person"],
        "special": ["expert", "hearing"],
        "statutory": { "count": 20, "unit": "working_days" },
        "type": "permit",
        "visits": 1,
    })
}

/// The same with what a JSON pointer names set to another value; null takes it away.
pub fn with(mut content: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = content.pointer_mut(parent).unwrap();
    match (parent, value) {
        (Value::Object(members), Value::Null) => {
            members.remove(name);
        }
        (Value::Object(members), value) => {
            members.insert(name.to_owned(), value);
        }
        (Value::Array(list), value) => list[name.parse::<usize>().unwrap()] = value,
        _ => panic!("{pointer}"),
    }
    content
}

pub fn entry(code: &str, version: u32, content: &Value) -> Value {
    json!({ "code": code, "content": content, "version": version })
}

pub struct World(workbench::World);

impl World {
    pub fn new() -> Self {
        let member = Member {
            account: key(SEAL).public_key(),
            code: HOUSING.parse().unwrap(),
            name: "甲市住房和城乡建设局".to_owned(),
            roles: Vec::new(),
            validator: key(99).public_key(),
        };
        let genesis = Genesis::new(
            "审批链".to_owned(),
            Suite::Intl,
            BlockTime(START),
            vec![member],
            Limits::default(),
        );
        let scenarios: Vec<Arc<dyn Scenario>> = vec![
            yinxin_approval::scenario(),
            Arc::new(StandIn(
                "identity",
                IDENTITY,
                &[NO_MANDATE, UNSEALED, NOT_ACCREDITED],
            )),
            Arc::new(StandIn("governance", GOVERNANCE, &[])),
            Arc::new(StandIn("sharing", SHARING, &[NO_RESOURCE])),
        ];
        Self(workbench::World::new(genesis.unwrap(), scenarios))
    }

    pub fn receipt(&mut self, by: &[u8], operation: &str, arguments: Value) -> Receipt {
        let keys: Vec<PrivateKey> = by.iter().map(|seed| key(*seed)).collect();
        self.run_by(&keys.iter().collect::<Vec<_>>(), operation, arguments)
    }

    pub fn try_by(&mut self, by: &[u8], operation: &str, arguments: Value) -> &'static str {
        let receipt = self.receipt(by, operation, arguments);
        self.name(&receipt)
    }

    /// The officer of the housing bureau publishes.
    pub fn publish(&mut self, entries: &[Value]) -> &'static str {
        let arguments = json!({ "for": HOUSING, "items": entries });
        self.try_by(&[OFFICER, SEAL], "approval.item_publish", arguments)
    }

    pub fn withdraw(&mut self, code: &str) -> &'static str {
        let arguments = json!({ "code": code, "for": HOUSING, "reason": "职权已取消" });
        self.try_by(&[OFFICER, SEAL], "approval.item_withdraw", arguments)
    }

    pub fn answer(&self, question: &str, about: &Value) -> Value {
        self.ask(&key(STRANGER), question, about).unwrap()
    }

    pub fn refused(&self, question: &str, about: &Value) -> &'static str {
        match self.ask(&key(STRANGER), question, about) {
            Err(Failure::Rejected(rejection)) => rejection.code.name,
            other => panic!("{other:?}"),
        }
    }

    /// The codes of the items that are listed.
    pub fn listed(&self, about: &Value) -> Vec<String> {
        let answer = self.answer("approval.items", about);
        let items = answer["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["code"].as_str().unwrap().to_owned())
            .collect()
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
