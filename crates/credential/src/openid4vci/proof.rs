//! The proof that a wallet has the key a credential is to be bound to (OpenID4VCI 1.0, appendix F.1 and F.4).

use serde_json::{Map, Value};

use crate::jwt::Jwt;
use crate::{Algorithm, Error, Jwk, Signer, json};

/// The type of the proof.
const TYPE: &str = "openid4vci-proof+jwt";
/// The longest proof that is read, in bytes.
const MAX_BYTES: usize = 8_192;

/// What an issuer expects of a proof.
#[derive(Clone, Copy)]
pub struct ProofPolicy<'a> {
    /// His identifier.
    pub issuer: &'a str,
    /// Whether a nonce is one that he gave out and that still counts. `None` where he gives out none.
    pub nonce: Option<&'a dyn Fn(&str) -> bool>,
    /// The wallet's name, where it gave one when it got access.
    pub client_id: Option<&'a str>,
    /// The algorithms he accepts.
    pub algorithms: &'a [Algorithm],
    /// His time.
    pub now_s: u64,
    /// How old a proof may be.
    pub max_age_s: u64,
    /// How far clocks may differ.
    pub leeway_s: u64,
}

/// Makes a proof for the key of `signer`.
///
/// # Errors
/// [`Error::Signature`] where the keeper of the key refuses.
pub fn prove(
    signer: &dyn Signer,
    issuer: &str,
    nonce: Option<&str>,
    client_id: Option<&str>,
    now_s: u64,
) -> Result<String, Error> {
    let header = Map::from_iter([("jwk".to_owned(), signer.key().to_value())]);
    let mut claims = Map::from_iter([
        ("aud".to_owned(), Value::from(issuer)),
        ("iat".to_owned(), Value::from(now_s)),
    ]);
    if let Some(nonce) = nonce {
        claims.insert("nonce".to_owned(), nonce.into());
    }
    if let Some(client_id) = client_id {
        claims.insert("iss".to_owned(), client_id.into());
    }
    Jwt::sign(signer, TYPE, header, claims).map(|token| token.text().to_owned())
}

/// Verifies a proof and gives the key it proves.
///
/// # Errors
/// [`Error::Malformed`]; [`Error::Key`] where the header does not show exactly one public key as `jwk`; [`Error::Algorithm`],
/// [`Error::Type`], [`Error::Signature`]; [`Error::Binding`] for another receiver or wallet, a missing nonce, a wrong time;
/// [`Error::Nonce`].
pub fn verify_proof(text: &str, policy: &ProofPolicy<'_>) -> Result<Jwk, Error> {
    const WRONG: Error = Error::Binding("the proof lacks a claim or has a malformed one");
    let token = Jwt::parse(text, MAX_BYTES)?;
    let header = token.header();
    if ["kid", "x5c", "trust_chain"]
        .iter()
        .any(|name| header.contains_key(*name))
    {
        return Err(Error::Key(
            "the key of a proof is shown as `jwk` and in no other way",
        ));
    }
    let key = header
        .get("jwk")
        .ok_or(Error::Key("the proof shows no key"))
        .and_then(Jwk::parse)?;
    if !policy.algorithms.contains(&key.algorithm()) {
        return Err(Error::Algorithm("proofs with this algorithm are not accepted"));
    }
    token.verify(&key, TYPE)?;
    let claims = token.claims();
    let text = |name| json::optional_text(claims, name, WRONG);
    if text("aud")? != Some(policy.issuer) {
        return Err(Error::Binding("the proof is for another issuer"));
    }
    if text("iss")?.is_some_and(|wallet| policy.client_id != Some(wallet)) {
        return Err(Error::Binding("the proof is by another wallet"));
    }
    match (policy.nonce, text("nonce")?) {
        (None, None) => {}
        (Some(known), Some(nonce)) if known(nonce) => {}
        (Some(_), None) => return Err(Error::Binding("the proof has no nonce")),
        (_, Some(_)) => {
            return Err(Error::Nonce(
                "the nonce of the proof was not given out, or does not count any more",
            ));
        }
    }
    let made_s = json::optional_seconds(claims, "iat", WRONG)?.ok_or(WRONG)?;
    if made_s > policy.now_s.saturating_add(policy.leeway_s) {
        return Err(Error::Binding("the proof was made in the future"));
    }
    let oldest_s = policy
        .now_s
        .saturating_sub(policy.max_age_s)
        .saturating_sub(policy.leeway_s);
    if made_s < oldest_s {
        return Err(Error::Binding("the proof is too old"));
    }
    json::check_times(claims, policy.now_s, policy.leeway_s)
        .map_err(|_| Error::Binding("the proof does not hold at this time"))?;
    Ok(key)
}
