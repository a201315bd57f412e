//! Who may register, and what is refused: each rule kept once and broken once.

use serde_json::{Value, json};

use crate::town::{
    AUDIT, AUDITOR, CLERK, DATA, DAY, OFFICER, START, Town, assessment, number, profile, seal,
};

fn registration(body: &str) -> Value {
    json!({ "for": body, "profile": profile(), "started": START })
}

#[test]
fn an_officer_of_grade_two_of_an_operator_registers_beside_the_seal_and_nobody_else() {
    let mut town = Town::new();
    for (by, body, name) in [
        (&[OFFICER][..], DATA, "AUTH_SEAL_MISSING"),
        (&[AUDITOR, seal(DATA)], DATA, "AUTH_MANDATE_MISSING"),
        (&[CLERK, seal(DATA)], DATA, "POLICY_DENIED"),
        (&[AUDITOR, seal(AUDIT)], AUDIT, "POLICY_DENIED"),
        (&[OFFICER, seal(DATA)], DATA, "OK"),
        (&[OFFICER, seal(DATA)], DATA, "FILING_REGISTERED"),
    ] {
        assert_eq!(
            town.code(by, "filing.register", registration(body)),
            name,
            "{by:?}"
        );
    }
}

#[test]
fn nothing_is_done_to_a_service_that_nobody_registered() {
    let mut town = Town::new();
    let amend = json!({ "changed": START, "functions": false, "profile": profile() });
    assert_eq!(town.operator_code("filing.amend", amend), "FILING_UNKNOWN");
    let record = number("filing", START);
    assert_eq!(town.operator_code("filing.record", record), "FILING_UNKNOWN");
    let about = json!({ "operator": DATA });
    assert_eq!(town.refused("filing.history", &about), "FILING_UNKNOWN");
    assert_eq!(town.ask("filing.services", &json!({}))["services"], json!([]));
}

#[test]
fn a_profile_names_its_host_its_nodes_and_its_algorithms_once() {
    let mut town = Town::new();
    let node = json!({ "name": "节点", "place": "机房" });
    for (pointer, value, name) in [
        ("/domain", json!("no host"), "FILING_PROFILE"),
        ("/domain", json!("localhost"), "FILING_PROFILE"),
        ("/nodes", json!([]), "FILING_PROFILE"),
        ("/nodes", json!([node, node]), "FILING_PROFILE"),
        ("/algorithms", json!(["SM2", "SM2"]), "FILING_PROFILE"),
        ("/algorithms", json!([""]), "FILING_TEXT"),
        ("/name/zh", json!("\u{7}"), "FILING_TEXT"),
        ("/name/en", json!("x".repeat(513)), "FILING_TEXT"),
    ] {
        let mut given = profile();
        *given.pointer_mut(pointer).unwrap() = value;
        let arguments = json!({ "profile": given, "started": START });
        assert_eq!(town.door("filing.register", arguments), name, "{pointer}");
    }
}

#[test]
fn dates_lie_in_the_past_and_follow_each_other() {
    let mut town = Town::new();
    let far = json!({ "profile": profile(), "started": START + 1000 * DAY });
    assert_eq!(town.operator_code("filing.register", far), "FILING_DATE");
    town.register(START);
    let late = number("filing", START + DAY);
    assert_eq!(town.operator_code("filing.record", late), "FILING_DATE");
    let mut changed = profile();
    changed["domain"] = json!("other.example.gov.cn");
    let amend = |changed_at: u64, profile: &Value| json!({ "changed": changed_at, "functions": false, "profile": profile });
    assert_eq!(
        town.operator_code("filing.amend", amend(START - DAY, &changed)),
        "FILING_DATE"
    );
    assert_eq!(
        town.operator_code("filing.amend", amend(START, &profile())),
        "FILING_UNCHANGED"
    );
    town.operator("filing.assess", assessment("crypto", START, "pass"));
    let older = assessment("crypto", START - DAY, "pass");
    assert_eq!(town.operator_code("filing.assess", older), "FILING_DATE");
    town.operator("filing.record", number("filing", START));
    assert_eq!(
        town.operator_code("filing.record", number("filing", START)),
        "FILING_NOTHING_DUE"
    );
    assert_eq!(
        town.operator_code("filing.record", number("cancellation", START)),
        "FILING_NOTHING_DUE"
    );
}

#[test]
fn new_functions_go_online_under_a_security_assessment_of_their_own() {
    let mut town = Town::new();
    town.filed(START);
    let amend = || json!({ "changed": START, "functions": true, "profile": profile() });
    assert_eq!(town.operator_code("filing.amend", amend()), "FILING_UNASSESSED");
    town.operator("filing.assess", assessment("security", START, "fail"));
    assert_eq!(town.operator_code("filing.amend", amend()), "FILING_UNASSESSED");
    town.operator("filing.assess", assessment("security", START, "pass"));
    assert_eq!(town.operator_code("filing.amend", amend()), "OK");
    assert_eq!(town.operator_code("filing.amend", amend()), "FILING_UNASSESSED");
}

#[test]
fn graded_protection_has_a_grade_and_nothing_else_has() {
    let mut town = Town::new();
    town.register(START);
    let graded = |kind: &str, grade: u8| {
        let mut given = assessment(kind, START, "pass");
        given["grade"] = json!(grade);
        given
    };
    for (given, name) in [
        (assessment("mlps", START, "pass"), "FILING_GRADE"),
        (graded("mlps", 0), "FILING_GRADE"),
        (graded("mlps", 6), "FILING_GRADE"),
        (graded("crypto", 3), "FILING_GRADE"),
    ] {
        assert_eq!(town.door("filing.assess", given), name);
    }
    town.operator("filing.assess", graded("mlps", 3));
    assert_eq!(town.service()["assessments"]["mlps"]["grade"], json!(3));
}
