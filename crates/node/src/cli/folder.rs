//! `yinxin verify` and `yinxin export`: the data directory of a stopped node, without a network.

use std::path::PathBuf;

use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;

use crate::audit::{self, AuditError, Progress};
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::language::{Language, Words, words};
use crate::cli::node::lock_node;

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub(super) struct VerifyArguments {
    /// 数据目录 · the data directory
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

/// Arguments of `export`.
#[derive(Debug, Args)]
pub(super) struct ExportArguments {
    /// 数据目录 · the data directory
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// 输出文件 · where to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(super) fn verify(console: &Console, arguments: &VerifyArguments) -> Result<Exit, Failure> {
    let _lock = lock_node(&arguments.data)?;
    let spinner = console.spinner(&words!("检查", "verifying"));
    let language = console.language;
    let report = audit::verify(&arguments.data, &mut |progress| {
        show(&spinner, language, &progress)
    })?;
    spinner.finish_and_clear();
    let problems = &report.problems;
    console.document(&json!({
        "blocks": report.blocks,
        "certificates": report.certificates,
        "certified": report.certified,
        "chain": report.chain,
        "height": report.height,
        "index_height": report.index_height,
        "problems": problems.iter().map(|problem| json!({
            "place": problem.place, "what": problem.what,
        })).collect::<Vec<_>>(),
        "state_height": report.state_height,
        "status": if problems.is_empty() { "verified" } else { "damaged" },
        "transactions": report.transactions,
    }));
    let (chain, height, certified) = (&report.chain, report.height, report.certified);
    let (blocks, transactions, certificates) = (report.blocks, report.transactions, report.certificates);
    console.say(&words!("链标识:{chain}", "chain: {chain}"));
    console.say(&words!(
        "高度 {height}:已检查 {blocks} 个区块、{transactions} 笔交易、{certificates} 份终局证书(覆盖至高度 {certified})",
        "height {height}: {blocks} blocks, {transactions} transactions, {certificates} certificates checked (they cover height {certified})"
    ));
    if let Some(height) = report.state_height {
        console.say(&words!(
            "节点自己的状态与区块逐条一致,高度 {height}",
            "the node's own state agrees with its blocks record by record, at height {height}"
        ));
    }
    console.say(&match report.index_height {
        Some(height) => words!(
            "索引已逐行比对,高度 {height}",
            "the index was compared row by row, at height {height}"
        ),
        None => words!(
            "没有可检查的索引;节点启动时会由区块重建。",
            "there is no index to check; the node draws it from its blocks when it starts."
        ),
    });
    if problems.is_empty() {
        console.say(&words!("✓ 全部核验通过", "✓ Everything verifies"));
        return Ok(Exit::Done);
    }
    for problem in problems {
        console.say(&Words::same(format!("✗ {}: {}", problem.place, problem.what)));
    }
    if console.json {
        return Ok(Exit::Damaged);
    }
    let count = problems.len();
    Err(Failure::new(
        Exit::Damaged,
        "DAMAGED",
        words!(
            "发现 {count} 处损坏。索引损坏:删除 index.sqlite* 后重启,节点会由区块重建;账本损坏:重启前请先看 docs/operate/trouble.md。",
            "{count} things are damaged. A damaged index: delete index.sqlite* and start the node, which draws it again. A damaged ledger: see docs/operate/trouble.md before the node is started again."
        ),
    ))
}

pub(super) fn export(console: &Console, arguments: &ExportArguments) -> Result<Exit, Failure> {
    let _lock = lock_node(&arguments.data)?;
    if arguments.out.exists() {
        let out = arguments.out.display();
        return Err(Failure::new(
            Exit::Unreadable,
            "EXISTS",
            words!("{out} 已存在,不会覆盖。", "{out} exists and is not overwritten."),
        ));
    }
    let spinner = console.spinner(&words!("导出", "exporting"));
    let language = console.language;
    let blocks = audit::export(&arguments.data, &arguments.out, &mut |progress| {
        show(&spinner, language, &progress);
    })?;
    spinner.finish_and_clear();
    let out = arguments.out.display();
    console.say(&words!(
        "已导出 {blocks} 个区块:{out}",
        "{blocks} blocks written to {out}"
    ));
    console.document(&json!({ "blocks": blocks, "out": arguments.out }));
    Ok(Exit::Done)
}

fn show(spinner: &ProgressBar, language: Language, progress: &Progress) {
    let words = match progress {
        Progress::Copying => words!("复制账本", "copying the ledger aside"),
        Progress::Block(height) => words!("检查区块 {height}", "checking block {height}"),
        Progress::Index => words!("比对索引", "comparing the index"),
    };
    spinner.set_message(words.get(language).to_owned());
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        match &error {
            AuditError::NotANode { .. } => Self::new(
                Exit::Unreadable,
                "FOLDER",
                words!(
                    "这不是节点的数据目录。--data 应指向 yinxin init 生成的成员文件夹。",
                    "This is not a node's data directory. --data names a member's folder as yinxin init makes it."
                ),
            ),
            AuditError::File { .. } => Self::new(
                Exit::Unreadable,
                "FILE_UNREADABLE",
                words!(
                    "文件无法读写。请检查权限和磁盘空间。",
                    "A file cannot be read or written. Check the permissions and the space on the disk."
                ),
            ),
            _ => Self::new(
                Exit::Damaged,
                "DAMAGED",
                words!(
                    "账本或索引无法打开,可能已损坏。见 docs/operate/trouble.md。",
                    "The ledger or the index cannot be opened; it may be damaged. See docs/operate/trouble.md."
                ),
            ),
        }
        .caused_by(&error)
    }
}
