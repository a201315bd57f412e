//! The channels between nodes, their quotas and the largest message.

use std::num::NonZeroU32;

use commonware_consensus::marshal::{self, standard::Standard};
use commonware_consensus::simplex::{self, scheme::ed25519 as vote_scheme};
use commonware_cryptography::{ed25519, sha256};
use commonware_p2p::utils::mux::prefixed;
use commonware_p2p::{Receiver, Sender, max_message_size};
use commonware_runtime::Quota;

use crate::block::{BlockRules, LedgerBlock};
use crate::outbox::MAX_PACKET_BYTES;

/// The most bytes of one message of passed-on transactions.
pub const MAX_GOSSIP_BYTES: usize = 256 << 10;

/// What travels on a channel; the number is part of the protocol between nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u64)]
pub enum ChannelId {
    /// Votes.
    Votes = 0,
    /// Certificates.
    Certificates = 1,
    /// Requests for certificates of missed views.
    Views = 2,
    /// Requests for missed blocks.
    Backfill = 3,
    /// Proposed blocks.
    Blocks = 4,
    /// Transactions passed on.
    Transactions = 5,
    /// Messages between nodes that are not about consensus.
    Messages = 6,
}

impl ChannelId {
    /// Every channel, in the order of their numbers.
    pub const ALL: [Self; 7] = [
        Self::Votes,
        Self::Certificates,
        Self::Views,
        Self::Backfill,
        Self::Blocks,
        Self::Transactions,
        Self::Messages,
    ];

    /// The number by which peers know the channel.
    pub const fn number(self) -> u64 {
        match self {
            Self::Votes => 0,
            Self::Certificates => 1,
            Self::Views => 2,
            Self::Backfill => 3,
            Self::Blocks => 4,
            Self::Transactions => 5,
            Self::Messages => 6,
        }
    }
}

/// Messages per second and peer, by channel.
pub fn channel_quotas() -> [(ChannelId, Quota); 7] {
    fn per_second(n: u32) -> Quota {
        Quota::per_second(NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN))
    }
    ChannelId::ALL.map(|id| match id {
        ChannelId::Blocks => (id, per_second(128)),
        ChannelId::Views | ChannelId::Messages => (id, per_second(256)),
        ChannelId::Backfill => (id, per_second(512)),
        ChannelId::Votes | ChannelId::Certificates | ChannelId::Transactions => (id, per_second(1024)),
    })
}

/// The most bytes any message between nodes has. Messages of the engine's votes are preceded by the number of their epoch (纪元).
pub fn max_message_bytes(validators: u32, rules: &BlockRules) -> u32 {
    max_message_size(&[
        prefixed(simplex::max_payload_size::<vote_scheme::Scheme, sha256::Digest>(
            validators,
        )),
        marshal::max_payload_size::<Standard<LedgerBlock>, vote_scheme::Scheme>(validators, rules),
        MAX_PACKET_BYTES,
    ])
}

/// The two ends of every channel.
pub struct Channels<S, R>
where
    S: Sender<PublicKey = ed25519::PublicKey>,
    R: Receiver<PublicKey = ed25519::PublicKey>,
{
    /// [`ChannelId::Votes`].
    pub votes: (S, R),
    /// [`ChannelId::Certificates`].
    pub certificates: (S, R),
    /// [`ChannelId::Views`].
    pub views: (S, R),
    /// [`ChannelId::Backfill`].
    pub backfill: (S, R),
    /// [`ChannelId::Blocks`].
    pub blocks: (S, R),
    /// [`ChannelId::Transactions`].
    pub transactions: (S, R),
    /// [`ChannelId::Messages`].
    pub messages: (S, R),
}

impl<S, R> Channels<S, R>
where
    S: Sender<PublicKey = ed25519::PublicKey>,
    R: Receiver<PublicKey = ed25519::PublicKey>,
{
    /// Opens every channel in the order of [`ChannelId::ALL`].
    pub fn open(mut register: impl FnMut(ChannelId, Quota) -> (S, R)) -> Self {
        let mut open = |id: ChannelId| {
            let quota = channel_quotas()
                .into_iter()
                .find(|(known, _)| *known == id)
                .map(|(_, quota)| quota);
            register(id, quota.unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN)))
        };
        Self {
            votes: open(ChannelId::Votes),
            certificates: open(ChannelId::Certificates),
            views: open(ChannelId::Views),
            backfill: open(ChannelId::Backfill),
            blocks: open(ChannelId::Blocks),
            transactions: open(ChannelId::Transactions),
            messages: open(ChannelId::Messages),
        }
    }
}
