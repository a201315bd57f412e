//! OpenID4VP 1.0: its example presentation verifies and no byte of it can change (story S1.6); requests and responses.

use serde_json::{Value, json};
use yinxin_credential::dcql::Query;
use yinxin_credential::openid4vp::{AuthorizationRequest, AuthorizationResponse, error_code};
use yinxin_credential::{Binding, Error, Held, Policy, Signer as _, random_nonce, verify};

use crate::support::{
    NONCE, NOW_S, VCT, VERIFIER, credential, holder, issuer, issuers, name, object, policy, read, salts,
    stranger, token, unwrapped, vectors,
};

/// A verifier at the time of the example.
fn verifier() -> Policy<'static> {
    Policy {
        issuers: &issuers,
        now_s: 1_744_743_394,
        leeway_s: 0,
        binding: Some(Binding {
            audience: VERIFIER,
            nonce: NONCE,
            max_age_s: 60,
        }),
    }
}

#[test]
fn the_example_presentation_verifies_and_shows_what_the_example_says() {
    let Some(folder) = vectors("openid4vp/sd_jwt_vcld/01") else {
        return;
    };
    let text = unwrapped(&read(&folder, "sd_jwt_presentation.txt"));
    let verified = verify(&text, &verifier()).unwrap();
    let expected: Value = serde_json::from_str(&read(&folder, "verified_contents.json")).unwrap();
    assert_eq!(verified.claims["ld"], expected["ld"]);
    assert_eq!(verified.claims.len(), 1);
    assert_eq!(verified.vct, expected["vct"]);
    assert_eq!(verified.issuer, expected["iss"]);
    assert_eq!(verified.issued_s, expected["iat"].as_u64());
    assert_eq!(verified.expires_s, expected["exp"].as_u64());
    assert_eq!(verified.holder.unwrap().to_value(), expected["cnf"]["jwk"]);
    assert!(verified.proven);
    // The holder got it with everything, and can make such a presentation himself.
    let issued = unwrapped(&read(&folder, "sd_jwt_issuance.txt"));
    let held = Held::accept(&issued, &verifier()).unwrap();
    let claims: Value = serde_json::from_str(&read(&folder, "user_claims.json")).unwrap();
    assert_eq!(held.verified().claims["ld"], claims["ld"]);
    let query = json!({"credentials": [{
        "id": "one", "format": "dc+sd-jwt", "meta": {"vct_values": [expected["vct"]]},
        "claims": [{"path": ["ld", "credentialSubject", "givenName"]}],
    }]});
    let query = Query::parse(&query).unwrap();
    let answers = query.select(std::slice::from_ref(&held), false).unwrap();
    let own = query
        .present(&answers, &[held], &[&holder()], VERIFIER, NONCE, 1_744_743_394)
        .unwrap();
    let shown = query
        .verify(&own, &verifier(), &verifier().binding.unwrap())
        .unwrap();
    assert_eq!(shown["one"][0], verified);
}

#[test]
fn the_example_presentation_fails_with_any_byte_flipped() {
    let Some(folder) = vectors("openid4vp/sd_jwt_vcld/01") else {
        return;
    };
    let text = unwrapped(&read(&folder, "sd_jwt_presentation.txt"));
    assert!(verify(&text, &verifier()).is_ok());
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            // What is no UTF-8 cannot even be asked about.
            if let Ok(changed) = String::from_utf8(bytes) {
                assert!(verify(&changed, &verifier()).is_err(), "byte {at}, bit {bit}");
            }
        }
    }
}

#[test]
fn the_example_presentation_fails_with_any_byte_missing_or_doubled() {
    let Some(folder) = vectors("openid4vp/sd_jwt_vcld/01") else {
        return;
    };
    let text = unwrapped(&read(&folder, "sd_jwt_presentation.txt"));
    for at in 0..text.len() {
        let missing = format!("{}{}", &text[..at], &text[at + 1..]);
        let doubled = format!("{}{}", &text[..=at], &text[at..]);
        assert!(verify(&missing, &verifier()).is_err(), "without byte {at}");
        assert!(verify(&doubled, &verifier()).is_err(), "byte {at} twice");
    }
}

fn request() -> AuthorizationRequest {
    let query = json!({"credentials": [{
        "id": "pid", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}, "claims": [{"path": ["name"]}],
    }]});
    AuthorizationRequest {
        client_id: "x509_san_dns:verifier.example.org".to_owned(),
        response_uri: "https://verifier.example.org/post".to_owned(),
        nonce: random_nonce().unwrap(),
        state: Some(random_nonce().unwrap()),
        query: Query::parse(&query).unwrap(),
        client_metadata: Some(
            json!({"vp_formats_supported": {"dc+sd-jwt": {"sd-jwt_alg_values": ["ES256"]}}}),
        ),
    }
}

#[test]
fn a_request_is_signed_answered_and_the_answer_verified() {
    let request = request();
    let signed = request.sign(Some("verifier-1"), &stranger()).unwrap();
    let read =
        AuthorizationRequest::verify(&signed, &request.client_id, &stranger().key(), NOW_S, 0).unwrap();
    assert_eq!(read, request);
    let issued = credential().issue(None, &issuer(), salts(1)).unwrap().to_string();
    let wallet = [Held::accept(&issued, &policy()).unwrap()];
    let answers = read.query.select(&wallet, false).unwrap();
    let vp_token = read
        .query
        .present(
            &answers,
            &wallet,
            &[&holder()],
            &read.client_id,
            &read.nonce,
            NOW_S,
        )
        .unwrap();
    let response = AuthorizationResponse {
        vp_token,
        state: read.state,
    };
    let posted = response.to_value();
    let received =
        AuthorizationResponse::parse(&posted["vp_token"].to_string(), posted["state"].as_str()).unwrap();
    assert_eq!(received, response);
    assert_eq!(received.check_state(&request), Ok(()));
    let verified = request
        .query
        .verify(&received.vp_token, &policy(), &request.binding(300))
        .unwrap();
    assert_eq!(verified["pid"][0].claims["name"], "王小示");
    // The same answer to another request.
    let other = self::request();
    assert_eq!(name(received.check_state(&other)), "CRED_REQUEST");
    assert_eq!(
        name(
            other
                .query
                .verify(&received.vp_token, &policy(), &other.binding(300))
        ),
        "CRED_NONCE"
    );
}

#[test]
fn a_request_is_that_of_its_signer_and_of_its_type() {
    let request = request();
    let signed = request.sign(None, &stranger()).unwrap();
    let verify =
        |text: &str, client: &str| AuthorizationRequest::verify(text, client, &stranger().key(), NOW_S, 0);
    assert_eq!(
        name(verify(&signed, "x509_san_dns:other.example")),
        "CRED_REQUEST"
    );
    assert_eq!(
        name(AuthorizationRequest::verify(
            &signed,
            &request.client_id,
            &issuer().key(),
            NOW_S,
            0
        )),
        "CRED_SIGNATURE"
    );
    let plain = token(
        &stranger(),
        &json!({"alg": "ES256", "typ": "JWT"}),
        &request.to_value(),
    );
    assert_eq!(name(verify(&plain, &request.client_id)), "CRED_TYPE");
}

#[test]
fn a_signed_request_is_for_any_wallet_and_for_its_time() {
    let check = |member: &str, value: Value| {
        let mut claims = request().to_value();
        claims[member] = value;
        let client_id = request().client_id;
        let text = token(
            &stranger(),
            &json!({"alg": "ES256", "typ": "oauth-authz-req+jwt"}),
            &claims,
        );
        AuthorizationRequest::verify(&text, &client_id, &stranger().key(), NOW_S, 10)
    };
    assert!(check("aud", json!("https://self-issued.me/v2")).is_ok());
    assert!(check("exp", json!(NOW_S - 9)).is_ok());
    assert_eq!(
        name(check("aud", json!("https://another.wallet"))),
        "CRED_REQUEST"
    );
    assert_eq!(name(check("exp", json!(NOW_S - 10))), "CRED_EXPIRED");
    assert_eq!(name(check("nbf", json!(NOW_S + 11))), "CRED_NOT_YET");
}

#[test]
fn requests_that_lack_something_or_ask_for_more_than_is_answered_are_refused() {
    let good = request().to_value();
    assert!(AuthorizationRequest::parse(&object(good.clone())).is_ok());
    let with = |member: &str, value: Value| {
        let mut request = good.clone();
        request[member] = value;
        AuthorizationRequest::parse(&object(request))
    };
    assert!(with("iss", json!("ignored")).is_ok());
    for (member, value) in [
        ("response_type", json!("code")),
        ("response_mode", json!("fragment")),
        ("response_mode", json!("direct_post.jwt")),
        ("redirect_uri", json!("https://verifier.example.org")),
        ("scope", json!("pid")),
        ("transaction_data", json!(["e30"])),
        ("client_id", json!("")),
        ("client_id", json!(1)),
        ("nonce", json!("")),
        ("nonce", json!("with space")),
        ("nonce", json!("x".repeat(257))),
        ("state", json!("ä")),
        ("state", json!(1)),
    ] {
        assert_eq!(
            name(with(member, value.clone())),
            "CRED_REQUEST",
            "{member} {value}"
        );
    }
    assert_eq!(name(with("dcql_query", json!({}))), "CRED_QUERY");
    for member in [
        "response_type",
        "response_mode",
        "client_id",
        "nonce",
        "response_uri",
        "dcql_query",
    ] {
        let mut request = object(good.clone());
        request.remove(member);
        assert_eq!(
            name(AuthorizationRequest::parse(&request)),
            "CRED_REQUEST",
            "{member}"
        );
    }
}

#[test]
fn a_request_without_proof_of_the_holder_needs_a_state() {
    let mut request = request();
    request.query.credentials[0].holder_binding = false;
    assert!(request.sign(None, &stranger()).is_ok());
    request.state = None;
    assert_eq!(name(request.sign(None, &stranger())), "CRED_REQUEST");
    assert_eq!(
        name(AuthorizationRequest::parse(&object(request.to_value()))),
        "CRED_REQUEST"
    );
}

#[test]
fn responses_of_another_form_are_refused() {
    for text in ["", "[]", "{", r#"{"a":[],"a":[]}"#] {
        assert_eq!(
            name(AuthorizationResponse::parse(text, None)),
            "CRED_MALFORMED",
            "{text}"
        );
    }
    assert_eq!(
        name(AuthorizationResponse::parse(&" ".repeat((1 << 20) + 1), None)),
        "CRED_TOO_LARGE"
    );
}

#[test]
fn each_refusal_has_an_error_code_of_oauth() {
    assert_eq!(error_code(&Error::NoMatch("")), "access_denied");
    assert_eq!(error_code(&Error::Signature("")), "invalid_client");
    assert_eq!(error_code(&Error::Query("")), "invalid_request");
}
