//! What it costs to advance a case (办件) among a hundred open ones and among a hundred thousand, and to read the board of supervision
//! (监管看板) that counts them.
//!
//! `cargo run --release -p yinxin-testkit --example case_speed [MANY]`: execution and the authenticated state of one node, in one run; signatures,
//! consensus, disks and the index are left out. All cases are renewals of old quarters, each open in seven lanes; they were submitted over some
//! days and accepted by silence.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::float_arithmetic,
    reason = "a measurement stops at the first surprise and prints what it finds"
)]

use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};

use serde_json::{Value, json};
use yinxin_consensus::simulated::{Roots, begin};
use yinxin_crypto::PrivateKey;
use yinxin_execution::workbench::World;
use yinxin_execution::{Executed, Scenario};
use yinxin_testkit::town::{CLASSES, FOUNDERS, ITEM, OWED, Town, Who, digest, seal};
use yinxin_testkit::{Departments, START_MS};
use yinxin_types::transaction::Rules;
use yinxin_types::{Transaction, VerifiedTransaction};

const DAY: u64 = 86_400_000;
/// How many cases an item has of one day, below the most that it can have.
const A_DAY: usize = 9_000;
/// Submissions, and steps, of a block.
const A_BLOCK: usize = 250;
const A_MEASURED_BLOCK: usize = 20;
/// On how many cases each lane is measured.
const MEASURED: usize = 100;
/// The lanes that one officer takes.
const LANES: [(&str, Who); 5] = [
    ("budget", Who::Finance1),
    ("expropriation", Who::Expropriation1),
    ("planning", Who::Planning1),
    ("street", Who::Street1),
    ("urban", Who::Urban1),
];

/// The time this thread has spent on a processor, so that other programs do not falsify the figures; zero where the system does not tell.
fn on_processor() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let spent = told
        .split_whitespace()
        .next()
        .and_then(|spent| spent.parse().ok());
    Duration::from_nanos(spent.unwrap_or(0))
}

/// A chain, its state, and the cases on it.
struct Bench {
    world: World,
    roots: Roots,
    cases: Vec<String>,
    /// The first of these that were not measured yet.
    fresh: usize,
}

impl Bench {
    fn found(roots: Roots) -> Option<Self> {
        let genesis = Departments::of(&FOUNDERS, 0, 8192).ok()?.genesis;
        let scenarios: Vec<Arc<dyn Scenario>> = yinxin_node::scenarios::all();
        Some(Self {
            world: World::new(genesis, scenarios),
            roots,
            cases: Vec::new(),
            fresh: 0,
        })
    }

    /// Runs a block and seals its changes; the processor time that it took.
    async fn block(&mut self, transactions: &[Arc<VerifiedTransaction>]) -> (Executed, Duration) {
        let before = on_processor();
        let executed = self.world.block(transactions);
        // The map in the memory of the workbench is a part of what is measured.
        self.roots.apply(executed.changes.iter()).await;
        (executed, on_processor().saturating_sub(before))
    }

    async fn build_town(&mut self) -> Option<()> {
        let chain = self.world.genesis.chain().ok()?;
        let rules = Rules {
            chain,
            hash: self.world.hash(),
            limits: self.world.genesis.limits,
        };
        for part in Town::of(chain)?.parts {
            let transactions = part.into_iter().map(|(_, envelope)| Transaction::from(envelope));
            let verified = VerifiedTransaction::verify_batch(transactions.collect(), &rules);
            let verified: Option<Vec<_>> = verified.into_iter().map(|one| one.ok().map(Arc::new)).collect();
            let (executed, _) = self.block(&verified?).await;
            if let Some(refused) = executed.receipts.iter().find(|receipt| receipt.code != 0) {
                println!("the town cannot be founded: {refused:?}");
                return None;
            }
        }
        Some(())
    }

    /// Submits until so many cases are there, and lets silence accept all.
    async fn fill(&mut self, goal: usize) -> Option<()> {
        let wang = Who::Wang.key().ok()?;
        let mut today = 0;
        while self.cases.len() < goal {
            let count = A_BLOCK.min(goal - self.cases.len());
            if today + count > A_DAY {
                self.accept_by_silence(DAY).await;
                today = 0;
            }
            today += count;
            let submissions: Vec<_> = (0..count)
                .map(|one| self.submission(&wang, self.cases.len() + one))
                .collect();
            let (executed, _) = self.block(&submissions).await;
            for receipt in &executed.receipts {
                let number = receipt.outcome.get("case").and_then(Value::as_str);
                let Some(number) = number else {
                    println!("not submitted: {receipt:?}");
                    return None;
                };
                self.cases.push(number.to_owned());
            }
        }
        self.accept_by_silence(9 * DAY).await;
        Some(())
    }

    fn submission(&mut self, by: &PrivateKey, number: usize) -> Arc<VerifiedTransaction> {
        let materials = CLASSES.map(|class| {
            json!({ "class": class, "commitment": digest(&format!("{class} {number}")), "origin": "submitted" })
        });
        let arguments = json!({
            "answers": { "compensation_fen": OWED }, "item": ITEM, "materials": materials, "version": 1,
        });
        self.world.sign(by, "approval.submit", arguments)
    }

    /// Time passes, and blocks come until nothing is due any more.
    async fn accept_by_silence(&mut self, ms: u64) {
        let time = self.world.time + ms;
        self.world.at(time);
        loop {
            let (executed, _) = self.block(&[]).await;
            if executed.next_timer.is_none_or(|next| next.0 > self.world.time) {
                return;
            }
        }
    }

    /// The step of a case, taken by its officer on the materials as they are.
    fn act(&mut self, number: &str, step: &str, who: Who) -> Option<Arc<VerifiedTransaction>> {
        let key = who.key().ok()?;
        let told = self
            .world
            .ask(&key, "approval.case", &json!({ "case": number }))
            .ok()?;
        let steps = told.get("steps")?.as_array()?;
        let open = steps.iter().find(|open| open.get("step") == Some(&json!(step)))?;
        let mut seen = serde_json::Map::new();
        for class in open
            .get("materials")?
            .as_array()?
            .iter()
            .filter_map(Value::as_str)
        {
            let commitment = told.get("materials")?.get(class)?.get("commitment")?;
            seen.insert(class.to_owned(), commitment.clone());
        }
        let arguments = json!({
            "case": number, "for": who.department(), "opinion": { "text": "符合要求" }, "outcome": "agree", "seen": seen,
            "step": step, "work": open.get("work")?,
        });
        let seal = seal(who.department()).ok()?;
        Some(self.world.sign_by(&[&key, &seal], "approval.act", arguments))
    }

    /// What one step costs, by the median of its blocks, on cases spread over all.
    async fn measure(&mut self) -> Option<Duration> {
        let apart = ((self.cases.len() - self.fresh) / MEASURED).max(1);
        let fresh = self.cases.iter().skip(self.fresh).step_by(apart);
        let chosen: Vec<String> = fresh.take(MEASURED).cloned().collect();
        self.fresh = self.cases.len();
        let mut blocks = Vec::new();
        for (step, who) in LANES {
            for part in chosen.chunks(A_MEASURED_BLOCK) {
                let acts: Option<Vec<_>> = part.iter().map(|number| self.act(number, step, who)).collect();
                let (executed, took) = self.block(&acts?).await;
                if let Some(refused) = executed.receipts.iter().find(|receipt| receipt.code != 0) {
                    println!("not executed: {refused:?}");
                    return None;
                }
                blocks.push(took / u32::try_from(part.len()).unwrap_or(1));
            }
        }
        blocks.sort_unstable();
        blocks.get(blocks.len() / 2).copied()
    }
}

impl Bench {
    /// The longest of some looks at the board, of all departments and of the steps of the item, and how many open cases it counts.
    fn board(&self) -> Option<(Duration, u64)> {
        let head = Who::Head.key().ok()?;
        let body = Who::Head.department();
        let questions = [
            ("approval.board", json!({ "for": body })),
            ("approval.board_items", json!({ "department": body, "for": body })),
            (
                "approval.board_steps",
                json!({ "for": body, "item": ITEM, "version": 1 }),
            ),
        ];
        let mut longest = Duration::ZERO;
        let mut open = 0;
        for _ in 0..20 {
            let before = on_processor();
            for (question, about) in &questions {
                let told = self.world.ask(&head, question, about).ok()?;
                if let Some(standing) = told.pointer("/departments/0/standing") {
                    let count = |lamp: &str| standing.get(lamp).and_then(Value::as_u64);
                    open = count("green")? + count("yellow")? + count("red")?;
                }
            }
            longest = longest.max(on_processor().saturating_sub(before));
        }
        Some((longest, open))
    }
}

async fn run(roots: Roots, many: usize) -> Option<()> {
    let mut bench = Bench::found(roots)?;
    bench.build_town().await?;
    let mut figures = Vec::new();
    for goal in [100, many] {
        let began = Instant::now();
        bench.fill(goal).await?;
        let filled = began.elapsed();
        let step = bench.measure().await?;
        let mut idle = Duration::ZERO;
        for _ in 0..200 {
            idle += bench.block(&[]).await.1;
        }
        let (board, counted) = bench.board()?;
        println!("the board counts {counted} open cases in {board:.1?}");
        println!(
            "{goal} open: a step {step:.1?}, an empty block {:.1?} (filled in {filled:.1?})",
            idle / 200
        );
        figures.push((step, idle));
    }
    if let [few, last] = figures.as_slice() {
        println!(
            "ratios, {many} to 100: a step {:.2}, an empty block {:.2}",
            last.0.as_secs_f64() / few.0.as_secs_f64(),
            last.1.as_secs_f64() / few.1.as_secs_f64()
        );
    }
    Some(())
}

fn main() {
    let many = std::env::args().nth(1).and_then(|many| many.parse().ok());
    let many = many.unwrap_or(100_000);
    let start = UNIX_EPOCH + Duration::from_millis(START_MS);
    let (done, _) = begin(1, start, Duration::from_secs(86_400), |context| async move {
        run(Roots::open(context, "cases").await, many).await
    });
    if done.is_none() {
        println!("the measurement ended before its end");
    }
}
