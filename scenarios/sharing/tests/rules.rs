//! Requests, certificates and status lists: each rule kept once and broken once.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use serde_json::{Value, json};
use support::*;

#[test]
fn a_person_asks_the_holder_is_told_and_the_clock_of_three_working_days_runs() {
    let mut world = World::new();
    let receipt = world.ok(&[WANG], "sharing.request", ask_for());
    assert_eq!(receipt.outcome["concerns"], json!([party(WANG), A]));
    assert_eq!(receipt.outcome["due"]["ms_end"], json!(receipt.time.0 + 3 * DAY));
    assert_eq!(receipt.outcome["due"]["date"], "working");
    let about = json!({ "request": receipt.outcome["request"] });
    let answer = world.answer("sharing.request", about.clone());
    assert_eq!(
        (&answer["state"], &answer["overdue"]),
        (&json!("open"), &json!(false))
    );
    world.at(receipt.time.0 + 3 * DAY);
    assert_eq!(world.answer("sharing.request", about)["overdue"], json!(true));
}

#[test]
fn a_request_is_made_by_a_person_with_an_active_key() {
    let mut world = World::new();
    for (by, code) in [
        (SEAL_B, "SHARE_NOT_PERSON"),
        (WANG_REVOKED, "AUTH_KEY_REVOKED"),
        (WANG_EXPIRED, "AUTH_KEY_EXPIRED"),
        (STRANGER, "AUTH_KEY_UNKNOWN"),
    ] {
        assert_eq!(world.try_by(&[by], "sharing.request", ask_for()), code);
    }
}

#[test]
fn a_request_names_a_known_kind_a_code_as_purpose_and_a_holder_that_can_issue_it() {
    let mut world = World::new();
    for (name, value, code) in [
        ("kind", json!("birth-certificate"), "SHARE_KIND"),
        ("purpose", json!("a loan"), "SHARE_TEXT"),
        ("purpose", json!(""), "SHARE_TEXT"),
        ("purpose", json!("a".repeat(65)), "SHARE_TEXT"),
        ("holder", json!(B), "AUTH_ISSUER_NOT_ACCREDITED"),
        ("holder", json!("12990100000001011X"), "TX_ARGUMENTS"),
        ("more", json!(1), "TX_ARGUMENTS"),
    ] {
        let arguments = with(ask_for(), name, value);
        assert_eq!(
            world.try_by(&[WANG], "sharing.request", arguments),
            code,
            "{name}"
        );
    }
    let arguments = with(ask_for(), "purpose", json!("a".repeat(64)));
    world.ok(&[WANG], "sharing.request", arguments);
}

#[test]
fn one_request_for_the_same_is_open_at_a_time_and_its_end_makes_room() {
    let mut world = World::new();
    let request = world.request();
    assert_eq!(
        world.try_by(&[WANG], "sharing.request", ask_for()),
        "SHARE_REQUEST_OPEN"
    );
    world.request_by(LI);
    world.ok(&[WANG], "sharing.cancel", json!({ "request": request }));
    world.request();
}

#[test]
fn only_the_person_that_asked_cancels_and_only_while_the_request_is_open() {
    let mut world = World::new();
    let request = world.request();
    let arguments = json!({ "request": request });
    assert_eq!(
        world.try_by(&[LI], "sharing.cancel", arguments.clone()),
        "SHARE_NOT_SUBJECT"
    );
    assert_eq!(
        world.try_by(&[WANG], "sharing.cancel", json!({ "request": digest("none") })),
        "SHARE_REQUEST_UNKNOWN"
    );
    let receipt = world.ok(&[WANG], "sharing.cancel", arguments.clone());
    assert_eq!(receipt.outcome["concerns"], json!([party(WANG), A]));
    assert_eq!(
        world.try_by(&[WANG], "sharing.cancel", arguments),
        "SHARE_REQUEST_ENDED"
    );
}

#[test]
fn a_refusal_says_why_and_names_a_remedy() {
    let mut world = World::new();
    let request = world.request();
    let whole = json!({ "reason": "本中心没有该账户", "remedy": "六十日内申请行政复议", "request": request });
    for (arguments, code) in [
        (without(whole.clone(), "reason"), "DEC_NO_REASON"),
        (with(whole.clone(), "reason", json!("  ")), "DEC_NO_REASON"),
        (without(whole.clone(), "remedy"), "DEC_NO_REMEDY"),
        (with(whole.clone(), "remedy", json!("")), "DEC_NO_REMEDY"),
        (with(whole.clone(), "reason", json!("a\nb")), "SHARE_TEXT"),
        (
            with(whole.clone(), "reason", json!("a".repeat(501))),
            "SHARE_TEXT",
        ),
        (with(whole.clone(), "reason", Value::Null), "TX_ARGUMENTS"),
    ] {
        assert_eq!(world.try_by(&[A1, SEAL_A], "sharing.decline", arguments), code);
    }
    assert_eq!(
        world.try_by(&[A1], "sharing.decline", whole.clone()),
        "AUTH_SEAL_MISSING"
    );
    assert_eq!(
        world.try_by(&[B1, SEAL_B], "sharing.decline", whole.clone()),
        "AUTH_MANDATE_MISSING"
    );
    world.ok(&[A1, SEAL_A], "sharing.decline", whole.clone());
    let answer = world.answer("sharing.request", json!({ "request": request }));
    assert_eq!(answer["state"], "declined");
    assert_eq!(answer["reason"], whole["reason"]);
    assert_eq!(answer["remedy"], whole["remedy"]);
    assert_eq!(
        world.try_by(&[A1, SEAL_A], "sharing.decline", whole),
        "SHARE_REQUEST_ENDED"
    );
}

#[test]
fn a_certificate_is_issued_by_an_officer_with_the_seal_of_the_holder_and_closes_the_request() {
    let mut world = World::new();
    let request = world.request();
    let arguments = world.issue_arguments(&request, 7);
    for (by, code) in [
        (vec![A1], "AUTH_SEAL_MISSING"),
        (vec![SEAL_A], "AUTH_MANDATE_MISSING"),
        (vec![A_LEAVER, SEAL_A], "AUTH_MANDATE_ENDED"),
        (vec![B1, SEAL_B], "AUTH_MANDATE_MISSING"),
        (vec![WANG, SEAL_A], "AUTH_MANDATE_MISSING"),
    ] {
        assert_eq!(
            world.try_by(&by, "sharing.issue", arguments.clone()),
            code,
            "{by:?}"
        );
    }
    let receipt = world.ok(&[A1, SEAL_A], "sharing.issue", arguments.clone());
    assert_eq!(receipt.outcome["concerns"], json!([party(WANG), A]));
    let certificate = id(&receipt, "certificate");
    assert_eq!(world.state(&certificate), "valid");
    let answer = world.answer("sharing.request", json!({ "request": request }));
    assert_eq!(answer["state"], "issued");
    assert_eq!(answer["certificate"], json!(certificate));
    let again = with(arguments, "status", json!({ "index": 8, "list": 0 }));
    assert_eq!(
        world.try_by(&[A1, SEAL_A], "sharing.issue", again),
        "SHARE_REQUEST_ENDED"
    );
    world.request();
}

#[test]
fn the_validity_of_a_certificate_ends_after_now_and_within_a_year() {
    let mut world = World::new();
    let request = world.request();
    let arguments = world.issue_arguments(&request, 7);
    let now = world.time;
    for until in [0, now + 1000, now + 1001 + 366 * DAY] {
        let arguments = with(arguments.clone(), "until", json!(until));
        world.at(now);
        assert_eq!(
            world.try_by(&[A1, SEAL_A], "sharing.issue", arguments),
            "SHARE_TERM",
            "{until}"
        );
        world.time = now;
    }
    let arguments = with(arguments, "until", json!(now + 1000 + 366 * DAY));
    world.ok(&[A1, SEAL_A], "sharing.issue", arguments);
}

#[test]
fn a_place_in_a_status_list_is_given_once_and_lies_within_it() {
    let mut world = World::new();
    world.certificate(7);
    let request = world.request();
    for (index, list) in [(7, 0), (131_072, 0), (0, 10_000)] {
        let status = json!({ "index": index, "list": list });
        let arguments = with(world.issue_arguments(&request, 0), "status", status);
        assert_eq!(
            world.try_by(&[A1, SEAL_A], "sharing.issue", arguments),
            "SHARE_STATUS_INDEX"
        );
    }
    let status = json!({ "index": 7, "list": 1 });
    let arguments = with(world.issue_arguments(&request, 0), "status", status);
    world.ok(&[A1, SEAL_A], "sharing.issue", arguments);
    world.certificate(131_071);
}

#[test]
fn suspension_is_lifted_and_revocation_is_final() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    assert_eq!(
        world.change("sharing.resume", &certificate),
        "SHARE_NOT_SUSPENDED"
    );
    assert_eq!(world.change("sharing.suspend", &certificate), "OK");
    assert_eq!(world.state(&certificate), "suspended");
    assert_eq!(world.change("sharing.suspend", &certificate), "CRED_SUSPENDED");
    assert_eq!(world.change("sharing.resume", &certificate), "OK");
    assert_eq!(world.state(&certificate), "valid");
    assert_eq!(world.change("sharing.suspend", &certificate), "OK");
    assert_eq!(world.change("sharing.revoke", &certificate), "OK");
    for operation in ["sharing.suspend", "sharing.resume", "sharing.revoke"] {
        assert_eq!(world.change(operation, &certificate), "CRED_REVOKED");
    }
    assert_eq!(world.state(&certificate), "revoked");
}

#[test]
fn only_the_issuer_changes_a_certificate_and_says_why() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let arguments = json!({ "certificate": certificate, "reason": "x" });
    for operation in ["sharing.suspend", "sharing.resume", "sharing.revoke"] {
        for (by, code) in [
            (vec![B1, SEAL_B], "AUTH_MANDATE_MISSING"),
            (vec![A1], "AUTH_SEAL_MISSING"),
            (vec![WANG], "AUTH_MANDATE_MISSING"),
        ] {
            assert_eq!(world.try_by(&by, operation, arguments.clone()), code);
        }
        let silent = without(arguments.clone(), "reason");
        assert_eq!(world.try_by(&[A1, SEAL_A], operation, silent), "DEC_NO_REASON");
        let unknown = with(arguments.clone(), "certificate", json!(digest("none")));
        assert_eq!(
            world.try_by(&[A1, SEAL_A], operation, unknown),
            "SHARE_CERTIFICATE_UNKNOWN"
        );
    }
}

#[test]
fn a_certificate_expires_by_block_time_and_can_then_only_be_revoked() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let time = world.time + 91 * DAY;
    world.at(time);
    assert_eq!(world.state(&certificate), "expired");
    assert_eq!(
        world.change("sharing.suspend", &certificate),
        "SHARE_CERTIFICATE_EXPIRED"
    );
    assert_eq!(
        world.change("sharing.resume", &certificate),
        "SHARE_CERTIFICATE_EXPIRED"
    );
    assert_eq!(world.change("sharing.revoke", &certificate), "OK");
}

#[test]
fn the_status_list_names_the_exceptions_in_order_over_all_its_pages() {
    let mut world = World::new();
    let list = |world: &mut World| {
        let answer = world.answer("sharing.status", json!({ "issuer": A, "list": 0 }));
        assert_eq!(answer["size"], json!(131_072));
        (answer["invalid"].clone(), answer["suspended"].clone())
    };
    assert_eq!(list(&mut world), (json!([]), json!([])));
    let certificates: Vec<_> = [131_071, 0, 1024, 1023, 5]
        .into_iter()
        .map(|index| world.certificate(index))
        .collect();
    assert_eq!(list(&mut world), (json!([]), json!([])));
    for certificate in &certificates[..3] {
        assert_eq!(world.change("sharing.revoke", certificate), "OK");
    }
    for certificate in &certificates[3..] {
        assert_eq!(world.change("sharing.suspend", certificate), "OK");
    }
    assert_eq!(list(&mut world), (json!([0, 1024, 131_071]), json!([5, 1023])));
    assert_eq!(world.change("sharing.resume", &certificates[3]), "OK");
    assert_eq!(world.change("sharing.revoke", &certificates[4]), "OK");
    assert_eq!(list(&mut world), (json!([0, 5, 1024, 131_071]), json!([])));
    let other = world.answer("sharing.status", json!({ "issuer": A, "list": 1 }));
    assert_eq!((&other["invalid"], &other["changed"]), (&json!([]), &Value::Null));
}

#[test]
fn questions_about_what_does_not_exist_or_in_another_form_are_refused() {
    let mut world = World::new();
    let none = digest("none");
    for (question, about, code) in [
        (
            "sharing.request",
            json!({ "request": none }),
            "SHARE_REQUEST_UNKNOWN",
        ),
        (
            "sharing.certificate",
            json!({ "certificate": none }),
            "SHARE_CERTIFICATE_UNKNOWN",
        ),
        ("sharing.lease", json!({ "lease": none }), "LEASE_UNKNOWN"),
        (
            "sharing.loan",
            json!({ "case": "x", "for": B }),
            "SHARE_CASE_UNKNOWN",
        ),
        (
            "sharing.erasure",
            json!({ "certificate": none }),
            "SHARE_CERTIFICATE_UNKNOWN",
        ),
        ("sharing.status", json!({ "issuer": A }), "TX_ARGUMENTS"),
        ("sharing.lease", json!({}), "TX_ARGUMENTS"),
    ] {
        assert_eq!(world.asked(question, about), code, "{question}");
    }
}
