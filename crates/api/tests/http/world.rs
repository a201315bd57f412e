//! People and bodies as scenarios would answer for them, and the grants and looks that the index lists.

use serde_json::{Value, json};

use crate::call::Api;
use crate::ledger::{Ledger, START, digest, key};
use crate::node::TestNode;
use crate::session;

/// Whose key the accounts with these seeds are.
pub const PERSON: u8 = 11;
pub const OTHER_PERSON: u8 = 12;
pub const CLERK: u8 = 13;
pub const AUDITOR: u8 = 14;
/// A clerk whose post has ended.
pub const FORMER: u8 = 15;
/// Somebody whom a company authorised for its evidence.
pub const AGENT: u8 = 16;
/// The person's key that was stolen and is revoked.
pub const STOLEN: u8 = 17;
/// The seal of a body.
pub const SEAL: u8 = 18;
/// A clerk of a body that was an auditor, and is suspended.
pub const SUSPENDED: u8 = 19;
/// An agent of the audit office, which gives him no post there.
pub const HELPER: u8 = 20;
/// The guardian of a child.
pub const GUARDIAN: u8 = 21;
/// The legal representative of the company.
pub const DIRECTOR: u8 = 22;
/// The legal representative of another company.
pub const RIVAL: u8 = 23;
/// Somebody whom the company authorised to object for it, and for nothing else.
pub const OBJECTOR: u8 = 24;
/// Somebody whom the company authorised for something else.
pub const COURIER: u8 = 25;
/// Nobody's key.
pub const STRANGER: u8 = 99;

pub const CENTRE: &str = "12990100000001011T";
pub const AUDIT_OFFICE: &str = "11990100000002081C";
pub const OLD_AUDIT_OFFICE: &str = "11990100000002057U";
pub const COMPANY: &str = "91990100MA00000001";

pub const OTHER_COMPANY: &str = "91990100MA00000002";

const BODIES: [(&str, &str); 5] = [
    ("centre", CENTRE),
    ("audit", AUDIT_OFFICE),
    ("old audit", OLD_AUDIT_OFFICE),
    ("company", COMPANY),
    ("other company", OTHER_COMPANY),
];

/// Holder, principal, kind, scope and whether the mandate lives.
const MANDATES: [(u8, &str, &str, &str, bool); 10] = [
    (CLERK, "centre", "post", "sharing.", true),
    (AUDITOR, "audit", "post", "sharing.", true),
    (FORMER, "centre", "post", "sharing.", false),
    (AGENT, "company", "agent", "evidence.", true),
    (SUSPENDED, "old audit", "post", "sharing.", true),
    (HELPER, "audit", "agent", "sharing.", true),
    (DIRECTOR, "company", "representative", "sharing.", true),
    (RIVAL, "other company", "representative", "sharing.", true),
    (OBJECTOR, "company", "agent", "evidence.personal_object", true),
    (COURIER, "company", "agent", "sharing.", true),
];
/// A mandate in the name of a person; a test that needs its grant makes it.
const GUARDIANSHIP: (u8, &str, &str, &str, bool) = (GUARDIAN, "child", "guardian", "sharing.", true);

/// The party whose key an account is.
pub fn party(seed: u8) -> String {
    let owner = if seed == STOLEN { PERSON } else { seed };
    digest(&format!("party {owner}")).to_string()
}

/// The party with this name.
pub fn body(name: &str) -> String {
    digest(&format!("body {name}")).to_string()
}

fn actor(about: &Value) -> Option<Value> {
    let seed = (PERSON..=COURIER).find(|seed| about["account"] == json!(key(*seed).public_key()))?;
    let state = if seed == STOLEN { "revoked" } else { "active" };
    Some(match seed {
        SEAL => json!({ "code": CENTRE, "kind": "department", "party": body("centre"), "state": state }),
        _ => json!({ "code": null, "kind": "person", "party": party(seed), "state": state }),
    })
}

fn mandates(about: &Value) -> Value {
    let all = MANDATES.iter().chain([&GUARDIANSHIP]);
    let between = all.filter(|(holder, principal, ..)| {
        about["holder"] == json!(party(*holder)) && about["principal"] == json!(body(principal))
    });
    let mandate = |(holder, principal, kind, scope, alive): &(u8, &str, &str, &str, bool)| {
        json!({ "alive": alive, "id": digest(&format!("mandate {holder}")), "mandate": {
            "grade": 2, "holder": party(*holder), "kind": kind, "principal": body(principal), "scope": [scope], "until": null,
        } })
    };
    json!({ "mandates": between.map(mandate).collect::<Vec<_>>() })
}

fn member(about: &Value) -> Option<Value> {
    let (name, roles, status) = match about["code"].as_str()? {
        CENTRE => ("甲市住房公积金管理中心", json!([]), "active"),
        AUDIT_OFFICE => ("甲市审计局", json!(["audit"]), "active"),
        OLD_AUDIT_OFFICE => ("甲市旧审计局", json!(["audit"]), "suspended"),
        _ => return None,
    };
    Some(json!({ "code": about["code"], "name": name, "roles": roles, "status": status }))
}

/// What scenarios know.
pub fn known(question: &str, about: &Value) -> Option<Value> {
    match question {
        "identity.actor" => actor(about),
        "identity.mandate" => Some(mandates(about)),
        "identity.party" => BODIES
            .iter()
            .find(|(name, _)| about["party"] == json!(body(name)))
            .map(|(_, code)| json!({ "code": code })),
        "governance.member" => member(about),
        "governance.members" => Some(json!([member(&json!({ "code": CENTRE }))])),
        "evidence.open" | "evidence.closed" => Some(json!({ "echo": about })),
        // Of an entry about a person at the centre; of others there is none.
        "evidence.personal" if about["for"] == json!("evidence.personal") => {
            Some(json!({ "steps": [{ "authority": CENTRE, "subject": party(PERSON) }] }))
        }
        // Of an entry about the company as a party, entered by the centre.
        "evidence.personal" if about["for"] == json!("company") => {
            Some(json!({ "authority": CENTRE, "subject": body("company") }))
        }
        _ => None,
    }
}

/// Puts a mandate on the ledger.
pub fn grant(ledger: &mut Ledger, principal: &str, holder: &str) {
    let transaction = ledger.verified(1, "identity.grant", json!({}));
    let outcome = json!({ "concerns": [principal, holder], "mandate": transaction.id() });
    ledger.single(transaction, 0, outcome);
}

/// Puts something on the ledger that concerns somebody.
pub fn concerning(ledger: &mut Ledger, operation: &str, names: &[&str]) -> String {
    let transaction = ledger.verified(1, operation, json!({}));
    let id = transaction.id().to_string();
    ledger.single(transaction, 0, json!({ "concerns": names }));
    id
}

/// Puts a look at somebody's data on the ledger, allowed or refused with a code.
pub fn look(ledger: &mut Ledger, source: &str, subject: &str, code: u16, withheld: Option<u64>) -> String {
    let transaction = ledger.verified(1, "sharing.disclose", json!({}));
    let id = transaction.id().to_string();
    let event = json!({
        "allowed": code == 0, "basis": { "kind": "lease", "reference": null }, "case": "case 1", "class": "hpf-certificate", "code": code,
        "count": 1, "fields": ["accname", "bal", "unheard_of"], "officer": party(CLERK), "post": null, "previous": null, "purpose": "loan",
        "sequence": 1, "source": source, "subject": subject,
        "withheld": withheld.map(|review| json!({ "basis": "个人信息保护法 §35", "review": review })),
    });
    ledger.single(transaction, code, json!({ "access": event }));
    id
}

/// Puts a look in the name of a person on the ledger: allowed under a mandate, or refused where there is none.
pub fn look_for(ledger: &mut Ledger, subject: &str, mandate: Option<&str>) {
    let transaction = ledger.verified(1, "sharing.view", json!({}));
    let code = if mandate.is_some() { 0 } else { 4999 };
    let event = json!({
        "allowed": code == 0, "basis": { "kind": "mandate", "reference": mandate }, "case": null, "class": "hpf-certificate", "code": code,
        "count": 1, "fields": ["bal"], "officer": party(GUARDIAN), "post": mandate, "previous": null, "purpose": "", "sequence": 1,
        "source": "self", "subject": subject, "withheld": null,
    });
    ledger.single(transaction, code, json!({ "access": event }));
}

/// A chain on which the mandates of the world are granted.
pub fn granted() -> Ledger {
    let mut ledger = Ledger::new();
    for (holder, principal, ..) in MANDATES {
        grant(&mut ledger, &body(principal), &party(holder));
    }
    ledger
}

/// The interface of a node where the world is known.
pub fn api(ledger: Ledger) -> Api {
    let api = Api::new(ledger);
    know(&api.node);
    api
}

pub fn know(node: &TestNode) {
    *node.known.lock().unwrap() = Box::new(known);
}

/// What the interface answers the account with this seed.
pub fn get_as(api: &Api, seed: u8, address: &str) -> crate::call::Answer {
    let cookie = session::sign_in(api, seed);
    api.get_with(&format!("/api/v1/{address}"), &cookie)
}

/// The time of the block at a height.
pub fn time(height: u64) -> u64 {
    START + 1_000 * height
}
