//! Each rule about proposals, votes, thresholds and what is decided, kept once and broken once, through the execution of whole blocks.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use serde_json::{Value, json};
use support::{
    CODES, DAY_MS, START, World, account, admit, document, key, named, passkey, rotate, threshold, validator,
    with, year,
};

/// A proposal that touches nobody.
fn parameter(value: u64) -> Value {
    json!({ "name": "proposal_days", "value": value })
}

#[test]
fn founders_are_members_from_the_genesis_on_with_the_level_of_their_division() {
    let mut world = World::new(4);
    let member = world.member(0);
    let expected = json!({
        "account": account(0).public_key(), "code": CODES[0], "level": "city", "name": "成员0", "roles": [], "since": START,
        "status": "active", "term": 0, "until": null, "validator": validator(0, 0),
    });
    assert_eq!(member, expected);
    let by_account = world.ask("governance.member", json!({ "account": account(0).public_key() }));
    assert_eq!(by_account, expected);
    assert_eq!(world.member(9), Value::Null);
    assert_eq!(
        world.ask("governance.member", json!({ "account": account(9).public_key() })),
        Value::Null
    );
    assert_eq!(
        world.try_ask("governance.member", json!({ "code": "1" })),
        "TX_ARGUMENTS"
    );
}

#[test]
fn only_active_members_propose_and_vote() {
    let mut world = World::new(5);
    let arguments = world.proposal("parameter", parameter(30));
    assert_eq!(
        world.code(&key(200), "governance.propose", arguments.clone()),
        "GOV_NOT_MEMBER"
    );
    let proposal = world.propose("parameter", parameter(30));
    assert_eq!(world.try_vote(9, &proposal, "for"), "GOV_NOT_MEMBER");
    world.decide("admit", admit(9, None));
    assert_eq!(world.try_vote(9, &proposal, "for"), "OK");
    world.decide("suspend", named(9, None));
    assert_eq!(world.try_vote(9, &proposal, "for"), "GOV_NOT_MEMBER");
    assert_eq!(
        world.code(&account(9), "governance.propose", arguments),
        "GOV_NOT_MEMBER"
    );
}

#[test]
fn a_deadline_lies_after_the_block_and_within_the_longest_time() {
    let mut world = World::new(4);
    let next = world.time + 1000;
    for (deadline, code) in [
        (next, "GOV_DEADLINE"),
        (next + 1001, "OK"),
        (next + 2000 + 90 * DAY_MS, "OK"),
        (next + 3001 + 90 * DAY_MS, "GOV_DEADLINE"),
    ] {
        let arguments = with(
            world.proposal("parameter", parameter(30)),
            "deadline",
            json!(deadline),
        );
        assert_eq!(
            world.code(&account(0), "governance.propose", arguments),
            code,
            "{deadline}"
        );
    }
}

#[test]
fn a_member_has_so_many_open_proposals_and_no_more_until_one_is_decided_withdrawn_or_expired() {
    let mut world = World::new(4);
    world.decide("parameter", json!({ "name": "proposals_open", "value": 2 }));
    let first = world.propose("parameter", parameter(30));
    let second = world.propose("parameter", parameter(31));
    assert_eq!(world.try_propose("parameter", parameter(32)), "GOV_OPEN_LIMIT");
    world.propose_by(1, "parameter", parameter(32));
    let withdrawn = world.code(&account(0), "governance.withdraw", json!({ "proposal": first }));
    assert_eq!(withdrawn, "OK");
    world.propose("parameter", parameter(33));
    assert_eq!(world.try_propose("parameter", parameter(34)), "GOV_OPEN_LIMIT");
    world.enact(0, &second);
    world.propose("parameter", parameter(34));
    assert_eq!(world.try_propose("parameter", parameter(35)), "GOV_OPEN_LIMIT");
    let later = world.time + 11 * DAY_MS;
    world.at(later);
    assert_eq!(world.try_propose("parameter", parameter(35)), "OK");
}

#[test]
fn the_vote_that_reaches_the_threshold_enacts_and_a_decided_proposal_takes_no_vote() {
    let mut world = World::new(4);
    let proposal = world.propose("parameter", parameter(30));
    let ask = json!({ "name": "proposal_days" });
    for by in 0..2 {
        assert_eq!(world.vote(by, &proposal, "for")["status"], "open");
        assert_eq!(world.ask("governance.parameter", ask.clone())["value"], 90);
    }
    let outcome = world.vote(2, &proposal, "for");
    let expected = json!({
        "against": 0, "code": null, "concerns": ["governance"], "for": 3, "members": 4, "needed": 3, "proposal": proposal,
        "repeat": false, "status": "enacted",
    });
    assert_eq!(outcome, expected);
    assert_eq!(
        world.ask("governance.parameter", ask),
        json!({ "default": 90, "name": "proposal_days", "value": 30 })
    );
    assert_eq!(world.try_vote(3, &proposal, "for"), "GOV_PROPOSAL_DECIDED");
    assert_eq!(world.try_vote(0, &proposal, "for"), "GOV_PROPOSAL_DECIDED");
    let unknown = json!(yinxin_crypto::HashAlgorithm::Sha256.hash(&[b"nothing"]));
    assert_eq!(world.try_vote(0, &unknown, "for"), "GOV_PROPOSAL_UNKNOWN");
}

#[test]
fn a_proposal_is_rejected_as_soon_as_its_threshold_cannot_be_met() {
    let mut world = World::new(5);
    let proposal = world.propose("parameter", parameter(30));
    for by in 0..2 {
        assert_eq!(world.vote(by, &proposal, "against")["status"], "open");
    }
    assert_eq!(world.vote(2, &proposal, "against")["status"], "rejected");
    assert_eq!(world.try_vote(3, &proposal, "for"), "GOV_PROPOSAL_DECIDED");
    assert_eq!(
        world.ask("governance.parameter", json!({ "name": "proposal_days" }))["value"],
        90
    );
}

#[test]
fn a_proposal_takes_votes_at_its_deadline_and_none_after_it() {
    let mut world = World::new(4);
    let deadline = world.time + 5 * DAY_MS;
    let arguments = with(
        world.proposal("parameter", parameter(30)),
        "deadline",
        json!(deadline),
    );
    let proposal = world.run(&account(0), "governance.propose", arguments).outcome["proposal"].clone();
    world.at(deadline - 1000);
    assert_eq!(world.try_vote(0, &proposal, "for"), "OK");
    assert_eq!(world.try_vote(1, &proposal, "for"), "GOV_PROPOSAL_EXPIRED");
    let withdrawal = json!({ "proposal": proposal });
    assert_eq!(
        world.code(&account(0), "governance.withdraw", withdrawal),
        "GOV_PROPOSAL_EXPIRED"
    );
}

#[test]
fn the_same_vote_again_changes_nothing_and_another_vote_is_refused() {
    let mut world = World::new(4);
    let proposal = world.propose("parameter", parameter(30));
    world.vote(0, &proposal, "for");
    let before = world.records();
    let again = world.vote(0, &proposal, "for");
    assert_eq!((&again["repeat"], &again["for"]), (&json!(true), &json!(1)));
    assert_eq!(world.records(), before);
    assert_eq!(world.try_vote(0, &proposal, "against"), "GOV_VOTE_CHANGED");
    assert_eq!(world.records(), before);
}

#[test]
fn the_vote_of_a_member_that_was_suspended_is_dropped_and_it_votes_anew_when_restored() {
    let mut world = World::new(5);
    world.decide("admit", admit(9, None));
    let proposal = world.propose("parameter", parameter(30));
    assert_eq!(world.vote(9, &proposal, "for")["for"], 1);
    world.decide("suspend", named(9, None));
    let tally = world.vote(0, &proposal, "for");
    assert_eq!((&tally["for"], &tally["members"]), (&json!(1), &json!(5)));
    world.decide("restore", named(9, None));
    let tally = world.vote(1, &proposal, "for");
    assert_eq!((&tally["for"], &tally["members"]), (&json!(2), &json!(6)));
    let tally = world.vote(9, &proposal, "against");
    assert_eq!((&tally["for"], &tally["against"]), (&json!(2), &json!(1)));
}

#[test]
fn where_members_left_the_same_vote_again_decides_what_they_kept_open() {
    let mut world = World::new(4);
    for number in [8, 9] {
        world.decide("admit", admit(number, None));
    }
    let proposal = world.propose("parameter", parameter(30));
    for by in 0..3 {
        assert_eq!(world.vote(by, &proposal, "for")["status"], "open");
    }
    for number in [8, 9] {
        world.decide("suspend", named(number, None));
    }
    assert_eq!(world.status_of(&proposal), "open");
    assert_eq!(world.vote(0, &proposal, "for")["status"], "enacted");
}

#[test]
fn only_its_member_withdraws_a_proposal_while_it_is_open() {
    let mut world = World::new(4);
    let proposal = world.propose("parameter", parameter(30));
    let withdrawal = json!({ "proposal": proposal });
    assert_eq!(
        world.code(&account(1), "governance.withdraw", withdrawal.clone()),
        "GOV_NOT_PROPOSER"
    );
    assert_eq!(
        world.code(&account(0), "governance.withdraw", withdrawal.clone()),
        "OK"
    );
    assert_eq!(world.status_of(&proposal), "withdrawn");
    assert_eq!(
        world.code(&account(0), "governance.withdraw", withdrawal),
        "GOV_PROPOSAL_DECIDED"
    );
    assert_eq!(world.try_vote(1, &proposal, "for"), "GOV_PROPOSAL_DECIDED");
}

#[test]
fn a_parameter_says_whether_a_proposal_that_others_voted_on_is_withdrawn() {
    let mut world = World::new(4);
    world.decide("parameter", json!({ "name": "withdraw_voted", "value": false }));
    let proposal = world.propose("parameter", parameter(30));
    let withdrawal = json!({ "proposal": proposal });
    world.vote(1, &proposal, "against");
    assert_eq!(
        world.code(&account(0), "governance.withdraw", withdrawal.clone()),
        "GOV_WITHDRAWAL"
    );
    world.decide("parameter", json!({ "name": "withdraw_voted", "value": true }));
    assert_eq!(world.code(&account(0), "governance.withdraw", withdrawal), "OK");
}

#[test]
fn each_rule_of_a_threshold_needs_its_number_of_votes() {
    for (rule, needed) in [
        (json!({ "at_least": 1 }), 1),
        (json!({ "at_least": 5 }), 5),
        (json!("majority"), 4),
        (json!("two_thirds"), 5),
        (json!("all"), 7),
    ] {
        let mut world = World::new(7);
        // The default is a majority: to ask for it again would change nothing.
        if rule != "majority" {
            world.decide("threshold", threshold("parameter", rule.clone(), &[]));
        }
        let proposal = world.propose("parameter", parameter(30));
        for by in 0..needed {
            assert_eq!(world.status_of(&proposal), "open", "{rule} {by}");
            world.vote(by, &proposal, "for");
        }
        assert_eq!(world.status_of(&proposal), "enacted", "{rule}");
    }
}

#[test]
fn a_decision_about_who_decides_always_needs_a_majority() {
    let mut world = World::new(7);
    world.decide("threshold", threshold("admit", json!({ "at_least": 1 }), &[]));
    let proposal = world.propose("admit", admit(9, None));
    let outcome = world.vote(0, &proposal, "for");
    assert_eq!(
        (&outcome["needed"], &outcome["status"]),
        (&json!(4), &json!("open"))
    );
}

#[test]
fn a_member_that_a_threshold_names_must_be_among_those_who_vote_for_it() {
    let mut world = World::new(4);
    world.decide("threshold", threshold("parameter", json!("majority"), &[3]));
    let proposal = world.propose("parameter", parameter(30));
    for by in 0..3 {
        assert_eq!(world.vote(by, &proposal, "for")["status"], "open");
    }
    assert_eq!(world.vote(3, &proposal, "for")["status"], "enacted");
    let proposal = world.propose("parameter", parameter(31));
    assert_eq!(world.vote(3, &proposal, "against")["status"], "rejected");
}

#[test]
fn a_member_that_a_threshold_names_is_neither_suspended_nor_removed() {
    let mut world = World::new(4);
    world.decide("admit", admit(9, None));
    world.decide("threshold", threshold("calendar", json!("majority"), &[9]));
    for kind in ["suspend", "remove"] {
        assert_eq!(
            world.try_propose(kind, named(9, None)),
            "GOV_MEMBER_REQUIRED",
            "{kind}"
        );
    }
    world.decide("threshold", threshold("calendar", json!("majority"), &[]));
    assert_eq!(world.try_propose("suspend", named(9, None)), "OK");
}

#[test]
fn thresholds_that_cannot_be_reached_are_refused() {
    let mut world = World::new(4);
    let twice = json!({ "of": "calendar", "threshold": { "required": [CODES[0], CODES[0]], "rule": "all" } });
    for (content, code) in [
        (threshold("calendar", json!({ "at_least": 4 }), &[]), "OK"),
        (
            threshold("calendar", json!({ "at_least": 5 }), &[]),
            "GOV_THRESHOLD",
        ),
        (
            threshold("calendar", json!({ "at_least": 0 }), &[]),
            "GOV_THRESHOLD",
        ),
        (threshold("calendar", json!("all"), &[9]), "GOV_THRESHOLD"),
        (threshold("calendar", json!("majority"), &[]), "GOV_UNCHANGED"),
        (threshold("calendar", json!("some"), &[]), "TX_ARGUMENTS"),
        (threshold("weather", json!("all"), &[]), "TX_ARGUMENTS"),
        (twice, "GOV_THRESHOLD"),
    ] {
        assert_eq!(world.try_propose("threshold", content.clone()), code, "{content}");
    }
}

#[test]
fn what_the_records_no_longer_allow_fails_whole_and_keeps_its_code() {
    let mut world = World::new(4);
    let first = world.propose("document", document("rules", 2, "two"));
    let second = world.propose("document", document("rules", 2, "another two"));
    assert_eq!(world.enact(0, &first)["status"], "enacted");
    let in_force = world.ask("governance.document", json!({ "name": "rules" }));
    for by in 0..2 {
        world.vote(by, &second, "for");
    }
    let outcome = world.vote(2, &second, "for");
    assert_eq!(
        (&outcome["status"], &outcome["code"]),
        (&json!("failed"), &json!(3032))
    );
    let kept = world.ask("governance.proposal", json!({ "proposal": second }));
    assert_eq!((&kept["status"], &kept["code"]), (&json!("failed"), &json!(3032)));
    assert_eq!(
        world.ask("governance.document", json!({ "name": "rules" })),
        in_force
    );
    assert_eq!(world.try_vote(3, &second, "for"), "GOV_PROPOSAL_DECIDED");
}

#[test]
fn an_enactment_that_fails_writes_its_proposal_and_nothing_else() {
    let mut world = World::new(4);
    let height = world.boundary(500);
    let admission = world.propose("admit", admit(9, Some(height)));
    for by in 0..2 {
        world.vote(by, &admission, "for");
    }
    world.until(height - 50);
    let before = world.records();
    let outcome = world.vote(2, &admission, "for");
    assert_eq!(
        (&outcome["status"], &outcome["code"]),
        (&json!("failed"), &json!(3019))
    );
    let after = world.records();
    let changed = after
        .iter()
        .filter(|(key, value)| before.get(*key) != Some(*value));
    // The proposal, and the list of open ones.
    assert_eq!(changed.count(), 2);
    assert_eq!(before.len(), after.len());
    assert_eq!(world.member(9), Value::Null);
}

#[test]
fn a_body_is_admitted_once_with_keys_of_its_own() {
    let mut world = World::new(4);
    let good = || admit(9, Some(896));
    let spoilt = |name: &str, value: Value| with(good(), name, value);
    for (what, content, code) in [
        ("good", good(), "OK"),
        ("reader", admit(9, None), "OK"),
        ("founder", admit(0, None), "GOV_MEMBER_EXISTS"),
        (
            "account of another",
            spoilt("account", json!(account(0).public_key())),
            "GOV_ACCOUNT_TAKEN",
        ),
        (
            "validator of another",
            spoilt("validator", validator(0, 0)),
            "GOV_KEY_TAKEN",
        ),
        ("one key", spoilt("account", validator(9, 0)), "GOV_KEY"),
        ("passkey as seal", spoilt("account", passkey()), "GOV_KEY"),
        ("passkey as validator", spoilt("validator", passkey()), "GOV_KEY"),
        (
            "no curve",
            spoilt("validator", json!(format!("ed25519:02{}", "00".repeat(31)))),
            "GOV_KEY",
        ),
        ("no name", spoilt("name", json!(" ")), "GOV_FIELD"),
        ("long name", spoilt("name", json!("长".repeat(67))), "GOV_FIELD"),
        ("longest name", spoilt("name", json!("长".repeat(66))), "OK"),
        ("line break", spoilt("name", json!("a\nb")), "GOV_FIELD"),
        ("a role", spoilt("roles", json!(["court"])), "OK"),
        (
            "a role twice",
            spoilt("roles", json!(["court", "court"])),
            "GOV_FIELD",
        ),
        (
            "check digit",
            spoilt("code", json!("11990100000002014A")),
            "TX_ARGUMENTS",
        ),
        ("level", spoilt("level", json!("county")), "TX_ARGUMENTS"),
        ("no height", spoilt("height", Value::Null), "GOV_HEIGHT"),
        (
            "needless height",
            with(admit(9, None), "height", json!(896)),
            "GOV_HEIGHT",
        ),
    ] {
        assert_eq!(world.try_propose("admit", content), code, "{what}");
    }
    world.decide("admit", good());
    let member = world.member(9);
    assert_eq!(
        (&member["level"], &member["status"]),
        (&json!("district"), &json!("active"))
    );
    assert_eq!(world.try_propose("admit", good()), "GOV_MEMBER_EXISTS");
}

#[test]
fn a_removed_member_comes_back_with_another_validator_key_and_another_account() {
    let mut world = World::new(5);
    let height = world.boundary(200);
    world.decide("remove", named(4, Some(height)));
    let member = world.member(4);
    assert_eq!(member["status"], "removed");
    assert!(member["until"].as_u64().unwrap() > START);
    assert_eq!(world.try_propose("remove", named(4, None)), "GOV_MEMBER_STATUS");
    assert_eq!(world.try_propose("restore", named(4, None)), "GOV_MEMBER_STATUS");
    let height = world.boundary(400);
    let back = with(admit(4, Some(height)), "account", json!(key(222).public_key()));
    assert_eq!(world.try_propose("admit", back.clone()), "GOV_KEY_TAKEN");
    world.decide("admit", with(back, "validator", validator(4, 1)));
    let member = world.member(4);
    assert_eq!((&member["term"], &member["until"]), (&json!(1), &Value::Null));
    // The account before is nobody's account now, and never another member's.
    let old = json!(account(4).public_key());
    assert_eq!(
        world.ask("governance.member", json!({ "account": old })),
        Value::Null
    );
    assert_eq!(
        world.try_propose("admit", with(admit(9, None), "account", old)),
        "GOV_ACCOUNT_TAKEN"
    );
}

#[test]
fn members_are_suspended_while_active_restored_while_suspended_and_known() {
    let mut world = World::new(4);
    world.decide("admit", admit(9, None));
    for kind in ["suspend", "restore", "remove"] {
        assert_eq!(
            world.try_propose(kind, named(10, None)),
            "GOV_MEMBER_UNKNOWN",
            "{kind}"
        );
    }
    assert_eq!(world.try_propose("restore", named(9, None)), "GOV_MEMBER_STATUS");
    world.decide("suspend", named(9, None));
    assert_eq!(world.member(9)["status"], "suspended");
    assert_eq!(world.try_propose("suspend", named(9, None)), "GOV_MEMBER_STATUS");
    world.decide("restore", named(9, None));
    assert_eq!(world.member(9)["status"], "active");
    world.decide("suspend", named(9, None));
    world.decide("remove", named(9, None));
    assert_eq!(world.member(9)["status"], "removed");
}

#[test]
fn a_validator_key_is_exchanged_for_one_that_was_never_used() {
    let mut world = World::new(4);
    let height = world.boundary(300);
    for (content, code) in [
        (rotate(0, 0, Some(height)), "GOV_UNCHANGED"),
        (
            with(rotate(0, 1, Some(height)), "validator", validator(1, 0)),
            "GOV_KEY_TAKEN",
        ),
        (
            with(
                rotate(0, 1, Some(height)),
                "validator",
                json!(account(0).public_key()),
            ),
            "GOV_KEY",
        ),
        (rotate(0, 1, None), "GOV_HEIGHT"),
        (rotate(9, 1, Some(height)), "GOV_MEMBER_UNKNOWN"),
    ] {
        assert_eq!(world.try_propose("validator", content.clone()), code, "{content}");
    }
    world.decide("validator", rotate(0, 1, Some(height)));
    assert_eq!(world.member(0)["validator"], validator(0, 1));
    assert!(world.validators(height - 1).contains(&validator(0, 0)));
    let after = world.validators(height);
    assert!(after.contains(&validator(0, 1)) && !after.contains(&validator(0, 0)) && after.len() == 4);
    let back = with(rotate(0, 1, Some(height + 640)), "validator", validator(0, 0));
    assert_eq!(world.try_propose("validator", back), "GOV_KEY_TAKEN");
}

#[test]
fn parameters_have_a_type_and_a_range() {
    let mut world = World::new(4);
    for (name, value, code) in [
        ("proposal_days", json!(1), "OK"),
        ("proposal_days", json!(365), "OK"),
        ("proposal_days", json!(0), "GOV_PARAMETER_VALUE"),
        ("proposal_days", json!(366), "GOV_PARAMETER_VALUE"),
        ("proposal_days", json!(true), "GOV_PARAMETER_VALUE"),
        ("proposal_days", json!(90), "GOV_UNCHANGED"),
        ("proposal_days", json!(-1), "TX_ARGUMENTS"),
        ("withdraw_voted", json!(false), "OK"),
        ("withdraw_voted", json!(1), "GOV_PARAMETER_VALUE"),
        ("weather", json!(1), "GOV_PARAMETER_UNKNOWN"),
    ] {
        let content = json!({ "name": name, "value": value });
        assert_eq!(world.try_propose("parameter", content), code, "{name} {value}");
    }
    assert_eq!(
        world.try_ask("governance.parameter", json!({ "name": "weather" })),
        "GOV_PARAMETER_UNKNOWN"
    );
}

#[test]
fn versions_of_a_document_rise_and_its_digest_is_that_of_its_content() {
    let mut world = World::new(4);
    let good = || document("service-items", 3, "目录");
    for (what, content, code) in [
        ("good", good(), "OK"),
        ("digest only", with(good(), "content", Value::Null), "OK"),
        (
            "other content",
            with(good(), "content", json!("x")),
            "GOV_DOCUMENT_DIGEST",
        ),
        ("capital", with(good(), "name", json!("A")), "GOV_DOCUMENT_NAME"),
        ("no name", with(good(), "name", json!("")), "GOV_DOCUMENT_NAME"),
        ("parts", with(good(), "name", json!("a/b")), "OK"),
        (
            "empty part",
            with(good(), "name", json!("a//b")),
            "GOV_DOCUMENT_NAME",
        ),
        (
            "last part",
            with(good(), "name", json!("a/")),
            "GOV_DOCUMENT_NAME",
        ),
        (
            "long name",
            with(good(), "name", json!("a".repeat(65))),
            "GOV_DOCUMENT_NAME",
        ),
        (
            "version 0",
            with(good(), "version", json!(0)),
            "GOV_DOCUMENT_VERSION",
        ),
        ("longest", document("long", 1, &"a".repeat(262_144)), "OK"),
        (
            "too long",
            document("long", 1, &"a".repeat(262_145)),
            "GOV_DOCUMENT_SIZE",
        ),
        ("class", with(good(), "class", json!("law")), "TX_ARGUMENTS"),
    ] {
        assert_eq!(world.try_propose("document", content), code, "{what}");
    }
    world.decide("document", good());
    for (version, code) in [
        (2, "GOV_DOCUMENT_VERSION"),
        (3, "GOV_DOCUMENT_VERSION"),
        (4, "OK"),
    ] {
        let content = document("service-items", version, "新目录");
        assert_eq!(world.try_propose("document", content), code, "{version}");
    }
    world.decide("document", document("service-items", 9, "新目录"));
    let newest = world.ask("governance.document", json!({ "name": "service-items" }));
    assert_eq!(
        (&newest["version"], &newest["content"]),
        (&json!(9), &json!("新目录"))
    );
    let bare = world.ask(
        "governance.document",
        json!({ "content": false, "name": "service-items" }),
    );
    assert_eq!(
        (&bare["digest"], &bare["content"]),
        (&newest["digest"], &Value::Null)
    );
    let older = world.ask(
        "governance.document",
        json!({ "name": "service-items", "version": 3 }),
    );
    assert_eq!(older["content"], "目录");
    assert_eq!(
        world.ask("governance.document", json!({ "name": "nothing" })),
        Value::Null
    );
}

#[test]
fn calendar_years_are_published_edition_by_edition() {
    let mut world = World::new(4);
    let good = || year(1);
    let foreign = json!(["2026-12-26"]);
    for (what, content, code) in [
        ("good", good(), "OK"),
        ("second first", year(2), "GOV_CALENDAR_EDITION"),
        (
            "worked Monday",
            with(good(), "workdays", json!(["2027-01-04"])),
            "GOV_CALENDAR",
        ),
        (
            "worked holiday",
            with(good(), "workdays", json!(["2027-01-02"])),
            "GOV_CALENDAR",
        ),
        ("other year", with(good(), "workdays", foreign), "GOV_CALENDAR"),
        ("no holidays", with(good(), "holidays", json!([])), "GOV_CALENDAR"),
        ("no title", with(good(), "title", json!("")), "GOV_CALENDAR"),
        ("no year", with(good(), "year", json!(1999)), "GOV_CALENDAR"),
        (
            "no day",
            with(good(), "workdays", json!(["2027-02-29"])),
            "TX_ARGUMENTS",
        ),
        (
            "twice",
            with(good(), "workdays", json!(["2027-01-09", "2027-01-09"])),
            "GOV_CALENDAR",
        ),
        (
            "founding year again",
            json!({ "edition": 1, "holidays": [{ "date": "2026-01-01", "name": "元旦" }], "title": "a", "workdays": [], "year": 2026 }),
            "GOV_CALENDAR_EDITION",
        ),
    ] {
        assert_eq!(world.try_propose("calendar", content), code, "{what}");
    }
    world.decide("calendar", good());
    assert_eq!(world.try_propose("calendar", good()), "GOV_CALENDAR_EDITION");
    assert_eq!(world.try_propose("calendar", year(2)), "OK");
}

#[test]
fn a_deadline_that_was_provisional_is_computed_anew_when_the_year_is_published() {
    let mut world = World::new(4);
    // 2026-12-31 12:00 in Shanghai; two working days on.
    let about = json!({ "days": 2, "from_ms": 1_798_689_600_000_u64, "kind": "working" });
    let before = world.ask("governance.due", about.clone());
    assert_eq!(
        (&before["date"], &before["provisional"]),
        (&json!("2027-01-04"), &json!(true))
    );
    world.decide("calendar", year(1));
    let after = world.ask("governance.due", about);
    assert_eq!(
        (&after["date"], &after["provisional"]),
        (&json!("2027-01-05"), &json!(false))
    );
}

#[test]
fn a_period_is_asked_for_in_working_days_days_or_months() {
    let mut world = World::new(4);
    // 2026-02-10 00:00 in Shanghai.
    let from = 1_770_652_800_000_u64;
    let ask = |world: &mut World, about: Value| world.ask("governance.due", about)["date"].clone();
    let days = |kind: &str, days: u32| json!({ "days": days, "from_ms": from, "kind": kind });
    assert_eq!(ask(&mut world, days("working", 20)), "2026-03-16");
    assert_eq!(ask(&mut world, days("calendar", 10)), "2026-02-24");
    assert_eq!(
        ask(&mut world, json!({ "from_ms": from, "months": 3 })),
        "2026-05-11"
    );
    assert_eq!(
        world.ask("governance.due", days("working", 1))["ms_end"],
        1_770_825_600_000_u64
    );
    for (about, code) in [
        (days("working", 0), "GOV_PERIOD"),
        (days("working", 3661), "GOV_PERIOD"),
        (days("working", 3660), "OK"),
        (json!({ "from_ms": from, "months": 601 }), "GOV_PERIOD"),
        (days("lunar", 1), "TX_ARGUMENTS"),
    ] {
        assert_eq!(world.try_ask("governance.due", about.clone()), code, "{about}");
    }
}

#[test]
fn a_span_says_its_days_and_how_many_of_them_are_worked() {
    let mut world = World::new(4);
    // 2026-02-10 00:00 in Shanghai, and a fortnight later.
    let from = 1_770_652_800_000_u64;
    let span = |to_ms: u64| json!({ "from_ms": from, "to_ms": to_ms });
    assert_eq!(
        world.ask("governance.span", span(from + 14 * 86_400_000)),
        json!({ "from": "2026-02-10", "provisional": false, "to": "2026-02-24", "working": 5 })
    );
    assert_eq!(world.ask("governance.span", span(from))["working"], 0);
    let long = span(from + 4000 * 86_400_000);
    assert_eq!(world.try_ask("governance.span", long), "GOV_PERIOD");
}
