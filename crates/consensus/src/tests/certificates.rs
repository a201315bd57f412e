//! A finalisation made by the engine, in our form, under our verifier.

use commonware_consensus::simplex::scheme::ed25519 as vote_scheme;
use commonware_consensus::simplex::types::{Finalization, Finalize, Proposal};
use commonware_consensus::types::{Epoch, Round, View};
use commonware_cryptography::sha256;
use commonware_parallel::Sequential;
use commonware_utils::iter::NonEmpty;
use commonware_utils::ordered::Set;
use yinxin_crypto::{self as crypto, Digest};
use yinxin_types::certificate::CertificateError;
use yinxin_types::{Certificate, Genesis, Suite, ValidatorSet};

use super::chain;
use crate::adapter::ledger_certificate;
use crate::block::engine_key;
use crate::network::ValidatorKey;

/// The engine's finalisation of a block by the members at these places, in our form.
fn finalize(genesis: &Genesis, keys: &[crypto::PrivateKey], places: &[usize], block: &Digest) -> Certificate {
    let chain = genesis.chain().unwrap();
    let namespace = yinxin_types::certificate::namespace(&chain);
    let validators = genesis
        .members
        .iter()
        .map(|member| engine_key(&member.validator).unwrap());
    let set = Set::from_iter_dedup(validators);
    let round = Round::new(Epoch::new(0), View::new(300));
    let proposal = Proposal::new(round, View::new(299), sha256::Digest(*block.bytes()));
    let scheme = |place: usize| {
        let key = ValidatorKey::new(&keys[place]).unwrap().into_engine();
        vote_scheme::Scheme::signer(&namespace, set.clone(), key).unwrap()
    };
    let votes: Vec<_> = places
        .iter()
        .map(|place| Finalize::sign(&scheme(*place), proposal.clone()).unwrap())
        .collect();
    let finalization = Finalization::from_finalizes(
        &scheme(places[0]),
        NonEmpty::try_new(votes.iter()).unwrap(),
        &Sequential,
    )
    .unwrap();
    ledger_certificate(&finalization, genesis.suite.hash(), &genesis.validators()).unwrap()
}

#[test]
fn a_finalisation_of_the_engine_verifies_as_a_certificate_of_the_ledger() {
    for suite in [Suite::Intl, Suite::Gm] {
        let (genesis, keys) = chain(suite);
        let (id, set) = (genesis.chain().unwrap(), genesis.validators());
        let block = suite.hash().hash(&[b"block"]);
        for places in [[0, 1, 2].as_slice(), &[0, 2, 3], &[1, 2, 3], &[0, 1, 2, 3]] {
            let certificate = finalize(&genesis, &keys, places, &block);
            assert_eq!(certificate.verify(&id, &set), Ok(()), "{places:?}");
            assert_eq!(
                (certificate.block, certificate.view, certificate.parent_view),
                (block, 300, 299)
            );
            let signers: Vec<_> = certificate.signatures.iter().map(|vote| vote.validator).collect();
            let expected: Vec<_> = places
                .iter()
                .map(|place| genesis.members[*place].validator)
                .collect();
            assert_eq!(signers, expected);
        }
    }
}

#[test]
fn nothing_of_it_can_be_changed() {
    let (genesis, keys) = chain(Suite::Intl);
    let (id, set) = (genesis.chain().unwrap(), genesis.validators());
    let good = finalize(&genesis, &keys, &[0, 1, 2], &Suite::Intl.hash().hash(&[b"block"]));
    type Change = fn(&mut Certificate);
    let changes: [(&str, Change); 6] = [
        ("block", |c| c.block = Suite::Intl.hash().hash(&[b"other"])),
        ("view", |c| c.view += 1),
        ("parent view", |c| c.parent_view += 1),
        ("epoch", |c| c.epoch += 1),
        ("one signer fewer", |c| _ = c.signatures.pop()),
        ("signatures exchanged", |c| {
            let signature = c.signatures[0].signature;
            c.signatures[0].signature = c.signatures[1].signature;
            c.signatures[1].signature = signature;
        }),
    ];
    for (what, change) in changes {
        let mut changed = good.clone();
        change(&mut changed);
        assert!(changed.verify(&id, &set).is_err(), "{what}");
    }
    let (other, _) = chain(Suite::Gm);
    assert!(
        good.verify(&other.chain().unwrap(), &set).is_err(),
        "another chain"
    );
}

/// The planted bug "count signatures instead of signers": the rest of the verifier, without the order that makes signers distinct.
fn counts_signatures(certificate: &Certificate, chain: &Digest, set: &ValidatorSet) -> bool {
    let message = certificate.message(chain);
    let valid = certificate.signatures.iter().filter(|vote| {
        set.validators.contains(&vote.validator)
            && crypto::verify(&vote.validator, &message, &vote.signature).is_ok()
    });
    valid.count() >= set.quorum()
}

#[test]
fn one_signer_counted_three_times_passes_only_where_signatures_are_counted() {
    let (genesis, keys) = chain(Suite::Intl);
    let (id, set) = (genesis.chain().unwrap(), genesis.validators());
    let mut forged = finalize(&genesis, &keys, &[0, 1, 2], &Suite::Intl.hash().hash(&[b"block"]));
    assert!(counts_signatures(&forged, &id, &set));
    let one = forged.signatures[0].clone();
    forged.signatures = vec![one; 3];
    assert!(counts_signatures(&forged, &id, &set), "the mutant takes it");
    assert_eq!(forged.verify(&id, &set), Err(CertificateError::Order));
}
