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
//! identifier, and the ledger takes one record of it; (2) attempts, their size, their number at a time and the waits between them are bounded,
//! and so is how often the same is put down ([`pending`]); (3) addresses are read from the materials of the desk when a letter is sent, and leave the node towards the configured server only.

mod letter;
pub(super) mod mail;
mod pending;

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::channel::mpsc;
use futures::future::select;
use lettre::Address;
use serde::Deserialize;
use serde_json::{Value, json};
use tracing::warn;
use yinxin_consensus::ExecutedBlock;
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_types::{BlockTime, Rejection};

use self::letter::{Both, Letter, Told};
use self::mail::{Attempt, Mail};
use self::pending::{Due, Key, OnTheWay, Outcome, Patience, Way};
use super::Core;
use super::desk::Desk;
use crate::platform::blocking;

/// The most pages of the outbox that are read before what they hold is sent.
const PAGES: u64 = 50;
/// How soon the ledger is asked again that could not be read.
const UNREADABLE_MS: u64 = 5_000;
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
        let mut on_the_way = OnTheWay::new(Patience {
            attempts: mail.settings.attempts,
            retry_ms: mail.settings.retry_ms,
        });
        let office = Office {
            core: &self,
            desk: &desk,
            mail: &mail,
        };
        loop {
            let wait_ms = match self.due_notices(&mail).await {
                Ok(due) => on_the_way.work_off(&office, due).await,
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
}

/// The desk, its server and the ledger.
struct Office<'a> {
    core: &'a Core,
    desk: &'a Arc<Desk>,
    mail: &'a Arc<Mail>,
}

impl Way for Office<'_> {
    fn now(&self) -> BlockTime {
        self.core.platform.now()
    }

    fn chain(&self) -> BlockTime {
        self.core.tip.lock().time
    }

    async fn send(&self, due: Due) -> Outcome {
        let Due { key, letter, owner } = due;
        let digest = letter.digest(self.core.rules.hash);
        let (id, sent) = (identifier(&key), self.now());
        let (desk, mail, contact) = (self.desk.clone(), self.mail.clone(), key.2);
        let attempt = blocking(self.core.platform.as_ref(), move || {
            let address = desk.file_of(&contact, &owner).and_then(|file| address_in(&file));
            address.map(|address| mail.send(&letter, &address, &id, sent))
        });
        Outcome {
            attempt: attempt.await.unwrap_or(Some(Attempt::Later)),
            digest,
            sent,
            ended: self.now(),
            key,
        }
    }

    async fn put_down(&self, operation: &'static str, arguments: Value) -> Result<(), Rejection> {
        self.core.act(self.desk, operation, arguments).await.map(|_| ())
    }
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
