//! Attempts at the operations of evidence. What is "own" was deposited or challenged by the account that tries.

use serde_json::{Value, json};

use crate::world::{About, Attempt, Matrix, Role, seed};

pub fn attempt(matrix: &mut Matrix, way: &str, role: &Role, about: About) -> Option<Attempt> {
    let by = about.of(role.keys.first().copied()?, seed::TAX);
    let commitment = matrix.digest("file");
    Some(match way {
        "evidence.deposit" => deposit(matrix, "file").into(),
        "evidence.deposit_batch" => json!({ "items": 3, "kind": "open", "root": commitment }).into(),
        "evidence.link" => {
            let (entry, target) = (
                deposited(matrix, by, "file"),
                deposited(matrix, seed::TAX, "target"),
            );
            json!({
                "commitment": commitment, "entry": entry, "relation": "relates", "target": target,
                "target_commitment": matrix.digest("target"),
            })
            .into()
        }
        "evidence.challenge" => {
            let entry = deposited(matrix, by, "file");
            challenge(matrix, &entry).into()
        }
        "evidence.resolve" => resolve(matrix, by, "withdrawn").into(),
        "evidence.resolve:upheld" => resolve(matrix, by, "upheld").into(),
        _ => return None,
    })
}

fn deposit(matrix: &Matrix, text: &str) -> Value {
    json!({ "commitment": matrix.digest(text), "kind": "open", "media_type": "text/plain", "size": 3 })
}

fn deposited(matrix: &mut Matrix, by: u8, text: &str) -> Value {
    let arguments = deposit(matrix, text);
    matrix.ok(&[by], "evidence.deposit", arguments)["entry"].clone()
}

fn challenge(matrix: &Matrix, entry: &Value) -> Value {
    let commitment = matrix.digest("file");
    json!({ "commitment": commitment, "entry": entry, "grounds": "technical", "statement": matrix.digest("statement") })
}

/// Ends a challenge that `by` made to an entry of somebody else.
fn resolve(matrix: &mut Matrix, by: u8, finding: &str) -> Value {
    let entry = deposited(matrix, seed::AUDIT, "file");
    let arguments = challenge(matrix, &entry);
    let challenge = matrix.ok(&[by], "evidence.challenge", arguments)["challenge"].clone();
    json!({ "challenge": challenge, "finding": finding, "statement": matrix.digest("reasons") })
}
