//! Who is signed in: an account proves with a signature over a challenge that it is there, and a cookie stands for it for a while.
//!
//! ```text
//! account ─► challenge (2 minutes, once) ─► signature ─► session (15 minutes idle, 8 hours in all)
//! ```
//!
//! A session opens answers, never acts: whatever changes the ledger is signed by the account itself, each time.

use std::collections::BTreeMap;
use std::net::IpAddr;

use axum::http::HeaderMap;
use axum::http::header;
use parking_lot::Mutex;
use serde_json::json;
use yinxin_crypto::{Digest, HashAlgorithm, PublicKey, RandomnessError, random_bytes};
use yinxin_types::transaction::KeyedSignature;
use yinxin_types::{canonical, codes};

use crate::problem::Problem;

/// How long a session lasts without a request, in milliseconds.
pub(crate) const IDLE_MS: u64 = 15 * 60_000;
/// How long a session lasts in all, in milliseconds.
const LONGEST_MS: u64 = 8 * 3_600_000;
/// How long a challenge can be answered, in milliseconds.
pub(crate) const CHALLENGE_MS: u64 = 2 * 60_000;
/// The most sessions of one account; the one unused the longest makes room.
const OF_ACCOUNT: usize = 8;
/// Which part of all sessions, and of all challenges, one client address has at most.
const SHARE: usize = 8;
/// What the signed statement is for, so that no other signature passes for it.
const PURPOSE: &str = "yinxin/session/1";

/// What stands for a secret in the tables: its SHA-256. A look-up takes its time by a digest that nobody can steer, so it tells nothing about
/// the secrets of others, and whoever sees the tables learns none.
type Name = Digest;

#[derive(Clone, Copy, Debug)]
struct Asked {
    account: PublicKey,
    address: IpAddr,
    until: u64,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    account: PublicKey,
    address: IpAddr,
    began: u64,
    used: u64,
}

#[derive(Debug, Default)]
struct Tables {
    challenges: BTreeMap<Name, Asked>,
    sessions: BTreeMap<Name, Open>,
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

    /// How many of either one client address has at most.
    fn share(&self) -> usize {
        self.most.div_ceil(SHARE)
    }

    /// A challenge for an account, asked for from an address. The oldest challenge of an address that has its share makes room.
    pub(crate) fn challenge(
        &self,
        account: PublicKey,
        address: IpAddr,
        now_ms: u64,
    ) -> Result<String, Problem> {
        let (secret, name) = secret()?;
        let mut tables = self.tables.lock();
        tables.challenges.retain(|_, asked| asked.until > now_ms);
        let own = |asked: &Asked| asked.address == address;
        make_room(&mut tables.challenges, self.share(), own, |asked| asked.until);
        if tables.challenges.len() >= self.most {
            return Err(full());
        }
        let asked = Asked {
            account,
            address,
            until: now_ms.saturating_add(CHALLENGE_MS),
        };
        tables.challenges.insert(name, asked);
        Ok(secret)
    }

    /// Opens a session for the account that signed the statement of its challenge, and gives its secret. A challenge serves once, whatever
    /// becomes of it.
    pub(crate) fn open(
        &self,
        chain: &Digest,
        challenge: &str,
        signature: &KeyedSignature,
        address: IpAddr,
        now_ms: u64,
    ) -> Result<String, Problem> {
        let stale = || {
            Problem::new(
                codes::SESSION_CHALLENGE,
                "the challenge is not open for this account",
            )
        };
        let taken = name(challenge).and_then(|name| self.tables.lock().challenges.remove(&name));
        let Asked { account, until, .. } = taken.ok_or_else(stale)?;
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
        let (secret, name) = secret()?;
        let mut tables = self.tables.lock();
        tables.sessions.retain(|_, open| open.lasts(now_ms));
        let of_account = |open: &Open| open.account == account;
        make_room(&mut tables.sessions, OF_ACCOUNT, of_account, |open| open.used);
        let of_address = |open: &Open| open.address == address;
        make_room(&mut tables.sessions, self.share(), of_address, |open| open.used);
        if tables.sessions.len() >= self.most {
            return Err(full());
        }
        let open = Open {
            account,
            address,
            began: now_ms,
            used: now_ms,
        };
        tables.sessions.insert(name, open);
        Ok(secret)
    }

    /// The account of a session that lasts; being asked for keeps it open.
    pub(crate) fn account(&self, secret: &str, now_ms: u64) -> Option<PublicKey> {
        let name = name(secret)?;
        let mut tables = self.tables.lock();
        let open = tables.sessions.get_mut(&name)?;
        if !open.lasts(now_ms) {
            tables.sessions.remove(&name);
            return None;
        }
        open.used = open.used.max(now_ms);
        Some(open.account)
    }

    /// Ends a session.
    pub(crate) fn close(&self, secret: &str) {
        if let Some(name) = name(secret) {
            self.tables.lock().sessions.remove(&name);
        }
    }
}

/// Takes out the oldest of those that `own` picks until there are fewer than `most` of them.
fn make_room<T>(
    table: &mut BTreeMap<Name, T>,
    most: usize,
    own: impl Fn(&T) -> bool,
    age: impl Fn(&T) -> u64,
) {
    loop {
        let picked = || table.iter().filter(|(_, one)| own(one));
        let oldest = picked().min_by_key(|(_, one)| age(one)).map(|(name, _)| *name);
        match oldest {
            Some(oldest) if picked().count() >= most => table.remove(&oldest),
            _ => return,
        };
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

/// The session's secret among the cookies of a request. Two cookies of one name are none: a page of a neighbouring address can set a second
/// one beside ours, and nobody is to work in a session that somebody else chose.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut found = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter_map(|(key, value)| (key == name).then_some(value));
    let first = found.next();
    first.filter(|_| found.next().is_none())
}

/// A new secret that cannot be guessed, 64 hexadecimal digits, and its name.
fn secret() -> Result<(String, Name), Problem> {
    let random: [u8; 32] = random_bytes().map_err(|error: RandomnessError| {
        crate::app::log(&error, "no random bytes");
        Problem::new(codes::API_UNAVAILABLE, "the node has no random bytes")
    })?;
    let secret = hex::encode(random);
    let name = HashAlgorithm::Sha256.hash(&[secret.as_bytes()]);
    Ok((secret, name))
}

/// The name of what a client gives as a secret, if it is as long as one.
fn name(secret: &str) -> Option<Name> {
    (secret.len() == 64).then(|| HashAlgorithm::Sha256.hash(&[secret.as_bytes()]))
}

fn full() -> Problem {
    Problem::new(codes::API_UNAVAILABLE, "too many people are signing in")
}
