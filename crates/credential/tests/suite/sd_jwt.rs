//! SD-JWT: each rule of RFC 9901 kept once and broken once.

use proptest::prelude::*;
use serde_json::{Value, json};
use yinxin_credential::sd_jwt::{Claims, HolderProof, MAX_BYTES, MAX_DISCLOSURES};
use yinxin_credential::{ClaimPath, Ed25519Signer, Error, SdJwt, Signer as _, Step};
use yinxin_crypto::{PrivateKey, SignatureAlgorithm};

use crate::support::{
    NONCE, NOW_S, VERIFIER, disclosure, holder, issuer, name, object, path, raw_token, salts, sha256,
    stranger, token,
};

const TYPE: &str = "example+sd-jwt";

fn header() -> Value {
    json!({"alg": "ES256", "typ": TYPE})
}

/// What processing makes of a token with these claims and these disclosures.
fn process(claims: &Value, disclosures: &[String]) -> Result<Value, Error> {
    let mut text = token(&issuer(), &header(), claims);
    text.push('~');
    for one in disclosures {
        text.push_str(one);
        text.push('~');
    }
    SdJwt::parse(&text)?
        .verify(&issuer().key(), TYPE)
        .map(|processed| Value::Object(processed.claims))
}

fn issue(claims: Value, disclosable: &[Value], decoys: usize) -> Result<SdJwt, Error> {
    let content = Claims {
        claims: object(claims),
        disclosable: disclosable.iter().cloned().map(path).collect(),
        decoys,
    };
    SdJwt::issue(&content, TYPE, None, &issuer(), salts(1))
}

fn proof() -> HolderProof<'static> {
    HolderProof {
        audience: VERIFIER,
        nonce: NONCE,
        now_s: NOW_S,
        max_age_s: 300,
        leeway_s: 60,
    }
}

#[test]
fn what_is_issued_is_read_back_and_hidden_claims_are_not_in_the_token() {
    let claims = json!({"a": 1, "b": {"c": "secret", "d": [1, 2]}, "e": ["x", "y", "z"]});
    let hidden = [json!(["b"]), json!(["b", "c"]), json!(["e", 0]), json!(["e", 2])];
    let issued = issue(claims.clone(), &hidden, 3).unwrap();
    assert_eq!(issued.disclosures().len(), 4);
    let signed = Value::Object(issued.unverified().clone());
    assert_eq!(signed["_sd_alg"], "sha-256");
    assert_eq!(
        signed["_sd"].as_array().unwrap().len(),
        4,
        "one digest and three decoys"
    );
    assert_eq!(
        signed["e"].as_array().unwrap().len(),
        6,
        "three elements and three decoys"
    );
    assert!(signed.get("b").is_none() && !signed.to_string().contains("secret"));
    let digests: Vec<_> = signed["_sd"]
        .as_array()
        .unwrap()
        .iter()
        .map(Value::to_string)
        .collect();
    assert!(digests.is_sorted());
    let read = SdJwt::parse(&issued.to_string()).unwrap();
    assert_eq!(read, issued);
    assert_eq!(
        Value::Object(read.verify(&issuer().key(), TYPE).unwrap().claims),
        claims
    );
}

#[test]
fn a_credential_without_hidden_claims_has_no_digests() {
    let issued = issue(json!({"a": 1}), &[], 5).unwrap();
    assert_eq!(Value::Object(issued.unverified().clone()), json!({"a": 1}));
    assert!(issued.to_string().ends_with('~'));
}

#[test]
fn one_secret_gives_one_credential_and_another_gives_other_salts() {
    let make = |secret| {
        let content = Claims {
            claims: object(json!({"a": 1})),
            disclosable: vec![ClaimPath::top("a")],
            decoys: 1,
        };
        SdJwt::issue(&content, TYPE, Some("key-1"), &issuer(), salts(secret)).unwrap()
    };
    assert_eq!(make(1), make(1));
    assert_ne!(make(1).disclosures(), make(2).disclosures());
    assert_eq!(make(1).header()["kid"], "key-1");
}

#[test]
fn what_cannot_be_issued_is_refused() {
    for (claims, hidden) in [
        (json!({"_sd": []}), vec![]),
        (json!({"a": {"...": "x"}}), vec![]),
        (json!({"a": [{"_sd_alg": "sha-256"}]}), vec![]),
        (json!({"a": 1}), vec![json!(["b"])]),
        (json!({"a": [1]}), vec![json!(["a", 1])]),
        (json!({"a": {"b": 1}}), vec![json!(["a", null])]),
    ] {
        assert_eq!(name(issue(claims.clone(), &hidden, 0)), "CRED_CLAIM", "{claims}");
    }
    let many: Vec<u32> = (0..=MAX_DISCLOSURES as u32).collect();
    assert_eq!(
        name(issue(json!({"a": many}), &[json!(["a", null])], 0)),
        "CRED_TOO_LARGE"
    );
    assert_eq!(
        name(issue(json!({"a": "x".repeat(MAX_BYTES)}), &[], 0)),
        "CRED_TOO_LARGE"
    );
    let deep = (0..40).fold(json!(1), |inner, _| json!([inner]));
    assert_eq!(name(issue(json!({"a": deep}), &[], 0)), "CRED_TOO_LARGE");
}

#[test]
fn claims_nested_as_deep_as_is_issued_are_read_back() {
    let nested = |depth| json!({ "a": (0..depth).fold(json!(1), |inner, _| json!([inner])) });
    let hidden = |depth: usize| {
        let mut place = vec![json!("a")];
        place.resize(depth + 1, json!(0));
        Value::from(place)
    };
    for paths in [vec![], vec![hidden(0), hidden(30), hidden(31)]] {
        let issued = issue(nested(31), &paths, 1).unwrap();
        let read = SdJwt::parse(&issued.to_string()).unwrap();
        let processed = read.verify(&issuer().key(), TYPE).unwrap();
        assert_eq!(Value::Object(processed.claims), nested(31));
        assert_eq!(name(issue(nested(32), &paths, 1)), "CRED_TOO_LARGE");
    }
}

#[test]
fn revealing_shows_what_leads_to_a_claim_and_what_is_in_it_and_nothing_else() {
    let claims = json!({
        "a": {"b": {"c": 1, "d": 2}, "e": 3}, "f": 4, "list": [{"g": 5, "h": 6}, {"g": 7}],
    });
    let hidden = [
        json!(["a"]),
        json!(["a", "b"]),
        json!(["a", "b", "c"]),
        json!(["a", "b", "d"]),
        json!(["a", "e"]),
        json!(["f"]),
        json!(["list", null]),
        json!(["list", null, "g"]),
        json!(["list", 0, "h"]),
    ];
    let issued = issue(claims, &hidden, 1).unwrap();
    let shown = |paths: &[Value]| {
        let paths: Vec<_> = paths.iter().cloned().map(path).collect();
        let revealed = issued.reveal(&paths).unwrap();
        Value::Object(revealed.verify(&issuer().key(), TYPE).unwrap().claims)
    };
    assert_eq!(shown(&[]), json!({"list": []}));
    assert_eq!(
        shown(&[json!(["a", "b", "c"])]),
        json!({"a": {"b": {"c": 1}}, "list": []})
    );
    assert_eq!(
        shown(&[json!(["a", "b"])]),
        json!({"a": {"b": {"c": 1, "d": 2}}, "list": []})
    );
    assert_eq!(
        shown(&[json!(["list", null, "g"])]),
        json!({"list": [{"g": 5}, {"g": 7}]})
    );
    assert_eq!(
        shown(&[json!(["list", 1]), json!(["f"])]),
        json!({"list": [{"g": 7}], "f": 4})
    );
    assert_eq!(name(issued.reveal(&[path(json!(["z"]))])), "CRED_CLAIM");
    assert_eq!(name(issued.reveal(&[path(json!(["f", "z"]))])), "CRED_CLAIM");
}

#[test]
fn disclosures_go_into_their_places_and_digests_without_one_are_dropped() {
    let member = disclosure(&json!(["salt", "name", {"_sd": [sha256("nothing")]}]));
    let element = disclosure(&json!(["salt", "second"]));
    let claims = json!({
        "_sd_alg": "sha-256",
        "_sd": [sha256(&member), sha256("decoy")],
        "list": ["first", {"...": sha256(&element)}, {"...": sha256("decoy 2")}],
        "empty": {"_sd": []},
    });
    assert_eq!(
        process(&claims, &[member, element]),
        Ok(json!({"name": {}, "list": ["first", "second"], "empty": {}}))
    );
}

#[test]
fn every_rule_about_disclosures_can_be_broken() {
    let a = disclosure(&json!(["salt", "a", 1]));
    let b = disclosure(&json!(["salt 2", "b", 2]));
    let one = disclosure(&json!(["salt", 1]));
    let digest = sha256;
    let claim = |named: &str| disclosure(&json!(["salt", named, 1]));
    let nested = disclosure(&json!(["salt", "outer", {"_sd": [digest(&a)]}]));
    assert!(process(&json!({"_sd": [digest(&a), digest(&b)]}), &[a.clone(), b.clone()]).is_ok());
    for (rule, claims, disclosures) in [
        (
            "a digest twice in one array",
            json!({"_sd": [digest(&a), digest(&a)]}),
            vec![a.clone()],
        ),
        (
            "a decoy twice",
            json!({"_sd": [digest("x")], "c": {"_sd": [digest("x")]}}),
            vec![],
        ),
        (
            "a digest in an object and an array",
            json!({"_sd": [digest("x")], "c": [{"...": digest("x")}]}),
            vec![],
        ),
        (
            "a digest again in a disclosure",
            json!({"_sd": [digest(&a), digest(&nested)]}),
            vec![a.clone(), nested.clone()],
        ),
        (
            "a disclosure twice",
            json!({"_sd": [digest(&a)]}),
            vec![a.clone(), a.clone()],
        ),
        (
            "a disclosure without digest",
            json!({"_sd": [digest(&a)]}),
            vec![a.clone(), b.clone()],
        ),
        (
            "an inner disclosure without its outer",
            json!({"_sd": [digest(&nested)]}),
            vec![a.clone()],
        ),
        (
            "a member without a name",
            json!({"_sd": [digest(&one)]}),
            vec![one.clone()],
        ),
        (
            "an element with a name",
            json!({"c": [{"...": digest(&a)}]}),
            vec![a.clone()],
        ),
        (
            "a name that is there already",
            json!({"a": 0, "_sd": [digest(&a)]}),
            vec![a.clone()],
        ),
        (
            "a name disclosed twice",
            json!({"_sd": [digest(&a), digest(&disclosure(&json!(["other", "a", 1])))]}),
            vec![a.clone(), disclosure(&json!(["other", "a", 1]))],
        ),
        (
            "the name `_sd`",
            json!({"_sd": [digest(&claim("_sd"))]}),
            vec![claim("_sd")],
        ),
        (
            "the name `...`",
            json!({"_sd": [digest(&claim("..."))]}),
            vec![claim("...")],
        ),
        (
            "the name `_sd_alg`",
            json!({"_sd": [digest(&claim("_sd_alg"))]}),
            vec![claim("_sd_alg")],
        ),
        ("`_sd` that is no array", json!({"_sd": "x"}), vec![]),
        ("a digest that is no text", json!({"_sd": [1]}), vec![]),
        (
            "an element whose digest is no text",
            json!({"c": [{"...": 1}]}),
            vec![],
        ),
        (
            "`...` beside other members",
            json!({"c": [{"...": digest("x"), "y": 1}]}),
            vec![],
        ),
        ("`...` as a member", json!({"c": {"...": digest("x")}}), vec![]),
        ("`...` at the top", json!({"...": digest("x")}), vec![]),
        (
            "`_sd_alg` below the top",
            json!({"c": {"_sd_alg": "sha-256"}}),
            vec![],
        ),
    ] {
        assert_eq!(name(process(&claims, &disclosures)), "CRED_DISCLOSURE", "{rule}");
    }
}

#[test]
fn the_hash_algorithm_is_sha_256_named_or_not() {
    assert_eq!(process(&json!({"_sd_alg": "sha-256"}), &[]), Ok(json!({})));
    assert_eq!(process(&json!({}), &[]), Ok(json!({})));
    for other in [
        json!("sha-512"),
        json!("SHA-256"),
        json!("sm3"),
        json!("none"),
        json!(1),
        json!(null),
    ] {
        assert_eq!(
            name(process(&json!({"_sd_alg": other}), &[])),
            "CRED_ALGORITHM",
            "{other}"
        );
    }
}

#[test]
fn disclosures_of_another_form_are_refused() {
    for parts in [
        json!([]),
        json!(["salt"]),
        json!(["salt", "a", 1, 2]),
        json!([1, "a", 1]),
        json!(["salt", 1, 1]),
        json!({"a": 1}),
        json!("salt"),
    ] {
        assert_eq!(
            name(process(&json!({}), &[disclosure(&parts)])),
            "CRED_DISCLOSURE",
            "{parts}"
        );
    }
    // Another spelling of the same bytes is another disclosure, and one with stray bits is none.
    for text in ["", "!!!!", "WyJhIiwxXQ==", "WyJhIiwxXR", "bm8ganNvbg"] {
        assert_eq!(
            name(process(&json!({}), &[text.to_owned()])),
            "CRED_MALFORMED",
            "{text}"
        );
    }
    let repeated = crate::support::encode(br#"["salt", "a", {"b": 1, "b": 2}]"#);
    assert_eq!(
        name(process(&json!({"_sd": [sha256(&repeated)]}), &[repeated])),
        "CRED_MALFORMED"
    );
}

#[test]
fn nesting_by_disclosures_in_disclosures_is_bounded() {
    let chain = |length: usize| {
        let mut disclosures: Vec<String> = Vec::new();
        for depth in 0..length {
            let inner = match disclosures.last() {
                Some(previous) => json!({"_sd": [sha256(previous)]}),
                None => json!(1),
            };
            disclosures.push(disclosure(&json!([format!("{depth}"), "a", inner])));
        }
        let claims = json!({"_sd": [sha256(disclosures.last().unwrap())]});
        process(&claims, &disclosures)
    };
    assert!(chain(32).is_ok());
    assert_eq!(name(chain(33)), "CRED_TOO_LARGE");
    assert_eq!(name(chain(MAX_DISCLOSURES)), "CRED_TOO_LARGE");
    let many: Vec<_> = (0..=MAX_DISCLOSURES)
        .map(|n| disclosure(&json!([n.to_string(), 1])))
        .collect();
    assert_eq!(name(process(&json!({}), &many)), "CRED_TOO_LARGE");
}

#[test]
fn a_token_is_accepted_under_its_own_key_type_and_algorithm_only() {
    let text = |header: Value| format!("{}~", token(&issuer(), &header, &json!({})));
    let verify = |text: &str| SdJwt::parse(text).and_then(|read| read.verify(&issuer().key(), TYPE));
    assert!(verify(&text(header())).is_ok());
    for (header, code) in [
        (json!({"typ": TYPE}), "CRED_ALGORITHM"),
        (json!({"alg": "none", "typ": TYPE}), "CRED_ALGORITHM"),
        (json!({"alg": "HS256", "typ": TYPE}), "CRED_ALGORITHM"),
        (json!({"alg": "RS256", "typ": TYPE}), "CRED_ALGORITHM"),
        (json!({"alg": ["ES256"], "typ": TYPE}), "CRED_ALGORITHM"),
        // The header asks for another algorithm than that of the key.
        (json!({"alg": "EdDSA", "typ": TYPE}), "CRED_ALGORITHM"),
        (json!({"alg": "ES256"}), "CRED_TYPE"),
        (json!({"alg": "ES256", "typ": "kb+jwt"}), "CRED_TYPE"),
        (json!({"alg": "ES256", "typ": "JWT"}), "CRED_TYPE"),
        (
            json!({"alg": "ES256", "typ": TYPE, "crit": ["exp"]}),
            "CRED_MALFORMED",
        ),
        (json!(["ES256"]), "CRED_MALFORMED"),
    ] {
        assert_eq!(name(verify(&text(header.clone()))), code, "{header}");
    }
    let read = SdJwt::parse(&text(header())).unwrap();
    assert_eq!(name(read.verify(&stranger().key(), TYPE)), "CRED_SIGNATURE");
    let secret = PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &[3; 32]).unwrap();
    let other = Ed25519Signer::new(&secret).unwrap();
    assert_eq!(name(read.verify(&other.key(), TYPE)), "CRED_ALGORITHM");
    let none = format!(
        "{}.{}.~",
        crate::support::encode(br#"{"alg":"none","typ":"example+sd-jwt"}"#),
        crate::support::encode(b"{}")
    );
    assert_eq!(name(SdJwt::parse(&none)), "CRED_ALGORITHM");
    let repeated = raw_token(&issuer(), &header().to_string(), r#"{"iss":"a","iss":"b"}"#);
    assert_eq!(name(verify(&format!("{repeated}~"))), "CRED_MALFORMED");
}

#[test]
fn credentials_are_signed_with_ed25519_as_well() {
    let secret = PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &[3; 32]).unwrap();
    let signer = Ed25519Signer::new(&secret).unwrap();
    let content = Claims {
        claims: object(json!({"a": 1})),
        disclosable: vec![ClaimPath::top("a")],
        decoys: 0,
    };
    let issued = SdJwt::issue(&content, TYPE, None, &signer, salts(1)).unwrap();
    assert_eq!(issued.header()["alg"], "EdDSA");
    assert!(issued.verify(&signer.key(), TYPE).is_ok());
    let spelled = token(&signer, &json!({"alg": "Ed25519", "typ": TYPE}), &json!({}));
    assert!(
        SdJwt::parse(&format!("{spelled}~"))
            .unwrap()
            .verify(&signer.key(), TYPE)
            .is_ok()
    );
}

#[test]
fn texts_of_another_form_are_refused() {
    let good = issue(json!({"a": 1}), &[json!(["a"])], 0).unwrap().to_string();
    let (jwt, rest) = good.split_once('~').unwrap();
    for text in [
        String::new(),
        "~".to_owned(),
        jwt.to_owned(),
        format!("~{good}"),
        format!("{good}~"),
        format!("{good}x"),
        format!("{jwt}~~{rest}"),
        format!("{jwt}.x~"),
        format!(" {good}"),
        format!("{jwt}=~"),
        good.trim_end_matches('~').to_owned(),
    ] {
        assert_eq!(name(SdJwt::parse(&text)), "CRED_MALFORMED", "{text}");
    }
    assert_eq!(name(SdJwt::parse(&"~".repeat(MAX_BYTES + 1))), "CRED_TOO_LARGE");
}

#[test]
fn a_holders_proof_is_for_one_presentation_receiver_nonce_and_time() {
    let issued = issue(json!({"a": 1, "b": 2}), &[json!(["a"]), json!(["b"])], 0).unwrap();
    let shown = issued.reveal(&[path(json!(["a"]))]).unwrap();
    let presented = shown.clone().prove(&holder(), VERIFIER, NONCE, NOW_S).unwrap();
    let read = SdJwt::parse(&presented.to_string()).unwrap();
    assert_eq!(read.verify_proof(&holder().key(), &proof()), Ok(()));
    let with = |expected: HolderProof<'_>| name(read.verify_proof(&holder().key(), &expected));
    assert_eq!(
        with(HolderProof {
            audience: "another",
            ..proof()
        }),
        "CRED_BINDING"
    );
    assert_eq!(
        with(HolderProof {
            nonce: "another",
            ..proof()
        }),
        "CRED_NONCE"
    );
    assert_eq!(
        with(HolderProof {
            now_s: NOW_S + 361,
            ..proof()
        }),
        "CRED_BINDING"
    );
    assert_eq!(
        with(HolderProof {
            now_s: NOW_S - 61,
            ..proof()
        }),
        "CRED_BINDING"
    );
    for now_s in [NOW_S - 60, NOW_S + 360] {
        assert_eq!(
            read.verify_proof(&holder().key(), &HolderProof { now_s, ..proof() }),
            Ok(())
        );
    }
    assert_eq!(
        name(read.verify_proof(&stranger().key(), &proof())),
        "CRED_SIGNATURE"
    );
    assert_eq!(
        name(shown.verify_proof(&holder().key(), &proof())),
        "CRED_BINDING"
    );
    // The proof of one presentation under another: less, more, and other disclosures.
    let text = presented.to_string();
    let (_, kb) = text.rsplit_once('~').unwrap();
    for other in [
        issued.reveal(&[]).unwrap(),
        issued.reveal(&[path(json!(["b"]))]).unwrap(),
        issued,
    ] {
        let moved = SdJwt::parse(&format!("{other}{kb}")).unwrap();
        assert_eq!(
            name(moved.verify_proof(&holder().key(), &proof())),
            "CRED_BINDING"
        );
    }
    assert!(!presented.reveal(&[]).unwrap().has_proof());
}

#[test]
fn a_holders_proof_of_another_form_is_refused() {
    let issued = issue(json!({}), &[], 0).unwrap();
    let hash = issued.sd_hash();
    let good = json!({"aud": VERIFIER, "nonce": NONCE, "iat": NOW_S, "sd_hash": hash});
    let verify = |header: &Value, claims: &Value| {
        let text = format!("{issued}{}", token(&holder(), header, claims));
        SdJwt::parse(&text)?.verify_proof(&holder().key(), &proof())
    };
    let header = json!({"alg": "ES256", "typ": "kb+jwt"});
    assert_eq!(verify(&header, &good), Ok(()));
    for (other, code) in [
        (json!({"alg": "ES256", "typ": "JWT"}), "CRED_TYPE"),
        (json!({"alg": "ES256"}), "CRED_TYPE"),
        (json!({"alg": "none", "typ": "kb+jwt"}), "CRED_ALGORITHM"),
        (json!({"alg": "EdDSA", "typ": "kb+jwt"}), "CRED_ALGORITHM"),
    ] {
        assert_eq!(name(verify(&other, &good)), code, "{other}");
    }
    for (member, value, code) in [
        ("aud", json!([VERIFIER]), "CRED_BINDING"),
        ("aud", json!(null), "CRED_BINDING"),
        ("nonce", json!(1_234_567_890), "CRED_BINDING"),
        ("iat", json!("now"), "CRED_BINDING"),
        ("iat", json!(-1), "CRED_BINDING"),
        ("iat", json!(1.5), "CRED_BINDING"),
        ("sd_hash", json!(""), "CRED_BINDING"),
        ("exp", json!(NOW_S - 60), "CRED_BINDING"),
        ("nbf", json!(NOW_S + 61), "CRED_BINDING"),
        ("exp", json!("never"), "CRED_BINDING"),
    ] {
        let mut claims = good.clone();
        claims[member] = value.clone();
        assert_eq!(name(verify(&header, &claims)), code, "{member} {value}");
        claims.as_object_mut().unwrap().remove(member);
        if !matches!(member, "exp" | "nbf") {
            let code = name(verify(&header, &claims));
            assert!(
                matches!(code, "CRED_BINDING" | "CRED_NONCE"),
                "{member} missing: {code}"
            );
        }
    }
}

/// Any JSON without the reserved names.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,3}", inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// Every place in a value.
fn places(value: &Value, place: &mut Vec<Step>, all: &mut Vec<ClaimPath>) {
    let mut inside = |step: Step, value: &Value| {
        place.push(step);
        all.push(ClaimPath::new(place.clone()).unwrap());
        places(value, place, all);
        place.pop();
    };
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| inside(Step::Name(name.clone()), value)),
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .for_each(|(index, value)| inside(Step::Index(index), value)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_hidden_everything_shown_is_what_was_issued(
        members in prop::collection::btree_map("[a-z]{1,3}", json_value(), 0..5),
        chosen in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        decoys in 0..3_usize,
    ) {
        let claims: Value = members.into_iter().collect();
        let mut all = Vec::new();
        places(&claims, &mut Vec::new(), &mut all);
        let disclosable: Vec<ClaimPath> =
            chosen.iter().filter(|_| !all.is_empty()).map(|index| index.get(&all).clone()).collect();
        let content = Claims { claims: object(claims.clone()), disclosable: disclosable.clone(), decoys };
        let issued = SdJwt::issue(&content, TYPE, None, &issuer(), salts(9)).unwrap();
        let read = SdJwt::parse(&issued.to_string()).unwrap();
        let processed = read.verify(&issuer().key(), TYPE).unwrap();
        prop_assert_eq!(Value::Object(processed.claims), claims);
        // Each hidden claim can be shown alone, and then nothing that is neither on the way to it nor in it is shown.
        for path in &disclosable {
            let shown = read.reveal(std::slice::from_ref(path)).unwrap();
            prop_assert!(shown.verify(&issuer().key(), TYPE).is_ok());
            let needed = processed.placed.iter().filter(|one| {
                one.place.starts_with(path.steps()) || path.steps().starts_with(&one.place)
            });
            prop_assert_eq!(shown.disclosures().len(), needed.count());
        }
    }
}
