//! Certificates: a quorum of distinct members, every vote valid, and nothing else.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and says so when it is skipped"
)]

mod support;

use support::{block, certificate, ed25519, genesis, validators};
use yinxin_crypto::PrivateKey;
use yinxin_types::certificate::CertificateError;
use yinxin_types::{Certificate, Suite};

/// The verdict over a certificate of the first block of a chain of `count` members, changed in some way.
fn verdict(
    count: u8,
    signers: &[usize],
    change: impl FnOnce(&mut Certificate),
) -> Result<(), CertificateError> {
    let genesis = genesis(Suite::Intl, count.into());
    let keys = validators(count);
    let chosen: Vec<&PrivateKey> = signers.iter().map(|signer| &keys[*signer]).collect();
    let mut certificate = certificate(&block(&genesis, Vec::new()).header, &chosen);
    change(&mut certificate);
    certificate.verify(&genesis.chain().unwrap(), &genesis.validators())
}

#[test]
fn a_quorum_is_n_minus_a_third_rounded_down() {
    // Of n members up to floor((n - 1) / 3) may be faulty; every two quorums share an honest one.
    for (members, quorum) in [(1, 1), (2, 2), (3, 3), (4, 3), (5, 4), (6, 5), (7, 5)] {
        assert_eq!(
            genesis(Suite::Intl, members).validators().quorum(),
            quorum,
            "{members} members"
        );
    }
}

#[test]
fn a_quorum_suffices_and_one_less_does_not() {
    for count in 1..=7_u8 {
        let quorum = genesis(Suite::Gm, count.into()).validators().quorum();
        let signers: Vec<usize> = (0..quorum).collect();
        assert_eq!(verdict(count, &signers, |_| {}), Ok(()));
        let all: Vec<usize> = (0..count.into()).collect();
        assert_eq!(verdict(count, &all, |_| {}), Ok(()));
        let found = quorum - 1;
        assert_eq!(
            verdict(count, &signers[..found], |_| {}),
            Err(CertificateError::Quorum {
                found,
                needed: quorum
            })
        );
    }
}

#[test]
fn one_signer_does_not_count_twice() {
    for signers in [&[0, 0, 1][..], &[0, 1, 1], &[0, 1, 2, 2], &[2, 2, 2]] {
        assert_eq!(verdict(4, signers, |_| {}), Err(CertificateError::Order));
    }
}

#[test]
fn votes_stand_in_the_order_of_their_keys() {
    assert_eq!(verdict(4, &[1, 0, 2], |_| {}), Err(CertificateError::Order));
}

#[test]
fn a_stranger_does_not_count_even_beside_a_quorum() {
    let genesis = genesis(Suite::Intl, 4);
    let header = block(&genesis, Vec::new()).header;
    for members in [2, 3] {
        let (stranger, voters) = (ed25519(1), validators(4));
        let mut keys: Vec<&PrivateKey> = voters.iter().take(members).chain([&stranger]).collect();
        keys.sort_by_key(|key| key.public_key());
        let verdict = certificate(&header, &keys).verify(&header.chain, &genesis.validators());
        assert_eq!(verdict, Err(CertificateError::Stranger(stranger.public_key())));
    }
}

#[test]
fn every_vote_is_valid_also_beyond_the_quorum() {
    let bad = validators(4)[3].public_key();
    let verdict = verdict(4, &[0, 1, 2, 3], |certificate| {
        certificate.signatures[3].signature = certificate.signatures[0].signature;
    });
    assert_eq!(verdict, Err(CertificateError::Signature(bad)));
}

#[test]
fn votes_are_bound_to_block_epoch_view_and_parent_view() {
    let first = CertificateError::Signature(validators(4)[0].public_key());
    let changes: [fn(&mut Certificate); 4] = [
        |certificate| certificate.epoch += 1,
        |certificate| certificate.view += 1,
        |certificate| certificate.parent_view += 1,
        |certificate| certificate.block = Suite::Intl.hash().hash(&[b"another"]),
    ];
    for change in changes {
        assert_eq!(verdict(4, &[0, 1, 2], change), Err(first.clone()));
    }
}

#[test]
fn votes_are_bound_to_the_chain() {
    let (ours, other) = (genesis(Suite::Intl, 4), genesis(Suite::Gm, 4));
    let header = block(&ours, Vec::new()).header;
    let keys = validators(4);
    let certificate = certificate(&header, &keys.iter().collect::<Vec<_>>());
    assert_eq!(
        certificate.verify(&ours.chain().unwrap(), &ours.validators()),
        Ok(())
    );
    let elsewhere = certificate.verify(&other.chain().unwrap(), &other.validators());
    assert!(matches!(elsewhere, Err(CertificateError::Signature(_))));
}

#[test]
fn a_certificate_is_read_strictly() {
    let genesis = genesis(Suite::Intl, 4);
    let keys = validators(4);
    let certificate = certificate(
        &block(&genesis, Vec::new()).header,
        &keys.iter().collect::<Vec<_>>(),
    );
    let text = serde_json::to_string(&certificate).unwrap();
    assert_eq!(serde_json::from_str::<Certificate>(&text).unwrap(), certificate);
    for bad in [
        text.replacen('{', "{\"note\":1,", 1),
        text.replacen("\"view\"", "\"views\"", 1),
        text.replacen('{', "{\"epoch\":0,", 1),
    ] {
        assert!(serde_json::from_str::<Certificate>(&bad).is_err(), "{bad}");
    }
}
