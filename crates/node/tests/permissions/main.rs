//! The permission matrix (权限矩阵): every operation of the chain, tried by every role, on what is its own and on what is another's.
//!
//! `verdicts.txt` holds what each attempt must give. `uncovered.txt` lists the attempts that are not written yet, and may only shrink. A new
//! scenario adds a module beside `identity`, one line in [`attempt`], and its lines in `verdicts.txt`; what was found stands in a file that
//! a failure names.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod approval;
mod evidence;
mod extracts;
mod filing;
mod governance;
mod identity;
mod items;
mod looks;
mod policies;
mod sharing;
mod table;
mod wallets;
mod world;

use std::collections::BTreeSet;

use table::{Cell, Table};
use world::{About, Attempt, Matrix, ROLES, Role};

/// How many attempts `uncovered.txt` lists at most. Lower it when the list has become shorter; it never rises.
const UNCOVERED_AT_MOST: usize = 0;

/// What each operation is tried with; an operation may be tried in several ways, named after a colon. A question that policies decide about is
/// tried as an operation is.
const WAYS: &[&str] = &[
    "approval.board_items",
    "approval.licence_view:holder",
    "approval.look:applicant",
    "approval.recuse:party",
    "approval.submit:for",
    "approval.supply:fetched",
    "identity.grant:agent",
    "identity.revoke:window",
    "evidence.resolve:upheld",
    "sharing.cancel:for",
    "sharing.confirm_erasure:grantee",
    "sharing.end_lease:for",
    "sharing.erase:for",
    "sharing.lease:for",
    "sharing.listing_object:body",
    "sharing.listing_promise:body",
    "sharing.listing_statement:body",
    "sharing.request:for",
    "sharing.resource_complaint_answer:dispute",
    "sharing.view:duty",
    "sharing.view:for",
];

/// Prepares an attempt, after whatever must have happened before it. `None` where it is not written yet.
fn attempt(matrix: &mut Matrix, way: &str, role: &Role, about: About) -> Option<Attempt> {
    let (scenario, _) = way.split_once('.')?;
    match scenario {
        "approval" if way == "approval.board_items" => Some(board(role, about)),
        "approval" if way.starts_with("approval.item_") => items::attempt(matrix, way, about),
        "approval" => approval::attempt(matrix, way, about),
        "evidence" => evidence::attempt(matrix, way, role, about),
        "filing" => filing::attempt(matrix, way, about),
        "governance" => governance::attempt(matrix, way, about),
        "identity" => identity::attempt(matrix, way, about),
        "sharing" if way.starts_with("sharing.extract_") => extracts::attempt(matrix, way, about),
        "sharing" => sharing::attempt(matrix, way, about),
        _ => None,
    }
}

/// The figures of a department, asked by whoever it is in the name of his own.
fn board(role: &Role, about: About) -> Attempt {
    let body = match role.name {
        "auditor" => world::AUDIT,
        "officer-elsewhere" | "seal-elsewhere" => world::POLICE,
        _ => world::DATA,
    };
    let department = about.of(world::DATA, world::POLICE);
    serde_json::json!({ "department": department, "for": body }).into()
}

/// A line of `uncovered.txt`: an operation, `own` or `other`, and a role; or an operation alone, which stands for all of it.
fn listed(line: &str) -> Vec<Cell> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        [] => Vec::new(),
        [first, ..] if first.starts_with('#') => Vec::new(),
        [way] => {
            let roles = |about: About| {
                ROLES
                    .iter()
                    .map(move |role| Cell::new(way, about.name(), role.name))
            };
            About::ALL.into_iter().flat_map(roles).collect()
        }
        [way, about, role] => vec![Cell::new(way, about, role)],
        _ => panic!("`{line}` is not an operation, `own` or `other`, and a role"),
    }
}

#[test]
fn every_role_may_do_what_the_matrix_says_and_nothing_else() {
    let mut matrix = Matrix::new();
    let mut operations: Vec<String> = matrix.world.registry.operations().map(str::to_owned).collect();
    operations.extend(WAYS.iter().map(|way| (*way).to_owned()));
    operations.sort();
    let mut found = Table::default();
    let mut missing = BTreeSet::new();
    for way in &operations {
        for about in About::ALL {
            for role in ROLES {
                let before = matrix.remember();
                let cell = Cell::new(way, about.name(), role.name);
                match attempt(&mut matrix, way, role, about) {
                    Some(attempt) => found.put(cell, matrix.verdict(way, role, attempt)),
                    None => _ = missing.insert(cell),
                }
                matrix.restore(before);
            }
        }
    }

    let listed: BTreeSet<Cell> = include_str!("uncovered.txt").lines().flat_map(listed).collect();
    for way in &operations {
        let covered = found.ways().contains(way.as_str()) || listed.iter().any(|cell| cell.way == *way);
        assert!(covered, "`{way}` has no attempts: write them in this folder");
    }
    let written: Vec<_> = listed.difference(&missing).collect();
    assert!(
        written.is_empty(),
        "written, or no cells of this chain, and still listed in uncovered.txt: {written:?}"
    );
    let unlisted: Vec<_> = missing.difference(&listed).collect();
    assert!(unlisted.is_empty(), "attempts that are not written: {unlisted:?}");
    assert_eq!(
        listed.len(),
        UNCOVERED_AT_MOST,
        "uncovered.txt has grown, or became shorter: then lower UNCOVERED_AT_MOST"
    );

    let expected = Table::parse(include_str!("verdicts.txt"));
    if found != expected {
        let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/verdicts.txt");
        std::fs::write(file, found.to_string()).unwrap();
        panic!(
            "the matrix has changed; {file} has what was found:\n{}",
            found.differences(&expected)
        );
    }
}

#[test]
fn a_role_that_does_not_exist_in_the_data_is_found() {
    let known: BTreeSet<&str> = ROLES.iter().map(|role| role.name).collect();
    let expected = Table::parse(include_str!("verdicts.txt"));
    for cell in expected.cells() {
        assert!(known.contains(cell.role.as_str()), "{cell:?}");
    }
}
