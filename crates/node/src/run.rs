//! Running a node in the real world.

use std::sync::Arc;
use std::time::Duration;

use futures::channel::oneshot;
use futures::future::{Either, select};
use thiserror::Error;
use tracing::{error, info, warn};
use yinxin_consensus::runtime::{Runner as _, Supervisor as _, tokio as engine_tokio};
use yinxin_consensus::{EngineError, Faults, NetworkSettings, Settings, StartError, ValidatorKey, VoteGuard};
use yinxin_execution::{RegistryError, Unsupported};
use yinxin_index::{Index, IndexError};
use yinxin_mempool::Mempool;
use yinxin_types::genesis::GenesisError;

use crate::config::NodeConfig;
use crate::core::{Core, CoreError, Desk, DeskError, DraftKeys, Member, Parts};
use crate::platform::{Platform as _, RealPlatform};
use crate::repair::{self, Failures, LEDGER_FOLDER, STEADY};
use crate::scenarios;

/// The prefix of every partition of a real node.
pub(crate) const LEDGER_PREFIX: &str = "yinxin";

/// Why a node stopped or could not start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RunError {
    /// The scenarios of this program do not fit together.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The founding document breaks a rule.
    #[error("the genesis document is not valid: {0}")]
    Genesis(#[from] GenesisError),
    /// The validator key is of an algorithm validators do not vote with.
    #[error("validators vote with Ed25519 keys")]
    Key,
    /// The index cannot be opened, and deleting it did not help.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The node cannot be put together.
    #[error(transparent)]
    Core(#[from] CoreError),
    /// The department's desk cannot be opened.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// Consensus cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A ledger that failed again and again cannot be set aside.
    #[error("the damaged ledger cannot be set aside: {0}")]
    SetAside(std::io::Error),
    /// The HTTP address cannot be opened.
    #[error("cannot listen on {address} for HTTP: {source}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The ledger needs a version of a scenario that this program lacks. Its data are whole.
    #[error("{}", .0.rejection())]
    Unsupported(Unsupported),
    /// The engine stopped by itself, which it does only when going on would not be safe.
    #[error("the engine stopped because going on would not be safe; its last words are in the log")]
    Engine,
}

/// Runs a node until `stop` resolves or its sender is dropped. Blocks the calling thread.
pub fn run(config: NodeConfig, stop: oneshot::Receiver<()>) -> Result<(), RunError> {
    let failures = Failures::of(&config.folder);
    failures.watch_panics();
    let runtime = engine_tokio::Config::new()
        .with_storage_directory(config.folder.join(LEDGER_FOLDER))
        .with_worker_threads(2)
        .with_tcp_nodelay(Some(true))
        .with_catch_panics(false);
    let ended =
        engine_tokio::Runner::new(runtime).start(|context| node(context, config, failures.clone(), stop));
    // No other failure is that of the ledger's files.
    if let Err(RunError::Start(StartError::Engine(EngineError::Storage(reason)))) = &ended {
        failures.record(reason);
    }
    ended
}

async fn node(
    context: engine_tokio::Context,
    config: NodeConfig,
    failures: Failures,
    stop: oneshot::Receiver<()>,
) -> Result<(), RunError> {
    let key = ValidatorKey::new(&config.validator_key).ok_or(RunError::Key)?;
    let platform = RealPlatform::new(context.child("platform"));
    let guard = VoteGuard::<engine_tokio::Context>::partition(LEDGER_PREFIX);
    if repair::set_aside_if_damaged(&config, &failures, &guard, platform.now()).map_err(RunError::SetAside)? {
        Index::erase(&config.index)?;
    }
    let index = open_index(&config)?;
    let mut limits = config.mempool;
    limits.window_ms = config.genesis.limits.window_ms;
    let desk = match config.desk {
        Some(keys) => {
            let suite = config.genesis.suite;
            let desk = Desk::open(keys.department, keys.seal, &keys.root, &keys.materials, suite)?;
            let desk = match keys.wallets {
                Some(address) => desk.reached_at(address)?,
                None => desk,
            };
            Some(match keys.mail {
                Some(mail) => desk.writing_by(mail)?,
                None => desk,
            })
        }
        None => None,
    };
    let core = Core::new(Parts {
        genesis: config.genesis.clone(),
        registry: scenarios::registry()?,
        index,
        mempool: Mempool::new(limits),
        platform: platform.clone(),
        validator: config.validator_key.public_key(),
        drafts: DraftKeys::of(&config.validator_key),
        heartbeat: config.heartbeat,
        patience: config.leader_timeout.saturating_mul(3),
        desk,
        demonstration: config.demonstration,
    })?;
    let chain = config.genesis.chain()?;
    let settings = Settings {
        genesis: config.genesis,
        key,
        prefix: LEDGER_PREFIX.to_owned(),
        leader_timeout: config.leader_timeout,
        cache_pages: config.cache_pages,
        faults: Faults::default(),
    };
    let network = NetworkSettings {
        chain,
        listen: config.p2p_listen,
        peers: config.peers,
        clock_tolerance: config.clock_tolerance,
    };
    let listener = tokio::net::TcpListener::bind(config.http_listen).await;
    let listener = listener.map_err(|source| RunError::Listen {
        address: config.http_listen,
        source,
    })?;
    let member = Arc::new(Member(core.clone()));
    let running = yinxin_consensus::start(context.child("consensus"), settings, network, member).await?;
    let ledger = running.ledger.clone();
    core.attach(running.ledger, running.gossip)?;
    info!(%chain, folder = %config.folder.display(), "node started");
    let steady = platform.sleep(STEADY);
    let forget = failures.clone();
    platform.spawn(Box::pin(async move {
        steady.await;
        forget.clear();
    }));

    let (stop_http, http_stopped) = oneshot::channel::<()>();
    let lacks = core.clone();
    let router = yinxin_api::router(core, config.http_limits.clone());
    let http = tokio::spawn(yinxin_api::serve(
        listener,
        router,
        config.http_limits,
        async move {
            // Resolves as well when the node goes down without saying so.
            let _ = http_stopped.await;
        },
    ));
    // The state may be newer than the program, or a block to come. A block that waits for its version keeps the state from being read, so
    // neither waits for the other.
    let lacks = Box::pin(async move {
        let newer = Box::pin(async {
            match lacks.check_versions(ledger.as_ref()).await {
                Err(lacking) => lacking,
                Ok(()) => std::future::pending().await,
            }
        });
        match select(newer, Box::pin(lacks.lacks_a_version())).await {
            Either::Left((lacking, _)) | Either::Right((lacking, _)) => lacking,
        }
    });
    let ended = select(select(stop, lacks), running.task).await;
    drop(stop_http);
    if let Ok(Err(reason)) = tokio::time::timeout(Duration::from_secs(5), http).await {
        warn!(%reason, "the HTTP server did not stop cleanly");
    }
    match ended {
        Either::Left((Either::Right((lacking, _)), _)) => {
            error!(reason = %lacking.rejection(), "the node stops before a block that it cannot execute");
            failures.clear();
            failures.stopped();
            Err(RunError::Unsupported(lacking))
        }
        Either::Left((Either::Left(_), _)) => {
            info!("node stopped");
            failures.clear();
            failures.stopped();
            Ok(())
        }
        Either::Right(_) => {
            error!("the engine stopped");
            Err(RunError::Engine)
        }
    }
}

/// Opens the index; one that is damaged or of another layout is deleted and rebuilt from the blocks as they are delivered.
fn open_index(config: &NodeConfig) -> Result<Index, RunError> {
    // Opening looks at the whole only for as long as a start may take, so the row the node begins with is read as well.
    let opened = Index::open(&config.index, &config.genesis).and_then(|index| {
        if let Some(height) = index.height() {
            index.block(height)?;
        }
        Ok(index)
    });
    match opened {
        Err(reason) if reason.calls_for_rebuild() => {
            warn!(%reason, "the index is deleted and will be rebuilt");
            Index::erase(&config.index)?;
            Ok(Index::open(&config.index, &config.genesis)?)
        }
        opened => Ok(opened?),
    }
}
