//! The proof of a trace: the receipt of the delivery, whose arguments hold the commitment to the mark; the opening of that commitment; and the
//! receipt of the trace itself. Whoever has the found file and trusts the chain needs nobody else (formats section 11).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use yinxin_client::receipt::{Proven, Verdict};
use yinxin_crypto::Digest;
use yinxin_mark::{Evidence, Found, Mark, NAMING_BITS};
use yinxin_types::canonical;
use yinxin_vault::{SALT_LENGTH, commitment};

/// What a proof says it is.
const KIND: &str = "yinxin-extract-proof/1";

/// A proof as it is written into a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proof {
    /// The receipt of the delivery.
    pub delivery: Value,
    /// The salt of the commitment to the found file.
    found_salt: String,
    kind: String,
    mark: Mark,
    /// The salt of the commitment to the mark.
    salt: String,
    /// The receipt of the trace.
    trace: Value,
}

/// Why a proof shows nothing.
#[derive(Debug)]
pub(crate) struct Refuted {
    /// The part of the proof that does not hold, in one word for programs.
    pub part: &'static str,
    /// What exactly is wrong, in English.
    pub detail: String,
}

/// What a proof shows about a found file.
pub(crate) struct Shown {
    pub delivery: Box<Proven>,
    pub trace: Box<Proven>,
    pub evidence: Evidence,
}

fn refuted(part: &'static str, detail: impl Into<String>) -> Refuted {
    Refuted {
        part,
        detail: detail.into(),
    }
}

impl Proof {
    /// Puts a proof together; nothing where a receipt or the mark is none.
    pub fn compose(
        delivery: &[u8],
        trace: &[u8],
        (salt, mark): (&[u8; SALT_LENGTH], &[u8]),
        found_salt: &[u8; SALT_LENGTH],
    ) -> serde_json::Result<Self> {
        Ok(Self {
            delivery: serde_json::from_slice(delivery)?,
            found_salt: hex::encode(found_salt),
            kind: KIND.to_owned(),
            mark: serde_json::from_slice(mark)?,
            salt: hex::encode(salt),
            trace: serde_json::from_slice(trace)?,
        })
    }

    /// Reads one.
    pub fn read(value: Value) -> Result<Self, Refuted> {
        let proof: Option<Self> = serde_json::from_value(value).ok();
        proof
            .filter(|proof| proof.kind == KIND)
            .ok_or_else(|| refuted("format", "it is no proof of a trace"))
    }

    /// That the mark was committed to by a delivery of this chain, that the file was traced to it on the ledger, and what the mark is worth.
    pub fn examine(&self, found: &[u8], chain: &Digest) -> Result<Shown, Refuted> {
        let delivery = proven(&self.delivery, chain)?;
        if !is(&delivery, "sharing.extract_deliver") {
            return Err(refuted("delivery", "the receipt is not that of a delivery"));
        }
        self.mark
            .check()
            .map_err(|error| refuted("mark", error.to_string()))?;
        let mark =
            canonical::to_bytes(&self.mark).map_err(|_| refuted("mark", "the mark has no canonical form"))?;
        let committed = commitment(chain.algorithm(), &salt_of(&self.salt)?, &mark);
        let said = |proven: &Proven, path: &str| {
            let arguments = Value::Object(proven.body.as_ref()?.arguments.clone());
            arguments.pointer(path).and_then(Value::as_str).map(str::to_owned)
        };
        if said(&delivery, "/mark/commitment") != Some(committed.to_string()) {
            return Err(refuted("mark", "the mark is not the one that was delivered"));
        }
        let trace = proven(&self.trace, chain)?;
        let file = commitment(chain.algorithm(), &salt_of(&self.found_salt)?, found);
        let extract = delivery.receipt.receipt.transaction.to_string();
        if !is(&trace, "sharing.extract_trace") || said(&trace, "/extract") != Some(extract) {
            return Err(refuted("trace", "the trace is of another delivery"));
        }
        if said(&trace, "/found") != Some(file.to_string()) {
            return Err(refuted("file", "the trace is of another file"));
        }
        let found = Found::read(found).map_err(|error| refuted("file", error.to_string()))?;
        let evidence = found.evidence(&self.mark);
        if evidence.bits.floor() < NAMING_BITS {
            return Err(refuted("file", "the file does not bear the mark"));
        }
        Ok(Shown {
            delivery,
            trace,
            evidence,
        })
    }
}

/// Whether a receipt is that of this operation.
fn is(proven: &Proven, operation: &str) -> bool {
    let body = proven.body.as_ref();
    body.is_some_and(|body| body.operation == operation)
}

fn proven(receipt: &Value, chain: &Digest) -> Result<Box<Proven>, Refuted> {
    let bytes = serde_json::to_vec(receipt).unwrap_or_default();
    match yinxin_client::verify(&bytes, chain, None) {
        Verdict::Verified(proven) => Ok(proven),
        Verdict::Refuted(refutation) => Err(refuted(
            "receipt",
            format!(
                "a receipt does not verify: {} {}",
                refutation.reason.code(),
                refutation.detail
            ),
        )),
        Verdict::Unreadable(error) => Err(refuted("receipt", error.to_string())),
    }
}

fn salt_of(text: &str) -> Result<[u8; SALT_LENGTH], Refuted> {
    let bytes = hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| refuted("format", "a salt is not of 32 bytes"))
}
