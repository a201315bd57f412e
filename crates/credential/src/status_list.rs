//! Token Status List: one list for many credentials, from which anybody reads the status of one without saying which.

use serde_json::{Map, Value, json};

use crate::jwt::Jwt;
use crate::{Error, Jwk, Signer, StatusReference, base64url, json};

/// The largest list in bytes before compression: eight million statuses of one bit.
pub const MAX_LIST_BYTES: usize = 1 << 20;
/// The longest token of a list that is read, in bytes: a list that does not compress, in base64url twice.
const MAX_TOKEN_BYTES: usize = 2 << 20;
/// The type of a list's token.
const TYPE: &str = "statuslist+jwt";
/// Compression is slow once and small for everybody; the draft recommends the highest level.
const COMPRESSION: u8 = 9;

/// How many bits one status has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bits {
    /// Valid or invalid.
    One,
    /// Suspended as well, and one value of one's own.
    Two,
    /// 16 values.
    Four,
    /// 256 values.
    Eight,
}

impl Bits {
    /// The number of bits.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    const fn from_number(number: u64) -> Option<Self> {
        match number {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            4 => Some(Self::Four),
            8 => Some(Self::Eight),
            _ => None,
        }
    }

    const fn mask(self) -> u8 {
        match self {
            Self::One => 0b1,
            Self::Two => 0b11,
            Self::Four => 0b1111,
            Self::Eight => 0b1111_1111,
        }
    }

    /// How many statuses one byte holds.
    const fn per_byte(self) -> u8 {
        match self {
            Self::One => 8,
            Self::Two => 4,
            Self::Four => 2,
            Self::Eight => 1,
        }
    }
}

/// The status of one credential (section 7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It holds.
    Valid,
    /// It was revoked and will never hold again.
    Invalid,
    /// It does not hold for now.
    Suspended,
    /// A value from 3 on that only the issuer explains. Who does not know it must not take the credential for valid.
    Other(u8),
}

impl Status {
    /// The value in a list.
    #[must_use]
    pub const fn value(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid => 1,
            Self::Suspended => 2,
            Self::Other(value) => value,
        }
    }

    /// The status of a value in a list.
    #[must_use]
    pub const fn from_value(value: u8) -> Self {
        match value {
            0 => Self::Valid,
            1 => Self::Invalid,
            2 => Self::Suspended,
            _ => Self::Other(value),
        }
    }
}

/// A list of statuses (section 4). Where the last byte has room left, it holds valid entries that belong to nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusList {
    bits: Bits,
    bytes: Vec<u8>,
}

impl StatusList {
    /// A list with room for `count` statuses, all valid.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond [`MAX_LIST_BYTES`].
    pub fn new(bits: Bits, count: usize) -> Result<Self, Error> {
        let length = count.div_ceil(usize::from(bits.per_byte()));
        if length > MAX_LIST_BYTES {
            return Err(Error::TooLarge("the status list is larger than accepted"));
        }
        Ok(Self {
            bits,
            bytes: vec![0; length],
        })
    }

    /// The list of these statuses, by index from 0.
    ///
    /// # Errors
    /// [`Error::TooLarge`]; [`Error::StatusList`] for a status that does not fit into the bits.
    pub fn from_statuses(bits: Bits, statuses: &[Status]) -> Result<Self, Error> {
        let mut list = Self::new(bits, statuses.len())?;
        for (index, status) in (0_u64..).zip(statuses) {
            list.set(index, *status)?;
        }
        Ok(list)
    }

    /// How many bits one status has.
    #[must_use]
    pub const fn bits(&self) -> Bits {
        self.bits
    }

    /// How many statuses can be read.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.bytes.len().saturating_mul(usize::from(self.bits.per_byte()))
    }

    /// The status at an index.
    ///
    /// # Errors
    /// [`Error::StatusIndex`] beyond the end: then nothing is known, and a credential must be refused (section 8.3).
    pub fn get(&self, index: u64) -> Result<Status, Error> {
        let (position, shift) = self.position(index);
        let byte = position
            .and_then(|position| self.bytes.get(position))
            .ok_or(Error::StatusIndex("the index lies beyond the status list"))?;
        Ok(Status::from_value(byte.wrapping_shr(shift) & self.bits.mask()))
    }

    /// Sets the status at an index.
    ///
    /// # Errors
    /// [`Error::StatusIndex`] beyond the end, [`Error::StatusList`] for a status that does not fit into the bits.
    pub fn set(&mut self, index: u64, status: Status) -> Result<(), Error> {
        let mask = self.bits.mask();
        if status.value() > mask {
            return Err(Error::StatusList("the status needs more bits than the list has"));
        }
        let (position, shift) = self.position(index);
        let byte = position
            .and_then(|position| self.bytes.get_mut(position))
            .ok_or(Error::StatusIndex("the index lies beyond the status list"))?;
        *byte = (*byte & !mask.wrapping_shl(shift)) | status.value().wrapping_shl(shift);
        Ok(())
    }

    /// The byte of an index, and how far its bits are from the lowest.
    fn position(&self, index: u64) -> (Option<usize>, u32) {
        let per_byte = u64::from(self.bits.per_byte());
        let byte = index
            .checked_div(per_byte)
            .and_then(|byte| usize::try_from(byte).ok());
        let place = index.checked_rem(per_byte).unwrap_or_default();
        let shift = place.saturating_mul(u64::from(self.bits.number()));
        (byte, u32::try_from(shift).unwrap_or_default())
    }

    /// The JSON form (section 4.2): `bits`, and `lst`, the base64url of the compressed bytes.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let compressed = miniz_oxide::deflate::compress_to_vec_zlib(&self.bytes, COMPRESSION);
        json!({ "bits": self.bits.number(), "lst": base64url::encode(&compressed) })
    }

    /// Reads the JSON form. What a list inflates to is bounded before it is inflated.
    ///
    /// # Errors
    /// [`Error::StatusList`] for another form and for a list that is damaged or inflates beyond [`MAX_LIST_BYTES`].
    pub fn from_value(value: &Value) -> Result<Self, Error> {
        const WRONG: Error = Error::StatusList("the status list is not of its form");
        let bits = value.get("bits").and_then(Value::as_u64).ok_or(WRONG)?;
        let text = value.get("lst").and_then(Value::as_str).ok_or(WRONG)?;
        let compressed = base64url::decode(text).map_err(|_| WRONG)?;
        Ok(Self {
            bits: Bits::from_number(bits).ok_or(WRONG)?,
            bytes: inflate(&compressed)?,
        })
    }
}

/// Inflates at most [`MAX_LIST_BYTES`]; a checksum that does not match is damage.
fn inflate(compressed: &[u8]) -> Result<Vec<u8>, Error> {
    miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(compressed, MAX_LIST_BYTES)
        .map_err(|_| Error::StatusList("the status list is damaged, or inflates to more than accepted"))
}

/// A signed list (section 5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusToken {
    /// The address of the list, which credentials name.
    pub uri: String,
    /// When it was made.
    pub issued_s: u64,
    /// From when on it says nothing any more.
    pub expires_s: Option<u64>,
    /// How long a copy may be kept.
    pub ttl_s: Option<u64>,
    /// The statuses.
    pub list: StatusList,
}

impl StatusToken {
    /// Signs it; `kid` names the issuer's key where he has several.
    ///
    /// # Errors
    /// [`Error::Signature`].
    pub fn sign(&self, kid: Option<&str>, signer: &dyn Signer) -> Result<String, Error> {
        let mut claims = Map::from_iter([
            ("sub".to_owned(), Value::from(self.uri.as_str())),
            ("iat".to_owned(), Value::from(self.issued_s)),
            ("status_list".to_owned(), self.list.to_value()),
        ]);
        if let Some(time_s) = self.expires_s {
            claims.insert("exp".to_owned(), time_s.into());
        }
        if let Some(time_s) = self.ttl_s {
            claims.insert("ttl".to_owned(), time_s.into());
        }
        let mut header = Map::new();
        if let Some(kid) = kid {
            header.insert("kid".to_owned(), kid.into());
        }
        Jwt::sign(signer, TYPE, header, claims).map(|token| token.text().to_owned())
    }

    /// Reads and verifies a list that was fetched from `uri` at `fetched_s` (section 8.3).
    ///
    /// # Errors
    /// [`Error::Type`], [`Error::Algorithm`], [`Error::Signature`] of its token; [`Error::StatusList`] where it is damaged or is the
    /// list of another address; [`Error::StatusStale`] after its end or when the copy was kept too long; [`Error::NotYet`] where its
    /// time has not begun.
    pub fn verify(
        text: &str,
        key: &Jwk,
        uri: &str,
        fetched_s: u64,
        now_s: u64,
        leeway_s: u64,
    ) -> Result<Self, Error> {
        const WRONG: Error =
            Error::StatusList("the token of the status list lacks a claim or has a malformed one");
        let token = Jwt::parse(text, MAX_TOKEN_BYTES)?;
        token.verify(key, TYPE)?;
        let claims = token.claims();
        if json::optional_text(claims, "sub", WRONG)? != Some(uri) {
            return Err(Error::StatusList("the status list is that of another address"));
        }
        let issued_s = json::optional_seconds(claims, "iat", WRONG)?.ok_or(WRONG)?;
        let expires_s = json::optional_seconds(claims, "exp", WRONG)?;
        let ttl_s = json::optional_seconds(claims, "ttl", WRONG)?;
        if ttl_s == Some(0) {
            return Err(WRONG);
        }
        if issued_s > now_s.saturating_add(leeway_s) {
            return Err(Error::NotYet("the status list was made in the future"));
        }
        json::check_times(claims, now_s, leeway_s).map_err(|error| match error {
            Error::Expired(_) => Error::StatusStale("the status list has expired"),
            other => other,
        })?;
        if ttl_s.is_some_and(|ttl_s| fetched_s.saturating_add(ttl_s) < now_s) {
            return Err(Error::StatusStale(
                "the copy of the status list was kept too long",
            ));
        }
        Ok(Self {
            uri: uri.to_owned(),
            issued_s,
            expires_s,
            ttl_s,
            list: StatusList::from_value(claims.get("status_list").ok_or(WRONG)?)?,
        })
    }

    /// The status of the credential with this reference.
    ///
    /// # Errors
    /// [`Error::StatusList`] where the reference is to another list, [`Error::StatusIndex`] beyond the end.
    pub fn status(&self, reference: &StatusReference) -> Result<Status, Error> {
        if reference.uri != self.uri {
            return Err(Error::StatusList("the credential names another status list"));
        }
        self.list.get(reference.index)
    }
}
