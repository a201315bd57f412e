//! An enterprise on the blacklist (失信名单): whoever stands for it sees the entries about it, at any node, and who stands for another learns nothing.

use serde_json::{Value, json};

use crate::town::{AWAY, BUREAU, HOME, Person, Town, code};

const COMPANY: &str = "91990101MA000A012B";
const RIVAL: &str = "91990100MA000A055A";

#[test]
fn a_listed_enterprise_sees_its_entries_through_who_stands_for_it_and_nobody_elses_representative_does() {
    let town = Town::start();
    let (company, rival) = (town.enrol_body(COMPANY, AWAY), town.enrol_body(RIVAL, AWAY));
    let (director, other) = (
        town.enrol("990101199003150015", AWAY),
        town.enrol("990101198808220020", AWAY),
    );
    for (person, body) in [(&director, &company), (&other, &rival)] {
        let arguments = json!({
            "grade": 1, "holder": person.party, "kind": "representative", "principal": body.party, "scope": ["sharing."],
        });
        town.seal_acts(BUREAU, "identity.grant", &arguments).ok();
    }
    town.settle();
    let entry = json!({
        "facts": "wages-unpaid", "for": code(HOME), "kind": "wage-arrears", "publicity": "public", "subject": company.party,
    });
    let listed = town
        .act_sealed(&town.clerk, "sharing.listing_propose", &entry)
        .ok();
    let listing = listed.named("listing");
    town.settle();

    let concerning = |who: &Person, name: &str| {
        let address = format!("/api/v1/concerns?about={name}&operation=sharing.listing_propose");
        town.call(who, "GET", &address, None)
    };
    let read =
        |who: &Person, listing: &Value| town.ask(who, "sharing.listing", &json!({ "listing": listing }));
    let party = company.party.to_string();
    for who in [&director, &company] {
        let found = concerning(who, &party).ok();
        assert_eq!(found["items"][0]["outcome"]["listing"], json!(listing));
        assert_eq!(
            read(who, &json!(listing)).unwrap()["content"]["facts"],
            "wages-unpaid"
        );
    }
    // The authority finds it among its own, as before.
    assert_eq!(
        concerning(&town.clerk, code(HOME)).ok()["items"][0]["outcome"]["listing"],
        json!(listing)
    );
    let forbidden = Err("SESSION_FORBIDDEN".to_owned());
    for who in [&other, &rival, &town.loan] {
        for name in [party.as_str(), COMPANY] {
            assert_eq!(concerning(who, name).code(), "SESSION_FORBIDDEN");
        }
        // One answer, whether there is such an entry or not.
        for asked in [json!(listing), json!(town.network.chain)] {
            assert_eq!(read(who, &asked), forbidden);
        }
    }
    // The seal of the enterprise acts alone: it states its case once it was notified.
    let notice = json!({ "document": town.network.chain, "for": code(HOME), "listing": listing });
    town.act_sealed(&town.clerk, "sharing.listing_notify", &notice)
        .ok();
    let statement = json!({ "listing": listing, "statement": town.network.chain });
    assert_eq!(
        town.act(&rival, "sharing.listing_statement", &statement).code,
        "LIST_NOT_SUBJECT"
    );
    town.act(&company, "sharing.listing_statement", &statement).ok();
}
