//! The court report (举证报告): what a verified receipt shows, put in the order in which a court asks.
//!
//! Six items of 最高人民法院关于互联网法院审理案件若干问题的规定 §11 and three questions of 人民法院在线诉讼规则 §16-19. A report never claims more
//! than the receipt proves: what the depositor merely stated is marked as stated, and what nobody showed as not shown.

use serde_json::{Value, json};
use yinxin_crypto::{HashAlgorithm, SignatureAlgorithm};
use yinxin_types::Suite;
use yinxin_types::receipt::CommitmentKind;

use crate::calendar;
use crate::receipt::Proven;

/// The format of the report.
pub const FORMAT: &str = "yinxin-report/1";

/// What a report says about the platform that no receipt can prove; the operator states it and answers for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Platform {
    /// Number under which the service is filed (区块链信息服务管理规定 §11, 国家互联网信息办公室令第3号). Filing is not endorsement.
    pub filing: Option<String>,
}

/// How far a question is answered.
#[derive(Clone, Copy)]
enum Standing {
    /// Proven by the receipt alone.
    Proven,
    /// Stated by the depositor, unchanged since the deposit.
    Stated,
    /// Not in the receipt; to be shown by other means.
    NotShown,
}

impl Standing {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Stated => "stated",
            Self::NotShown => "not_shown",
        }
    }
}

fn words(zh: impl Into<String>, en: impl Into<String>) -> Value {
    json!({ "en": en.into(), "zh-CN": zh.into() })
}

fn moment(ms: u64) -> Value {
    json!({ "ms": ms, "shanghai": calendar::shanghai(ms), "utc": calendar::utc(ms) })
}

fn answer(item: &str, question: Value, standing: Standing, answer: Value) -> Value {
    json!({ "answer": answer, "item": item, "question": question, "standing": standing.as_str() })
}

/// Writes the report of a verified receipt.
pub fn report(proven: &Proven, platform: &Platform) -> Value {
    json!({
        "algorithms": algorithms(proven),
        "capture": capture(proven),
        "conclusion": conclusion(proven),
        "deposit": deposit(proven),
        "format": FORMAT,
        "not_proven": not_proven(proven),
        "platform": { "filing": platform.filing, "name": proven.receipt.genesis.name },
        "proof": proof(proven),
        "questions": questions(proven, platform),
        "six_items": six_items(proven),
        "standards": standards(proven),
        "title": words("区块链电子存证举证报告", "Report on an electronic evidence deposit"),
    })
}

fn conclusion(proven: &Proven) -> Value {
    let (height, signers, members) = (proven.height, proven.signers.len(), proven.validators);
    let (local, utc) = (calendar::shanghai(proven.time.0), calendar::utc(proven.time.0));
    let quorum = proven.quorum;
    if let Some(occurrence) = proven.occurrence() {
        let (due_zh, due_en) = (
            calendar::shanghai(occurrence.due.0),
            calendar::utc(occurrence.due.0),
        );
        let (scenario, key) = (&occurrence.scenario, &occurrence.key);
        return words(
            format!(
                "时限 {due_zh} 届满(场景 {scenario},编号 {key}),账本自身于区块时间 {local} 在账本高度 {height} 处作出处理,自此未经改动;\
                 {members} 个具名部门中的 {signers} 个签署了该区块(至少须 {quorum} 个)。"
            ),
            format!(
                "A time had come, {due_en} (scenario {scenario}, key {key}), and the ledger itself acted on it at height {height} at \
                 block time {utc}, unchanged since; {signers} of the {members} named departments signed the block (at least {quorum} had to)."
            ),
        );
    }
    let account = proven
        .account()
        .map(|account| account.to_string())
        .unwrap_or_default();
    let (subject_zh, subject_en) = match (&proven.deposit, proven.file_checked) {
        (None, _) => ("本回执所载业务", "The act in this receipt"),
        (Some(_), true) => ("所核验的文件", "The file that was checked"),
        (Some(_), false) => (
            "本回执所载承诺对应的内容",
            "The content behind the commitment in this receipt",
        ),
    };
    words(
        format!(
            "{subject_zh}于区块时间 {local} 已在账本高度 {height} 处登记,自此未经改动;由账户 {account} 的持有人办理;\
             {members} 个具名部门中的 {signers} 个签署了该区块(至少须 {quorum} 个)。"
        ),
        format!(
            "{subject_en} was on the ledger, unchanged since, at height {height} at block time {utc}; the holder of account {account} \
             acted; {signers} of the {members} named departments signed the block (at least {quorum} had to)."
        ),
    )
}

fn deposit(proven: &Proven) -> Value {
    let (Some(deposit), Some(body)) = (&proven.deposit, &proven.body) else {
        return Value::Null;
    };
    let opening = proven.receipt.opening.as_ref();
    let first = &proven.receipt.receipt.outcome;
    let member = proven
        .receipt
        .genesis
        .members
        .iter()
        .find(|member| member.account == body.account);
    json!({
        "account": body.account,
        "commitment": deposit.commitment,
        "content": opening.map(|opening| opening.content),
        "entry": deposit.entry,
        "file": {
            "checked": proven.file_checked,
            "media_type": opening.map(|opening| opening.file.media_type.clone()),
            "name_stated": opening.map(|opening| opening.file.name.clone()),
            "size": opening.map(|opening| opening.file.size),
        },
        "first": first.get("first"),
        "height": proven.height,
        "index": proven.receipt.receipt.index,
        "first_in_time": first.get("first").and_then(|first| first.get("entry")) == Some(&json!(deposit.entry)),
        "item": deposit.item.map(|(index, size)| json!({ "index": index, "size": size })),
        "kind": deposit.kind,
        "member": member.map(|member| json!({ "code": member.code, "name": member.name })),
        "operation": body.operation,
        "repeat": first.get("repeat"),
        "time": moment(proven.time.0),
        "transaction": proven.receipt.receipt.transaction,
    })
}

fn capture(proven: &Proven) -> Value {
    let Some(block) = captured(proven) else {
        return Value::Null;
    };
    let time = |name: &str| block.get(name).and_then(Value::as_u64).map(moment);
    let details = proven
        .receipt
        .opening
        .as_ref()
        .and_then(|opening| opening.capture.as_ref());
    json!({
        "details": details.map(|capture| &capture.details),
        "details_commitment": block.get("details"),
        "environment": block.get("environment"),
        "from": time("from"),
        "to": time("to"),
        "tool": block.get("tool"),
        "tool_digest": block.get("tool_digest"),
        "tool_version": block.get("tool_version"),
    })
}

fn proof(proven: &Proven) -> Value {
    let file = &proven.receipt;
    let certified = file
        .ancestry
        .as_ref()
        .map_or(&file.header, |ancestry| &ancestry.header);
    json!({
        "ancestry": file.ancestry.as_ref().map(|ancestry| json!({ "siblings": ancestry.path.siblings.len(), "size": ancestry.path.size })),
        "block": file.header.hash(),
        "certified_block": certified.hash(),
        "certified_height": certified.height,
        "chain": proven.chain,
        "item": file.item.as_ref().map(|item| json!({ "siblings": item.path.siblings.len(), "size": item.path.size })),
        "members": proven.validators,
        "quorum": proven.quorum,
        "receipt": { "siblings": file.receipt_path.siblings.len(), "size": file.receipt_path.size },
        "signers": proven.signers.iter().map(|signer| json!({
            "code": signer.code, "name": signer.name, "validator": signer.validator,
        })).collect::<Vec<_>>(),
    })
}

fn algorithms(proven: &Proven) -> Value {
    let suite = match proven.receipt.genesis.suite {
        Suite::Intl => "intl",
        Suite::Gm => "gm",
    };
    let signatures: Vec<_> = signed_by(proven).iter().map(|one| one.as_str()).collect();
    json!({
        "chain_digest": proven.chain.algorithm().as_str(),
        "deposit_digest": proven.deposit.as_ref().map(|deposit| deposit.commitment.algorithm().as_str()),
        "suite": suite,
        "transaction_signatures": signatures,
        "validator_signatures": SignatureAlgorithm::Ed25519.as_str(),
    })
}

fn standards(proven: &Proven) -> Value {
    let digests = [
        Some(proven.chain.algorithm()),
        proven
            .deposit
            .as_ref()
            .map(|deposit| deposit.commitment.algorithm()),
    ];
    let uses = |algorithm| digests.contains(&Some(algorithm));
    let signers = signed_by(proven);
    let signed_with = |algorithm| signers.contains(&algorithm);
    let list = [
        (
            true,
            "GB/T 43580-2023",
            "区块链和分布式记账技术 存证通用服务指南",
            "Guide to evidence services on a ledger",
        ),
        (
            true,
            "RFC 9162",
            "证书透明度 2.0(默克尔树与包含证明)",
            "Merkle trees and inclusion proofs",
        ),
        (true, "RFC 8785", "JSON 规范化方案", "Canonical JSON"),
        (true, "RFC 8032", "Ed25519 数字签名", "Ed25519 signatures"),
        (
            uses(HashAlgorithm::Sha256),
            "FIPS 180-4",
            "SHA-256 杂凑算法",
            "SHA-256",
        ),
        (
            uses(HashAlgorithm::Sm3),
            "GB/T 32905-2016",
            "SM3 密码杂凑算法",
            "SM3",
        ),
        (
            signed_with(SignatureAlgorithm::Sm2),
            "GB/T 32918.2-2016",
            "SM2 椭圆曲线公钥密码算法 数字签名算法",
            "SM2 signatures",
        ),
        (
            signed_with(SignatureAlgorithm::Passkey),
            "FIPS 186-5",
            "ECDSA 数字签名(P-256)",
            "ECDSA signatures over P-256",
        ),
        (
            signed_with(SignatureAlgorithm::Passkey),
            "W3C WebAuthn Level 3",
            "Web 身份验证(通行密钥)",
            "Web authentication (passkeys)",
        ),
    ];
    let applied = list.into_iter().filter(|(applies, ..)| *applies);
    applied
        .map(|(_, id, zh, en)| json!({ "id": id, "title": words(zh, en) }))
        .collect()
}

/// The public part of the capture, as deposited.
fn captured(proven: &Proven) -> Option<&Value> {
    proven.body.as_ref()?.arguments.get("capture")
}

fn has_capture(proven: &Proven) -> bool {
    captured(proven).is_some()
}

/// By which algorithms the transaction is signed; none where the ledger itself acted.
fn signed_by(proven: &Proven) -> Vec<SignatureAlgorithm> {
    let envelope = proven.receipt.transaction();
    let signatures = envelope
        .map(|envelope| &envelope.signatures)
        .into_iter()
        .flatten();
    signatures.map(|one| one.key.algorithm()).collect()
}

/// 最高人民法院关于互联网法院审理案件若干问题的规定 §11, items (一) to (六).
fn six_items(proven: &Proven) -> Value {
    let stated = if has_capture(proven) {
        Standing::Stated
    } else {
        Standing::NotShown
    };
    let by_capture = |zh: &str, en: &str| match stated {
        Standing::NotShown => words(
            "存证时未提交采集信息,须另行举证。",
            "No capture was deposited; to be shown by other means.",
        ),
        _ => words(zh, en),
    };
    json!([
        answer(
            "一",
            words(
                "生成、收集、存储、传输所依赖的软硬件环境是否安全可靠",
                "Is the environment in which the data was made, collected, stored and sent safe and reliable?"
            ),
            stated,
            by_capture(
                "见采集信息中的环境说明;存入后由多个部门的节点共同保存。",
                "See the environment in the capture; after the deposit the nodes of several departments keep it."
            ),
        ),
        answer(
            "二",
            words(
                "生成主体和时间是否明确,内容是否清晰、客观、准确",
                "Are subject and time clear, is the content clear, objective and accurate?"
            ),
            Standing::Proven,
            words(
                "存入主体(账户)与存入时间(区块时间)已证明;内容形成的主体与时间以采集信息及其他证据为准。",
                "Who deposited (the account) and when (block time) is proven; who made the content and when rests on the capture and on other evidence.",
            ),
        ),
        answer(
            "三",
            words(
                "存储、保管介质是否明确,保管方式是否妥当",
                "Is the medium of storage clear and the way of keeping appropriate?"
            ),
            Standing::Proven,
            words(
                "账本只保存承诺,由各部门节点分别保存同一账本;文件本身由存证人保管,是否一致可由本回执核验。",
                "The ledger keeps the commitment only, each department its own copy; the depositor keeps the file, and this receipt shows whether it is the same.",
            ),
        ),
        answer(
            "四",
            words(
                "提取和固定的主体、工具和方式是否可靠,过程是否可以重现",
                "Are subject, tool and way of extraction reliable, can it be repeated?"
            ),
            stated,
            by_capture(
                "见采集信息中的工具、版本、工具摘要与起止时间。",
                "See tool, version, digest of the tool and times in the capture."
            ),
        ),
        answer(
            "五",
            words(
                "内容是否存在增加、删除、修改及不完整等情形",
                "Was anything added, deleted, changed, or is it incomplete?"
            ),
            if proven.file_checked {
                Standing::Proven
            } else {
                Standing::NotShown
            },
            if proven.file_checked {
                words(
                    "所提交文件与存入时逐字节一致。",
                    "The file presented is the one deposited, byte for byte.",
                )
            } else {
                words(
                    "核验时未提供文件,请连同文件再次核验。",
                    "No file was given; verify again together with the file.",
                )
            },
        ),
        answer(
            "六",
            words(
                "是否可以通过特定形式得到验证",
                "Can it be verified in a certain form?"
            ),
            Standing::Proven,
            words(
                "可以。任何人凭本回执与链标识即可离线核验,格式公开。",
                "Yes. Anyone can verify this receipt offline with the chain identifier; the format is public.",
            ),
        ),
    ])
}

/// 人民法院在线诉讼规则 §16-19: (a) unaltered since the deposit, (b) the platform, (c) truth before the deposit.
fn questions(proven: &Proven, platform: &Platform) -> Value {
    let filed = platform.filing.is_some();
    let captured = has_capture(proven);
    json!([
        answer(
            "a",
            words(
                "§16 上链后是否未经篡改",
                "§16 Unaltered since it was put on the ledger?"
            ),
            if proven.file_checked {
                Standing::Proven
            } else {
                Standing::NotShown
            },
            if proven.file_checked {
                words(
                    "经技术核验一致,可以认定上链后未经篡改,有相反证据足以推翻的除外。",
                    "It matches after technical check; presumed unaltered since, unless the contrary is proven.",
                )
            } else {
                words(
                    "承诺上链后未经篡改;文件是否一致须提供文件核验。",
                    "The commitment is unaltered; whether the file matches needs the file.",
                )
            },
        ),
        answer(
            "b",
            words(
                "§17 存证平台是否合规、有无利害关系、系统与技术是否符合标准",
                "§17 Does the platform comply, has it an interest, do systems and techniques meet standards?"
            ),
            if filed {
                Standing::Stated
            } else {
                Standing::NotShown
            },
            words(
                "参与签署的部门见证明部分,所用算法与标准见本报告;备案编号由平台说明,备案不代表认可。平台合规与利害关系须另行审查。",
                "See the departments that signed, the algorithms and the standards in this report; the filing number is the operator's statement, and filing is not endorsement. Compliance and interest are to be examined otherwise.",
            ),
        ),
        answer(
            "c",
            words(
                "§18 上链存储前数据是否真实",
                "§18 Was the data true before it was put on the ledger?"
            ),
            if captured {
                Standing::Stated
            } else {
                Standing::NotShown
            },
            if captured {
                words(
                    "账本不能证明。存证人当时陈述的来源、环境、工具与过程见采集信息,该陈述自存入起未经改动。",
                    "The ledger cannot prove it. Source, environment, tool and process as the depositor stated them are in the capture, unchanged since the deposit.",
                )
            } else {
                words(
                    "账本不能证明,存证时也未提交采集信息,须另行举证。",
                    "The ledger cannot prove it, and no capture was deposited; to be shown by other means.",
                )
            },
        ),
    ])
}

fn not_proven(proven: &Proven) -> Value {
    if proven.occurrence().is_some() {
        return json!([words(
            "这之后账本又记载了什么(请查询账本)",
            "What the ledger recorded afterwards (ask the ledger)",
        )]);
    }
    let mut list = vec![
        words(
            "存入之前内容是否真实、由谁形成",
            "Whether the content was true before the deposit, and who made it",
        ),
        words(
            "账户与自然人或单位的对应关系(见密钥登记)",
            "Which person or body holds the account (see the registration of keys)",
        ),
        words(
            "存入之后至今有无质疑或关联(请查询账本)",
            "Whether the entry was challenged or linked since (ask the ledger)",
        ),
    ];
    if proven.receipt.opening.is_some() {
        list.push(words("文件名", "The name of the file"));
    }
    if proven.deposit.is_some() && !proven.file_checked {
        list.push(words(
            "任何文件与承诺一致(核验时未提供文件)",
            "That any file matches the commitment (none was given)",
        ));
    }
    let sealed = proven
        .deposit
        .as_ref()
        .is_some_and(|deposit| deposit.kind == CommitmentKind::Sealed);
    if sealed && proven.receipt.opening.is_none() {
        list.push(words(
            "密封承诺对应的内容(缺少开启信息)",
            "What the sealed commitment stands for (the opening is missing)",
        ));
    }
    list.into()
}
