//! The kinds of certificates that departments issue here. A new kind is one more item of [`KINDS`].

use serde_json::{Map, Value};

use crate::certificate::{self, FieldErrors, Shape};

/// A kind of certificate.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its name, which is also the type for which its issuers are accredited and the class of its access events.
    pub name: &'static str,
    /// Its fields by name, in order, with the form of each.
    pub fields: &'static [(&'static str, Shape)],
    /// Within how many working days a holder answers a request.
    pub answer_days: u32,
    /// How long a certificate is valid at most, in milliseconds.
    pub longest_ms: u64,
    /// The article by which an officer of the issuer looks at what his department issued.
    pub duty: &'static str,
    /// Checks the values of a complete certificate.
    pub check: fn(&Map<String, Value>) -> Result<(), FieldErrors>,
    /// Checks the values of some fields, as a reader gets them.
    pub check_disclosed: fn(&Map<String, Value>) -> Result<(), FieldErrors>,
}

impl Kind {
    /// Whether the kind has this field.
    pub fn has(&self, field: &str) -> bool {
        self.fields.iter().any(|(name, _)| *name == field)
    }
}

/// Within how many working days the holder answers: the promise of service that provident fund centres publish. The law fixes 3 days for
/// withdrawals (住房公积金管理条例 §25) and no period for this certificate, so it is neither a parameter nor a ground for a deemed answer.
const ANSWER_DAYS: u32 = 3;
/// A year, the longest of them: 366 days.
const YEAR_MS: u64 = 366 * 24 * 3_600_000;

/// Every kind.
pub const KINDS: &[Kind] = &[Kind {
    name: "hpf-certificate",
    fields: certificate::FIELDS,
    answer_days: ANSWER_DAYS,
    longest_ms: YEAR_MS,
    duty: "住房公积金管理条例 §11",
    check: certificate::check,
    check_disclosed: certificate::check_disclosed,
}];

/// The kind with this name.
pub fn find(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}
