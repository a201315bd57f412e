//! The phases of looks (查阅) at protected data, each beside the same with deposits: what the access event, the way to the holder and the
//! sealing cost beyond a transaction.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yinxin_types::BlockTime;

use crate::bench::errands::{self, Done, Errand};
use crate::bench::machine::{cpu_us, micros, per_second};
use crate::bench::phases::Bench;
use crate::bench::report::{Outcomes, Setup};
use crate::bench::shelf::Shelf;
use crate::bench::summary::{Spread, thousandths};
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::language::words;

/// Errands done one at a time.
const LIGHT: u64 = 200;
/// Clients where the arguments do not say how many: fewer than may wait at one node at a time.
const CLIENTS: u16 = 128;
/// Errands of each client with which the first guess at the capacity is made, and which are not measured.
const WARM_UP: u64 = 10;
/// Share of a phase, in percent, that passes before measuring begins.
const RAMP_PERCENT: u32 = 25;
/// The most errands of one phase.
const MOST: u64 = 60_000;

/// What errands of one kind took.
#[derive(Clone, Copy, Debug)]
struct Took {
    /// From sending until final.
    final_us: Spread,
    /// From sending until the end.
    end_us: Spread,
    /// Ended in a second, all clients together.
    per_second: u64,
    /// Processor time of all nodes for one errand.
    cpu_us: u64,
}

/// Deposits and looks in the same circumstances.
#[derive(Clone, Copy, Debug)]
struct Pair {
    deposits: Took,
    looks: Took,
}

/// What was found about looks.
#[derive(Clone, Debug)]
pub(super) struct Looks {
    light: Pair,
    saturated: Pair,
    clients: u16,
}

impl Bench<'_> {
    /// Deposits and looks, one at a time and then by many clients at one node: that of the department which looks at what another holds.
    ///
    /// # Errors
    /// Any failure of a node; fewer departments than the people need.
    pub fn looks(&self) -> Result<Outcomes, Failure> {
        let clients = self.arguments.clients.unwrap_or(CLIENTS);
        let most = MOST.saturating_add(
            LIGHT
                .saturating_add(WARM_UP.saturating_mul(u64::from(clients)))
                .saturating_mul(2),
        );
        let wait = self.console.spinner(&words!(
            "登记人物,签发并租借证明",
            "enrolling people, issuing and leasing certificates"
        ));
        let shelf = Shelf::fill(self.target.departments(), &self.target.addresses, most)?;
        wait.finish_and_clear();
        let mut work = Work {
            bench: self,
            shelf: &shelf,
            deposits: 0,
            looks: 0,
        };
        // What is done for the first time takes longer; it counts nowhere.
        work.both(LIGHT / 10, 1, None)?;
        let light = work.both(LIGHT, 1, None)?;
        let seconds = self.arguments.seconds;
        let guess = work.both(WARM_UP.saturating_mul(u64::from(clients)), clients, None)?;
        let most = guess.looks.per_second.max(guess.deposits.per_second);
        let count = most.saturating_mul(seconds).saturating_mul(2).min(MOST);
        let saturated = work.both(count, clients, Some(Duration::from_secs(seconds)))?;
        Ok(Outcomes {
            setup: Setup {
                connections: usize::from(clients),
                deposits_per_request: 1,
                ..self.setup()
            },
            light: None,
            saturation: None,
            overload: None,
            looks: Some(Looks {
                light,
                saturated,
                clients,
            }),
            filling: Vec::new(),
            disk_bytes_per_deposit: None,
            memory: self.target.memory(),
        })
    }
}

struct Work<'a> {
    bench: &'a Bench<'a>,
    shelf: &'a Shelf,
    /// How many of each were made.
    deposits: u64,
    looks: u64,
}

impl Work<'_> {
    /// So many of each at most by so many clients, the deposits first. Within a time only its steady part is measured.
    fn both(&mut self, count: u64, clients: u16, time: Option<Duration>) -> Result<Pair, Failure> {
        let (first, until) = (self.deposits, self.bench.valid_until()?);
        self.deposits = first.saturating_add(count);
        let deposits = (first..self.deposits)
            .map(|number| {
                let envelope = self.bench.signer.deposit(number, until)?;
                Errand::deposit(&self.shelf.chain, &envelope)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let deposits = self.measure(deposits, clients, time)?;
        let first = self.looks;
        let until: BlockTime = self.bench.valid_until()?;
        let looks = (first..first.saturating_add(count))
            .map(|number| Errand::look(self.shelf, number, until))
            .collect::<Result<Vec<_>, _>>()?;
        let (looks, done) = self.measured(looks, clients, time)?;
        // What was not sent is left for the next phase.
        self.looks = first.saturating_add(done);
        Ok(Pair { deposits, looks })
    }

    fn measure(&self, errands: Vec<Errand>, clients: u16, time: Option<Duration>) -> Result<Took, Failure> {
        self.measured(errands, clients, time).map(|(took, _)| took)
    }

    /// What errands took, and how many were done.
    fn measured(
        &self,
        errands: Vec<Errand>,
        clients: u16,
        time: Option<Duration>,
    ) -> Result<(Took, u64), Failure> {
        let pids = self.bench.target.pids();
        let (start, before) = (Instant::now(), cpu_us(&pids));
        let longest = time.unwrap_or(Duration::from_secs(120));
        let done = errands::run(self.shelf.node, errands, usize::from(clients), longest)?;
        let cpu = cpu_us(&pids).saturating_sub(before);
        let count = u64::try_from(done.len()).unwrap_or(u64::MAX);
        let ramp = time
            .map(|time| {
                time.saturating_mul(RAMP_PERCENT)
                    .checked_div(100)
                    .unwrap_or_default()
            })
            .unwrap_or_default();
        let steady: Vec<Done> = done
            .into_iter()
            .filter(|done| done.ended.saturating_duration_since(start) >= ramp)
            .collect();
        let last = steady.iter().map(|done| done.ended).max().unwrap_or(start);
        let spread = |of: fn(&Done) -> Instant| {
            let times = steady
                .iter()
                .map(|done| micros(of(done).saturating_duration_since(done.sent)));
            Spread::of(times.collect())
        };
        let span = last.saturating_duration_since(start).saturating_sub(ramp);
        let took = Took {
            final_us: spread(|done| done.settled),
            end_us: spread(|done| done.ended),
            per_second: per_second(u64::try_from(steady.len()).unwrap_or(u64::MAX), span),
            cpu_us: cpu.checked_div(count.max(1)).unwrap_or_default(),
        };
        Ok((took, count))
    }
}

/// A part as hundredths of a whole, for people: `1.25`.
fn ratio(part: u64, whole: u64) -> String {
    let hundredths = part
        .saturating_mul(100)
        .checked_div(whole.max(1))
        .unwrap_or_default();
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

impl Took {
    fn json(&self) -> Value {
        json!({
            "cpu_us": self.cpu_us, "end_us": self.end_us.json(), "final_us": self.final_us.json(), "per_second": self.per_second,
        })
    }
}

impl Pair {
    fn json(&self) -> Value {
        json!({ "deposits": self.deposits.json(), "looks": self.looks.json() })
    }

    fn tell(&self, console: &Console) {
        let (deposit, look) = (self.deposits.end_us.as_ms(), self.looks.end_us.as_ms());
        let looked = self.looks.final_us.as_ms();
        console.say(&words!(
            "  存证,提交到终局:{deposit}",
            "  deposit, submit to final: {deposit}"
        ));
        console.say(&words!(
            "  查阅,提交到终局:{looked}",
            "  look, submit to final: {looked}"
        ));
        console.say(&words!(
            "  查阅,提交到取得内容:{look}",
            "  look, submit to content in hand: {look}"
        ));
        let (deposits, looks) = (self.deposits.per_second, self.looks.per_second);
        let (deposit, look) = (thousandths(self.deposits.cpu_us), thousandths(self.looks.cpu_us));
        console.say(&words!(
            "  每秒:存证 {deposits} 笔,查阅 {looks} 次;每笔占用全部节点 CPU:{deposit} 与 {look} 毫秒",
            "  per second: {deposits} deposits, {looks} looks; CPU of each over all nodes: {deposit} and {look} ms"
        ));
        let (slower, dearer) = (
            ratio(self.looks.end_us.p50, self.deposits.end_us.p50),
            ratio(self.looks.cpu_us, self.deposits.cpu_us),
        );
        let tail = ratio(self.looks.end_us.p99, self.deposits.end_us.p99);
        console.say(&words!(
            "  查阅与存证之比:时间 p50 {slower}、p99 {tail},CPU {dearer}",
            "  look to deposit: time p50 {slower}, p99 {tail}; CPU {dearer}"
        ));
    }
}

impl Looks {
    /// For programs.
    pub fn json(&self) -> Value {
        json!({ "clients": self.clients, "light": self.light.json(), "saturated": self.saturated.json() })
    }

    /// For people.
    pub fn tell(&self, console: &Console) {
        console.say(&words!("一次一笔:", "one at a time:"));
        self.light.tell(console);
        let clients = self.clients;
        console.say(&words!("{clients} 个客户端同时:", "{clients} clients at a time:"));
        self.saturated.tell(console);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_written_with_two_places() {
        assert_eq!(ratio(5, 4), "1.25");
        assert_eq!(ratio(1, 3), "0.33");
        assert_eq!(ratio(7, 0), "7.00");
    }
}
