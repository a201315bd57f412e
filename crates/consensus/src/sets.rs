//! Who votes in which epoch (纪元), as far as this node has executed the chain, and the engine's signature schemes for it.
//!
//! What stands here is read from the state when the node starts and again at the end of each epoch ([`crate::epochs`]); nothing of it is kept
//! elsewhere. An epoch whose validators are not known yet has no scheme, so its certificates are neither believed nor held against anybody.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use commonware_consensus::simplex::scheme::ed25519 as vote_scheme;
use commonware_consensus::types::Epoch;
use commonware_cryptography::certificate::{Provider, Scoped};
use commonware_cryptography::{Signer as _, ed25519};
use commonware_utils::channel::oneshot;
use commonware_utils::ordered::Set;
use futures::FutureExt as _;
use futures::future::Shared;
use yinxin_types::ValidatorSet;

use crate::block::engine_key;

/// One validator set in the engine's terms.
#[derive(Debug)]
pub(crate) struct Voters {
    /// The set.
    pub set: ValidatorSet,
    /// Its keys, in the same order.
    pub keys: Vec<ed25519::PublicKey>,
    /// Verifies its certificates, and signs where this node's key is in it.
    pub scheme: vote_scheme::Scheme,
    /// Whether it is.
    pub mine: bool,
}

/// The keys that belong to the network in an epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Admitted {
    /// They vote.
    pub voting: Vec<ed25519::PublicKey>,
    /// They will vote, as decided until now.
    pub coming: Vec<ed25519::PublicKey>,
    /// They voted once and neither vote nor will.
    pub gone: Vec<ed25519::PublicKey>,
}

#[derive(Debug, Default)]
struct Known {
    /// By the first epoch of each.
    voters: BTreeMap<u64, Arc<Voters>>,
    /// The last epoch whose validators are known.
    through: Option<u64>,
}

/// The validator sets of the chain. Clones share what is known.
#[derive(Clone, Debug)]
pub(crate) struct Sets(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    namespace: Vec<u8>,
    key: ed25519::PrivateKey,
    known: RwLock<Known>,
    ready: Shared<oneshot::Receiver<()>>,
    open: Mutex<Option<oneshot::Sender<()>>>,
}

impl Sets {
    /// Nothing is known yet. `namespace` is that of the chain's votes, `key` this node's.
    pub(crate) fn new(namespace: Vec<u8>, key: ed25519::PrivateKey) -> Self {
        let (open, ready) = oneshot::channel();
        Self(Arc::new(Inner {
            namespace,
            key,
            known: RwLock::default(),
            ready: ready.shared(),
            open: Mutex::new(Some(open)),
        }))
    }

    /// Takes sets that are known to vote, the last of them in the epoch `through`. `false` if a key is none of the engine's.
    pub(crate) fn know(&self, sets: impl IntoIterator<Item = ValidatorSet>, through: u64) -> bool {
        let voters: Option<Vec<_>> = sets.into_iter().map(|set| self.voters(set)).collect();
        let Some(voters) = voters else { return false };
        {
            let mut known = self.0.known.write().unwrap_or_else(PoisonError::into_inner);
            for voters in voters {
                known
                    .voters
                    .entry(voters.set.epoch)
                    .or_insert_with(|| Arc::new(voters));
            }
            known.through = known.through.max(Some(through));
        }
        let open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(open) = open {
            // Nobody may be waiting yet; those who come later find it open.
            let _ = open.send(());
        }
        true
    }

    fn voters(&self, set: ValidatorSet) -> Option<Voters> {
        let keys: Vec<ed25519::PublicKey> = set.validators.iter().map(engine_key).collect::<Option<_>>()?;
        let participants = Set::from_iter_dedup(keys.clone());
        // Certificates name places; ours and the engine's must be the same.
        if participants.len() != keys.len() || !participants.iter().eq(&keys) {
            return None;
        }
        let (namespace, key) = (&self.0.namespace, self.0.key.clone());
        let mine = keys.contains(&key.public_key());
        let scheme = if mine {
            vote_scheme::Scheme::signer(namespace, participants, key)?
        } else {
            vote_scheme::Scheme::verifier(namespace, participants)
        };
        Some(Voters {
            set,
            keys,
            scheme,
            mine,
        })
    }

    /// Those who vote in an epoch, if that is known.
    pub(crate) fn of(&self, epoch: u64) -> Option<Arc<Voters>> {
        let known = self.0.known.read().unwrap_or_else(PoisonError::into_inner);
        let within = known.through.is_some_and(|through| epoch <= through);
        let (_, voters) = known.voters.range(..=epoch).next_back().filter(|_| within)?;
        Some(voters.clone())
    }

    /// Every set that is known, the founders first.
    pub(crate) fn all(&self) -> Vec<ValidatorSet> {
        let known = self.0.known.read().unwrap_or_else(PoisonError::into_inner);
        known.voters.values().map(|voters| voters.set.clone()).collect()
    }

    /// Who belongs to the network in an epoch, given the sets that will vote later.
    pub(crate) fn admitted(&self, epoch: u64, later: &[ValidatorSet]) -> Admitted {
        let voting = self
            .of(epoch)
            .map(|voters| voters.keys.clone())
            .unwrap_or_default();
        let mut coming: Vec<_> = later
            .iter()
            .flat_map(|set| &set.validators)
            .filter_map(engine_key)
            .filter(|key| !voting.contains(key))
            .collect();
        coming.sort();
        coming.dedup();
        let known = self.0.known.read().unwrap_or_else(PoisonError::into_inner);
        let once = known.voters.values().flat_map(|voters| &voters.keys);
        let mut gone: Vec<_> = once
            .filter(|key| !voting.contains(key) && !coming.contains(key))
            .cloned()
            .collect();
        gone.sort();
        gone.dedup();
        Admitted { voting, coming, gone }
    }

    /// Resolves when the sets up to this node's height are known.
    pub(crate) async fn ready(&self) {
        // An error is the end of whoever would have said so: of the node.
        let _ = self.0.ready.clone().await;
    }
}

impl Provider for Sets {
    type Scope = Epoch;
    type Scheme = vote_scheme::Scheme;

    fn scoped(&self, epoch: Epoch) -> Option<Scoped<Self::Scheme>> {
        let voters = self.of(epoch.get())?;
        Some(Scoped::scheme(Arc::new(voters.scheme.clone())))
    }
}
