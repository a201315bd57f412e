//! Nodes that are killed, stopped and started.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::campaign;
use crate::load::{Acknowledged, Load, assert_kept, deposit};
use crate::network::{Network, Node, PATIENCE, said, wait_for};

/// The longest the chain may stand still while enough members live.
const LONGEST_PAUSE_MS: u64 = 5_000;

/// The longest time between two neighbouring blocks from a height on, by the blocks' own times.
fn longest_pause_ms(node: &Node, from: u64, to: u64) -> u64 {
    let time = |height| {
        node.ask(&format!("blocks/{height}")).unwrap()["header"]["time"]
            .as_u64()
            .unwrap()
    };
    let times: Vec<u64> = (from..=to).map(time).collect();
    times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0)
}

#[test]
fn the_chain_goes_on_without_a_killed_node_which_comes_back_by_itself() {
    let mut network = Network::start();
    let mut load = Load::start(&network, 2);
    load.wait_more(20);
    let before = network.highest();
    let acknowledged_by_victim: Vec<Acknowledged> = load
        .so_far()
        .iter()
        .filter(|acknowledged| acknowledged.node == 3)
        .cloned()
        .collect();
    assert!(!acknowledged_by_victim.is_empty());
    network.nodes[3].kill();
    let killed_at = network.highest();

    // Long enough that every one of the others, and the dead one, had its turn to propose several times.
    network.nodes[0].wait_height(killed_at + 30);
    load.wait_more(20);
    let pause = longest_pause_ms(&network.nodes[0], before, network.highest());
    assert!(pause <= LONGEST_PAUSE_MS, "the chain stood still for {pause} ms");

    let start = Instant::now();
    network.nodes[3].start();
    let target = network.highest();
    network.nodes[3].wait_height(target);
    let caught_up = start.elapsed();
    load.wait_more(20);
    let acknowledged = load.stop();
    assert!(
        acknowledged
            .iter()
            .filter(|acknowledged| acknowledged.node == 3)
            .count()
            > acknowledged_by_victim.len()
    );
    assert_kept(&network, &acknowledged);
    eprintln!(
        "measured: longest pause {pause} ms; {} blocks caught up in {caught_up:?}; {} deposits",
        target - killed_at,
        acknowledged.len()
    );
}

#[test]
fn with_two_of_four_killed_the_chain_stops_names_them_and_resumes() {
    let mut network = Network::start();
    let load = Load::start(&network, 1);
    load.wait_more(8);
    network.nodes[1].kill();
    network.nodes[2].kill();

    let missing: BTreeSet<&str> = [network.nodes[1].name, network.nodes[2].name].into();
    let why = wait_for("`why` names the two", PATIENCE, || {
        let why = network.nodes[0].ask("why")?;
        let named: BTreeSet<&str> = why["missing"]
            .as_array()?
            .iter()
            .filter_map(Value::as_str)
            .collect();
        (why["state"] == "halted" && named == missing).then_some(why)
    });
    for language in ["zh-CN", "en"] {
        let sentence = why["messages"][language].as_str().unwrap().to_owned();
        let url = network.nodes[0].url();
        let spoken = network.yinxin(&["why", "--url", &url, "--lang", language]);
        assert!(spoken.status.success(), "{}", said(&spoken));
        let spoken = String::from_utf8(spoken.stdout).unwrap();
        for node in &network.nodes {
            let named = missing.contains(node.name);
            assert_eq!(sentence.contains(node.name), named, "{sentence}");
            assert_eq!(
                spoken.lines().next().unwrap().contains(node.name),
                named,
                "{spoken}"
            );
        }
    }
    // Whatever was under way when the two died is settled by now; from here on nothing may become final.
    let heights = || [0, 3].map(|place: usize| network.nodes[place].height().unwrap());
    let stood = heights();
    let stalled = why["stalled_ms"].as_u64().unwrap();
    wait_for("a longer standstill", PATIENCE, || {
        let why = network.nodes[0].ask("why")?;
        (why["stalled_ms"].as_u64()? > stalled + 10_000).then_some(())
    });
    // Those who are there are still named as such, although nothing new is to be heard from them.
    let later = network.nodes[0].ask("why").unwrap();
    assert_eq!(later["missing"], why["missing"]);
    assert_eq!(heights(), stood);

    let start = Instant::now();
    network.nodes[1].start();
    network.nodes[0].wait_height(stood[0] + 1);
    eprintln!(
        "measured: resumed {:?} after the start of the third node",
        start.elapsed()
    );
    network.start_all();
    load.wait_more(8);
    assert_kept(&network, &load.stop());
}

#[test]
fn no_acknowledged_deposit_is_lost_when_all_are_killed_at_once_again_and_again() {
    let mut network = Network::start();
    let mut load = Load::start(&network, 2);
    let rounds = campaign(3);
    let mut slowest = Duration::ZERO;
    for _ in 0..rounds {
        load.wait_more(25);
        for node in &mut network.nodes {
            node.kill();
        }
        let before = load.so_far().len();
        let start = Instant::now();
        for node in &mut network.nodes {
            node.start();
        }
        // Nobody does anything but start the processes again.
        wait_for("the next deposit after all were killed", PATIENCE, || {
            (load.so_far().len() > before).then_some(())
        });
        slowest = slowest.max(start.elapsed());
    }
    load.wait_more(8);
    let acknowledged = load.stop();
    assert_kept(&network, &acknowledged);
    eprintln!(
        "measured: {rounds} times all killed; {} deposits, none lost; slowest restart {slowest:?}",
        acknowledged.len()
    );
}

#[test]
fn a_signal_stops_a_node_cleanly_and_the_next_start_continues_the_same_chain() {
    let mut network = Network::start();
    let load = Load::start(&network, 1);
    load.wait_more(8);
    let acknowledged = load.stop();
    let height = network.agree();
    let hash = network.nodes[0].hash(height).unwrap();
    for (place, node) in network.nodes.iter_mut().enumerate() {
        let start = Instant::now();
        let status = if place % 2 == 0 {
            node.signal("TERM");
            node.end(PATIENCE).unwrap()
        } else {
            node.stop()
        };
        assert!(status.success(), "{status}");
        assert!(
            start.elapsed() < Duration::from_secs(15),
            "it took {:?} to stop",
            start.elapsed()
        );
    }
    network.start_all();
    assert_eq!(network.nodes[0].hash(height).unwrap(), hash);
    assert!(deposit(&network, 1) > height);
    assert_kept(&network, &acknowledged);
}

#[test]
fn a_second_node_on_the_same_folder_is_refused_and_the_first_goes_on() {
    let network = Network::start();
    let folder = network.nodes[0].folder.display().to_string();
    for (arguments, words) in [
        (["--lang", "en", "node", "--data"], "A node is running on"),
        (["--lang", "zh-CN", "node", "--data"], "已有节点正在使用"),
        (["--lang", "en", "verify", "--data"], "A node is running on"),
    ] {
        let second = network.yinxin(&[&arguments[..], &[&folder]].concat());
        assert_eq!(second.status.code(), Some(4), "{}", said(&second));
        let text = said(&second);
        assert!(text.contains(words) && text.contains(&folder), "{text}");
    }
    deposit(&network, 0);
}
