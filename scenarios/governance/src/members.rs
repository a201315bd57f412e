//! Members (成员): the founders as the genesis document names them, the others and every change as records.

use serde::{Deserialize, Serialize};
use yinxin_crypto::PublicKey;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Rejection};

use crate::{codes, records as keys};

/// The most members a chain has had in all its time; each of them is read when votes are counted.
pub const MAX_MEMBERS: usize = 128;

/// Of which level of government a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Province,
    City,
    District,
}

impl Level {
    /// The level that the division in a founder's code shows: departments are registered at their own level (GB 32100, GB/T 2260).
    fn of(code: &SocialCreditCode) -> Self {
        let division = code.as_str().get(2..8).unwrap_or_default();
        match division {
            division if division.ends_with("0000") => Self::Province,
            division if division.ends_with("00") => Self::City,
            _ => Self::District,
        }
    }
}

/// What a member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// It proposes and votes, and its node, if it has one, is a validator.
    Active,
    /// It does neither until it is restored.
    Suspended,
    /// It is no member any more.
    Removed,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Member {
    /// The account with which it proposes and votes.
    pub account: PublicKey,
    pub code: SocialCreditCode,
    pub level: Level,
    pub name: String,
    pub roles: Vec<String>,
    /// When it became a member.
    pub since: BlockTime,
    pub status: Status,
    /// How often it was admitted or restored. A vote counts in the term in which it was cast, so that a suspension drops it for good.
    pub term: u32,
    /// When it was removed.
    pub until: Option<BlockTime>,
    /// The key its node votes with; none for a member that only reads.
    pub validator: Option<PublicKey>,
}

impl Member {
    pub fn is_active(&self) -> bool {
        self.status == Status::Active
    }
}

/// The member with this code, also a removed one.
pub(crate) fn find(
    call: &Call<'_>,
    records: &Records<'_>,
    code: &SocialCreditCode,
) -> Result<Option<Member>, Failure> {
    if let Some(member) = records.get(&keys::member(call.hash(), code))? {
        return Ok(Some(member));
    }
    let founder = call.genesis.members.iter().find(|founder| founder.code == *code);
    Ok(founder.map(|founder| Member {
        account: founder.account,
        code: founder.code.clone(),
        level: Level::of(&founder.code),
        name: founder.name.clone(),
        roles: founder.roles.clone(),
        since: call.genesis.time,
        status: Status::Active,
        term: 0,
        until: None,
        validator: Some(founder.validator),
    }))
}

/// The member with this code, refused with `GOV_MEMBER_UNKNOWN`.
pub(crate) fn known(
    call: &Call<'_>,
    records: &Records<'_>,
    code: &SocialCreditCode,
) -> Result<Member, Failure> {
    let unknown = || Rejection::new(codes::GOV_MEMBER_UNKNOWN, format!("no member {code}"));
    Ok(find(call, records, code)?.ok_or_else(unknown)?)
}

/// The code of the member that uses this account, or once did.
pub(crate) fn owner_of_account(
    call: &Call<'_>,
    records: &Records<'_>,
    account: &PublicKey,
) -> Result<Option<SocialCreditCode>, Failure> {
    if let Some(code) = records.get(&keys::account(call.hash(), account))? {
        return Ok(Some(code));
    }
    let founder = call
        .genesis
        .members
        .iter()
        .find(|founder| founder.account == *account);
    Ok(founder.map(|founder| founder.code.clone()))
}

/// The member whose account this is now, also a removed one.
pub(crate) fn by_account(
    call: &Call<'_>,
    records: &Records<'_>,
    account: &PublicKey,
) -> Result<Option<Member>, Failure> {
    let Some(code) = owner_of_account(call, records, account)? else {
        return Ok(None);
    };
    Ok(find(call, records, &code)?.filter(|member| member.account == *account))
}

/// The active member that signed, refused with `GOV_NOT_MEMBER`.
pub(crate) fn acting(call: &Call<'_>, records: &Records<'_>) -> Result<Member, Failure> {
    let account = &call.body.account;
    match by_account(call, records, account)? {
        Some(member) if member.is_active() => Ok(member),
        _ => {
            let detail = format!("{account} is not the account of an active member");
            Err(Rejection::new(codes::GOV_NOT_MEMBER, detail).into())
        }
    }
}

/// Whether a node ever had this validator key.
pub(crate) fn validator_used(
    call: &Call<'_>,
    records: &Records<'_>,
    key: &PublicKey,
) -> Result<bool, Failure> {
    let founding = call
        .genesis
        .members
        .iter()
        .any(|founder| founder.validator == *key);
    Ok(founding || records.bytes(&keys::validator(call.hash(), key))?.is_some())
}

/// The codes of members that were admitted after the genesis, in their order.
pub(crate) fn roster(call: &Call<'_>, records: &Records<'_>) -> Result<Vec<SocialCreditCode>, Failure> {
    Ok(records.get(&keys::roster(call.hash()))?.unwrap_or_default())
}

/// Every member there is or was, founders first.
pub(crate) fn all(call: &Call<'_>, records: &Records<'_>) -> Result<Vec<Member>, Failure> {
    let admitted = roster(call, records)?;
    let founders = call.genesis.members.iter().map(|founder| &founder.code);
    let mut members = Vec::new();
    for code in founders.chain(&admitted) {
        members.extend(find(call, records, code)?);
    }
    Ok(members)
}
