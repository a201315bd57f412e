//! The simulated network between the nodes of one chain.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use commonware_consensus::simplex::scheme::ed25519 as vote_scheme;
use commonware_cryptography::ed25519;
use commonware_p2p::simulated::{self, Control, Link, Oracle};
use commonware_p2p::{Manager as _, simulated::Config};
use commonware_runtime::{Quota, Supervisor as _};
use commonware_utils::Probability;
use commonware_utils::ordered::Set;
use thiserror::Error;
use yinxin_crypto::PublicKey;
use yinxin_state::Sha256;
use yinxin_types::Genesis;
use yinxin_types::genesis::GenesisError;

use super::Context;
use super::line::{Ear, Line, OpenTo, Watch};
use super::votes::VoteLog;
use crate::application::Application;
use crate::block::{BlockRules, engine_key};
use crate::channels::{ChannelId, Channels, channel_quotas, max_message_bytes};
use crate::engine::{self, EngineError, Running, Settings};
use crate::epochs::Doorkeeper;
use crate::sets::Admitted;

/// Why something cannot be simulated.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SimulationError {
    /// The genesis document breaks a rule.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// No member has this place.
    #[error("no member has the place {0}")]
    Place(usize),
    /// The simulated network stopped.
    #[error("the simulated network: {0}")]
    Network(#[from] simulated::Error),
    /// The engine cannot start.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// How messages travel on a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkQuality {
    /// Mean latency in milliseconds.
    pub latency_ms: u64,
    /// Its standard deviation in milliseconds.
    pub jitter_ms: u64,
    /// Messages lost, in thousandths.
    pub loss: u64,
}

/// How a member deals with the votes of its own node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conduct {
    /// Sends them.
    Honest,
    /// Sends contradictions of them as well: other proposals notarised and finalised, the view nullified.
    VotesTwice,
}

/// The network between the members of a chain; a member is named by its place in the genesis document, and whoever may come later by one
/// after those. No links exist at first.
pub struct Network {
    oracle: Oracle<ed25519::PublicKey, Context>,
    members: Vec<ed25519::PublicKey>,
    log: Arc<VoteLog>,
    lines: Mutex<BTreeMap<usize, Vec<Line>>>,
}

impl Network {
    /// Opens the network of a chain. Votes that leave a node are entered in `log`. `later` are the keys of nodes that may come to vote
    /// after the founders.
    ///
    /// # Errors
    /// [`SimulationError::Genesis`].
    pub fn open(
        runtime: &Context,
        genesis: &Genesis,
        later: &[PublicKey],
        log: Arc<VoteLog>,
    ) -> Result<Self, SimulationError> {
        let founders = genesis.members.iter().map(|member| &member.validator);
        let keys = founders.chain(later).map(engine_key);
        let members: Vec<_> = keys.collect::<Option<_>>().ok_or(GenesisError::ValidatorKey)?;
        let rules = BlockRules {
            hash: genesis.suite.hash(),
            limits: genesis.limits,
        };
        let count = u32::try_from(members.len()).unwrap_or(u32::MAX);
        let config = Config {
            max_size: max_message_bytes(count, &rules),
            max_peers_per_set: NonZeroUsize::new(members.len()).unwrap_or(NonZeroUsize::MIN),
            disconnect_on_block: true,
            tracked_peer_sets: NonZeroUsize::MIN,
        };
        let (network, oracle) = simulated::Network::new(runtime.child("network"), config);
        network.start();
        oracle.manager().track(0, Set::from_iter_dedup(members.clone()));
        Ok(Self {
            oracle,
            members,
            log,
            lines: Mutex::default(),
        })
    }

    fn member(&self, place: usize) -> Result<ed25519::PublicKey, SimulationError> {
        self.members
            .get(place)
            .cloned()
            .ok_or(SimulationError::Place(place))
    }

    /// Sets the link from one member to another, in this direction only; `None` cuts it.
    ///
    /// # Errors
    /// [`SimulationError::Place`], [`SimulationError::Network`].
    pub async fn link(
        &self,
        from: usize,
        to: usize,
        quality: Option<LinkQuality>,
    ) -> Result<(), SimulationError> {
        let (from, to) = (self.member(from)?, self.member(to)?);
        match self.oracle.remove_link(from.clone(), to.clone()).await {
            Ok(()) | Err(simulated::Error::LinkMissing) => {}
            Err(other) => return Err(other.into()),
        }
        if let Some(LinkQuality {
            latency_ms,
            jitter_ms,
            loss,
        }) = quality
            && let Some(success_rate) = Probability::new(1000_u64.saturating_sub(loss), 1000)
        {
            let (latency, jitter) = (
                Duration::from_millis(latency_ms),
                Duration::from_millis(jitter_ms),
            );
            let link = Link {
                latency,
                jitter,
                success_rate,
            };
            self.oracle.add_link(from, to, link).await?;
        }
        Ok(())
    }

    /// Pairs of members of which the first has shut out the second.
    ///
    /// # Errors
    /// [`SimulationError::Network`].
    pub async fn blocked(&self) -> Result<Vec<(usize, usize)>, SimulationError> {
        let place = |key: &ed25519::PublicKey| self.members.iter().position(|member| member == key);
        let blocked = self.oracle.blocked().await?;
        Ok(blocked
            .iter()
            .filter_map(|(from, to)| place(from).zip(place(to)))
            .collect())
    }

    /// Starts the engine of a member. Simulated chains use the suite `intl`.
    ///
    /// # Errors
    /// [`SimulationError`].
    pub async fn start(
        &self,
        runtime: Context,
        place: usize,
        conduct: Conduct,
        settings: Settings,
        application: Arc<dyn Application>,
    ) -> Result<Running, SimulationError> {
        let me = self.member(place)?;
        let control = self.oracle.control(me);
        let twice = match conduct {
            Conduct::Honest => None,
            Conduct::VotesTwice => {
                let namespace = yinxin_types::certificate::namespace(&settings.genesis.chain()?);
                let founders = settings.genesis.members.iter();
                let founders = founders.filter_map(|member| engine_key(&member.validator));
                let founders = Set::from_iter_dedup(founders);
                let key = settings.key.clone().into_engine();
                let scheme = vote_scheme::Scheme::signer(&namespace, founders, key);
                // It lies as one of the founders, as long as those vote.
                let scheme = move |_: u64| scheme.clone();
                let scheme: Arc<dyn Fn(u64) -> Option<vote_scheme::Scheme> + Send + Sync> = Arc::new(scheme);
                Some(scheme)
            }
        };
        let watch = Watch {
            place,
            log: self.log.clone(),
            twice,
        };
        let [
            votes,
            certificates,
            views,
            backfill,
            blocks,
            transactions,
            messages,
        ] = channel_quotas();
        let open_to = OpenTo::default();
        let ends = |channel, watch| register(&control, channel, watch, open_to.clone());
        let channels = Channels {
            votes: ends(votes, Some(watch)).await?,
            certificates: ends(certificates, None).await?,
            views: ends(views, None).await?,
            backfill: ends(backfill, None).await?,
            blocks: ends(blocks, None).await?,
            transactions: ends(transactions, None).await?,
            messages: ends(messages, None).await?,
        };
        let lines = vec![
            channels.certificates.0.clone(),
            channels.views.0.clone(),
            channels.backfill.0.clone(),
            channels.blocks.0.clone(),
            channels.transactions.0.clone(),
            channels.messages.0.clone(),
        ];
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(place, lines);
        let doorkeeper = Links {
            open_to,
            everybody: self.members.clone(),
        };
        let network = (doorkeeper, self.oracle.manager(), control.clone());
        let running =
            engine::start::<_, Sha256, _, _, _, _, _>(runtime, settings, application, channels, network);
        Ok(running.await?)
    }

    /// Sends bytes that are no message of the protocol from a member to all others, on every channel but that of votes.
    pub fn shout(&self, place: usize, bytes: &[u8]) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        for line in lines.get_mut(&place).into_iter().flatten() {
            line.shout(Bytes::copy_from_slice(bytes));
        }
    }
}

/// Opens one node's links to everybody but those who voted once and vote no more.
struct Links {
    open_to: OpenTo,
    everybody: Vec<ed25519::PublicKey>,
}

impl Doorkeeper for Links {
    fn admit(&mut self, _: u64, admitted: &Admitted) {
        let linked = self.everybody.iter().filter(|key| !admitted.gone.contains(key));
        self.open_to.set(linked.cloned().collect());
    }
}

type Ends = (Line, Ear);

async fn register(
    control: &Control<ed25519::PublicKey, Context>,
    (id, quota): (ChannelId, Quota),
    watch: Option<Watch>,
    open_to: OpenTo,
) -> Result<Ends, SimulationError> {
    let (sender, receiver) = control.register(id.number(), quota).await?;
    Ok((
        Line::new(sender, watch, open_to.clone()),
        Ear::new(receiver, open_to),
    ))
}
