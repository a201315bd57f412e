//! The town: its departments, who holds which post in them, the process and the item, and the transactions that put all of it on the ledger.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use yinxin_client::transaction::Request;
use yinxin_crypto::{Digest, HashAlgorithm, KeyError, PrivateKey, SignatureAlgorithm};
use yinxin_types::transaction::Transaction;
use yinxin_types::{BlockTime, Envelope};

use crate::departments::{self, Founder, founder};

/// In charge of the item.
pub const HOUSING: &str = "119901000000020229";
/// Enrols and keeps the register of persons.
pub const DATA: &str = "1199010000000209X4";
/// Reviews the plans.
pub const PLANNING: &str = "11990100000002014E";
/// Attests the money.
pub const FINANCE: &str = "11990100000002073H";
/// The fire brigade, without a node like the three after it.
pub const FIRE: &str = "11990100000002102W";
/// Urban management.
pub const URBAN: &str = "11990100000002110P";
/// Expropriation.
pub const EXPROPRIATION: &str = "11990100000002137F";
/// The street office.
pub const STREET: &str = "11990100000002145A";

/// The item.
pub const ITEM: &str = "1199010000000202293990117002013";

/// What is owed to those who move, in fen.
pub const OWED: i64 = 1_000_000;

/// The classes of materials of the item.
pub const CLASSES: [&str; 7] = [
    "application",
    "budget",
    "building-plan",
    "compensation-plan",
    "fire-plan",
    "site-plan",
    "survey",
];

/// The founders, each with a node of its own.
pub const FOUNDERS: [Founder; 4] = [
    founder("甲市政务服务和数据管理局", DATA, &["data", "identity", "police"]),
    founder("甲市住房和城乡建设局", HOUSING, &[]),
    founder("甲市自然资源和规划局(不动产登记)", PLANNING, &[]),
    founder("甲市财政局", FINANCE, &["finance"]),
];

/// The departments that take part without a node.
const GUESTS: [&str; 4] = [FIRE, URBAN, EXPROPRIATION, STREET];

/// Somebody in the town.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// An applicant.
    Wang,
    /// Another applicant.
    Li,
    /// At the window of housing.
    Clerk,
    /// A reviewer of housing.
    Reviewer,
    /// Another reviewer.
    Reviewer2,
    /// The head of the section.
    Section,
    /// The head of housing.
    Head,
    /// Another head.
    Head2,
    /// A reviewer of grade 1.
    Junior,
    /// Of the fire brigade.
    Fire1,
    /// Of the fire brigade too.
    Fire2,
    /// Of finance.
    Finance1,
    /// Of finance, of grade 1.
    Finance2,
    /// Of urban management.
    Urban1,
    /// Of planning.
    Planning1,
    /// Of expropriation.
    Expropriation1,
    /// Of the street office.
    Street1,
    /// An officer of housing whose post has ended.
    Former,
    /// A key that nobody knows.
    Stranger,
}

use Who::{
    Clerk, Expropriation1, Finance1, Finance2, Fire1, Fire2, Former, Head, Head2, Junior, Li, Planning1,
    Reviewer, Reviewer2, Section, Street1, Urban1, Wang,
};

/// All who are enrolled.
const PEOPLE: [Who; 18] = [
    Wang,
    Li,
    Clerk,
    Reviewer,
    Reviewer2,
    Section,
    Head,
    Head2,
    Junior,
    Fire1,
    Fire2,
    Finance1,
    Finance2,
    Urban1,
    Planning1,
    Expropriation1,
    Street1,
    Former,
];

/// Officers with the grades of their posts, by department.
pub const POSTS: [(Who, &str, u8); 16] = [
    (Clerk, HOUSING, 2),
    (Reviewer, HOUSING, 2),
    (Reviewer2, HOUSING, 2),
    (Section, HOUSING, 2),
    (Head, HOUSING, 3),
    (Head2, HOUSING, 3),
    (Junior, HOUSING, 1),
    (Former, HOUSING, 3),
    (Fire1, FIRE, 2),
    (Fire2, FIRE, 2),
    (Finance1, FINANCE, 2),
    (Finance2, FINANCE, 1),
    (Urban1, URBAN, 2),
    (Planning1, PLANNING, 2),
    (Expropriation1, EXPROPRIATION, 2),
    (Street1, STREET, 2),
];

impl Who {
    /// The department of its post; that of the item for those who have none.
    pub fn department(self) -> &'static str {
        let post = POSTS.iter().find(|(who, _, _)| *who == self);
        post.map_or(HOUSING, |(_, department, _)| department)
    }

    /// Its key.
    pub fn key(self) -> Result<PrivateKey, KeyError> {
        let number = PEOPLE.iter().position(|who| *who == self).unwrap_or(PEOPLE.len());
        departments::key(SignatureAlgorithm::Ed25519, "person", number)
    }
}

/// The key with which a department seals.
pub fn seal(department: &str) -> Result<PrivateKey, KeyError> {
    match FOUNDERS.iter().position(|founder| founder.code == department) {
        Some(number) => departments::key(SignatureAlgorithm::Ed25519, "department", number),
        None => {
            let number = GUESTS.iter().position(|code| *code == department).unwrap_or(99);
            departments::key(SignatureAlgorithm::Ed25519, "guest", number)
        }
    }
}

/// A commitment to something.
pub fn digest(text: &str) -> Digest {
    HashAlgorithm::Sha256.hash(&[text.as_bytes()])
}

/// Signs for the chain, first the account, then the others; valid for five minutes from `now`.
pub fn sign(
    chain: Digest,
    now: BlockTime,
    (operation, arguments): (&str, Value),
    by: &[PrivateKey],
    salt: [u8; 16],
) -> Option<(Digest, Envelope)> {
    let request = Request {
        operation: operation.to_owned(),
        arguments: arguments.as_object().cloned()?,
    };
    let (account, others) = by.split_first()?;
    let others: Vec<&PrivateKey> = others.iter().collect();
    let until = now.saturating_add(300_000);
    let envelope = request.sign_with_salt(chain, until, account, &others, salt);
    let envelope = envelope.ok()?;
    Some((
        Transaction::from(envelope.clone()).id(chain.algorithm()),
        envelope,
    ))
}

/// The party of a founding department.
pub fn founder_party(chain: &Digest, code: &str) -> Digest {
    let parts = [chain.bytes().as_slice(), code.as_bytes()];
    chain.algorithm().hash_tagged("yinxin/identity/founder/1", &parts)
}

/// The party that a transaction enrols.
fn enrolled(id: &Digest) -> Digest {
    id.algorithm()
        .hash_tagged("yinxin/identity/party/1", &[id.bytes()])
}

/// Transactions, each with its identifier.
pub type Signed = Vec<(Digest, Envelope)>;

/// The town as it is founded.
pub struct Town {
    /// What is signed to found it, in parts of which each needs the one before.
    pub parts: [Signed; 3],
    /// The parties of its people.
    pub parties: BTreeMap<Who, Digest>,
    /// The parties of its departments, by code.
    pub bodies: BTreeMap<&'static str, Digest>,
}

/// Signs one transaction after the other.
struct Scribe {
    chain: Digest,
    number: u64,
}

impl Scribe {
    fn sign(&mut self, operation: &str, arguments: Value, by: &[PrivateKey]) -> Option<(Digest, Envelope)> {
        self.number += 1;
        let salt = u128::from(self.number).to_be_bytes();
        sign(
            self.chain,
            BlockTime(departments::START_MS),
            (operation, arguments),
            by,
            salt,
        )
    }
}

impl Town {
    /// The town on a chain. `None` if something cannot be signed, which a test would show.
    pub fn of(chain: Digest) -> Option<Self> {
        let mut scribe = Scribe { chain, number: 0 };
        let mut town = Self {
            parts: Default::default(),
            parties: BTreeMap::new(),
            bodies: BTreeMap::new(),
        };
        town.enrol(&mut scribe)?;
        town.decide(&mut scribe)?;
        town.appoint(&mut scribe)?;
        Some(town)
    }

    /// Departments without a node, and people.
    fn enrol(&mut self, scribe: &mut Scribe) -> Option<()> {
        for founder in FOUNDERS {
            let party = founder_party(&scribe.chain, founder.code);
            self.bodies.insert(founder.code, party);
        }
        let [first, _, _] = &mut self.parts;
        for code in GUESTS {
            let key = seal(code).ok()?;
            let arguments =
                json!({ "authority": DATA, "code": code, "key": key.public_key(), "kind": "department" });
            let one = scribe.sign("identity.enrol", arguments, &[seal(DATA).ok()?, key])?;
            self.bodies.insert(code, enrolled(&one.0));
            first.push(one);
        }
        for who in PEOPLE {
            let key = who.key().ok()?;
            let arguments = json!({
                "authority": DATA, "commitment": digest(&format!("{who:?}")), "key": key.public_key(), "kind": "person",
            });
            let one = scribe.sign("identity.enrol", arguments, &[seal(DATA).ok()?, key])?;
            self.parties.insert(who, enrolled(&one.0));
            first.push(one);
        }
        Some(())
    }

    /// The process and the form, proposed and voted for.
    fn decide(&mut self, scribe: &mut Scribe) -> Option<()> {
        let process = include_str!("../../../../scenarios/approval/processes/renovation.bpmn").to_owned();
        let documents = [
            ("process/renovation", process),
            ("form/application", form().to_string()),
        ];
        let [first, second, _] = &mut self.parts;
        for (name, content) in documents {
            let digest = digest(&content);
            let document = json!({ "class": "catalogue", "content": content, "digest": digest, "name": name, "version": 1 });
            let deadline = departments::START_MS + 3_600_000;
            let decision = json!({ "content": document, "kind": "document" });
            let arguments = json!({ "deadline": deadline, "decision": decision });
            let proposal = scribe.sign("governance.propose", arguments, &[seal(DATA).ok()?])?;
            for founder in FOUNDERS.iter().take(3) {
                let arguments = json!({ "choice": "for", "proposal": proposal.0 });
                second.push(scribe.sign("governance.vote", arguments, &[seal(founder.code).ok()?])?);
            }
            first.push(proposal);
        }
        Some(())
    }

    /// The posts of officers, one of which ends at once, and the item.
    fn appoint(&mut self, scribe: &mut Scribe) -> Option<()> {
        let [_, second, third] = &mut self.parts;
        for (who, department, grade) in POSTS {
            let (holder, principal) = (self.parties.get(&who)?, self.bodies.get(department)?);
            let arguments = json!({
                "grade": grade, "holder": holder, "kind": "post", "principal": principal, "scope": ["approval."],
            });
            let one = scribe.sign("identity.grant", arguments, &[seal(department).ok()?])?;
            if who == Former {
                let arguments = json!({ "mandate": one.0 });
                third.push(scribe.sign("identity.end", arguments, &[seal(HOUSING).ok()?])?);
            }
            second.push(one);
        }
        let items = json!([{ "code": ITEM, "content": item(), "version": 1 }]);
        let arguments = json!({ "for": HOUSING, "items": items });
        let by = [Head.key().ok()?, seal(HOUSING).ok()?];
        third.push(scribe.sign("approval.item_publish", arguments, &by)?);
        Some(())
    }
}

fn item() -> Value {
    let materials = CLASSES.map(|class| {
        json!({
            "class": class, "name": { "en": class, "zh": class }, "required": true, "source": { "kind": "submitted" },
        })
    });
    json!({
        "conditions": { "zh": "符合规划" },
        "decision": { "grade": 3, "public": true, "two_officers": false },
        "events": ["house"],
        "fee": { "kind": "none" },
        "form": { "key": "application", "version": 1 },
        "handling": { "kind": "promised", "period": { "count": 30, "unit": "working_days" } },
        "laws": ["行政许可法 §12"],
        "level": "city",
        "materials": materials,
        "name": { "en": "Renewal of an old quarter", "zh": "旧城改造" },
        "process": { "key": "renovation", "version": 1 },
        "served": ["person"],
        "special": ["hearing", "inspection"],
        "statutory": { "count": 45, "unit": "working_days" },
        "type": "permit",
        "visits": 1,
    })
}

fn form() -> Value {
    let label = |text: &str| json!({ "en": text, "zh": text });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "additionalProperties": false,
        "properties": {
            "applicant": { "maxLength": 60, "type": "string", "x-label": label("姓名") },
            "compensation_fen": {
                "maximum": 100_000_000_000_i64, "minimum": 0, "type": "integer", "x-label": label("补偿总额"), "x-public": true,
                "x-unit": "fen",
            },
        },
        "type": "object",
        "x-sections": [{ "fields": ["applicant", "compensation_fen"], "x-title": label("申请") }],
        "x-title": label("申请表"),
    })
}
