//! What the tests share: keys of the published examples, hand-made tokens, the folder of public vectors.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use yinxin_credential::sd_jwt::Claims;
use yinxin_credential::{ClaimPath, Credential, Error, Es256Key, Jwk, Policy, Salts, Signer};
use yinxin_crypto::HashAlgorithm;

/// A moment of 2026-03-02 in Beijing.
pub const NOW_S: u64 = 1_772_380_800;
pub const ISSUER: &str = "https://issuer.example.com";
pub const VERIFIER: &str = "https://verifier.example.org";
pub const NONCE: &str = "1234567890";
pub const VCT: &str = "https://credentials.example.com/identity_credential";

/// The issuer's key of the examples of RFC 9901 and OpenID4VP 1.0 (`settings.yml`).
pub fn issuer() -> Es256Key {
    key("Ur2bNKuBPOrAaxsRnbSH6hIhmNTxSGXshDSUD1a1y7g")
}

/// The holder's key of the same examples.
pub fn holder() -> Es256Key {
    key("5K5SCos8zf9zRemGGUl6yfok-_NiiryNZsvANWMhF-I")
}

/// A key that belongs to nobody.
pub fn stranger() -> Es256Key {
    Es256Key::from_bytes(&[7; 32]).unwrap()
}

pub fn key(d: &str) -> Es256Key {
    Es256Key::from_bytes(&decode(d).try_into().unwrap()).unwrap()
}

pub fn salts(number: u8) -> Salts {
    Salts::from_secret([number; 32])
}

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

pub fn sha256(text: &str) -> String {
    encode(HashAlgorithm::Sha256.hash(&[text.as_bytes()]).bytes())
}

/// A token with exactly this header and these claims, signed by `signer` whatever they say.
pub fn token(signer: &dyn Signer, header: &Value, claims: &Value) -> String {
    raw_token(signer, &header.to_string(), &claims.to_string())
}

pub fn raw_token(signer: &dyn Signer, header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", encode(header.as_bytes()), encode(claims.as_bytes()));
    let signature = signer.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", encode(&signature))
}

pub fn disclosure(parts: &Value) -> String {
    encode(parts.to_string().as_bytes())
}

pub fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("{other} is no object"),
    }
}

pub fn path(value: Value) -> ClaimPath {
    ClaimPath::parse(&value).unwrap()
}

/// A credential of 王小示 with address, nationalities and age.
pub fn credential() -> Credential {
    Credential {
        vct: VCT.to_owned(),
        issuer: ISSUER.to_owned(),
        issued_s: NOW_S,
        not_before_s: None,
        expires_s: Some(NOW_S + 86_400 * 365),
        holder: Some(holder().key()),
        status: None,
        content: Claims {
            claims: object(json!({
                "name": "王小示",
                "birth_date": "1990-01-01",
                "address": { "street": "示例路1号", "city": "海口" },
                "nationalities": ["CN", "XX"],
                "grade": 3,
            })),
            disclosable: vec![
                path(json!(["name"])),
                path(json!(["birth_date"])),
                path(json!(["address"])),
                path(json!(["address", "street"])),
                path(json!(["nationalities", null])),
            ],
            decoys: 2,
        },
    }
}

/// Trusts the issuer of the examples.
pub fn issuers(name: &str, _: Option<&str>) -> Option<Jwk> {
    (name == ISSUER).then(|| issuer().key())
}

pub fn policy() -> Policy<'static> {
    Policy {
        issuers: &issuers,
        now_s: NOW_S,
        leeway_s: 60,
        binding: None,
    }
}

/// The name of an error's code.
pub fn name<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.unwrap_err().code().name
}

/// A folder of the public vectors, or nothing where it is absent.
pub fn vectors(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/vectors")
        .join(folder);
    if path.is_dir() {
        return Some(path);
    }
    skipped(&format!("{} is absent", path.display()));
    None
}

pub fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap()
}

/// A text that was broken into lines for print.
pub fn unwrapped(text: &str) -> String {
    text.split_whitespace().collect()
}

#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
pub fn skipped(reason: &str) {
    eprintln!("skipped: {reason}");
}
