//! The program as people and programs call it: exit codes, both languages, JSON, and what it refuses to do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the helpers of a test fail it by panicking"
)]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A person at a machine of his own.
struct Person {
    home: TempDir,
}

/// How a command ended and what it said.
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Person {
    fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yinxin"));
        command
            .current_dir(self.home.path())
            .env_clear()
            .env("HOME", self.home.path())
            .stdin(Stdio::null());
        command
    }

    fn runs(&self, arguments: &[&str]) -> Said {
        said(self.command().args(arguments).output().unwrap())
    }

    fn founds(&self, members: &str) -> Said {
        self.write("members.toml", members);
        self.runs(&["init", "--members", "members.toml", "--out", "network"])
    }
}

fn said(output: Output) -> Said {
    Said {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

const MEMBERS: &str = r#"
name = "甲市政务账本"

[[member]]
name = "甲市住房公积金管理中心"
code = "12990100000001011T"
p2p = "192.0.2.11:7600"
http = "127.0.0.1:8600"

[[member]]
name = "甲市中级人民法院"
code = "11990100000002129L"
roles = ["court"]
p2p = "192.0.2.12:7600"
http = "127.0.0.1:8600"
"#;

/// The vectors of the receipt format (`docs/reference/vectors`).
fn vectors() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/vectors/receipts");
    let mut vectors: Vec<Value> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| serde_json::from_slice(&fs::read(entry.unwrap().path()).unwrap()).unwrap())
        .collect();
    vectors.sort_by_key(|vector| vector["name"].to_string());
    vectors
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap()
}

/// The first vector that is verified, without a file.
fn verified() -> Value {
    vectors()
        .into_iter()
        .find(|vector| vector["expected"] == "VERIFIED" && vector["file_hex"].is_null())
        .unwrap()
}

#[test]
fn every_vector_of_the_format_ends_with_the_documented_code_and_reason() {
    let person = Person::new();
    for vector in vectors() {
        let name = text(&vector, "name");
        let receipt = person.write("r.json", text(&vector, "receipt"));
        let mut arguments = vec!["--json", "receipt", "verify", receipt.to_str().unwrap()];
        let file;
        if let Some(digits) = vector["file_hex"].as_str() {
            file = person.write("file", hex::decode(digits).unwrap());
            arguments.push(file.to_str().unwrap());
        }
        arguments.extend(["--chain", text(&vector, "chain")]);
        let said = person.runs(&arguments);
        let document: Value = serde_json::from_str(&said.out).unwrap();
        let expected = text(&vector, "expected");
        if expected == "VERIFIED" {
            assert_eq!(
                (said.code, &document["status"]),
                (0, &Value::from("verified")),
                "{name}"
            );
        } else {
            assert_eq!(document["error"]["name"], expected, "{name}");
            let names_itself = text(&vector, "receipt").contains("yinxin-receipt/");
            let code = if expected == "RECEIPT_FORMAT" && !names_itself {
                2
            } else {
                1
            };
            assert_eq!(said.code, code, "{name}");
            assert_eq!(document["error"]["exit"], code, "{name}");
        }
    }
}

#[test]
fn a_receipt_of_a_chain_nobody_trusts_holds_together_and_ends_with_3() {
    let person = Person::new();
    let vector = verified();
    person.write("r.json", text(&vector, "receipt"));
    let said = person.runs(&["--lang", "en", "receipt", "verify", "r.json"]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("--chain") && said.err.contains(text(&vector, "chain")));
    assert!(!said.out.contains("Verified"), "{}", said.out);
    let report = person.runs(&["receipt", "report", "r.json"]);
    assert_eq!((report.code, report.out.as_str()), (3, ""));
}

#[test]
fn a_chain_is_trusted_by_its_genesis_file_and_by_the_list_of_the_person() {
    let person = Person::new();
    let vector = verified();
    let receipt: Value = serde_json::from_str(text(&vector, "receipt")).unwrap();
    person.write("r.json", text(&vector, "receipt"));
    // The keys of a `serde_json` map are sorted, so this is its canonical form.
    person.write("genesis.json", receipt["genesis"].to_string());
    let by_genesis = person.runs(&["receipt", "verify", "r.json", "--genesis", "genesis.json"]);
    assert_eq!(by_genesis.code, 0, "{}", by_genesis.err);

    let folder = person.path(".config/yinxin");
    fs::create_dir_all(&folder).unwrap();
    let list = serde_json::json!([{ "chain": vector["chain"], "name": "test", "since": 0 }]);
    fs::write(folder.join("trust.json"), list.to_string()).unwrap();
    assert_eq!(person.runs(&["receipt", "verify", "r.json"]).code, 0);
    let report = person.runs(&[
        "receipt",
        "report",
        "r.json",
        "--filing",
        "京网信备00000000000000000号",
    ]);
    assert_eq!(report.code, 0, "{}", report.err);
    let report: Value = serde_json::from_str(&report.out).unwrap();
    assert_eq!(report["format"], "yinxin-report/1");
    assert_eq!(report["platform"]["filing"], "京网信备00000000000000000号");

    fs::write(folder.join("trust.json"), "{}").unwrap();
    assert_eq!(person.runs(&["receipt", "verify", "r.json"]).code, 2);
}

#[test]
fn chains_are_trusted_listed_and_forgotten_by_command() {
    let person = Person::new();
    let vector = verified();
    let receipt: Value = serde_json::from_str(text(&vector, "receipt")).unwrap();
    person.write("r.json", text(&vector, "receipt"));
    person.write("genesis.json", receipt["genesis"].to_string());
    let chain = text(&vector, "chain");
    assert!(
        person
            .runs(&["--lang", "en", "chains", "list"])
            .out
            .contains("No chain")
    );
    let trusted = person.runs(&["--json", "chains", "trust", "--genesis", "genesis.json"]);
    let trusted: Value = serde_json::from_str(&trusted.out).unwrap();
    assert_eq!(
        (&trusted["chain"], &trusted["new"]),
        (&vector["chain"], &Value::from(true))
    );
    assert!(person.runs(&["chains", "list"]).out.contains(chain));
    assert_eq!(person.runs(&["receipt", "verify", "r.json"]).code, 0);
    assert_eq!(person.runs(&["chains", "forget", chain]).code, 0);
    assert_eq!(person.runs(&["chains", "forget", chain]).code, 2);
    assert_eq!(person.runs(&["receipt", "verify", "r.json"]).code, 3);
    assert_eq!(person.runs(&["chains", "trust", "sha256:00"]).code, 2);
}

#[test]
fn what_cannot_be_read_ends_with_2_and_says_what_to_do() {
    let person = Person::new();
    person.write("not-a-receipt", "hello");
    for arguments in [
        &["receipt", "verify", "not-a-receipt"][..],
        &["receipt", "verify", "absent"],
        &["receipt", "verify", "not-a-receipt", "--chain", "sha256:12"],
        &["verify", "--data", "."],
        &["node", "--data", "absent"],
        &["keys", "show"],
        &["evidence", "deposit"],
        &["no-such-command"],
        &[],
    ] {
        let said = person.runs(arguments);
        assert_eq!(said.code, 2, "{arguments:?}: {}", said.err);
        assert!(
            !said.err.is_empty() && said.out.is_empty(),
            "{arguments:?}: {}",
            said.out
        );
    }
    assert!(
        !person.path("lock").exists(),
        "a folder that is no node's is left alone"
    );
}

#[test]
fn a_person_is_spoken_to_in_his_language() {
    let person = Person::new();
    person.write("r.json", "hello");
    let of =
        |command: &mut Command| said(command.args(["receipt", "verify", "r.json"]).output().unwrap()).err;
    assert!(of(&mut person.command()).contains("核验未通过"));
    assert!(of(person.command().env("LANG", "en_GB.UTF-8")).contains("Refuted"));
    assert!(
        of(person
            .command()
            .env("LANG", "en_GB.UTF-8")
            .args(["--lang", "zh-CN"]))
        .contains("核验未通过")
    );
}

#[test]
fn a_node_that_does_not_answer_ends_with_4() {
    let person = Person::new();
    // The port was free a moment ago, and nobody listens on it.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}");
    let file = person.write("f.txt", "hello");
    for arguments in [
        &["status", "--url", &url][..],
        &["why", "--url", &url],
        &["evidence", "search", "--url", &url],
        &["evidence", "deposit", file.to_str().unwrap(), "--url", &url],
    ] {
        let mut json = vec!["--json"];
        json.extend(arguments);
        let said = person.runs(&json);
        let document: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(
            (said.code, &document["error"]["name"]),
            (4, &Value::from("UNREACHABLE"))
        );
    }
    assert!(!person.path("f.txt.receipt.json").exists());
}

#[test]
fn a_network_is_founded_once_and_its_chain_is_trusted() {
    let person = Person::new();
    let said = person.founds(MEMBERS);
    assert_eq!(said.code, 0, "{}", said.err);
    for code in ["12990100000001011T", "11990100000002129L"] {
        let folder = person.path("network").join(code);
        for name in [
            "node.toml",
            "genesis.json",
            "validator.key",
            "account.key",
            "passphrase",
        ] {
            assert!(folder.join(name).exists(), "{code}/{name}");
        }
        let mode = fs::metadata(folder.join("passphrase"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let trusted = fs::read_to_string(person.path(".config/yinxin/trust.json")).unwrap();
    let trusted: Value = serde_json::from_str(&trusted).unwrap();
    let chain = trusted[0]["chain"].as_str().unwrap();
    assert!(said.out.contains(chain), "{}", said.out);

    let key = fs::read(person.path("network/12990100000001011T/validator.key")).unwrap();
    let again = person.founds(MEMBERS);
    assert_eq!(again.code, 2, "{}", again.out);
    assert_eq!(
        fs::read(person.path("network/12990100000001011T/validator.key")).unwrap(),
        key
    );
}

#[test]
fn a_list_with_a_wrong_check_digit_or_an_unknown_name_founds_nothing() {
    for (spoilt, told) in [
        (MEMBERS.replace("1011T", "1011X"), "check digit"),
        (MEMBERS.replace("roles", "rolls"), "rolls"),
        (MEMBERS.replace("192.0.2.12", "192.0.2.11"), "192.0.2.11:7600"),
        (
            MEMBERS.replace("11990100000002129L", "12990100000001011T"),
            "repeat",
        ),
    ] {
        let person = Person::new();
        let said = person.founds(&spoilt);
        assert_eq!(said.code, 2, "{}", said.err);
        assert!(said.err.contains(told), "{}", said.err);
        assert!(!person.path("network").exists());
    }
}

#[test]
fn a_configuration_with_a_misspelt_limit_does_not_start_a_node() {
    let person = Person::new();
    assert_eq!(person.founds(MEMBERS).code, 0);
    let path = person.path("network/12990100000001011T/node.toml");
    let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
    writeln!(file, "\n[http.limits2]\nwaiting = 5").unwrap();
    let said = person.runs(&["node", "--data", "network/12990100000001011T"]);
    assert_eq!(said.code, 2);
    assert!(
        said.err.contains("limits2") || said.err.contains("unknown field"),
        "{}",
        said.err
    );
}

#[test]
fn a_key_is_made_once_and_shows_its_account() {
    let person = Person::new();
    for algorithm in ["ed25519", "sm2"] {
        let path = format!("{algorithm}/my.key");
        let made = person.runs(&["--json", "keys", "new", "--key", &path, "--algorithm", algorithm]);
        assert_eq!(made.code, 0, "{}", made.err);
        let made: Value = serde_json::from_str(&made.out).unwrap();
        assert!(made["account"].as_str().unwrap().starts_with(algorithm));
        let shown = person.runs(&["--json", "keys", "show", "--key", &path]);
        let shown: Value = serde_json::from_str(&shown.out).unwrap();
        assert_eq!(shown["account"], made["account"]);
        assert_eq!(person.runs(&["keys", "new", "--key", &path]).code, 2);
    }
}

#[test]
fn a_transaction_that_is_none_is_refused_before_anybody_is_asked() {
    let person = Person::new();
    person.write("t.json", r#"{"body":"{}"}"#);
    let said = person.runs(&["--json", "tx", "submit", "t.json", "--url", "http://127.0.0.1:1"]);
    let document: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(
        (said.code, &document["error"]["name"]),
        (2, &Value::from("TX_MALFORMED"))
    );
}

#[test]
fn the_version_is_told_to_people_and_programs() {
    let person = Person::new();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(person.runs(&["version"]).out, format!("yinxin {version}\n"));
    let document: Value = serde_json::from_str(&person.runs(&["--json", "version"]).out).unwrap();
    assert_eq!(document["version"], version);
}
