//! Versions of scenarios (场景版本) in a running node: which the ledger has, which this program and those of the other members have, and the end
//! of a program that lacks one.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::channel::oneshot;
use parking_lot::Mutex;
use yinxin_api::{PlannedUpgrade, RunningMigration, ScenarioStatus, ScenarioVersion};
use yinxin_consensus::Ledger;
use yinxin_crypto::PublicKey;
use yinxin_execution::{ChainRecord, Unsupported, Versions};
use yinxin_types::{BlockTime, Height};

use super::Core;
use super::messages::Ask;

/// How long what another node said of its program is not asked again, in milliseconds.
const FRESH_MS: u64 = 30_000;
/// The most scenarios that another node may name.
const MOST: usize = 256;

/// The newest version of each scenario that a program has.
type Newest = BTreeMap<String, u32>;

/// What the node knows of versions.
#[derive(Debug)]
pub(super) struct Upgrades {
    /// As the last final block left them.
    versions: Mutex<Versions>,
    /// What the nodes of others said of their programs.
    announced: Mutex<BTreeMap<PublicKey, Newest>>,
    asked: Mutex<Option<BlockTime>>,
    stop: Mutex<Option<oneshot::Sender<Unsupported>>>,
    stopped: Mutex<Option<oneshot::Receiver<Unsupported>>>,
}

impl Default for Upgrades {
    fn default() -> Self {
        let (stop, stopped) = oneshot::channel();
        Self {
            versions: Mutex::default(),
            announced: Mutex::default(),
            asked: Mutex::default(),
            stop: Mutex::new(Some(stop)),
            stopped: Mutex::new(Some(stopped)),
        }
    }
}

impl Upgrades {
    pub(super) fn now(&self) -> Versions {
        self.versions.lock().clone()
    }

    pub(super) fn learn(&self, versions: &Versions) {
        self.versions.lock().clone_from(versions);
    }

    /// The next block cannot be executed by this program.
    pub(super) fn lack(&self, lacking: Unsupported) {
        if let Some(stop) = self.stop.lock().take() {
            // Whoever waits for it may be stopping the node already.
            let _ = stop.send(lacking);
        }
    }
}

impl Core {
    /// Resolves when the next block needs a version of a scenario that this program lacks; its owner then stops the node. May be asked once.
    pub async fn lacks_a_version(&self) -> Unsupported {
        let stopped = self.upgrades.stopped.lock().take();
        match stopped {
            Some(stopped) => match stopped.await {
                Ok(lacking) => lacking,
                Err(_) => std::future::pending().await,
            },
            None => std::future::pending().await,
        }
    }

    /// The versions as the last final block left them.
    pub fn versions(&self) -> Versions {
        self.upgrades.now()
    }

    /// Refuses to begin on a state that needs a version of a scenario which this program lacks, in force already or with the next block.
    ///
    /// # Errors
    /// [`Unsupported`].
    pub async fn check_versions(&self, ledger: &dyn Ledger) -> Result<(), Unsupported> {
        let keys = vec![Versions::key(self.rules.hash), ChainRecord::key(self.rules.hash)];
        let Some(values) = ledger.read(keys).await else {
            // A state that cannot be read is found by whoever executes the next block.
            return Ok(());
        };
        let mut values = values.into_iter();
        let versions = values.next().flatten();
        let Some(versions) = Versions::from_bytes(versions.as_deref()) else {
            return Ok(());
        };
        let chain = values.next().flatten();
        let chain = chain.and_then(|bytes| serde_json::from_slice::<ChainRecord>(&bytes).ok());
        let next = Height(chain.map_or(0, |chain| chain.blocks).saturating_add(1));
        versions.check(&self.registry, next)?;
        self.upgrades.learn(&versions);
        Ok(())
    }

    /// The newest versions that this program has.
    pub(super) fn own_versions(&self) -> Newest {
        let newest = self.registry.newest_versions();
        newest.map(|(name, version)| (name.to_owned(), version)).collect()
    }

    /// What the node that votes with a key said of its program; none where it was not heard, or is older than the question.
    pub(super) fn versions_of(&self, validator: &PublicKey) -> Option<Vec<ScenarioVersion>> {
        let newest = if *validator == self.validator {
            self.own_versions()
        } else {
            self.upgrades.announced.lock().get(validator).cloned()?
        };
        let versions = newest.into_iter();
        Some(
            versions
                .map(|(scenario, newest)| ScenarioVersion { newest, scenario })
                .collect(),
        )
    }

    /// What the ledger and this program have of each scenario.
    pub(super) fn scenario_statuses(&self) -> Vec<ScenarioStatus> {
        let versions = self.upgrades.now();
        let of = |(scenario, newest): (&'static str, u32)| ScenarioStatus {
            active: versions.active(scenario),
            newest,
            planned: versions.planned(scenario).map(|planned| PlannedUpgrade {
                height: planned.height,
                to: planned.to,
            }),
            running: versions.running(scenario).map(|running| RunningMigration {
                begun: running.begun,
                records: running.records,
                to: running.to,
            }),
            scenario: scenario.to_owned(),
        };
        self.registry.newest_versions().map(of).collect()
    }

    /// Asks the other validators about their programs, if that was not done lately.
    pub(super) fn ask_for_versions(self: &Arc<Self>) {
        let now = self.platform.now();
        {
            let mut asked = self.upgrades.asked.lock();
            if asked.is_some_and(|asked| now.since(asked) < FRESH_MS) {
                return;
            }
            *asked = Some(now);
        }
        let core = self.clone();
        self.platform.spawn(Box::pin(async move {
            let voting = core.voting().validators;
            core.upgrades
                .announced
                .lock()
                .retain(|key, _| voting.contains(key));
            for validator in voting.into_iter().filter(|key| *key != core.validator) {
                let asked = core.clone();
                core.platform.spawn(Box::pin(async move {
                    let answer = asked.ask_peer(validator, &Ask::Versions {}).await;
                    let newest = answer
                        .ok()
                        .and_then(|answer| serde_json::from_value::<Newest>(answer).ok());
                    let mut announced = asked.upgrades.announced.lock();
                    match newest.filter(|newest| newest.len() <= MOST) {
                        Some(mut newest) => {
                            // What a peer calls its scenarios is shown to everybody.
                            newest.retain(|name, _| asked.registry.newest(name) > 0);
                            announced.insert(validator, newest)
                        }
                        None => announced.remove(&validator),
                    };
                }));
            }
        }));
    }
}
