//! Attempts on extracts. "Own" is delivered by the data bureau to the police, "other" by the police to the data bureau.

use serde_json::{Value, json};

use crate::world::{About, Attempt, DATA, HOUR, Matrix, POLICE, seed};

const READER: &str = "x25519:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// Code, seal and officers of one side.
type Side = (&'static str, u8, u8);
const BUREAU: Side = (DATA, seed::DATA, seed::OFFICER_3);
const OFFICE: Side = (POLICE, seed::POLICE, seed::ELSEWHERE);

/// Prepares an attempt; `None` for other operations.
pub fn attempt(matrix: &mut Matrix, way: &str, about: About) -> Option<Attempt> {
    let (owner, recipient) = about.of((BUREAU, OFFICE), (OFFICE, BUREAU));
    let operation = way.strip_prefix("sharing.extract_")?;
    let request = granted(matrix, owner, recipient);
    let post = matrix.post(recipient.1, recipient.2, 3);
    let kept = |matrix: &Matrix, what: &str| json!({ "commitment": matrix.digest(what), "material": matrix.digest(&format!("material of {what}")) });
    let delivery = json!({
        "canaries": 8, "content": kept(matrix, "content"), "fields": ["bal"], "for": owner.0, "mark": kept(matrix, "mark"),
        "number": "d-1", "post": post, "request": request, "rows": 100,
    });
    if operation == "deliver" {
        return Some(delivery.into());
    }
    let extract = matrix.ok(&[owner.2, owner.1], "sharing.extract_deliver", delivery)["extract"].clone();
    let arguments = match operation {
        "withdraw" => json!({ "extract": extract, "for": owner.0, "reason": "wrong rows" }),
        "fetch" => {
            json!({ "extract": extract, "for": recipient.0, "purpose": "registration", "reader": READER })
        }
        "trace" => json!({
            "case": "L-1", "extract": extract, "for": owner.0, "found": matrix.digest("found"), "purpose": "leak", "reader": READER,
        }),
        _ => return None,
    };
    Some(arguments.into())
}

fn granted(matrix: &mut Matrix, owner: Side, recipient: Side) -> Value {
    let now = matrix.world.time;
    let resource = format!("{}/list", owner.0);
    let publication = json!({
        "class": { "conditions": "registration only", "kind": "conditional" }, "cycle": "monthly",
        "fields": [{ "grade": 3, "name": "bal" }], "for": owner.0, "item": "list", "on_platform": true, "resource": resource,
        "steward": { "contact": owner.0, "post": matrix.digest("post") },
    });
    matrix.ok(&[owner.2, owner.1], "sharing.resource_publish", publication);
    let asking = json!({
        "basis": "law", "fields": ["bal"], "for": recipient.0, "from": now, "need": "registration", "purpose": "registration",
        "resource": resource, "until": now + 100 * HOUR,
    });
    let asked = matrix.ok(&[recipient.2, recipient.1], "sharing.resource_request", asking);
    let request = asked["request"].clone();
    let answer = json!({ "answer": { "kind": "grant" }, "for": owner.0, "request": request });
    matrix.ok(&[owner.2, owner.1], "sharing.resource_answer", answer);
    request
}
