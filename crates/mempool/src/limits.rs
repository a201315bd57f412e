//! The bounds of the pool and of one proposal.

/// What the pool holds at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Waiting transactions.
    pub transactions: usize,
    /// Their bytes in wire form (formats section 3).
    pub bytes: usize,
    /// Waiting transactions of one account.
    pub account_transactions: usize,
    /// The chain's validity window in milliseconds: how far ahead of block time `valid_until` may lie.
    pub window_ms: u64,
}

impl Default for Limits {
    /// Room for several seconds of a chain at full speed.
    fn default() -> Self {
        Self {
            transactions: 25_000,
            bytes: 32 << 20,
            account_transactions: 5_000,
            window_ms: 600_000,
        }
    }
}

/// The room of one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// Transactions.
    pub transactions: usize,
    /// Bytes of all transactions in wire form.
    pub bytes: usize,
}
