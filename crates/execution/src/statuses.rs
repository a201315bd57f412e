//! Status lists (状态列表): which places an issuer has given, and which of them stand for a credential that is not valid (IETF Token Status
//! List). A scenario whose credentials have states keeps lists of its own, under numbers that no other scenario has.
//!
//! A list has 131,072 places, so that one among them tells nothing about a person; the issuer chooses them at random. The ledger keeps
//! only exceptions, in pages of 1024 places, so that a change rewrites one small record and a whole list is read in as many records as
//! it has pages with exceptions.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_types::StateKey;
use yinxin_types::identifiers::SocialCreditCode;

use crate::moment::Moment;
use crate::records::{Failure, Records};
use crate::scenario::Call;

/// How many places a list has.
pub const LIST_SIZE: u32 = 131_072;
/// How many lists an issuer may have in one scenario.
pub const MAX_LISTS: u32 = 10_000;

/// A place in a status list of an issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Its number in the list.
    pub index: u32,
    /// Number of the list.
    pub list: u32,
}

impl Place {
    const fn page(self) -> u32 {
        self.index >> 10
    }
}

/// What a place says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The credential holds; a place that was never marked says so too.
    Valid,
    /// It holds no longer.
    Invalid,
    /// It does not hold for the time being.
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

/// The lists of one scenario, [`MAX_LISTS`] of each issuer.
#[derive(Clone, Copy, Debug)]
pub struct Lists {
    /// The scenario that keeps them.
    pub scenario: &'static str,
    /// The number of the first.
    pub first: u32,
}

impl Lists {
    /// Whether a list is one of these.
    #[must_use]
    pub const fn has(self, list: u32) -> bool {
        list >= self.first && list < self.first.saturating_add(MAX_LISTS)
    }

    /// Whether there is such a place.
    #[must_use]
    pub const fn exists(self, place: Place) -> bool {
        place.index < LIST_SIZE && self.has(place.list)
    }

    fn key(
        self,
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
        StateKey::new(algorithm, self.scenario, record, &parts)
    }

    /// Gives a place to a credential, once for all. Whether it was free.
    ///
    /// # Errors
    /// [`Failure::Wanted`] and [`Failure::Damaged`], as every access to records.
    pub fn take(
        self,
        call: &Call<'_>,
        records: &mut Records<'_>,
        issuer: &SocialCreditCode,
        place: Place,
        credential: &Digest,
    ) -> Result<bool, Failure> {
        let key = self.key(call.hash(), "place", issuer, place.list, Some(place.index));
        if records.bytes(&key)?.is_some() {
            return Ok(false);
        }
        records.put(key, credential)?;
        Ok(true)
    }

    /// To what a place was given, if it was.
    ///
    /// # Errors
    /// As [`Lists::take`].
    pub fn given(
        self,
        call: &Call<'_>,
        records: &Records<'_>,
        issuer: &SocialCreditCode,
        place: Place,
    ) -> Result<Option<Digest>, Failure> {
        records.get(&self.key(call.hash(), "place", issuer, place.list, Some(place.index)))
    }

    /// Writes what a place says.
    ///
    /// # Errors
    /// As [`Lists::take`].
    pub fn mark(
        self,
        call: &Call<'_>,
        records: &mut Records<'_>,
        issuer: &SocialCreditCode,
        place: Place,
        mark: Mark,
    ) -> Result<(), Failure> {
        let algorithm = call.hash();
        let number = place.page();
        let page_key = self.key(algorithm, "page", issuer, place.list, Some(number));
        let head_key = self.key(algorithm, "list", issuer, place.list, None);
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

    /// The exceptions of a list, and when it last changed: `{changed, invalid, issuer, list, size, suspended}`. A list of which no place was
    /// ever given answers as one without exceptions.
    ///
    /// # Errors
    /// As [`Lists::take`].
    pub fn answer(
        self,
        call: &Call<'_>,
        records: &Records<'_>,
        issuer: &SocialCreditCode,
        list: u32,
    ) -> Result<Value, Failure> {
        let algorithm = call.hash();
        let head: Option<Head> = records.get(&self.key(algorithm, "list", issuer, list, None))?;
        let mut exceptions = Page::default();
        for number in head.iter().flat_map(|head| &head.pages) {
            let key = self.key(algorithm, "page", issuer, list, Some(*number));
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
}

/// Puts a number into a sorted list, or takes it out.
fn set(sorted: &mut Vec<u32>, number: u32, inside: bool) {
    match (sorted.binary_search(&number), inside) {
        (Err(place), true) => sorted.insert(place, number),
        (Ok(place), false) => drop(sorted.remove(place)),
        _ => {}
    }
}
