//! Status lists: which places an issuer has given, and which of them stand for a certificate that is not valid (IETF Token Status List).
//!
//! A list has 131,072 places, so that one among them tells nothing about a person; the issuer chooses them at random. The ledger keeps
//! only exceptions, in pages of 1024 places, so that a change rewrites one small record and a whole list is read in as many records as
//! it has pages with exceptions.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{Rejection, StateKey};

use crate::certificates::records::{Moment, SCENARIO};
use crate::codes;

/// How many places a list has.
pub const LIST_SIZE: u32 = 131_072;
/// How many lists an issuer may have, numbered from 0.
pub const MAX_LISTS: u32 = 10_000;

/// A place in a status list of an issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    pub index: u32,
    pub list: u32,
}

impl Place {
    /// That there is such a place: `SHARE_STATUS_INDEX`.
    pub fn check(self) -> Result<(), Rejection> {
        if self.index < LIST_SIZE && self.list < MAX_LISTS {
            return Ok(());
        }
        let detail = format!("lists 0 to {MAX_LISTS} and indexes 0 to {LIST_SIZE}, both without the last");
        Err(Rejection::new(codes::SHARE_STATUS_INDEX, detail))
    }

    const fn page(self) -> u32 {
        self.index >> 10
    }
}

/// What a place says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Valid,
    Invalid,
    Suspended,
}

/// Which pages of a list have exceptions, and when it last changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    changed: Moment,
    pages: Vec<u32>,
}

/// The exceptions among 1024 places, sorted.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    invalid: Vec<u32>,
    suspended: Vec<u32>,
}

fn key(
    algorithm: HashAlgorithm,
    record: &str,
    issuer: &SocialCreditCode,
    list: u32,
    number: Option<u32>,
) -> StateKey {
    let number = number.map(u32::to_be_bytes);
    let list = list.to_be_bytes();
    let mut parts = vec![issuer.as_str().as_bytes(), list.as_slice()];
    parts.extend(number.as_ref().map(<[u8; 4]>::as_slice));
    StateKey::new(algorithm, SCENARIO, record, &parts)
}

/// Gives a place to a certificate, once for all: `SHARE_STATUS_INDEX`.
pub(crate) fn take(
    call: &Call<'_>,
    records: &mut Records<'_>,
    issuer: &SocialCreditCode,
    place: Place,
    certificate: &Digest,
) -> Result<(), Failure> {
    let key = key(call.hash(), "place", issuer, place.list, Some(place.index));
    if records.bytes(&key)?.is_some() {
        let detail = format!("place {} of list {} was given before", place.index, place.list);
        return Err(Rejection::new(codes::SHARE_STATUS_INDEX, detail).into());
    }
    records.put(key, certificate)
}

/// To what a place was given, if it was.
pub(crate) fn given(
    call: &Call<'_>,
    records: &Records<'_>,
    issuer: &SocialCreditCode,
    place: Place,
) -> Result<Option<Digest>, Failure> {
    records.get(&key(call.hash(), "place", issuer, place.list, Some(place.index)))
}

/// Writes what a place says.
pub(crate) fn mark(
    call: &Call<'_>,
    records: &mut Records<'_>,
    issuer: &SocialCreditCode,
    place: Place,
    mark: Mark,
) -> Result<(), Failure> {
    let algorithm = call.hash();
    let number = place.page();
    let page_key = key(algorithm, "page", issuer, place.list, Some(number));
    let head_key = key(algorithm, "list", issuer, place.list, None);
    let mut page = records.get::<Page>(&page_key)?.unwrap_or_default();
    let mut pages = records
        .get::<Head>(&head_key)?
        .map_or_else(Vec::new, |head| head.pages);

    set(&mut page.invalid, place.index, mark == Mark::Invalid);
    set(&mut page.suspended, place.index, mark == Mark::Suspended);
    let empty = page.invalid.is_empty() && page.suspended.is_empty();
    set(&mut pages, number, !empty);
    if empty {
        records.delete(page_key);
    } else {
        records.put(page_key, &page)?;
    }
    let changed = Moment::of(call);
    records.put(head_key, &Head { changed, pages })
}

/// Puts a number into a sorted list, or takes it out.
fn set(sorted: &mut Vec<u32>, number: u32, inside: bool) {
    match (sorted.binary_search(&number), inside) {
        (Err(place), true) => sorted.insert(place, number),
        (Ok(place), false) => drop(sorted.remove(place)),
        _ => {}
    }
}

/// The exceptions of a list, and when it last changed.
pub(crate) fn answer(
    call: &Call<'_>,
    records: &Records<'_>,
    issuer: &SocialCreditCode,
    list: u32,
) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let head: Option<Head> = records.get(&key(algorithm, "list", issuer, list, None))?;
    let mut exceptions = Page::default();
    for number in head.iter().flat_map(|head| &head.pages) {
        let key = key(algorithm, "page", issuer, list, Some(*number));
        let page: Page = records.get(&key)?.ok_or(Failure::Damaged(key))?;
        exceptions.invalid.extend(page.invalid);
        exceptions.suspended.extend(page.suspended);
    }
    Ok(json!({
        "changed": head.map(|head| head.changed),
        "invalid": exceptions.invalid,
        "issuer": issuer,
        "list": list,
        "size": LIST_SIZE,
        "suspended": exceptions.suspended,
    }))
}
