//! What requires what, and in which order it is decided.

use std::collections::BTreeMap;

use super::elements::{Element, Space};
use super::read::Draft;
use crate::code::{Code, Findings};

/// The places of all that an element requires.
pub(super) fn requirements(
    element: &Element,
    namespace: &str,
    by_id: &BTreeMap<String, usize>,
    findings: &mut Findings,
) -> Vec<usize> {
    const WRAPPED: &[&str] = &["informationRequirement", "knowledgeRequirement"];
    const DIRECT: &[&str] = &[
        "outputDecision",
        "encapsulatedDecision",
        "inputDecision",
        "inputData",
    ];
    let owner = element.plain("id").unwrap_or_default();
    let mut found = Vec::new();
    let wrapped = element
        .children
        .iter()
        .filter(|child| child.space == Space::Dmn && WRAPPED.contains(&child.local.as_str()))
        .flat_map(|child| &child.children);
    let service = element.local == "decisionService";
    let direct = element
        .children
        .iter()
        .filter(|child| service && child.space == Space::Dmn && DIRECT.contains(&child.local.as_str()));
    for reference in wrapped.chain(direct) {
        let Some(href) = reference.plain("href") else {
            continue;
        };
        let id = match href.rsplit_once('#') {
            Some((space, id)) if space.is_empty() || space == namespace => id,
            _ => href,
        };
        match by_id.get(id) {
            Some(place) if !found.contains(place) => found.push(*place),
            Some(_) => {}
            None => findings.add(Code::Reference, &reference.local, owner, href),
        }
    }
    found
}

/// An order in which everything stands after what it requires; `None`, with a finding, where there is none.
pub(super) fn order(drafts: &[Draft<'_>], findings: &mut Findings) -> Option<Vec<usize>> {
    let mut waits: Vec<usize> = drafts.iter().map(|draft| draft.requires.len()).collect();
    let mut order: Vec<usize> = Vec::with_capacity(drafts.len());
    let mut put = vec![false; drafts.len()];
    // One round for each that can be put next; the number of drafts is bounded.
    loop {
        let next = waits
            .iter()
            .zip(&put)
            .position(|(waits, put)| *waits == 0 && !put);
        let Some(place) = next else { break };
        order.push(place);
        if let Some(put) = put.get_mut(place) {
            *put = true;
        }
        for (other, draft) in drafts.iter().enumerate() {
            if draft.requires.contains(&place)
                && let Some(waits) = waits.get_mut(other)
            {
                *waits = waits.saturating_sub(1);
            }
        }
    }
    if order.len() == drafts.len() {
        return Some(order);
    }
    let stuck = drafts.iter().zip(&put).find(|(_, put)| !**put);
    if let Some((draft, _)) = stuck {
        findings.add(Code::Cycle, &draft.element.local, &draft.id, &*draft.name);
    }
    None
}
