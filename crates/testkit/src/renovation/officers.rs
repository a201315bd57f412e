//! Whoever acts: founds the town, applies, and then does what is drawn. Most of it is sensible, some of it is anything at all, and some must be
//! refused whatever the state of the case.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use yinxin_api::Answers;
use yinxin_consensus::runtime::Clock as _;
use yinxin_consensus::simulated::Context;
use yinxin_crypto::Digest;
use yinxin_types::Envelope;

use super::Minutes;
use super::acts::{Act, Draw};
use super::town::{CLASSES, HOUSING, ITEM, OWED, Signed, Town, Who, digest, seal, sign};
use crate::chance::Chance;
use crate::client::settled;
use crate::http::Doors;
use crate::platform::Leapt;

/// How many cases there are at most, but for those that two begin at a time.
const CASES: usize = 3;

/// Somebody with the keys of all officers, applicants and departments.
pub struct Officers {
    /// Its runtime.
    pub context: Context,
    /// Its chance.
    pub chance: Chance,
    /// The chain.
    pub chain: Digest,
    /// The town.
    pub town: Arc<Town>,
    /// The nodes it asks.
    pub places: Vec<usize>,
    /// Their doors.
    pub doors: Doors,
    /// Its clock.
    pub leapt: Leapt,
    /// What all write down.
    pub minutes: Minutes,
}

impl Officers {
    /// Goes on until `tired` says so. The first of them founds the town.
    pub async fn run(mut self, first: bool, tired: impl Fn() -> bool) {
        while first && !self.minutes.is_founded() && !tired() {
            if self.found().await {
                self.minutes.founded();
            }
        }
        while !tired() {
            let pause = self.chance.between(40, 350);
            self.context.sleep(Duration::from_millis(pause)).await;
            let Some(place) = self.chance.pick(&self.places).copied() else {
                return;
            };
            if self.minutes.is_founded()
                && let Some(act) = self.next(place).await
            {
                self.send(place, act).await;
            }
        }
    }

    /// Puts the town on the ledger, one part after the other; what is there already is there again. Whether all of it is final.
    async fn found(&mut self) -> bool {
        let town = self.town.clone();
        for part in &town.parts {
            if !self.submit(part).await {
                self.context.sleep(Duration::from_millis(200)).await;
                return false;
            }
        }
        true
    }

    /// Whether all of it is final.
    async fn submit(&mut self, part: &Signed) -> bool {
        let Some(place) = self.chance.pick(&self.places).copied() else {
            return false;
        };
        let envelopes: Vec<&Envelope> = part.iter().map(|(_, envelope)| envelope).collect();
        let Ok(body) = serde_json::to_vec(&envelopes) else {
            return false;
        };
        let path = "/api/v1/transactions/batch";
        if self.doors.post(&self.context, place, path, body).await.is_none() {
            return false;
        }
        for (id, _) in part {
            let path = format!("/api/v1/transactions/{id}?wait_ms=3000");
            let answer = self.doors.get(&self.context, place, &path).await;
            if answer.and_then(|answer| settled(&answer.json())).is_none() {
                return false;
            }
        }
        true
    }

    /// What is done next, by what a node says of a case.
    async fn next(&mut self, place: usize) -> Option<Act> {
        let known: Vec<String> = self.minutes.lock().cases.iter().cloned().collect();
        let case = self.chance.pick(&known).cloned();
        let mut questions = vec![("approval.queue".to_owned(), json!({ "department": HOUSING }))];
        if let Some(case) = &case {
            questions.push(("approval.case".to_owned(), json!({ "case": case })));
        }
        let Answers { answers, time, .. } = self.doors.inquire(&self.context, place, questions).await?;
        let mut answers = answers.into_iter();
        let queue = answers.next()?.ok()?;
        for found in queue.get("cases").and_then(Value::as_array).into_iter().flatten() {
            if let Some(number) = found.get("case").and_then(Value::as_str) {
                self.minutes.lock().cases.insert(number.to_owned());
            }
        }
        let eager = if known.is_empty() { 40 } else { 6 };
        if known.len() < CASES && self.chance.happens(eager) {
            return Some(self.apply());
        }
        // A node that is behind does not know the case yet.
        let told = answers.next()?.ok()?;
        let town = self.town.clone();
        Draw {
            chance: &mut self.chance,
            town: &town,
            told: &told,
            now: time,
        }
        .act()
    }

    fn apply(&mut self) -> Act {
        let who = if self.chance.happens(70) {
            Who::Wang
        } else {
            Who::Li
        };
        let lacking = self.chance.happens(15).then(|| self.chance.place(CLASSES.len()));
        let classes = CLASSES.iter().enumerate();
        let materials: Vec<Value> = classes
            .filter(|(number, _)| Some(*number) != lacking)
            .map(|(_, class)| {
                let commitment = digest(&format!("{who:?} {class} {}", self.chance.below(1000)));
                json!({ "class": class, "commitment": commitment, "origin": "submitted" })
            })
            .collect();
        let arguments = json!({
            "answers": { "compensation_fen": OWED }, "item": ITEM, "materials": materials, "version": 1,
        });
        Act::new("approval.submit", arguments, &[who])
    }

    /// Signs it with the keys of those who do it and the seals beside them, and sends it to a node, or to two.
    async fn send(&mut self, place: usize, act: Act) {
        let Some((id, envelope)) = self.sign(&act) else {
            return;
        };
        if act.hostile {
            self.minutes.lock().hostile.insert(id);
        }
        let Ok(body) = serde_json::to_vec(&envelope) else {
            return;
        };
        let path = "/api/v1/transactions";
        self.doors.post(&self.context, place, path, body.clone()).await;
        if self.chance.happens(15)
            && let Some(other) = self.chance.pick(&self.places).copied()
        {
            self.doors.post(&self.context, other, path, body).await;
        }
    }

    fn sign(&mut self, act: &Act) -> Option<(Digest, Envelope)> {
        let mut keys = Vec::new();
        for who in &act.by {
            keys.push(who.key().ok()?);
        }
        for department in &act.seals {
            keys.push(seal(department).ok()?);
        }
        let what = (act.operation, act.arguments.clone());
        sign(
            self.chain,
            self.leapt.now(&self.context),
            what,
            &keys,
            self.chance.bytes(),
        )
    }
}
