//! The desk sends notices (通知): what stands in the outbox of its department on the ledger is written to the designated mailbox, and what became
//! of it is put down on the ledger.
//!
//! ```text
//! block ─► wake ─► ask approval.outbox ─► letter ─► server ─┬─ taken ──► approval.notice_sent, until the outbox has it no more
//!                        ▲                                  ├─ refused ► approval.notice_failed
//!                        └── wait, twice as long each time ─┴─ later
//! ```
//!
//! Invariants: (1) what is due follows from the ledger alone, so a node that was killed sends what it had not put down, under the same
//! identifier, and the ledger takes one record of it; (2) attempts, their size, their number at a time and the waits between them are bounded;
//! (3) addresses are read from the materials of the desk when a letter is sent, and leave the node towards the configured server only.

mod letter;
pub(super) mod mail;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::channel::mpsc;
use futures::future::{join_all, select};
use lettre::Address;
use serde::Deserialize;
use serde_json::{Value, json};
use tracing::warn;
use yinxin_consensus::ExecutedBlock;
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_types::{BlockTime, Rejection};

use self::letter::{Both, Letter, Told};
use self::mail::{Attempt, Mail};
use super::Core;
use super::desk::{Desk, VALIDITY_MS};
use crate::platform::blocking;

/// How many letters are on the way to the server at a time.
const AT_A_TIME: usize = 4;
/// The most pages of the outbox that are read before what they hold is sent.
const PAGES: u64 = 50;
/// How soon the ledger is asked again that could not be read.
const UNREADABLE_MS: u64 = 5_000;
/// How long what was sent is tried to be put down: then the ledger takes it no more, and it is sent again.
const STALE_MS: u64 = 3_000_000;
/// The longest wait between two attempts, in milliseconds: six hours.
const MAX_WAIT_MS: u64 = 6 * 3_600_000;
/// The most bytes of the file with an address.
const MAX_CONTACT_BYTES: usize = 1024;

/// A case of the outbox.
#[derive(Debug, Deserialize)]
struct Case {
    case: String,
    contact: Option<Digest>,
    name: Both,
    notices: Vec<Told>,
    owner: Digest,
}

/// What is to be sent: case and notice, and the contact.
type Key = (String, u64, Digest);

/// One letter to be sent.
struct Due {
    key: Key,
    letter: Letter,
    owner: Digest,
}

/// What is on the way.
struct Pending {
    attempts: u32,
    /// When something is to be done about it again.
    next: BlockTime,
    /// What is to be put down, and since when.
    outcome: Option<(&'static str, Value, BlockTime)>,
}

/// The address in the file of a contact: JSON with the one member `email`.
fn address_in(file: &[u8]) -> Option<Address> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Contact {
        email: String,
    }
    if file.len() > MAX_CONTACT_BYTES {
        return None;
    }
    let contact: Contact = serde_json::from_slice(file).ok()?;
    let plain = contact.email.is_ascii() && contact.email.len() <= 254;
    plain.then(|| contact.email.parse().ok()).flatten()
}

/// By what copies of a letter are known as such.
fn identifier((case, notice, contact): &Key) -> Digest {
    let parts = [case.as_bytes(), &notice.to_be_bytes(), contact.bytes().as_slice()];
    HashAlgorithm::Sha256.hash_tagged("yinxin/notice/id/1", &parts)
}

impl Core {
    /// Wakes whoever sends notices when a block may have brought some.
    pub(super) fn notify_after(&self, block: &ExecutedBlock) {
        let approval = |operation: &str| operation.starts_with("approval.");
        let mut bodies = block.transactions.iter().map(|transaction| transaction.body());
        if block.occurrences.is_empty() && !bodies.any(|body| approval(&body.operation)) {
            return;
        }
        if let Some(wake) = self.outbox.lock().as_mut() {
            // Whoever was woken already and did not look yet will see this block too.
            let _ = wake.try_send(());
        }
    }

    /// Sends notices for as long as the node lives, where the desk has a server for them.
    pub(super) async fn send_notices(self: Arc<Self>) {
        let Some(desk) = self.desk.clone() else { return };
        let Some(mail) = desk.mail.clone() else { return };
        let (wake, mut woken) = mpsc::channel(1);
        *self.outbox.lock() = Some(wake);
        let mut pending: BTreeMap<Key, Pending> = BTreeMap::new();
        loop {
            let wait_ms = match self.due_notices(&mail).await {
                Ok(due) => self.work_off((&desk, &mail), due, &mut pending).await,
                Err(reason) => {
                    warn!(%reason, "it is not known which notices are to be sent");
                    Some(UNREADABLE_MS)
                }
            };
            match wait_ms {
                Some(ms) => _ = select(woken.next(), self.platform.sleep(Duration::from_millis(ms))).await,
                None if woken.next().await.is_none() => return,
                None => {}
            }
        }
    }

    /// What the ledger says is to be sent.
    async fn due_notices(&self, mail: &Mail) -> Result<Vec<Due>, Rejection> {
        let mut due = Vec::new();
        for page in 0..PAGES {
            let about = json!({ "department": self.own_code(), "page": page });
            let answer = self.inquire_one(None, "approval.outbox", about).await?;
            let cases = answer.get("cases").and_then(Value::as_array);
            let cases = cases.into_iter().flatten();
            let before = due.len();
            let read = cases.filter_map(|case| Case::deserialize(case).ok());
            for Case {
                case,
                contact,
                name,
                notices,
                owner,
            } in read
            {
                for told in &notices {
                    let letter = Letter::about((&case, &name), told, &mail.settings.portal);
                    due.extend(contact.map(|contact| Due {
                        key: (case.clone(), told.notice, contact),
                        letter,
                        owner,
                    }));
                }
            }
            if due.len() == before {
                break;
            }
        }
        Ok(due)
    }

    /// Sends what has its turn and puts down what was sent. In how many milliseconds there is something to do again; nothing where all is done.
    async fn work_off(
        &self,
        (desk, mail): (&Arc<Desk>, &Arc<Mail>),
        due: Vec<Due>,
        pending: &mut BTreeMap<Key, Pending>,
    ) -> Option<u64> {
        pending.retain(|key, _| due.iter().any(|due| due.key == *key));
        let now = self.platform.now();
        let mut turn = Vec::new();
        for due in due {
            let one = pending.entry(due.key.clone()).or_insert(Pending {
                attempts: 0,
                next: now,
                outcome: None,
            });
            let stale = |since: &BlockTime| since.saturating_add(STALE_MS) < now;
            let again = one.attempts < mail.settings.attempts;
            if again && one.outcome.as_ref().is_some_and(|(_, _, since)| stale(since)) {
                one.outcome = None;
            }
            if one.next <= now && one.outcome.is_none() {
                turn.push(due);
            }
        }
        let mut turn = turn.into_iter().peekable();
        while turn.peek().is_some() {
            let some: Vec<Due> = turn.by_ref().take(AT_A_TIME).collect();
            let sent = some.into_iter().map(|due| self.send_one(desk, mail, due));
            for (key, outcome) in join_all(sent).await {
                if let Some(one) = pending.get_mut(&key) {
                    one.settle(outcome, mail, self.platform.now());
                }
            }
        }
        let now = self.platform.now();
        for one in pending.values_mut().filter(|one| one.next <= now) {
            if let Some((operation, arguments, _)) = &one.outcome {
                if let Err(reason) = self.act(desk, operation, arguments.clone()).await {
                    warn!(%reason, operation, "what became of a notice could not be put down and is tried again");
                }
                one.next = now.saturating_add(VALIDITY_MS);
            }
        }
        let now = self.platform.now();
        let next = pending.values().map(|one| one.next).min();
        next.map(|next| next.0.saturating_sub(now.0).max(1))
    }

    /// Sends one letter, and says what the ledger is to know of it.
    async fn send_one(&self, desk: &Arc<Desk>, mail: &Arc<Mail>, due: Due) -> (Key, Outcome) {
        let Due { key, letter, owner } = due;
        let digest = letter.digest(self.rules.hash);
        let (id, sent) = (identifier(&key), self.platform.now());
        let (desk, mail, contact) = (desk.clone(), mail.clone(), key.2);
        let attempt = blocking(self.platform.as_ref(), move || {
            let address = desk.file_of(&contact, &owner).and_then(|file| address_in(&file));
            address.map(|address| mail.send(&letter, &address, &id, sent))
        });
        let attempt = attempt.await.unwrap_or(Some(Attempt::Later));
        let outcome = Outcome {
            attempt,
            digest,
            sent,
            ended: self.platform.now(),
            key: key.clone(),
        };
        (key, outcome)
    }
}

/// What became of an attempt, and of what.
struct Outcome {
    /// None where there is no address.
    attempt: Option<Attempt>,
    digest: Digest,
    sent: BlockTime,
    ended: BlockTime,
    key: Key,
}

impl Outcome {
    fn arguments(&self) -> Value {
        let (case, notice, contact) = &self.key;
        json!({
            "case": case, "contact": contact, "digest": self.digest, "notice": notice, "sent_ms": self.sent.0,
        })
    }

    fn failed(&self, reason: &str) -> (&'static str, Value) {
        let mut arguments = self.arguments();
        if let Value::Object(members) = &mut arguments {
            members.insert("reason".to_owned(), json!(reason));
        }
        ("approval.notice_failed", arguments)
    }

    fn taken(&self, arrived: bool, evidence: &Digest) -> (&'static str, Value) {
        let mut arguments = self.arguments();
        if let (true, Value::Object(members)) = (arrived, &mut arguments) {
            let receipt = json!({ "evidence": evidence, "time_ms": self.ended.0 });
            members.insert("received".to_owned(), receipt);
        }
        ("approval.notice_sent", arguments)
    }
}

impl Pending {
    /// Notes what became of an attempt: what is to be put down, at once, or when the next attempt is.
    fn settle(&mut self, outcome: Outcome, mail: &Mail, now: BlockTime) {
        self.attempts = self.attempts.saturating_add(1);
        self.next = now;
        let told = match &outcome.attempt {
            None => outcome.failed("no_address"),
            Some(Attempt::Taken { arrived, evidence }) => outcome.taken(*arrived, evidence),
            Some(Attempt::Refused) => outcome.failed("refused"),
            Some(Attempt::Later) if self.attempts >= mail.settings.attempts => outcome.failed("unreachable"),
            Some(Attempt::Later) => {
                self.next = now.saturating_add(waits(mail.settings.retry_ms, self.attempts));
                return;
            }
        };
        self.outcome = Some((told.0, told.1, now));
    }
}

/// How long it is waited after so many attempts: each time twice as long.
fn waits(first_ms: u64, attempts: u32) -> u64 {
    let doubled = 1_u64.checked_shl(attempts.saturating_sub(1)).unwrap_or(u64::MAX);
    first_ms.saturating_mul(doubled).min(MAX_WAIT_MS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_read_and_what_is_none_is_not() {
        let of = |text: &str| address_in(text.as_bytes()).map(|address| address.to_string());
        assert_eq!(
            of(r#"{"email":"wang@mail.example"}"#),
            Some("wang@mail.example".to_owned())
        );
        let long = format!(r#"{{"email":"{}@mail.example"}}"#, "a".repeat(300));
        for wrong in [
            r#"{"email":"wang"}"#,
            r#"{"email":""}"#,
            r#"{"email":"a@b.example\r\nRCPT TO:<c@d.example>"}"#,
            r#"{"email":"a@b.example,c@d.example"}"#,
            r#"{"email":"王@邮件.例子"}"#,
            r#"{"email":"a@b.example","more":1}"#,
            "[]",
            "",
            &long,
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn waits_double_and_end_at_six_hours() {
        assert_eq!(
            [1, 2, 3].map(|attempts| waits(1000, attempts)),
            [1000, 2000, 4000]
        );
        assert_eq!(waits(1000, 64), MAX_WAIT_MS);
        assert_eq!(waits(1000, u32::MAX), MAX_WAIT_MS);
    }

    #[test]
    fn a_notice_has_one_identifier_and_others_have_others() {
        let contact = |number: u8| HashAlgorithm::Sha256.hash(&[&[number]]);
        let key = |case: &str, notice, number| (case.to_owned(), notice, contact(number));
        let first = identifier(&key("A", 2, 1));
        assert_eq!(identifier(&key("A", 2, 1)), first);
        for other in [key("B", 2, 1), key("A", 3, 1), key("A", 2, 2)] {
            assert_ne!(identifier(&other), first);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_an_address_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..1100)) {
            if let Some(address) = address_in(&bytes) {
                prop_assert!(address.to_string().is_ascii());
            }
        }
    }
}
