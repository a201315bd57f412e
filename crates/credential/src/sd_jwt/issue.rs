//! Issuing: hiding the claims that a holder may show or not (RFC 9901, section 4).

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use yinxin_crypto::{HashAlgorithm, RandomnessError, random_bytes};

use super::{DOTS, Disclosure, MAX_BYTES, MAX_DEPTH, MAX_DISCLOSURES, SD, SD_ALG, SHA_256, SdJwt};
use crate::jwt::Jwt;
use crate::{ClaimPath, Error, Signer, Step, base64url};

/// Where the salts and decoys of one credential come from: a secret of 32 bytes, stretched. Whoever knows the secret can test
/// guesses at what is hidden, so it is used for one credential and forgotten; issuing consumes it.
pub struct Salts {
    seed: [u8; 32],
    drawn: u32,
}

impl Salts {
    /// From a secret that was drawn elsewhere, for one credential.
    #[must_use]
    pub const fn from_secret(seed: [u8; 32]) -> Self {
        Self { seed, drawn: 0 }
    }

    /// From the operating system's random bytes.
    ///
    /// # Errors
    /// [`RandomnessError`] where there are none.
    pub fn random() -> Result<Self, RandomnessError> {
        Ok(Self::from_secret(random_bytes()?))
    }

    fn draw(&mut self) -> [u8; 32] {
        let number = self.drawn.to_be_bytes();
        self.drawn = self.drawn.saturating_add(1);
        *HashAlgorithm::Sha256
            .hash_tagged("yinxin/credential/salt/1", &[&self.seed, &number])
            .bytes()
    }

    /// 128 bits, as section 9.3 asks for.
    fn salt(&mut self) -> String {
        base64url::encode(self.draw().split_at(16).0)
    }

    /// A digest of nothing anybody has.
    fn decoy(&mut self) -> String {
        base64url::encode(&self.draw())
    }
}

/// What is to be issued.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims {
    /// All claims, hidden ones included.
    pub claims: Map<String, Value>,
    /// Those the holder may show or not. Where a claim and one inside it are both named, the inner stays hidden when the outer is
    /// shown.
    pub disclosable: Vec<ClaimPath>,
    /// How many digests of nothing stand beside the real ones, in each object and array that hides something.
    pub decoys: usize,
}

impl SdJwt {
    /// Issues an SD-JWT of type `typ`; `kid` names the key in the header.
    ///
    /// # Errors
    /// [`Error::Claim`] for a reserved name or a path that leads to nothing, [`Error::TooLarge`], [`Error::Signature`].
    pub fn issue(
        content: &Claims,
        typ: &str,
        kid: Option<&str>,
        signer: &dyn Signer,
        salts: Salts,
    ) -> Result<Self, Error> {
        let root = Value::Object(content.claims.clone());
        let mut hidden = BTreeSet::new();
        for path in &content.disclosable {
            let places = path
                .select(&root)
                .ok_or(Error::Claim("a path of a claim to hide leads to nothing"))?;
            hidden.extend(places.into_iter().map(|(place, _)| place));
        }
        if hidden.len() > MAX_DISCLOSURES || content.decoys > MAX_DISCLOSURES {
            return Err(Error::TooLarge("more claims are to be hidden than accepted"));
        }
        let mut hide = Hide {
            hidden: &hidden,
            decoys: content.decoys,
            salts,
            place: Vec::new(),
            disclosures: Vec::new(),
        };
        let mut claims = hide.object(&content.claims)?;
        let disclosures = hide.disclosures;
        if !disclosures.is_empty() {
            claims.insert(SD_ALG.to_owned(), SHA_256.into());
        }
        let mut header = Map::new();
        if let Some(kid) = kid {
            header.insert("kid".to_owned(), kid.into());
        }
        let issued = Self {
            token: Jwt::sign(signer, typ, header, claims)?,
            disclosures,
            proof: None,
        };
        if issued.presented().len() > MAX_BYTES {
            return Err(Error::TooLarge("the credential is longer than accepted"));
        }
        Ok(issued)
    }
}

struct Hide<'a> {
    hidden: &'a BTreeSet<Vec<Step>>,
    decoys: usize,
    salts: Salts,
    place: Vec<Step>,
    disclosures: Vec<Disclosure>,
}

impl Hide<'_> {
    fn value(&mut self, value: &Value) -> Result<Value, Error> {
        if self.place.len() > MAX_DEPTH {
            return Err(Error::TooLarge("the claims are nested deeper than accepted"));
        }
        Ok(match value {
            Value::Object(members) => Value::Object(self.object(members)?),
            Value::Array(elements) => Value::Array(self.array(elements)?),
            plain => plain.clone(),
        })
    }

    fn object(&mut self, members: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
        let mut written = Map::new();
        let mut digests = Vec::new();
        for (name, value) in members {
            if [SD, DOTS, SD_ALG].contains(&name.as_str()) {
                return Err(Error::Claim("a claim has a reserved name"));
            }
            self.place.push(Step::Name(name.clone()));
            let value = self.value(value)?;
            if self.hidden.contains(&self.place) {
                digests.push(self.disclose(Some(name), value));
            } else {
                written.insert(name.clone(), value);
            }
            self.place.pop();
        }
        if !digests.is_empty() {
            digests.extend((0..self.decoys).map(|_| self.salts.decoy()));
            // Sorted by what looks like chance, so that the order of the claims is not seen (section 4.2.4.1).
            digests.sort_unstable();
            written.insert(SD.to_owned(), digests.into());
        }
        Ok(written)
    }

    fn array(&mut self, elements: &[Value]) -> Result<Vec<Value>, Error> {
        let dots = |digest: String| Value::from_iter([(DOTS.to_owned(), Value::from(digest))]);
        let mut written = Vec::new();
        let mut hides = false;
        for (index, element) in elements.iter().enumerate() {
            self.place.push(Step::Index(index));
            let value = self.value(element)?;
            if self.hidden.contains(&self.place) {
                hides = true;
                written.push(dots(self.disclose(None, value)));
            } else {
                written.push(value);
            }
            self.place.pop();
        }
        if hides {
            written.extend((0..self.decoys).map(|_| dots(self.salts.decoy())));
        }
        Ok(written)
    }

    fn disclose(&mut self, name: Option<&str>, value: Value) -> String {
        let disclosure = Disclosure::new(&self.salts.salt(), name, value);
        let digest = disclosure.digest().to_owned();
        self.disclosures.push(disclosure);
        digest
    }
}
