//! How a command ends: exit codes, and failures that say what to do.

use std::error::Error;
use std::io;
use std::path::Path;

use serde_json::{Value, json};
use yinxin_client::deposit::DepositError;
use yinxin_client::http::HttpError;
use yinxin_client::transaction::BuildError;
use yinxin_client::trust::TrustError;
use yinxin_crypto::keyfile::KeyFileError;
use yinxin_crypto::{KeyError, RandomnessError};
use yinxin_types::Rejection;

use crate::cli::language::{Words, words};
use crate::config::ConfigError;
use crate::init::InitError;

/// The exit codes of the program (`docs/operate/cli.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done; what was to be verified is verified.
    Done,
    /// Refuted by a verifier, or rejected by the ledger, with the reason.
    Refused,
    /// The command line, a file or a passphrase cannot be used.
    Unreadable,
    /// The receipt holds together, but nobody on this machine said that he trusts its chain.
    UnknownChain,
    /// The node, the network or the machine does not answer or has no room.
    Unavailable,
    /// Stored data is damaged.
    Damaged,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Unreadable => 2,
            Self::UnknownChain => 3,
            Self::Unavailable => 4,
            Self::Damaged => 5,
        }
    }
}

/// Why a command did not do what was asked, and what to do about it.
#[derive(Clone, Debug)]
pub struct Failure {
    /// How the program ends.
    pub exit: Exit,
    /// A stable name for programs.
    pub name: String,
    /// What happened and what to do.
    pub words: Words,
    /// For a technical reader, in English: the chain of causes.
    pub detail: Option<String>,
}

impl Failure {
    /// A failure without technical detail.
    pub fn new(exit: Exit, name: impl Into<String>, words: Words) -> Self {
        Self {
            exit,
            name: name.into(),
            words,
            detail: None,
        }
    }

    /// Adds the technical detail.
    #[must_use]
    pub fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds an error and its causes as the technical detail.
    #[must_use]
    pub fn caused_by(self, error: &dyn Error) -> Self {
        self.because(chain(error))
    }

    /// A file that cannot be read.
    pub fn unreadable(path: &Path, error: &io::Error) -> Self {
        let path = path.display();
        Self::new(
            Exit::Unreadable,
            "FILE_UNREADABLE",
            words!(
                "无法读取文件 {path}。请检查路径和权限。",
                "The file {path} cannot be read. Check the path and the permissions."
            ),
        )
        .caused_by(error)
    }

    /// A file that cannot be written.
    pub fn unwritable(path: &Path, error: &io::Error) -> Self {
        let path = path.display();
        Self::new(
            Exit::Unavailable,
            "FILE_UNWRITABLE",
            words!(
                "无法写入 {path}。请检查权限和磁盘空间。",
                "{path} cannot be written. Check the permissions and the space on the disk."
            ),
        )
        .caused_by(error)
    }

    /// An argument that is not of the form it must have.
    pub fn usage(words: Words) -> Self {
        Self::new(Exit::Unreadable, "USAGE", words)
    }

    /// An answer of a node that is not of the form the interface defines.
    pub fn answer(what: &str) -> Self {
        Self::new(
            Exit::Unavailable,
            "ANSWER",
            words!(
                "节点的答复不符合接口约定。请核对地址,以及节点与本程序的版本。",
                "The node's answer is not one of this interface. Check the address, and that node and program have the same version."
            ),
        )
        .because(what)
    }

    /// The form for programs.
    pub fn json(&self) -> Value {
        json!({ "error": {
            "detail": self.detail,
            "exit": self.exit.code(),
            "messages": self.words.json(),
            "name": self.name,
        } })
    }
}

/// An error and everything beneath it, in one line.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        match &error {
            HttpError::Unreachable { url, .. } => Self::new(
                Exit::Unavailable,
                "UNREACHABLE",
                words!(
                    "节点无应答:{url}。请确认节点已启动、地址正确(--url),再试一次。",
                    "Nobody answers at {url}. Check that the node runs and that --url is its address, then try again."
                ),
            ),
            HttpError::Problem(problem) => {
                let (zh, en) = (&problem.messages.zh, &problem.messages.en);
                let code = &problem.code;
                let (zh, en) = if zh.is_empty() || en.is_empty() {
                    (code, code)
                } else {
                    (zh, en)
                };
                let again = problem.retry_after_s;
                let words = match again {
                    Some(seconds) => words!(
                        "节点暂时不能受理({code}):{zh} 请在 {seconds} 秒后重试;重复发送同一交易不会重复执行。",
                        "The node cannot take it now ({code}): {en} Try again in {seconds} s; sending the same twice does no harm."
                    ),
                    None => words!("节点拒绝了请求({code}):{zh}", "The node refused ({code}): {en}"),
                };
                let exit = if problem.status >= 500 || again.is_some() {
                    Exit::Unavailable
                } else {
                    Exit::Refused
                };
                return Self::new(exit, code.clone(), words).because(problem.detail.clone());
            }
            HttpError::NotFinal(id) => Self::new(
                Exit::Unavailable,
                "NOT_FINAL",
                words!(
                    "交易 {id} 尚未终局。稍后用 yinxin tx status {id} 查询;yinxin why 说明账本为何停顿。",
                    "Transaction {id} is not final yet. Ask later with yinxin tx status {id}; yinxin why says what the chain waits for."
                ),
            ),
            _ => Self::answer(""),
        }
        .caused_by(&error)
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let words = match &error {
            ConfigError::Exposed { path } => {
                let path = path.display();
                words!(
                    "口令文件人人可读,节点拒绝使用。请执行 chmod 600 {path}。",
                    "Everybody can read the passphrase, so it is not used. Run: chmod 600 {path}"
                )
            }
            ConfigError::NoPassphrase => words!(
                "没有口令。请设置环境变量 YINXIN_PASSPHRASE,或在 node.toml 中写明 passphrase_file。",
                "There is no passphrase. Set the environment variable YINXIN_PASSPHRASE, or name a passphrase_file in node.toml."
            ),
            ConfigError::Key { path, .. } => {
                let path = path.display();
                words!(
                    "无法打开密钥文件 {path}。请检查口令;文件若已改动,请从备份取回。",
                    "The key file {path} cannot be opened. Check the passphrase; if the file was changed, take it from the backup."
                )
            }
            ConfigError::Chain { .. } | ConfigError::KeyKind { .. } | ConfigError::Peers { .. } => words!(
                "数据目录中的文件不属于同一个网络。请使用 yinxin init 为本部门生成的完整文件夹。",
                "The files of this data directory do not belong together. Use the whole folder that yinxin init made for this member."
            ),
            ConfigError::Read { path, .. } => {
                let path = path.display();
                words!(
                    "无法读取 {path}。--data 应指向 yinxin init 生成的成员文件夹。",
                    "{path} cannot be read. --data names a member's folder as yinxin init makes it."
                )
            }
            _ => words!(
                "配置文件有误,请按说明修改:docs/operate/cli.md。",
                "The configuration is not right. docs/operate/cli.md explains every name of it."
            ),
        };
        Self::new(Exit::Unreadable, "CONFIGURATION", words).caused_by(&error)
    }
}

impl From<InitError> for Failure {
    fn from(error: InitError) -> Self {
        match &error {
            InitError::Read { path, source } => return Self::unreadable(path, source),
            InitError::Write { path, source } => return Self::unwritable(path, source),
            InitError::Exists(path) => {
                let path = path.display();
                Self::new(
                    Exit::Unreadable,
                    "EXISTS",
                    words!(
                        "{path} 已存在;为免覆盖密钥,未作任何更改。请换一个 --out 目录。",
                        "{path} exists already. Nothing was changed, so that no key is lost. Choose another folder for --out."
                    ),
                )
            }
            InitError::Key(_) | InitError::KeyFile(_) | InitError::Randomness(_) | InitError::Toml(_) => {
                return Self::internal(&error);
            }
            _ => Self::new(
                Exit::Unreadable,
                "MEMBERS",
                words!(
                    "成员名单有误,网络未建立。请按 docs/operate/cli.md 中的样例修改。",
                    "The list of members is not right; nothing was founded. docs/operate/cli.md shows an example."
                ),
            ),
        }
        .caused_by(&error)
    }
}

impl Failure {
    /// What only the machine can be blamed for: no random bytes, no memory for a key derivation.
    pub fn internal(error: &dyn Error) -> Self {
        Self::new(
            Exit::Unavailable,
            "MACHINE",
            words!(
                "本机无法完成此操作,请查看详细信息。",
                "This machine could not do it; see the detail."
            ),
        )
        .caused_by(error)
    }
}

impl From<KeyFileError> for Failure {
    fn from(error: KeyFileError) -> Self {
        Self::new(
            Exit::Unreadable,
            "KEY_FILE",
            words!(
                "无法打开密钥文件。请检查口令(YINXIN_PASSPHRASE 或同一文件夹中的 passphrase 文件)。",
                "The key file cannot be opened. Check the passphrase (YINXIN_PASSPHRASE, or the file `passphrase` beside the key)."
            ),
        )
        .caused_by(&error)
    }
}

impl From<TrustError> for Failure {
    fn from(error: TrustError) -> Self {
        Self::new(
            Exit::Unreadable,
            "TRUST_STORE",
            words!(
                "无法使用本机的可信链名单。请检查该文件,或用 --chain 指明所信任的链标识。",
                "The list of trusted chains of this machine cannot be used. Mend the file, or say with --chain which chain you trust."
            ),
        )
        .caused_by(&error)
    }
}

impl From<DepositError> for Failure {
    fn from(error: DepositError) -> Self {
        match &error {
            DepositError::Randomness(_) => Self::internal(&error),
            _ => Self::usage(words!(
                "无法按此要求生成存证,请查看详细信息。",
                "The deposit cannot be built like this; see the detail."
            ))
            .caused_by(&error),
        }
    }
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        Self::usage(words!(
            "无法生成交易,请查看详细信息。",
            "The transaction cannot be built; see the detail."
        ))
        .caused_by(&error)
    }
}

impl From<RandomnessError> for Failure {
    fn from(error: RandomnessError) -> Self {
        Self::internal(&error)
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::internal(&error)
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        let name = rejection.code.name;
        let zh = yinxin_types::codes::ZH.get(name).unwrap_or(name);
        let en = yinxin_types::codes::EN.get(name).unwrap_or(name);
        Self::new(Exit::Unreadable, name, words!("{zh}", "{en}")).because(rejection.detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_of_the_documentation() {
        let codes = [
            Exit::Done,
            Exit::Refused,
            Exit::Unreadable,
            Exit::UnknownChain,
            Exit::Unavailable,
            Exit::Damaged,
        ]
        .map(Exit::code);
        assert_eq!(codes, [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn causes_are_told_once() {
        let cause = io::Error::new(io::ErrorKind::NotFound, "gone");
        let error = ConfigError::Read {
            path: "node.toml".into(),
            source: cause,
        };
        assert_eq!(chain(&error), "node.toml cannot be read: gone");
    }
}
