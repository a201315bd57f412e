//! What is measured: a new network of processes in a temporary folder, or a node that is there.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use yinxin_types::Suite;

use crate::bench::machine::{disk_bytes, memory};
use crate::cli::clock;
use crate::cli::failure::Failure;
use crate::cli::language::words;
use crate::config::{HttpLimitsFile, LogFile, RateFile};
use crate::demo::departments::DEPARTMENTS;
use crate::demo::folders::{Department, founders};
use crate::demo::processes::Network;
use crate::init::{Plan, found};

/// How long a new network may take to run.
const PATIENCE: Duration = Duration::from_secs(60);
/// A rate that no load generator reaches: all requests come from one address.
const UNBOUNDED: RateFile = RateFile {
    per_second: 1_000_000,
    burst: 1_000_000,
};

/// A network of our own.
struct Own {
    processes: Network,
    departments: Vec<Department>,
    /// Deleted when it is dropped, which is after the processes have stopped.
    folder: TempDir,
}

/// What is measured.
pub(super) struct Target {
    /// HTTP addresses of the nodes that take the load.
    pub addresses: Vec<SocketAddr>,
    own: Option<Own>,
}

impl Target {
    /// A node that is there.
    ///
    /// # Errors
    /// An address that is none.
    pub fn existing(url: &str) -> Result<Self, Failure> {
        let wrong = || {
            Failure::usage(words!(
                "--url 应形如 http://127.0.0.1:8600。",
                "--url is like http://127.0.0.1:8600."
            ))
        };
        let host = url
            .strip_prefix("http://")
            .map(|rest| rest.trim_end_matches('/'))
            .ok_or_else(wrong)?;
        let address = host
            .to_socket_addrs()
            .ok()
            .and_then(|mut found| found.next())
            .ok_or_else(wrong)?;
        Ok(Self {
            addresses: vec![address],
            own: None,
        })
    }

    /// A new network of `nodes` processes, in a temporary folder under `parent` or the system's.
    ///
    /// # Errors
    /// Where it does not run.
    pub fn start(nodes: usize, parent: Option<&Path>, interrupted: &AtomicBool) -> Result<Self, Failure> {
        let folder = match parent {
            Some(parent) => tempfile::tempdir_in(parent),
            None => tempfile::tempdir(),
        };
        let folder = folder.map_err(|error| Failure::internal(&error))?;
        let examples: Vec<_> = DEPARTMENTS.iter().take(nodes).copied().collect();
        let mut plan = Plan::new(
            "bench".to_owned(),
            Suite::Intl,
            clock::now(),
            founders(&examples)?,
        );
        // All load comes from one address, and a benchmark measures the ledger, not its guards against one client.
        plan.http_limits = HttpLimitsFile {
            connections: Some(4_096),
            address_connections: Some(4_096),
            requests: Some(4_096),
            batches: Some(64),
            address_rate: Some(UNBOUNDED),
            account_rate: Some(UNBOUNDED),
            ..HttpLimitsFile::default()
        };
        plan.log = LogFile {
            filter: "warn".to_owned(),
        };
        let founded = found(&plan, folder.path())?;
        let departments: Vec<Department> = plan
            .founders
            .iter()
            .zip(founded.folders)
            .map(|(founder, folder)| Department {
                name: founder.name.clone(),
                code: founder.code.to_string(),
                folder,
            })
            .collect();
        let addresses: Vec<SocketAddr> = plan.founders.iter().map(|founder| founder.http).collect();
        let mut processes = Network::start(&departments, &addresses)?;
        processes.wait_until_running(PATIENCE, &|| interrupted.load(Ordering::Relaxed))?;
        Ok(Self {
            addresses,
            own: Some(Own {
                processes,
                departments,
                folder,
            }),
        })
    }

    /// The folder whose disk the nodes use, if they are ours.
    pub fn folder(&self) -> Option<&Path> {
        self.own.as_ref().map(|own| own.folder.path())
    }

    /// Our departments, in the order of the addresses.
    pub fn departments(&self) -> &[Department] {
        self.own.as_ref().map_or(&[], |own| own.departments.as_slice())
    }

    /// Process identifiers of our nodes.
    pub fn pids(&self) -> Vec<u32> {
        let nodes = self.own.iter().flat_map(|own| own.processes.nodes());
        nodes.map(|node| node.pid()).collect()
    }

    /// Bytes of memory of each of our nodes: now, and at most.
    pub fn memory(&self) -> Vec<(u64, u64)> {
        self.pids().into_iter().filter_map(memory).collect()
    }

    /// Bytes of disk of all our nodes together.
    pub fn disk_bytes(&self) -> u64 {
        let departments = self.own.iter().flat_map(|own| &own.departments);
        departments.map(|department| disk_bytes(&department.folder)).sum()
    }
}
