//! A bounded reader for the binary layouts of transactions and blocks: big-endian integers and length-prefixed bytes.
//!
//! Every read names the most it will accept before it allocates, so a hostile length costs nothing.

use thiserror::Error;

/// Why bytes are not in the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WireError {
    /// The bytes end before the value does.
    #[error("bytes end too early")]
    Short,
    /// A length or count is over its limit.
    #[error("length over its limit")]
    TooLong,
    /// A tag or value is not one of those defined.
    #[error("value not defined")]
    Undefined,
    /// Bytes are left after the value.
    #[error("bytes left over")]
    Trailing,
}

/// Reads values from the front of a byte slice.
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader over all of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next `length` bytes.
    pub fn take(&mut self, length: usize) -> Result<&'a [u8], WireError> {
        let (head, rest) = self.rest.split_at_checked(length).ok_or(WireError::Short)?;
        self.rest = rest;
        Ok(head)
    }

    /// The next `N` bytes as an array.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(WireError::Short)?;
        self.rest = rest;
        Ok(*head)
    }

    /// One byte.
    pub fn u8(&mut self) -> Result<u8, WireError> {
        self.array::<1>().map(u8::from_be_bytes)
    }

    /// Four bytes, big-endian.
    pub fn u32(&mut self) -> Result<u32, WireError> {
        self.array().map(u32::from_be_bytes)
    }

    /// A length of four bytes and as many bytes, at most `limit`.
    pub fn bytes(&mut self, limit: usize) -> Result<&'a [u8], WireError> {
        let length = usize::try_from(self.u32()?).map_err(|_| WireError::TooLong)?;
        if length > limit {
            return Err(WireError::TooLong);
        }
        self.take(length)
    }

    /// Succeeds if nothing is left.
    pub fn end(self) -> Result<(), WireError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(WireError::Trailing)
        }
    }
}

/// Appends a length of four bytes and the bytes. Lengths over `u32::MAX` cannot occur below the limits of a chain and are cut
/// to an unreadable length rather than to a wrong one.
pub fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(bytes);
}
