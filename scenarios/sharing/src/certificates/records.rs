//! What the module keeps in the state, and where.
//!
//! | record | key | when it is written |
//! |---|---|---|
//! | [`Request`] | identifier of the transaction that made it | by the request and its end |
//! | identifier of the open request | person, holder, kind | while a request is open |
//! | [`Certificate`] | identifier of the transaction that issued it | by its issue, changes of state, its leases, first looks, its erasure |
//! | [`Lease`] | identifier of the transaction that granted it | by its grant, each use and its end |
//! | [`Loan`] | body, number of the case | by its acceptance and its decision |
//! | status lists | see [`super::statuses`] | by an issue, and by what makes a certificate invalid or suspended |
//!
//! Persons are named by the identifiers of their parties, which say nothing about anybody. What follows from block time, such as expired
//! and overdue, is never stored.

use serde::{Deserialize, Serialize};
use yinxin_crypto::{Digest, HashAlgorithm};
pub(crate) use yinxin_execution::Moment;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Code, Rejection, StateKey};

use crate::certificates::arguments::LoanOutcome;
use crate::certificates::statuses::Place;
use crate::codes;
use crate::kinds::{self, Kind};
use crate::permission::Representative;
use crate::wallets::Carried;

pub(crate) const SCENARIO: &str = "sharing";

/// How far ahead a lease may end: 366 days, in milliseconds.
pub const LONGEST_LEASE_MS: u64 = 366 * 24 * 3_600_000;
/// The most living leases of one certificate.
pub const MAX_LEASES: usize = 64;
/// The most bodies that may hold parts of one certificate, the issuer among them. All of them and the person are named in the outcome of an
/// erasure, which names 8 at most, so that none misses it; for more, a person asks for another certificate.
pub const MAX_BODIES: usize = 7;

/// How a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RequestState {
    Open,
    Cancelled,
    Declined,
    Issued,
}

/// A person's request for a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    pub certificate: Option<Digest>,
    pub ended: Option<Moment>,
    /// Who took it back in the person's name, if not the person itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<Representative>,
    pub holder: SocialCreditCode,
    pub kind: String,
    pub purpose: String,
    pub reason: Option<String>,
    pub remedy: Option<String>,
    pub requested: Moment,
    /// Who asked in the person's name, if not the person itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_by: Option<Representative>,
    pub state: RequestState,
    pub subject: Digest,
}

impl Request {
    pub fn key(algorithm: HashAlgorithm, id: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "request", id)
    }

    /// Where the identifier of the person's open request for the same lies.
    pub fn open_key(
        algorithm: HashAlgorithm,
        subject: &Digest,
        holder: &SocialCreditCode,
        kind: &str,
    ) -> StateKey {
        let parts = [
            subject.algorithm().as_str().as_bytes(),
            subject.bytes(),
            holder.as_str().as_bytes(),
            kind.as_bytes(),
        ];
        StateKey::new(algorithm, SCENARIO, "open", &parts)
    }

    /// The request: `SHARE_REQUEST_UNKNOWN`.
    pub fn known(call: &Call<'_>, records: &Records<'_>, id: &Digest) -> Result<Self, Failure> {
        known(
            records,
            &Self::key(call.hash(), id),
            codes::SHARE_REQUEST_UNKNOWN,
            "request",
            id,
        )
    }

    /// The request, not yet answered: `SHARE_REQUEST_ENDED`.
    pub fn still_open(&self) -> Result<(), Rejection> {
        match self.state {
            RequestState::Open => Ok(()),
            state => Err(Rejection::new(
                codes::SHARE_REQUEST_ENDED,
                format!("the request is {state:?}"),
            )),
        }
    }
}

/// What the issuer last said about a certificate. Revocation is final; that its validity has passed follows from block time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Standing {
    Valid,
    Suspended,
    Revoked,
}

/// How a certificate stands at a block time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CertificateState {
    Valid,
    Suspended,
    Expired,
    Revoked,
    Erasing,
    Erased,
}

/// The last change of a certificate by its issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Changed {
    pub at: Moment,
    pub officer: Digest,
    pub reason: String,
}

/// A lease that may still be used, as far as the certificate needs to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Living {
    pub grantee: SocialCreditCode,
    pub lease: Digest,
    pub until: BlockTime,
}

/// A body that must erase what it has of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Holder {
    pub confirmed: Option<Moment>,
    pub holder: SocialCreditCode,
}

/// An erasure that the person asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Erasure {
    pub asked: Moment,
    /// Who asked in the person's name, if not the person itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<Representative>,
    pub holders: Vec<Holder>,
}

impl Erasure {
    /// When the last holder confirmed, if all have.
    pub fn completed(&self) -> Option<Moment> {
        let moments: Option<Vec<Moment>> = self.holders.iter().map(|holder| holder.confirmed).collect();
        moments?.into_iter().max_by_key(|moment| moment.height)
    }
}

/// A certificate. Its identifier is that of the transaction that issued it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Certificate {
    pub changed: Option<Changed>,
    /// Living copies in wallets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<Carried>,
    /// Digest of the credential with the issuer's signature.
    pub credential: Digest,
    pub erasure: Option<Erasure>,
    pub issued: Moment,
    pub issuer: SocialCreditCode,
    pub kind: String,
    /// Leases not ended, used up or seen to be over.
    pub leases: Vec<Living>,
    /// Commitment to the encrypted content that the holder keeps.
    pub material: Digest,
    /// Bodies that were allowed a look, in order.
    pub readers: Vec<SocialCreditCode>,
    pub request: Digest,
    pub standing: Standing,
    pub status: Place,
    pub subject: Digest,
    pub until: BlockTime,
}

impl Certificate {
    pub fn key(algorithm: HashAlgorithm, id: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "certificate", id)
    }

    /// The certificate: `SHARE_CERTIFICATE_UNKNOWN`.
    pub fn known(call: &Call<'_>, records: &Records<'_>, id: &Digest) -> Result<Self, Failure> {
        let key = Self::key(call.hash(), id);
        known(records, &key, codes::SHARE_CERTIFICATE_UNKNOWN, "certificate", id)
    }

    /// The kind of the certificate, which the program must know.
    pub fn of_kind(&self, key: StateKey) -> Result<&'static Kind, Failure> {
        kinds::find(&self.kind).ok_or(Failure::Damaged(key))
    }

    /// How it stands at a time.
    pub fn state(&self, at: BlockTime) -> CertificateState {
        match (&self.erasure, self.standing) {
            (Some(erasure), _) if erasure.completed().is_some() => CertificateState::Erased,
            (Some(_), _) => CertificateState::Erasing,
            (None, Standing::Revoked) => CertificateState::Revoked,
            (None, _) if self.until <= at => CertificateState::Expired,
            (None, Standing::Suspended) => CertificateState::Suspended,
            (None, Standing::Valid) => CertificateState::Valid,
        }
    }

    /// That it is valid: `CRED_REVOKED`, `CRED_SUSPENDED`, `SHARE_CERTIFICATE_EXPIRED`, `SHARE_ERASED`.
    pub fn valid(&self, at: BlockTime) -> Result<(), Rejection> {
        let (code, detail) = match self.state(at) {
            CertificateState::Valid => return Ok(()),
            CertificateState::Revoked => (codes::CRED_REVOKED, "revoked"),
            CertificateState::Suspended => (codes::CRED_SUSPENDED, "suspended"),
            CertificateState::Expired => (codes::SHARE_CERTIFICATE_EXPIRED, "expired"),
            CertificateState::Erasing | CertificateState::Erased => (codes::SHARE_ERASED, "erased"),
        };
        Err(Rejection::new(code, format!("the certificate is {detail}")))
    }

    /// The bodies that have or may get parts of it, the issuer first: those that must know what becomes of it.
    pub fn bodies(&self) -> Vec<&SocialCreditCode> {
        let mut bodies = vec![&self.issuer];
        let grantees = self.leases.iter().map(|living| &living.grantee);
        for body in self.readers.iter().chain(grantees) {
            if !bodies.contains(&body) {
                bodies.push(body);
            }
        }
        bodies
    }

    /// Whom the certificate concerns: the person and [`Certificate::bodies`], at most 8.
    pub fn concerns(&self) -> Vec<String> {
        concerns(&self.subject, self.bodies())
    }
}

/// A lease. Its identifier is that of the transaction that granted it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lease {
    pub case: String,
    pub certificate: Digest,
    /// When the person ended it.
    pub ended: Option<Moment>,
    /// Who ended it in the person's name, if not the person itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<Representative>,
    pub fields: Vec<String>,
    pub granted: Moment,
    /// Who granted it in the person's name, if not the person itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted_by: Option<Representative>,
    pub grantee: SocialCreditCode,
    pub purpose: String,
    pub subject: Digest,
    pub until: BlockTime,
    pub used: u32,
    pub uses: u32,
}

impl Lease {
    pub fn key(algorithm: HashAlgorithm, id: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "lease", id)
    }

    /// The lease: `LEASE_UNKNOWN`.
    pub fn known(call: &Call<'_>, records: &Records<'_>, id: &Digest) -> Result<Self, Failure> {
        known(
            records,
            &Self::key(call.hash(), id),
            codes::LEASE_UNKNOWN,
            "lease",
            id,
        )
    }

    /// How many uses are left.
    pub fn left(&self) -> u32 {
        self.uses.saturating_sub(self.used)
    }

    /// That it may be used at a time: `LEASE_REVOKED`, `LEASE_EXPIRED`, `LEASE_USED_UP`.
    pub fn living(&self, at: BlockTime) -> Result<(), Rejection> {
        let (code, detail) = if self.ended.is_some() {
            (codes::LEASE_REVOKED, "was ended by the person")
        } else if self.until <= at {
            (codes::LEASE_EXPIRED, "is over")
        } else if self.left() == 0 {
            (codes::LEASE_USED_UP, "is used up")
        } else {
            return Ok(());
        };
        Err(Rejection::new(code, format!("the lease {detail}")))
    }
}

/// How a loan case was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decision {
    pub at: Moment,
    pub mandate: Digest,
    pub officer: Digest,
    pub outcome: LoanOutcome,
    pub reason: Option<String>,
    pub remedy: Option<String>,
}

/// A loan case that a body accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Loan {
    pub accepted: Moment,
    pub applicant: Digest,
    pub decision: Option<Decision>,
    pub lease: Option<Digest>,
    pub mandate: Digest,
    pub officer: Digest,
}

impl Loan {
    pub fn key(algorithm: HashAlgorithm, body: &SocialCreditCode, case: &str) -> StateKey {
        StateKey::new(
            algorithm,
            SCENARIO,
            "loan",
            &[body.as_str().as_bytes(), case.as_bytes()],
        )
    }

    /// The case: `SHARE_CASE_UNKNOWN`.
    pub fn known(
        call: &Call<'_>,
        records: &Records<'_>,
        body: &SocialCreditCode,
        case: &str,
    ) -> Result<Self, Failure> {
        match records.get(&Self::key(call.hash(), body, case))? {
            Some(loan) => Ok(loan),
            None => {
                let detail = format!("{body} has accepted no such case");
                Err(Rejection::new(codes::SHARE_CASE_UNKNOWN, detail).into())
            }
        }
    }
}

fn known<T: serde::de::DeserializeOwned>(
    records: &Records<'_>,
    key: &StateKey,
    unknown: Code,
    what: &str,
    id: &Digest,
) -> Result<T, Failure> {
    match records.get(key)? {
        Some(record) => Ok(record),
        None => Err(Rejection::new(unknown, format!("there is no {what} {id}")).into()),
    }
}

/// Whom an outcome concerns: the person, and the bodies that must act or know.
pub(crate) fn concerns<'a>(
    subject: &Digest,
    bodies: impl IntoIterator<Item = &'a SocialCreditCode>,
) -> Vec<String> {
    let bodies = bodies.into_iter().map(ToString::to_string);
    std::iter::once(subject.to_string()).chain(bodies).collect()
}

/// What an operation surely reads: the records that its arguments name by identifier. Malformed arguments have no reads and are refused when
/// they run.
pub(crate) fn reads(call: &Call<'_>) -> Vec<StateKey> {
    let algorithm = call.hash();
    type Key = fn(HashAlgorithm, &Digest) -> StateKey;
    let named: [(&str, Key); 3] = [
        ("certificate", Certificate::key),
        ("lease", Lease::key),
        ("request", Request::key),
    ];
    let key = |(name, key): (&str, Key)| {
        let id: Digest = call.body.arguments.get(name)?.as_str()?.parse().ok()?;
        Some(key(algorithm, &id))
    };
    named.into_iter().filter_map(key).collect()
}
