//! Thresholds (表决规则): how many votes each kind of decision needs, and whose.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::Rejection;
use yinxin_types::identifiers::SocialCreditCode;

use crate::members::Member;
use crate::{codes, records as keys};

/// The most members that one threshold may name.
pub const MAX_REQUIRED: usize = 8;

/// What a proposal decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Admit,
    Suspend,
    Restore,
    Remove,
    Validator,
    Threshold,
    Parameter,
    Calendar,
    Document,
    Upgrade,
}

impl Kind {
    /// Whether it decides who decides. Such decisions always need a majority, whatever their threshold says.
    fn is_fundamental(self) -> bool {
        !matches!(self, Self::Parameter | Self::Calendar | Self::Document)
    }
}

/// How many votes are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Rule {
    /// As many; all where fewer members are active, so that suspensions cannot stop all decisions.
    AtLeast(u32),
    /// More than half.
    Majority,
    /// Two thirds or more.
    TwoThirds,
    /// Every one.
    All,
}

/// A threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Threshold {
    /// Members that must be among those who vote for it.
    pub required: Vec<SocialCreditCode>,
    pub rule: Rule,
}

impl Threshold {
    fn default_of(kind: Kind) -> Self {
        let rule = if kind.is_fundamental() {
            Rule::TwoThirds
        } else {
            Rule::Majority
        };
        Self {
            required: Vec::new(),
            rule,
        }
    }

    /// How many of `members` active members must vote for a decision of the kind.
    pub fn needed(&self, kind: Kind, members: u32) -> u32 {
        let majority = (members / 2).saturating_add(1).min(members);
        let needed = match self.rule {
            Rule::AtLeast(votes) => votes.min(members),
            Rule::Majority => majority,
            Rule::TwoThirds => members.saturating_mul(2).div_ceil(3),
            Rule::All => members,
        };
        if kind.is_fundamental() {
            needed.max(majority)
        } else {
            needed
        }
    }

    /// Refuses with `GOV_THRESHOLD` what the members there are cannot reach.
    pub fn check(&self, members: &[Member]) -> Result<(), Rejection> {
        let refuse = |detail: String| Err(Rejection::new(codes::GOV_THRESHOLD, detail));
        let active = members.iter().filter(|member| member.is_active()).count();
        if let Rule::AtLeast(votes) = self.rule
            && (votes == 0 || usize::try_from(votes).unwrap_or(usize::MAX) > active)
        {
            return refuse(format!("{votes} votes of {active} active members"));
        }
        if self.required.len() > MAX_REQUIRED || !self.required.is_sorted_by(|a, b| a < b) {
            return refuse(format!(
                "at most {MAX_REQUIRED} members are named, sorted and each once"
            ));
        }
        let votes = |code: &SocialCreditCode| {
            members
                .iter()
                .any(|member| member.code == *code && member.is_active())
        };
        match self.required.iter().find(|code| !votes(code)) {
            Some(code) => refuse(format!("{code} is no active member")),
            None => Ok(()),
        }
    }
}

/// The thresholds that differ from the default.
pub(crate) type Thresholds = BTreeMap<Kind, Threshold>;

pub(crate) fn load(call: &Call<'_>, records: &Records<'_>) -> Result<Thresholds, Failure> {
    Ok(records.get(&keys::thresholds(call.hash()))?.unwrap_or_default())
}

/// The threshold of a kind.
pub(crate) fn of(call: &Call<'_>, records: &Records<'_>, kind: Kind) -> Result<Threshold, Failure> {
    let decided = load(call, records)?.remove(&kind);
    Ok(decided.unwrap_or_else(|| Threshold::default_of(kind)))
}

/// Refuses with `GOV_MEMBER_REQUIRED` a member that a threshold names: without its vote that kind of decision could never be made.
pub(crate) fn check_not_required(
    call: &Call<'_>,
    records: &Records<'_>,
    code: &SocialCreditCode,
) -> Result<(), Failure> {
    let thresholds = load(call, records)?;
    match thresholds
        .iter()
        .find(|(_, threshold)| threshold.required.contains(code))
    {
        Some((kind, _)) => {
            let detail = format!("the threshold of {kind:?} needs the vote of {code}");
            Err(Rejection::new(codes::GOV_MEMBER_REQUIRED, detail).into())
        }
        None => Ok(()),
    }
}
