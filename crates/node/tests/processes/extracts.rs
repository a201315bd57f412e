//! S6.9: "leak drill: 1,000 rows 'found outside' → mark names delivery, officer, time within one query", on a network of real processes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_crypto::aead::Aead;
use yinxin_crypto::keyfile::{self, Params};
use yinxin_types::identifiers::CitizenNumber;

use crate::invented::Draw;
use crate::network::{command, said};
use crate::town::{AUDIT, AWAY, BUREAU, HOME, Person, Town, ask_openly, code};

const ROWS: usize = 1000;
const DELIVERIES: usize = 24;
const PASSPHRASE: &str = "leak drill";

/// Rows of people who do not exist.
fn rows(draw: &mut Draw) -> Vec<String> {
    let one = |draw: &mut Draw| {
        let (year, month, day) = (1950 + draw.below(55), 1 + draw.below(12), 1 + draw.below(28));
        let numbered = format!("990101{year}{month:02}{day:02}{:03}", draw.below(1000));
        let is_right = |check: &char| CitizenNumber::parse(&format!("{numbered}{check}")).is_ok();
        let check = "0123456789X".chars().find(is_right).unwrap();
        let amount = format!("{}.{:02}", 1 + draw.below(90_000), draw.below(100));
        format!(
            "{numbered}{check},王小示,13{:09},{amount}",
            draw.below(1_000_000_000)
        )
    };
    (0..ROWS).map(|_| one(draw)).collect()
}

fn party_of(town: &Town, at: usize) -> Value {
    let about = json!({ "code": code(at), "purpose": "credential" });
    ask_openly(&town.network.nodes[at], "identity.published", &about).unwrap()["party"].clone()
}

/// A post for data sharing.
fn post(town: &Town, person: &Person) -> Digest {
    let arguments = json!({
        "grade": 3, "holder": person.party, "kind": "post", "principal": party_of(town, person.at), "scope": ["sharing."],
    });
    town.seal_acts(person.at, "identity.grant", &arguments)
        .ok()
        .named("mandate")
}

/// A granted request of a department.
fn granted(town: &Town, asker: &Person) -> Value {
    let now = town.network.nodes[HOME].ask("status").unwrap()["time"]
        .as_u64()
        .unwrap();
    let asking = json!({
        "basis": "不动产登记暂行条例 §25", "fields": ["accname", "bal", "certinum", "mobile"], "for": code(asker.at),
        "from": now - 1000, "need": "registration", "purpose": "registration", "resource": format!("{}/hpf-deposit", code(HOME)),
        "until": now + 86_400_000,
    });
    let asked = town.act_sealed(asker, "sharing.resource_request", &asking).ok();
    town.network.nodes[HOME].wait_height(asked.place.0);
    let answer =
        json!({ "answer": { "kind": "grant" }, "for": code(HOME), "request": asked.outcome["request"] });
    town.act_sealed(&town.clerk, "sharing.resource_answer", &answer)
        .ok();
    asked.outcome["request"].clone()
}

/// The key of a person in a file.
fn key_file(folder: &Path, name: &str, person: &Person) -> PathBuf {
    let path = folder.join(name);
    let text = keyfile::seal(&person.key, PASSPHRASE, Params::recommended(Aead::Aes256Gcm)).unwrap();
    fs::write(&path, text).unwrap();
    path
}

/// `yinxin extract` by an officer at his department's node.
fn extract(town: &Town, at: usize, key: &Path, arguments: &[&str]) -> Output {
    let url = town.network.nodes[at].url();
    command(&town.network.home)
        .env("YINXIN_PASSPHRASE", PASSPHRASE)
        .args(["--json", "extract"])
        .args(arguments)
        .args(["--for", code(at), "--url", &url, "--key", key.to_str().unwrap()])
        .output()
        .unwrap()
}

fn document(output: &Output) -> Value {
    assert!(output.status.success(), "{}", said(output));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(output)))
}

fn verify(home: &Path, proof: &Path, found: &Path, chain: &Digest) -> Output {
    let (proof, found) = (proof.to_str().unwrap(), found.to_str().unwrap());
    command(home)
        .args([
            "--json",
            "extract",
            "verify",
            proof,
            found,
            "--chain",
            &chain.to_string(),
        ])
        .output()
        .unwrap()
}

#[test]
fn s6_9_a_thousand_rows_found_outside_name_delivery_officer_and_time_within_one_query() {
    let mut town = Town::start();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let fields = ["accname", "bal", "certinum", "mobile"].map(|name| json!({ "grade": 3, "name": name }));
    let publication = json!({
        "class": { "conditions": "registration only", "kind": "conditional" }, "cycle": "monthly",
        "fields": fields, "for": code(HOME),
        "item": "hpf-deposit", "on_platform": true, "resource": format!("{}/hpf-deposit", code(HOME)),
        "steward": { "contact": code(HOME), "post": town.chief_mandate },
    });
    let published = town
        .act_sealed(&town.clerk, "sharing.resource_publish", &publication)
        .ok();
    for node in &town.network.nodes {
        node.wait_height(published.place.0);
    }
    let askers = [&town.loan, &town.steward, &town.auditor];
    let posts = askers.map(|asker| post(&town, asker));
    town.settle();
    let requests = askers.map(|asker| granted(&town, asker));
    town.settle();

    let header = "certinum,accname,mobile,bal";
    let all = rows(&mut Draw::new(69));
    let original = format!("{header}\n{}\n", all.join("\n"));
    fs::write(file("original.csv"), &original).unwrap();
    // The same rows to three departments again and again, through the desk.
    for number in 0..DELIVERIES - 1 {
        let to = number % 3;
        let order = json!({
            "file": URL_SAFE_NO_PAD.encode(&original), "key": "certinum", "number": format!("d-{number}"), "post": posts[to],
            "request": requests[to],
        });
        let marked = town
            .call(&town.clerk, "POST", "/api/v1/desk/extracts", Some(&order))
            .ok();
        town.act_sealed(&town.clerk, "sharing.extract_deliver", &marked["arguments"])
            .ok();
    }
    // And one by the program, as the owner's integrator does it.
    let clerk = key_file(folder.path(), "clerk.key", &town.clerk);
    let loan = key_file(folder.path(), "loan.key", &town.loan);
    let chief = key_file(folder.path(), "chief.key", &town.chief);
    let (request, receiver) = (requests[0].as_str().unwrap().to_owned(), posts[0].to_string());
    let original_path = file("original.csv");
    let deliver = [
        "deliver",
        "--request",
        &request,
        "--receiver",
        &receiver,
        "--file",
        original_path.to_str().unwrap(),
        "--order-by",
        "certinum",
        "--number",
        "d-last",
    ];
    let delivered = document(&extract(&town, HOME, &clerk, &deliver));
    let id = delivered["extract"].as_str().unwrap().to_owned();
    let again = extract(&town, HOME, &clerk, &deliver);
    assert_eq!(
        again.status.code(),
        Some(1),
        "one number is delivered once: {}",
        said(&again)
    );
    town.settle();

    // Another officer of the department does not get it, and his attempt is on record.
    let copy = file("copy.csv");
    let fetch = ["fetch", &id, "--out", copy.to_str().unwrap()];
    let refused = extract(&town, AWAY, &chief, &fetch);
    assert!(said(&refused).contains("EXTRACT_OFFICER"), "{}", said(&refused));
    let fetched = document(&extract(&town, AWAY, &loan, &fetch));
    town.settle();
    let trail = town.trail(AUDIT, code(AWAY));
    let events: Vec<&Value> = trail.iter().map(|one| &one["outcome"]["access"]).collect();
    assert_eq!(
        events.iter().map(|one| &one["allowed"]).collect::<Vec<_>>(),
        [&json!(false), &json!(true)]
    );
    assert_eq!(events[1]["count"], json!(ROWS + 50));
    assert_eq!(trail[1]["id"], fetched["look"]);

    // A thousand rows of it are found outside: other form, other order of columns, some rows missing.
    let text = fs::read_to_string(&copy).unwrap();
    let found: String = text
        .lines()
        .skip(20)
        .take(ROWS)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            format!("\"{}\"\t {} \t{}\r\n", cells[3], cells[0], cells[2])
        })
        .collect();
    fs::write(file("found.csv"), &found).unwrap();
    let found = file("found.csv");
    let proofs = file("proofs");
    let trace = |found: &Path, proofs: &Path| {
        let (found, proofs) = (found.to_str().unwrap(), proofs.to_str().unwrap());
        let arguments = [
            "trace",
            found,
            "--purpose",
            "leak",
            "--case",
            "LEAK-2026-1",
            "--out",
            proofs,
        ];
        document(&extract(&town, HOME, &clerk, &arguments))
    };
    let traced = trace(&found, &proofs);
    assert_eq!(traced["deliveries"], json!(DELIVERIES));
    let named = traced["named"].as_array().unwrap();
    assert_eq!(named.len(), 1, "{traced}");
    let delivery = &named[0]["delivery"];
    assert_eq!(delivery["extract"], json!(id));
    assert_eq!(delivery["recipient"], code(AWAY));
    assert_eq!(delivery["receiver"], json!(town.loan.party));
    assert_eq!(delivery["delivered"]["height"], delivered["height"]);
    assert!(named[0]["finding"]["bits"].as_i64().unwrap() > 20);
    eprintln!("measured: {}", named[0]["finding"]);
    // The unmarked original names nobody.
    assert_eq!(trace(&original_path, &file("none"))["named"], json!([]));
    // The trace is on record, and that the mark is known from now on.
    town.settle();
    let owner = town.trail(AUDIT, code(HOME));
    let look = owner.iter().find(|one| one["id"] == named[0]["trace"]).unwrap();
    assert_eq!(look["outcome"]["access"]["class"], "extract-mark");
    assert_eq!(look["outcome"]["access"]["case"], "LEAK-2026-1");
    let record = town
        .ask(&town.clerk, "sharing.extract", &json!({ "extract": id }))
        .unwrap();
    assert!(record["opened"]["height"].as_u64().unwrap() > delivered["height"].as_u64().unwrap());
    // Who has no part in it is not told; tracing is for the owner's officers.
    let order = json!({ "found": URL_SAFE_NO_PAD.encode("a\n1\n") });
    let elsewhere = town.call_at(
        HOME,
        &town.loan,
        "POST",
        "/api/v1/desk/extracts/trace",
        Some(&order),
    );
    assert_eq!(elsewhere.code(), "AUTH_MANDATE_MISSING");
    assert!(
        town.call(&town.loan, "POST", "/api/v1/desk/extracts/trace", Some(&order))
            .ok()["deliveries"]
            == json!(0)
    );

    // An outsider verifies without any node, and nothing that was changed.
    let proof = PathBuf::from(named[0]["proof"].as_str().unwrap());
    let chain = town.network.chain;
    // An auditor has his own department's node examine it, which knows nothing of the delivery but the chain.
    let text = fs::read_to_string(&proof).unwrap();
    let examine = |proof: Value, found: &Path| {
        let found = URL_SAFE_NO_PAD.encode(fs::read(found).unwrap());
        let order = json!({ "found": found, "proof": proof });
        let path = "/api/v1/desk/extracts/examine";
        town.call(&town.auditor, "POST", path, Some(&order)).ok()
    };
    let genuine: Value = serde_json::from_str(&text).unwrap();
    let examined = examine(genuine.clone(), &found);
    assert_eq!(
        (&examined["holds"], &examined["recipient"], &examined["receiver"]),
        (&json!(true), &json!(code(AWAY)), &json!(town.loan.party))
    );
    assert_eq!(examined["delivered"]["height"], delivered["height"]);
    assert_eq!(examine(genuine.clone(), &original_path)["part"], "file");
    assert_eq!(examine(json!({ "kind": "other" }), &found)["part"], "format");
    let mut forged = genuine;
    forged["mark"]["secret"] = json!("00".repeat(32));
    assert_eq!(examine(forged, &found)["part"], "mark");
    let outsider = tempfile::tempdir().unwrap();
    town.network.stop_all();
    let shown = document(&verify(outsider.path(), &proof, &found, &chain));
    assert_eq!(
        (&shown["recipient"], &shown["receiver"]),
        (&json!(code(AWAY)), &json!(town.loan.party))
    );
    assert_eq!(
        (&shown["extract"], &shown["height"]),
        (&json!(id), &delivered["height"])
    );
    assert_eq!(
        verify(outsider.path(), &proof, &original_path, &chain)
            .status
            .code(),
        Some(1)
    );
    for (name, pointer, value) in [
        ("secret", "/mark/secret", json!("00".repeat(32))),
        (
            "recipient",
            "/delivery/receipt/outcome/recipient",
            json!(code(BUREAU)),
        ),
        ("salt", "/salt", json!("00".repeat(32))),
        ("file", "/found_salt", json!("00".repeat(32))),
    ] {
        let mut forged: Value = serde_json::from_str(&text).unwrap();
        *forged.pointer_mut(pointer).unwrap() = value;
        let path = file(name);
        fs::write(&path, forged.to_string()).unwrap();
        let output = verify(outsider.path(), &path, &found, &chain);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", said(&output));
    }
}
