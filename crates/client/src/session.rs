//! Being signed in at a node: an account shows with a signature that it is there, and a cookie stands for it from then on.
//!
//! A session opens answers and the services of a department's desk; it never changes the ledger.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use yinxin_crypto::PrivateKey;
use yinxin_types::transaction::KeyedSignature;

use crate::http::{Client, HttpError};

/// A session of one account at one node.
#[derive(Clone, Debug)]
pub struct Session {
    client: Client,
    cookie: String,
}

impl Session {
    /// Signs in.
    ///
    /// # Errors
    /// [`HttpError`].
    pub fn open(client: &Client, key: &PrivateKey) -> Result<Self, HttpError> {
        #[derive(Deserialize)]
        struct Challenge {
            challenge: String,
            statement: String,
        }
        let asked = json!({ "account": key.public_key() });
        let (challenge, _): (Challenge, _) = client.post("session/challenge", &asked, None)?;
        let signature = KeyedSignature::by(key, challenge.statement.as_bytes());
        let signed = json!({ "challenge": challenge.challenge, "signature": signature });
        let (_, cookie): (Value, _) = client.post("session", &signed, None)?;
        let cookie = cookie.ok_or_else(|| client.unexpected("session"))?;
        Ok(Self {
            client: client.clone(),
            cookie,
        })
    }

    /// Posts a document to a path after `/api/v1/`.
    ///
    /// # Errors
    /// [`HttpError`].
    pub fn post<T: DeserializeOwned>(&self, path: &str, document: &Value) -> Result<T, HttpError> {
        self.client
            .post(path, document, Some(&self.cookie))
            .map(|(answer, _)| answer)
    }

    /// The answer to one question of a scenario.
    ///
    /// # Errors
    /// [`HttpError`]; where the scenario refuses, a problem with its code.
    pub fn ask(&self, question: &str, about: &Value) -> Result<Value, HttpError> {
        #[derive(Deserialize)]
        struct Answers {
            answers: Vec<Answer>,
        }
        #[derive(Deserialize)]
        struct Answer {
            answer: Option<Value>,
            problem: Option<crate::http::Problem>,
        }
        let asked = json!({ "questions": [{ "about": about, "question": question }] });
        let answers: Answers = self.post("ask", &asked)?;
        match answers.answers.into_iter().next() {
            Some(Answer {
                problem: Some(problem),
                ..
            }) => Err(HttpError::Problem(Box::new(problem))),
            Some(Answer { answer, .. }) => Ok(answer.unwrap_or_default()),
            None => Err(self.client.unexpected("ask")),
        }
    }
}
