//! Attempts at the filing of a service and at orders. "Own" is done for the data bureau, "other" for the police.

use serde_json::{Value, json};

use crate::world::{About, Attempt, DATA, HOUR, Matrix, POLICE, seed};

/// Prepares an attempt; `None` for other operations.
pub fn attempt(matrix: &mut Matrix, way: &str, about: About) -> Option<Attempt> {
    let body = about.of(DATA, POLICE);
    let now = matrix.world.time;
    let verb = way.strip_prefix("filing.")?;
    if matches!(verb, "amend" | "record" | "assess" | "stop") {
        let arguments = json!({ "for": DATA, "profile": profile("a.example"), "started": now });
        matrix.ok(&[seed::OFFICER_3, seed::DATA], "filing.register", arguments);
    }
    let paper = matrix.digest("paper");
    Some(
        match verb {
            "register" => json!({ "for": body, "profile": profile("a.example"), "started": now }),
            "amend" => json!({ "changed": now, "for": body, "functions": false, "profile": profile("b.example") }),
            "record" => {
                json!({ "date": now, "evidence": paper, "for": body, "number": "1", "what": "filing" })
            }
            "assess" => json!({
                "assessor": "A", "date": now, "evidence": paper, "finding": "pass", "for": body, "kind": "crypto", "reference": "1",
            }),
            "stop" => json!({ "ends": now + 100 * 24 * HOUR, "for": body, "reason": "merged" }),
            "hide" => order(matrix, body),
            "lift" => {
                let order = order(matrix, POLICE);
                matrix.ok(&[seed::ELSEWHERE, seed::POLICE], "filing.hide", order);
                json!({ "for": body, "reason": "mended", "transaction": paper })
            }
            _ => return None,
        }
        .into(),
    )
}

fn order(matrix: &Matrix, body: &str) -> Value {
    let paper = matrix.digest("paper");
    json!({ "basis": "law", "evidence": paper, "for": body, "number": "1", "reason": "unlawful", "transaction": paper })
}

fn profile(domain: &str) -> Value {
    json!({
        "algorithms": ["SM2"], "domain": domain, "form": { "zh": "存证" }, "name": { "zh": "平台" },
        "nodes": [{ "name": "节点", "place": "机房" }],
    })
}
