//! The filing of the demonstration's platform: an invented number, which says so itself, and assessments that are in time.

use serde_json::{Value, json};
use yinxin_crypto::{Digest, PrivateKey, SignatureAlgorithm};

use crate::cli::clock;
use crate::cli::failure::Failure;
use crate::demo::personas::{DATA, Persona, Seals};

const DAY_MS: u64 = 86_400_000;
/// Nobody was ever given this number.
const NUMBER: &str = "演示编号〔示例〕网信备99010126000001号";

/// The steward of the data bureau registers the service, its filing and its assessments, beside the seal.
///
/// # Errors
/// Any refusal of the ledger.
pub(super) fn make(seals: &Seals<'_>, personas: &[Persona]) -> Result<(), Failure> {
    let Some(steward) = personas.iter().find(|persona| persona.id == "steward") else {
        return Ok(());
    };
    let seed: [u8; 32] = hex::decode(&steward.seed)
        .ok()
        .and_then(|seed| seed.try_into().ok())
        .ok_or_else(|| Failure::answer("the steward's key is malformed"))?;
    let steward = PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &seed)
        .map_err(|error| Failure::internal(&error))?;
    let seal = seals.seal(DATA)?;
    let now = clock::now().0;
    let before = |days: u64| now.saturating_sub(days.saturating_mul(DAY_MS));
    let algorithm = seals.connection.chain.algorithm();
    let paper = |text: &str| -> Digest { algorithm.hash(&[text.as_bytes()]) };
    let act = |operation: &str, mut arguments: Value| {
        if let Some(members) = arguments.as_object_mut() {
            members.insert("for".to_owned(), json!(DATA));
        }
        seals.act(&steward, &[&seal], operation, arguments).map(drop)
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
    )
}
