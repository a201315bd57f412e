//! Attempts on cases. "Own" is the data bureau's item, for which the person applied; "other" the police's, for which the
//! other person did.

use serde_json::{Value, json};
use yinxin_crypto::Digest;

use crate::world::{About, Attempt, DATA, HOUR, Matrix, POLICE, seed};

const READER: &str = "x25519:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const KEY: &str = "matrix";

/// One review by the department of the item.
const PROCESS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:yx="urn:yinxin:process:1" id="d" targetNamespace="urn:yinxin:test">
<bpmn:process id="matrix" isExecutable="true">
<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/>
<bpmn:userTask id="review" yx:department="handler" yx:role="reviewer" yx:form="opinion" yx:deadline="10 working days" yx:atExpiry="escalate" yx:outcomes="agree object" yx:result="opinion" yx:materials="plan"/>
<bpmn:sequenceFlow id="a" sourceRef="s" targetRef="review"/><bpmn:sequenceFlow id="b" sourceRef="review" targetRef="e"/>
</bpmn:process></bpmn:definitions>"#;

/// The department, its seal, its item, who applies, and who does what must have happened before.
struct Side {
    code: &'static str,
    seal: u8,
    item: &'static str,
    applicant: u8,
    clerk: u8,
    reviewer: u8,
    head: u8,
}

const BUREAU: Side = Side {
    code: DATA,
    seal: seed::DATA,
    item: "1199010000000209X43990117002011",
    applicant: seed::PERSON,
    clerk: seed::SECOND,
    reviewer: seed::DECIDES,
    head: seed::ELSEWHERE_SECOND,
};
const OFFICE: Side = Side {
    code: POLICE,
    seal: seed::POLICE,
    item: "11990100000002057U3990117002011",
    applicant: seed::OTHER,
    clerk: seed::ELSEWHERE_SECOND,
    reviewer: seed::DECIDES,
    head: seed::SECOND,
};

fn label(text: &str) -> Value {
    json!({ "en": text, "zh": text })
}

fn form() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "additionalProperties": false,
        "properties": { "new_function": { "type": "boolean", "x-label": label("新增功能"), "x-public": true } },
        "type": "object", "x-sections": [{ "fields": ["new_function"], "x-title": label("申请") }], "x-title": label("申请表"),
    })
}

fn content() -> Value {
    let days = |count: u32| json!({ "count": count, "unit": "working_days" });
    let material = |class: &str, source: Value| json!({ "class": class, "name": label(class), "required": true, "source": source });
    json!({
        "conditions": { "zh": "符合规划" },
        "decision": {
            "grade": 3, "licence": { "kind": "permit", "name": label("许可证") }, "public": true, "two_officers": false,
        },
        "events": ["house"], "fee": { "kind": "none" }, "form": { "key": KEY, "version": 1 },
        "handling": { "kind": "promised", "period": days(10) }, "laws": ["行政许可法 §12"], "level": "city",
        "materials": [
            material("plan", json!({ "kind": "submitted" })),
            material("residence", json!({ "holder": POLICE, "kind": "certificate", "type": "residence" })),
        ],
        "name": label("许可"), "process": { "key": KEY, "version": 1 }, "served": ["person"], "special": ["hearing"],
        "statutory": days(20), "type": "permit", "visits": 1,
    })
}

/// Enacts a document by a majority of the five members.
fn enact(matrix: &mut Matrix, name: &str, text: &str) {
    let content = json!({
        "class": "catalogue", "content": text, "digest": matrix.digest(text), "name": name, "version": 1,
    });
    let deadline = matrix.world.time + HOUR;
    let arguments = json!({ "deadline": deadline, "decision": { "content": content, "kind": "document" } });
    let proposal = matrix.ok(&[seed::DATA], "governance.propose", arguments)["proposal"].clone();
    for member in [seed::DATA, seed::POLICE, seed::TAX] {
        let vote = json!({ "choice": "for", "proposal": proposal });
        matrix.ok(&[member], "governance.vote", vote);
    }
}

fn publication(side: &Side) -> Value {
    json!({ "for": side.code, "items": [{ "code": side.item, "content": content(), "version": 1 }] })
}

/// What items rest on, before anybody tries anything.
fn documents(matrix: &mut Matrix) {
    enact(matrix, "process/matrix", PROCESS);
    enact(matrix, "form/matrix", &form().to_string());
    let accredited = json!({ "department": POLICE, "types": ["residence"] });
    matrix.ok(&[seed::DATA], "identity.accredit", accredited);
    for department in [DATA, POLICE] {
        let accredited = json!({ "department": department, "types": ["licence-permit"] });
        matrix.ok(&[seed::DATA], "identity.accredit", accredited);
    }
}

fn handed(matrix: &Matrix, class: &str, origin: &str) -> Value {
    json!({ "class": class, "commitment": matrix.digest(class), "origin": origin })
}

fn application(matrix: &Matrix, side: &Side) -> Value {
    let materials = [handed(matrix, "plan", "submitted")];
    json!({ "answers": {}, "item": side.item, "materials": materials, "version": 1 })
}

fn submitted(matrix: &mut Matrix, side: &Side) -> Value {
    let arguments = application(matrix, side);
    matrix.ok(&[side.applicant], "approval.submit", arguments)["case"].clone()
}

fn accepted(matrix: &mut Matrix, side: &Side) -> Value {
    let case = submitted(matrix, side);
    matrix.ok(
        &[side.clerk, side.seal],
        "approval.accept",
        json!({ "case": case }),
    );
    case
}

fn step(matrix: &Matrix, side: &Side, case: &Value) -> Value {
    let told = matrix.answer("approval.case", &json!({ "case": case }));
    json!({
        "case": case, "for": side.code, "opinion": { "text": "符合要求" }, "outcome": "agree",
        "seen": { "plan": matrix.digest("plan") }, "step": "review", "work": told["steps"][0]["work"],
    })
}

fn joined(matrix: &mut Matrix, side: &Side) -> Value {
    let case = accepted(matrix, side);
    matrix.post(side.seal, side.reviewer, 2);
    let arguments = step(matrix, side, &case);
    matrix.ok(&[side.reviewer, side.seal], "approval.act", arguments);
    case
}

fn decided(matrix: &mut Matrix, side: &Side) -> (Value, Digest) {
    let case = joined(matrix, side);
    matrix.post(side.seal, side.head, 4);
    let arguments = decision(matrix, &case);
    let decision = matrix.done(&[side.head, side.seal], "approval.decide", arguments);
    (case, decision)
}

fn decision(matrix: &Matrix, case: &Value) -> Value {
    let licence = matrix.digest("licence");
    json!({ "case": case, "licence": licence, "outcome": "approve", "seen": { "plan": matrix.digest("plan") } })
}

/// What a clerk signs to issue the licence of a decided case.
fn issue(matrix: &Matrix, (case, act): (Value, Digest)) -> Value {
    json!({
        "act": act, "case": case, "credential": matrix.digest("credential"), "material": matrix.digest("material"),
        "status": { "index": 7, "list": 10_000 },
    })
}

fn issued(matrix: &mut Matrix, side: &Side) -> Value {
    let decided = decided(matrix, side);
    let arguments = issue(matrix, decided);
    matrix.ok(&[side.clerk, side.seal], "approval.licence_issue", arguments)["licence"].clone()
}

/// What a desk puts down of the notice that the case was accepted, whose applicant designated a mailbox.
fn on_its_way(matrix: &mut Matrix, side: &Side) -> Value {
    let case = accepted(matrix, side);
    let contact = matrix.digest("contact");
    let agreed = json!({ "by": "email", "case": case, "contact": contact });
    matrix.ok(&[side.applicant], "approval.serve", agreed);
    json!({
        "case": case, "contact": contact, "digest": matrix.digest("letter"), "notice": 2, "sent_ms": matrix.world.time,
    })
}

/// Arguments of what is tried on an issued licence; `None` for other operations.
fn on_licence(matrix: &mut Matrix, way: &str, side: &Side) -> Option<Value> {
    let (reason, remedy) = ("理由", "可以申请行政复议");
    let look = json!({ "fields": ["holder"], "purpose": "own-look", "reader": READER });
    let mut arguments = match way {
        "suspend" | "revoke" | "resume" => json!({ "reason": reason, "remedy": remedy }),
        "view" => {
            let mut arguments = look;
            arguments["for"] = json!(side.code);
            arguments
        }
        "view:holder" => look,
        _ => return None,
    };
    let licence = issued(matrix, side);
    if way == "resume" {
        let suspended = json!({ "licence": licence, "reason": reason, "remedy": remedy });
        matrix.ok(&[side.head, side.seal], "approval.licence_suspend", suspended);
    }
    arguments["licence"] = licence;
    Some(arguments)
}

/// Prepares an attempt; `None` for other operations.
pub fn attempt(matrix: &mut Matrix, way: &str, about: About) -> Option<Attempt> {
    let side = about.of(&BUREAU, &OFFICE);
    documents(matrix);
    let publisher = about.of(seed::OFFICER_3, seed::ELSEWHERE);
    matrix.ok(
        &[publisher, side.seal],
        "approval.item_publish",
        publication(side),
    );
    let (reason, remedy) = ("理由", "可以申请行政复议");
    let arguments = match way.strip_prefix("approval.")? {
        "submit" => application(matrix, side),
        "submit:for" => {
            let mut arguments = application(matrix, side);
            arguments["principal"] = json!(matrix.party(side.applicant));
            arguments
        }
        "accept" => json!({ "case": submitted(matrix, side) }),
        "correct" => {
            let point = json!({ "en": "Unreadable", "material": "plan", "zh": "无法辨认" });
            json!({ "case": submitted(matrix, side), "points": [point] })
        }
        "not_competent" | "not_needed" => {
            json!({ "case": submitted(matrix, side), "reason": reason, "remedy": remedy })
        }
        "resubmit" => {
            let case = submitted(matrix, side);
            let point = json!({ "en": "Unreadable", "material": "plan", "zh": "无法辨认" });
            let asked = json!({ "case": case, "points": [point] });
            matrix.ok(&[side.clerk, side.seal], "approval.correct", asked);
            json!({ "case": case, "materials": [handed(matrix, "plan", "submitted")] })
        }
        "withdraw" => json!({ "case": submitted(matrix, side) }),
        "supply" => {
            let case = accepted(matrix, side);
            json!({ "case": case, "material": handed(matrix, "plan", "submitted"), "reason": reason })
        }
        "supply:fetched" => {
            let case = accepted(matrix, side);
            let material = handed(matrix, "residence", "fetched");
            json!({ "case": case, "fetched": true, "material": material, "reason": reason })
        }
        "act" => {
            let case = accepted(matrix, side);
            step(matrix, side, &case)
        }
        "delegate" => {
            let case = accepted(matrix, side);
            matrix.post(side.seal, side.reviewer, 1);
            let open = step(matrix, side, &case);
            json!({
                "case": case, "for": side.code, "step": "review", "to": matrix.party(side.reviewer),
                "until": matrix.world.time + HOUR, "work": open["work"],
            })
        }
        "recuse" => json!({ "case": accepted(matrix, side), "for": side.code, "reason": reason }),
        "recuse:party" => {
            let party = matrix.party(side.reviewer);
            json!({ "case": accepted(matrix, side), "for": side.code, "party": party, "reason": reason })
        }
        "account" => {
            let statement = matrix.digest("statement");
            json!({ "case": accepted(matrix, side), "for": side.code, "held_fen": 1, "statement": statement })
        }
        "suspend" => json!({ "case": accepted(matrix, side), "days": 5, "procedure": "hearing" }),
        "resume" => {
            let case = accepted(matrix, side);
            let hearing = json!({ "case": case, "days": 5, "procedure": "hearing" });
            matrix.ok(&[side.clerk, side.seal], "approval.suspend", hearing);
            json!({ "case": case })
        }
        "extend" => json!({ "case": accepted(matrix, side), "days": 5, "reason": reason }),
        "decide" => {
            let case = joined(matrix, side);
            decision(matrix, &case)
        }
        "deliver" => json!({ "case": decided(matrix, side).0, "how": "post" }),
        "supersede" => {
            let (case, decision) = decided(matrix, side);
            let licence = matrix.digest("another licence");
            json!({ "case": case, "decision": decision, "licence": licence, "outcome": "approve", "reason": reason })
        }
        "annul" => {
            let (case, act) = decided(matrix, side);
            json!({ "act": act, "case": case, "reason": reason, "remedy": remedy })
        }
        "look" => {
            let case = accepted(matrix, side);
            json!({ "case": case, "class": "plan", "for": side.code, "purpose": "review", "reader": READER })
        }
        "look:applicant" => {
            let case = accepted(matrix, side);
            json!({ "case": case, "class": "plan", "purpose": "own", "reader": READER })
        }
        "serve" => json!({ "by": "portal", "case": submitted(matrix, side) }),
        "notice_opened" => json!({ "case": accepted(matrix, side), "notice": 2 }),
        "notice_sent" => on_its_way(matrix, side),
        "notice_failed" => {
            let mut arguments = on_its_way(matrix, side);
            arguments["reason"] = json!("refused");
            arguments
        }
        "licence_issue" => {
            let decided = decided(matrix, side);
            issue(matrix, decided)
        }
        other => on_licence(matrix, other.strip_prefix("licence_")?, side)?,
    };
    Some(arguments.into())
}
