//! Choosing among held credentials, making the response, and checking one that came back (sections 6.4.2, 8.1 and 8.6).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{CredentialQuery, Query};
use crate::credential::{self, Binding, Policy, Verified};
use crate::{Error, Held, SdJwt, Signer, Step, held};

/// A held credential that answers a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its index among those held.
    pub held: usize,
    /// What of it would be shown, beside what always is.
    pub(crate) places: BTreeSet<Vec<Step>>,
}

/// One credential that will be presented, for one query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The identifier of the query.
    pub id: String,
    /// The credential.
    pub candidate: Candidate,
}

impl Query {
    /// For each credential query the held credentials that answer it, so that their holder can choose.
    #[must_use]
    pub fn candidates(&self, held: &[Held]) -> BTreeMap<String, Vec<Candidate>> {
        self.credentials
            .iter()
            .map(|query| (query.id.clone(), query.candidates(held)))
            .collect()
    }

    /// The smallest answer: for each query the first credential that fits (all of them where several are allowed), for each
    /// required set the first option that can be met. Sets that are not required are answered only if `with_optional`.
    ///
    /// # Errors
    /// [`Error::NoMatch`] where not everything required can be answered: then nothing is presented at all.
    pub fn select(&self, held: &[Held], with_optional: bool) -> Result<Vec<Answer>, Error> {
        const NOTHING: Error = Error::NoMatch("no held credential answers a required part of the query");
        let candidates = self.candidates(held);
        let met = |id: &str| candidates.get(id).is_some_and(|list| !list.is_empty());
        let mut chosen: BTreeSet<&str> = BTreeSet::new();
        if self.sets.is_empty() {
            if !self.credentials.iter().all(|query| met(&query.id)) {
                return Err(NOTHING);
            }
            chosen.extend(self.credentials.iter().map(|query| query.id.as_str()));
        }
        for set in &self.sets {
            if !set.required && !with_optional {
                continue;
            }
            match set.options.iter().find(|option| option.iter().all(|id| met(id))) {
                Some(option) => chosen.extend(option.iter().map(String::as_str)),
                None if set.required => return Err(NOTHING),
                None => {}
            }
        }
        let mut answers = Vec::new();
        for query in self
            .credentials
            .iter()
            .filter(|query| chosen.contains(query.id.as_str()))
        {
            let list = candidates.get(&query.id).map(Vec::as_slice).unwrap_or_default();
            let count = if query.multiple { list.len() } else { 1 };
            answers.extend(list.iter().take(count).map(|candidate| Answer {
                id: query.id.clone(),
                candidate: candidate.clone(),
            }));
        }
        Ok(answers)
    }

    /// The `vp_token` of these answers. Where the query asks for it, each presentation is proven with the key among `signers` that
    /// its credential names.
    ///
    /// # Errors
    /// [`Error::Request`] for an answer to no query or to no credential, [`Error::Binding`] where a key is not at hand,
    /// [`Error::Signature`].
    pub fn present(
        &self,
        answers: &[Answer],
        held: &[Held],
        signers: &[&dyn Signer],
        audience: &str,
        nonce: &str,
        now_s: u64,
    ) -> Result<Value, Error> {
        let mut token: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for answer in answers {
            let query = self
                .credential(&answer.id)
                .ok_or(Error::Request("an answer names no credential query"))?;
            let credential = held
                .get(answer.candidate.held)
                .ok_or(Error::Request("an answer names a credential that is not held"))?;
            let mut presentation = credential.reveal(&answer.candidate.places);
            if query.holder_binding {
                let signer = held::signer_of(credential.verified().holder, signers)?;
                presentation = presentation.prove(signer, audience, nonce, now_s)?;
            }
            token
                .entry(&query.id)
                .or_default()
                .push(presentation.to_string().into());
        }
        Ok(Value::Object(
            token
                .into_iter()
                .map(|(id, list)| (id.to_owned(), Value::from(list)))
                .collect(),
        ))
    }

    /// Verifies a `vp_token` against the query it answers. `policy` says which issuers are trusted and, in `binding`, which audience
    /// and nonce the holders' proofs must have; the query decides for each credential whether a proof is needed.
    ///
    /// Stricter than section 8.6, which discards a presentation that does not hold: here it refuses the response.
    ///
    /// # Errors
    /// [`Error::Malformed`] for another form, [`Error::Request`] for an answer that was not asked for, [`Error::NoMatch`] where a
    /// presentation does not meet its query or the response lacks something required; every error of
    /// [`verify`](crate::verify).
    pub fn verify(
        &self,
        token: &Value,
        policy: &Policy<'_>,
        binding: &Binding<'_>,
    ) -> Result<BTreeMap<String, Vec<Verified>>, Error> {
        let entries: &Map<String, Value> = token
            .as_object()
            .ok_or(Error::Malformed("a `vp_token` is an object"))?;
        let mut verified = BTreeMap::new();
        for (id, presentations) in entries {
            let query = self
                .credential(id)
                .ok_or(Error::Request("a presentation answers no query"))?;
            let presentations =
                presentations
                    .as_array()
                    .filter(|list| !list.is_empty())
                    .ok_or(Error::Malformed(
                        "an entry of a `vp_token` is a list of presentations",
                    ))?;
            if presentations.len() > 1 && !query.multiple {
                return Err(Error::Request("there are more presentations than asked for"));
            }
            let policy = Policy {
                binding: query.holder_binding.then_some(*binding),
                ..*policy
            };
            let list = presentations
                .iter()
                .map(|text| query.verify(text, &policy))
                .collect::<Result<Vec<_>, _>>()?;
            verified.insert(id.clone(), list);
        }
        let complete = if self.sets.is_empty() {
            self.credentials
                .iter()
                .all(|query| verified.contains_key(&query.id))
        } else {
            self.sets.iter().filter(|set| set.required).all(|set| {
                set.options
                    .iter()
                    .any(|option| option.iter().all(|id| verified.contains_key(id)))
            })
        };
        if complete {
            Ok(verified)
        } else {
            Err(Error::NoMatch(
                "the response lacks a credential that was asked for",
            ))
        }
    }
}

impl CredentialQuery {
    fn candidates(&self, held: &[Held]) -> Vec<Candidate> {
        let answers = held.iter().enumerate().filter_map(|(index, one)| {
            let verified = one.verified();
            let places = self.answer(&verified.vct, verified.holder.as_ref(), one.root())?;
            Some(Candidate { held: index, places })
        });
        answers.collect()
    }

    fn verify(&self, presentation: &Value, policy: &Policy<'_>) -> Result<Verified, Error> {
        let text = presentation
            .as_str()
            .ok_or(Error::Malformed("a presentation of an SD-JWT is a text"))?;
        let (verified, processed) = credential::verify_read(&SdJwt::parse(text)?, policy)?;
        let claims = Value::Object(processed.claims);
        self.answer(&verified.vct, verified.holder.as_ref(), &claims)
            .map(|_| verified)
            .ok_or(Error::NoMatch(
                "a presentation does not show what its query asks for",
            ))
    }
}
