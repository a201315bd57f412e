//! Attempts at the operations of identity.

use serde_json::{Value, json};

use crate::world::{About, Attempt, DATA, HOUR, Matrix, POLICE, key, seed};

/// A key for encryption in the form in which it is published.
const PUBLISHED: &str = "x25519:0000000000000000000000000000000000000000000000000000000000000009";

pub fn attempt(matrix: &mut Matrix, way: &str, about: About) -> Option<Attempt> {
    let person = about.of(seed::PERSON, seed::OTHER);
    let department = about.of(DATA, POLICE);
    let seal = about.of(seed::DATA, seed::POLICE);
    let with_new = |arguments| Attempt {
        arguments,
        cosigners: &[seed::NEW],
    };
    let new_key = key(seed::NEW).public_key();
    let spare =
        json!({ "key": key(about.of(seed::PERSON_SPARE, seed::OTHER_SPARE)).public_key(), "reason": "loss" });
    Some(match way {
        "identity.enrol" => {
            let commitment = matrix.digest("somebody");
            with_new(
                json!({ "authority": department, "commitment": commitment, "key": new_key, "kind": "person" }),
            )
        }
        // A party binds and rotates its own keys only: no argument names another.
        "identity.bind" | "identity.rotate" => with_new(json!({ "key": new_key })),
        "identity.publish" => json!({ "key": PUBLISHED, "purpose": "encryption" }).into(),
        "identity.revoke" => spare.into(),
        "identity.revoke:window" => Attempt {
            arguments: json!({ "key": spare["key"], "reason": "loss", "window": window(DATA, seed::SECOND) }),
            cosigners: &[seed::SECOND],
        },
        "identity.recover" => Attempt {
            arguments: recovery(matrix, person, DATA, seed::SECOND),
            cosigners: &[seed::SECOND, seed::NEW],
        },
        "identity.object" => json!({ "recovery": opened(matrix, about) }).into(),
        "identity.complete" => {
            let recovery = opened(matrix, about);
            let over = matrix.world.time + 73 * HOUR;
            matrix.world.at(over);
            json!({ "recovery": recovery }).into()
        }
        "identity.grant" => grant(matrix, "post", seal, about.of(seed::OTHER, seed::PERSON)).into(),
        "identity.grant:agent" => grant(matrix, "agent", person, about.of(seed::OTHER, seed::PERSON)).into(),
        "identity.end" => {
            let mandate = matrix.post(seal, about.of(seed::OTHER, seed::PERSON), 2);
            json!({ "mandate": mandate }).into()
        }
        "identity.accredit" => json!({ "department": department, "types": ["hpf-certificate"] }).into(),
        "identity.withdraw" => {
            let accredit = json!({ "department": department, "types": ["hpf-certificate"] });
            matrix.ok(&[seed::DATA], "identity.accredit", accredit);
            json!({ "department": department, "type": "hpf-certificate" }).into()
        }
        "identity.set_silence" => json!({ "silence_ms": 48 * HOUR }).into(),
        _ => return None,
    })
}

fn window(department: &str, second: u8) -> Value {
    json!({ "department": department, "second": key(second).public_key() })
}

fn recovery(matrix: &Matrix, person: u8, department: &str, second: u8) -> Value {
    json!({
        "key": key(seed::NEW).public_key(), "party": matrix.party(person), "reason": "loss", "window": window(department, second),
    })
}

/// A recovery of the person at the window of the department that enrolled him.
fn opened(matrix: &mut Matrix, about: About) -> Value {
    let (person, department) = about.of((seed::PERSON, DATA), (seed::OTHER, POLICE));
    let (first, second) = about.of(
        (seed::OFFICER_2, seed::SECOND),
        (seed::ELSEWHERE, seed::ELSEWHERE_SECOND),
    );
    let arguments = recovery(matrix, person, department, second);
    matrix.ok(&[first, second, seed::NEW], "identity.recover", arguments)["recovery"].clone()
}

fn grant(matrix: &Matrix, kind: &str, principal: u8, holder: u8) -> Value {
    json!({
        "grade": 2, "holder": matrix.party(holder), "kind": kind, "principal": matrix.party(principal), "scope": ["evidence."],
    })
}
