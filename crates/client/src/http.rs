//! A small blocking client for the HTTP interface of a node (`docs/reference/http-api.md`).
//!
//! It speaks plain HTTP: a node's interface is reached on the machine itself or through a proxy of the department that ends
//! TLS. Nothing it receives is believed; what matters is verified from receipts.

use std::time::{Duration, Instant};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use thiserror::Error;
use ureq::Agent;
use ureq::http::Response;
use yinxin_crypto::Digest;
use yinxin_types::{Envelope, Genesis};

use crate::receipt::MAX_RECEIPT_BYTES;

/// How long one connection attempt may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long one request may take, waiting for a final status included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest a node is asked to hold one request for a final status, in milliseconds.
const MAX_WAIT_MS: u64 = 10_000;
/// The most bytes of one answer.
const MAX_ANSWER_BYTES: u64 = 8 << 20;

/// Sentences for people in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Messages {
    /// Chinese.
    #[serde(rename = "zh-CN", default)]
    pub zh: String,
    /// English.
    #[serde(default)]
    pub en: String,
}

/// A refusal by the node (RFC 9457).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Problem {
    /// HTTP status.
    #[serde(default)]
    pub status: u16,
    /// Stable name of the code, such as `TX_EXPIRED`.
    #[serde(default)]
    pub code: String,
    /// Its number.
    #[serde(default)]
    pub number: u16,
    /// What exactly was wrong, in English.
    #[serde(default)]
    pub detail: String,
    /// What the code means, for people.
    #[serde(default)]
    pub messages: Messages,
    /// The rule it rests on.
    #[serde(default)]
    pub source: String,
    /// After how many seconds it is worth trying again, where the node says so.
    #[serde(skip)]
    pub retry_after_s: Option<u64>,
}

/// Why a request gave no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HttpError {
    /// Nobody answered at the address in time.
    #[error("the node at {url} does not answer")]
    Unreachable {
        /// The address.
        url: String,
        /// What the network said.
        #[source]
        source: Box<ureq::Error>,
    },
    /// The node refused.
    #[error("{}: {}", .0.code, .0.detail)]
    Problem(Box<Problem>),
    /// The answer is not one the interface gives.
    #[error("the answer from {url} (status {status}) is not one of this interface")]
    Answer {
        /// The address.
        url: String,
        /// HTTP status.
        status: u16,
    },
    /// The transaction did not become final in time. It may still.
    #[error("transaction {0} is not final yet")]
    NotFinal(Digest),
}

/// What a node knows of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It has never heard of it, or it expired unseen.
    Unknown,
    /// It waits for a block.
    Pending,
    /// It was executed.
    Committed,
    /// It was refused in a block.
    Rejected,
}

/// Answer to a submission.
#[derive(Clone, Debug, Deserialize)]
pub struct Submitted {
    /// Identifier of the transaction.
    pub id: Digest,
    /// Its status.
    pub status: Status,
}

/// Answer to a question about a transaction.
#[derive(Clone, Debug, Deserialize)]
pub struct TransactionStatus {
    /// Identifier of the transaction.
    pub id: Digest,
    /// Its status.
    pub status: Status,
    /// Height of its block, once it is final.
    pub height: Option<u64>,
    /// Position in the block.
    pub index: Option<u32>,
    /// Number of the code, 0 for success.
    pub code: Option<u16>,
    /// Name of the code.
    pub name: Option<String>,
    /// What the code means.
    pub messages: Option<Messages>,
    /// What the operation answered.
    pub outcome: Option<Value>,
    /// The height up to which the node's index has come.
    pub at_height: Option<u64>,
}

/// A node's interface at an address.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    base: String,
}

impl Client {
    /// A client for the node at a base address such as `http://127.0.0.1:8001`. Nothing is sent yet.
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_global(Some(REQUEST_TIMEOUT))
            .user_agent(concat!("yinxin/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: config.new_agent(),
            base: base.trim_end_matches('/').to_owned(),
        }
    }

    /// Submits a signed transaction. The same one again is not an error.
    ///
    /// # Errors
    /// [`HttpError`]; with a full mempool a problem that says when to try again.
    pub fn submit(&self, envelope: &Envelope) -> Result<Submitted, HttpError> {
        let url = format!("{}/api/v1/transactions", self.base);
        let body = serde_json::to_vec(envelope).map_err(|_| HttpError::Answer {
            url: url.clone(),
            status: 0,
        })?;
        let sent = self
            .agent
            .post(&url)
            .header("content-type", "application/json")
            .send(&body);
        decode(&url, &answer(&url, sent)?)
    }

    /// What the node knows of a transaction; waits up to `wait_ms` (at most 10,000) for a final status.
    ///
    /// # Errors
    /// [`HttpError`].
    pub fn transaction(&self, id: &Digest, wait_ms: u64) -> Result<TransactionStatus, HttpError> {
        self.get(&format!("transactions/{id}?wait_ms={}", wait_ms.min(MAX_WAIT_MS)))
    }

    /// Waits until a transaction is final, for as long as the caller has patience.
    ///
    /// # Errors
    /// [`HttpError::NotFinal`] when patience ends or the node does not know the transaction; otherwise any [`HttpError`].
    pub fn wait(&self, id: &Digest, patience: Duration) -> Result<TransactionStatus, HttpError> {
        let start = Instant::now();
        loop {
            let left = patience.saturating_sub(start.elapsed());
            let wait_ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
            let answer = self.transaction(id, wait_ms)?;
            match answer.status {
                Status::Committed | Status::Rejected => return Ok(answer),
                Status::Pending if !left.is_zero() => {}
                Status::Pending | Status::Unknown => return Err(HttpError::NotFinal(*id)),
            }
        }
    }

    /// The receipt file of a final transaction, without item and opening, as bytes to be verified.
    ///
    /// # Errors
    /// [`HttpError`].
    pub fn receipt(&self, id: &Digest) -> Result<Vec<u8>, HttpError> {
        let url = format!("{}/api/v1/receipts/{id}", self.base);
        let (_, body) = answer(&url, self.agent.get(&url).call())?;
        if body.len() > MAX_RECEIPT_BYTES {
            return Err(HttpError::Answer { url, status: 200 });
        }
        Ok(body)
    }

    /// The genesis document of the node's chain, checked to be one. Whether the chain is the right one is for the caller to know.
    ///
    /// # Errors
    /// [`HttpError`].
    pub fn genesis(&self) -> Result<Genesis, HttpError> {
        let genesis: Genesis = self.get("genesis")?;
        match genesis.check() {
            Ok(()) => Ok(genesis),
            Err(_) => Err(HttpError::Answer {
                url: format!("{}/api/v1/genesis", self.base),
                status: 200,
            }),
        }
    }

    /// Any document of the interface, by its path after `/api/v1/`.
    ///
    /// # Errors
    /// [`HttpError`].
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, HttpError> {
        let url = format!("{}/api/v1/{path}", self.base);
        decode(&url, &answer(&url, self.agent.get(&url).call())?)
    }

    /// Asks scenarios what anybody may ask, with a document as the interface defines it for `ask`.
    ///
    /// # Errors
    /// [`HttpError`].
    pub fn ask<T: DeserializeOwned>(&self, document: &Value) -> Result<T, HttpError> {
        self.post("ask", document, None).map(|(answers, _)| answers)
    }

    /// Posts a document to a path after `/api/v1/`, with the cookie of a session where there is one; answers with the cookie that the node
    /// sets, if it sets any.
    pub(crate) fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        document: &Value,
        cookie: Option<&str>,
    ) -> Result<(T, Option<String>), HttpError> {
        let url = format!("{}/api/v1/{path}", self.base);
        let mut request = self.agent.post(&url).header("content-type", "application/json");
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        let sent = request.send(document.to_string().as_bytes());
        let set = sent.as_ref().ok().and_then(|response| {
            let value = response.headers().get("set-cookie")?.to_str().ok()?;
            value.split(';').next().map(str::to_owned)
        });
        Ok((decode(&url, &answer(&url, sent)?)?, set))
    }

    /// An answer that is not one of the interface.
    pub(crate) fn unexpected(&self, path: &str) -> HttpError {
        HttpError::Answer {
            url: format!("{}/api/v1/{path}", self.base),
            status: 200,
        }
    }
}

/// The status and body of a successful answer.
fn answer(url: &str, sent: Result<Response<ureq::Body>, ureq::Error>) -> Result<(u16, Vec<u8>), HttpError> {
    let unreachable = |error| HttpError::Unreachable {
        url: url.to_owned(),
        source: Box::new(error),
    };
    let mut response = sent.map_err(unreachable)?;
    let status = response.status().as_u16();
    let retry_after_s = response
        .headers()
        .get("retry-after")
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let body = response
        .body_mut()
        .with_config()
        .limit(MAX_ANSWER_BYTES)
        .read_to_vec()
        .map_err(unreachable)?;
    if (200..300).contains(&status) {
        return Ok((status, body));
    }
    match serde_json::from_slice::<Problem>(&body) {
        Ok(problem) if !problem.code.is_empty() => Err(HttpError::Problem(Box::new(Problem {
            status,
            retry_after_s,
            ..problem
        }))),
        _ => Err(HttpError::Answer {
            url: url.to_owned(),
            status,
        }),
    }
}

fn decode<T: DeserializeOwned>(url: &str, (status, body): &(u16, Vec<u8>)) -> Result<T, HttpError> {
    serde_json::from_slice(body).map_err(|_| HttpError::Answer {
        url: url.to_owned(),
        status: *status,
    })
}
