//! Requests between the nodes of departments over the links of consensus, and their answers: how content that a look releases comes from
//! its holder (formats section 10), how an application for enrolment reaches its authority (D23), and how what is handed in for a case reaches
//! the department of the item.
//!
//! ```text
//! request   01 || number (8) || question as JSON
//! answer    02 || number (8) || 00 || answer as JSON  |  01 || code (2)
//! ```
//!
//! A link says who sent a message; nobody else can answer in the name of a holder. Whoever asks for more than is answered at a time is told so
//! ([`codes::RELEASE_BUSY`]); messages may be lost on the way: whoever asked asks again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::channel::oneshot;
use futures::future::{Either, select};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tracing::debug;
use yinxin_api::{Application, Withdrawal};
use yinxin_consensus::Untold;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_types::{Rejection, codes};

use super::Core;
use super::desk::handing::HandedPart;

const REQUEST: u8 = 1;
const ANSWER: u8 = 2;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most requests that wait for answers, and the most of others that are being answered.
const MOST: usize = 256;

/// What one node asks of another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(super) enum Ask {
    /// How the application of a key stands.
    Application {
        /// The key.
        account: PublicKey,
    },
    /// To which key facts are sealed for the authority.
    ApplicationTerms {},
    /// Keeps an application for enrolment.
    Apply {
        /// What the person signed.
        application: Application,
    },
    /// Keeps a part of a material that somebody hands in for a case.
    HandIn(Box<HandedPart>),
    /// The content that a final look releases.
    Release {
        /// Which part of the content, from 0.
        #[serde(default, skip_serializing_if = "is_first")]
        part: u32,
        /// The look.
        transaction: Digest,
    },
    /// The signed status list.
    StatusList {
        /// Number of the list.
        list: u32,
    },
    /// Which versions of scenarios (场景版本) its program has.
    Versions {},
    /// Destroys an application that its own key takes back.
    Withdraw {
        /// What the person signed.
        withdrawal: Withdrawal,
    },
}

fn is_first(part: &u32) -> bool {
    *part == 0
}

/// What waits for an answer: from whom, and for whom.
type Waiting = (PublicKey, oneshot::Sender<Result<Value, u16>>);

/// Requests under way.
#[derive(Debug, Default)]
pub(super) struct Messages {
    next: AtomicU64,
    waiting: Mutex<BTreeMap<u64, Waiting>>,
    answering: Arc<AtomicU64>,
    counts: Counts,
}

/// What became of requests, for operators.
#[derive(Debug, Default)]
struct Counts {
    asked: AtomicU64,
    unanswered: AtomicU64,
    refused: AtomicU64,
    turned_away: AtomicU64,
    untold: AtomicU64,
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Messages {
    /// Counters by name, with what they count.
    pub(super) fn counts(&self) -> [(&'static str, &'static str, u64); 5] {
        let Counts {
            asked,
            unanswered,
            refused,
            turned_away,
            untold,
        } = &self.counts;
        [
            ("yinxin_asked_total", "Requests to other nodes", asked),
            (
                "yinxin_asked_unanswered_total",
                "Requests to other nodes that were not answered in time",
                unanswered,
            ),
            (
                "yinxin_asked_refused_total",
                "Requests not sent to other nodes because too many waited here",
                refused,
            ),
            (
                "yinxin_answers_busy_total",
                "Requests of other nodes that were answered with RELEASE_BUSY",
                turned_away,
            ),
            (
                "yinxin_answers_unsent_total",
                "Answers to other nodes for which there was no room on the way out",
                untold,
            ),
        ]
        .map(|(name, help, counter)| (name, help, counter.load(Ordering::Relaxed)))
    }
}

impl Core {
    /// Asks another node and waits for its answer.
    pub(super) async fn ask_peer(&self, peer: PublicKey, ask: &Ask) -> Result<Value, Rejection> {
        let unreachable = |detail: &str| Rejection::new(codes::RELEASE_UNREACHABLE, detail);
        let busy = |detail: &str| {
            count(&self.messages.counts.refused);
            Rejection::new(codes::RELEASE_BUSY, detail)
        };
        let number = self.messages.next.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = oneshot::channel();
        {
            let mut waiting = self.messages.waiting.lock();
            waiting.retain(|_, (_, sender)| !sender.is_canceled());
            if waiting.len() >= MOST {
                return Err(busy("too many requests wait for other nodes"));
            }
            waiting.insert(number, (peer, sender));
        }
        let mut message = vec![REQUEST];
        message.extend_from_slice(&number.to_be_bytes());
        message.extend_from_slice(&serde_json::to_vec(ask).unwrap_or_default());
        let told = match self.gossip.lock().as_mut() {
            Some(links) => links.tell(&peer, message),
            None => Err(Untold::Never),
        };
        if let Err(untold) = told {
            self.messages.waiting.lock().remove(&number);
            return Err(match untold {
                Untold::Busy => busy("too much waits for the holder's node"),
                _ => unreachable("there is no link to the holder's node"),
            });
        }
        count(&self.messages.counts.asked);
        let answered = select(receiver, self.platform.sleep(PATIENCE)).await;
        self.messages.waiting.lock().remove(&number);
        match answered {
            Either::Left((Ok(Ok(answer)), _)) => Ok(answer),
            Either::Left((Ok(Err(code)), _)) => {
                let code = self.registry.code(code).unwrap_or(codes::RELEASE_NOTHING);
                Err(Rejection::new(code, "the holder's node refused"))
            }
            Either::Left((Err(_), _)) | Either::Right(_) => {
                count(&self.messages.counts.unanswered);
                Err(unreachable("the holder's node did not answer"))
            }
        }
    }

    /// Takes a message of a peer.
    pub(super) fn take_message(self: &Arc<Self>, from: PublicKey, message: &[u8]) {
        let Some((kind, rest)) = message.split_first() else {
            return;
        };
        let Some((number, rest)) = rest.split_first_chunk::<8>() else {
            return;
        };
        match *kind {
            REQUEST => self.answer_peer(from, *number, rest),
            ANSWER => {
                let number = u64::from_be_bytes(*number);
                let mut waiting = self.messages.waiting.lock();
                // Only whoever was asked answers.
                if waiting.get(&number).is_some_and(|(asked, _)| *asked == from)
                    && let Some((_, sender)) = waiting.remove(&number)
                    && let Some(answer) = read_answer(rest)
                {
                    // Whoever waited may have given up.
                    let _ = sender.send(answer);
                }
            }
            _ => debug!("a peer sent a message of an unknown kind"),
        }
    }

    fn answer_peer(self: &Arc<Self>, from: PublicKey, number: [u8; 8], question: &[u8]) {
        let Ok(ask) = serde_json::from_slice::<Ask>(question) else {
            debug!("a peer asked something that is no question");
            return;
        };
        let answering = self.messages.answering.clone();
        if answering.fetch_add(1, Ordering::Relaxed) >= u64::try_from(MOST).unwrap_or(u64::MAX) {
            answering.fetch_sub(1, Ordering::Relaxed);
            count(&self.messages.counts.turned_away);
            let busy = Rejection::new(
                codes::RELEASE_BUSY,
                "as many requests as may be are being answered",
            );
            self.send_answer(&from, number, Err(busy));
            return;
        }
        let core = self.clone();
        self.platform.spawn(Box::pin(async move {
            let answer = match ask {
                Ask::Application { account } => core.application_here(&account),
                Ask::ApplicationTerms {} => core.application_terms_here().await,
                Ask::Apply { application } => core.apply_here(application, Some(from)).await,
                Ask::Versions {} => Ok(json!(core.own_versions())),
                Ask::Withdraw { withdrawal } => core.withdraw_here(&withdrawal),
                Ask::HandIn(part) => core.take_part(from, *part).await,
                Ask::Release { part, transaction } => core.release_here(transaction, part).await,
                Ask::StatusList { list } => core.status_list_here(list).await.map(Value::String),
            };
            core.send_answer(&from, number, answer);
            answering.fetch_sub(1, Ordering::Relaxed);
        }));
    }

    fn send_answer(&self, to: &PublicKey, number: [u8; 8], answer: Result<Value, Rejection>) {
        let mut message = vec![ANSWER];
        message.extend_from_slice(&number);
        match answer {
            Ok(answer) => {
                message.push(0);
                message.extend_from_slice(&serde_json::to_vec(&answer).unwrap_or_default());
            }
            Err(rejection) => {
                message.push(1);
                message.extend_from_slice(&rejection.code.number.to_be_bytes());
            }
        }
        let told = self.gossip.lock().as_mut().map(|links| links.tell(to, message));
        if !matches!(told, Some(Ok(()))) {
            // Whoever asked learns it when its patience ends, and the operator here from the count.
            count(&self.messages.counts.untold);
        }
    }
}

fn read_answer(bytes: &[u8]) -> Option<Result<Value, u16>> {
    match bytes.split_first()? {
        (0, answer) => serde_json::from_slice(answer).ok().map(Ok),
        (1, code) => Some(Err(u16::from_be_bytes(code.try_into().ok()?))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_as_they_are_written_and_nothing_else_is_an_answer() {
        assert_eq!(
            read_answer(b"\0{\"a\":1}"),
            Some(Ok(serde_json::json!({ "a": 1 })))
        );
        assert_eq!(read_answer(&[1, 5, 0xbb]), Some(Err(1467)));
        for wrong in [&b""[..], b"\0", b"\0{", &[1], &[1, 5], &[1, 5, 6, 7], &[2, 0, 0]] {
            assert_eq!(read_answer(wrong), None, "{wrong:?}");
        }
    }
}
