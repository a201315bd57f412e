//! The proof of a trace: the receipt of the delivery, whose arguments hold the commitment to the mark; the opening of that commitment; and the
//! receipt of the trace itself. Whoever has the found file and trusts the chain needs nobody else (formats section 11).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yinxin_client::receipt::{Proven, Verdict, claimed_chain};
use yinxin_crypto::Digest;
use yinxin_mark::{Evidence, Found, Mark, NAMING_BITS};
use yinxin_types::canonical;
use yinxin_vault::{SALT_LENGTH, commitment};

use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::home::Home;
use crate::cli::language::words;
use crate::cli::network::text;

/// The most bytes of a proof, and of a file that is compared.
pub(super) const MAX_BYTES: usize = 24 << 20;
/// What a proof says it is.
const KIND: &str = "yinxin-extract-proof/1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Proof {
    /// The receipt of the delivery.
    delivery: Value,
    /// The salt of the commitment to the found file.
    found_salt: String,
    kind: String,
    mark: Mark,
    /// The salt of the commitment to the mark.
    salt: String,
    /// The receipt of the trace.
    trace: Value,
}

/// Puts a proof together.
///
/// # Errors
/// Where a receipt or the mark is none.
pub(super) fn compose(
    delivery: &[u8],
    trace: &[u8],
    (salt, mark): (&[u8; SALT_LENGTH], &[u8]),
    found_salt: &[u8; SALT_LENGTH],
) -> Result<Vec<u8>, Failure> {
    let wrong = |_| Failure::answer("a receipt or a mark is none");
    let proof = Proof {
        delivery: serde_json::from_slice(delivery).map_err(wrong)?,
        found_salt: hex::encode(found_salt),
        kind: KIND.to_owned(),
        mark: serde_json::from_slice(mark).map_err(wrong)?,
        salt: hex::encode(salt),
        trace: serde_json::from_slice(trace).map_err(wrong)?,
    };
    serde_json::to_vec(&proof).map_err(wrong)
}

fn refuted(detail: &str) -> Failure {
    Failure::new(
        Exit::Refused,
        "PROOF",
        words!(
            "✗ 该证明不成立,请查看详细信息。",
            "✗ The proof does not hold; see the detail."
        ),
    )
    .because(detail)
}

fn proven(receipt: &Value, chain: &Digest) -> Result<Box<Proven>, Failure> {
    let bytes = serde_json::to_vec(receipt).map_err(|error| Failure::internal(&error))?;
    match yinxin_client::verify(&bytes, chain, None) {
        Verdict::Verified(proven) => Ok(proven),
        Verdict::Refuted(refutation) => Err(refuted(&format!(
            "a receipt does not verify: {} {}",
            refutation.reason.code(),
            refutation.detail
        ))),
        Verdict::Unreadable(error) => Err(Failure::internal(&error)),
    }
}

/// What was signed where the receipt is that of this operation.
fn arguments_of(proven: &Proven, operation: &str) -> Option<Value> {
    let body = proven.body.as_ref().filter(|body| body.operation == operation)?;
    Some(Value::Object(body.arguments.clone()))
}

fn salt_of(text: &str) -> Result<[u8; SALT_LENGTH], Failure> {
    let bytes = hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| refuted("a salt is not of 32 bytes"))
}

/// What a proof shows about a found file.
struct Shown {
    delivery: Box<Proven>,
    trace: Box<Proven>,
    evidence: Evidence,
}

/// That the mark was committed to by a delivery of this chain, that the file was traced to it on the ledger, and what the mark is worth.
fn examine(proof: &Proof, found: &[u8], chain: &Digest) -> Result<Shown, Failure> {
    let delivery = proven(&proof.delivery, chain)?;
    let said = arguments_of(&delivery, "sharing.extract_deliver")
        .ok_or_else(|| refuted("the receipt is not that of a delivery"))?;
    proof.mark.check().map_err(|error| refuted(&error.to_string()))?;
    let mark = canonical::to_bytes(&proof.mark).map_err(|_| refuted("the mark has no canonical form"))?;
    let committed = commitment(chain.algorithm(), &salt_of(&proof.salt)?, &mark);
    if text(&said, "/mark/commitment") != committed.to_string() {
        return Err(refuted("the mark is not the one that was delivered"));
    }
    let trace = proven(&proof.trace, chain)?;
    let traced = arguments_of(&trace, "sharing.extract_trace").unwrap_or_default();
    let file = commitment(chain.algorithm(), &salt_of(&proof.found_salt)?, found);
    let this = text(&traced, "/extract") == delivery.receipt.receipt.transaction.to_string()
        && text(&traced, "/found") == file.to_string();
    if !this {
        return Err(refuted("the trace is of another file or another delivery"));
    }
    let found = Found::read(found).map_err(|error| refuted(&error.to_string()))?;
    let evidence = found.evidence(&proof.mark);
    if evidence.bits.floor() < NAMING_BITS {
        return Err(refuted("the file does not bear the mark"));
    }
    Ok(Shown {
        delivery,
        trace,
        evidence,
    })
}

/// `yinxin extract verify`.
pub(super) fn verify(
    console: &Console,
    proof: &[u8],
    found: &[u8],
    chain: Option<&Digest>,
) -> Result<Exit, Failure> {
    let proof: Proof = serde_json::from_slice(proof)
        .ok()
        .filter(|proof: &Proof| proof.kind == KIND)
        .ok_or_else(|| refuted("the file is no proof"))?;
    let claimed = serde_json::to_vec(&proof.delivery)
        .ok()
        .and_then(|bytes| claimed_chain(&bytes).ok())
        .ok_or_else(|| refuted("the receipt names no chain"))?;
    let trusted = match (chain, Home::find()) {
        (Some(chain), _) => *chain == claimed,
        (None, Ok(home)) => home.trusted(&claimed)?.is_some(),
        (None, Err(_)) => false,
    };
    if !trusted {
        return Err(Failure::new(
            Exit::UnknownChain,
            "UNKNOWN_CHAIN",
            words!(
                "本机未信任链 {claimed}。请与公布的链标识核对,再用 --chain 指明。",
                "Chain {claimed} is not trusted here. Compare it with the published identifier and name it with --chain."
            ),
        ));
    }
    let shown = examine(&proof, found, &claimed)?;
    let outcome = &shown.delivery.receipt.receipt.outcome;
    let extract = shown.delivery.receipt.receipt.transaction;
    let (recipient, receiver) = (text(outcome, "/recipient"), text(outcome, "/receiver"));
    let (time, height) = (shown.delivery.time, shown.delivery.height);
    let bits = shown.evidence.bits;
    console.say(&words!(
        "✓ 核验通过:该数据带有摘录 {extract} 的标记",
        "✓ Verified: the data bears the mark of extract {extract}"
    ));
    console.say(&words!(
        "  接收单位 {recipient},接收人 {receiver},交付时间 {time}(毫秒),高度 {height};巧合概率不超过 2^-{bits}",
        "  delivered to {recipient}, officer {receiver}, at {time} ms, height {height}; chance does this with a probability of at most 2^-{bits}"
    ));
    console.document(&json!({
        "chain": claimed,
        "evidence": shown.evidence,
        "extract": extract,
        "height": height,
        "receiver": receiver,
        "recipient": recipient,
        "time": time,
        "traced": { "height": shown.trace.height, "time": shown.trace.time },
    }));
    Ok(Exit::Done)
}
