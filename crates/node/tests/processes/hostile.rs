//! Officers who do not keep to the rules, with all keys and seals of their departments in hand and any node to submit at: what they try is
//! refused with its code, and every node says so of the same place in the same block.

use serde_json::{Value, json};
use yinxin_crypto::Digest;

use crate::invented::{Draw, Invented};
use crate::items::{enact, enact_version};
use crate::town::{AUDIT, AWAY, BUREAU, HOME, Person, Sent, Town, ask_openly, code};

/// Two departments review side by side, then the one in charge proposes.
const PROCESS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yx="urn:yinxin:process:1" id="d" targetNamespace="urn:yinxin:test">
<bpmn:process id="joint" isExecutable="true">
<bpmn:startEvent id="s"/><bpmn:parallelGateway id="split"/><bpmn:parallelGateway id="join"/><bpmn:endEvent id="e"/>
<bpmn:userTask id="own" yx:department="handler" yx:role="reviewer" yx:form="opinion" yx:deadline="10 working days" yx:atExpiry="escalate" yx:outcomes="agree object" yx:result="own_opinion" yx:materials="plan"/>
<bpmn:userTask id="other" yx:department="1299020000000102XP" yx:role="reviewer" yx:form="opinion" yx:deadline="10 working days" yx:atExpiry="escalate" yx:outcomes="agree object" yx:result="other_opinion" yx:materials="plan"/>
<bpmn:userTask id="propose" yx:department="handler" yx:role="section-head" yx:form="opinion" yx:deadline="5 working days" yx:atExpiry="escalate" yx:outcomes="approve refuse" yx:result="proposal" yx:materials="plan"/>
<bpmn:sequenceFlow id="a" sourceRef="s" targetRef="split"/><bpmn:sequenceFlow id="b" sourceRef="split" targetRef="own"/>
<bpmn:sequenceFlow id="c" sourceRef="split" targetRef="other"/><bpmn:sequenceFlow id="f" sourceRef="own" targetRef="join"/>
<bpmn:sequenceFlow id="g" sourceRef="other" targetRef="join"/><bpmn:sequenceFlow id="h" sourceRef="join" targetRef="propose"/>
<bpmn:sequenceFlow id="i" sourceRef="propose" targetRef="e"/>
</bpmn:process></bpmn:definitions>"#;

const NODES: [usize; 4] = [HOME, AWAY, BUREAU, AUDIT];

fn item() -> String {
    format!("{}3990117002012", code(HOME))
}

fn content(process: u32) -> Value {
    let label = |text: &str| json!({ "en": text, "zh": text });
    let days = |count: u32| json!({ "count": count, "unit": "working_days" });
    json!({
        "conditions": { "zh": "符合规划" }, "decision": { "grade": 3, "public": true, "two_officers": false }, "events": ["company"],
        "fee": { "kind": "none" }, "form": { "key": "joint", "version": 1 },
        "handling": { "kind": "promised", "period": days(15) }, "laws": ["行政许可法 §26"], "level": "city",
        "materials": [{ "class": "plan", "name": label("平面图"), "required": true, "source": { "kind": "submitted" } }],
        "name": label("联合审批"), "process": { "key": "joint", "version": process }, "served": ["person"], "special": [],
        "statutory": days(20), "type": "permit", "visits": 0,
    })
}

fn form() -> Value {
    let label = |text: &str| json!({ "en": text, "zh": text });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "additionalProperties": false,
        "properties": {
            "area": { "maximum": 10_000, "minimum": 1, "type": "integer", "x-label": label("面积"), "x-public": true },
        },
        "type": "object", "x-sections": [{ "fields": ["area"], "x-title": label("申请") }], "x-title": label("申请表"),
    })
}

/// The town with its officers and one who applies.
struct Hall {
    town: Town,
    applicant: Person,
    /// Who accepts; he has the post of a head too.
    clerk: Person,
    reviewer: Person,
    section: Person,
    head: Person,
    other_head: Person,
    /// Of the other department.
    beside: Person,
}

impl Hall {
    fn open() -> Self {
        let town = Town::start();
        let mut draw = Draw::new(31);
        let mut enrol = |at: usize| town.enrol(&Invented::draw(&mut draw).number, at);
        let applicant = enrol(HOME);
        let [clerk, reviewer, section, head, other_head] = [HOME; 5].map(&mut enrol);
        let beside = enrol(AWAY);
        let posts = [
            (&clerk, 2),
            (&clerk, 3),
            (&reviewer, 2),
            (&section, 2),
            (&head, 3),
            (&other_head, 3),
            (&beside, 2),
        ];
        for (person, grade) in posts {
            let about = json!({ "code": code(person.at), "purpose": "credential" });
            let principal = ask_openly(&town.network.nodes[person.at], "identity.published", &about).unwrap();
            let post = json!({
                "grade": grade, "holder": person.party, "kind": "post", "principal": principal["party"], "scope": ["approval."],
            });
            town.seal_acts(person.at, "identity.grant", &post).ok();
        }
        town.settle();
        enact(&town, "process/joint", PROCESS);
        enact(&town, "form/joint", &form().to_string());
        let hall = Self {
            town,
            applicant,
            clerk,
            reviewer,
            section,
            head,
            other_head,
            beside,
        };
        hall.publish(1, 1);
        hall
    }

    fn publish(&self, version: u32, process: u32) {
        let items = json!([{ "code": item(), "content": content(process), "version": version }]);
        let publication = json!({ "for": code(HOME), "items": items });
        self.town
            .act_sealed(&self.head, "approval.item_publish", &publication)
            .ok();
        self.town.settle();
    }

    fn digest(&self, text: &str) -> Digest {
        self.town.network.chain.algorithm().hash(&[text.as_bytes()])
    }

    /// A case that was accepted.
    fn accepted(&self) -> String {
        let application = json!({
            "answers": { "area": 120 }, "item": item(),
            "materials": [{ "class": "plan", "commitment": self.digest("plan"), "origin": "submitted" }], "version": 1,
        });
        let submitted = self
            .town
            .act(&self.applicant, "approval.submit", &application)
            .ok();
        let case = submitted.outcome["case"].as_str().unwrap().to_owned();
        self.town.settle();
        let accepted = self
            .town
            .act_sealed(&self.clerk, "approval.accept", &json!({ "case": case }));
        accepted.ok();
        self.town.settle();
        case
    }

    fn told(&self, case: &str) -> Value {
        self.town
            .ask(&self.applicant, "approval.case", &json!({ "case": case }))
            .unwrap()
    }

    /// What an officer signs to take an open step, having seen the plan as it is.
    fn opinion(&self, case: &str, step: &str, outcome: &str) -> Value {
        let told = self.told(case);
        let open = told["steps"].as_array().unwrap().iter();
        let open = open.clone().find(|open| open["step"] == step);
        let open = open.unwrap_or_else(|| panic!("`{step}` is not open: {told}"));
        json!({
            "case": case, "for": open["department"], "opinion": { "text": "符合要求" }, "outcome": outcome,
            "seen": { "plan": told["materials"]["plan"]["commitment"] }, "step": step, "work": open["work"],
        })
    }

    fn takes(&self, who: &Person, case: &str, step: &str, outcome: &str) {
        let opinion = self.opinion(case, step, outcome);
        self.town.act_sealed(who, "approval.act", &opinion).ok();
        self.town.settle();
    }

    /// A case that only the decision is missing of.
    fn joined(&self) -> String {
        let case = self.accepted();
        self.takes(&self.reviewer, &case, "own", "agree");
        self.takes(&self.beside, &case, "other", "agree");
        self.takes(&self.section, &case, "propose", "approve");
        assert_eq!(self.told(&case)["state"], "joined");
        case
    }

    fn approval(&self, case: &str) -> Value {
        json!({ "case": case, "outcome": "approve", "seen": { "plan": self.told(case)["materials"]["plan"]["commitment"] } })
    }

    /// Somebody submits at a node beside the seal of his department.
    fn tries(&self, at: usize, who: &Person, operation: &str, arguments: &Value) -> Sent {
        self.town.send_at(at, who, &[who.at], operation, arguments)
    }

    /// What every node says of a transaction, which must be the same: the name of its outcome.
    fn everywhere(&self, sent: Sent) -> String {
        let done = self.town.done(sent);
        // A node that does not take it at its door is asked no further: nothing of it is on the ledger.
        let Some(id) = done.id else {
            return done.code;
        };
        self.town.settle();
        let said: Vec<(Value, Value, Value)> = NODES
            .iter()
            .map(|at| {
                let node = &self.town.network.nodes[*at];
                let told = node.ask(&format!("transactions/{id}")).unwrap();
                (
                    told["height"].clone(),
                    told["index"].clone(),
                    told["name"].clone(),
                )
            })
            .collect();
        assert!(said.windows(2).all(|two| two[0] == two[1]), "{said:?}");
        assert_eq!(said[0].0, done.place.0);
        done.code
    }

    /// That it is refused, whichever node it was brought to.
    fn refused(&self, who: &Person, (operation, arguments): (&str, &Value), expected: &str) {
        for at in NODES {
            let outcome = self.everywhere(self.tries(at, who, operation, arguments));
            assert_eq!(outcome, expected, "{operation} at node {at}");
        }
    }
}

#[test]
fn what_hostile_officers_try_is_refused_with_its_code_on_every_node() {
    let hall = Hall::open();
    let town = &hall.town;

    // The same person by a second role: who accepted does not approve, with whatever post and seal.
    let case = hall.joined();
    let approval = hall.approval(&case);
    hall.refused(&hall.clerk, ("approval.decide", &approval), "AUTH_SAME_PERSON");

    // A swapped attachment: what was seen is no longer what lies there, and what rests on it is open again.
    let swap = json!({
        "case": case, "reason": "更新图纸",
        "material": { "class": "plan", "commitment": hall.digest("another plan"), "origin": "submitted" },
    });
    town.act(&hall.applicant, "approval.supply", &swap).ok();
    town.settle();
    hall.refused(&hall.head, ("approval.decide", &approval), "STATE_ORDER");
    let mut stale = hall.opinion(&case, "own", "agree");
    stale["seen"]["plan"] = json!(hall.digest("plan"));
    hall.refused(&hall.reviewer, ("approval.act", &stale), "MAT_CHANGED");

    // A parallel branch is left out: neither the next step nor the decision comes before it.
    hall.takes(&hall.reviewer, &case, "own", "agree");
    let mut early = hall.opinion(&case, "other", "agree");
    early["step"] = json!("propose");
    early["outcome"] = json!("approve");
    early["for"] = json!(code(HOME));
    hall.refused(&hall.section, ("approval.act", &early), "STATE_ORDER");
    hall.refused(
        &hall.head,
        ("approval.decide", &hall.approval(&case)),
        "STATE_ORDER",
    );
    // Nor does the department in charge speak for the other one, even with both seals.
    let theirs = hall.opinion(&case, "other", "agree");
    for at in NODES {
        let sent = town.send_at(at, &hall.section, &[HOME, AWAY], "approval.act", &theirs);
        assert_eq!(hall.everywhere(sent), "AUTH_MANDATE_MISSING");
    }

    // Backdating: time is the block's, and nothing that is signed can name another.
    hall.takes(&hall.beside, &case, "other", "agree");
    let mut backdated = hall.opinion(&case, "propose", "approve");
    backdated["at"] = json!("2026-01-05");
    hall.refused(&hall.section, ("approval.act", &backdated), "TX_ARGUMENTS");

    // Two approvals race on two nodes: one decides, the other comes too late, and all nodes agree which.
    hall.takes(&hall.section, &case, "propose", "approve");
    let approval = hall.approval(&case);
    let racing = [
        hall.tries(HOME, &hall.head, "approval.decide", &approval),
        hall.tries(AWAY, &hall.other_head, "approval.decide", &approval),
    ];
    let mut outcomes = racing.map(|sent| hall.everywhere(sent));
    outcomes.sort();
    assert_eq!(outcomes, ["OK", "STATE_ORDER"]);

    // Approval after withdrawal.
    let case = hall.joined();
    let approval = hall.approval(&case);
    town.act(&hall.applicant, "approval.withdraw", &json!({ "case": case }))
        .ok();
    town.settle();
    hall.refused(&hall.head, ("approval.decide", &approval), "STATE_ORDER");

    // The process is edited under a running case: a version without the other department is enacted and the item moved to it. The case
    // keeps the one under which it was submitted, whoever says otherwise.
    let case = hall.accepted();
    let without = PROCESS
        .replace(
            r#"yx:department="1299020000000102XP""#,
            r#"yx:department="handler""#,
        )
        .replace(r#"id="joint""#, r#"id="joint" name="v2""#);
    enact_version(town, "process/joint", 2, &without);
    hall.publish(2, 2);
    let mut moved = hall.opinion(&case, "other", "agree");
    moved["version"] = json!(2);
    hall.refused(&hall.beside, ("approval.act", &moved), "PROC_VERSION_FROZEN");
    let open = hall.told(&case);
    let departments: Vec<&Value> = open["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| &step["department"])
        .collect();
    assert!(departments.contains(&&json!(code(AWAY))), "{open}");
}
