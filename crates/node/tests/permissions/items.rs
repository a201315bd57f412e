//! Attempts at service items. "Own" is an item of the data bureau, "other" one of the police.

use serde_json::{Value, json};

use crate::world::{About, Attempt, DATA, HOUR, Matrix, POLICE, seed};

const PROCESS: &str = include_str!("../../src/bench/samples/permit.bpmn");
const FORM: &str = include_str!("../../src/bench/samples/permit.form.json");

/// Prepares an attempt; `None` for other operations.
pub fn attempt(matrix: &mut Matrix, way: &str, about: About) -> Option<Attempt> {
    let (body, officer, seal) = about.of(
        (DATA, seed::OFFICER_3, seed::DATA),
        (POLICE, seed::ELSEWHERE, seed::POLICE),
    );
    enact(matrix, "process/permit", PROCESS);
    enact(matrix, "form/permit", FORM);
    let code = format!("{body}0000000000001");
    let publication = json!({ "for": body, "items": [{ "code": code, "content": content(), "version": 1 }] });
    Some(match way.strip_prefix("approval.item_")? {
        "publish" => publication.into(),
        "withdraw" => {
            matrix.ok(&[officer, seal], "approval.item_publish", publication);
            json!({ "code": code, "for": body, "reason": "the power has ended" }).into()
        }
        _ => return None,
    })
}

fn enact(matrix: &mut Matrix, name: &str, text: &str) {
    let content = json!({ "class": "catalogue", "content": text, "digest": matrix.digest(text), "name": name, "version": 1 });
    let arguments = json!({
        "deadline": matrix.world.time + 24 * HOUR, "decision": { "content": content, "kind": "document" },
    });
    let proposal = matrix.ok(&[seed::DATA], "governance.propose", arguments)["proposal"].clone();
    for member in [seed::DATA, seed::POLICE, seed::TAX] {
        let vote = json!({ "choice": "for", "proposal": proposal });
        matrix.ok(&[member], "governance.vote", vote);
    }
}

fn content() -> Value {
    json!({
        "conditions": { "zh": "材料齐全" }, "decision": { "grade": 2, "public": true, "two_officers": false }, "events": ["other"],
        "fee": { "kind": "none" }, "form": { "key": "permit", "version": 1 }, "handling": { "kind": "immediate" },
        "laws": ["行政许可法 §12"], "level": "county",
        "materials": [{
            "class": "application", "name": { "en": "Application", "zh": "申请表" }, "required": true, "source": { "kind": "submitted" },
        }],
        "name": { "en": "Filing", "zh": "备案" },
        "process": { "key": "permit", "version": 1 }, "served": ["person"], "special": [], "type": "other", "visits": 0,
    })
}
