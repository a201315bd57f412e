//! Arguments of any shape are refused or taken at the door and in a block, and never stop the program.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

#[path = "bodies/mod.rs"]
mod support;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use support::{FUND, LABOUR, World, at, officer, party, seal};

fn operations() -> Vec<&'static str> {
    let scenario = yinxin_sharing::scenario();
    let ids = scenario.operations().iter().map(|operation| operation.id);
    ids.filter(|id| id.contains("listing_") || id.contains("resource_"))
        .collect()
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..=9_007_199_254_740_991_u64).prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        Just(json!(LABOUR)),
        Just(json!(format!("{FUND}/x"))),
        Just(json!(party(150))),
        Just(json!("wage-arrears")),
        Just(json!("kept")),
        Just(json!({ "kind": "grant" })),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,8}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

const NAMES: [&str; 24] = [
    "answer",
    "basis",
    "case",
    "class",
    "complaint",
    "corrected",
    "document",
    "facts",
    "fields",
    "for",
    "from",
    "kind",
    "listing",
    "number",
    "promise",
    "publicity",
    "purpose",
    "reason",
    "request",
    "resource",
    "statement",
    "subject",
    "until",
    "what",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_arguments_give_a_code(
        place in 0..18_usize,
        members in prop::collection::btree_map(prop::sample::select(&NAMES[..]), values(), 0..8),
    ) {
        let operations = operations();
        let operation = operations[place % operations.len()];
        let mut world = World::starting(at(2026, 1, 5, 9));
        let arguments: Map<String, Value> =
            members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let by = [&officer(LABOUR, 0), &seal(LABOUR)];
        let transaction = world.sign_by(&by, operation, Value::Object(arguments));
        let at_door = world.registry.check(transaction.body());
        let receipt = world.block(&[transaction]).receipts.remove(0);
        if at_door.is_err() {
            prop_assert_ne!(receipt.code, 0);
        }
    }
}
