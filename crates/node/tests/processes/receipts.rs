//! Receipts on a machine without a network.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::network::{Network, said};

/// Runs `yinxin receipt verify` where there is no network at all; `None` where this machine does not permit that.
fn verify_cut_off(home: &Path, arguments: &[&str]) -> Option<Output> {
    let permitted = Command::new("unshare").args(["-n", "true"]).output();
    if !permitted.is_ok_and(|output| output.status.success()) {
        return None;
    }
    let output = Command::new("unshare")
        .args([
            "-n",
            env!("CARGO_BIN_EXE_yinxin"),
            "--lang",
            "en",
            "receipt",
            "verify",
        ])
        .args(arguments)
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .output();
    Some(output.unwrap())
}

#[test]
fn a_receipt_verifies_without_a_network_and_every_change_has_its_exit_code() {
    let mut network = Network::start();
    let folder = network.folder().to_owned();
    let file = folder.join("合同.pdf");
    fs::write(&file, [7; 3000]).unwrap();
    let file = file.display().to_string();
    let url = network.nodes[2].url();
    let deposited = network.yinxin(&["evidence", "deposit", &file, "--url", &url]);
    assert!(deposited.status.success(), "{}", said(&deposited));
    // Years later: no node runs any more.
    network.stop_all();

    let receipt = format!("{file}.receipt.json");
    let stranger = folder.join("stranger");
    fs::create_dir(&stranger).unwrap();
    let chain = network.chain.to_string();
    let cut_off = |home: &Path, arguments: &[&str], exit: i32, reason: &str| {
        let Some(output) = verify_cut_off(home, arguments) else {
            eprintln!("skipped: this machine does not permit `unshare -n`");
            return;
        };
        let text = said(&output);
        assert_eq!(output.status.code(), Some(exit), "{text}");
        assert!(text.contains(reason), "{text}");
    };
    let home = network.home.clone();
    cut_off(&home, &[&receipt, &file], 0, "✓ Verified");
    cut_off(&stranger, &[&receipt, &file, "--chain", &chain], 0, "✓ Verified");
    cut_off(&stranger, &[&receipt, &file], 3, &chain);

    let changed = folder.join("changed");
    let changed_path = changed.display().to_string();
    let mut bytes = fs::read(&file).unwrap();
    bytes[1500] ^= 1;
    fs::write(&changed, bytes).unwrap();
    cut_off(&home, &[&receipt, &changed_path], 1, "RECEIPT_FILE");

    let original: Value = serde_json::from_slice(&fs::read(&receipt).unwrap()).unwrap();
    for (pointer, reason) in [
        ("/certificate/signatures/0/signature", "RECEIPT_CERTIFICATE"),
        ("/header/receipts_root", "RECEIPT_CERTIFICATE"),
        ("/receipt/transaction", "RECEIPT_"),
        ("/transaction/signatures/0/signature", "RECEIPT_TRANSACTION"),
        ("/opening/salt", "RECEIPT_OPENING"),
    ] {
        let mut document = original.clone();
        let value = document.pointer_mut(pointer).unwrap();
        let mut text = value.as_str().unwrap().to_owned();
        let last = if text.ends_with('0') { "1" } else { "0" };
        text.replace_range(text.len() - 1.., last);
        *value = Value::String(text);
        fs::write(&changed, serde_json::to_vec(&document).unwrap()).unwrap();
        cut_off(&home, &[&changed_path, &file], 1, reason);
    }
    let mut twice = original.clone();
    let signatures = twice
        .pointer_mut("/certificate/signatures")
        .unwrap()
        .as_array_mut()
        .unwrap();
    let first = signatures[0].clone();
    *signatures.last_mut().unwrap() = first;
    fs::write(&changed, serde_json::to_vec(&twice).unwrap()).unwrap();
    cut_off(&home, &[&changed_path, &file], 1, "RECEIPT_CERTIFICATE");
    let mut few = original;
    few.pointer_mut("/certificate/signatures")
        .unwrap()
        .as_array_mut()
        .unwrap()
        .truncate(2);
    fs::write(&changed, serde_json::to_vec(&few).unwrap()).unwrap();
    cut_off(&home, &[&changed_path, &file], 1, "RECEIPT_CERTIFICATE");

    fs::write(&changed, b"a shopping list").unwrap();
    cut_off(&home, &[&changed_path], 2, "");
    cut_off(&home, &[&folder.join("nothing").display().to_string()], 2, "");
    cut_off(
        &home,
        &[&receipt, &folder.join("nothing").display().to_string()],
        2,
        "",
    );
}

/// 国密: SM3 in every tree, SM2 in every key of a person; a node dies and comes back, and the audit executes everything again.
#[test]
fn a_network_of_the_gm_suite_keeps_evidence_survives_a_kill_and_is_verified_offline() {
    let mut network = Network::start_of("gm");
    let folder = network.folder().to_owned();
    let key = folder.join("sm2.key").display().to_string();
    let made = network.yinxin(&["--json", "keys", "new", "--algorithm", "sm2", "--key", &key]);
    assert!(made.status.success(), "{}", said(&made));
    let deposit = |network: &Network, name: &str, at: usize| {
        let file = folder.join(name);
        fs::write(&file, name.repeat(100)).unwrap();
        let file = file.display().to_string();
        let url = network.nodes[at].url();
        let deposited = network.yinxin(&["evidence", "deposit", &file, "--key", &key, "--url", &url]);
        assert!(deposited.status.success(), "{}", said(&deposited));
        file
    };
    let first = deposit(&network, "判决书.txt", 0);
    network.nodes[3].kill();
    let second = deposit(&network, "调解书.txt", 1);
    network.nodes[3].start();
    network.nodes[3].wait_running();
    network.agree();
    network.stop_all();
    assert!(network.chain.to_string().starts_with("sm3:"), "{}", network.chain);
    for file in [first, second] {
        let receipt = format!("{file}.receipt.json");
        let document: Value = serde_json::from_slice(&fs::read(&receipt).unwrap()).unwrap();
        let by = document["transaction"]["signatures"][0]["key"].as_str().unwrap();
        assert!(by.starts_with("sm2:"), "{by}");
        if let Some(output) = verify_cut_off(&network.home, &[&receipt, &file]) {
            assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        }
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
        assert!(said(&audit).contains("record by record"), "{}", said(&audit));
    }
}
