//! Indexes and ledgers that were changed while their node was stopped.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use yinxin_client::http::HttpError;

use crate::load::{Acknowledged, Load, assert_verifies};
use crate::network::{Network, Node, PATIENCE, said, wait_for};

/// The media type of the deposits of the load: found in the files of the index and of the ledger as it is.
const MARK: &[u8] = b"application/pdf";

/// What happens to a file while its node is stopped.
type Change = fn(&Path);

/// A network that ran with some load; all but the last node run on.
fn with_deposits() -> (Network, Vec<Acknowledged>) {
    let network = Network::start();
    let load = Load::start(&network, 1);
    load.wait_more(16);
    let acknowledged = load.stop();
    network.agree();
    (network, acknowledged)
}

/// Everything a node answers about these deposits and their blocks, but for the height it answers at and what may be shown by another
/// certificate.
fn answers(node: &Node, acknowledged: &[Acknowledged]) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    let mut keep = |path: String| {
        let mut document = wait_for(&path, PATIENCE, || node.ask(&path));
        let object = document.as_object_mut().unwrap();
        object.remove("at_height");
        object.remove("certificate");
        all.insert(path, document);
    };
    for deposit in acknowledged {
        keep(format!("transactions/{}", deposit.id));
        keep(format!("blocks/{}", deposit.height));
    }
    let entries: Vec<String> = acknowledged
        .iter()
        .map(|deposit| {
            let status: Value = node.ask(&format!("transactions/{}", deposit.id)).unwrap();
            format!("evidence/{}", status["outcome"]["entry"].as_str().unwrap())
        })
        .collect();
    entries.into_iter().for_each(keep);
    all
}

/// Changes one letter of the mark wherever it stands in a file.
fn change_marks(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let marks = bytes
        .windows(MARK.len())
        .enumerate()
        .filter(|(_, window)| *window == MARK);
    let places: Vec<usize> = marks.map(|(place, _)| place).collect();
    assert!(!places.is_empty(), "{} does not hold the mark", path.display());
    for place in places {
        bytes[place] ^= 2;
    }
    fs::write(path, bytes).unwrap();
}

fn verify(network: &Network) -> (Option<i32>, String) {
    let folder = network.nodes[3].folder.display().to_string();
    let output = network.yinxin(&["--lang", "en", "verify", "--data", &folder]);
    (output.status.code(), said(&output))
}

fn index_file(node: &Node) -> PathBuf {
    node.folder.join("index.sqlite")
}

#[test]
fn an_index_that_was_deleted_truncated_or_overwritten_is_drawn_again() {
    let (mut network, acknowledged) = with_deposits();
    let before = answers(&network.nodes[3], &acknowledged);
    let changes: [(&str, Change); 4] = [
        ("deleted", |path| fs::remove_file(path).unwrap()),
        ("truncated", |path| {
            let length = fs::metadata(path).unwrap().len();
            fs::File::options()
                .write(true)
                .open(path)
                .unwrap()
                .set_len(length / 2 + 100)
                .unwrap();
        }),
        ("overwritten", |path| fs::write(path, [0x5a; 50_000]).unwrap()),
        ("edited", change_marks),
    ];
    for (what, change) in changes {
        let victim = &mut network.nodes[3];
        assert!(victim.stop().success());
        change(&index_file(victim));
        victim.start();
        victim.wait_running();
        let victim = &network.nodes[3];
        victim.wait_height(network.highest());
        if what == "edited" {
            // No wrong answer meanwhile: whoever asks for the changed row learns that it is damaged, and the node draws the index again.
            for path in before.keys() {
                match victim.client().get::<Value>(path) {
                    Ok(mut document) => {
                        let object = document.as_object_mut().unwrap();
                        object.remove("at_height");
                        object.remove("certificate");
                        assert_eq!(&document, &before[path], "{path}");
                    }
                    Err(HttpError::Problem(problem)) => assert_eq!(problem.status, 503, "{problem:?}"),
                    Err(other) => panic!("{path}: {other}"),
                }
            }
        }
        // The node draws a damaged index again when the next block becomes final.
        victim.wait_height(crate::load::deposit(&network, 0));
        assert_eq!(answers(victim, &acknowledged), before, "index {what}");
        for deposit in acknowledged.iter().rev().take(5) {
            let receipt = wait_for("a receipt", PATIENCE, || {
                victim.client().receipt(&deposit.id).ok()
            });
            assert_verifies(&receipt, &network.chain);
        }
    }
    assert!(network.nodes[3].stop().success());
    let (exit, text) = verify(&network);
    assert_eq!(exit, Some(0), "{text}");
}

#[test]
fn the_audit_passes_an_intact_folder_and_names_the_place_of_a_change() {
    let (mut network, _) = with_deposits();
    assert!(network.nodes[3].stop().success());
    let (exit, text) = verify(&network);
    assert_eq!(exit, Some(0), "{text}");
    assert!(text.contains("Everything verifies"), "{text}");

    let index = index_file(&network.nodes[3]);
    let blocks = network.nodes[3]
        .folder
        .join("ledger/yinxin-blocks-values/0000000000000000");
    for (file, place) in [(index, "index, block "), (blocks, "✗ block ")] {
        let intact = fs::read(&file).unwrap();
        change_marks(&file);
        let (exit, text) = verify(&network);
        assert_eq!(exit, Some(5), "{text}");
        assert!(text.contains(place), "{text}");
        fs::write(&file, intact).unwrap();
    }
    let (exit, text) = verify(&network);
    assert_eq!(exit, Some(0), "the audit itself changes nothing: {text}");
}

#[test]
fn a_node_whose_ledger_fails_again_and_again_sets_it_aside_and_fetches_it_from_its_peers() {
    let (mut network, acknowledged) = with_deposits();
    let victim = &mut network.nodes[3];
    assert!(victim.stop().success());
    victim.forget_log();
    let damaged = victim.folder.join("ledger/yinxin-state-tree-pins/6c656674");
    let mut bytes = fs::read(&damaged).unwrap();
    bytes[0] ^= 1;
    fs::write(&damaged, &bytes).unwrap();
    for _ in 0..2 {
        victim.start();
        let status = victim.end(PATIENCE).expect("it does not run on damaged data");
        assert!(!status.success());
        let log = victim.log();
        assert!(
            log.contains("yinxin-state-tree-pins") && log.contains("Start it again"),
            "{log}"
        );
    }
    victim.start();
    victim.wait_running();
    let log = victim.log();
    assert!(log.contains("is set aside"), "{log}");
    let aside = fs::read_dir(&victim.folder).unwrap().filter_map(Result::ok);
    let aside: Vec<_> = aside
        .filter(|entry| entry.file_name().to_string_lossy().contains("set-aside"))
        .collect();
    assert_eq!(aside.len(), 1);
    assert_eq!(
        fs::read(aside[0].path().join("yinxin-state-tree-pins/6c656674")).unwrap(),
        bytes,
        "nothing is deleted"
    );
    assert!(
        !aside[0].path().join("yinxin-vote-guard").exists(),
        "the guard never moves"
    );
    network.agree();
    crate::load::assert_kept(&network, &acknowledged);
    // It votes again, and nobody saw it vote twice.
    let voted = |network: &Network| {
        let why = network.nodes[0].ask("why")?;
        let name = network.nodes[3].name;
        why["validators"]
            .as_array()?
            .iter()
            .find(|validator| validator["name"] == name)?["last_vote_view"]
            .as_u64()
    };
    let before = voted(&network);
    wait_for("a new vote", PATIENCE, || {
        (voted(&network) > before).then_some(())
    });
    crate::flips::assert_no_double_vote(&network);
    assert!(network.nodes[3].stop().success());
    let (exit, text) = verify(&network);
    assert_eq!(exit, Some(0), "{text}");
}
