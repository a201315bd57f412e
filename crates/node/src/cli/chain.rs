//! The chain a command speaks to through a node: found out, held against what is trusted, and its transactions seen through to a verified
//! receipt.

use std::time::Duration;

use serde_json::Value;
use yinxin_client::http::{Client, HttpError, Status, TransactionStatus};
use yinxin_client::receipt::{self, Proven, Verdict};
use yinxin_client::transaction::Request;
use yinxin_crypto::{Digest, PrivateKey};
use yinxin_types::{BlockTime, Envelope, Genesis};

use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::home::Home;
use crate::cli::language::{Words, words};

/// How long a command waits for a transaction to become final.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a full node is asked again before the command gives up.
const ATTEMPTS: u32 = 20;
/// The longest pause that a full node may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A node and the chain it serves.
pub(crate) struct Connection {
    /// The node.
    pub client: Client,
    /// The founding document.
    pub genesis: Genesis,
    /// Chain identifier.
    pub chain: Digest,
}

impl Connection {
    /// Connects to a node. Where `expected` names a chain, the node's must be that one; otherwise a chain that was not known is trusted
    /// from now on, which is said.
    ///
    /// # Errors
    /// [`Exit::Unavailable`] where nobody answers, [`Exit::UnknownChain`] where the chain is not the expected one.
    pub fn open(console: &Console, url: &str, expected: Option<&Digest>) -> Result<Self, Failure> {
        let connection = Self::direct(url)?;
        let chain = connection.chain;
        if let Some(expected) = expected.filter(|expected| **expected != chain) {
            return Err(Failure::new(
                Exit::UnknownChain,
                "OTHER_CHAIN",
                words!(
                    "该节点属于另一条链 {chain},而不是 {expected}。请核对 --url 和 --chain。",
                    "The node belongs to chain {chain}, not to {expected}. Check --url and --chain."
                ),
            ));
        }
        let home = Home::find()?;
        if home.trust(chain, &connection.genesis.name)? {
            let folder = home.path().display();
            console.warn(&words!(
                "首次接触此链,已记入本机可信链名单({folder})。请与公布的链标识核对:{chain}",
                "First contact with this chain; it is trusted on this machine from now on ({folder}). Compare it with the published identifier: {chain}"
            ));
        }
        Ok(connection)
    }

    /// Connects to a node without looking at the chains that are trusted.
    ///
    /// # Errors
    /// [`Exit::Unavailable`] where nobody answers.
    pub fn direct(url: &str) -> Result<Self, Failure> {
        let client = Client::new(url);
        let genesis = client.genesis()?;
        let chain = genesis
            .chain()
            .map_err(|_| Failure::answer("the genesis has no identifier"))?;
        Ok(Self {
            client,
            genesis,
            chain,
        })
    }

    /// Until when a transaction signed now may be executed: half a window from the time of the chain, so that this machine's clock does
    /// not matter.
    ///
    /// # Errors
    /// [`Exit::Unavailable`] where the node does not tell the time.
    pub fn valid_until(&self) -> Result<BlockTime, Failure> {
        let status: Value = self.client.get("status")?;
        let time = status
            .get("time")
            .and_then(Value::as_u64)
            .ok_or_else(|| Failure::answer("the status has no time"))?;
        Ok(BlockTime(time).saturating_add(self.genesis.limits.window_ms / 2))
    }

    /// Signs a request.
    ///
    /// # Errors
    /// Where the node does not tell the time, or the request has no canonical form.
    pub fn sign(&self, request: &Request, key: &PrivateKey) -> Result<Envelope, Failure> {
        self.sign_with(request, key, &[])
    }

    /// Signs a request with cosigners.
    ///
    /// # Errors
    /// As for [`Connection::sign`].
    pub fn sign_with(
        &self,
        request: &Request,
        key: &PrivateKey,
        cosigners: &[&PrivateKey],
    ) -> Result<Envelope, Failure> {
        Ok(request.sign(self.chain, self.valid_until()?, key, cosigners)?)
    }

    /// Submits a transaction, as often as a full node asks for, and waits until it is final and executed.
    ///
    /// # Errors
    /// [`Exit::Refused`] with the ledger's reason, [`Exit::Unavailable`].
    pub fn execute(&self, envelope: &Envelope) -> Result<TransactionStatus, Failure> {
        self.settled(&self.submit(envelope)?)
    }

    /// Waits until a transaction is final and executed.
    ///
    /// # Errors
    /// As for [`Connection::execute`].
    pub fn settled(&self, id: &Digest) -> Result<TransactionStatus, Failure> {
        let answer = self.client.wait(id, PATIENCE)?;
        match answer.status {
            Status::Committed => Ok(answer),
            _ => Err(rejected(&answer)),
        }
    }

    /// Submits a transaction, as often as a full node asks for.
    ///
    /// # Errors
    /// [`Exit::Refused`], [`Exit::Unavailable`].
    pub fn submit(&self, envelope: &Envelope) -> Result<Digest, Failure> {
        patiently(|| self.client.submit(envelope)).map(|submitted| submitted.id)
    }

    /// The receipt file of a final transaction as the node gives it. It can be final before the certificate of its block has arrived: as often
    /// as the node asks for.
    ///
    /// # Errors
    /// [`Exit::Unavailable`].
    pub fn receipt(&self, id: &Digest) -> Result<Vec<u8>, Failure> {
        patiently(|| self.client.receipt(id))
    }

    /// Verifies a receipt before anybody is told that it is one.
    ///
    /// # Errors
    /// [`Exit::Refused`] with the reason: the node gave something that proves nothing.
    pub fn verify(&self, receipt: &[u8]) -> Result<Box<Proven>, Failure> {
        match receipt::verify(receipt, &self.chain, None) {
            Verdict::Verified(proven) => Ok(proven),
            Verdict::Refuted(refutation) => {
                let (zh, en) = (refutation.reason.zh(), refutation.reason.en());
                Err(Failure::new(
                    Exit::Refused,
                    refutation.reason.code(),
                    words!(
                        "节点给出的回执未通过核验:{zh} 请换一个节点重试。",
                        "The receipt that the node gave does not verify: {en} Try another node."
                    ),
                )
                .because(refutation.detail))
            }
            Verdict::Unreadable(error) => Err(Failure::internal(&error)),
        }
    }
}

/// Asks as often as the node says that it will answer later, up to a limit.
fn patiently<T>(ask: impl Fn() -> Result<T, HttpError>) -> Result<T, Failure> {
    let mut attempt = 1_u32;
    loop {
        match ask() {
            Ok(answer) => return Ok(answer),
            Err(HttpError::Problem(problem)) if problem.retry_after_s.is_some() && attempt < ATTEMPTS => {
                let pause = Duration::from_secs(problem.retry_after_s.unwrap_or(1));
                std::thread::sleep(pause.min(LONGEST_PAUSE));
                attempt = attempt.saturating_add(1);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// A transaction that was refused in a block.
pub(crate) fn rejected(answer: &TransactionStatus) -> Failure {
    let name = answer.name.clone().unwrap_or_else(|| "REJECTED".to_owned());
    let words = match &answer.messages {
        Some(messages) => Words {
            zh: format!("账本拒绝了该交易({name}):{}", messages.zh),
            en: format!("The ledger refused the transaction ({name}): {}", messages.en),
        },
        None => words!(
            "账本拒绝了该交易({name})。",
            "The ledger refused the transaction ({name})."
        ),
    };
    Failure::new(Exit::Refused, name, words).because(format!("transaction {}", answer.id))
}
