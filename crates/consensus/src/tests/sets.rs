//! What a node knows about who votes, and to whom it opens its links.

use commonware_consensus::types::Epoch;
use commonware_cryptography::certificate::{Provider as _, Scheme as _};
use commonware_cryptography::ed25519;
use commonware_p2p::Address;
use yinxin_crypto::{PrivateKey, PublicKey, SignatureAlgorithm};
use yinxin_types::{Suite, ValidatorSet};

use super::chain;
use crate::block::engine_key;
use crate::network::{ValidatorKey, sides};
use crate::sets::Sets;

fn key(seed: u8) -> PrivateKey {
    PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &[seed; 32]).unwrap()
}

fn engine(seed: u8) -> ed25519::PublicKey {
    engine_key(&key(seed).public_key()).unwrap()
}

fn set(epoch: u64, seeds: &[u8]) -> ValidatorSet {
    let mut validators: Vec<PublicKey> = seeds.iter().map(|seed| key(*seed).public_key()).collect();
    validators.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
    ValidatorSet { epoch, validators }
}

/// As the node with key 1 knows them: four founders, in epoch 2 key 5 takes the place of key 4, in epoch 5 key 1 leaves for key 6.
fn sets() -> Sets {
    let sets = Sets::new(
        b"test".to_vec(),
        ValidatorKey::new(&key(1)).unwrap().into_engine(),
    );
    let known = [
        set(0, &[1, 2, 3, 4]),
        set(2, &[1, 2, 3, 5]),
        set(5, &[2, 3, 5, 6]),
    ];
    assert!(sets.know(known, 6));
    sets
}

#[test]
fn nothing_is_known_before_the_state_was_read_nor_beyond_what_it_says() {
    let (genesis, keys) = chain(Suite::Intl);
    let sets = Sets::new(Vec::new(), ValidatorKey::new(&keys[0]).unwrap().into_engine());
    assert!(sets.of(0).is_none() && sets.scoped(Epoch::new(0)).is_none());
    assert!(futures::FutureExt::now_or_never(sets.ready()).is_none());
    assert!(sets.know([genesis.validators()], 3));
    assert!(futures::FutureExt::now_or_never(sets.ready()).is_some());
    assert_eq!(sets.of(3).unwrap().set, genesis.validators());
    assert!(sets.of(4).is_none() && sets.scoped(Epoch::new(4)).is_none());
    assert_eq!(sets.all(), [genesis.validators()]);
}

#[test]
fn each_epoch_has_the_set_that_began_last_and_this_node_signs_only_where_it_votes() {
    let sets = sets();
    for (epoch, first, mine) in [
        (0, 0, true),
        (1, 0, true),
        (2, 2, true),
        (4, 2, true),
        (5, 5, false),
        (6, 5, false),
    ] {
        let voters = sets.of(epoch).unwrap();
        assert_eq!((voters.set.epoch, voters.mine), (first, mine), "epoch {epoch}");
        assert_eq!(voters.scheme.me().is_some(), mine);
        let keys: Vec<_> = voters
            .set
            .validators
            .iter()
            .map(|key| engine_key(key).unwrap())
            .collect();
        assert_eq!(voters.keys, keys);
        assert!(
            voters.scheme.participants().iter().eq(&keys),
            "places are the same"
        );
    }
    // Told again, as after a crash: nothing changes.
    assert!(sets.know([set(5, &[2, 3, 5, 6])], 5));
    assert_eq!(sets.all().len(), 3);
    assert!(sets.of(6).is_some());
}

#[test]
fn keys_that_voted_once_are_gone_unless_they_vote_or_will() {
    let sets = sets();
    let admitted = sets.admitted(6, &[set(7, &[2, 3, 5, 6, 7]), set(8, &[1, 2, 3, 5, 6])]);
    let sorted = |seeds: &[u8]| {
        let mut keys: Vec<_> = seeds.iter().map(|seed| engine(*seed)).collect();
        keys.sort();
        keys
    };
    assert_eq!(admitted.voting, sorted(&[2, 3, 5, 6]));
    assert_eq!(admitted.coming, sorted(&[1, 7]));
    assert_eq!(admitted.gone, sorted(&[4]));
    assert_eq!(sets.admitted(6, &[]).gone, sorted(&[1, 4]));
}

#[test]
fn links_are_open_to_those_who_vote_or_will_and_to_configured_ones_but_never_to_those_who_are_gone() {
    let address = |port: u16| Address::Symmetric(([127, 0, 0, 1], port).into());
    let addresses: Vec<_> = [1, 2, 3, 4, 7, 9]
        .iter()
        .map(|seed| (engine(*seed), address(u16::from(*seed))))
        .collect();
    let admitted = sets().admitted(6, &[set(7, &[2, 3, 5, 6, 7, 8])]);
    let (dialled, let_in) = sides(&addresses, &admitted);
    let has = |side: &[ed25519::PublicKey], seeds: &[u8]| {
        let mut keys = side.to_vec();
        keys.sort();
        let mut expected: Vec<_> = seeds.iter().map(|seed| engine(*seed)).collect();
        expected.sort();
        assert_eq!(keys, expected);
    };
    // Key 9 is a stranger whom the operator lets in; keys 1 and 4 are configured and gone.
    has(&dialled, &[2, 3, 5, 6, 7, 9]);
    has(&let_in, &[8]);
}
