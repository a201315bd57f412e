//! One order of steps finds the same deadlocks as every order.

use serde_json::Value;

use super::*;
use crate::budget::Budget;
use crate::finding::Finding;
use crate::language::{Evaluation, Expression, Language, Variables};
use crate::model::Document;

struct Yes;

#[derive(Debug)]
struct True;

impl Language for Yes {
    fn parse(&self, _: &str) -> Result<Box<dyn Expression>, String> {
        Ok(Box::new(True))
    }
}

impl Expression for True {
    fn evaluate(&self, _: &Variables, _: &mut Budget) -> Result<Value, Evaluation> {
        Ok(Value::Bool(true))
    }
}

/// A small random net: gateways, tasks that a timer may interrupt or accompany, ends that terminate; flows forward, and sometimes back.
#[expect(clippy::arithmetic_side_effects, reason = "all numbers are small")]
fn net(seed: u32) -> String {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    let mut next = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(state >> 16).unwrap() % below
    };
    let count = 4 + next(4);
    let mut flows: Vec<(String, String, bool)> = Vec::new();
    let mut nodes = String::from(
        r#"<startEvent id="s"/><endEvent id="e"/><endEvent id="x"><terminateEventDefinition/></endEvent>"#,
    );
    flows.push(("s".to_owned(), "n0".to_owned(), false));
    for node in 0..count {
        let tag = [
            "userTask",
            "exclusiveGateway",
            "parallelGateway",
            "inclusiveGateway",
        ][next(4)];
        nodes.push_str(&format!(r#"<{tag} id="n{node}"/>"#));
        let choice = matches!(tag, "exclusiveGateway" | "inclusiveGateway");
        for way in 0..=next(2) {
            let mut to = node + 1 + next(count - node);
            if choice && way == 1 && next(4) == 0 {
                to = next(node + 1);
            }
            let to = if to >= count {
                ["e", "e", "x"][next(3)].to_owned()
            } else {
                format!("n{to}")
            };
            flows.push((format!("n{node}"), to, choice && way > 0));
        }
        if tag == "userTask" && next(3) == 0 {
            let cancel = next(2) == 0;
            nodes.push_str(&format!(
                r#"<boundaryEvent id="b{node}" attachedToRef="n{node}" cancelActivity="{cancel}"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></boundaryEvent>"#
            ));
            flows.push((
                format!("b{node}"),
                format!("n{}", (node + 1).min(count - 1)),
                false,
            ));
        }
    }
    for (number, (from, to, condition)) in flows.iter().enumerate() {
        let condition = if *condition {
            "<conditionExpression>c</conditionExpression>"
        } else {
            ""
        };
        nodes.push_str(&format!(
            r#"<sequenceFlow id="f{number}" sourceRef="{from}" targetRef="{to}">{condition}</sequenceFlow>"#
        ));
    }
    format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"><process id="p">{nodes}</process></definitions>"#
    )
}

fn errors(game: &Game<'_>, reduced: bool) -> Option<Vec<Finding>> {
    let graph = game.explore(reduced).ok()?;
    let mut findings = Findings::default();
    game.tell(&graph, true, &mut findings);
    Some(findings.sorted())
}

#[test]
fn one_order_of_steps_tells_a_process_unsound_exactly_where_every_order_does() {
    let (mut sound, mut unsound) = (0, 0);
    for seed in 0..3_000 {
        let text = net(seed);
        // A flow back into the first node may lead to nothing that is connected; reading does not mind.
        let document = Document::read(text.as_bytes(), 1, &Yes).unwrap();
        let model = &document.models()[0];
        let ends = BTreeSet::new();
        let game = Game::new(model, 0, &ends);
        let (Some(all), Some(one)) = (errors(&game, false), errors(&game, true)) else {
            continue;
        };
        let has = |findings: &[Finding], codes: &[Code]| {
            findings.iter().any(|finding| codes.contains(&finding.code))
        };
        // One order may take tokens away before they pile up; that is why every order is looked at first.
        if has(&all, &[Code::Unbounded]) {
            continue;
        }
        let worse = [Code::Deadlock, Code::NotCompleting];
        assert_eq!(has(&all, &worse), has(&one, &worse), "{text}\n{all:#?}\n{one:#?}");
        if has(&all, &worse) {
            unsound += 1;
        } else {
            assert_eq!(all, one, "{text}");
            sound += 1;
        }
    }
    assert!(sound > 500 && unsound > 300, "{sound} sound, {unsound} unsound");
}
