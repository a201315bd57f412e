//! Out of a wallet: an officer asks for fields, the wallet shows them, and the look is on record before he reads them.

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::policy::{Context, Resource};
use yinxin_execution::{Access, Basis, Call, Failure, Records, disclose};
use yinxin_types::codes::TX_OPERATION;
use yinxin_types::{Code, Rejection};

use super::arguments::{Asking, Presenting};
use super::records::{Ask, Copy};
use super::{AGE_OVER_18, codes};
use crate::authority::{acting, actor, refuse};
use crate::certificates::records::{Certificate, Moment};
use crate::permission::{Who, own};
use crate::{codes as of_certificates, kinds};

/// `sharing.wallet_ask`: an officer asks a wallet for fields, for one purpose and case, to be read with one key. Refused with the codes of
/// `identity.acting`, `SHARE_FIELDS`, `POLICY_*`.
pub(crate) fn ask(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Asking<'_> = call.arguments()?;
    let acting = acting(call, records, &arguments.body, false)?;
    let Some(kind) = kinds::find(arguments.kind) else {
        return refuse(
            of_certificates::SHARE_KIND,
            "there is no such kind of certificate",
        );
    };
    let unknown = |field: &&String| !kind.has(field) && field.as_str() != AGE_OVER_18;
    if let Some(field) = arguments.fields.iter().find(unknown) {
        return refuse(
            of_certificates::SHARE_FIELDS,
            format!("`{}` has no field `{field}`", kind.name),
        );
    }
    let circumstances = Context {
        case: Some(arguments.case),
        purpose: Some(arguments.purpose),
        ..own(Some(kind.name))
    };
    let (mandate, officer) = (acting.mandate, acting.officer);
    Who::Officer(acting, arguments.body.clone()).permit(
        call,
        records,
        Resource::Case(arguments.case),
        circumstances,
    )?;
    let ask = Ask {
        answered: None,
        asked: Moment::of(call),
        body: arguments.body,
        case: arguments.case.to_owned(),
        fields: arguments.fields,
        kind: kind.name.to_owned(),
        mandate,
        officer,
        purpose: arguments.purpose.to_owned(),
        reader: arguments.reader.to_owned(),
    };
    records.put(Ask::key(call.hash(), &call.id), &ask)?;
    Ok(json!({ "ask": call.id, "concerns": [ask.body], "until": ask.until() }))
}

/// `sharing.wallet_present`: what a wallet showed, recorded by the seal of the body that asked, before its officer reads it. Whoever asked is
/// the officer of the look. Refused without an event with `WALLET_ASK_UNKNOWN`, `AUTH_KEY_*`, `SHARE_NOT_HOLDER` where another seal signed;
/// refused with an event, in this order, with `AUTH_MANDATE_ENDED`, `WALLET_ASK_ENDED`, `WALLET_COPY_UNKNOWN`, `WALLET_CREDENTIAL`,
/// `WALLET_COPY_ENDED`, `CRED_REVOKED`, `CRED_SUSPENDED`, `SHARE_CERTIFICATE_EXPIRED`, `SHARE_ERASED`, `WALLET_FIELD`, `POLICY_*`.
pub(crate) fn present(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let arguments: Presenting = call.arguments()?;
    let mut ask = Ask::known(call, records, &arguments.ask)?;
    let actor = actor(call, records)?;
    if actor.code.as_ref() != Some(&ask.body) {
        return refuse(
            of_certificates::SHARE_NOT_HOLDER,
            "the seal is not of the body that asked",
        );
    }
    let copy = Copy::at(call, records, &arguments.issuer, arguments.status)?;
    let certificate = match &copy {
        Some((_, copy)) => {
            let key = Certificate::key(algorithm, &copy.certificate);
            Some(records.get::<Certificate>(&key)?.ok_or(Failure::Damaged(key))?)
        }
        None => None,
    };
    let mandate = mandate_lives(call, records, &ask.mandate)?;
    let lawful =
        mandate.and_then(|()| permitted(call, &arguments, &ask, copy.as_ref(), certificate.as_ref()));
    let record = arguments.ask.to_string();
    let circumstances = Context {
        case: Some(&ask.case),
        purpose: Some(&ask.purpose),
        ..own(Some(&ask.kind))
    };
    let allowed = match lawful {
        Ok(()) => Who::Itself(actor).verdict(call, records, Resource::Record(&record), circumstances)?,
        refused => refused,
    };

    if ask.answered.is_none() {
        ask.answered = Some(call.id);
        records.put(Ask::key(algorithm, &arguments.ask), &ask)?;
    }
    let access = Access {
        source: ask.body.as_str(),
        officer: Some(ask.officer),
        post: Some(ask.mandate),
        subject: certificate.as_ref().map(|certificate| certificate.subject),
        class: &ask.kind,
        fields: &arguments.fields,
        count: 1,
        purpose: &ask.purpose,
        case: Some(&ask.case),
        basis: Basis::Presentation(arguments.ask),
        withheld: None,
    };
    let details = json!({
        "copy": copy.map(|(id, _)| id),
        "fields": arguments.fields,
        "holder": ask.body,
        "presentation": arguments.presentation,
        "reader": ask.reader,
    });
    disclose(call, records, &access, allowed.map(|()| details))
}

#[derive(Deserialize)]
struct Mandates {
    mandates: Vec<Mandate>,
}

#[derive(Deserialize)]
struct Mandate {
    alive: bool,
}

/// That the officer who asked may still act: he asked minutes ago, and may have left since.
fn mandate_lives(
    call: &Call<'_>,
    records: &Records<'_>,
    id: &Digest,
) -> Result<Result<(), Rejection>, Failure> {
    let found: Mandates = call.ask(records, "identity.mandate", &json!({ "id": id }))?;
    if found.mandates.iter().any(|mandate| mandate.alive) {
        return Ok(Ok(()));
    }
    let ended: Option<Code> = call
        .registry
        .codes()
        .find(|code| code.name == "AUTH_MANDATE_ENDED");
    let code = ended.unwrap_or(TX_OPERATION);
    Ok(Err(Rejection::new(
        code,
        "the mandate under which was asked has ended",
    )))
}

fn permitted(
    call: &Call<'_>,
    arguments: &Presenting,
    ask: &Ask,
    copy: Option<&(Digest, Copy)>,
    certificate: Option<&Certificate>,
) -> Result<(), Rejection> {
    let now = call.block.time;
    if ask.answered.is_some() || ask.until() <= now {
        return Err(Rejection::new(
            codes::WALLET_ASK_ENDED,
            "the request was answered, or not in time",
        ));
    }
    let (Some((_, copy)), Some(certificate)) = (copy, certificate) else {
        return Err(Rejection::new(
            codes::WALLET_COPY_UNKNOWN,
            "no copy has this place in the list",
        ));
    };
    if copy.credential != arguments.credential || certificate.kind != ask.kind {
        return Err(Rejection::new(
            codes::WALLET_CREDENTIAL,
            "the credential is not the one on the ledger, or of another kind",
        ));
    }
    if copy.ended.is_some() {
        return Err(Rejection::new(
            codes::WALLET_COPY_ENDED,
            "the person has ended the copy",
        ));
    }
    certificate.valid(now)?;
    if copy.until <= now {
        return Err(Rejection::new(
            of_certificates::SHARE_CERTIFICATE_EXPIRED,
            "the copy is expired",
        ));
    }
    let unasked = |field: &&String| !ask.fields.contains(field);
    if let Some(field) = arguments.fields.iter().find(unasked) {
        return Err(Rejection::new(
            codes::WALLET_FIELD,
            format!("nobody asked for `{field}`"),
        ));
    }
    Ok(())
}
