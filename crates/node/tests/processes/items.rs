//! S8.14 on a network of real processes: items from a table, faults by row, receipts, and what a second import does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};
use yinxin_crypto::aead::Aead;
use yinxin_crypto::keyfile::{self, Params};

use crate::network::{command, said};
use crate::town::{HOME, Town, ask_openly, code};

const PASSPHRASE: &str = "items";
const PROCESS: &str = include_str!("../../src/bench/samples/permit.bpmn");
const FORM: &str = include_str!("../../src/bench/samples/permit.form.json");
/// The issuer and the material of the template's example.
const EXAMPLE: &str = "119901000000020229";
const SHARED: &str = ";title|产权信息|Title|可选|资源:11990100000002014E/title";

/// Enacts a document by three of four members.
pub fn enact(town: &Town, name: &str, text: &str) {
    enact_version(town, name, 1, text);
}

/// The same for a version of it.
pub fn enact_version(town: &Town, name: &str, version: u32, text: &str) {
    let digest = town.network.chain.algorithm().hash(&[text.as_bytes()]);
    let content =
        json!({ "class": "catalogue", "content": text, "digest": digest, "name": name, "version": version });
    let now = town.network.nodes[HOME].ask("status").unwrap()["time"]
        .as_u64()
        .unwrap();
    let proposal =
        json!({ "deadline": now + 86_400_000, "decision": { "content": content, "kind": "document" } });
    let proposed = town.seal_acts(HOME, "governance.propose", &proposal).ok();
    for at in 0..3 {
        town.settle();
        let vote = json!({ "choice": "for", "proposal": proposed.outcome["proposal"] });
        town.seal_acts(at, "governance.vote", &vote).ok();
    }
    town.settle();
}

struct Desk<'a> {
    town: &'a Town,
    folder: &'a Path,
    key: PathBuf,
}

impl Desk<'_> {
    fn import(&self, table: &[String], more: &[&str]) -> (Option<i32>, Value) {
        let file = self.folder.join("items.csv");
        fs::write(&file, table.join("\n")).unwrap();
        let output = self.run(
            &[
                &["import", file.to_str().unwrap(), "--department", code(HOME)],
                more,
            ]
            .concat(),
        );
        let document = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
        self.town.settle();
        (output.status.code(), document)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let url = self.town.network.nodes[HOME].url();
        let mut command = command(&self.town.network.home);
        command
            .env("YINXIN_PASSPHRASE", PASSPHRASE)
            .args(["--json", "items"])
            .args(arguments);
        if arguments[0] == "import" {
            command.args(["--url", &url, "--key", self.key.to_str().unwrap()]);
        }
        command.output().unwrap()
    }

    fn listed(&self) -> Value {
        let about = json!({ "department": code(HOME) });
        ask_openly(&self.town.network.nodes[HOME], "approval.items", &about).unwrap()["items"].clone()
    }
}

fn told(document: &Value) -> Vec<(u64, String)> {
    let wrong = document["wrong"].as_array().unwrap();
    let one = |wrong: &Value| {
        (
            wrong["row"].as_u64().unwrap(),
            wrong["code"].as_str().unwrap().to_owned(),
        )
    };
    wrong.iter().map(one).collect()
}

#[test]
fn s8_14_items_are_loaded_from_a_table_with_faults_by_row_receipts_and_versions_of_what_has_changed() {
    let town = Town::start();
    enact(&town, "process/permit", PROCESS);
    enact(&town, "form/permit", FORM);
    let principal = ask_openly(
        &town.network.nodes[HOME],
        "identity.published",
        &json!({ "code": code(HOME), "purpose": "credential" }),
    )
    .unwrap()["party"]
        .clone();
    let post = json!({
        "grade": 2, "holder": town.clerk.party, "kind": "post", "principal": principal, "scope": ["approval."],
    });
    town.seal_acts(HOME, "identity.grant", &post).ok();
    town.settle();
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("clerk.key");
    let text = keyfile::seal(&town.clerk.key, PASSPHRASE, Params::recommended(Aead::Aes256Gcm)).unwrap();
    fs::write(&key, text).unwrap();
    let desk = Desk {
        town: &town,
        folder: folder.path(),
        key,
    };

    let template = folder.path().join("template.csv");
    let made = desk.run(&["template", "--out", template.to_str().unwrap()]);
    assert!(made.status.success(), "{}", said(&made));
    let template = fs::read_to_string(&template).unwrap();
    let lines: Vec<&str> = template.trim_end().split('\n').collect();
    let row = |number: usize| {
        let own = lines[1].replace(EXAMPLE, code(HOME)).replace(SHARED, "");
        own.replace("3990117002011", &format!("{number:013}"))
    };
    let mut table: Vec<String> = vec![lines[0].to_owned()];
    table.extend((1..=130).map(row));
    // A duplicate, an issuer that is another, one whose check digit is wrong, and a process that nobody enacted.
    let mut bad = table.clone();
    bad[5] = bad[4].clone();
    bad[9] = bad[9].replace(code(HOME), EXAMPLE);
    bad[10] = bad[10].replacen(code(HOME), "119901000000020228", 1);
    let unenacted = |row: &str| row.replacen("permit@1", "permit@2", 1);

    let faults =
        [(6, "ITEM_TWICE"), (10, "ITEM_ISSUER"), (11, "ITEM_CODE")].map(|(row, code)| (row, code.to_owned()));
    let (exit, document) = desk.import(&bad, &["--check"]);
    assert_eq!((exit, told(&document)), (Some(1), faults.to_vec()));
    let (exit, document) = desk.import(&bad, &[]);
    assert_eq!((exit, told(&document)), (Some(1), faults.to_vec()));
    let mut late = table.clone();
    late[7] = unenacted(&late[7]);
    let (exit, document) = desk.import(&late, &[]);
    assert_eq!(
        (exit, told(&document)),
        (Some(1), vec![(8, "ITEM_PROCESS".to_owned())])
    );
    // A form with sealed fields, and nothing in which they would be handed in.
    let mut unkept = table.clone();
    unkept[7] = unkept[7].replacen("application|", "statement|", 1);
    let (exit, document) = desk.import(&unkept, &["--check"]);
    assert_eq!(
        (exit, told(&document)),
        (Some(1), vec![(8, "ITEM_MATERIAL".to_owned())])
    );
    assert!(
        document["wrong"][0]["detail"]
            .as_str()
            .unwrap()
            .contains("`application`")
    );
    // Nobody has accredited the department for its licences: that is told, and hinders nothing.
    let (exit, document) = desk.import(&table[..3], &["--check"]);
    assert_eq!((exit, &document["new"]), (Some(0), &json!(2)), "{document}");
    let warned = document["warnings"].as_array().unwrap();
    assert_eq!(warned.len(), 2);
    assert_eq!(
        (&warned[0]["row"], &warned[0]["code"], &warned[0]["column"]),
        (&json!(2), &json!("AUTH_ISSUER_NOT_ACCREDITED"), &json!("licence"))
    );
    assert_eq!(
        desk.listed(),
        json!([]),
        "nothing is published while a row is wrong"
    );

    let (exit, document) = desk.import(&bad, &["--skip-bad"]);
    assert_eq!((exit, &document["new"]), (Some(1), &json!(127)), "{document}");
    let transactions = document["transactions"].as_array().unwrap();
    let items: u64 = transactions
        .iter()
        .map(|one| one["items"].as_u64().unwrap())
        .sum();
    assert_eq!(items, 127);
    for one in transactions {
        let verified = town
            .network
            .yinxin(&["receipt", "verify", one["receipt"].as_str().unwrap()]);
        assert!(verified.status.success(), "{}", said(&verified));
    }

    // The mended file brings only what was missing; once more it brings nothing.
    let (exit, document) = desk.import(&table, &[]);
    assert_eq!(
        (exit, &document["new"], &document["same"]),
        (Some(0), &json!(3), &json!(127)),
        "{document}"
    );
    let (exit, document) = desk.import(&table, &[]);
    assert_eq!(
        (exit, &document["new"], &document["same"]),
        (Some(0), &json!(0), &json!(130))
    );
    assert_eq!(document["transactions"], json!([]));

    // S8.10, the half of the catalogue: the next version is in force, the one before is there for whoever kept it.
    table[3] = table[3].replace("10个工作日", "7个工作日");
    let (exit, document) = desk.import(&table, &[]);
    assert_eq!(
        (exit, &document["changed"], &document["same"]),
        (Some(0), &json!(1), &json!(129))
    );
    let ask = |about: Value| ask_openly(&town.network.nodes[HOME], "approval.item", &about).unwrap();
    let item = format!("{}{:013}", code(HOME), 3);
    let (newest, kept) = (
        ask(json!({ "code": item })),
        ask(json!({ "code": item, "version": 1 })),
    );
    assert_eq!(
        (
            &newest["version"],
            &newest["content"]["handling"]["period"]["count"]
        ),
        (&json!(2), &json!(7))
    );
    assert_eq!(
        (
            &kept["superseded"],
            &kept["content"]["handling"]["period"]["count"]
        ),
        (&json!(true), &json!(10))
    );
}
