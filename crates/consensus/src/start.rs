//! The engine for the real runtime. Here and in [`crate::simulated`] alone its many types are put together, so that no other crate
//! compiles them.

use std::sync::Arc;

use commonware_runtime::{Supervisor as _, tokio};
use thiserror::Error;
use yinxin_state::{Sha256, Sm3};
use yinxin_types::Suite;

use crate::application::Application;
use crate::block::BlockRules;
use crate::engine::{self, EngineError, Running, Settings};
use crate::network::{self, NetworkError, NetworkSettings};

/// Why a node's consensus cannot start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The network.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

/// Opens the links and starts the engine of a node.
pub async fn start(
    runtime: tokio::Context,
    settings: Settings,
    network: NetworkSettings,
    application: Arc<dyn Application>,
) -> Result<Running, StartError> {
    let suite = settings.genesis.suite;
    let rules = BlockRules {
        hash: suite.hash(),
        limits: settings.genesis.limits,
    };
    let (lines, links, oracle) = network::open(runtime.child("network"), &network, &settings.key, &rules)?;
    let network = (links, oracle.clone(), oracle);
    let engine = runtime.child("engine");
    let running = match suite {
        Suite::Intl => {
            engine::start::<_, Sha256, _, _, _, _, _>(engine, settings, application, lines, network).await?
        }
        Suite::Gm => {
            engine::start::<_, Sm3, _, _, _, _, _>(engine, settings, application, lines, network).await?
        }
    };
    Ok(running)
}
