//! What conditions expect of the steps before them: an outcome that a step offers, a variable that something gives.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::finding::{Code, Findings};
use crate::language::Read;
use crate::model::{Count, Kind, Model, Node};

pub(super) fn check(model: &Model, findings: &mut Findings) {
    let given = Given::of(model);
    for (element, id, read) in conditions(model) {
        if let Some(offered) = given.outcomes.get(read.name.as_str()) {
            let never = |value: &&Value| match value {
                Value::String(text) => !offered.contains(text.as_str()),
                Value::Null => false,
                _ => true,
            };
            for value in read.compared.iter().filter(never) {
                let offered: Vec<&str> = offered.iter().copied().collect();
                let detail = format!("{} = {value} ≠ {}", read.name, offered.join(" | "));
                findings.add(Code::OutcomeUnknown, element, id, detail);
            }
        } else if !given.others.contains(read.name.as_str())
            && let Some(near) = given.outcomes.keys().find(|name| is_near(name, &read.name))
        {
            findings.add(
                Code::VariableUnknown,
                element,
                id,
                format!("{} ≈ {near}", read.name),
            );
        }
    }
}

/// Every variable that an expression of the process reads, with the element and the identifier of what the expression belongs to.
fn conditions(model: &Model) -> Vec<(&'static str, &str, Read)> {
    let flows = model.flows.iter().filter_map(|flow| {
        let condition = flow.condition.as_ref()?;
        Some(("sequenceFlow", flow.id.as_str(), condition))
    });
    let loops = model.nodes.iter().flat_map(|node| {
        let multi = node.multi.iter();
        let conditions = multi.flat_map(|multi| {
            let count = match &multi.count {
                Count::Cardinality(count) => count,
                Count::Collection { list, .. } => list,
            };
            std::iter::once(count).chain(&multi.completion)
        });
        conditions.map(|condition| (node.element, node.id.as_str(), condition))
    });
    flows
        .chain(loops)
        .flat_map(|(element, id, condition)| {
            let reads = condition.parsed.reads();
            reads.into_iter().map(move |read| (element, id, read))
        })
        .collect()
}

/// What the conditions of a process read and none of its elements gives, by name: answers of the form, or what came with the case.
#[must_use]
pub fn needed(model: &Model) -> Vec<Read> {
    let given = Given::of(model);
    let mut needed: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (_, _, Read { name, compared }) in conditions(model) {
        if !given.outcomes.contains_key(name.as_str()) && !given.others.contains(name.as_str()) {
            needed.entry(name).or_default().extend(compared);
        }
    }
    let read = |(name, compared)| Read { name, compared };
    needed.into_iter().map(read).collect()
}

/// What the elements of a process give.
#[derive(Default)]
struct Given<'a> {
    /// What can come out under a name that only steps with outcomes give.
    outcomes: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// Names that something else gives, too.
    others: BTreeSet<&'a str>,
}

impl<'a> Given<'a> {
    fn of(model: &'a Model) -> Self {
        let mut given = Self::default();
        for node in &model.nodes {
            given.by(node);
        }
        let others = &given.others;
        given.outcomes.retain(|name, _| !others.contains(name));
        given
    }

    fn by(&mut self, node: &'a Node) {
        match &node.kind {
            Kind::Step(duty) => {
                if let Some(result) = duty.result.as_deref().filter(|_| !duty.outcomes.is_empty()) {
                    let silence = duty.deadline.and_then(|deadline| deadline.at_expiry.outcome());
                    let outcomes = duty.outcomes.iter().map(String::as_str).chain(silence);
                    self.outcomes.entry(result).or_default().extend(outcomes);
                }
            }
            Kind::Decision(asks) => self.others.extend(asks.result.as_deref()),
            Kind::Call { passes, .. } => self.others.extend(passes.back.iter().map(String::as_str)),
            _ => {}
        }
        if let Some(multi) = &node.multi {
            self.others.insert("loopCounter");
            if let Count::Collection { item: Some(item), .. } = &multi.count {
                self.others.insert(item);
            }
        }
    }
}

/// Whether two names are alike but for case, or for one letter that is another, missing or too many.
fn is_near(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    let (mut one, mut other) = (
        one.chars().rev().collect::<Vec<_>>(),
        other.chars().rev().collect::<Vec<_>>(),
    );
    // A name of few letters is near to everything.
    if one.len().min(other.len()) < 4 {
        return one == other;
    }
    for _ in 0..2 {
        while one.last().is_some() && one.last() == other.last() {
            one.pop();
            other.pop();
        }
        one.reverse();
        other.reverse();
    }
    one.len() <= 1 && other.len() <= 1
}
