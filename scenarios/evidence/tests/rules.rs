//! Each rule of the scenario kept once and broken once, through the execution of whole blocks.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use serde_json::{Value, json};
use support::{START, World, bureau, capture, court, deposit, digest, key, open, with, without};
use yinxin_types::receipt::entry_id;

const DEPOSIT: &str = "evidence.deposit";
const BATCH: &str = "evidence.deposit_batch";
const LINK: &str = "evidence.link";
const CHALLENGE: &str = "evidence.challenge";
const RESOLVE: &str = "evidence.resolve";

/// Runs each variant of `arguments` and compares the codes.
fn table(operation: &str, cases: Vec<(&str, Value, &str)>) {
    let mut world = World::new();
    for (what, arguments, expected) in cases {
        assert_eq!(world.code(&key(1), operation, arguments), expected, "{what}");
    }
}

#[test]
fn a_first_deposit_names_itself_as_first_and_writes_one_record() {
    let mut world = World::new();
    let commitment = open("a");
    let receipt = world.run(&key(1), DEPOSIT, deposit(&commitment));
    let entry = entry_id(world.hash(), &key(1).public_key(), &commitment);
    let first = json!({ "entry": entry, "height": 1, "time": START + 1000 });
    assert_eq!(
        receipt.outcome,
        json!({ "entry": entry, "first": first, "repeat": false })
    );
    assert_eq!(world.records().len(), 1);
    assert!(world.records().values().all(|record| record.len() < 150));
}

#[test]
fn the_same_commitment_again_by_the_same_account_is_a_repeat_that_changes_nothing() {
    let mut world = World::new();
    let commitment = open("a");
    let first = world.run(&key(1), DEPOSIT, deposit(&commitment)).outcome;
    let before = world.records();
    let again = world.run(&key(1), DEPOSIT, deposit(&commitment));
    assert_eq!(again.code, 0);
    assert_eq!(again.outcome, with(first, "repeat", json!(true)));
    assert_eq!(world.records(), before);
}

#[test]
fn another_account_gets_an_entry_of_its_own_and_sees_who_was_first() {
    let mut world = World::new();
    let commitment = open("a");
    let first = world.run(&key(1), DEPOSIT, deposit(&commitment)).outcome;
    let second = world.run(&key(2), DEPOSIT, deposit(&commitment)).outcome;
    assert_ne!(second["entry"], first["entry"]);
    assert_eq!(second["first"], first["first"]);
    assert_eq!(second["repeat"], json!(false));
    // The second party's own repeat is a repeat too, and still names the first.
    let before = world.records();
    let again = world.run(&key(2), DEPOSIT, deposit(&commitment)).outcome;
    assert_eq!(again, with(second, "repeat", json!(true)));
    assert_eq!(world.records(), before);
}

#[test]
fn of_two_parties_in_one_block_the_earlier_in_the_block_is_first() {
    let mut world = World::new();
    let commitment = open("a");
    let transactions = [2, 1, 2].map(|seed| world.sign(&key(seed), DEPOSIT, deposit(&commitment)));
    let receipts = world.block(&transactions).receipts;
    let entries = [2, 1].map(|seed| entry_id(world.hash(), &key(seed).public_key(), &commitment));
    assert_eq!(digest(&receipts[0], "entry"), entries[0]);
    assert_eq!(digest(&receipts[1], "entry"), entries[1]);
    for receipt in &receipts {
        assert_eq!(receipt.outcome["first"]["entry"], json!(entries[0]));
    }
    let repeats: Vec<_> = receipts
        .iter()
        .map(|receipt| receipt.outcome["repeat"].clone())
        .collect();
    assert_eq!(repeats, [json!(false), json!(false), json!(true)]);
}

#[test]
fn who_copies_a_sealed_commitment_finds_himself_second() {
    let mut world = World::new();
    let sealed = with(deposit(&open("salted")), "kind", json!("sealed"));
    let first = world.run(&key(1), DEPOSIT, sealed.clone()).outcome;
    let copied = world.run(&key(2), DEPOSIT, sealed).outcome;
    assert_eq!(copied["first"], first["first"]);
}

#[test]
fn a_digest_under_another_algorithm_is_another_commitment() {
    let mut world = World::new();
    let sha256 = open("a");
    let sm3 = yinxin_crypto::Digest::new(yinxin_crypto::HashAlgorithm::Sm3, *sha256.bytes());
    world.deposited(&key(1), &sha256);
    let other = world.run(&key(2), DEPOSIT, deposit(&sm3)).outcome;
    assert_eq!(other["first"]["entry"], other["entry"]);
}

#[test]
fn deposits_with_malformed_arguments_are_refused() {
    let good = || deposit(&open("a"));
    let md5 = "md5:00000000000000000000000000000000";
    table(
        DEPOSIT,
        vec![
            ("good", good(), "OK"),
            (
                "with capture",
                with(deposit(&open("b")), "capture", capture()),
                "OK",
            ),
            (
                "unknown algorithm",
                with(good(), "commitment", json!(md5)),
                "EVID_ALG_UNSUPPORTED",
            ),
            (
                "digest too short",
                with(good(), "commitment", json!("sha256:00")),
                "TX_ARGUMENTS",
            ),
            (
                "no algorithm",
                with(good(), "commitment", json!("00")),
                "TX_ARGUMENTS",
            ),
            (
                "commitment is a number",
                with(good(), "commitment", json!(1)),
                "TX_ARGUMENTS",
            ),
            ("no commitment", without(good(), "commitment"), "TX_ARGUMENTS"),
            (
                "unknown member",
                with(good(), "title", json!("secret")),
                "TX_ARGUMENTS",
            ),
            (
                "unknown kind",
                with(good(), "kind", json!("hidden")),
                "TX_ARGUMENTS",
            ),
            ("negative size", with(good(), "size", json!(-1)), "TX_ARGUMENTS"),
            (
                "null capture",
                with(good(), "capture", Value::Null),
                "TX_ARGUMENTS",
            ),
            ("null links", with(good(), "links", Value::Null), "TX_ARGUMENTS"),
        ],
    );
}

#[test]
fn sizes_and_texts_have_limits() {
    let good = || deposit(&open("a"));
    table(
        DEPOSIT,
        vec![
            ("largest size", with(good(), "size", json!(1_u64 << 50)), "OK"),
            (
                "size over the limit",
                with(good(), "size", json!((1_u64 << 50) + 1)),
                "EVID_SIZE",
            ),
            (
                "longest media type",
                with(good(), "media_type", json!("x".repeat(127))),
                "OK",
            ),
            (
                "media type too long",
                with(good(), "media_type", json!("x".repeat(128))),
                "EVID_FIELD",
            ),
            (
                "empty media type",
                with(good(), "media_type", json!("")),
                "EVID_FIELD",
            ),
            (
                "control character",
                with(good(), "media_type", json!("text/plain\n")),
                "EVID_FIELD",
            ),
        ],
    );
}

#[test]
fn a_capture_block_is_complete_bounded_and_in_the_past() {
    let captured =
        |name: &str, value: Value| with(deposit(&open("a")), "capture", with(capture(), name, value));
    let lacking = |name: &str| with(deposit(&open("a")), "capture", without(capture(), name));
    let mut cases = vec![
        (
            "longest environment",
            captured("environment", json!("x".repeat(1024))),
            "OK",
        ),
        (
            "environment too long",
            captured("environment", json!("x".repeat(1025))),
            "EVID_FIELD",
        ),
        (
            "bytes are counted, not characters",
            captured("environment", json!("境".repeat(342))),
            "EVID_FIELD",
        ),
        ("longest tool", captured("tool", json!("x".repeat(128))), "OK"),
        (
            "tool too long",
            captured("tool", json!("x".repeat(129))),
            "EVID_FIELD",
        ),
        (
            "longest version",
            captured("tool_version", json!("x".repeat(64))),
            "OK",
        ),
        (
            "version too long",
            captured("tool_version", json!("x".repeat(65))),
            "EVID_FIELD",
        ),
        ("tool digest", captured("tool_digest", json!(open("tool"))), "OK"),
        ("one moment", captured("to", json!(START - 10_000)), "OK"),
        (
            "ends before it begins",
            captured("to", json!(START - 10_001)),
            "EVID_CAPTURE_TIME",
        ),
        (
            "unknown member",
            captured("operator", json!("name")),
            "TX_ARGUMENTS",
        ),
    ];
    for name in [
        "details",
        "environment",
        "from",
        "to",
        "tool",
        "tool_digest",
        "tool_version",
    ] {
        cases.push(("a member is missing", lacking(name), "TX_ARGUMENTS"));
    }
    table(DEPOSIT, cases);
}

#[test]
fn a_capture_cannot_end_after_its_block() {
    for operation in [DEPOSIT, BATCH] {
        let mut world = World::new();
        let base = match operation {
            DEPOSIT => deposit(&open("a")),
            _ => json!({ "items": 2, "kind": "sealed", "root": open("root") }),
        };
        let until = |time: u64| with(base.clone(), "capture", with(capture(), "to", json!(time)));
        let next = world.time + 1000;
        assert_eq!(
            world.code(&key(1), operation, until(next + 1)),
            "EVID_CAPTURE_TIME"
        );
        assert!(world.records().is_empty());
        let next = world.time + 1000;
        assert_eq!(world.code(&key(1), operation, until(next)), "OK");
    }
}

#[test]
fn a_batch_is_one_entry_under_its_root() {
    let mut world = World::new();
    let root = open("root");
    let receipt = world.run(
        &key(1),
        BATCH,
        json!({ "items": 10_000, "kind": "sealed", "root": root }),
    );
    assert_eq!(
        digest(&receipt, "entry"),
        entry_id(world.hash(), &key(1).public_key(), &root)
    );
    assert_eq!(world.records().len(), 1);
}

#[test]
fn batches_with_malformed_arguments_are_refused() {
    let good = || json!({ "items": 3, "kind": "open", "root": open("root") });
    table(
        BATCH,
        vec![
            ("smallest", with(good(), "items", json!(1)), "OK"),
            (
                "largest",
                with(
                    with(good(), "items", json!(1 << 20)),
                    "root",
                    json!(open("other")),
                ),
                "OK",
            ),
            ("none", with(good(), "items", json!(0)), "EVID_BATCH_SIZE"),
            (
                "too many",
                with(good(), "items", json!((1 << 20) + 1)),
                "EVID_BATCH_SIZE",
            ),
            (
                "unknown algorithm",
                with(good(), "root", json!("crc32:00000000")),
                "EVID_ALG_UNSUPPORTED",
            ),
            (
                "links are for single deposits",
                with(good(), "links", json!([])),
                "TX_ARGUMENTS",
            ),
            ("no kind", without(good(), "kind"), "TX_ARGUMENTS"),
        ],
    );
}

/// A world with two entries of account 1 and one of account 2, and the arguments of a link from the first to the second.
fn linkable() -> (World, Value) {
    let mut world = World::new();
    let (a, b, c) = (open("a"), open("b"), open("c"));
    let entries = [world.deposited(&key(1), &a), world.deposited(&key(1), &b)];
    world.deposited(&key(2), &c);
    let arguments = json!({
        "commitment": a, "entry": entries[0], "relation": "supplements", "target": entries[1], "target_commitment": b,
    });
    (world, arguments)
}

#[test]
fn the_depositor_links_his_entry_and_doing_it_again_changes_nothing() {
    let (mut world, arguments) = linkable();
    assert_eq!(
        world.run(&key(1), LINK, arguments.clone()).outcome,
        json!({ "repeat": false })
    );
    let before = world.records();
    assert_eq!(
        world.run(&key(1), LINK, arguments.clone()).outcome,
        json!({ "repeat": true })
    );
    assert_eq!(world.records(), before);
    // Another relation to the same entry is another link.
    assert_eq!(
        world
            .run(&key(1), LINK, with(arguments, "relation", json!("relates")))
            .outcome,
        json!({ "repeat": false })
    );
}

#[test]
fn only_the_depositor_of_an_entry_links_it() {
    let (mut world, arguments) = linkable();
    assert_eq!(world.code(&key(2), LINK, arguments), "EVID_NOT_DEPOSITOR");
}

#[test]
fn links_join_known_entries_that_are_not_the_same() {
    let (mut world, good) = linkable();
    let entry = good["entry"].clone();
    let cases = [
        (
            "unknown entry",
            with(good.clone(), "entry", json!(open("nothing"))),
            "EVID_ENTRY_UNKNOWN",
        ),
        (
            "entry under another commitment",
            with(good.clone(), "commitment", json!(open("b"))),
            "EVID_ENTRY_UNKNOWN",
        ),
        (
            "commitment never deposited",
            with(good.clone(), "commitment", json!(open("z"))),
            "EVID_ENTRY_UNKNOWN",
        ),
        (
            "unknown target",
            with(good.clone(), "target", json!(open("nothing"))),
            "EVID_ENTRY_UNKNOWN",
        ),
        (
            "target under another commitment",
            with(good.clone(), "target_commitment", json!(open("c"))),
            "EVID_ENTRY_UNKNOWN",
        ),
        ("itself", with(good.clone(), "target", entry), "EVID_LINK_SELF"),
        (
            "unknown relation",
            with(good.clone(), "relation", json!("contradicts")),
            "TX_ARGUMENTS",
        ),
        ("no target", without(good.clone(), "target"), "TX_ARGUMENTS"),
    ];
    let before = world.records();
    for (what, arguments, expected) in cases {
        assert_eq!(world.code(&key(1), LINK, arguments), expected, "{what}");
    }
    assert_eq!(world.records(), before);
    assert_eq!(world.code(&key(1), LINK, good), "OK");
}

#[test]
fn an_entry_that_was_not_first_can_be_linked_too() {
    let (mut world, good) = linkable();
    let second = world.deposited(&key(2), &open("a"));
    assert_eq!(
        world.code(&key(2), LINK, with(good.clone(), "entry", json!(second))),
        "OK"
    );
    let to_second = with(
        with(good, "target", json!(second)),
        "target_commitment",
        json!(open("a")),
    );
    assert_eq!(world.code(&key(1), LINK, to_second), "OK");
}

#[test]
fn an_entry_has_at_most_64_links_in_all() {
    let (mut world, good) = linkable();
    let mut targets = Vec::new();
    for number in 0..65 {
        let commitment = open(&format!("target {number}"));
        targets.push((world.deposited(&key(3), &commitment), commitment));
    }
    for (position, (target, commitment)) in targets.iter().enumerate() {
        let to = with(
            with(good.clone(), "target", json!(target)),
            "target_commitment",
            json!(commitment),
        );
        let expected = if position < yinxin_evidence::MAX_ENTRY_LINKS {
            "OK"
        } else {
            "EVID_LINK_LIMIT"
        };
        assert_eq!(world.code(&key(1), LINK, to), expected, "link {position}");
    }
    assert!(world.records().values().all(|record| record.len() < 8192));
}

#[test]
fn a_deposit_brings_up_to_16_different_links_to_known_entries() {
    let mut world = World::new();
    let links: Vec<Value> = (0..17)
        .map(|number| open(&format!("target {number}")))
        .map(|commitment| {
            let entry = world.deposited(&key(3), &commitment);
            json!({ "commitment": commitment, "entry": entry, "relation": "replaces" })
        })
        .collect();
    let one = &links[0];
    let new = deposit(&open("new"));
    let own = entry_id(world.hash(), &key(1).public_key(), &open("new"));
    let itself = json!({ "commitment": open("new"), "entry": own, "relation": "replaces" });
    let unknown = with(one.clone(), "entry", json!(open("nothing")));
    let cases = [
        ("seventeen", links.clone(), "EVID_LINK_LIMIT"),
        (
            "two alike",
            vec![one.clone(), links[1].clone(), one.clone()],
            "TX_ARGUMENTS",
        ),
        ("one is unknown", vec![one.clone(), unknown], "EVID_ENTRY_UNKNOWN"),
        ("one is itself", vec![itself], "EVID_LINK_SELF"),
        (
            "one has another member",
            vec![with(one.clone(), "note", json!(""))],
            "TX_ARGUMENTS",
        ),
    ];
    let before = world.records();
    for (what, links, expected) in cases {
        assert_eq!(
            world.code(&key(1), DEPOSIT, with(new.clone(), "links", json!(links))),
            expected,
            "{what}"
        );
    }
    assert_eq!(
        world.records(),
        before,
        "a rejected deposit writes nothing, not even its entry"
    );
    assert_eq!(
        world.code(&key(1), DEPOSIT, with(new, "links", json!(links[..16]))),
        "OK"
    );
    // The entry, and one record with its links.
    assert_eq!(world.records().len(), before.len() + 2);
}

/// A world with an entry of account 1 that account 2 challenged, and the challenge.
fn challenged() -> (World, yinxin_crypto::Digest) {
    let mut world = World::new();
    let commitment = open("a");
    let entry = world.deposited(&key(1), &commitment);
    let arguments = json!({ "commitment": commitment, "entry": entry, "grounds": "before_chain", "statement": open("why") });
    let receipt = world.run(&key(2), CHALLENGE, arguments);
    assert_eq!(digest(&receipt, "challenge"), receipt.transaction);
    (world, receipt.transaction)
}

fn resolution(challenge: &yinxin_crypto::Digest, finding: &str) -> Value {
    json!({ "challenge": challenge, "finding": finding, "statement": open("judgment") })
}

#[test]
fn anyone_challenges_an_entry_that_exists() {
    let mut world = World::new();
    let commitment = open("a");
    let entry = world.deposited(&key(1), &commitment);
    let good =
        json!({ "commitment": commitment, "entry": entry, "grounds": "technical", "statement": open("why") });
    let cases = [
        ("good", good.clone(), "OK"),
        (
            "unknown entry",
            with(good.clone(), "entry", json!(open("nothing"))),
            "EVID_ENTRY_UNKNOWN",
        ),
        (
            "unknown grounds",
            with(good.clone(), "grounds", json!("dislike")),
            "TX_ARGUMENTS",
        ),
        ("no statement", without(good.clone(), "statement"), "TX_ARGUMENTS"),
        (
            "statement in clear",
            with(good.clone(), "statement", json!("he lies")),
            "TX_ARGUMENTS",
        ),
    ];
    for (what, arguments, expected) in cases {
        assert_eq!(world.code(&key(2), CHALLENGE, arguments), expected, "{what}");
    }
    for grounds in ["before_chain", "authority", "other"] {
        assert_eq!(
            world.code(&key(3), CHALLENGE, with(good.clone(), "grounds", json!(grounds))),
            "OK"
        );
    }
}

#[test]
fn a_court_decides_a_challenge_once() {
    for finding in ["upheld", "dismissed"] {
        let (mut world, challenge) = challenged();
        let receipt = world.run(&court(), RESOLVE, resolution(&challenge, finding));
        assert_eq!(receipt.code, 0);
        assert_eq!(
            digest(&receipt, "entry"),
            entry_id(world.hash(), &key(1).public_key(), &open("a"))
        );
        let before = world.records();
        assert_eq!(
            world.code(&court(), RESOLVE, resolution(&challenge, "upheld")),
            "EVID_CHALLENGE_RESOLVED"
        );
        assert_eq!(
            world.code(&key(2), RESOLVE, resolution(&challenge, "withdrawn")),
            "EVID_CHALLENGE_RESOLVED"
        );
        assert_eq!(world.records(), before);
    }
}

#[test]
fn nobody_but_a_court_decides_a_challenge() {
    let (mut world, challenge) = challenged();
    for (who, by) in [
        ("depositor", key(1)),
        ("challenger", key(2)),
        ("member without the role", bureau()),
    ] {
        assert_eq!(
            world.code(&by, RESOLVE, resolution(&challenge, "dismissed")),
            "AUTH_ROLE",
            "{who}"
        );
    }
}

#[test]
fn a_court_does_not_decide_its_own_case() {
    let mut world = World::new();
    let commitment = open("a");
    let entry = world.deposited(&court(), &commitment);
    let arguments =
        json!({ "commitment": commitment, "entry": entry, "grounds": "other", "statement": open("why") });
    let against_court = world.run(&key(2), CHALLENGE, arguments).transaction;
    assert_eq!(
        world.code(&court(), RESOLVE, resolution(&against_court, "dismissed")),
        "AUTH_OWN_CASE"
    );

    let other = open("b");
    let entry = world.deposited(&key(1), &other);
    let arguments =
        json!({ "commitment": other, "entry": entry, "grounds": "other", "statement": open("why") });
    let by_court = world.run(&court(), CHALLENGE, arguments).transaction;
    assert_eq!(
        world.code(&court(), RESOLVE, resolution(&by_court, "upheld")),
        "AUTH_OWN_CASE"
    );
    assert_eq!(
        world.code(&court(), RESOLVE, resolution(&by_court, "withdrawn")),
        "OK"
    );
}

#[test]
fn only_the_challenger_withdraws() {
    let (mut world, challenge) = challenged();
    assert_eq!(
        world.code(&key(1), RESOLVE, resolution(&challenge, "withdrawn")),
        "EVID_NOT_CHALLENGER"
    );
    assert_eq!(
        world.code(&court(), RESOLVE, resolution(&challenge, "withdrawn")),
        "EVID_NOT_CHALLENGER"
    );
    assert_eq!(
        world.code(&key(2), RESOLVE, resolution(&challenge, "withdrawn")),
        "OK"
    );
}

#[test]
fn only_a_known_challenge_is_resolved() {
    let (mut world, challenge) = challenged();
    assert_eq!(
        world.code(&court(), RESOLVE, resolution(&open("nothing"), "upheld")),
        "EVID_CHALLENGE_UNKNOWN"
    );
    assert_eq!(
        world.code(
            &court(),
            RESOLVE,
            with(resolution(&challenge, "upheld"), "finding", json!("maybe"))
        ),
        "TX_ARGUMENTS"
    );
}

#[test]
fn a_challenge_made_and_withdrawn_in_one_block_is_seen_by_the_next_transaction() {
    let mut world = World::new();
    let commitment = open("a");
    let entry = entry_id(world.hash(), &key(1).public_key(), &commitment);
    let made = world.sign(&key(1), DEPOSIT, deposit(&commitment));
    let arguments =
        json!({ "commitment": commitment, "entry": entry, "grounds": "other", "statement": open("why") });
    let challenge = world.sign(&key(2), CHALLENGE, arguments);
    let withdrawal = world.sign(&key(2), RESOLVE, resolution(&challenge.id(), "withdrawn"));
    let receipts = world.block(&[made, challenge, withdrawal]).receipts;
    assert_eq!(
        receipts.iter().map(|receipt| receipt.code).collect::<Vec<_>>(),
        [0, 0, 0]
    );
}

#[test]
fn an_unknown_operation_is_refused() {
    let mut world = World::new();
    assert_eq!(world.code(&key(1), "evidence.erase", json!({})), "TX_OPERATION");
    assert_eq!(
        world.code(&key(1), "property.transfer", json!({})),
        "TX_OPERATION"
    );
}

#[test]
fn a_damaged_record_stops_the_run_instead_of_giving_an_answer() {
    use yinxin_execution::{BlockContext, Progress, Run};
    use yinxin_types::{BlockTime, Height};

    let mut world = World::new();
    world.deposited(&key(1), &open("a"));
    let transaction = [world.sign(&key(2), DEPOSIT, deposit(&open("a")))];
    let block = BlockContext {
        height: Height(2),
        time: BlockTime(world.time),
        parent: open("parent"),
    };
    let mut run = Run::new(&world.registry, &world.genesis, block, &transaction);
    let Progress::Wanted(keys) = run.advance() else {
        panic!("records are wanted")
    };
    for key in keys {
        run.supply(key, Some(b"{\"entry\":1}".to_vec()));
    }
    assert!(matches!(run.advance(), Progress::Damaged(_)));
}
