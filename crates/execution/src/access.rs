//! The only door to protected data (受保护数据): a look (查阅) is a transaction, and its access event (访问事件) is on the ledger before a
//! byte leaves, whether it was allowed or not (个人信息保护法 §45, §54; P12 and I7 of the domain's rules).
//!
//! ```text
//! operation ─► decides ─► disclose(access, verdict) ─► receipt { code, outcome: { access: event, disclosure } }
//!                                │
//!                                └► head of the source's chain of events: sequence without gaps, digest of the last event
//! ```
//!
//! The event itself lies in the receipt, so it is under the receipts root of its block. The state keeps one small record for each source:
//! how many events it has and the digest of the last. A lost, added or altered event breaks the chain of its source.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_types::{BlockTime, Rejection, StateKey, canonical};

use crate::records::{Denial, Failure, Records};
use crate::scenario::Call;

/// Tag of the digest that chains the events of one source.
const EVENT_TAG: &str = "yinxin/access/1";

/// The source of a person's own looks at his own data, also of those that a guardian or an agent takes in his name.
pub const OWN_LOOK: &str = "self";

/// One look at protected data.
#[derive(Clone, Debug)]
pub struct Access<'a> {
    /// Whose look it is: the unified social credit code of the reading department or organisation, or [`OWN_LOOK`].
    pub source: &'a str,
    /// The party that acts.
    pub officer: Option<Digest>,
    /// The mandate under which it acts.
    pub post: Option<Digest>,
    /// The party whose data it is; none for data about nobody.
    pub subject: Option<Digest>,
    /// The class of the records, such as `hpf-certificate`.
    pub class: &'a str,
    /// The fields looked at.
    pub fields: &'a [String],
    /// How many records are looked at.
    pub count: u32,
    /// What for.
    pub purpose: &'a str,
    /// In which case of the source.
    pub case: Option<&'a str>,
    /// On what it rests.
    pub basis: Basis<'a>,
    /// Set where the law allows the look to be kept from the person for a time.
    pub withheld: Option<Withheld<'a>>,
}

/// On what a look rests (个人信息保护法 §13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis<'a> {
    /// A lease that the person granted.
    Lease(Digest),
    /// The person looks at its own data.
    Own,
    /// A guardian or an agent looks in the person's name, under this mandate; none where it has none and is refused (个人信息保护法 §31, 民法典 §162).
    Mandate(Option<Digest>),
    /// The person showed it from its wallet to whom the transaction named here had asked.
    Presentation(Digest),
    /// A duty by statute, named by its article.
    Duty(&'a str),
}

/// Why a look is kept from the person concerned, and until when at most (个人信息保护法 §18, §35). Auditors always see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withheld<'a> {
    /// The article that allows it.
    pub basis: &'a str,
    /// When it is reviewed; from then on the person sees the event.
    pub review: BlockTime,
}

/// How far the chain of events of one source has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceRecord {
    /// Digest of the newest event.
    pub last: Digest,
    /// Its sequence number, from 1 without a gap.
    pub sequence: u64,
}

impl SourceRecord {
    /// Where the record of a source lies.
    pub fn key(algorithm: HashAlgorithm, source: &str) -> StateKey {
        StateKey::new(algorithm, "access", "source", &[source.as_bytes()])
    }
}

/// The digest by which the next event of the source names this one; `None` if the event has no canonical form.
pub fn event_digest(algorithm: HashAlgorithm, event: &Value) -> Option<Digest> {
    let bytes = canonical::to_bytes(event).ok()?;
    Some(algorithm.hash_tagged(EVENT_TAG, &[&bytes]))
}

/// Puts a look on record. With `Ok(details)` the outcome is `{access, disclosure: details}`, and whoever holds the content may release it once
/// the transaction is final. With a refusal the receipt bears its code and the outcome `{access}`; everything written so far stays.
///
/// # Errors
/// [`Failure::Denied`] for a refused look, [`Failure::Wanted`] and [`Failure::Damaged`] as every access to records.
pub fn disclose(
    call: &Call<'_>,
    records: &mut Records<'_>,
    access: &Access<'_>,
    verdict: Result<Value, Rejection>,
) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let key = SourceRecord::key(algorithm, access.source);
    let head = records.get::<SourceRecord>(&key)?;
    let sequence = head
        .map_or(0, |head| head.sequence)
        .checked_add(1)
        .ok_or(Failure::Damaged(key))?;
    let code = verdict.as_ref().err().map_or(0, |refused| refused.code.number);
    let event = access.event(sequence, head.map(|head| head.last), code);
    let last = event_digest(algorithm, &event).ok_or(Failure::Damaged(key))?;
    records.put(key, &SourceRecord { last, sequence })?;
    match verdict {
        Ok(details) => Ok(json!({ "access": event, "disclosure": details })),
        Err(rejection) => Err(Failure::Denied(Box::new(Denial {
            rejection,
            outcome: json!({ "access": event }),
        }))),
    }
}

impl Access<'_> {
    fn event(&self, sequence: u64, previous: Option<Digest>, code: u16) -> Value {
        let (kind, reference) = match self.basis {
            Basis::Lease(lease) => ("lease", Some(lease.to_string())),
            Basis::Own => ("own", None),
            Basis::Mandate(mandate) => ("mandate", mandate.map(|mandate| mandate.to_string())),
            Basis::Presentation(ask) => ("presentation", Some(ask.to_string())),
            Basis::Duty(article) => ("duty", Some(article.to_owned())),
        };
        let withheld = self
            .withheld
            .map(|withheld| json!({ "basis": withheld.basis, "review": withheld.review }));
        json!({
            "allowed": code == 0,
            "basis": { "kind": kind, "reference": reference },
            "case": self.case,
            "class": self.class,
            "code": code,
            "count": self.count,
            "fields": self.fields,
            "officer": self.officer,
            "post": self.post,
            "previous": previous,
            "purpose": self.purpose,
            "sequence": sequence,
            "source": self.source,
            "subject": self.subject,
            "withheld": withheld,
        })
    }
}
