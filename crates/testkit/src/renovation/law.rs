//! What must be true of the blocks, by the law and not by the scenario: a reckoning of its own over what was executed, and over what everybody
//! is told after each block.
//!
//! | rule | how it is checked |
//! |---|---|
//! | nobody without a mandate does anything (I5) | posts and loans are counted up from the transactions that gave and ended them |
//! | what is past its end says so (I6) | what time did is written in the first block after, for clocks, steps and suspensions |
//! | nobody accepts, reviews and decides the same case (R6) | stages are counted up from the transactions |
//! | one request to correct, one extension | counted |
//! | clocks are never shortened | the end without what does not count never comes nearer, nor that of a step that stays open |
//! | nothing is decided without every lane, on the materials as they are, nor approved without the money | at each decision |
//! | states follow each other, acts stay | from block to block |
//! | what is hostile is refused | by its mark |

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use yinxin_crypto::PublicKey;
use yinxin_execution::Executed;
use yinxin_types::{Header, StateKey, VerifiedTransaction};

use super::town::{EXPROPRIATION, FINANCE, FIRE, HOUSING, OWED, PLANNING, STREET, Town, URBAN};
use super::{Minutes, Told};

/// The steps of the process: department, grade, whether two officers take it.
const STEPS: [(&str, &str, u64, bool); 8] = [
    ("housing", HOUSING, 1, true),
    ("urban", URBAN, 2, false),
    ("fire", FIRE, 2, true),
    ("planning", PLANNING, 2, false),
    ("expropriation", EXPROPRIATION, 2, false),
    ("budget", FINANCE, 2, false),
    ("street", STREET, 1, false),
    ("propose", HOUSING, 2, false),
];

/// What can follow on what.
const FOLLOWS: [(&str, &[&str]); 7] = [
    ("submitted", &["correction", "in_review", "withdrawn"]),
    ("correction", &["submitted", "withdrawn"]),
    ("in_review", &["joined", "withdrawn"]),
    ("joined", &["in_review", "decided", "withdrawn"]),
    ("decided", &["delivered"]),
    ("delivered", &[]),
    ("withdrawn", &[]),
];

/// What time puts down in a history.
const LAPSES: [&str; 5] = [
    "deemed_accepted",
    "escalated",
    "overdue",
    "resumed",
    "timer_failed",
];

struct Mandate {
    principal: String,
    holder: String,
    grade: u64,
    ended: bool,
}

struct Loan {
    case: String,
    step: String,
    to: String,
    until: u64,
}

#[derive(Default)]
struct Known {
    /// What was told after the last block that changed it.
    told: Value,
    /// Entries of its history that were read.
    entries: u64,
    /// When a step escalated last, by step.
    escalated: BTreeMap<String, u64>,
    stages: BTreeMap<String, BTreeSet<&'static str>>,
    corrections: u32,
    extensions: u32,
    /// The times that do not count, as they are stored.
    suspensions: Vec<Value>,
    /// When the next of its periods is over.
    due_ms: Option<u64>,
}

/// The second opinion.
pub struct Law {
    minutes: Minutes,
    bodies: BTreeMap<String, String>,
    parties: BTreeMap<String, String>,
    mandates: BTreeMap<String, Mandate>,
    loans: Vec<Loan>,
    cases: BTreeMap<String, Known>,
    /// The time of the block before.
    before_ms: u64,
    told: Told,
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn is_true(value: &Value, name: &str) -> bool {
    value.get(name) == Some(&Value::Bool(true))
}

fn end_ms(value: &Value, name: &str) -> Option<u64> {
    value.get(name)?.get("ms_end")?.as_u64()
}

fn named(key: &PublicKey) -> String {
    json!(key).as_str().unwrap_or_default().to_owned()
}

/// Whether a state can come after another, with any others between.
fn follows(earlier: &str, later: &str) -> bool {
    let mut reached = BTreeSet::from([earlier]);
    loop {
        let next: BTreeSet<&str> = FOLLOWS
            .iter()
            .filter(|(state, _)| reached.contains(state))
            .flat_map(|(_, next)| next.iter().copied())
            .chain(reached.iter().copied())
            .collect();
        if next == reached {
            return reached.contains(later);
        }
        reached = next;
    }
}

impl Law {
    /// Of a town.
    pub fn new(town: &Town, minutes: &Minutes) -> Self {
        let bodies = town.bodies.iter();
        Self {
            minutes: minutes.clone(),
            bodies: bodies
                .map(|(code, party)| ((*code).to_owned(), party.to_string()))
                .collect(),
            parties: BTreeMap::new(),
            mandates: BTreeMap::new(),
            loans: Vec::new(),
            cases: BTreeMap::new(),
            before_ms: 0,
            told: Told::default(),
        }
    }

    /// What came of it.
    pub fn told(mut self) -> Told {
        self.told.cases = u64::try_from(self.cases.len()).unwrap_or(u64::MAX);
        self.told
    }

    /// Looks at the next block: what was executed, and what `ask` tells and `stored` has after it.
    ///
    /// # Errors
    /// The rule that was broken, in words.
    pub fn see(
        &mut self,
        (header, transactions, executed): (&Header, &[Arc<VerifiedTransaction>], &Executed),
        ask: impl Fn(&str, &Value) -> Result<Value, String>,
        stored: impl Fn(&StateKey) -> Option<Value>,
    ) -> Result<(), String> {
        let now_ms = header.time.0;
        let mut touched = BTreeSet::new();
        for (transaction, receipt) in transactions.iter().zip(&executed.receipts) {
            let body = transaction.body();
            let hostile = self.minutes.lock().hostile.contains(&transaction.id());
            if receipt.code != 0 {
                self.told.refused += 1;
                self.told.hostile += u64::from(hostile);
                continue;
            }
            if hostile {
                return Err(format!(
                    "{} was executed, which had to be refused: {}",
                    body.operation,
                    json!(body.arguments)
                ));
            }
            let id = transaction.id().to_string();
            let arguments = Value::Object(body.arguments.clone());
            let signer = named(&body.account);
            self.executed(
                (&body.operation, &arguments, &receipt.outcome),
                &id,
                &signer,
                now_ms,
            )
            .map_err(|broken| {
                format!(
                    "block {}, {} by {signer}: {broken}: {arguments}",
                    header.height, body.operation
                )
            })?;
            touched.insert(text(&receipt.outcome, "case").to_owned());
        }
        for one in executed.occurrences.iter().filter(|one| one.receipt.code == 0) {
            touched.insert(text(&one.receipt.outcome, "case").to_owned());
        }
        touched.remove("");
        let due = self
            .cases
            .iter()
            .filter(|(_, case)| case.due_ms.is_some_and(|due_ms| due_ms <= now_ms));
        touched.extend(due.map(|(number, _)| number.clone()));
        for number in touched {
            let about = json!({ "case": number });
            let told = ask("approval.case", &about)?;
            let after = self.cases.get(&number).map_or(0, |case| case.entries);
            let history = ask("approval.history", &json!({ "after": after, "case": number }))?;
            let key = StateKey::new(header.chain.algorithm(), "approval", "case", &[number.as_bytes()]);
            let record = stored(&key).ok_or_else(|| format!("case {number} has no record"))?;
            let before_ms = self.before_ms;
            let case = self.cases.entry(number.clone()).or_default();
            let lapses = case
                .changed((before_ms, now_ms), told, &history, &record)
                .map_err(|broken| {
                    format!("block {}, case {number}: {broken}; new: {history}", header.height)
                })?;
            self.told.lapses += lapses;
        }
        self.before_ms = now_ms;
        Ok(())
    }

    /// That an officer has a post in a department, of at least a grade.
    fn holds(&self, officer: &str, department: &str, grade: u64) -> Result<(), String> {
        let body = self
            .bodies
            .get(department)
            .map(String::as_str)
            .unwrap_or_default();
        let mut mandates = self.mandates.values();
        let held = mandates
            .any(|one| !one.ended && one.holder == officer && one.principal == body && one.grade >= grade);
        if held {
            return Ok(());
        }
        Err(format!(
            "I5: {officer} has no post of grade {grade} in {department}"
        ))
    }

    fn executed(
        &mut self,
        (operation, arguments, outcome): (&str, &Value, &Value),
        id: &str,
        signer: &str,
        now_ms: u64,
    ) -> Result<(), String> {
        match operation {
            "identity.enrol" => {
                let key = text(arguments, "key").to_owned();
                self.parties.insert(key, text(outcome, "party").to_owned());
                return Ok(());
            }
            "identity.grant" => {
                let mandate = Mandate {
                    principal: text(arguments, "principal").to_owned(),
                    holder: text(arguments, "holder").to_owned(),
                    grade: arguments.get("grade").and_then(Value::as_u64).unwrap_or_default(),
                    ended: false,
                };
                self.mandates.insert(id.to_owned(), mandate);
                return Ok(());
            }
            "identity.end" => {
                if let Some(mandate) = self.mandates.get_mut(text(arguments, "mandate")) {
                    mandate.ended = true;
                }
                return Ok(());
            }
            _ if !operation.starts_with("approval.") || operation == "approval.item_publish" => {
                return Ok(());
            }
            _ => {}
        }
        self.told.done += 1;
        let number = text(outcome, "case").to_owned();
        let party = self.parties.get(signer).cloned();
        let party = party.ok_or("I5: nobody knows who signed")?;
        match operation {
            "approval.submit" => self.does(&number, &party, "applied")?,
            "approval.resubmit" | "approval.supply" | "approval.withdraw" => {
                let applicant = self.cases.get(&number).map(|case| &case.told);
                let applicant = applicant.and_then(|told| told.pointer("/applicant/party")?.as_str());
                // A case of this very block has not been told yet.
                if applicant.is_some_and(|applicant| applicant != party) {
                    return Err("I5: it is another's case".to_owned());
                }
                self.does(&number, &party, "applied")?;
            }
            "approval.act" => self.step(&number, &party, arguments, now_ms)?,
            "approval.accept" | "approval.correct" => {
                self.holds(&party, HOUSING, 1)?;
                self.does(&number, &party, "accepted")?;
            }
            "approval.decide" | "approval.annul" => {
                self.holds(&party, HOUSING, 3)?;
                self.does(&number, &party, "decided")?;
                self.told.decided += u64::from(operation == "approval.decide");
            }
            "approval.extend" => self.holds(&party, HOUSING, 3)?,
            "approval.account" => self.holds(&party, FINANCE, 2)?,
            "approval.suspend" | "approval.resume" | "approval.deliver" => self.holds(&party, HOUSING, 1)?,
            "approval.recuse" => self.holds(&party, text(arguments, "for"), 1)?,
            "approval.delegate" => {
                let step = text(arguments, "step").to_owned();
                let grade = STEPS
                    .iter()
                    .find(|(name, ..)| *name == step)
                    .map_or(9, |step| step.2);
                self.holds(&party, text(arguments, "for"), grade)?;
                self.loans.push(Loan {
                    case: number.clone(),
                    step,
                    to: text(arguments, "to").to_owned(),
                    until: arguments.get("until").and_then(Value::as_u64).unwrap_or_default(),
                });
            }
            _ => return Err("the law knows no such operation".to_owned()),
        }
        let case = self.cases.entry(number).or_default();
        case.corrections += u32::from(operation == "approval.correct");
        case.extensions += u32::from(operation == "approval.extend");
        if case.corrections > 1 || case.extensions > 1 {
            return Err("it was asked twice to correct, or extended twice".to_owned());
        }
        Ok(())
    }

    /// That a step was taken by whom it is, or was lent.
    fn step(&mut self, number: &str, party: &str, arguments: &Value, now_ms: u64) -> Result<(), String> {
        let name = text(arguments, "step");
        let known = STEPS.iter().find(|(step, ..)| *step == name);
        let (_, department, grade, two) = known.ok_or("the process has no such step")?;
        if text(arguments, "for") != *department {
            return Err("I5: the step is another department's".to_owned());
        }
        let mut officers = vec![party.to_owned()];
        if let Some(second) = arguments.get("second").and_then(Value::as_str) {
            officers.push(
                self.parties
                    .get(second)
                    .cloned()
                    .ok_or("I5: nobody knows the second")?,
            );
        }
        let different: BTreeSet<&String> = officers.iter().collect();
        if *two && different.len() < 2 {
            return Err("one officer took a step of two".to_owned());
        }
        for officer in &officers {
            let lent = self.loans.iter().any(|loan| {
                loan.case == number && loan.step == name && loan.to == *officer && now_ms < loan.until
            });
            let post = self.holds(officer, department, *grade);
            if post.is_err() && lent {
                self.holds(officer, department, 1)?;
                self.told.lent += 1;
            } else {
                post?;
            }
        }
        self.loans.retain(|loan| loan.case != number || loan.step != name);
        for officer in &officers {
            self.does(number, officer, "reviewed")?;
        }
        Ok(())
    }

    /// Puts down that a party did something in a case; nobody does two things.
    fn does(&mut self, number: &str, party: &str, stage: &'static str) -> Result<(), String> {
        let case = self.cases.entry(number.to_owned()).or_default();
        let stages = case.stages.entry(party.to_owned()).or_default();
        stages.insert(stage);
        if stages.len() > 1 {
            return Err(format!("R6: {party} {stages:?}"));
        }
        Ok(())
    }
}

impl Known {
    /// Compares what is told of a case with what was, and with what is stored. Answers how many things time did.
    fn changed(
        &mut self,
        (before_ms, now_ms): (u64, u64),
        told: Value,
        history: &Value,
        record: &Value,
    ) -> Result<u64, String> {
        let lapses = self.read(history, (before_ms, now_ms))?;
        self.written((&told, record), now_ms)?;
        let state = text(&told, "state");
        if !self.told.is_null() {
            let earlier = text(&self.told, "state");
            if !follows(earlier, state) {
                return Err(format!("{state} came after {earlier}"));
            }
            let (old, new) = (list(&self.told, "clocks"), list(&told, "clocks"));
            if old.len() > new.len() {
                return Err("a clock is gone".to_owned());
            }
            for (old, new) in old.iter().zip(new) {
                never_shortened(old, new)?;
            }
            // Where a procedure ended before what was announced, steps end earlier than was told.
            if self.suspensions == list(record, "suspensions") {
                steps_keep_their_time(&self.told, &told)?;
            }
            let ids = |told: &Value| -> Vec<String> {
                list(told, "acts")
                    .iter()
                    .map(|act| text(act, "id").to_owned())
                    .collect()
            };
            let (old, new) = (ids(&self.told), ids(&told));
            if !new.starts_with(&old) {
                return Err("an act was overwritten".to_owned());
            }
        }
        let known = list(&self.told, "acts").len();
        for act in list(&told, "acts").iter().skip(known) {
            if text(act, "act") == "decision" || act.pointer("/what/act") == Some(&json!("decision")) {
                decided(&told, act)?;
            }
        }
        self.suspensions = list(record, "suspensions").to_vec();
        self.due_ms = next_due(&told);
        self.told = told;
        Ok(lapses)
    }

    /// Reads on in the history: what time did is written in the first block after it was over.
    fn read(&mut self, history: &Value, (before_ms, now_ms): (u64, u64)) -> Result<u64, String> {
        let mut lapses = 0;
        for one in list(history, "entries") {
            self.entries += 1;
            let Some(entry) = one.get("entry") else {
                return Err(format!("an entry is empty: {one}"));
            };
            let what = text(entry, "what");
            if !entry.get("by").is_none_or(Value::is_null) || !LAPSES.contains(&what) {
                continue;
            }
            lapses += 1;
            let at_ms = entry.get("time_ms").and_then(Value::as_u64).unwrap_or_default();
            if at_ms > now_ms || at_ms <= before_ms {
                return Err(format!(
                    "I6: `{what}` happened at {at_ms} and is written at {now_ms}, after a block of {before_ms}"
                ));
            }
            if what == "escalated" {
                let step = entry
                    .pointer("/detail/step")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                self.escalated.insert(step.to_owned(), at_ms);
            }
        }
        if is_true(history, "more") {
            return Err("more happened in one block than a page of history has".to_owned());
        }
        Ok(lapses)
    }

    /// That nothing is past its end without saying so, and that what is told was written and not only computed for the answer.
    fn written(&self, (told, record): (&Value, &Value), now_ms: u64) -> Result<(), String> {
        if text(told, "state") != text(record, "state") {
            return Err(format!("I6: `{}` is told and not written", text(told, "state")));
        }
        let (clocks, kept) = (list(told, "clocks"), list(record, "clocks"));
        for (clock, kept) in clocks.iter().zip(kept) {
            let runs = clock.get("ended").is_none_or(Value::is_null);
            let past = end_ms(clock, "due").is_some_and(|due_ms| due_ms <= now_ms);
            let lapsed = is_true(kept, "lapsed");
            if is_true(clock, "lapsed") != lapsed || (runs && past && !lapsed) {
                return Err(format!(
                    "I6: a clock is past its end and nothing says so: {clock}"
                ));
            }
        }
        let stands = list(record, "suspensions")
            .iter()
            .any(|one| !is_true(one, "over"));
        if stands == told.get("suspended").is_none_or(Value::is_null) {
            return Err("I6: a suspension is over and nothing says so".to_owned());
        }
        for step in list(told, "steps") {
            let past = end_ms(step, "due").is_some_and(|due_ms| due_ms <= now_ms);
            let opened_ms = step.get("opened_ms").and_then(Value::as_u64).unwrap_or_default();
            let escalated = self.escalated.get(text(step, "step"));
            let says_so = escalated.is_some_and(|at_ms| *at_ms >= opened_ms);
            if (past || is_true(step, "overdue")) && !says_so {
                return Err(format!("I6: a step is overdue and nothing says so: {step}"));
            }
        }
        Ok(())
    }
}

/// The first moment at which something of a case is over.
fn next_due(told: &Value) -> Option<u64> {
    let clocks = list(told, "clocks")
        .iter()
        .filter(|clock| clock.get("ended").is_none_or(Value::is_null) && !is_true(clock, "lapsed"));
    let steps = list(told, "steps")
        .iter()
        .filter(|step| !is_true(step, "overdue"));
    let ends = clocks.chain(steps).filter_map(|one| end_ms(one, "due"));
    let stands = told
        .get("suspended")
        .and_then(|suspended| end_ms(suspended, "until"));
    ends.chain(stands).min()
}

/// The same clock; without what does not count it ends no earlier than before, and with it no earlier than without.
fn never_shortened(old: &Value, new: &Value) -> Result<(), String> {
    let plain = |clock: &Value| end_ms(clock, "due_without_suspension").or_else(|| end_ms(clock, "due"));
    let same = ["kind", "from"].iter().all(|name| old.get(name) == new.get(name));
    if !same || plain(new) < plain(old) || end_ms(new, "due") < plain(new) {
        return Err(format!("a clock was shortened: {old} became {new}"));
    }
    Ok(())
}

/// A step that is open still ends no earlier than it did.
fn steps_keep_their_time(old: &Value, new: &Value) -> Result<(), String> {
    for old in list(old, "steps") {
        let same = list(new, "steps")
            .iter()
            .find(|new| text(new, "step") == text(old, "step"));
        if let Some(new) = same
            && let (Some(before_ms), Some(now_ms)) = (end_ms(old, "due"), end_ms(new, "due"))
            && now_ms < before_ms
        {
            return Err(format!("a step has less time than it had: {old} became {new}"));
        }
    }
    Ok(())
}

/// That a decision rests on the opinion of every lane, each on the materials as they are, and an approval on the money.
fn decided(told: &Value, act: &Value) -> Result<(), String> {
    let opinions = told.get("opinions").and_then(Value::as_object);
    for (step, ..) in STEPS {
        let opinion = opinions.and_then(|opinions| opinions.get(step));
        let opinion = opinion.ok_or_else(|| format!("decided without the opinion of `{step}`"))?;
        let seen = opinion.get("materials").and_then(Value::as_object);
        for (class, commitment) in seen.into_iter().flatten() {
            let now = told
                .get("materials")
                .and_then(|all| all.get(class)?.get("commitment"));
            if now != Some(commitment) {
                return Err(format!("decided on a `{class}` that `{step}` has not seen"));
            }
        }
    }
    let held = told.pointer("/account/held_fen").and_then(Value::as_i64);
    let approved = act.pointer("/what/outcome") == Some(&json!("approve"));
    if approved && held.is_none_or(|held| held < OWED) {
        return Err(format!("approved while the account holds {held:?}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_decided_is_never_in_review_again_and_what_was_joined_may_be() {
        assert!(follows("submitted", "delivered"));
        assert!(follows("joined", "in_review"));
        assert!(!follows("decided", "in_review"));
        assert!(!follows("withdrawn", "submitted"));
    }

    #[test]
    fn a_clock_that_ends_earlier_is_found_and_one_that_only_stood_less_long_is_not() {
        let clock = |plain: u64, due: u64| json!({ "due": { "ms_end": due }, "due_without_suspension": { "ms_end": plain }, "from": "2026-06-01", "kind": "decision" });
        assert!(never_shortened(&clock(10, 30), &clock(10, 20)).is_ok());
        assert!(never_shortened(&clock(10, 30), &clock(9, 30)).is_err());
        assert!(never_shortened(&clock(10, 30), &clock(10, 9)).is_err());
        let step = |due: u64| json!({ "steps": [{ "due": { "ms_end": due }, "step": "fire" }] });
        assert!(steps_keep_their_time(&step(5), &step(6)).is_ok());
        assert!(steps_keep_their_time(&step(5), &step(4)).is_err());
    }

    #[test]
    fn a_decision_without_a_lane_or_on_other_materials_or_without_the_money_is_found() {
        let opinions: serde_json::Map<String, Value> = STEPS
            .iter()
            .map(|(step, ..)| ((*step).to_owned(), json!({ "materials": { "survey": "a" } })))
            .collect();
        let told = json!({
            "account": { "held_fen": OWED }, "materials": { "survey": { "commitment": "a" } }, "opinions": opinions,
        });
        let approval = json!({ "what": { "act": "decision", "outcome": "approve" } });
        assert_eq!(decided(&told, &approval), Ok(()));
        let broken = |at: &str, value: Value| {
            let mut told = told.clone();
            if let Some(place) = told.pointer_mut(at) {
                *place = value;
            }
            decided(&told, &approval)
        };
        for (at, value, word) in [
            ("/opinions", json!({}), "opinion"),
            ("/materials/survey/commitment", json!("b"), "survey"),
            ("/account/held_fen", json!(OWED - 1), "account"),
        ] {
            assert!(broken(at, value).is_err_and(|why| why.contains(word)), "{at}");
        }
    }
}
