//! Malformed requests: every one gets a problem with its code.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::json;

use crate::call::Api;
use crate::ledger::{Ledger, digest};
use crate::session;

fn api() -> Api {
    let mut ledger = Ledger::new();
    ledger.deposit(1, "a file", json!({}));
    Api::new(ledger)
}

#[test]
fn malformed_paths_and_queries_are_refused() {
    let api = api();
    let id = digest("x");
    for address in [
        "blocks/minus".to_owned(),
        "blocks/-1".to_owned(),
        "blocks/1.0".to_owned(),
        "blocks/9007199254740992".to_owned(),
        "blocks/99999999999999999999".to_owned(),
        "blocks?limit=0".to_owned(),
        "blocks?limit=101".to_owned(),
        "blocks?limit=".to_owned(),
        "blocks?limit=1&limit=2".to_owned(),
        "blocks?colour=red".to_owned(),
        "blocks?before=9007199254740992".to_owned(),
        "transactions/abc".to_owned(),
        format!("transactions/{}", id.to_string().to_uppercase()),
        format!("transactions/{id}?wait_ms=10001"),
        format!("transactions/{id}?wait_ms=soon"),
        "receipts/sha256:00".to_owned(),
        "receipts/%FF".to_owned(),
        "occurrences?scenario=evidence".to_owned(),
        "occurrences?scenario=evidence&key=a&before=x".to_owned(),
        "occurrences?scenario=evidence&key=a&limit=0".to_owned(),
        "occurrences/abc".to_owned(),
        "evidence?commitment=abc".to_owned(),
        "evidence?account=abc".to_owned(),
        "evidence?kind=secret".to_owned(),
        "evidence?before=xyz".to_owned(),
        "evidence?limit=1000".to_owned(),
        "evidence/abc".to_owned(),
        "evidence/abc/report".to_owned(),
        "checkpoints/1/x".to_owned(),
        "checkpoints/1/9007199254740992".to_owned(),
    ] {
        let answer = api.get(&format!("/api/v1/{address}"));
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "API_REQUEST"),
            "{address}"
        );
    }
}

#[test]
fn unknown_addresses_and_methods_are_problems_too() {
    let api = api();
    for address in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v2/status",
        "/api/v1/status/",
        "/api/v1/nothing",
    ] {
        let answer = api.get(address);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (404, "API_NOT_FOUND"),
            "{address}"
        );
    }
    for (method, address, allowed) in [
        ("POST", "/api/v1/status", "GET,HEAD"),
        ("GET", "/api/v1/transactions", "POST"),
        ("DELETE", "/api/v1/transactions", "POST"),
        ("TRACE", "/healthz", "GET,HEAD"),
        ("OPTIONS", "/api/v1/blocks", "GET,HEAD"),
        ("POST", "/", "GET, HEAD"),
    ] {
        let answer = api.send(method, address, &[], Vec::new());
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (405, "API_METHOD"),
            "{method} {address}"
        );
        assert_eq!(answer.header("allow"), allowed, "{method} {address}");
    }
}

#[test]
fn head_is_answered_like_get_without_a_body() {
    let answer = api().send("HEAD", "/api/v1/blocks", &[], Vec::new());
    assert_eq!((answer.status, answer.body.len()), (200, 0));
}

#[test]
fn every_answer_tells_browsers_not_to_guess_frame_or_keep_it() {
    let api = api();
    for address in [
        "/healthz",
        "/api/v1/blocks",
        "/api/v1/nothing",
        "/api/v1/blocks/x",
    ] {
        let answer = api.get(address);
        for (name, value) in [
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{address}");
        }
    }
}

/// One interface for all cases: nothing that is refused may change it.
static API: LazyLock<Api> = LazyLock::new(api);

static ENVELOPE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let transaction = API
        .node
        .ledger
        .lock()
        .unwrap()
        .sign(1, "evidence.other", json!({}));
    serde_json::to_vec(&transaction.to_envelope()).unwrap()
});

/// Somebody signed in there.
static COOKIE: LazyLock<String> = LazyLock::new(|| session::sign_in(&API, 1));

/// A table of decisions that can be enacted.
const RISK: &str = include_str!("../../../../scenarios/approval/processes/licence-risk.dmn");

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_bytes_in_place_of_a_decision_get_a_problem_or_findings(
        body in prop::collection::vec(any::<u8>(), 0..300),
        at in 0..RISK.len(),
        to in any::<char>(),
    ) {
        for address in ["/api/v1/decisions/check", "/api/v1/decisions/try"] {
            prop_assert_eq!(API.post_with(address, &COOKIE, body.clone()).code(), "API_REQUEST");
        }
        let text = String::from_utf8_lossy(&body).into_owned();
        let damaged: String = RISK.chars().enumerate().map(|(place, own)| if place == at { to } else { own }).collect();
        for document in [text, damaged] {
            let asked = json!({ "document": &document }).to_string();
            let answer = API.post_with("/api/v1/decisions/check", &COOKIE, asked);
            prop_assert_eq!(answer.status, 200);
            let verdict = answer.json();
            let findings = verdict["findings"].as_array().unwrap();
            let refused = findings.iter().any(|one| one["severity"] == "error");
            prop_assert_eq!(&verdict["accepted"], &json!(!refused));
            let facts = json!({ "crowded": true, "floor_area": 12 });
            let asked = json!({ "document": document, "decision": "licence-risk", "facts": facts }).to_string();
            let status = API.post_with("/api/v1/decisions/try", &COOKIE, asked).status;
            prop_assert!([200, 400].contains(&status), "{}", status);
        }
    }

    #[test]
    fn any_bytes_get_a_problem_and_nothing_else(body in prop::collection::vec(any::<u8>(), 0..300)) {
        for address in ["/api/v1/transactions", "/api/v1/transactions/batch"] {
            prop_assert_eq!(API.post(address, body.clone()).code(), "TX_MALFORMED");
        }
    }

    #[test]
    fn any_damage_to_an_envelope_is_refused(at in 0..2_000_usize, to in any::<u8>()) {
        let mut bytes = ENVELOPE.clone();
        let at = at % bytes.len();
        // White space around a token is no damage: the envelope is not what was signed, its strings are.
        prop_assume!(bytes[at] != to && !to.is_ascii_whitespace());
        bytes[at] = to;
        prop_assert!(API.post("/api/v1/transactions", bytes).code().starts_with("TX_"));
        prop_assert_eq!(API.node.mempool_load(), 0);
    }

    #[test]
    fn any_address_is_answered(path in "[a-z0-9/:.%?=&-]{0,60}") {
        // Percent signs must begin an escape for the address to be one at all.
        prop_assume!(axum::http::Uri::try_from(format!("/api/v1/{path}")).is_ok());
        let status = API.get(&format!("/api/v1/{path}")).status;
        prop_assert!([200, 400, 404, 405].contains(&status), "{}", status);
    }
}
