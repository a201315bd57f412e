//! A town with its departments, officers and applicants, and its service items.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey};
use yinxin_execution::Scenario;
use yinxin_execution::workbench::{World, key};
use yinxin_types::{BlockTime, Genesis, Limits, Member, Receipt, Suite};

/// 2026-02-10, 09:00 in Shanghai, a Tuesday before the Spring Festival.
pub const START: u64 = 1_770_685_200_000;
pub const DAY: u64 = 86_400_000;

pub const POLICE: &str = "11990100000002057U";
pub const DATA: &str = "1199010000000209X4";
/// In charge of the items.
pub const HOUSING: &str = "119901000000020229";
pub const FIRE: &str = "11990100000002102W";
pub const FINANCE: &str = "11990100000002073H";
pub const URBAN: &str = "11990100000002110P";
pub const PLANNING: &str = "11990100000002014E";
pub const EXPROPRIATION: &str = "11990100000002137F";
pub const STREET: &str = "11990100000002145A";

/// A plain licence, the renewal of one, and the renewal of an old quarter.
pub const LICENCE: &str = "1199010000000202293990117002011";
pub const RENEWAL: &str = "1199010000000202293990117002012";
pub const RENOVATION: &str = "1199010000000202293990117002013";

pub const READER: &str = "x25519:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// Applicants.
pub const WANG: u8 = 1;
pub const LI: u8 = 2;
/// Officers of housing: window, two reviewers, head of section, head, another head.
pub const CLERK: u8 = 11;
pub const REVIEWER: u8 = 12;
pub const REVIEWER_2: u8 = 13;
pub const SECTION: u8 = 14;
pub const HEAD: u8 = 15;
pub const HEAD_2: u8 = 16;
/// The second key of the clerk, and a clerk who also has the post of a head.
pub const CLERK_OTHER_KEY: u8 = 17;
/// A reviewer of grade 1.
pub const JUNIOR: u8 = 18;
/// Officers of other departments, two of each.
pub const FIRE_1: u8 = 21;
pub const FIRE_2: u8 = 22;
pub const FINANCE_1: u8 = 31;
pub const URBAN_1: u8 = 41;
pub const PLANNING_1: u8 = 51;
pub const EXPROPRIATION_1: u8 = 61;
pub const STREET_1: u8 = 71;
pub const STRANGER: u8 = 200;

const MEMBERS: [(&str, u8, &[&str]); 9] = [
    (POLICE, 101, &["police"]),
    (DATA, 102, &["identity", "data"]),
    (HOUSING, 103, &[]),
    (FIRE, 104, &[]),
    (FINANCE, 105, &["finance"]),
    (URBAN, 106, &[]),
    (PLANNING, 107, &[]),
    (EXPROPRIATION, 108, &[]),
    (STREET, 109, &[]),
];

pub fn digest(text: &str) -> Digest {
    HashAlgorithm::Sha256.hash(&[text.as_bytes()])
}

/// The seal of a department.
pub fn seal(department: &str) -> u8 {
    MEMBERS.iter().find(|member| member.0 == department).unwrap().1
}

pub struct Town {
    pub world: World,
    pub parties: BTreeMap<u8, Digest>,
    members: usize,
}

impl Town {
    pub fn new() -> Self {
        Self::at(START)
    }

    /// A town whose chain begins at a moment.
    pub fn at(start: u64) -> Self {
        let members = MEMBERS.map(|(code, account, roles)| Member {
            account: key(account).public_key(),
            code: code.parse().unwrap(),
            name: code.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            validator: key(account + 100).public_key(),
        });
        let genesis = Genesis::new(
            "行政审批".to_owned(),
            Suite::Intl,
            // Two hours before, so that the town is there at nine.
            BlockTime(start - 2 * 3_600_000),
            members.to_vec(),
            Limits::default(),
        );
        let scenarios: Vec<Arc<dyn Scenario>> = vec![
            yinxin_governance::scenario(),
            yinxin_identity::scenario(),
            yinxin_sharing::scenario(),
            yinxin_approval::scenario(),
        ];
        let mut town = Self {
            world: World::new(genesis.unwrap(), scenarios),
            parties: BTreeMap::new(),
            members: members.len(),
        };
        for person in [
            WANG,
            LI,
            CLERK,
            REVIEWER,
            REVIEWER_2,
            SECTION,
            HEAD,
            HEAD_2,
            JUNIOR,
            FIRE_1,
            FIRE_2,
            FINANCE_1,
            URBAN_1,
            PLANNING_1,
            EXPROPRIATION_1,
            STREET_1,
        ] {
            town.person(person);
        }
        town.second_key(CLERK, CLERK_OTHER_KEY);
        for (department, officer, grade, scope) in [
            (HOUSING, CLERK, 2, "approval."),
            (HOUSING, REVIEWER, 2, "approval."),
            (HOUSING, REVIEWER_2, 2, "approval."),
            (HOUSING, SECTION, 2, "approval."),
            (HOUSING, HEAD, 3, "approval."),
            (HOUSING, HEAD_2, 3, "approval."),
            (HOUSING, JUNIOR, 1, "approval."),
            (FIRE, FIRE_1, 2, "approval."),
            (FIRE, FIRE_2, 2, "approval."),
            (FINANCE, FINANCE_1, 2, "approval."),
            (URBAN, URBAN_1, 2, "approval."),
            (PLANNING, PLANNING_1, 2, "approval."),
            (EXPROPRIATION, EXPROPRIATION_1, 2, "approval."),
            (STREET, STREET_1, 2, "approval."),
        ] {
            town.post(department, officer, grade, &[scope]);
        }
        for (process, text) in [
            (
                "plain-licence",
                include_str!("../../../../scenarios/approval/processes/plain-licence.bpmn"),
            ),
            (
                "licence-renewal",
                include_str!("../../../../scenarios/approval/processes/licence-renewal.bpmn"),
            ),
            (
                "renovation",
                include_str!("../../../../scenarios/approval/processes/renovation.bpmn"),
            ),
        ] {
            town.enact(&format!("process/{process}"), 1, text);
        }
        town.enact("form/application", 1, &form().to_string());
        let accredited = json!({ "department": POLICE, "types": ["residence"] });
        town.ok(&[seal(DATA)], "identity.accredit", accredited);
        town.publish(LICENCE, 1, licence_item("plain-licence", 1));
        town.publish(RENEWAL, 1, licence_item("licence-renewal", 1));
        town.publish(RENOVATION, 1, renovation_item());
        town.world.at(start - 1000);
        town
    }

    fn person(&mut self, seed: u8) {
        let commitment = HashAlgorithm::Sha256.hash(&[b"person", &[seed]]);
        let arguments = json!({
            "authority": POLICE, "commitment": commitment, "key": key(seed).public_key(), "kind": "person",
        });
        let receipt = self.ok(&[seal(POLICE), seed], "identity.enrol", arguments);
        self.parties.insert(seed, id(&receipt, "party"));
    }

    /// Binds another key to a person.
    fn second_key(&mut self, person: u8, other: u8) {
        self.ok(
            &[person, other],
            "identity.bind",
            json!({ "key": key(other).public_key() }),
        );
    }

    /// Gives an officer a post, and answers the mandate.
    pub fn post(&mut self, department: &str, officer: u8, grade: u8, scope: &[&str]) -> Digest {
        let about = json!({ "code": department });
        let principal = self.ask("identity.party", about)["party"].clone();
        let arguments = json!({
            "grade": grade, "holder": self.parties[&officer], "kind": "post", "principal": principal, "scope": scope,
        });
        id(
            &self.ok(&[seal(department)], "identity.grant", arguments),
            "mandate",
        )
    }

    /// All members vote for a document.
    pub fn enact(&mut self, name: &str, version: u64, text: &str) {
        let content = json!({
            "class": "catalogue", "content": text, "digest": digest(text), "name": name, "version": version,
        });
        let deadline = self.world.time + 3_600_000;
        let arguments =
            json!({ "deadline": deadline, "decision": { "content": content, "kind": "document" } });
        let proposal = id(&self.ok(&[101], "governance.propose", arguments), "proposal");
        for member in 0..u8::try_from(self.members).unwrap() {
            let arguments = json!({ "choice": "for", "proposal": proposal });
            let receipt = self.receipt(&[101 + member], "governance.vote", arguments);
            if receipt.outcome["status"] == "enacted" {
                return;
            }
        }
        panic!("{name} was not enacted");
    }

    /// Puts a version of an item in force.
    pub fn publish(&mut self, item: &str, version: u32, content: Value) {
        let items = json!([{ "code": item, "content": content, "version": version }]);
        let arguments = json!({ "for": HOUSING, "items": items });
        self.ok(&[HEAD, seal(HOUSING)], "approval.item_publish", arguments);
    }

    pub fn receipt(&mut self, by: &[u8], operation: &str, arguments: Value) -> Receipt {
        let keys: Vec<PrivateKey> = by.iter().map(|seed| key(*seed)).collect();
        let keys: Vec<&PrivateKey> = keys.iter().collect();
        self.world.run_by(&keys, operation, arguments)
    }

    pub fn code(&mut self, by: &[u8], operation: &str, arguments: Value) -> &'static str {
        let receipt = self.receipt(by, operation, arguments);
        self.world.name(&receipt)
    }

    pub fn ok(&mut self, by: &[u8], operation: &str, arguments: Value) -> Receipt {
        let transaction = {
            let keys: Vec<PrivateKey> = by.iter().map(|seed| key(*seed)).collect();
            let keys: Vec<&PrivateKey> = keys.iter().collect();
            self.world.sign_by(&keys, operation, arguments)
        };
        let receipt = self.world.block(&[transaction]).receipts.remove(0);
        assert_eq!(self.world.name(&receipt), "OK", "{operation}");
        receipt
    }

    /// What somebody is answered after the last block.
    pub fn ask(&self, question: &str, about: Value) -> Value {
        self.world.ask(&key(WANG), question, &about).unwrap()
    }

    pub fn case(&self, number: &str) -> Value {
        self.ask("approval.case", json!({ "case": number }))
    }

    pub fn state(&self, number: &str) -> String {
        self.case(number)["state"].as_str().unwrap().to_owned()
    }

    /// The elements of the open steps.
    pub fn open(&self, number: &str) -> Vec<String> {
        let case = self.case(number);
        let steps = case["steps"].as_array().unwrap();
        steps
            .iter()
            .map(|step| step["step"].as_str().unwrap().to_owned())
            .collect()
    }

    /// What happened in a case.
    pub fn history(&self, number: &str) -> Vec<String> {
        let told = self.ask("approval.history", json!({ "case": number }));
        let entries = told["entries"].as_array().unwrap();
        entries
            .iter()
            .map(|entry| entry["entry"]["what"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The clock of a kind.
    pub fn clock(&self, number: &str, kind: &str) -> Value {
        let case = self.case(number);
        let clocks = case["clocks"].as_array().unwrap().clone();
        let found = clocks.into_iter().rev().find(|clock| clock["kind"] == kind);
        found.unwrap_or_else(|| panic!("no clock {kind}"))
    }

    /// Wang applies for a plain licence.
    pub fn submit(&mut self) -> String {
        self.submit_by(&[WANG], application(LICENCE, &["application", "plan"]))
    }

    pub fn submit_by(&mut self, by: &[u8], arguments: Value) -> String {
        let receipt = self.ok(by, "approval.submit", arguments);
        receipt.outcome["case"].as_str().unwrap().to_owned()
    }

    /// An accepted case.
    pub fn accepted(&mut self) -> String {
        let case = self.submit();
        self.ok(
            &[CLERK, seal(HOUSING)],
            "approval.accept",
            json!({ "case": case }),
        );
        case
    }

    /// What an officer signs to take an open step, seeing its materials as they are.
    pub fn step(&self, case: &str, step: &str, outcome: &str, second: Option<u8>) -> Value {
        let told = self.case(case);
        let steps = told["steps"].as_array().unwrap();
        let open = steps
            .iter()
            .find(|open| open["step"] == step)
            .unwrap_or_else(|| panic!("`{step}` is not open"));
        let mut seen = json!({});
        for class in open["materials"].as_array().unwrap() {
            let class = class.as_str().unwrap();
            if let Some(material) = told["materials"].get(class) {
                seen[class] = material["commitment"].clone();
            }
        }
        let mut arguments = json!({
            "case": case, "for": open["department"], "opinion": { "text": "符合要求" }, "outcome": outcome, "seen": seen,
            "step": step, "work": open["work"],
        });
        if let Some(second) = second {
            arguments["second"] = json!(key(second).public_key());
        }
        arguments
    }

    /// An officer, or two, take an open step beside the seal.
    pub fn act(&mut self, case: &str, officers: &[u8], step: &str, outcome: &str) -> &'static str {
        let arguments = self.step(case, step, outcome, officers.get(1).copied());
        let seal = seal(arguments["for"].as_str().unwrap());
        let mut by = officers.to_vec();
        by.push(seal);
        self.code(&by, "approval.act", arguments)
    }

    /// A case whose process has come to its end.
    pub fn joined(&mut self) -> String {
        let case = self.accepted();
        assert_eq!(self.act(&case, &[REVIEWER, REVIEWER_2], "review", "agree"), "OK");
        assert_eq!(self.act(&case, &[SECTION], "propose", "approve"), "OK");
        assert_eq!(self.state(&case), "joined");
        case
    }

    /// What the head signs to decide, seeing all materials as they are.
    pub fn decision(&self, case: &str, outcome: &str) -> Value {
        let told = self.case(case);
        let mut seen = json!({});
        for (class, material) in told["materials"].as_object().unwrap() {
            seen[class] = material["commitment"].clone();
        }
        let mut arguments = json!({ "case": case, "outcome": outcome, "seen": seen });
        if outcome == "approve" {
            arguments["licence"] = json!(digest("licence"));
        } else {
            arguments["reason"] = json!("不符合规划");
            arguments["remedy"] = json!("可在六十日内申请行政复议");
        }
        arguments
    }

    /// A decided case, and the decision.
    pub fn decided(&mut self) -> (String, Digest) {
        let case = self.joined();
        let arguments = self.decision(&case, "approve");
        let receipt = self.ok(&[HEAD, seal(HOUSING)], "approval.decide", arguments);
        (case, id(&receipt, "decision"))
    }
}

pub fn id(receipt: &Receipt, name: &str) -> Digest {
    receipt.outcome[name].as_str().unwrap().parse().unwrap()
}

/// An application with materials of these classes.
pub fn application(item: &str, classes: &[&str]) -> Value {
    let materials: Vec<Value> = classes
        .iter()
        .map(|class| json!({ "class": class, "commitment": digest(class), "origin": "submitted" }))
        .collect();
    json!({ "answers": {}, "item": item, "materials": materials, "version": 1 })
}

/// The old quarter is renewed for a compensation of so many fen.
pub fn renovation(owed_fen: i64) -> Value {
    let mut arguments = application(
        RENOVATION,
        &[
            "application",
            "budget",
            "building-plan",
            "compensation-plan",
            "fire-plan",
            "site-plan",
            "survey",
        ],
    );
    arguments["answers"] = json!({ "compensation_fen": owed_fen });
    arguments
}

fn material(class: &str, required: bool, shared: bool) -> Value {
    let source = match shared {
        false => json!({ "kind": "submitted" }),
        true => json!({ "holder": POLICE, "kind": "certificate", "type": "residence" }),
    };
    json!({ "class": class, "name": { "en": class, "zh": class }, "required": required, "source": source })
}

fn item(process: &str, version: u32, days: u32, materials: Vec<Value>, licence: Value) -> Value {
    let mut decision = json!({ "grade": 3, "public": true, "two_officers": false });
    if !licence.is_null() {
        decision["licence"] = licence;
    }
    json!({
        "conditions": { "zh": "符合规划" },
        "decision": decision,
        "events": ["house"],
        "fee": { "kind": "none" },
        "form": { "key": "application", "version": 1 },
        "handling": { "kind": "promised", "period": { "count": days / 2, "unit": "working_days" } },
        "laws": ["行政许可法 §12"],
        "level": "city",
        "materials": materials,
        "name": { "en": process, "zh": process },
        "process": { "key": process, "version": version },
        "served": ["person"],
        "special": ["hearing", "inspection"],
        "statutory": { "count": days, "unit": "working_days" },
        "type": "permit",
        "visits": 1,
    })
}

/// A licence that is valid for a year and can be renewed until thirty days before.
pub fn licence_item(process: &str, version: u32) -> Value {
    let licence = json!({
        "kind": "permit", "name": { "en": "Permit", "zh": "许可证" },
        "renewal": { "lapse": true, "window": { "count": 30, "unit": "days" } },
        "validity": { "count": 12, "unit": "months" },
    });
    let materials = vec![
        material("application", true, false),
        material("plan", true, false),
        material("residence", false, true),
    ];
    item(process, version, 20, materials, licence)
}

fn renovation_item() -> Value {
    let classes = [
        "application",
        "budget",
        "building-plan",
        "compensation-plan",
        "fire-plan",
        "site-plan",
        "survey",
    ];
    let materials = classes.map(|class| material(class, true, false)).to_vec();
    item("renovation", 1, 45, materials, Value::Null)
}

fn label(text: &str) -> Value {
    json!({ "en": text, "zh": text })
}

/// A form whose public fields are an amount of money and whether functions are new; the name is sealed.
fn form() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "additionalProperties": false,
        "properties": {
            "applicant": { "maxLength": 60, "type": "string", "x-label": label("姓名") },
            "compensation_fen": {
                "maximum": 100_000_000_000_i64, "minimum": 0, "type": "integer", "x-label": label("补偿总额"), "x-public": true,
                "x-unit": "fen",
            },
            "new_function": { "type": "boolean", "x-label": label("新增功能"), "x-public": true },
        },
        "type": "object",
        "x-sections": [{ "fields": ["applicant", "compensation_fen", "new_function"], "x-title": label("申请") }],
        "x-title": label("申请表"),
    })
}
