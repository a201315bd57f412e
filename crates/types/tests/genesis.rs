//! The founding document: each rule kept once and broken once.

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

use serde_json::json;
use support::{START, ed25519, genesis, members, sm2};
use yinxin_crypto::{PrivateKey, PublicKey, SignatureAlgorithm};
use yinxin_types::genesis::GenesisError;
use yinxin_types::{BlockTime, Genesis, Limits, Member, Suite};

fn founded(members: Vec<Member>, limits: Limits) -> Result<Genesis, GenesisError> {
    Genesis::new(
        "甲市存证链".to_owned(),
        Suite::Intl,
        BlockTime(START),
        members,
        limits,
    )
}

/// Founds a chain of four after some change to its members.
fn with(change: impl FnOnce(&mut Vec<Member>)) -> Result<Genesis, GenesisError> {
    let mut members = members(4);
    change(&mut members);
    founded(members, Limits::default())
}

#[test]
fn members_are_sorted_whatever_the_order_they_came_in() {
    let mut reversed = members(7);
    reversed.reverse();
    let [one, two] = [members(7), reversed].map(|members| founded(members, Limits::default()).unwrap());
    assert_eq!(one, two);
    assert!(
        one.members
            .is_sorted_by(|a, b| a.validator.as_bytes() < b.validator.as_bytes())
    );
}

#[test]
fn a_document_that_was_read_must_be_sorted_already() {
    let mut genesis = genesis(Suite::Intl, 4);
    assert_eq!(genesis.check(), Ok(()));
    genesis.members.swap(0, 1);
    assert_eq!(genesis.check(), Err(GenesisError::Members));
}

#[test]
fn a_chain_has_one_to_sixty_four_members() {
    assert!(with(|members| members.truncate(1)).is_ok());
    assert_eq!(with(Vec::clear), Err(GenesisError::MemberCount));
    let member = members(1).remove(0);
    let many = |count: u8| -> Vec<Member> {
        (0..count)
            .map(|seed| Member {
                validator: ed25519(seed).public_key(),
                ..member.clone()
            })
            .collect()
    };
    // The number is looked at before the members are.
    assert_eq!(
        founded(many(65), Limits::default()),
        Err(GenesisError::MemberCount)
    );
    assert_eq!(founded(many(64), Limits::default()), Err(GenesisError::Members));
}

#[test]
fn no_validator_account_or_code_stands_twice() {
    assert_eq!(
        with(|members| members[1].validator = members[0].validator),
        Err(GenesisError::Members)
    );
    assert_eq!(
        with(|members| members[1].account = members[0].account),
        Err(GenesisError::Members)
    );
    assert_eq!(
        with(|members| members[1].code = members[0].code.clone()),
        Err(GenesisError::Members)
    );
}

#[test]
fn validators_vote_with_ed25519_and_accounts_may_be_sm2() {
    assert_eq!(
        with(|members| members[0].validator = sm2(1).public_key()),
        Err(GenesisError::ValidatorKey)
    );
    assert!(with(|members| members[0].account = sm2(1).public_key()).is_ok());
}

#[test]
fn no_department_has_a_passkey_as_its_seal_or_its_vote() {
    // The generator of P-256, whose relying party is nobody's.
    let point = "036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
    let passkey: PublicKey = format!("passkey:{point}{}", "00".repeat(32)).parse().unwrap();
    assert!(passkey.is_on_curve());
    assert_eq!(
        with(|members| members[0].account = passkey),
        Err(GenesisError::Passkey)
    );
    assert_eq!(
        with(|members| members[0].validator = passkey),
        Err(GenesisError::ValidatorKey)
    );
}

#[test]
fn every_key_is_a_point_of_its_curve() {
    for algorithm in PrivateKey::ALGORITHMS {
        let off_curve = (2..=u8::MAX).find_map(|last| {
            // Small coordinates: y of Ed25519 is little-endian, x of SM2 big-endian after the byte of its sign.
            let mut bytes = vec![0; algorithm.key_length()];
            if algorithm == SignatureAlgorithm::Ed25519 {
                bytes[0] = last;
            } else {
                (bytes[0], bytes[32]) = (2, last);
            }
            PublicKey::from_bytes(algorithm, &bytes)
                .ok()
                .filter(|key| !key.is_on_curve())
        });
        let key = off_curve.unwrap();
        assert_eq!(with(|members| members[0].account = key), Err(GenesisError::Curve));
        if algorithm == SignatureAlgorithm::Ed25519 {
            assert_eq!(
                with(|members| members[0].validator = key),
                Err(GenesisError::Curve)
            );
        }
    }
}

#[test]
fn names_and_roles_are_not_empty_and_not_long() {
    let long = "x".repeat(201);
    assert_eq!(
        with(|members| members[0].name = String::new()),
        Err(GenesisError::Name)
    );
    assert_eq!(
        with(|members| members[0].name = long.clone()),
        Err(GenesisError::Name)
    );
    assert_eq!(
        with(|members| members[0].roles = vec![String::new()]),
        Err(GenesisError::Name)
    );
    assert_eq!(
        with(|members| members[0].roles = vec![long.clone()]),
        Err(GenesisError::Name)
    );
    assert_eq!(
        with(|members| members[0].roles = vec!["court".to_owned(); 9]),
        Err(GenesisError::Name)
    );
    assert!(with(|members| members[0].roles = vec!["court".to_owned(); 8]).is_ok());
    let unnamed = Genesis::new(
        String::new(),
        Suite::Intl,
        BlockTime(START),
        members(4),
        Limits::default(),
    );
    assert_eq!(unnamed, Err(GenesisError::Name));
}

#[test]
fn limits_lie_where_a_chain_works() {
    let good = Limits::default();
    let cases = [
        (good, true),
        (
            Limits {
                block_bytes: (1 << 16) - 1,
                transaction_bytes: 1024,
                ..good
            },
            false,
        ),
        (
            Limits {
                block_bytes: 1 << 16,
                transaction_bytes: 1024,
                ..good
            },
            true,
        ),
        (
            Limits {
                block_bytes: 16 << 20,
                ..good
            },
            true,
        ),
        (
            Limits {
                block_bytes: (16 << 20) + 1,
                ..good
            },
            false,
        ),
        (
            Limits {
                block_transactions: 0,
                ..good
            },
            false,
        ),
        (
            Limits {
                block_transactions: 65_536,
                ..good
            },
            true,
        ),
        (
            Limits {
                block_transactions: 65_537,
                ..good
            },
            false,
        ),
        (
            Limits {
                transaction_bytes: 1023,
                ..good
            },
            false,
        ),
        (
            Limits {
                transaction_bytes: 1 << 20,
                ..good
            },
            true,
        ),
        (
            Limits {
                transaction_bytes: (1 << 20) + 1,
                block_bytes: 16 << 20,
                ..good
            },
            false,
        ),
        (
            Limits {
                transaction_bytes: good.block_bytes / 2,
                ..good
            },
            false,
        ),
        (
            Limits {
                window_ms: 9_999,
                ..good
            },
            false,
        ),
        (
            Limits {
                window_ms: 3_600_000,
                ..good
            },
            true,
        ),
        (
            Limits {
                window_ms: 3_600_001,
                ..good
            },
            false,
        ),
    ];
    for (limits, sane) in cases {
        let expected = if sane { Ok(()) } else { Err(GenesisError::Limits) };
        assert_eq!(founded(members(4), limits).map(|_| ()), expected, "{limits:?}");
    }
}

#[test]
fn only_the_known_format_is_a_genesis() {
    let mut genesis = genesis(Suite::Intl, 4);
    genesis.format = "yinxin-genesis/2".to_owned();
    assert_eq!(genesis.check(), Err(GenesisError::Format));
}

#[test]
fn the_chain_identifier_changes_with_every_part_of_the_document() {
    let base = genesis(Suite::Intl, 4);
    let changes: [fn(&mut Genesis); 7] = [
        |genesis| genesis.name.push('2'),
        |genesis| genesis.time.0 += 1,
        |genesis| genesis.suite = Suite::Gm,
        |genesis| genesis.limits.window_ms += 1,
        |genesis| genesis.members[0].name.push('2'),
        |genesis| genesis.members[0].roles.push("court".to_owned()),
        |genesis| genesis.members[0].account = ed25519(1).public_key(),
    ];
    let mut chains = vec![base.chain().unwrap()];
    for change in changes {
        let mut changed = base.clone();
        change(&mut changed);
        chains.push(changed.chain().unwrap());
    }
    let different: std::collections::BTreeSet<_> = chains.iter().collect();
    assert_eq!(different.len(), chains.len());
}

#[test]
fn the_document_is_read_strictly() {
    let good = serde_json::to_value(genesis(Suite::Gm, 4)).unwrap();
    assert_eq!(
        serde_json::from_value::<Genesis>(good.clone()).unwrap(),
        genesis(Suite::Gm, 4)
    );
    let change = |place: &str, to: serde_json::Value| {
        let mut document = good.clone();
        document.as_object_mut().unwrap().extend([(place.to_owned(), to)]);
        serde_json::from_value::<Genesis>(document).is_err()
    };
    assert!(change("note", json!(1)));
    assert!(change("suite", json!("us")));
    assert!(change("limits", json!({ "block_bytes": 1 })));
    let mut wrong_digit = good.clone();
    wrong_digit["members"][0]["code"] = json!("119901000000020228");
    assert!(serde_json::from_value::<Genesis>(wrong_digit).is_err());
}
