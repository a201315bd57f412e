//! `yinxin node`: one node, until it is told to stop.

use std::fs::{self, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use clap::Args;
use futures::channel::oneshot;
use tracing_subscriber::EnvFilter;
use yinxin_execution::Unsupported;
use yinxin_types::codes::SCENARIO_VERSION_UNKNOWN;

use crate::cli::failure::{Exit, Failure};
use crate::cli::language::words;
use crate::cli::stop;
use crate::config::{CONFIG_FILE, ConfigError, NodeConfig};
use crate::run::RunError;

/// Name of the file whose lock says that a node runs on this data directory. The system lets go of the lock when the process ends, however
/// it ends.
const LOCK_FILE: &str = "lock";

/// Arguments of `node`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// 数据目录 · the data directory
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// 标准输入关闭即停止 · stop when standard input closes
    #[arg(long)]
    until_stdin_closes: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let _lock = lock_node(&arguments.data)?;
    let config = NodeConfig::load(&arguments.data)?;
    log_to_standard_error(&config.log)?;
    let (stop, stopped) = oneshot::channel();
    let stop = Arc::new(Mutex::new(Some(stop)));
    let tell = {
        let stop = Arc::clone(&stop);
        move || {
            if let Some(stop) = stop.lock().ok().and_then(|mut stop| stop.take()) {
                // A node that has ended by itself needs not be told.
                let _ = stop.send(());
            }
        }
    };
    stop::on_signal(tell.clone())?;
    if arguments.until_stdin_closes {
        stop::on_end_of_input(tell)?;
    }
    match crate::run(config, stopped) {
        Ok(()) => Ok(Exit::Done),
        Err(RunError::Unsupported(lacking)) => {
            let Unsupported {
                scenario,
                needed,
                newest,
                height,
            } = &lacking;
            let name = SCENARIO_VERSION_UNKNOWN.name;
            Err(Failure::new(
                Exit::Unavailable,
                name,
                words!(
                    "区块 {height} 需要场景 {scenario} 的第 {needed} 版,本程序最高为第 {newest} 版。节点已在该区块之前停止,数据完好。请安装新版程序后重新启动。",
                    "Block {height} needs version {needed} of scenario {scenario}; this program has up to version {newest}. The node stopped before that block and its data are intact. Install the newer program and start it again."
                ),
            ))
        }
        Err(error) => Err(Failure::new(
            Exit::Unavailable,
            "NODE",
            words!(
                "节点已停止。请查看日志;若怀疑数据损坏,用 yinxin verify --data 检查。",
                "The node stopped. See its log; if data may be damaged, check it with yinxin verify --data."
            ),
        )
        .caused_by(&error)),
    }
}

/// Takes the lock of a node's data directory.
///
/// # Errors
/// Those of [`lock`], and [`Exit::Unreadable`] for a folder that is not a node's, in which nothing is left behind.
pub(super) fn lock_node(folder: &Path) -> Result<fs::File, Failure> {
    let file = folder.join(CONFIG_FILE);
    fs::metadata(&file).map_err(|source| ConfigError::Read { path: file, source })?;
    lock(folder)
}

/// Takes the lock of a folder, held until the file is dropped.
///
/// # Errors
/// [`Exit::Unavailable`] where another process holds it, [`Exit::Unreadable`] where there is no such folder.
pub(crate) fn lock(folder: &Path) -> Result<fs::File, Failure> {
    let path = folder.join(LOCK_FILE);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| Failure::unreadable(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let folder = folder.display();
            Err(Failure::new(
                Exit::Unavailable,
                "RUNNING",
                words!(
                    "已有节点正在使用 {folder}。请先停止它,再试一次。",
                    "A node is running on {folder}. Stop it first, then try again."
                ),
            ))
        }
        Err(TryLockError::Error(error)) => Err(Failure::unwritable(&path, &error)),
    }
}

/// Logs to standard error. `RUST_LOG` overrules the configuration.
fn log_to_standard_error(configured: &str) -> Result<(), Failure> {
    let wrong = |error: &dyn std::error::Error| {
        Failure::usage(words!(
            "日志级别无法识别,请改正 node.toml 中的 log.filter。",
            "The log filter is not understood. Mend log.filter in node.toml."
        ))
        .caused_by(error)
    };
    let filter = match EnvFilter::try_from_default_env() {
        Ok(filter) => filter,
        Err(_) => EnvFilter::try_new(configured).map_err(|error| wrong(&error))?,
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .try_init()
        .map_err(|error| wrong(error.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_locked_by_one_node_at_a_time_and_by_nobody_who_has_ended() {
        let folder = tempfile::tempdir().unwrap();
        let first = lock(folder.path()).unwrap();
        assert_eq!(lock(folder.path()).unwrap_err().name, "RUNNING");
        drop(first);
        assert!(lock(folder.path()).is_ok());
    }
}
