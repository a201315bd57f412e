//! Wire it together: configuration, disks, sockets, clock, tasks; the `yinxin` program.
//!
//! [`core::Core`] is a whole node without its edges: it takes transactions in, gives them to consensus, records what is final and
//! answers the HTTP interface. It meets time, threads and tasks only through [`platform::Platform`], so the same node runs in the real
//! runtime ([`run()`]) and in the simulator.

pub mod audit;
pub mod bench;
pub mod cli;
pub mod config;
pub mod core;
pub mod demo;
pub mod init;
pub mod platform;
mod portal;
mod proof;
mod repair;
mod run;
pub mod scenarios;

pub use run::{RunError, run};
