//! A town whose data bureau operates the platform, with a court, the police and an audit office.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey};
use yinxin_execution::workbench::{World, key};
use yinxin_execution::{Executed, Failure, Scenario};
use yinxin_types::{BlockTime, Genesis, Limits, Member, Receipt, Suite};

/// 2026-02-10, 09:00 in Shanghai, a Tuesday before the Spring Festival.
pub const START: u64 = 1_770_685_200_000;
pub const HOUR: u64 = 3_600_000;
pub const DAY: u64 = 24 * HOUR;

/// Operates the platform.
pub const DATA: &str = "1199010000000209X4";
pub const POLICE: &str = "11990100000002057U";
pub const COURT: &str = "11990100000002129L";
pub const AUDIT: &str = "11990100000002081C";

/// Officers: of the bureau with grades 2 and 1, of the police, the court and the audit office with grade 3.
pub const OFFICER: u8 = 11;
pub const CLERK: u8 = 12;
pub const POLICEMAN: u8 = 21;
pub const JUDGE: u8 = 31;
pub const AUDITOR: u8 = 41;

const MEMBERS: [(&str, u8, &[&str]); 4] = [
    (POLICE, 101, &["police"]),
    (DATA, 102, &["identity", "data"]),
    (COURT, 103, &["court"]),
    (AUDIT, 104, &["audit"]),
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
    parties: BTreeMap<u8, Digest>,
}

impl Town {
    pub fn new() -> Self {
        let members = MEMBERS.map(|(code, account, roles)| Member {
            account: key(account).public_key(),
            code: code.parse().unwrap(),
            name: code.to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            validator: key(account + 100).public_key(),
        });
        let genesis = Genesis::new(
            "平台备案".to_owned(),
            Suite::Intl,
            BlockTime(START - HOUR),
            members.to_vec(),
            Limits::default(),
        );
        let scenarios: Vec<Arc<dyn Scenario>> = vec![
            yinxin_governance::scenario(),
            yinxin_identity::scenario(),
            yinxin_filing::scenario(),
        ];
        let mut town = Self {
            world: World::new(genesis.unwrap(), scenarios),
            parties: BTreeMap::new(),
        };
        for (department, officer, grade) in [
            (DATA, OFFICER, 2),
            (DATA, CLERK, 1),
            (POLICE, POLICEMAN, 3),
            (COURT, JUDGE, 3),
            (AUDIT, AUDITOR, 3),
        ] {
            town.officer(department, officer, grade);
        }
        town.world.at(START - 1000);
        town
    }

    fn officer(&mut self, department: &str, officer: u8, grade: u8) {
        let commitment = HashAlgorithm::Sha256.hash(&[b"person", &[officer]]);
        let enrolment = json!({
            "authority": POLICE, "commitment": commitment, "key": key(officer).public_key(), "kind": "person",
        });
        let party = self.ok(&[seal(POLICE), officer], "identity.enrol", enrolment)["party"].clone();
        self.parties
            .insert(officer, party.as_str().unwrap().parse().unwrap());
        let principal = self.ask("identity.party", &json!({ "code": department }))["party"].clone();
        let post = json!({
            "grade": grade, "holder": party, "kind": "post", "principal": principal, "scope": ["filing."],
        });
        self.ok(&[seal(department)], "identity.grant", post);
    }

    pub fn receipt(&mut self, by: &[u8], operation: &str, arguments: Value) -> Receipt {
        let keys: Vec<PrivateKey> = by.iter().map(|seed| key(*seed)).collect();
        self.world
            .run_by(&keys.iter().collect::<Vec<_>>(), operation, arguments)
    }

    pub fn code(&mut self, by: &[u8], operation: &str, arguments: Value) -> &'static str {
        let receipt = self.receipt(by, operation, arguments);
        self.world.name(&receipt)
    }

    pub fn ok(&mut self, by: &[u8], operation: &str, arguments: Value) -> Value {
        let receipt = self.receipt(by, operation, arguments);
        assert_eq!(self.world.name(&receipt), "OK", "{operation}");
        receipt.outcome
    }

    pub fn ask(&self, question: &str, about: &Value) -> Value {
        self.world.ask(&key(AUDITOR), question, about).unwrap()
    }

    pub fn refused(&self, question: &str, about: &Value) -> &'static str {
        match self.world.ask(&key(AUDITOR), question, about) {
            Err(Failure::Rejected(rejection)) => rejection.code.name,
            other => panic!("{other:?}"),
        }
    }

    /// The bureau's officer beside its seal.
    pub fn operator(&mut self, operation: &str, mut arguments: Value) -> Value {
        arguments["for"] = json!(DATA);
        self.ok(&[OFFICER, seal(DATA)], operation, arguments)
    }

    /// The code that the bureau's officer gets.
    pub fn operator_code(&mut self, operation: &str, mut arguments: Value) -> &'static str {
        arguments["for"] = json!(DATA);
        self.code(&[OFFICER, seal(DATA)], operation, arguments)
    }

    /// The code that arguments get which no record is needed to refuse.
    pub fn door(&mut self, operation: &str, mut arguments: Value) -> &'static str {
        if arguments.get("for").is_none() {
            arguments["for"] = json!(DATA);
        }
        self.code(&[OFFICER, seal(DATA)], operation, arguments)
    }

    /// The bureau registers its service, started at a moment.
    pub fn register(&mut self, started: u64) -> Value {
        self.operator(
            "filing.register",
            json!({ "profile": profile(), "started": started }),
        )
    }

    /// A service whose cryptography was assessed the day before it starts.
    pub fn assessed(&mut self, started: u64) {
        self.register(started);
        self.operator("filing.assess", assessment("crypto", started - DAY, "pass"));
    }

    /// A service that was filed too.
    pub fn filed(&mut self, started: u64) {
        self.assessed(started);
        self.operator("filing.record", number("filing", started));
    }

    /// The service as operators and the regulator are told of it.
    pub fn service(&self) -> Value {
        self.ask("filing.services", &json!({}))["services"][0].clone()
    }

    /// An open duty.
    pub fn duty(&self, duty: &str) -> Value {
        let service = self.service();
        let duties = service["duties"].as_array().unwrap().clone();
        duties
            .into_iter()
            .find(|one| one["duty"] == duty)
            .unwrap_or(Value::Null)
    }

    /// A block at a moment, and what time did in it.
    pub fn at(&mut self, time: u64) -> Vec<Value> {
        self.world.at(time - 1000);
        let Executed { occurrences, .. } = self.world.block(&[]);
        occurrences
            .iter()
            .map(|occurred| {
                assert_eq!(occurred.receipt.code, 0);
                occurred.receipt.outcome.clone()
            })
            .collect()
    }

    /// What happened to the service, oldest first.
    pub fn history(&self) -> Vec<String> {
        let told = self.ask("filing.history", &json!({ "operator": DATA }));
        let events = told["events"].as_array().unwrap().iter().rev();
        events
            .map(|one| one["event"]["what"].as_str().unwrap().to_owned())
            .collect()
    }
}

pub fn profile() -> Value {
    json!({
        "algorithms": ["SM2", "SM3", "SM4"], "domain": "yinxin.example.gov.cn",
        "form": { "en": "Evidence and data sharing of departments", "zh": "政务存证与数据共享" },
        "name": { "en": "Yinxin of the town", "zh": "甲市印信平台" },
        "nodes": [{ "name": "甲市数据局", "place": "甲市政务云" }, { "name": "甲市法院", "place": "甲市法院机房" }],
    })
}

pub fn number(what: &str, date: u64) -> Value {
    json!({ "date": date, "evidence": digest("answer"), "number": "示例网信备99010126000001号", "what": what })
}

pub fn assessment(kind: &str, date: u64, finding: &str) -> Value {
    json!({
        "assessor": "示例测评机构", "date": date, "evidence": digest("report"), "finding": finding, "kind": kind, "reference": "示例-2026-001",
    })
}
