//! Every vote that left a node, and whether any two of one member contradict each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use commonware_consensus::simplex::scheme::ed25519 as vote_scheme;
use commonware_consensus::simplex::types::Vote;
use commonware_consensus::{Epochable as _, Viewable as _};
use commonware_cryptography::sha256;

#[derive(Clone, Debug, Default)]
struct Votes {
    notarized: BTreeSet<[u8; 32]>,
    nullified: bool,
    finalized: BTreeSet<[u8; 32]>,
}

/// Two votes of one member in one view that no honest member gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The member's place in the genesis document.
    pub place: usize,
    /// The epoch.
    pub epoch: u64,
    /// The view.
    pub view: u64,
    /// Which votes.
    pub votes: &'static str,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "node {} gave {} in view {} of epoch {}",
            self.place, self.votes, self.view, self.epoch
        )
    }
}

/// Every vote that left a node, whether or not it arrived. Outlives crashes and outages of all nodes.
#[derive(Debug, Default)]
pub struct VoteLog(Mutex<BTreeMap<(usize, u64, u64), Votes>>);

impl VoteLog {
    pub(super) fn left(&self, place: usize, vote: &Vote<vote_scheme::Scheme, sha256::Digest>) {
        let mut log = self.lock();
        let votes = log
            .entry((place, vote.epoch().get(), vote.view().get()))
            .or_default();
        match vote {
            Vote::Notarize(vote) => _ = votes.notarized.insert(vote.proposal.payload.0),
            Vote::Nullify(_) => votes.nullified = true,
            Vote::Finalize(vote) => _ = votes.finalized.insert(vote.proposal.payload.0),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(usize, u64, u64), Votes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The contradictions among the votes of these members.
    pub fn contradictions(&self, places: &[usize]) -> Vec<Contradiction> {
        let log = self.lock();
        let of_places = log.iter().filter(|((place, ..), _)| places.contains(place));
        of_places
            .filter_map(|((place, epoch, view), votes)| {
                let votes = if votes.notarized.len() > 1 {
                    "two notarisations"
                } else if votes.finalized.len() > 1 {
                    "two finalisations"
                } else if votes.nullified && !votes.finalized.is_empty() {
                    "a finalisation and a nullification"
                } else {
                    return None;
                };
                Some(Contradiction {
                    place: *place,
                    epoch: *epoch,
                    view: *view,
                    votes,
                })
            })
            .collect()
    }

    /// The last epoch, and the highest view of it, in which a member voted.
    pub fn last(&self, place: usize) -> Option<(u64, u64)> {
        self.lock()
            .range((place, 0, 0)..=(place, u64::MAX, u64::MAX))
            .next_back()
            .map(|((_, epoch, view), _)| (*epoch, *view))
    }
}
