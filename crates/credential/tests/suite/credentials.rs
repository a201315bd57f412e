//! The profile SD-JWT VC: what is always shown, when a credential holds, and the age without the birth date.

use serde_json::{Value, json};
use yinxin_credential::{
    AGE_OVER_18, Binding, ClaimPath, Credential, Error, Held, Jwk, Policy, SdJwt, Signer as _,
    StatusReference, Verified, verify,
};

use crate::support::{
    ISSUER, NONCE, NOW_S, VCT, VERIFIER, credential, disclosure, holder, issuer, name, object, path, policy,
    salts, sha256, stranger, token,
};

fn bound() -> Policy<'static> {
    Policy {
        binding: Some(Binding {
            audience: VERIFIER,
            nonce: NONCE,
            max_age_s: 300,
        }),
        ..policy()
    }
}

fn issue(credential: &Credential) -> SdJwt {
    credential.issue(Some("key-1"), &issuer(), salts(1)).unwrap()
}

fn present(issued: &SdJwt, paths: &[ClaimPath]) -> String {
    let shown = issued.reveal(paths).unwrap();
    shown
        .prove(&holder(), VERIFIER, NONCE, NOW_S)
        .unwrap()
        .to_string()
}

/// What becomes of a credential with exactly these claims.
fn check(claims: &Value, disclosures: &[String]) -> Result<Verified, Error> {
    let mut text = token(&issuer(), &json!({"alg": "ES256", "typ": "dc+sd-jwt"}), claims);
    text.push('~');
    for one in disclosures {
        text.push_str(one);
        text.push('~');
    }
    verify(&text, &policy())
}

fn least() -> Value {
    json!({"iss": ISSUER, "vct": VCT})
}

fn with(member: &str, value: Value) -> Value {
    let mut claims = least();
    claims[member] = value;
    claims
}

#[test]
fn a_credential_is_issued_kept_presented_and_verified() {
    let mut credential = credential();
    credential.not_before_s = Some(NOW_S);
    credential.status = Some(StatusReference {
        uri: "https://issuer.example.com/status/1".to_owned(),
        index: 7,
    });
    let issued = issue(&credential);
    assert_eq!(issued.header()["typ"], "dc+sd-jwt");
    assert_eq!(issued.header()["kid"], "key-1");
    let held = Held::accept(&issued.to_string(), &policy()).unwrap();
    assert_eq!(held.verified().claims, credential.content.claims);
    let text = present(
        held.sd_jwt(),
        &[
            path(json!(["address", "street"])),
            path(json!(["nationalities", 0])),
        ],
    );
    let verified = verify(&text, &bound()).unwrap();
    assert_eq!(
        Value::Object(verified.claims),
        json!({"grade": 3, "address": {"city": "海口", "street": "示例路1号"}, "nationalities": ["CN"]})
    );
    assert_eq!(
        verified.disclosed,
        [
            path(json!(["address"])),
            path(json!(["address", "street"])),
            path(json!(["nationalities", 0]))
        ]
    );
    assert_eq!((verified.vct.as_str(), verified.issuer.as_str()), (VCT, ISSUER));
    assert_eq!(verified.issued_s, Some(NOW_S));
    assert_eq!(verified.not_before_s, credential.not_before_s);
    assert_eq!(verified.expires_s, credential.expires_s);
    assert_eq!(verified.holder, Some(holder().key()));
    assert_eq!(verified.status, credential.status);
    assert!(verified.proven);
    assert!(!verify(&text, &policy()).unwrap().proven);
}

#[test]
fn who_is_of_age_shows_so_without_a_birth_date() {
    // Story S1.2: 王小示 shows only that he is of age.
    let issued = issue(&credential().with_age("birth_date").unwrap());
    let text = present(&issued, &[ClaimPath::top(AGE_OVER_18)]);
    let verified = verify(&text, &bound()).unwrap();
    assert_eq!(
        Value::Object(verified.claims),
        json!({"age_over_18": true, "grade": 3, "nationalities": []})
    );
    let shown = SdJwt::parse(&text).unwrap();
    assert_eq!(shown.disclosures().len(), 1);
    assert_eq!(shown.disclosures()[0].name(), Some(AGE_OVER_18));
    let signed = Value::Object(shown.unverified().clone()).to_string();
    assert!(!signed.contains("1990") && !signed.contains("birth"));
}

#[test]
fn the_age_is_that_of_the_day_of_issue_in_beijing() {
    let aged = |birth: &str, issued_s: u64| {
        let mut credential = credential();
        credential.issued_s = issued_s;
        credential
            .content
            .claims
            .insert("birth_date".to_owned(), birth.into());
        credential
            .with_age("birth_date")
            .map(|aged| aged.content.claims[AGE_OVER_18].clone())
    };
    // 2026-03-02 begins in Beijing at 2026-03-01T16:00:00Z.
    assert_eq!(aged("2008-03-02", NOW_S), Ok(json!(true)));
    assert_eq!(aged("2008-03-02", NOW_S - 1), Ok(json!(false)));
    assert_eq!(aged("2008-03-03", NOW_S), Ok(json!(false)));
    assert_eq!(name(aged("2026-03-03", NOW_S)), "CRED_CLAIM");
    assert_eq!(name(aged("20080302", NOW_S)), "CRED_CLAIM");
    assert_eq!(name(credential().with_age("born")), "CRED_CLAIM");
    assert_eq!(
        name(
            credential()
                .with_age("birth_date")
                .unwrap()
                .with_age("birth_date")
        ),
        "CRED_CLAIM"
    );
}

#[test]
fn the_birth_date_becomes_hidden_where_an_age_is_computed_from_it() {
    let mut open = credential();
    open.content.disclosable.clear();
    let aged = open.with_age("birth_date").unwrap();
    assert_eq!(
        aged.content.disclosable,
        [ClaimPath::top("birth_date"), ClaimPath::top(AGE_OVER_18)]
    );
}

#[test]
fn claims_that_must_be_shown_cannot_be_hidden_when_issuing() {
    for claim in [
        "iss",
        "aud",
        "nbf",
        "exp",
        "cnf",
        "vct",
        "vct#integrity",
        "aka_vcts",
        "status",
    ] {
        let mut credential = credential();
        credential.content.claims.insert("aud".to_owned(), json!(["x"]));
        for place in [json!([claim]), json!([claim, "x"]), json!([claim, 0])] {
            credential.content.disclosable = vec![path(place)];
            assert_eq!(
                name(credential.issue(None, &issuer(), salts(1))),
                "CRED_CLAIM",
                "{claim}"
            );
        }
    }
    for claim in ["iss", "iat", "nbf", "exp", "cnf", "vct", "status"] {
        let mut credential = credential();
        credential.content.claims.insert(claim.to_owned(), json!(1));
        assert_eq!(
            name(credential.issue(None, &issuer(), salts(1))),
            "CRED_CLAIM",
            "{claim}"
        );
    }
    let mut all = credential();
    all.content.disclosable = vec![ClaimPath::new(vec![yinxin_credential::Step::All]).unwrap()];
    assert_eq!(name(all.issue(None, &issuer(), salts(1))), "CRED_CLAIM");
}

#[test]
fn claims_that_must_be_shown_are_refused_where_an_issuer_hid_them() {
    assert!(check(&least(), &[]).is_ok());
    for (claim, value) in [
        ("exp", json!(NOW_S + 1)),
        ("nbf", json!(NOW_S)),
        ("cnf", json!({"jwk": holder().key().to_value()})),
        (
            "status",
            json!({"status_list": {"idx": 1, "uri": "https://x.example"}}),
        ),
        ("aud", json!(VERIFIER)),
        ("vct#integrity", json!("sha256-x")),
    ] {
        let hidden = disclosure(&json!(["salt", claim, value]));
        assert_eq!(
            name(check(&with("_sd", json!([sha256(&hidden)])), &[hidden])),
            "CRED_CLAIM",
            "{claim}"
        );
    }
    // Hidden inside, shown or not.
    let inner = disclosure(&json!(["salt", "idx", 1]));
    let claims = with(
        "status",
        json!({"status_list": {"uri": "https://x.example", "_sd": [sha256(&inner)]}}),
    );
    assert_eq!(name(check(&claims, std::slice::from_ref(&inner))), "CRED_CLAIM");
    assert_eq!(
        name(check(&with("cnf", json!({"_sd": [sha256("x")]})), &[])),
        "CRED_CLAIM"
    );
    let vct = disclosure(&json!(["salt", "vct", VCT]));
    assert_eq!(
        name(check(&json!({"iss": ISSUER, "_sd": [sha256(&vct)]}), &[vct])),
        "CRED_CLAIM"
    );
    let iss = disclosure(&json!(["salt", "iss", ISSUER]));
    assert_eq!(
        name(check(&json!({"vct": VCT, "_sd": [sha256(&iss)]}), &[iss])),
        "CRED_CLAIM"
    );
}

#[test]
fn a_credential_without_type_or_issuer_or_with_malformed_claims_is_refused() {
    for claims in [
        json!({"vct": VCT}),
        json!({"iss": ISSUER}),
        json!({"iss": "", "vct": VCT}),
        json!({"iss": ISSUER, "vct": ""}),
        json!({"iss": ISSUER, "vct": 1}),
        with("exp", json!("soon")),
        with("exp", json!(1.5)),
        with("exp", json!(-1)),
        with("iat", json!("now")),
        with("cnf", json!("key")),
        with("status", json!({})),
        with("status", json!({"other_list": {"idx": 1}})),
        with("status", json!({"status_list": {"idx": -1, "uri": "x"}})),
        with("status", json!({"status_list": {"idx": 1}})),
        with("status", json!("x")),
    ] {
        assert_eq!(name(check(&claims, &[])), "CRED_CLAIM", "{claims}");
    }
    assert_eq!(
        name(check(&with("cnf", json!({"jwk": {"kty": "RSA"}})), &[])),
        "CRED_KEY"
    );
    assert_eq!(
        check(&with("cnf", json!({"kid": "x"})), &[]).unwrap().holder,
        None
    );
}

#[test]
fn a_credential_holds_from_its_begin_to_its_end() {
    let at = |claims: &Value, now_s| {
        let text = format!(
            "{}~",
            token(&issuer(), &json!({"alg": "ES256", "typ": "dc+sd-jwt"}), claims)
        );
        verify(&text, &Policy { now_s, ..policy() })
    };
    let claims = json!({"iss": ISSUER, "vct": VCT, "nbf": NOW_S, "exp": NOW_S + 100});
    assert_eq!(name(at(&claims, NOW_S - 61)), "CRED_NOT_YET");
    assert!(at(&claims, NOW_S - 60).is_ok());
    assert!(at(&claims, NOW_S + 159).is_ok());
    assert_eq!(name(at(&claims, NOW_S + 160)), "CRED_EXPIRED");
    assert!(at(&with("exp", json!(u64::MAX)), u64::MAX - 1).is_ok());
}

#[test]
fn only_trusted_issuers_are_accepted_each_under_his_own_key() {
    let text = issue(&credential()).to_string();
    let nobody = |_: &str, _: Option<&str>| None::<Jwk>;
    assert_eq!(
        name(verify(
            &text,
            &Policy {
                issuers: &nobody,
                ..policy()
            }
        )),
        "CRED_ISSUER"
    );
    let other = |_: &str, _: Option<&str>| Some(stranger().key());
    assert_eq!(
        name(verify(
            &text,
            &Policy {
                issuers: &other,
                ..policy()
            }
        )),
        "CRED_SIGNATURE"
    );
    let by_kid = |_: &str, kid: Option<&str>| (kid == Some("key-1")).then(|| issuer().key());
    assert!(
        verify(
            &text,
            &Policy {
                issuers: &by_kid,
                ..policy()
            }
        )
        .is_ok()
    );
    let wrong_type = format!(
        "{}~",
        token(&issuer(), &json!({"alg": "ES256", "typ": "vc+sd-jwt"}), &least())
    );
    assert_eq!(name(verify(&wrong_type, &policy())), "CRED_TYPE");
}

#[test]
fn whether_a_proof_is_needed_is_the_verifiers_decision() {
    let issued = issue(&credential());
    assert_eq!(name(verify(&issued.to_string(), &bound())), "CRED_BINDING");
    let mut unbound = credential();
    unbound.holder = None;
    let text = present(&issue(&unbound), &[]);
    assert_eq!(name(verify(&text, &bound())), "CRED_BINDING");
    let stolen = issued.prove(&stranger(), VERIFIER, NONCE, NOW_S).unwrap();
    assert_eq!(name(verify(&stolen.to_string(), &bound())), "CRED_SIGNATURE");
}

#[test]
fn a_wallet_keeps_credentials_not_presentations_of_others() {
    let text = present(&issue(&credential()), &[]);
    assert_eq!(name(Held::accept(&text, &policy())), "CRED_MALFORMED");
    let damaged = issue(&credential()).to_string().replacen("~W", "~X", 1);
    assert!(Held::accept(&damaged, &policy()).is_err());
}

#[test]
fn a_credential_for_certain_receivers_is_for_nobody_else() {
    for (audience, fits) in [
        (json!(VERIFIER), true),
        (json!(["x", VERIFIER]), true),
        (json!("x"), false),
        (json!([]), false),
        (json!(1), false),
    ] {
        let mut credential = credential();
        credential.content.claims = object(json!({"aud": audience}));
        credential.content.disclosable.clear();
        let text = present(&issue(&credential), &[]);
        assert_eq!(verify(&text, &bound()).is_ok(), fits, "{audience}");
        assert_eq!(name(verify(&text, &policy())), "CRED_CLAIM", "{audience}");
    }
}

#[test]
fn errors_become_rejections_with_code_and_detail() {
    let rejection = yinxin_types::Rejection::from(Error::Expired("the credential has expired"));
    assert_eq!(rejection.to_string(), "CRED_EXPIRED: the credential has expired");
}
