//! Random processes and random bytes: what must hold of all of them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a helper that fails has failed its test"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;
use support::{Case, checked, document, process, read, with_tasks};
use yinxin_workflow::{Budget, Document, Event, Feel, Instance, Variables, check, step};

/// A block that is entered once and left once.
#[derive(Clone, Debug)]
enum Block {
    Task,
    Sequence(Vec<Block>),
    Exclusive(Vec<Block>),
    Parallel(Vec<Block>),
    Inclusive(Vec<Block>),
}

fn block() -> impl Strategy<Value = Block> {
    let leaf = Just(Block::Task);
    leaf.prop_recursive(3, 16, 3, |inner| {
        let several = prop::collection::vec(inner, 2..4);
        prop_oneof![
            several.clone().prop_map(Block::Sequence),
            several.clone().prop_map(Block::Exclusive),
            several.clone().prop_map(Block::Parallel),
            several.prop_map(Block::Inclusive),
        ]
    })
}

#[derive(Default)]
struct Drawing {
    tasks: Vec<String>,
    gateways: String,
    flows: String,
    next: usize,
    choices: usize,
}

impl Drawing {
    fn of(block: &Block) -> Self {
        let mut drawing = Self::default();
        let (first, last) = drawing.draw(block);
        drawing.flow("s", &first, "");
        drawing.flow(&last, "e", "");
        drawing
    }

    fn inside(&self) -> String {
        process(&with_tasks(&self.tasks.join(" "), &self.gateways), &self.flows)
    }

    fn flow(&mut self, source: &str, target: &str, condition: &str) {
        self.flows.push_str(&format!("{source}>{target}{condition} "));
    }

    fn gateway(&mut self, tag: &str) -> String {
        self.next += 1;
        let id = format!("g{}", self.next);
        self.gateways.push_str(&format!(r#"<{tag} id="{id}"/>"#));
        id
    }

    fn draw(&mut self, block: &Block) -> (String, String) {
        let (tag, blocks) = match block {
            Block::Task => {
                self.next += 1;
                let id = format!("t{}", self.next);
                self.tasks.push(id.clone());
                return (id.clone(), id);
            }
            Block::Sequence(blocks) => {
                let ends: Vec<_> = blocks.iter().map(|block| self.draw(block)).collect();
                for pair in ends.windows(2) {
                    self.flow(&pair[0].1, &pair[1].0, "");
                }
                return (ends[0].0.clone(), ends[ends.len() - 1].1.clone());
            }
            Block::Exclusive(blocks) => ("exclusiveGateway", blocks),
            Block::Parallel(blocks) => ("parallelGateway", blocks),
            Block::Inclusive(blocks) => ("inclusiveGateway", blocks),
        };
        let (split, join) = (self.gateway(tag), self.gateway(tag));
        for (number, block) in blocks.iter().enumerate() {
            let (first, last) = self.draw(block);
            let condition = match (tag, number) {
                ("parallelGateway", _) => String::new(),
                (_, 0) => "!".to_owned(),
                _ => {
                    self.choices += 1;
                    format!("[c{}]", self.choices)
                }
            };
            self.flow(&split, &first, &condition);
            self.flow(&last, &join, "");
        }
        (split, join)
    }
}

fn choices(count: usize, bits: u32) -> Vec<(String, serde_json::Value)> {
    (1..=count)
        .map(|number| (format!("c{number}"), json!(bits >> (number % 32) & 1 == 1)))
        .collect()
}

fn started<'a>(document: &'a Document, count: usize, bits: u32) -> Case<'a> {
    let variables = choices(count, bits);
    let variables: Vec<_> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    Case::start(document, &variables).0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_drawn_in_blocks_passes_the_check_and_ends_in_every_order(block in block(), bits: u32, order in prop::collection::vec(0_usize..8, 1..8)) {
        let drawing = Drawing::of(&block);
        let found: Vec<_> = checked(&drawing.inside()).into_iter().filter(|(code, _, _)| code != "SEPARATION_MISSING").collect();
        prop_assert!(found.is_empty(), "{found:?}");
        let document = read(&drawing.inside());
        let mut case = started(&document, drawing.choices, bits);
        for turn in 0..200 {
            let open: Vec<u64> = case.instance.open_steps(case.model).map(|step| step.work).collect();
            if open.is_empty() {
                break;
            }
            let tokens = case.instance.tokens();
            let work = open[order[turn % order.len()] % open.len()];
            let event = Event::Completed { work, actors: vec!["o".to_owned()], outcome: None, variables: Variables::new() };
            let effects = case.event(event).unwrap();
            // Of the tokens, only a split makes new ones and only a join or an end takes any.
            let opens = |effect: &&yinxin_workflow::Effect| matches!(effect, yinxin_workflow::Effect::StepOpened { .. });
            let opened = u64::try_from(effects.iter().filter(opens).count()).unwrap();
            prop_assert!(case.instance.tokens() <= tokens + opened);
        }
        prop_assert_eq!(case.ended(), Some("completed".to_owned()));
        prop_assert_eq!(case.instance.tokens(), 0);
    }

    #[test]
    fn the_same_events_give_the_same_bytes_and_writing_in_between_changes_nothing(block in block(), bits: u32) {
        let drawing = Drawing::of(&block);
        let (first, second) = (read(&drawing.inside()), read(&drawing.inside()));
        let (mut one, mut two) = (started(&first, drawing.choices, bits), started(&second, drawing.choices, bits));
        for _ in 0..50 {
            let bytes = serde_json::to_vec(&two.instance).unwrap();
            prop_assert_eq!(serde_json::to_vec(&one.instance).unwrap(), bytes.clone());
            two.instance = serde_json::from_slice(&bytes).unwrap();
            let Some(node) = one.open().first().map(|node| (*node).to_owned()) else {
                break;
            };
            prop_assert_eq!(one.complete(&node).unwrap(), two.complete(&node).unwrap());
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Document::read(&bytes, 1, &Feel);
    }

    #[test]
    fn a_damaged_document_is_read_or_refused_and_what_is_read_is_checked_and_run(at in 0_usize..2000, with in ".{0,6}", block in block()) {
        let mut text = document(&Drawing::of(&block).inside());
        let at = at % text.len();
        let end = (at + 4).min(text.len());
        if text.is_char_boundary(at) && text.is_char_boundary(end) {
            text.replace_range(at..end, &with);
        }
        if let Ok(document) = Document::read(text.as_bytes(), 1, &Feel) {
            for model in document.models() {
                let _ = check(model);
                let mut instance = Instance::new(model);
                let event = Event::Started { message: None, variables: Variables::new() };
                let _ = step(model, &mut instance, event, 1, &mut Budget::new(1000));
            }
            prop_assert_eq!(document.export(), text.as_bytes());
        }
    }
}

#[test]
fn the_check_finds_a_deadlock_exactly_where_playing_every_case_gets_stuck() {
    let mut runner = TestRunner::deterministic();
    let (mut sound, mut stops) = (0, 0);
    for _ in 0..1_500 {
        let net = net().new_tree(&mut runner).unwrap().current();
        let text = net.inside();
        let document = read(&text);
        let findings = check(&document.models()[0]);
        let has = |code: &str| findings.iter().any(|finding| finding.code.as_str() == code);
        assert!(
            !has("UNREACHABLE") && !has("NO_END") && !has("TOO_COMPLEX"),
            "{text}"
        );
        let found = has("DEADLOCK") || has("NOT_COMPLETING");
        if has("UNBOUNDED") {
            continue;
        }
        // Where a gateway is passed twice in one case, the check lets it choose differently each time, and a played case cannot.
        let stuck = net.some_case_is_stuck(&document);
        if stuck || !has("TWO_TOKENS") {
            assert_eq!(found, stuck, "{text}\n{findings:?}");
            if stuck { stops += 1 } else { sound += 1 }
        }
    }
    assert!(sound >= 500 && stops >= 200, "{sound} sound, {stops} stuck");
}

/// A small net without loops: nodes in an order, flows forward only.
#[derive(Clone, Debug)]
struct Net {
    kinds: Vec<u8>,
    flows: BTreeSet<(usize, usize)>,
}

fn net() -> impl Strategy<Value = Net> {
    (3_usize..8).prop_flat_map(|count| {
        let kinds = prop::collection::vec(0_u8..4, count);
        let flows = prop::collection::btree_set((0..count, 1..count + 1), count..count * 2);
        (kinds, flows).prop_map(|(kinds, flows)| {
            let last = kinds.len();
            let mut flows: BTreeSet<_> = flows.into_iter().filter(|(from, to)| from < to).collect();
            // Every node is led to and leads on.
            for node in 0..last {
                if node > 0 && !flows.iter().any(|(_, to)| *to == node) {
                    flows.insert((node - 1, node));
                }
                if !flows.iter().any(|(from, _)| *from == node) {
                    flows.insert((node, node + 1));
                }
            }
            Net { kinds, flows }
        })
    })
}

impl Net {
    fn id(&self, node: usize) -> String {
        if node == self.kinds.len() {
            "e".to_owned()
        } else {
            format!("n{node}")
        }
    }

    fn out(&self, node: usize) -> Vec<usize> {
        self.flows
            .iter()
            .filter(|(from, _)| *from == node)
            .map(|(_, to)| *to)
            .collect()
    }

    fn inside(&self) -> String {
        let (mut gateways, mut tasks, mut flows) = (String::new(), Vec::new(), String::from("s>n0 "));
        for (node, kind) in self.kinds.iter().enumerate() {
            let (id, out) = (self.id(node), self.out(node));
            match kind {
                0 => tasks.push(id.clone()),
                1 => gateways.push_str(&format!(r#"<exclusiveGateway id="{id}"/>"#)),
                2 => gateways.push_str(&format!(r#"<parallelGateway id="{id}"/>"#)),
                _ => gateways.push_str(&format!(r#"<inclusiveGateway id="{id}"/>"#)),
            }
            for (number, to) in out.iter().enumerate() {
                let condition = match (kind, number) {
                    (0 | 2, _) => String::new(),
                    _ if out.len() == 1 => String::new(),
                    (_, 0) => "!".to_owned(),
                    // An exclusive gateway chooses by a number, an inclusive one flow by flow.
                    (1, _) => format!("[x{node}_=_{number}]"),
                    _ => format!("[x{node}y{number}]"),
                };
                flows.push_str(&format!("{id}>{}{condition} ", self.id(*to)));
            }
        }
        process(&with_tasks(&tasks.join(" "), &gateways), &flows)
    }

    /// Plays every choice; which step goes first does not matter, because no step takes anything from another.
    fn some_case_is_stuck(&self, document: &Document) -> bool {
        let mut cases = vec![BTreeMap::new()];
        for (node, kind) in self.kinds.iter().enumerate() {
            let out = self.out(node).len();
            let names: Vec<(String, Vec<serde_json::Value>)> = match kind {
                1 => vec![(format!("x{node}"), (0..out).map(|number| json!(number)).collect())],
                3 => (1..out)
                    .map(|number| (format!("x{node}y{number}"), vec![json!(true), json!(false)]))
                    .collect(),
                _ => Vec::new(),
            };
            for (name, values) in names {
                cases = cases
                    .into_iter()
                    .flat_map(|case: Variables| {
                        let name = name.clone();
                        values.clone().into_iter().map(move |value| {
                            let mut case = case.clone();
                            case.insert(name.clone(), value);
                            case
                        })
                    })
                    .collect();
            }
        }
        cases.into_iter().any(|variables| {
            let variables: Vec<_> = variables
                .iter()
                .map(|(name, value)| (name.as_str(), value.clone()))
                .collect();
            let (mut case, _) = Case::start(document, &variables);
            for _ in 0..500 {
                let Some(node) = case.open().first().map(|node| (*node).to_owned()) else {
                    break;
                };
                case.complete(&node).unwrap();
            }
            case.ended().as_deref() == Some("stuck")
        })
    }
}
