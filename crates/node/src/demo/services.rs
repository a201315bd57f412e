//! The service items of the demonstration: processes and forms that the departments enact by their votes, and what the data bureau and the fund
//! centre of city 甲 offer on them. The table is one that `yinxin items import` takes.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use yinxin_crypto::{Digest, PrivateKey};
use yinxin_mark::Table;
use yinxin_types::identifiers::SocialCreditCode;

use crate::cli::failure::Failure;
use crate::cli::items::rows::{self, Row};
use crate::demo::founding::Seals;
use crate::demo::personas::{DATA, JIA};

macro_rules! documents {
    ($($name:literal, $file:literal;)*) => {
        [$(($name, include_str!(concat!("../../../../scenarios/approval/", $file)))),*]
    };
}

/// Name and text of each document on which the items rest.
const DOCUMENTS: [(&str, &str); 7] = documents! {
    "process/plain-licence", "processes/plain-licence.bpmn";
    "process/single-review", "processes/single-review.bpmn";
    "process/rent-subsidy", "processes/rent-subsidy.bpmn";
    "form/small-restaurant", "forms/small-restaurant.json";
    "form/permit", "forms/permit.json";
    "form/rent-subsidy", "forms/rent-subsidy.json";
    "form/fund-withdrawal", "forms/fund-withdrawal.json";
};
const ITEMS: &[u8] = include_bytes!("samples/items.csv");
/// The departments whose items they are.
const OFFERED_BY: [&str; 2] = [DATA, JIA];
/// How long a proposal stays open, in milliseconds.
const OPEN_MS: u64 = 86_400_000;

/// Each department in turn proposes a document, so that none has more open than it may; does not wait.
///
/// # Errors
/// A node that does not take it.
pub(super) fn propose(seals: &Seals<'_>) -> Result<Vec<Digest>, Failure> {
    let deadline = seals.connection.valid_until()?.saturating_add(OPEN_MS);
    let algorithm = seals.connection.chain.algorithm();
    let turns = seals.departments.iter().cycle();
    let proposed = DOCUMENTS.iter().zip(turns).map(|((name, text), department)| {
        let digest = algorithm.hash(&[text.as_bytes()]);
        let content =
            json!({ "class": "catalogue", "content": text, "digest": digest, "name": name, "version": 1 });
        let proposal =
            json!({ "deadline": deadline, "decision": { "content": content, "kind": "document" } });
        let seal = seals.seal(&department.code)?;
        seals.submit(&seal, &[], "governance.propose", &proposal)
    });
    proposed.collect()
}

/// The departments vote for every document until all are in force.
///
/// # Errors
/// A document that was refused, or not enacted.
pub(super) fn enact(seals: &Seals<'_>, proposals: &[Digest]) -> Result<(), Failure> {
    for proposal in proposals {
        seals.outcome(proposal)?;
    }
    // More than half are enough unless members decide otherwise; they vote at the same time, further ones in turn.
    let majority = (seals.departments.len() / 2).saturating_add(1);
    let (first, further) = seals
        .departments
        .split_at_checked(majority)
        .unwrap_or((seals.departments, &[]));
    let mut open: BTreeSet<Digest> = proposals.iter().copied().collect();
    for voters in std::iter::once(first).chain(further.chunks(1)) {
        let mut votes = Vec::new();
        for department in voters {
            let seal = seals.seal(&department.code)?;
            for proposal in &open {
                let vote = json!({ "choice": "for", "proposal": proposal });
                votes.push((*proposal, seals.submit(&seal, &[], "governance.vote", &vote)?));
            }
        }
        for (proposal, vote) in votes {
            let outcome = seals.outcome(&vote)?;
            if outcome.get("status").is_some_and(|status| status == "enacted") {
                open.remove(&proposal);
            }
        }
        if open.is_empty() {
            return Ok(());
        }
    }
    Err(Failure::answer("a document of the demonstration was not enacted"))
}

/// Publishes the items of each department by the hand of an officer.
///
/// # Errors
/// Any refusal of the ledger.
pub(super) fn publish(
    seals: &Seals<'_>,
    officer: impl Fn(&str) -> Result<PrivateKey, Failure>,
) -> Result<(), Failure> {
    let rows = items()?;
    let published = OFFERED_BY.map(|department| {
        let own = rows.iter().filter(|row| row.code.issuer().as_str() == department);
        let items: Vec<Value> = own
            .map(|row| json!({ "code": row.code, "content": row.content, "version": 1 }))
            .collect();
        let arguments = json!({ "for": department, "items": items });
        let seal = seals.seal(department)?;
        seals.submit(
            &officer(department)?,
            &[&seal],
            "approval.item_publish",
            &arguments,
        )
    });
    for id in published {
        seals.outcome(&id?)?;
    }
    Ok(())
}

/// The rows of the table.
fn items() -> Result<Vec<Row>, Failure> {
    let broken = || Failure::answer("the table of items of the demonstration has a fault");
    let table = Table::read(ITEMS).map_err(|_| broken())?;
    let issuers: BTreeSet<SocialCreditCode> =
        OFFERED_BY.iter().filter_map(|code| code.parse().ok()).collect();
    let sheet = rows::read(&table, &issuers).map_err(|_| broken())?;
    if sheet.wrong.is_empty() {
        Ok(sheet.rows)
    } else {
        Err(broken())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_well_formed_and_rests_on_documents_that_are_enacted() {
        let names: BTreeSet<String> = DOCUMENTS.iter().map(|(name, _)| (*name).to_owned()).collect();
        let rows = items().unwrap();
        assert!(rows.len() >= 16);
        for row in rows {
            let content = row.content;
            for (prefix, enacted) in [("process", &content.process), ("form", &content.form)] {
                assert!(
                    names.contains(&format!("{prefix}/{}", enacted.key)),
                    "{}",
                    row.code
                );
                assert_eq!(enacted.version, 1);
            }
            assert!(content.conditions.en.is_some(), "{}", row.code);
        }
    }

    #[test]
    fn every_document_is_one_that_the_ledger_takes() {
        let scenario = yinxin_approval::scenario();
        for (name, text) in DOCUMENTS {
            let class = scenario
                .documents()
                .iter()
                .find(|class| name.starts_with(class.prefix));
            let taken = (class.unwrap().check)(name, 1, text);
            assert!(taken.is_ok(), "{name}: {:?}", taken.unwrap_err().detail);
        }
    }
}
