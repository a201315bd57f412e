//! The steps of the process: taken by the officers of their department, lent to colleagues, opened again when a material is replaced.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::who::{Who, refuse};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_workflow::{Event, Variables};

use super::arguments::{Attest, Delegate, Do, MAX_DELEGATION_MS, Recuse, Supply};
use super::course::{Step, ask_again, event, open_steps, reopen};
use super::handling::Handling;
use super::intake::{by_hand, claim, clerk, material, same_version};
use super::permission::{permit, permit_officer};
use super::records::{Account, Case, Delegation, MAX_PERSONS, Moment, Opinion, Origin, Stage, State};
use super::terms::is_shared;
use super::{codes, officers};

/// An open step, by its number and its element: numbers are given anew when a process is told again. `STATE_ORDER`.
fn step(handling: &Handling, work: u64, node: &str) -> Result<Step, Failure> {
    let found = open_steps(handling)?
        .into_iter()
        .find(|step| step.work == work && step.node == node);
    match found {
        Some(step) => Ok(step),
        None => refuse(
            codes::STATE_ORDER,
            format!("`{node}` does not wait for anybody as {work}"),
        ),
    }
}

/// The materials of these classes as they stand.
pub(crate) fn slice<'a>(
    case: &Case,
    classes: impl IntoIterator<Item = &'a String>,
) -> BTreeMap<String, Digest> {
    classes
        .into_iter()
        .filter_map(|class| Some((class.clone(), case.materials.get(class)?.commitment)))
        .collect()
}

/// `approval.act`: an officer takes a step. Refused with `CASE_UNKNOWN`, `STATE_ORDER`, `PROC_VERSION_FROZEN`, as [`officers::of_step`],
/// `AUTH_SAME_PERSON`, `MAT_CHANGED` where the officer saw other materials, `POLICY_*`, `STATE_OUTCOME`, `PROC_FAILED`, `CASE_LIMIT`.
pub(crate) fn act(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Do = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    handling.case.in_state(&[State::InReview])?;
    if let Some(version) = arguments.version {
        same_version(version, handling.case.item_version)?;
    }
    let step = step(&handling, arguments.work, &arguments.step)?;
    let who = (&step, &arguments.body, arguments.second.as_ref());
    let acting = officers::of_step(call, records, &handling.case, who)?;
    let parties: Vec<Digest> = acting.iter().map(|one| one.officer).collect();
    for party in &parties {
        handling.case.did(call, *party, Stage::Reviewed)?;
    }
    let materials = slice(&handling.case, &step.duty.materials);
    if materials != arguments.seen {
        return refuse(codes::MAT_CHANGED, "the materials of the step are others");
    }
    let own = arguments.body == handling.case.handler()?;
    for one in &acting {
        permit_officer(call, records, (one, &arguments.body), (&arguments.case, own))?;
    }

    let opinion = Opinion {
        at: Moment::of(call),
        commitment: arguments.opinion.commitment,
        department: arguments.body.clone(),
        materials,
        officers: parties.clone(),
        outcome: arguments.outcome.clone(),
        text: arguments.opinion.text,
    };
    let detail = json!({ "outcome": arguments.outcome, "step": step.node });
    let first = parties.first().map(|party| (*party, &arguments.body));
    handling.note(call, "acted", first, detail);
    handling.case.opinions.insert(step.place.clone(), opinion);
    handling.case.delegations.retain(|one| one.place != step.place);
    let done = Event::Completed {
        actors: parties.iter().map(ToString::to_string).collect(),
        outcome: arguments.outcome,
        variables: Variables::new(),
        work: arguments.work,
    };
    event(call, records, &mut handling, done, call.block.time.0)?;
    handling.save(call, records, json!({ "step": step.node }))
}

/// `approval.recuse`: an officer withdraws from a case, or is taken off it by the head of the department. Refused with `CASE_UNKNOWN`, the
/// codes of `identity.acting`, `AUTH_GRADE`, `STATE_ORDER`, `CASE_LIMIT`, `POLICY_*`.
pub(crate) fn recuse(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Recuse = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    let grade = if arguments.party.is_some() {
        officers::HEAD
    } else {
        1
    };
    let acting = officers::officer(call, records, &arguments.body, grade)?;
    takes_part(&handling, &arguments.body)?;
    handling.case.in_state(&[
        State::Submitted,
        State::Correction,
        State::InReview,
        State::Joined,
    ])?;
    let party = arguments.party.unwrap_or(acting.officer);
    if handling.case.recused.len() >= MAX_PERSONS {
        return refuse(codes::CASE_LIMIT, "too many persons were taken off the case");
    }
    let own = arguments.body == handling.case.handler()?;
    permit_officer(call, records, (&acting, &arguments.body), (&arguments.case, own))?;

    handling.case.recused.insert(party);
    handling.case.delegations.retain(|one| one.to != party);
    let detail = json!({ "party": party, "reason": arguments.reason });
    handling.note(call, "recused", Some((acting.officer, &arguments.body)), detail);
    handling.save(call, records, json!({ "party": party }))
}

/// That a department has something to do with a case: its item's, or that of a step that is open or was taken. `AUTH_GRADE`.
fn takes_part(handling: &Handling, department: &SocialCreditCode) -> Result<(), Failure> {
    let case = &handling.case;
    let takes = case.handler()? == *department
        || case
            .opinions
            .values()
            .any(|opinion| opinion.department == *department)
        || open_steps(handling)?
            .iter()
            .any(|step| step.department.as_ref() == Some(department));
    if takes {
        return Ok(());
    }
    refuse(codes::AUTH_GRADE, "the department takes no part in the case")
}

#[derive(Deserialize)]
struct Mandates {
    mandates: Vec<Alive>,
}

#[derive(Deserialize)]
struct Alive {
    alive: bool,
}

/// `approval.delegate`: an officer who may take a step lends it to a colleague of the same department for a time. Refused with
/// `CASE_UNKNOWN`, `STATE_ORDER`, as [`officers::of_step`], `AUTH_DELEGATE`, `CASE_LIMIT`, `POLICY_*`.
pub(crate) fn delegate(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Delegate = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    handling.case.in_state(&[State::InReview])?;
    let mut step = step(&handling, arguments.work, &arguments.step)?;
    // To lend a step takes one officer, also where it takes two to do it.
    step.duty.two_officers = false;
    let who = (&step, &arguments.body, None);
    let acting = officers::of_step(call, records, &handling.case, who)?;
    let Some(acting) = acting.first() else {
        return refuse(codes::AUTH_GRADE, "nobody lends the step");
    };
    if acting.grade < step.duty.grade.unwrap_or(1) {
        return refuse(codes::AUTH_DELEGATE, "what was lent is not lent on");
    }
    let now_ms = call.block.time.0;
    let until_ms = arguments.until.0;
    let longest = now_ms.saturating_add(MAX_DELEGATION_MS);
    if until_ms <= now_ms || until_ms > longest || arguments.to == acting.officer {
        return refuse(codes::AUTH_DELEGATE, "to a colleague, for at most 60 days");
    }
    let about = json!({ "holder": arguments.to, "principal": acting.body });
    let held: Mandates = call.ask(records, "identity.mandate", &about)?;
    if !held.mandates.iter().any(|mandate| mandate.alive) {
        return refuse(codes::AUTH_DELEGATE, "the party is no officer of the department");
    }
    if handling.case.delegations.len() >= MAX_PERSONS {
        return refuse(codes::CASE_LIMIT, "too many steps are lent");
    }
    let own = arguments.body == handling.case.handler()?;
    permit_officer(call, records, (acting, &arguments.body), (&arguments.case, own))?;

    handling.case.delegations.push(Delegation {
        by: acting.officer,
        grade: acting.grade,
        place: step.place,
        to: arguments.to,
        until_ms,
    });
    let detail = json!({ "step": step.node, "to": arguments.to, "until_ms": until_ms });
    handling.note(call, "delegated", Some((acting.officer, &arguments.body)), detail);
    handling.save(call, records, json!({ "step": step.node }))
}

/// `approval.account`: an officer of a finance department attests how much the dedicated account holds. Refused with `CASE_UNKNOWN`, the codes
/// of `identity.acting`, `AUTH_GRADE`, `STATE_ORDER`, `POLICY_*`.
pub(crate) fn account(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Attest = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    let acting = officers::officer(call, records, &arguments.body, 2)?;
    officers::not_recused(&handling.case, &acting.officer)?;
    handling.case.in_state(&[State::InReview, State::Joined])?;
    let own = arguments.body == handling.case.handler()?;
    permit_officer(call, records, (&acting, &arguments.body), (&arguments.case, own))?;

    handling.case.account = Some(Account {
        at: Moment::of(call),
        department: arguments.body.clone(),
        held_fen: arguments.held_fen,
        officer: acting.officer,
        statement: arguments.statement,
    });
    let detail = json!({ "held_fen": arguments.held_fen, "statement": arguments.statement });
    handling.note(
        call,
        "account_attested",
        Some((acting.officer, &arguments.body)),
        detail,
    );
    ask_again(call, records, &mut handling)?;
    handling.save(call, records, json!({ "held_fen": arguments.held_fen }))
}

/// `approval.supply`: a material is replaced or added while the process runs, by the applicant or, where it is had by sharing, by an officer
/// who fetched it. Whatever rests on it is open again. Refused with `CASE_UNKNOWN`, as [`officers::applicant`] or the codes of
/// `identity.acting`, `STATE_ORDER`, `MAT_CLASS`, `POLICY_*`, `MAT_CLAIMED`, `AUTH_SAME_PERSON`, and as the process does.
pub(crate) fn supply(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Supply = call.arguments()?;
    let number = arguments.case;
    let mut handling = Handling::open(call, records, &number)?;
    let who = if arguments.fetched {
        let (acting, department) = clerk(call, records, &handling.case, 1)?;
        Who::Officer(acting, department)
    } else {
        let whose = (arguments.body.as_ref(), arguments.principal);
        officers::applicant(call, records, &handling.case, whose)?
    };
    handling.case.in_state(&[State::InReview, State::Joined])?;
    let class = &arguments.material.class;
    let shared = is_shared(handling.terms.material(class)?);
    if !arguments.fetched {
        by_hand(&arguments.material)?;
    } else if !shared || arguments.material.origin != Origin::Fetched {
        return refuse(
            codes::MAT_CLASS,
            format!("`{class}` is the applicant's to hand in"),
        );
    }
    permit(call, records, &who, (&number, true))?;

    let party = handling.case.applicant.party;
    claim(call, records, &party, [&arguments.material.commitment])?;
    let department = handling.case.handler()?;
    let new = material(call, &department, &arguments.material);
    if !arguments.fetched {
        handling.case.did(call, who.party(), Stage::Applied)?;
    }
    let changed = handling
        .case
        .materials
        .insert(class.clone(), new)
        .is_none_or(|earlier| earlier.commitment != arguments.material.commitment);
    let detail = json!({ "class": class, "reason": arguments.reason });
    handling.note(call, "supplied", Some((who.party(), &department)), detail);
    let reopened = if changed {
        reopen(call, records, &mut handling, class)?
    } else {
        Default::default()
    };
    if !reopened.is_empty() {
        let detail = json!({ "class": class, "steps": reopened });
        handling.note(call, "reopened", None, detail);
    }
    let outcome = handling.save(call, records, json!({ "reopened": reopened }))?;
    Ok(who.signed(outcome))
}
