//! The real network between nodes: encrypted, mutually authenticated links, open to the keys on the list and to nobody else.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use commonware_cryptography::{ChaCha20Poly1305, Signer as _, ed25519};
use commonware_p2p::authenticated::lookup::{self, Network, Oracle};
use commonware_p2p::{Address, AddressableManager as _};
use commonware_runtime::{Quota, tokio};
use commonware_stream::{
    cups::{self, Cups},
    sake::{self, Sake},
};
use commonware_utils::ordered::Map;
use thiserror::Error;
use yinxin_crypto::{Digest, PrivateKey, PublicKey, SignatureAlgorithm};

use crate::block::{BlockRules, engine_key};
use crate::channels::{Channels, max_message_bytes};

/// A validator's private key in the engine's form.
#[derive(Clone)]
pub struct ValidatorKey(ed25519::PrivateKey);

impl ValidatorKey {
    /// Takes an Ed25519 key; `None` for another algorithm.
    pub fn new(key: &PrivateKey) -> Option<Self> {
        if key.public_key().algorithm() != SignatureAlgorithm::Ed25519 {
            return None;
        }
        let bytes = key.export_bytes();
        let bytes: &[u8] = bytes.as_ref();
        let decoded = commonware_codec::Decode::decode_cfg(commonware_codec::Copying(bytes), &());
        decoded.ok().map(Self)
    }

    pub(crate) fn public_key(&self) -> ed25519::PublicKey {
        self.0.public_key()
    }

    pub(crate) fn into_engine(self) -> ed25519::PrivateKey {
        self.0
    }
}

/// Where a peer is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerAddress {
    /// Its validator key.
    pub validator: PublicKey,
    /// Address and port of its node-to-node listener.
    pub address: SocketAddr,
}

/// What one node's network is told.
#[derive(Clone, Debug)]
pub struct NetworkSettings {
    /// The chain: links of another chain are refused during the handshake.
    pub chain: Digest,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Every validator, this node included.
    pub peers: Vec<PeerAddress>,
    /// How far the clocks of two nodes may differ at the handshake.
    pub clock_tolerance: Duration,
}

/// Why the network cannot start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// A peer's key is not a validator key, or stands twice.
    #[error("the list of peers holds a key twice or one that is not Ed25519")]
    Peers,
}

/// The channels of a real node and the list of peers they are open to.
pub(crate) type Links =
    Channels<lookup::Sender<ed25519::PublicKey, tokio::Context>, lookup::Receiver<ed25519::PublicKey>>;

/// Opens the links and returns their channels. Peers are dialled until they answer, for as long as the node runs.
pub(crate) fn open(
    runtime: tokio::Context,
    settings: &NetworkSettings,
    key: &ValidatorKey,
    rules: &BlockRules,
) -> Result<(Links, Oracle<ed25519::PublicKey>), NetworkError> {
    let peers: Vec<(ed25519::PublicKey, Address)> = settings
        .peers
        .iter()
        .map(|peer| {
            let key = engine_key(&peer.validator)?;
            Some((key, Address::Symmetric(peer.address)))
        })
        .collect::<Option<_>>()
        .ok_or(NetworkError::Peers)?;
    let count = u32::try_from(peers.len()).unwrap_or(u32::MAX);
    let max_peers = NonZeroUsize::new(peers.len().saturating_add(1)).unwrap_or(NonZeroUsize::MIN);
    let handshake = Cups::<_, ChaCha20Poly1305>::new(
        Sake {
            signer: key.0.clone(),
            synchrony_bound: settings.clock_tolerance,
            max_handshake_age: settings.clock_tolerance.saturating_mul(2),
            version: sake::Version::V1,
        },
        cups::Version::V1,
    );
    let mut config = lookup::Config::local(
        handshake,
        &yinxin_types::certificate::namespace(&settings.chain),
        settings.listen,
        max_peers,
        max_message_bytes(count, rules),
        NonZeroUsize::new(1024).unwrap_or(NonZeroUsize::MIN),
    );
    // Keys decide who belongs to the network; addresses may be private, translated, or change.
    config.bypass_ip_check = true;
    config.allow_dns = false;
    config.max_concurrent_handshakes = NonZeroU32::new(64).unwrap_or(NonZeroU32::MIN);
    config.block_duration = Duration::from_secs(600);
    config.allowed_handshake_rate_per_ip = Quota::per_second(NonZeroU32::new(32).unwrap_or(NonZeroU32::MIN));
    let (mut network, mut oracle) = Network::new(runtime, config);
    let peers = Map::try_from(peers).map_err(|_| NetworkError::Peers)?;
    oracle.track(0, peers);
    let channels = Channels::open(|id, quota| network.register(id.number(), quota));
    network.start();
    Ok((channels, oracle))
}
