//! Resources: published in versions, renewed, withdrawn, by their owner alone.

use serde_json::{Value, json};
use yinxin_execution::policy::Resource;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::StateKey;
use yinxin_types::identifiers::SocialCreditCode;

use super::arguments::{Publish, Refresh, Withdraw};
use super::codes;
use super::records::{Head, HeadState, MAX_RESOURCES, Name, Version, current, item_key, owned_key};
use crate::authority::{member_roles, officer, refuse};
use crate::permission::{self, Who};

/// All that an operation on a resource surely reads.
pub(crate) fn reads(call: &Call<'_>) -> Vec<StateKey> {
    let name = call.body.arguments.get("resource").and_then(Value::as_str);
    name.and_then(|name| Name::parse(name).ok())
        .map(|name| Head::key(call.hash(), &name))
        .into_iter()
        .collect()
}

/// The name of a resource, for whose owner an officer acts with the seal: as `identity.acting`, `RES_NOT_OWNER`.
fn own(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
    resource: &str,
) -> Result<(Name, Who), Failure> {
    let who = officer(call, records, body, true)?;
    let name = Name::parse(resource)?;
    if name.owner != *body {
        return refuse(codes::RES_NOT_OWNER, format!("the resource is of {}", name.owner));
    }
    Ok((name, who))
}

/// Asks the policies about a resource of the actor's own.
fn permit(call: &Call<'_>, records: &Records<'_>, who: &Who, name: &Name) -> Result<(), Failure> {
    who.permit(
        call,
        records,
        Resource::Record(name.as_str()),
        permission::own(None),
    )
}

/// That a body is an active member: `RES_NOT_MEMBER`.
pub(super) fn member(call: &Call<'_>, records: &Records<'_>, body: &SocialCreditCode) -> Result<(), Failure> {
    match member_roles(call, records, body)? {
        Some(_) => Ok(()),
        None => refuse(codes::RES_NOT_MEMBER, format!("{body} is not an active member")),
    }
}

/// A resource that is offered: `RES_UNKNOWN`, `RES_WITHDRAWN`.
pub(super) fn offered(
    call: &Call<'_>,
    records: &Records<'_>,
    name: &Name,
) -> Result<(Head, Version), Failure> {
    match current(records, call.hash(), name)? {
        None => refuse(
            codes::RES_UNKNOWN,
            format!("there is no resource `{}`", name.as_str()),
        ),
        Some((head, _)) if head.state == HeadState::Withdrawn => refuse(
            codes::RES_WITHDRAWN,
            format!("`{}` has been withdrawn", name.as_str()),
        ),
        Some(found) => Ok(found),
    }
}

fn outcome(name: &Name, version: u32) -> Value {
    json!({ "concerns": [name.owner], "resource": name.as_str(), "version": version })
}

/// `sharing.resource_publish`: a resource, or its next version. Refused as [`own`], then with `RES_NOT_MEMBER`, `RES_COLLECTED`, `RES_LIMIT`, `POLICY_*`.
pub(crate) fn publish(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Publish = call.arguments()?;
    let algorithm = call.hash();
    let (name, who) = own(call, records, &arguments.body, &arguments.resource)?;
    member(call, records, &arguments.body)?;
    let claim = item_key(algorithm, &name.owner, &arguments.item);
    if let Some(holder) = records.get::<String>(&claim)?
        && holder != name.as_str()
    {
        let detail = format!("`{holder}` holds the item; ask for it instead of collecting it again");
        return refuse(codes::RES_COLLECTED, detail);
    }
    let before = current(records, algorithm, &name)?;
    let owned = owned_key(algorithm, &name.owner);
    let mut names = records.get::<Vec<String>>(&owned)?.unwrap_or_default();
    if before.is_none() && names.len() >= MAX_RESOURCES {
        let detail = format!("a body has at most {MAX_RESOURCES} resources");
        return refuse(codes::RES_LIMIT, detail);
    }
    permit(call, records, &who, &name)?;

    let head_key = Head::key(algorithm, &name);
    let number = match &before {
        Some((head, version)) => {
            if version.item != arguments.item && head.state == HeadState::Published {
                records.delete(item_key(algorithm, &name.owner, &version.item));
            }
            head.version.checked_add(1).ok_or(Failure::Damaged(head_key))?
        }
        None => {
            names.push(name.as_str().to_owned());
            names.sort();
            records.put(owned, &names)?;
            1
        }
    };
    let version = Version {
        class: arguments.class,
        cycle: arguments.cycle,
        description: arguments.description,
        fields: arguments.fields,
        item: arguments.item,
        on_platform: arguments.on_platform,
        published: call.block.time,
        steward: arguments.steward,
        version: number,
    };
    let head = Head {
        reason: None,
        refreshed: call.block.time,
        state: HeadState::Published,
        version: number,
    };
    records.put(claim, &name.as_str())?;
    records.put(Version::key(algorithm, &name, number), &version)?;
    records.put(head_key, &head)?;
    Ok(outcome(&name, number))
}

/// `sharing.resource_refresh`: the data is new, its description is not. Refused as [`own`], then as [`offered`], then `POLICY_*`.
pub(crate) fn refresh(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Refresh { body, resource } = call.arguments()?;
    let (name, who) = own(call, records, &body, &resource)?;
    let (mut head, _) = offered(call, records, &name)?;
    permit(call, records, &who, &name)?;

    head.refreshed = call.block.time;
    records.put(Head::key(call.hash(), &name), &head)?;
    Ok(outcome(&name, head.version))
}

/// `sharing.resource_withdraw`: the resource is offered no more; its versions stay. Refused as [`own`], then as [`offered`], then `POLICY_*`.
pub(crate) fn withdraw(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Withdraw {
        body,
        reason,
        resource,
    } = call.arguments()?;
    let (name, who) = own(call, records, &body, &resource)?;
    let (mut head, version) = offered(call, records, &name)?;
    permit(call, records, &who, &name)?;

    records.delete(item_key(call.hash(), &name.owner, &version.item));
    head.state = HeadState::Withdrawn;
    head.reason = Some(reason);
    records.put(Head::key(call.hash(), &name), &head)?;
    Ok(outcome(&name, head.version))
}
