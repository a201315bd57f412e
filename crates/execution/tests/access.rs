//! The door to protected data: what is on record after looks that were allowed and looks that were refused.

#![expect(clippy::unwrap_used, reason = "a test may stop at anything it did not expect")]

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_execution::access::{SourceRecord, event_digest};
use yinxin_execution::workbench::{World, key};
use yinxin_execution::{Access, Basis, Call, Failure, Operation, Records, Scenario, Withheld, disclose};
use yinxin_types::codes::Texts;
use yinxin_types::{BlockTime, Body, Code, Genesis, Limits, Member, Rejection, StateKey, Suite};

const SHUT: Code = Code {
    number: 60_002,
    name: "FILE_SHUT",
    status: 403,
    source: "test",
};
static EN: LazyLock<Texts> = LazyLock::new(|| Texts::parse(r#"{"FILE_SHUT":"The file is shut."}"#));
static ZH: LazyLock<Texts> = LazyLock::new(|| Texts::parse(r#"{"FILE_SHUT":"案卷不予查阅。"}"#));

/// Files that anybody may try to read.
struct Files;

fn read(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments = &call.body.arguments;
    let fields = [String::from("balance")];
    let subject = HashAlgorithm::Sha256.hash(&[b"somebody"]);
    let access = Access {
        source: arguments["source"].as_str().unwrap(),
        officer: None,
        post: None,
        subject: Some(subject),
        class: "file",
        fields: &fields,
        count: 1,
        purpose: "loan",
        case: Some("LX-2026-0001"),
        basis: Basis::Duty("住房公积金管理条例 §26"),
        withheld: arguments
            .get("review")
            .and_then(Value::as_u64)
            .map(|review| Withheld {
                basis: "个人信息保护法 §35",
                review: BlockTime(review),
            }),
    };
    let verdict = if arguments["open"] == json!(true) {
        Ok(json!({ "holder": "x" }))
    } else {
        Err(Rejection::new(SHUT, "shut"))
    };
    disclose(call, records, &access, verdict)
}

impl Scenario for Files {
    fn name(&self) -> &'static str {
        "files"
    }
    fn operations(&self) -> &'static [Operation] {
        fn any(_: &Body) -> Result<(), Rejection> {
            Ok(())
        }
        fn nothing(_: &Call<'_>) -> Vec<StateKey> {
            Vec::new()
        }
        &[Operation {
            id: "files.read",
            check: any,
            reads: nothing,
            run: read,
        }]
    }
    fn codes(&self) -> &'static [Code] {
        &[SHUT]
    }
    fn zh(&self) -> &'static Texts {
        &ZH
    }
    fn en(&self) -> &'static Texts {
        &EN
    }
}

fn world() -> World {
    let member = Member {
        account: key(1).public_key(),
        code: "1199010000000209X4".parse().unwrap(),
        name: "甲市数据局".to_owned(),
        roles: Vec::new(),
        validator: key(2).public_key(),
    };
    let genesis = Genesis::new(
        "files".to_owned(),
        Suite::Intl,
        BlockTime(1_767_225_600_000),
        vec![member],
        Limits::default(),
    );
    World::new(genesis.unwrap(), vec![Arc::new(Files)])
}

fn look(world: &mut World, source: &str, open: bool) -> Value {
    let receipt = world.run(&key(9), "files.read", json!({ "open": open, "source": source }));
    assert_eq!(receipt.code, if open { 0 } else { SHUT.number });
    receipt.outcome
}

#[test]
fn an_allowed_look_and_a_refused_one_both_leave_an_event_and_only_the_first_says_where_the_content_is() {
    let mut world = world();
    let allowed = look(&mut world, "a", true);
    assert_eq!(allowed["disclosure"], json!({ "holder": "x" }));
    assert_eq!(allowed["access"]["allowed"], json!(true));
    assert_eq!(allowed["access"]["code"], json!(0));
    let refused = look(&mut world, "a", false);
    assert_eq!(refused.get("disclosure"), None);
    assert_eq!(refused["access"]["allowed"], json!(false));
    assert_eq!(refused["access"]["code"], json!(SHUT.number));
}

#[test]
fn the_events_of_a_source_are_numbered_without_a_gap_and_each_names_the_one_before() {
    let mut world = world();
    let events: Vec<Value> = [("a", true), ("b", true), ("a", false), ("a", true)]
        .into_iter()
        .map(|(source, open)| look(&mut world, source, open)["access"].clone())
        .collect();
    let numbers: Vec<&Value> = events.iter().map(|event| &event["sequence"]).collect();
    assert_eq!(numbers, [&json!(1), &json!(1), &json!(2), &json!(3)]);
    assert_eq!(events[0]["previous"], Value::Null);
    assert_eq!(events[1]["previous"], Value::Null);
    let digest = |event: &Value| json!(event_digest(HashAlgorithm::Sha256, event).unwrap());
    assert_eq!(events[2]["previous"], digest(&events[0]));
    assert_eq!(events[3]["previous"], digest(&events[2]));
    let bytes = &world.state[&SourceRecord::key(HashAlgorithm::Sha256, "a")];
    let head: SourceRecord = serde_json::from_slice(bytes).unwrap();
    assert_eq!((head.sequence, json!(head.last)), (3, digest(&events[3])));
}

#[test]
fn looks_of_one_source_in_one_block_follow_each_other() {
    let mut world = world();
    let transactions: Vec<_> = (0..3)
        .map(|_| world.sign(&key(9), "files.read", json!({ "open": false, "source": "a" })))
        .collect();
    let receipts = world.block(&transactions).receipts;
    let numbers: Vec<u64> = receipts
        .iter()
        .map(|receipt| receipt.outcome["access"]["sequence"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, [1, 2, 3]);
}

#[test]
fn a_look_that_the_law_withholds_says_so_with_its_review_date() {
    let mut world = world();
    let receipt = world.run(
        &key(9),
        "files.read",
        json!({ "open": true, "review": 1_790_000_000_000_u64, "source": "a" }),
    );
    assert_eq!(
        receipt.outcome["access"]["withheld"],
        json!({ "basis": "个人信息保护法 §35", "review": 1_790_000_000_000_u64 })
    );
}

#[test]
fn the_form_of_an_event_and_its_digest_are_pinned() {
    let mut world = world();
    let event = look(&mut world, "a", true)["access"].clone();
    let text = String::from_utf8(yinxin_types::canonical::to_bytes(&event).unwrap()).unwrap();
    assert_eq!(
        text,
        r#"{"allowed":true,"basis":{"kind":"duty","reference":"住房公积金管理条例 §26"},"case":"LX-2026-0001","class":"file","code":0,"count":1,"fields":["balance"],"officer":null,"post":null,"previous":null,"purpose":"loan","sequence":1,"source":"a","subject":"sha256:0","withheld":null}"#
            .replace("sha256:0", &subject().to_string())
    );
    assert_eq!(
        event_digest(HashAlgorithm::Sha256, &event).unwrap().to_string(),
        PINNED
    );
}

const PINNED: &str = "sha256:bdefb5fb7bb790342b3260c8a8984d3f14af85d1f3e41418efd6380988a392e7";

fn subject() -> Digest {
    HashAlgorithm::Sha256.hash(&[b"somebody"])
}
