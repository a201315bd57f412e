//! What wallets, and people and officers for them, are answered: forms, media types, limits, and errors as OAuth has them.

use std::sync::LazyLock;
use std::sync::atomic::Ordering;

use proptest::prelude::*;
use serde_json::json;

use crate::call::{Answer, Api};
use crate::ledger::{Ledger, digest, key};
use crate::session::sign_in;
use crate::world::{self, CLERK};

const FORM: [(&str, &str); 1] = [("content-type", "application/x-www-form-urlencoded")];

fn serving() -> Api {
    let api = world::api(Ledger::new());
    api.node.serves_wallets.store(true, Ordering::SeqCst);
    api
}

fn form(api: &Api, address: &str, body: &str) -> Answer {
    api.send("POST", address, &FORM, body.as_bytes().to_vec())
}

/// Status, error and code of a refusal, after checking that it is whole.
fn refusal(answer: &Answer) -> (u16, String, String) {
    assert_eq!(answer.header("content-type"), "application/json");
    let body = answer.json();
    let description = body["error_description"].as_str().unwrap();
    // RFC 6749, section 5.2.
    assert!(
        description
            .bytes()
            .all(|byte| matches!(byte, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
    );
    assert!(body["number"].is_u64());
    if answer.status == 503 {
        assert!(!answer.header("retry-after").is_empty());
    }
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    (answer.status, text("error"), text("code"))
}

fn is(status: u16, error: &str, code: &str) -> (u16, String, String) {
    (status, error.to_owned(), code.to_owned())
}

#[test]
fn a_node_without_an_address_for_wallets_says_so_to_everybody_in_his_own_form() {
    let api = world::api(Ledger::new());
    let cookie = sign_in(&api, CLERK);
    for address in [
        "/.well-known/openid-credential-issuer",
        "/.well-known/oauth-authorization-server",
        "/.well-known/jwt-vc-issuer",
        "/.well-known/did.json",
        "/wallets/status-lists/x/0",
    ] {
        assert_eq!(api.get(address).code(), "WALLET_CLOSED", "{address}");
    }
    let take = json!({ "code": "c", "take": digest("take") }).to_string();
    let ask = json!({ "ask": digest("ask") }).to_string();
    assert_eq!(
        api.post_with("/api/v1/wallets/offers", &cookie, take).code(),
        "WALLET_CLOSED"
    );
    assert_eq!(
        api.post_with("/api/v1/wallets/requests", &cookie, ask).code(),
        "WALLET_CLOSED"
    );
    let closed = is(404, "invalid_request", "WALLET_CLOSED");
    assert_eq!(refusal(&form(&api, "/wallets/token", "grant_type=x")), closed);
    assert_eq!(
        refusal(&api.send("POST", "/wallets/nonce", &[], Vec::new())),
        closed
    );
    assert_eq!(
        refusal(&form(&api, "/wallets/requests/one/response", "error=x")),
        closed
    );
    assert_eq!(refusal(&api.get("/wallets/requests/one")), closed);
}

#[test]
fn the_documents_are_for_pages_of_other_sites_too() {
    let api = serving();
    for (address, document) in [
        ("/.well-known/openid-credential-issuer", "CredentialIssuer"),
        ("/.well-known/oauth-authorization-server", "AuthorizationServer"),
        ("/.well-known/jwt-vc-issuer", "IssuerKeys"),
        ("/.well-known/did.json", "Verifier"),
    ] {
        let answer = api.get(address);
        assert_eq!(
            answer.json(),
            json!({ "credential_issuer": "https://fund.example", "document": document })
        );
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
    let list = api.get("/wallets/status-lists/x/0");
    assert_eq!(
        (list.body.as_slice(), list.header("content-type")),
        (b"a.b.c".as_slice(), "application/statuslist+jwt")
    );
    assert_eq!(api.get("/wallets/status-lists/x/2").code(), "RELEASE_NOTHING");
    assert_eq!(api.get("/wallets/status-lists/x/y").code(), "API_REQUEST");
}

#[test]
fn people_and_officers_are_known_by_their_session() {
    let api = serving();
    let cookie = sign_in(&api, CLERK);
    let account = key(CLERK).public_key();
    let (take, ask) = (digest("take"), digest("ask"));
    let offer = json!({ "code": "c", "take": take }).to_string();
    let request = json!({ "ask": ask }).to_string();
    let path = format!("/api/v1/wallets/requests/{ask}");
    for (address, body) in [
        ("/api/v1/wallets/offers", &offer),
        ("/api/v1/wallets/requests", &request),
    ] {
        assert_eq!(
            api.post(address, body.as_str()).code(),
            "SESSION_NEEDED",
            "{address}"
        );
        for wrong in ["{", "{}", r#"{"ask":1}"#, r#"{"take":"x","code":"c"}"#] {
            assert_eq!(
                api.post_with(address, &cookie, wrong).code(),
                "API_REQUEST",
                "{wrong}"
            );
        }
        let long = api.post_with(address, &cookie, vec![b' '; (16 << 10) + 1]);
        assert_eq!(long.code(), "API_TOO_LARGE", "{address}");
    }
    assert_eq!(api.get(&path).code(), "SESSION_NEEDED");
    let offered = api.post_with("/api/v1/wallets/offers", &cookie, offer);
    assert_eq!(
        offered.json(),
        json!({ "account": account, "code": "c", "take": take })
    );
    let opened = api.post_with("/api/v1/wallets/requests", &cookie, request);
    assert_eq!(opened.json(), json!({ "account": account, "ask": ask }));
    assert_eq!(api.get_with(&path, &cookie).json()["state"], "waiting");
}

#[test]
fn a_token_is_asked_for_with_a_form() {
    let api = serving();
    let token = |body: &str| form(&api, "/wallets/token", body);
    let given = token("grant_type=urn%3Aietf%3Aparams&pre-authorized_code=c&tx_code=1&client_id=w");
    assert_eq!(
        given.json(),
        json!({ "client_id": "w", "code": "c", "grant_type": "urn:ietf:params", "tx_code": "1" })
    );
    assert_eq!(given.header("cache-control"), "no-store");
    let without = token("grant_type=x&pre-authorized_code=c");
    assert_eq!(refusal(&without), is(400, "invalid_grant", "WALLET_TX_CODE"));
    assert_eq!(without.json()["error_description"], "a quoted  reason");
    for wrong in ["", "pre-authorized_code=c", "grant_type=a&grant_type=b", "a=%"] {
        assert_eq!(
            refusal(&token(wrong)),
            is(400, "invalid_request", "API_REQUEST"),
            "{wrong}"
        );
    }
    let long = token(&"x".repeat((8 << 10) + 1));
    assert_eq!(refusal(&long), is(413, "invalid_request", "API_TOO_LARGE"));
    let json = api.post("/wallets/token", "{}");
    assert_eq!(refusal(&json), is(415, "invalid_request", "API_MEDIA_TYPE"));
}

#[test]
fn a_credential_is_asked_for_with_a_bearer_token() {
    let api = serving();
    let ask = |authorization: &str, body: Vec<u8>| {
        let headers = [
            ("content-type", "application/json"),
            ("authorization", authorization),
        ];
        api.send("POST", "/wallets/credential", &headers, body)
    };
    let given = ask("bearer abc", b"{}".to_vec());
    assert_eq!(given.json(), json!({ "request": "{}", "token": "abc" }));
    for wrong in ["", "abc", "Basic abc"] {
        let refused = ask(wrong, b"{}".to_vec());
        assert_eq!(
            refusal(&refused),
            is(401, "invalid_token", "WALLET_TOKEN"),
            "{wrong}"
        );
        assert_eq!(
            refused.header("www-authenticate"),
            "Bearer error=\"invalid_token\""
        );
    }
    let none = api.post("/wallets/credential", "{}");
    assert_eq!(none.status, 401);
    let long = ask("Bearer abc", vec![b' '; (32 << 10) + 1]);
    assert_eq!(refusal(&long), is(413, "invalid_request", "API_TOO_LARGE"));
    let kind = api.send(
        "POST",
        "/wallets/credential",
        &[("authorization", "Bearer abc")],
        Vec::new(),
    );
    assert_eq!(refusal(&kind), is(415, "invalid_request", "API_MEDIA_TYPE"));
    let nonce = api.send("POST", "/wallets/nonce", &[], Vec::new());
    assert_eq!(nonce.json(), json!({ "c_nonce": "nonce" }));
}

#[test]
fn an_answer_is_posted_to_the_request_it_answers() {
    let api = serving();
    let object = api.get("/wallets/requests/one");
    assert_eq!(
        (object.header("content-type"), object.body.as_slice()),
        ("application/oauth-authz-req+jwt", b"a.b.c".as_slice())
    );
    let none = api.get("/wallets/requests/two");
    assert_eq!(refusal(&none), is(404, "invalid_request", "WALLET_REQUEST"));
    let post = |id: &str, body: &str| form(&api, &format!("/wallets/requests/{id}/response"), body);
    assert_eq!(post("one", "vp_token=%7B%7D&state=s").json(), json!({}));
    assert_eq!(post("one", "error=access_denied").json(), json!({}));
    // A wallet knows no other status for what a rule forbids.
    assert_eq!(
        refusal(&post("two", "vp_token=%7B%7D")),
        is(400, "invalid_request", "SESSION_FORBIDDEN")
    );
    for wrong in ["", "state=s", "vp_token=x&error=y"] {
        assert_eq!(
            refusal(&post("one", wrong)),
            is(400, "invalid_request", "API_REQUEST"),
            "{wrong}"
        );
    }
    let long = post("one", &"x".repeat((192 << 10) + 1));
    assert_eq!(refusal(&long), is(413, "invalid_request", "API_TOO_LARGE"));
}

static API: LazyLock<Api> = LazyLock::new(serving);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_posted_by_a_wallet_get_an_answer_in_its_form(body in prop::collection::vec(any::<u8>(), 0..200)) {
        for address in ["/wallets/token", "/wallets/requests/one/response"] {
            let answer = API.send("POST", address, &FORM, body.clone());
            prop_assert!(answer.status == 200 || refusal(&answer).0 == 400);
        }
    }
}

#[test]
fn a_node_tells_everybody_whether_it_serves_wallets_and_where() {
    assert_eq!(
        world::api(Ledger::new()).get("/api/v1/wallets").json(),
        json!({ "address": null })
    );
    assert_eq!(
        serving().get("/api/v1/wallets").json(),
        json!({ "address": "https://fund.example" })
    );
}
