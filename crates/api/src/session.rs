//! Who is signed in: an account proves with a signature over a challenge that it is there, and a cookie stands for it for a while.
//!
//! ```text
//! account ─► challenge (2 minutes, once) ─► signature ─► session (15 minutes idle, 8 hours in all)
//! ```
//!
//! A session opens answers, never acts: whatever changes the ledger is signed by the account itself, each time.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use axum::http::header;
use parking_lot::Mutex;
use serde_json::json;
use yinxin_crypto::{Digest, PublicKey, RandomnessError, random_bytes};
use yinxin_types::transaction::KeyedSignature;
use yinxin_types::{canonical, codes};

use crate::problem::Problem;

/// How long a session lasts without a request, in milliseconds.
pub(crate) const IDLE_MS: u64 = 15 * 60_000;
/// How long a session lasts in all, in milliseconds.
const LONGEST_MS: u64 = 8 * 3_600_000;
/// How long a challenge can be answered, in milliseconds.
pub(crate) const CHALLENGE_MS: u64 = 2 * 60_000;
/// The most sessions of one account; the oldest makes room.
const OF_ACCOUNT: usize = 8;
/// What the signed statement is for, so that no other signature passes for it.
const PURPOSE: &str = "yinxin/session/1";

/// A secret that was made here and cannot be guessed.
type Token = [u8; 32];

#[derive(Clone, Copy, Debug)]
struct Open {
    account: PublicKey,
    began: u64,
    used: u64,
}

#[derive(Debug, Default)]
struct Tables {
    challenges: BTreeMap<Token, (PublicKey, u64)>,
    sessions: BTreeMap<Token, Open>,
}

/// The sessions of one node, in memory only: a restart signs everybody out.
#[derive(Debug)]
pub(crate) struct Sessions {
    most: usize,
    tables: Mutex<Tables>,
}

impl Sessions {
    /// At most so many sessions, and as many open challenges.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            tables: Mutex::new(Tables::default()),
        }
    }

    /// A challenge for an account.
    pub(crate) fn challenge(&self, account: PublicKey, now_ms: u64) -> Result<String, Problem> {
        let token = token()?;
        let mut tables = self.tables.lock();
        if tables.challenges.len() >= self.most {
            tables.challenges.retain(|_, (_, until)| *until > now_ms);
        }
        if tables.challenges.len() >= self.most {
            return Err(full());
        }
        tables
            .challenges
            .insert(token, (account, now_ms.saturating_add(CHALLENGE_MS)));
        Ok(hex::encode(token))
    }

    /// Opens a session for the account that signed the statement of its challenge. A challenge serves once, whatever becomes of it.
    pub(crate) fn open(
        &self,
        chain: &Digest,
        challenge: &str,
        signature: &KeyedSignature,
        now_ms: u64,
    ) -> Result<String, Problem> {
        let stale = || {
            Problem::new(
                codes::SESSION_CHALLENGE,
                "the challenge is not open for this account",
            )
        };
        let asked = read(challenge).ok_or_else(stale)?;
        let (account, until) = self.tables.lock().challenges.remove(&asked).ok_or_else(stale)?;
        if until <= now_ms || account != signature.key {
            return Err(stale());
        }
        let statement = statement(chain, &account, challenge);
        let signed = statement.is_some_and(|bytes| signature.verify(&bytes).is_ok());
        if !signed {
            return Err(Problem::new(
                codes::SESSION_SIGNATURE,
                "the statement is not signed by the account",
            ));
        }
        let token = token()?;
        let mut tables = self.tables.lock();
        tables.sessions.retain(|_, open| open.lasts(now_ms));
        let own = || tables.sessions.iter().filter(|(_, open)| open.account == account);
        if own().count() >= OF_ACCOUNT
            && let Some(oldest) = own().min_by_key(|(_, open)| open.used).map(|(token, _)| *token)
        {
            tables.sessions.remove(&oldest);
        }
        if tables.sessions.len() >= self.most {
            return Err(full());
        }
        let open = Open {
            account,
            began: now_ms,
            used: now_ms,
        };
        tables.sessions.insert(token, open);
        Ok(hex::encode(token))
    }

    /// The account of a session that lasts; being asked for keeps it open.
    pub(crate) fn account(&self, token: &str, now_ms: u64) -> Option<PublicKey> {
        let token = read(token)?;
        let mut tables = self.tables.lock();
        let open = tables.sessions.get_mut(&token)?;
        if !open.lasts(now_ms) {
            tables.sessions.remove(&token);
            return None;
        }
        open.used = open.used.max(now_ms);
        Some(open.account)
    }

    /// Ends a session.
    pub(crate) fn close(&self, token: &str) {
        if let Some(token) = read(token) {
            self.tables.lock().sessions.remove(&token);
        }
    }
}

impl Open {
    fn lasts(&self, now_ms: u64) -> bool {
        now_ms < self.used.saturating_add(IDLE_MS) && now_ms < self.began.saturating_add(LONGEST_MS)
    }
}

/// What an account signs to sign in: canonical JSON of the account, the chain, the challenge and the purpose.
pub(crate) fn statement(chain: &Digest, account: &PublicKey, challenge: &str) -> Option<Vec<u8>> {
    canonical::to_bytes(&json!({
        "account": account, "chain": chain, "challenge": challenge, "purpose": PURPOSE,
    }))
    .ok()
}

/// The session's secret among the cookies of a request.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

fn token() -> Result<Token, Problem> {
    random_bytes().map_err(|error: RandomnessError| {
        crate::app::log(&error, "no random bytes");
        full()
    })
}

fn read(text: &str) -> Option<Token> {
    let mut token = Token::default();
    (text.len() == 64 && hex::decode_to_slice(text, &mut token).is_ok()).then_some(token)
}

fn full() -> Problem {
    Problem::new(codes::API_UNAVAILABLE, "too many people are signing in")
}
