//! Who votes is said by one scenario of a chain, or by its genesis.

#![expect(clippy::unwrap_used, reason = "a test may stop at anything it did not expect")]

use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use yinxin_execution::workbench::{World, key};
use yinxin_execution::{Asked, Call, Failure, Operation, Question, Records, Registry, RegistryError};
use yinxin_execution::{Scenario, ValidatorsAt, Versions};
use yinxin_types::codes::Texts;
use yinxin_types::units::EPOCH_BLOCKS;
use yinxin_types::{BlockTime, Code, Genesis, Height, Limits, Member, Suite};

static NONE: LazyLock<Texts> = LazyLock::new(|| Texts::parse("{}"));

/// Says that one key votes from epoch 1 on, or something else.
struct Says {
    name: &'static str,
    question: Option<&'static str>,
    questions: &'static [Question],
}

fn one_key(call: &Call<'_>, _: &Records<'_>, about: &Value) -> Result<Value, Failure> {
    let height: Height = serde_json::from_value(about["height"].clone()).unwrap();
    Ok(match height.epoch() {
        0 => json!(call.genesis.validators()),
        _ => json!({ "epoch": 1, "validators": [key(7).public_key()] }),
    })
}

fn nobody(_: &Call<'_>, _: &Records<'_>, _: &Value) -> Result<Value, Failure> {
    Ok(json!({ "epoch": 0, "validators": [] }))
}

fn later(_: &Call<'_>, _: &Records<'_>, _: &Value) -> Result<Value, Failure> {
    Ok(json!({ "epoch": 9, "validators": [key(7).public_key()] }))
}

const QUESTIONS: &[Question] = &[
    Question {
        id: "a.later",
        answer: later,
    },
    Question {
        id: "a.nobody",
        answer: nobody,
    },
    Question {
        id: "a.one",
        answer: one_key,
    },
];

impl Scenario for Says {
    fn name(&self) -> &'static str {
        self.name
    }
    fn operations(&self) -> &'static [Operation] {
        &[]
    }
    fn questions(&self) -> &'static [Question] {
        self.questions
    }
    fn validators(&self) -> Option<&'static str> {
        self.question
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

fn says(question: &'static str) -> Arc<dyn Scenario> {
    Arc::new(Says {
        name: "a",
        question: Some(question),
        questions: QUESTIONS,
    })
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

/// What the blocks up to the first of the next epoch say about who votes.
fn said(scenarios: Vec<Arc<dyn Scenario>>) -> Vec<(u64, yinxin_types::ValidatorSet)> {
    let mut world = World::new(genesis(), scenarios);
    let mut said = Vec::new();
    for _ in 0..=EPOCH_BLOCKS {
        let next = world.block(&[]).next;
        said.extend(next.map(|set| (world.height, set)));
    }
    said
}

#[test]
fn the_last_block_of_an_epoch_says_who_votes_next() {
    let next = said(vec![says("a.one")]);
    let (height, set) = next.first().unwrap();
    assert_eq!((next.len(), *height), (1, EPOCH_BLOCKS - 1));
    assert_eq!((set.epoch, &set.validators), (1, &vec![key(7).public_key()]));
    let founders = said(Vec::new());
    assert_eq!(founders, [(EPOCH_BLOCKS - 1, genesis().validators())]);
}

#[test]
fn an_answer_without_voters_or_of_a_later_epoch_is_damage() {
    let genesis = genesis();
    for (question, good) in [("a.one", true), ("a.nobody", false), ("a.later", false)] {
        let registry = Registry::new(vec![says(question)]).unwrap();
        let mut at = ValidatorsAt::new(&registry, &genesis, Height(EPOCH_BLOCKS));
        // Nothing was decided about versions.
        at.supply(Versions::key(genesis.suite.hash()), None);
        let asked = at.advance();
        assert_eq!(matches!(asked, Asked::Done(_)), good, "{question}: {asked:?}");
    }
}

#[test]
fn one_scenario_of_a_chain_says_who_votes_and_by_a_question_it_answers() {
    let unknown = Registry::new(vec![says("a.nothing")]).unwrap_err();
    assert_eq!(unknown, RegistryError::Validators("a.nothing"));
    let other = Arc::new(Says {
        name: "b",
        question: Some("a.one"),
        questions: &[],
    });
    let twice = Registry::new(vec![says("a.one"), other]).unwrap_err();
    assert_eq!(twice, RegistryError::Validators("a.one"));
}
