//! What is on the way: whose turn it is to be sent, and how long it is tried to put down on the ledger what became of it.
//!
//! ```text
//! due ─► send, four at a time ─┬─ later ─► wait, twice as long each time ─► send
//!                              └─ told ──► put down ─► wait, longer each time ─► put down ─► … until the outbox has it no more
//!                                             └─ the chain is past the hour ─► forgotten, sent anew: at once, after that once a day
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

use futures::future::join_all;
use serde_json::{Value, json};
use tracing::warn;
use yinxin_crypto::Digest;
use yinxin_types::{BlockTime, Rejection};

use super::super::desk::VALIDITY_MS;
use super::letter::Letter;
use super::mail::Attempt;

/// How many letters are on the way to the server at a time.
const AT_A_TIME: usize = 4;
/// How long what was sent is tried to be put down, in milliseconds of the chain's time: the ledger takes it for an hour (D32).
const STALE_MS: u64 = 3_000_000;
/// The longest wait between two attempts, in milliseconds: six hours.
const MAX_WAIT_MS: u64 = 6 * 3_600_000;
/// The longest wait before the same is put down again, in milliseconds: eight minutes, so that the last time is within the hour.
const MAX_PUT_MS: u64 = 8 * VALIDITY_MS;
/// How long nothing is sent of which the ledger took no record twice, in milliseconds: a day. The mailbox has it by then, so more copies help nobody.
const REST_MS: u64 = 24 * 3_600_000;

/// What is to be sent: case and notice, and the contact.
pub(super) type Key = (String, u64, Digest);

/// One letter to be sent.
pub(super) struct Due {
    pub(super) key: Key,
    pub(super) letter: Letter,
    pub(super) owner: Digest,
}

/// What became of an attempt, and of what.
pub(super) struct Outcome {
    /// None where there is no address.
    pub(super) attempt: Option<Attempt>,
    pub(super) digest: Digest,
    pub(super) sent: BlockTime,
    pub(super) ended: BlockTime,
    pub(super) key: Key,
}

/// Where letters go, and what becomes of them.
pub(super) trait Way {
    /// The time of this node.
    fn now(&self) -> BlockTime;
    /// The time of the newest block, by which the ledger judges.
    fn chain(&self) -> BlockTime;
    /// Sends one letter.
    fn send(&self, due: Due) -> impl Future<Output = Outcome> + Send;
    /// Hands in what the ledger is to know. It is known by the outbox whether the ledger took it.
    fn put_down(
        &self,
        operation: &'static str,
        arguments: Value,
    ) -> impl Future<Output = Result<(), Rejection>> + Send;
}

/// How often is tried, and how long is waited.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    /// How often a letter is sent before it counts as undeliverable.
    pub(super) attempts: u32,
    /// Milliseconds before the second attempt.
    pub(super) retry_ms: u64,
}

/// What is to be put down.
struct Told {
    arguments: Value,
    operation: &'static str,
    /// How often it was handed in.
    puts: u32,
    /// When what it tells of was sent.
    sent: BlockTime,
}

/// One letter on the way.
struct Pending {
    attempts: u32,
    /// Whether something of it was forgotten before.
    forgot: bool,
    /// When something is to be done about it again.
    next: BlockTime,
    told: Option<Told>,
}

/// All that is on the way.
pub(super) struct OnTheWay {
    patience: Patience,
    pending: BTreeMap<Key, Pending>,
}

impl OnTheWay {
    pub(super) fn new(patience: Patience) -> Self {
        Self {
            patience,
            pending: BTreeMap::new(),
        }
    }

    /// Sends what has its turn and puts down what was sent. In how many milliseconds there is something to do again; nothing where all is done.
    pub(super) async fn work_off(&mut self, way: &impl Way, due: Vec<Due>) -> Option<u64> {
        let wanted: BTreeSet<&Key> = due.iter().map(|due| &due.key).collect();
        self.pending.retain(|key, _| wanted.contains(key));
        let (now, chain) = (way.now(), way.chain());
        let mut turn = Vec::new();
        for due in due {
            let one = self.pending.entry(due.key.clone()).or_insert(Pending {
                attempts: 0,
                forgot: false,
                next: now,
                told: None,
            });
            one.forget_stale(now, chain);
            if one.next <= now && one.told.is_none() {
                turn.push(due);
            }
        }
        self.put_down(way).await;
        let mut turn = turn.into_iter().peekable();
        while turn.peek().is_some() {
            let some: Vec<Due> = turn.by_ref().take(AT_A_TIME).collect();
            let sent = some.into_iter().map(|due| way.send(due));
            for outcome in join_all(sent).await {
                if let Some(one) = self.pending.get_mut(&outcome.key) {
                    one.settle(outcome, self.patience, way.now());
                }
            }
            // Not after all were sent: by then the ledger may take nothing of the first ones any more.
            self.put_down(way).await;
        }
        let now = way.now();
        let next = self.pending.values().map(|one| one.next).min();
        next.map(|next| next.0.saturating_sub(now.0).max(1))
    }

    /// Hands in what has its turn.
    async fn put_down(&mut self, way: &impl Way) {
        for one in self.pending.values_mut() {
            let Some(told) = one.told.as_mut().filter(|_| one.next <= way.now()) else {
                continue;
            };
            let operation = told.operation;
            if let Err(reason) = way.put_down(operation, told.arguments.clone()).await {
                warn!(%reason, operation, "what became of a notice could not be put down and is tried again");
            }
            told.puts = told.puts.saturating_add(1);
            // At least as long as what was handed in is valid, so that it is not on the ledger twice.
            let wait_ms = waits(VALIDITY_MS, told.puts).min(MAX_PUT_MS);
            one.next = way.now().saturating_add(wait_ms);
        }
    }
}

impl Pending {
    /// Forgets what the ledger takes no more. That is judged by the time of the chain: while the chain stands, it refused nothing yet, and what
    /// a server took would be sent in vain.
    fn forget_stale(&mut self, now: BlockTime, chain: BlockTime) {
        let stale = |told: &Told| told.sent.saturating_add(STALE_MS) < chain;
        // What was handed in last may still become final before `next`.
        if self.next > now || !self.told.as_ref().is_some_and(stale) {
            return;
        }
        warn!("what became of a notice was not taken by the ledger in time: the notice is sent anew");
        // Once it may be that the chain stood. Twice, the ledger refuses this department, which only somebody who looks can mend.
        let again = self.forgot;
        *self = Self {
            attempts: 0,
            forgot: true,
            next: if again { now.saturating_add(REST_MS) } else { now },
            told: None,
        };
    }

    /// Notes what became of an attempt: what is to be put down, at once, or when the next attempt is.
    fn settle(&mut self, outcome: Outcome, patience: Patience, now: BlockTime) {
        self.attempts = self.attempts.saturating_add(1);
        self.next = now;
        let (operation, arguments) = match &outcome.attempt {
            None => outcome.failed("no_address"),
            Some(Attempt::Taken { arrived, evidence }) => outcome.taken(*arrived, evidence),
            Some(Attempt::Refused) => outcome.failed("refused"),
            Some(Attempt::Later) if self.attempts >= patience.attempts => outcome.failed("unreachable"),
            Some(Attempt::Later) => {
                self.next = now.saturating_add(waits(patience.retry_ms, self.attempts).min(MAX_WAIT_MS));
                return;
            }
        };
        self.told = Some(Told {
            arguments,
            operation,
            puts: 0,
            sent: outcome.sent,
        });
    }
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

/// How long it is waited after so many times: each time twice as long.
fn waits(first_ms: u64, times: u32) -> u64 {
    let doubled = 1_u64.checked_shl(times.saturating_sub(1)).unwrap_or(u64::MAX);
    first_ms.saturating_mul(doubled)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use futures::FutureExt as _;
    use parking_lot::Mutex;
    use yinxin_crypto::HashAlgorithm;

    use super::*;

    const HOUR_MS: u64 = 3_600_000;
    const START_MS: u64 = 1_770_685_200_000;

    /// A server that needs its time and a ledger that takes what is put down within an hour, once; each letter and each record by its case.
    struct Town {
        answer: Attempt,
        /// When the ledger refuses, and when the chain stands.
        refuses: bool,
        stands: bool,
        seconds: u64,
        state: Mutex<State>,
    }

    #[derive(Default)]
    struct State {
        chain_ms: u64,
        now_ms: u64,
        puts: Vec<(String, u64)>,
        records: Vec<String>,
        sent: Vec<(String, u64)>,
    }

    impl Way for Town {
        fn now(&self) -> BlockTime {
            BlockTime(self.state.lock().now_ms)
        }

        fn chain(&self) -> BlockTime {
            BlockTime(self.state.lock().chain_ms)
        }

        async fn send(&self, due: Due) -> Outcome {
            let mut state = self.state.lock();
            let sent = state.now_ms;
            state.now_ms = sent.saturating_add(self.seconds.saturating_mul(1000));
            state.sent.push((due.key.0.clone(), sent));
            Outcome {
                attempt: Some(self.answer.clone()),
                digest: due.owner,
                sent: BlockTime(sent),
                ended: BlockTime(state.now_ms),
                key: due.key,
            }
        }

        async fn put_down(&self, _: &'static str, arguments: Value) -> Result<(), Rejection> {
            let mut state = self.state.lock();
            let (case, now) = (arguments["case"].as_str().unwrap().to_owned(), state.now_ms);
            state.puts.push((case.clone(), now));
            if self.stands {
                return Ok(());
            }
            state.chain_ms = now;
            let in_time = now.saturating_sub(arguments["sent_ms"].as_u64().unwrap()) <= HOUR_MS;
            if in_time && !self.refuses && !state.records.contains(&case) {
                state.records.push(case);
            }
            Ok(())
        }
    }

    impl Town {
        fn new(answer: Attempt) -> Self {
            let state = State {
                chain_ms: START_MS,
                now_ms: START_MS,
                ..State::default()
            };
            Self {
                answer,
                refuses: false,
                stands: false,
                seconds: 1,
                state: Mutex::new(state),
            }
        }

        /// The outbox: so many cases without those of which the ledger has a record.
        fn due(&self, cases: u64) -> Vec<Due> {
            let state = self.state.lock();
            let records: BTreeSet<&String> = state.records.iter().collect();
            let all =
                (0..cases).map(|number| (number.to_string(), HashAlgorithm::Sha256.hash(&[b"contact"])));
            let open = all.filter(|(case, _)| !records.contains(case));
            open.map(|(case, digest)| Due {
                key: (case, 1, digest),
                letter: Letter {
                    subject: String::new(),
                    text: String::new(),
                },
                owner: digest,
            })
            .collect()
        }

        /// Works for so long, looking when it said it would.
        fn work(&self, way: &mut OnTheWay, cases: u64, hours: u64) {
            let until = self.now().saturating_add(hours.saturating_mul(HOUR_MS)).0;
            while self.state.lock().now_ms < until {
                let due = self.due(cases);
                let wait = way.work_off(self, due).now_or_never().unwrap();
                let mut state = self.state.lock();
                state.now_ms = wait.map_or(until, |wait| state.now_ms.saturating_add(wait).min(until));
                if !self.stands {
                    state.chain_ms = state.now_ms;
                }
            }
        }

        fn letters(&self) -> usize {
            self.state.lock().sent.len()
        }
    }

    fn taken() -> Attempt {
        Attempt::Taken {
            arrived: true,
            evidence: HashAlgorithm::Sha256.hash(&[b"250"]),
        }
    }

    fn patient(attempts: u32) -> OnTheWay {
        OnTheWay::new(Patience {
            attempts,
            retry_ms: 60_000,
        })
    }

    #[test]
    fn however_long_a_turn_takes_each_letter_is_sent_once_and_put_down_within_the_hour() {
        let mut town = Town::new(taken());
        town.seconds = 30;
        let mut way = patient(20);
        town.work(&mut way, 600, 12);
        assert_eq!((town.letters(), town.state.lock().records.len()), (600, 600));
        assert_eq!(way.pending.len(), 0);
    }

    #[test]
    fn what_a_server_took_is_not_sent_again_while_the_chain_stands_and_once_when_it_goes_on_too_late() {
        let mut town = Town::new(taken());
        town.stands = true;
        let mut way = patient(20);
        town.work(&mut way, 3, 24);
        assert_eq!(town.letters(), 3);
        town.stands = false;
        town.work(&mut way, 3, 1);
        assert_eq!((town.letters(), town.state.lock().records.len()), (6, 3));
    }

    #[test]
    fn a_chain_that_goes_on_within_the_hour_has_the_record_of_the_first_letter() {
        let mut town = Town::new(taken());
        town.stands = true;
        let mut way = patient(20);
        let minutes = |town: &Town, way: &mut OnTheWay| {
            for _ in 0..42 {
                let due = town.due(1);
                way.work_off(town, due).now_or_never().unwrap();
                town.state.lock().now_ms += 60_000;
            }
        };
        minutes(&town, &mut way);
        town.stands = false;
        minutes(&town, &mut way);
        assert_eq!((town.letters(), town.state.lock().records.len()), (1, 1));
    }

    #[test]
    fn what_the_ledger_refuses_is_put_down_seldom_and_sent_once_a_day_until_it_takes_it() {
        for (answer, attempts, days_letters) in [
            (taken(), 1, 1),
            (taken(), 20, 1),
            (Attempt::Refused, 1, 1),
            (Attempt::Later, 3, 3),
        ] {
            let mut town = Town::new(answer);
            town.refuses = true;
            let mut way = patient(attempts);
            town.work(&mut way, 1, 10 * 24);
            let letters = town.letters();
            assert!((8..=11).contains(&(letters / days_letters)), "{letters}");
            // Ten of each at most, not one a minute.
            let puts = town.state.lock().puts.len();
            assert!(puts * days_letters <= 11 * letters, "{puts} of {letters}");
            // It takes them now; nobody has to start the node for it.
            town.refuses = false;
            town.work(&mut way, 1, 25);
            assert_eq!(town.state.lock().records.len(), 1);
            assert_eq!(way.pending.len(), 0);
        }
    }

    #[test]
    fn a_letter_that_nobody_takes_counts_as_undeliverable_after_its_attempts() {
        let town = Town::new(Attempt::Later);
        let mut way = patient(20);
        town.work(&mut way, 1, 48);
        assert_eq!(town.state.lock().records.len(), 0);
        town.work(&mut way, 1, 24);
        assert_eq!((town.letters(), town.state.lock().records.len()), (20, 1));
    }

    #[test]
    fn waits_double_and_end() {
        assert_eq!([1, 2, 3].map(|times| waits(1000, times)), [1000, 2000, 4000]);
        assert_eq!(waits(1000, u32::MAX), u64::MAX);
    }
}
