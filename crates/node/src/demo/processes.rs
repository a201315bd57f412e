//! The nodes of a network on one machine, each a process of this same program.

use std::env;
use std::fs::{self, OpenOptions};
use std::io;
use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use yinxin_client::http::Client;

use crate::cli::failure::{Exit, Failure};
use crate::cli::language::words;
use crate::config::PASSPHRASE_VARIABLE;
use crate::demo::folders::Department;

/// Name of a node's log in its data directory.
const LOG_FILE: &str = "log";
/// A log that has grown beyond this many bytes is set aside when its node starts.
const LONGEST_LOG: u64 = 8 << 20;
/// How long a node that is told to stop may take.
const STOPPING: Duration = Duration::from_secs(10);
/// How often a process is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// A node as a process.
#[derive(Debug)]
pub(crate) struct Node {
    child: Child,
    name: String,
    folder: PathBuf,
    ended: bool,
    /// Base address of its interface, without a slash at the end.
    pub url: String,
}

impl Node {
    /// Process identifier.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

/// A node that ended although nobody told it to.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Its department.
    pub name: String,
    /// Its data directory.
    pub folder: PathBuf,
    /// How it ended.
    pub status: ExitStatus,
}

/// The processes of a network. Dropping them stops them.
#[derive(Debug)]
pub(crate) struct Network {
    nodes: Vec<Node>,
}

impl Network {
    /// Starts a node for each department, at the HTTP addresses that their configurations name.
    ///
    /// # Errors
    /// [`Exit::Unavailable`] where a process cannot be started; those that were are stopped.
    pub fn start(departments: &[Department], addresses: &[SocketAddr]) -> Result<Self, Failure> {
        let program = env::current_exe().map_err(|error| Failure::internal(&error))?;
        let mut network = Self { nodes: Vec::new() };
        for (department, address) in departments.iter().zip(addresses) {
            let child = spawn(&program, &department.folder).map_err(|error| Failure::internal(&error))?;
            network.nodes.push(Node {
                child,
                name: department.name.clone(),
                folder: department.folder.clone(),
                ended: false,
                url: format!("http://{address}"),
            });
        }
        Ok(network)
    }

    /// The nodes, in the order of the departments.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Whether every node has ended.
    pub fn is_empty(&self) -> bool {
        self.nodes.iter().all(|node| node.ended)
    }

    /// Waits until every node answers and says that the chain runs.
    ///
    /// # Errors
    /// [`Exit::Unavailable`] where a node ends, patience does, or `given_up` says so.
    pub fn wait_until_running(
        &mut self,
        patience: Duration,
        given_up: &dyn Fn() -> bool,
    ) -> Result<(), Failure> {
        let start = Instant::now();
        let clients: Vec<Client> = self.nodes.iter().map(|node| Client::new(&node.url)).collect();
        for client in &clients {
            while !runs(client) {
                if let Some(ended) = self.newly_ended().pop() {
                    return Err(did_not_start(
                        &ended.name,
                        &ended.folder,
                        &ended.status.to_string(),
                    ));
                }
                if given_up() {
                    return Err(Failure::new(
                        Exit::Unavailable,
                        "INTERRUPTED",
                        words!("启动已取消。", "Starting was broken off."),
                    ));
                }
                if start.elapsed() > patience {
                    let (name, folder) = self
                        .nodes
                        .first()
                        .map(|node| (node.name.clone(), node.folder.clone()))
                        .unwrap_or_default();
                    return Err(did_not_start(&name, &folder, "timeout"));
                }
                thread::sleep(LOOK);
            }
        }
        Ok(())
    }

    /// The nodes that ended since this was last asked.
    pub fn newly_ended(&mut self) -> Vec<Ended> {
        let mut all = Vec::new();
        for node in self.nodes.iter_mut().filter(|node| !node.ended) {
            if let Ok(Some(status)) = node.child.try_wait() {
                node.ended = true;
                all.push(Ended {
                    name: node.name.clone(),
                    folder: node.folder.clone(),
                    status,
                });
            }
        }
        all
    }

    /// Stops every node by the end of its standard input, and kills one that has not stopped after ten seconds.
    pub fn stop(&mut self) {
        for node in &mut self.nodes {
            drop(node.child.stdin.take());
        }
        let start = Instant::now();
        for node in self.nodes.iter_mut().filter(|node| !node.ended) {
            while matches!(node.child.try_wait(), Ok(None)) {
                if start.elapsed() > STOPPING {
                    // It ended in this very moment, or it will be waited for below.
                    let _ = node.child.kill();
                    break;
                }
                thread::sleep(LOOK);
            }
            // The process table keeps a process until somebody has waited for it.
            let _ = node.child.wait();
            node.ended = true;
        }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Whether a node answers that its chain goes on.
fn runs(client: &Client) -> bool {
    let why: Result<Value, _> = client.get("why");
    why.is_ok_and(|why| why.get("state").and_then(Value::as_str) == Some("running"))
}

fn did_not_start(name: &str, folder: &Path, status: &str) -> Failure {
    let folder = folder.display();
    Failure::new(
        Exit::Unavailable,
        "NOT_STARTED",
        words!(
            "{name} 的节点未能启动。请查看日志 {folder}/log。",
            "The node of {name} did not start. See its log {folder}/log."
        ),
    )
    .because(status)
}

/// Starts one node. It does not hear the terminal's Ctrl-C, but stops when this process ends, however it does.
fn spawn(program: &Path, folder: &Path) -> io::Result<Child> {
    let log = folder.join(LOG_FILE);
    if fs::metadata(&log).is_ok_and(|log| log.len() > LONGEST_LOG) {
        fs::rename(&log, log.with_extension("old"))?;
    }
    let log = OpenOptions::new().create(true).append(true).open(&log)?;
    Command::new(program)
        .arg("node")
        .arg("--data")
        .arg(folder)
        .arg("--until-stdin-closes")
        // Each node's passphrase lies in its own folder.
        .env_remove(PASSPHRASE_VARIABLE)
        .stdin(Stdio::piped())
        .stdout(log.try_clone()?)
        .stderr(log)
        .process_group(0)
        .spawn()
}
