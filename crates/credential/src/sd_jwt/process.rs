//! Putting disclosures into their places: the steps of RFC 9901, section 7.1, each of which can refuse.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{DOTS, Disclosure, MAX_DEPTH, SD, SD_ALG, SHA_256};
use crate::{Error, Step};

/// What a credential says once its disclosures are in their places and the digests are gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Processed {
    /// The claims.
    pub claims: Map<String, Value>,
    /// Where each disclosure went.
    pub placed: Vec<Placed>,
}

/// A disclosure and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The path to it in the processed claims, without [`Step::All`].
    pub place: Vec<Step>,
    /// Its index among the disclosures.
    pub disclosure: usize,
}

/// Processes `claims` as they were signed.
pub(super) fn process(claims: &Map<String, Value>, disclosures: &[Disclosure]) -> Result<Processed, Error> {
    // Step 2.5.
    if claims
        .get(SD_ALG)
        .is_some_and(|name| name.as_str() != Some(SHA_256))
    {
        return Err(Error::Algorithm("the digests are not of SHA-256"));
    }
    let mut by_digest = BTreeMap::new();
    for (index, disclosure) in disclosures.iter().enumerate() {
        if by_digest.insert(disclosure.digest(), index).is_some() {
            return Err(Error::Disclosure("a disclosure is there twice"));
        }
    }
    let mut walk = Walk {
        by_digest,
        disclosures,
        seen: BTreeSet::new(),
        place: Vec::new(),
        placed: Vec::new(),
    };
    let claims = walk.object(claims)?;
    // Step 5. No digest is seen twice, so that each disclosure was placed at most once.
    if walk.placed.len() != disclosures.len() {
        return Err(Error::Disclosure(
            "a disclosure belongs to no digest of the credential",
        ));
    }
    Ok(Processed {
        claims,
        placed: walk.placed,
    })
}

struct Walk<'a> {
    by_digest: BTreeMap<&'a str, usize>,
    disclosures: &'a [Disclosure],
    /// Every digest met so far, also those without a disclosure.
    seen: BTreeSet<&'a str>,
    /// The path to what is being processed.
    place: Vec<Step>,
    placed: Vec<Placed>,
}

impl<'a> Walk<'a> {
    fn value(&mut self, value: &'a Value, step: Step) -> Result<Value, Error> {
        if self.place.len() >= MAX_DEPTH {
            return Err(Error::TooLarge("the claims are nested deeper than accepted"));
        }
        self.place.push(step);
        let processed = match value {
            Value::Object(members) => Value::Object(self.object(members)?),
            Value::Array(elements) => Value::Array(self.array(elements)?),
            plain => plain.clone(),
        };
        self.place.pop();
        Ok(processed)
    }

    fn object(&mut self, members: &'a Map<String, Value>) -> Result<Map<String, Value>, Error> {
        let mut processed = Map::new();
        for (name, value) in members {
            match name.as_str() {
                SD => {}
                SD_ALG if self.place.is_empty() => {}
                SD_ALG | DOTS => return Err(Error::Disclosure("a reserved name stands where it must not")),
                _ => {
                    let value = self.value(value, Step::Name(name.clone()))?;
                    processed.insert(name.clone(), value);
                }
            }
        }
        let digests = match members.get(SD) {
            None => return Ok(processed),
            Some(Value::Array(digests)) => digests,
            Some(_) => return Err(Error::Disclosure("`_sd` is no array")),
        };
        for digest in digests {
            let Some((index, disclosure)) = self.find(digest)? else {
                continue;
            };
            let name = disclosure.name().ok_or(Error::Disclosure(
                "a member of an object is disclosed without a name",
            ))?;
            if [SD, DOTS, SD_ALG].contains(&name) {
                return Err(Error::Disclosure("a disclosed claim has a reserved name"));
            }
            if processed.contains_key(name) {
                return Err(Error::Disclosure("a disclosed claim is there already"));
            }
            let step = Step::Name(name.to_owned());
            self.put(index, step.clone());
            let value = self.value(disclosure.value(), step)?;
            processed.insert(name.to_owned(), value);
        }
        Ok(processed)
    }

    fn array(&mut self, elements: &'a [Value]) -> Result<Vec<Value>, Error> {
        let mut processed = Vec::new();
        for element in elements {
            let step = Step::Index(processed.len());
            let digest = element.as_object().and_then(|members| {
                let digest = members.get(DOTS)?;
                Some((digest, members.len()))
            });
            let value = match digest {
                None => self.value(element, step)?,
                Some((digest, 1)) => {
                    let Some((index, disclosure)) = self.find(digest)? else {
                        continue;
                    };
                    if disclosure.name().is_some() {
                        return Err(Error::Disclosure(
                            "an element of an array is disclosed with a name",
                        ));
                    }
                    self.put(index, step.clone());
                    self.value(disclosure.value(), step)?
                }
                Some(_) => return Err(Error::Disclosure("a reserved name stands where it must not")),
            };
            processed.push(value);
        }
        Ok(processed)
    }

    /// The disclosure of a digest, if it was given.
    fn find(&mut self, digest: &'a Value) -> Result<Option<(usize, &'a Disclosure)>, Error> {
        let digest = digest.as_str().ok_or(Error::Disclosure("a digest is no text"))?;
        // Step 4, for all digests: also two decoys of one value are refused.
        if !self.seen.insert(digest) {
            return Err(Error::Disclosure("a digest stands in the credential twice"));
        }
        Ok(self
            .by_digest
            .get(digest)
            .and_then(|index| Some((*index, self.disclosures.get(*index)?))))
    }

    fn put(&mut self, disclosure: usize, step: Step) {
        let mut place = self.place.clone();
        place.push(step);
        self.placed.push(Placed { place, disclosure });
    }
}
