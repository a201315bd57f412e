//! An SD-JWT from anywhere: reading gives back the same text, and whatever claims and disclosures an issuer signed, what they are
//! processed to has no digest left in it and can be shown in part.
//!
//! An input is a presentation, or a line with claims followed by lines with disclosures, which are then signed here.
#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use yinxin_credential::sd_jwt::{Claims, Disclosure};
use yinxin_credential::{Ed25519Signer, Error, Held, Jwk, Policy, Salts, SdJwt, Signer, verify};
use yinxin_crypto::{PrivateKey, SignatureAlgorithm};

const TYPE: &str = "dc+sd-jwt";
const ISSUER: &str = "https://issuer.example.com";

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let secret = PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &[7; 32]).expect("a seed");
    let signer = Ed25519Signer::new(&secret).expect("a key of Ed25519");
    let key = signer.key();
    let issuers = |_: &str, _: Option<&str>| Some(key);
    let policy = Policy {
        issuers: &issuers,
        now_s: 1_700_000_000,
        leeway_s: 60,
        binding: None,
    };
    if let Ok(read) = SdJwt::parse(text) {
        assert_eq!(read.to_string(), text, "two texts of one SD-JWT were accepted");
        let _ = read.verify(&key, TYPE);
        let _ = verify(text, &policy);
    }
    let _ = Disclosure::parse(text);
    signed(text, &signer, &key, &policy);
});

/// Signs the lines of the input as an issuer would who keeps no rule.
fn signed(text: &str, signer: &dyn Signer, key: &Jwk, policy: &Policy<'_>) {
    let mut lines = text.lines();
    let Some(Ok(Value::Object(mut claims))) = lines.next().map(serde_json::from_str) else {
        return;
    };
    claims.insert("iss".to_owned(), ISSUER.into());
    claims.insert("vct".to_owned(), "x".into());
    let Ok(token) = forge(claims, signer) else {
        return;
    };
    let mut text = format!("{token}~");
    for line in lines {
        text.push_str(line);
        text.push('~');
    }
    let Ok(read) = SdJwt::parse(&text) else {
        return;
    };
    let Ok(processed) = read.verify(key, TYPE) else {
        return;
    };
    assert_eq!(processed.placed.len(), read.disclosures().len());
    assert!(!has_reserved(&Value::Object(processed.claims.clone())));
    let least = read.reveal(&[]).expect("nothing is asked for");
    assert!(least.disclosures().is_empty());
    assert!(least.verify(key, TYPE).is_ok());
    if let Ok(held) = Held::accept(&text, policy) {
        assert_eq!(held.sd_jwt(), &read);
    }
}

/// The issuing function refuses reserved names, so the claims are signed behind its back: as a type of their own.
fn forge(claims: serde_json::Map<String, Value>, signer: &dyn Signer) -> Result<String, Error> {
    let empty = Claims::default();
    let model = SdJwt::issue(&empty, TYPE, None, signer, Salts::from_secret([1; 32]))?.to_string();
    let header = model.split('.').next().unwrap_or_default();
    let signed = format!(
        "{header}.{}",
        URL_SAFE_NO_PAD.encode(json!(claims).to_string().as_bytes())
    );
    let signature = signer.sign(signed.as_bytes())?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(&signature)))
}

fn has_reserved(value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| matches!(name.as_str(), "_sd" | "..." | "_sd_alg") || has_reserved(value)),
        Value::Array(elements) => elements.iter().any(has_reserved),
        _ => false,
    }
}
