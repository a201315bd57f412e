//! The kinds of listings: how long an entry stands, after how long it can be removed early, and how long the subject and the authority
//! have. A new kind is a row here.

use serde::Serialize;

/// Since when the time before an early removal runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Since {
    /// Since the decision.
    Decision,
    /// Since what was wrong has been corrected, and not before the decision.
    Correction,
}

/// A kind of listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Kind {
    /// Working days in which the authority answers an objection.
    pub answer_days: u32,
    pub code: &'static str,
    /// Months before an early removal.
    pub early_months: u32,
    pub early_since: Since,
    /// What the terms rest on.
    pub law: &'static str,
    /// Months that an entry stands.
    pub months: u32,
    /// Working days in which the subject can make a statement after the notice: as long as for a hearing (行政处罚法 §64, §85).
    pub statement_days: u32,
}

/// Every kind. The days for answers are a rule of this consortium where the source names none.
pub(crate) const KINDS: &[Kind] = &[
    Kind {
        answer_days: 20,
        code: "hpf-fraud",
        early_months: 6,
        early_since: Since::Correction,
        law: "住房公积金管理条例; terms after the model of 人社部令第45号, no national term is published",
        months: 36,
        statement_days: 5,
    },
    Kind {
        answer_days: 20,
        code: "serious-violation",
        early_months: 12,
        early_since: Since::Decision,
        law: "市场监督管理严重违法失信名单管理办法 (市场监管总局令第44号)",
        months: 36,
        statement_days: 5,
    },
    Kind {
        answer_days: 20,
        code: "wage-arrears",
        early_months: 6,
        early_since: Since::Correction,
        law: "拖欠农民工工资失信联合惩戒对象名单管理暂行办法 (人社部令第45号, 2022-01-01)",
        months: 36,
        statement_days: 5,
    },
];

impl Kind {
    /// The kind with a code.
    pub fn find(code: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.code == code)
    }
}
