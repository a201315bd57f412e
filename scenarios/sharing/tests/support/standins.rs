//! Stand-ins for `identity` and `governance`: a fixed cast, and the forms of their answers.

use std::sync::LazyLock;

use serde_json::{Value, json};
use yinxin_execution::{Call, Failure, Operation, Question, Records, Scenario};
use yinxin_types::codes::Texts;
use yinxin_types::{Body, Code, Rejection, StateKey};

use super::{
    A, A_LEAVER, A1, A2, B, B1, B2, BANK, BANK1, DAY, FORMER_AGENT, GUARDIAN, LI, OTHERS, REMOVED, SEAL_A,
    SEAL_B, SEAL_BANK, WANG, WANG_EXPIRED, WANG_REVOKED, key, party,
};

const fn code(number: u16, name: &'static str) -> Code {
    Code {
        number,
        name,
        status: 403,
        source: "test",
    }
}

const UNKNOWN: Code = code(2101, "AUTH_KEY_UNKNOWN");
const REVOKED: Code = code(2102, "AUTH_KEY_REVOKED");
const EXPIRED: Code = code(2103, "AUTH_KEY_EXPIRED");
const UNSEALED: Code = code(2106, "AUTH_SEAL_MISSING");
const NO_MANDATE: Code = code(2107, "AUTH_MANDATE_MISSING");
const ENDED: Code = code(2108, "AUTH_MANDATE_ENDED");
const NOT_ACCREDITED: Code = code(2111, "AUTH_ISSUER_NOT_ACCREDITED");
const NO_PARTY: Code = code(2203, "ID_PARTY_UNKNOWN");
const CODES: &[Code] = &[
    UNKNOWN,
    REVOKED,
    EXPIRED,
    UNSEALED,
    NO_MANDATE,
    ENDED,
    NOT_ACCREDITED,
    NO_PARTY,
];

static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    let texts: serde_json::Map<String, Value> = CODES
        .iter()
        .map(|code| (code.name.to_owned(), json!("-")))
        .collect();
    Texts::parse(&Value::Object(texts).to_string())
});
static NONE: LazyLock<Texts> = LazyLock::new(|| Texts::parse("{}"));

fn refuse<T>(code: Code) -> Result<T, Failure> {
    Err(Rejection::new(code, code.name).into())
}

/// The key of the account: whose it is, and in which state.
fn actor(call: &Call<'_>) -> Result<(u8, &'static str), Failure> {
    let seeds = [
        WANG,
        LI,
        WANG_REVOKED,
        WANG_EXPIRED,
        GUARDIAN,
        FORMER_AGENT,
        SEAL_A,
        SEAL_B,
        SEAL_BANK,
        A1,
        A2,
        A_LEAVER,
        B1,
        B2,
        BANK1,
    ];
    let seed = seeds
        .into_iter()
        .find(|seed| key(*seed).public_key() == call.body.account);
    match seed {
        Some(WANG_REVOKED) => Ok((WANG, "revoked")),
        Some(WANG_EXPIRED) => Ok((WANG, "expired")),
        Some(seed) => Ok((seed, "active")),
        None => refuse(UNKNOWN),
    }
}

fn answer_actor(call: &Call<'_>, _: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    assert_eq!(about, &json!({ "account": call.body.account }));
    let (seed, state) = actor(call)?;
    let (kind, code) = match seed {
        SEAL_A => ("department", Some(A)),
        SEAL_B => ("department", Some(B)),
        SEAL_BANK => ("organisation", Some(BANK)),
        _ => ("person", None),
    };
    Ok(json!({
        "code": code, "ended": null, "from": { "height": 0, "time": 0 }, "kind": kind, "party": party(seed), "state": state,
        "until": null,
    }))
}

fn answer_acting(call: &Call<'_>, _: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    let seal = match about["for"].as_str().unwrap() {
        A => SEAL_A,
        B => SEAL_B,
        BANK => SEAL_BANK,
        _ => return refuse(NO_PARTY),
    };
    let (officer, state) = actor(call)?;
    if state != "active" {
        return refuse(REVOKED);
    }
    match (seal, officer) {
        (SEAL_A, A1 | A2) | (SEAL_B, B1 | B2) | (SEAL_BANK, BANK1) => {}
        (SEAL_A, A_LEAVER) => return refuse(ENDED),
        _ => return refuse(NO_MANDATE),
    }
    let sealed = call.signed_by(&key(seal).public_key());
    if about["seal"] == json!(true) && !sealed {
        return refuse(UNSEALED);
    }
    Ok(json!({
        "body": party(seal), "grade": 2, "kind": "post", "mandate": super::digest(&format!("mandate {officer}")),
        "officer": party(officer), "sealed": sealed,
    }))
}

fn answer_representation(call: &Call<'_>, _: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    assert_eq!(about["scope"], json!(call.body.operation));
    let (holder, state) = actor(call)?;
    assert_eq!(state, "active", "sharing asks about the key first");
    let of_wang = about["principal"] == json!(party(WANG));
    match (of_wang, holder) {
        (true, GUARDIAN) => Ok(json!({
            "grade": 1, "holder": party(GUARDIAN), "kind": "guardian", "mandate": super::digest("guardianship"),
            "principal": { "kind": "person", "party": party(WANG) },
        })),
        (true, FORMER_AGENT) => refuse(ENDED),
        _ => refuse(NO_MANDATE),
    }
}

fn answer_issuer(_: &Call<'_>, _: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    if about["department"] == A && about["type"] == "hpf-certificate" {
        return Ok(
            json!({ "basis": "accreditation", "from": 0, "granted": { "height": 0, "time": 0 }, "until": null }),
        );
    }
    refuse(NOT_ACCREDITED)
}

/// Every mandate lives but that of somebody who has left.
fn answer_mandate(_: &Call<'_>, _: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    let left = json!(super::digest(&format!("mandate {B2}")));
    Ok(json!({ "mandates": [{ "alive": about["id"] != left, "id": about["id"] }] }))
}

fn answer_member(_: &Call<'_>, _: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    let code = about["code"].as_str().unwrap();
    Ok(match code {
        A | B => json!({ "code": code, "roles": [], "status": "active" }),
        REMOVED => json!({ "code": code, "roles": [], "status": "removed" }),
        _ if OTHERS.contains(&code) => json!({ "code": code, "roles": [], "status": "active" }),
        _ => Value::Null,
    })
}

/// Every day is a working day here.
fn answer_due(_: &Call<'_>, _: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    let end = about["from_ms"].as_u64().unwrap() + about["days"].as_u64().unwrap() * DAY;
    Ok(json!({ "date": about["kind"], "ms_end": end, "provisional": false }))
}

fn ask(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments = &call.body.arguments;
    call.ask(
        records,
        arguments["question"].as_str().unwrap(),
        &arguments["about"],
    )
}

pub struct Identity;

impl Scenario for Identity {
    fn name(&self) -> &'static str {
        "identity"
    }
    fn operations(&self) -> &'static [Operation] {
        &[]
    }
    fn questions(&self) -> &'static [Question] {
        &[
            Question {
                id: "identity.actor",
                answer: answer_actor,
            },
            Question {
                id: "identity.acting",
                answer: answer_acting,
            },
            Question {
                id: "identity.issuer",
                answer: answer_issuer,
            },
            Question {
                id: "identity.mandate",
                answer: answer_mandate,
            },
            // Extracts ask it; what is tested here does not.
            Question {
                id: "identity.party",
                answer: |_, _, _| refuse(NO_PARTY),
            },
            Question {
                id: "identity.representation",
                answer: answer_representation,
            },
        ]
    }
    fn codes(&self) -> &'static [Code] {
        CODES
    }
    fn zh(&self) -> &'static Texts {
        &TEXTS
    }
    fn en(&self) -> &'static Texts {
        &TEXTS
    }
}

pub struct Governance;

impl Scenario for Governance {
    fn name(&self) -> &'static str {
        "governance"
    }
    fn operations(&self) -> &'static [Operation] {
        fn any(_: &Body) -> Result<(), Rejection> {
            Ok(())
        }
        fn nothing(_: &Call<'_>) -> Vec<StateKey> {
            Vec::new()
        }
        &[Operation {
            id: "governance.ask",
            check: any,
            reads: nothing,
            run: ask,
        }]
    }
    fn questions(&self) -> &'static [Question] {
        &[
            Question {
                id: "governance.member",
                answer: answer_member,
            },
            Question {
                id: "governance.due",
                answer: answer_due,
            },
        ]
    }
    fn codes(&self) -> &'static [Code] {
        &[]
    }
    fn zh(&self) -> &'static Texts {
        &NONE
    }
    fn en(&self) -> &'static Texts {
        &NONE
    }
}
