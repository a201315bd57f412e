//! What can be decided. Each decision is checked alone ([`Decision::check`], at the door of a node) and against the records
//! ([`Decision::prepare`], when it is proposed and again when it is enacted). Preparing reads only and gives the whole plan of writes.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use yinxin_crypto::{Digest, PublicKey, SignatureAlgorithm};
use yinxin_execution::{Call, Failure, POLICY_DOCUMENTS, Records};
use yinxin_types::codes::POLICY_MALFORMED;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Code, Height, Rejection};

use crate::calendar::Year;
use crate::members::{self, Level, MAX_MEMBERS, Member, Status};
use crate::parameters::{self, Setting};
use crate::records::{self as keys, Plan};
use crate::thresholds::{self, Kind, Threshold};
use crate::upgrades::Upgrade;
use crate::validators::{Change, Schedule};
use crate::{codes, years};

/// The longest name or role, in bytes.
pub const MAX_TEXT_BYTES: usize = 200;
/// The most roles of a member.
pub const MAX_ROLES: usize = 8;
/// The longest name of a document, in bytes.
pub const MAX_DOCUMENT_NAME_BYTES: usize = 64;

/// What a proposal would decide: its kind and its content.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    content = "content",
    rename_all = "lowercase",
    deny_unknown_fields
)]
pub(crate) enum Decision {
    Admit(Admit),
    Suspend(Named),
    Restore(Named),
    Remove(Named),
    Validator(Rotate),
    Threshold(SetThreshold),
    Parameter(SetParameter),
    Calendar(Year),
    Document(Publish),
    Upgrade(Upgrade),
}

/// A new member, or one that was removed and comes back.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Admit {
    account: PublicKey,
    code: SocialCreditCode,
    /// From which height on its node votes; null for a member that only reads.
    #[serde(deserialize_with = "nullable")]
    height: Option<Height>,
    level: Level,
    name: String,
    roles: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    validator: Option<PublicKey>,
}

/// A member, and the height from which on its node votes or votes no more; null where the set does not change.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    code: SocialCreditCode,
    #[serde(deserialize_with = "nullable")]
    height: Option<Height>,
}

/// Another validator key for a member, or none.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rotate {
    code: SocialCreditCode,
    #[serde(deserialize_with = "nullable")]
    height: Option<Height>,
    #[serde(deserialize_with = "nullable")]
    validator: Option<PublicKey>,
}

/// Another threshold for a kind of decision.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetThreshold {
    of: Kind,
    threshold: Threshold,
}

/// Another value for a parameter.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetParameter {
    name: String,
    value: Setting,
}

/// Whether a document is read by people or by scenarios.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Class {
    Policy,
    Catalogue,
}

/// A version of a document.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publish {
    class: Class,
    /// The text, or null where only its digest is published.
    #[serde(deserialize_with = "nullable")]
    pub content: Option<String>,
    digest: Digest,
    name: String,
    version: u64,
}

/// A version that is or was in force. Its text stays where it was proposed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Version {
    pub class: Class,
    pub digest: Digest,
    pub proposal: Digest,
    pub since: BlockTime,
    pub version: u64,
}

/// For a member that may be null but not absent: one meaning has one spelling.
pub(crate) fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

fn refuse<T>(code: Code, detail: impl Into<String>) -> Result<T, Rejection> {
    Err(Rejection::new(code, detail))
}

impl Decision {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Admit(_) => Kind::Admit,
            Self::Suspend(_) => Kind::Suspend,
            Self::Restore(_) => Kind::Restore,
            Self::Remove(_) => Kind::Remove,
            Self::Validator(_) => Kind::Validator,
            Self::Threshold(_) => Kind::Threshold,
            Self::Parameter(_) => Kind::Parameter,
            Self::Calendar(_) => Kind::Calendar,
            Self::Document(_) => Kind::Document,
            Self::Upgrade(_) => Kind::Upgrade,
        }
    }

    /// The rules that need no record.
    pub fn check(&self) -> Result<(), Rejection> {
        match self {
            Self::Admit(admit) => admit.check(),
            Self::Validator(rotate) => check_validator(rotate.validator.as_ref()),
            Self::Parameter(set) => parameters::find(&set.name)?.check(set.value),
            Self::Calendar(year) => year
                .check()
                .or_else(|error| refuse(codes::GOV_CALENDAR, error.as_str())),
            Self::Document(publish) => publish.check(),
            Self::Suspend(_) | Self::Restore(_) | Self::Remove(_) | Self::Threshold(_) | Self::Upgrade(_) => {
                Ok(())
            }
        }
    }

    /// Every rule, against the records as they stand, and what would be written. `proposal` is where the content lies.
    pub fn prepare(
        &self,
        call: &Call<'_>,
        records: &Records<'_>,
        proposal: &Digest,
    ) -> Result<Plan, Failure> {
        self.check()?;
        let mut plan = Plan::default();
        match self {
            Self::Admit(admit) => admit.prepare(call, records, &mut plan)?,
            Self::Suspend(named) => suspend(call, records, named, &mut plan)?,
            Self::Restore(named) => restore(call, records, named, &mut plan)?,
            Self::Remove(named) => remove(call, records, named, &mut plan)?,
            Self::Validator(rotate) => rotate.prepare(call, records, &mut plan)?,
            Self::Threshold(set) => set.prepare(call, records, &mut plan)?,
            Self::Parameter(set) => set.prepare(call, records, &mut plan)?,
            Self::Calendar(year) => publish_year(call, records, year, &mut plan)?,
            Self::Document(publish) => publish.prepare(call, records, proposal, &mut plan)?,
            Self::Upgrade(upgrade) => upgrade.prepare(call, records, &mut plan)?,
        }
        Ok(plan)
    }
}

/// Refuses with `GOV_KEY` a key that no node could vote with.
fn check_validator(key: Option<&PublicKey>) -> Result<(), Rejection> {
    match key {
        Some(key) if key.algorithm() != SignatureAlgorithm::Ed25519 || !key.is_on_curve() => {
            refuse(codes::GOV_KEY, "the validator key is no Ed25519 key on its curve")
        }
        _ => Ok(()),
    }
}

/// Refuses with `GOV_KEY_TAKEN` a key that a node voted with before: what it voted then, nobody may know any more.
fn check_unused(call: &Call<'_>, records: &Records<'_>, key: &PublicKey) -> Result<(), Failure> {
    if members::validator_used(call, records, key)? {
        return Ok(refuse(codes::GOV_KEY_TAKEN, format!("{key} was used before"))?);
    }
    Ok(())
}

/// Schedules a change of the validator set, where there is one. Refused with `GOV_HEIGHT` where a height is missing or needless, and as
/// [`Schedule::with`] refuses.
fn reschedule(
    call: &Call<'_>,
    records: &Records<'_>,
    change: Option<Change>,
    height: Option<Height>,
    plan: &mut Plan,
) -> Result<(), Failure> {
    let schedule = Schedule::load(call, records)?;
    let change = change.filter(|change| match change {
        Change::Enter(_) => true,
        Change::Leave(key) | Change::Replace(key, _) => schedule.ends_with(key),
    });
    let (change, height) = match (change, height) {
        (None, None) => return Ok(()),
        (Some(change), Some(height)) => (change, height),
        (Some(_), None) => {
            let detail = "the validator set changes: a height is needed";
            return Ok(refuse(codes::GOV_HEIGHT, detail)?);
        }
        (None, Some(_)) => {
            let detail = "the validator set does not change: the height must be null";
            return Ok(refuse(codes::GOV_HEIGHT, detail)?);
        }
    };
    let notice = parameters::VALIDATOR_NOTICE.number(call, records)?;
    let (schedule, past) = schedule.with(change, height, call.block.height, notice)?;
    for entry in past {
        plan.put(keys::epoch(call.hash(), entry.epoch), &entry)?;
    }
    plan.put(keys::schedule(call.hash()), &schedule)
}

impl Admit {
    /// `GOV_FIELD`, `GOV_KEY`.
    fn check(&self) -> Result<(), Rejection> {
        let plain = |text: &str| {
            !text.trim().is_empty() && text.len() <= MAX_TEXT_BYTES && !text.chars().any(char::is_control)
        };
        if !plain(&self.name) {
            return refuse(
                codes::GOV_FIELD,
                format!("`name` is not 1 to {MAX_TEXT_BYTES} bytes of plain text"),
            );
        }
        let roles = &self.roles;
        if roles.len() > MAX_ROLES
            || !roles.iter().all(|role| plain(role))
            || !roles.is_sorted_by(|a, b| a < b)
        {
            let detail = format!("`roles` are at most {MAX_ROLES} plain texts, sorted and each once");
            return refuse(codes::GOV_FIELD, detail);
        }
        if self.account.algorithm() == SignatureAlgorithm::Passkey {
            return refuse(
                codes::GOV_KEY,
                "the account of a department is its seal and cannot be a passkey",
            );
        }
        if !self.account.is_on_curve() || self.validator == Some(self.account) {
            return refuse(
                codes::GOV_KEY,
                "the account is no key on its curve, or is the validator key",
            );
        }
        check_validator(self.validator.as_ref())
    }

    /// `GOV_MEMBER_EXISTS`, `GOV_MEMBER_LIMIT`, `GOV_ACCOUNT_TAKEN`, `GOV_KEY_TAKEN`, then the rules of the schedule.
    fn prepare(&self, call: &Call<'_>, records: &Records<'_>, plan: &mut Plan) -> Result<(), Failure> {
        let algorithm = call.hash();
        let before = members::find(call, records, &self.code)?;
        if before
            .as_ref()
            .is_some_and(|member| member.status != Status::Removed)
        {
            let detail = format!("{} is a member", self.code);
            return Ok(refuse(codes::GOV_MEMBER_EXISTS, detail)?);
        }
        let mut roster = members::roster(call, records)?;
        if before.is_none() {
            if roster.len().saturating_add(call.genesis.members.len()) >= MAX_MEMBERS {
                let detail = format!("{MAX_MEMBERS} members there have been");
                return Ok(refuse(codes::GOV_MEMBER_LIMIT, detail)?);
            }
            roster.push(self.code.clone());
            plan.put(keys::roster(algorithm), &roster)?;
        }
        let owner = members::owner_of_account(call, records, &self.account)?;
        if owner.is_some_and(|owner| owner != self.code) {
            return Ok(refuse(
                codes::GOV_ACCOUNT_TAKEN,
                "the account is another member's",
            )?);
        }
        if let Some(key) = &self.validator {
            check_unused(call, records, key)?;
            plan.put(keys::validator(algorithm, key), &self.code)?;
        }
        reschedule(
            call,
            records,
            self.validator.map(Change::Enter),
            self.height,
            plan,
        )?;
        let member = Member {
            account: self.account,
            code: self.code.clone(),
            level: self.level,
            name: self.name.clone(),
            roles: self.roles.clone(),
            since: call.block.time,
            status: Status::Active,
            term: before
                .map(|before| before.term.saturating_add(1))
                .unwrap_or_default(),
            until: None,
            validator: self.validator,
        };
        plan.put(keys::account(algorithm, &self.account), &self.code)?;
        plan.put(keys::member(algorithm, &self.code), &member)
    }
}

/// The member in one of the statuses, refused with `GOV_MEMBER_UNKNOWN`, `GOV_MEMBER_STATUS`.
fn member_that_is(
    call: &Call<'_>,
    records: &Records<'_>,
    code: &SocialCreditCode,
    allowed: &[Status],
) -> Result<Member, Failure> {
    let member = members::known(call, records, code)?;
    if !allowed.contains(&member.status) {
        let detail = format!("{code} is {:?}", member.status);
        return Ok(refuse(codes::GOV_MEMBER_STATUS, detail)?);
    }
    Ok(member)
}

/// `GOV_MEMBER_UNKNOWN`, `GOV_MEMBER_STATUS`, `GOV_MEMBER_REQUIRED`, then the rules of the schedule.
fn suspend(call: &Call<'_>, records: &Records<'_>, named: &Named, plan: &mut Plan) -> Result<(), Failure> {
    let member = member_that_is(call, records, &named.code, &[Status::Active])?;
    thresholds::check_not_required(call, records, &named.code)?;
    reschedule(
        call,
        records,
        member.validator.map(Change::Leave),
        named.height,
        plan,
    )?;
    let member = Member {
        status: Status::Suspended,
        ..member
    };
    plan.put(keys::member(call.hash(), &named.code), &member)
}

/// `GOV_MEMBER_UNKNOWN`, `GOV_MEMBER_STATUS`, then the rules of the schedule.
fn restore(call: &Call<'_>, records: &Records<'_>, named: &Named, plan: &mut Plan) -> Result<(), Failure> {
    let member = member_that_is(call, records, &named.code, &[Status::Suspended])?;
    reschedule(
        call,
        records,
        member.validator.map(Change::Enter),
        named.height,
        plan,
    )?;
    let member = Member {
        status: Status::Active,
        term: member.term.saturating_add(1),
        ..member
    };
    plan.put(keys::member(call.hash(), &named.code), &member)
}

/// As [`suspend`]; a suspended member may be removed too.
fn remove(call: &Call<'_>, records: &Records<'_>, named: &Named, plan: &mut Plan) -> Result<(), Failure> {
    let member = member_that_is(call, records, &named.code, &[Status::Active, Status::Suspended])?;
    thresholds::check_not_required(call, records, &named.code)?;
    reschedule(
        call,
        records,
        member.validator.map(Change::Leave),
        named.height,
        plan,
    )?;
    let member = Member {
        status: Status::Removed,
        until: Some(call.block.time),
        ..member
    };
    plan.put(keys::member(call.hash(), &named.code), &member)
}

impl Rotate {
    /// `GOV_MEMBER_UNKNOWN`, `GOV_MEMBER_STATUS`, `GOV_UNCHANGED`, `GOV_KEY`, `GOV_KEY_TAKEN`, then the rules of the schedule.
    fn prepare(&self, call: &Call<'_>, records: &Records<'_>, plan: &mut Plan) -> Result<(), Failure> {
        let member = member_that_is(call, records, &self.code, &[Status::Active, Status::Suspended])?;
        if member.validator == self.validator {
            return Ok(refuse(codes::GOV_UNCHANGED, "the member has this key, or none")?);
        }
        if self.validator == Some(member.account) {
            return Ok(refuse(
                codes::GOV_KEY,
                "the validator key is the account's own key",
            )?);
        }
        if let Some(key) = &self.validator {
            check_unused(call, records, key)?;
            plan.put(keys::validator(call.hash(), key), &self.code)?;
        }
        let change = match (member.validator, self.validator) {
            (Some(old), Some(new)) => Some(Change::Replace(old, new)),
            (Some(old), None) => Some(Change::Leave(old)),
            // A suspended member's key waits for the member to be restored.
            (None, Some(new)) if member.is_active() => Some(Change::Enter(new)),
            (None, _) => None,
        };
        reschedule(call, records, change, self.height, plan)?;
        let member = Member {
            validator: self.validator,
            ..member
        };
        plan.put(keys::member(call.hash(), &self.code), &member)
    }
}

impl SetThreshold {
    /// `GOV_THRESHOLD`, `GOV_UNCHANGED`.
    fn prepare(&self, call: &Call<'_>, records: &Records<'_>, plan: &mut Plan) -> Result<(), Failure> {
        self.threshold.check(&members::all(call, records)?)?;
        if thresholds::of(call, records, self.of)? == self.threshold {
            return Ok(refuse(codes::GOV_UNCHANGED, "the threshold is in force")?);
        }
        let mut thresholds = thresholds::load(call, records)?;
        thresholds.insert(self.of, self.threshold.clone());
        plan.put(keys::thresholds(call.hash()), &thresholds)
    }
}

impl SetParameter {
    /// `GOV_UNCHANGED`; the rest needs no record.
    fn prepare(&self, call: &Call<'_>, records: &Records<'_>, plan: &mut Plan) -> Result<(), Failure> {
        let parameter = parameters::find(&self.name)?;
        if parameter.setting(call, records)? == self.value {
            return Ok(refuse(codes::GOV_UNCHANGED, "the parameter has this value")?);
        }
        plan.put(keys::parameter(call.hash(), parameter.name), &self.value)
    }
}

/// `GOV_CALENDAR_EDITION`; the rest needs no record.
fn publish_year(call: &Call<'_>, records: &Records<'_>, year: &Year, plan: &mut Plan) -> Result<(), Failure> {
    let in_force = years::find(call, records, year.year)?.map(|known| known.edition);
    let next = in_force.unwrap_or_default().saturating_add(1);
    if year.edition != next {
        let detail = format!("edition {} of {}, the next is {next}", year.edition, year.year);
        return Ok(refuse(codes::GOV_CALENDAR_EDITION, detail)?);
    }
    plan.put(keys::year(call.hash(), year.year), year)
}

impl Publish {
    /// `GOV_DOCUMENT_NAME`, `GOV_DOCUMENT_DIGEST`, `GOV_DOCUMENT_VERSION` (0).
    fn check(&self) -> Result<(), Rejection> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
        let part = |part: &str| !part.is_empty() && part.bytes().all(allowed);
        if self.name.len() > MAX_DOCUMENT_NAME_BYTES || !self.name.split('/').all(part) {
            return refuse(
                codes::GOV_DOCUMENT_NAME,
                format!("{} bytes, or another character", self.name.len()),
            );
        }
        let fits = |content: &String| self.digest.algorithm().hash(&[content.as_bytes()]) == self.digest;
        if !self.content.as_ref().is_none_or(fits) {
            return refuse(
                codes::GOV_DOCUMENT_DIGEST,
                format!("{} is not that of the content", self.digest),
            );
        }
        if self.version == 0 {
            return refuse(codes::GOV_DOCUMENT_VERSION, "versions begin at 1");
        }
        Ok(())
    }

    /// `GOV_DOCUMENT_SIZE`, `GOV_DOCUMENT_VERSION`; for policies `POLICY_MALFORMED`, `POLICY_SCOPE`; for documents that a scenario reads
    /// `GOV_DOCUMENT_CLASS` and the codes of their check.
    fn prepare(
        &self,
        call: &Call<'_>,
        records: &Records<'_>,
        proposal: &Digest,
        plan: &mut Plan,
    ) -> Result<(), Failure> {
        let limit = parameters::DOCUMENT_BYTES.number(call, records)?;
        let length = self.content.as_ref().map(String::len).unwrap_or_default();
        if u64::try_from(length).unwrap_or(u64::MAX) > limit {
            let detail = format!("{length} bytes of at most {limit}");
            return Ok(refuse(codes::GOV_DOCUMENT_SIZE, detail)?);
        }
        let head: Option<Version> = records.get(&keys::document(call.hash(), &self.name))?;
        if let Some(head) = head.filter(|head| head.version >= self.version) {
            let detail = format!(
                "version {} is in force, {} is proposed",
                head.version, self.version
            );
            return Ok(refuse(codes::GOV_DOCUMENT_VERSION, detail)?);
        }
        self.check_policy(call)?;
        self.check_read(call, records)?;
        let version = Version {
            class: self.class,
            digest: self.digest,
            proposal: *proposal,
            since: call.block.time,
            version: self.version,
        };
        plan.put(keys::document(call.hash(), &self.name), &version)?;
        plan.put(keys::version(call.hash(), &self.name, self.version), &version)
    }
}

impl Publish {
    /// A document named `policy/...` is one of policies (策略) for a scenario: it has the class and a text, and the text can be put in force.
    fn check_policy(&self, call: &Call<'_>) -> Result<(), Rejection> {
        if !self.name.starts_with(POLICY_DOCUMENTS) {
            return Ok(());
        }
        match (self.class, &self.content) {
            (Class::Policy, Some(text)) => call.check_policy(&self.name, text),
            _ => {
                let detail = format!("`{}` has another class than `policy`, or no text", self.name);
                refuse(POLICY_MALFORMED, detail)
            }
        }
    }
}

impl Publish {
    /// A document that a scenario reads, such as `process/...`, has the class `catalogue` and a text, the scenario can read it, and what it
    /// rests on is enacted.
    fn check_read(&self, call: &Call<'_>, records: &Records<'_>) -> Result<(), Failure> {
        let Some(class) = call.document_class(&self.name)? else {
            return Ok(());
        };
        match (self.class, &self.content) {
            (Class::Catalogue, Some(text)) => {
                (class.check)(&self.name, self.version, text)?;
                match class.links {
                    Some(links) => links(call, records, (&self.name, self.version, text)),
                    None => Ok(()),
                }
            }
            _ => {
                let detail = format!("`{}` has another class than `catalogue`, or no text", self.name);
                Ok(refuse(codes::GOV_DOCUMENT_CLASS, detail)?)
            }
        }
    }
}

impl Version {
    /// What questions answer: everything but where the text lies, and the text.
    pub fn answer(&self, name: &str, content: Option<String>) -> serde_json::Value {
        let Self {
            class,
            digest,
            since,
            version,
            ..
        } = self;
        json!({ "class": class, "content": content, "digest": digest, "name": name, "since": since, "version": version })
    }
}
