//! The real network between nodes: encrypted, mutually authenticated links, open to the keys on the list and to nobody else.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use commonware_cryptography::{ChaCha20Poly1305, Signer as _, ed25519};
use commonware_p2p::authenticated::lookup::{self, Network, Oracle};
use commonware_p2p::{Address, AddressableManager as _, AddressableTrackedPeers};
use commonware_runtime::{Quota, tokio};
use commonware_stream::{
    cups::{self, Cups},
    sake::{self, Sake},
};
use commonware_utils::ordered::Map;
use thiserror::Error;
use yinxin_crypto::{Digest, PrivateKey, PublicKey, SignatureAlgorithm};

use yinxin_types::Genesis;

use crate::block::{BlockRules, engine_key};
use crate::channels::{Channels, max_message_bytes};
use crate::epochs::Doorkeeper;
use crate::sets::Admitted;

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
    /// Where peers are reached. A validator that stands here is dialled; one that does not dials, or is not linked.
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

/// The channels of a real node.
pub(crate) type Lines =
    Channels<lookup::Sender<ed25519::PublicKey, tokio::Context>, lookup::Receiver<ed25519::PublicKey>>;

/// The most keys the links of a node are open to at one time: as many validators as there can be, and some that will be.
const MAX_PEERS: usize = Genesis::MAX_MEMBERS + 16;

/// Opens the node's links to the keys of each epoch (纪元).
pub(crate) struct Links {
    oracle: Oracle<ed25519::PublicKey>,
    addresses: Vec<(ed25519::PublicKey, Address)>,
    tracked: Option<Sides>,
}

/// Keys, and keys.
type Sides = (Vec<ed25519::PublicKey>, Vec<ed25519::PublicKey>);

/// Those who are dialled as well, and those who are only let in. What is configured counts, but not for a key that votes no more.
pub(crate) fn sides(addresses: &[(ed25519::PublicKey, Address)], admitted: &Admitted) -> Sides {
    let Admitted { voting, coming, gone } = admitted;
    let named = addresses.iter().map(|(key, _)| key);
    let named = named.filter(|key| !gone.contains(key) && !voting.contains(key));
    let dialled: Vec<_> = voting.iter().chain(named).take(MAX_PEERS).cloned().collect();
    let room = MAX_PEERS.saturating_sub(dialled.len());
    let let_in = coming.iter().filter(|key| !dialled.contains(key)).take(room);
    let let_in = let_in.cloned().collect();
    (dialled, let_in)
}

impl Links {
    /// The address of a key. One that is not configured cannot be dialled and comes by itself.
    fn addressed(&self, keys: &[ed25519::PublicKey]) -> Map<ed25519::PublicKey, Address> {
        let addressed = keys.iter().map(|key| {
            let known = self.addresses.iter().find(|(known, _)| known == key);
            let nowhere = Address::Symmetric(SocketAddr::from(([0, 0, 0, 0], 0)));
            (key.clone(), known.map_or(nowhere, |(_, address)| address.clone()))
        });
        Map::from_iter_dedup(addressed)
    }
}

impl Doorkeeper for Links {
    fn admit(&mut self, epoch: u64, admitted: &Admitted) {
        let sides = sides(&self.addresses, admitted);
        if self.tracked.as_ref() == Some(&sides) {
            return;
        }
        let (dialled, let_in) = (self.addressed(&sides.0), self.addressed(&sides.1));
        self.oracle
            .track(epoch, AddressableTrackedPeers::new(dialled, let_in));
        self.tracked = Some(sides);
    }
}

/// Opens the listener and returns the channels. Peers are dialled until they answer, for as long as they belong to the network.
pub(crate) fn open(
    runtime: tokio::Context,
    settings: &NetworkSettings,
    key: &ValidatorKey,
    rules: &BlockRules,
) -> Result<(Lines, Links, Oracle<ed25519::PublicKey>), NetworkError> {
    let addresses: Vec<(ed25519::PublicKey, Address)> = settings
        .peers
        .iter()
        .map(|peer| {
            let key = engine_key(&peer.validator)?;
            Some((key, Address::Symmetric(peer.address)))
        })
        .collect::<Option<_>>()
        .ok_or(NetworkError::Peers)?;
    let once: BTreeSet<_> = addresses.iter().map(|(key, _)| key).collect();
    if once.len() != addresses.len() {
        return Err(NetworkError::Peers);
    }
    let handshake = Cups::<_, ChaCha20Poly1305>::new(
        Sake {
            signer: key.0.clone(),
            synchrony_bound: settings.clock_tolerance,
            max_handshake_age: settings.clock_tolerance.saturating_mul(2),
            version: sake::Version::V1,
        },
        cups::Version::V1,
    );
    let validators = u32::try_from(Genesis::MAX_MEMBERS).unwrap_or(u32::MAX);
    let mut config = lookup::Config::local(
        handshake,
        &yinxin_types::certificate::namespace(&settings.chain),
        settings.listen,
        const { NonZeroUsize::new(MAX_PEERS + 1).expect("not zero") },
        max_message_bytes(validators, rules),
        NonZeroUsize::new(1024).unwrap_or(NonZeroUsize::MIN),
    );
    // Keys decide who belongs to the network; addresses may be private, translated, or change.
    config.bypass_ip_check = true;
    config.allow_dns = false;
    // Who belonged to an epoch that is past belongs no more.
    config.tracked_peer_sets = NonZeroUsize::MIN;
    config.max_concurrent_handshakes = NonZeroU32::new(64).unwrap_or(NonZeroU32::MIN);
    config.block_duration = Duration::from_secs(600);
    config.allowed_handshake_rate_per_ip = Quota::per_second(NonZeroU32::new(32).unwrap_or(NonZeroU32::MIN));
    let (mut network, oracle) = Network::new(runtime, config);
    let lines = Channels::open(|id, quota| network.register(id.number(), quota));
    network.start();
    let links = Links {
        oracle: oracle.clone(),
        addresses,
        tracked: None,
    };
    Ok((lines, links, oracle))
}
