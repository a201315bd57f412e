//! Validators join, rotate keys and leave on a network of real processes, none of which restarts for it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yinxin_types::Height;
use yinxin_types::units::EPOCH_BLOCKS;

use crate::decisions::act;
use crate::load::{Load, assert_verifies};
use crate::network::{Network, PATIENCE, said, wait_for};

/// How many blocks ahead a change must be told; decided first.
const NOTICE: u64 = 8;
/// The longest time without a final block.
const PAUSE: Duration = Duration::from_secs(30);

/// Proposes and votes until it is enacted.
fn decide(network: &Network, decision: &Value) {
    let time = network.nodes[0].ask("status").unwrap()["time"].as_u64().unwrap();
    let proposal = json!({ "deadline": time + 3_600_000, "decision": decision });
    let proposal =
        act(network, 0, "governance.propose", &proposal).unwrap_or_else(|code| panic!("{code}: {decision}"));
    let vote = json!({ "choice": "for", "proposal": proposal["proposal"] });
    for by in 0..4 {
        if act(network, by, "governance.vote", &vote).unwrap()["status"] == "enacted" {
            return;
        }
    }
    panic!("not enacted: {decision}");
}

/// Waits for a height at a node and says how long the chain stood still at most.
fn pass(network: &Network, place: usize, height: u64) -> Duration {
    let (mut longest, mut since, mut known) = (Duration::ZERO, Instant::now(), 0);
    wait_for(&format!("height {height}"), 4 * PATIENCE, || {
        let found = network.nodes[place].height().unwrap_or(known);
        if found > known {
            longest = longest.max(since.elapsed());
            (since, known) = (Instant::now(), found);
        }
        (known >= height).then_some(())
    });
    longest
}

#[test]
fn a_fifth_joins_one_rotates_its_key_and_one_leaves_under_load_with_a_node_down() {
    let mut network = Network::start();
    let load = Load::start(&network, 1);
    decide(
        &network,
        &json!({ "kind": "parameter", "content": { "name": "validator_notice", "value": NOTICE } }),
    );
    // Two more nodes run before anybody decides about them: the fifth department's, and the second department's with its next key.
    let fifth = network.add("甲市财政局");
    let rotated = network.add("甲市自然资源和规划局(不动产登记)");
    network.nodes[4].start();
    network.nodes[5].start();
    let code = |place: usize| network.nodes[place].folder.file_name().unwrap().to_str().unwrap();
    let now = network.highest();
    // Enough blocks for three decisions, and an epoch in which the fifth follows before it votes.
    let joins = (now + NOTICE + 48 + EPOCH_BLOCKS).next_multiple_of(EPOCH_BLOCKS);
    let (rotates, leaves) = (joins + EPOCH_BLOCKS, joins + 2 * EPOCH_BLOCKS);
    decide(
        &network,
        &json!({ "kind": "admit", "content": {
            "account": network.accounts[0], "code": "11990100000002073H", "height": joins, "level": "city",
            "name": "甲市财政局", "roles": [], "validator": fifth,
        } }),
    );
    decide(
        &network,
        &json!({ "kind": "validator", "content": { "code": code(1), "height": rotates, "validator": rotated } }),
    );
    decide(
        &network,
        &json!({ "kind": "remove", "content": { "code": code(3), "height": leaves } }),
    );
    assert!(
        network.highest() < joins,
        "the decisions came too late for this test"
    );
    network.nodes[4].wait_height(joins - EPOCH_BLOCKS);
    network.nodes[2].kill();

    let mut pause = Duration::ZERO;
    for height in [joins + 5, rotates + 5, leaves + 5] {
        pause = pause.max(pass(&network, 0, height));
    }
    eprintln!(
        "measured: the longest time without a block, over three changes of validators with a node down, {pause:?}"
    );
    assert!(pause < PAUSE, "{pause:?}");
    let status = network.nodes[0].ask("status").unwrap();
    let voting: Vec<_> = status["validators"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["validator"])
        .collect();
    assert_eq!(voting.len(), 4);
    assert!(voting.contains(&&json!(fifth)) && voting.contains(&&json!(rotated)));
    let names = status["validators"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap());
    let names: std::collections::BTreeSet<_> = names.collect();
    for place in [0, 2, 4, 5] {
        assert!(names.contains(network.nodes[place].name), "{names:?}");
    }

    // The node that was down finds its way through all the changes.
    network.nodes[2].start();
    pass(&network, 0, leaves + EPOCH_BLOCKS + 5);
    network.nodes[2].wait_height(leaves + EPOCH_BLOCKS);
    let acknowledged = load.stop();
    // Who was removed, and the key that was rotated out, got nothing new.
    for (place, end) in [(1, rotates), (3, leaves)] {
        let height = network.nodes[place].height().unwrap();
        assert!(height < end, "{} has block {height}", network.nodes[place].name);
    }
    let of = |from: u64, to: u64| {
        let mut receipts = acknowledged
            .iter()
            .filter(|one| (from..to).contains(&one.height))
            .filter_map(|one| one.receipt.as_ref());
        receipts
            .next()
            .unwrap_or_else(|| panic!("no receipt of the heights {from} to {to}"))
            .clone()
    };
    let receipts = [
        of(0, joins),
        of(joins, rotates),
        of(rotates, leaves),
        of(leaves, u64::MAX),
    ];
    // A receipt of an early block that is fetched late, from a node that came late.
    let early = acknowledged.iter().find(|one| one.height < joins).unwrap();
    let late = network.nodes[4].client().receipt(&early.id).unwrap();

    for place in [1, 3] {
        assert!(network.nodes[place].stop().success());
    }
    network.nodes.remove(3);
    network.nodes.remove(1);
    let height = network.agree();
    assert!(Height(height).epoch() >= Height(leaves).epoch());
    network.stop_all();
    for (number, receipt) in receipts.iter().chain([&late]).enumerate() {
        assert_verifies(receipt, &network.chain);
        let changes = serde_json::from_slice::<Value>(receipt).unwrap();
        let changes = changes["history"].as_array().map_or(0, Vec::len);
        assert_eq!(changes, number % 4, "receipt {number}");
    }
    for node in &network.nodes {
        let audit = network.yinxin(&[
            "--lang",
            "en",
            "verify",
            "--data",
            &node.folder.display().to_string(),
        ]);
        assert!(audit.status.success(), "{}", said(&audit));
    }
}
