//! A whole node in the simulator: core, HTTP router, index, engine.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::StreamExt as _;
use futures::future::{Either, select};
use yinxin_api::HttpLimits;
use yinxin_consensus::runtime::{Handle, Spawner as _, Supervisor as _};
use yinxin_consensus::simulated::{Conduct, Context, Network};
use yinxin_consensus::{Faults, Settings};
use yinxin_index::Index;
use yinxin_mempool::Mempool;
use yinxin_node::core::{Core, DraftKeys, Member, Parts};

use crate::chance::Chance;
use crate::departments::Departments;
use crate::http::{Doors, answer};
use crate::plan::{Byzantine, Mutant, Plan};
use crate::platform::{Leapt, SimulatedPlatform};
use crate::shelf::registry;

/// How a node stands.
#[derive(Clone)]
pub enum Stand {
    /// It opens its files.
    Starting,
    /// It runs.
    Running(Arc<Core>),
    /// It could not start, or its engine stopped.
    Stopped(String),
}

/// A node that was started.
pub struct Node {
    clock: Arc<AtomicI64>,
    task: Handle<()>,
    stand: Arc<Mutex<Stand>>,
}

/// What every node of a simulation shares.
pub struct Surroundings<'a> {
    /// What happens.
    pub plan: &'a Plan,
    /// Keys and founding document.
    pub departments: &'a Departments,
    /// The network.
    pub network: &'a Arc<Network>,
    /// The doors of the nodes.
    pub doors: &'a Doors,
    /// The days that have passed.
    pub leapt: &'a Leapt,
}

/// Prefix of the files of the node at a place.
pub fn prefix(place: usize) -> String {
    format!("node{place}")
}

impl Node {
    /// Starts the node at a place, for the `life`-th time, over an index. `None` if no member has the place.
    pub fn start(
        context: &Context,
        around: &Surroundings<'_>,
        place: usize,
        life: u64,
        index: Index,
    ) -> Option<Self> {
        let plan = around.plan;
        let conduct = plan.conduct(place);
        let ahead_ms = plan.clocks.get(place).copied().unwrap_or(0) + around.leapt.ms();
        let clock = Arc::new(AtomicI64::new(ahead_ms));
        let key = around.departments.validator_key(place)?;
        let validator = around.departments.validators.get(place)?.public_key();
        let drafts = DraftKeys::of(around.departments.validators.get(place)?);
        let genesis = around.departments.genesis.clone();
        let settings = Settings {
            genesis: genesis.clone(),
            key,
            prefix: prefix(place),
            leader_timeout: plan.leader_timeout,
            cache_pages: const { std::num::NonZeroUsize::new(256).expect("not zero") },
            faults: Faults {
                skip_root_check: conduct == Some(Byzantine::WrongRoots)
                    || plan.mutant == Some(Mutant::SkipRootCheck),
                propose_wrong_root: conduct == Some(Byzantine::WrongRoots),
                skip_guard_sync: plan.mutant == Some(Mutant::SkipGuardSync),
                skip_validators: plan.mutant == Some(Mutant::SkipValidators),
                clock_ahead_ms: clock.clone(),
            },
        };
        let conduct = if conduct == Some(Byzantine::VotesTwice) {
            Conduct::VotesTwice
        } else {
            Conduct::Honest
        };
        let stand = Arc::new(Mutex::new(Stand::Starting));
        let (network, shared, doors) = (around.network.clone(), stand.clone(), around.doors.clone());
        let chance = Chance::part(plan.seed, 1000 + u64::try_from(place).unwrap_or(0) * 1000 + life);
        let (heartbeat, patience) = (plan.heartbeat, plan.leader_timeout * 4);
        let context = context
            .child("member")
            .with_attribute("place", place)
            .with_attribute("life", life);
        let ahead = clock.clone();
        let program = plan.program(place, life);
        let task = context.spawn(move |context| async move {
            let set = |next: Stand| *shared.lock().unwrap_or_else(PoisonError::into_inner) = next;
            let platform = SimulatedPlatform::new(context.child("platform"), ahead, chance);
            let registry = match registry(program) {
                Ok(registry) => registry,
                Err(reason) => return set(Stand::Stopped(reason.to_string())),
            };
            let parts = Parts {
                mempool: Mempool::new(yinxin_mempool::Limits {
                    window_ms: genesis.limits.window_ms,
                    ..yinxin_mempool::Limits::default()
                }),
                genesis,
                registry,
                index,
                platform: Arc::new(platform),
                validator,
                drafts,
                heartbeat,
                patience,
                desk: None,
                demonstration: None,
            };
            let core = match Core::new(parts) {
                Ok(core) => core,
                Err(reason) => return set(Stand::Stopped(reason.to_string())),
            };
            let member = Arc::new(Member(core.clone()));
            let running = match network
                .start(context.child("consensus"), place, conduct, settings, member)
                .await
            {
                Ok(running) => running,
                Err(reason) => return set(Stand::Stopped(reason.to_string())),
            };
            if let Err(reason) = core.attach(running.ledger, running.gossip) {
                return set(Stand::Stopped(reason.to_string()));
            }
            let router = yinxin_api::router(core.clone(), HttpLimits::default());
            let calls = doors.open(place);
            set(Stand::Running(core.clone()));
            let serve = Box::pin(calls.for_each(|call| {
                let (core, router) = (core.clone(), router.clone());
                context
                    .child("request")
                    .spawn(move |_| answer(core, router, call));
                std::future::ready(())
            }));
            let lacks = Box::pin(core.lacks_a_version());
            let ended = select(select(running.task, lacks), serve).await;
            set(Stand::Stopped(match ended {
                Either::Left((Either::Right((lacking, _)), _)) => lacking.rejection().to_string(),
                Either::Left((Either::Left(_), _)) => "its engine stopped".to_owned(),
                Either::Right(_) => "its door was shut".to_owned(),
            }));
        });
        Some(Self { clock, task, stand })
    }

    /// Lets so many milliseconds pass on its clock.
    pub fn pass(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Stand> {
        self.stand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it stands.
    pub fn stand(&self) -> Stand {
        self.lock().clone()
    }

    /// The node, if it runs.
    pub fn core(&self) -> Option<Arc<Core>> {
        match &*self.lock() {
            Stand::Running(core) => Some(core.clone()),
            Stand::Starting | Stand::Stopped(_) => None,
        }
    }

    /// Kills it: every task ends where it is, and what was not synced is lost.
    pub fn kill(self) {
        self.task.abort();
        *self.lock() = Stand::Stopped("killed".to_owned());
    }
}
