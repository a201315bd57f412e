//! Publishing, withdrawing, asking.

use serde_json::{Value, json};
use yinxin_approval::documents::forms::Form;
use yinxin_approval::items::content::Content;

use crate::support::{
    CLERK, FOREIGN, HOUSING, OFFICER, OFFICER_PLANNING, PERMIT, PLANNING, SEAL, SEAL_PLANNING, SECOND,
    STRANGER, World, content, entry, with,
};

#[test]
fn the_department_that_issued_a_code_publishes_it_by_officer_and_seal() {
    let mut world = World::new();
    let arguments = |code: &str| json!({ "for": HOUSING, "items": [entry(code, 1, &content())] });
    for (by, code, name) in [
        (&[STRANGER, SEAL], PERMIT, "AUTH_MANDATE_MISSING"),
        (&[OFFICER, STRANGER], PERMIT, "AUTH_SEAL_MISSING"),
        (&[OFFICER, SEAL], FOREIGN, "ITEM_ISSUER"),
        (&[CLERK, SEAL], PERMIT, "POLICY_DENIED"),
        (&[OFFICER, SEAL], "1199010000000202283990117002011", "ITEM_CODE"),
        (&[OFFICER, SEAL], "119901000000020229399011700201", "ITEM_CODE"),
        (&[OFFICER, SEAL], "11990100000002022939901170020A1", "ITEM_CODE"),
        (&[OFFICER, SEAL], PERMIT, "OK"),
    ] {
        assert_eq!(
            world.try_by(by, "approval.item_publish", arguments(code)),
            name,
            "{code}"
        );
    }
    let foreign = json!({ "for": PLANNING, "items": [entry(FOREIGN, 1, &content())] });
    assert_eq!(
        world.try_by(
            &[OFFICER_PLANNING, SEAL_PLANNING],
            "approval.item_publish",
            foreign
        ),
        "OK"
    );
}

#[test]
fn versions_follow_each_other_and_the_old_ones_stay() {
    let mut world = World::new();
    assert_eq!(world.publish(&[entry(PERMIT, 2, &content())]), "ITEM_VERSION");
    assert_eq!(world.publish(&[entry(PERMIT, 0, &content())]), "ITEM_VERSION");
    assert_eq!(world.publish(&[entry(PERMIT, 1, &content())]), "OK");
    assert_eq!(world.publish(&[entry(PERMIT, 2, &content())]), "ITEM_UNCHANGED");
    let shorter = with(content(), "/handling/period/count", json!(7));
    assert_eq!(world.publish(&[entry(PERMIT, 1, &shorter)]), "ITEM_VERSION");
    assert_eq!(world.publish(&[entry(PERMIT, 2, &shorter)]), "OK");

    let newest = world.answer("approval.item", &json!({ "code": PERMIT }));
    assert_eq!(
        (&newest["version"], &newest["superseded"]),
        (&json!(2), &json!(false))
    );
    assert_eq!(newest["content"], shorter);
    let first = world.answer("approval.item", &json!({ "code": PERMIT, "version": 1 }));
    assert_eq!(
        (&first["current"], &first["superseded"]),
        (&json!(2), &json!(true))
    );
    assert_eq!(
        (&first["content"], &first["department"]),
        (&content(), &json!(HOUSING))
    );
    for about in [json!({ "code": PERMIT, "version": 3 }), json!({ "code": SECOND })] {
        assert_eq!(world.refused("approval.item", &about), "ITEM_UNKNOWN");
    }
    assert_eq!(
        world.refused("approval.item", &json!({ "code": "x" })),
        "ITEM_CODE"
    );
}

#[test]
fn process_form_and_shared_sources_must_be_there() {
    let mut world = World::new();
    for (pointer, value, name) in [
        ("/process/version", json!(3), "ITEM_PROCESS"),
        ("/process/key", json!("other"), "ITEM_PROCESS"),
        ("/form/version", json!(2), "ITEM_FORM"),
        (
            "/materials/1/source/resource",
            json!("11990100000002014E/old"),
            "ITEM_SOURCE",
        ),
        (
            "/materials/1/source/resource",
            json!("11990100000002014E/none"),
            "ITEM_SOURCE",
        ),
        (
            "/materials/2/source/type",
            json!("birth-certificate"),
            "ITEM_SOURCE",
        ),
        ("/process/version", json!(2), "OK"),
    ] {
        let changed = with(content(), pointer, value);
        assert_eq!(world.publish(&[entry(PERMIT, 1, &changed)]), name, "{pointer}");
    }
}

#[test]
fn an_item_whose_form_has_sealed_fields_has_a_material_in_which_they_are_handed_in() {
    let mut world = World::new();
    let shared = json!({ "kind": "resource", "resource": "11990100000002014E/title" });
    for (pointer, value) in [
        ("/materials/3/class", json!("statement")),
        ("/materials/3/source", shared),
        ("/materials", json!([])),
    ] {
        let changed = with(content(), pointer, value);
        let arguments = json!({ "for": HOUSING, "items": [entry(PERMIT, 1, &changed)] });
        let receipt = world.receipt(&[OFFICER, SEAL], "approval.item_publish", arguments);
        assert_eq!(world.name(&receipt), "ITEM_MATERIAL", "{pointer}");
    }
    assert_eq!(world.publish(&[entry(PERMIT, 1, &content())]), "OK");
}

#[test]
fn everybody_is_told_which_other_departments_the_process_lets_see_which_materials() {
    let mut world = World::new();
    let joint = with(content(), "/process/key", json!("joint"));
    assert_eq!(
        world.publish(&[entry(PERMIT, 1, &joint), entry(SECOND, 1, &content())]),
        "OK"
    );
    let readers = |code: &str| world.answer("approval.item", &json!({ "code": code }))["readers"].clone();
    let expected = json!({ "application": [PLANNING], "plan": [PLANNING] });
    assert_eq!(readers(PERMIT), expected);
    assert_eq!(readers(SECOND), json!({}));
}

#[test]
fn only_what_is_sealed_of_a_form_needs_the_material_application() {
    let item: Content = serde_json::from_value(with(content(), "/materials", json!([]))).unwrap();
    let form = |extra: Value| {
        let label = json!({ "en": "A", "zh": "甲" });
        let mut field = json!({ "type": "boolean", "x-label": label });
        field
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        let text = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "additionalProperties": false, "properties": { "one": field },
            "type": "object", "x-sections": [{ "fields": ["one"], "x-title": label }], "x-title": label,
        });
        Form::read(&text.to_string()).unwrap()
    };
    let file = json!({
        "format": "x-file", "type": "string", "x-material": "plan", "x-max-bytes": 1000, "x-media": ["application/pdf"],
    });
    assert_eq!(item.sealed_answers(&form(json!({ "x-public": true }))), None);
    assert_eq!(item.sealed_answers(&form(file)), None);
    let told = item.sealed_answers(&form(json!({}))).unwrap();
    assert_eq!(
        (told.code.name, told.field.as_str()),
        ("ITEM_MATERIAL", "materials")
    );
    assert!(told.reason.contains("`one`") && told.reason.contains("`application`"));
}

#[test]
fn a_publication_is_whole_or_nothing_and_bounded() {
    let mut world = World::new();
    let twice = [entry(PERMIT, 1, &content()), entry(PERMIT, 2, &content())];
    assert_eq!(world.publish(&twice), "ITEM_TWICE");
    assert_eq!(world.publish(&[]), "ITEM_LIMIT");
    let unenacted = with(content(), "/process/version", json!(3));
    let half = [entry(PERMIT, 1, &content()), entry(SECOND, 1, &unenacted)];
    assert_eq!(world.publish(&half), "ITEM_PROCESS");
    assert_eq!(
        world.refused("approval.item", &json!({ "code": PERMIT })),
        "ITEM_UNKNOWN"
    );

    let many = |count: usize| -> Vec<Value> {
        let code = |number| format!("{HOUSING}{:013}", 1_000_000 + number);
        (0..count)
            .map(|number| entry(&code(number), 1, &content()))
            .collect()
    };
    assert_eq!(
        world.publish(&many(yinxin_approval::items::MAX_BATCH + 1)),
        "ITEM_LIMIT"
    );
    assert_eq!(world.publish(&many(yinxin_approval::items::MAX_BATCH)), "OK");
}

#[test]
fn what_is_withdrawn_is_offered_no_more_and_can_come_back_as_the_next_version() {
    let mut world = World::new();
    assert_eq!(world.withdraw(PERMIT), "ITEM_UNKNOWN");
    assert_eq!(world.withdraw(FOREIGN), "ITEM_ISSUER");
    world.publish(&[entry(PERMIT, 1, &content())]);
    let silent = json!({ "code": PERMIT, "for": HOUSING, "reason": " " });
    assert_eq!(
        world.try_by(&[OFFICER, SEAL], "approval.item_withdraw", silent),
        "ITEM_NO_REASON"
    );
    let clerk = json!({ "code": PERMIT, "for": HOUSING, "reason": "x" });
    assert_eq!(
        world.try_by(&[CLERK, SEAL], "approval.item_withdraw", clerk),
        "POLICY_DENIED"
    );
    let long = json!({ "code": PERMIT, "for": HOUSING, "reason": "x".repeat(513) });
    assert_eq!(
        world.try_by(&[OFFICER, SEAL], "approval.item_withdraw", long),
        "ITEM_FIELD"
    );
    assert_eq!(world.withdraw(PERMIT), "OK");
    assert_eq!(world.withdraw(PERMIT), "ITEM_WITHDRAWN");
    assert!(world.listed(&json!({})).is_empty());
    assert!(world.listed(&json!({ "event": "house" })).is_empty());
    let kept = world.answer("approval.item", &json!({ "code": PERMIT }));
    assert_eq!(
        (&kept["state"], &kept["reason"]),
        (&json!("withdrawn"), &json!("职权已取消"))
    );
    assert_eq!(world.publish(&[entry(PERMIT, 2, &content())]), "OK");
    assert_eq!(world.listed(&json!({})), [PERMIT]);
}

#[test]
fn items_are_listed_by_department_and_by_event_page_by_page() {
    let mut world = World::new();
    let marriage = with(content(), "/events", json!(["marriage"]));
    world.publish(&[entry(SECOND, 1, &marriage), entry(PERMIT, 1, &content())]);
    let foreign = json!({ "for": PLANNING, "items": [entry(FOREIGN, 1, &content())] });
    world.try_by(
        &[OFFICER_PLANNING, SEAL_PLANNING],
        "approval.item_publish",
        foreign,
    );

    assert_eq!(world.listed(&json!({})), [FOREIGN, PERMIT, SECOND]);
    assert_eq!(world.listed(&json!({ "department": HOUSING })), [PERMIT, SECOND]);
    assert_eq!(world.listed(&json!({ "event": "house" })), [FOREIGN, PERMIT]);
    assert_eq!(
        world.listed(&json!({ "department": PLANNING, "event": "marriage" })),
        [""; 0]
    );
    let mut about = json!({ "limit": 1 });
    let mut seen = Vec::new();
    loop {
        let answer = world.answer("approval.items", &about);
        seen.extend(
            answer["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["code"].clone()),
        );
        if answer["next"].is_null() {
            break;
        }
        about = json!({ "after": answer["next"], "limit": 1 });
    }
    assert_eq!(json!(seen), json!([FOREIGN, PERMIT, SECOND]));

    // The next version belongs to other events.
    world.publish(&[entry(PERMIT, 2, &marriage)]);
    assert_eq!(world.listed(&json!({ "event": "house" })), [FOREIGN]);
    assert_eq!(world.listed(&json!({ "event": "marriage" })), [PERMIT, SECOND]);
}
