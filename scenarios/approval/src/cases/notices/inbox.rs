//! The messages (消息) of a party: its notices in the order in which they came, and how many of them it has not opened.

use serde::{Deserialize, Serialize};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::StateKey;

use super::super::handling::Handling;
use super::super::records::{Entry, Moment};
use super::records::{Channel, How, Kind, Notice};
use crate::SCENARIO;

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Inbox {
    pub length: u64,
    pub unread: u64,
}

/// Where one is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Message {
    pub case: String,
    pub notice: u64,
}

impl Inbox {
    pub fn key(algorithm: HashAlgorithm, party: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "inbox", party)
    }

    pub fn of(call: &Call<'_>, records: &Records<'_>, party: &Digest) -> Result<Self, Failure> {
        let key = Self::key(call.hash(), party);
        Ok(records.get(&key)?.unwrap_or_default())
    }
}

impl Message {
    pub fn key(algorithm: HashAlgorithm, party: &Digest, place: u64) -> StateKey {
        let parts = [party.bytes().as_slice(), &place.to_be_bytes()];
        StateKey::new(algorithm, SCENARIO, "message", &parts)
    }
}

/// Makes notices of what happened in this block, and puts them among the messages of the applicant. `entries` have their places from `first`.
pub(crate) fn deliver(
    call: &Call<'_>,
    records: &mut Records<'_>,
    handling: &mut Handling,
    (first, entries): (u64, &[Entry]),
) -> Result<(), Failure> {
    let party = handling.case.applicant.party;
    let mut inbox = Inbox::of(call, records, &party)?;
    let before = inbox;
    for (number, entry) in (first..).zip(entries) {
        let Some(kind) = Kind::of(&entry.what) else {
            continue;
        };
        handling.case.notices.push(Notice {
            at: Moment::of(call),
            dispatches: Vec::new(),
            kind,
            number,
            opened: None,
            served: None,
            time_ms: entry.time_ms,
        });
        let message = Message {
            case: handling.case.number.clone(),
            notice: number,
        };
        records.put(Message::key(call.hash(), &party, inbox.length), &message)?;
        inbox.length = inbox.length.saturating_add(1);
        inbox.unread = inbox.unread.saturating_add(1);
        let service = handling.case.service.as_ref();
        if service.is_some_and(|service| service.by == Channel::Portal) {
            // It is there with this block, whenever what it tells of happened.
            super::served(call, handling, number, (How::Portal, call.block.time.0));
        }
    }
    if inbox != before {
        records.put(Inbox::key(call.hash(), &party), &inbox)?;
    }
    Ok(())
}

/// One message less is unread.
pub(super) fn opened(call: &Call<'_>, records: &mut Records<'_>, party: &Digest) -> Result<(), Failure> {
    let mut inbox = Inbox::of(call, records, party)?;
    inbox.unread = inbox.unread.saturating_sub(1);
    records.put(Inbox::key(call.hash(), party), &inbox)
}
