//! The filing of the demonstration's platform: an invented number, which says so itself, and assessments that are in time.

use serde_json::{Value, json};
use yinxin_crypto::{Digest, PrivateKey};

use crate::cli::clock;
use crate::cli::failure::Failure;
use crate::demo::founding::Seals;
use crate::demo::personas::DATA;

const DAY_MS: u64 = 86_400_000;
/// Nobody was ever given this number.
const NUMBER: &str = "演示编号〔示例〕网信备99010126000001号";

/// The steward of the data bureau registers the service, its filing and its assessments, beside the seal; does not wait. One account's acts are
/// executed in the order in which they were submitted.
///
/// # Errors
/// A node that does not take them.
pub(super) fn submit(seals: &Seals<'_>, steward: &PrivateKey) -> Result<Vec<Digest>, Failure> {
    let seal = seals.seal(DATA)?;
    let now = clock::now().0;
    let before = |days: u64| now.saturating_sub(days.saturating_mul(DAY_MS));
    let algorithm = seals.connection.chain.algorithm();
    let paper = |text: &str| -> Digest { algorithm.hash(&[text.as_bytes()]) };
    let mut submitted = Vec::new();
    let mut act = |operation: &str, mut arguments: Value| {
        if let Some(members) = arguments.as_object_mut() {
            members.insert("for".to_owned(), json!(DATA));
        }
        let id = seals.submit(steward, &[&seal], operation, &arguments)?;
        submitted.push(id);
        Ok::<_, Failure>(())
    };
    let nodes: Vec<Value> = seals
        .departments
        .iter()
        .map(|department| json!({ "name": department.name, "place": "甲市政务云(示例)" }))
        .collect();
    act(
        "filing.register",
        json!({
            "profile": {
                "algorithms": ["Ed25519", "SHA-256", "SM2", "SM3", "SM4"],
                "domain": "yinxin.example.gov.cn",
                "form": { "en": "Evidence deposit and data sharing of departments (example)", "zh": "政务电子存证与数据共享(示例)" },
                "name": { "en": "Yinxin demonstration", "zh": "印信演示平台" },
                "nodes": nodes,
            },
            "started": before(60),
        }),
    )?;
    for (kind, assessor, grade) in [
        ("crypto", "示例密评机构", None),
        ("mlps", "示例等级测评机构", Some(3)),
        ("security", "示例安全评估机构", None),
    ] {
        let mut arguments = json!({
            "assessor": assessor, "date": before(61), "evidence": paper(assessor), "finding": "pass", "kind": kind,
            "reference": format!("示例-{kind}-001"),
        });
        if let (Some(members), Some(grade)) = (arguments.as_object_mut(), grade) {
            members.insert("grade".to_owned(), json!(grade));
        }
        act("filing.assess", arguments)?;
    }
    act(
        "filing.record",
        json!({ "date": before(58), "evidence": paper(NUMBER), "number": NUMBER, "what": "filing" }),
    )?;
    Ok(submitted)
}
