//! "Who used my data": the person's own list, in words of both languages.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use crate::call::{Answer, Api};
use crate::ledger::Ledger;
use crate::session::sign_in;
use crate::world::{
    self, AGENT, CENTRE, CLERK, GUARDIAN, OTHER_PERSON, PERSON, SEAL, STOLEN, STRANGER, get_as, party, time,
};

fn transactions(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200);
    let items = answer.json()["items"].clone();
    let id = |item: &Value| item["transaction"].as_str().unwrap().to_owned();
    items.as_array().unwrap().iter().map(id).collect()
}

/// Where older looks follow.
fn next(answer: &Answer) -> Option<String> {
    answer.json()["next"].as_str().map(str::to_owned)
}

#[test]
fn each_look_is_told_in_words_of_both_languages() {
    let mut ledger = Ledger::new();
    let person = party(PERSON);
    let allowed = world::look(&mut ledger, CENTRE, &person, 0, None);
    let refused = world::look(&mut ledger, "1299000000000000XX", &person, 4999, None);
    let own = world::look(&mut ledger, "self", &person, 0, None);
    world::look(&mut ledger, CENTRE, &party(OTHER_PERSON), 0, None);
    let api = world::api(ledger);
    let answer = get_as(&api, PERSON, "usage");
    assert_eq!(transactions(&answer), [own, refused, allowed.clone()]);
    let body = answer.json();
    assert_eq!((&body["height"], &body["next"]), (&json!(4), &Value::Null));
    assert_eq!(
        body["items"][2],
        json!({
            "action": {
                "en": "甲市住房公积金管理中心 looked at provident fund certificate: name of the account holder, balance, unheard_of. \
                       Purpose: approval of a loan.",
                "zh-CN": "甲市住房公积金管理中心查阅了公积金缴存证明:缴存人姓名、账户余额、unheard_of。用途:贷款审批。",
            },
            "allowed": true, "basis": { "kind": "lease", "reference": null }, "case": "case 1", "class": "hpf-certificate", "code": 0,
            "fields": ["accname", "bal", "unheard_of"], "height": 1, "logtime": time(1), "messages": null, "purpose": "loan",
            "receiver_code": CENTRE, "receiver_name": "甲市住房公积金管理中心", "receiver_system": "甲市存证链", "transaction": allowed,
        })
    );
    let refused = &body["items"][1];
    assert_eq!(
        (&refused["allowed"], &refused["code"]),
        (&json!(false), &json!(4999))
    );
    assert_eq!(refused["receiver_name"], Value::Null);
    assert_eq!(
        refused["messages"],
        json!({ "en": "Taken.", "zh-CN": "已被占用。" })
    );
    let told = |item: &Value, language: &str| item["action"][language].as_str().unwrap().to_owned();
    assert!(
        told(refused, "en")
            .starts_with("1299000000000000XX tried to look at, and was refused, provident fund")
    );
    assert!(told(refused, "zh-CN").starts_with("1299000000000000XX试图查阅(已拒绝)公积金缴存证明"));
    let own = &body["items"][0];
    assert_eq!(
        (&own["receiver_code"], &own["receiver_name"]),
        (&json!("self"), &Value::Null)
    );
    assert!(told(own, "en").starts_with("You looked at"));
    assert!(told(own, "zh-CN").starts_with("您本人查阅了"));
}

#[test]
fn a_look_in_the_name_of_the_person_is_told_as_one_and_a_false_claim_as_a_claim() {
    let mut ledger = Ledger::new();
    let mandate = crate::ledger::digest("mandate").to_string();
    world::look_for(&mut ledger, &party(PERSON), Some(&mandate));
    world::look_for(&mut ledger, &party(PERSON), None);
    let body = get_as(&world::api(ledger), PERSON, "usage").json();
    let [claimed, looked] = [0, 1].map(|place: usize| body["items"][place].clone());
    for (item, zh, en) in [
        (
            &looked,
            "您的监护人或者代理人查阅了",
            "Your guardian or agent looked at",
        ),
        (
            &claimed,
            "自称代您办理的人试图查阅(已拒绝)",
            "Somebody who claimed to act for you tried to look at",
        ),
    ] {
        assert!(
            item["action"]["zh-CN"].as_str().unwrap().starts_with(zh),
            "{item}"
        );
        assert!(item["action"]["en"].as_str().unwrap().starts_with(en), "{item}");
    }
    assert_eq!(
        looked["basis"],
        json!({ "kind": "mandate", "reference": mandate })
    );
    assert_eq!(claimed["basis"]["reference"], Value::Null);
}

#[test]
fn the_names_of_however_many_bodies_are_asked_for_together() {
    let mut ledger = Ledger::new();
    let person = party(PERSON);
    world::look(&mut ledger, "self", &person, 0, None);
    world::look(&mut ledger, CENTRE, &person, 0, None);
    for source in ["1299000000000000XX", "1299000000000001XX", "1299000000000002XX"] {
        world::look(&mut ledger, source, &person, 0, None);
    }
    let api = world::api(ledger);
    let cookie = sign_in(&api, PERSON);
    let inquiries = |query: &str| {
        let before = api.node.inquiries.load(Ordering::SeqCst);
        let answer = api.get_with(&format!("/api/v1/usage?{query}"), &cookie);
        assert_eq!(answer.status, 200);
        api.node.inquiries.load(Ordering::SeqCst) - before
    };
    let nobody = inquiries(&format!("to={}", time(1)));
    assert_eq!(inquiries("limit=1"), nobody + 1);
    assert_eq!(inquiries(""), nobody + 1);
}

/// Looks at the person's data of which the second and the fourth are withheld for a time.
fn withheld() -> (Api, Vec<String>) {
    let mut ledger = Ledger::new();
    let person = party(PERSON);
    let reviews = [None, Some(time(7)), None, Some(time(7)), None];
    let looks = reviews.map(|review| world::look(&mut ledger, CENTRE, &person, 0, review));
    (world::api(ledger), looks.to_vec())
}

#[test]
fn a_look_that_is_withheld_is_shown_from_its_review_on() {
    let (api, looks) = withheld();
    let mut newest_first = looks.clone();
    newest_first.reverse();
    let cookie = sign_in(&api, PERSON);
    let shown = || transactions(&api.get_with("/api/v1/usage", &cookie));
    let open = [looks[4].clone(), looks[2].clone(), looks[0].clone()];
    assert_eq!(shown(), open);
    // The time that counts is that of the ledger, not of the clock of the node.
    api.node.now.fetch_add(60_000, Ordering::SeqCst);
    assert_eq!(shown(), open);
    let block = || {
        let mut ledger = api.node.ledger.lock().unwrap();
        ledger.block(Vec::new(), true)
    };
    block();
    assert_eq!(shown(), open);
    block();
    assert_eq!(shown(), newest_first);
}

#[test]
fn nothing_tells_a_person_that_something_is_withheld() {
    let (api, looks) = withheld();
    let cookie = sign_in(&api, PERSON);
    let page = |before: Option<String>, limit: u32| {
        let before = before.map_or(String::new(), |before| format!("before={before}&"));
        let answer = api.get_with(&format!("/api/v1/usage?{before}limit={limit}"), &cookie);
        (transactions(&answer), next(&answer))
    };
    let mut before = None;
    for look in [4, 2, 0] {
        let (shown, next) = page(before, 1);
        assert_eq!(shown, [looks[look].clone()]);
        // Where the next page begins names the look that is shown, not those behind it that are not.
        assert_eq!(next, (look > 0).then(|| format!("{:014x}", (look + 1) << 16)));
        before = next;
    }
    assert_eq!(page(None, 3).1, None);
    assert!(page(None, 2).1.is_some());
    let of_time = format!("/api/v1/usage?from={}&to={}", time(4), time(4));
    let answer = api.get_with(&of_time, &cookie);
    assert_eq!((transactions(&answer), next(&answer)), (vec![], None));
}

#[test]
fn looks_are_found_by_time_and_beyond_the_first_page_of_the_index() {
    let mut ledger = Ledger::new();
    let outcomes: Vec<_> = (0..1_005)
        .map(|_| {
            let transaction = ledger.verified(1, "sharing.disclose", json!({}));
            let event = json!({ "access": { "source": CENTRE, "subject": party(PERSON) } });
            crate::ledger::Outcome {
                transaction,
                code: 0,
                outcome: event,
            }
        })
        .collect();
    ledger.block(outcomes, true);
    let last = world::look(&mut ledger, CENTRE, &party(PERSON), 0, None);
    let api = world::api(ledger);
    let cookie = sign_in(&api, PERSON);
    let count = |query: &str| {
        let answer = api.get_with(&format!("/api/v1/usage?{query}"), &cookie);
        (transactions(&answer).len(), next(&answer))
    };
    let (shown, older) = count("limit=1000");
    assert_eq!(shown, 1_000);
    assert_eq!(count(&format!("before={}", older.unwrap())), (6, None));
    let (shown, older) = count("");
    assert_eq!(shown, 100);
    let until = format!("to={}&limit=1000&before={}", time(1), older.unwrap());
    assert_eq!(count(&until), (906, None));
    let newest = api.get_with(&format!("/api/v1/usage?from={}", time(2)), &cookie);
    assert_eq!(transactions(&newest), [last]);
}

#[test]
fn the_list_is_for_the_person_with_a_key_that_is_his() {
    let (api, _) = withheld();
    assert_eq!(api.get("/api/v1/usage").code(), "SESSION_NEEDED");
    // A key of nobody, and one that was stolen from the person and is revoked.
    for seed in [STRANGER, STOLEN] {
        let refused = get_as(&api, seed, "usage");
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (403, "SESSION_FORBIDDEN")
        );
    }
    for seed in [OTHER_PERSON, CLERK, SEAL] {
        assert!(transactions(&get_as(&api, seed, "usage")).is_empty());
    }
}

#[test]
fn a_guardian_sees_who_looked_at_the_childs_data_and_nobody_elses() {
    let mut ledger = world::granted();
    let child = world::body("child");
    world::grant(&mut ledger, &child, &party(GUARDIAN));
    let look = world::look(&mut ledger, CENTRE, &child, 0, None);
    world::look(&mut ledger, CENTRE, &party(PERSON), 0, None);
    let api = world::api(ledger);
    let about = |seed: u8, name: &str| get_as(&api, seed, &format!("usage?about={name}"));
    assert_eq!(transactions(&about(GUARDIAN, &child)), [look]);
    assert!(transactions(&about(GUARDIAN, &party(GUARDIAN))).is_empty());
    // Somebody else's data, a stranger's guardianship, a company whose agent one is, and a body whose officer one is.
    for (seed, name) in [
        (GUARDIAN, party(PERSON)),
        (PERSON, child.clone()),
        (AGENT, world::body("company")),
        (CLERK, world::body("centre")),
        (CLERK, CENTRE.to_owned()),
        (GUARDIAN, String::new()),
    ] {
        let refused = about(seed, &name);
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (403, "SESSION_FORBIDDEN"),
            "{seed} {name}"
        );
    }
}

#[test]
fn cursor_limit_and_times_have_bounds() {
    let (api, _) = withheld();
    let cookie = sign_in(&api, PERSON);
    let ask = |query: &str| api.get_with(&format!("/api/v1/usage?{query}"), &cookie);
    for wrong in [
        "limit=0",
        "limit=1001",
        "offset=1",
        "before=",
        "before=newest",
        "before=ffffffffffffff",
        "from=-1",
        "to=soon",
        "limit=1&limit=2",
        "subject=x",
    ] {
        assert_eq!(ask(wrong).code(), "API_REQUEST", "{wrong}");
    }
    assert!(transactions(&ask("limit=1000&before=00000000000000")).is_empty());
    assert!(transactions(&ask(&format!("from={}&to={}", u64::MAX, u64::MAX))).is_empty());
}

#[test]
fn the_period_and_the_sign_of_life_need_no_session() {
    let (api, _) = withheld();
    assert_eq!(
        api.get("/api/v1/usage/period").json(),
        json!({ "period_start": time(0), "period_end": time(5) })
    );
    assert_eq!(api.get("/api/v1/heartbeat").json()["height"], 5);
}
