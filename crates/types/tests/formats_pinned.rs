//! The formats, pinned: a change of any byte that is hashed, signed, stored or sent shows here.
//!
//! A new value in this file is an approval of a new format, not a way to make a test pass: chains that exist would no longer verify.

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
use support::{START, block, body, certificate, ed25519, genesis, signed, sm2, validators, wire};
use yinxin_crypto::{HashAlgorithm, Signature, SignatureAlgorithm};
use yinxin_types::merkle::{Frontier, Tree, leaf_hash};
use yinxin_types::receipt::{capture_commitment, entry_id, sealed_commitment};
use yinxin_types::{
    Assertion, Block, BlockTime, Height, KeyedSignature, Occurrence, Receipt, StateKey, Suite, Transaction,
    canonical,
};

/// Two signed transactions, by an Ed25519 and by an SM2 account, in a block.
fn sample(suite: Suite) -> Block {
    let genesis = genesis(suite, 4);
    let chain = genesis.chain().unwrap();
    let transactions = vec![
        signed(&body(chain, &ed25519(1)), &[&ed25519(1), &sm2(2)]),
        signed(&body(chain, &sm2(1)), &[&sm2(1)]),
    ];
    block(&genesis, transactions)
}

/// The first transaction with the answer of a passkey in the place of its signatures; formats do not ask whether it verifies.
fn by_passkey(block: &Block) -> Transaction {
    let point = "036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
    let client_data =
        r#"{"type":"webauthn.get","challenge":"","origin":"https://example.cn","crossOrigin":false}"#;
    let answer = KeyedSignature {
        assertion: Assertion::new(vec![5; 37], client_data.to_owned()),
        key: format!("passkey:{point}{}", "07".repeat(32)).parse().unwrap(),
        signature: Signature::new(SignatureAlgorithm::Passkey, [9; 64]),
    };
    Transaction {
        body: block.transactions[0].body.clone(),
        signatures: vec![answer],
    }
}

/// The SHA-256 of some bytes, in which all byte strings are pinned whatever the suite.
fn pin(bytes: &[u8]) -> String {
    hex::encode(HashAlgorithm::Sha256.hash(&[bytes]).bytes())
}

fn pins(suite: Suite) -> Vec<(&'static str, String)> {
    let hash = suite.hash();
    let genesis = genesis(suite, 4);
    let chain = genesis.chain().unwrap();
    let block = sample(suite);
    let mut wire_block = Vec::new();
    block.write(&mut wire_block);
    let receipt = Receipt {
        code: 0,
        height: Height(1),
        index: 1,
        outcome: json!({ "entry": chain, "repeat": false }),
        time: BlockTime(START + 1000),
        transaction: block.transactions[1].id(hash),
    };
    let keys = validators(4);
    let certificate = certificate(&block.header, &[&keys[0], &keys[1], &keys[2]]);
    let occurrence = Occurrence {
        chain,
        due: BlockTime(START + 90_000),
        fires: BlockTime(START + 120_000),
        key: "办件-1".to_owned(),
        scenario: "approval".to_owned(),
        sequence: 7,
    };
    let mut firing = block.header.clone();
    firing.occurrences = 2;
    let content = hash.hash(&[b"content"]);
    let details = json!({ "operator": "取证员 001" });
    let leaves: Vec<_> = (0..7_u8).map(|number| leaf_hash(hash, &[number])).collect();
    let mut frontier = Frontier::default();
    leaves.iter().for_each(|leaf| frontier.append(hash, *leaf));
    vec![
        ("genesis document", pin(&canonical::to_bytes(&genesis).unwrap())),
        ("chain identifier", chain.to_string()),
        ("validator set", genesis.validators().digest(hash).to_string()),
        ("transaction body", pin(&block.transactions[0].body)),
        (
            "transaction identifier",
            block.transactions[0].id(hash).to_string(),
        ),
        ("transaction on the wire", pin(&wire(&block.transactions[0]))),
        (
            "transaction by SM2 on the wire",
            pin(&wire(&block.transactions[1])),
        ),
        (
            "transaction by a passkey on the wire",
            pin(&wire(&by_passkey(&block))),
        ),
        (
            "envelope of a passkey",
            pin(&serde_json::to_vec(&by_passkey(&block).to_envelope()).unwrap()),
        ),
        (
            "envelope",
            pin(&serde_json::to_vec(&block.transactions[0].to_envelope()).unwrap()),
        ),
        ("transactions root", block.header.transactions_root.to_string()),
        ("header", pin(&block.header.to_bytes())),
        ("block hash", block.header.hash().to_string()),
        ("header with occurrences", pin(&firing.to_bytes())),
        ("occurrence", pin(&canonical::to_bytes(&occurrence).unwrap())),
        ("occurrence identifier", occurrence.id().unwrap().to_string()),
        ("block on the wire", pin(&wire_block)),
        ("receipt", pin(&canonical::to_bytes(&receipt).unwrap())),
        ("receipt leaf", hex::encode(receipt.leaf(hash))),
        ("certificate message", pin(&certificate.message(&chain))),
        ("certificate", pin(&canonical::to_bytes(&certificate).unwrap())),
        ("tree of seven", Tree::new(hash, leaves).root().to_string()),
        ("frontier of seven", frontier.root(hash).to_string()),
        (
            "state key",
            hex::encode(StateKey::new(hash, "evidence", "first", &[b"part", b""]).0),
        ),
        (
            "state key of a digest",
            hex::encode(StateKey::of_digest(hash, "evidence", "first", &content).0),
        ),
        (
            "entry identifier",
            entry_id(hash, &ed25519(1).public_key(), &content).to_string(),
        ),
        (
            "sealed commitment",
            sealed_commitment(&[7; 32], &content).to_string(),
        ),
        (
            "capture commitment",
            capture_commitment(hash, &[8; 32], &details).unwrap().to_string(),
        ),
    ]
}

fn compare(suite: Suite, expected: &[(&str, &str)]) {
    let found = pins(suite);
    let lines: String = found
        .iter()
        .map(|(name, value)| format!("    (\"{name}\", \"{value}\"),\n"))
        .collect();
    let equal = found.len() == expected.len()
        && found
            .iter()
            .zip(expected)
            .all(|((name, value), (expected_name, expected))| name == expected_name && value == expected);
    assert!(equal, "the formats of suite {suite:?} have changed:\n{lines}");
}

#[test]
fn the_formats_of_the_international_suite_are_unchanged() {
    compare(Suite::Intl, INTL);
}

#[test]
fn the_formats_of_the_national_suite_are_unchanged() {
    compare(Suite::Gm, GM);
}

#[test]
fn the_message_of_a_certificate_is_what_the_page_on_formats_says() {
    let chain = genesis(Suite::Intl, 4).chain().unwrap();
    let header = sample(Suite::Intl).header;
    let message = certificate(&header, &[]).message(&chain);
    let namespace = format!("yinxin/1/{chain}_FINALIZE");
    // Length 89 and the numbers 0 (epoch), 300 (view) and 0 (parent view) in LEB128.
    let numbers = [&[0_u8, 0xac, 2, 0], header.hash().bytes().as_slice()].concat();
    assert_eq!(message, [&[89], namespace.as_bytes(), &numbers].concat());
}

#[test]
fn an_entry_is_named_by_the_canonical_form_of_account_and_commitment() {
    let (account, commitment) = (sm2(1).public_key(), HashAlgorithm::Sm3.hash(&[b"content"]));
    let document = canonical::to_bytes(&json!({ "commitment": commitment, "account": account })).unwrap();
    let expected = HashAlgorithm::Sha256.hash_tagged("yinxin/evidence/entry/1", &[&document]);
    assert_eq!(entry_id(HashAlgorithm::Sha256, &account, &commitment), expected);
}

#[test]
fn no_two_different_names_share_a_state_key() {
    let key = |scenario: &str, record: &str, parts: &[&[u8]]| {
        StateKey::new(HashAlgorithm::Sha256, scenario, record, parts)
    };
    let keys = [
        key("a", "b", &[]),
        key("a", "b", &[b""]),
        key("a", "b", &[b"", b""]),
        key("a", "b", &[b"c", b"d"]),
        key("a", "b", &[b"cd"]),
        key("a", "b", &[b"c\0d"]),
        key("a", "bc", &[b"d"]),
        key("ab", "c", &[b"d"]),
    ];
    assert_eq!(
        keys.iter().collect::<std::collections::BTreeSet<_>>().len(),
        keys.len()
    );
}

const INTL: &[(&str, &str)] = &[
    (
        "genesis document",
        "10de49ecaa7d7f62c227d22d8c5ca338f017c7fcfcfc87503ffd846892049631",
    ),
    (
        "chain identifier",
        "sha256:77efcf1930c84aacd7078ac6ca19706e5117f19271f52ebaf45e2627bf310328",
    ),
    (
        "validator set",
        "sha256:c2aa38383eaa2c4ab75e2da7f045c8c1466b5b43af0156ed957617bc132acf19",
    ),
    (
        "transaction body",
        "106a1d92ecd8fc9a114a2dbf7bae04678fc8d6ed78847a0ecb8e1b3d26877297",
    ),
    (
        "transaction identifier",
        "sha256:106a1d92ecd8fc9a114a2dbf7bae04678fc8d6ed78847a0ecb8e1b3d26877297",
    ),
    (
        "transaction on the wire",
        "acf0104bdf13c93d9d172fdc63b5ff08c906919b8fb923080a252e886823162a",
    ),
    (
        "transaction by SM2 on the wire",
        "6ed637c93ad106bf40073be3d8162fdd1a7a21c6071c6b042bcf4bc0504cb4c5",
    ),
    (
        "transaction by a passkey on the wire",
        "23f66525ac702560d6e639114e6174b7b4417227e6b8b4e7f7ca1b3f5b2a9b83",
    ),
    (
        "envelope of a passkey",
        "a734d8791e87a77c7629e54a29329bb1eae2464289c476ebdae6fc65341a8779",
    ),
    (
        "envelope",
        "04bfc09778f102c7294c6fc03805d27d01ded5fd6debc1be53b40826d6c18571",
    ),
    (
        "transactions root",
        "sha256:faeed5baac0b922e357e8fb5e23a0bee8169655160aad9bfee8ba6d207162c3d",
    ),
    (
        "header",
        "08d1ceda41bd0530953a09936c1b8f24e6ea86297d0f85054320e8dd1b972f59",
    ),
    (
        "block hash",
        "sha256:3739e48234e26b32ced6a40ee0557dbd157204b6ffae1e7961abf93cb18764a0",
    ),
    (
        "header with occurrences",
        "76de96bedc373157702ace5338a12684ab59f2f819cbe1bcbe0a3f23aebe6465",
    ),
    (
        "occurrence",
        "488beadaf574a92e503004945f1bfdf62508e2db9c44dc07dc62aa67515deefa",
    ),
    (
        "occurrence identifier",
        "sha256:9c775306ec44c6e342ef650a3b14cc2b2c756a78c604cefae264203c03d963cd",
    ),
    (
        "block on the wire",
        "411e98e4fab2c3ed645eed256a282e3b9a7cec59eadcafe2cd2a3dd9a2a2cd09",
    ),
    (
        "receipt",
        "57a3e1aeb4352056d82665a95e4f167876c74503f4674545af4e62851b3b9576",
    ),
    (
        "receipt leaf",
        "5f9c3827270f062dd977f02dd3de25d76a4082495dc3e49b9a6e7781e5304618",
    ),
    (
        "certificate message",
        "7c5daa1c2c3ddde223ce5c9d3d9704b6b469c70cbad6a108730006614624e853",
    ),
    (
        "certificate",
        "1dc8ebc0063ced23432b14a3239773b4f00339631b2980242be073d17c9adc3e",
    ),
    (
        "tree of seven",
        "sha256:3560191803028444b232018ac047fdb561c09c23a7a6876c85e08b5e4d48e9f3",
    ),
    (
        "frontier of seven",
        "sha256:3560191803028444b232018ac047fdb561c09c23a7a6876c85e08b5e4d48e9f3",
    ),
    (
        "state key",
        "ac56c8dd45b76d1b05ee16817e9ff2eca40a31b494ed3314ac8121af1ad6d3ff",
    ),
    (
        "state key of a digest",
        "8d1c45b698d15ce79e3f2d996121a6c0ab4667293c05cd23e730ed72469c282d",
    ),
    (
        "entry identifier",
        "sha256:8b5edd1d6fa7da785038978159db81f6c904a7f42991da7219f5ca55754cf238",
    ),
    (
        "sealed commitment",
        "sha256:199e670683bc442e102766b7cdcc0390658a20a8d7586e8fe44155768bee0308",
    ),
    (
        "capture commitment",
        "sha256:bf5ea47063df6dfe2cfc4e88900d0308488cfbcefcbd99dbfb14389389d3336a",
    ),
];

const GM: &[(&str, &str)] = &[
    (
        "genesis document",
        "f137c1b230f8f64f9b61e827986725797f614a8a43b688d78fd19ef3d8cf22bf",
    ),
    (
        "chain identifier",
        "sm3:c0b062e322147b547cbdc45ab794aeee6a7723389a0aaa8b55c9045f4bd0d4c9",
    ),
    (
        "validator set",
        "sm3:ac5a21285580f1c80a5012be858fc4996d6f7f3085b47a85f9d018d4fdbd1b05",
    ),
    (
        "transaction body",
        "98ffa7f6f2cf4629cde97c8063ba209856535462139565e9c0564e0bd56e1770",
    ),
    (
        "transaction identifier",
        "sm3:a612edabdac0503c0a16e8218843cc6d712acca85c14f5efdbe6ce2da69e00a5",
    ),
    (
        "transaction on the wire",
        "82e08ec7566d5b09e2b8fa670557e926729266b3a274064f124568c2228ad9b3",
    ),
    (
        "transaction by SM2 on the wire",
        "ab2b8b318bb1aa4868ea4325dae5a21e80c331f79b06d4ed0370f0919416431b",
    ),
    (
        "transaction by a passkey on the wire",
        "253f49bc0a0e585c4db63dc94313cd291eb07718242e1c3d1f86945fae1a6674",
    ),
    (
        "envelope of a passkey",
        "8344ee6a12a9a4b5e2edce5a5794c34f55fd91e200dc44453df51555d3072a46",
    ),
    (
        "envelope",
        "41ba88a26972b4461db117d5d0b7d68d316572aeef8cd39a76b6e4cee83ca534",
    ),
    (
        "transactions root",
        "sm3:b80bfe2a3b5d0db0204f89e828d06fe27c21d05129d8d712d77fc9badb49e70a",
    ),
    (
        "header",
        "80ef6cd40f7702318660665b2e940435e03d252c404cf12a34b32def1c4ad07f",
    ),
    (
        "block hash",
        "sm3:4674d37399c2819ba83e415c1b7f5023debf50436fb02620d4b5964b92026053",
    ),
    (
        "header with occurrences",
        "07152ff3c9d6550d368b88cb5a84695302c755ff35c5a4b31af65bc5789ed9ed",
    ),
    (
        "occurrence",
        "fbad67816c1716b3bbda733dc57ff6bffff84cc9da65c2d86833d0f8bcc84a07",
    ),
    (
        "occurrence identifier",
        "sm3:fc7c3e96fc39ba84df2875c10fdf2fececa33ebf187e544577614d20ad54a69f",
    ),
    (
        "block on the wire",
        "b7241d12198f1096973ad259266ebbd5726222108c7a0c5d864abf63d801f5d0",
    ),
    (
        "receipt",
        "20ecebd4805dab3db90c367d2b7d9f02e19adf6e4e6e46b3901785e1f2e2fb14",
    ),
    (
        "receipt leaf",
        "95039680be5b824f4da2fb233466d72272f1e7d92a3aac3f4f0570e960a093d6",
    ),
    (
        "certificate message",
        "16a7a4be749d826b0202ebc3410bc7cd9208c906a00183f206cf9eb1267229e3",
    ),
    (
        "certificate",
        "ff71d889a1d6de3c014db0309b7676395365db31dc295a0b4bfb491ae8ceb3fa",
    ),
    (
        "tree of seven",
        "sm3:a277130053cebb4f5cccfd9cbe98c6a0ba732dce3a481f1d7c7f40f67f8449fc",
    ),
    (
        "frontier of seven",
        "sm3:a277130053cebb4f5cccfd9cbe98c6a0ba732dce3a481f1d7c7f40f67f8449fc",
    ),
    (
        "state key",
        "3a84298ee9c4acae096a3a18687f849b7a8010fdfb27c1235aa41414760ca26b",
    ),
    (
        "state key of a digest",
        "20b8a4dfb28140236b5c08f3f420fe94761451b7ec89913e9a071671eb76988d",
    ),
    (
        "entry identifier",
        "sm3:7e96c2318fdb3eb59eea21b16edcc6e926ef78d6f6af9e7e8a9a4c9f06a5be60",
    ),
    (
        "sealed commitment",
        "sm3:577c3739477df1d312c8b175c0333e1737b52e83e637d7285ba591ce22e4e4cd",
    ),
    (
        "capture commitment",
        "sm3:4fff6225909ca9d937da9f3fd2c01f21a4d872fc14b76bb70c126fb9c2fffb48",
    ),
];
