//! The court report (核验报告): what the ledger proves about an evidence entry, what its depositor only declared, and what must be shown
//! by other means, in the order in which a court asks. Nothing here knows HTTP.
//!
//! The questions are those of 最高人民法院关于互联网法院审理案件若干问题的规定 §11 (six items) and of 人民法院在线诉讼规则 §16 to §18.

use std::sync::LazyLock;

use serde::Serialize;
use serde_json::{Value, json};
use thiserror::Error;
use utoipa::ToSchema;
use yinxin_crypto::{Digest, HashAlgorithm, PublicKey, SignatureAlgorithm};
use yinxin_index::{EvidenceDetail, EvidenceEntry};
use yinxin_types::codes::Texts;
use yinxin_types::{Body, Genesis, Height, Member, ReceiptFile, Suite};

use crate::answers::NodeName;
use crate::openapi::names;
use crate::problem::Messages;

static ZH: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/zh-CN.json")));
static EN: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/en.json")));

/// What a statement of the report rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The receipt proves it.
    Ledger,
    /// The depositor declared it at the deposit.
    Declared,
    /// Nothing on the ledger speaks to it.
    Absent,
}

/// One question of the court and what can be said to it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Point {
    /// Which question.
    pub topic: &'static str,
    /// The article that asks it.
    pub source: &'static str,
    /// What the answer rests on.
    pub basis: Basis,
    /// The facts.
    #[schema(value_type = Object)]
    pub facts: Value,
    /// The answer in a sentence.
    pub messages: Messages,
}

/// A standard the evidence rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Standard {
    /// Its number.
    pub number: &'static str,
    /// Its name.
    pub name: Messages,
}

/// Who made the block final.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finality {
    /// Height of the block whose certificate the receipt carries.
    #[schema(value_type = names::Height)]
    pub height: Height,
    /// How many validators there are.
    pub validators: usize,
    /// How many must sign.
    pub quorum: usize,
    /// The departments that signed.
    pub signers: Vec<NodeName>,
}

/// The report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Report {
    /// Always `yinxin-report/1`.
    pub format: &'static str,
    /// Height at which the index answered about links and challenges.
    #[schema(value_type = names::Height)]
    pub at_height: Height,
    /// Chain identifier.
    #[schema(value_type = names::Digest)]
    pub chain: Digest,
    /// Name of the network.
    pub name: String,
    /// Hash suite of the chain.
    #[schema(value_type = names::Suite)]
    pub suite: Suite,
    /// The entry with its links and challenges.
    #[schema(value_type = names::ReportEntry)]
    pub entry: EvidenceDetail,
    /// Whether nobody deposited this commitment before.
    pub first_in_time: bool,
    /// The department whose account deposited it, if it was a founding member's.
    pub depositor: Option<NodeName>,
    /// Who made the block final.
    pub finality: Finality,
    /// The court's questions in order.
    pub points: Vec<Point>,
    /// The standards the evidence rests on.
    pub standards: Vec<Standard>,
    /// The receipt file, from which everything with the basis `ledger` can be checked.
    #[schema(value_type = names::ReceiptFile)]
    pub receipt: ReceiptFile,
}

/// The index and the signed transaction say different things about the entry: the index must be rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the index contradicts the signed deposit and must be rebuilt")]
pub struct Contradiction;

/// Builds the report of an entry from the index's answer and the receipt file of its deposit. Everything the report says about the
/// deposit itself is held against what was signed.
pub fn report(
    at_height: Height,
    entry: EvidenceDetail,
    receipt: ReceiptFile,
) -> Result<Report, Contradiction> {
    let body: Body = serde_json::from_str(&receipt.transaction.body).map_err(|_| Contradiction)?;
    check(&entry.entry, &body, &receipt)?;
    let genesis = &receipt.genesis;
    let finality = finality(genesis, &receipt);
    Ok(Report {
        format: "yinxin-report/1",
        at_height,
        chain: receipt.header.chain,
        name: genesis.name.clone(),
        suite: genesis.suite,
        first_in_time: entry.entry.first.entry == entry.entry.entry,
        depositor: genesis
            .members
            .iter()
            .find(|member| member.account == body.account)
            .map(node_name),
        points: points(&entry.entry, &finality, &receipt),
        standards: standards(&entry.entry, genesis),
        finality,
        entry,
        receipt,
    })
}

/// The entry as the index tells it must be the one that was signed, executed and proven.
fn check(entry: &EvidenceEntry, body: &Body, receipt: &ReceiptFile) -> Result<(), Contradiction> {
    let argument = |name: &str| body.arguments.get(name).cloned().unwrap_or(Value::Null);
    let commitment = if entry.items.is_some() {
        argument("root")
    } else {
        argument("commitment")
    };
    let outcome = |name: &str| receipt.receipt.outcome.get(name).cloned().unwrap_or(Value::Null);
    let told = [
        (json!(entry.account), json!(body.account)),
        (json!(entry.commitment), commitment),
        (json!(entry.kind), argument("kind")),
        (json!(entry.items), argument("items")),
        (json!(entry.size), argument("size")),
        (json!(entry.media_type), argument("media_type")),
        (json!(entry.capture), argument("capture")),
        (json!(entry.entry), outcome("entry")),
        (json!(entry.first), outcome("first")),
        (json!(entry.time), json!(receipt.header.time)),
    ];
    if told.iter().all(|(index, signed)| index == signed) {
        Ok(())
    } else {
        Err(Contradiction)
    }
}

fn node_name(member: &Member) -> NodeName {
    NodeName {
        code: member.code.as_str().to_owned(),
        name: member.name.clone(),
        validator: member.validator,
    }
}

fn finality(genesis: &Genesis, receipt: &ReceiptFile) -> Finality {
    let set = genesis.validators();
    let signed = |key: &PublicKey| {
        receipt
            .certificate
            .signatures
            .iter()
            .any(|vote| vote.validator == *key)
    };
    Finality {
        height: receipt
            .ancestry
            .as_ref()
            .map_or(receipt.header.height, |ancestry| ancestry.header.height),
        validators: set.validators.len(),
        quorum: set.quorum(),
        signers: genesis
            .members
            .iter()
            .filter(|member| signed(&member.validator))
            .map(node_name)
            .collect(),
    }
}

fn messages(key: &str) -> Messages {
    let text = |texts: &Texts| texts.get(key).unwrap_or(key).to_owned();
    Messages {
        en: text(&EN),
        zh: text(&ZH),
    }
}

fn points(entry: &EvidenceEntry, finality: &Finality, receipt: &ReceiptFile) -> Vec<Point> {
    let capture = entry.capture.as_ref();
    let declared = |names: &[&str]| -> Value {
        let fact = |name: &&str| Some(((*name).to_owned(), capture?.get(*name)?.clone()));
        names.iter().filter_map(fact).collect()
    };
    let by_depositor = if capture.is_some() {
        Basis::Declared
    } else {
        Basis::Absent
    };
    let point = |topic, source, basis, facts| {
        let key = match basis {
            Basis::Ledger => messages(topic),
            Basis::Declared => messages(&format!("{topic}.declared")),
            Basis::Absent => messages(&format!("{topic}.absent")),
        };
        Point {
            topic,
            source,
            basis,
            facts,
            messages: key,
        }
    };
    let origin = json!({
        "account": entry.account, "time": entry.time, "height": entry.height,
        "captured": declared(&["from", "to", "details"]),
    });
    let integrity = json!({
        "commitment": entry.commitment, "kind": entry.kind, "size": entry.size, "items": entry.items,
        "block": receipt.header.hash(), "transaction": entry.transaction,
    });
    let departments: Vec<&str> = finality
        .signers
        .iter()
        .map(|signer| signer.name.as_str())
        .collect();
    let platform = json!({
        "validators": finality.validators, "quorum": finality.quorum, "signers": departments,
        "members": receipt.genesis.members.iter().map(|member| member.name.as_str()).collect::<Vec<_>>(),
    });
    let verification = json!({ "receipt": receipt.format, "chain": receipt.header.chain, "formats": "docs/reference/formats.md" });
    vec![
        point(
            "environment",
            "互联网法院规定 §11(1)",
            by_depositor,
            declared(&["environment"]),
        ),
        point("origin", "互联网法院规定 §11(2)", Basis::Ledger, origin),
        point(
            "storage",
            "互联网法院规定 §11(3)",
            Basis::Ledger,
            json!({ "content_on_ledger": false, "kind": entry.kind }),
        ),
        point(
            "extraction",
            "互联网法院规定 §11(4)",
            by_depositor,
            declared(&["tool", "tool_version", "tool_digest"]),
        ),
        point("integrity", "互联网法院规定 §11(5)", Basis::Ledger, integrity),
        point(
            "verification",
            "互联网法院规定 §11(6)",
            Basis::Ledger,
            verification,
        ),
        point(
            "presumption",
            "人民法院在线诉讼规则 §16",
            Basis::Ledger,
            json!({ "since": entry.time }),
        ),
        point("platform", "人民法院在线诉讼规则 §17", Basis::Ledger, platform),
        point(
            "before_chain",
            "人民法院在线诉讼规则 §18",
            by_depositor,
            declared(&["from", "to", "environment", "tool", "details"]),
        ),
    ]
}

fn standards(entry: &EvidenceEntry, genesis: &Genesis) -> Vec<Standard> {
    let hashes = [entry.commitment.algorithm(), genesis.suite.hash()];
    let sm2 = entry.account.algorithm() == SignatureAlgorithm::Sm2;
    let numbers = [
        ("GB/T 43580-2023", true),
        ("GB/T 32905-2016", hashes.contains(&HashAlgorithm::Sm3)),
        ("GB/T 32918.2-2016", sm2),
        ("FIPS 180-4", hashes.contains(&HashAlgorithm::Sha256)),
        ("RFC 8032", true),
        ("RFC 8785", true),
        ("RFC 9162", true),
    ];
    let applies = numbers.into_iter().filter(|(_, applies)| *applies);
    applies
        .map(|(number, _)| Standard {
            number,
            name: messages(&format!("standard.{number}")),
        })
        .collect()
}
