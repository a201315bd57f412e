//! What is drawn: from what a node tells of a case, one thing that somebody tries.

use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_types::BlockTime;

use super::town::{CLASSES, FINANCE, FIRE, HOUSING, OWED, POSTS, Town, Who, digest};
use crate::chance::Chance;

const DAY_MS: u64 = 86_400_000;

/// Something that is tried.
#[derive(Clone, Debug)]
pub struct Act {
    pub operation: &'static str,
    pub arguments: Value,
    /// The account, and officers who cosign.
    pub by: Vec<Who>,
    /// The departments whose seals are beside.
    pub seals: Vec<&'static str>,
    /// Whether it must be refused, whatever has become of the case until it is executed.
    pub hostile: bool,
}

impl Act {
    /// By these, without a seal.
    pub fn new(operation: &'static str, arguments: Value, by: &[Who]) -> Self {
        Self {
            operation,
            arguments,
            by: by.to_vec(),
            seals: Vec::new(),
            hostile: false,
        }
    }

    fn sealed(mut self, department: &'static str) -> Self {
        self.seals.push(department);
        self
    }

    fn hostile(mut self) -> Self {
        self.hostile = true;
        self
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        if let Value::Object(members) = &mut self.arguments {
            members.insert(name.to_owned(), value);
        }
        self
    }

    fn without(mut self, name: &str) -> Self {
        if let Value::Object(members) = &mut self.arguments {
            members.remove(name);
        }
        self
    }
}

/// A draw for one case.
pub struct Draw<'a> {
    pub chance: &'a mut Chance,
    pub town: &'a Town,
    /// What a node tells of the case.
    pub told: &'a Value,
    /// The time of its last block.
    pub now: BlockTime,
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

fn is_null(value: &Value, name: &str) -> bool {
    value.get(name).is_none_or(Value::is_null)
}

impl Draw<'_> {
    /// One thing; none where everybody is silent.
    pub fn act(mut self) -> Option<Act> {
        match self.chance.below(100) {
            0..62 => self.sensible(),
            62..82 => Some(self.anything()),
            _ => self.hostile(),
        }
    }

    fn number(&self) -> &str {
        text(self.told, "case")
    }

    fn of_case(&self) -> Value {
        json!({ "case": self.number() })
    }

    fn party(&self, who: Who) -> Digest {
        self.town
            .parties
            .get(&who)
            .copied()
            .unwrap_or_else(|| digest("nobody"))
    }

    fn applicant(&self) -> Who {
        let party = self.told.pointer("/applicant/party").and_then(Value::as_str);
        let li = self.party(Who::Li).to_string();
        if party == Some(&li) { Who::Li } else { Who::Wang }
    }

    fn pick<T: Copy>(&mut self, items: &[T], otherwise: T) -> T {
        self.chance.pick(items).copied().unwrap_or(otherwise)
    }

    fn officer(&mut self) -> Who {
        let all: Vec<Who> = POSTS.iter().map(|(who, _, _)| *who).collect();
        self.pick(&all, Who::Clerk)
    }

    /// An officer of a department by its code.
    fn officer_of(&mut self, department: &str, not: Option<Who>) -> Who {
        let all: Vec<Who> = POSTS
            .iter()
            .filter(|(who, of, _)| *of == department && Some(*who) != not && *who != Who::Former)
            .map(|(who, _, _)| *who)
            .collect();
        self.pick(&all, Who::Clerk)
    }

    fn open(&mut self) -> Option<Value> {
        let steps = list(self.told, "steps");
        self.chance.pick(steps).cloned()
    }

    /// The materials of these classes as they are told.
    fn seen<'a>(&self, classes: impl IntoIterator<Item = &'a str>) -> Value {
        let mut seen = json!({});
        for class in classes {
            let commitment = self
                .told
                .get("materials")
                .and_then(|all| all.get(class)?.get("commitment"));
            if let (Some(commitment), Value::Object(members)) = (commitment, &mut seen) {
                members.insert(class.to_owned(), commitment.clone());
            }
        }
        seen
    }

    /// An open step taken by one officer, or two, of its department beside its seal.
    fn step(&mut self, open: &Value, by: &[Who]) -> Option<Act> {
        let department = department(text(open, "department"))?;
        let classes = list(open, "materials").iter().filter_map(Value::as_str);
        let mut outcome = if self.chance.happens(90) {
            "agree"
        } else {
            "object"
        };
        if text(open, "step") == "propose" {
            outcome = if self.chance.happens(80) {
                "approve"
            } else {
                "refuse"
            };
        }
        let mut arguments = json!({
            "case": self.number(), "for": department, "opinion": { "text": "符合要求" }, "outcome": outcome,
            "seen": self.seen(classes), "step": open.get("step"), "work": open.get("work"),
        });
        if let (Some(second), Value::Object(members)) = (by.get(1), &mut arguments) {
            members.insert("second".to_owned(), json!(second.key().ok()?.public_key()));
        }
        Some(Act::new("approval.act", arguments, by).sealed(department))
    }

    /// The officers that are meant for a step.
    fn meant(&mut self, open: &Value) -> Vec<Who> {
        let department = text(open, "department").to_owned();
        let two = open.get("two_officers") == Some(&Value::Bool(true));
        if text(open, "step") == "propose" {
            // Somebody to whom it was lent, perhaps.
            let lent = !list(open, "delegated").is_empty() && self.chance.happens(70);
            return vec![if lent { Who::Junior } else { Who::Section }];
        }
        let one = match department.as_str() {
            HOUSING => self.pick(&[Who::Reviewer, Who::Reviewer2], Who::Reviewer),
            _ => self.officer_of(&department, None),
        };
        let mut by = vec![one];
        if two {
            by.push(match (department.as_str(), one) {
                (HOUSING, Who::Reviewer) => Who::Reviewer2,
                (HOUSING, _) => Who::Reviewer,
                _ => self.officer_of(&department, Some(one)),
            });
        }
        by
    }

    fn sensible(&mut self) -> Option<Act> {
        let state = text(self.told, "state").to_owned();
        let draw = self.chance.below(100);
        match (state.as_str(), draw) {
            ("submitted", 0..12) if is_null(self.told, "correction") => Some(self.correct()),
            ("submitted", 12..45) => {
                Some(Act::new("approval.accept", self.of_case(), &[Who::Clerk]).sealed(HOUSING))
            }
            ("correction", 0..40) => Some(self.resubmit(self.applicant())),
            ("in_review", 0..64) => match self.open() {
                Some(open) => {
                    let by = self.meant(&open);
                    self.step(&open, &by)
                }
                None => Some(self.attest(Who::Finance1, FINANCE)),
            },
            ("in_review", 64..72) => Some(self.attest(Who::Finance1, FINANCE)),
            ("in_review", 72..78) => Some(self.supply(self.applicant())),
            ("in_review", 78..84) => self.delegate(),
            ("in_review" | "joined", 84..90) => Some(self.time_stands()),
            ("in_review" | "joined", 90..93) => Some(self.extend(Who::Head)),
            ("joined", 0..50) => {
                let approve = self.chance.happens(75);
                Some(self.decide(Who::Head, approve))
            }
            ("joined", 50..58) => Some(self.supply(self.applicant())),
            ("joined", 58..70) => Some(self.attest(Who::Finance1, FINANCE)),
            ("decided", 0..30) => {
                let arguments = json!({ "case": self.number(), "how": "post" });
                Some(Act::new("approval.deliver", arguments, &[Who::Clerk]).sealed(HOUSING))
            }
            ("decided" | "delivered", 30..34) => self.annul(Who::Head2),
            _ => None,
        }
    }

    fn correct(&mut self) -> Act {
        let point =
            json!({ "en": "Unreadable", "material": self.pick(&CLASSES, "survey"), "zh": "无法辨认" });
        let arguments = json!({ "case": self.number(), "points": [point] });
        Act::new("approval.correct", arguments, &[Who::Clerk]).sealed(HOUSING)
    }

    fn material(&mut self, who: Who) -> Value {
        let class = self.pick(&CLASSES, "survey");
        let commitment = digest(&format!("{who:?} {class} {}", self.chance.below(1000)));
        json!({ "class": class, "commitment": commitment, "origin": "submitted" })
    }

    fn resubmit(&mut self, who: Who) -> Act {
        // All of them, so that what was lacking is there.
        let mut materials = Vec::new();
        for class in CLASSES {
            let commitment = digest(&format!("{who:?} {class} {}", self.chance.below(1000)));
            materials.push(json!({ "class": class, "commitment": commitment, "origin": "submitted" }));
        }
        let arguments = json!({ "case": self.number(), "materials": materials });
        Act::new("approval.resubmit", arguments, &[who])
    }

    fn supply(&mut self, who: Who) -> Act {
        let arguments = json!({ "case": self.number(), "material": self.material(who), "reason": "更新" });
        Act::new("approval.supply", arguments, &[who])
    }

    fn attest(&mut self, who: Who, department: &'static str) -> Act {
        let held = self.pick(&[OWED, OWED, OWED + 5, OWED - 1, 0], OWED);
        let arguments = json!({
            "case": self.number(), "for": department, "held_fen": held, "statement": digest("statement"),
        });
        Act::new("approval.account", arguments, &[who]).sealed(department)
    }

    fn time_stands(&mut self) -> Act {
        if !is_null(self.told, "suspended") && self.chance.happens(70) {
            return Act::new("approval.resume", self.of_case(), &[Who::Clerk]).sealed(HOUSING);
        }
        let procedure = self.pick(&["hearing", "inspection"], "hearing");
        let days = self.chance.between(1, 12);
        let arguments = json!({ "case": self.number(), "days": days, "procedure": procedure });
        Act::new("approval.suspend", arguments, &[Who::Clerk]).sealed(HOUSING)
    }

    fn extend(&mut self, who: Who) -> Act {
        let days = self.chance.between(1, 15);
        let arguments = json!({ "case": self.number(), "days": days, "reason": "案情复杂" });
        Act::new("approval.extend", arguments, &[who]).sealed(HOUSING)
    }

    fn decide(&mut self, who: Who, approve: bool) -> Act {
        let mut arguments = json!({ "case": self.number(), "seen": self.seen(CLASSES) });
        if let Value::Object(members) = &mut arguments {
            if approve {
                members.insert("outcome".to_owned(), json!("approve"));
            } else {
                members.insert("outcome".to_owned(), json!("refuse"));
                members.insert("reason".to_owned(), json!("不符合规划"));
                members.insert("remedy".to_owned(), json!("可在六十日内申请行政复议"));
            }
        }
        Act::new("approval.decide", arguments, &[who]).sealed(HOUSING)
    }

    fn annul(&mut self, who: Who) -> Option<Act> {
        let act = list(self.told, "acts").last()?.get("id")?.clone();
        let arguments = json!({
            "act": act, "case": self.number(), "reason": "依据的材料不实", "remedy": "可以申请行政复议",
        });
        Some(Act::new("approval.annul", arguments, &[who]).sealed(HOUSING))
    }

    /// The proposal is lent to a junior, or a lane to a colleague; for some days.
    fn delegate(&mut self) -> Option<Act> {
        let open = self.open()?;
        let department = department(text(&open, "department"))?;
        let (from, to) = match text(&open, "step") {
            "propose" => (Who::Section, Who::Junior),
            "budget" => (Who::Finance1, Who::Finance2),
            _ => {
                let from = self.officer_of(department, None);
                (from, self.officer_of(department, Some(from)))
            }
        };
        let until = self.now.saturating_add(self.chance.between(1, 20) * DAY_MS);
        let arguments = json!({
            "case": self.number(), "for": department, "step": open.get("step"), "to": self.party(to), "until": until,
            "work": open.get("work"),
        });
        Some(Act::new("approval.delegate", arguments, &[from]).sealed(department))
    }

    /// In the right form, by anybody, at any time.
    fn anything(&mut self) -> Act {
        let who = self.officer();
        match self.chance.below(14) {
            0 => Act::new("approval.accept", self.of_case(), &[who]).sealed(HOUSING),
            1 => self.correct(),
            2 => self.resubmit(self.applicant()),
            3 => self.supply(self.applicant()),
            4 => self.attest(who, who.department()),
            5 => self.time_stands(),
            6 => self.extend(who),
            7 => {
                let approve = self.chance.happens(60);
                self.decide(who, approve)
            }
            8 => self.annul(who).unwrap_or_else(|| self.extend(who)),
            9 => {
                // Too many who withdraw, and nobody is left.
                let who = if self.chance.happens(20) { who } else { Who::Junior };
                let reason = "与申请人有利害关系";
                let arguments = json!({ "case": self.number(), "for": who.department(), "reason": reason });
                Act::new("approval.recuse", arguments, &[who]).sealed(who.department())
            }
            10 if self.chance.happens(8) => {
                Act::new("approval.withdraw", self.of_case(), &[self.applicant()])
            }
            11 => {
                let arguments = json!({ "case": self.number(), "how": "window" });
                Act::new("approval.deliver", arguments, &[who]).sealed(HOUSING)
            }
            _ => {
                let other = self.officer();
                let by = if self.chance.happens(50) {
                    vec![who, other]
                } else {
                    vec![who]
                };
                let step = self.open().and_then(|open| self.step(&open, &by));
                step.unwrap_or_else(|| self.extend(who))
            }
        }
    }

    /// What must be refused.
    fn hostile(&mut self) -> Option<Act> {
        let open = self.open();
        let applicant = self.applicant();
        let other = if applicant == Who::Wang {
            Who::Li
        } else {
            Who::Wang
        };
        let act = match (self.chance.below(16), open) {
            // Another department's officer, beside his own seal or that of the step.
            (0, Some(open)) => {
                let who = self.officer();
                if who.department() == text(&open, "department") {
                    return None;
                }
                let act = self.step(&open, &[who])?;
                if self.chance.happens(50) {
                    act
                } else {
                    let mut act = act.with("for", json!(who.department()));
                    act.seals = vec![who.department()];
                    act
                }
            }
            (1, Some(open)) => {
                let by = self.meant(&open);
                let mut act = self.step(&open, &by)?;
                act.seals.clear();
                act
            }
            (2, Some(open)) => {
                let by = self.meant(&open);
                self.step(&open, &by)?
                    .with("seen", json!({ "survey": digest("never seen") }))
            }
            (3, Some(open)) if open.get("two_officers") == Some(&Value::Bool(true)) => {
                let by = self.meant(&open);
                let first = by.first().copied()?;
                let same = json!(first.key().ok()?.public_key());
                let act = self.step(&open, &[first])?;
                if self.chance.happens(50) {
                    act
                } else {
                    act.with("second", same)
                }
            }
            (4, Some(open)) => {
                let by = self.meant(&open);
                self.step(&open, &by)?.with("work", json!(1_000_000))
            }
            // A post that has ended, and a key of nobody.
            (5, Some(open)) => {
                let who = self.pick(&[Who::Former, Who::Stranger], Who::Former);
                self.step(&open, &[who])?
            }
            (6, _) => self.decide(Who::Head, false).without("reason"),
            (7, _) => self.decide(Who::Head, false).without("remedy"),
            (8, _) => {
                let who = self.pick(&[Who::Section, Who::Clerk, Who::Former, Who::Fire1], Who::Section);
                self.decide(who, true)
            }
            (9, _) => {
                let who = self.pick(&[Who::Clerk, Who::Section, Who::Former], Who::Clerk);
                self.extend(who)
            }
            (10, _) => {
                let what = self.chance.below(3);
                match what {
                    0 => Act::new("approval.withdraw", self.of_case(), &[other]),
                    1 => self.resubmit(other),
                    _ => self.supply(other),
                }
            }
            (11, _) => {
                let (who, department) = self.pick(
                    &[
                        (Who::Fire1, FIRE),
                        (Who::Fire1, FINANCE),
                        (Who::Finance2, FINANCE),
                    ],
                    (Who::Fire1, FIRE),
                );
                self.attest(who, department)
            }
            (12, _) => {
                let who = self.pick(&[Who::Wang, Who::Li, Who::Stranger, Who::Former], Who::Wang);
                Act::new("approval.accept", self.of_case(), &[who]).sealed(HOUSING)
            }
            (13, _) if !is_null(self.told, "correction") => self.correct(),
            (14, _) => {
                let act = self.delegate()?;
                let outside = if act.seals.contains(&FIRE) {
                    Who::Junior
                } else {
                    Who::Fire1
                };
                act.with("to", json!(self.party(outside)))
            }
            (15, _) => self.extend(Who::Head).with("days", json!(16)),
            _ => return None,
        };
        Some(act.hostile())
    }
}

/// The department of the town with a code.
fn department(code: &str) -> Option<&'static str> {
    POSTS
        .iter()
        .map(|(_, department, _)| *department)
        .find(|known| *known == code)
}
