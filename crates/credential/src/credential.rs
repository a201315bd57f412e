//! The profile for credentials, SD-JWT VC: which claims there must be, which are always shown, and when a credential holds.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::date::{Day, age_in_years};
use crate::sd_jwt::{Claims, HolderProof, Processed};
use crate::{ClaimPath, Error, Jwk, Salts, SdJwt, Signer, Step, json};

/// The type of a credential's token (SD-JWT VC, section 3.1).
pub const TYPE: &str = "dc+sd-jwt";
/// The claim that says whether a person was of age when the credential was issued, so that the birth date can stay hidden.
pub const AGE_OVER_18: &str = "age_over_18";

/// Claims that decide whether a credential holds, and for whom: never hidden (SD-JWT VC, section 3.2.2.2; RFC 9901, section 9.7).
const ALWAYS_SHOWN: [&str; 9] = [
    "iss",
    "aud",
    "nbf",
    "exp",
    "cnf",
    "vct",
    "vct#integrity",
    "aka_vcts",
    "status",
];
/// Claims that have a field of their own here.
const OWN_FIELDS: [&str; 7] = ["iss", "iat", "nbf", "exp", "cnf", "vct", "status"];

/// Where the status of a credential is looked up (Token Status List, section 6.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReference {
    /// The address of the list.
    pub uri: String,
    /// The place in it.
    pub index: u64,
}

/// A credential that a department issues.
#[derive(Clone, Debug, PartialEq)]
pub struct Credential {
    /// The type, a URI or other name that both sides know.
    pub vct: String,
    /// The issuer, under whose name verifiers find the key.
    pub issuer: String,
    /// When it is issued.
    pub issued_s: u64,
    /// Before when it does not hold.
    pub not_before_s: Option<u64>,
    /// From when on it does not hold any more.
    pub expires_s: Option<u64>,
    /// The holder's key. Without it nobody can prove to be the holder.
    pub holder: Option<Jwk>,
    /// Where to look whether it is revoked or suspended.
    pub status: Option<StatusReference>,
    /// What it says about its subject, what of it may be hidden, and decoys.
    pub content: Claims,
}

impl Credential {
    /// Adds [`AGE_OVER_18`], computed from the birth date in the claim `birth` (`YYYY-MM-DD`) and the day of issue in Beijing, and
    /// lets the holder show it without the birth date: both become claims he may show or not.
    ///
    /// # Errors
    /// [`Error::Claim`] where there is no such date, it lies after the day of issue, or the age is there already.
    pub fn with_age(mut self, birth: &str) -> Result<Self, Error> {
        let date: Day = self
            .content
            .claims
            .get(birth)
            .and_then(Value::as_str)
            .ok_or(Error::Claim("there is no birth date to compute an age from"))?
            .parse()?;
        let of_age = age_in_years(date, Day::in_beijing(self.issued_s)?)? >= 18;
        let previous = self.content.claims.insert(AGE_OVER_18.to_owned(), of_age.into());
        if previous.is_some() {
            return Err(Error::Claim("the age is there already"));
        }
        for name in [birth, AGE_OVER_18] {
            let path = ClaimPath::top(name);
            if !self.content.disclosable.contains(&path) {
                self.content.disclosable.push(path);
            }
        }
        Ok(self)
    }

    /// Issues it; `kid` names the issuer's key where he has several.
    ///
    /// # Errors
    /// [`Error::Claim`] for a claim that has a field of its own or must always be shown, for a reserved name, and for a path that
    /// leads to nothing; [`Error::TooLarge`]; [`Error::Signature`].
    pub fn issue(&self, kid: Option<&str>, signer: &dyn Signer, salts: Salts) -> Result<SdJwt, Error> {
        let mut content = self.content.clone();
        if OWN_FIELDS.iter().any(|name| content.claims.contains_key(*name)) {
            return Err(Error::Claim(
                "a claim of the credential itself is among those about its subject",
            ));
        }
        let shown = |path: &ClaimPath| path.claim().is_none_or(|name| ALWAYS_SHOWN.contains(&name));
        if content.disclosable.iter().any(shown) {
            return Err(Error::Claim("a claim that must always be shown would be hidden"));
        }
        let mut add = |name: &str, value: Value| content.claims.insert(name.to_owned(), value);
        add("iss", self.issuer.as_str().into());
        add("vct", self.vct.as_str().into());
        add("iat", self.issued_s.into());
        if let Some(time_s) = self.not_before_s {
            add("nbf", time_s.into());
        }
        if let Some(time_s) = self.expires_s {
            add("exp", time_s.into());
        }
        if let Some(key) = &self.holder {
            add("cnf", json!({ "jwk": key.to_value() }));
        }
        if let Some(StatusReference { uri, index }) = &self.status {
            add("status", json!({ "status_list": { "idx": index, "uri": uri } }));
        }
        SdJwt::issue(&content, TYPE, kid, signer, salts)
    }
}

/// Finds the key of an issuer by his name (`iss`) and, if the header has one, the name of his key (`kid`). `None` for an issuer who
/// is not trusted.
pub type Issuers<'a> = &'a dyn Fn(&str, Option<&str>) -> Option<Jwk>;

/// What a receiver expects of the holder's proof.
#[derive(Clone, Copy, Debug)]
pub struct Binding<'a> {
    /// Who the receiver is.
    pub audience: &'a str,
    /// The nonce he gave out.
    pub nonce: &'a str,
    /// How old a proof may be.
    pub max_age_s: u64,
}

/// Under which conditions a credential is accepted.
#[derive(Clone, Copy)]
pub struct Policy<'a> {
    /// The issuers that are trusted.
    pub issuers: Issuers<'a>,
    /// The time.
    pub now_s: u64,
    /// How far clocks may differ.
    pub leeway_s: u64,
    /// What is asked of the holder. `None` accepts a credential from anybody who has it; whether it is asked is the receiver's
    /// decision and never depends on what was presented (RFC 9901, section 7.3).
    pub binding: Option<Binding<'a>>,
}

/// A credential that holds, and what of it was shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// Its type.
    pub vct: String,
    /// Its issuer.
    pub issuer: String,
    /// When it was issued, if it says so.
    pub issued_s: Option<u64>,
    /// From when on it holds.
    pub not_before_s: Option<u64>,
    /// From when on it does not hold any more.
    pub expires_s: Option<u64>,
    /// The holder's key.
    pub holder: Option<Jwk>,
    /// Whether the holder proved to present it himself.
    pub proven: bool,
    /// Where to look whether it is revoked or suspended.
    pub status: Option<StatusReference>,
    /// What it says about its subject, as far as it was shown.
    pub claims: Map<String, Value>,
    /// Which of these the holder chose to show.
    pub disclosed: Vec<ClaimPath>,
}

/// Reads and verifies a presentation.
///
/// # Errors
/// Every [`Error`] of SD-JWT; [`Error::Issuer`], [`Error::Claim`], [`Error::Expired`], [`Error::NotYet`], [`Error::Binding`],
/// [`Error::Nonce`]. Whether it is revoked is said by its status list, afterwards.
pub fn verify(text: &str, policy: &Policy<'_>) -> Result<Verified, Error> {
    verify_read(&SdJwt::parse(text)?, policy).map(|(verified, _)| verified)
}

/// As [`verify`], of one that was read already.
pub(crate) fn verify_read(sd_jwt: &SdJwt, policy: &Policy<'_>) -> Result<(Verified, Processed), Error> {
    let signed = sd_jwt.unverified();
    let issuer = required_text(signed, "iss")?;
    let kid = sd_jwt.header().get("kid").and_then(Value::as_str);
    let key = (policy.issuers)(issuer, kid).ok_or(Error::Issuer("the issuer is not trusted"))?;
    let processed = sd_jwt.verify(&key, TYPE)?;
    let claims = &processed.claims;
    // What is always shown reads the same before and after processing, so that nothing was, or could be, hidden in it.
    if ALWAYS_SHOWN
        .iter()
        .any(|name| signed.get(*name) != claims.get(*name))
    {
        return Err(Error::Claim("a claim that must always be shown was hidden"));
    }
    let seconds =
        |name| json::optional_seconds(claims, name, Error::Claim("a time is no whole number of seconds"));
    json::check_times(claims, policy.now_s, policy.leeway_s)?;
    check_audience(claims.get("aud"), policy)?;
    let holder = holder(claims)?;
    if let Some(binding) = &policy.binding {
        let expected = HolderProof {
            audience: binding.audience,
            nonce: binding.nonce,
            now_s: policy.now_s,
            max_age_s: binding.max_age_s,
            leeway_s: policy.leeway_s,
        };
        let key = holder.ok_or(Error::Binding("the credential names no holder's key"))?;
        sd_jwt.verify_proof(&key, &expected)?;
    }
    let verified = Verified {
        vct: required_text(claims, "vct")?.to_owned(),
        issuer: issuer.to_owned(),
        issued_s: seconds("iat")?,
        not_before_s: seconds("nbf")?,
        expires_s: seconds("exp")?,
        holder,
        proven: policy.binding.is_some(),
        status: status(claims)?,
        claims: claims
            .iter()
            .filter(|(name, _)| !OWN_FIELDS.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        disclosed: disclosed(&processed)?,
    };
    Ok((verified, processed))
}

fn required_text<'a>(claims: &'a Map<String, Value>, name: &str) -> Result<&'a str, Error> {
    const WRONG: Error = Error::Claim("the credential does not say its issuer or its type");
    json::optional_text(claims, name, WRONG)?
        .filter(|text| !text.is_empty())
        .ok_or(WRONG)
}

/// A credential for certain receivers is for nobody else (RFC 7519, section 4.1.3).
fn check_audience(audience: Option<&Value>, policy: &Policy<'_>) -> Result<(), Error> {
    let Some(audience) = audience else {
        return Ok(());
    };
    let receiver = policy.binding.map(|binding| binding.audience);
    let is_receiver = |value: &Value| value.as_str().is_some() && value.as_str() == receiver;
    let meant = match audience {
        Value::Array(names) => names.iter().any(is_receiver),
        name => is_receiver(name),
    };
    if meant {
        Ok(())
    } else {
        Err(Error::Claim("the credential is meant for other receivers"))
    }
}

/// The holder's key, named as RFC 7800 names it. Other ways to name one are read as none.
fn holder(claims: &Map<String, Value>) -> Result<Option<Jwk>, Error> {
    let Some(confirmation) = claims.get("cnf") else {
        return Ok(None);
    };
    let members = confirmation
        .as_object()
        .ok_or(Error::Claim("the holder's key is malformed"))?;
    members.get("jwk").map(Jwk::parse).transpose()
}

fn status(claims: &Map<String, Value>) -> Result<Option<StatusReference>, Error> {
    const WRONG: Error = Error::Claim("the credential names a status that cannot be looked up here");
    let Some(status) = claims.get("status") else {
        return Ok(None);
    };
    let reference = status.get("status_list").ok_or(WRONG)?;
    let uri = reference.get("uri").and_then(Value::as_str).ok_or(WRONG)?;
    let index = reference.get("idx").and_then(Value::as_u64).ok_or(WRONG)?;
    Ok(Some(StatusReference {
        uri: uri.to_owned(),
        index,
    }))
}

fn disclosed(processed: &Processed) -> Result<Vec<ClaimPath>, Error> {
    let places: BTreeSet<&Vec<Step>> = processed.placed.iter().map(|placed| &placed.place).collect();
    places
        .into_iter()
        .map(|place| {
            ClaimPath::new(place.clone())
                .map_err(|_| Error::TooLarge("the claims are nested deeper than accepted"))
        })
        .collect()
}
