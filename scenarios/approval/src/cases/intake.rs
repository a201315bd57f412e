//! Intake (受理): what the law fixes for every item before its process begins (行政许可法 §32).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::who::{Acting, refuse};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::{ServiceItemCode, SocialCreditCode};

use super::arguments::{Correct, Handed, OfCase, Resubmit, Submit, TurnDown, Withdraw};
use super::clocks;
use super::days::{Calendar, working_days};
use super::handling::Handling;
use super::lapse::received;
use super::permission::{permit, permit_officer};
use super::processes::{self, Process, ProcessName};
use super::records::{
    Acceptance, Case, Clock, ClockKind, Correction, Material, Moment, Origin, Stage, State, claim_key,
    handler, serial_key,
};
use super::terms::{Terms, is_shared};
use super::{codes, course, officers};
use crate::licences;

/// How long the department has to accept, or to say what is to be corrected, in working days.
const INTAKE_DAYS: u32 = 5;
/// The most cases of one item on one day.
const MAX_SERIAL: u32 = 9999;

/// `approval.submit`: somebody applies. The version of the item that is in force is taken and kept. Refused with `AUTH_KEY_*`, the codes of
/// `identity.acting` or `identity.representation`, `AUTH_NOT_APPLICANT`, `CASE_ITEM`, `PROC_VERSION_FROZEN` where another version was read,
/// `MAT_CLASS`, `FORM_VALUE`, `MAT_CLAIMED`, `LICENCE_UNKNOWN`, `LICENCE_STATE`, `PROC_UNKNOWN`,
/// `PROC_FAILED` where the process would not begin with these answers, `CASE_LIMIT`, `POLICY_*`.
pub(crate) fn submit(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Submit = call.arguments()?;
    let (applicant, who) = officers::applying(call, records, arguments.body.as_ref(), arguments.principal)?;
    let terms = Terms::in_force(call, records, &arguments.item)?;
    same_version(arguments.version, terms.version)?;
    let department = handler(&arguments.item)?;
    let materials = taken(call, &terms, &department, &arguments.materials)?;
    processes::check_answers(call, records, &terms.content.form, &arguments.answers)?;
    let name = ProcessName::from(&terms.content.process);
    let process = Process::load(call, records, &name)?;
    let renewal = match &arguments.renews {
        Some(number) => renewal(call, records, (number, &department), &applicant.party, &terms)?,
        None => None,
    };
    let number = number(call, records, &arguments.item)?;
    let named = commitments(&materials, arguments.sealed.as_ref());
    claim(call, records, &applicant.party, named)?;

    let mut stages: BTreeMap<_, _> = [(applicant.party, BTreeSet::from([Stage::Applied]))].into();
    stages.entry(who.party()).or_default().insert(Stage::Applied);
    let case = Case {
        acceptance: None,
        account: None,
        acts: Vec::new(),
        alarm_ms: None,
        answers: arguments.answers,
        applicant,
        board: None,
        clocks: renewal.into_iter().collect(),
        correction: None,
        delegations: Vec::new(),
        delivery: None,
        entries: 0,
        extension: None,
        faults: BTreeMap::new(),
        gates: BTreeSet::new(),
        instance: None,
        issued: BTreeMap::new(),
        item: arguments.item,
        item_version: terms.version,
        materials,
        notices: Vec::new(),
        number: number.clone(),
        opinions: BTreeMap::new(),
        outbox: false,
        process: name,
        queues: BTreeSet::new(),
        recused: BTreeSet::new(),
        renews: arguments.renews,
        sealed: arguments.sealed,
        service: None,
        stages,
        state: State::Submitted,
        submitted: Moment::of(call),
        suspensions: Vec::new(),
        timers: BTreeMap::new(),
    };
    let now_ms = call.block.time.0;
    let mut handling = Handling::new(case, terms, process);
    // Nobody may be there when silence accepts the case: that its process begins with these answers is tried now.
    let mut trial = handling.clone();
    course::begin(call, &mut trial, by_silence(call, now_ms), now_ms)?;
    handling.start(ClockKind::Intake, now_ms, Some(working_days(INTAKE_DAYS)));
    permit(call, records, &who, (&number, true))?;

    handling.note(call, "submitted", Some((who.party(), &department)), json!({}));
    let due = handling.due(call, records, ClockKind::Intake)?;
    let outcome =
        json!({ "accept_by": due, "item": handling.case.item, "version": handling.case.item_version });
    handling
        .save(call, records, outcome)
        .map(|outcome| who.signed(outcome))
}

fn by_silence(call: &Call<'_>, as_of_ms: u64) -> Acceptance {
    Acceptance {
        as_of_ms,
        at: Moment::of(call),
        deemed: true,
        officer: None,
    }
}

/// That somebody means the version that the case has: `PROC_VERSION_FROZEN`.
pub(crate) fn same_version(named: u32, kept: u32) -> Result<(), Failure> {
    if named != kept {
        let detail = format!("version {named} is named, {kept} holds for the case");
        return refuse(codes::PROC_VERSION_FROZEN, detail);
    }
    Ok(())
}

/// `<item><yyyymmdd><serial of the day>`: `CASE_LIMIT` after 9999 of a day.
fn number(call: &Call<'_>, records: &mut Records<'_>, item: &ServiceItemCode) -> Result<String, Failure> {
    let date = Calendar::new(call, records).date(call.block.time.0)?;
    let day: String = date.chars().filter(char::is_ascii_digit).collect();
    let key = serial_key(call.hash(), item, &day);
    let serial = records.get::<u32>(&key)?.unwrap_or_default().saturating_add(1);
    if serial > MAX_SERIAL {
        return refuse(codes::CASE_LIMIT, "too many cases of this item today");
    }
    records.put(key, &serial)?;
    Ok(format!("{item}{day}{serial:04}"))
}

/// The materials as the case keeps them.
fn taken(
    call: &Call<'_>,
    terms: &Terms,
    department: &SocialCreditCode,
    handed: &[Handed],
) -> Result<BTreeMap<String, Material>, Failure> {
    let mut materials = BTreeMap::new();
    for one in handed {
        terms.material(&one.class)?;
        by_hand(one)?;
        materials.insert(one.class.clone(), material(call, department, one));
    }
    Ok(materials)
}

/// That an applicant says of a material that he hands it in, and does not say who else keeps it: `MAT_CLASS`.
pub(crate) fn by_hand(handed: &Handed) -> Result<(), Failure> {
    if handed.origin == Origin::Submitted && handed.holder.is_none() {
        return Ok(());
    }
    refuse(
        codes::MAT_CLASS,
        "an applicant hands materials in, to the department of the item",
    )
}

fn commitments<'a>(
    materials: &'a BTreeMap<String, Material>,
    sealed: Option<&'a Digest>,
) -> impl Iterator<Item = &'a Digest> {
    materials
        .values()
        .map(|material| &material.commitment)
        .chain(sealed)
}

/// Puts down whose material a commitment is: `MAT_CLAIMED` where it is another applicant's.
pub(crate) fn claim<'a>(
    call: &Call<'_>,
    records: &mut Records<'_>,
    party: &Digest,
    commitments: impl IntoIterator<Item = &'a Digest>,
) -> Result<(), Failure> {
    for commitment in commitments {
        let key = claim_key(call.hash(), commitment);
        match records.get::<Digest>(&key)? {
            Some(claimed) if claimed != *party => {
                return refuse(
                    codes::MAT_CLAIMED,
                    "the commitment is of another applicant's material",
                );
            }
            Some(_) => {}
            None => records.put(key, party)?,
        }
    }
    Ok(())
}

pub(crate) fn material(call: &Call<'_>, department: &SocialCreditCode, handed: &Handed) -> Material {
    Material {
        commitment: handed.commitment,
        holder: handed.holder.clone().unwrap_or_else(|| department.clone()),
        origin: handed.origin,
        since: Moment::of(call),
    }
}

/// The clock of a renewal: until the licence expires, where it was asked for in time and silence renews (行政许可法 §50).
fn renewal(
    call: &Call<'_>,
    records: &Records<'_>,
    (number, department): (&str, &SocialCreditCode),
    applicant: &Digest,
    terms: &Terms,
) -> Result<Option<Clock>, Failure> {
    let key = Case::key(call.hash(), number);
    let Some(earlier) = records.get::<Case>(&key)? else {
        return refuse(codes::LICENCE_UNKNOWN, "there is no such case");
    };
    let issued = Terms::of(call, records, &earlier.item, earlier.item_version)?;
    let kind = terms
        .content
        .decision
        .licence
        .as_ref()
        .map(|licence| &licence.kind);
    let now_ms = call.block.time.0;
    let revoked = licences::is_revoked(call, records, &earlier)?;
    let until_ms = match earlier.licence() {
        Some(licence)
            if !revoked
                && Some(&licence.kind) == kind
                && earlier.applicant.party == *applicant
                && earlier.handler()? == *department =>
        {
            licence.until_ms.filter(|until_ms| *until_ms > now_ms)
        }
        _ => None,
    };
    let rules = issued
        .content
        .decision
        .licence
        .and_then(|licence| licence.renewal);
    let (Some(until_ms), Some(rules)) = (until_ms, rules) else {
        return refuse(
            codes::LICENCE_STATE,
            "no such licence of this applicant can be renewed",
        );
    };
    let in_time = Calendar::new(call, records).end(now_ms, rules.window)?.ms_end <= until_ms;
    Ok((rules.lapse && in_time).then_some(Clock {
        ended: None,
        from_ms: until_ms,
        kind: ClockKind::Renewal,
        lapsed: false,
        period: None,
    }))
}

/// The officer of the department of a case beside its seal, and the department; nobody who was taken off the case.
pub(crate) fn clerk(
    call: &Call<'_>,
    records: &Records<'_>,
    case: &Case,
    grade: u8,
) -> Result<(Acting, SocialCreditCode), Failure> {
    let department = case.handler()?;
    let acting = officers::officer(call, records, &department, grade)?;
    officers::not_recused(case, &acting.officer)?;
    Ok((acting, department))
}

/// `approval.accept`: the papers are complete. Refused with `CASE_UNKNOWN`, the codes of `identity.acting`, `AUTH_RECUSED`, `STATE_ORDER`,
/// `AUTH_SAME_PERSON`, `MAT_MISSING`, `POLICY_*`, and as the process does when it begins.
pub(crate) fn accept(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let OfCase { case } = call.arguments()?;
    let mut handling = Handling::open(call, records, &case)?;
    let (acting, department) = clerk(call, records, &handling.case, 1)?;
    handling.case.in_state(&[State::Submitted])?;
    handling.case.did(call, acting.officer, Stage::Accepted)?;
    let required = handling.terms.content.materials.iter();
    let required = required.filter(|one| one.required && !is_shared(one));
    for term in required {
        if !handling.case.materials.contains_key(&term.class) {
            return refuse(codes::MAT_MISSING, format!("`{}` is missing", term.class));
        }
    }
    permit_officer(call, records, (&acting, &department), (&case, true))?;

    let now = Moment::of(call);
    handling.case.stop(ClockKind::Intake, now);
    handling.note(call, "accepted", Some((acting.officer, &department)), json!({}));
    let acceptance = Acceptance {
        as_of_ms: now.time.0,
        at: now,
        deemed: false,
        officer: Some(acting.officer),
    };
    course::begin(call, &mut handling, acceptance, now.time.0)?;
    let due = handling.due(call, records, ClockKind::Decision)?;
    handling.save(call, records, json!({ "decide_by": due }))
}

/// `approval.correct`: everything that is missing or wrong, told once. Refused with `CASE_UNKNOWN`, the codes of `identity.acting`,
/// `AUTH_RECUSED`, `MAT_SECOND_CORRECTION`, `STATE_ORDER`, `AUTH_SAME_PERSON`, `MAT_CLASS`, `MAT_SHARED_AVAILABLE`, `CASE_FORM`, `POLICY_*`.
pub(crate) fn correct(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Correct { case, days, points } = call.arguments()?;
    let mut handling = Handling::open(call, records, &case)?;
    let (acting, department) = clerk(call, records, &handling.case, 1)?;
    if handling.case.correction.is_some() {
        return refuse(
            codes::MAT_SECOND_CORRECTION,
            "everything was to be told the first time",
        );
    }
    handling.case.in_state(&[State::Submitted])?;
    handling.case.did(call, acting.officer, Stage::Accepted)?;
    for class in points.iter().filter_map(|point| point.material.as_deref()) {
        if is_shared(handling.terms.material(class)?) {
            return refuse(
                codes::MAT_SHARED_AVAILABLE,
                format!("`{class}` is to be had by sharing"),
            );
        }
    }
    let form = processes::form(call, records, &handling.terms.content.form)?;
    if let Some(field) = points
        .iter()
        .filter_map(|point| point.field.as_deref())
        .find(|field| form.field(field).is_none())
    {
        return refuse(codes::CASE_FORM, format!("the form has no field `{field}`"));
    }
    permit_officer(call, records, (&acting, &department), (&case, true))?;

    let now = Moment::of(call);
    handling.case.stop(ClockKind::Intake, now);
    handling.case.state = State::Correction;
    let detail = match days {
        Some(days) => json!({ "days": days, "points": points }),
        None => json!({ "points": points }),
    };
    handling.note(
        call,
        "correction_asked",
        Some((acting.officer, &department)),
        detail,
    );
    handling.case.correction = Some(Correction {
        answered: None,
        asked: now,
        days,
        officer: acting.officer,
        points,
    });
    handling.save(call, records, json!({}))
}

/// `approval.resubmit`: the applicant corrects. What was corrected is received anew, and so is the period in which silence accepts. Refused
/// with `CASE_UNKNOWN`, as [`officers::applicant`], `STATE_ORDER`, `MAT_CLASS`, `MAT_MISSING` where a point is not answered, `FORM_VALUE`, `POLICY_*`.
pub(crate) fn resubmit(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Resubmit = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    let whose = (arguments.body.as_ref(), arguments.principal);
    let who = officers::applicant(call, records, &handling.case, whose)?;
    handling.case.in_state(&[State::Correction])?;
    let department = handling.case.handler()?;
    let materials = taken(call, &handling.terms, &department, &arguments.materials)?;
    let points = handling
        .case
        .correction
        .iter()
        .flat_map(|correction| &correction.points);
    for class in points.filter_map(|point| point.material.as_ref()) {
        if !materials.contains_key(class) {
            return refuse(codes::MAT_MISSING, format!("`{class}` was to be corrected"));
        }
    }
    if let Some(answers) = &arguments.answers {
        processes::check_answers(call, records, &handling.terms.content.form, answers)?;
    }
    permit(call, records, &who, (&arguments.case, true))?;

    let party = handling.case.applicant.party;
    let named = commitments(&materials, arguments.sealed.as_ref());
    claim(call, records, &party, named)?;
    handling.case.did(call, who.party(), Stage::Applied)?;
    let now = Moment::of(call);
    let case = &mut handling.case;
    case.materials.extend(materials);
    if let Some(answers) = arguments.answers {
        case.answers = answers;
    }
    case.sealed = arguments.sealed.or(case.sealed);
    case.state = State::Submitted;
    case.stop(ClockKind::Correction, now);
    if let Some(correction) = &mut case.correction {
        correction.answered = Some(now);
    }
    let mut trial = handling.clone();
    course::begin(call, &mut trial, by_silence(call, now.time.0), now.time.0)?;
    handling.start(
        ClockKind::Intake,
        received(&handling),
        Some(working_days(INTAKE_DAYS)),
    );
    handling.note(call, "corrected", Some((who.party(), &department)), json!({}));
    let due = handling.due(call, records, ClockKind::Intake)?;
    let outcome = handling.save(call, records, json!({ "accept_by": due }))?;
    Ok(who.signed(outcome))
}

/// `approval.not_competent`: another authority is competent; which one, the reason says. As [`turn_down`].
pub(crate) fn not_competent(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    turn_down(call, records, (State::NotCompetent, "not_competent"))
}

/// `approval.not_needed`: no permit is needed. As [`turn_down`].
pub(crate) fn not_needed(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    turn_down(call, records, (State::NotNeeded, "not_needed"))
}

/// Refused with `CASE_UNKNOWN`, the codes of `identity.acting`, `AUTH_RECUSED`, `STATE_ORDER`, `AUTH_SAME_PERSON`, `DEC_NO_REASON`,
/// `DEC_NO_REMEDY`, `POLICY_*`.
fn turn_down(
    call: &Call<'_>,
    records: &mut Records<'_>,
    (state, what): (State, &str),
) -> Result<Value, Failure> {
    let arguments: TurnDown = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    let (acting, department) = clerk(call, records, &handling.case, 1)?;
    handling.case.in_state(&[State::Submitted])?;
    handling.case.did(call, acting.officer, Stage::Accepted)?;
    let reason = officers::reason(call, arguments.reason.as_deref())?;
    let remedy = officers::remedy(call, arguments.remedy.as_deref())?;
    permit_officer(call, records, (&acting, &department), (&arguments.case, true))?;

    handling.case.state = state;
    end_clocks(&mut handling.case, Moment::of(call));
    let detail = json!({ "reason": reason, "remedy": remedy });
    handling.note(call, what, Some((acting.officer, &department)), detail);
    handling.save(call, records, json!({}))
}

/// `approval.withdraw`: the applicant takes the application back. Refused with `CASE_UNKNOWN`, as [`officers::applicant`], `STATE_ORDER` once
/// it is decided, `POLICY_*`.
pub(crate) fn withdraw(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Withdraw = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    let whose = (arguments.body.as_ref(), arguments.principal);
    let who = officers::applicant(call, records, &handling.case, whose)?;
    handling.case.in_state(&[
        State::Submitted,
        State::Correction,
        State::InReview,
        State::Joined,
    ])?;
    permit(call, records, &who, (&arguments.case, true))?;

    course::cancel(&mut handling, call.block.time.0)?;
    handling.case.state = State::Withdrawn;
    end_clocks(&mut handling.case, Moment::of(call));
    let department = handling.case.handler()?;
    handling.note(call, "withdrawn", Some((who.party(), &department)), json!({}));
    let outcome = handling.save(call, records, json!({}))?;
    Ok(who.signed(outcome))
}

/// Stops every clock.
pub(crate) fn end_clocks(case: &mut Case, at: Moment) {
    for clock in case.clocks.iter_mut().filter(|clock| clock.ended.is_none()) {
        clock.ended = Some(at);
    }
    for suspension in case.suspensions.iter_mut().filter(|one| !one.over) {
        suspension.over = true;
        suspension.ended_ms = Some(at.time.0);
    }
}

/// Both dates of the clock for the decision.
pub(crate) fn both_dates(
    call: &Call<'_>,
    records: &Records<'_>,
    handling: &Handling,
) -> Result<Value, Failure> {
    let calendar = Calendar::new(call, records);
    let mut clocks = handling.case.clocks.iter().rev();
    match clocks.find(|clock| clock.kind == ClockKind::Decision) {
        Some(clock) => Ok(json!({
            "decide_by": clocks::due(&calendar, &handling.case, clock)?,
            "decide_by_without_suspension": clocks::unpaused(&calendar, &handling.case, clock)?,
        })),
        None => Ok(json!({})),
    }
}
