//! Stories of people and of data sharing on a network of real processes, at the days on which they happen: one network lives through three
//! years. Each part quotes the story that it tells.

use serde_json::{Map, Value, json};
use yinxin_crypto::Digest;
use yinxin_types::BlockTime;

use crate::clock::{Clock, shanghai};
use crate::invented::{Draw, Invented};
use crate::load::{self, assert_verifies};
use crate::network::PATIENCE;
use crate::sharing::shown;
use crate::town::{
    AUDIT, AWAY, BUREAU, Done, HOME, Person, Town, code, fetch, look, open, published, reader,
    request_of_certificate,
};

const CASE: &str = "LX-2026-0001";
const LEASED: [&str; 5] = ["amt", "bal", "basenum", "beginmonth", "endmonth"];

/// Sets the clock and makes the first block of the new time: an idle chain makes none for a while, and its newest says what time it is.
fn travel(town: &Town, clock: &Clock, to: u64) {
    clock.set(to);
    let until = BlockTime(to + town.network.genesis.limits.window_ms / 2);
    let envelope = load::envelope(town.network.chain, &load::account(), until);
    let client = town.network.nodes[HOME].client();
    let id = client.submit(&envelope).unwrap().id;
    client.wait(&id, PATIENCE).unwrap();
    town.settle();
    let time = town.network.nodes[HOME].ask("status").unwrap()["time"].as_u64();
    assert!(time.unwrap() >= to);
}

/// "Given police-accredited issuer, when tax bureau issues type `citizen-identity`, then AUTH_ISSUER_NOT_ACCREDITED."
fn s1_1_who_is_not_accredited_issues_nothing(town: &Town, wang: &Person) {
    let arguments = json!({ "department": code(BUREAU), "types": ["citizen-identity"] });
    town.seal_acts(BUREAU, "identity.accredit", &arguments).ok();
    town.settle();
    let asked = |at: usize, credential: &str| {
        let about = json!({ "department": code(at), "type": credential });
        town.ask(&town.auditor, "identity.issuer", &about)
    };
    assert_eq!(
        asked(BUREAU, "citizen-identity").unwrap()["basis"],
        "accreditation"
    );
    assert_eq!(
        asked(AWAY, "citizen-identity"),
        Err("AUTH_ISSUER_NOT_ACCREDITED".to_owned())
    );
    let mut request = request_of_certificate();
    request["holder"] = json!(code(AUDIT));
    let refused = town.act(wang, "sharing.request", &request);
    assert_eq!(refused.code, "AUTH_ISSUER_NOT_ACCREDITED");
}

/// "id 990101199003150014 (wrong check) refused with ID_CHECKDIGIT; lower-case x accepted and normalised to X."
fn s1_4_a_number_is_checked_where_it_is_typed(town: &Town) {
    let typed = |number: &str| {
        let body = json!({ "number": number });
        town.call(&town.steward, "POST", "/api/v1/desk/enrol", Some(&body))
    };
    let refused = typed("990101199003150014");
    assert_eq!(refused.code(), "ID_CHECKDIGIT");
    assert!(!refused.json().to_string().contains("990101"));
    let (small, large) = (typed("99010120000101009x").ok(), typed("99010120000101009X").ok());
    assert_eq!(small["commitment"], large["commitment"]);
}

fn paper(town: &Town, listing: &Value, name: &str) -> Value {
    let digest = town.network.chain.algorithm().hash(&[name.as_bytes()]);
    json!({ "document": digest, "for": code(AWAY), "listing": listing })
}

/// The entry of one who deceived the fund of 乙, from the proposal to the decision on 2023-03-01.
fn listed_in_2023(town: &Town, clock: &Clock, subject: &Digest) -> Value {
    let proposal = json!({
        "facts": "false-papers", "for": code(AWAY), "kind": "hpf-fraud", "publicity": "shared", "subject": subject,
    });
    let proposed = town
        .act_sealed(&town.loan, "sharing.listing_propose", &proposal)
        .ok();
    let listing = proposed.outcome["listing"].clone();
    town.act_sealed(
        &town.loan,
        "sharing.listing_notify",
        &paper(town, &listing, "notice"),
    )
    .ok();
    travel(town, clock, shanghai(2023, 3, 1, 9, 0));
    let mut decision = paper(town, &listing, "decision");
    decision["number"] = json!("乙金列〔2023〕1号");
    let decided = town
        .act_sealed(&town.chief, "sharing.listing_decide", &decision)
        .ok();
    assert_eq!(decided.outcome["until"], json!(shanghai(2026, 3, 2, 0, 0)));
    listing
}

/// What a query about the subject is told.
fn listings_of(town: &Town, subject: &Digest) -> Value {
    let query = json!({ "case": CASE, "for": code(HOME), "purpose": "loan", "subject": subject });
    let told = town.act(&town.clerk, "sharing.listing_query", &query).ok();
    assert_eq!(told.outcome["access"]["allowed"], json!(true));
    told.outcome["disclosure"].clone()
}

/// "Another city tries to remove the entry → LIST_NOT_ENTERING_AUTHORITY."
fn s6_7_another_city_cannot_remove_it(town: &Town, listing: &Value) {
    let mut arguments = paper(town, listing, "removal");
    arguments["for"] = json!(code(HOME));
    let refused = town.act_sealed(&town.clerk, "sharing.listing_remove", &arguments);
    assert_eq!(refused.code, "LIST_NOT_ENTERING_AUTHORITY");
}

/// "Listed 2023-03-01 for 3 years; query 2026-03-02 → not listed; audit still sees."
fn s6_6_after_three_years_only_audit_sees_it(town: &Town, subject: &Digest) {
    assert_eq!(
        listings_of(town, subject),
        json!({ "entries": [], "listed": false })
    );
    town.settle();
    let about = json!({ "subject": subject });
    let history = town
        .ask(&town.auditor, "sharing.listing_history", &about)
        .unwrap();
    assert_eq!(history["entries"][0]["state"], "expired");
    assert_eq!(history["entries"][0]["steps"].as_array().unwrap().len(), 3);
}

fn accept(wang: &Person, case: &str) -> Value {
    json!({ "applicant": wang.party, "case": case, "for": code(AWAY) })
}

/// "Lease revoked at 10:00; 10:01 read refused; 09:59 read stays valid."
fn s6_2_a_lease_ended_at_ten(town: &Town, clock: &Clock, wang: &Person, lease: &Digest) {
    let at = |hour: i64, minute: i64| shanghai(2026, 9, 17, hour, minute);
    let key = reader();
    let arguments = look(lease, CASE, &["bal"], &key);
    travel(town, clock, at(9, 59));
    let before = town.act(&town.loan, "sharing.disclose", &arguments).ok();
    travel(town, clock, at(10, 0));
    town.act(wang, "sharing.end_lease", &json!({ "lease": lease }))
        .ok();
    travel(town, clock, at(10, 1));
    let after = town.act(&town.loan, "sharing.disclose", &arguments);
    assert_eq!(after.code, "LEASE_REVOKED");
    assert_eq!(after.outcome["access"]["allowed"], json!(false));
    let receipt = |done: &Done| town.node(&town.loan).client().receipt(&done.id()).unwrap();
    let time = |receipt: &[u8]| {
        let receipt: Value = serde_json::from_slice(receipt).unwrap();
        receipt["receipt"]["time"].as_u64().unwrap()
    };
    assert_verifies(&receipt(&before), &town.network.chain);
    assert!((at(9, 59)..at(10, 0)).contains(&time(&receipt(&before))));
    assert!(time(&receipt(&after)) >= at(10, 1));
    let released = fetch(town.node(&town.loan), &before.id()).ok();
    assert!(open(&key, &before.id(), &released).is_ok());
}

/// "Certificate altered (bal 4408.76→44087.60) → seal fails." And "乙 asks again with the same lease → LEASE_USED_UP."
fn s6_3_and_s6_4_an_altered_certificate_and_the_same_lease_again(town: &Town, lease: &Digest) {
    let key = reader();
    let arguments = look(lease, CASE, &["bal"], &key);
    let looked = town.act(&town.loan, "sharing.disclose", &arguments).ok();
    let released = fetch(town.node(&town.loan), &looked.id()).ok();
    let content = open(&key, &looked.id(), &released).unwrap();
    let text = content["presentation"].as_str().unwrap();
    let issuer = published(&town.network, HOME, "credential");
    assert_eq!(shown(town, text, &issuer).unwrap()["bal"], "4408.76");
    // The disclosure is the second part; its third member is what was altered.
    let parts: Vec<&str> = text.split('~').collect();
    let altered = altered(parts[1], "4408.76", "44087.60");
    let forged = text.replace(parts[1], &altered);
    assert!(shown(town, &forged, &issuer).is_err());

    let again = town.act(&town.loan, "sharing.disclose", &arguments);
    assert_eq!(again.code, "LEASE_USED_UP");
    assert_eq!(again.outcome["access"]["allowed"], json!(false));
}

fn altered(disclosure: &str, from: &str, to: &str) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let plain = String::from_utf8(URL_SAFE_NO_PAD.decode(disclosure).unwrap()).unwrap();
    assert!(plain.contains(from), "{plain}");
    URL_SAFE_NO_PAD.encode(plain.replace(from, to))
}

/// "Loan accepted 2026-09-17 → due 2026-10-08."
fn s6_5_the_day_of_the_decision_rolls_over_the_national_day(town: &Town, wang: &Person) {
    let accepted = town
        .act_sealed(&town.loan, "sharing.accept_loan", &accept(wang, CASE))
        .ok();
    assert_eq!(accepted.outcome["due"]["date"], "2026-10-08");
    assert_eq!(accepted.outcome["due"]["provisional"], json!(false));
}

/// A lease that is used up, ended, expired, or does not cover what is asked is refused by every node, with code, law and sentence in both languages.
fn a_lease_that_no_longer_carries_is_refused_at_every_node(
    town: &Town,
    clock: &Clock,
    leases: &[(&Digest, &str)],
) {
    travel(town, clock, shanghai(2026, 9, 30, 10, 0));
    let key = reader();
    for (lease, expected) in leases {
        let fields: &[&str] = match *expected {
            "LEASE_FIELD" => &["unitaccname"],
            _ => &["bal"],
        };
        let arguments = look(lease, CASE, fields, &key);
        for at in 0..town.network.nodes.len() {
            let refused = town.act_at(at, &town.loan, "sharing.disclose", &arguments);
            assert_eq!(refused.code, *expected, "at {}", town.network.nodes[at].name);
            let told = town.network.nodes[at]
                .ask(&format!("transactions/{}", refused.id()))
                .unwrap();
            for language in ["zh-CN", "en"] {
                let sentence = told["messages"][language].as_str().unwrap();
                assert!(sentence.len() > 20, "{expected}: {sentence}");
            }
        }
    }
}

#[test]
fn one_network_lives_through_the_stories_of_three_years() {
    let (town, clock) = Town::start_at(shanghai(2023, 2, 13, 9, 0));
    let mut draw = Draw::new(6);
    let (somebody, deceiver) = (Invented::draw(&mut draw), Invented::draw(&mut draw));
    let wang = town.enrol(&somebody.number, HOME);
    let subject = town.enrol(&deceiver.number, AWAY).party;
    s1_1_who_is_not_accredited_issues_nothing(&town, &wang);
    s1_4_a_number_is_checked_where_it_is_typed(&town);

    let listing = listed_in_2023(&town, &clock, &subject);
    let told = listings_of(&town, &subject);
    assert_eq!(
        (&told["listed"], &told["entries"][0]["kind"]),
        (&json!(true), &json!("hpf-fraud"))
    );
    s6_7_another_city_cannot_remove_it(&town, &listing);

    // "Officer 审核员乙 leaves 2026-03-02; a signature stamped 2026-03-03 is refused, his 2026-02-27 approval still verifies." (S1.3)
    travel(&town, &clock, shanghai(2026, 2, 27, 9, 0));
    let case = "LX-2026-0002";
    town.act_sealed(&town.loan, "sharing.accept_loan", &accept(&wang, case))
        .ok();
    let mut decision = json!({ "case": case, "for": code(AWAY), "outcome": "approve" });
    let approval = town
        .act_sealed(&town.chief, "sharing.decide_loan", &decision)
        .ok();
    assert!(listings_of(&town, &subject)["listed"] == json!(true));
    travel(&town, &clock, shanghai(2026, 3, 2, 9, 0));
    let mandate = json!({ "mandate": town.chief_mandate });
    town.seal_acts(AWAY, "identity.end", &mandate).ok();
    s6_6_after_three_years_only_audit_sees_it(&town, &subject);
    travel(&town, &clock, shanghai(2026, 3, 3, 9, 0));
    decision["case"] = json!("LX-2026-0003");
    town.act_sealed(&town.loan, "sharing.accept_loan", &accept(&wang, "LX-2026-0003"))
        .ok();
    let refused = town.act_sealed(&town.chief, "sharing.decide_loan", &decision);
    assert_eq!(refused.code, "AUTH_MANDATE_ENDED");
    let receipt = town.node(&town.chief).client().receipt(&approval.id()).unwrap();
    assert_verifies(&receipt, &town.network.chain);

    travel(&town, &clock, shanghai(2026, 9, 17, 9, 0));
    let mut fields: Map<String, Value> = somebody.fields();
    fields["bal"] = json!("4408.76");
    let issued = town.certificate(&wang, &fields);
    let ended = town.lease(&wang, &issued.certificate, CASE, &LEASED, 5);
    let once = town.lease(&wang, &issued.certificate, CASE, &LEASED, 1);
    s6_5_the_day_of_the_decision_rolls_over_the_national_day(&town, &wang);
    s6_2_a_lease_ended_at_ten(&town, &clock, &wang, &ended);
    s6_3_and_s6_4_an_altered_certificate_and_the_same_lease_again(&town, &once);
    let mut short = town.lease_arguments(&issued.certificate, CASE, &LEASED, 5);
    short["until"] = json!(shanghai(2026, 9, 30, 9, 59));
    let expired = town.act(&wang, "sharing.lease", &short).ok().named("lease");
    let living = town.lease(&wang, &issued.certificate, CASE, &LEASED, 5);
    let leases = [
        (&once, "LEASE_USED_UP"),
        (&ended, "LEASE_REVOKED"),
        (&expired, "LEASE_EXPIRED"),
        (&living, "LEASE_FIELD"),
    ];
    a_lease_that_no_longer_carries_is_refused_at_every_node(&town, &clock, &leases);
    town.network.agree();
}
