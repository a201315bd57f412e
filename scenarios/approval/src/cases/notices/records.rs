//! What is kept of notices, in the record of their case.

use serde::{Deserialize, Serialize};
use yinxin_crypto::Digest;

use super::super::records::{Case, Moment};

/// The most attempts by e-mail that are put down for one notice.
pub(crate) const MAX_DISPATCHES: usize = 8;

/// What a notice tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Accepted, by word or by silence (行政许可法 §32).
    Acceptance,
    /// What is to be corrected (行政许可法 §32).
    Correction,
    /// A decision or an annulment (行政许可法 §38, §44, §69, §70).
    Decision,
    /// The period was extended (行政许可法 §42).
    Extension,
    /// Silence renewed the licence (行政许可法 §50).
    Renewal,
    /// A hearing, an inspection or the like takes place, as announced (行政许可法 §45).
    Suspension,
    /// Another authority is competent, or no permit is needed (行政许可法 §32).
    TurnedDown,
}

impl Kind {
    /// Of an entry of a history; most entries are told by the case alone.
    pub fn of(what: &str) -> Option<Self> {
        Some(match what {
            "accepted" | "deemed_accepted" => Self::Acceptance,
            "annulled" | "decided" | "superseded" => Self::Decision,
            "correction_asked" => Self::Correction,
            "extended" => Self::Extension,
            "not_competent" | "not_needed" => Self::TurnedDown,
            "suspended" => Self::Suspension,
            super::super::handling::RENEWED_BY_LAPSE => Self::Renewal,
            _ => return None,
        })
    }
}

/// The system that an applicant designates to receive notices (电子签名法 §11).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Channel {
    /// A mailbox; its address is at the desk of the department.
    Email,
    /// The messages of the portal.
    Portal,
}

/// The agreement to electronic service (电子送达). Without one a notice is served when the applicant opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    pub at: Moment,
    pub by: Channel,
    /// The material with the address, of e-mail.
    pub contact: Option<Digest>,
}

/// How a notice was served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum How {
    /// It entered the designated mailbox: the server of its domain took it.
    Email,
    /// The applicant opened it and signed that.
    Opened,
    /// It was in the designated portal.
    Portal,
}

/// When a notice was served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Served {
    /// The block in which it was put down.
    pub at: Moment,
    pub how: How,
    /// The moment from which clocks count, in milliseconds UTC.
    pub time_ms: u64,
}

/// Why a notice could not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Failed {
    /// The desk has no address in the material that is named.
    NoAddress,
    /// The server refused it for good.
    Refused,
    /// The server could not be reached, or did not take it, as often as was tried.
    Unreachable,
}

/// One attempt by e-mail that came to an end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dispatch {
    /// The block in which it was put down.
    pub at: Moment,
    /// The material with the address.
    pub contact: Digest,
    /// The digest of the text.
    pub digest: Digest,
    /// Digest of what the server of the mailbox answered; none where the server that took it only passes it on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Digest>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<Failed>,
    /// When the server of the mailbox took it, in milliseconds UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_ms: Option<u64>,
    /// When it was sent, or given up, in milliseconds UTC.
    pub sent_ms: u64,
}

/// A notice of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notice {
    /// The block in which it came to be.
    pub at: Moment,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dispatches: Vec<Dispatch>,
    pub kind: Kind,
    /// Place of the entry of the history that it tells of.
    pub number: u64,
    /// When the applicant opened it in the portal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened: Option<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served: Option<Served>,
    /// When it happened, in milliseconds UTC.
    pub time_ms: u64,
}

impl Notice {
    /// Whether it is to be sent to the mailbox that is designated: it is not served, and no attempt with this address came to an end.
    pub fn is_due(&self, service: Option<&Service>) -> bool {
        let contact = service.and_then(|service| service.contact);
        contact.is_some_and(|contact| {
            self.served.is_none()
                && self.dispatches.len() < MAX_DISPATCHES
                && !self.dispatches.iter().any(|one| one.contact == contact)
        })
    }
}

/// Whether a case has something to send.
pub(crate) fn is_due(case: &Case) -> bool {
    let service = case.service.as_ref();
    case.notices.iter().any(|notice| notice.is_due(service))
}
