//! What an operator sees of the node: its status, and why the chain goes on or does not.

use std::collections::BTreeMap;

use yinxin_api::{ChainState, Messages, NodeName, PoolStatus, Status, ValidatorStatus, VoterStatus, Why};
use yinxin_consensus::{GuardState, Seen};
use yinxin_crypto::PublicKey;

use super::Core;

impl Core {
    fn seen(&self) -> BTreeMap<PublicKey, Seen> {
        let ledger = self.ledger.get();
        ledger
            .map(|ledger| ledger.votes().by_validator())
            .unwrap_or_default()
    }

    fn heartbeat_ms(&self) -> u64 {
        u64::try_from(self.heartbeat.as_millis()).unwrap_or(u64::MAX)
    }

    fn patience_ms(&self) -> u64 {
        u64::try_from(self.patience.as_millis()).unwrap_or(u64::MAX)
    }

    /// Whether a validator was heard of lately. Those of an idle or halted chain repeat their votes.
    fn connected(&self, seen: Option<Seen>) -> bool {
        seen.is_some_and(|seen| self.platform.now().since(seen.at) <= self.patience_ms())
    }

    pub(super) fn status_now(&self) -> Status {
        let tip = *self.tip.lock();
        let seen = self.seen();
        let voting = self.voting().validators.into_iter();
        let validators = voting.map(|validator| {
            let this = validator == self.validator;
            let (code, name) = self.department(&validator);
            ValidatorStatus {
                code,
                name,
                validator,
                connected: this || self.connected(seen.get(&validator).copied()),
                versions: self.versions_of(&validator),
                this,
            }
        });
        let validators: Vec<_> = validators.collect();
        let (code, name) = self.department(&self.validator);
        let node = NodeName {
            code,
            name,
            validator: self.validator,
        };
        let (load, limits) = (self.mempool.load(), self.mempool.limits());
        Status {
            chain: self.rules.chain,
            name: self.genesis.name.clone(),
            suite: self.genesis.suite,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            height: tip.height,
            hash: tip.hash,
            time: tip.time,
            node,
            validators,
            mempool: PoolStatus {
                transactions: load.transactions,
                bytes: load.bytes,
                limit_transactions: limits.transactions,
                limit_bytes: limits.bytes,
            },
            limits: self.genesis.limits,
            scenarios: self.scenario_statuses(),
        }
    }

    pub(super) fn why_now(&self) -> Why {
        let tip = *self.tip.lock();
        let stalled_ms = self.platform.now().since(tip.recorded);
        let patience = self.patience_ms();
        let (voting, seen) = (self.voting(), self.seen());
        let quorum = voting.quorum();
        let validators: Vec<VoterStatus> = voting
            .validators
            .into_iter()
            .map(|validator| {
                let seen = seen.get(&validator).copied();
                let (code, name) = self.department(&validator);
                VoterStatus {
                    code,
                    name,
                    validator,
                    connected: validator == self.validator || self.connected(seen),
                    last_vote_view: seen.map(|seen| seen.view).filter(|view| *view > 0),
                }
            })
            .collect();
        let missing: Vec<String> = validators
            .iter()
            .filter(|v| !v.connected)
            .map(|v| v.name.clone())
            .collect();
        let voting = validators.len().saturating_sub(missing.len());
        let young = !tip.live && stalled_ms <= patience.saturating_mul(3);
        // An idle chain makes few blocks; what counts is whether enough validators vote and whether work gets done.
        let work_waits = self.mempool.load().transactions > 0 && stalled_ms > patience.saturating_mul(2);
        let silent = stalled_ms > patience.saturating_mul(2).saturating_add(self.heartbeat_ms());
        let state = if young {
            ChainState::Starting
        } else if voting < quorum || work_waits || silent || !tip.live {
            ChainState::Halted
        } else {
            ChainState::Running
        };
        let observing = self.guard_state() == Some(GuardState::Unreadable);
        let messages = sentences(state, &validators, &missing, quorum, stalled_ms, observing);
        Why {
            state,
            height: tip.height,
            stalled_ms,
            quorum,
            validators,
            missing,
            messages,
        }
    }
}

fn sentences(
    state: ChainState,
    validators: &[VoterStatus],
    missing: &[String],
    quorum: usize,
    stalled_ms: u64,
    observing: bool,
) -> Messages {
    let n = validators.len();
    let voting = n.saturating_sub(missing.len());
    let seconds = stalled_ms / 1000;
    let lacking = quorum.saturating_sub(voting);
    let (names_zh, names_en) = (missing.join("、"), missing.join(", "));
    let (mut zh, mut en) = match state {
        ChainState::Running if missing.is_empty() => (
            format!("链运行正常：{n} 个部门全部在线。"),
            format!("The chain is running: all {n} departments are taking part."),
        ),
        ChainState::Running => (
            format!("链运行正常：{n} 个部门中 {voting} 个在线（至少需要 {quorum} 个）。不在线：{names_zh}。"),
            format!(
                "The chain is running: {voting} of {n} departments take part ({quorum} are needed). Missing: {names_en}."
            ),
        ),
        ChainState::Starting => (
            format!("节点正在启动或补齐区块：{n} 个部门中 {voting} 个在线，至少需要 {quorum} 个。"),
            format!(
                "The node is starting or catching up: {voting} of {n} departments are heard, {quorum} are needed."
            ),
        ),
        ChainState::Halted if lacking > 0 => (
            format!(
                "链已暂停 {seconds} 秒：{n} 个部门中只有 {voting} 个在线，至少需要 {quorum} 个。不在线：{names_zh}。恢复其中 {lacking} 个部门的节点后，链会自动继续；已确认的数据没有丢失。"
            ),
            format!(
                "The chain has stopped for {seconds} s: only {voting} of {n} departments take part, {quorum} are needed. Missing: {names_en}. Bring back {lacking} of them and it goes on by itself; nothing confirmed is lost."
            ),
        ),
        ChainState::Halted => (
            format!(
                "已有 {seconds} 秒没有新的终局区块，但 {n} 个部门中有 {voting} 个在线，足以继续。请检查各节点时钟与网络连接。"
            ),
            format!(
                "No block became final for {seconds} s although {voting} of {n} departments take part, which is enough. Check clocks and links between the nodes."
            ),
        ),
    };
    if observing {
        zh.push_str("本节点的投票护栏文件无法读取，因此暂只观察、不投票，待后续区块终局、不会与此前投票冲突后自动恢复投票。");
        en.push_str(" This node's vote guard cannot be read, so it observes and does not vote until later blocks are final and no earlier vote of it can be contradicted.");
    }
    Messages { en, zh }
}
