//! The operations: checks in the order in which their codes are documented, then the writes.

use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::receipt::entry_id;
use yinxin_types::{BlockTime, Code, Rejection, StateKey};

use crate::COURT;
use crate::arguments::{AddLink, Deposit, DepositBatch, Link, MakeChallenge, Resolve};
use crate::codes;
use crate::records::{Challenge, Finding, First, Later, LinkTo, Links, MAX_ENTRY_LINKS, exists};

/// `evidence.deposit`: deposits one commitment. Refused with `EVID_CAPTURE_TIME`, then `EVID_ENTRY_UNKNOWN` (a link's entry).
///
/// Depositing what the account deposited before succeeds, answers `repeat` and changes nothing, so that a client that lost the
/// answer can simply ask again.
pub(crate) fn deposit(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Deposit<'_> = call.arguments()?;
    enter(
        call,
        records,
        &arguments.commitment,
        arguments.captured(),
        arguments.links(),
    )
}

pub(crate) fn deposit_reads(call: &Call<'_>) -> Vec<StateKey> {
    first_read(call, "commitment")
}

/// `evidence.deposit_batch`: deposits the root of a tree of commitments as one entry. Refused with `EVID_CAPTURE_TIME`.
pub(crate) fn deposit_batch(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: DepositBatch<'_> = call.arguments()?;
    enter(call, records, &arguments.root, arguments.captured(), &[])
}

pub(crate) fn deposit_batch_reads(call: &Call<'_>) -> Vec<StateKey> {
    first_read(call, "root")
}

fn enter(
    call: &Call<'_>,
    records: &mut Records<'_>,
    commitment: &Digest,
    captured: Option<BlockTime>,
    links: &[Link],
) -> Result<Value, Failure> {
    let (algorithm, block) = (call.hash(), call.block);
    if let Some(captured) = captured.filter(|captured| *captured > block.time) {
        return refuse(
            codes::EVID_CAPTURE_TIME,
            format!("captured until {captured}, the block is of {}", block.time),
        );
    }
    let entry = entry_id(algorithm, &call.body.account, commitment);
    let (first_key, later_key) = (
        First::key(algorithm, commitment),
        Later::key(algorithm, commitment, &entry),
    );
    let first = records.get::<First>(&first_key)?;
    let repeat = match &first {
        Some(first) => first.entry == entry || records.bytes(&later_key)?.is_some(),
        None => false,
    };
    if let Some(first) = first.filter(|_| repeat) {
        return Ok(json!({ "entry": entry, "first": first, "repeat": true }));
    }
    for link in links {
        if !exists(records, algorithm, &link.commitment, &link.entry)? {
            return refuse(
                codes::EVID_ENTRY_UNKNOWN,
                format!("a link leads to {}, which is not deposited", link.entry),
            );
        }
    }

    let (height, time) = (block.height, block.time);
    match &first {
        None => records.put(first_key, &First { entry, height, time })?,
        Some(_) => records.put(later_key, &Later { height, time })?,
    }
    if !links.is_empty() {
        let link_to = |link: &Link| LinkTo {
            relation: link.relation,
            target: link.entry,
        };
        let made = Links {
            links: links.iter().map(link_to).collect(),
        };
        records.put(Links::key(algorithm, &entry), &made)?;
    }
    let first = first.unwrap_or(First { entry, height, time });
    Ok(json!({ "entry": entry, "first": first, "repeat": false }))
}

/// `evidence.link`: links an entry to another. Refused with `EVID_ENTRY_UNKNOWN` (the entry), `EVID_NOT_DEPOSITOR`,
/// `EVID_ENTRY_UNKNOWN` (the target), `EVID_LINK_LIMIT`. The same link again succeeds and changes nothing.
pub(crate) fn link(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let AddLink {
        commitment,
        entry,
        relation,
        target,
        target_commitment,
    } = call.arguments()?;
    if !exists(records, algorithm, &commitment, &entry)? {
        return refuse(
            codes::EVID_ENTRY_UNKNOWN,
            format!("{entry} is not deposited under {commitment}"),
        );
    }
    if entry != entry_id(algorithm, &call.body.account, &commitment) {
        return refuse(
            codes::EVID_NOT_DEPOSITOR,
            format!("{entry} was deposited by another account"),
        );
    }
    if !exists(records, algorithm, &target_commitment, &target)? {
        return refuse(
            codes::EVID_ENTRY_UNKNOWN,
            format!("{target} is not deposited under {target_commitment}"),
        );
    }
    let key = Links::key(algorithm, &entry);
    let mut links = records.get::<Links>(&key)?.unwrap_or_default();
    let link = LinkTo { relation, target };
    if links.links.contains(&link) {
        return Ok(json!({ "repeat": true }));
    }
    if links.links.len() >= MAX_ENTRY_LINKS {
        return refuse(
            codes::EVID_LINK_LIMIT,
            format!("{entry} has {MAX_ENTRY_LINKS} links"),
        );
    }

    links.links.push(link);
    records.put(key, &links)?;
    Ok(json!({ "repeat": false }))
}

pub(crate) fn link_reads(call: &Call<'_>) -> Vec<StateKey> {
    let Ok(AddLink {
        commitment,
        entry,
        target_commitment,
        ..
    }) = call.arguments()
    else {
        return Vec::new();
    };
    let algorithm = call.hash();
    vec![
        First::key(algorithm, &commitment),
        First::key(algorithm, &target_commitment),
        Links::key(algorithm, &entry),
    ]
}

/// `evidence.challenge`: records an objection to an entry. Refused with `EVID_ENTRY_UNKNOWN`.
pub(crate) fn challenge(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let MakeChallenge {
        commitment, entry, ..
    } = call.arguments()?;
    if !exists(records, algorithm, &commitment, &entry)? {
        return refuse(
            codes::EVID_ENTRY_UNKNOWN,
            format!("{entry} is not deposited under {commitment}"),
        );
    }

    let challenge = Challenge {
        account: call.body.account,
        commitment,
        entry,
        finding: None,
    };
    records.put(Challenge::key(algorithm, &call.id), &challenge)?;
    Ok(json!({ "challenge": call.id }))
}

pub(crate) fn challenge_reads(call: &Call<'_>) -> Vec<StateKey> {
    first_read(call, "commitment")
}

/// `evidence.resolve`: ends a challenge. Refused with `EVID_CHALLENGE_UNKNOWN`; to withdraw: `EVID_NOT_CHALLENGER`; to uphold or
/// dismiss: `AUTH_ROLE`, `AUTH_OWN_CASE`; then `EVID_CHALLENGE_RESOLVED`.
pub(crate) fn resolve(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Resolve {
        challenge: id,
        finding,
        ..
    } = call.arguments()?;
    let key = Challenge::key(call.hash(), &id);
    let account = &call.body.account;
    let Some(mut challenge) = records.get::<Challenge>(&key)? else {
        return refuse(
            codes::EVID_CHALLENGE_UNKNOWN,
            format!("there is no challenge {id}"),
        );
    };
    match finding {
        Finding::Withdrawn => {
            if challenge.account != *account {
                return refuse(
                    codes::EVID_NOT_CHALLENGER,
                    "the challenge was made by another account",
                );
            }
        }
        Finding::Upheld | Finding::Dismissed => {
            let is_court = |role: &String| role == COURT;
            if !call
                .genesis
                .members
                .iter()
                .any(|m| m.account == *account && m.roles.iter().any(is_court))
            {
                return refuse(
                    codes::AUTH_ROLE,
                    format!("the account is not that of a member with the role `{COURT}`"),
                );
            }
            let deposited = challenge.entry == entry_id(call.hash(), account, &challenge.commitment);
            if deposited || challenge.account == *account {
                return refuse(
                    codes::AUTH_OWN_CASE,
                    "the court is the depositor or the challenger",
                );
            }
        }
    }
    if challenge.finding.is_some() {
        return refuse(
            codes::EVID_CHALLENGE_RESOLVED,
            format!("challenge {id} has ended"),
        );
    }

    challenge.finding = Some(finding);
    records.put(key, &challenge)?;
    Ok(json!({ "entry": challenge.entry }))
}

pub(crate) fn resolve_reads(call: &Call<'_>) -> Vec<StateKey> {
    digest(call, "challenge")
        .map(|id| Challenge::key(call.hash(), &id))
        .into_iter()
        .collect()
}

/// The record under the commitment that the argument `name` gives; all that a deposit reads.
fn first_read(call: &Call<'_>, name: &str) -> Vec<StateKey> {
    digest(call, name)
        .map(|commitment| First::key(call.hash(), &commitment))
        .into_iter()
        .collect()
}

/// One argument without the cost of decoding all; malformed arguments have no reads and are refused when they run.
fn digest(call: &Call<'_>, name: &str) -> Option<Digest> {
    call.body.arguments.get(name)?.as_str()?.parse().ok()
}

fn refuse<T>(code: Code, detail: impl Into<String>) -> Result<T, Failure> {
    Err(Rejection::new(code, detail).into())
}
