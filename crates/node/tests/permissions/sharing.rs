//! Attempts at the operations of sharing. What is "own" is of the person and of the data bureau, which issues, is granted leases, enters on the
//! blacklist and keeps resources; what is "other" is of the other person and of the police. The audit bureau is on the other side.

use serde_json::{Value, json};

use crate::wallets;
use crate::world::{AUDIT, About, Attempt, DATA, HOUR, Matrix, POLICE, TAX, seed};

pub const DAY: u64 = 24 * HOUR;
pub const READER: &str = "x25519:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
pub const KIND: &str = "hpf-certificate";
pub const CASE: &str = "LX-2026-0001";

/// Who prepares what is tried, none of them in a role that tries.
pub struct Side {
    pub person: u8,
    pub body: &'static str,
    /// An officer with the seal.
    pub officer: [u8; 2],
}

impl Side {
    fn of(about: About) -> Self {
        Self {
            person: about.of(seed::PERSON, seed::OTHER),
            body: about.of(DATA, POLICE),
            officer: about.of([seed::SECOND, seed::DATA], [seed::ELSEWHERE_SECOND, seed::POLICE]),
        }
    }

    pub fn seal(&self) -> u8 {
        self.officer[1]
    }
}

const AUDITOR: [u8; 2] = [seed::AUDITOR, seed::AUDIT];

pub fn attempt(matrix: &mut Matrix, way: &str, about: About) -> Option<Attempt> {
    let side = Side::of(about);
    let verb = way.strip_prefix("sharing.")?;
    // Only a guardian or an agent says in whose name it acts.
    if let Some(verb) = verb.strip_suffix(":for") {
        let mut arguments = certificates(matrix, &side, verb)?;
        arguments["principal"] = json!(matrix.party(side.person));
        return Some(arguments.into());
    }
    let arguments = match verb.split_once('_') {
        Some(("listing", _)) => listings(matrix, &side, verb),
        Some(("resource", _)) => catalogue(matrix, &side, verb),
        Some(("wallet", _)) => wallets::attempt(matrix, &side, verb),
        _ => certificates(matrix, &side, verb),
    };
    arguments.map(Attempt::from)
}

fn certificates(matrix: &mut Matrix, side: &Side, verb: &str) -> Option<Value> {
    let body = side.body;
    Some(match verb {
        "request" => {
            accredited(matrix, body);
            asking(side)
        }
        "cancel" => json!({ "request": requested(matrix, side) }),
        "decline" => {
            json!({ "reason": "查无记录", "remedy": "可以申请复查", "request": requested(matrix, side) })
        }
        "issue" => issue(matrix, side),
        "suspend" | "revoke" => change(&issued(matrix, side)),
        "resume" => {
            let certificate = issued(matrix, side);
            matrix.ok(&side.officer, "sharing.suspend", change(&certificate));
            change(&certificate)
        }
        "lease" => {
            let certificate = issued(matrix, side);
            lease(matrix, &certificate, TAX)
        }
        "end_lease" => json!({ "lease": leased(matrix, side).1 }),
        "disclose" => look(body, &leased(matrix, side).1),
        "view" => view(&issued(matrix, side)),
        "view:duty" => {
            let mut view = view(&issued(matrix, side));
            view["for"] = json!(body);
            view["purpose"] = json!("complaint");
            view
        }
        "accept_loan" => accept(matrix, side),
        "decide_loan" => {
            let arguments = accept(matrix, side);
            matrix.ok(&side.officer, "sharing.accept_loan", arguments);
            json!({ "case": CASE, "for": body, "outcome": "approve" })
        }
        "erase" => json!({ "certificate": issued(matrix, side) }),
        "confirm_erasure" => {
            let certificate = json!({ "certificate": issued(matrix, side) });
            matrix.ok(&[side.person], "sharing.erase", certificate.clone());
            certificate
        }
        "confirm_erasure:grantee" => erasing(matrix, side),
        _ => return None,
    })
}

fn asking(side: &Side) -> Value {
    json!({ "holder": side.body, "kind": KIND, "purpose": "loan" })
}

fn accredited(matrix: &mut Matrix, body: &str) {
    let accredit = json!({ "department": body, "types": [KIND] });
    matrix.ok(&[seed::DATA], "identity.accredit", accredit);
}

fn requested(matrix: &mut Matrix, side: &Side) -> Value {
    accredited(matrix, side.body);
    matrix.ok(&[side.person], "sharing.request", asking(side))["request"].clone()
}

fn issue(matrix: &mut Matrix, side: &Side) -> Value {
    let request = requested(matrix, side);
    json!({
        "credential": matrix.digest("credential"), "material": matrix.digest("material"), "request": request,
        "status": { "index": matrix.world.height, "list": 0 }, "until": matrix.world.time + 90 * DAY,
    })
}

pub fn issued(matrix: &mut Matrix, side: &Side) -> Value {
    let arguments = issue(matrix, side);
    matrix.ok(&side.officer, "sharing.issue", arguments)["certificate"].clone()
}

fn change(certificate: &Value) -> Value {
    json!({ "certificate": certificate, "reason": "信息有误" })
}

fn lease(matrix: &Matrix, certificate: &Value, grantee: &str) -> Value {
    json!({
        "case": CASE, "certificate": certificate, "fields": ["bal"], "grantee": grantee, "purpose": "loan",
        "until": matrix.world.time + 30 * DAY, "uses": 2,
    })
}

/// A certificate of the person, leased to the body of the side.
fn leased(matrix: &mut Matrix, side: &Side) -> (Value, Value) {
    let certificate = issued(matrix, side);
    let arguments = lease(matrix, &certificate, side.body);
    let lease = matrix.ok(&[side.person], "sharing.lease", arguments)["lease"].clone();
    (certificate, lease)
}

fn look(body: &str, lease: &Value) -> Value {
    json!({ "case": CASE, "fields": ["bal"], "for": body, "lease": lease, "purpose": "loan", "reader": READER })
}

fn view(certificate: &Value) -> Value {
    json!({ "certificate": certificate, "fields": ["bal"], "purpose": "", "reader": READER })
}

fn accept(matrix: &Matrix, side: &Side) -> Value {
    json!({ "applicant": matrix.party(side.person), "case": CASE, "for": side.body })
}

/// A certificate whose erasure its issuer, the audit bureau, has confirmed, and the body of the side, which looked, has not.
fn erasing(matrix: &mut Matrix, side: &Side) -> Value {
    let elsewhere = Side {
        person: side.person,
        body: AUDIT,
        officer: AUDITOR,
    };
    let certificate = issued(matrix, &elsewhere);
    let arguments = lease(matrix, &certificate, side.body);
    let lease = matrix.ok(&[side.person], "sharing.lease", arguments)["lease"].clone();
    matrix.ok(&side.officer, "sharing.disclose", look(side.body, &lease));
    let certificate = json!({ "certificate": certificate });
    matrix.ok(&[side.person], "sharing.erase", certificate.clone());
    matrix.ok(&[seed::AUDIT], "sharing.confirm_erasure", certificate.clone());
    certificate
}

fn listings(matrix: &mut Matrix, side: &Side, verb: &str) -> Option<Value> {
    let person = json!(matrix.party(side.person));
    if let Some(verb) = verb.strip_suffix(":body") {
        // The body itself is listed, by the audit bureau.
        let body = json!(matrix.party(side.seal()));
        let mut said = say(matrix, verb, (AUDIT, AUDITOR), &body)?;
        said["for"] = json!(side.body);
        return Some(said);
    }
    let authority = (side.body, side.officer);
    Some(match verb {
        "listing_propose" => proposal(side.body, &person),
        "listing_notify" | "listing_annul" => {
            let listing = proposed(matrix, authority, &person);
            let mut paper = paper(matrix, side.body, &listing);
            if verb == "listing_annul" {
                paper["basis"] = json!("申诉成立");
            }
            paper
        }
        "listing_decide" => {
            let listing = notified(matrix, authority, &person);
            wait(matrix, 14);
            decision(matrix, side.body, &listing)
        }
        "listing_answer" => {
            let listing = listed(matrix, authority, &person);
            let object = json!({ "grounds": matrix.digest("grounds"), "listing": listing });
            matrix.ok(&[side.person], "sharing.listing_object", object);
            let mut answer = paper(matrix, side.body, &listing);
            answer["answer"] = json!("kept");
            answer
        }
        "listing_remove" => {
            let listing = listed(matrix, authority, &person);
            let promise = promise(matrix, &listing);
            matrix.ok(&[side.person], "sharing.listing_promise", promise);
            wait(matrix, 200);
            paper(matrix, side.body, &listing)
        }
        "listing_query" => json!({ "case": CASE, "for": side.body, "purpose": "loan", "subject": person }),
        _ => say(matrix, verb, authority, &person)?,
    })
}

/// What somebody who is listed says.
fn say(matrix: &mut Matrix, verb: &str, authority: (&str, [u8; 2]), subject: &Value) -> Option<Value> {
    Some(match verb {
        "listing_statement" => {
            let listing = notified(matrix, authority, subject);
            json!({ "listing": listing, "statement": matrix.digest("statement") })
        }
        "listing_object" => {
            let listing = listed(matrix, authority, subject);
            json!({ "grounds": matrix.digest("grounds"), "listing": listing })
        }
        "listing_promise" => {
            let listing = listed(matrix, authority, subject);
            promise(matrix, &listing)
        }
        _ => return None,
    })
}

fn wait(matrix: &mut Matrix, days: u64) {
    let over = matrix.world.time + days * DAY;
    matrix.world.at(over);
}

fn proposal(body: &str, subject: &Value) -> Value {
    json!({ "facts": "unpaid-wages", "for": body, "kind": "wage-arrears", "publicity": "shared", "subject": subject })
}

fn paper(matrix: &Matrix, body: &str, listing: &Value) -> Value {
    json!({ "document": matrix.digest("paper"), "for": body, "listing": listing })
}

fn decision(matrix: &Matrix, body: &str, listing: &Value) -> Value {
    let mut decision = paper(matrix, body, listing);
    decision["number"] = json!("甲人社列〔2026〕1号");
    decision
}

fn promise(matrix: &Matrix, listing: &Value) -> Value {
    json!({ "corrected": matrix.world.time, "listing": listing, "promise": matrix.digest("promise") })
}

fn proposed(matrix: &mut Matrix, (body, officer): (&str, [u8; 2]), subject: &Value) -> Value {
    let arguments = proposal(body, subject);
    matrix.ok(&officer, "sharing.listing_propose", arguments)["listing"].clone()
}

fn notified(matrix: &mut Matrix, authority: (&str, [u8; 2]), subject: &Value) -> Value {
    let listing = proposed(matrix, authority, subject);
    let paper = paper(matrix, authority.0, &listing);
    matrix.ok(&authority.1, "sharing.listing_notify", paper);
    listing
}

/// An entry that stands, decided by another officer of the authority than the one who proposed it: he gets a post for it.
fn listed(matrix: &mut Matrix, authority: (&str, [u8; 2]), subject: &Value) -> Value {
    let listing = notified(matrix, authority, subject);
    wait(matrix, 14);
    let decision = decision(matrix, authority.0, &listing);
    let seal = authority.1[1];
    matrix.post(seal, seed::DECIDES, 4);
    matrix.ok(&[seed::DECIDES, seal], "sharing.listing_decide", decision);
    listing
}

fn catalogue(matrix: &mut Matrix, side: &Side, verb: &str) -> Option<Value> {
    let body = side.body;
    let own = format!("{body}/hpf-deposit");
    let elsewhere = format!("{AUDIT}/hpf-deposit");
    Some(match verb {
        "resource_publish" => publication(matrix, body),
        "resource_refresh" | "resource_withdraw" => {
            publish(matrix, body, side.officer);
            match verb {
                "resource_refresh" => json!({ "for": body, "resource": own }),
                _ => json!({ "for": body, "reason": "已停用", "resource": own }),
            }
        }
        "resource_request" => {
            publish(matrix, AUDIT, AUDITOR);
            ask(matrix, body, &elsewhere)
        }
        "resource_answer" => {
            let request = asked(matrix, (AUDIT, AUDITOR), (body, side.officer));
            json!({ "answer": { "kind": "grant" }, "for": body, "request": request })
        }
        "resource_supplement" => {
            let request = asked(matrix, (body, side.officer), (AUDIT, AUDITOR));
            let more = json!({ "items": ["power-of-attorney"], "kind": "more" });
            answer(matrix, (AUDIT, AUDITOR), &request, more);
            json!({ "document": matrix.digest("supplement"), "for": body, "request": request })
        }
        "resource_complain" => {
            let request = asked(matrix, (body, side.officer), (AUDIT, AUDITOR));
            answer(matrix, (AUDIT, AUDITOR), &request, refusal());
            complaint(matrix, body, "dispute", &request)
        }
        "resource_complaint_answer" => {
            let request = asked(matrix, (AUDIT, AUDITOR), (body, side.officer));
            answer(matrix, (body, side.officer), &request, json!({ "kind": "grant" }));
            complained(matrix, body, "quality", &request)
        }
        "resource_complaint_answer:dispute" => {
            let owner = (POLICE, [seed::ELSEWHERE_SECOND, seed::POLICE]);
            let request = asked(matrix, (AUDIT, AUDITOR), owner);
            answer(matrix, owner, &request, refusal());
            complained(matrix, body, "dispute", &request)
        }
        _ => return None,
    })
}

fn publication(matrix: &Matrix, body: &str) -> Value {
    json!({
        "class": { "conditions": "loans", "kind": "conditional" }, "cycle": "monthly", "fields": [{ "grade": 3, "name": "bal" }],
        "for": body, "item": "hpf-deposit", "on_platform": true, "resource": format!("{body}/hpf-deposit"),
        "steward": { "contact": body, "post": matrix.digest("post") },
    })
}

fn publish(matrix: &mut Matrix, body: &str, officer: [u8; 2]) {
    let publication = publication(matrix, body);
    matrix.ok(&officer, "sharing.resource_publish", publication);
}

fn ask(matrix: &Matrix, body: &str, resource: &str) -> Value {
    json!({
        "basis": "不动产登记暂行条例 §25", "fields": ["bal"], "for": body, "from": matrix.world.time, "need": "registration",
        "purpose": "registration", "resource": resource, "until": matrix.world.time + 30 * DAY,
    })
}

/// A request by one body for the resource of another, which it publishes.
fn asked(matrix: &mut Matrix, by: (&str, [u8; 2]), owner: (&str, [u8; 2])) -> Value {
    publish(matrix, owner.0, owner.1);
    let ask = ask(matrix, by.0, &format!("{}/hpf-deposit", owner.0));
    matrix.ok(&by.1, "sharing.resource_request", ask)["request"].clone()
}

fn refusal() -> Value {
    json!({ "kind": "refuse", "reason": "超出范围", "remedy": "可以申请复议" })
}

fn answer(matrix: &mut Matrix, owner: (&str, [u8; 2]), request: &Value, answer: Value) {
    let arguments = json!({ "answer": answer, "for": owner.0, "request": request });
    matrix.ok(&owner.1, "sharing.resource_answer", arguments);
}

fn complaint(matrix: &Matrix, body: &str, kind: &str, request: &Value) -> Value {
    json!({ "for": body, "kind": kind, "request": request, "statement": matrix.digest("statement") })
}

/// A complaint of the audit bureau, and what a body answers.
fn complained(matrix: &mut Matrix, body: &str, kind: &str, request: &Value) -> Value {
    let arguments = complaint(matrix, AUDIT, kind, request);
    let complaint = matrix.ok(&AUDITOR, "sharing.resource_complain", arguments)["complaint"].clone();
    json!({
        "complaint": complaint, "document": matrix.digest("answer"), "finding": "upheld", "for": body, "reason": "数据有误",
    })
}
