//! Drawings of processes are checked and tried before they are enacted.

use serde_json::{Value, json};

use crate::call::Api;
use crate::session;

/// A sample of a process.
const RENOVATION: &str = include_str!("../../../workflow/tests/processes/renovation.bpmn");
const GRADED: &str = include_str!("../../../../scenarios/approval/processes/graded-licence.bpmn");
const EXPERTS: &str = include_str!("../../../../scenarios/approval/processes/expert-review.bpmn");
const RISK: &str = include_str!("../../../../scenarios/approval/processes/licence-risk.dmn");

/// What the graded licence asks and calls.
fn others() -> Value {
    json!([
        { "document": EXPERTS, "name": "process/expert-review", "version": 1 },
        { "document": RISK, "name": "decision/licence-risk", "version": 1 },
    ])
}

/// What the check says of drawings.
pub fn check(api: &Api) {
    let body = json!({ "document": RENOVATION }).to_string();
    let refused = api.post("/api/v1/processes/check", body.clone());
    assert_eq!(refused.code(), "SESSION_NEEDED");
    let cookie = session::sign_in(api, 1);
    let check = |body: String| api.post_with("/api/v1/processes/check", &cookie, body).json();
    let verdict = check(body);
    assert_eq!(
        (&verdict["accepted"], &verdict["processes"][0]["key"]),
        (&json!(true), &json!("renovation"))
    );
    assert_eq!(verdict["processes"][0]["steps"][1]["two_officers"], true);
    let stuck = RENOVATION.replace(
        r#"<bpmn:parallelGateway id="join">"#,
        r#"<bpmn:complexGateway id="join">"#,
    );
    let verdict = check(json!({ "document": stuck }).to_string());
    assert_eq!(
        (&verdict["accepted"], &verdict["processes"]),
        (&json!(false), &json!([]))
    );
    assert_eq!(verdict["findings"][0]["severity"], "error");
    // What conditions read of the form is named, with the type of what they compare it with.
    let longer = RENOVATION.replace(
        r#"acceptance = "decline""#,
        r#"acceptance = "decline" or days &gt; 30 or urgent = true or kind = "half""#,
    );
    assert_ne!(longer, RENOVATION);
    let verdict = check(json!({ "document": longer }).to_string());
    assert_eq!(verdict["accepted"], true, "{verdict}");
    assert_eq!(
        verdict["processes"][0]["answers"],
        json!([
            { "name": "days", "of": "number" }, { "name": "kind", "of": "text" }, { "name": "urgent", "of": "boolean" },
        ])
    );
    // What it asks and calls is sent with it, or enacted, or missed by name.
    let verdict = check(json!({ "document": GRADED }).to_string());
    let missed = verdict["findings"].as_array().unwrap().iter();
    let missed: Vec<_> = missed.map(|one| (&one["code"], &one["id"])).collect();
    assert!(
        missed.contains(&(&json!("DECISION_UNKNOWN"), &json!("grade"))),
        "{missed:?}"
    );
    assert!(
        missed.contains(&(&json!("CALL_UNKNOWN"), &json!("examine"))),
        "{missed:?}"
    );
    let verdict = check(json!({ "document": GRADED, "others": others() }).to_string());
    assert_eq!(verdict["accepted"], true, "{verdict}");
}

/// How trial cases go, and why they do not go on.
pub fn tried(api: &Api) {
    let cookie = session::sign_in(api, 1);
    // A decision answers by itself, and what is called lies in the case; without an answer the task waits and says why.
    for (answers, node, reason) in [
        (json!({ "crowded": false, "floor_area": 10 }), "review", None),
        (
            json!({ "crowded": true, "floor_area": 10 }),
            "examine/opinion",
            None,
        ),
        (json!({ "crowded": false }), "grade", Some("no rule matches")),
    ] {
        let started = json!({ "event": "started", "message": null, "variables": answers });
        let body = json!({
            "document": GRADED, "process": "graded-licence", "case": null, "event": started, "at_ms": 1_000,
            "others": others(),
        });
        let tried = api
            .post_with("/api/v1/processes/try", &cookie, body.to_string())
            .json();
        assert_eq!(tried["waits"][0]["node"], node, "{tried}");
        let said = tried["decided"][0]["reason"].as_str();
        assert_eq!(said.is_some(), reason.is_some(), "{tried}");
        assert!(
            said.unwrap_or_default().starts_with(reason.unwrap_or_default()),
            "{tried}"
        );
    }
    let happens = |given: &Value, event: Value| {
        let body = json!({
            "document": RENOVATION, "process": "renovation", "case": given, "event": event, "at_ms": 1_000,
        });
        api.post_with("/api/v1/processes/try", &cookie, body.to_string())
    };
    let begun = happens(
        &Value::Null,
        json!({ "event": "started", "message": null, "variables": {} }),
    )
    .json();
    assert_eq!(
        (&begun["waits"][0]["kind"], &begun["waits"][0]["node"]),
        (&json!("step"), &json!("accept"))
    );
    let work = &begun["waits"][0]["number"];
    let done = json!({
        "event": "completed", "work": work, "actors": ["a"], "outcome": "decline", "variables": {},
    });
    let declined = happens(&begun["case"], done.clone()).json();
    assert_eq!(
        (&declined["waits"], &declined["case"]["ending"]["how"]),
        (&json!([]), &json!("completed"))
    );
    // A case that has ended takes nothing more, and one that somebody made up is not believed.
    assert_eq!(happens(&declined["case"], done.clone()).code(), "TRIAL_EVENT");
    let mut made_up = begun["case"].clone();
    made_up["works"] = json!({ "7": made_up["works"]["1"] });
    assert_eq!(happens(&made_up, done).code(), "TRIAL_EVENT");
    // A condition on an answer of the form is tried with the answer, and refused by name without it.
    for (answers, node, code) in [
        (json!({ "days": 31 }), Some("declined"), ""),
        (json!({ "days": 30 }), None, ""),
        (json!({}), None, "TRIAL_ANSWER"),
    ] {
        let longer = RENOVATION.replace(r#"acceptance = "decline""#, "days &gt; 30");
        let event = |given: &Value, event: Value| {
            let body = json!({
                "document": longer, "process": "renovation", "case": given, "event": event, "at_ms": 1_000,
            });
            api.post_with("/api/v1/processes/try", &cookie, body.to_string())
        };
        let started = json!({ "event": "started", "message": null, "variables": answers });
        let begun = event(&Value::Null, started).json();
        let accept = json!({
            "event": "completed", "work": work, "actors": ["a"], "outcome": "accept", "variables": {},
        });
        let gone = event(&begun["case"], accept);
        if code.is_empty() {
            let ended = gone.json()["waits"] == json!([]);
            assert_eq!(ended, node.is_some(), "{}", gone.json());
        } else {
            assert_eq!(gone.code(), code);
            let said = &gone.json()["messages"]["zh-CN"];
            assert!(said.as_str().unwrap().contains("“days”"), "{said}");
        }
    }
    // A refusal says why, in both languages and with the names of the drawing.
    let done = |work: &Value, actors: Value, outcome: &str| json!({ "event": "completed", "work": work, "actors": actors, "outcome": outcome, "variables": {} });
    let accepted = happens(&begun["case"], done(work, json!(["a"]), "accept")).json();
    let waits = accepted["waits"].as_array().unwrap().iter();
    let planning = waits.clone().find(|one| one["node"] == "planning").unwrap();
    for (actors, outcome, code, zh) in [
        (
            json!(["a", "b"]),
            "agree",
            "TRIAL_SAME_PERSON",
            "在“受理”中办理过的人不得办理“规划审查”。",
        ),
        (
            json!(["b", "c"]),
            "objct",
            "TRIAL_OUTCOME",
            "“规划审查”不提供这个结论",
        ),
        (json!([]), "agree", "TRIAL_OFFICERS", "“规划审查”的办理人不够"),
    ] {
        let refused = happens(&accepted["case"], done(&planning["number"], actors, outcome));
        assert_eq!(refused.code(), code);
        let messages = &refused.json()["messages"];
        assert!(messages["zh-CN"].as_str().unwrap().starts_with(zh), "{messages}");
        assert!(
            messages["en"].as_str().unwrap().contains("“Planning review”"),
            "{messages}"
        );
    }
}
