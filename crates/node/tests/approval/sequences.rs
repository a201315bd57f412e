//! Whatever is sent in whatever order: the rules that hold at every height, and what a step costs among many cases.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::town::*;

/// What somebody tries.
#[derive(Clone, Copy, Debug)]
enum Try {
    Submit,
    Accept(u8),
    Correct,
    Resubmit,
    Act(u8, u8, usize),
    Supply(usize),
    Suspend,
    Resume,
    Extend(u8),
    Attest(i64),
    Decide(u8, bool),
    Deliver,
    Annul(u8),
    Withdraw,
    Wait(u64),
}

fn officers() -> impl Strategy<Value = u8> {
    prop_oneof![
        Just(CLERK),
        Just(REVIEWER),
        Just(REVIEWER_2),
        Just(SECTION),
        Just(HEAD),
        Just(HEAD_2),
        Just(FIRE_1),
        Just(FIRE_2),
        Just(FINANCE_1),
        Just(URBAN_1),
        Just(PLANNING_1),
        Just(EXPROPRIATION_1),
        Just(STREET_1),
    ]
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = prop_oneof![
        1 => Just(Try::Submit),
        2 => officers().prop_map(Try::Accept),
        1 => Just(Try::Correct),
        1 => Just(Try::Resubmit),
        24 => (officers(), officers(), 0..7_usize).prop_map(|(one, other, step)| Try::Act(one, other, step)),
        2 => (0..7_usize).prop_map(Try::Supply),
        1 => Just(Try::Suspend),
        1 => Just(Try::Resume),
        1 => officers().prop_map(Try::Extend),
        2 => (0..3_i64).prop_map(Try::Attest),
        4 => (officers(), any::<bool>()).prop_map(|(officer, approve)| Try::Decide(officer, approve)),
        1 => Just(Try::Deliver),
        1 => officers().prop_map(Try::Annul),
        1 => Just(Try::Withdraw),
        2 => (1..20_u64).prop_map(Try::Wait),
    ];
    proptest::collection::vec(one, 30..60)
}

const CLASSES: [&str; 7] = [
    "application",
    "budget",
    "building-plan",
    "compensation-plan",
    "fire-plan",
    "site-plan",
    "survey",
];

/// What is sent, however wrong: by the officer and all seals that might be needed.
fn attempt(town: &mut Town, case: &mut Option<String>, one: Try) {
    let Some(number) = case.clone() else {
        *case = Some(town.submit_by(&[WANG], renovation(1)));
        return;
    };
    let told = town.case(&number);
    let department = |officer: u8| match officer {
        FIRE_1 | FIRE_2 => FIRE,
        FINANCE_1 => FINANCE,
        URBAN_1 => URBAN,
        PLANNING_1 => PLANNING,
        EXPROPRIATION_1 => EXPROPRIATION,
        STREET_1 => STREET,
        _ => HOUSING,
    };
    let by = |officer: u8| vec![officer, seal(department(officer))];
    let point = json!({ "en": "Unreadable", "material": "survey", "zh": "无法辨认" });
    let (by, operation, arguments) = match one {
        Try::Submit => return,
        Try::Accept(officer) => (by(officer), "approval.accept", json!({ "case": number })),
        Try::Correct => (
            by(CLERK),
            "approval.correct",
            json!({ "case": number, "points": [point] }),
        ),
        Try::Resubmit => {
            let material = json!({ "class": "survey", "commitment": digest("again"), "origin": "submitted" });
            (
                vec![WANG],
                "approval.resubmit",
                json!({ "case": number, "materials": [material] }),
            )
        }
        Try::Act(one, other, step) => {
            let steps = told["steps"].as_array().unwrap();
            let Some(open) = steps.get(step % steps.len().max(1)) else {
                return;
            };
            let name = open["step"].as_str().unwrap().to_owned();
            let two = open["two_officers"] == true;
            let arguments = town.step(&number, &name, "agree", two.then_some(other));
            let arguments = if name == "propose" {
                town.step(&number, &name, "approve", None)
            } else {
                arguments
            };
            let seal = seal(arguments["for"].as_str().unwrap());
            let mut by = vec![one];
            if two && other != one {
                by.push(other);
            }
            by.push(seal);
            (by, "approval.act", arguments)
        }
        Try::Supply(class) => {
            let text = format!("{} {}", CLASSES[class], town.world.height);
            let material =
                json!({ "class": CLASSES[class], "commitment": digest(&text), "origin": "submitted" });
            let arguments = json!({ "case": number, "material": material, "reason": "更新" });
            (vec![WANG], "approval.supply", arguments)
        }
        Try::Suspend => {
            let arguments = json!({ "case": number, "days": 5, "procedure": "hearing" });
            (by(CLERK), "approval.suspend", arguments)
        }
        Try::Resume => (by(CLERK), "approval.resume", json!({ "case": number })),
        Try::Extend(officer) => {
            let arguments = json!({ "case": number, "days": 5, "reason": "案情复杂" });
            (by(officer), "approval.extend", arguments)
        }
        Try::Attest(held) => {
            let arguments =
                json!({ "case": number, "for": FINANCE, "held_fen": held, "statement": digest("s") });
            (by(FINANCE_1), "approval.account", arguments)
        }
        Try::Decide(officer, approve) => {
            let outcome = if approve { "approve" } else { "refuse" };
            let arguments = town.decision(&number, outcome);
            (by(officer), "approval.decide", arguments)
        }
        Try::Deliver => (
            by(CLERK),
            "approval.deliver",
            json!({ "case": number, "how": "post" }),
        ),
        Try::Annul(officer) => {
            let Some(act) = told["acts"].as_array().unwrap().last() else {
                return;
            };
            let arguments = json!({ "act": act["id"], "case": number, "reason": "x", "remedy": "y" });
            (by(officer), "approval.annul", arguments)
        }
        Try::Withdraw => (vec![WANG], "approval.withdraw", json!({ "case": number })),
        Try::Wait(days) => {
            let time = town.world.time + days * DAY;
            town.world.at(time);
            town.world.block(&[]);
            return;
        }
    };
    town.receipt(&by, operation, arguments);
}

/// What can follow on what; from the states on the left nothing else.
const FOLLOWS: [(&str, &[&str]); 8] = [
    ("submitted", &["correction", "in_review", "withdrawn"]),
    ("correction", &["submitted", "withdrawn"]),
    ("in_review", &["joined", "withdrawn"]),
    ("joined", &["in_review", "decided", "withdrawn"]),
    ("decided", &["delivered"]),
    ("delivered", &[]),
    ("withdrawn", &[]),
    ("renewed_by_lapse", &[]),
];

/// I5, I6, I8, R6, R14 and that every lane is seen, on the case as everybody is told it.
fn holds(town: &Town, before: Option<&Value>, told: &Value) {
    let state = told["state"].as_str().unwrap();
    if let Some(before) = before {
        let earlier = before["state"].as_str().unwrap();
        let allowed = FOLLOWS.iter().find(|follows| follows.0 == earlier).unwrap().1;
        let through = allowed.iter().any(|next| {
            let then = FOLLOWS.iter().find(|follows| follows.0 == *next).unwrap().1;
            // Time and an officer may both act between two looks.
            then.contains(&state)
        });
        assert!(
            earlier == state || allowed.contains(&state) || through,
            "{earlier} to {state}"
        );
        let (old, new) = (
            before["acts"].as_array().unwrap(),
            told["acts"].as_array().unwrap(),
        );
        for (one, other) in old.iter().zip(new) {
            assert_eq!(one["id"], other["id"], "an act was overwritten");
        }
        assert!(old.len() <= new.len());
    }
    // Nobody is in two stages.
    let mut stages: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut add = |party: &Value, stage: &'static str| {
        if let Some(party) = party.as_str() {
            stages.entry(party.to_owned()).or_default().insert(stage);
        }
    };
    add(&told["applicant"]["party"], "applied");
    add(&told["acceptance"]["officer"], "accepted");
    for opinion in told["opinions"].as_object().unwrap().values() {
        for officer in opinion["officers"].as_array().unwrap() {
            add(officer, "reviewed");
        }
    }
    for act in told["acts"].as_array().unwrap() {
        for officer in act["officers"].as_array().unwrap() {
            add(officer, "decided");
        }
    }
    assert!(stages.values().all(|stages| stages.len() == 1), "{stages:?}");
    // No clock that runs is past its end without saying so.
    for clock in told["clocks"].as_array().unwrap() {
        let past = clock["due"]["ms_end"].as_u64().unwrap() <= town.world.time;
        assert!(
            !past || clock["lapsed"] == true || !clock["ended"].is_null(),
            "{clock}"
        );
    }
    // An approval rests on the opinion of every lane, each on the materials of now.
    let approved = told["acts"]
        .as_array()
        .unwrap()
        .iter()
        .any(|act| act["what"]["outcome"] == "approve");
    if approved || state == "joined" {
        let opinions = told["opinions"].as_object().unwrap();
        assert_eq!(opinions.len(), 8, "{:?}", opinions.keys());
        for opinion in opinions.values() {
            for (class, seen) in opinion["materials"].as_object().unwrap() {
                assert_eq!(told["materials"][class]["commitment"], *seen);
            }
        }
    }
    if approved {
        assert!(told["account"]["held_fen"].as_i64().unwrap() >= 1);
    }
    // Every department of an open step has the case in its queue, and no other.
    let mut waiting: BTreeSet<&str> = told["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["department"].as_str().unwrap())
        .collect();
    if ["submitted", "joined", "decided"].contains(&state) {
        waiting.insert(HOUSING);
    }
    for department in [HOUSING, FIRE, FINANCE, URBAN, PLANNING, EXPROPRIATION, STREET] {
        let length = town.ask("approval.queue", json!({ "department": department }))["length"].clone();
        assert_eq!(
            length == 1,
            waiting.contains(department),
            "{department} in {state}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_tried_no_state_is_skipped_and_no_rule_is_broken(tries in tries()) {
        let mut town = Town::new();
        let mut case = None;
        let mut before: Option<Value> = None;
        for one in tries {
            attempt(&mut town, &mut case, one);
            // The alarm of the next block writes what time did.
            town.world.time += 61_000;
            town.world.block(&[]);
            let told = town.case(case.as_ref().unwrap());
            holds(&town, before.as_ref(), &told);
            before = Some(told);
        }
    }
}

/// What a step reads and writes does not grow with how many cases there are.
#[test]
fn a_step_costs_the_same_among_few_cases_and_among_many() {
    let records = |count: usize| {
        let mut town = Town::new();
        let mut last = String::new();
        for _ in 0..count {
            last = town.submit();
        }
        town.ok(&[CLERK, 103], "approval.accept", json!({ "case": last }));
        let arguments = town.step(&last, "review", "agree", Some(REVIEWER_2));
        let keys = [REVIEWER, REVIEWER_2, 103].map(yinxin_execution::workbench::key);
        let transaction = town
            .world
            .sign_by(&keys.iter().collect::<Vec<_>>(), "approval.act", arguments);
        let changes = town.world.block(&[transaction]).changes;
        // What is removed is of the window against replay, which depends on how much time has passed.
        let written: Vec<usize> = changes.values().flatten().map(Vec::len).collect();
        (written.len(), written.iter().sum::<usize>())
    };
    let (few, many) = (records(10), records(500));
    assert_eq!(few.0, many.0);
    assert!(many.1 < few.1 * 2, "{} and {} bytes", few.1, many.1);
}
