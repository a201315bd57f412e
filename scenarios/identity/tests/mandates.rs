//! Each rule of mandates and of trusted issuers kept once and broken once.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use serde_json::{Value, json};
use support::{
    COMPANY, DAY, FIRE, POLICE, START, TAX, World, data, digest, grant, key, new_key, nothing_has, police,
    registry, revoke, tax, with,
};
use yinxin_identity::{MAX_ACCREDITATIONS, MAX_GUARDIAN_MS, MAX_HELD};
use yinxin_types::Suite;

const GRANT: &str = "identity.grant";
const END: &str = "identity.end";
const ACT: &str = "probe.act";

#[test]
fn each_kind_of_mandate_has_its_own_grantor() {
    let mut world = World::new();
    let (one, other, company) = (
        world.person(1),
        world.person(2),
        world.body("organisation", COMPANY, 3),
    );
    let tax_bureau = world.party_of(&tax());
    let until = START + 300 * DAY;
    let cases = [
        ("post", tax_bureau, tax(), police()),
        ("post", company, key(3), data()),
        ("agent", one, key(1), police()),
        ("agent", company, key(3), data()),
        ("guardian", one, police(), key(1)),
        ("representative", company, data(), key(3)),
    ];
    for (kind, principal, right, wrong) in cases {
        let arguments = with(
            grant(kind, &principal, &other, &["probe."]),
            "until",
            json!(until),
        );
        assert_eq!(
            world.code(&wrong, GRANT, arguments.clone()),
            "AUTH_NOT_GRANTOR",
            "{kind}"
        );
        assert_eq!(
            world.code(&key(2), GRANT, arguments.clone()),
            "AUTH_NOT_GRANTOR",
            "{kind}"
        );
        assert_eq!(world.code(&right, GRANT, arguments), "OK", "{kind}");
    }
}

#[test]
fn a_mandate_fits_its_parties_its_scope_its_grade_and_its_term() {
    let mut world = World::new();
    let (one, other, company) = (
        world.person(1),
        world.person(2),
        world.body("organisation", COMPANY, 3),
    );
    let good = grant("agent", &one, &other, &["probe.act"]);
    let many: Vec<String> = (0..17).map(|number| format!("probe.act{number}")).collect();
    let cases = [
        (
            "an unknown holder",
            with(good.clone(), "holder", json!(nothing_has())),
            "ID_PARTY_UNKNOWN",
        ),
        (
            "an unknown principal",
            with(good.clone(), "principal", json!(nothing_has())),
            "ID_PARTY_UNKNOWN",
        ),
        (
            "oneself",
            with(good.clone(), "holder", json!(one)),
            "AUTH_SAME_PERSON",
        ),
        (
            "a post of a person",
            with(good.clone(), "kind", json!("post")),
            "ID_KIND",
        ),
        (
            "a company as guardian",
            with(
                grant("guardian", &one, &company, &["probe."]),
                "until",
                json!(START + DAY),
            ),
            "ID_KIND",
        ),
        ("no scope", with(good.clone(), "scope", json!([])), "ID_SCOPE"),
        ("everything", with(good.clone(), "scope", json!([""])), "ID_SCOPE"),
        (
            "a scope without point",
            with(good.clone(), "scope", json!(["probe"])),
            "ID_SCOPE",
        ),
        (
            "a scope twice",
            with(good.clone(), "scope", json!(["a.b", "a.b"])),
            "ID_SCOPE",
        ),
        ("too many", with(good.clone(), "scope", json!(many)), "ID_SCOPE"),
        ("grade 0", with(good.clone(), "grade", json!(0)), "TX_ARGUMENTS"),
        ("grade 5", with(good.clone(), "grade", json!(5)), "TX_ARGUMENTS"),
        (
            "from the past",
            with(good.clone(), "from", json!(START)),
            "ID_TERM",
        ),
        (
            "until the past",
            with(good.clone(), "until", json!(START)),
            "ID_TERM",
        ),
        ("good", good, "OK"),
    ];
    for (what, arguments, expected) in cases {
        assert_eq!(world.code(&key(1), GRANT, arguments), expected, "{what}");
    }
}

#[test]
fn a_guardian_is_one_for_at_most_fourteen_years() {
    let mut world = World::new();
    let (child, parent) = (world.person(1), world.person(2));
    let guardian = grant("guardian", &child, &parent, &["probe."]);
    let too_long = json!(world.time + 2 * DAY + MAX_GUARDIAN_MS);
    assert_eq!(world.code(&police(), GRANT, guardian.clone()), "ID_TERM");
    assert_eq!(
        world.code(&police(), GRANT, with(guardian.clone(), "until", too_long)),
        "ID_TERM"
    );
    let until = json!(START + 13 * 365 * DAY);
    assert_eq!(world.code(&police(), GRANT, with(guardian, "until", until)), "OK");
}

#[test]
fn a_mandate_begins_and_ends_with_its_dates_and_covers_its_scope_alone() {
    let mut world = World::new();
    let officer = world.person(1);
    let principal = world.party_of(&tax());
    let act = json!({ "for": TAX });
    let both = [&key(1), &tax()];
    assert_eq!(world.code_by(&both, ACT, act.clone()), "AUTH_MANDATE_MISSING");
    let mut term = grant("post", &principal, &officer, &["probe."]);
    term["from"] = json!(START + DAY);
    term["until"] = json!(START + 2 * DAY);
    world.ok(&[&tax()], GRANT, term);
    assert_eq!(world.code_by(&both, ACT, act.clone()), "AUTH_MANDATE_MISSING");
    world.at(START + DAY);
    assert_eq!(world.code_by(&both, ACT, act.clone()), "OK");
    assert_eq!(
        world.code_by(&both, ACT, json!({ "for": POLICE })),
        "AUTH_MANDATE_MISSING"
    );
    assert_eq!(
        world.code_by(&both, ACT, json!({ "for": FIRE })),
        "ID_PARTY_UNKNOWN"
    );
    assert_eq!(world.code(&key(1), ACT, act.clone()), "AUTH_SEAL_MISSING");
    assert_eq!(
        world.code_by(&[&key(1), &police()], ACT, act.clone()),
        "AUTH_SEAL_MISSING"
    );
    assert_eq!(
        world.code(&tax(), ACT, act.clone()),
        "AUTH_MANDATE_MISSING",
        "a seal alone is nobody"
    );
    world.at(START + 2 * DAY);
    assert_eq!(world.code_by(&both, ACT, act.clone()), "AUTH_MANDATE_ENDED");
    world.post(&tax(), &officer, &["probe.ask", "identity."]);
    assert_eq!(
        world.code_by(&both, ACT, act),
        "AUTH_MANDATE_ENDED",
        "another scope is no renewal"
    );
}

#[test]
fn a_guardian_and_an_agent_act_in_the_name_of_a_party_within_scope_and_term_and_others_do_not() {
    const REPRESENT: &str = "probe.represent";
    let mut world = World::new();
    let [child, parent, agent] = [1, 2, 3].map(|seed| world.person(seed));
    let company = world.body("organisation", COMPANY, 4);
    let until = world.time + 300 * DAY;
    let guardian = with(
        grant("guardian", &child, &parent, &[REPRESENT]),
        "until",
        json!(until),
    );
    let guardianship = digest(&world.ok(&[&police()], GRANT, guardian), "mandate");
    let in_name_of = |principal| json!({ "principal": principal });
    let receipt = world.ok(&[&key(2)], REPRESENT, in_name_of(child));
    assert_eq!(
        receipt.outcome,
        json!({
            "grade": 2, "holder": parent, "kind": "guardian", "mandate": guardianship,
            "principal": { "kind": "person", "party": child },
        })
    );
    for (by, code) in [
        (1, "AUTH_MANDATE_MISSING"),
        (3, "AUTH_MANDATE_MISSING"),
        (9, "AUTH_KEY_UNKNOWN"),
    ] {
        assert_eq!(world.code(&key(by), REPRESENT, in_name_of(child)), code);
    }
    assert_eq!(
        world.code(&key(2), REPRESENT, in_name_of(nothing_has())),
        "ID_PARTY_UNKNOWN"
    );
    // A post and a legal representation are no agency: with them an officer acts for a body, and its seal beside him.
    world.post(&key(4), &agent, &["probe."]);
    assert_eq!(
        world.code(&key(3), REPRESENT, in_name_of(company)),
        "AUTH_MANDATE_MISSING"
    );
    let elsewhere = grant("agent", &parent, &agent, &["probe.act"]);
    world.ok(&[&key(2)], GRANT, elsewhere);
    assert_eq!(
        world.code(&key(3), REPRESENT, in_name_of(parent)),
        "AUTH_MANDATE_MISSING"
    );
    world.ok(&[&key(4)], GRANT, grant("agent", &company, &agent, &["probe."]));
    let receipt = world.ok(&[&key(3)], REPRESENT, in_name_of(company));
    assert_eq!(receipt.outcome["principal"]["kind"], "organisation");
    world.ok(&[&police()], END, json!({ "mandate": guardianship }));
    assert_eq!(
        world.code(&key(2), REPRESENT, in_name_of(child)),
        "AUTH_MANDATE_ENDED"
    );
}

#[test]
fn an_officer_whose_key_is_revoked_or_a_seal_that_is_revoked_acts_no_more() {
    let mut world = World::new();
    let officer = world.person(1);
    world.post(&tax(), &officer, &["probe."]);
    world.ok(&[&tax(), &key(60)], "identity.bind", new_key(60));
    let act = json!({ "for": TAX });
    world.ok(&[&key(1), &key(60)], ACT, act.clone());
    world.ok(&[&tax()], "identity.revoke", revoke(60, "compromise"));
    assert_eq!(
        world.code_by(&[&key(1), &key(60)], ACT, act.clone()),
        "AUTH_SEAL_MISSING"
    );
    world.ok(&[&police()], "identity.revoke", revoke(1, "left"));
    assert_eq!(world.code_by(&[&key(1), &tax()], ACT, act), "AUTH_KEY_REVOKED");
}

#[test]
fn the_question_of_who_acts_tells_whether_the_seal_signed_where_it_is_not_demanded() {
    let mut world = World::new();
    let officer = world.person(1);
    world.post(&tax(), &officer, &["probe."]);
    let ask = |seal: bool| {
        let about = json!({ "for": TAX, "scope": "probe.x", "seal": seal });
        json!({ "about": about, "question": "identity.acting" })
    };
    assert_eq!(world.code(&key(1), "probe.ask", ask(true)), "AUTH_SEAL_MISSING");
    let answer = world.ok(&[&key(1)], "probe.ask", ask(false)).outcome;
    assert_eq!(answer["sealed"], json!(false));
    assert_eq!(answer["kind"], json!("post"));
    let answer = world.ok(&[&key(1), &tax()], "probe.ask", ask(false)).outcome;
    assert_eq!(answer["sealed"], json!(true));
    // An agent is no officer: his mandate says nothing about the body's seal.
    let company = world.body("organisation", COMPANY, 3);
    world.ok(&[&key(3)], GRANT, grant("agent", &company, &officer, &["probe."]));
    let act = json!({ "for": COMPANY });
    assert_eq!(
        world.code_by(&[&key(1), &key(3)], ACT, act.clone()),
        "AUTH_MANDATE_MISSING"
    );
    world.ok(
        &[&data()],
        GRANT,
        grant("representative", &company, &officer, &["probe."]),
    );
    let answer = world.ok(&[&key(1), &key(3)], ACT, act).outcome;
    assert_eq!(answer["kind"], json!("representative"));
}

#[test]
fn a_mandate_is_ended_by_its_grantor_or_its_holder_and_once() {
    let mut world = World::new();
    let (officer, _) = (world.person(1), world.person(2));
    let first = json!({ "mandate": world.post(&tax(), &officer, &["probe."]) });
    let second = json!({ "mandate": world.post(&tax(), &officer, &["probe."]) });
    for (what, account, arguments, expected) in [
        ("another person", key(2), &first, "AUTH_NOT_GRANTOR"),
        ("another department", police(), &first, "AUTH_NOT_GRANTOR"),
        (
            "an unknown one",
            tax(),
            &json!({ "mandate": nothing_has() }),
            "ID_MANDATE_UNKNOWN",
        ),
        ("the grantor", tax(), &first, "OK"),
        ("again", tax(), &first, "AUTH_MANDATE_ENDED"),
        ("the holder", key(1), &second, "OK"),
        ("again", key(1), &second, "AUTH_MANDATE_ENDED"),
    ] {
        assert_eq!(world.code(&account, END, arguments.clone()), expected, "{what}");
    }
    let answer = world.answer("identity.mandate", second_id(&second));
    assert_eq!(answer["mandates"][0]["mandate"]["ended"]["by"], json!(officer));
}

fn second_id(second: &Value) -> Value {
    json!({ "id": second["mandate"] })
}

#[test]
fn mandates_between_two_are_listed_and_those_that_are_over_make_room() {
    let mut world = World::new();
    let (one, other) = (world.person(1), world.person(2));
    let good = grant("agent", &one, &other, &["probe."]);
    let mut mandates = Vec::new();
    for _ in 0..MAX_HELD {
        mandates.push(digest(&world.ok(&[&key(1)], GRANT, good.clone()), "mandate"));
    }
    assert_eq!(world.code(&key(1), GRANT, good.clone()), "ID_MANDATE_LIMIT");
    world.ok(&[&key(1)], END, json!({ "mandate": mandates[4] }));
    mandates.push(digest(&world.ok(&[&key(1)], GRANT, good), "mandate"));
    let answer = world.answer("identity.mandate", json!({ "holder": other, "principal": one }));
    let listed = answer["mandates"].as_array().unwrap();
    let ended = mandates.remove(4);
    assert_eq!(
        listed.iter().map(|one| one["id"].clone()).collect::<Vec<_>>(),
        mandates.iter().map(|id| json!(id)).collect::<Vec<_>>()
    );
    assert!(listed.iter().all(|one| one["alive"] == json!(true)));
    assert_eq!(
        world.asked("identity.mandate", json!({ "id": ended })),
        "OK",
        "by its identifier it is still found"
    );
    assert_eq!(
        world.asked("identity.mandate", json!({ "id": nothing_has() })),
        "ID_MANDATE_UNKNOWN"
    );
    assert_eq!(
        world.asked("identity.mandate", json!({ "holder": other })),
        "TX_ARGUMENTS"
    );
}

#[test]
fn the_registry_accredits_and_withdraws_and_past_times_stay_answerable() {
    let mut world = World::new();
    let accredit =
        json!({ "department": TAX, "from": START + DAY, "types": ["tax-record"], "until": START + 9 * DAY });
    let withdraw = json!({ "department": TAX, "type": "tax-record" });
    assert_eq!(
        world.code(&data(), "identity.accredit", accredit.clone()),
        "AUTH_NOT_REGISTRY"
    );
    assert_eq!(
        world.code(&registry(), "identity.withdraw", withdraw.clone()),
        "ID_ACCREDITATION_UNKNOWN"
    );
    world.ok(&[&registry()], "identity.accredit", accredit.clone());
    assert_eq!(
        world.code(
            &registry(),
            "identity.accredit",
            with(accredit.clone(), "department", json!(FIRE))
        ),
        "ID_PARTY_UNKNOWN"
    );
    assert_eq!(
        world.code(
            &registry(),
            "identity.accredit",
            with(accredit.clone(), "types", json!(["Tax Record"]))
        ),
        "TX_ARGUMENTS"
    );
    assert_eq!(
        world.code(
            &registry(),
            "identity.accredit",
            with(accredit.clone(), "from", json!(START))
        ),
        "ID_TERM"
    );
    world.body("organisation", COMPANY, 3);
    assert_eq!(
        world.code(
            &registry(),
            "identity.accredit",
            with(accredit, "department", json!(COMPANY))
        ),
        "ID_KIND"
    );
    world.at(START + 5 * DAY);
    assert_eq!(
        world.code(&tax(), "identity.withdraw", withdraw.clone()),
        "AUTH_NOT_REGISTRY"
    );
    world.ok(&[&registry()], "identity.withdraw", withdraw.clone());
    assert_eq!(
        world.code(&registry(), "identity.withdraw", withdraw),
        "ID_ACCREDITATION_UNKNOWN"
    );
    let mut at = |time: u64| {
        world.asked(
            "identity.issuer",
            json!({ "at": time, "department": TAX, "type": "tax-record" }),
        )
    };
    assert_eq!(
        at(START + DAY - 1),
        "AUTH_ISSUER_NOT_ACCREDITED",
        "before it begins"
    );
    assert_eq!(at(START + DAY), "OK");
    assert_eq!(at(START + 5 * DAY), "OK");
    assert_eq!(
        at(START + 6 * DAY),
        "AUTH_ISSUER_NOT_ACCREDITED",
        "after it was withdrawn"
    );
}

#[test]
fn an_officer_of_the_registry_acts_with_a_mandate_and_its_seal() {
    let mut world = World::new();
    let officer = world.person(1);
    let accredit = json!({ "department": TAX, "types": ["tax-record"] });
    let both = [&key(1), &registry()];
    assert_eq!(
        world.code_by(&both, "identity.accredit", accredit.clone()),
        "AUTH_MANDATE_MISSING"
    );
    world.post(&registry(), &officer, &["identity.accredit"]);
    assert_eq!(
        world.code(&key(1), "identity.accredit", accredit.clone()),
        "AUTH_NOT_REGISTRY"
    );
    assert_eq!(world.code_by(&both, "identity.accredit", accredit), "OK");
}

#[test]
fn without_a_registry_all_data_departments_accredit_together() {
    let mut world = World::with(Suite::Intl, false);
    let accredit = json!({ "department": POLICE, "types": ["citizen-identity"] });
    for by in [
        vec![registry()],
        vec![data()],
        vec![tax()],
        vec![police(), data()],
    ] {
        let by: Vec<_> = by.iter().collect();
        assert_eq!(
            world.code_by(&by, "identity.accredit", accredit.clone()),
            "AUTH_NOT_REGISTRY"
        );
    }
    assert_eq!(
        world.code_by(
            &[&police(), &data(), &tax()],
            "identity.accredit",
            accredit.clone()
        ),
        "AUTH_MANDATE_MISSING"
    );
    assert_eq!(
        world.code_by(&[&tax(), &data()], "identity.accredit", accredit),
        "OK"
    );
}

#[test]
fn a_department_is_accredited_for_a_type_as_often_as_is_kept() {
    let mut world = World::new();
    let accredit = json!({ "department": TAX, "types": ["tax-record"] });
    for number in 0..=MAX_ACCREDITATIONS {
        let expected = if number < MAX_ACCREDITATIONS {
            "OK"
        } else {
            "ID_ACCREDITATION_LIMIT"
        };
        assert_eq!(
            world.code(&registry(), "identity.accredit", accredit.clone()),
            expected
        );
    }
}

#[test]
fn the_end_of_a_mandate_says_why_by_a_closed_list_and_is_refused_from_its_block_on() {
    let mut world = World::new();
    let clerk = world.person(1);
    let post = world.post(&tax(), &clerk, &["probe."]);
    let act = json!({ "for": TAX, "scope": ACT });
    assert_eq!(world.code_by(&[&key(1), &tax()], ACT, act.clone()), "OK");
    let end = json!({ "mandate": post, "reason": "moved" });
    for reason in [json!("he drinks"), json!(""), json!(null), json!(1)] {
        let wrong = with(end.clone(), "reason", reason);
        assert_eq!(world.code(&tax(), END, wrong), "TX_ARGUMENTS");
    }
    assert_eq!(world.code_by(&[&key(1), &tax()], ACT, act.clone()), "OK");
    world.ok(&[&tax()], END, end);
    let found = world.answer("identity.mandate", json!({ "id": post }));
    assert_eq!(found["mandates"][0]["mandate"]["ended"]["reason"], "moved");
    assert_eq!(found["mandates"][0]["alive"], false);
    assert_eq!(world.code_by(&[&key(1), &tax()], ACT, act), "AUTH_MANDATE_ENDED");
}

#[test]
fn a_second_officer_is_asked_about_as_the_account_is_if_he_signed() {
    let mut world = World::new();
    let (first, second) = (world.person(1), world.person(2));
    for officer in [&first, &second] {
        world.post(&tax(), officer, &["probe."]);
    }
    let about = json!({ "account": key(2).public_key(), "for": TAX, "scope": "probe.x" });
    let ask = json!({ "about": about, "question": "identity.acting" });
    let answer = world
        .ok(&[&key(1), &key(2), &tax()], "probe.ask", ask.clone())
        .outcome;
    assert_eq!(answer["officer"], json!(second));
    assert_eq!(
        world.code_by(&[&key(1), &tax()], "probe.ask", ask),
        "AUTH_KEY_UNKNOWN"
    );
}
