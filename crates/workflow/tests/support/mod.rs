//! What the tests share: processes drawn in a few words, and cases that are taken to their end.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a helper that fails has failed its test"
)]

use serde_json::Value;
use yinxin_workflow::{
    Budget, Document, Effect, Event, Feel, Finding, Instance, Model, Severity, Variables, WorkflowError,
    check, step,
};

/// A document around the inside of one process `p`.
pub fn document(inside: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yx="urn:yinxin:process:1" id="d" targetNamespace="urn:t">
<bpmn:message id="m1" name="paid"/><bpmn:message id="m2" name="withdrawn"/>
<bpmn:error id="e1" errorCode="lost"/><bpmn:escalation id="c1" escalationCode="help"/>
<bpmn:process id="p" isExecutable="true">{inside}</bpmn:process>
</bpmn:definitions>"#
    )
}

/// Flows from words such as `s>a a>b[x = 1] g>c!`: source and target, a condition in brackets, `!` for the default flow of its source.
/// Elements are closed tags without their `bpmn:` and flows are named `source-target`.
pub fn process(elements: &str, flows: &str) -> String {
    let mut text = elements
        .replace("</", "\u{1}")
        .replace('<', "<bpmn:")
        .replace('\u{1}', "</bpmn:")
        .replace("<bpmn:c:", "<c:");
    for flow in flows.split_whitespace() {
        let flow = flow.replace('_', " ");
        let (ends, condition) = match flow.split_once('[') {
            Some((ends, condition)) => (ends, Some(condition.trim_end_matches(']'))),
            None => (flow.as_str(), None),
        };
        let default = ends.ends_with('!');
        let (source, target) = ends.trim_end_matches('!').split_once('>').unwrap();
        if default {
            text = text.replace(
                &format!("id=\"{source}\""),
                &format!("id=\"{source}\" default=\"{source}-{target}\""),
            );
        }
        let inner = condition.map_or(String::new(), |condition| {
            let condition = condition.replace('&', "&amp;").replace('<', "&lt;");
            format!("<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>")
        });
        text.push_str(&format!(
            "<bpmn:sequenceFlow id=\"{source}-{target}\" sourceRef=\"{source}\" targetRef=\"{target}\">{inner}</bpmn:sequenceFlow>"
        ));
    }
    text
}

/// A user task that the check has nothing against.
pub fn task(id: &str) -> String {
    format!(
        r#"<userTask id="{id}" yx:role="reviewer" yx:department="d1" yx:form="f" yx:deadline="20 working days" yx:atExpiry="escalate"/>"#
    )
}

/// Start `s`, end `e`, and user tasks.
pub fn with_tasks(tasks: &str, more: &str) -> String {
    let tasks: String = tasks.split_whitespace().map(task).collect();
    format!(r#"<startEvent id="s"/><endEvent id="e"/>{tasks}{more}"#)
}

/// The document, which must be accepted.
pub fn read(inside: &str) -> Document {
    match Document::read(document(inside).as_bytes(), 1, &Feel) {
        Ok(document) => document,
        Err(refusal) => panic!("{:#?}", refusal.findings),
    }
}

/// The findings with which a document is refused: code, element, identifier.
pub fn refused(inside: &str) -> Vec<(String, String, String)> {
    told(
        Document::read(document(inside).as_bytes(), 1, &Feel)
            .map(drop)
            .unwrap_err()
            .findings,
    )
}

/// The errors and warnings of the check.
pub fn checked(inside: &str) -> Vec<(String, String, String)> {
    told(check(&read(inside).models()[0]))
}

fn told(findings: Vec<Finding>) -> Vec<(String, String, String)> {
    findings
        .into_iter()
        .filter(|finding| finding.code.severity() != Severity::Note)
        .map(|finding| (finding.code.as_str().to_owned(), finding.element, finding.id))
        .collect()
}

/// A case with what followed so far.
pub struct Case<'a> {
    pub model: &'a Model,
    pub instance: Instance,
    pub now_ms: u64,
}

impl<'a> Case<'a> {
    /// A started case.
    pub fn start(document: &'a Document, variables: &[(&str, Value)]) -> (Self, Vec<Effect>) {
        let model = &document.models()[0];
        let mut case = Self {
            model,
            instance: Instance::new(model),
            now_ms: 1_000,
        };
        let effects = case
            .event(Event::Started {
                message: None,
                variables: these(variables),
            })
            .unwrap();
        (case, effects)
    }

    pub fn event(&mut self, event: Event) -> Result<Vec<Effect>, WorkflowError> {
        self.now_ms += 1;
        step(
            self.model,
            &mut self.instance,
            event,
            self.now_ms,
            &mut Budget::new(10_000),
        )
    }

    /// The number of the first open work of an element.
    pub fn work(&self, node: &str) -> u64 {
        self.works(node)[0]
    }

    /// The numbers of all open works of an element that somebody answers.
    pub fn works(&self, node: &str) -> Vec<u64> {
        let steps = self
            .instance
            .open_steps(self.model)
            .filter(|step| step.node == node)
            .map(|step| step.work);
        let answers = self.instance.waiting().filter_map(|waiting| match waiting {
            yinxin_workflow::Waiting::Answer(work, of) if of == node => Some(work),
            _ => None,
        });
        steps.chain(answers).collect()
    }

    pub fn timer(&self, node: &str) -> u64 {
        let mut timers = self.instance.waiting().filter_map(|waiting| match waiting {
            yinxin_workflow::Waiting::Timer(timer, of, _) if of == node => Some(timer),
            _ => None,
        });
        timers.next().unwrap_or_else(|| panic!("no timer of {node}"))
    }

    /// Completes the first open work of an element as one officer.
    pub fn complete(&mut self, node: &str) -> Result<Vec<Effect>, WorkflowError> {
        self.complete_with(node, &["officer"], None, &[])
    }

    pub fn complete_with(
        &mut self,
        node: &str,
        actors: &[&str],
        outcome: Option<&str>,
        variables: &[(&str, Value)],
    ) -> Result<Vec<Effect>, WorkflowError> {
        let work = self.work(node);
        let step = self.instance.open_steps(self.model).any(|step| step.work == work);
        let actors = if step { actors } else { &[] };
        self.event(Event::Completed {
            work,
            actors: actors.iter().map(|actor| (*actor).to_owned()).collect(),
            outcome: outcome.map(str::to_owned),
            variables: these(variables),
        })
    }

    pub fn message(&mut self, message: &str) -> Result<Vec<Effect>, WorkflowError> {
        self.event(Event::Message {
            message: message.to_owned(),
            to: None,
            variables: Variables::new(),
        })
    }

    pub fn fire(&mut self, node: &str) -> Result<Vec<Effect>, WorkflowError> {
        let timer = self.timer(node);
        self.event(Event::TimerFired { timer })
    }

    /// The elements of the open steps, in order.
    pub fn open(&self) -> Vec<&str> {
        let mut open: Vec<&str> = self
            .instance
            .open_steps(self.model)
            .map(|step| step.node)
            .collect();
        open.sort_unstable();
        open
    }

    /// How the case ended, in a word.
    pub fn ended(&self) -> Option<String> {
        self.instance.ending.as_ref().map(|ending| {
            let value = serde_json::to_value(ending).unwrap();
            value["how"].as_str().unwrap().to_owned()
        })
    }
}

pub fn these(variables: &[(&str, Value)]) -> Variables {
    variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}
