//! Decisions (R5, R14): reasons and remedies, by another officer of the grade; superseded and annulled, never overwritten.

use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::workbench::key;

use crate::town::*;

/// "S8.5 refuse without reason → DEC_NO_REASON"; R5: and names the remedies.
#[test]
fn a_refusal_has_a_reason_and_names_the_remedy() {
    let mut town = Town::new();
    let case = town.joined();
    let good = town.decision(&case, "refuse");
    for (without, code) in [("reason", "DEC_NO_REASON"), ("remedy", "DEC_NO_REMEDY")] {
        for empty in [None, Some(" ")] {
            let mut arguments = good.clone();
            match empty {
                None => drop(arguments.as_object_mut().unwrap().remove(without)),
                Some(text) => arguments[without] = json!(text),
            }
            assert_eq!(
                town.code(&[HEAD, 103], "approval.decide", arguments),
                code,
                "{without}"
            );
        }
    }
    let receipt = town.ok(&[HEAD, 103], "approval.decide", good);
    assert_eq!(receipt.outcome["state"], "decided");
    let told = town.case(&case);
    assert_eq!(told["acts"][0]["remedy"], "可在六十日内申请行政复议");
    assert_eq!(told["licence"], json!(null));
    let asked = town
        .world
        .ask(&key(WANG), "approval.licence", &json!({ "case": case }));
    assert!(asked.is_err());
}

#[test]
fn a_decision_is_by_an_officer_of_the_grade_beside_the_seal_when_the_process_has_ended() {
    let mut town = Town::new();
    let case = town.joined();
    let good = town.decision(&case, "approve");
    let mut blank = good.clone();
    blank.as_object_mut().unwrap().remove("licence");
    let mut unseen = good.clone();
    unseen["seen"] = json!({});
    for (by, arguments, code) in [
        (vec![JUNIOR, 103], good.clone(), "AUTH_GRADE"),
        (vec![HEAD], good.clone(), "AUTH_SEAL_MISSING"),
        (vec![FIRE_1, 104], good.clone(), "AUTH_MANDATE_MISSING"),
        (vec![HEAD, 103], blank, "MAT_MISSING"),
        (vec![HEAD, 103], unseen, "MAT_CHANGED"),
        (vec![HEAD, 103], good.clone(), "OK"),
        (vec![HEAD, 103], good.clone(), "STATE_ORDER"),
        (vec![HEAD_2, 103], good, "STATE_ORDER"),
    ] {
        assert_eq!(town.code(&by, "approval.decide", arguments), code, "{by:?}");
    }
    let licence = town.ask("approval.licence", json!({ "case": case }));
    assert_eq!(
        (&licence["state"], &licence["kind"]),
        (&json!("valid"), &json!("permit"))
    );
}

/// Two approvals racing.
#[test]
fn two_heads_who_decide_in_one_block_do_not_both_decide() {
    let mut town = Town::new();
    let case = town.joined();
    let arguments = town.decision(&case, "approve");
    let mut sign = |officer: u8, arguments: Value| {
        let keys = [key(officer), key(103)];
        town.world
            .sign_by(&keys.iter().collect::<Vec<_>>(), "approval.decide", arguments)
    };
    let one = sign(HEAD, arguments.clone());
    let other = sign(HEAD_2, arguments);
    let receipts = town.world.block(&[one, other]).receipts;
    let codes: Vec<&str> = receipts.iter().map(|receipt| town.world.name(receipt)).collect();
    assert_eq!(codes, ["OK", "STATE_ORDER"]);
    assert_eq!(town.case(&case)["acts"].as_array().unwrap().len(), 1);
}

fn annul(town: &mut Town, case: &str, by: u8, act: &Digest) -> (&'static str, Option<Digest>) {
    let arguments =
        json!({ "act": act, "case": case, "reason": "依据的材料不实", "remedy": "可以申请行政复议" });
    let receipt = town.receipt(&[by, 103], "approval.annul", arguments);
    let act = receipt.outcome["act"].as_str().map(|act| act.parse().unwrap());
    (town.world.name(&receipt), act)
}

/// R14: "annulment of annulment restores the earlier state"; I8: "no active licence whose issuing decision is annulled".
#[test]
fn an_annulment_ends_a_licence_and_the_annulment_of_it_restores_it() {
    let mut town = Town::new();
    let (case, decision) = town.decided();
    let state = |town: &Town| town.ask("approval.licence", json!({ "case": case }))["state"].clone();
    assert_eq!(annul(&mut town, &case, HEAD, &decision).0, "AUTH_SAME_PERSON");
    assert_eq!(annul(&mut town, &case, SECTION, &decision).0, "AUTH_GRADE");
    assert_eq!(
        annul(&mut town, &case, HEAD_2, &digest("nothing")).0,
        "DEC_NOT_EFFECTIVE"
    );
    for missing in ["reason", "remedy"] {
        let mut arguments = json!({ "act": decision, "case": case, "reason": "x", "remedy": "y" });
        arguments.as_object_mut().unwrap().remove(missing);
        let code = if missing == "reason" {
            "DEC_NO_REASON"
        } else {
            "DEC_NO_REMEDY"
        };
        assert_eq!(town.code(&[HEAD_2, 103], "approval.annul", arguments), code);
    }
    let (code, annulment) = annul(&mut town, &case, HEAD_2, &decision);
    assert_eq!((code, state(&town)), ("OK", json!("annulled")));
    assert_eq!(town.case(&case)["annulled"], true);
    assert_eq!(annul(&mut town, &case, HEAD_2, &decision).0, "DEC_NOT_EFFECTIVE");
    let annulment = annulment.unwrap();
    assert_eq!(annul(&mut town, &case, HEAD_2, &annulment).0, "AUTH_SAME_PERSON");
    assert_eq!(annul(&mut town, &case, HEAD, &annulment).0, "OK");
    assert_eq!(state(&town), "valid");
    let told = town.case(&case);
    let acts = told["acts"].as_array().unwrap();
    let in_effect: Vec<bool> = acts
        .iter()
        .map(|act| act["in_effect"].as_bool().unwrap())
        .collect();
    assert_eq!(in_effect, [true, false, true]);
    assert_eq!(told["annulled"], false);
}

#[test]
fn a_decision_is_superseded_by_another_and_both_stay_on_record() {
    let mut town = Town::new();
    let (case, decision) = town.decided();
    let good = json!({
        "case": case, "decision": decision, "licence": digest("corrected licence"), "outcome": "approve", "reason": "更正面积",
    });
    let mut silent = good.clone();
    silent.as_object_mut().unwrap().remove("reason");
    assert_eq!(
        town.code(&[HEAD, 103], "approval.supersede", good.clone()),
        "AUTH_SAME_PERSON"
    );
    assert_eq!(
        town.code(&[HEAD_2, 103], "approval.supersede", silent),
        "DEC_NO_REASON"
    );
    let mut refusal = good.clone();
    refusal["outcome"] = json!("refuse");
    assert_eq!(
        town.code(&[HEAD_2, 103], "approval.supersede", refusal),
        "DEC_NO_REMEDY"
    );
    let receipt = town.ok(&[HEAD_2, 103], "approval.supersede", good.clone());
    let new = id(&receipt, "decision");
    assert_eq!(
        town.code(&[HEAD_2, 103], "approval.supersede", good),
        "DEC_NOT_EFFECTIVE"
    );
    let licence = town.ask("approval.licence", json!({ "case": case }));
    assert_eq!(licence["commitment"], json!(digest("corrected licence")));
    assert_eq!(town.case(&case)["acts"].as_array().unwrap().len(), 2);
    // What superseded is annulled, and the first holds again.
    assert_eq!(annul(&mut town, &case, HEAD, &new).0, "OK");
    assert_eq!(
        town.case(&case)["licence"]["commitment"],
        json!(digest("licence"))
    );
}

/// Backdating: what is signed says nothing of time, and a block's time does not go back.
#[test]
fn nothing_that_is_signed_can_name_its_own_time() {
    let mut town = Town::new();
    let case = town.joined();
    for (by, operation, mut arguments) in [
        (
            vec![HEAD, 103],
            "approval.decide",
            town.decision(&case, "approve"),
        ),
        (vec![CLERK, 103], "approval.accept", json!({ "case": case })),
        (
            vec![CLERK, 103],
            "approval.deliver",
            json!({ "case": case, "how": "post" }),
        ),
    ] {
        arguments["at"] = json!(START);
        assert_eq!(
            town.code(&by, operation, arguments),
            "TX_ARGUMENTS",
            "{operation}"
        );
    }
}
