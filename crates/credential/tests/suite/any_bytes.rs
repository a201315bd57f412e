//! Arbitrary texts, and good texts with something else in them: a value or an error, never a panic, and nothing forged.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use yinxin_credential::dcql::Query;
use yinxin_credential::openid4vci::{CredentialOffer, CredentialRequest, CredentialResponse, IssuerMetadata};
use yinxin_credential::openid4vp::{AuthorizationRequest, AuthorizationResponse};
use yinxin_credential::sd_jwt::Disclosure;
use yinxin_credential::{ClaimPath, Day, Jwk, SdJwt, Signer as _, StatusList, StatusToken, verify};

use crate::support::{credential, encode, issuer, policy, raw_token, salts};

fn everything(text: &str) {
    let _ = SdJwt::parse(text);
    let _ = Disclosure::parse(text);
    let _ = verify(text, &policy());
    let _ = StatusToken::verify(text, &issuer().key(), text, 0, 0, 0);
    let _ = AuthorizationRequest::verify(text, text, &issuer().key(), 0, 0);
    let _ = AuthorizationResponse::parse(text, Some(text));
    let _ = CredentialOffer::parse(text).map(|offer| offer.to_link());
    let _ = CredentialRequest::parse(text);
    let _ = CredentialResponse::parse(text);
    let _ = IssuerMetadata::parse(text, text);
    let _ = text.parse::<Day>();
}

/// Values with the names that mean something here.
fn value() -> impl Strategy<Value = Value> {
    let names = prop_oneof![
        Just("_sd"),
        Just("..."),
        Just("_sd_alg"),
        Just("iss"),
        Just("vct"),
        Just("cnf"),
        Just("jwk"),
        Just("status"),
        Just("status_list"),
        Just("credentials"),
        Just("id"),
        Just("path"),
        Just("claims"),
        Just("options"),
        Just("bits"),
        Just("lst"),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z~.+-]{0,6}".prop_map(Value::from),
        Just(json!("sha-256")),
        Just(json!("ES256")),
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..5).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_gives_a_value_or_an_error(text: String) {
        everything(&text);
    }

    #[test]
    fn any_three_parts_give_a_value_or_an_error(header: Vec<u8>, claims: Vec<u8>, signature in prop::collection::vec(any::<u8>(), 60..70), disclosures: Vec<Vec<u8>>) {
        let mut text = format!("{}.{}.{}", encode(&header), encode(&claims), encode(&signature));
        for disclosure in disclosures {
            text.push('~');
            text.push_str(&encode(&disclosure));
        }
        everything(&text);
        text.push('~');
        everything(&text);
    }

    #[test]
    fn any_json_gives_a_value_or_an_error(value in value()) {
        everything(&value.to_string());
        let _ = Query::parse(&value).map(|query| query.to_value());
        let _ = Jwk::parse(&value);
        let _ = ClaimPath::parse(&value);
        let _ = StatusList::from_value(&value);
        let members = value.as_object().cloned().unwrap_or_else(Map::new);
        let _ = AuthorizationRequest::parse(&members);
    }

    #[test]
    fn any_claims_that_an_issuer_signed_are_processed_or_refused(claims in value(), disclosures in prop::collection::vec(value(), 0..3)) {
        let mut text = raw_token(&issuer(), r#"{"alg":"ES256","typ":"dc+sd-jwt"}"#, &json!({"iss": "https://issuer.example.com", "vct": "x", "c": claims}).to_string());
        text.push('~');
        for disclosure in disclosures {
            text.push_str(&encode(json!(["salt", disclosure]).to_string().as_bytes()));
            text.push('~');
        }
        everything(&text);
    }

    #[test]
    fn a_credential_cut_or_spliced_anywhere_is_refused_or_shows_less(from: prop::sample::Index, to: prop::sample::Index, with in "[A-Za-z0-9_.~-]{0,8}") {
        let issued = credential().issue(None, &issuer(), salts(1)).unwrap();
        let text = issued.to_string();
        let (from, to) = (from.index(text.len()), to.index(text.len()));
        let mut changed = text.clone();
        changed.replace_range(from.min(to)..from.max(to), &with);
        let whole = verify(&text, &policy()).unwrap();
        if let Ok(verified) = verify(&changed, &policy()) {
            // Disclosures can be left out by anybody; what is shown is still what was issued.
            prop_assert!(verified.disclosed.len() <= whole.disclosed.len());
            prop_assert_eq!(verified.issuer, whole.issuer);
            for name in verified.claims.keys() {
                prop_assert!(whole.claims.contains_key(name));
            }
        }
    }
}
