//! What the instance of a new epoch is told of the others.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use commonware_codec::{Copying, Decode as _};
use commonware_consensus::simplex::scheme::ed25519 as vote_scheme;
use commonware_consensus::simplex::types::{Activity, Certificate, Nullify};
use commonware_consensus::types::{Epoch, Round, View};
use commonware_consensus::{Epochable as _, Reporter as _, Viewable as _};
use commonware_cryptography::{ed25519, sha256};
use yinxin_types::{BlockTime, Suite};

use super::chain;
use crate::network::ValidatorKey;
use crate::sets::{Sets, Voters};
use crate::signs;
use crate::votes::ObservedVotes;

/// The voters of a chain as each of its four nodes knows them.
fn nodes() -> Vec<Arc<Voters>> {
    let (genesis, keys) = chain(Suite::Intl);
    let namespace = yinxin_types::certificate::namespace(&genesis.chain().unwrap());
    let of = |key| {
        let sets = Sets::new(namespace.clone(), ValidatorKey::new(key).unwrap().into_engine());
        assert!(sets.know([genesis.validators()], 0));
        sets.of(0).unwrap()
    };
    keys.iter().map(of).collect()
}

fn named(voters: &Voters, observed: &ObservedVotes, started: u64, since: u64) -> Vec<usize> {
    let signs = signs::of_life(1, voters, observed, (BlockTime(started), BlockTime(since)));
    let place = |(from, sign): &(ed25519::PublicKey, commonware_runtime::IoBuf)| {
        let bytes = Copying(sign.as_ref());
        let read = Certificate::<vote_scheme::Scheme, sha256::Digest>::decode_cfg(bytes, &voters.keys.len());
        let read = read.unwrap();
        // Of this epoch, so that it counts, and of a view that nobody certifies, so that it does nothing else.
        assert_eq!((read.epoch().get(), read.view()), (1, View::zero()));
        voters.keys.iter().position(|key| key == from).unwrap()
    };
    signs.iter().map(place).collect()
}

#[test]
fn those_heard_of_lately_are_alive_for_the_next_epoch_and_the_silent_are_not() {
    let (nodes, clock) = (nodes(), Arc::new(AtomicU64::new(0)));
    let time = clock.clone();
    let observed = ObservedVotes::new(move || BlockTime(time.load(Ordering::Relaxed)));
    let voters = &nodes[0];
    // Nobody was heard of yet: all have the time that everybody has after the start.
    assert_eq!(named(voters, &observed, 100, 40), [0, 1, 2, 3]);
    assert!(named(voters, &observed, 100, 101).is_empty());
    for (node, at) in [(1, 200), (2, 300), (3, 1_000)] {
        clock.store(at, Ordering::Relaxed);
        let round = Round::new(Epoch::new(0), View::new(7));
        let vote = Nullify::sign::<sha256::Digest>(&nodes[node].scheme, round).unwrap();
        observed.of_epoch(0, voters).report(Activity::Nullify(vote));
    }
    assert_eq!(named(voters, &observed, 100, 250), [2, 3]);
    assert!(named(voters, &observed, 100, 1_001).is_empty());
}
