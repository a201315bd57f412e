//! Occurrences (到期事件): what the ledger itself did because a time had come, with a receipt like that of a transaction.

use serde::{Deserialize, Serialize};
use yinxin_crypto::Digest;

use crate::canonical;
use crate::receipt::Receipt;
use crate::units::BlockTime;

/// A timer (定时器) of a scenario, named so that no other of the chain has the same name.
///
/// A block whose time is `fires` or later brings it, as early as the limit of a block allows; what its scenario then did stands in the
/// receipt whose `transaction` is [`Occurrence::id`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Occurrence {
    /// Chain identifier.
    pub chain: Digest,
    /// The time for which the scenario set it.
    pub due: BlockTime,
    /// The full minute at which it fires: that of `due` or the next one, but after the block that set it.
    pub fires: BlockTime,
    /// What its scenario calls it, for instance the identifier of a case.
    pub key: String,
    /// The scenario that set it and that is told.
    pub scenario: String,
    /// Its place among those of the same minute, from 0, in the order in which they were set.
    pub sequence: u64,
}

impl Occurrence {
    /// The most bytes of [`Occurrence::key`].
    pub const MAX_KEY_BYTES: usize = 128;

    /// `H("yinxin/occurrence/1", JCS(occurrence))`, in the algorithm of the chain.
    ///
    /// # Errors
    /// A number above 2^53 - 1, which no timer of a chain has.
    pub fn id(&self) -> Result<Digest, canonical::Reason> {
        let bytes = canonical::to_bytes(self)?;
        let algorithm = self.chain.algorithm();
        Ok(algorithm.hash_tagged("yinxin/occurrence/1", &[&bytes]))
    }
}

/// An occurrence with its receipt.
#[derive(Clone, Debug, PartialEq)]
pub struct Occurred {
    /// Which timer it was.
    pub occurrence: Occurrence,
    /// What came of it; its `transaction` is the identifier of the occurrence.
    pub receipt: Receipt,
}
