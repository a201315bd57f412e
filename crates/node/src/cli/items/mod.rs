//! `yinxin items`: the service items of a department, from a spreadsheet onto the ledger.
//!
//! ```text
//! file ─► table ─► rows: items, or faults by row and column ─► ledger: what is new, changed, as it was ─► batches ─► verified receipts
//! ```
//!
//! Nothing is published while any row is wrong, unless that is asked for; and what has not changed is not published again, so the same file can
//! be imported as often as one likes.

mod cells;
mod columns;
mod ledger;
mod load;
pub(crate) mod rows;
mod table;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;
use yinxin_client::session::Session;
use yinxin_crypto::Digest;
use yinxin_types::identifiers::SocialCreditCode;

pub(crate) use columns::{COLUMNS, Column};
pub(crate) use load::{Loaded, Seal, Signer, load};

use crate::cli::chain::Connection;
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::language::words;
use crate::cli::{NodeAddress, account};
pub(crate) use ledger::Ledger;
use ledger::Step;
use rows::{Sheet, Wrong};

/// Commands about service items.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// 从 CSV 或 XLSX 导入事项 · import items from CSV or XLSX
    Import(Import),
    /// 生成导入模板 · write the template for imports
    Template {
        /// 写入的文件 · where to write it
        #[arg(long, default_value = "items.csv")]
        out: PathBuf,
    },
}

/// Arguments of `items import`.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// 表格文件(CSV 或 XLSX) · the table, CSV or XLSX
    file: PathBuf,
    /// 实施机构的统一社会信用代码 · code of the department whose items they are
    #[arg(long, value_name = "CODE")]
    department: SocialCreditCode,
    /// 只检查,不发布 · check only, publish nothing
    #[arg(long)]
    check: bool,
    /// 跳过有误的行,发布其余各行 · leave out rows that are wrong and publish the others
    #[arg(long)]
    skip_bad: bool,
    /// 回执写入的目录 · folder for the receipts; by default beside the table
    #[arg(long, value_name = "DIR")]
    receipts: Option<PathBuf>,
    /// 经办人的密钥文件 · key of the officer; by default your own
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// 部门印章的密钥文件;默认由部门节点加盖 · key of the department's seal; by default its node seals
    #[arg(long, value_name = "FILE")]
    seal: Option<PathBuf>,
    /// 必须属于此链 · refuse a node of another chain
    #[arg(long, value_name = "ID")]
    chain: Option<Digest>,
    #[command(flatten)]
    node: NodeAddress,
}

pub(super) fn run(console: &Console, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Import(arguments) => import(console, &arguments),
        Command::Template { out } => template(console, &out),
    }
}

fn template(console: &Console, out: &Path) -> Result<Exit, Failure> {
    // With a byte order mark: without it the spreadsheets of this country take UTF-8 for something else.
    let text = [b"\xef\xbb\xbf".as_slice(), &columns::template().write()].concat();
    crate::cli::deposit::write_new(out, &text).map_err(|error| Failure::unwritable(out, &error))?;
    let shown = out.display();
    console.say(&words!(
        "✓ 模板已写入 {shown};第二行是示例,请改为本部门的事项。",
        "✓ The template is in {shown}; its second row is an example, to be replaced by your items."
    ));
    console.document(&json!({ "file": out }));
    Ok(Exit::Done)
}

/// Reads the sheet and tells what is wrong with its header.
pub(crate) fn sheet(path: &Path, issuers: &BTreeSet<SocialCreditCode>) -> Result<Sheet, Failure> {
    let table = table::read(path)?;
    rows::read(&table, issuers).map_err(|wrong| {
        let join = |language| {
            let texts: Vec<&str> = wrong.iter().map(|words| words.get(language)).collect();
            texts.join(" ")
        };
        let zh = join(crate::cli::language::Language::Chinese);
        let en = join(crate::cli::language::Language::English);
        Failure::new(
            Exit::Unreadable,
            "TABLE",
            words!("表头有误:{zh}", "The header is wrong. {en}"),
        )
    })
}

fn import(console: &Console, arguments: &Import) -> Result<Exit, Failure> {
    let issuers = BTreeSet::from([arguments.department.clone()]);
    let mut sheet = sheet(&arguments.file, &issuers)?;
    let stop = |sheet: &Sheet| !sheet.wrong.is_empty() && (!arguments.skip_bad || sheet.rows.is_empty());
    if stop(&sheet) {
        return Ok(refuse(console, &sheet));
    }
    let connection = Connection::open(console, &arguments.node.url, arguments.chain.as_ref())?;
    let signer = if arguments.check {
        None
    } else {
        let key = account::open(console, arguments.key.as_deref())?;
        let session = Session::open(&connection.client, &key)?;
        let seal = match &arguments.seal {
            Some(path) => Seal::Key(Box::new(account::open(console, Some(path))?)),
            None => Seal::desk(&session, &arguments.department)?,
        };
        Some((Signer { key, seal }, session))
    };
    let ledger = Ledger::new(&connection.client, signer.as_ref().map(|(_, session)| session));
    ledger.check(&mut sheet)?;
    if stop(&sheet) {
        return Ok(refuse(console, &sheet));
    }
    let steps = ledger.steps(&sheet.rows)?;
    let count = |wanted: fn(&Step) -> bool| steps.iter().filter(|step| wanted(step)).count();
    let (first, next) = (count(|step| step.version == 1), count(|step| step.version > 1));
    let same = sheet.rows.len().saturating_sub(steps.len());
    let bad = sheet.count.saturating_sub(sheet.rows.len());
    let rows = sheet.count;
    console.say(&words!(
        "表中共 {rows} 行:待发布的新事项 {first},待发布的新版本 {next},未变 {same},有误 {bad}",
        "Rows in the table: {rows}. To be published: new items {first}, new versions {next}; as they were {same}; wrong {bad}"
    ));
    tell(console, &sheet.wrong);
    let warnings = ledger.unaccredited(&sheet.rows)?;
    for one in &warnings {
        console.say(&one.warning());
    }
    // Of a check what would be published, of an import what was.
    let document = |(first, next): (usize, usize), loaded: &Loaded| {
        json!({
            "new": first, "changed": next, "rows": sheet.count, "same": same, "transactions": loaded.json(),
            "warnings": warnings.iter().map(Wrong::json).collect::<Vec<_>>(),
            "wrong": sheet.wrong.iter().map(Wrong::json).collect::<Vec<_>>(),
        })
    };
    let Some((signer, _)) = signer else {
        console.document(&document((first, next), &Loaded::default()));
        return Ok(if sheet.wrong.is_empty() {
            Exit::Done
        } else {
            Exit::Refused
        });
    };
    let folder = arguments
        .receipts
        .clone()
        .unwrap_or_else(|| beside(&arguments.file));
    let signers = [(arguments.department.clone(), signer)].into();
    let loaded = load(console, &connection, &signers, &steps, Some(&folder))?;
    for refused in &loaded.refused {
        console.say(&refused.words);
    }
    let (published, height) = (loaded.items, loaded.height);
    if published > 0 {
        let shown = folder.display();
        console.say(&words!(
            "✓ 已发布并核验 {published} 项,最高区块高度 {height},回执在 {shown}",
            "✓ {published} items published and verified, up to height {height}; receipts in {shown}"
        ));
    }
    console.document(&document(loaded.versions, &loaded));
    Ok(if loaded.refused.is_empty() && sheet.wrong.is_empty() {
        Exit::Done
    } else {
        Exit::Refused
    })
}

/// Where receipts lie beside a table.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or(file.as_os_str()).to_owned();
    name.push(".receipts");
    file.with_file_name(name)
}

fn tell(console: &Console, wrong: &[Wrong]) {
    for one in wrong {
        console.say(&one.line());
    }
}

/// Tells everything that is wrong; nothing was published.
fn refuse(console: &Console, sheet: &Sheet) -> Exit {
    tell(console, &sheet.wrong);
    let (rows, count) = (sheet.count, sheet.wrong.len());
    console.say(&words!(
        "共 {rows} 行,有 {count} 处错误,未发布任何事项。改正后重试,或用 --skip-bad 跳过有误的行。",
        "{count} errors in {rows} rows; nothing was published. Mend them and try again, or leave such rows out with --skip-bad."
    ));
    console.document(&json!({
        "changed": 0, "new": 0, "rows": rows, "same": 0, "transactions": [], "warnings": [],
        "wrong": sheet.wrong.iter().map(Wrong::json).collect::<Vec<_>>(),
    }));
    Exit::Refused
}

/// The receipts of an earlier run stay; a name that is taken gets a number.
fn keep(folder: &Path, id: &Digest, receipt: &[u8]) -> Result<PathBuf, Failure> {
    let name = id.to_string().replace(':', "-");
    let path = folder.join(format!("{name}.receipt.json"));
    if path.exists() {
        // The same transaction has the same receipt.
        return Ok(path);
    }
    fs::create_dir_all(folder).map_err(|error| Failure::unwritable(folder, &error))?;
    crate::cli::deposit::write_new(&path, receipt).map_err(|error| Failure::unwritable(&path, &error))?;
    Ok(path)
}
