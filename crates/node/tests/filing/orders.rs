//! Taking down: hide, seal and record, never erase.

use serde_json::{Value, json};

use crate::town::{AUDIT, AUDITOR, COURT, DATA, JUDGE, OFFICER, POLICE, POLICEMAN, Town, digest, seal};

fn order(body: &str) -> Value {
    json!({
        "basis": "网络安全法 §47", "evidence": digest("order"), "for": body, "number": "甲公网处〔2026〕1号", "reason": "含有违法信息",
        "transaction": digest("content"),
    })
}

fn lift(body: &str) -> Value {
    json!({ "for": body, "reason": "已经改正", "transaction": digest("content") })
}

fn hidden(town: &Town) -> Value {
    let about = json!({ "transactions": [digest("content"), digest("other")] });
    town.ask("filing.hidden", &about)["orders"].clone()
}

#[test]
fn the_police_or_a_court_orders_content_hidden_and_nobody_else() {
    let mut town = Town::new();
    for (by, body, name) in [
        (&[OFFICER, seal(DATA)][..], DATA, "POLICY_DENIED"),
        (&[AUDITOR, seal(AUDIT)], AUDIT, "POLICY_DENIED"),
        (&[POLICEMAN], POLICE, "AUTH_SEAL_MISSING"),
        (&[POLICEMAN, seal(POLICE)], COURT, "AUTH_MANDATE_MISSING"),
        (&[POLICEMAN, seal(POLICE)], POLICE, "OK"),
        (&[JUDGE, seal(COURT)], COURT, "FILING_HIDDEN"),
    ] {
        assert_eq!(town.code(by, "filing.hide", order(body)), name, "{by:?}");
    }
    let told = hidden(&town);
    assert_eq!(
        (&told[0]["by"], &told[0]["basis"], &told[0]["number"], &told[1]),
        (
            &json!(POLICE),
            &json!("网络安全法 §47"),
            &json!("甲公网处〔2026〕1号"),
            &Value::Null
        )
    );
}

#[test]
fn who_ordered_it_or_a_court_lifts_an_order_and_what_happened_stays_on_record() {
    let mut town = Town::new();
    let police = [POLICEMAN, seal(POLICE)];
    let court = [JUDGE, seal(COURT)];
    assert_eq!(
        town.code(&police, "filing.lift", lift(POLICE)),
        "FILING_NOT_HIDDEN"
    );
    town.ok(&court, "filing.hide", order(COURT));
    assert_eq!(town.code(&police, "filing.lift", lift(POLICE)), "POLICY_DENIED");
    town.ok(&court, "filing.lift", lift(COURT));
    assert_eq!(hidden(&town), json!([null, null]));
    town.ok(&police, "filing.hide", order(POLICE));
    town.ok(&court, "filing.lift", lift(COURT));
    town.ok(&police, "filing.hide", order(POLICE));
    town.ok(&police, "filing.lift", lift(POLICE));

    let told = town.ask("filing.orders", &json!({}));
    let orders = told["items"][0]["orders"].as_array().unwrap();
    let ended: Vec<(&Value, &Value)> = orders
        .iter()
        .map(|order| (&order["by"], &order["lifted"]["by"]))
        .collect();
    assert_eq!(
        ended,
        [
            (&json!(COURT), &json!(COURT)),
            (&json!(POLICE), &json!(COURT)),
            (&json!(POLICE), &json!(POLICE))
        ]
    );
    assert_eq!((&told["items"][1], &told["next"]), (&Value::Null, &Value::Null));
}

#[test]
fn an_order_says_on_which_law_it_rests_and_why() {
    let mut town = Town::new();
    for field in ["basis", "number", "reason"] {
        let mut given = order(POLICE);
        given[field] = json!(" ");
        assert_eq!(town.door("filing.hide", given), "FILING_TEXT", "{field}");
    }
    let many = json!({ "transactions": vec![digest("content"); yinxin_filing::MAX_ASKED + 1] });
    assert_eq!(town.refused("filing.hidden", &many), "TX_ARGUMENTS");
}
