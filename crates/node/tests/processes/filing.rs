//! Taking down on a network of real processes: hidden on every node, proven as before.

use std::fs;

use serde_json::{Value, json};

use crate::network::said;
use crate::town::{AUDIT, HOME, Person, Town, call, code};

fn order(at: usize, transaction: &Value) -> Value {
    json!({
        "basis": "网络安全法 §47", "evidence": transaction, "for": code(at), "number": "甲网处〔2026〕1号", "reason": "含有违法信息",
        "transaction": transaction,
    })
}

/// A post for filing and orders at the body of an officer.
fn post(town: &Town, officer: &Person) {
    let about = json!({ "code": code(officer.at) });
    let principal = town.ask(officer, "identity.party", &about).unwrap()["party"].clone();
    let arguments = json!({
        "grade": 3, "holder": officer.party, "kind": "post", "principal": principal, "scope": ["filing."],
    });
    town.seal_acts(officer.at, "identity.grant", &arguments).ok();
    town.settle();
}

#[test]
fn what_an_authority_orders_hidden_is_hidden_on_every_node_and_its_receipt_verifies_as_before() {
    let town = Town::start();
    post(&town, &town.auditor);
    post(&town, &town.clerk);

    let file = town.network.folder().join("公告.txt");
    fs::write(&file, "内容").unwrap();
    let file = file.display().to_string();
    let url = town.network.nodes[HOME].url();
    let arguments = [
        "evidence",
        "deposit",
        &file,
        "--open",
        "--environment",
        "网吧三号机",
        "--tool",
        "截屏",
        "--url",
        &url,
    ];
    let deposited = town.network.yinxin(&arguments);
    assert!(deposited.status.success(), "{}", said(&deposited));
    let receipt = format!("{file}.receipt.json");
    let held: Value = serde_json::from_slice(&fs::read(&receipt).unwrap()).unwrap();
    let body: Value = serde_json::from_str(held["transaction"]["body"].as_str().unwrap()).unwrap();
    let (transaction, entry) = (
        held["receipt"]["transaction"].clone(),
        held["receipt"]["outcome"]["entry"].clone(),
    );
    let paths = [
        format!("/api/v1/receipts/{}", transaction.as_str().unwrap()),
        format!("/api/v1/evidence/{}/report", entry.as_str().unwrap()),
    ];
    let page = format!("/api/v1/evidence/{}", entry.as_str().unwrap());
    let open = |at: usize, path: &str| call(&town.network.nodes[at], "GET", path, None, None).unwrap();
    let shown = || {
        town.settle();
        for at in 0..town.network.nodes.len() {
            let entry = open(at, &page).ok();
            assert_eq!(
                (&entry["hidden"], entry["media_type"].is_string()),
                (&Value::Null, true)
            );
            for path in &paths {
                open(at, path).ok();
            }
        }
    };
    shown();

    // A fund centre is no such authority, whatever the posts of its officers.
    let refused = town.act_sealed(&town.clerk, "filing.hide", &order(HOME, &transaction));
    assert_eq!(refused.code, "POLICY_DENIED");
    shown();

    town.act_sealed(&town.auditor, "filing.hide", &order(AUDIT, &transaction))
        .ok();
    town.settle();
    for at in 0..town.network.nodes.len() {
        for told in [
            open(at, &page).ok(),
            open(at, "/api/v1/evidence").ok()["items"][0].clone(),
        ] {
            let hidden = &told["hidden"];
            assert_eq!(
                (&hidden["by"], &hidden["basis"], &hidden["number"]),
                (
                    &json!(code(AUDIT)),
                    &json!("网络安全法 §47"),
                    &json!("甲网处〔2026〕1号")
                )
            );
            assert_eq!(told["commitment"], body["arguments"]["commitment"]);
            for blank in ["capture", "media_type", "size"] {
                assert_eq!(told[blank], Value::Null, "{blank}");
            }
            assert!(!told.to_string().contains("网吧三号机"));
        }
        for path in &paths {
            let answer = open(at, path);
            assert_eq!((answer.status, answer.code().as_str()), (451, "API_WITHHELD"));
            assert!(!String::from_utf8_lossy(&answer.body).contains("网吧三号机"));
            let officer = town.call_at(at, &town.clerk, "GET", path, None);
            assert_eq!(officer.status, 451);
            town.call_at(at, &town.auditor, "GET", path, None).ok();
        }
    }
    // The ledger has not changed: what was proven is proven, without asking any node.
    let verified = town.network.yinxin(&["receipt", "verify", &receipt, &file]);
    assert!(verified.status.success(), "{}", said(&verified));

    let lift = json!({ "for": code(AUDIT), "reason": "已经改正", "transaction": transaction });
    town.act_sealed(&town.auditor, "filing.lift", &lift).ok();
    shown();
}
