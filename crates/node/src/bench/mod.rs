//! `yinxin bench`: what a network of real processes does on this machine, and what the machine itself allows.
//!
//! ```text
//! machine ─► network ─► light ─► warm-up ─► saturation ─► overload ─► disk, memory
//! bounds     processes   one at    how fast    steady       twice the
//!                │       a time    about       state        capacity
//!                └─► people, certificates, leases ─► deposits and looks: one at a time, then many at a time
//! ```
//!
//! Deposits are signed before each phase, off the clock, by many accounts; one thread sends them over connections that stay open.

mod catalogue;
mod errands;
mod items;
mod load;
mod looks;
mod machine;
mod network;
mod phases;
mod report;
mod shelf;
mod signing;
mod summary;
mod watch;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;

use crate::bench::network::Target;
use crate::bench::phases::Bench;
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::language::words;
use crate::cli::stop;

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 节点数(在本机新建网络) · nodes of a new network on this machine
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=16))]
    nodes: u8,
    /// 测量已有节点 · measure a node that is there instead
    #[arg(long, value_name = "URL", conflicts_with = "nodes")]
    url: Option<String>,
    /// 每个阶段的秒数 · seconds of a phase
    #[arg(long, value_name = "S", default_value_t = 20, value_parser = clap::value_parser!(u64).range(4..=600))]
    seconds: u64,
    /// 固定提交速率(笔/秒) · submit at this rate instead of as fast as the network takes it
    #[arg(long, value_name = "R", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    rate: Option<u64>,
    /// 连接数 · connections; by default 2 for each node, with --single 64
    #[arg(long, value_name = "C", value_parser = clap::value_parser!(u16).range(1..=2048))]
    clients: Option<u16>,
    /// 账户数 · accounts that sign
    #[arg(long, value_name = "A", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    accounts: u32,
    /// 每个请求一笔存证 · one deposit for each request instead of batches
    #[arg(long)]
    single: bool,
    /// 持续加载到 N 个条目,观察内存和磁盘 · load until there are N entries and watch memory and disk
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1_000..=100_000_000))]
    entries: Option<u64>,
    /// 测量查阅:同一运行中与存证比较 · measure looks at protected data, beside deposits in the same run
    #[arg(long, conflicts_with_all = ["url", "entries", "rate", "single"])]
    looks: bool,
    /// 测量事项导入:从一个表格发布 N 项(19 个部门) · measure loading N service items of 19 departments from one table
    #[arg(long, value_name = "N", conflicts_with_all = ["url", "entries", "rate", "single", "looks"], value_parser = clap::value_parser!(u16).range(1..=10_000))]
    items: Option<u16>,
    /// 新网络所在目录(默认为系统临时目录) · where the new network lies; by default the system's folder for temporary files
    #[arg(long, value_name = "DIR", conflicts_with = "url")]
    data: Option<PathBuf>,
}

pub(crate) fn run(console: &Console, arguments: &Arguments) -> Result<Exit, Failure> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupted);
    stop::on_signal(move || flag.store(true, Ordering::Relaxed))?;
    if cfg!(debug_assertions) {
        console.warn(&words!(
            "这是调试版本,测量结果没有意义;请用 cargo build --release。",
            "This is a debug build; its figures mean nothing. Use cargo build --release."
        ));
    }
    let spinner = console.spinner(&words!("启动网络", "starting the network"));
    let target = match &arguments.url {
        Some(url) => Target::existing(url)?,
        None => Target::start(
            usize::from(arguments.nodes),
            arguments.data.as_deref(),
            &interrupted,
        )?,
    };
    spinner.finish_and_clear();
    if let Some(count) = arguments.items {
        return items::run(console, &target, usize::from(count));
    }
    let bench = Bench::new(console, arguments, target, interrupted)?;
    let outcome = match arguments.entries {
        Some(entries) => bench.fill(entries)?,
        None if arguments.looks => bench.looks()?,
        None => bench.measure()?,
    };
    console.document(&outcome.json());
    outcome.tell(console);
    Ok(Exit::Done)
}
