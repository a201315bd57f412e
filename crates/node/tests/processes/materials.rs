//! What applicants hand in for a case, on a network of real processes: from any node to the desk of the department whose item it is, kept
//! encrypted there, and released for looks that the ledger allowed and recorded.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use yinxin_crypto::{EncryptionKey, PublicKey, envelope};

use crate::items::enact;
use crate::town::{AWAY, Answer, HOME, Person, Town, ask_openly, code, fetch, open, reader};

const PROCESS: &str = include_str!("../../../../scenarios/approval/processes/plain-licence.bpmn");
const FORM: &str = include_str!("../../src/bench/samples/permit.form.json");

fn item_code() -> String {
    format!("{}3990117002011", code(HOME))
}

fn item() -> Value {
    let material = |class: &str| json!({ "class": class, "name": { "en": class, "zh": class }, "required": true, "source": { "kind": "submitted" } });
    json!({
        "conditions": { "zh": "符合规划" },
        "decision": { "grade": 3, "public": true, "two_officers": false },
        "events": ["house"],
        "fee": { "kind": "none" },
        "form": { "key": "permit", "version": 1 },
        "handling": { "kind": "promised", "period": { "count": 10, "unit": "working_days" } },
        "laws": ["行政许可法 §12"],
        "level": "city",
        "materials": [material("application"), material("plan")],
        "name": { "en": "Permit", "zh": "许可" },
        "process": { "key": "plain-licence", "version": 1 },
        "served": ["person"],
        "special": [],
        "statutory": { "count": 20, "unit": "working_days" },
        "type": "permit",
        "visits": 0,
    })
}

/// Puts the item in force.
pub fn publish(town: &Town) {
    enact(town, "process/plain-licence", PROCESS);
    enact(town, "form/permit", FORM);
    let about = json!({ "code": code(HOME), "purpose": "credential" });
    let principal =
        ask_openly(&town.network.nodes[HOME], "identity.published", &about).unwrap()["party"].clone();
    let post = json!({
        "grade": 2, "holder": town.clerk.party, "kind": "post", "principal": principal, "scope": ["approval."],
    });
    town.seal_acts(HOME, "identity.grant", &post).ok();
    town.settle();
    let items = json!([{ "code": item_code(), "content": item(), "version": 1 }]);
    let publish = json!({ "for": code(HOME), "items": items });
    town.act_sealed(&town.clerk, "approval.item_publish", &publish)
        .ok();
    town.settle();
}

/// The key to which materials for a department are sealed.
fn desk_key(town: &Town, of: usize) -> EncryptionKey {
    let about = json!({ "code": code(of), "purpose": "encryption" });
    let answer = ask_openly(&town.network.nodes[AWAY], "identity.published", &about).unwrap();
    answer["keys"][0]["key"].as_str().unwrap().parse().unwrap()
}

fn sealed(key: &EncryptionKey, account: PublicKey, name: &str, bytes: &[u8]) -> String {
    let header = json!({ "form": "yinxin-material/1", "media_type": "application/pdf", "name": name });
    let plain = [header.to_string().as_bytes(), b"\n", bytes].concat();
    let sealed = envelope::seal(key, b"yinxin/material/1", account.to_string().as_bytes(), &plain).unwrap();
    URL_SAFE_NO_PAD.encode(sealed)
}

/// A person hands a file in at his node, for the department at home.
pub fn hand_in(town: &Town, who: &Person, name: &str, bytes: &[u8]) -> Answer {
    let sealed = sealed(&desk_key(town, HOME), who.key.public_key(), name, bytes);
    let order = json!({ "department": code(HOME), "sealed": sealed });
    town.call(who, "POST", "/api/v1/desk/materials", Some(&order))
}

pub fn submission(application: &Value, plan: &Value) -> Value {
    let material = |class: &str, handed: &Value| json!({ "class": class, "commitment": handed["material"], "origin": "submitted" });
    json!({
        "answers": { "kind": "first" },
        "item": item_code(),
        "materials": [material("application", application), material("plan", plan)],
        "version": 1,
    })
}

/// Some bytes of which no part equals another.
fn file(length: u32) -> Vec<u8> {
    (0..length).flat_map(|at| at.to_le_bytes()).collect()
}

/// Looks at a material and reads what is released at this node, part by part.
fn look(town: &Town, by: &Person, case: &str, class: &str, department: Option<&str>) -> (Vec<u8>, String) {
    let reader = reader();
    let mut arguments = json!({
        "case": case, "class": class, "purpose": "review", "reader": reader.encryption_key(),
    });
    if let Some(department) = department {
        arguments["for"] = json!(department);
    }
    let look = town.act(by, "approval.look", &arguments).ok().id();
    let mut bytes = Vec::new();
    let mut part = 0;
    loop {
        let path = format!("/api/v1/disclosures/{look}?part={part}");
        let answer = town.call(by, "GET", &path, None).ok();
        assert_eq!(answer["holder"], code(HOME));
        let released = open(&reader, &look, &answer).unwrap();
        bytes.extend(
            URL_SAFE_NO_PAD
                .decode(released["bytes"].as_str().unwrap())
                .unwrap(),
        );
        part += 1;
        if released["parts"].as_u64() == Some(part) {
            return (bytes, released["name"].as_str().unwrap().to_owned());
        }
    }
}

#[test]
fn materials_handed_in_at_any_node_reach_the_department_of_the_item_and_are_released_for_looks_only() {
    let mut town = Town::start();
    publish(&town);
    let (li, wu) = (
        town.enrol("990101199003150015", AWAY),
        town.enrol("990101198808220020", AWAY),
    );
    town.settle();

    // Three parts on the way, through a node that is not the department's.
    let plan = file(80_000);
    let application = hand_in(&town, &li, "application.json", b"{}").ok();
    let handed = hand_in(&town, &li, "规划图.pdf", &plan).ok();
    assert_eq!(
        (&handed["holder"], &handed["size"]),
        (&json!(code(HOME)), &json!(plan.len()))
    );

    // Sealed to another department, by another account, or nothing at all: refused, and nothing is kept.
    let wrong_key = sealed(&desk_key(&town, AWAY), li.key.public_key(), "x.pdf", b"x");
    let wrong_account = sealed(&desk_key(&town, HOME), wu.key.public_key(), "x.pdf", b"x");
    for (sealed, refusal) in [
        (wrong_key, (400, "API_REQUEST")),
        (wrong_account, (400, "API_REQUEST")),
        (String::new(), (413, "API_TOO_LARGE")),
    ] {
        let order = json!({ "department": code(HOME), "sealed": sealed });
        let answer = town.call(&li, "POST", "/api/v1/desk/materials", Some(&order));
        assert_eq!((answer.status, answer.code().as_str()), refusal);
    }
    let nowhere = json!({ "department": "11990100000009999X", "sealed": "AA" });
    assert_ne!(
        town.call(&li, "POST", "/api/v1/desk/materials", Some(&nowhere))
            .status,
        200
    );
    let stranger = town.newcomer(AWAY);
    assert_ne!(hand_in(&town, &stranger, "x.pdf", b"x").status, 200);

    let done = town
        .act(&li, "approval.submit", &submission(&application, &handed))
        .ok();
    let case = done.outcome["case"].as_str().unwrap().to_owned();
    town.settle();

    // The applicant reads it at his own node, the officer at the department's; each look is in the trail of the department.
    assert_eq!(
        look(&town, &li, &case, "plan", None),
        (plan.clone(), "规划图.pdf".to_owned())
    );
    assert_eq!(look(&town, &town.clerk, &case, "plan", Some(code(HOME))).0, plan);

    // Whoever names another's material is refused; whoever looks at another's case is refused, on record, and gets nothing.
    let stolen = town.act(&wu, "approval.submit", &submission(&application, &handed));
    assert_eq!(stolen.code, "MAT_CLAIMED");
    let key = reader();
    let arguments =
        json!({ "case": case, "class": "plan", "purpose": "review", "reader": key.encryption_key() });
    let refused = town.act(&wu, "approval.look", &arguments);
    assert_eq!(refused.code, "AUTH_NOT_APPLICANT");
    assert_eq!(
        fetch(&town.network.nodes[HOME], &refused.id()).code(),
        "RELEASE_NOTHING"
    );

    // The desk's node is gone: the applicant is told, and what he has signed is not lost.
    town.network.nodes[HOME].kill();
    let answer = hand_in(&town, &li, "late.pdf", b"late");
    assert_eq!(
        (answer.status, answer.code()),
        (503, "API_UNAVAILABLE".to_owned())
    );
    town.network.nodes[HOME].start();
    town.network.nodes[HOME].wait_running();
    assert_eq!(look(&town, &li, &case, "plan", None).0, plan);
}

#[test]
fn what_no_case_names_makes_room_and_what_a_case_names_is_kept() {
    let town = Town::start();
    publish(&town);
    let li = town.enrol("990101199003150015", AWAY);
    town.settle();
    let application = hand_in(&town, &li, "application.json", b"{}").ok();
    let plan = hand_in(&town, &li, "plan.pdf", b"the plan").ok();
    let done = town
        .act(&li, "approval.submit", &submission(&application, &plan))
        .ok();
    let case = done.outcome["case"].as_str().unwrap().to_owned();
    town.settle();
    // What is destroyed leaves a mark that it was, and no key.
    let stored = || walk(&town.network.nodes[HOME].folder.join("materials").join("keys"));
    let more = || {
        for number in 0_u8..36 {
            hand_in(&town, &li, "more.pdf", &[number]).ok();
        }
        stored()
    };
    // Room is made for twelve at a time.
    let once = more();
    assert_eq!(more(), once);
    assert_eq!(look(&town, &li, &case, "plan", None).0, b"the plan");
}

/// How many files a folder has, with those below it.
fn walk(folder: &std::path::Path) -> usize {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path) } else { 1 }
        })
        .sum()
}
