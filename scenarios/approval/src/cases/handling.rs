//! A case being handled: first everything happens that is due, then what the operation does, then all of it is written.

use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::who::MAX_CONCERNS;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::BlockTime;
use yinxin_types::identifiers::SocialCreditCode;

use super::days::{Calendar, Due};
use super::processes::Process;
use super::records::{Case, Clock, ClockKind, Course, Entry, Moment, State};
use super::terms::Terms;
use super::{board, clocks, course, kept, lapse, notices, queue};
use crate::licences;

/// How long a period whose end may still move is left alone: a week, in milliseconds.
const LOOK_AGAIN_MS: u64 = 7 * 86_400_000;

/// The entry of a history that says that silence renewed a licence.
pub(crate) const RENEWED_BY_LAPSE: &str = "renewed_by_lapse";

/// A case in the hands of an operation, an alarm or a question.
#[derive(Clone)]
pub(crate) struct Handling {
    pub case: Case,
    pub course: Course,
    pub process: Process,
    pub terms: Terms,
    entries: Vec<Entry>,
    course_changed: bool,
}

impl Handling {
    /// A new case, which nobody has seen yet.
    pub fn new(case: Case, terms: Terms, process: Process) -> Self {
        Self {
            case,
            course: Course::default(),
            course_changed: true,
            entries: Vec::new(),
            process,
            terms,
        }
    }

    /// The case, in which everything has happened that is due in this block: `CASE_UNKNOWN`.
    pub fn open(call: &Call<'_>, records: &Records<'_>, number: &str) -> Result<Self, Failure> {
        let case = Case::known(call, records, number)?;
        let terms = Terms::of(call, records, &case.item, case.item_version)?;
        let process = Process::load(call, records, &case.process)?;
        let key = Course::key(call.hash(), number);
        let course = records.get::<Course>(&key)?.unwrap_or_default();
        let mut handling = Self {
            case,
            course,
            course_changed: false,
            entries: Vec::new(),
            process,
            terms,
        };
        lapse::catch_up(call, records, &mut handling)?;
        Ok(handling)
    }

    /// Whether anything has happened since it was read.
    pub fn changed(&self) -> bool {
        !self.entries.is_empty()
    }

    /// Puts down what happened in this block.
    pub fn note(
        &mut self,
        call: &Call<'_>,
        what: &str,
        by: Option<(Digest, &SocialCreditCode)>,
        detail: Value,
    ) {
        let time_ms = call.block.time.0;
        self.note_at(call, time_ms, what, by, detail);
    }

    /// Puts down what happened at a moment; what time does happens when a period is over, whenever it is noticed.
    pub fn note_at(
        &mut self,
        call: &Call<'_>,
        time_ms: u64,
        what: &str,
        by: Option<(Digest, &SocialCreditCode)>,
        detail: Value,
    ) {
        self.entries.push(Entry {
            at: Moment::of(call),
            by: by.map(|(party, _)| party),
            department: by.map(|(_, department)| department.clone()),
            detail,
            time_ms,
            what: what.to_owned(),
        });
    }

    /// The course of the process, to be written anew.
    pub fn course_mut(&mut self) -> &mut Course {
        self.course_changed = true;
        &mut self.course
    }

    /// Starts a clock at a moment.
    pub fn start(&mut self, kind: ClockKind, from_ms: u64, period: Option<yinxin_workflow::Period>) {
        self.case.clocks.push(Clock {
            ended: None,
            from_ms,
            kind,
            lapsed: false,
            period,
        });
    }

    /// The departments that have to act now: those with open steps, or the one whose item it is.
    pub fn waiting_for(&self) -> Result<Vec<SocialCreditCode>, Failure> {
        let mut departments = Vec::new();
        match self.case.state {
            State::Submitted | State::Joined | State::Decided => departments.push(self.case.handler()?),
            State::InReview => {
                for step in course::open_steps(self)? {
                    if let Some(department) = step.department
                        && !departments.contains(&department)
                    {
                        departments.push(department);
                    }
                }
            }
            State::Correction
            | State::NotNeeded
            | State::NotCompetent
            | State::Delivered
            | State::Withdrawn
            | State::RenewedByLapse => {}
        }
        Ok(departments)
    }

    /// The end of a clock as the calendar stands now.
    pub fn due(
        &self,
        call: &Call<'_>,
        records: &Records<'_>,
        kind: ClockKind,
    ) -> Result<Option<Due>, Failure> {
        let calendar = Calendar::new(call, records);
        let clock = self.case.clocks.iter().rev().find(|clock| clock.kind == kind);
        clock
            .map(|clock| clocks::due(&calendar, &self.case, clock))
            .transpose()
    }

    /// Sees to it that an alarm comes when something is over or the lamp `turns`, if none that was set comes before. While the calendar of a year
    /// is not published, what is over then may still move: the case is looked at again every week.
    fn set_alarm(
        &mut self,
        call: &Call<'_>,
        records: &mut Records<'_>,
        turns: Option<u64>,
    ) -> Result<(), Failure> {
        let now_ms = call.block.time.0;
        let Some((due, _)) = lapse::next(call, records, self)? else {
            return Ok(());
        };
        let at_ms = match due.provisional {
            true => due.ms_end.min(now_ms.saturating_add(LOOK_AGAIN_MS)),
            false => due.ms_end,
        };
        let at_ms = turns.map_or(at_ms, |turns_ms| at_ms.min(turns_ms));
        let comes = self.case.alarm_ms.filter(|set_ms| *set_ms > now_ms);
        if comes.is_none_or(|set_ms| at_ms < set_ms) {
            call.schedule(records, BlockTime(at_ms), &self.case.number)?;
            self.case.alarm_ms = Some(at_ms);
        }
        Ok(())
    }

    /// Writes the case, its history and its place in queues. The outcome has its number, its state, and for whom it is found.
    pub fn save(
        mut self,
        call: &Call<'_>,
        records: &mut Records<'_>,
        mut outcome: Value,
    ) -> Result<Value, Failure> {
        let algorithm = call.hash();
        let waiting = self.waiting_for()?;
        if self.entries.iter().any(|entry| entry.what == RENEWED_BY_LAPSE) {
            licences::extend(call, records, &self.case)?;
        }
        let new = self.case.entries == 0;
        let mut written = Vec::new();
        // That a notice is served is an entry too, behind the one that it tells of; no notice tells of it.
        while !self.entries.is_empty() {
            let entries = std::mem::take(&mut self.entries);
            let first = self.case.entries.saturating_add(1);
            for entry in &entries {
                self.case.entries = self.case.entries.saturating_add(1);
                let key = Entry::key(algorithm, &self.case.number, self.case.entries);
                records.put(key, entry)?;
            }
            notices::deliver(call, records, &mut self, (first, &entries))?;
            written.extend(entries);
        }
        queue::change(call, records, &mut self.case, &waiting)?;
        queue::change_outbox(call, records, &mut self.case)?;
        let turns = board::count(call, records, &mut self, (&written, new))?;
        if self.course_changed {
            records.put(Course::key(algorithm, &self.case.number), &self.course)?;
        }
        self.set_alarm(call, records, turns)?;
        records.put(Case::key(algorithm, &self.case.number), &self.case)?;
        kept::note(call, records, &self.case)?;

        let mut concerns = vec![json!(self.case.applicant.party)];
        let handler = self.case.handler()?;
        let departments = std::iter::once(&handler).chain(waiting.iter().filter(|one| **one != handler));
        concerns.extend(
            departments
                .map(|one| json!(one))
                .take(MAX_CONCERNS.saturating_sub(1)),
        );
        if let Value::Object(members) = &mut outcome {
            members.insert("case".to_owned(), json!(self.case.number));
            members.insert("concerns".to_owned(), Value::Array(concerns));
            members.insert("state".to_owned(), json!(self.case.state));
        }
        Ok(outcome)
    }
}
