//! From identifiers to what they name, and whether what is connected may be.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::document::Reader;
use super::nodes::Draft;
use super::{Flow, Kind, Model, Node, Scope};
use crate::finding::Code;

impl Reader<'_> {
    pub(super) fn resolve(
        &mut self,
        mut draft: Draft,
        key: String,
        version: u32,
        name: String,
    ) -> Option<Model> {
        let places: BTreeMap<String, usize> = (0..)
            .zip(&draft.nodes)
            .map(|(place, node)| (node.id.clone(), place))
            .collect();
        self.lanes_apply(&mut draft, &places);
        self.hosts(&mut draft, &places);
        let flows = self.flows(&mut draft, &places);
        self.references(&mut draft, &flows);
        let Draft {
            mut scopes,
            nodes,
            beside_refused,
            ..
        } = draft;
        self.starts(&mut scopes, &nodes);
        self.connections(&nodes, &flows, &places, &beside_refused);
        Some(Model {
            key,
            version,
            name,
            nodes,
            flows,
            scopes,
            places,
        })
    }

    fn lanes_apply(&mut self, draft: &mut Draft, places: &BTreeMap<String, usize>) {
        // The innermost lane has the first word; a node in a sub-process is in the lanes of the sub-process.
        let mut lanes = std::mem::take(&mut draft.lanes);
        lanes.sort_by_key(|lane| Reverse(lane.depth));
        let mut said: BTreeMap<String, (Option<String>, Option<String>)> = BTreeMap::new();
        for lane in lanes {
            if !places.contains_key(&lane.node) {
                if !draft.refused.contains(&lane.node) && !self.ids.contains(&lane.node) {
                    let told = format!("flowNodeRef=\"{}\"", lane.node);
                    self.findings.add(Code::Reference, "lane", "", told);
                }
                continue;
            }
            let (role, department) = said.entry(lane.node).or_default();
            *role = role.take().or(lane.role);
            *department = department.take().or(lane.department);
        }
        for place in 0..draft.nodes.len() {
            let Some(node) = draft.nodes.get(place) else {
                continue;
            };
            let (mut role, mut department) = said.get(&node.id).cloned().unwrap_or_default();
            let mut scope = node.scope;
            while let Some(outer) = draft.scopes.get(scope).filter(|_| scope > 0) {
                let (outer_role, outer_department) = said.get(&outer.id).cloned().unwrap_or_default();
                role = role.or(outer_role);
                department = department.or(outer_department);
                // A sub-process that was refused is no node; a scope lies in one with a smaller number.
                scope = places
                    .get(&outer.id)
                    .and_then(|place| draft.nodes.get(*place))
                    .map_or(0, |node| node.scope.min(scope.saturating_sub(1)));
            }
            if let Some(Kind::Step(duty)) = draft.nodes.get_mut(place).map(|node| &mut node.kind) {
                duty.role = duty.role.take().or(role);
                duty.department = duty.department.take().or(department);
            }
        }
    }

    fn hosts(&mut self, draft: &mut Draft, places: &BTreeMap<String, usize>) {
        for place in 0..draft.nodes.len() {
            let Some(host) = draft.references.get(place).and_then(|of| of.host.clone()) else {
                continue;
            };
            let Some(id) = draft.nodes.get(place).map(|node| (node.id.clone(), node.scope)) else {
                continue;
            };
            let found = places
                .get(&host)
                .copied()
                .filter(|found| draft.nodes.get(*found).is_some_and(|node| is_host(node, id.1)));
            match found {
                Some(found) => {
                    if let Some(node) = draft.nodes.get_mut(found) {
                        node.boundary.push(place);
                    }
                    if let Some(Kind::Boundary(boundary)) =
                        draft.nodes.get_mut(place).map(|node| &mut node.kind)
                    {
                        boundary.host = found;
                    }
                }
                None if draft.refused.contains(&host) => {}
                None => {
                    let told = format!("attachedToRef=\"{host}\"");
                    self.findings.add(Code::Reference, "boundaryEvent", &id.0, told);
                }
            }
        }
    }

    fn flows(&mut self, draft: &mut Draft, places: &BTreeMap<String, usize>) -> Vec<Flow> {
        let mut flows = Vec::new();
        for flow in std::mem::take(&mut draft.flows) {
            let (source, target) = (places.get(&flow.source), places.get(&flow.target));
            let (Some(source), Some(target)) = (source.copied(), target.copied()) else {
                for (attribute, id, found) in [
                    ("sourceRef", &flow.source, source),
                    ("targetRef", &flow.target, target),
                ] {
                    if found.is_none() && !draft.refused.contains(id) {
                        let told = format!("{attribute}=\"{id}\"");
                        self.findings.add(Code::Reference, "sequenceFlow", &flow.id, told);
                    }
                }
                draft.beside_refused.extend(source.into_iter().chain(target));
                draft.refused.insert(flow.id);
                continue;
            };
            let in_scope = |place: usize| {
                draft
                    .nodes
                    .get(place)
                    .is_some_and(|node| node.scope == flow.scope)
            };
            if !in_scope(source) || !in_scope(target) {
                let told = format!("{} → {}", flow.source, flow.target);
                self.findings.add(Code::FlowEnds, "sequenceFlow", &flow.id, told);
                continue;
            }
            let number = flows.len();
            if let Some(node) = draft.nodes.get_mut(source) {
                node.outgoing.push(number);
            }
            if let Some(node) = draft.nodes.get_mut(target) {
                node.incoming.push(number);
            }
            flows.push(Flow {
                id: flow.id,
                source,
                target,
                condition: flow.condition,
            });
        }
        flows
    }

    /// What nodes say of their own flows must be what the flows say.
    fn references(&mut self, draft: &mut Draft, flows: &[Flow]) {
        for (node, of) in draft.nodes.iter_mut().zip(&draft.references) {
            let own = |numbers: &[usize], id: &str| {
                numbers
                    .iter()
                    .copied()
                    .find(|number| flows.get(*number).is_some_and(|flow| flow.id == id))
            };
            for (tag, numbers, ids) in [
                ("incoming", &node.incoming, &of.incoming),
                ("outgoing", &node.outgoing, &of.outgoing),
            ] {
                for id in ids {
                    if own(numbers, id).is_none() && !draft.refused.contains(id) {
                        let told = format!("{tag} {id}");
                        self.findings.add(Code::Reference, node.element, &node.id, told);
                    }
                }
            }
            if let Some(default) = &of.default {
                node.default = own(&node.outgoing, default);
                let conditional = node
                    .default
                    .and_then(|number| flows.get(number))
                    .is_none_or(|flow| flow.condition.is_some());
                if conditional && !draft.refused.contains(default) {
                    self.findings
                        .add(Code::DefaultFlow, node.element, &node.id, default.as_str());
                }
            }
        }
    }

    fn starts(&mut self, scopes: &mut [Scope], nodes: &[Node]) {
        for (place, node) in nodes.iter().enumerate() {
            if matches!(node.kind, Kind::Start(_))
                && let Some(scope) = scopes.get_mut(node.scope)
            {
                scope.starts.push(place);
            }
        }
        for (number, scope) in scopes.iter().enumerate() {
            let triggers = scope
                .starts
                .iter()
                .filter(|place| {
                    matches!(
                        nodes.get(**place).map(|node| &node.kind),
                        Some(Kind::Start(Some(_)))
                    )
                })
                .count();
            let plain = scope.starts.len().saturating_sub(triggers);
            // A process may start in several ways, each by its message, and in one without.
            let right = if number == 0 {
                plain <= 1 && !scope.starts.is_empty()
            } else {
                plain == 1 && triggers == 0
            };
            if !right && !scope.start_refused {
                let told = scope.starts.len().to_string();
                self.findings
                    .add(Code::StartMissing, scope.element, &scope.id, told);
            }
        }
    }

    fn connections(
        &mut self,
        nodes: &[Node],
        flows: &[Flow],
        places: &BTreeMap<String, usize>,
        beside_refused: &BTreeSet<usize>,
    ) {
        for flow in flows {
            let (source, target) = (nodes.get(flow.source), nodes.get(flow.target));
            let (Some(source), Some(target)) = (source, target) else {
                continue;
            };
            let wrong = matches!(target.kind, Kind::Start(_) | Kind::Boundary(_))
                || matches!(source.kind, Kind::End(_));
            if wrong {
                let told = format!("{} → {}", source.id, target.id);
                self.findings.add(Code::FlowEnds, "sequenceFlow", &flow.id, told);
            }
            // Only a choice asks conditions: an exclusive or inclusive split, or an activity that is left in several ways.
            let asks = !matches!(
                source.kind,
                Kind::Parallel
                    | Kind::EventBased
                    | Kind::Start(_)
                    | Kind::Boundary(_)
                    | Kind::Catch(_)
                    | Kind::Throw(_)
            );
            if flow.condition.is_some() && !asks {
                let told = format!("{} {}", source.element, source.id);
                self.findings
                    .add(Code::ConditionMisplaced, "sequenceFlow", &flow.id, told);
            }
        }
        for (place, node) in nodes.iter().enumerate() {
            for step in duty_steps(node) {
                let is_step = places
                    .get(step)
                    .and_then(|place| nodes.get(*place))
                    .is_some_and(|other| matches!(other.kind, Kind::Step(_)) && other.id != node.id);
                if !is_step {
                    let told = format!("yx:notSameAs={step}");
                    self.findings.add(Code::Reference, node.element, &node.id, told);
                }
            }
            if matches!(node.kind, Kind::EventBased) && !beside_refused.contains(&place) {
                self.event_gateway(node, nodes, flows);
            }
        }
    }

    fn event_gateway(&mut self, gateway: &Node, nodes: &[Node], flows: &[Flow]) {
        let events = gateway.outgoing.iter().filter(|flow| {
            let target = flows.get(**flow).and_then(|flow| nodes.get(flow.target));
            target.is_some_and(|node| {
                matches!(node.kind, Kind::Catch(_) | Kind::Receive { .. })
                    && node.incoming.len() == 1
                    && node.boundary.is_empty()
                    && node.multi.is_none()
            })
        });
        let events = events.count();
        if events < 2 || events < gateway.outgoing.len() {
            let told = format!("{events}/{}", gateway.outgoing.len());
            self.findings
                .add(Code::EventGateway, gateway.element, &gateway.id, told);
        }
    }
}

/// Whether a boundary event of a scope may be attached to a node.
fn is_host(node: &Node, scope: usize) -> bool {
    let activity = matches!(
        node.kind,
        Kind::Step(_)
            | Kind::Service { .. }
            | Kind::Decision(_)
            | Kind::Send { .. }
            | Kind::Receive { .. }
            | Kind::Call { .. }
            | Kind::Sub { .. }
    );
    activity && node.scope == scope
}

fn duty_steps(node: &Node) -> &[String] {
    match &node.kind {
        Kind::Step(duty) => &duty.not_same_as,
        _ => &[],
    }
}
