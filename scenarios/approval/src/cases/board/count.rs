//! Counting: what happened to a case since it was counted last moves the counters of its department and of its item.

use std::collections::BTreeMap;

use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;

use super::super::clocks;
use super::super::days::{Calendar, DAY_MS};
use super::super::handling::Handling;
use super::super::records::{Acceptance, Case, ClockKind, Entry, Moment, Outcome, State, What};
use super::counted::Counted;
use super::figures::{
    Flows, ItemFlows, Listed, OfDepartment, OfItem, StepFlows, department_key, departments_key, flows_key,
    item_flows_key, item_key, place_key,
};
use super::lamp::{self, Lamp};

/// The longest span of which days are counted: ten years, in milliseconds.
const LONGEST_MS: u64 = 3_650 * DAY_MS;

/// What happened to a case, and the periods in which it counts.
struct Happened {
    flows: Flows,
    periods: [String; 2],
    steps: BTreeMap<String, StepFlows>,
}

/// Counts a case as it stands, after `entries` were put down; `new` is one that nobody has counted because it came with this call. Answers when
/// its lamp turns by itself.
pub(crate) fn count(
    call: &Call<'_>,
    records: &mut Records<'_>,
    handling: &mut Handling,
    (entries, new): (&[Entry], bool),
) -> Result<Option<u64>, Failure> {
    let (now, turns, happened) = {
        let calendar = Calendar::new(call, records);
        let now_ms = call.block.time.0;
        let (lamp, turns) = lamp::of(&calendar, &handling.case, now_ms)?;
        let now = Counted::of(handling, lamp)?;
        let before = match (&handling.case.board, new) {
            (Some(counted), _) => counted.clone(),
            (None, true) => Counted::nothing(),
            (None, false) => now.history(),
        };
        let date = calendar.date(now_ms)?;
        let mut flows = flows(&calendar, &handling.case, (&before, &now), now_ms)?;
        flows.submitted = u64::from(new);
        let happened = Happened {
            flows,
            periods: [7, 4].map(|length| date.get(..length).unwrap_or_default().to_owned()),
            steps: steps(call, &handling.case, (&before, &now), entries),
        };
        (now, turns, happened)
    };
    let before = handling.case.board.take().unwrap_or_else(Counted::nothing);
    if before != now || new {
        of_department(call, records, &handling.case, (&before, &now, &happened))?;
        of_item(call, records, &handling.case, (&before, &now, &happened))?;
    } else if !happened.steps.is_empty() {
        of_item(call, records, &handling.case, (&before, &now, &happened))?;
    }
    handling.case.board = Some(now);
    Ok(turns)
}

/// Working days of a span, of which at most the last ten years count: no period is as long, and a case that old must still be decided.
fn working_days(calendar: &Calendar<'_>, from_ms: u64, to_ms: u64) -> Result<u32, Failure> {
    calendar.working_days_between(from_ms.max(to_ms.saturating_sub(LONGEST_MS)), to_ms)
}

/// What happened between two counts.
fn flows(
    calendar: &Calendar<'_>,
    case: &Case,
    (before, now): (&Counted, &Counted),
    now_ms: u64,
) -> Result<Flows, Failure> {
    let mut flows = Flows::default();
    if now.accepted && !before.accepted {
        match case.acceptance.as_ref().is_some_and(|one| one.deemed) {
            true => flows.deemed = 1,
            false => flows.accepted = 1,
        }
    }
    flows.corrected = u64::from(now.corrected && !before.corrected);
    flows.overdue = u64::from(now.lamp == Some(Lamp::Red) && before.lamp != Some(Lamp::Red));
    if before.state == now.state {
        return Ok(flows);
    }
    match now.state {
        State::NotCompetent | State::NotNeeded => flows.turned_away = 1,
        State::Withdrawn => flows.withdrawn = 1,
        State::RenewedByLapse => flows.renewed = 1,
        State::Decided => decided(calendar, case, &mut flows, now_ms)?,
        State::Submitted | State::Correction | State::InReview | State::Joined | State::Delivered => {}
    }
    Ok(flows)
}

/// A case was decided now: how, and how long it took against what the law and the department say.
fn decided(calendar: &Calendar<'_>, case: &Case, flows: &mut Flows, now_ms: u64) -> Result<(), Failure> {
    match case.acts.last().map(|act| &act.what) {
        Some(What::Decision {
            outcome: Outcome::Refuse,
            ..
        }) => flows.refused = 1,
        _ => flows.approved = 1,
    }
    let Some(Acceptance { as_of_ms, .. }) = case.acceptance else {
        return Ok(());
    };
    let mut took = working_days(calendar, as_of_ms, now_ms)?;
    for pause in clocks::pauses(calendar, case)? {
        let out = working_days(calendar, pause.from_ms.max(as_of_ms), pause.to_ms.min(now_ms))?;
        took = took.saturating_sub(out);
    }
    let took = u64::from(took);
    flows.actual_days = took;
    flows.longest_days = took;
    for clock in &case.clocks {
        if !matches!(clock.kind, ClockKind::Decision | ClockKind::Promise) {
            continue;
        }
        let last_ms = clocks::unpaused(calendar, case, clock)?.ms_end.saturating_sub(1);
        let days = u64::from(working_days(calendar, clock.from_ms, last_ms)?);
        let late = u64::from(clock.lapsed);
        if clock.kind == ClockKind::Decision {
            (flows.statutory_days, flows.late) = (days, late);
        } else {
            (flows.promised_days, flows.promised_late) = (days, late);
            (flows.promised, flows.promised_actual_days) = (1, took);
        }
    }
    Ok(())
}

/// What happened at the steps. A step was taken where an opinion of this block stands for it, and ran over its time where it is flagged so or
/// was ended by its timer.
fn steps(
    call: &Call<'_>,
    case: &Case,
    (before, now): (&Counted, &Counted),
    entries: &[Entry],
) -> BTreeMap<String, StepFlows> {
    let mut steps: BTreeMap<String, StepFlows> = BTreeMap::new();
    let at = Moment::of(call);
    for (place, step) in &before.steps {
        let still = now.steps.get(place);
        if still.is_some_and(|still| still.since_ms == step.since_ms) {
            continue;
        }
        let said = case.opinions.get(place).filter(|opinion| opinion.at == at);
        if said.is_some() {
            let waited_ms = call.block.time.0.saturating_sub(step.since_ms);
            let seconds = waited_ms.checked_div(1000).unwrap_or_default();
            steps.entry(step.node.clone()).or_default().add(&StepFlows {
                late: 0,
                longest_seconds: seconds,
                seconds,
                taken: 1,
            });
        }
    }
    let mut late = |node: &str| {
        let step = steps.entry(node.to_owned()).or_default();
        step.late = step.late.saturating_add(1);
    };
    for (place, step) in now.steps.iter().filter(|(_, step)| step.late) {
        if before.steps.get(place).is_none_or(|before| !before.late) {
            late(&step.node);
        }
    }
    for entry in entries.iter().filter(|entry| entry.what == "step_lapsed") {
        let node = entry.detail.get("step").and_then(serde_json::Value::as_str);
        let counted = |node: &str| before.steps.values().any(|step| step.late && step.node == node);
        if let Some(node) = node.filter(|node| !counted(node)) {
            late(node);
        }
    }
    steps
}

type Moved<'a> = (&'a Counted, &'a Counted, &'a Happened);

fn of_department(
    call: &Call<'_>,
    records: &mut Records<'_>,
    case: &Case,
    (before, now, happened): Moved<'_>,
) -> Result<(), Failure> {
    let algorithm = call.hash();
    let department = case.handler()?;
    let key = department_key(algorithm, &department);
    let kept = records.get::<OfDepartment>(&key)?;
    let first = kept.is_none();
    let earlier = kept.unwrap_or_default();
    let mut standing = earlier.clone();
    standing.standing.shift((before, now), key)?;
    if listed(call, records, (case, &department), standing.items)? {
        standing.items = standing.items.saturating_add(1);
    }
    if first || standing != earlier {
        records.put(key, &standing)?;
    }
    if first {
        enter(call, records, department.clone())?;
    }
    if happened.flows == Flows::default() {
        return Ok(());
    }
    for period in &happened.periods {
        let key = flows_key(algorithm, &department, period);
        let mut flows = records.get::<Flows>(&key)?.unwrap_or_default();
        flows.add(&happened.flows);
        records.put(key, &flows)?;
    }
    Ok(())
}

/// Puts a department into the list of those that have had a case.
fn enter(call: &Call<'_>, records: &mut Records<'_>, department: SocialCreditCode) -> Result<(), Failure> {
    let key = departments_key(call.hash());
    let mut departments = records.get::<Vec<SocialCreditCode>>(&key)?.unwrap_or_default();
    if let Err(place) = departments.binary_search(&department) {
        departments.insert(place, department);
        records.put(key, &departments)?;
    }
    Ok(())
}

/// Puts the item of a case at the end of its department's list, unless it stands there; whether it did.
fn listed(
    call: &Call<'_>,
    records: &mut Records<'_>,
    (case, department): (&Case, &SocialCreditCode),
    places: u64,
) -> Result<bool, Failure> {
    let algorithm = call.hash();
    let key = item_key(algorithm, &case.item, case.item_version);
    if records.bytes(&key)?.is_some() {
        return Ok(false);
    }
    let listed = Listed {
        item: case.item.clone(),
        version: case.item_version,
    };
    records.put(place_key(algorithm, department, places), &listed)?;
    Ok(true)
}

fn of_item(
    call: &Call<'_>,
    records: &mut Records<'_>,
    case: &Case,
    (before, now, happened): Moved<'_>,
) -> Result<(), Failure> {
    let algorithm = call.hash();
    let item = (&case.item, case.item_version);
    let key = item_key(algorithm, item.0, item.1);
    let kept = records.get::<OfItem>(&key)?;
    let first = kept.is_none();
    let earlier = kept.unwrap_or_default();
    let mut standing = earlier.clone();
    standing.shift((before, now), key)?;
    if first || standing != earlier {
        records.put(key, &standing)?;
    }
    if happened.flows == Flows::default() && happened.steps.is_empty() {
        return Ok(());
    }
    for period in &happened.periods {
        let key = item_flows_key(algorithm, item, period);
        let mut all = records.get::<ItemFlows>(&key)?.unwrap_or_default();
        all.flows.add(&happened.flows);
        for (node, step) in &happened.steps {
            all.steps.entry(node.clone()).or_default().add(step);
        }
        records.put(key, &all)?;
    }
    Ok(())
}
