//! The process of a case: begun, taken on by what officers and time do, told again from the start when a material is replaced.

use std::collections::{BTreeSet, VecDeque};

use serde_json::{Value, json};
use yinxin_execution::who::{named, refuse};
use yinxin_execution::{Call, Failure};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_workflow::{
    Budget, Closed, DECISION_FAILED, Duty, Effect, Ending, Event, Instance, Model, Variables, Waiting,
    WorkflowError, step,
};

use super::codes;
use super::gates::{self, Gate};
use super::handling::Handling;
use super::records::{Acceptance, Case, ClockKind, Fact, Fault, MAX_FACTS, State};
use super::ruling;

/// What one event of a process may cost; the largest process that the limits allow needs a part of it.
pub(crate) const STEPS: u64 = 50_000;
/// How many events one event of a person or of time may bring about inside of the process.
const MAX_CONSEQUENCES: usize = 64;
/// In `yx:department`: the department whose item it is.
const HANDLER: &str = "handler";

/// A step that waits for somebody.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Who may do it; none where the process names nobody.
    pub department: Option<SocialCreditCode>,
    pub duty: Duty,
    /// Why it stopped; of a business rule task that has no answer only.
    pub fault: Option<Fault>,
    pub name: String,
    pub node: String,
    pub opened_ms: u64,
    pub overdue: bool,
    /// Its element, and of several side by side which one: by this it stays the same when the process is told again.
    pub place: String,
    pub work: u64,
}

/// The steps that are open, oldest first.
pub(crate) fn open_steps(handling: &Handling) -> Result<Vec<Step>, Failure> {
    let Some(instance) = &handling.case.instance else {
        return Ok(Vec::new());
    };
    let model = handling.process.model()?;
    let mut steps = Vec::new();
    for open in instance.open_steps(model) {
        let duty = model.duty(open.node).cloned().unwrap_or_default();
        steps.push(Step {
            department: department(&handling.case, &duty, open.locals)?,
            duty,
            fault: None,
            name: model.name_of(open.node).unwrap_or_default().to_owned(),
            node: open.node.to_owned(),
            opened_ms: open.opened_ms,
            overdue: open.overdue,
            place: place(open.node, open.locals),
            work: open.work,
        });
    }
    for waiting in instance.waiting() {
        let Waiting::Answer(work, node) = waiting else {
            continue;
        };
        if let Some(fault) = handling.case.faults.get(&work) {
            steps.push(stopped(&handling.case, model, (work, node), fault)?);
        }
    }
    Ok(steps)
}

/// A business rule task that has no answer: an officer of the department whose item it is says what holds.
fn stopped(case: &Case, model: &Model, (work, node): (u64, &str), fault: &Fault) -> Result<Step, Failure> {
    let instance = case.instance.as_ref();
    let seen = instance.and_then(|instance| instance.seen_by(model, work));
    Ok(Step {
        department: case.handler().map(Some)?,
        duty: Duty {
            grade: Some(ruling::GRADE),
            role: Some(ruling::ROLE.to_owned()),
            ..Duty::default()
        },
        fault: Some(fault.clone()),
        name: model.name_of(node).unwrap_or_default().to_owned(),
        node: node.to_owned(),
        opened_ms: fault.at_ms,
        overdue: false,
        place: place(node, &seen.unwrap_or_default()),
        work,
    })
}

fn place(node: &str, locals: &Variables) -> String {
    match locals.get("loopCounter").and_then(Value::as_u64) {
        Some(counter) => format!("{node}#{counter}"),
        None => node.to_owned(),
    }
}

/// The department of a step: that of the item, a code, or the element of a multi-instance that the drawing lists. Variables of the case never
/// name one: an applicant's answers would choose who judges them.
fn department(case: &Case, duty: &Duty, locals: &Variables) -> Result<Option<SocialCreditCode>, Failure> {
    let Some(text) = duty.department.as_deref() else {
        return Ok(None);
    };
    if text == HANDLER {
        return case.handler().map(Some);
    }
    if let Ok(code) = text.parse() {
        return Ok(Some(code));
    }
    Ok(locals
        .get(text)
        .and_then(Value::as_str)
        .and_then(|code| code.parse().ok()))
}

/// Begins the process of a case that was accepted, by word or by silence. The period for the decision counts from what the acceptance says.
pub(crate) fn begin(
    call: &Call<'_>,
    handling: &mut Handling,
    acceptance: Acceptance,
    at_ms: u64,
) -> Result<(), Failure> {
    let from_ms = acceptance.as_of_ms;
    handling.case.acceptance = Some(acceptance);
    handling.case.state = State::InReview;
    let (statutory, promised) = (handling.terms.statutory(), handling.terms.promised());
    handling.start(ClockKind::Decision, from_ms, Some(statutory));
    if promised.is_some() {
        handling.start(ClockKind::Promise, from_ms, promised);
    }
    handling.case.instance = Some(Instance::new(handling.process.model()?));
    let variables = handling.case.answers.clone();
    let started = Event::Started {
        message: None,
        variables,
    };
    event(call, handling, started, at_ms)
}

/// An event that a person or time makes, and whatever follows from it. Refused with `AUTH_SAME_PERSON` of identity, `AUTH_TWO_OFFICERS`,
/// `STATE_OUTCOME`, `STATE_ORDER`, `PROC_FAILED`, `CASE_LIMIT`.
pub(crate) fn event(
    call: &Call<'_>,
    handling: &mut Handling,
    event: Event,
    at_ms: u64,
) -> Result<(), Failure> {
    let place = place_of(handling, &event)?;
    let fact = Fact {
        at_ms,
        event: event.clone(),
        place,
    };
    apply(call, handling, event, at_ms, true)?;
    let course = handling.course_mut();
    if course.facts.len() >= MAX_FACTS {
        return refuse(codes::CASE_LIMIT, "the process has taken too many events");
    }
    course.facts.push(fact);
    Ok(())
}

/// Ends the process without an end of its own.
pub(crate) fn cancel(handling: &mut Handling, at_ms: u64) -> Result<(), Failure> {
    let model_of = handling.process.clone();
    let model = model_of.model()?;
    if let Some(instance) = handling.case.instance.as_mut().filter(|one| one.ending.is_none()) {
        let at_ms = at_ms.max(instance.at_ms);
        let budget = &mut Budget::new(STEPS);
        step(model, instance, Event::Cancelled, at_ms, budget).map_err(|error| {
            Failure::Rejected(yinxin_types::Rejection::new(
                codes::PROC_FAILED,
                error.to_string(),
            ))
        })?;
    }
    handling.case.faults.clear();
    handling.case.timers.clear();
    Ok(())
}

/// Asks again whatever the process waits for and nobody does.
pub(crate) fn ask_again(call: &Call<'_>, handling: &mut Handling) -> Result<(), Failure> {
    let model_of = handling.process.clone();
    let model = model_of.model()?;
    let Some(instance) = &handling.case.instance else {
        return Ok(());
    };
    let waiting: Vec<(u64, String)> = instance
        .waiting()
        .filter_map(|waiting| match waiting {
            Waiting::Answer(work, node) => Some((work, model.service(node)?.to_owned())),
            Waiting::Timer(..) | Waiting::Message(..) => None,
        })
        .collect();
    for (work, operation) in waiting {
        if let Gate::Open(variables) = gates::ask(&operation, &handling.case) {
            let done = answered(work, variables);
            apply(call, handling, done, call.block.time.0, true)?;
        }
    }
    Ok(())
}

fn answered(work: u64, variables: Variables) -> Event {
    Event::Completed {
        actors: Vec::new(),
        outcome: None,
        variables,
        work,
    }
}

/// The place of what an event is about.
fn place_of(handling: &Handling, event: &Event) -> Result<String, Failure> {
    Ok(match event {
        Event::Completed { work, .. } => open_steps(handling)?
            .into_iter()
            .find(|step| step.work == *work)
            .map_or_else(String::new, |step| step.place),
        Event::TimerFired { timer } => timer_place(&handling.case, *timer).unwrap_or_default(),
        _ => String::new(),
    })
}

/// The element of a timer, and when it began.
fn timer_place(case: &Case, timer: u64) -> Option<String> {
    let from_ms = case.timers.get(&timer)?;
    let mut waiting = case.instance.as_ref()?.waiting();
    waiting.find_map(|waiting| match waiting {
        Waiting::Timer(number, node, _) if number == timer => Some(format!("{node}@{from_ms}")),
        _ => None,
    })
}

/// An event of the process that is still to be made.
struct Next {
    event: Event,
    /// The business rule task that it answers or fails: where the process does not take the event, the task stops and nothing is lost.
    task: Option<(u64, String)>,
    /// What is told once the process has taken it.
    told: Option<Value>,
}

impl Next {
    fn plain(event: Event) -> Self {
        Self {
            event,
            task: None,
            told: None,
        }
    }
}

/// Makes an event and what follows from it inside of the process.
fn apply(
    call: &Call<'_>,
    handling: &mut Handling,
    event: Event,
    at_ms: u64,
    tell: bool,
) -> Result<(), Failure> {
    let process = handling.process.clone();
    let model = process.model()?;
    let mut events = VecDeque::from([Next::plain(event)]);
    for _ in 0..MAX_CONSEQUENCES {
        let Some(next) = events.pop_front() else {
            return Ok(());
        };
        let Some(instance) = handling.case.instance.as_mut() else {
            return refuse(codes::STATE_ORDER, "the process has not begun");
        };
        let at_ms = at_ms.max(instance.at_ms);
        let fired = match &next.event {
            Event::TimerFired { timer } => Some(*timer),
            _ => None,
        };
        let failing = matches!(next.event, Event::Error { .. });
        let effects = match (
            step(model, instance, next.event, at_ms, &mut Budget::new(STEPS)),
            next.task,
        ) {
            (Ok(effects), _) => effects,
            (Err(error), None) => return Err(refused(call, &error)),
            (Err(error), Some(task)) => {
                let why = ruling::reason(&error.to_string());
                fails(call, handling, (task, why, failing), (at_ms, tell), &mut events)?;
                continue;
            }
        };
        if let Some(timer) = fired {
            handling.case.timers.remove(&timer);
        }
        if let (Some(told), true) = (next.told, tell) {
            handling.note_at(call, at_ms, "rule_decided", None, told);
        }
        for effect in effects {
            follow(call, handling, effect, (at_ms, tell), &mut events)?;
        }
    }
    // Decisions that ask each other in a circle stop; whatever else does is refused.
    for next in events {
        let Some(task) = next.task else {
            return refuse(codes::PROC_FAILED, "one event brings about too many others");
        };
        let why = "too much follows at once".to_owned();
        fails(
            call,
            handling,
            (task, why, true),
            (at_ms, tell),
            &mut VecDeque::new(),
        )?;
    }
    Ok(())
}

/// A business rule task has no answer: a boundary event of the process takes it up, or the task stops until an officer resolves it. `caught` says
/// that the process was told before and did not take it.
fn fails(
    call: &Call<'_>,
    handling: &mut Handling,
    ((work, node), why, caught): ((u64, String), String, bool),
    (at_ms, tell): (u64, bool),
    events: &mut VecDeque<Next>,
) -> Result<(), Failure> {
    let process = handling.process.clone();
    let model = process.model()?;
    let instance = handling.case.instance.as_ref();
    let takes = !caught && instance.is_some_and(|instance| instance.catches(model, work, DECISION_FAILED));
    if tell {
        let detail = json!({ "reason": why, "step": node, "stopped": !takes });
        handling.note_at(call, at_ms, "rule_failed", None, detail);
    }
    if takes {
        let code = DECISION_FAILED.to_owned();
        events.push_back(Next {
            event: Event::Error { work, code },
            task: Some((work, node)),
            told: None,
        });
    } else {
        handling.case.faults.insert(work, Fault { at_ms, reason: why });
    }
    Ok(())
}

fn follow(
    call: &Call<'_>,
    handling: &mut Handling,
    effect: Effect,
    (at_ms, tell): (u64, bool),
    events: &mut VecDeque<Next>,
) -> Result<(), Failure> {
    let note = |handling: &mut Handling, what: &str, detail: Value| {
        if tell {
            handling.note_at(call, at_ms, what, None, detail);
        }
    };
    match effect {
        Effect::TimerSet { timer, .. } => {
            handling.case.timers.insert(timer, at_ms);
        }
        Effect::TimerCancelled { timer } => {
            handling.case.timers.remove(&timer);
        }
        Effect::StepOpened { node, .. } => note(handling, "step_opened", json!({ "step": node })),
        Effect::WorkClosed { work, node, how } => {
            handling.case.faults.remove(&work);
            if how == Closed::Lapsed {
                note(handling, "step_lapsed", json!({ "step": node }));
            }
        }
        Effect::MessageSent { node, message } => {
            note(handling, "message", json!({ "message": message, "step": node }));
            let awaited = handling.case.instance.iter().flat_map(Instance::waiting);
            let heard = awaited
                .filter(|waiting| matches!(waiting, Waiting::Message(_, _, name) if **name == message))
                .count();
            if heard > 0 {
                events.push_back(Next::plain(Event::Message {
                    message,
                    to: None,
                    variables: Variables::new(),
                }));
            }
        }
        Effect::ServiceCalled { work, operation, .. } => {
            if let Gate::Open(variables) = gates::ask(&operation, &handling.case) {
                events.push_back(Next::plain(answered(work, variables)));
            }
            handling.case.gates.insert(operation);
        }
        Effect::DecisionAsked { work, node, .. } => {
            // Something before it in the same event may have closed it again.
            let is_open = handling
                .case
                .instance
                .iter()
                .flat_map(Instance::waiting)
                .any(|waiting| matches!(waiting, Waiting::Answer(number, _) if number == work));
            if !is_open {
                return Ok(());
            }
            match ruling::ask(handling, work, &node)? {
                Ok(said) => events.push_back(Next {
                    event: answered(work, said.variables),
                    task: Some((work, node)),
                    told: Some(said.told),
                }),
                Err(why) => fails(call, handling, ((work, node), why, false), (at_ms, tell), events)?,
            }
        }
        Effect::Escalated { node, code, .. } => {
            note(handling, "escalated", json!({ "code": code, "step": node }));
        }
        Effect::CaseEnded { ending } => {
            if handling.case.state == State::InReview {
                handling.case.state = State::Joined;
            }
            handling.case.faults.clear();
            handling.case.timers.clear();
            note(handling, "joined", json!({ "ending": ending }));
        }
        // What is called lies in the process since it was loaded.
        Effect::ProcessCalled { .. } => {}
    }
    Ok(())
}

/// Whether the process came to the end that its drawing has.
pub(crate) fn completed(case: &Case) -> bool {
    let ending = case
        .instance
        .as_ref()
        .and_then(|instance| instance.ending.as_ref());
    ending == Some(&Ending::Completed)
}

/// Opens again what rests on a class of materials, and what came after it: the process is told again from the start without the steps that
/// saw the class (S8). What others said stays said. The places that are open again.
pub(crate) fn reopen(
    call: &Call<'_>,
    handling: &mut Handling,
    class: &str,
) -> Result<BTreeSet<String>, Failure> {
    let process = handling.process.clone();
    let model = process.model()?;
    let rests = |place: &str| {
        let node = place.split('#').next().unwrap_or_default();
        model
            .duty(node)
            .is_some_and(|duty| duty.materials.iter().any(|one| one == class))
    };
    let facts = handling.course.facts.clone();
    let done = |fact: &Fact| matches!(fact.event, Event::Completed { .. });
    let stale: BTreeSet<String> = facts
        .iter()
        .filter(|fact| done(fact) && rests(&fact.place))
        .map(|fact| fact.place.clone())
        .collect();
    if stale.is_empty() {
        return Ok(stale);
    }
    handling.case.instance = Some(Instance::new(model));
    handling.case.faults.clear();
    handling.case.timers.clear();
    handling.case.state = State::InReview;
    let mut kept = Vec::new();
    for fact in facts {
        if stale.contains(&fact.place) && done(&fact) {
            continue;
        }
        if let Some(event) = again(handling, &fact)? {
            apply(call, handling, event, fact.at_ms, false)?;
            renew(handling);
            kept.push(fact);
        }
    }
    let said: BTreeSet<String> = kept.iter().map(|fact| fact.place.clone()).collect();
    handling.case.opinions.retain(|place, _| said.contains(place));
    handling.course_mut().facts = kept;
    let now_ms = call.block.time.0;
    let opened: BTreeSet<String> = open_steps(handling)?
        .into_iter()
        .filter(|step| stale.contains(&step.place))
        .map(|step| step.node)
        .collect();
    // A step that is open again has its whole time again.
    handling
        .course_mut()
        .reopened
        .extend(opened.into_iter().map(|node| (node, now_ms)));
    renew(handling);
    Ok(stale)
}

/// Lets the timers of steps that were opened again count from then, whenever the process is told: what is told opens them as of old.
fn renew(handling: &mut Handling) {
    let case = &mut handling.case;
    let waiting = case.instance.iter().flat_map(Instance::waiting);
    let later: Vec<(u64, u64)> = waiting
        .filter_map(|waiting| match waiting {
            Waiting::Timer(timer, node, _) => Some((timer, *handling.course.reopened.get(node)?)),
            Waiting::Message(..) | Waiting::Answer(..) => None,
        })
        .collect();
    for (timer, again_ms) in later {
        if let Some(from_ms) = case.timers.get_mut(&timer) {
            *from_ms = again_ms.max(*from_ms);
        }
    }
}

/// The event of a fact as it fits the case now; none where nothing waits for it any more.
fn again(handling: &Handling, fact: &Fact) -> Result<Option<Event>, Failure> {
    Ok(match &fact.event {
        Event::Completed {
            actors,
            outcome,
            variables,
            ..
        } => {
            let open = open_steps(handling)?
                .into_iter()
                .find(|step| step.place == fact.place);
            open.map(|step| Event::Completed {
                actors: actors.clone(),
                outcome: outcome.clone(),
                variables: variables.clone(),
                work: step.work,
            })
        }
        Event::TimerFired { .. } => {
            let mut timers = handling.case.timers.keys();
            let timer =
                timers.find(|timer| timer_place(&handling.case, **timer).as_ref() == Some(&fact.place));
            timer.map(|timer| Event::TimerFired { timer: *timer })
        }
        other => Some(other.clone()),
    })
}

fn refused(call: &Call<'_>, error: &WorkflowError) -> Failure {
    let code = match error {
        WorkflowError::SamePerson { .. } => named(call, "AUTH_SAME_PERSON"),
        WorkflowError::Officers(_) => codes::AUTH_TWO_OFFICERS,
        WorkflowError::Outcome(_) => codes::STATE_OUTCOME,
        WorkflowError::NoWork(_)
        | WorkflowError::NoTimer(_)
        | WorkflowError::Ended
        | WorkflowError::Started => codes::STATE_ORDER,
        WorkflowError::Limit(_) => codes::CASE_LIMIT,
        _ => codes::PROC_FAILED,
    };
    yinxin_types::Rejection::new(code, error.to_string()).into()
}
