//! Looks (查阅) at extracts and at their marks: yes and no alike go on record.

use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::policy::{Context, Resource};
use yinxin_execution::{Access, Basis, Call, Failure, Records, disclose};
use yinxin_types::{BlockTime, Code, Rejection};

use super::arguments::{Fetch, Trace};
use super::codes;
use super::records::{Extract, Given, Kept, MAX_FETCHES, MAX_GRANT_ROWS, When};
use crate::authority::{actor, attempt, officer};
use crate::permission::{Who, given as said, own};

/// The class of looks at the rows of an extract.
const ROWS: &str = "extract";
/// The class of looks at the mark of an extract.
const MARK: &str = "extract-mark";
/// On what a trace rests: whoever handles personal information finds out how it leaked, and says so.
const TRACE_BASIS: &str = "个人信息保护法 §57; 数据安全法 §29";

fn refused<T>(code: Code, detail: impl Into<String>) -> Result<T, Rejection> {
    Err(Rejection::new(code, detail))
}

/// `sharing.extract_fetch`: the receiving officer looks at the rows. Refused without an event with `AUTH_KEY_*`, `EXTRACT_UNKNOWN`, and
/// where the body is no party; refused with an event, in this order, with `AUTH_MANDATE_*`, `EXTRACT_RECIPIENT`,
/// `EXTRACT_OFFICER`, `EXTRACT_WITHDRAWN`, `EXTRACT_EXPIRED`, `EXTRACT_PURPOSE`, `EXTRACT_FETCHED`, `EXTRACT_BULK`. A refusal uses up
/// nothing.
pub(super) fn fetch(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let arguments: Fetch = call.arguments()?;
    let party = actor(call, records)?.party;
    let mut extract = Extract::known(call, records, &arguments.extract)?;
    let grant = Given::key(algorithm, &extract.request);
    let mut given = records.get::<Given>(&grant)?.ok_or(Failure::Damaged(grant))?;
    let who = attempt(officer(call, records, &arguments.body, false))?;
    let post = who.as_ref().ok().and_then(Who::mandate);
    let allowed = match who {
        Ok(who) => match may_fetch(&arguments, &who.party(), &extract, given, call.block.time) {
            Ok(()) => permitted(call, records, &who, &arguments.extract, &arguments.purpose, None)?,
            refused => refused,
        },
        Err(rejection) => Err(rejection),
    };
    if allowed.is_ok() {
        extract.fetched = extract.fetched.saturating_add(1);
        given.rows = given.rows.saturating_add(u64::from(extract.all_rows()));
        records.put(Extract::key(algorithm, &arguments.extract), &extract)?;
        records.put(grant, &given)?;
    }
    let fields: Vec<String> = extract.fields.iter().cloned().collect();
    let access = Access {
        source: arguments.body.as_str(),
        officer: Some(party),
        post,
        subject: None,
        class: ROWS,
        fields: &fields,
        count: extract.all_rows(),
        purpose: &arguments.purpose,
        case: None,
        basis: Basis::Duty(&extract.basis),
        withheld: None,
    };
    let details = details(&arguments.extract, &extract, &extract.content, &arguments.reader);
    disclose(call, records, &access, allowed.map(|()| details))
}

fn may_fetch(
    arguments: &Fetch,
    officer: &Digest,
    extract: &Extract,
    given: Given,
    now: BlockTime,
) -> Result<(), Rejection> {
    if arguments.body != extract.recipient {
        let detail = format!("the extract was not delivered to {}", arguments.body);
        return refused(codes::EXTRACT_RECIPIENT, detail);
    }
    if *officer != extract.receiver {
        return refused(
            codes::EXTRACT_OFFICER,
            "the extract was delivered to another officer",
        );
    }
    if extract.withdrawn.is_some() {
        return refused(codes::EXTRACT_WITHDRAWN, "the owner has withdrawn the extract");
    }
    if extract.until <= now {
        return refused(codes::EXTRACT_EXPIRED, "the period of the grant is over");
    }
    if arguments.purpose != extract.purpose {
        return refused(
            codes::EXTRACT_PURPOSE,
            "the request was granted for another purpose",
        );
    }
    if extract.fetched >= MAX_FETCHES {
        return refused(
            codes::EXTRACT_FETCHED,
            format!("it was fetched {MAX_FETCHES} times"),
        );
    }
    if given.rows.saturating_add(u64::from(extract.all_rows())) > MAX_GRANT_ROWS {
        let detail = format!("looks under one grant give out at most {MAX_GRANT_ROWS} rows");
        return refused(codes::EXTRACT_BULK, detail);
    }
    Ok(())
}

/// `sharing.extract_trace`: an officer of the owner has a found file traced to this extract and gets the opening of its mark, also when it
/// was withdrawn or has expired. Refused without an event with `AUTH_KEY_*`, `EXTRACT_UNKNOWN`, and where the body is no party; refused with
/// an event, in this order, with `AUTH_MANDATE_*`, `EXTRACT_NOT_OWNER`, `EXTRACT_PURPOSE`.
pub(super) fn trace(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Trace = call.arguments()?;
    let party = actor(call, records)?.party;
    let mut extract = Extract::known(call, records, &arguments.extract)?;
    let who = attempt(officer(call, records, &arguments.body, false))?;
    let post = who.as_ref().ok().and_then(Who::mandate);
    let allowed = match who {
        Ok(who) => match may_trace(&arguments, &extract) {
            Ok(()) => {
                let case = said(&arguments.case);
                permitted(call, records, &who, &arguments.extract, &arguments.purpose, case)?
            }
            refused => refused,
        },
        Err(rejection) => Err(rejection),
    };
    if allowed.is_ok() && extract.opened.is_none() {
        extract.opened = Some(When::now(call));
        records.put(Extract::key(call.hash(), &arguments.extract), &extract)?;
    }
    let access = Access {
        source: arguments.body.as_str(),
        officer: Some(party),
        post,
        subject: None,
        class: MARK,
        fields: &[],
        count: 1,
        purpose: &arguments.purpose,
        case: Some(&arguments.case),
        basis: Basis::Duty(TRACE_BASIS),
        withheld: None,
    };
    let details = details(&arguments.extract, &extract, &extract.mark, &arguments.reader);
    disclose(call, records, &access, allowed.map(|()| details))
}

fn may_trace(arguments: &Trace, extract: &Extract) -> Result<(), Rejection> {
    if arguments.body != extract.owner {
        let detail = format!("{} did not deliver the extract", arguments.body);
        return refused(codes::EXTRACT_NOT_OWNER, detail);
    }
    if arguments.purpose.is_empty() {
        return refused(codes::EXTRACT_PURPOSE, "no purpose is named");
    }
    Ok(())
}

/// What the policies say to a look that the rules allow.
fn permitted(
    call: &Call<'_>,
    records: &Records<'_>,
    who: &Who,
    extract: &Digest,
    purpose: &str,
    case: Option<&str>,
) -> Result<Result<(), Rejection>, Failure> {
    let circumstances = Context {
        case,
        purpose: said(purpose),
        ..own(Some(ROWS))
    };
    who.verdict(
        call,
        records,
        Resource::Record(&extract.to_string()),
        circumstances,
    )
}

/// What the holder's node needs to hand over a material of the extract, sealed to this reader.
fn details(id: &Digest, extract: &Extract, kept: &Kept, reader: &str) -> Value {
    json!({
        "extract": id,
        "holder": extract.owner,
        "material": kept.material,
        "reader": reader,
    })
}
