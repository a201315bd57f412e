//! The stories, and each rule of parties and their keys kept once and broken once.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use serde_json::{Value, json};
use support::{
    COMPANY, COOPERATIVE, DATA, DAY, FIRE, POLICE, START, TAX, World, data, digest, key, new_key, police,
    registry, revoke, tax, with,
};
use yinxin_crypto::{PrivateKey, SignatureAlgorithm};
use yinxin_identity::MAX_KEYS;
use yinxin_identity::edge::{citizen_number, keyed_commitment, social_credit_code};
use yinxin_types::Suite;

const ENROL: &str = "identity.enrol";
const END: &str = "identity.end";
const ACT: &str = "probe.act";

#[test]
fn story_s1_1_the_tax_bureau_may_not_issue_what_the_police_are_accredited_for() {
    let mut world = World::new();
    let accredit = json!({ "department": POLICE, "types": ["citizen-identity", "residence"] });
    world.ok(&[&registry()], "identity.accredit", accredit);
    let asked = |department: &str, credential: &str| json!({ "department": department, "type": credential });
    let answer = world.answer("identity.issuer", asked(POLICE, "citizen-identity"));
    assert_eq!(answer["basis"], json!("accreditation"));
    let refused = "AUTH_ISSUER_NOT_ACCREDITED";
    assert_eq!(
        world.asked("identity.issuer", asked(TAX, "citizen-identity")),
        refused
    );
    assert_eq!(
        world.asked("identity.issuer", asked(POLICE, "tax-record")),
        refused
    );
}

#[test]
fn story_s1_3_an_officer_who_has_left_acts_no_more_and_his_earlier_acts_stay() {
    let mut world = World::new();
    let officer = world.person(1);
    let post = world.post(&tax(), &officer, &["probe.act"]);
    let act = json!({ "for": TAX });
    // 2026-02-27.
    world.at(START + DAY);
    let approval = world.ok(&[&key(1), &tax()], ACT, act.clone());
    assert_eq!(approval.outcome["officer"], json!(officer));
    assert_eq!(approval.outcome["grade"], json!(2));
    assert_eq!(approval.outcome["sealed"], json!(true));
    // 2026-03-02, and the day after.
    world.at(START + 4 * DAY);
    world.ok(&[&tax()], END, json!({ "mandate": post }));
    world.at(START + 5 * DAY);
    assert_eq!(world.code_by(&[&key(1), &tax()], ACT, act), "AUTH_MANDATE_ENDED");
    let mut alive = |at: u64| {
        let answer = world.answer("identity.mandate", json!({ "at": at, "id": post }));
        answer["mandates"][0]["alive"].clone()
    };
    assert_eq!(alive(approval.time.0), json!(true));
    assert_eq!(alive(START + 5 * DAY), json!(false));
}

#[test]
fn story_s1_4_a_citizen_number_with_a_wrong_check_digit_is_refused_and_a_small_x_is_the_large_one() {
    let refused = citizen_number("990101199003150014").unwrap_err();
    assert_eq!(refused.code.name, "ID_CHECKDIGIT");
    assert!(!refused.detail.contains("990101"), "the number is not repeated");
    assert_eq!(
        citizen_number("99010119900315001").unwrap_err().code.name,
        "ID_FORMAT"
    );

    let mut world = World::new();
    let commit = |text: &str, secret: u8| {
        keyed_commitment(world.hash(), &[secret; 32], &citizen_number(text).unwrap())
    };
    let (small, large) = (commit("99010120000101009x", 7), commit("99010120000101009X", 7));
    assert_eq!(small, large);
    assert_ne!(
        small,
        commit("99010120000101009x", 8),
        "another secret, another commitment"
    );
    let arguments = |seed: u8, commitment| json!({ "authority": POLICE, "commitment": commitment, "key": key(seed).public_key(), "kind": "person" });
    world.ok(&[&police(), &key(1)], ENROL, arguments(1, small));
    assert_eq!(
        world.code_by(&[&police(), &key(2)], ENROL, arguments(2, large)),
        "ID_ENROLLED"
    );
    // Another authority has another secret; that a person is enrolled there says nothing to this one.
    let by_data = with(arguments(2, large), "authority", json!(DATA));
    assert_eq!(world.code_by(&[&data(), &key(2)], ENROL, by_data), "OK");
}

#[test]
fn a_body_is_enrolled_once_under_a_code_whose_check_digits_are_right() {
    let mut world = World::new();
    world.body("organisation", COOPERATIVE, 1);
    let arguments = |code: &str| json!({ "authority": DATA, "code": code, "key": key(2).public_key(), "kind": "organisation" });
    for (code, expected) in [
        (COOPERATIVE, "ID_ENROLLED"),
        (TAX, "ID_ENROLLED"),
        ("91990101MA000A012C", "ID_CHECKDIGIT"),
        ("91990101MA000A012", "ID_FORMAT"),
        (COMPANY, "OK"),
    ] {
        assert_eq!(
            world.code_by(&[&data(), &key(2)], ENROL, arguments(code)),
            expected,
            "{code}"
        );
    }
    assert_eq!(
        social_credit_code("91990101MB00002460").unwrap().as_str(),
        "91990101MB00002460"
    );
}

#[test]
fn only_a_department_accredited_for_the_kind_enrols_and_only_in_its_own_name() {
    let mut world = World::new();
    let person = world.person_arguments(1);
    let body =
        json!({ "authority": POLICE, "code": COMPANY, "key": key(1).public_key(), "kind": "organisation" });
    let by = |authority: &str| with(person.clone(), "authority", json!(authority));
    let cases = [
        (
            "police enrol no companies",
            police(),
            body.clone(),
            "AUTH_ISSUER_NOT_ACCREDITED",
        ),
        ("tax enrols nobody", tax(), by(TAX), "AUTH_ISSUER_NOT_ACCREDITED"),
        (
            "tax in the name of the police",
            tax(),
            by(POLICE),
            "AUTH_NOT_GRANTOR",
        ),
        ("an unknown department", police(), by(FIRE), "ID_PARTY_UNKNOWN"),
        ("an unknown key", key(9), by(POLICE), "AUTH_KEY_UNKNOWN"),
        ("police", police(), by(POLICE), "OK"),
    ];
    for (what, account, arguments, expected) in cases {
        assert_eq!(
            world.code_by(&[&account, &key(1)], ENROL, arguments),
            expected,
            "{what}"
        );
    }
    // An accreditation does what a role does, until it is withdrawn.
    let company = with(
        with(body, "authority", json!(TAX)),
        "key",
        json!(key(2).public_key()),
    );
    let accredit = json!({ "department": TAX, "types": ["enrol-organisation"] });
    world.ok(&[&registry()], "identity.accredit", accredit);
    world.ok(&[&tax(), &key(2)], ENROL, company.clone());
    let withdraw = json!({ "department": TAX, "type": "enrol-organisation" });
    world.ok(&[&registry()], "identity.withdraw", withdraw);
    let another = with(
        with(company, "code", json!(COOPERATIVE)),
        "key",
        json!(key(3).public_key()),
    );
    assert_eq!(
        world.code_by(&[&tax(), &key(3)], ENROL, another),
        "AUTH_ISSUER_NOT_ACCREDITED"
    );
}

#[test]
fn an_officer_enrols_with_a_mandate_and_the_seal_and_not_with_one_of_them() {
    let mut world = World::new();
    let officer = world.person(1);
    world.person(2);
    let arguments = world.person_arguments(3);
    let both = [&key(1), &police(), &key(3)];
    assert_eq!(
        world.code_by(&both, ENROL, arguments.clone()),
        "AUTH_MANDATE_MISSING"
    );
    world.post(&police(), &officer, &["identity."]);
    assert_eq!(
        world.code_by(&[&key(1), &key(3)], ENROL, arguments.clone()),
        "AUTH_SEAL_MISSING"
    );
    assert_eq!(
        world.code_by(&[&key(2), &key(3)], ENROL, arguments.clone()),
        "AUTH_NOT_GRANTOR"
    );
    assert_eq!(world.code_by(&both, ENROL, arguments), "OK");
}

#[test]
fn malformed_enrolments_are_refused_at_the_door() {
    let mut world = World::new();
    let person = world.person_arguments(1);
    let foreign = yinxin_crypto::HashAlgorithm::Sm3.hash(&[b"person"]);
    let code = with(
        with(person.clone(), "code", json!(COMPANY)),
        "kind",
        json!("organisation"),
    );
    let cases = [
        (
            "a person with a code",
            with(person.clone(), "code", json!(COMPANY)),
        ),
        ("a body with a commitment", code),
        (
            "a commitment of another algorithm",
            with(person.clone(), "commitment", json!(foreign)),
        ),
        (
            "a kind there is not",
            with(person.clone(), "kind", json!("ghost")),
        ),
        ("an end that is null", with(person.clone(), "until", Value::Null)),
        ("a member too many", with(person.clone(), "name", json!("王小示"))),
    ];
    for (what, arguments) in cases {
        assert_eq!(
            world.code_by(&[&police(), &key(1)], ENROL, arguments),
            "TX_ARGUMENTS",
            "{what}"
        );
    }
    assert_eq!(world.code(&police(), ENROL, person.clone()), "AUTH_KEY_UNPROVEN");
    let past = with(person, "until", json!(START));
    assert_eq!(world.code_by(&[&police(), &key(1)], ENROL, past), "ID_TERM");
    assert!(world.records().is_empty());
}

#[test]
fn founders_are_parties_without_records_and_their_account_is_their_seal() {
    let mut world = World::new();
    let answer = world.answer("identity.actor", json!({ "account": tax().public_key() }));
    assert_eq!(answer["kind"], json!("department"));
    assert_eq!(answer["code"], json!(TAX));
    assert_eq!(answer["state"], json!("active"));
    assert!(world.records().is_empty());
    let unknown = world.asked("identity.actor", json!({ "account": key(1).public_key() }));
    assert_eq!(unknown, "AUTH_KEY_UNKNOWN");
}

#[test]
fn a_key_has_one_party_for_ever() {
    let mut world = World::new();
    world.person(1);
    world.ok(&[&key(1), &key(2)], "identity.rotate", new_key(2));
    for bound in [1, 2, 103] {
        let arguments = with(world.person_arguments(9), "key", json!(key(bound).public_key()));
        assert_eq!(
            world.code_by(&[&police(), &key(bound)], ENROL, arguments),
            "ID_KEY_BOUND"
        );
        if bound != 2 {
            assert_eq!(
                world.code_by(&[&key(2), &key(bound)], "identity.bind", new_key(bound)),
                "ID_KEY_BOUND"
            );
        }
    }
}

#[test]
fn keys_of_either_algorithm_are_bound_and_rotated_into_one_another() {
    let mut world = World::with(Suite::Gm, true);
    let person = world.person(1);
    let sm2 = PrivateKey::from_bytes(SignatureAlgorithm::Sm2, &[5; 32]).unwrap();
    let arguments = json!({ "key": sm2.public_key() });
    world.ok(&[&key(1), &sm2], "identity.rotate", arguments);
    assert_eq!(world.party_of(&sm2), person);
    assert_eq!(
        world.code_by(&[&sm2, &key(2)], "identity.rotate", new_key(2)),
        "OK"
    );
}

#[test]
fn rotation_wants_both_keys_and_ends_the_old_one() {
    let mut world = World::new();
    let person = world.person(1);
    assert_eq!(
        world.code(&key(1), "identity.rotate", new_key(2)),
        "AUTH_KEY_UNPROVEN"
    );
    assert_eq!(
        world.code_by(&[&key(8), &key(2)], "identity.rotate", new_key(2)),
        "AUTH_KEY_UNKNOWN"
    );
    let receipt = world.ok(&[&key(1), &key(2)], "identity.rotate", new_key(2));
    assert_eq!(digest(&receipt, "party"), person);
    assert_eq!(world.key_state(&key(1)), "rotated");
    assert_eq!(world.key_state(&key(2)), "active");
    assert_eq!(
        world.code_by(&[&key(1), &key(3)], "identity.bind", new_key(3)),
        "AUTH_KEY_REVOKED"
    );
    // Before the rotation the old key was active, and that can still be answered.
    let before = json!({ "account": key(1).public_key(), "at": receipt.time.0 - 1 });
    assert_eq!(world.answer("identity.actor", before)["state"], json!("active"));
}

#[test]
fn a_department_rotates_its_seal_and_acts_with_the_new_one() {
    let mut world = World::new();
    world.ok(&[&police(), &key(50)], "identity.rotate", new_key(50));
    let arguments = world.person_arguments(1);
    assert_eq!(
        world.code_by(&[&police(), &key(1)], ENROL, arguments.clone()),
        "AUTH_KEY_REVOKED"
    );
    assert_eq!(world.code_by(&[&key(50), &key(1)], ENROL, arguments), "OK");
}

#[test]
fn a_party_has_as_many_keys_as_it_may_and_a_key_ends_with_its_date() {
    let mut world = World::new();
    world.person(1);
    for seed in 2..=9 {
        let expected = if usize::from(seed) <= MAX_KEYS {
            "OK"
        } else {
            "ID_KEY_LIMIT"
        };
        assert_eq!(
            world.code_by(&[&key(1), &key(seed)], "identity.bind", new_key(seed)),
            expected
        );
    }
    world.ok(&[&key(1)], "identity.revoke", revoke(2, "loss"));
    let until = with(new_key(20), "until", json!(START + DAY));
    world.ok(&[&key(1), &key(20)], "identity.bind", until);
    assert_eq!(world.key_state(&key(20)), "active");
    world.at(START + DAY);
    assert_eq!(world.key_state(&key(20)), "expired");
    assert_eq!(
        world.code(&key(20), "identity.revoke", revoke(3, "loss")),
        "AUTH_KEY_EXPIRED"
    );
}

#[test]
fn the_party_and_its_authority_revoke_a_key_and_nobody_else_does() {
    let mut world = World::new();
    world.person(1);
    world.person(5);
    world.ok(&[&key(1), &key(2)], "identity.bind", new_key(2));
    world.ok(&[&key(1), &key(3)], "identity.bind", new_key(3));
    for (what, account, of, expected) in [
        ("another person", key(5), 2, "AUTH_KEY_NOT_YOURS"),
        ("another department", tax(), 2, "AUTH_KEY_NOT_YOURS"),
        (
            "no department has the key of another",
            tax(),
            101,
            "AUTH_KEY_NOT_YOURS",
        ),
        ("a key of nobody", key(1), 40, "AUTH_KEY_UNKNOWN"),
        ("the authority", police(), 2, "OK"),
        ("what has ended", police(), 2, "AUTH_KEY_REVOKED"),
        ("the party", key(1), 3, "OK"),
        ("the party its last", key(1), 1, "OK"),
    ] {
        assert_eq!(
            world.code(&account, "identity.revoke", revoke(of, "compromise")),
            expected,
            "{what}"
        );
    }
    let stopped = revoke(5, "stopped");
    assert_eq!(world.code(&key(5), "identity.revoke", stopped), "TX_ARGUMENTS");
    let answer = world.answer("identity.actor", json!({ "account": key(2).public_key() }));
    assert_eq!(answer["state"], json!("revoked"));
    assert_eq!(answer["ended"]["reason"], json!("compromise"));
    assert_eq!(answer["ended"]["by"], json!([world.party_of(&police())]));
    assert!(answer["ended"]["at"]["height"].is_u64());
}

#[test]
fn a_revocation_holds_from_its_place_in_the_block_on() {
    let mut world = World::new();
    world.person(1);
    world.ok(&[&key(1), &key(2)], "identity.bind", new_key(2));
    let transactions = [
        world.sign_by(&[&key(2), &key(3)], "identity.bind", new_key(3)),
        world.sign(&key(1), "identity.revoke", revoke(2, "compromise")),
        world.sign_by(&[&key(2), &key(4)], "identity.bind", new_key(4)),
    ];
    let receipts = world.block(&transactions).receipts;
    let names: Vec<_> = receipts.iter().map(|receipt| world.name(receipt)).collect();
    assert_eq!(names, ["OK", "OK", "AUTH_KEY_REVOKED"]);
}

#[test]
fn nothing_that_names_a_person_lies_in_the_state() {
    let mut world = World::new();
    world.person(1);
    let commitment = world.commitment("person 1").to_string();
    for value in world.records().into_values() {
        assert!(!String::from_utf8(value).unwrap().contains(&commitment));
    }
}
