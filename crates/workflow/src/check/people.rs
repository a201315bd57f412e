//! What government must say of each step: who, with which form, until when, on which basis (P4, P5, R3, R6).

use crate::finding::{Code, Findings};
use crate::model::{Catches, Kind, Model, Node, Trigger};

/// The roles that the ready processes and the posts of a new network use. A department may give its posts others: a role that is none of these
/// is worth a look, and no error.
pub const ROLES: &[&str] = &[
    "assessor",
    "clerk",
    "expert",
    "head",
    "reviewer",
    "section-head",
    "window-clerk",
];

pub(super) fn check(model: &Model, findings: &mut Findings) {
    let mut steps = 0_usize;
    let mut separated = false;
    for node in &model.nodes {
        match &node.kind {
            Kind::Step(duty) => {
                steps = steps.saturating_add(1);
                separated = separated || !duty.not_same_as.is_empty();
                for (missing, code) in [
                    (duty.role.is_none(), Code::RoleMissing),
                    (duty.department.is_none(), Code::DepartmentMissing),
                    (duty.form.is_none(), Code::FormMissing),
                    (duty.deadline.is_none(), Code::DeadlineMissing),
                    (
                        duty.outcomes.len() > 1 && duty.result.is_none(),
                        Code::ResultMissing,
                    ),
                ] {
                    if missing {
                        findings.add(code, node.element, &node.id, "");
                    }
                }
                if let Some(role) = duty.role.as_deref().filter(|role| !ROLES.contains(role)) {
                    findings.add(Code::RoleUnknown, node.element, &node.id, role);
                }
                let decides = duty
                    .deadline
                    .is_some_and(|deadline| deadline.at_expiry.outcome().is_some());
                if decides && duty.basis.is_none() {
                    findings.add(Code::BasisMissing, node.element, &node.id, "");
                }
            }
            Kind::Receive { .. } | Kind::Service { .. } | Kind::Catch(Trigger::Message(_)) => {
                let behind_gateway = node
                    .incoming
                    .iter()
                    .filter_map(|flow| model.flows.get(*flow))
                    .filter_map(|flow| model.nodes.get(flow.source))
                    .any(|source| matches!(source.kind, Kind::EventBased));
                if !behind_gateway && !has_timer(model, node) {
                    findings.add(Code::WaitEndless, node.element, &node.id, "");
                }
            }
            Kind::EventBased => {
                let timer = node
                    .outgoing
                    .iter()
                    .filter_map(|flow| model.flows.get(*flow))
                    .filter_map(|flow| model.nodes.get(flow.target))
                    .any(|event| matches!(event.kind, Kind::Catch(Trigger::Timer(_))));
                if !timer {
                    findings.add(Code::WaitEndless, node.element, &node.id, "");
                }
            }
            _ => {}
        }
    }
    if steps > 1 && !separated {
        findings.add(Code::SeparationMissing, "process", &model.key, "");
    }
}

/// Whether a timer hangs on the node, or on a sub-process around it.
fn has_timer(model: &Model, node: &Node) -> bool {
    let timer = node.boundary.iter().any(|place| {
        matches!(
            model.nodes.get(*place).map(|event| &event.kind),
            Some(Kind::Boundary(boundary)) if matches!(boundary.catches, Catches::Trigger(Trigger::Timer(_)))
        )
    });
    let around = || {
        model
            .nodes
            .iter()
            .find(|outer| matches!(outer.kind, Kind::Sub { scope } if scope == node.scope))
    };
    timer || around().is_some_and(|outer| has_timer(model, outer))
}
