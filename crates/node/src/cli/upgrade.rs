//! `yinxin upgrade`: what an upgrade of a scenario (场景升级) would do, found out on a copy of a stopped node's data.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use yinxin_consensus::rehearsal::{self, Inspected, RehearsalError, Rehearsed};

use crate::audit::{self, AuditError};
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::language::{Words, words};
use crate::cli::node::lock_node;
use crate::run::LEDGER_PREFIX;
use crate::scenarios;

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// 在数据副本上演练一次升级 · try an upgrade on a copy of the data
    Try(Try),
}

/// Arguments of `upgrade try`.
#[derive(Debug, Args)]
pub(super) struct Try {
    /// 数据目录(节点须已停止) · the data directory of a stopped node
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// 场景名称 · name of the scenario
    #[arg(long, value_name = "NAME")]
    scenario: String,
    /// 升级到的版本 · the version to try
    #[arg(long, value_name = "N")]
    to: u32,
}

pub(super) fn run(console: &Console, command: &Command) -> Result<Exit, Failure> {
    let Command::Try(arguments) = command;
    let _lock = lock_node(&arguments.data)?;
    let genesis = audit::read_genesis(&arguments.data)?;
    let registry = scenarios::registry().map_err(AuditError::from)?;
    let spinner = console.spinner(&words!("在副本上演练", "trying it on a copy"));
    let copy = audit::Copy::of(&arguments.data)?;
    let upgrade = (arguments.scenario.as_str(), arguments.to);
    let rehearsed = rehearsal::rehearse(&copy.ledger, LEDGER_PREFIX, &genesis, &registry, upgrade)?;
    spinner.finish_and_clear();
    let kept = rehearsed.invariants.iter().all(|one| one.broken.is_none());
    console.document(&document(&rehearsed, kept));
    say(console, &rehearsed);
    if kept {
        console.say(&words!(
            "✓ 演练完成,原数据未改动",
            "✓ Done; the data themselves were not touched"
        ));
        return Ok(Exit::Done);
    }
    if console.json {
        return Ok(Exit::Refused);
    }
    Err(Failure::new(
        Exit::Refused,
        "INVARIANT",
        words!(
            "迁移后的记录违反了场景自己的规则。不要对该升级投赞成票,请把以上输出交给程序的维护者。",
            "The records break a rule of the scenario after the migration. Do not vote for this upgrade; hand this output to whoever maintains the program."
        ),
    ))
}

fn say(console: &Console, rehearsed: &Rehearsed) {
    let Rehearsed {
        height,
        blocks,
        records,
        took,
        slowest,
        before,
        after,
        invariants,
    } = rehearsed;
    let (took, slowest) = (took.as_millis(), slowest.as_millis());
    console.say(&words!(
        "自高度 {height} 起:{blocks} 个区块,改动 {records} 条记录,共 {took} 毫秒,最慢的区块 {slowest} 毫秒",
        "from height {height}: {blocks} blocks, {records} records written, {took} ms, the slowest block {slowest} ms"
    ));
    console.say(&words!("迁移前的状态根:{before}", "state root before: {before}"));
    console.say(&words!("迁移后的状态根:{after}", "state root after: {after}"));
    console.say(&words!(
        "✓ 每个区块重复执行,结果一致",
        "✓ every block gave the same when it was executed again"
    ));
    for Inspected {
        name,
        records,
        broken,
    } in invariants
    {
        console.say(&match broken {
            None => words!("✓ {name}({records} 条记录)", "✓ {name} ({records} records)"),
            Some(what) => Words::same(format!("✗ {name}: {what}")),
        });
    }
}

fn document(rehearsed: &Rehearsed, kept: bool) -> serde_json::Value {
    let invariants = rehearsed
        .invariants
        .iter()
        .map(|one| json!({ "broken": one.broken, "name": one.name, "records": one.records }));
    json!({
        "after": rehearsed.after,
        "before": rehearsed.before,
        "blocks": rehearsed.blocks,
        "height": rehearsed.height,
        "invariants": invariants.collect::<Vec<_>>(),
        "records": rehearsed.records,
        "slowest_ms": u64::try_from(rehearsed.slowest.as_millis()).unwrap_or(u64::MAX),
        "status": if kept { "kept" } else { "broken" },
        "took_ms": u64::try_from(rehearsed.took.as_millis()).unwrap_or(u64::MAX),
    })
}

impl From<RehearsalError> for Failure {
    fn from(error: RehearsalError) -> Self {
        match &error {
            RehearsalError::Unsupported(lacking) => Self::new(
                Exit::Unavailable,
                lacking.rejection().code.name,
                words!(
                    "本程序没有要演练的版本。请用新版程序演练。",
                    "This program does not have the version that is to be tried. Try it with the newer program."
                ),
            ),
            RehearsalError::Step { active, .. } => Self::new(
                Exit::Unreadable,
                "GOV_UPGRADE_STEP",
                words!(
                    "场景只能逐版升级,当前为第 {active} 版。",
                    "Scenarios go one version at a time; version {active} is in force."
                ),
            ),
            RehearsalError::Store(_) => Self::new(
                Exit::Damaged,
                "DAMAGED",
                words!(
                    "副本中的账本无法读写。先用 yinxin verify --data 检查。",
                    "The ledger in the copy cannot be used. Check it with yinxin verify --data first."
                ),
            ),
            _ => Self::new(
                Exit::Refused,
                "MIGRATION",
                words!(
                    "迁移不能完成。不要对该升级投赞成票,请把以上输出交给程序的维护者。",
                    "The migration does not come to its end. Do not vote for this upgrade; hand this output to whoever maintains the program."
                ),
            ),
        }
        .caused_by(&error)
    }
}
