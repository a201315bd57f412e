//! The phases of a measurement.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use yinxin_client::http::{Client, Status};
use yinxin_crypto::Digest;
use yinxin_types::BlockTime;

use crate::bench::Arguments;
use crate::bench::load::{Load, Outcome, Pace, Plan};
use crate::bench::machine::{Bounds, bounds, cpu_us, micros, per_second};
use crate::bench::network::Target;
use crate::bench::report::{Filling, Light, Outcomes, Overload, Saturation, Setup};
use crate::bench::signing::{Shot, Signer};
use crate::bench::summary::Spread;
use crate::bench::watch::{Seen, Watch};
use crate::cli::chain::Connection;
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::language::words;

/// Deposits sent one at a time.
const LIGHT: u64 = 100;
/// Deposits with which the first guess at the capacity is made.
const WARM_UP: u64 = 10_000;
/// Deposits of one request.
const BATCH: u64 = 100;
/// The most deposits under way in the steady state: some seconds of work, so that no node ever waits for the load generator.
const WINDOW: u64 = 12_000;
/// Share of a phase, in percent, that passes before measuring begins.
const RAMP_PERCENT: u32 = 25;
/// The most deposits signed for one phase; they are kept in memory.
const MOST_SIGNED: u64 = 1_000_000;
/// How many times the connections are there at a fixed pace.
const FIXED_FACTOR: usize = 8;
/// The most connections.
const MOST_CONNECTIONS: usize = 2_048;
/// Deposits of one step towards many entries.
const STEP: u64 = 50_000;
/// How long the network may take to make everything final that it accepted.
const DRAINING: Duration = Duration::from_secs(120);
/// How often progress is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// How long a deposit that is alone may take.
const ALONE_MS: u64 = 10_000;

/// A measurement.
pub(super) struct Bench<'a> {
    pub(super) console: &'a Console,
    pub(super) arguments: &'a Arguments,
    pub(super) target: Target,
    interrupted: Arc<AtomicBool>,
    client: Client,
    window_ms: u64,
    pub(super) signer: Signer,
    watch: Watch,
    bounds: Bounds,
}

impl<'a> Bench<'a> {
    /// Connects to what is measured, and measures the machine.
    ///
    /// # Errors
    /// Where a node does not answer.
    pub fn new(
        console: &'a Console,
        arguments: &'a Arguments,
        target: Target,
        interrupted: Arc<AtomicBool>,
    ) -> Result<Self, Failure> {
        let address = target
            .addresses
            .first()
            .copied()
            .ok_or_else(|| Failure::answer("no node"))?;
        let connection = Connection::direct(&format!("http://{address}"))?;
        let spinner = console.spinner(&words!("测量本机", "measuring the machine"));
        let temporary = std::env::temp_dir();
        let bounds = bounds(target.folder().unwrap_or(&temporary))?;
        spinner.finish_and_clear();
        Ok(Self {
            console,
            arguments,
            interrupted,
            client: connection.client,
            window_ms: connection.genesis.limits.window_ms,
            signer: Signer::new(connection.chain, arguments.accounts)?,
            watch: Watch::start(address)?,
            bounds,
            target,
        })
    }

    /// All phases of an ordinary measurement.
    ///
    /// # Errors
    /// Any failure of a node, or Ctrl-C.
    pub fn measure(&self) -> Result<Outcomes, Failure> {
        let disk_before = self.target.disk_bytes();
        let light = self.light()?;
        let guess = self.warm_up()?;
        let seconds = self.arguments.seconds;
        let (pace, count) = match self.arguments.rate {
            Some(rate) => (Pace::Fixed { per_second: rate }, rate.saturating_mul(seconds)),
            None => {
                let count = guess.saturating_mul(seconds).saturating_mul(3) / 2;
                (self.window(), count.saturating_add(WINDOW))
            }
        };
        let saturation = self.saturation(pace, count)?;
        let overload = match self.arguments.rate {
            Some(_) => None,
            None => Some(self.overload(saturation.deposits_per_second)?),
        };
        let all = self.watch.transactions().max(1);
        let disk = self.target.disk_bytes().saturating_sub(disk_before);
        let nodes = u64::try_from(self.target.pids().len()).unwrap_or_default();
        Ok(Outcomes {
            setup: self.setup(),
            light: Some(light),
            saturation: Some(saturation),
            overload,
            looks: None,
            filling: Vec::new(),
            disk_bytes_per_deposit: disk.checked_div(all.saturating_mul(nodes)),
            memory: self.target.memory(),
        })
    }

    /// Loads until so many entries were deposited, and takes down memory and disk on the way.
    ///
    /// # Errors
    /// Any failure of a node, or Ctrl-C.
    pub fn fill(&self, entries: u64) -> Result<Outcomes, Failure> {
        let bar = self
            .console
            .bar(entries, &words!("存入条目", "depositing"), false);
        let disk_before = self.target.disk_bytes();
        let mut filling = Vec::new();
        while self.watch.transactions() < entries {
            let left = entries.saturating_sub(self.watch.transactions()).min(STEP);
            let shots = self.sign(left)?;
            let start = Instant::now();
            let before = self.watch.transactions();
            let load = self.load(self.window(), DRAINING, shots)?;
            while !load.is_over() {
                self.look()?;
                bar.set_position(self.watch.transactions().min(entries));
            }
            let (outcome, _) = load.finish()?;
            self.drain(before, &outcome)?;
            let deposits = self.watch.transactions();
            filling.push(Filling {
                deposits,
                deposits_per_second: per_second(deposits.saturating_sub(before), start.elapsed()),
                memory: self.target.memory(),
                disk_bytes: self.target.disk_bytes().saturating_sub(disk_before),
            });
        }
        bar.finish_and_clear();
        let all = self.watch.transactions().max(1);
        let nodes = u64::try_from(self.target.pids().len()).unwrap_or_default();
        let disk = self.target.disk_bytes().saturating_sub(disk_before);
        Ok(Outcomes {
            setup: self.setup(),
            light: None,
            saturation: None,
            overload: None,
            looks: None,
            filling,
            disk_bytes_per_deposit: disk.checked_div(all.saturating_mul(nodes)),
            memory: self.target.memory(),
        })
    }

    pub(super) fn setup(&self) -> Setup {
        Setup {
            nodes: self.target.pids().len(),
            accounts: self.arguments.accounts,
            connections: self.connections(),
            deposits_per_request: self.each(),
            seconds: self.arguments.seconds,
            bounds: self.bounds.clone(),
        }
    }

    /// Deposits of one request.
    fn each(&self) -> u64 {
        if self.arguments.single { 1 } else { BATCH }
    }

    fn connections(&self) -> usize {
        match self.arguments.clients {
            Some(clients) => usize::from(clients),
            None if self.arguments.single => 64,
            None => self.target.addresses.len().saturating_mul(2),
        }
    }

    fn window(&self) -> Pace {
        Pace::Window {
            window: WINDOW,
            committed: Arc::new(self.watch.counter()),
        }
    }

    /// Until when a transaction signed now may be executed: nearly the whole window of the chain.
    pub(super) fn valid_until(&self) -> Result<BlockTime, Failure> {
        let status: Value = self.client.get("status")?;
        let time = status
            .get("time")
            .and_then(Value::as_u64)
            .ok_or_else(|| Failure::answer("the status has no time"))?;
        Ok(BlockTime(time).saturating_add((self.window_ms / 10).saturating_mul(9)))
    }

    fn sign(&self, count: u64) -> Result<Vec<Shot>, Failure> {
        let spinner = self.console.spinner(&words!(
            "预先签名 {count} 笔存证",
            "signing {count} deposits beforehand"
        ));
        let shots = self
            .signer
            .sign(count.clamp(1, MOST_SIGNED), self.each(), self.valid_until()?)?;
        spinner.finish_and_clear();
        Ok(shots)
    }

    fn load(&self, pace: Pace, time: Duration, shots: Vec<Shot>) -> Result<Load, Failure> {
        let until = Instant::now()
            .checked_add(time)
            .ok_or_else(|| Failure::answer("no such time"))?;
        // At a fixed pace no sender may wait for another's answer, or less would be offered than was meant.
        let connections = match pace {
            Pace::Window { .. } => self.connections(),
            Pace::Fixed { .. } => self
                .connections()
                .saturating_mul(FIXED_FACTOR)
                .min(MOST_CONNECTIONS),
        };
        let plan = Plan {
            targets: self.target.addresses.clone(),
            connections,
            pace,
            until,
        };
        Load::start(plan, shots)
    }

    /// Lets a little time pass.
    fn look(&self) -> Result<(), Failure> {
        if self.interrupted.load(Ordering::Relaxed) {
            return Err(Failure::new(
                Exit::Unavailable,
                "INTERRUPTED",
                words!("测量已取消。", "The measurement was broken off."),
            ));
        }
        thread::sleep(LOOK);
        Ok(())
    }

    /// One deposit at a time, each from sending to final.
    fn light(&self) -> Result<Light, Failure> {
        let bar = self
            .console
            .bar(LIGHT, &words!("轻载延迟", "one at a time"), false);
        let valid_until = self.valid_until()?;
        let mut latencies = Vec::new();
        for number in 0..LIGHT {
            self.look()?;
            let envelope = self.signer.deposit(number, valid_until)?;
            let start = Instant::now();
            let submitted = self.client.submit(&envelope)?;
            let answer = self.client.transaction(&submitted.id, ALONE_MS)?;
            if answer.status != Status::Committed {
                return Err(Failure::answer("a deposit did not become final"));
            }
            latencies.push(micros(start.elapsed()));
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(Light {
            latency_us: Spread::of(latencies),
        })
    }

    /// A first guess at how many deposits a second become final.
    fn warm_up(&self) -> Result<u64, Failure> {
        let shots = self.sign(WARM_UP)?;
        let (start, before) = (Instant::now(), self.watch.transactions());
        let load = self.load(self.window(), DRAINING, shots)?;
        while !load.is_over() {
            self.look()?;
        }
        let (outcome, _) = load.finish()?;
        self.drain(before, &outcome)?;
        let done = self.watch.transactions().saturating_sub(before);
        Ok(per_second(done, start.elapsed()).max(100))
    }

    /// Waits until everything that was accepted is final.
    fn drain(&self, before: u64, outcome: &Outcome) -> Result<(), Failure> {
        let start = Instant::now();
        while self.watch.transactions().saturating_sub(before) < outcome.accepted {
            if start.elapsed() > DRAINING {
                let done = self.watch.transactions().saturating_sub(before);
                let accepted = outcome.accepted;
                return Err(Failure::new(
                    Exit::Refused,
                    "STALLED",
                    words!(
                        "已受理 {accepted} 笔,两分钟后只有 {done} 笔终局:网络停滞,测量无效。",
                        "{accepted} deposits were accepted and after two minutes {done} of them were final: the network stalled, and the measurement is worth nothing."
                    ),
                ));
            }
            self.look()?;
        }
        match &outcome.complaint {
            Some(complaint) if outcome.accepted == 0 => Err(Failure::answer(complaint)),
            _ => Ok(()),
        }
    }

    /// The steady state under as much as the network takes.
    fn saturation(&self, pace: Pace, count: u64) -> Result<Saturation, Failure> {
        let seconds = Duration::from_secs(self.arguments.seconds);
        let shots = self.sign(count)?;
        let (before, seen) = (self.watch.transactions(), self.watch.blocks());
        let fixed = matches!(pace, Pace::Fixed { .. });
        let bar = self.console.bar(100, &words!("饱和负载", "saturation"), false);
        let load = self.load(pace, seconds, shots)?;
        let ramp = seconds
            .saturating_mul(RAMP_PERCENT)
            .checked_div(100)
            .unwrap_or_default();
        let start = Instant::now();
        while start.elapsed() < ramp && !load.is_over() {
            self.look()?;
        }
        let first = self.sample();
        while start.elapsed() < seconds && !load.is_over() {
            self.look()?;
            let percent = start
                .elapsed()
                .as_millis()
                .saturating_mul(100)
                .checked_div(seconds.as_millis());
            bar.set_position(
                percent
                    .and_then(|percent| u64::try_from(percent).ok())
                    .unwrap_or(100),
            );
        }
        let last = self.sample();
        load.stop();
        let (outcome, shots) = load.finish()?;
        bar.finish_and_clear();
        self.drain(before, &outcome)?;
        let latency_us = if fixed {
            Some(Spread::of(self.latencies(&outcome, &shots, seen)?))
        } else {
            None
        };
        let deposits = last.transactions.saturating_sub(first.transactions);
        let blocks = self.watch.since(first.blocks);
        let blocks: Vec<Seen> = blocks
            .into_iter()
            .take(last.blocks.saturating_sub(first.blocks))
            .collect();
        let interval = |pair: &[Seen]| match pair {
            [a, b] => Some(b.time_ms.saturating_sub(a.time_ms)),
            _ => None,
        };
        let each = |total: u64| total.checked_div(deposits.max(1)).unwrap_or_default();
        Ok(Saturation {
            deposits,
            deposits_per_second: per_second(deposits, last.at.saturating_duration_since(first.at)),
            latency_us,
            refused: outcome.refused,
            cpu_us_per_deposit: each(last.nodes_cpu_us.saturating_sub(first.nodes_cpu_us)),
            client_cpu_us_per_deposit: each(last.client_cpu_us.saturating_sub(first.client_cpu_us)),
            block_transactions: Spread::of(blocks.iter().map(|block| block.transactions).collect()),
            block_interval_ms: Spread::of(blocks.windows(2).filter_map(interval).collect()),
        })
    }

    /// Twice as much as the network takes: what happens to those that are accepted.
    fn overload(&self, capacity: u64) -> Result<Overload, Failure> {
        let seconds = (self.arguments.seconds / 2).max(4);
        let offered = capacity.max(1).saturating_mul(2);
        let shots = self.sign(offered.saturating_mul(seconds))?;
        let (before, seen) = (self.watch.transactions(), self.watch.blocks());
        let bar = self.console.spinner(&words!("两倍负载", "twice the capacity"));
        let start = Instant::now();
        let pace = Pace::Fixed { per_second: offered };
        let load = self.load(pace, Duration::from_secs(seconds), shots)?;
        while !load.is_over() {
            self.look()?;
        }
        let committed = self.watch.transactions().saturating_sub(before);
        let took = start.elapsed();
        let (outcome, shots) = load.finish()?;
        self.drain(before, &outcome)?;
        let latencies = self.latencies(&outcome, &shots, seen)?;
        bar.finish_and_clear();
        Ok(Overload {
            offered_per_second: offered,
            accepted: outcome.accepted,
            // What the nodes were too busy to be asked for was not taken either.
            not_taken: offered.saturating_mul(seconds).saturating_sub(outcome.accepted),
            committed_per_second: per_second(committed, took),
            latency_us: Spread::of(latencies),
        })
    }

    /// From the time a deposit was due to be sent until the node said that its block is final.
    fn latencies(&self, outcome: &Outcome, shots: &[Shot], seen: usize) -> Result<Vec<u64>, Failure> {
        let mut final_at: BTreeMap<Digest, Instant> = BTreeMap::new();
        for block in self
            .watch
            .since(seen)
            .iter()
            .filter(|block| block.transactions > 0)
        {
            for executed in self.watch.executed(block)? {
                if executed.code == 0 {
                    final_at.insert(executed.id, block.at);
                }
            }
        }
        let mut latencies = Vec::new();
        for sent in &outcome.sent {
            let ids = shots
                .get(sent.shot)
                .map(|shot| shot.ids.as_slice())
                .unwrap_or_default();
            let times = ids.iter().filter_map(|id| final_at.get(id));
            latencies.extend(times.map(|time| micros(time.saturating_duration_since(sent.at))));
        }
        Ok(latencies)
    }

    fn sample(&self) -> Sample {
        Sample {
            at: Instant::now(),
            transactions: self.watch.transactions(),
            blocks: self.watch.blocks(),
            nodes_cpu_us: cpu_us(&self.target.pids()),
            client_cpu_us: cpu_us(&[std::process::id()]),
        }
    }
}

/// The counters at one moment.
struct Sample {
    at: Instant,
    transactions: u64,
    blocks: usize,
    nodes_cpu_us: u64,
    client_cpu_us: u64,
}
