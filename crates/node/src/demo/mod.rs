//! `yinxin demo`: a network of departments on one machine, each node a process of its own.
//!
//! ```text
//! departments ─► folders (init) ─► ports ─► processes ─► samples ─► people, items, cases ─► summary ─► wait ─► stop
//!                 first run only                          first run only     first run only
//! ```

mod cases;
pub(crate) mod departments;
mod filing;
pub(crate) mod folders;
mod founding;
pub(crate) mod personas;
pub(crate) mod processes;
pub(crate) mod samples;
mod services;

use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::json;

use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::home::Home;
use crate::cli::language::words;
use crate::cli::stop;
use crate::demo::departments::DEPARTMENTS;
use crate::demo::folders::{Department, Folders};
use crate::demo::processes::Network;

/// Name of the demonstration's network.
const NETWORK_NAME: &str = "两城政务共享演示账本";
/// The port of the first node's portal unless another is named.
const PORT: u16 = 8600;
/// How often the processes are looked after.
const LOOK: Duration = Duration::from_millis(300);
/// How long the network may take to run.
const PATIENCE: Duration = Duration::from_secs(60);

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// 部门数 · how many departments
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=16))]
    nodes: u8,
    /// 首个门户的端口,0 为任意空闲端口 · port of the first portal, 0 for any that is free (first run: 8600; later: as before)
    #[arg(long, value_name = "P")]
    port: Option<u16>,
    /// 数据目录 · where everything lies
    #[arg(long, value_name = "DIR", default_value = "./yinxin-demo")]
    data: PathBuf,
    /// 删除上次演示,重新开始 · delete the last demonstration and begin anew
    #[arg(long)]
    fresh: bool,
}

pub(crate) fn run(console: &Console, arguments: &Arguments) -> Result<Exit, Failure> {
    let began = Instant::now();
    let (told, stop) = mpsc::channel();
    stop::on_signal(move || {
        // The receiver is gone only when the demonstration is over.
        let _ = told.send(());
    })?;
    let wanted = usize::from(arguments.nodes);
    let folders = Folders::open(&arguments.data, &DEPARTMENTS, wanted, arguments.fresh)?;
    let chain = folders
        .genesis
        .chain()
        .map_err(|error| Failure::internal(&error))?;
    // Without a home there is no list of trusted chains; the demonstration runs all the same.
    if let Ok(home) = Home::find() {
        home.trust(chain, &folders.genesis.name)?;
    }
    if folders.continued && folders.departments.len() != wanted {
        let there = folders.departments.len();
        console.warn(&words!(
            "继续已有的网络({there} 个部门);要更改部门数,请加 --fresh 重新开始。",
            "Going on with the network that is there ({there} departments); for another number begin anew with --fresh."
        ));
    }
    let addresses = folders.settle(arguments.port.or((!folders.continued).then_some(PORT)))?;
    let mut network = Network::start(&folders.departments, &addresses)?;
    let wait = console.spinner(&words!("启动节点", "starting the nodes"));
    network.wait_until_running(PATIENCE, &|| stop.try_recv().is_ok())?;
    wait.finish_and_clear();
    let samples = samples::make(console, &folders, &network)?;
    personas::make(console, &folders, &network)?;
    tell(console, &folders, &network, &samples, began.elapsed());
    look_after(console, &mut network, &stop)?;
    let wait = console.spinner(&words!("正在停止", "stopping"));
    network.stop();
    wait.finish_and_clear();
    console.say(&words!(
        "已停止。再次运行 yinxin demo 将继续同一条链。",
        "Stopped. Run yinxin demo again to go on with the same chain."
    ));
    Ok(Exit::Done)
}

fn tell(console: &Console, folders: &Folders, network: &Network, samples: &samples::Samples, took: Duration) {
    let portal = network
        .nodes()
        .first()
        .map(|node| node.url.clone())
        .unwrap_or_default();
    console.say(&if folders.continued {
        words!("印信演示网络已继续运行。", "The Yinxin demonstration goes on.")
    } else {
        words!("印信演示网络已运行。", "The Yinxin demonstration runs.")
    });
    let chain = &samples.chain;
    console.say(&words!("链标识:{chain}", "chain: {chain}"));
    for (Department { name, code, folder }, node) in folders.departments.iter().zip(network.nodes()) {
        let (pid, url, folder) = (node.pid(), &node.url, folder.display());
        console.say(&words!(
            "  {name} {code}\n    {url}/  进程 {pid}  {folder}",
            "  {name} {code}\n    {url}/  pid {pid}  {folder}"
        ));
    }
    if samples.made > 0 {
        let (made, folder) = (samples.made, samples.folder.display());
        console.say(&words!(
            "已存证 {made} 个示例文件并核验其回执:{folder}",
            "{made} sample files were deposited and their receipts verified: {folder}"
        ));
    }
    if let Some((receipt, file)) = &samples.example {
        let (receipt, file) = (receipt.display(), file.display());
        console.say(&words!(
            "离线核验:yinxin receipt verify {receipt} {file}",
            "verify without a network: yinxin receipt verify {receipt} {file}"
        ));
    }
    console.line(&format!("portal: {portal}/"));
    console.line(&format!("ready in {} ms", took.as_millis()));
    console.say(&words!("按 Ctrl-C 停止。", "Press Ctrl-C to stop."));
    console.document(&json!({
        "chain": samples.chain,
        "nodes": folders.departments.iter().zip(network.nodes()).map(|(department, node)| json!({
            "code": department.code, "folder": department.folder, "name": department.name, "pid": node.pid(),
            "url": node.url,
        })).collect::<Vec<_>>(),
        "portal": format!("{portal}/"),
        "ready_ms": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "samples": samples.folder,
    }));
}

/// Waits until told to stop, and says when a node has ended by itself.
fn look_after(console: &Console, network: &mut Network, stop: &mpsc::Receiver<()>) -> Result<(), Failure> {
    loop {
        match stop.recv_timeout(LOOK) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => {}
        }
        for ended in network.newly_ended() {
            let (name, status, folder) = (&ended.name, &ended.status, ended.folder.display());
            console.warn(&words!(
                "{name} 的节点已停止({status})。日志:{folder}/log。重新启动:yinxin node --data {folder}",
                "The node of {name} has ended ({status}). Its log: {folder}/log. Start it again with: yinxin node --data {folder}"
            ));
        }
        if network.is_empty() {
            return Err(Failure::new(
                Exit::Unavailable,
                "ALL_ENDED",
                words!("所有节点都已停止。", "Every node has ended."),
            ));
        }
    }
}
