//! Nothing personal leaves its holder: after the whole way of a certificate no file, log or measurement of any node has a trace of it, nor
//! have the links between nodes.

use serde_json::{Value, json};
use yinxin_crypto::Digest;

use crate::hunt::{Hunt, LEASED, assert_kept, assert_released, assert_sound, case, erased_of};
use crate::invented::{Draw, Invented};
use crate::network::{PATIENCE, wait_for};
use crate::search::Needles;
use crate::taps::Taps;
use crate::town::{
    AWAY, HOME, Issued, KIND, Person, Town, code, fetch, issue, look, open, reader, request_of_certificate,
};

/// Invented people; `YINXIN_PEOPLE` makes them more.
const PEOPLE: usize = 20;
/// Everybody's certificate: all asked for at once, all issued at once.
fn certificates(town: &Town, people: &[(Invented, Person)]) -> Vec<Issued> {
    let asked: Vec<_> = people
        .iter()
        .map(|(_, person)| town.send(person, "sharing.request", &request_of_certificate()))
        .collect();
    let requests: Vec<Digest> = asked
        .into_iter()
        .map(|sent| town.done(sent).ok().named("request"))
        .collect();
    let mut issued: Vec<Option<Issued>> = requests.iter().map(|_| None).collect();
    loop {
        let due: Vec<usize> = (0..people.len())
            .filter(|place| issued[*place].is_none())
            .collect();
        if due.is_empty() {
            break;
        }
        let composed: Vec<Value> = due
            .iter()
            .map(|place| town.compose(&requests[*place], &people[*place].0.fields()).ok())
            .collect();
        let issues: Vec<_> = due
            .iter()
            .zip(&composed)
            .map(|(place, composed)| {
                let issue = issue(&requests[*place], composed);
                town.send_sealed(&town.clerk, "sharing.issue", &issue)
            })
            .collect();
        for ((place, sent), composed) in due.into_iter().zip(issues).zip(&composed) {
            let done = town.done(sent);
            // Places in the status list are drawn; where two were composed for the same one, the clerk composes the second anew.
            if done.code != "SHARE_STATUS_INDEX" {
                issued[place] = Some(town.issued(&done.ok(), composed));
            }
        }
    }
    issued.into_iter().flatten().collect()
}

/// Everybody leases to the other centre, which looks, gets and opens it.
fn looks(town: &Town, people: &[(Invented, Person)], issued: &[Issued]) -> Vec<Digest> {
    let leases: Vec<_> = people
        .iter()
        .zip(issued)
        .enumerate()
        .map(|(place, ((_, person), issued))| {
            let arguments = town.lease_arguments(&issued.certificate, &case(place), &LEASED, 1);
            town.send(person, "sharing.lease", &arguments)
        })
        .collect();
    let leases: Vec<Digest> = leases
        .into_iter()
        .map(|sent| town.done(sent).ok().named("lease"))
        .collect();
    town.settle();
    let looks: Vec<_> = leases
        .iter()
        .enumerate()
        .map(|(place, lease)| {
            let key = reader();
            let sent = town.send(
                &town.loan,
                "sharing.disclose",
                &look(lease, &case(place), &LEASED, &key),
            );
            (key, sent)
        })
        .collect();
    looks
        .into_iter()
        .zip(people)
        .map(|((key, sent), (somebody, _))| {
            let done = town.done(sent).ok();
            let content = open(&key, &done.id(), &fetch(town.node(&town.loan), &done.id()).ok()).unwrap();
            // The presentation holds what the search below must find nowhere.
            let presentation = content["presentation"].as_str().unwrap();
            let held = Needles::of(&somebody.secrets());
            let disclosed = presentation
                .split('~')
                .filter(|part| !held.found_in(part.as_bytes()).is_empty());
            assert_eq!(disclosed.count(), LEASED.len(), "{presentation}");
            done.id()
        })
        .collect()
}

/// Mistakes that people make at a desk and a portal: what they typed is refused, and stays nowhere.
fn mistakes(town: &Town, somebody: &Invented, person: &Person) {
    let typed = |body: &str, path: &str| town.call_text(&town.steward, path, body).code();
    let number = &somebody.number;
    let wrong = format!(
        "{}{}",
        &number[..17],
        if number.ends_with('1') { '2' } else { '1' }
    );
    let body = json!({ "number": wrong }).to_string();
    assert_eq!(typed(&body, "/api/v1/desk/enrol"), "ID_CHECKDIGIT");
    assert_eq!(
        typed(&json!(number).to_string(), "/api/v1/desk/enrol"),
        "API_REQUEST"
    );
    let order = json!({ "fields": somebody.number, "request": somebody.name }).to_string();
    let refused = town.call_text(&town.clerk, "/api/v1/desk/certificates", &order);
    assert_eq!(refused.code(), "API_REQUEST");
    let mut fields = somebody.fields();
    fields["indiprop"] = json!(somebody.name);
    let asked = town
        .act(person, "sharing.request", &request_of_certificate())
        .ok();
    town.settle();
    let refused = town.compose(&asked.named("request"), &fields);
    assert_eq!(refused.code(), "DESK_FIELDS");
    assert!(
        Needles::of(&somebody.secrets())
            .found_in(&refused.body)
            .is_empty()
    );
    town.act(
        person,
        "sharing.cancel",
        &json!({ "request": asked.named("request") }),
    )
    .ok();
    // Into the ledger it does not go either.
    let arguments = json!({ "holder": code(HOME), "kind": KIND, "purpose": somebody.number });
    let refused = town.act(person, "sharing.request", &arguments);
    assert_eq!((refused.code.as_str(), refused.id), ("TX_PERSONAL", None));
}

#[test]
fn nothing_personal_leaves_its_holder() {
    let set = std::env::var("YINXIN_PEOPLE").ok();
    let count = set.and_then(|count| count.parse().ok()).unwrap_or(PEOPLE);
    let mut taps = None;
    let mut town = Town::start_with(|network| {
        network.nodes.iter().for_each(|node| node.log_by("debug"));
        taps = Some(Taps::set(network));
    });
    let taps = taps.unwrap();
    taps.assert_nothing_passes_by();
    let mut draw = Draw::new(4);
    let invented: Vec<Invented> = (0..count).map(|_| Invented::draw(&mut draw)).collect();
    let enrolments: Vec<_> = invented
        .iter()
        .map(|somebody| town.send_enrolment(&somebody.number))
        .collect();
    let people: Vec<(Invented, Person)> = invented
        .iter()
        .zip(enrolments)
        .map(|(somebody, (key, sent))| (somebody.clone(), town.enrolled(key, sent, HOME)))
        .collect();
    let issued = certificates(&town, &people);
    let looked = looks(&town, &people, &issued);
    mistakes(&town, &people[0].0, &people[0].1);
    taps.assert_nothing_passes_by();
    let hunt = Hunt::after(&invented);
    hunt.assert_not_measured(&town);
    town.settle();

    // As they lie on the disks after a power cut.
    town.network.kill_all();
    hunt.assert_nowhere(&town, &taps);
    hunt.assert_all_was_searched(&town, &taps, &case(0));

    // Some of them have everything erased.
    town.network.start_all();
    taps.assert_nothing_passes_by();
    let erased = erased_of(count);
    let holder = town.network.nodes[HOME].folder.clone();
    for issued in &issued {
        assert_kept(&holder, &issued.material, true);
    }
    let asked: Vec<_> = people
        .iter()
        .zip(&issued)
        .take(erased)
        .map(|((_, person), issued)| {
            town.send(
                person,
                "sharing.erase",
                &json!({ "certificate": issued.certificate }),
            )
        })
        .collect();
    for sent in asked {
        let done = town.done(sent).ok();
        assert_eq!(done.outcome["holders"], json!([code(HOME), code(AWAY)]));
    }
    for ((_, person), issued) in people.iter().zip(&issued).take(erased) {
        let about = json!({ "certificate": issued.certificate });
        wait_for("every holder confirms", PATIENCE * 2, || {
            let erasure = town.ask(person, "sharing.erasure", &about).unwrap();
            (erasure["complete"] == json!(true)).then_some(())
        });
    }
    town.settle();
    for (place, (issued, look)) in issued.iter().zip(&looked).enumerate() {
        let gone = place < erased;
        assert_kept(&holder, &issued.material, !gone);
        assert_released(&town, look, !gone);
    }
    hunt.assert_not_measured(&town);
    town.network.stop_all();
    hunt.assert_nowhere(&town, &taps);
    assert_sound(&town, &holder);
}
