//! The status lists of certificates, lists 0 to 9,999 of an issuer; see [`yinxin_execution::statuses`].

use yinxin_crypto::Digest;
use yinxin_execution::statuses::Lists;
pub(crate) use yinxin_execution::statuses::{Mark, Place};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::Rejection;
use yinxin_types::identifiers::SocialCreditCode;

use crate::certificates::records::SCENARIO;
use crate::codes;

pub use yinxin_execution::statuses::{LIST_SIZE, MAX_LISTS};

/// The lists in which certificates and their copies have places.
pub(crate) const LISTS: Lists = Lists {
    scenario: SCENARIO,
    first: 0,
};

/// That there is such a place: `SHARE_STATUS_INDEX`.
pub(crate) fn check(place: Place) -> Result<(), Rejection> {
    if LISTS.exists(place) {
        return Ok(());
    }
    let detail = format!("lists 0 to {MAX_LISTS} and indexes 0 to {LIST_SIZE}, both without the last");
    Err(Rejection::new(codes::SHARE_STATUS_INDEX, detail))
}

/// Gives a place to a certificate, once for all: `SHARE_STATUS_INDEX`.
pub(crate) fn take(
    call: &Call<'_>,
    records: &mut Records<'_>,
    issuer: &SocialCreditCode,
    place: Place,
    certificate: &Digest,
) -> Result<(), Failure> {
    if LISTS.take(call, records, issuer, place, certificate)? {
        return Ok(());
    }
    let detail = format!("place {} of list {} was given before", place.index, place.list);
    Err(Rejection::new(codes::SHARE_STATUS_INDEX, detail).into())
}
