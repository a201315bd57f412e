//! Licences as credentials (D29): issued on a decision, suspended, revoked, superseded and extended, in the status list at the height of it.

use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_types::Receipt;

use crate::town::*;

const DESK: [u8; 2] = [CLERK, 103];
const LIST: u64 = 10_000;

fn accredit(town: &mut Town) {
    let accredited = json!({ "department": HOUSING, "types": ["licence-permit"] });
    town.ok(&[seal(DATA)], "identity.accredit", accredited);
}

fn issue_arguments(case: &str, act: &Digest, index: u32) -> Value {
    json!({
        "act": act, "case": case, "credential": digest(&format!("credential {index}")),
        "material": digest(&format!("material {index}")), "status": { "index": index, "list": LIST },
    })
}

/// A decided case whose licence was issued at a place of the list.
fn issued(town: &mut Town, index: u32) -> (String, Digest, Digest) {
    let (case, act) = town.decided();
    let receipt = town.ok(
        &DESK,
        "approval.licence_issue",
        issue_arguments(&case, &act, index),
    );
    (case, act, id(&receipt, "licence"))
}

fn standing(town: &Town, licence: &Digest) -> Value {
    town.ask("approval.licence_standing", json!({ "licence": licence }))
}

fn state(town: &Town, licence: &Digest) -> String {
    standing(town, licence)["state"].as_str().unwrap().to_owned()
}

/// The places of the list that are invalid, and those that are suspended.
fn listed(town: &Town) -> (Value, Value) {
    let list = town.ask("approval.status", json!({ "issuer": HOUSING, "list": LIST }));
    (list["invalid"].clone(), list["suspended"].clone())
}

fn change(town: &mut Town, by: u8, verb: &str, licence: &Digest) -> &'static str {
    let mut arguments = json!({ "licence": licence, "reason": "未按许可内容经营" });
    if verb != "resume" {
        arguments["remedy"] = json!("可在六十日内申请行政复议");
    }
    town.code(&[by, 103], &format!("approval.licence_{verb}"), arguments)
}

fn annul(town: &mut Town, case: &str, by: u8, act: &Digest) -> Receipt {
    let arguments =
        json!({ "act": act, "case": case, "reason": "依据的材料不实", "remedy": "可以申请行政复议" });
    town.ok(&[by, 103], "approval.annul", arguments)
}

#[test]
fn a_licence_is_issued_once_on_the_decision_in_effect_by_a_department_that_is_accredited_for_it() {
    let mut town = Town::new();
    let (case, act) = town.decided();
    let good = issue_arguments(&case, &act, 7);
    assert_eq!(
        town.code(&DESK, "approval.licence_issue", good.clone()),
        "AUTH_ISSUER_NOT_ACCREDITED"
    );
    accredit(&mut town);
    let with = |name: &str, value: Value| {
        let mut arguments = good.clone();
        arguments[name] = value;
        arguments
    };
    let place = |list: u64, index: u64| json!({ "index": index, "list": list });
    for (by, arguments, code) in [
        (vec![CLERK], good.clone(), "AUTH_SEAL_MISSING"),
        (vec![FIRE_1, 104], good.clone(), "AUTH_MANDATE_MISSING"),
        (vec![WANG], good.clone(), "AUTH_MANDATE_MISSING"),
        (
            DESK.to_vec(),
            with("act", json!(digest("other"))),
            "DEC_NOT_EFFECTIVE",
        ),
        (DESK.to_vec(), with("status", place(0, 7)), "SHARE_STATUS_INDEX"),
        (
            DESK.to_vec(),
            with("status", place(20_000, 7)),
            "SHARE_STATUS_INDEX",
        ),
        (
            DESK.to_vec(),
            with("status", place(LIST, 131_072)),
            "SHARE_STATUS_INDEX",
        ),
        (DESK.to_vec(), with("until", json!(1)), "TX_ARGUMENTS"),
        (DESK.to_vec(), good.clone(), "OK"),
        (DESK.to_vec(), with("status", place(LIST, 8)), "LICENCE_ISSUED"),
    ] {
        assert_eq!(
            town.code(&by, "approval.licence_issue", arguments.clone()),
            code,
            "{arguments}"
        );
    }
    // A place is given once.
    let (other, other_act) = town.decided();
    let taken = issue_arguments(&other, &other_act, 7);
    assert_eq!(
        town.code(&DESK, "approval.licence_issue", taken),
        "SHARE_STATUS_INDEX"
    );
    // A refusal gives no licence.
    let refused = town.joined();
    let arguments = town.decision(&refused, "refuse");
    let act = id(&town.ok(&[HEAD, 103], "approval.decide", arguments), "decision");
    let nothing = issue_arguments(&refused, &act, 9);
    assert_eq!(
        town.code(&DESK, "approval.licence_issue", nothing),
        "LICENCE_UNKNOWN"
    );
}

/// 行政许可法 §40: permits are public; 个人信息保护法 §6: whose they are is not told to whoever has an identifier.
#[test]
fn everybody_learns_how_a_licence_stands_and_nobody_whose_it_is() {
    let mut town = Town::new();
    accredit(&mut town);
    let (case, act, licence) = issued(&mut town, 7);
    let told = standing(&town, &licence);
    let decided = town.case(&case);
    assert_eq!(told["number"], json!(format!("{case}-1")));
    assert_eq!(
        (&told["kind"], &told["name"]["zh"], &told["issuer"]),
        (&json!("permit"), &json!("许可证"), &json!(HOUSING))
    );
    assert_eq!(told["from_ms"], decided["acts"][0]["at"]["time"]);
    assert_eq!(told["until_ms"], decided["licence"]["until_ms"]);
    assert_eq!(told["credential"], json!(digest("credential 7")));
    assert_eq!(told["status"], json!({ "index": 7, "list": LIST }));
    assert!(!told.to_string().contains(&town.parties[&WANG].to_string()));
    assert_eq!(decided["issued"], json!({ act.to_string(): licence }));
    let open = town.ask("approval.licence", json!({ "case": case }));
    assert_eq!(open["licence"], json!(licence));
    let whole = town.ask("approval.issued", json!({ "licence": licence }));
    assert_eq!(
        (&whole["applicant"], &whole["case"]),
        (&json!(town.parties[&WANG]), &json!(case))
    );
    assert_eq!(town.history(&case).last().unwrap(), "licence_issued");
    // It expires by itself, and the list says nothing of it.
    town.world.at(told["until_ms"].as_u64().unwrap());
    town.world.block(&[]);
    assert_eq!(state(&town, &licence), "expired");
    assert_eq!(listed(&town), (json!([]), json!([])));
}

/// 行政处罚法 §9: withheld for a time, taken for good.
#[test]
fn a_head_suspends_resumes_and_revokes_and_the_list_says_so_at_that_height() {
    let mut town = Town::new();
    accredit(&mut town);
    let (_, _, licence) = issued(&mut town, 7);
    assert_eq!(change(&mut town, CLERK, "suspend", &licence), "AUTH_GRADE");
    for (missing, code) in [("reason", "DEC_NO_REASON"), ("remedy", "DEC_NO_REMEDY")] {
        let mut arguments = json!({ "licence": licence, "reason": "x", "remedy": "y" });
        arguments.as_object_mut().unwrap().remove(missing);
        assert_eq!(
            town.code(&[HEAD, 103], "approval.licence_suspend", arguments),
            code
        );
    }
    assert_eq!(change(&mut town, HEAD, "resume", &licence), "LICENCE_STATE");
    assert_eq!(change(&mut town, HEAD, "suspend", &licence), "OK");
    assert_eq!(state(&town, &licence), "suspended");
    assert_eq!(listed(&town), (json!([]), json!([7])));
    assert_eq!(change(&mut town, HEAD, "suspend", &licence), "LICENCE_STATE");
    assert_eq!(change(&mut town, HEAD_2, "resume", &licence), "OK");
    assert_eq!(listed(&town), (json!([]), json!([])));
    assert_eq!(change(&mut town, HEAD, "revoke", &licence), "OK");
    assert_eq!(state(&town, &licence), "revoked");
    assert_eq!(listed(&town), (json!([7]), json!([])));
    for verb in ["suspend", "resume", "revoke"] {
        assert_eq!(change(&mut town, HEAD, verb, &licence), "LICENCE_STATE", "{verb}");
    }
    assert_eq!(
        change(&mut town, HEAD, "revoke", &digest("none")),
        "LICENCE_UNKNOWN"
    );
}

/// I8: "no active licence whose issuing decision is annulled".
#[test]
fn an_annulment_takes_the_licence_out_of_force_and_the_annulment_of_it_puts_it_back() {
    let mut town = Town::new();
    accredit(&mut town);
    let (case, act, licence) = issued(&mut town, 7);
    let annulment = id(&annul(&mut town, &case, HEAD_2, &act), "act");
    assert_eq!(state(&town, &licence), "revoked");
    assert_eq!(listed(&town), (json!([7]), json!([])));
    assert_eq!(change(&mut town, HEAD, "suspend", &licence), "LICENCE_STATE");
    annul(&mut town, &case, HEAD, &annulment);
    assert_eq!(state(&town, &licence), "valid");
    assert_eq!(listed(&town), (json!([]), json!([])));
    // What was suspended before stays suspended.
    assert_eq!(change(&mut town, HEAD, "suspend", &licence), "OK");
    let annulment = id(&annul(&mut town, &case, HEAD_2, &act), "act");
    assert_eq!(listed(&town), (json!([7]), json!([])));
    annul(&mut town, &case, HEAD, &annulment);
    assert_eq!(listed(&town), (json!([]), json!([7])));
}

#[test]
fn another_decision_supersedes_the_licence_and_gives_one_of_its_own() {
    let mut town = Town::new();
    accredit(&mut town);
    let (case, act, licence) = issued(&mut town, 7);
    let corrected = json!({
        "case": case, "decision": act, "licence": digest("corrected"), "outcome": "approve", "reason": "更正面积",
    });
    let new = id(
        &town.ok(&[HEAD_2, 103], "approval.supersede", corrected),
        "decision",
    );
    assert_eq!(state(&town, &licence), "superseded");
    assert_eq!(listed(&town), (json!([7]), json!([])));
    assert_eq!(
        town.code(&DESK, "approval.licence_issue", issue_arguments(&case, &act, 8)),
        "DEC_NOT_EFFECTIVE"
    );
    let receipt = town.ok(&DESK, "approval.licence_issue", issue_arguments(&case, &new, 8));
    assert_eq!(receipt.outcome["number"], json!(format!("{case}-2")));
    annul(&mut town, &case, HEAD, &new);
    assert_eq!(state(&town, &licence), "valid");
    assert_eq!(state(&town, &id(&receipt, "licence")), "revoked");
    assert_eq!(listed(&town), (json!([8]), json!([])));
}

/// A case that renews the licence of another, asked for forty days before it ends.
fn renewal(town: &mut Town, first: &str) -> String {
    let until_ms = town.case(first)["licence"]["until_ms"].as_u64().unwrap();
    town.world.at(until_ms - 40 * DAY);
    let mut arguments = application(RENEWAL, &["application", "plan"]);
    arguments["renews"] = json!(first);
    let case = town.submit_by(&[WANG], arguments);
    town.ok(&DESK, "approval.accept", json!({ "case": case }));
    case
}

#[test]
fn a_renewed_licence_is_superseded_when_the_new_one_is_issued_and_holds_again_if_that_is_annulled() {
    let mut town = Town::new();
    accredit(&mut town);
    let (first, _, licence) = issued(&mut town, 7);
    let case = renewal(&mut town, &first);
    while town.state(&case) == "in_review" {
        let step = town.open(&case).remove(0);
        let outcome = town.case(&case)["steps"][0]["outcomes"][0]
            .as_str()
            .unwrap()
            .to_owned();
        let two = town.case(&case)["steps"][0]["two_officers"] == json!(true);
        let officers: &[u8] = if two { &[REVIEWER, REVIEWER_2] } else { &[REVIEWER] };
        assert_eq!(town.act(&case, officers, &step, &outcome), "OK", "{step}");
    }
    let arguments = town.decision(&case, "approve");
    let act = id(&town.ok(&[HEAD, 103], "approval.decide", arguments), "decision");
    // Nobody is without a document in between.
    assert_eq!(state(&town, &licence), "valid");
    let receipt = town.ok(&DESK, "approval.licence_issue", issue_arguments(&case, &act, 8));
    let new = id(&receipt, "licence");
    assert_eq!(
        (state(&town, &licence), state(&town, &new)),
        ("superseded".to_owned(), "valid".to_owned())
    );
    assert_eq!(standing(&town, &licence)["replaced_by"], json!(new));
    assert_eq!(listed(&town), (json!([7]), json!([])));
    let annulment = id(&annul(&mut town, &case, HEAD_2, &act), "act");
    assert_eq!(
        (state(&town, &licence), state(&town, &new)),
        ("valid".to_owned(), "revoked".to_owned())
    );
    assert_eq!(listed(&town), (json!([8]), json!([])));
    annul(&mut town, &case, HEAD, &annulment);
    assert_eq!(listed(&town), (json!([7]), json!([])));
}

/// "S8.11 renewal unanswered at expiry → RenewedByLapse": the document in the holder's hands says another day, the ledger the one that holds.
#[test]
fn a_licence_renewed_by_silence_stays_valid_as_extended_until_a_new_one_is_issued() {
    let mut town = Town::new();
    accredit(&mut town);
    let (first, _, licence) = issued(&mut town, 7);
    let until_ms = standing(&town, &licence)["until_ms"].as_u64().unwrap();
    let case = renewal(&mut town, &first);
    town.world.at(until_ms + 120_000);
    town.world.block(&[]);
    assert_eq!(town.state(&case), "renewed_by_lapse");
    let told = standing(&town, &licence);
    assert_eq!(
        (&told["state"], &told["extended"]),
        (&json!("valid"), &json!(true))
    );
    assert_eq!(told["until_ms"], json!(until_ms));
    let extended_ms = told["extended_until_ms"].as_u64().unwrap();
    assert!(extended_ms > until_ms + 360 * DAY);
    assert_eq!(listed(&town), (json!([]), json!([])));
    // The department issues the document of what silence decided.
    let act = town.case(&case)["acts"][0]["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let receipt = town.ok(&DESK, "approval.licence_issue", issue_arguments(&case, &act, 8));
    let new = standing(&town, &id(&receipt, "licence"));
    assert_eq!(new["until_ms"], json!(extended_ms));
    assert_eq!(state(&town, &licence), "superseded");
    // Silence that is annulled extends nothing.
    annul(&mut town, &case, HEAD, &act);
    let told = standing(&town, &licence);
    assert_eq!(
        (&told["state"], &told["extended"]),
        (&json!("expired"), &json!(false))
    );
}

/// What was taken for good is not renewed: not asked for any more, not by silence, not by a department that did not look.
#[test]
fn a_revoked_licence_is_not_renewed_by_word_or_by_silence() {
    let mut town = Town::new();
    accredit(&mut town);
    let (first, _, licence) = issued(&mut town, 7);
    let until_ms = standing(&town, &licence)["until_ms"].as_u64().unwrap();
    let case = renewal(&mut town, &first);
    assert_eq!(change(&mut town, HEAD, "revoke", &licence), "OK");
    let open = town.ask("approval.licence", json!({ "case": first }));
    assert_eq!(open["state"], "revoked");
    let mut again = application(RENEWAL, &["application", "plan"]);
    again["renews"] = json!(first);
    assert_eq!(town.code(&[WANG], "approval.submit", again), "LICENCE_STATE");
    town.world.at(until_ms + 120_000);
    town.world.block(&[]);
    assert_eq!(town.state(&case), "renewed_by_lapse");
    assert_eq!(town.case(&case)["licence"], json!(null));
    assert_eq!(state(&town, &licence), "revoked");
    let act = town.case(&case)["acts"][0]["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(
        town.code(&DESK, "approval.licence_issue", issue_arguments(&case, &act, 8)),
        "LICENCE_UNKNOWN"
    );
}

fn view(licence: &Digest, fields: &[&str], department: Option<&str>) -> Value {
    let mut arguments =
        json!({ "fields": fields, "licence": licence, "purpose": "own-look", "reader": READER });
    if let Some(department) = department {
        arguments["for"] = json!(department);
    }
    arguments
}

#[test]
fn the_holder_and_the_department_look_at_a_licence_and_everybody_else_is_refused_on_record() {
    let mut town = Town::new();
    accredit(&mut town);
    let (_, _, licence) = issued(&mut town, 7);
    let receipt = town.ok(
        &[WANG],
        "approval.licence_view",
        view(&licence, &["holder", "holder_code"], None),
    );
    let event = &receipt.outcome["access"];
    assert_eq!(
        (&event["class"], &event["basis"]["kind"]),
        (&json!("licence"), &json!("own"))
    );
    let wanted = json!({
        "fields": ["holder", "holder_code"], "holder": HOUSING, "licence": licence, "material": digest("material 7"),
        "reader": READER,
    });
    assert_eq!(receipt.outcome["disclosure"], wanted);
    let receipt = town.ok(
        &[CLERK],
        "approval.licence_view",
        view(&licence, &["holder"], Some(HOUSING)),
    );
    assert_eq!(receipt.outcome["access"]["basis"]["kind"], "duty");
    for (by, arguments, code) in [
        (LI, view(&licence, &["holder"], None), "AUTH_NOT_APPLICANT"),
        (FIRE_1, view(&licence, &["holder"], Some(FIRE)), "AUTH_GRADE"),
        (
            LI,
            view(&licence, &["holder"], Some(HOUSING)),
            "AUTH_MANDATE_MISSING",
        ),
        (WANG, view(&licence, &["area"], None), "LICENCE_FIELDS"),
    ] {
        let receipt = town.receipt(&[by], "approval.licence_view", arguments);
        assert_eq!(town.world.name(&receipt), code);
        assert_eq!(receipt.outcome["access"]["allowed"], json!(false), "{code}");
    }
    // What is malformed is no look.
    for wrong in [json!([]), json!(["holder", "holder"]), json!(["z", "a"])] {
        let mut arguments = view(&licence, &["holder"], None);
        arguments["fields"] = wrong;
        let receipt = town.receipt(&[WANG], "approval.licence_view", arguments);
        assert_eq!(town.world.name(&receipt), "LICENCE_FIELDS");
        assert_eq!(receipt.outcome.get("access"), None);
    }
}
