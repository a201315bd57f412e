//! Policies in force: defaults come with a scenario, an enacted document comes on top, and what is asked is answered alike on every node.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at anything it did not expect"
)]

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use yinxin_crypto::HashAlgorithm;
use yinxin_execution::policy::{Context, PolicyError, Principal, Request, Resource};
use yinxin_execution::workbench::{World, key};
use yinxin_execution::{
    Call, Failure, Operation, Question, Records, Registry, RegistryError, Scenario, Versions,
};
use yinxin_types::codes::{self, Texts};
use yinxin_types::{BlockTime, Body, Code, Genesis, Limits, Member, Rejection, StateKey, Suite};

static NONE: LazyLock<Texts> = LazyLock::new(|| Texts::parse("{}"));
const START: u64 = 1_767_225_600_000;

fn any(_: &Body) -> Result<(), Rejection> {
    Ok(())
}

fn nothing(_: &Call<'_>) -> Vec<StateKey> {
    Vec::new()
}

fn document(name: &str) -> StateKey {
    StateKey::new(HashAlgorithm::Sha256, "governance", name, &[])
}

/// Enacts whatever it is told to, and answers what is enacted.
struct Governance;

fn enact(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments = &call.body.arguments;
    records.put(document(arguments["name"].as_str().unwrap()), &arguments["text"])?;
    Ok(json!({}))
}

fn enacted(_: &Call<'_>, records: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    let Some(text) = records.get::<String>(&document(about["name"].as_str().unwrap()))? else {
        return Ok(Value::Null);
    };
    let digest = HashAlgorithm::Sha256.hash(&[text.as_bytes()]);
    let content = (about.get("content") != Some(&json!(false))).then_some(text);
    Ok(json!({ "content": content, "digest": digest, "version": 1 }))
}

/// Asks for permission, and says what it was told.
struct Desk {
    policies: &'static [(&'static str, &'static str)],
    name: &'static str,
}

const POLICIES: &[(&str, &str)] = &[(
    "desk/default.cedar",
    r#"@id("graded") permit (principal is Officer, action == Action::"desk.open", resource is Case)
       when { context has grade && context.grade >= 2 };
       @id("closed") forbid (principal, action in Action::"desk", resource) when { context.time >= 1767225690000 };
       @id("never") forbid (principal == Officer::"banned", action in Action::"desk", resource);"#,
)];

fn open(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments = &call.body.arguments;
    let grade = arguments.get("grade").and_then(Value::as_u64);
    let grade = grade.and_then(|grade| u8::try_from(grade).ok());
    let officer = arguments.get("officer").and_then(Value::as_str);
    let request = Request {
        context: Context {
            grade,
            ..Context::default()
        },
        operation: "desk.open",
        principal: Principal::Officer(officer.unwrap_or("somebody")),
        resource: Resource::Case("1"),
    };
    let asked = match arguments.contains_key("right") {
        true => call.permit_by_right(&request).map_err(Failure::from),
        false => call.permit(records, &request),
    };
    match asked {
        Ok(()) => Ok(json!("permitted")),
        Err(Failure::Rejected(rejection)) if arguments.contains_key("tell") => {
            Ok(json!(rejection.to_string()))
        }
        Err(failure) => Err(failure),
    }
}

impl Scenario for Governance {
    fn name(&self) -> &'static str {
        "governance"
    }
    fn operations(&self) -> &'static [Operation] {
        &[Operation {
            id: "governance.enact",
            check: any,
            reads: nothing,
            run: enact,
        }]
    }
    fn questions(&self) -> &'static [Question] {
        &[Question {
            id: "governance.document",
            answer: enacted,
        }]
    }
    fn codes(&self) -> &'static [Code] {
        &[]
    }
    fn zh(&self) -> &'static Texts {
        &NONE
    }
    fn en(&self) -> &'static Texts {
        &NONE
    }
}

impl Scenario for Desk {
    fn name(&self) -> &'static str {
        self.name
    }
    fn operations(&self) -> &'static [Operation] {
        match self.name {
            "desk" => &[Operation {
                id: "desk.open",
                check: any,
                reads: nothing,
                run: open,
            }],
            _ => &[Operation {
                id: "other.open",
                check: any,
                reads: nothing,
                run: open,
            }],
        }
    }
    fn policies(&self) -> &'static [(&'static str, &'static str)] {
        self.policies
    }
    fn codes(&self) -> &'static [Code] {
        &[]
    }
    fn zh(&self) -> &'static Texts {
        &NONE
    }
    fn en(&self) -> &'static Texts {
        &NONE
    }
}

fn desk(policies: &'static [(&'static str, &'static str)]) -> Arc<dyn Scenario> {
    Arc::new(Desk {
        policies,
        name: "desk",
    })
}

fn world_of(scenarios: Vec<Arc<dyn Scenario>>) -> World {
    let member = Member {
        account: key(1).public_key(),
        code: "1199010000000209X4".parse().unwrap(),
        name: "甲市数据局".to_owned(),
        roles: Vec::new(),
        validator: key(2).public_key(),
    };
    let time = BlockTime(START);
    let genesis = Genesis::new(
        "test".to_owned(),
        Suite::Intl,
        time,
        vec![member],
        Limits::default(),
    );
    World::new(genesis.unwrap(), scenarios)
}

fn world() -> World {
    world_of(vec![Arc::new(Governance), desk(POLICIES)])
}

fn enact_text(world: &mut World, text: &str) {
    let arguments = json!({ "name": "policy/desk", "text": text });
    assert_eq!(world.code(&key(9), "governance.enact", arguments), "OK");
}

fn ask(world: &mut World, grade: u8) -> &'static str {
    world.code(&key(9), "desk.open", json!({ "grade": grade }))
}

/// What the refused is told.
fn told(world: &mut World, arguments: Value) -> String {
    let mut arguments = arguments;
    arguments["tell"] = json!(true);
    world
        .run(&key(9), "desk.open", arguments)
        .outcome
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn defaults_permit_by_grade_and_a_denial_names_who_decided() {
    for mut world in [world(), world_of(vec![desk(POLICIES)])] {
        assert_eq!(ask(&mut world, 2), "OK");
        assert_eq!(ask(&mut world, 1), "POLICY_DENIED");
        assert_eq!(
            told(&mut world, json!({ "grade": 1 })),
            "POLICY_DENIED: no policy permits `desk.open` here"
        );
        let banned = told(&mut world, json!({ "grade": 4, "officer": "banned" }));
        assert_eq!(banned, "POLICY_DENIED: forbidden by desk/default.cedar:never");
    }
}

#[test]
fn where_there_are_no_policies_nothing_is_permitted() {
    assert_eq!(ask(&mut world_of(vec![desk(&[])]), 4), "POLICY_DENIED");
}

#[test]
fn the_time_is_that_of_the_block() {
    let mut world = world();
    world.at(START + 88_000);
    assert_eq!(ask(&mut world, 2), "OK");
    assert_eq!(ask(&mut world, 2), "POLICY_DENIED");
}

#[test]
fn an_enacted_document_comes_on_top_and_the_next_version_replaces_it() {
    let mut world = world();
    enact_text(
        &mut world,
        r#"@id("heads-only") forbid (principal, action == Action::"desk.open", resource) unless { context has grade && context.grade >= 3 };"#,
    );
    assert_eq!(ask(&mut world, 2), "POLICY_DENIED");
    assert_eq!(
        told(&mut world, json!({ "grade": 2 })),
        "POLICY_DENIED: forbidden by policy/desk:heads-only"
    );
    assert_eq!(ask(&mut world, 3), "OK");
    enact_text(
        &mut world,
        r#"@id("all") permit (principal, action in Action::"desk", resource);"#,
    );
    assert_eq!(ask(&mut world, 1), "OK");
    assert_eq!(
        told(&mut world, json!({ "officer": "banned" })),
        "POLICY_DENIED: forbidden by desk/default.cedar:never"
    );
    enact_text(&mut world, "// none\n");
    assert_eq!((ask(&mut world, 1), ask(&mut world, 2)), ("POLICY_DENIED", "OK"));
}

#[test]
fn what_is_enacted_holds_from_the_next_transaction_on() {
    let mut world = world();
    let text = r#"@id("none") forbid (principal, action in Action::"desk", resource);"#;
    let by = key(9);
    let transactions = [
        world.sign(&by, "desk.open", json!({ "grade": 2 })),
        world.sign(
            &by,
            "governance.enact",
            json!({ "name": "policy/desk", "text": text }),
        ),
        world.sign(&by, "desk.open", json!({ "grade": 2 })),
    ];
    let receipts = world.block(&transactions).receipts;
    let names: Vec<_> = receipts.iter().map(|receipt| world.name(receipt)).collect();
    assert_eq!(names, ["OK", "OK", "POLICY_DENIED"]);
}

#[test]
fn a_document_that_cannot_be_read_denies_all_until_another_is_enacted() {
    let mut world = world();
    enact_text(&mut world, "permit all");
    for _ in 0..2 {
        assert_eq!(ask(&mut world, 4), "POLICY_MALFORMED");
    }
    enact_text(&mut world, "");
    assert_eq!(ask(&mut world, 4), "OK");
}

#[test]
fn what_is_done_by_right_is_asked_of_the_defaults_alone() {
    let mut world = world();
    let by_right = |world: &mut World, grade: u8| {
        world.code(&key(9), "desk.open", json!({ "grade": grade, "right": true }))
    };
    let closed = r#"@id("none") forbid (principal, action in Action::"desk", resource);"#;
    for text in [closed, "permit all"] {
        enact_text(&mut world, text);
        assert_ne!(ask(&mut world, 2), "OK", "{text}");
        assert_eq!(by_right(&mut world, 2), "OK", "{text}");
    }
    let all = r#"@id("all") permit (principal, action in Action::"desk", resource);"#;
    enact_text(&mut world, all);
    assert_eq!(ask(&mut world, 1), "OK");
    assert_eq!(by_right(&mut world, 1), "POLICY_DENIED");
}

#[test]
fn more_documents_than_are_kept_are_answered_alike() {
    let mut world = world();
    for round in 0..2 {
        for number in 0..40 {
            let effect = if number % 3 == 0 { "forbid" } else { "permit" };
            enact_text(
                &mut world,
                &format!("@id(\"p{number}\") {effect} (principal, action in Action::\"desk\", resource);"),
            );
            let expected = if number % 3 == 0 { "POLICY_DENIED" } else { "OK" };
            assert_eq!(ask(&mut world, 1), expected, "{round} {number}");
            world.time = START;
        }
    }
}

#[test]
fn defaults_that_are_no_policies_or_speak_of_others_stop_the_program() {
    let refused = |policies| {
        Registry::new(vec![
            desk(policies),
            Arc::new(Desk {
                policies: &[],
                name: "other",
            }),
        ])
        .unwrap_err()
    };
    assert!(matches!(
        refused(&[("a", "permit all")]),
        RegistryError::Policy("desk", PolicyError::Syntax { .. })
    ));
    let foreign = refused(&[(
        "a",
        r#"@id("x") permit (principal, action == Action::"other.open", resource);"#,
    )]);
    assert_eq!(
        foreign,
        RegistryError::Policy("desk", PolicyError::Unnamed("a:x".to_owned()))
    );
}

#[test]
fn a_document_speaks_of_its_own_scenario_and_never_of_governance() {
    let scenarios: Vec<Arc<dyn Scenario>> = vec![
        Arc::new(Governance),
        desk(POLICIES),
        Arc::new(Desk {
            policies: &[],
            name: "other",
        }),
    ];
    let registry = Registry::new(scenarios).unwrap();
    let check = |name: &str, text: &str| {
        registry
            .check_policy(name, text, &Versions::default())
            .map_err(|rejection| rejection.code)
    };
    let forbid = |action: &str| format!("@id(\"x\") forbid (principal, {action}, resource);");
    let desk = forbid("action == Action::\"desk.open\"");
    assert_eq!(check("policy/desk", &desk), Ok(()));
    assert_eq!(check("policy/desk", ""), Ok(()));
    for (name, text) in [
        ("policy/other", desk.clone()),
        ("policy/nobody", desk.clone()),
        ("policy/", desk.clone()),
        ("desk", desk),
        ("policy/governance", forbid("action in Action::\"governance\"")),
        ("policy/desk", forbid("action == Action::\"governance.enact\"")),
        (
            "policy/desk",
            forbid("action in [Action::\"desk\", Action::\"governance\"]"),
        ),
        ("policy/governance", String::new()),
    ] {
        assert_eq!(check(name, &text), Err(codes::POLICY_SCOPE), "{name} {text}");
    }
    for text in [
        "permit all",
        "@id(\"x\") forbid (principal, action, resource);",
        &forbid("action == Action::\"desk.shut\""),
    ] {
        assert_eq!(check("policy/desk", text), Err(codes::POLICY_MALFORMED), "{text}");
    }
}
