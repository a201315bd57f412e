//! Attempts at certificates in wallets: what is taken and shown is the person's of the side; its body holds, and its body asks.

use serde_json::{Value, json};

use crate::sharing::{CASE, DAY, KIND, READER, Side, issued};
use crate::world::Matrix;

pub fn attempt(matrix: &mut Matrix, side: &Side, verb: &str) -> Option<Value> {
    Some(match verb {
        "wallet_take" => taking(matrix, side),
        "wallet_bind" => binding(matrix, side),
        "wallet_end" => json!({ "copy": carried(matrix, side).0 }),
        "wallet_ask" => asking(side),
        "wallet_present" => {
            let (_, status) = carried(matrix, side);
            let ask = matrix.ok(&side.officer[..1], "sharing.wallet_ask", asking(side))["ask"].clone();
            json!({
                "ask": ask, "credential": matrix.digest("copy"), "fields": ["age_over_18"], "issuer": side.body,
                "presentation": matrix.digest("presentation"), "status": status,
            })
        }
        _ => return None,
    })
}

fn taking(matrix: &mut Matrix, side: &Side) -> Value {
    json!({ "certificate": issued(matrix, side), "fields": ["age_over_18"], "offer": matrix.digest("code") })
}

fn binding(matrix: &mut Matrix, side: &Side) -> Value {
    let arguments = taking(matrix, side);
    // A look is named by its transaction, which its outcome does not repeat.
    let take = matrix.done(&[side.person], "sharing.wallet_take", arguments);
    let status = json!({ "index": matrix.world.height, "list": 1 });
    json!({
        "credential": matrix.digest("copy"), "status": status, "take": take, "until": matrix.world.time + 30 * DAY,
    })
}

/// A copy in the person's wallet, and its place.
fn carried(matrix: &mut Matrix, side: &Side) -> (Value, Value) {
    let arguments = binding(matrix, side);
    let status = arguments["status"].clone();
    let copy = matrix.ok(&[side.seal()], "sharing.wallet_bind", arguments)["copy"].clone();
    (copy, status)
}

fn asking(side: &Side) -> Value {
    json!({
        "case": CASE, "fields": ["age_over_18"], "for": side.body, "kind": KIND, "purpose": "age-check", "reader": READER,
    })
}
