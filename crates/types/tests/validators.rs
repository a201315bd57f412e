//! The history of validators: each set certified by the one before it, and no other way in.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use support::{block, certificate, ed25519, genesis, sm2, validators};
use yinxin_crypto::{PrivateKey, PublicKey};
use yinxin_types::certificate::CertificateError;
use yinxin_types::validators::{Change, ChangeError, History};
use yinxin_types::{Certificate, Genesis, Header, Height, Suite, ValidatorSet};

/// A set that begins to vote in an epoch.
fn set(epoch: u64, keys: &[PrivateKey]) -> ValidatorSet {
    let mut validators: Vec<PublicKey> = keys.iter().map(PrivateKey::public_key).collect();
    validators.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
    ValidatorSet { epoch, validators }
}

/// The last header of an epoch, which names this set.
fn last_of(genesis: &Genesis, epoch: u64, next: &ValidatorSet) -> Header {
    let mut header = block(genesis, Vec::new()).header;
    header.epoch = epoch;
    header.height = Height(Height::first_of(epoch + 1).0 - 1);
    header.validators = next.digest(genesis.suite.hash());
    header
}

fn signed(header: &Header, keys: &[PrivateKey]) -> Certificate {
    certificate(header, &keys.iter().collect::<Vec<_>>())
}

/// The founders with one key rotated.
fn rotated() -> Vec<PrivateKey> {
    let mut keys = validators(4);
    keys[1] = ed25519(77);
    keys.sort_by_key(PrivateKey::public_key);
    keys
}

/// The founders, those who follow them and the change in epoch 2.
fn change(suite: Suite) -> (Genesis, Vec<PrivateKey>, Change) {
    let genesis = genesis(suite, 4);
    let keys = rotated();
    let next = set(3, &keys);
    let header = last_of(&genesis, 2, &next);
    let change = Change {
        certificate: signed(&header, &validators(4)[..3]),
        header,
        validators: next,
    };
    (genesis, keys, change)
}

fn follow(genesis: &Genesis, change: &Change) -> Result<History, ChangeError> {
    let mut history = History::of_founders(genesis);
    history.follow(&genesis.chain().unwrap(), change)?;
    Ok(history)
}

#[test]
fn a_change_certified_by_the_old_set_is_followed_and_leads_to_the_next() {
    for suite in [Suite::Intl, Suite::Gm] {
        let (genesis, keys, first) = change(suite);
        let mut history = follow(&genesis, &first).unwrap();
        assert_eq!(history.at(2), Some(&genesis.validators()));
        assert_eq!(history.at(3), Some(&first.validators));
        assert_eq!(history.at(9), Some(&first.validators));
        // A fifth joins in epoch 7: certified by the rotated set, in a later view than it was proposed in.
        let mut five = rotated();
        five.push(ed25519(78));
        let header = last_of(&genesis, 6, &set(7, &five));
        let mut again = header.clone();
        again.view += 5;
        let mut certificate = signed(&again, &keys[..3]);
        certificate.block = header.hash();
        let message = certificate.message(&header.chain);
        for (vote, key) in certificate.signatures.iter_mut().zip(&keys) {
            vote.signature = key.sign(&message);
        }
        let second = Change {
            certificate,
            header,
            validators: set(7, &five),
        };
        let chain = genesis.chain().unwrap();
        assert!(follow(&genesis, &second).is_err(), "a change is left out");
        history.follow(&chain, &second).unwrap();
        assert_eq!(history.sets().len(), 3);
        assert_eq!(history.at(u64::MAX).unwrap().quorum(), 4);
        assert_eq!(history.follow(&chain, &first), Err(ChangeError::Header));
    }
}

#[test]
fn a_set_that_the_old_one_did_not_certify_is_refused() {
    let (genesis, keys, good) = change(Suite::Intl);
    assert!(follow(&genesis, &good).is_ok());
    let mut strangers = good.clone();
    strangers.certificate = signed(&strangers.header, &keys[..3]);
    let verdict = follow(&genesis, &strangers);
    assert!(
        matches!(
            verdict,
            Err(ChangeError::Certificate(CertificateError::Stranger(_)))
        ),
        "{verdict:?}"
    );
    let mut few = good.clone();
    few.certificate.signatures.pop();
    let verdict = follow(&genesis, &few);
    assert!(matches!(
        verdict,
        Err(ChangeError::Certificate(CertificateError::Quorum { .. }))
    ));
    let mut named = good.clone();
    named.header.time.0 += 1;
    assert_eq!(follow(&genesis, &named), Err(ChangeError::Named));
}

#[test]
fn a_header_that_does_not_end_an_epoch_changes_nothing() {
    let (genesis, _, good) = change(Suite::Intl);
    for (height, epoch) in [(190, 2), (191, 1), (192, 3), (127, 2)] {
        let mut other = good.clone();
        (other.header.height, other.header.epoch) = (Height(height), epoch);
        other.certificate = signed(&other.header, &validators(4)[..3]);
        assert_eq!(
            follow(&genesis, &other),
            Err(ChangeError::Header),
            "{height} {epoch}"
        );
    }
    let (other_chain, _, other) = change(Suite::Gm);
    assert_eq!(
        follow(&genesis, &other),
        Err(ChangeError::Header),
        "{other_chain:?}"
    );
}

#[test]
fn a_set_out_of_form_or_other_than_the_header_names_is_refused() {
    let (genesis, keys, good) = change(Suite::Intl);
    let refused = |validators: ValidatorSet, named: bool| {
        let mut other = good.clone();
        if named {
            other.header.validators = validators.digest(Suite::Intl.hash());
            other.certificate = signed(&other.header, &self::validators(4)[..3]);
        }
        other.validators = validators;
        assert_eq!(follow(&genesis, &other), Err(ChangeError::Validators));
    };
    refused(set(3, &keys[..3]), false);
    refused(set(4, &keys), true);
    refused(set(2, &keys), true);
    refused(set(3, &[]), true);
    let mut twice = set(3, &keys);
    twice.validators[1] = twice.validators[0];
    refused(twice, true);
    let mut turned = set(3, &keys);
    turned.validators.reverse();
    refused(turned, true);
    let mut sm2_key = set(3, &keys[..3]);
    sm2_key.validators.push(sm2(1).public_key());
    refused(sm2_key, true);
    let many: Vec<_> = (1..=65).map(ed25519).collect();
    refused(set(3, &many), true);
}

#[test]
fn a_header_names_the_set_of_its_epoch_and_only_the_last_of_an_epoch_another() {
    let (genesis, _, good) = change(Suite::Intl);
    let history = follow(&genesis, &good).unwrap();
    let founders = genesis.validators().digest(Suite::Intl.hash());
    let new = good.validators.digest(Suite::Intl.hash());
    let names = |height: u64, epoch: u64, validators| {
        let mut header = good.header.clone();
        (header.height, header.epoch, header.validators) = (Height(height), epoch, validators);
        history.names(&header)
    };
    assert!(names(5, 0, founders) && names(191, 2, new) && names(192, 3, new));
    assert!(!names(192, 3, founders) && !names(190, 2, new));
    assert!(!names(192, 2, founders) && !names(191, 3, new));
}

#[test]
fn a_certificate_of_a_later_view_names_only_the_last_block_of_an_epoch() {
    let (_, _, good) = change(Suite::Intl);
    let mut certificate = good.certificate.clone();
    assert!(certificate.names(&good.header));
    (certificate.view, certificate.parent_view) = (good.header.view + 3, good.header.view);
    assert!(certificate.names(&good.header));
    let mut inside = good.header.clone();
    inside.height = Height(100);
    inside.epoch = 1;
    let mut certificate = signed(&inside, &validators(4));
    assert!(certificate.names(&inside));
    certificate.view += 1;
    assert!(!certificate.names(&inside));
}

#[test]
fn a_set_counts_from_its_epoch_on_and_not_before() {
    let (genesis, keys, good) = change(Suite::Intl);
    let header = last_of(&genesis, 2, &good.validators);
    let early = signed(&header, &keys[..3]);
    assert_eq!(
        early.verify(&genesis.chain().unwrap(), &good.validators),
        Err(CertificateError::Epoch {
            found: 2,
            expected: 3
        })
    );
}

#[test]
fn sets_known_from_elsewhere_come_in_order() {
    let (genesis, keys, good) = change(Suite::Intl);
    let history = History::of_sets(
        &genesis,
        [genesis.validators(), good.validators.clone(), set(3, &keys[..3])],
    );
    assert_eq!(history.sets(), [genesis.validators(), good.validators]);
}
