//! What happens in one simulation, all of it drawn from its seed before it begins.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use yinxin_consensus::simulated::{DiskFaults, LinkQuality};

use crate::chance::Chance;

/// How a byzantine (拜占庭) member behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Byzantine {
    /// Proposes blocks whose state root is wrong, and votes for anything.
    WrongRoots,
    /// Contradicts every vote it gives.
    VotesTwice,
    /// Sends bytes that mean nothing on every channel.
    Shouts,
    /// Says nothing at all.
    Silent,
}

/// A defect planted into every honest node, to show that the simulator finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// Votes leave before the vote guard is synced, and every crash loses the engine's journal of votes.
    SkipGuardSync,
    /// Members vote without comparing roots with their own execution; one member proposes wrong ones.
    SkipRootCheck,
    /// The last block of an epoch names the validators of this one for the next, whatever was decided.
    SkipValidators,
}

/// What the members decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turnover {
    /// A department joins with a node of its own, at the next place after those taken.
    Join,
    /// The founder at a place rotates its key: a second node of it, at the next place after those taken, votes instead.
    Rotate(usize),
    /// The founder at a place is removed.
    Leave(usize),
    /// A scenario gets its second version, and with it a migration. The program of [`Plan::LATE`] lacks it until its node is started again.
    Upgrade,
}

impl Turnover {
    /// Whether a node of its own comes with it, at the next place after those taken.
    pub fn takes_a_place(self) -> bool {
        matches!(self, Self::Join | Self::Rotate(_))
    }
}

impl Mutant {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::SkipGuardSync, Self::SkipRootCheck, Self::SkipValidators];
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SkipGuardSync => "skip-guard-sync",
            Self::SkipRootCheck => "skip-root-check",
            Self::SkipValidators => "skip-validators",
        })
    }
}

impl FromStr for Mutant {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|mutant| mutant.to_string() == text);
        known.ok_or_else(|| {
            format!(
                "no such mutant; there are {}",
                Self::ALL.map(|mutant| mutant.to_string()).join(", ")
            )
        })
    }
}

/// What is told in a network beside its faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    /// [`Plan::renovation`].
    Renovation,
    /// [`Plan::timers`].
    Timers,
    /// [`Plan::turnover`].
    Turnover,
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Renovation => "renovation",
            Self::Timers => "timers",
            Self::Turnover => "turnover",
        })
    }
}

impl FromStr for Story {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = [Self::Renovation, Self::Timers, Self::Turnover].into_iter();
        all.find(|story| story.to_string() == text)
            .ok_or_else(|| "the stories are renovation, timers and turnover".to_owned())
    }
}

/// A fault, or the end of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A node dies.
    Crash {
        /// Which.
        place: usize,
        /// How long it is away, in milliseconds.
        down_ms: u64,
        /// Whether its index is lost.
        lose_index: bool,
        /// Whether the engine's journal of votes is lost.
        lose_votes: bool,
        /// Whether both files of the vote guard become unreadable.
        lose_guard: bool,
    },
    /// A node that died comes back.
    Restart(usize),
    /// The power of all nodes fails; the indexes of these are lost.
    Outage(Vec<usize>),
    /// The network falls apart: links between places of different groups are cut. For so many milliseconds.
    Partition(Vec<usize>, u64),
    /// The network is whole again.
    Mend,
    /// All links become like this.
    Weather(LinkQuality),
    /// Disks fail now and then, until the outage that ends it.
    Storm(DiskFaults, u64),
    /// Days pass: every clock goes forward by so many milliseconds.
    Leap(u64),
}

/// One simulation.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The seed.
    pub seed: u64,
    /// Number of nodes.
    pub nodes: usize,
    /// Byzantine members by place.
    pub byzantine: Vec<(usize, Byzantine)>,
    /// By place: how far the clock is ahead, in milliseconds.
    pub clocks: Vec<i64>,
    /// The planted defect.
    pub mutant: Option<Mutant>,
    /// The links at first.
    pub links: LinkQuality,
    /// The disks outside storms: they lose what was not synced, whole or in part.
    pub disks: DiskFaults,
    /// How long an idle chain goes without a block.
    pub heartbeat: Duration,
    /// How long a view waits for its leader.
    pub leader_timeout: Duration,
    /// Number of clients.
    pub clients: usize,
    /// How many set timers.
    pub setters: usize,
    /// How many act in the renewal of an old quarter, which is told where there are any: see [`Plan::renovation`].
    pub officers: usize,
    /// What the members decide about validators, one after the other.
    pub turnover: Vec<Turnover>,
    /// Length of the phase with faults, in milliseconds.
    pub safety_ms: u64,
    /// What happens when, in milliseconds since the start.
    pub agenda: Vec<(u64, Event)>,
}

/// Links without faults.
pub const FAIR: LinkQuality = LinkQuality {
    latency_ms: 8,
    jitter_ms: 3,
    loss: 0,
};

fn weather(chance: &mut Chance) -> LinkQuality {
    let latency_ms = if chance.happens(20) {
        chance.between(80, 400)
    } else {
        chance.between(1, 40)
    };
    let loss = if chance.happens(50) {
        chance.between(1, 150)
    } else {
        0
    };
    LinkQuality {
        latency_ms,
        jitter_ms: chance.between(0, latency_ms / 2),
        loss,
    }
}

impl Plan {
    /// Draws a simulation.
    pub fn draw(seed: u64, mutant: Option<Mutant>) -> Self {
        let chance = &mut Chance::part(seed, 1);
        let nodes = if chance.happens(15) { 7 } else { 4 };
        let bearable = (nodes - 1) / 3;
        let byzantine = Self::draw_byzantine(chance, nodes, bearable, mutant);
        let clocks = Self::draw_clocks(chance, nodes, bearable.saturating_sub(byzantine.len()));
        let torn_writes = if chance.happens(60) {
            chance.between(1, 1000)
        } else {
            0
        };
        let disks = DiskFaults {
            torn_writes,
            scattered: chance.happens(50),
            ..DiskFaults::default()
        };
        let mut plan = Self {
            seed,
            nodes,
            byzantine,
            clocks,
            mutant,
            links: weather(chance),
            disks,
            heartbeat: Duration::from_millis(chance.between(500, 5000)),
            leader_timeout: Duration::from_millis(chance.between(400, 2000)),
            clients: usize::try_from(chance.between(3, 8)).unwrap_or(3),
            setters: 0,
            officers: 0,
            turnover: Vec::new(),
            safety_ms: chance.between(12_000, 25_000),
            agenda: Vec::new(),
        };
        plan.draw_agenda(chance);
        plan.draw_lost_guard(&mut Chance::part(seed, 2));
        plan
    }

    /// A network as [`Plan::draw`] gives it, in which timers are set and fall due for more than two minutes while its faults go on.
    pub fn timers(seed: u64, mutant: Option<Mutant>) -> Self {
        let mut plan = Self::draw(seed, mutant);
        let chance = &mut Chance::part(seed, 4);
        let mut at = plan.safety_ms;
        plan.setters = 2;
        plan.clients = 2;
        plan.safety_ms = chance.between(130_000, 150_000);
        while at < plan.safety_ms {
            let event = plan.draw_event(chance);
            plan.agenda.push((at, event));
            at += chance.between(2000, 15_000);
        }
        plan
    }

    /// The renewal of an old quarter in a network of four: what officers and applicants try in any order while days pass, nodes crash, links are
    /// cut and the power fails. No fault happens before the town is founded.
    pub fn renovation(seed: u64, mutant: Option<Mutant>) -> Self {
        const DAY_MS: u64 = 86_400_000;
        let chance = &mut Chance::part(seed, 5);
        let byzantine = if chance.happens(20) {
            Self::draw_byzantine(chance, 4, 1, mutant)
        } else {
            Vec::new()
        };
        let mut plan = Self {
            seed,
            nodes: 4,
            byzantine,
            clocks: (0..4)
                .map(|_| i64::try_from(chance.below(1001)).unwrap_or(0) - 500)
                .collect(),
            mutant,
            links: LinkQuality {
                latency_ms: chance.between(5, 40),
                jitter_ms: 4,
                loss: chance.below(20),
            },
            disks: DiskFaults {
                torn_writes: chance.below(1000),
                scattered: chance.happens(50),
                ..DiskFaults::default()
            },
            heartbeat: Duration::from_millis(1500),
            leader_timeout: Duration::from_millis(chance.between(400, 800)),
            clients: 0,
            setters: 0,
            officers: 2,
            turnover: Vec::new(),
            safety_ms: chance.between(16_000, 22_000),
            agenda: Vec::new(),
        };
        let mut at = 3000;
        while at < plan.safety_ms {
            let event = match chance.below(10) {
                0..6 => {
                    let days = if chance.happens(70) {
                        chance.between(1, 5)
                    } else {
                        chance.between(6, 25)
                    };
                    Event::Leap(days * DAY_MS + chance.below(DAY_MS))
                }
                6..8 => Event::Crash {
                    place: chance.place(4),
                    down_ms: chance.between(100, 2500),
                    lose_index: chance.happens(20),
                    lose_votes: chance.happens(20),
                    lose_guard: false,
                },
                8 => Event::Partition(
                    (0..4).map(|_| chance.place(2)).collect(),
                    chance.between(300, 2500),
                ),
                _ => Event::Outage(Vec::new()),
            };
            plan.agenda.push((at, event));
            at += chance.between(500, 2500);
        }
        plan
    }

    /// A network of four whose members join, rotate keys and leave while nodes crash one at a time, links are cut and the power fails.
    pub fn turnover(seed: u64, mutant: Option<Mutant>) -> Self {
        let chance = &mut Chance::part(seed, 3);
        // One joins first: four are the fewest that may vote.
        let mut turnover = vec![Turnover::Join];
        let mut founders = vec![1, 2, 3];
        for _ in 0..chance.between(1, 3) {
            let at = chance.place(founders.len());
            let left = turnover.iter().any(|change| matches!(change, Turnover::Leave(_)));
            match chance.below(3) {
                0 if !left => turnover.push(Turnover::Leave(founders.remove(at))),
                1 if turnover.len() < 3 => turnover.push(Turnover::Join),
                _ => turnover.push(Turnover::Rotate(founders.remove(at))),
            }
        }
        let mut plan = Self {
            seed,
            nodes: 4,
            byzantine: Vec::new(),
            clocks: vec![0; 4 + turnover.len()],
            mutant,
            links: weather(chance),
            disks: DiskFaults {
                torn_writes: chance.below(1000),
                scattered: chance.happens(50),
                ..DiskFaults::default()
            },
            heartbeat: Duration::from_millis(chance.between(150, 400)),
            leader_timeout: Duration::from_millis(chance.between(400, 1000)),
            clients: 3,
            setters: 0,
            officers: 0,
            turnover,
            safety_ms: chance.between(90_000, 120_000),
            agenda: Vec::new(),
        };
        let places = plan.places();
        let mut at = chance.between(1000, 5000);
        while at < plan.safety_ms {
            let event = match chance.below(100) {
                0..55 => Event::Crash {
                    place: chance.place(places),
                    down_ms: chance.between(300, 6000),
                    lose_index: chance.happens(20),
                    lose_votes: false,
                    lose_guard: false,
                },
                55..80 => {
                    let groups = (0..places).map(|_| chance.place(2)).collect();
                    Event::Partition(groups, chance.between(500, 4000))
                }
                80..95 => Event::Weather(weather(chance)),
                _ => Event::Outage(Vec::new()),
            };
            plan.agenda.push((at, event));
            at += chance.between(3000, 12_000);
        }
        plan
    }

    /// How many nodes there are, those of founders and those that come later.
    pub fn places(&self) -> usize {
        let later = self.turnover.iter().filter(|change| change.takes_a_place());
        self.nodes + later.count()
    }

    /// The place whose operator installs the new program last, where a scenario is upgraded.
    pub const LATE: usize = 2;

    /// The newest version of the upgraded scenario in the program with which the node at a place lives for the `life`-th time.
    pub fn program(&self, place: usize, life: u64) -> u32 {
        let late = place == Self::LATE && life == 1 && self.turnover.contains(&Turnover::Upgrade);
        if late { 1 } else { 2 }
    }

    /// At most one node forgets what it voted, and only where no other fails for good: until it may vote again it is missing like a
    /// silent one.
    fn draw_lost_guard(&mut self, chance: &mut Chance) {
        let clocks_are_right = self.clocks.iter().all(|clock| clock.abs() <= 1500);
        if self.mutant.is_some() || !self.byzantine.is_empty() || !clocks_are_right || !chance.happens(40) {
            return;
        }
        let crashes: Vec<usize> = (0..self.agenda.len())
            .filter(|at| matches!(self.agenda.get(*at), Some((_, Event::Crash { .. }))))
            .collect();
        if let Some(at) = chance.pick(&crashes)
            && let Some((_, Event::Crash { lose_guard, .. })) = self.agenda.get_mut(*at)
        {
            *lose_guard = true;
        }
    }

    fn draw_byzantine(
        chance: &mut Chance,
        nodes: usize,
        bearable: usize,
        mutant: Option<Mutant>,
    ) -> Vec<(usize, Byzantine)> {
        const KINDS: [Byzantine; 4] = [
            Byzantine::WrongRoots,
            Byzantine::VotesTwice,
            Byzantine::Shouts,
            Byzantine::Silent,
        ];
        let count = if chance.happens(50) {
            chance.between(1, u64::try_from(bearable).unwrap_or(1))
        } else {
            0
        };
        let mut byzantine: Vec<(usize, Byzantine)> = Vec::new();
        if mutant == Some(Mutant::SkipRootCheck) {
            byzantine.push((chance.place(nodes), Byzantine::WrongRoots));
        }
        for _ in 0..count {
            let place = chance.place(nodes);
            let kind = chance.pick(&KINDS).copied().unwrap_or(Byzantine::Silent);
            if byzantine.len() < bearable && byzantine.iter().all(|(taken, _)| *taken != place) {
                byzantine.push((place, kind));
            }
        }
        byzantine
    }

    fn draw_clocks(chance: &mut Chance, nodes: usize, bearable: usize) -> Vec<i64> {
        let mut clocks: Vec<i64> = (0..nodes)
            .map(|_| i64::try_from(chance.below(3001)).unwrap_or(0) - 1500)
            .collect();
        if bearable > 0 && chance.happens(20) {
            let place = chance.place(nodes);
            let wrong = chance.pick(&[3_600_000, 60_000, -60_000, -172_800_000]).copied();
            if let (Some(clock), Some(wrong)) = (clocks.get_mut(place), wrong) {
                *clock = wrong;
            }
        }
        clocks
    }

    fn draw_agenda(&mut self, chance: &mut Chance) {
        let mut at = chance.between(500, 3000);
        while at < self.safety_ms {
            let event = self.draw_event(chance);
            self.agenda.push((at, event));
            at += chance.between(300, 4000);
        }
    }

    fn draw_event(&self, chance: &mut Chance) -> Event {
        let losers = |chance: &mut Chance| (0..self.nodes).filter(|_| chance.happens(25)).collect();
        match chance.below(100) {
            0..45 => Event::Crash {
                place: chance.place(self.nodes),
                down_ms: if chance.happens(30) {
                    chance.between(60, 400)
                } else {
                    chance.between(400, 8000)
                },
                lose_index: chance.happens(25),
                lose_votes: chance.happens(20) || self.mutant == Some(Mutant::SkipGuardSync),
                lose_guard: false,
            },
            45..57 => Event::Outage(losers(chance)),
            57..80 => {
                let groups = (0..self.nodes).map(|_| chance.place(3)).collect();
                Event::Partition(groups, chance.between(500, 6000))
            }
            80..92 => Event::Weather(weather(chance)),
            _ => {
                let faults = DiskFaults {
                    write_failures: chance.below(4),
                    sync_failures: chance.between(1, 8),
                    ..self.disks
                };
                Event::Storm(faults, chance.between(500, 4000))
            }
        }
    }

    /// The members that follow the protocol.
    pub fn honest(&self) -> Vec<usize> {
        (0..self.places())
            .filter(|place| self.conduct(*place).is_none())
            .collect()
    }

    /// How a member misbehaves, if it does.
    pub fn conduct(&self, place: usize) -> Option<Byzantine> {
        self.byzantine
            .iter()
            .find(|(taken, _)| *taken == place)
            .map(|(_, kind)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_never_has_more_byzantine_members_and_broken_clocks_than_the_chain_bears() {
        for seed in 0..2000 {
            let plan = Plan::draw(seed, None);
            let broken = plan.clocks.iter().filter(|clock| clock.abs() > 5000).count();
            assert!(
                plan.byzantine.len() + broken <= (plan.nodes - 1) / 3,
                "seed {seed}"
            );
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_plan() {
        assert_eq!(
            format!("{:?}", Plan::draw(7, None)),
            format!("{:?}", Plan::draw(7, None))
        );
        assert_ne!(Plan::draw(7, None).agenda, Plan::draw(8, None).agenda);
    }

    #[test]
    fn every_kind_of_fault_is_drawn_within_a_hundred_seeds() {
        let plans: Vec<Plan> = (0..100).map(|seed| Plan::draw(seed, None)).collect();
        let kinds: std::collections::BTreeSet<String> = plans
            .iter()
            .flat_map(|plan| &plan.agenda)
            .map(|(_, event)| {
                format!("{event:?}")
                    .chars()
                    .take_while(|c| c.is_alphabetic())
                    .collect()
            })
            .collect();
        assert_eq!(
            kinds.into_iter().collect::<Vec<_>>(),
            ["Crash", "Outage", "Partition", "Storm", "Weather"]
        );
        for kind in [
            Byzantine::WrongRoots,
            Byzantine::VotesTwice,
            Byzantine::Shouts,
            Byzantine::Silent,
        ] {
            assert!(
                plans
                    .iter()
                    .any(|plan| plan.byzantine.iter().any(|(_, one)| *one == kind)),
                "{kind:?}"
            );
        }
        assert!(plans.iter().any(|plan| plan.nodes == 7));
    }
}
