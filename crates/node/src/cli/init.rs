//! `yinxin init`: founding a network from a list of members.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;
use yinxin_types::Suite;

use crate::cli::clock;
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::home::Home;
use crate::cli::language::{Words, words};
use crate::init::{Members, Plan, found};

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// 成员名单(TOML) · the list of members (TOML)
    #[arg(long, value_name = "FILE")]
    members: PathBuf,
    /// 输出目录 · where to write the members' folders
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// 密码套件 · hash suite of the chain
    #[arg(long, value_enum, default_value_t = SuiteName::Intl)]
    suite: SuiteName,
    /// 网络名称 · name of the network
    #[arg(long)]
    name: Option<String>,
}

/// A suite as the command line names it.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum SuiteName {
    /// SHA-256
    Intl,
    /// 国密 SM3 · SM3
    Gm,
}

pub(super) fn run(console: &Console, arguments: &Arguments) -> Result<Exit, Failure> {
    let members = Members::read(&arguments.members)?;
    let name = arguments
        .name
        .clone()
        .or(members.name)
        .unwrap_or_else(|| "印信账本".to_owned());
    let suite = match arguments.suite {
        SuiteName::Intl => Suite::Intl,
        SuiteName::Gm => Suite::Gm,
    };
    let plan = Plan::new(name.clone(), suite, clock::now(), members.members);
    let founded = found(&plan, &arguments.out)?;
    let chain = founded.chain;
    match Home::find().and_then(|home| home.trust(chain, &name)) {
        Ok(_) => {}
        Err(failure) => console.warn(&failure.words),
    }
    console.say(&words!(
        "网络「{name}」已建立。",
        "The network \"{name}\" is founded."
    ));
    console.say(&words!("链标识:{chain}", "chain: {chain}"));
    for (founder, folder) in plan.founders.iter().zip(&founded.folders) {
        let (code, name, folder) = (&founder.code, &founder.name, folder.display());
        console.say(&Words::same(format!("  {code}  {name}  {folder}")));
    }
    console.say(&words!(
        "请公布链标识;将各文件夹经可信渠道交给各部门,并把其中的 passphrase 移往别处(见 docs/operate/cli.md),然后运行:yinxin node --data 文件夹",
        "Publish the chain identifier. Hand each folder to its department over a trusted channel, move its passphrase elsewhere (docs/operate/cli.md), then run: yinxin node --data FOLDER"
    ));
    console.document(&json!({
        "chain": chain,
        "members": plan.founders.iter().zip(&founded.folders).map(|(founder, folder)| json!({
            "code": founder.code, "folder": folder, "http": founder.http, "name": founder.name, "p2p": founder.p2p,
        })).collect::<Vec<_>>(),
        "name": name,
    }));
    Ok(Exit::Done)
}
