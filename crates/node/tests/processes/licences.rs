//! The way of a licence over the nodes of the departments (D29): decided, issued as a credential, in its holder's hands, checked by everybody,
//! withheld and taken again.

use std::fs;

use serde_json::{Value, json};
use yinxin_credential::{Error, Jwk, Policy, Status, Verified};
use yinxin_crypto::{Digest, PublicKey};

use crate::invented::{Draw, Invented};
use crate::items::enact;
use crate::network::{PATIENCE, wait_for};
use crate::search::{Needles, files};
use crate::sharing::listed;
use crate::town::{
    AUDIT, AWAY, BUREAU, HOME, Person, Town, ask_openly, code, fetch, open, published, reader,
};

/// One review by the department of the item.
const PROCESS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yx="urn:yinxin:process:1" id="d" targetNamespace="urn:yinxin:test">
<bpmn:process id="shop" isExecutable="true">
<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>
<bpmn:userTask id="review" yx:department="handler" yx:role="reviewer" yx:form="opinion" yx:deadline="10 working days" yx:atExpiry="escalate" yx:outcomes="agree object" yx:result="opinion" yx:materials="plan"/>
<bpmn:sequenceFlow id="a" sourceRef="s" targetRef="review"/><bpmn:sequenceFlow id="b" sourceRef="review" targetRef="e"/>
</bpmn:process></bpmn:definitions>"#;

/// How far clocks may differ, in seconds.
const LEEWAY_S: u64 = 600;

fn label(text: &str) -> Value {
    json!({ "en": text, "zh": text })
}

fn form() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "additionalProperties": false,
        "properties": {
            "area": { "maximum": 10_000, "minimum": 1, "type": "integer", "x-label": label("面积"), "x-public": true },
        },
        "type": "object", "x-sections": [{ "fields": ["area"], "x-title": label("申请") }], "x-title": label("申请表"),
    })
}

/// A licence that ends after a year, with an area from the application and premises that an officer writes.
fn content() -> Value {
    let days = |count: u32| json!({ "count": count, "unit": "working_days" });
    let licence = json!({
        "fields": [
            { "answer": "area", "label": label("面积"), "name": "area" },
            { "label": label("经营场所"), "name": "premises" },
        ],
        "kind": "shop", "name": { "en": "Shop licence", "zh": "经营许可证" },
        "validity": { "count": 12, "unit": "months" },
    });
    json!({
        "conditions": { "zh": "符合规划" },
        "decision": { "grade": 3, "licence": licence, "public": true, "two_officers": false },
        "events": ["company"], "fee": { "kind": "none" }, "form": { "key": "shop", "version": 1 },
        "handling": { "kind": "promised", "period": days(5) }, "laws": ["行政许可法 §12"], "level": "city",
        "materials": [{ "class": "plan", "name": label("平面图"), "required": true, "source": { "kind": "submitted" } }],
        "name": label("经营许可"), "process": { "key": "shop", "version": 1 }, "served": ["person"], "special": [],
        "statutory": days(20), "type": "permit", "visits": 0,
    })
}

fn item() -> String {
    format!("{}3990117002011", code(HOME))
}

/// Those who handle the case, each another person.
struct Hall {
    clerk: Person,
    reviewer: Person,
    head: Person,
    other_head: Person,
}

fn hall(town: &Town, draw: &mut Draw) -> Hall {
    let officers = [2, 2, 3, 3].map(|grade| {
        let person = town.enrol(&Invented::draw(draw).number, HOME);
        let about = json!({ "code": code(HOME), "purpose": "credential" });
        let principal = ask_openly(&town.network.nodes[HOME], "identity.published", &about).unwrap();
        let post = json!({
            "grade": grade, "holder": person.party, "kind": "post", "principal": principal["party"], "scope": ["approval."],
        });
        town.seal_acts(HOME, "identity.grant", &post).ok();
        person
    });
    town.settle();
    let [clerk, reviewer, head, other_head] = officers;
    Hall {
        clerk,
        reviewer,
        head,
        other_head,
    }
}

/// A case of the person that only the decision is missing of.
fn joined(town: &Town, hall: &Hall, person: &Person) -> String {
    let plan = town.network.chain.algorithm().hash(&[b"plan"]);
    let application = json!({
        "answers": { "area": 120 }, "item": item(),
        "materials": [{ "class": "plan", "commitment": plan, "origin": "submitted" }], "version": 1,
    });
    let submitted = town.act(person, "approval.submit", &application).ok();
    let case = submitted.outcome["case"].as_str().unwrap().to_owned();
    town.settle();
    town.act_sealed(&hall.clerk, "approval.accept", &json!({ "case": case }))
        .ok();
    town.settle();
    let told = town
        .ask(&hall.reviewer, "approval.case", &json!({ "case": case }))
        .unwrap();
    let opinion = json!({
        "case": case, "for": code(HOME), "opinion": { "text": "符合要求" }, "outcome": "agree", "seen": { "plan": plan },
        "step": "review", "work": told["steps"][0]["work"],
    });
    town.act_sealed(&hall.reviewer, "approval.act", &opinion).ok();
    town.settle();
    case
}

/// What a presentation of a licence says, under the key that its issuer published.
fn verified(town: &Town, presentation: &str, key: &PublicKey) -> Result<Verified, Error> {
    let key = Jwk::ed25519(key.as_bytes().try_into().unwrap()).unwrap();
    let issuers = |issuer: &str, _: Option<&str>| (issuer == code(HOME)).then_some(key);
    let now = town.network.nodes[AWAY].ask("status").unwrap()["time"]
        .as_u64()
        .unwrap();
    let policy = Policy {
        issuers: &issuers,
        now_s: now / 1000,
        leeway_s: LEEWAY_S,
        binding: None,
    };
    yinxin_credential::verify(presentation, &policy)
}

/// What everybody is told of a licence, the same at every node.
fn standing(town: &Town, licence: &Digest) -> Value {
    let about = json!({ "licence": licence });
    let told: Vec<Value> = [HOME, AWAY, BUREAU, AUDIT]
        .map(|at| ask_openly(&town.network.nodes[at], "approval.licence_standing", &about).unwrap())
        .to_vec();
    assert!(told.windows(2).all(|two| two[0] == two[1]), "{told:?}");
    told[0].clone()
}

/// The state that everybody is told, and what the list says that each node serves: both after the same block.
fn assert_stands(town: &Town, licence: &Digest, state: &str, status: Status) {
    town.settle();
    let told = standing(town, licence);
    assert_eq!(told["state"], state);
    for at in [HOME, AWAY, BUREAU, AUDIT] {
        assert_eq!(listed(town, at, &told["status"]), status, "{state} at node {at}");
    }
}

/// Files in the folder of keys of the department's desk: one for each material that can still be read.
fn readable(town: &Town) -> usize {
    files(&town.network.nodes[HOME].folder.join("materials").join("keys")).len()
}

#[test]
fn a_licence_is_decided_issued_held_checked_withheld_and_taken() {
    let town = Town::start();
    let mut draw = Draw::new(29);
    let hall = hall(&town, &mut draw);
    let somebody = Invented::draw(&mut draw);
    let wang = town.enrol(&somebody.number, HOME);
    enact(&town, "process/shop", PROCESS);
    enact(&town, "form/shop", &form().to_string());
    let publication =
        json!({ "for": code(HOME), "items": [{ "code": item(), "content": content(), "version": 1 }] });
    town.act_sealed(&hall.head, "approval.item_publish", &publication)
        .ok();
    town.settle();
    let case = joined(&town, &hall, &wang);

    // The content is composed at the desk, by who may decide, and fits the item.
    let fields = json!({ "holder": somebody.name, "holder_code": somebody.number, "premises": "虚构路一号" });
    let compose = |who: &Person, fields: &Value| {
        let order = json!({ "case": case, "fields": fields });
        town.call(who, "POST", "/api/v1/desk/licences/content", Some(&order))
    };
    assert_eq!(compose(&wang, &fields).code(), "AUTH_MANDATE_MISSING");
    assert_eq!(compose(&town.loan, &fields).code(), "AUTH_MANDATE_MISSING");
    let mut wrong = fields.clone();
    wrong["area"] = json!("12000");
    let refused = compose(&hall.head, &wrong);
    assert_eq!(refused.code(), "DESK_FIELDS");
    assert!(!String::from_utf8_lossy(&refused.body).contains("12000"));
    // Composed twice; what the decision does not name is destroyed.
    compose(&hall.head, &fields).ok();
    let composed = compose(&hall.head, &fields).ok();
    assert_eq!(readable(&town), 2);
    let plan = town.network.chain.algorithm().hash(&[b"plan"]);
    let decision = json!({
        "case": case, "licence": composed["licence"], "outcome": "approve", "seen": { "plan": plan },
    });
    let decided = town.act_sealed(&hall.head, "approval.decide", &decision).ok();
    let act = decided.named("decision");
    wait_for("the other content to be destroyed", PATIENCE, || {
        (readable(&town) == 1).then_some(())
    });

    // The credential is made of that content and of what the ledger says, once the department is accredited.
    let order = json!({ "case": case });
    let credential = town
        .call(
            &hall.clerk,
            "POST",
            "/api/v1/desk/licences/credential",
            Some(&order),
        )
        .ok();
    assert_eq!(credential["act"], json!(act));
    assert_eq!(
        town.act_sealed(&hall.clerk, "approval.licence_issue", &credential)
            .code,
        "AUTH_ISSUER_NOT_ACCREDITED"
    );
    let accreditation = json!({ "department": code(HOME), "types": ["licence-shop"] });
    town.seal_acts(BUREAU, "identity.accredit", &accreditation).ok();
    town.settle();
    let issued = town
        .act_sealed(&hall.clerk, "approval.licence_issue", &credential)
        .ok();
    let licence = issued.named("licence");
    assert_stands(&town, &licence, "valid", Status::Valid);

    // The holder looks, gets it sealed for a key of this look, and what it says is what was decided.
    let key = reader();
    let all = ["area", "holder", "holder_code", "premises"];
    let view = json!({
        "fields": all, "licence": licence, "purpose": "own-look", "reader": key.encryption_key(),
    });
    assert_eq!(
        town.act(&town.loan, "approval.licence_view", &view).code,
        "AUTH_NOT_APPLICANT"
    );
    let looked = town.act(&wang, "approval.licence_view", &view).ok();
    let released = fetch(town.node(&wang), &looked.id()).ok();
    let opened = open(&key, &looked.id(), &released).unwrap();
    assert_eq!(opened["licence"], json!(licence));
    let presentation = opened["presentation"].as_str().unwrap();
    let held = verified(&town, presentation, &published(&town.network, HOME, "credential")).unwrap();
    let told = standing(&town, &licence);
    assert_eq!(
        Value::Object(held.claims.clone()),
        json!({
            "area": "120", "holder": somebody.name, "holder_code": somebody.number, "item": item(), "kind": "shop",
            "number": told["number"], "premises": "虚构路一号",
        })
    );
    assert_eq!(
        (held.vct.as_str(), held.expires_s),
        (
            "urn:yinxin:licence:shop",
            told["until_ms"].as_u64().map(|ms| ms / 1000)
        )
    );
    let signed = presentation.split('~').next().unwrap();
    let algorithm = town.network.chain.algorithm();
    assert_eq!(json!(algorithm.hash(&[signed.as_bytes()])), told["credential"]);
    let another = published(&town.network, AWAY, "credential");
    assert!(matches!(
        verified(&town, presentation, &another),
        Err(Error::Signature(_))
    ));
    // The holder finds the look among those at its data.
    town.settle();
    let uses = town.call(&wang, "GET", "/api/v1/usage", None).ok();
    assert_eq!(uses["items"][0]["class"], "licence");

    // Withheld and given back by a head; annulled by another one, which takes it.
    let (reason, remedy) = ("未按许可内容经营", "可在六十日内申请行政复议");
    let change = json!({ "licence": licence, "reason": reason, "remedy": remedy });
    assert_eq!(
        town.act_sealed(&hall.clerk, "approval.licence_suspend", &change)
            .code,
        "AUTH_GRADE"
    );
    town.act_sealed(&hall.head, "approval.licence_suspend", &change)
        .ok();
    assert_stands(&town, &licence, "suspended", Status::Suspended);
    let back = json!({ "licence": licence, "reason": "已改正" });
    town.act_sealed(&hall.head, "approval.licence_resume", &back).ok();
    assert_stands(&town, &licence, "valid", Status::Valid);
    let annulment = json!({ "act": act, "case": case, "reason": "依据的材料不实", "remedy": remedy });
    town.act_sealed(&hall.other_head, "approval.annul", &annulment)
        .ok();
    assert_stands(&town, &licence, "revoked", Status::Invalid);

    // Whose licence it is stands in the department's vault alone, encrypted: not in what everybody is told, not in any file of any node.
    assert!(
        !standing(&town, &licence)
            .to_string()
            .contains(&wang.party.to_string())
    );
    let secret = Needles::of(&[somebody.name.clone(), somebody.number.clone()]);
    for node in &town.network.nodes {
        for file in files(&node.folder) {
            let found = secret.found_in(&fs::read(&file).unwrap_or_default());
            assert!(found.is_empty(), "{}: {found:?}", file.display());
        }
    }
}
