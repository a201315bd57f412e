//! Enrolment at home: what anybody may send, what needs a session, and how much of it.

use serde_json::{Value, json};
use yinxin_api::{HttpLimits, Rate};
use yinxin_types::transaction::KeyedSignature;

use crate::call::Api;
use crate::ledger::{Ledger, digest, key};
use crate::node::TestNode;
use crate::session::sign_in;
use crate::world::{self, CLERK, STRANGER};

const APPLY: &str = "/api/v1/applications";
const WITHDRAW: &str = "/api/v1/applications/withdraw";
const QUEUE: &str = "/api/v1/desk/applications";

/// An application by the key with this seed; what it means is the node's to judge.
pub fn application(seed: u8) -> Value {
    let signature = KeyedSignature::by(&key(seed), b"statement");
    json!({
        "account": key(seed).public_key(), "authority": "authority", "sealed": "c2VhbGVk", "signature": signature,
        "until": 1_800_000_000_000_u64,
    })
}

fn withdrawal(seed: u8) -> Value {
    let signature = KeyedSignature::by(&key(seed), b"statement");
    json!({ "application": digest("sealed"), "authority": "authority", "signature": signature })
}

#[test]
fn somebody_whom_the_ledger_does_not_know_applies_and_takes_it_back_without_a_session() {
    let api = world::api(Ledger::new());
    let terms = api.get("/api/v1/applications/terms?authority=authority");
    assert_eq!(terms.json(), json!({ "authority": "authority" }));
    let none = api.get("/api/v1/applications/terms?authority=other");
    assert_eq!(
        (none.status, none.code().as_str()),
        (404, "APPLICATION_AUTHORITY")
    );
    let applied = api.post(APPLY, application(STRANGER).to_string());
    assert_eq!(applied.json(), json!({ "applied": key(STRANGER).public_key() }));
    let withdrawn = api.post(WITHDRAW, withdrawal(STRANGER).to_string());
    assert_eq!(withdrawn.json(), json!({ "withdrawn": digest("sealed") }));
}

#[test]
fn how_an_application_stands_is_told_to_its_own_key() {
    let api = world::api(Ledger::new());
    let address = format!("{APPLY}?authority=authority");
    assert_eq!(api.get(&address).code(), "SESSION_NEEDED");
    let cookie = sign_in(&api, STRANGER);
    let standing = api.get_with(&address, &cookie).json();
    assert_eq!(
        standing,
        json!({ "account": key(STRANGER).public_key(), "authority": "authority" })
    );
    for wrong in ["", "?authority=", "?authority=authority&account=other"] {
        let answer = api.get_with(&format!("{APPLY}{wrong}"), &cookie);
        let allowed = wrong == "?authority=";
        assert_eq!(answer.status == 400, !allowed, "{wrong}");
    }
}

#[test]
fn the_queue_learns_from_the_session_which_officer_asks() {
    let api = world::api(Ledger::new());
    let officer = key(CLERK).public_key();
    let of = json!({ "application": digest("sealed") });
    let with = |name: &str, value: &str| {
        let mut request = of.clone();
        request[name] = json!(value);
        request.to_string()
    };
    let requests = [
        ("open", of.to_string(), "opened"),
        ("confirm", with("code", "12345678"), "confirmed"),
        ("refuse", with("reason", "facts"), "refused"),
    ];
    assert_eq!(api.get(QUEUE).code(), "SESSION_NEEDED");
    for (what, body, _) in &requests {
        assert_eq!(
            api.post(&format!("{QUEUE}/{what}"), body.clone()).code(),
            "SESSION_NEEDED"
        );
    }
    let cookie = sign_in(&api, CLERK);
    assert_eq!(api.get_with(QUEUE, &cookie).json(), json!({ "queue": officer }));
    for (what, body, done) in requests {
        let answer = api.post_with(&format!("{QUEUE}/{what}"), &cookie, body).json();
        assert_eq!(
            (&answer["officer"], &answer[done]),
            (&json!(officer), &json!(digest("sealed")))
        );
    }
}

#[test]
fn malformed_and_too_large_applications_are_refused_before_the_node_sees_them() {
    let api = world::api(Ledger::new());
    let cookie = sign_in(&api, CLERK);
    let good = application(STRANGER);
    let mut more = good.clone();
    more["name"] = json!("王小示");
    let mut other = good.clone();
    other["until"] = json!("tomorrow");
    let mut unsigned = good.clone();
    unsigned["signature"] = json!(null);
    for body in [more, other, unsigned, json!({}), json!([]), json!(null)] {
        assert_eq!(api.post(APPLY, body.to_string()).code(), "API_REQUEST", "{body}");
        assert_eq!(
            api.post(WITHDRAW, body.to_string()).code(),
            "API_REQUEST",
            "{body}"
        );
        for what in ["open", "confirm", "refuse"] {
            let answer = api.post_with(&format!("{QUEUE}/{what}"), &cookie, body.to_string());
            assert_eq!(answer.code(), "API_REQUEST", "{what} {body}");
        }
    }
    for address in [APPLY, WITHDRAW] {
        assert_eq!(
            api.post(address, vec![b' '; (16 << 10) + 1]).code(),
            "API_TOO_LARGE"
        );
        assert_eq!(
            api.send("POST", address, &[], b"{}".to_vec()).code(),
            "API_MEDIA_TYPE"
        );
    }
}

#[test]
fn one_client_address_applies_some_times_at_once_and_then_once_a_minute() {
    let rate = Rate {
        per_second: 1,
        burst: 2,
    };
    let limits = HttpLimits {
        applicant_rate: rate,
        ..HttpLimits::default()
    };
    let api = Api::with(TestNode::new(Ledger::new()), limits);
    world::know(&api.node);
    for _ in 0..2 {
        assert_eq!(api.post(APPLY, application(STRANGER).to_string()).status, 200);
    }
    let refused = api.post(APPLY, application(STRANGER).to_string());
    assert_eq!((refused.status, refused.code().as_str()), (429, "API_RATE"));
    assert_eq!(refused.header("retry-after"), "60");
    // Everything else of the address goes on.
    assert_eq!(
        api.get("/api/v1/applications/terms?authority=authority").status,
        200
    );
}
