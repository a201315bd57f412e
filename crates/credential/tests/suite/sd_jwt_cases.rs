//! The cases of sd-jwt-python: what is hidden, what the holder shows, what the verifier then sees.

use serde_json::Value;
use yinxin_credential::sd_jwt::{Claims, HolderProof};
use yinxin_credential::{SdJwt, Signer as _};

use crate::support::{NONCE, NOW_S, VERIFIER, holder, issuer, object, path, read, salts, vectors};
use crate::yaml;

const TYPE: &str = "example+sd-jwt";

/// The places that a holder's choice names: where it says yes.
fn chosen(choice: &Value, place: &mut Vec<Value>, places: &mut Vec<Vec<Value>>) {
    let mut inside = |step: Value, choice: &Value| {
        place.push(step);
        chosen(choice, place, places);
        place.pop();
    };
    match choice {
        Value::Object(members) => members
            .iter()
            .for_each(|(name, choice)| inside(name.as_str().into(), choice)),
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .for_each(|(index, choice)| inside(index.into(), choice)),
        Value::Bool(true) => places.push(place.clone()),
        _ => {}
    }
}

fn case(text: &str) {
    let document = yaml::parse(text);
    let (claims, hidden) = yaml::separate(&document["user_claims"]);
    let mut shown = Vec::new();
    chosen(&document["holder_disclosed_claims"], &mut Vec::new(), &mut shown);
    for decoys in [0, 2] {
        let content = Claims {
            claims: object(claims.clone()),
            disclosable: hidden.iter().cloned().map(|place| path(place.into())).collect(),
            decoys,
        };
        let issued = SdJwt::issue(&content, TYPE, None, &issuer(), salts(1)).unwrap();
        assert_eq!(issued.disclosures().len(), hidden.len());
        let received = SdJwt::parse(&issued.to_string()).unwrap();
        assert_eq!(
            Value::Object(received.verify(&issuer().key(), TYPE).unwrap().claims),
            claims
        );
        let paths: Vec<_> = shown.iter().cloned().map(|place| path(place.into())).collect();
        let presented = received
            .reveal(&paths)
            .unwrap()
            .prove(&holder(), VERIFIER, NONCE, NOW_S)
            .unwrap();
        let seen = SdJwt::parse(&presented.to_string()).unwrap();
        let expected = HolderProof {
            audience: VERIFIER,
            nonce: NONCE,
            now_s: NOW_S,
            max_age_s: 0,
            leeway_s: 0,
        };
        assert_eq!(seen.verify_proof(&holder().key(), &expected), Ok(()));
        let processed = seen.verify(&issuer().key(), TYPE).unwrap();
        assert_eq!(
            Value::Object(processed.claims),
            document["expect_verified_user_claims"]
        );
    }
}

#[test]
fn verifiers_see_what_the_cases_of_sd_jwt_python_expect() {
    let Some(folder) = vectors("sd-jwt") else { return };
    let mut cases = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            case(&read(&path, "specification.yml"));
            cases += 1;
        }
    }
    assert_eq!(cases, 17);
}
