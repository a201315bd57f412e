//! OpenID4VCI 1.0: its published messages, and each rule of a proof kept once and broken once.

use serde_json::{Value, json};
use yinxin_credential::openid4vci::{
    CredentialOffer, CredentialRequest, CredentialResponse, IssuerMetadata, ProofPolicy, TransactionCode,
    Wanted, error_code, prove, verify_proof,
};
use yinxin_credential::{
    Algorithm, Ed25519Signer, Error, Held, Jwk, Policy, SdJwt, Signer, random_nonce, verify,
};
use yinxin_crypto::{PrivateKey, SignatureAlgorithm};

use crate::support::{
    NOW_S, credential, holder, issuer, issuers, name, policy, read, salts, stranger, token, unwrapped,
    vectors,
};

const CREDENTIAL_ISSUER: &str = "https://credential-issuer.example.com";

fn known(nonce: &str) -> bool {
    nonce == "LarRGSbmUPYtRYO6BQ4yn8"
}

fn proof_policy() -> ProofPolicy<'static> {
    ProofPolicy {
        issuer: CREDENTIAL_ISSUER,
        nonce: Some(&known),
        client_id: None,
        algorithms: &[Algorithm::Es256],
        now_s: 1_701_960_444,
        max_age_s: 60,
        leeway_s: 0,
    }
}

/// The proof printed in appendix F.1.
const PROOF: &str = "\
    eyJ0eXAiOiJvcGVuaWQ0dmNpLXByb29mK2p3dCIsImFsZyI6IkVTMjU2Iiwiand\
    rIjp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiblVXQW9BdjNYWml0aDh\
    FN2kxOU9kYXhPTFlGT3dNLVoyRXVNMDJUaXJUNCIsInkiOiJIc2tIVThCalVpMVU\
    5WHFpN1N3bWo4Z3dBS18weGtjRGpFV183MVNvc0VZIn19.eyJhdWQiOiJodHRwcz\
    ovL2NyZWRlbnRpYWwtaXNzdWVyLmV4YW1wbGUuY29tIiwiaWF0IjoxNzAxOTYwND\
    Q0LCJub25jZSI6IkxhclJHU2JtVVBZdFJZTzZCUTR5bjgifQ.-a3EDsxClUB4O3L\
    eDD5DVGEnNMT01FCQW4P6-2-BNBqc_Zxf0Qw4CWayLEpqkAomlkLb9zioZoipdP-\
    jvh1WlA";

#[test]
fn the_proof_of_the_specification_verifies_and_no_byte_of_it_can_change() {
    let key = verify_proof(PROOF, &proof_policy()).unwrap();
    assert_eq!(key.to_value()["x"], "nUWAoAv3XZith8E7i19OdaxOLYFOwM-Z2EuM02TirT4");
    for at in 0..PROOF.len() {
        let mut bytes = PROOF.as_bytes().to_vec();
        bytes[at] ^= 1;
        if let Ok(changed) = String::from_utf8(bytes) {
            assert!(verify_proof(&changed, &proof_policy()).is_err(), "byte {at}");
        }
    }
}

#[test]
fn the_published_offers_are_read_and_written_back() {
    let Some(folder) = vectors("openid4vci") else {
        return;
    };
    for file in [
        "credential_offer_authz_code.txt",
        "credential_offer_by_reference.json",
        "credential_offer_multiple_credentials.json",
        "credential_offer_pre-authz_code.json",
    ] {
        let text = read(&folder, file);
        let json = &text[text.find('{').unwrap()..];
        let offer = CredentialOffer::parse(json).unwrap();
        let mut printed: Value = serde_json::from_str(json).unwrap();
        // What is said by default is not written.
        let place = "/grants/urn:ietf:params:oauth:grant-type:pre-authorized_code/tx_code";
        if let Some(code) = printed.pointer_mut(place).and_then(Value::as_object_mut) {
            code.retain(|member, value| member != "input_mode" || value != "numeric");
        }
        assert_eq!(offer.issuer, CREDENTIAL_ISSUER);
        assert_eq!(offer.to_value(), printed, "{file}");
    }
    let offer = CredentialOffer::parse(&read(&folder, "credential_offer_multiple_credentials.json")).unwrap();
    let code = offer.pre_authorized_code.unwrap();
    assert_eq!(code.code, "oaKazRN8I0IbtZ0C7JuMn5");
    assert_eq!(
        code.tx_code,
        Some(TransactionCode {
            text: false,
            length: Some(4),
            description: Some("Please provide the one-time code that was sent via e-mail".to_owned()),
        })
    );
}

#[test]
fn offers_of_another_form_are_refused() {
    let good = json!({"credential_issuer": CREDENTIAL_ISSUER, "credential_configuration_ids": ["a"]});
    let with = |member: &str, value: Value| {
        let mut offer = good.clone();
        offer[member] = value;
        CredentialOffer::parse(&offer.to_string())
    };
    assert!(with("more", json!(1)).is_ok());
    let pre = |grant: Value| json!({"urn:ietf:params:oauth:grant-type:pre-authorized_code": grant});
    for (member, value) in [
        ("credential_issuer", json!("http://issuer.example")),
        ("credential_issuer", json!(1)),
        ("credential_configuration_ids", json!([])),
        ("credential_configuration_ids", json!(["a", "a"])),
        ("credential_configuration_ids", json!([1])),
        ("grants", json!([])),
        ("grants", json!({"authorization_code": 1})),
        ("grants", pre(json!({}))),
        (
            "grants",
            pre(json!({"pre-authorized_code": "x", "tx_code": {"input_mode": "voice"}})),
        ),
        (
            "grants",
            pre(json!({"pre-authorized_code": "x", "tx_code": {"length": "4"}})),
        ),
    ] {
        assert_eq!(
            name(with(member, value.clone())),
            "CRED_REQUEST",
            "{member} {value}"
        );
    }
    let long = pre(json!({"pre-authorized_code": "x", "tx_code": {"description": "字".repeat(301)}}));
    assert_eq!(name(with("grants", long)), "CRED_TOO_LARGE");
    assert_eq!(name(CredentialOffer::parse("{")), "CRED_MALFORMED");
}

#[test]
fn an_offer_becomes_a_link_that_any_reader_of_urls_reads() {
    let offer = CredentialOffer {
        issuer: "https://甲.example".to_owned(),
        configurations: vec!["a b".to_owned()],
        authorization_code: None,
        pre_authorized_code: None,
    };
    let link = offer.to_link();
    let value = link
        .strip_prefix("openid-credential-offer://?credential_offer=")
        .unwrap();
    assert!(value.contains("%E7%94%B2") && value.contains("a%20b") && value.contains("%22"));
    assert!(
        value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte))
    );
}

#[test]
fn the_published_issuer_metadata_are_read() {
    let Some(folder) = vectors("openid4vci") else {
        return;
    };
    let text = read(&folder, "credential_issuer_metadata_sd_jwt_long.json");
    let metadata = IssuerMetadata::parse(&text, CREDENTIAL_ISSUER).unwrap();
    assert_eq!(
        metadata.nonce_endpoint.as_deref(),
        Some("https://credential-issuer.example.com/nonce")
    );
    assert_eq!(metadata.batch_size, Some(10));
    let configuration = &metadata.configurations["SD_JWT_VC_example_in_OpenID4VCI"];
    assert_eq!(configuration.format, "dc+sd-jwt");
    assert_eq!(
        configuration.vct.as_deref(),
        Some("SD_JWT_VC_example_in_OpenID4VCI")
    );
    assert_eq!(configuration.proof_algorithms, [Algorithm::Es256]);
    let written = metadata.to_value().to_string();
    assert_eq!(IssuerMetadata::parse(&written, CREDENTIAL_ISSUER), Ok(metadata));
    assert_eq!(
        name(IssuerMetadata::parse(&text, "https://other.example")),
        "CRED_REQUEST"
    );
    for damaged in [
        text.replace(
            "\"https://credential-issuer.example.com/nonce\"",
            "\"http://credential-issuer.example.com/nonce\"",
        ),
        text.replace("\"credential_endpoint\"", "\"endpoint\""),
        text.replace("credential_configurations_supported", "configurations"),
        text.replace("\"batch_size\": 10", "\"batch_size\": \"ten\""),
    ] {
        assert_eq!(
            name(IssuerMetadata::parse(&damaged, CREDENTIAL_ISSUER)),
            "CRED_REQUEST"
        );
    }
}

#[test]
fn the_published_response_holds_a_credential_that_verifies() {
    let Some(folder) = vectors("openid4vci") else {
        return;
    };
    let text = read(&folder, "credential_response_sd_jwt_vc.txt");
    let json = unwrapped(&text[text.find('{').unwrap()..]);
    let response = CredentialResponse::parse(&json).unwrap();
    assert_eq!(
        CredentialResponse::parse(&response.to_value().to_string()),
        Ok(response.clone())
    );
    let trusted = |issuer_name: &str, kid: Option<&str>| {
        (issuer_name == "https://example.com/issuer" && kid == Some("doc-signer-05-25-2022"))
            .then(|| issuer().key())
    };
    let policy = Policy {
        issuers: &trusted,
        now_s: 1_700_000_000,
        leeway_s: 0,
        binding: None,
    };
    let verified = verify(&response.credentials[0], &policy).unwrap();
    assert_eq!(verified.disclosed.len(), 9);
    assert_eq!(verified.claims["birthdate"], "1940-01-01");
    assert_eq!(verified.claims["is_over_18"], true);
    assert_eq!(verified.holder, Some(holder().key()));
}

#[test]
fn responses_and_requests_of_another_form_are_refused() {
    for bad in [
        json!({}),
        json!({"transaction_id": "x", "interval": 5}),
        json!({"credentials": []}),
        json!({"credentials": [{}]}),
        json!({"credentials": ["x"]}),
    ] {
        assert_eq!(
            name(CredentialResponse::parse(&bad.to_string())),
            "CRED_REQUEST",
            "{bad}"
        );
    }
    let parse = |value: Value| CredentialRequest::parse(&value.to_string());
    for bad in [
        json!({}),
        json!({"credential_configuration_id": 1}),
        json!({"credential_configuration_id": "a", "credential_identifier": "b"}),
        json!({"credential_configuration_id": "a", "proofs": []}),
        json!({"credential_configuration_id": "a", "proofs": {}}),
        json!({"credential_configuration_id": "a", "proofs": {"jwt": []}}),
        json!({"credential_configuration_id": "a", "proofs": {"jwt": [1]}}),
        json!({"credential_configuration_id": "a", "proofs": {"di_vp": [{}]}}),
        json!({"credential_configuration_id": "a", "proofs": {"jwt": ["x"], "di_vp": [{}]}}),
        json!({"credential_configuration_id": "a", "credential_response_encryption": {}}),
    ] {
        assert_eq!(name(parse(bad.clone())), "CRED_REQUEST", "{bad}");
    }
    let by_identifier = parse(json!({"credential_identifier": "set-1"})).unwrap();
    assert_eq!(by_identifier.wanted, Wanted::Identifier("set-1".to_owned()));
    assert_eq!(
        CredentialRequest::parse(&by_identifier.to_value().to_string()),
        Ok(by_identifier)
    );
    assert_eq!(name(CredentialRequest::parse("[]")), "CRED_MALFORMED");
}

#[test]
fn a_wallet_asks_proves_its_key_and_gets_a_credential_bound_to_it() {
    let metadata = json!({
        "credential_issuer": CREDENTIAL_ISSUER,
        "credential_endpoint": "https://credential-issuer.example.com/credential",
        "nonce_endpoint": "https://credential-issuer.example.com/nonce",
        "credential_configurations_supported": {"identity": {
            "format": "dc+sd-jwt", "vct": "x", "cryptographic_binding_methods_supported": ["jwk"],
            "proof_types_supported": {"jwt": {"proof_signing_alg_values_supported": ["ES512", "ES256", "EdDSA"]}},
        }},
    });
    let metadata = IssuerMetadata::parse(&metadata.to_string(), CREDENTIAL_ISSUER).unwrap();
    let nonce = random_nonce().unwrap();
    let given_out = |candidate: &str| candidate == nonce;
    let policy = ProofPolicy {
        nonce: Some(&given_out),
        now_s: NOW_S,
        ..proof_policy()
    };
    let configuration = &metadata.configurations["identity"];
    let ask = |signers: &[&dyn Signer], batch_size| -> Result<Vec<Jwk>, Error> {
        let proofs = signers
            .iter()
            .map(|signer| prove(*signer, CREDENTIAL_ISSUER, Some(&nonce), None, NOW_S))
            .collect::<Result<_, _>>()?;
        let wanted = Wanted::Configuration("identity".to_owned());
        let text = CredentialRequest { wanted, proofs }.to_value().to_string();
        CredentialRequest::parse(&text)?.keys(configuration, batch_size, &policy)
    };
    let keys = ask(&[&holder()], metadata.batch_size).unwrap();
    assert_eq!(keys, [holder().key()]);
    let mut credential = credential();
    credential.holder = Some(keys[0]);
    let credentials = vec![credential.issue(None, &issuer(), salts(1)).unwrap().to_string()];
    let response = CredentialResponse {
        credentials,
        notification_id: Some("n".to_owned()),
    };
    let received = CredentialResponse::parse(&response.to_value().to_string()).unwrap();
    assert!(
        Held::accept(
            &received.credentials[0],
            &Policy {
                issuers: &issuers,
                ..self::policy()
            }
        )
        .is_ok()
    );
    let secret = PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &[3; 32]).unwrap();
    let ed25519 = Ed25519Signer::new(&secret).unwrap();
    assert_eq!(
        ask(&[&holder(), &ed25519], Some(2)),
        Ok(vec![holder().key(), ed25519.key()])
    );
    assert_eq!(name(ask(&[], None)), "CRED_BINDING");
    assert_eq!(name(ask(&[&holder(), &stranger()], None)), "CRED_BINDING");
    assert_eq!(name(ask(&[&holder(), &holder()], Some(2))), "CRED_BINDING");
    let mut unbound = configuration.clone();
    unbound.proof_algorithms.clear();
    let request = CredentialRequest {
        wanted: Wanted::Configuration("identity".to_owned()),
        proofs: Vec::new(),
    };
    assert_eq!(request.keys(&unbound, None, &policy), Ok(Vec::new()));
}

#[test]
fn every_rule_about_proofs_can_be_broken() {
    let jwk = holder().key().to_value();
    let header = json!({"alg": "ES256", "typ": "openid4vci-proof+jwt", "jwk": jwk});
    let claims = json!({"aud": CREDENTIAL_ISSUER, "iat": 1_701_960_444, "nonce": "LarRGSbmUPYtRYO6BQ4yn8"});
    let check =
        |header: &Value, claims: &Value| verify_proof(&token(&holder(), header, claims), &proof_policy());
    assert_eq!(check(&header, &claims), Ok(holder().key()));
    let mut private = jwk.clone();
    private["d"] = json!("5K5SCos8zf9zRemGGUl6yfok-_NiiryNZsvANWMhF-I");
    for (member, value, code) in [
        ("alg", json!("none"), "CRED_ALGORITHM"),
        ("alg", json!("HS256"), "CRED_ALGORITHM"),
        ("alg", json!("EdDSA"), "CRED_ALGORITHM"),
        ("typ", json!("JWT"), "CRED_TYPE"),
        ("typ", json!("kb+jwt"), "CRED_TYPE"),
        ("jwk", stranger().key().to_value(), "CRED_SIGNATURE"),
        ("jwk", private, "CRED_KEY"),
        ("jwk", json!("x"), "CRED_KEY"),
        ("kid", json!("did:example:1"), "CRED_KEY"),
        ("x5c", json!(["MIIB"]), "CRED_KEY"),
        ("crit", json!(["b64"]), "CRED_MALFORMED"),
    ] {
        let mut header = header.clone();
        header[member] = value.clone();
        assert_eq!(name(check(&header, &claims)), code, "{member} {value}");
    }
    assert_eq!(
        name(check(
            &json!({"alg": "ES256", "typ": "openid4vci-proof+jwt"}),
            &claims
        )),
        "CRED_KEY"
    );
    for (member, value, code) in [
        ("aud", json!("https://other.example"), "CRED_BINDING"),
        ("aud", json!([CREDENTIAL_ISSUER]), "CRED_BINDING"),
        ("aud", json!(null), "CRED_BINDING"),
        ("iat", json!(1_701_960_445), "CRED_BINDING"),
        ("iat", json!(1_701_960_383), "CRED_BINDING"),
        ("iat", json!("now"), "CRED_BINDING"),
        ("nonce", json!("another"), "CRED_NONCE"),
        ("nonce", json!(1), "CRED_BINDING"),
        ("exp", json!(1_701_960_444), "CRED_BINDING"),
        ("iss", json!("another-wallet"), "CRED_BINDING"),
    ] {
        let mut claims = claims.clone();
        claims[member] = value.clone();
        assert_eq!(name(check(&header, &claims)), code, "{member} {value}");
        if member != "iss" && member != "exp" {
            claims.as_object_mut().unwrap().remove(member);
            assert_eq!(name(check(&header, &claims)), "CRED_BINDING", "{member} missing");
        }
    }
    let named = prove(&holder(), CREDENTIAL_ISSUER, None, Some("wallet"), NOW_S).unwrap();
    let without = ProofPolicy {
        nonce: None,
        client_id: Some("wallet"),
        now_s: NOW_S,
        ..proof_policy()
    };
    assert!(verify_proof(&named, &without).is_ok());
    assert_eq!(
        name(verify_proof(
            PROOF,
            &ProofPolicy {
                nonce: None,
                ..proof_policy()
            }
        )),
        "CRED_NONCE"
    );
    let other = ProofPolicy {
        algorithms: &[Algorithm::EdDsa],
        ..proof_policy()
    };
    assert_eq!(name(verify_proof(PROOF, &other)), "CRED_ALGORITHM");
}

#[test]
fn each_refusal_has_an_error_code_of_openid4vci() {
    assert_eq!(error_code(&Error::Nonce("")), "invalid_nonce");
    assert_eq!(error_code(&Error::Binding("")), "invalid_proof");
    assert_eq!(error_code(&Error::Signature("")), "invalid_proof");
    assert_eq!(error_code(&Error::Request("")), "invalid_credential_request");
}

#[test]
fn a_presentation_is_no_proof_and_a_proof_no_presentation() {
    let issued = credential().issue(None, &issuer(), salts(1)).unwrap();
    let presented = issued
        .prove(
            &holder(),
            CREDENTIAL_ISSUER,
            "LarRGSbmUPYtRYO6BQ4yn8",
            1_701_960_444,
        )
        .unwrap();
    let text = presented.to_string();
    let (front, binding) = text.rsplit_once('~').unwrap();
    assert!(verify_proof(binding, &proof_policy()).is_err());
    assert!(SdJwt::parse(&format!("{front}~{PROOF}")).unwrap().has_proof());
}
