//! The operations: checks in the order in which their codes are documented, then the writes.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::{Call, Failure, Records, arguments};
use yinxin_types::{BlockTime, Body, Rejection, StateKey};

use crate::decisions::Decision;
use crate::parameters::{PROPOSAL_DAYS, PROPOSALS_OPEN, WITHDRAW_VOTED};
use crate::proposals::{Choice, Fate, OpenProposal, Proposal, Tally, Vote, open_of};
use crate::{codes, members, records as keys, thresholds};

const DAY_MS: u64 = 86_400_000;
/// Under this name the index lists what concerns all members.
const CONSORTIUM: &str = "governance";

/// Arguments of `governance.propose`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Propose {
    deadline: BlockTime,
    decision: Decision,
}

/// Arguments of `governance.vote`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CastVote {
    choice: Choice,
    proposal: Digest,
}

/// Arguments of `governance.withdraw`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Withdraw {
    proposal: Digest,
}

/// Stateless rules of `governance.propose`: `TX_ARGUMENTS`, then those of the decision.
pub(crate) fn check_propose(body: &Body) -> Result<(), Rejection> {
    arguments::<Propose>(body)?.decision.check()
}

/// Stateless rules of `governance.vote`: `TX_ARGUMENTS`.
pub(crate) fn check_vote(body: &Body) -> Result<(), Rejection> {
    arguments::<CastVote>(body).map(|_| ())
}

/// Stateless rules of `governance.withdraw`: `TX_ARGUMENTS`.
pub(crate) fn check_withdraw(body: &Body) -> Result<(), Rejection> {
    arguments::<Withdraw>(body).map(|_| ())
}

/// `governance.propose`: opens a proposal. Refused with `GOV_NOT_MEMBER`, `GOV_DEADLINE`, `GOV_OPEN_LIMIT`, then as the decision would be
/// if it were enacted now.
pub(crate) fn propose(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Propose { deadline, decision } = call.arguments()?;
    let (algorithm, now) = (call.hash(), call.block.time);
    let member = members::acting(call, records)?;
    let days = PROPOSAL_DAYS.number(call, records)?;
    if deadline <= now || deadline > now.saturating_add(days.saturating_mul(DAY_MS)) {
        let detail = format!("deadline {deadline}, the block is of {now} and {days} days are allowed");
        return Err(Rejection::new(codes::GOV_DEADLINE, detail).into());
    }
    let mut open = open_of(records, algorithm, &member.code, now)?;
    let limit = PROPOSALS_OPEN.number(call, records)?;
    if u64::try_from(open.len()).unwrap_or(u64::MAX) >= limit {
        let detail = format!("{} has {} open proposals", member.code, open.len());
        return Err(Rejection::new(codes::GOV_OPEN_LIMIT, detail).into());
    }
    decision.prepare(call, records, &call.id)?;

    open.push(OpenProposal {
        deadline,
        proposal: call.id,
    });
    let proposal = Proposal {
        code: None,
        deadline,
        decided: None,
        kind: decision.kind(),
        member: member.code.clone(),
        proposed: now,
        status: Fate::Open,
        votes: BTreeMap::new(),
    };
    records.put(keys::open(algorithm, &member.code), &open)?;
    records.put(keys::content(algorithm, &call.id), &decision)?;
    records.put(keys::proposal(algorithm, &call.id), &proposal)?;
    Ok(json!({ "concerns": [CONSORTIUM], "proposal": call.id }))
}

pub(crate) fn propose_reads(call: &Call<'_>) -> Vec<StateKey> {
    vec![
        keys::account(call.hash(), &call.body.account),
        keys::parameter(call.hash(), PROPOSAL_DAYS.name),
        keys::parameter(call.hash(), PROPOSALS_OPEN.name),
    ]
}

/// The proposal, refused with `GOV_PROPOSAL_UNKNOWN`.
pub(crate) fn known(call: &Call<'_>, records: &Records<'_>, id: &Digest) -> Result<Proposal, Failure> {
    let unknown = || Rejection::new(codes::GOV_PROPOSAL_UNKNOWN, format!("no proposal {id}"));
    Ok(records
        .get(&keys::proposal(call.hash(), id))?
        .ok_or_else(unknown)?)
}

/// Refuses with `GOV_PROPOSAL_DECIDED`, `GOV_PROPOSAL_EXPIRED`.
fn check_open(proposal: &Proposal, now: BlockTime) -> Result<(), Rejection> {
    if proposal.status != Fate::Open {
        let detail = format!("the proposal is {:?}", proposal.status);
        return Err(Rejection::new(codes::GOV_PROPOSAL_DECIDED, detail));
    }
    if now > proposal.deadline {
        let detail = format!("its deadline was {}, the block is of {now}", proposal.deadline);
        return Err(Rejection::new(codes::GOV_PROPOSAL_EXPIRED, detail));
    }
    Ok(())
}

/// Ends a proposal and frees its place among its member's open ones.
fn close(
    call: &Call<'_>,
    records: &mut Records<'_>,
    id: &Digest,
    proposal: &mut Proposal,
    fate: Fate,
) -> Result<(), Failure> {
    let now = call.block.time;
    let mut open = open_of(records, call.hash(), &proposal.member, now)?;
    open.retain(|one| one.proposal != *id);
    records.put(keys::open(call.hash(), &proposal.member), &open)?;
    proposal.status = fate;
    proposal.decided = Some(now);
    Ok(())
}

/// `governance.vote`: casts a member's vote, and enacts or rejects the proposal if that decides it. Refused with `GOV_PROPOSAL_UNKNOWN`,
/// `GOV_NOT_MEMBER`, `GOV_PROPOSAL_DECIDED`, `GOV_PROPOSAL_EXPIRED`, `GOV_VOTE_CHANGED`.
///
/// The same vote again succeeds and answers `repeat`. It counts the votes anew: where the membership has changed meanwhile, that may decide
/// the proposal. An enactment that the records no longer allow leaves the proposal `failed`, with the code; nothing else is written.
pub(crate) fn vote(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let CastVote { choice, proposal: id } = call.arguments()?;
    let algorithm = call.hash();
    let mut proposal = known(call, records, &id)?;
    let member = members::acting(call, records)?;
    check_open(&proposal, call.block.time)?;
    let standing = proposal.votes.get(&member.code);
    let standing = standing.filter(|vote| vote.counts(&member)).copied();
    if let Some(vote) = standing.filter(|vote| vote.choice != choice) {
        let detail = format!("{} voted {:?}", member.code, vote.choice);
        return Err(Rejection::new(codes::GOV_VOTE_CHANGED, detail).into());
    }
    proposal.votes.insert(
        member.code.clone(),
        Vote {
            choice,
            term: member.term,
        },
    );
    let threshold = thresholds::of(call, records, proposal.kind)?;
    let tally = Tally::of(&proposal, &threshold, &members::all(call, records)?);
    match tally.verdict {
        Some(true) => {
            let key = keys::content(algorithm, &id);
            let decision: Decision = records.get(&key)?.ok_or(Failure::Damaged(key))?;
            match decision.prepare(call, records, &id) {
                Ok(plan) => {
                    plan.write(records)?;
                    close(call, records, &id, &mut proposal, Fate::Enacted)?;
                }
                Err(Failure::Rejected(rejection)) => {
                    close(call, records, &id, &mut proposal, Fate::Failed)?;
                    proposal.code = Some(rejection.code.number);
                }
                Err(failure) => return Err(failure),
            }
        }
        Some(false) => close(call, records, &id, &mut proposal, Fate::Rejected)?,
        None => {}
    }
    records.put(keys::proposal(algorithm, &id), &proposal)?;
    Ok(json!({
        "against": tally.against, "code": proposal.code, "concerns": [CONSORTIUM], "for": tally.approve, "members": tally.members, "needed": tally.needed,
        "proposal": id, "repeat": standing.is_some(), "status": proposal.status,
    }))
}

pub(crate) fn vote_reads(call: &Call<'_>) -> Vec<StateKey> {
    let Ok(CastVote { proposal, .. }) = call.arguments() else {
        return Vec::new();
    };
    let algorithm = call.hash();
    let founders = call.genesis.members.iter();
    let mut wanted: Vec<StateKey> = founders
        .map(|founder| keys::member(algorithm, &founder.code))
        .collect();
    wanted.extend([
        keys::account(algorithm, &call.body.account),
        keys::proposal(algorithm, &proposal),
        keys::roster(algorithm),
        keys::thresholds(algorithm),
    ]);
    wanted
}

/// `governance.withdraw`: takes a proposal back. Refused with `GOV_PROPOSAL_UNKNOWN`, `GOV_NOT_MEMBER`, `GOV_NOT_PROPOSER`,
/// `GOV_PROPOSAL_DECIDED`, `GOV_PROPOSAL_EXPIRED`, `GOV_WITHDRAWAL`.
pub(crate) fn withdraw(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Withdraw { proposal: id } = call.arguments()?;
    let mut proposal = known(call, records, &id)?;
    let member = members::acting(call, records)?;
    if proposal.member != member.code {
        let detail = format!("{} made the proposal", proposal.member);
        return Err(Rejection::new(codes::GOV_NOT_PROPOSER, detail).into());
    }
    check_open(&proposal, call.block.time)?;
    let others = proposal.votes.keys().any(|code| *code != member.code);
    if others && WITHDRAW_VOTED.number(call, records)? == 0 {
        return Err(Rejection::new(codes::GOV_WITHDRAWAL, "other members have voted").into());
    }
    close(call, records, &id, &mut proposal, Fate::Withdrawn)?;
    records.put(keys::proposal(call.hash(), &id), &proposal)?;
    Ok(json!({ "concerns": [CONSORTIUM], "proposal": id, "status": proposal.status }))
}

pub(crate) fn withdraw_reads(call: &Call<'_>) -> Vec<StateKey> {
    let Ok(Withdraw { proposal }) = call.arguments() else {
        return Vec::new();
    };
    vec![
        keys::account(call.hash(), &call.body.account),
        keys::proposal(call.hash(), &proposal),
    ]
}
