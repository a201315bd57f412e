//! What a department's own node does for its officers, released content, status lists, the demonstration.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use yinxin_types::transaction::KeyedSignature;

use crate::call::Api;
use crate::ledger::{ALGORITHM, Ledger, digest, key};
use crate::session::sign_in;
use crate::world::{self, CLERK};

const DESK: [&str; 5] = [
    "/api/v1/desk/seal",
    "/api/v1/desk/certificates",
    "/api/v1/desk/enrol",
    "/api/v1/desk/licences/content",
    "/api/v1/desk/licences/credential",
];

fn with_desk() -> Api {
    let api = world::api(Ledger::new());
    api.node.desk.store(true, Ordering::SeqCst);
    api
}

fn to_seal(body: &str, signed: &str) -> String {
    json!({ "body": body, "signature": KeyedSignature::by(&key(CLERK), signed.as_bytes()) }).to_string()
}

#[test]
fn a_node_that_keeps_no_keys_of_a_department_says_so() {
    let api = world::api(Ledger::new());
    let cookie = sign_in(&api, CLERK);
    for (address, body) in DESK.iter().zip([
        to_seal("{}", "{}"),
        "{}".to_owned(),
        r#"{"number":"1"}"#.to_owned(),
        "{}".to_owned(),
        "{}".to_owned(),
    ]) {
        let answer = api.post_with(address, &cookie, body);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (404, "DESK_CLOSED"),
            "{address}"
        );
    }
}

#[test]
fn a_body_is_sealed_for_the_signature_that_stands_beside_it() {
    let api = with_desk();
    let sealed = api.post("/api/v1/desk/seal", to_seal("{}", "{}"));
    assert_eq!(
        (sealed.status, &sealed.json()["id"]),
        (200, &json!(ALGORITHM.hash(&[b"{}"])))
    );
    let forged = api.post("/api/v1/desk/seal", to_seal("{}", "other"));
    assert_eq!((forged.status, forged.code().as_str()), (400, "TX_SIGNATURE"));
    // So it is with the signatures of others whom the body names.
    let beside = |signed: &[u8]| {
        let mut request: Value = serde_json::from_str(&to_seal("{}", "{}")).unwrap();
        request["cosignatures"] = json!([KeyedSignature::by(&key(1), signed)]);
        api.post("/api/v1/desk/seal", request.to_string()).status
    };
    assert_eq!((beside(b"{}"), beside(b"other")), (200, 400));
}

#[test]
fn the_desk_learns_from_the_session_which_officer_asks() {
    let api = with_desk();
    let cookie = sign_in(&api, CLERK);
    let officer = key(CLERK).public_key();
    let order = json!({ "request": digest("request"), "fields": { "bal": "1.00" } });
    let composed = api.post_with(DESK[1], &cookie, order.to_string());
    assert_eq!(composed.json(), json!({ "officer": officer, "order": order }));
    for address in &DESK[3..] {
        let order = json!({ "case": "1" });
        let composed = api.post_with(address, &cookie, order.to_string());
        assert_eq!(composed.json(), json!({ "officer": officer, "order": order }));
    }
    let number = "11010119900307889X";
    let enrolled = api.post_with(DESK[2], &cookie, json!({ "number": number }).to_string());
    assert_eq!(
        enrolled.json(),
        json!({ "commitment": digest(&format!("{officer} {number}")) })
    );
    let refused = api.post_with(DESK[2], &cookie, r#"{"number":"1"}"#);
    assert_eq!(refused.code(), "SESSION_FORBIDDEN");
    for address in &DESK[1..] {
        let answer = api.post(address, r#"{"number":"1"}"#);
        assert_eq!((answer.status, answer.code().as_str()), (401, "SESSION_NEEDED"));
    }
}

#[test]
fn malformed_requests_to_the_desk_are_refused() {
    let api = with_desk();
    let cookie = sign_in(&api, CLERK);
    for (address, body) in [
        (DESK[0], "{}"),
        (DESK[0], r#"{"body":"{}","signature":null}"#),
        (DESK[1], "{"),
        (DESK[2], "{}"),
        (DESK[2], r#"{"number":1}"#),
        (DESK[2], r#"{"number":"1","key":"x"}"#),
        (DESK[3], "{"),
        (DESK[4], "{"),
    ] {
        assert_eq!(
            api.post_with(address, &cookie, body).code(),
            "API_REQUEST",
            "{body}"
        );
    }
    // Twice 4 KiB, the limit of the chain's bodies, and 64 KiB for the signatures.
    let limits = [(8 << 10) + (64 << 10), 64 << 10, 64 << 10, 64 << 10, 64 << 10];
    for (address, limit) in DESK.iter().zip(limits) {
        let answer = api.post_with(address, &cookie, vec![b' '; limit + 1]);
        assert_eq!(answer.code(), "API_TOO_LARGE", "{address}");
        let answer = api.post_with(address, &cookie, vec![b' '; limit]);
        assert_eq!(answer.code(), "API_REQUEST", "{address}");
        let plain = api.send("POST", address, &[("cookie", &cookie)], b"{}".to_vec());
        assert_eq!(plain.code(), "API_MEDIA_TYPE", "{address}");
    }
}

#[test]
fn what_releases_nothing_says_so() {
    let api = world::api(Ledger::new());
    let answer = api.get(&format!("/api/v1/disclosures/{}", digest("look")));
    assert_eq!((answer.status, answer.code().as_str()), (404, "RELEASE_NOTHING"));
    assert_eq!(api.get("/api/v1/disclosures/abc").code(), "API_REQUEST");
}

#[test]
fn a_status_list_is_for_everybody_also_for_pages_of_other_sites() {
    let api = world::api(Ledger::new());
    let list = |which: &str| api.get(&format!("/api/v1/status-lists/{}/{which}", world::CENTRE));
    let answer = list("0");
    assert_eq!(
        (answer.status, answer.body.as_slice()),
        (200, b"a.b.c".as_slice())
    );
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(list("1").code(), "RELEASE_UNREACHABLE");
    assert_eq!(list("2").code(), "RELEASE_NOTHING");
    for wrong in ["x", "-1", "4294967296"] {
        assert_eq!(list(wrong).code(), "API_REQUEST", "{wrong}");
    }
}

#[test]
fn only_a_demonstration_tells_who_is_in_it() {
    let api = world::api(Ledger::new());
    let answer = api.get("/api/v1/demo");
    assert_eq!((answer.status, answer.code().as_str()), (404, "API_NOT_FOUND"));
    let people: Value = json!({ "departments": [], "personas": [], "samples": {} });
    *api.node.demonstration.lock().unwrap() = Some(people.clone());
    assert_eq!(api.get("/api/v1/demo").json(), people);
}
