//! Questions to scenarios, what concerns somebody, looks for auditors, members.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use crate::call::{Answer, Api};
use crate::ledger::{Ledger, Outcome, key};
use crate::session::sign_in;
use crate::world::{
    self, AGENT, AUDIT_OFFICE, AUDITOR, CENTRE, CLERK, COMPANY, COURIER, DIRECTOR, FORMER, GUARDIAN, HELPER,
    OBJECTOR, OLD_AUDIT_OFFICE, OTHER_PERSON, PERSON, RIVAL, SEAL, STOLEN, STRANGER, SUSPENDED, get_as,
    party, time,
};

const ASK: &str = "/api/v1/ask";

fn questions(names: &[&str]) -> String {
    let questions = names
        .iter()
        .map(|name| json!({ "question": name, "about": { "for": name } }));
    json!({ "questions": questions.collect::<Vec<_>>() }).to_string()
}

/// The answers, each as the answer itself or the name of its problem.
fn answers(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200);
    let body = answer.json();
    let one = |one: &Value| match one.get("answer") {
        Some(answer) => answer.clone(),
        None => one["problem"]["code"].clone(),
    };
    body["answers"].as_array().unwrap().iter().map(one).collect()
}

fn echo(name: &str) -> Value {
    json!({ "echo": { "for": name } })
}

#[test]
fn open_questions_are_answered_to_everybody_and_closed_ones_to_those_whom_the_ledger_knows() {
    let api = world::api(Ledger::new());
    let (open, closed) = (
        questions(&["evidence.open", "evidence.open"]),
        questions(&["evidence.closed"]),
    );
    let both = questions(&["evidence.closed", "evidence.open"]);
    let answered = api.post(ASK, open);
    assert_eq!(
        answers(&answered),
        json!([echo("evidence.open"), echo("evidence.open")])
    );
    assert_eq!(
        (&answered.json()["height"], &answered.json()["time"]),
        (&json!(1), &json!(time(0)))
    );
    assert_eq!(*api.node.asked_as.lock().unwrap(), None);
    for body in [&closed, &both] {
        let refused = api.post(ASK, body.clone());
        assert_eq!((refused.status, refused.code().as_str()), (401, "SESSION_NEEDED"));
    }
    let cookie = sign_in(&api, PERSON);
    assert_eq!(
        answers(&api.post_with(ASK, &cookie, both.clone())),
        json!([echo("evidence.closed"), echo("evidence.open")])
    );
    // Scenarios learn who asks, to answer a person about himself only.
    assert_eq!(*api.node.asked_as.lock().unwrap(), Some(key(PERSON).public_key()));
    // Anybody can make a key; being signed in with it opens nothing.
    let cookie = sign_in(&api, STRANGER);
    assert_eq!(
        answers(&api.post_with(ASK, &cookie, both)),
        json!(["SESSION_FORBIDDEN", echo("evidence.open")])
    );
}

#[test]
fn a_personal_question_is_answered_to_whom_the_answer_names_and_to_auditors() {
    let api = world::api(world::granted());
    let body = questions(&["evidence.personal"]);
    let unknown =
        json!({ "questions": [{ "question": "evidence.personal", "about": { "for": "another" } }] });
    assert_eq!(api.post(ASK, body.clone()).status, 401);
    for seed in [PERSON, CLERK, AUDITOR] {
        let cookie = sign_in(&api, seed);
        let answered = answers(&api.post_with(ASK, &cookie, body.clone()));
        assert_eq!(answered[0]["steps"][0]["authority"], json!(CENTRE), "{seed}");
    }
    // What is not theirs and what does not exist is one answer.
    for seed in [OTHER_PERSON, FORMER, STOLEN] {
        let cookie = sign_in(&api, seed);
        for body in [body.clone(), unknown.to_string()] {
            let refused = answers(&api.post_with(ASK, &cookie, body));
            assert_eq!(refused, json!(["SESSION_FORBIDDEN"]), "{seed}");
        }
    }
}

#[test]
fn what_is_answered_about_a_body_as_a_party_is_read_by_who_stands_for_it() {
    let api = world::api(world::granted());
    let about = |what: &str| {
        json!({ "questions": [{ "question": "evidence.personal", "about": { "for": what } }] }).to_string()
    };
    // The legal representative, an agent for the scenario, one for an operation on such an entry, and the authority.
    for seed in [DIRECTOR, AGENT, OBJECTOR, CLERK] {
        let cookie = sign_in(&api, seed);
        let answered = answers(&api.post_with(ASK, &cookie, about("company")));
        assert_eq!(answered[0]["subject"], json!(world::body("company")), "{seed}");
    }
    // Who stands for another body, or for this one in something else, cannot tell whether there is such an entry.
    for seed in [RIVAL, COURIER, HELPER, FORMER, PERSON, OTHER_PERSON] {
        let cookie = sign_in(&api, seed);
        for what in ["company", "no such entry"] {
            let refused = answers(&api.post_with(ASK, &cookie, about(what)));
            assert_eq!(refused, json!(["SESSION_FORBIDDEN"]), "{seed} {what}");
        }
    }
}

#[test]
fn a_body_is_found_by_what_concerns_it_as_a_party_and_nobody_elses_is() {
    let mut ledger = world::granted();
    let (company, other) = (world::body("company"), world::body("other company"));
    let listed = world::concerning(&mut ledger, "sharing.listing_propose", &[&company, CENTRE]);
    let deposit = world::concerning(&mut ledger, "evidence.other", &[&company]);
    world::concerning(&mut ledger, "sharing.listing_propose", &[&other, CENTRE]);
    let api = world::api(ledger);
    let about =
        |seed: u8, name: &str, more: &str| get_as(&api, seed, &format!("concerns?about={name}{more}"));
    let one = "&operation=sharing.listing_propose";
    let listings = std::slice::from_ref(&listed);
    assert_eq!(ids(&about(DIRECTOR, &company, one)), listings);
    let all = ids(&about(DIRECTOR, &company, ""));
    assert_eq!(all[..2], [deposit.clone(), listed.clone()]);
    // An agent sees what he was authorised for, under either name of the body.
    assert_eq!(ids(&about(COURIER, &company, one)), listings);
    assert_eq!(
        ids(&about(AGENT, &company, "&operation=evidence.other")),
        [deposit]
    );
    refused(&about(AGENT, &company, one));
    refused(&about(COURIER, &company, ""));
    for seed in [RIVAL, PERSON, OTHER_PERSON, HELPER, FORMER] {
        refused(&about(seed, &company, one));
        refused(&about(seed, &company, ""));
    }
    refused(&about(DIRECTOR, &other, one));
}

#[test]
fn a_block_lists_what_concerns_people_only_to_who_acted_and_to_auditors() {
    let mut ledger = world::granted();
    let look = ledger.verified(CLERK, "sharing.disclose", json!({}));
    let open = ledger.verified(CLERK, "evidence.other", json!({}));
    let (shown, hidden) = (open.id().to_string(), look.id().to_string());
    let outcome = |transaction| Outcome {
        transaction,
        code: 0,
        outcome: json!({}),
    };
    ledger.fire("sharing", "hidden case", 0, json!({}));
    ledger.fire("evidence", "open case", 0, json!({}));
    let height = ledger.block(vec![outcome(look), outcome(open)], true).height;
    let api = world::api(ledger);
    let address = format!("blocks/{height}");
    let listed = |block: Value| {
        let rows = block["transactions"].as_array().unwrap();
        let ids: Vec<String> = rows
            .iter()
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect();
        let occurrences = block["occurrences"].as_array().unwrap();
        let keys: Vec<&str> = occurrences
            .iter()
            .map(|one| one["key"].as_str().unwrap())
            .collect();
        let whole = block["withheld_occurrences"] == 0;
        assert_eq!(
            keys,
            if whole {
                vec!["hidden case", "open case"]
            } else {
                vec!["open case"]
            }
        );
        (ids, block["withheld"].clone(), whole)
    };
    let outside = api.get(&format!("/api/v1/{address}"));
    assert!(!outside.json().to_string().contains(&hidden));
    assert!(!outside.json().to_string().contains("hidden case"));
    assert_eq!(listed(outside.json()), (vec![shown.clone()], json!(1), false));
    for seed in [PERSON, FORMER, STRANGER, SUSPENDED, HELPER] {
        let block = get_as(&api, seed, &address).json();
        assert_eq!(listed(block), (vec![shown.clone()], json!(1), false), "{seed}");
    }
    for seed in [CLERK, AUDITOR] {
        let block = get_as(&api, seed, &address).json();
        assert_eq!(
            listed(block),
            (vec![hidden.clone(), shown.clone()], json!(0), seed == AUDITOR),
            "{seed}"
        );
    }
    // Who was told the identifier asks by it.
    assert_eq!(
        api.get(&format!("/api/v1/transactions/{hidden}")).json()["status"],
        "committed"
    );
}

#[test]
fn one_to_fifty_questions_are_asked_at_once() {
    let api = world::api(Ledger::new());
    for (number, status) in [(0, 400), (1, 200), (50, 200), (51, 400)] {
        let answer = api.post(ASK, questions(&vec!["evidence.open"; number]));
        assert_eq!(answer.status, status, "{number}");
        if status == 400 {
            assert_eq!(answer.code(), "API_REQUEST");
        } else {
            assert_eq!(answers(&answer).as_array().unwrap().len(), number);
        }
    }
}

#[test]
fn a_question_that_nobody_answers_has_a_problem_in_the_place_of_its_answer() {
    let api = world::api(Ledger::new());
    assert_eq!(api.post(ASK, questions(&["no.such"])).code(), "SESSION_NEEDED");
    let cookie = sign_in(&api, PERSON);
    let answer = api.post_with(ASK, &cookie, questions(&["no.such", "evidence.closed"]));
    assert_eq!(answers(&answer), json!(["TX_OPERATION", echo("evidence.closed")]));
    let problem = answer.json()["answers"][0]["problem"].clone();
    assert_eq!(problem["type"], "about:blank");
    assert!(problem["messages"]["zh-CN"].is_string());
}

#[test]
fn malformed_questions_are_refused() {
    let api = world::api(Ledger::new());
    for body in [
        "",
        "[]",
        "{}",
        r#"{"questions":{}}"#,
        r#"{"questions":[{"question":"evidence.open"}]}"#,
        r#"{"questions":[{"about":{}}]}"#,
        r#"{"questions":[{"question":"evidence.open","about":{},"at":1}]}"#,
        r#"{"questions":[],"height":1}"#,
    ] {
        assert_eq!(api.post(ASK, body).code(), "API_REQUEST", "{body}");
    }
    assert_eq!(api.post(ASK, vec![b' '; (64 << 10) + 1]).code(), "API_TOO_LARGE");
    let plain = api.send("POST", ASK, &[], b"{}".to_vec());
    assert_eq!(plain.code(), "API_MEDIA_TYPE");
    api.node.unreadable.store(true, Ordering::SeqCst);
    assert_eq!(
        api.post(ASK, questions(&["evidence.open"])).code(),
        "API_UNAVAILABLE"
    );
}

/// Somebody's chain: a request of the person to the centre, a vote, and deposits of the company.
fn busy() -> (Api, Vec<String>) {
    let mut ledger = world::granted();
    let person = party(PERSON);
    let ids = vec![
        world::concerning(&mut ledger, "sharing.request", &[&person, CENTRE]),
        world::concerning(&mut ledger, "sharing.issue", &[&person, CENTRE]),
        world::concerning(&mut ledger, "governance.propose", &["governance"]),
        world::concerning(&mut ledger, "evidence.other", &[COMPANY]),
        world::concerning(&mut ledger, "sharing.request", &[COMPANY]),
    ];
    (world::api(ledger), ids)
}

fn ids(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200);
    let items = answer.json()["items"].clone();
    let id = |item: &Value| item["id"].as_str().unwrap().to_owned();
    items.as_array().unwrap().iter().map(id).collect()
}

fn refused(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (403, "SESSION_FORBIDDEN")
    );
}

#[test]
fn a_person_sees_what_concerns_himself_newest_first() {
    let (api, sent) = busy();
    let answer = get_as(&api, PERSON, &format!("concerns?about={}", party(PERSON)));
    assert_eq!(ids(&answer), [sent[1].clone(), sent[0].clone()]);
    let body = answer.json();
    assert_eq!((&body["height"], &body["next"]), (&json!(15), &Value::Null));
    assert_eq!(
        body["items"][1],
        json!({
            "code": 0, "height": 11, "id": sent[0], "index": 0, "messages": null, "name": null, "operation": "sharing.request",
            "outcome": { "concerns": [party(PERSON), CENTRE] }, "time": time(11),
        })
    );
    let about = format!("concerns?operation=sharing.request&about={}", party(PERSON));
    assert_eq!(ids(&get_as(&api, PERSON, &about)), sent[..1]);
}

#[test]
fn an_officer_sees_what_concerns_his_body_and_a_seal_its_own() {
    let (api, sent) = busy();
    for seed in [CLERK, SEAL] {
        let answer = get_as(&api, seed, &format!("concerns?about={CENTRE}"));
        assert_eq!(ids(&answer), [sent[1].clone(), sent[0].clone()]);
    }
}

#[test]
fn an_agent_sees_what_he_was_authorised_for() {
    let (api, sent) = busy();
    let about = |operation: &str| {
        get_as(
            &api,
            AGENT,
            &format!("concerns?about={COMPANY}&operation={operation}"),
        )
    };
    assert_eq!(ids(&about("evidence.other")), sent[3..4]);
    refused(&about("sharing.request"));
    refused(&about("evidence"));
    refused(&get_as(&api, AGENT, &format!("concerns?about={COMPANY}")));
}

#[test]
fn a_guardian_sees_what_concerns_the_child_within_the_mandate_and_nothing_else() {
    let mut ledger = world::granted();
    let child = world::body("child");
    world::grant(&mut ledger, &child, &party(GUARDIAN));
    let issued = world::concerning(&mut ledger, "sharing.issue", &[&child, CENTRE]);
    world::concerning(&mut ledger, "evidence.other", &[&child]);
    let api = world::api(ledger);
    let about = |seed: u8, more: &str| get_as(&api, seed, &format!("concerns?about={child}{more}"));
    assert_eq!(ids(&about(GUARDIAN, "&operation=sharing.issue")), [issued]);
    refused(&about(GUARDIAN, "&operation=evidence.other"));
    refused(&about(GUARDIAN, ""));
    refused(&about(PERSON, "&operation=sharing.issue"));
}

#[test]
fn what_concerns_others_is_refused_in_the_same_words_whether_they_exist_or_not() {
    let (api, _) = busy();
    let nobody = crate::ledger::digest("nobody").to_string();
    let foreign = [
        (PERSON, party(OTHER_PERSON)),
        (PERSON, nobody.clone()),
        (PERSON, CENTRE.to_owned()),
        (CLERK, party(PERSON)),
        (CLERK, AUDIT_OFFICE.to_owned()),
        // The mandate has ended.
        (FORMER, CENTRE.to_owned()),
        // The key is revoked: whoever has it is not the person.
        (STOLEN, party(PERSON)),
        (STOLEN, "governance".to_owned()),
        (STRANGER, "governance".to_owned()),
        (STRANGER, nobody),
        (STRANGER, String::new()),
        (AUDITOR, party(PERSON)),
    ];
    let said: Vec<Value> = foreign
        .iter()
        .map(|(seed, about)| {
            let answer = get_as(&api, *seed, &format!("concerns?about={about}"));
            refused(&answer);
            answer.json()
        })
        .collect();
    assert!(said.iter().all(|one| *one == said[0]));
    let answer = api.get(&format!("/api/v1/concerns?about={}", party(PERSON)));
    assert_eq!((answer.status, answer.code().as_str()), (401, "SESSION_NEEDED"));
}

#[test]
fn what_concerns_all_members_is_for_everybody_whom_the_ledger_knows() {
    let (api, sent) = busy();
    for seed in [PERSON, CLERK, FORMER, SEAL] {
        let answer = get_as(&api, seed, "concerns?about=governance");
        assert_eq!(ids(&answer), sent[2..3]);
    }
}

#[test]
fn pages_go_on_where_the_one_before_ended_and_have_bounds() {
    let mut ledger = Ledger::new();
    let person = party(PERSON);
    let mut sent: Vec<String> = (0..7)
        .map(|_| world::concerning(&mut ledger, "sharing.request", &[&person]))
        .collect();
    sent.reverse();
    let api = world::api(ledger);
    let cookie = sign_in(&api, PERSON);
    let ask = |more: &str| api.get_with(&format!("/api/v1/concerns?about={person}{more}"), &cookie);
    let (mut seen, mut before) = (Vec::new(), String::new());
    loop {
        let page = ask(&format!("&limit=3{before}"));
        assert!(ids(&page).len() <= 3);
        seen.extend(ids(&page));
        match page.json()["next"].as_str() {
            Some(next) => before = format!("&before={next}"),
            None => break,
        }
    }
    assert_eq!(seen, sent);
    for wrong in [
        "&limit=0",
        "&limit=101",
        "&limit=-1",
        "&before=",
        "&before=xyz",
        "&before=0000000000000g",
        "&limit=1&limit=1",
        "&colour=red",
    ] {
        assert_eq!(ask(wrong).code(), "API_REQUEST", "{wrong}");
    }
    assert_eq!(ask("&limit=100").status, 200);
    assert_eq!(api.get_with("/api/v1/concerns", &cookie).code(), "API_REQUEST");
}

/// Looks by the centre and by the person itself.
fn watched() -> (Api, Vec<String>) {
    let mut ledger = world::granted();
    let (person, later) = (party(PERSON), time(1_000_000));
    let ids = vec![
        world::look(&mut ledger, CENTRE, &person, 0, None),
        world::look(&mut ledger, CENTRE, &person, 4999, None),
        world::look(&mut ledger, CENTRE, &party(OTHER_PERSON), 0, Some(later)),
        world::look(&mut ledger, "self", &person, 0, None),
    ];
    (world::api(ledger), ids)
}

#[test]
fn an_officer_of_an_auditing_body_sees_every_look_also_those_that_are_withheld() {
    let (api, looks) = watched();
    let all = get_as(&api, AUDITOR, &format!("access?source={CENTRE}"));
    assert_eq!(ids(&all), [looks[2].clone(), looks[1].clone(), looks[0].clone()]);
    assert_eq!(
        all.json()["items"][0]["outcome"]["access"]["withheld"]["basis"],
        "个人信息保护法 §35"
    );
    let refused = &all.json()["items"][1];
    assert_eq!(
        (&refused["code"], &refused["name"]),
        (&json!(4999), &json!("TEST_TAKEN"))
    );
    assert_eq!(refused["messages"]["zh-CN"], "已被占用。");
    let of = |query: &str| ids(&get_as(&api, AUDITOR, &format!("access?{query}")));
    assert_eq!(of(&format!("source={CENTRE}&allowed=false")), looks[1..2]);
    assert_eq!(
        of(&format!("source={CENTRE}&since={}&until={}", time(12), time(12))),
        looks[1..2]
    );
    assert_eq!(
        of(&format!("subject={}", party(PERSON))),
        [looks[3].clone(), looks[1].clone(), looks[0].clone()]
    );
    assert_eq!(of(&format!("officer={}&limit=1", party(CLERK))), looks[3..4]);
    assert!(of("source=self&allowed=false").is_empty());
}

#[test]
fn looks_are_for_auditors_in_office_only() {
    let (api, _) = watched();
    let address = format!("access?source={CENTRE}");
    for seed in [PERSON, CLERK, FORMER, SEAL, STRANGER, STOLEN, SUSPENDED, HELPER] {
        refused(&get_as(&api, seed, &address));
    }
    // Not even its own looks.
    refused(&get_as(
        &api,
        SUSPENDED,
        &format!("access?source={OLD_AUDIT_OFFICE}"),
    ));
    assert_eq!(api.get(&format!("/api/v1/{address}")).code(), "SESSION_NEEDED");
}

#[test]
fn looks_are_asked_for_by_source_or_officer_or_subject() {
    let (api, _) = watched();
    let cookie = sign_in(&api, AUDITOR);
    for wrong in [
        "",
        "?allowed=true",
        "?source=self&officer=x",
        "?source=self&subject=x",
        "?officer=x&subject=x",
        "?source=self&officer=x&subject=x",
        "?source=self&allowed=perhaps",
        "?source=self&since=-1",
        "?source=self&limit=0",
        "?source=self&limit=101",
        "?source=self&before=1",
        "?source=self&class=x",
    ] {
        let answer = api.get_with(&format!("/api/v1/access{wrong}"), &cookie);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "API_REQUEST"),
            "{wrong}"
        );
    }
}

#[test]
fn members_are_known_to_everybody() {
    let answer = world::api(Ledger::new()).get("/api/v1/members");
    assert_eq!(answer.json()["members"][0]["code"], CENTRE);
}
