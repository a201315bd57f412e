//! Proposals (提案): their votes, and how votes are counted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_execution::{Failure, Records};
use yinxin_types::BlockTime;
use yinxin_types::identifiers::SocialCreditCode;

use crate::members::Member;
use crate::records as keys;
use crate::thresholds::{Kind, Threshold};

/// What became of a proposal. One that is open after its deadline has expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Fate {
    /// It takes votes until its deadline.
    Open,
    /// Its threshold was reached and it is in force.
    Enacted,
    /// Its threshold cannot be reached any more.
    Rejected,
    /// Its threshold was reached, but the records had changed: nothing was written.
    Failed,
    /// Its member took it back.
    Withdrawn,
}

/// A vote (表决).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Choice {
    For,
    Against,
}

/// A vote and the member's term in which it was cast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vote {
    pub choice: Choice,
    pub term: u32,
}

impl Vote {
    /// Whether it counts: the member is active, and has been without a break since it voted.
    pub fn counts(&self, member: &Member) -> bool {
        member.is_active() && self.term == member.term
    }
}

/// A proposal. Its identifier is that of the transaction that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proposal {
    /// The number of the code with which its enactment failed.
    pub code: Option<u16>,
    /// The last block time at which it takes votes.
    pub deadline: BlockTime,
    /// When it ceased to be open.
    pub decided: Option<BlockTime>,
    pub kind: Kind,
    /// The member that made it.
    pub member: SocialCreditCode,
    pub proposed: BlockTime,
    pub status: Fate,
    pub votes: BTreeMap<SocialCreditCode, Vote>,
}

/// The votes that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tally {
    pub against: u32,
    pub approve: u32,
    /// How many members are active.
    pub members: u32,
    /// How many must vote for it.
    pub needed: u32,
    /// Whether the threshold is reached, whether it cannot be any more, or neither.
    pub verdict: Option<bool>,
}

impl Tally {
    pub fn of(proposal: &Proposal, threshold: &Threshold, members: &[Member]) -> Self {
        let choice = |member: &Member| {
            let vote = proposal.votes.get(&member.code)?;
            vote.counts(member).then_some(vote.choice)
        };
        let active = members.iter().filter(|member| member.is_active());
        let (mut count, mut approve, mut against) = (0_u32, 0_u32, 0_u32);
        let (mut lacking, mut refused) = (false, false);
        for member in active {
            count = count.saturating_add(1);
            let choice = choice(member);
            match choice {
                Some(Choice::For) => approve = approve.saturating_add(1),
                Some(Choice::Against) => against = against.saturating_add(1),
                None => {}
            }
            if threshold.required.contains(&member.code) {
                lacking |= choice != Some(Choice::For);
                refused |= choice == Some(Choice::Against);
            }
        }
        let needed = threshold.needed(proposal.kind, count);
        let verdict = if approve >= needed && !lacking {
            Some(true)
        } else if count.saturating_sub(against) < needed || refused {
            Some(false)
        } else {
            None
        };
        Self {
            against,
            approve,
            members: count,
            needed,
            verdict,
        }
    }
}

/// An open proposal in the record of its member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenProposal {
    pub deadline: BlockTime,
    pub proposal: Digest,
}

/// The proposals of a member that take votes at `now`.
pub(crate) fn open_of(
    records: &Records<'_>,
    algorithm: HashAlgorithm,
    member: &SocialCreditCode,
    now: BlockTime,
) -> Result<Vec<OpenProposal>, Failure> {
    let open: Option<Vec<OpenProposal>> = records.get(&keys::open(algorithm, member))?;
    let mut open = open.unwrap_or_default();
    open.retain(|one| one.deadline >= now);
    Ok(open)
}
