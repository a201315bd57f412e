//! How scenarios meet: one answers what another asks, a chain without an answer is refused, and a denied operation leaves its record.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test may stop at anything it did not expect"
)]

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use yinxin_crypto::HashAlgorithm;
use yinxin_execution::workbench::{World, key};
use yinxin_execution::{
    Call, Denial, DocumentClass, Failure, Operation, Question, Records, Registry, RegistryError, Scenario,
};
use yinxin_types::codes::{self, Texts};
use yinxin_types::{BlockTime, Body, Code, Genesis, Limits, Member, Rejection, StateKey, Suite};

const CLOSED: Code = Code {
    number: 60_001,
    name: "DOOR_CLOSED",
    status: 403,
    source: "test",
};
static EN: LazyLock<Texts> = LazyLock::new(|| Texts::parse(r#"{"DOOR_CLOSED":"The door is closed."}"#));
static ZH: LazyLock<Texts> = LazyLock::new(|| Texts::parse(r#"{"DOOR_CLOSED":"门已关闭。"}"#));
static NONE: LazyLock<Texts> = LazyLock::new(|| Texts::parse("{}"));

fn any(_: &Body) -> Result<(), Rejection> {
    Ok(())
}

fn nothing(_: &Call<'_>) -> Vec<StateKey> {
    Vec::new()
}

fn place(name: &str) -> StateKey {
    StateKey::new(HashAlgorithm::Sha256, "keeper", name, &[])
}

/// Keeps one number and tells it to others.
struct Keeper;

fn keep(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    records.put(place("number"), &call.body.arguments["number"])?;
    Ok(json!({}))
}

fn tell(_: &Call<'_>, records: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    let number = records.get::<u64>(&place("number"))?.unwrap_or_default();
    Ok(json!(number + about["more"].as_u64().unwrap()))
}

impl Scenario for Keeper {
    fn name(&self) -> &'static str {
        "keeper"
    }
    fn operations(&self) -> &'static [Operation] {
        &[Operation {
            id: "keeper.keep",
            check: any,
            reads: nothing,
            run: keep,
        }]
    }
    fn questions(&self) -> &'static [Question] {
        &[Question {
            id: "keeper.number",
            answer: tell,
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

/// Lets in who comes while the keeper's number is even, and counts the others.
struct Door;

fn enter(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let number: u64 = call.ask(records, "keeper.number", &json!({ "more": 0 }))?;
    let counter = place("refused");
    let refused = records.get::<u64>(&counter)?.unwrap_or_default();
    records.put(counter, &(refused + 1))?;
    match number % 4 {
        0 => Ok(json!({ "number": number })),
        1 => Err(Failure::Denied(Box::new(Denial {
            rejection: Rejection::new(CLOSED, "odd"),
            outcome: json!({ "odd": true }),
        }))),
        _ => Err(Failure::Rejected(Rejection::new(CLOSED, "quietly"))),
    }
}

impl Scenario for Door {
    fn name(&self) -> &'static str {
        "door"
    }
    fn operations(&self) -> &'static [Operation] {
        &[Operation {
            id: "door.enter",
            check: any,
            reads: nothing,
            run: enter,
        }]
    }
    fn asks(&self) -> &'static [&'static str] {
        &["keeper.number"]
    }
    fn codes(&self) -> &'static [Code] {
        &[CLOSED]
    }
    fn zh(&self) -> &'static Texts {
        &ZH
    }
    fn en(&self) -> &'static Texts {
        &EN
    }
}

fn genesis() -> Genesis {
    let member = Member {
        account: key(1).public_key(),
        code: "1199010000000209X4".parse().unwrap(),
        name: "甲市数据局".to_owned(),
        roles: Vec::new(),
        validator: key(2).public_key(),
    };
    let time = BlockTime(1_767_225_600_000);
    Genesis::new(
        "test".to_owned(),
        Suite::Intl,
        time,
        vec![member],
        Limits::default(),
    )
    .unwrap()
}

fn world() -> World {
    World::new(genesis(), vec![Arc::new(Keeper), Arc::new(Door)])
}

#[test]
fn a_scenario_asks_another_and_sees_what_the_block_wrote_before() {
    let mut world = world();
    let by = key(9);
    let transactions = [
        world.sign(&by, "keeper.keep", json!({ "number": 8 })),
        world.sign(&by, "door.enter", json!({})),
    ];
    let receipts = world.block(&transactions).receipts;
    assert_eq!(receipts[1].outcome, json!({ "number": 8 }));
}

#[test]
fn a_denied_operation_keeps_its_record_and_a_rejected_one_leaves_nothing() {
    let mut world = world();
    let by = key(9);
    world.run(&by, "keeper.keep", json!({ "number": 2 }));
    assert_eq!(world.code(&by, "door.enter", json!({})), "DOOR_CLOSED");
    assert_eq!(world.state.get(&place("refused")), None);
    world.run(&by, "keeper.keep", json!({ "number": 1 }));
    assert_eq!(world.code(&by, "door.enter", json!({})), "DOOR_CLOSED");
    assert_eq!(world.state.get(&place("refused")), Some(&b"1".to_vec()));
}

#[test]
fn a_chain_that_cannot_answer_is_not_put_together() {
    let alone = Registry::new(vec![Arc::new(Door)]).unwrap_err();
    assert_eq!(alone, RegistryError::Unanswered("keeper.number"));
    let twice = Registry::new(vec![Arc::new(Keeper), Arc::new(Keeper)]).unwrap_err();
    assert_eq!(twice, RegistryError::Question("keeper.number"));
    assert!(codes::PLATFORM.iter().all(|code| code.number != CLOSED.number));
}

/// Reads documents with one prefix.
struct Reader(&'static str, &'static [DocumentClass]);

const fn class(prefix: &'static str) -> DocumentClass {
    DocumentClass {
        prefix,
        check: |_, version, _| match version {
            1 => Ok(()),
            _ => Err(Rejection::new(CLOSED, "another version")),
        },
    }
}

impl Scenario for Reader {
    fn name(&self) -> &'static str {
        self.0
    }
    fn operations(&self) -> &'static [Operation] {
        &[]
    }
    fn documents(&self) -> &'static [DocumentClass] {
        self.1
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

#[test]
fn documents_are_read_by_the_one_scenario_that_names_their_prefix() {
    const SONGS: &[DocumentClass] = &[class("song/")];
    let registry = Registry::new(vec![Arc::new(Reader("singer", SONGS))]).unwrap();
    let class = registry.document_class("song/winter").unwrap();
    assert!((class.check)("song/winter", 1, "la").is_ok());
    assert!((class.check)("song/winter", 2, "la").is_err());
    for other in ["song", "songs/winter", "policy/song", "a/song/winter", ""] {
        assert!(registry.document_class(other).is_none(), "{other}");
    }
    let twice = Registry::new(vec![
        Arc::new(Reader("singer", SONGS)),
        Arc::new(Reader("choir", SONGS)),
    ]);
    assert_eq!(twice.unwrap_err(), RegistryError::Documents("song/"));
}

#[test]
fn a_prefix_is_one_part_of_a_name_and_not_that_of_policies() {
    const WRONG: [&[DocumentClass]; 5] = [
        &[class("song")],
        &[class("/")],
        &[class("")],
        &[class("a/b/")],
        &[class("policy/")],
    ];
    for classes in WRONG {
        let refused = Registry::new(vec![Arc::new(Reader("singer", classes))]);
        assert_eq!(refused.unwrap_err(), RegistryError::Documents(classes[0].prefix));
    }
}
