//! The limits of the interface. Nothing is unlimited.

use std::net::IpAddr;

use yinxin_types::Limits;

/// A sustained rate and how far it may be exceeded for a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Units per second in the long run.
    pub per_second: u32,
    /// Units at once after a pause.
    pub burst: u32,
}

/// What the interface accepts and holds at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpLimits {
    /// Bytes of the body of one submitted batch.
    pub batch_bytes: usize,
    /// Transactions of one submitted batch.
    pub batch_transactions: usize,
    /// Bytes of the head of a request: request line and headers.
    pub head_bytes: usize,
    /// Headers of a request.
    pub headers: usize,
    /// Open connections.
    pub connections: usize,
    /// Open connections of one client address.
    pub address_connections: usize,
    /// Requests being answered.
    pub requests: usize,
    /// Batches being read or verified.
    pub batches: usize,
    /// Requests that wait for a transaction to become final.
    pub waiting: usize,
    /// Receipts and reports being assembled or waiting to be.
    pub assemblies: usize,
    /// Open streams of events.
    pub streams: usize,
    /// Milliseconds in which the head of a request must arrive, the pause between two requests of a connection included.
    pub head_ms: u64,
    /// Milliseconds in which a request must be read and answered, `wait_ms` included.
    pub request_ms: u64,
    /// Milliseconds in which the client must take some of an answer.
    pub write_ms: u64,
    /// Milliseconds that open connections are given to end when the node stops.
    pub stop_ms: u64,
    /// Milliseconds between the signs of life of an idle stream of events.
    pub heartbeat_ms: u64,
    /// Requests of one client address (of IPv6, of one /64 network); each transaction of a batch counts as one.
    pub address_rate: Rate,
    /// Accepted transactions of one account.
    pub account_rate: Rate,
    /// Applications for enrolment of one client address: per minute, not per second, and at once. A hall with many people may have one address.
    pub applicant_rate: Rate,
    /// How many client addresses, and how many accounts, are remembered for their rates.
    pub remembered: usize,
    /// Bytes of blocks kept at hand for receipts.
    pub receipt_cache_bytes: usize,
    /// Sessions of signed-in people, and as many challenges that nobody has answered yet. One client address has an eighth of each at
    /// most; its oldest make room, so that nobody locks the others out.
    pub sessions: usize,
    /// Reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed, by address. Their clients are told apart by the last
    /// address in the one; the other says whether the client came over TLS, and then cookies are `Secure`.
    pub proxies: Vec<IpAddr>,
}

impl HttpLimits {
    /// The longest a client may ask to wait for a final status, in milliseconds.
    pub const WAIT_MS: u64 = 10_000;
    /// The most rows of one page.
    pub const PAGE: u32 = 100;

    /// Bytes of a submission that needs no place among the large requests. A process with its drawing, or a batch of service items, is longer;
    /// ordinary transactions are not, and so a flood of them keeps no more memory than this times the requests at a time.
    pub const ORDINARY_BYTES: u64 = 192 << 10;

    /// Bytes of the JSON envelope of one transaction: twice the chain's limit for a body, since JSON may need two characters for each
    /// byte of it, and 64 KiB for the signatures: eight of passkeys, each with an assertion at its limits, need about 52 kB.
    pub fn envelope_bytes(chain: &Limits) -> usize {
        usize::try_from(chain.transaction_bytes)
            .unwrap_or(usize::MAX)
            .saturating_mul(2)
            .saturating_add(64 << 10)
    }
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            batch_bytes: 2 << 20,
            batch_transactions: 500,
            head_bytes: 16 << 10,
            headers: 64,
            connections: 1024,
            address_connections: 256,
            requests: 512,
            batches: 16,
            waiting: 256,
            assemblies: 64,
            streams: 256,
            head_ms: 10_000,
            request_ms: 30_000,
            write_ms: 30_000,
            stop_ms: 3_000,
            heartbeat_ms: 15_000,
            address_rate: Rate {
                per_second: 1_000,
                burst: 5_000,
            },
            account_rate: Rate {
                per_second: 500,
                burst: 5_000,
            },
            applicant_rate: Rate {
                per_second: 1,
                burst: 30,
            },
            remembered: 20_000,
            receipt_cache_bytes: 24 << 20,
            sessions: 10_000,
            proxies: Vec::new(),
        }
    }
}
