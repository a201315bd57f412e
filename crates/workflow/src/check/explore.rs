//! Every situation that tokens can come to, scope by scope.
//!
//! A situation counts the tokens on each flow, in each activity that can be interrupted, and the boundary events that may still fire.
//! First every order of steps is looked at. If that gives too many situations, one order of steps that do not touch each other is enough
//! to find every deadlock: a flow has one target, so nothing else can take its token, and which of two such steps goes first changes
//! nothing. A terminate event does touch the others, so it may always come in between.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::finding::{Code, Findings};
use crate::limits;
use crate::model::{Catches, End, Kind, Model, Node};
use crate::run::inclusive_ready;

pub(super) fn check(model: &Model, findings: &mut Findings) {
    // Inner scopes come after outer ones in the document, and whether they can end matters to the outer ones.
    let mut ends = BTreeSet::new();
    for scope in (0..model.scopes.len()).rev() {
        let game = Game::new(model, scope, &ends);
        let (graph, reduced) = match game.explore(false) {
            Ok(graph) => (Ok(graph), false),
            // Tokens that pile up make many situations; one order of steps could hide it.
            Err(Some(place)) => (Err(Some(place)), false),
            Err(None) => (game.explore(true), true),
        };
        match (&graph, model.scopes.get(scope)) {
            (Ok(graph), _) => game.tell(graph, reduced, findings),
            (Err(Some(place)), _) => game.tell_at(Code::Unbounded, *place, findings),
            (Err(None), Some(scope)) => {
                let told = limits::STATES.to_string();
                findings.add(Code::TooComplex, scope.element, &scope.id, told);
            }
            (Err(None), None) => {}
        }
        if graph.map_or(true, |graph| graph.can_end) {
            ends.insert(scope);
        }
    }
}

/// Tokens by place. A place is a flow, then an activity in progress, then an armed boundary event.
type Situation = Vec<u8>;

struct Game<'a> {
    model: &'a Model,
    /// Nodes of the scope.
    nodes: Vec<usize>,
    starts: &'a [usize],
    /// Where in a situation a flow is, an activity in progress, an armed boundary event.
    flows: BTreeMap<usize, usize>,
    busy: BTreeMap<usize, usize>,
    armed: BTreeMap<usize, usize>,
    size: usize,
    /// Inner scopes that can end by themselves.
    ends: &'a BTreeSet<usize>,
}

struct Graph {
    situations: Vec<Situation>,
    /// For each situation, those that can follow.
    after: Vec<Vec<usize>>,
    /// Situations that more follows than is shown: their tokens pile up.
    overflowing: BTreeMap<usize, usize>,
    visited: BTreeSet<usize>,
    can_end: bool,
    /// Situations after which the scope was left by an error that it throws itself.
    thrown: BTreeSet<usize>,
}

/// One step that can be made.
struct Move {
    node: usize,
    kind: MoveKind,
    results: Vec<Situation>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum MoveKind {
    /// Touches nothing else.
    Alone,
    /// An inclusive join: asks where all tokens are.
    Inclusive,
    /// Takes all other tokens away: a terminate event, or an error that leaves the scope.
    All { thrown: bool },
}

impl<'a> Game<'a> {
    fn new(model: &'a Model, scope: usize, ends: &'a BTreeSet<usize>) -> Self {
        let nodes: Vec<usize> = (0..)
            .zip(&model.nodes)
            .filter(|(_, node)| node.scope == scope)
            .map(|(place, _)| place)
            .collect();
        let mut size = 0_usize;
        let mut next = || {
            let place = size;
            size = size.saturating_add(1);
            place
        };
        let (mut flows, mut busy, mut armed) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for place in &nodes {
            let Some(node) = model.nodes.get(*place) else {
                continue;
            };
            flows.extend(node.outgoing.iter().map(|flow| (*flow, next())));
            if !node.boundary.is_empty() {
                busy.insert(*place, next());
            }
            if matches!(&node.kind, Kind::Boundary(boundary) if !boundary.interrupting) {
                armed.insert(*place, next());
            }
        }
        Self {
            model,
            nodes,
            starts: model.scopes.get(scope).map_or(&[], |scope| &scope.starts),
            flows,
            busy,
            armed,
            size,
            ends,
        }
    }

    /// The graph of situations; if there are too many, a place where tokens pile up, if one was found by then.
    fn explore(&self, reduced: bool) -> Result<Graph, Option<usize>> {
        let most = if reduced {
            limits::STATES
        } else {
            limits::STATES_ALL_ORDERS
        };
        let mut graph = Graph {
            situations: Vec::new(),
            after: Vec::new(),
            overflowing: BTreeMap::new(),
            visited: self.starts.iter().copied().collect(),
            can_end: false,
            thrown: BTreeSet::new(),
        };
        let mut known: BTreeMap<Situation, usize> = BTreeMap::new();
        let mut open = VecDeque::new();
        let mut seen = |situation: Situation, graph: &mut Graph, open: &mut VecDeque<usize>| {
            *known.entry(situation).or_insert_with_key(|situation| {
                let number = graph.situations.len();
                graph.situations.push(situation.clone());
                graph.after.push(Vec::new());
                open.push_back(number);
                number
            })
        };
        for start in self.starts {
            for situation in self.outputs(*start, &vec![0; self.size]).ok_or(None)? {
                seen(situation, &mut graph, &mut open);
            }
        }
        let joins = self.nodes.iter().filter_map(|place| self.model.nodes.get(*place));
        let joins = joins.filter(|node| matches!(node.kind, Kind::Inclusive)).count();
        let cost = self
            .nodes
            .len()
            .saturating_add(self.size.saturating_mul(joins.saturating_add(1)));
        let mut work = 0_usize;
        while let Some(number) = open.pop_front() {
            work = work.saturating_add(cost);
            if graph.situations.len() > most || work > limits::CHECK_WORK {
                return Err(graph.overflowing.values().next().copied());
            }
            let Some(situation) = graph.situations.get(number).cloned() else {
                continue;
            };
            if let Some(place) = situation
                .iter()
                .position(|count| *count >= limits::TOKENS_PER_FLOW)
            {
                graph.overflowing.insert(number, place);
                continue;
            }
            let mut moves = self.moves(&situation).ok_or(None)?;
            let results: usize = moves.iter().map(|step| step.results.len()).sum();
            work = work.saturating_add(results.saturating_mul(self.size));
            self.absorb(&mut moves);
            if reduced {
                reduce(&mut moves);
            }
            for step in moves {
                graph.visited.insert(step.node);
                if step.kind == (MoveKind::All { thrown: true }) {
                    graph.thrown.insert(number);
                    continue;
                }
                for result in step.results {
                    let result = seen(result, &mut graph, &mut open);
                    if let Some(after) = graph.after.get_mut(number) {
                        after.push(result);
                    }
                }
            }
        }
        graph.can_end = graph
            .situations
            .iter()
            .any(|situation| situation.iter().all(|count| *count == 0));
        Ok(graph)
    }

    /// What can happen in a situation; `None` if a node alone has too many ways.
    fn moves(&self, situation: &Situation) -> Option<Vec<Move>> {
        let mut moves = Vec::new();
        for place in &self.nodes {
            let node = self.model.nodes.get(*place)?;
            let filled: Vec<usize> = node
                .incoming
                .iter()
                .copied()
                .filter(|flow| self.count(situation, self.flows.get(flow)) > 0)
                .collect();
            let join = node.incoming.len() > 1;
            match &node.kind {
                Kind::Parallel if join => {
                    if filled.len() == node.incoming.len() {
                        self.push(
                            &mut moves,
                            *place,
                            MoveKind::Alone,
                            &[self.without(situation, &filled)],
                        )?;
                    }
                }
                Kind::Inclusive if join => {
                    if inclusive_ready(self.model, *place, &filled, &self.token_places(situation, *place)) {
                        self.push(
                            &mut moves,
                            *place,
                            MoveKind::Inclusive,
                            &[self.without(situation, &filled)],
                        )?;
                    }
                }
                Kind::End(end @ (End::Terminate | End::Error(_))) if !filled.is_empty() => moves.push(Move {
                    node: *place,
                    kind: MoveKind::All {
                        thrown: matches!(end, End::Error(_)),
                    },
                    results: vec![vec![0; self.size]],
                }),
                _ => {
                    let taken: Vec<Situation> = filled
                        .iter()
                        .map(|flow| self.without(situation, &[*flow]))
                        .collect();
                    self.enter(&mut moves, *place, node, &taken)?;
                }
            }
            self.in_progress(&mut moves, situation, *place, node)?;
        }
        Some(moves)
    }

    /// A token that comes to a plain end is gone at once, whatever else happens: it is never one of many that wait there.
    fn absorb(&self, moves: &mut Vec<Move>) {
        let end = |step: &Move| {
            let kind = self.model.nodes.get(step.node).map(|node| &node.kind);
            matches!(kind, Some(Kind::End(End::Plain | End::Throw(_)))) && !step.results.is_empty()
        };
        if let Some(node) = moves.iter().find(|step| end(step)).map(|step| step.node) {
            moves.retain(|step| step.node == node);
        }
    }

    /// Tokens enter a node: they rest there if boundary events may come, else go on.
    fn enter(&self, moves: &mut Vec<Move>, place: usize, node: &Node, taken: &[Situation]) -> Option<()> {
        if taken.is_empty() {
            return Some(());
        }
        let Some(busy) = self.busy.get(&place) else {
            if self.never_done(node) {
                moves.push(Move {
                    node: place,
                    kind: MoveKind::All { thrown: true },
                    results: Vec::new(),
                });
                return Some(());
            }
            return self.push(moves, place, MoveKind::Alone, taken);
        };
        let mut results = Vec::new();
        for situation in taken {
            let mut result = self.with(situation, *busy);
            for event in &node.boundary {
                if let Some(armed) = self.armed.get(event) {
                    result = self.with(&result, *armed);
                }
            }
            results.push(result);
        }
        moves.push(Move {
            node: place,
            kind: MoveKind::Alone,
            results,
        });
        Some(())
    }

    /// An activity in progress is done, or one of its boundary events comes.
    fn in_progress(
        &self,
        moves: &mut Vec<Move>,
        situation: &Situation,
        place: usize,
        node: &Node,
    ) -> Option<()> {
        let Some(busy) = self
            .busy
            .get(&place)
            .filter(|busy| self.count(situation, Some(busy)) > 0)
        else {
            return Some(());
        };
        let mut over = situation.clone();
        self.subtract(&mut over, *busy);
        for event in &node.boundary {
            if let Some(armed) = self.armed.get(event) {
                self.subtract(&mut over, *armed);
            }
        }
        let mut results = Vec::new();
        if !self.never_done(node) {
            results.extend(self.outputs(place, &over)?);
        }
        let mut visited = Vec::new();
        for event in &node.boundary {
            let Kind::Boundary(boundary) = &self.model.nodes.get(*event)?.kind else {
                continue;
            };
            if matches!(
                boundary.catches,
                Catches::Trigger(_) | Catches::Error(_) | Catches::Escalation(_)
            ) {
                if boundary.interrupting {
                    results.extend(self.outputs(*event, &over)?);
                } else if let Some(armed) = self
                    .armed
                    .get(event)
                    .filter(|armed| self.count(situation, Some(armed)) > 0)
                {
                    let mut fired = situation.clone();
                    self.subtract(&mut fired, *armed);
                    results.extend(self.outputs(*event, &fired)?);
                }
                visited.push(*event);
            }
        }
        moves.push(Move {
            node: place,
            kind: MoveKind::Alone,
            results,
        });
        moves.extend(visited.into_iter().map(|node| Move {
            node,
            kind: MoveKind::Alone,
            results: Vec::new(),
        }));
        Some(())
    }

    fn push(&self, moves: &mut Vec<Move>, node: usize, kind: MoveKind, taken: &[Situation]) -> Option<()> {
        let mut results = Vec::new();
        for situation in taken {
            results.extend(self.outputs(node, situation)?);
        }
        moves.push(Move { node, kind, results });
        Some(())
    }

    /// Whether an activity can never be done, because its inside has no end but by errors.
    fn never_done(&self, node: &Node) -> bool {
        matches!(node.kind, Kind::Sub { scope } if !self.ends.contains(&scope))
    }

    /// The situations after a token leaves a node, one for each set of flows that can be taken.
    fn outputs(&self, place: usize, situation: &Situation) -> Option<Vec<Situation>> {
        let node = self.model.nodes.get(place)?;
        let conditional = |flow: &usize| {
            self.model
                .flows
                .get(*flow)
                .is_some_and(|flow| flow.condition.is_some())
        };
        let put = |flows: &[usize]| {
            let mut result = situation.clone();
            for flow in flows {
                if let Some(place) = self.flows.get(flow) {
                    result = self.with(&result, *place);
                }
            }
            result
        };
        if matches!(node.kind, Kind::Exclusive | Kind::EventBased) && !node.outgoing.is_empty() {
            return Some(node.outgoing.iter().map(|flow| put(&[*flow])).collect());
        }
        let choices: Vec<usize> = node.outgoing.iter().copied().filter(conditional).collect();
        let always: Vec<usize> = node
            .outgoing
            .iter()
            .copied()
            .filter(|flow| !conditional(flow) && Some(*flow) != node.default)
            .collect();
        let ways = u32::try_from(choices.len())
            .ok()
            .and_then(|count| 1_usize.checked_shl(count))?;
        if ways > limits::STATES_ALL_ORDERS {
            return None;
        }
        let mut results = Vec::new();
        for way in 0..ways {
            let mut flows = always.clone();
            flows.extend(
                (0_u32..)
                    .zip(&choices)
                    .filter(|(bit, _)| way >> bit & 1 == 1)
                    .map(|(_, flow)| *flow),
            );
            if way == 0 {
                flows.extend(node.default);
            }
            // Where no condition holds and there is no default, the event is refused and nothing moves.
            if !flows.is_empty() || node.outgoing.is_empty() {
                results.push(put(&flows));
            }
        }
        Some(results)
    }

    /// The nodes where tokens are, as an inclusive join asks.
    fn token_places(&self, situation: &Situation, join: usize) -> BTreeSet<usize> {
        let on_flows = self
            .flows
            .iter()
            .filter(|(_, place)| self.count(situation, Some(place)) > 0)
            .filter_map(|(flow, _)| self.model.flows.get(*flow))
            .map(|flow| flow.target);
        let in_progress = self
            .busy
            .iter()
            .filter(|(_, place)| self.count(situation, Some(place)) > 0)
            .map(|(node, _)| *node);
        on_flows
            .chain(in_progress)
            .filter(|place| *place != join)
            .collect()
    }

    fn count(&self, situation: &Situation, place: Option<&usize>) -> u8 {
        place
            .and_then(|place| situation.get(*place))
            .copied()
            .unwrap_or(0)
    }

    fn with(&self, situation: &Situation, place: usize) -> Situation {
        let mut result = situation.clone();
        if let Some(count) = result.get_mut(place) {
            *count = count.saturating_add(1);
        }
        result
    }

    fn subtract(&self, situation: &mut Situation, place: usize) {
        if let Some(count) = situation.get_mut(place) {
            *count = count.saturating_sub(1);
        }
    }

    fn without(&self, situation: &Situation, flows: &[usize]) -> Situation {
        let mut result = situation.clone();
        for flow in flows {
            if let Some(place) = self.flows.get(flow) {
                self.subtract(&mut result, *place);
            }
        }
        result
    }

    fn tell(&self, graph: &Graph, reduced: bool, findings: &mut Findings) {
        let mut sound = true;
        // A join is told once, with the first situation, which is the shortest way to it.
        let mut joins = BTreeSet::new();
        // From which situations the scope can end, or piles up, which is told otherwise.
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); graph.situations.len()];
        for (number, after) in graph.after.iter().enumerate() {
            for next in after {
                if let Some(before) = before.get_mut(*next) {
                    before.push(number);
                }
            }
        }
        let all_before = |from: Vec<usize>| {
            let mut found: BTreeSet<usize> = BTreeSet::new();
            let mut open = from;
            while let Some(number) = open.pop() {
                if found.insert(number) {
                    open.extend(before.get(number).into_iter().flatten().copied());
                }
            }
            found
        };
        let numbers = || 0..graph.situations.len();
        let ends = |number: &usize| {
            let empty = graph
                .situations
                .get(*number)
                .is_some_and(|situation| situation.iter().all(|count| *count == 0));
            empty || graph.overflowing.contains_key(number) || graph.thrown.contains(number)
        };
        let stops = |number: &usize| graph.after.get(*number).is_none_or(Vec::is_empty);
        let ending = all_before(numbers().filter(ends).collect());
        let stopping = all_before(
            numbers()
                .filter(|number| stops(number) && !ends(number))
                .collect(),
        );
        for place in graph.overflowing.values() {
            sound = false;
            self.tell_at(Code::Unbounded, *place, findings);
        }
        for (number, situation) in graph.situations.iter().enumerate() {
            if ending.contains(&number) {
                continue;
            }
            sound = false;
            if stops(&number) {
                self.tell_deadlock(situation, &mut joins, findings);
            } else {
                // What leads to a stop is told there.
                if !stopping.contains(&number)
                    && let Some(place) = situation.iter().position(|count| *count > 0)
                {
                    self.tell_at(Code::NotCompleting, place, findings);
                }
            }
        }
        if sound && !reduced {
            for situation in &graph.situations {
                for (place, count) in situation.iter().enumerate() {
                    if *count > 1 {
                        self.tell_at(Code::TwoTokens, place, findings);
                    }
                }
            }
        }
        if sound {
            for place in &self.nodes {
                let Some(node) = self.model.nodes.get(*place) else {
                    continue;
                };
                if !graph.visited.contains(place) {
                    findings.add(Code::NeverTaken, node.element, &node.id, "");
                }
            }
        }
    }

    fn tell_deadlock(&self, situation: &Situation, joins: &mut BTreeSet<usize>, findings: &mut Findings) {
        for place in &self.nodes {
            let Some(node) = self.model.nodes.get(*place) else {
                continue;
            };
            let (filled, empty): (Vec<&usize>, Vec<&usize>) = node
                .incoming
                .iter()
                .partition(|flow| self.count(situation, self.flows.get(flow)) > 0);
            if !filled.is_empty() && joins.insert(*place) {
                let ids: Vec<&str> = empty
                    .iter()
                    .filter_map(|flow| self.model.flows.get(**flow))
                    .map(|flow| flow.id.as_str())
                    .collect();
                findings.add(Code::Deadlock, node.element, &node.id, ids.join(", "));
            }
        }
    }

    fn tell_at(&self, code: Code, place: usize, findings: &mut Findings) {
        let flow = self
            .flows
            .iter()
            .find(|(_, of)| **of == place)
            .map(|(flow, _)| *flow);
        let node = match flow {
            Some(flow) => self.model.flows.get(flow).map(|flow| flow.target),
            None => {
                let mut others = self.busy.iter().chain(&self.armed);
                others.find(|(_, of)| **of == place).map(|(node, _)| *node)
            }
        };
        if let Some(node) = node.and_then(|node| self.model.nodes.get(node)) {
            findings.add(code, node.element, &node.id, "");
        }
    }
}

/// Keeps one step that touches nothing else, with all that takes every token away; inclusive joins only where nothing else can happen.
fn reduce(moves: &mut Vec<Move>) {
    let alone = moves
        .iter()
        .find(|step| step.kind == MoveKind::Alone && !step.results.is_empty())
        .map(|step| step.node);
    if let Some(node) = alone {
        moves.retain(|step| match step.kind {
            MoveKind::Alone => step.node == node || step.results.is_empty(),
            MoveKind::Inclusive => false,
            MoveKind::All { .. } => true,
        });
    }
}

#[cfg(test)]
mod tests;
