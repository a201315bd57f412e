//! The program `yinxin`: its commands, and how each ends.
//!
//! ```text
//! arguments ─► Arguments ─► one command ─► Console (words or JSON) ─► Exit
//! ```
//!
//! Every command returns an [`Exit`] or a [`Failure`] that says what to do. `docs/operate/cli.md` is the manual.

mod account;
pub(crate) mod chain;
mod chains;
pub(crate) mod clock;
pub(crate) mod console;
pub(crate) mod deposit;
pub(crate) mod evidence;
mod extract;
pub(crate) mod failure;
mod filing;
mod folder;
pub(crate) mod home;
mod init;
pub(crate) mod items;
pub(crate) mod language;
mod moments;
mod network;
mod node;
mod receipt;
mod records;
pub(crate) mod stop;
mod transaction;
mod upgrade;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use serde_json::json;

use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::language::{Language, Words};
use crate::{bench, demo};

pub(crate) use node::lock as node_lock;

/// 印信:政务部门共建的存证账本 · Yinxin: a ledger that departments keep together
#[derive(Debug, Parser)]
#[command(
    name = "yinxin",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
struct Arguments {
    /// 界面语言 · language (zh-CN, en); by default that of LANG
    #[arg(long, global = true, value_enum)]
    lang: Option<Language>,
    /// 以 JSON 输出,供程序读取 · print JSON for programs
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 建立网络:为每个成员生成一个文件夹 · found a network: one folder for each member
    Init(init::Arguments),
    /// 运行一个节点 · run a node
    Node(node::Arguments),
    /// 在本机运行演示网络 · run a network of departments on this machine, with sample deposits
    Demo(demo::Arguments),
    /// 存证:存入、质疑、处理、关联、查询 · evidence: deposit, challenge, resolve, link, look up
    #[command(subcommand)]
    Evidence(evidence::Command),
    /// 摘录:交付、领取、追查、核验 · extracts: deliver, fetch, trace, verify
    #[command(subcommand)]
    Extract(extract::Command),
    /// 事项:从表格导入、模板 · service items: import from a table, template
    #[command(subcommand)]
    Items(items::Command),
    /// 备案:登记表、记录清单 · filing: the sheet, a manifest of records
    #[command(subcommand)]
    Filing(filing::Command),
    /// 交易:提交、查询 · transactions: submit, ask
    #[command(subcommand)]
    Tx(transaction::Command),
    /// 回执:离线核验、举证报告 · receipts: verify without a network, court report
    #[command(subcommand)]
    Receipt(receipt::Command),
    /// 可信链:列出、信任、移除 · trusted chains: list, trust, forget
    #[command(subcommand)]
    Chains(chains::Command),
    /// 节点与账本的状态 · the state of a node and its chain
    Status(NodeAddress),
    /// 账本为何运行或停顿 · why the chain goes on or stands still
    Why(NodeAddress),
    /// 密钥:生成、查看 · keys: make, show
    #[command(subcommand)]
    Keys(account::Command),
    /// 离线检查已停止节点的全部数据 · check everything a stopped node has stored
    Verify(folder::VerifyArguments),
    /// 导出区块与终局证书,供审计 · write blocks and certificates out, for auditors
    Export(folder::ExportArguments),
    /// 场景升级:在副本上演练 · upgrades of scenarios: try one on a copy
    #[command(subcommand)]
    Upgrade(upgrade::Command),
    /// 性能测量 · measure throughput, latency and cost
    Bench(bench::Arguments),
    /// 版本 · the version
    Version,
}

/// The node that a command speaks to.
#[derive(Clone, Debug, Args)]
pub(crate) struct NodeAddress {
    /// 节点地址 · address of a node
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8600")]
    pub url: String,
}

/// Runs the program with these arguments, its own name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(told) => {
            // Help and version are asked for; anything else is a command line that cannot be used.
            let exit = if told.use_stderr() {
                Exit::Unreadable
            } else {
                Exit::Done
            };
            let _ = told.print();
            return ExitCode::from(exit.code());
        }
    };
    let console = Console {
        language: arguments.lang.unwrap_or_else(Language::of_environment),
        json: arguments.json,
    };
    let exit = match perform(console, arguments.command) {
        Ok(exit) => exit,
        Err(failure) => {
            console.fail(&failure);
            failure.exit
        }
    };
    ExitCode::from(exit.code())
}

fn perform(console: Console, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Init(arguments) => init::run(&console, &arguments),
        Command::Node(arguments) => node::run(&arguments),
        Command::Demo(arguments) => demo::run(&console, &arguments),
        Command::Evidence(command) => evidence::run(&console, command),
        Command::Extract(command) => extract::run(&console, command),
        Command::Items(command) => items::run(&console, command),
        Command::Filing(command) => filing::run(&console, command),
        Command::Tx(command) => transaction::run(&console, command),
        Command::Receipt(command) => receipt::run(&console, command),
        Command::Chains(command) => chains::run(&console, command),
        Command::Status(node) => network::status(&console, &node),
        Command::Why(node) => network::why(&console, &node),
        Command::Keys(command) => account::run(&console, command),
        Command::Verify(arguments) => folder::verify(&console, &arguments),
        Command::Export(arguments) => folder::export(&console, &arguments),
        Command::Upgrade(command) => upgrade::run(&console, &command),
        Command::Bench(arguments) => bench::run(&console, &arguments),
        Command::Version => {
            version(&console);
            Ok(Exit::Done)
        }
    }
}

fn version(console: &Console) {
    let version = env!("CARGO_PKG_VERSION");
    console.say(&Words::same(format!("yinxin {version}")));
    console.document(&json!({ "program": "yinxin", "version": version }));
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }
}
