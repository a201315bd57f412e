//! Arguments of any shape, and sound ones with one member changed: they are refused or taken, and never stop the program.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

#[path = "bodies/mod.rs"]
mod support;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use support::{FUND, LABOUR, World, at, officer, party, seal, with};

/// Sound arguments of every operation; the digests are those of nothing.
fn sound() -> Vec<(&'static str, Value)> {
    let paper = party(99);
    let entry = json!({ "document": paper, "for": LABOUR, "listing": paper });
    let spoken = json!({ "listing": paper });
    let resource = format!("{LABOUR}/contracts");
    let owned = json!({ "for": LABOUR, "resource": resource });
    let request = json!({ "for": LABOUR, "request": paper });
    vec![
        (
            "sharing.listing_propose",
            json!({ "facts": "x", "for": LABOUR, "kind": "wage-arrears", "publicity": "shared", "subject": paper }),
        ),
        ("sharing.listing_notify", entry.clone()),
        (
            "sharing.listing_statement",
            with(spoken.clone(), "statement", json!(paper)),
        ),
        (
            "sharing.listing_decide",
            with(entry.clone(), "number", json!("1")),
        ),
        (
            "sharing.listing_object",
            with(spoken.clone(), "grounds", json!(paper)),
        ),
        (
            "sharing.listing_answer",
            with(
                with(entry.clone(), "answer", json!("corrected")),
                "what",
                json!({ "facts": "y" }),
            ),
        ),
        (
            "sharing.listing_promise",
            with(with(spoken, "corrected", json!(1)), "promise", json!(paper)),
        ),
        ("sharing.listing_remove", entry.clone()),
        ("sharing.listing_annul", with(entry, "basis", json!("x"))),
        (
            "sharing.listing_query",
            json!({ "case": "1", "for": LABOUR, "purpose": "x", "reader": "x", "subject": paper }),
        ),
        (
            "sharing.resource_publish",
            json!({
                "class": { "conditions": "x", "kind": "conditional" }, "cycle": "daily", "description": paper,
                "fields": [{ "grade": 1, "name": "x" }], "for": LABOUR, "item": "x", "on_platform": true, "resource": resource,
                "steward": { "contact": LABOUR, "post": paper },
            }),
        ),
        ("sharing.resource_refresh", owned.clone()),
        ("sharing.resource_withdraw", with(owned, "reason", json!("x"))),
        (
            "sharing.resource_request",
            json!({
                "basis": "x", "fields": ["x"], "for": LABOUR, "from": 1, "need": "x", "purpose": "x",
                "resource": format!("{FUND}/x"), "until": 9_000_000_000_000_u64,
            }),
        ),
        (
            "sharing.resource_answer",
            with(
                request.clone(),
                "answer",
                json!({ "kind": "refuse", "reason": "x", "remedy": "x" }),
            ),
        ),
        (
            "sharing.resource_supplement",
            with(request.clone(), "document", json!(paper)),
        ),
        (
            "sharing.resource_complain",
            with(with(request, "kind", json!("quality")), "statement", json!(paper)),
        ),
        (
            "sharing.resource_complaint_answer",
            json!({
                "complaint": paper, "document": paper, "finding": "dismissed", "for": LABOUR, "reason": "x", "remedy": "x",
            }),
        ),
    ]
}

#[test]
fn sound_arguments_pass_the_door_and_every_operation_has_some() {
    let mut world = World::starting(at(2026, 1, 5, 9));
    let sound = sound();
    for (operation, arguments) in &sound {
        let transaction = world.sign(&officer(LABOUR, 0), operation, arguments.clone());
        let refused = world.registry.check(transaction.body());
        assert_eq!(refused, Ok(()), "{operation}");
    }
    let scenario = yinxin_sharing::scenario();
    let ids = scenario.operations().iter().map(|operation| operation.id);
    for id in ids.filter(|id| id.contains("listing_") || id.contains("resource_")) {
        assert!(sound.iter().any(|(operation, _)| *operation == id), "{id}");
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..=9_007_199_254_740_991_u64).prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        Just(json!(FUND)),
        Just(json!(format!("{FUND}/x"))),
        Just(json!(party(150))),
        Just(json!("")),
        Just(json!("x".repeat(600))),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,8}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Runs it as the labour bureau would; whatever the door refuses, the block refuses too.
fn run(operation: &str, arguments: Value) -> Result<(), TestCaseError> {
    let mut world = World::starting(at(2026, 1, 5, 9));
    let by = [&officer(LABOUR, 0), &seal(LABOUR)];
    let transaction = world.sign_by(&by, operation, arguments);
    let at_door = world.registry.check(transaction.body());
    let receipt = world.block(&[transaction]).receipts.remove(0);
    if let Err(refused) = at_door {
        prop_assert_eq!(receipt.code, refused.code.number);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sound_arguments_with_one_member_changed_give_a_code(
        place in any::<prop::sample::Index>(),
        member in any::<prop::sample::Index>(),
        value in prop::option::of(values()),
    ) {
        let sound = sound();
        let (operation, arguments) = place.get(&sound);
        let mut arguments = arguments.as_object().unwrap().clone();
        let names: Vec<String> = arguments.keys().cloned().collect();
        let name = member.get(&names);
        match value {
            Some(value) => arguments.insert(name.clone(), value),
            None => arguments.remove(name),
        };
        run(operation, Value::Object(arguments))?;
    }

    #[test]
    fn any_arguments_give_a_code(
        place in any::<prop::sample::Index>(),
        members in prop::collection::btree_map("[a-z_]{1,10}", values(), 0..6),
    ) {
        let sound = sound();
        let (operation, _) = place.get(&sound);
        run(operation, Value::Object(members.into_iter().collect()))?;
    }
}
