//! The time between two outages: nodes start, die and return, the network falls apart and mends, and every step is checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::FutureExt as _;
use yinxin_api::Node as _;
use yinxin_consensus::GuardState;
use yinxin_consensus::runtime::{Clock as _, Spawner as _, Supervisor as _};
use yinxin_consensus::simulated::{
    Context, LinkQuality, Network, SimulationError, VoteLog, damage_guard, lose_vote_journals,
};
use yinxin_crypto::{PrivateKey, SignatureAlgorithm};
use yinxin_index::{Index, IndexError, Location};
use yinxin_types::{Height, ValidatorSet, codes};

use crate::book::Book;
use crate::chance::Chance;
use crate::check::{Chain, Summary, audit};
use crate::client::Client;
use crate::council::{Business, Change, Council};
use crate::departments::{DepartmentError, Departments, START_MS, key};
use crate::http::Doors;
use crate::node::{Node, Stand, Surroundings, prefix};
use crate::panics;
use crate::plan::{Byzantine, Event, FAIR, Plan, Turnover};
use crate::platform::{Leapt, now};
use crate::renovation::Minutes;
use crate::renovation::officers::Officers;
use crate::renovation::town::{FOUNDERS, Town};
use crate::shelf;
use crate::timers::Setter;

/// How often everything is looked at.
const STEP: Duration = Duration::from_millis(100);
/// How long nodes may take, after all faults have ended, until they agree and go on.
const PATIENCE_MS: u64 = 240_000;
/// How long before the end of the faults nobody sets timers any more, in milliseconds.
const SETTING_ENDS_MS: u64 = 10_000;
/// Transactions of a block in the renewal of an old quarter: enough that everything which is due fires in one block.
const TOWN_BLOCK: u32 = 512;
/// How many blocks all must have made after the last fault.
const FURTHER: u64 = 3;

/// Why a life ended.
#[derive(Debug)]
pub enum End {
    /// The power failed; there is a next life.
    Outage,
    /// Everything was done and found right.
    Finished(Box<Summary>),
    /// A promise was broken.
    Violated(String),
}

/// What outlives outages.
pub struct World {
    /// What happens.
    pub plan: Plan,
    departments: Departments,
    agenda: BTreeMap<(u64, usize), Event>,
    scheduled: usize,
    book: Book,
    votes: Arc<VoteLog>,
    chain: Chain,
    indexes: BTreeMap<usize, Index>,
    lives: BTreeMap<usize, u64>,
    links: LinkQuality,
    groups: Option<Vec<usize>>,
    /// What the members still have to decide.
    business: Business,
    /// The days that have passed.
    leapt: Leapt,
    /// Where the renewal of an old quarter takes place, if it does.
    town: Option<Arc<Town>>,
    /// What is written down of it.
    minutes: Minutes,
    /// Nodes that may not vote now, because they do not know what they voted before.
    observers: BTreeSet<usize>,
    outages: u64,
    /// Faults that happened, by name.
    pub happened: BTreeMap<&'static str, u64>,
    verbose: bool,
}

impl World {
    /// The world before the first life. With `verbose` it tells what happens.
    ///
    /// # Errors
    /// In words, if the departments cannot be founded.
    pub fn new(plan: Plan, verbose: bool) -> Result<Self, String> {
        let later = plan.places() - plan.nodes;
        let departments = match plan.officers {
            0 => Departments::found(plan.nodes, later),
            _ => Departments::of(&FOUNDERS, later, TOWN_BLOCK),
        };
        let departments = departments.map_err(|reason| reason.to_string())?;
        let town = match plan.officers {
            0 => None,
            _ => {
                let chain = departments.genesis.chain().map_err(|reason| reason.to_string())?;
                Some(Arc::new(Town::of(chain).ok_or("the town cannot be signed for")?))
            }
        };
        let business = business(&plan, &departments).map_err(|reason| reason.to_string())?;
        let chain = Chain::new(&departments.genesis).map_err(|reason| reason.to_string())?;
        let agenda = plan.agenda.iter().cloned().enumerate();
        let agenda: BTreeMap<_, _> = agenda
            .map(|(number, (at, event))| ((at, number), event))
            .collect();
        Ok(Self {
            departments,
            scheduled: agenda.len(),
            agenda,
            book: Book::default(),
            votes: Arc::default(),
            chain,
            indexes: BTreeMap::new(),
            lives: BTreeMap::new(),
            links: plan.links,
            groups: None,
            business,
            leapt: Leapt::default(),
            town,
            minutes: Minutes::default(),
            observers: BTreeSet::new(),
            outages: 0,
            happened: BTreeMap::new(),
            plan,
            verbose,
        })
    }

    fn tell(&self, at: u64, what: &str) {
        if self.verbose {
            tracing::info!(at, "{what}");
        }
    }

    fn schedule(&mut self, at: u64, event: Event) {
        self.scheduled += 1;
        self.agenda.insert((at, self.scheduled), event);
    }

    /// The index a node starts over: the one it had, or a new one.
    fn index(&mut self, place: usize) -> Result<Index, IndexError> {
        if let Some(index) = self.indexes.get(&place) {
            return Ok(index.clone());
        }
        let index = Index::open(&Location::Memory, &self.departments.genesis)?;
        self.indexes.insert(place, index.clone());
        self.chain.forget(place);
        Ok(index)
    }

    /// Lives until the next outage or the end.
    pub async fn live(&mut self, context: Context, panics: &panics::Watch) -> End {
        self.plan.disks.set(&context);
        let later = self.departments.validators.iter().skip(self.plan.nodes);
        let later: Vec<_> = later.map(PrivateKey::public_key).collect();
        let network = match Network::open(&context, &self.departments.genesis, &later, self.votes.clone()) {
            Ok(network) => Arc::new(network),
            Err(reason) => return End::Violated(reason.to_string()),
        };
        let life = Life {
            world: self,
            context,
            network,
            doors: Doors::default(),
            nodes: BTreeMap::new(),
            storm: false,
            busy: Arc::default(),
        };
        match life.run(panics).await {
            Ok(end) | Err(end) => end,
        }
    }
}

/// One life.
struct Life<'a> {
    world: &'a mut World,
    context: Context,
    network: Arc<Network>,
    doors: Doors,
    nodes: BTreeMap<usize, Node>,
    /// Whether disks fail.
    storm: bool,
    /// Clients that have not finished yet.
    busy: Arc<AtomicUsize>,
}

/// What the members of a plan decide. Each who joins or rotates takes the next place.
fn business(plan: &Plan, departments: &Departments) -> Result<Business, DepartmentError> {
    let mut place = plan.nodes;
    let mut number = plan.nodes;
    let mut changes = Vec::new();
    for change in &plan.turnover {
        let decided = match change {
            Turnover::Upgrade => {
                changes.extend([Change::Fill, Change::Upgrade, Change::Migrated]);
                None
            }
            Turnover::Join => {
                let member = departments.member(number, place)?;
                number += 1;
                member.map(|member| Change::Join(Box::new(member)))
            }
            Turnover::Rotate(founder) => departments
                .member(*founder, place)?
                .map(|member| Change::Rotate(Box::new(member))),
            Turnover::Leave(founder) => departments
                .member(*founder, *founder)?
                .map(|member| Change::Leave(Box::new(member))),
        };
        if change.takes_a_place() {
            place += 1;
        }
        changes.extend(decided);
    }
    Ok(Business::new(changes))
}

fn violated(reason: impl ToString) -> End {
    End::Violated(reason.to_string())
}

impl Life<'_> {
    async fn run(mut self, panics: &panics::Watch) -> Result<End, End> {
        self.wire().await.map_err(violated)?;
        for place in 0..self.world.plan.places() {
            self.boot(place)?;
        }
        self.spawn_clients()?;
        self.spawn_setters()?;
        self.spawn_council()?;
        self.spawn_officers()?;
        while self.elapsed() < self.world.plan.safety_ms {
            self.context.sleep(STEP).await;
            if self.step(panics)? || self.happen().await? {
                return Ok(self.outage());
            }
        }
        if self.storm {
            return Ok(self.outage());
        }
        self.settle(panics).await
    }

    fn elapsed(&self) -> u64 {
        now(&self.context).0.saturating_sub(START_MS)
    }

    fn count(&mut self, fault: &'static str) {
        *self.world.happened.entry(fault).or_default() += 1;
    }

    fn outage(&mut self) -> End {
        self.world.tell(self.elapsed(), "the power fails");
        self.count("outages");
        self.world.outages += 1;
        End::Outage
    }

    /// Starts the node at a place.
    fn boot(&mut self, place: usize) -> Result<(), End> {
        if self.nodes.contains_key(&place) || self.world.plan.conduct(place) == Some(Byzantine::Silent) {
            return Ok(());
        }
        let index = self.world.index(place).map_err(violated)?;
        let life = self.world.lives.entry(place).or_default();
        *life += 1;
        let around = Surroundings {
            plan: &self.world.plan,
            departments: &self.world.departments,
            network: &self.network,
            doors: &self.doors,
            leapt: &self.world.leapt,
        };
        let node = Node::start(&self.context, &around, place, *life, index);
        let node = node.ok_or_else(|| violated("a node without a place"))?;
        self.nodes.insert(place, node);
        Ok(())
    }

    /// Puts all links into the state that the weather and the partition give them.
    async fn wire(&self) -> Result<(), SimulationError> {
        let World {
            plan, groups, links, ..
        } = &*self.world;
        let group = |place: usize| groups.as_ref().and_then(|groups| groups.get(place));
        for from in 0..plan.places() {
            for to in (0..plan.places()).filter(|to| *to != from) {
                let quality = (group(from) == group(to)).then_some(*links);
                self.network.link(from, to, quality).await?;
            }
        }
        Ok(())
    }

    fn spawn_clients(&self) -> Result<(), End> {
        let chain = self.world.departments.genesis.chain().map_err(violated)?;
        for number in 0..self.world.plan.clients {
            // One of them signs with SM2.
            let algorithm = if number == 1 {
                SignatureAlgorithm::Sm2
            } else {
                SignatureAlgorithm::Ed25519
            };
            let client = self.client(number, algorithm, chain)?;
            let (clock, end) = (
                self.context.child("clock"),
                START_MS.saturating_add(self.world.plan.safety_ms),
            );
            let tired = move || now(&clock).0 >= end;
            let busy = self.busy.clone();
            busy.fetch_add(1, Ordering::Relaxed);
            self.context.child("client").spawn(move |_| async move {
                client.run(tired).await;
                busy.fetch_sub(1, Ordering::Relaxed);
            });
        }
        Ok(())
    }

    /// Lets timers be set, until some time before the end.
    fn spawn_setters(&self) -> Result<(), End> {
        let chain = self.world.departments.genesis.chain().map_err(violated)?;
        for number in 0..self.world.plan.setters {
            let part = 70 + u64::try_from(number).unwrap_or(0) + self.world.outages * 100;
            let setter = Setter {
                context: self.context.child("setter"),
                chance: Chance::part(self.world.plan.seed, part),
                chain,
                account: key(SignatureAlgorithm::Ed25519, "setter", number).map_err(violated)?,
                places: self.present(),
                doors: self.doors.clone(),
            };
            let clock = self.context.child("clock");
            let end = START_MS.saturating_add(self.world.plan.safety_ms.saturating_sub(SETTING_ENDS_MS));
            let busy = self.busy.clone();
            busy.fetch_add(1, Ordering::Relaxed);
            self.context.child("setting").spawn(move |_| async move {
                setter.run(move || now(&clock).0 >= end).await;
                busy.fetch_sub(1, Ordering::Relaxed);
            });
        }
        Ok(())
    }

    /// Lets the town be founded, and then officers and applicants do what is drawn.
    fn spawn_officers(&self) -> Result<(), End> {
        let Some(town) = &self.world.town else {
            return Ok(());
        };
        let chain = self.world.departments.genesis.chain().map_err(violated)?;
        for number in 0..self.world.plan.officers {
            let part = 80 + u64::try_from(number).unwrap_or(0) + self.world.outages * 100;
            let officers = Officers {
                context: self.context.child("officers"),
                chance: Chance::part(self.world.plan.seed, part),
                chain,
                town: town.clone(),
                places: self.present(),
                doors: self.doors.clone(),
                leapt: self.world.leapt.clone(),
                minutes: self.world.minutes.clone(),
            };
            let clock = self.context.child("clock");
            let end = START_MS.saturating_add(self.world.plan.safety_ms);
            let busy = self.busy.clone();
            busy.fetch_add(1, Ordering::Relaxed);
            self.context.child("office").spawn(move |_| async move {
                officers.run(number == 0, move || now(&clock).0 >= end).await;
                busy.fetch_sub(1, Ordering::Relaxed);
            });
        }
        Ok(())
    }

    /// Lets the members decide about validators.
    fn spawn_council(&self) -> Result<(), End> {
        let founders = 0..self.world.plan.nodes;
        let council = Council {
            context: self.context.child("council"),
            chance: Chance::part(self.world.plan.seed, 50 + self.world.outages * 100),
            chain: self.world.departments.genesis.chain().map_err(violated)?,
            accounts: self.world.departments.accounts().map_err(violated)?,
            places: founders.collect(),
            doors: self.doors.clone(),
            business: self.world.business.clone(),
        };
        let busy = self.busy.clone();
        busy.fetch_add(1, Ordering::Relaxed);
        self.context.child("meeting").spawn(move |_| async move {
            council.run().await;
            busy.fetch_sub(1, Ordering::Relaxed);
        });
        Ok(())
    }

    /// The honest nodes whose keys vote or may come to vote; not those that voted once and vote no more.
    fn present(&self) -> Vec<usize> {
        let sets = self.world.chain.sets();
        let honest = self.world.plan.honest().into_iter();
        honest
            .filter(|place| {
                let key = self
                    .world
                    .departments
                    .validators
                    .get(*place)
                    .map(PrivateKey::public_key);
                let votes = |set: &ValidatorSet| key.is_some_and(|key| set.validators.contains(&key));
                sets.last().is_some_and(votes) || !sets.iter().any(votes)
            })
            .collect()
    }

    fn client(
        &self,
        number: usize,
        algorithm: SignatureAlgorithm,
        chain: yinxin_crypto::Digest,
    ) -> Result<Client, End> {
        let part = 100 + u64::try_from(number).unwrap_or(0) + self.world.outages * 100;
        Ok(Client {
            context: self.context.child("customer"),
            leapt: self.world.leapt.clone(),
            chance: Chance::part(self.world.plan.seed, part),
            chain,
            account: key(algorithm, "client", number).map_err(violated)?,
            places: self.present(),
            doors: self.doors.clone(),
            book: self.world.book.clone(),
        })
    }

    /// Looks at every node. `true` if the power must fail: a node did not survive its disk.
    fn step(&mut self, panics: &panics::Watch) -> Result<bool, End> {
        let panics = panics.take();
        if let Some(panic) = panics.first() {
            if !self.storm {
                return Err(violated(format!("a node panicked: {panic}")));
            }
            self.world.tell(
                self.elapsed(),
                &format!("a node did not survive its disk: {panic}"),
            );
            return Ok(true);
        }
        let honest = self.world.plan.honest();
        self.upgrade(&honest);
        for place in &honest {
            match self.nodes.get(place).map(Node::stand) {
                Some(Stand::Running(core)) => {
                    // A node that has not read its state yet is looked at when it has.
                    let Some(sets) = core.validator_sets().now_or_never() else {
                        continue;
                    };
                    self.world
                        .chain
                        .observe(*place, core.index(), &sets)
                        .map_err(violated)?;
                    let observes = core.guard_state() == Some(GuardState::Unreadable);
                    if observes && self.world.observers.insert(*place) {
                        self.count("observers");
                    } else if !observes && self.world.observers.remove(place) {
                        self.count("readmissions");
                    }
                }
                Some(Stand::Stopped(_)) if self.storm => return Ok(true),
                Some(Stand::Stopped(reason)) => {
                    return Err(violated(format!("node {place} stopped: {reason}")));
                }
                Some(Stand::Starting) | None => {}
            }
        }
        if let Some(contradiction) = self.world.votes.contradictions(&honest).first() {
            return Err(violated(format!("double vote: {contradiction}")));
        }
        if let Some(violation) = self.world.book.lock().violations.first() {
            return Err(violated(violation));
        }
        for (place, _) in self
            .world
            .plan
            .byzantine
            .iter()
            .filter(|(_, kind)| *kind == Byzantine::Shouts)
        {
            let noise = Chance::part(self.world.plan.seed, self.elapsed()).bytes::<64>();
            self.network.shout(*place, &noise);
        }
        Ok(false)
    }

    /// Starts nodes that stopped for want of a version again, with the newer program; and lets one die in the middle of a migration.
    fn upgrade(&mut self, honest: &[usize]) {
        for place in honest {
            let running = match self.nodes.get(place).map(Node::stand) {
                Some(Stand::Stopped(reason)) if reason.contains(codes::SCENARIO_VERSION_UNKNOWN.name) => {
                    if let Some(node) = self.nodes.remove(place) {
                        self.count("programs without the version");
                        self.doors.shut(*place);
                        node.kill();
                        let later = self.elapsed() + 3000;
                        self.world.schedule(later, Event::Restart(*place));
                    }
                    false
                }
                Some(Stand::Running(core)) => core.versions().running(shelf::NAME).is_some(),
                _ => false,
            };
            if running && !self.world.happened.contains_key("crashes in a migration") {
                self.count("crashes in a migration");
                let crash = Event::Crash {
                    place: *place,
                    down_ms: 1500,
                    lose_index: false,
                    lose_votes: false,
                    lose_guard: false,
                };
                let now = self.elapsed();
                self.world.schedule(now, crash);
            }
        }
    }

    /// Lets everything happen that is due. `true` if the power fails.
    async fn happen(&mut self) -> Result<bool, End> {
        let now = self.elapsed();
        // Nothing is taken from a town that is not there yet.
        if self.world.town.is_some() && !self.world.minutes.is_founded() {
            return Ok(false);
        }
        while let Some(entry) = self.world.agenda.first_entry()
            && entry.key().0 <= now
        {
            let event = entry.remove();
            self.world.tell(now, &format!("{event:?}"));
            match event {
                Event::Crash {
                    place,
                    down_ms,
                    lose_index,
                    lose_votes,
                    lose_guard,
                } => {
                    let Some(node) = self.nodes.remove(&place) else {
                        continue;
                    };
                    self.count("crashes");
                    self.doors.shut(place);
                    node.kill();
                    if lose_index {
                        self.world.indexes.remove(&place);
                    }
                    // The tasks of the node end, and its files close, before anything else happens to them.
                    self.context.sleep(Duration::from_millis(50)).await;
                    let last = self.world.votes.last(place).map_or(0, |(epoch, _)| epoch);
                    if lose_votes && lose_vote_journals(&self.context, &prefix(place), last).await {
                        self.count("lost journals");
                    }
                    if lose_guard && damage_guard(&self.context, &prefix(place)).await {
                        self.count("lost guards");
                    }
                    self.world.schedule(now + down_ms, Event::Restart(place));
                }
                Event::Restart(place) => self.boot(place)?,
                Event::Outage(losers) => {
                    for place in losers {
                        self.world.indexes.remove(&place);
                    }
                    return Ok(true);
                }
                Event::Partition(groups, for_ms) => {
                    self.count("partitions");
                    self.world.groups = Some(groups);
                    self.wire().await.map_err(violated)?;
                    self.world.schedule(now + for_ms, Event::Mend);
                }
                Event::Leap(ms) => {
                    self.count("leaps");
                    let ms = i64::try_from(ms).unwrap_or(0);
                    self.world.leapt.pass(ms);
                    self.nodes.values().for_each(|node| node.pass(ms));
                }
                Event::Mend => {
                    self.world.groups = None;
                    self.wire().await.map_err(violated)?;
                }
                Event::Weather(links) => {
                    self.world.links = links;
                    self.wire().await.map_err(violated)?;
                }
                Event::Storm(faults, for_ms) => {
                    self.count("storms");
                    self.storm = true;
                    faults.set(&self.context);
                    self.world.schedule(now + for_ms, Event::Outage(Vec::new()));
                }
            }
        }
        Ok(false)
    }

    /// No more faults: all must come to agree and go on, and everything that was promised must be there.
    async fn settle(mut self, panics: &panics::Watch) -> Result<End, End> {
        self.world.tell(self.elapsed(), "all faults end");
        self.world.groups = None;
        self.world.links = FAIR;
        self.wire().await.map_err(violated)?;
        for place in 0..self.world.plan.places() {
            self.boot(place)?;
        }
        self.wait(panics, "answer the clients", |life| {
            life.busy.load(Ordering::Relaxed) == 0
        })
        .await?;
        let left = self.world.business.left();
        if left > 0 {
            return Err(violated(format!(
                "{left} decisions about validators were not made"
            )));
        }
        let goal = self.goal();
        self.wait(
            panics,
            "reach the same height and have nothing left to do",
            |life| {
                life.present().iter().all(|place| {
                    let core = life.nodes.get(place).and_then(Node::core);
                    core.is_some_and(|core| {
                        core.index().height() >= Some(goal)
                            && yinxin_api::Node::mempool(&*core).load().transactions == 0
                    })
                })
            },
        )
        .await?;
        let chain = self.world.departments.genesis.chain().map_err(violated)?;
        let honest = self.present();
        for place in &honest {
            let mut client = self.client(90 + place, SignatureAlgorithm::Ed25519, chain)?;
            let before = self.settled();
            let mut tries = 0;
            // A short validity window may run out, and a node whose clock is wrong may refuse; it must then work elsewhere.
            while self.settled() == before && tries < 8 {
                let other = if tries < 4 {
                    *place
                } else {
                    honest.get(tries % honest.len()).copied().unwrap_or_default()
                };
                client.deposit(other).await;
                tries += 1;
            }
            if self.settled() == before {
                return Err(violated(format!(
                    "node {place} takes no deposit after all faults have ended"
                )));
            }
        }
        let goal = self
            .world
            .book
            .lock()
            .submitted
            .values()
            .filter_map(|entry| Some(entry.settled.as_ref()?.height))
            .max();
        self.wait(panics, "have every deposit", |life| {
            life.present().iter().all(|place| {
                life.nodes
                    .get(place)
                    .and_then(Node::core)
                    .is_some_and(|core| core.index().height() >= goal)
            })
        })
        .await?;
        self.step(panics)?;
        let honest = self.present();
        for (from, to) in self.network.blocked().await.map_err(violated)? {
            // A node whose journal of votes was lost may find that its engine contradicts itself; the guard keeps that in the house, and a
            // node cannot shut itself out.
            if from != to && honest.contains(&from) && honest.contains(&to) {
                return Err(violated(format!(
                    "node {from} has shut out node {to}, which did nothing wrong"
                )));
            }
        }
        let changes = self.world.chain.sets().len().saturating_sub(1);
        if changes > 0 {
            let changes = u64::try_from(changes).unwrap_or(u64::MAX);
            self.world.happened.insert("changes of validators", changes);
        }
        let cores: Vec<_> = honest
            .iter()
            .filter_map(|place| Some((*place, self.nodes.get(place)?.core()?)))
            .collect();
        let summary = audit(
            &self.context,
            &cores,
            &self.doors,
            &self.world.book,
            &self.world.chain,
            self.world
                .town
                .as_ref()
                .map(|town| (&**town, &self.world.minutes)),
        )
        .await
        .map_err(violated)?;
        self.step(panics)?;
        Ok(End::Finished(Box::new(summary)))
    }

    /// The height that all must reach: some blocks more, and whatever was decided must have come into force.
    fn goal(&self) -> Height {
        let tip = self.world.chain.tip();
        if self.world.plan.turnover.is_empty() {
            return Height(tip.0 + FURTHER);
        }
        Height(Height::first_of(tip.epoch() + 2).0 + FURTHER)
    }

    fn settled(&self) -> usize {
        self.world
            .book
            .lock()
            .submitted
            .values()
            .filter(|entry| entry.settled.is_some())
            .count()
    }

    /// A node in words, with what waits in its pool.
    fn describe(&self, place: usize, node: &Node) -> String {
        let core = match node.stand() {
            Stand::Starting => return format!("{place}: starting"),
            Stand::Stopped(reason) => return format!("{place}: {reason}"),
            Stand::Running(core) => core,
        };
        let (index, pool) = (core.index(), yinxin_api::Node::mempool(&*core));
        let mut text = format!(
            "{place}: height {:?}, {} waiting",
            index.height(),
            pool.load().transactions
        );
        for (id, entry) in self
            .world
            .book
            .lock()
            .submitted
            .iter()
            .filter(|(id, _)| pool.contains(id))
        {
            let known = index
                .transaction(id)
                .ok()
                .and_then(|found| found.value)
                .map(|found| found.height);
            text.push_str(&format!(
                ", {id} (in its index at {known:?}, acknowledged as {:?})",
                entry.settled
            ));
        }
        text
    }

    async fn wait(
        &mut self,
        panics: &panics::Watch,
        what: &str,
        done: impl Fn(&Self) -> bool,
    ) -> Result<(), End> {
        let end = self.elapsed() + PATIENCE_MS;
        while !done(self) {
            if self.elapsed() > end {
                let stands: Vec<_> = self
                    .nodes
                    .iter()
                    .map(|(place, node)| self.describe(*place, node))
                    .collect();
                return Err(violated(format!(
                    "the nodes do not {what} in {PATIENCE_MS} ms: {}",
                    stands.join(", ")
                )));
            }
            self.context.sleep(STEP).await;
            self.step(panics)?;
        }
        Ok(())
    }
}
