//! Transactions (交易): the exact bytes that were signed, the signatures over them, and the proof in types that both were checked.
//!
//! ```text
//! bytes ─► Transaction ─► (Body, id) ─► VerifiedTransaction ─► mempool, block
//!          decoded         canonical     signatures and stateless rules
//! ```

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use yinxin_crypto::{
    self as crypto, Digest, HashAlgorithm, PrivateKey, PublicKey, Signature, SignatureAlgorithm, Signed,
};

use crate::canonical;
use crate::codes::{self, Rejection};
use crate::genesis::Limits;
use crate::passkey::Assertion;
use crate::units::BlockTime;
use crate::wire::{self, WireError};

/// The most signatures one transaction may carry.
pub const MAX_SIGNATURES: usize = 8;

/// What an account wants done (办理内容). Its canonical JSON is what is signed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body {
    /// Who acts.
    pub account: PublicKey,
    /// Arguments of the operation; their form is the scenario's.
    pub arguments: Map<String, Value>,
    /// The chain the transaction is for.
    pub chain: Digest,
    /// Whose signatures must stand beside the account's: a department's seal, a second officer. They are named in what is signed, so that
    /// nobody on the way can take a signature off and have the rest executed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cosigners: Vec<PublicKey>,
    /// Operation identifier such as `evidence.deposit`.
    pub operation: String,
    /// 16 random bytes in hexadecimal, so that the same action can be done twice on purpose.
    pub salt: String,
    /// Last block time at which the transaction may be executed.
    pub valid_until: BlockTime,
}

/// One signature and the key that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyedSignature {
    /// Present exactly where the key is a passkey: what its authenticator signed, which names the body by its digest.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub assertion: Option<Assertion>,
    /// The signer's key.
    pub key: PublicKey,
    /// Its signature over the bytes of the body, or over those of the assertion.
    pub signature: Signature,
}

/// Absent means none; null is refused: one meaning has one spelling.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Assertion>, D::Error> {
    Assertion::deserialize(deserializer).map(Some)
}

impl KeyedSignature {
    /// Signs a message with a private key.
    pub fn by(key: &PrivateKey, message: &[u8]) -> Self {
        Self {
            assertion: None,
            key: key.public_key(),
            signature: key.sign(message),
        }
    }

    /// Verifies that the holder of the key agreed to exactly `message`, by a plain signature or through the assertion of a passkey.
    ///
    /// # Errors
    /// `TX_SIGNERS`, those of [`Assertion::check`], `TX_SIGNATURE`.
    pub fn verify(&self, message: &[u8]) -> Result<(), Rejection> {
        self.check(message)?;
        self.verify_signature(message)
    }

    /// Every rule but the signature itself.
    fn check(&self, message: &[u8]) -> Result<(), Rejection> {
        let refuse = |detail: &str| Err(Rejection::new(codes::TX_SIGNERS, detail));
        if self.key.algorithm() != self.signature.algorithm() {
            return refuse("a signature is of another algorithm than its key");
        }
        match (self.key.relying_party(), &self.assertion) {
            (None, None) => Ok(()),
            (Some(relying_party), Some(assertion)) => assertion.check(relying_party, message),
            (Some(_), None) => refuse("the signature of a passkey comes without its assertion"),
            (None, Some(_)) => refuse("an assertion stands beside a key that is no passkey"),
        }
    }

    fn verify_signature(&self, message: &[u8]) -> Result<(), Rejection> {
        crypto::verify(&self.key, &self.signed_bytes(message), &self.signature).map_err(|_| {
            Rejection::new(
                codes::TX_SIGNATURE,
                format!("the signature by {} does not verify", self.key),
            )
        })
    }

    /// The bytes that the signature is over, once [`KeyedSignature::check`] has said that they speak of `message`.
    fn signed_bytes<'a>(&self, message: &'a [u8]) -> Cow<'a, [u8]> {
        match &self.assertion {
            None => Cow::Borrowed(message),
            Some(assertion) => Cow::Owned(assertion.signed_bytes()),
        }
    }

    fn wire_len(&self) -> usize {
        let assertion = match (self.key.relying_party(), &self.assertion) {
            (None, _) => 0,
            (Some(_), None) => 8,
            (Some(_), Some(assertion)) => assertion.wire_len(),
        };
        self.key
            .as_bytes()
            .len()
            .saturating_add(65)
            .saturating_add(assertion)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.key.algorithm().tag());
        out.extend_from_slice(self.key.as_bytes());
        out.extend_from_slice(self.signature.as_bytes());
        match (self.key.relying_party(), &self.assertion) {
            (None, _) => {}
            (Some(_), Some(assertion)) => assertion.write(out),
            // Refused wherever it is read, as a passkey without assertion is everywhere.
            (Some(_), None) => {
                wire::put_bytes(out, &[]);
                wire::put_bytes(out, &[]);
            }
        }
    }

    fn read(reader: &mut wire::Reader<'_>) -> Result<Self, WireError> {
        let algorithm = SignatureAlgorithm::from_tag(reader.u8()?).ok_or(WireError::Undefined)?;
        let key = reader.take(algorithm.key_length())?;
        let key = PublicKey::from_bytes(algorithm, key).map_err(|_| WireError::Undefined)?;
        let signature =
            Signature::from_bytes(algorithm, &reader.array::<64>()?).map_err(|_| WireError::Undefined)?;
        let assertion = match key.relying_party() {
            Some(_) => Some(Assertion::read(reader)?),
            None => None,
        };
        Ok(Self {
            assertion,
            key,
            signature,
        })
    }
}

/// The JSON form in which clients submit a transaction and receipts carry it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The characters of the canonical body.
    pub body: String,
    /// Signatures over its bytes.
    pub signatures: Vec<KeyedSignature>,
}

/// A transaction as it travels: bytes of the body and signatures, not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// The signed bytes.
    pub body: Vec<u8>,
    /// The signatures, the account's first.
    pub signatures: Vec<KeyedSignature>,
}

impl From<Envelope> for Transaction {
    fn from(envelope: Envelope) -> Self {
        Self {
            body: envelope.body.into_bytes(),
            signatures: envelope.signatures,
        }
    }
}

impl Transaction {
    /// Reads an envelope from JSON. Unknown and repeated names are refused.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Rejection> {
        serde_json::from_slice::<Envelope>(bytes)
            .map(Self::from)
            .map_err(|error| Rejection::new(codes::TX_MALFORMED, error.to_string()))
    }

    /// The JSON form. A body that is not UTF-8 cannot have been accepted and is shown with replacement characters.
    pub fn to_envelope(&self) -> Envelope {
        Envelope {
            body: String::from_utf8_lossy(&self.body).into_owned(),
            signatures: self.signatures.clone(),
        }
    }

    /// The identifier: the hash of the signed bytes. Signatures are not part of it, because some schemes let others alter them.
    pub fn id(&self, algorithm: HashAlgorithm) -> Digest {
        algorithm.hash(&[&self.body])
    }

    /// Length of the wire form in bytes.
    pub fn wire_len(&self) -> usize {
        let signatures: usize = self.signatures.iter().map(KeyedSignature::wire_len).sum();
        self.body.len().saturating_add(5).saturating_add(signatures)
    }

    /// Appends the wire form (formats section 3).
    pub fn write(&self, out: &mut Vec<u8>) {
        wire::put_bytes(out, &self.body);
        out.push(u8::try_from(self.signatures.len()).unwrap_or(u8::MAX));
        for signature in &self.signatures {
            signature.write(out);
        }
    }

    /// Reads the wire form; `limit` bounds the body.
    pub fn read(reader: &mut wire::Reader<'_>, limit: usize) -> Result<Self, WireError> {
        let body = reader.bytes(limit)?.to_vec();
        let count = usize::from(reader.u8()?);
        if count > MAX_SIGNATURES {
            return Err(WireError::TooLong);
        }
        let mut signatures = Vec::with_capacity(count);
        for _ in 0..count {
            signatures.push(KeyedSignature::read(reader)?);
        }
        Ok(Self { body, signatures })
    }

    /// Decodes the body and checks every rule that needs neither time nor the mathematics of a signature.
    pub fn decode(&self, rules: &Rules) -> Result<Body, Rejection> {
        let limit = usize::try_from(rules.limits.transaction_bytes).unwrap_or(usize::MAX);
        if self.body.len() > limit {
            return Err(Rejection::new(
                codes::TX_TOO_LARGE,
                format!("the body has {} bytes of at most {limit}", self.body.len()),
            ));
        }
        let value = canonical::parse(&self.body)
            .map_err(|error| Rejection::new(codes::TX_NOT_CANONICAL, error.to_string()))?;
        // One meaning, one form.
        if value
            .get("cosigners")
            .and_then(Value::as_array)
            .is_some_and(Vec::is_empty)
        {
            return Err(Rejection::new(
                codes::TX_BODY,
                "`cosigners` is left out where there are none",
            ));
        }
        let body: Body = serde_json::from_value(value)
            .map_err(|error| Rejection::new(codes::TX_BODY, error.to_string()))?;
        let salt = body.salt.len() == 32
            && body
                .salt
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !salt {
            return Err(Rejection::new(
                codes::TX_BODY,
                "`salt` is not 32 lower-case hexadecimal digits",
            ));
        }
        if body.operation.is_empty() || body.operation.len() > 64 {
            return Err(Rejection::new(
                codes::TX_BODY,
                "`operation` is empty or longer than 64 bytes",
            ));
        }
        if body.chain != rules.chain {
            return Err(Rejection::new(
                codes::TX_WRONG_CHAIN,
                format!("signed for {}, this is {}", body.chain, rules.chain),
            ));
        }
        self.check_signers(&body)?;
        Ok(body)
    }

    fn check_signers(&self, body: &Body) -> Result<(), Rejection> {
        let refuse = |detail: &str| Err(Rejection::new(codes::TX_SIGNERS, detail));
        if self.signatures.is_empty() || self.signatures.len() > MAX_SIGNATURES {
            return refuse("a transaction carries 1 to 8 signatures");
        }
        if self
            .signatures
            .first()
            .is_some_and(|first| first.key != body.account)
        {
            return refuse("the first signature is not by the account");
        }
        if !self
            .signatures
            .iter()
            .skip(1)
            .map(|one| &one.key)
            .eq(&body.cosigners)
        {
            return refuse("the signatures after the first are not by the cosigners, in their order");
        }
        for (position, one) in self.signatures.iter().enumerate() {
            one.check(&self.body)?;
            if self
                .signatures
                .iter()
                .skip(position.saturating_add(1))
                .any(|other| other.key == one.key)
            {
                return refuse("one key signed twice");
            }
        }
        Ok(())
    }
}

/// What a chain fixes about every transaction.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The chain identifier.
    pub chain: Digest,
    /// The algorithm of the chain's digests.
    pub hash: HashAlgorithm,
    /// The chain's limits.
    pub limits: Limits,
}

impl Rules {
    /// Checks the validity window against a block time, or at the door against the node's best knowledge of it.
    pub fn check_window(&self, valid_until: BlockTime, now: BlockTime) -> Result<(), Rejection> {
        if valid_until < now {
            return Err(Rejection::new(
                codes::TX_EXPIRED,
                format!("valid until {valid_until}, it is {now}"),
            ));
        }
        if valid_until > now.saturating_add(self.limits.window_ms) {
            let limit = self.limits.window_ms;
            return Err(Rejection::new(
                codes::TX_WINDOW,
                format!("valid until {valid_until}, it is {now} and the window {limit} ms"),
            ));
        }
        Ok(())
    }
}

/// A transaction whose body is decoded and whose signatures were verified. There is no way to make one without the check.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifiedTransaction {
    transaction: Transaction,
    body: Body,
    id: Digest,
}

impl VerifiedTransaction {
    /// Decodes and verifies one transaction. The validity window is not checked here, because it depends on the block.
    pub fn verify(transaction: Transaction, rules: &Rules) -> Result<Self, Rejection> {
        let body = transaction.decode(rules)?;
        let id = transaction.id(rules.hash);
        for one in &transaction.signatures {
            one.verify_signature(&transaction.body)?;
        }
        Ok(Self {
            transaction,
            body,
            id,
        })
    }

    /// Verifies many transactions, their signatures in batches; the verdicts stand in the order of the transactions and are
    /// those [`VerifiedTransaction::verify`] would give.
    pub fn verify_batch(transactions: Vec<Transaction>, rules: &Rules) -> Vec<Result<Self, Rejection>> {
        let decoded: Vec<_> = transactions
            .iter()
            .map(|transaction| transaction.decode(rules))
            .collect();
        let mut signatures = Vec::with_capacity(transactions.len());
        for (transaction, body) in transactions.iter().zip(&decoded) {
            if body.is_ok() {
                let message = transaction.body.as_slice();
                signatures.extend(
                    transaction
                        .signatures
                        .iter()
                        .map(|one| (one, one.signed_bytes(message))),
                );
            }
        }
        let items: Vec<_> = signatures
            .iter()
            .map(|(one, message)| Signed {
                key: &one.key,
                message,
                signature: &one.signature,
            })
            .collect();
        let mut verdicts = crypto::verify_batch(&items).into_iter();
        let mut valid = Vec::with_capacity(transactions.len());
        for (transaction, body) in transactions.iter().zip(&decoded) {
            let count = if body.is_ok() {
                transaction.signatures.len()
            } else {
                0
            };
            // Takes exactly the verdicts of this transaction, all of them even after a bad one.
            valid.push(verdicts.by_ref().take(count).filter(|verdict| !verdict).count() == 0);
        }
        transactions
            .into_iter()
            .zip(decoded)
            .zip(valid)
            .map(|((transaction, body), valid)| {
                let body = body?;
                if !valid {
                    return Err(Rejection::new(codes::TX_SIGNATURE, "a signature does not verify"));
                }
                let id = transaction.id(rules.hash);
                Ok(Self {
                    transaction,
                    body,
                    id,
                })
            })
            .collect()
    }

    /// The transaction as it travels.
    pub fn transaction(&self) -> &Transaction {
        &self.transaction
    }

    /// Its decoded body.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// Its identifier.
    pub fn id(&self) -> Digest {
        self.id
    }
}
