//! Attempts at the operations of governance. Its members act by their accounts; what is "own" is a proposal of the data bureau.

use serde_json::{Value, json};

use crate::world::{About, Attempt, HOUR, Matrix, seed};

pub fn attempt(matrix: &mut Matrix, way: &str, about: About) -> Option<Attempt> {
    Some(match way {
        "governance.propose" => proposal(matrix, about).into(),
        "governance.vote" => json!({ "choice": "for", "proposal": proposed(matrix, about) }).into(),
        "governance.withdraw" => json!({ "proposal": proposed(matrix, about) }).into(),
        _ => return None,
    })
}

/// A proposal about a number, or one about permissions.
fn proposal(matrix: &Matrix, about: About) -> Value {
    let text = "@id(\"closed\") forbid (principal, action in Action::\"identity\", resource);";
    let (kind, content) = about.of(
        ("parameter", json!({ "name": "proposal_days", "value": 30 })),
        (
            "document",
            json!({ "class": "policy", "content": text, "digest": matrix.digest(text), "name": "policy/identity", "version": 1 }),
        ),
    );
    json!({ "deadline": matrix.world.time + 24 * HOUR, "decision": { "content": content, "kind": kind } })
}

fn proposed(matrix: &mut Matrix, about: About) -> Value {
    let arguments = proposal(matrix, about);
    let by = about.of(seed::DATA, seed::POLICE);
    matrix.ok(&[by], "governance.propose", arguments)["proposal"].clone()
}
