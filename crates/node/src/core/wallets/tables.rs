//! What is under way with wallets, in memory only: a restart ends it, and what is on the ledger says what it led to.
//!
//! Secrets stand in the tables under their SHA-256, so that a look-up tells nothing about those of others. Every table is bounded, every entry
//! ends by itself, and no clock is read here.

use std::collections::BTreeMap;

use yinxin_crypto::{Digest, HashAlgorithm, RandomnessError, hmac, random_bytes};

/// How long an access token lasts: five minutes, in milliseconds.
pub(super) const TOKEN_MS: u64 = 5 * 60_000;
/// How long a nonce lasts: five minutes, in milliseconds.
pub(super) const NONCE_MS: u64 = 5 * 60_000;
/// How long what a wallet showed can be fetched: fifteen minutes, in milliseconds.
pub(super) const KEPT_MS: u64 = 15 * 60_000;
/// How often a code may be tried with a wrong transaction code.
const WRONG_CODES: u8 = 5;
/// How often one access token or one request may be answered with something that does not hold.
const ATTEMPTS: u8 = 10;
/// The most entries of a table.
const MOST: usize = 10_000;
/// The most presentations that wait to be fetched, and the longest of them in bytes.
const MOST_KEPT: usize = 1_000;
pub(super) const MOST_KEPT_BYTES: usize = 64 << 10;

/// What a person took, on its way into a wallet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub take: Digest,
    pub certificate: Digest,
    pub material: Digest,
    pub kind: String,
    pub fields: Vec<String>,
}

struct Offer {
    taken: Taken,
    tx_code: String,
    wrong: u8,
    until: u64,
}

struct Access {
    taken: Taken,
    client_id: Option<String>,
    attempts: u8,
    busy: bool,
    until: u64,
}

/// How a request to wallets stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    Waiting,
    /// An answer is being put on the ledger.
    Busy,
    Shown(Digest),
    Refused(Digest, u16),
    Declined,
}

/// A request to wallets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub ask: Digest,
    pub id: String,
    pub kind: String,
    pub fields: Vec<String>,
    pub nonce: String,
    pub state: String,
    pub until: u64,
}

struct Request {
    asked: Asked,
    stand: Stand,
    attempts: u8,
}

struct Kept {
    text: String,
    until: u64,
}

/// Why a code gives no access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoAccess {
    /// It is unknown, was used, or has ended.
    Code,
    /// What is to be typed in is missing.
    Missing,
    /// What was typed in is wrong.
    Wrong,
}

/// All tables are full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full;

/// What is under way.
pub(super) struct Tables {
    offers: BTreeMap<Digest, Offer>,
    tokens: BTreeMap<Digest, Access>,
    used: BTreeMap<String, u64>,
    requests: BTreeMap<Digest, Request>,
    kept: BTreeMap<Digest, Kept>,
    nonce_key: [u8; 32],
}

fn name(secret: &str) -> Digest {
    HashAlgorithm::Sha256.hash(&[secret.as_bytes()])
}

impl Tables {
    /// Empty tables, with a key of their own for nonces.
    pub(super) fn new() -> Result<Self, RandomnessError> {
        Ok(Self {
            offers: BTreeMap::new(),
            tokens: BTreeMap::new(),
            used: BTreeMap::new(),
            requests: BTreeMap::new(),
            kept: BTreeMap::new(),
            nonce_key: random_bytes()?,
        })
    }

    /// Offers to whoever brings `code`. One offer for each take: the last one counts.
    pub(super) fn offer(
        &mut self,
        code: &str,
        tx_code: String,
        taken: Taken,
        until: u64,
        now: u64,
    ) -> Result<(), Full> {
        self.offers
            .retain(|_, offer| offer.until > now && offer.taken.take != taken.take);
        if self.offers.len() >= MOST {
            return Err(Full);
        }
        let offer = Offer {
            taken,
            tx_code,
            wrong: 0,
            until,
        };
        self.offers.insert(name(code), offer);
        Ok(())
    }

    /// Gives access under `token` for a code, once. A code tried too often is gone.
    pub(super) fn redeem(
        &mut self,
        code: &str,
        tx_code: Option<&str>,
        token: &str,
        client_id: Option<String>,
        now: u64,
    ) -> Result<(), NoAccess> {
        self.tokens.retain(|_, access| access.until > now);
        let key = name(code);
        let offer = self.offers.get_mut(&key).filter(|offer| offer.until > now);
        let offer = offer.ok_or(NoAccess::Code)?;
        let typed = tx_code.ok_or(NoAccess::Missing)?;
        // Compared by digest: how long it takes tells nothing about the digits.
        if name(typed) != name(&offer.tx_code) {
            offer.wrong = offer.wrong.saturating_add(1);
            if offer.wrong >= WRONG_CODES {
                self.offers.remove(&key);
            }
            return Err(NoAccess::Wrong);
        }
        let offer = self.offers.remove(&key).ok_or(NoAccess::Code)?;
        let access = Access {
            taken: offer.taken,
            client_id,
            attempts: 0,
            busy: false,
            until: now.saturating_add(TOKEN_MS),
        };
        self.tokens.insert(name(token), access);
        Ok(())
    }

    /// What an access token is for, and the wallet's name; nobody else uses it until it is given back or spent.
    pub(super) fn enter(&mut self, token: &str, now: u64) -> Option<(Taken, Option<String>)> {
        let key = name(token);
        let access = self.tokens.get_mut(&key).filter(|access| access.until > now)?;
        if access.busy || access.attempts >= ATTEMPTS {
            return None;
        }
        access.busy = true;
        access.attempts = access.attempts.saturating_add(1);
        Some((access.taken.clone(), access.client_id.clone()))
    }

    /// Gives an access token back after an attempt that led to nothing.
    pub(super) fn leave(&mut self, token: &str) {
        if let Some(access) = self.tokens.get_mut(&name(token)) {
            access.busy = false;
        }
    }

    /// Ends an access token.
    pub(super) fn spend(&mut self, token: &str) {
        self.tokens.remove(&name(token));
    }

    /// A nonce that this node knows again without keeping it: its time and chance, and a code over both.
    pub(super) fn nonce(&self, now: u64) -> Result<String, RandomnessError> {
        let chance: [u8; 8] = random_bytes()?;
        Ok(self.sealed(&now.to_be_bytes(), &chance))
    }

    fn sealed(&self, time: &[u8; 8], chance: &[u8; 8]) -> String {
        let code = hmac::authenticate(HashAlgorithm::Sha256, &self.nonce_key, &[time, chance]);
        let short = code.split_at(16).0;
        hex::encode([time.as_slice(), chance, short].concat())
    }

    /// Whether a nonce was given out here, lasts, and was not used.
    pub(super) fn is_fresh(&self, nonce: &str, now: u64) -> bool {
        if nonce.len() != 64 || self.used.contains_key(nonce) {
            return false;
        }
        let bytes: Option<[u8; 32]> = hex::decode(nonce).ok().and_then(|bytes| bytes.try_into().ok());
        let Some(bytes) = bytes else { return false };
        let Some((time, rest)) = bytes.split_first_chunk::<8>() else {
            return false;
        };
        let Some((chance, _)) = rest.split_first_chunk::<8>() else {
            return false;
        };
        let made = u64::from_be_bytes(*time);
        name(&self.sealed(time, chance)) == name(nonce) && made <= now && now < made.saturating_add(NONCE_MS)
    }

    /// Uses a nonce up. Only what a wallet with access proved gets here, so the table is as small as their number.
    pub(super) fn use_up(&mut self, nonce: String, now: u64) -> Result<(), Full> {
        self.used.retain(|_, until| *until > now);
        if self.used.len() >= MOST {
            return Err(Full);
        }
        self.used.insert(nonce, now.saturating_add(NONCE_MS));
        Ok(())
    }

    /// Opens a request to wallets; the one that is open for the same question stays.
    pub(super) fn open(&mut self, asked: Asked, now: u64) -> Result<Asked, Full> {
        self.requests
            .retain(|_, request| request.asked.until.saturating_add(KEPT_MS) > now);
        let open = self
            .requests
            .values()
            .find(|request| request.asked.ask == asked.ask);
        if let Some(open) = open {
            return Ok(open.asked.clone());
        }
        if self.requests.len() >= MOST {
            return Err(Full);
        }
        let request = Request {
            asked: asked.clone(),
            stand: Stand::Waiting,
            attempts: 0,
        };
        self.requests.insert(name(&asked.id), request);
        Ok(asked)
    }

    /// A request that can be answered.
    pub(super) fn waiting(&self, id: &str, now: u64) -> Option<&Asked> {
        let request = self.requests.get(&name(id))?;
        let open = request.stand == Stand::Waiting && request.asked.until > now;
        open.then_some(&request.asked)
    }

    /// Takes a request to answer it; nobody else answers it until it is settled. One that was answered wrongly too often is gone.
    pub(super) fn answer(&mut self, id: &str, now: u64) -> Option<Asked> {
        let request = self.requests.get_mut(&name(id))?;
        if request.stand != Stand::Waiting || request.asked.until <= now || request.attempts >= ATTEMPTS {
            return None;
        }
        request.attempts = request.attempts.saturating_add(1);
        request.stand = Stand::Busy;
        Some(request.asked.clone())
    }

    /// Says how a request stands now.
    pub(super) fn settle(&mut self, id: &str, stand: Stand) {
        if let Some(request) = self.requests.get_mut(&name(id)) {
            request.stand = stand;
        }
    }

    /// How the request for a question stands, and until when it can be answered.
    pub(super) fn stand(&self, ask: &Digest) -> Option<(Stand, u64)> {
        let request = self.requests.values().find(|request| request.asked.ask == *ask)?;
        Some((request.stand.clone(), request.asked.until))
    }

    /// Keeps what a wallet showed until it is fetched or its time is over.
    pub(super) fn keep(&mut self, presentation: Digest, text: String, now: u64) -> Result<(), Full> {
        self.kept.retain(|_, kept| kept.until > now);
        if self.kept.len() >= MOST_KEPT || text.len() > MOST_KEPT_BYTES {
            return Err(Full);
        }
        let until = now.saturating_add(KEPT_MS);
        self.kept.insert(presentation, Kept { text, until });
        Ok(())
    }

    /// What was kept under a digest.
    pub(super) fn kept(&self, presentation: &Digest, now: u64) -> Option<String> {
        let kept = self.kept.get(presentation).filter(|kept| kept.until > now)?;
        Some(kept.text.clone())
    }

    /// Forgets what was kept.
    pub(super) fn forget(&mut self, presentation: &Digest) {
        self.kept.remove(presentation);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(text: &str) -> Digest {
        HashAlgorithm::Sha256.hash(&[text.as_bytes()])
    }

    fn taken(take: &str) -> Taken {
        Taken {
            take: digest(take),
            certificate: digest("certificate"),
            material: digest("material"),
            kind: "hpf-certificate".to_owned(),
            fields: vec!["bal".to_owned()],
        }
    }

    fn offered() -> Tables {
        let mut tables = Tables::new().unwrap();
        tables
            .offer("code", "123456".to_owned(), taken("take"), 1_000, 0)
            .unwrap();
        tables
    }

    fn asked(ask: &str, id: &str) -> Asked {
        Asked {
            ask: digest(ask),
            id: id.to_owned(),
            kind: "hpf-certificate".to_owned(),
            fields: vec!["age_over_18".to_owned()],
            nonce: "n".to_owned(),
            state: "s".to_owned(),
            until: 1_000,
        }
    }

    #[test]
    fn a_code_gives_access_once_with_what_is_typed_in() {
        let mut tables = offered();
        let redeem =
            |tables: &mut Tables, typed: Option<&str>| tables.redeem("code", typed, "token", None, 10);
        assert_eq!(redeem(&mut tables, None), Err(NoAccess::Missing));
        assert_eq!(redeem(&mut tables, Some("123457")), Err(NoAccess::Wrong));
        assert_eq!(redeem(&mut tables, Some("123456")), Ok(()));
        assert_eq!(redeem(&mut tables, Some("123456")), Err(NoAccess::Code));
    }

    #[test]
    fn a_code_ends_and_is_gone_after_five_wrong_tries() {
        let mut tables = offered();
        let late = tables.redeem("code", Some("123456"), "token", None, 1_000);
        assert_eq!(late, Err(NoAccess::Code));
        let mut tables = offered();
        for _ in 0..WRONG_CODES {
            let wrong = tables.redeem("code", Some("0"), "token", None, 10);
            assert_eq!(wrong, Err(NoAccess::Wrong));
        }
        let gone = tables.redeem("code", Some("123456"), "token", None, 10);
        assert_eq!(gone, Err(NoAccess::Code));
    }

    #[test]
    fn the_last_offer_for_a_take_is_the_one_that_counts() {
        let mut tables = offered();
        tables
            .offer("other", "1".to_owned(), taken("take"), 1_000, 0)
            .unwrap();
        let first = tables.redeem("code", Some("123456"), "token", None, 10);
        assert_eq!(first, Err(NoAccess::Code));
        assert_eq!(tables.redeem("other", Some("1"), "token", None, 10), Ok(()));
    }

    #[test]
    fn access_is_for_one_at_a_time_ends_and_is_spent() {
        let mut tables = offered();
        tables
            .redeem("code", Some("123456"), "token", Some("wallet".to_owned()), 10)
            .unwrap();
        assert_eq!(tables.enter("other", 10), None);
        let entered = tables.enter("token", 10).unwrap();
        assert_eq!(entered, (taken("take"), Some("wallet".to_owned())));
        assert_eq!(tables.enter("token", 10), None, "somebody uses it");
        tables.leave("token");
        assert!(tables.enter("token", 10).is_some());
        tables.leave("token");
        assert_eq!(tables.enter("token", 10 + TOKEN_MS), None);
        tables.spend("token");
        assert_eq!(tables.enter("token", 10), None);
    }

    #[test]
    fn access_is_gone_after_ten_attempts() {
        let mut tables = offered();
        tables.redeem("code", Some("123456"), "token", None, 10).unwrap();
        for _ in 0..ATTEMPTS {
            assert!(tables.enter("token", 10).is_some());
            tables.leave("token");
        }
        assert_eq!(tables.enter("token", 10), None);
    }

    #[test]
    fn a_nonce_is_known_again_once_within_its_time_and_by_its_own_node() {
        let mut tables = Tables::new().unwrap();
        let nonce = tables.nonce(100).unwrap();
        assert!(tables.is_fresh(&nonce, 100) && tables.is_fresh(&nonce, 99 + NONCE_MS));
        assert!(!tables.is_fresh(&nonce, 100 + NONCE_MS), "over");
        assert!(!tables.is_fresh(&nonce, 99), "of the future");
        assert!(!Tables::new().unwrap().is_fresh(&nonce, 100), "of another node");
        for at in 0..nonce.len() {
            let mut bytes = nonce.clone().into_bytes();
            bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(!tables.is_fresh(&changed, 100), "{at}");
        }
        for wrong in [
            "",
            "x",
            &"g".repeat(64),
            nonce.split_at(1).1,
            &format!("{nonce}0"),
        ] {
            assert!(!tables.is_fresh(wrong, 100), "{wrong}");
        }
        tables.use_up(nonce.clone(), 100).unwrap();
        assert!(!tables.is_fresh(&nonce, 100), "used");
    }

    #[test]
    fn a_request_is_answered_by_one_wallet_within_its_time() {
        let mut tables = Tables::new().unwrap();
        tables.open(asked("ask", "one"), 0).unwrap();
        let again = tables.open(asked("ask", "two"), 0).unwrap();
        assert_eq!(again.id, "one", "the request that is open stays");
        assert!(tables.waiting("one", 0).is_some() && tables.waiting("two", 0).is_none());
        assert_eq!(tables.answer("one", 1_000), None, "over");
        assert!(tables.answer("one", 10).is_some());
        assert_eq!(tables.answer("one", 10), None, "somebody answers it");
        tables.settle("one", Stand::Waiting);
        assert!(tables.answer("one", 10).is_some());
        tables.settle("one", Stand::Shown(digest("look")));
        assert_eq!(tables.answer("one", 10), None);
        assert_eq!(
            tables.stand(&digest("ask")),
            Some((Stand::Shown(digest("look")), 1_000))
        );
        assert_eq!(tables.stand(&digest("other")), None);
    }

    #[test]
    fn a_request_is_gone_after_ten_answers_that_do_not_hold() {
        let mut tables = Tables::new().unwrap();
        tables.open(asked("ask", "one"), 0).unwrap();
        for _ in 0..ATTEMPTS {
            assert!(tables.answer("one", 10).is_some());
            tables.settle("one", Stand::Waiting);
        }
        assert_eq!(tables.answer("one", 10), None);
    }

    #[test]
    fn what_was_shown_is_kept_for_a_while_and_within_bounds() {
        let mut tables = Tables::new().unwrap();
        tables.keep(digest("a"), "text".to_owned(), 0).unwrap();
        assert_eq!(tables.kept(&digest("a"), KEPT_MS - 1).as_deref(), Some("text"));
        assert_eq!(tables.kept(&digest("a"), KEPT_MS), None);
        tables.forget(&digest("a"));
        assert_eq!(tables.kept(&digest("a"), 0), None);
        let long = "x".repeat(MOST_KEPT_BYTES + 1);
        assert_eq!(tables.keep(digest("b"), long, 0), Err(Full));
        for one in 0..MOST_KEPT {
            tables.keep(digest(&one.to_string()), String::new(), 0).unwrap();
        }
        assert_eq!(tables.keep(digest("c"), String::new(), 0), Err(Full));
        assert_eq!(
            tables.keep(digest("c"), String::new(), KEPT_MS),
            Ok(()),
            "what has ended makes room"
        );
    }
}
