//! Loading a catalogue of service items: a file with items of 19 departments, from reading it to the last verified receipt.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yinxin_client::transaction::Request;
use yinxin_crypto::{Digest, PrivateKey, SignatureAlgorithm, random_bytes};
use yinxin_types::identifiers::SocialCreditCode;

use crate::bench::catalogue;
use crate::bench::machine::cpu_us;
use crate::bench::network::Target;
use crate::bench::summary::thousandths;
use crate::cli::chain::Connection;
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::items::{Ledger, Seal, Signer, load, sheet};
use crate::cli::language::words;
use crate::demo::folders::Department;
use crate::demo::personas::DATA;
use crate::demo::samples::account_of;

/// The process and the form that every item names.
const PROCESS: &str = include_str!("samples/permit.bpmn");
const FORM: &str = include_str!("samples/permit.form.json");
/// How long a proposal stays open, in milliseconds.
const OPEN_MS: u64 = 86_400_000;

/// Founds what is needed, loads so many items from a file, and loads the same file again, which must change nothing.
///
/// # Errors
/// Any refusal of the ledger, a receipt that does not verify.
pub(super) fn run(console: &Console, target: &Target, count: usize) -> Result<Exit, Failure> {
    let missing = || Failure::answer("a node is missing");
    let address = target.addresses.first().ok_or_else(missing)?;
    let connection = Connection::direct(&format!("http://{address}"))?;
    let founding = Founding {
        connection: &connection,
        departments: target.departments(),
    };
    let wait = console.spinner(&words!(
        "登记部门与经办人,颁布流程与表单",
        "enrolling departments and officers, enacting process and form"
    ));
    founding.enact("process/permit", PROCESS)?;
    founding.enact("form/permit", FORM)?;
    let mut signers: BTreeMap<SocialCreditCode, Signer> = BTreeMap::new();
    for number in 0..catalogue::DEPARTMENTS.len() {
        let code = catalogue::code(number).ok_or_else(missing)?;
        let signer = founding.department(&code)?;
        signers.insert(code, signer);
    }
    let folder = tempfile::tempdir().map_err(|error| Failure::internal(&error))?;
    let file = folder.path().join("items.csv");
    let bytes = catalogue::table(count).write();
    fs::write(&file, &bytes).map_err(|error| Failure::unwritable(&file, &error))?;
    wait.finish_and_clear();

    let issuers: BTreeSet<SocialCreditCode> = signers.keys().cloned().collect();
    let pids = target.pids();
    let cpu = cpu_us(&pids);
    let start = Instant::now();
    let mut read = sheet(&file, &issuers)?;
    let ledger = Ledger::new(&connection.client, None);
    ledger.check(&mut read)?;
    let steps = ledger.steps(&read.rows)?;
    let prepared = start.elapsed();
    let loaded = load(
        console,
        &connection,
        &signers,
        &steps,
        Some(&folder.path().join("receipts")),
    )?;
    let took = start.elapsed();
    let cpu = cpu_us(&pids).saturating_sub(cpu);
    if loaded.items != count || !loaded.refused.is_empty() || !read.wrong.is_empty() {
        return Err(Failure::answer(&format!(
            "{} of {count} items were published",
            loaded.items
        )));
    }
    let start = Instant::now();
    let again = ledger.steps(&sheet(&file, &issuers)?.rows)?.len();
    let second = start.elapsed();
    if again > 0 {
        return Err(Failure::answer(&format!(
            "{again} items would be published again"
        )));
    }
    let transactions = loaded.batches.len();
    let departments = signers.len();
    let (took_s, prepared_s, second_s) = (seconds(took), seconds(prepared), seconds(second));
    let cpu_ms = thousandths(cpu);
    let size = bytes.len() / 1024;
    console.say(&words!(
        "{departments} 个部门 {count} 项({size} KiB):{took_s} 秒内发布并核验全部回执(其中读取与比对 {prepared_s} 秒),{transactions} 笔交易,全部节点 CPU {cpu_ms} 毫秒;再次导入同一文件 {second_s} 秒,没有变化",
        "{count} items of {departments} departments ({size} KiB): published, all receipts verified, in {took_s} s (of it reading and comparing {prepared_s} s), {transactions} transactions, CPU of all nodes {cpu_ms} ms; the same file again: {second_s} s, nothing changed"
    ));
    console.document(&json!({
        "again_ms": millis(second), "bytes": bytes.len(), "cpu_us": cpu, "departments": departments, "items": count, "prepared_ms": millis(prepared),
        "took_ms": millis(took), "transactions": transactions,
    }));
    Ok(Exit::Done)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Seconds with one place.
fn seconds(time: Duration) -> String {
    let tenths = millis(time) / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Whoever founds what a catalogue rests on.
struct Founding<'a> {
    connection: &'a Connection,
    departments: &'a [Department],
}

impl Founding<'_> {
    fn act(&self, keys: &[&PrivateKey], operation: &str, arguments: &Value) -> Result<Value, Failure> {
        let request = Request {
            operation: operation.to_owned(),
            arguments: arguments.as_object().cloned().unwrap_or_default(),
        };
        let (key, cosigners) = keys
            .split_first()
            .ok_or_else(|| Failure::answer("nobody signs"))?;
        let envelope = self.connection.sign_with(&request, key, cosigners)?;
        Ok(self.connection.execute(&envelope)?.outcome.unwrap_or_default())
    }

    /// Enacts a document by the votes of the members.
    fn enact(&self, name: &str, text: &str) -> Result<(), Failure> {
        let digest = self.connection.chain.algorithm().hash(&[text.as_bytes()]);
        let content =
            json!({ "class": "catalogue", "content": text, "digest": digest, "name": name, "version": 1 });
        let deadline = self.connection.valid_until()?.saturating_add(OPEN_MS);
        let proposal =
            json!({ "deadline": deadline, "decision": { "content": content, "kind": "document" } });
        let mut proposed = None;
        for department in self.departments {
            let seal = account_of(department)?;
            if proposed.is_none() {
                let outcome = self.act(&[&seal], "governance.propose", &proposal)?;
                proposed = outcome.get("proposal").cloned();
            }
            let vote = json!({ "choice": "for", "proposal": proposed });
            let outcome = self.act(&[&seal], "governance.vote", &vote)?;
            if outcome.get("status").is_some_and(|status| status == "enacted") {
                return Ok(());
            }
        }
        Err(Failure::answer("a document was not enacted"))
    }

    /// Enrols a department with its seal, and an officer who may publish its items.
    fn department(&self, code: &SocialCreditCode) -> Result<Signer, Failure> {
        let bureau = self.departments.iter().find(|one| one.code == DATA);
        let bureau = account_of(bureau.ok_or_else(|| Failure::answer("the data bureau is missing"))?)?;
        let seal = PrivateKey::generate(SignatureAlgorithm::Ed25519)?;
        let key = PrivateKey::generate(SignatureAlgorithm::Ed25519)?;
        let body = json!({ "authority": DATA, "code": code, "key": seal.public_key(), "kind": "department" });
        let body = self.act(&[&bureau, &seal], "identity.enrol", &body)?;
        let commitment: Digest = self.connection.chain.algorithm().hash(&[&random_bytes::<32>()?]);
        let person =
            json!({ "authority": DATA, "commitment": commitment, "key": key.public_key(), "kind": "person" });
        let person = self.act(&[&bureau, &key], "identity.enrol", &person)?;
        let post = json!({
            "grade": 2, "holder": person.get("party"), "kind": "post", "principal": body.get("party"), "scope": ["approval."],
        });
        self.act(&[&seal], "identity.grant", &post)?;
        Ok(Signer {
            key,
            seal: Seal::Key(Box::new(seal)),
        })
    }
}
