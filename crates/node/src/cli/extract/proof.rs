//! Writing the proof of a trace, and verifying one without a network.

use serde_json::{Value, json};
use yinxin_client::receipt::claimed_chain;
use yinxin_crypto::Digest;
use yinxin_vault::SALT_LENGTH;

use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::home::Home;
use crate::cli::language::words;
use crate::cli::network::text;
use crate::proof::{Proof, Refuted};

/// The most bytes of a proof, and of a file that is compared.
pub(super) const MAX_BYTES: usize = 24 << 20;

/// Puts a proof together.
///
/// # Errors
/// Where a receipt or the mark is none.
pub(super) fn compose(
    delivery: &[u8],
    trace: &[u8],
    mark: (&[u8; SALT_LENGTH], &[u8]),
    found_salt: &[u8; SALT_LENGTH],
) -> Result<Vec<u8>, Failure> {
    let proof = Proof::compose(delivery, trace, mark, found_salt);
    proof
        .and_then(|proof| serde_json::to_vec(&proof))
        .map_err(|_| Failure::answer("a receipt or a mark is none"))
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

/// `yinxin extract verify`.
pub(super) fn verify(
    console: &Console,
    proof: &[u8],
    found: &[u8],
    chain: Option<&Digest>,
) -> Result<Exit, Failure> {
    let told = |refusal: Refuted| refuted(&refusal.detail);
    let value: Value = serde_json::from_slice(proof).map_err(|_| refuted("the file is no proof"))?;
    let proof = Proof::read(value).map_err(told)?;
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
    let shown = proof.examine(found, &claimed).map_err(told)?;
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
