//! The consortium decides on a real network: transactions of any operation, signed and submitted by command.

use std::fs;

use serde_json::{Value, json};

use crate::network::{Network, said};

/// Signs with the account of a department's folder, submits, waits; the outcome where the ledger executed it, else its code.
pub fn act(network: &Network, by: usize, operation: &str, arguments: &Value) -> Result<Value, String> {
    let node = &network.nodes[by];
    let url = node.url();
    let file = |name: &str| network.folder().join(name).display().to_string();
    fs::write(file("arguments.json"), arguments.to_string()).unwrap();
    let key = node.folder.join("account.key").display().to_string();
    let signed = network.yinxin(&[
        "tx",
        "sign",
        operation,
        &file("arguments.json"),
        "--key",
        &key,
        "--url",
        &url,
    ]);
    assert!(signed.status.success(), "{}", said(&signed));
    fs::write(file("signed.json"), &signed.stdout).unwrap();
    let done = network.yinxin(&[
        "--json",
        "tx",
        "submit",
        &file("signed.json"),
        "--wait",
        "--url",
        &url,
    ]);
    let answer: Value = serde_json::from_slice(&done.stdout).unwrap_or_else(|_| panic!("{}", said(&done)));
    match answer["error"]["name"].as_str() {
        Some(name) => Err(name.to_owned()),
        None => Ok(answer["outcome"].clone()),
    }
}

#[test]
fn three_of_four_departments_change_a_parameter_and_a_stranger_has_no_vote() {
    let mut network = Network::start();
    let time = network.nodes[0].ask("status").unwrap()["time"].as_u64().unwrap();
    let proposal = act(
        &network,
        0,
        "governance.propose",
        &json!({
            "deadline": time + 3_600_000,
            "decision": { "kind": "parameter", "content": { "name": "proposal_days", "value": 30 } },
        }),
    )
    .unwrap();
    let vote = json!({ "choice": "for", "proposal": proposal["proposal"] });
    let first = act(&network, 0, "governance.vote", &vote).unwrap();
    assert_eq!((&first["for"], &first["status"]), (&json!(1), &json!("open")));
    // A person without office.
    let made = network.yinxin(&[
        "keys",
        "new",
        "--key",
        &network.home.join("person.key").display().to_string(),
    ]);
    assert!(made.status.success(), "{}", said(&made));
    let office = network.nodes[3].folder.join("account.key");
    let (kept, passphrase) = (
        fs::read(&office).unwrap(),
        network.nodes[3].folder.join("passphrase"),
    );
    let kept_passphrase = fs::read(&passphrase).unwrap();
    fs::copy(network.home.join("person.key"), &office).unwrap();
    fs::copy(network.home.join("passphrase"), &passphrase).unwrap();
    assert_eq!(
        act(&network, 3, "governance.vote", &vote),
        Err("GOV_NOT_MEMBER".to_owned())
    );
    fs::write(&office, kept).unwrap();
    fs::write(&passphrase, kept_passphrase).unwrap();
    let second = act(&network, 1, "governance.vote", &vote).unwrap();
    assert_eq!(second["status"], "open", "two of four are no majority");
    let third = act(&network, 2, "governance.vote", &vote).unwrap();
    assert_eq!(third["status"], "enacted");
    assert!(
        act(&network, 3, "governance.vote", &vote).is_err(),
        "it is decided"
    );
    network.agree();
    network.stop_all();
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
