//! What is answered about extracts.

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;

use super::records::{Extract, PAGE, count_key, page_key};
use crate::desk::about;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfExtract {
    extract: Digest,
}

/// `sharing.extract`: the delivery with `{extract, state}`. `EXTRACT_UNKNOWN`.
pub(super) fn extract(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfExtract { extract: id } = about(value)?;
    let extract = Extract::known(call, records, &id)?;
    let state = extract.state(call.block.time);
    let Ok(Value::Object(mut answer)) = serde_json::to_value(&extract) else {
        return Err(Failure::Damaged(Extract::key(call.hash(), &id)));
    };
    answer.insert("extract".to_owned(), json!(id));
    answer.insert("state".to_owned(), json!(state));
    Ok(Value::Object(answer))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfOwner {
    owner: SocialCreditCode,
    page: u64,
}

/// `sharing.extracts`: `{owner, total, pages, extracts: [{extract, content, mark, recipient, receiver, delivered}]}`, the oldest first.
pub(super) fn extracts(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfOwner { owner, page } = about(value)?;
    let algorithm = call.hash();
    let total = records
        .get::<u64>(&count_key(algorithm, &owner))?
        .unwrap_or_default();
    let listed = records
        .get::<Vec<Digest>>(&page_key(algorithm, &owner, page))?
        .unwrap_or_default();
    let mut extracts = Vec::with_capacity(listed.len());
    for id in &listed {
        let extract = Extract::known(call, records, id)?;
        extracts.push(json!({
            "content": extract.content,
            "delivered": extract.delivered,
            "extract": id,
            "mark": extract.mark,
            "receiver": extract.receiver,
            "recipient": extract.recipient,
        }));
    }
    let pages = total.div_ceil(u64::try_from(PAGE).unwrap_or(u64::MAX));
    Ok(json!({ "extracts": extracts, "owner": owner, "pages": pages, "total": total }))
}
