//! What a measurement found, for people and for programs.

use serde_json::{Value, json};

use crate::bench::looks::Looks;
use crate::bench::machine::Bounds;
use crate::bench::summary::{Spread, mebibytes, thousandths};
use crate::cli::console::Console;
use crate::cli::language::words;

/// How it was measured.
#[derive(Clone, Debug)]
pub(super) struct Setup {
    /// Nodes of our own; 0 for a node that was there.
    pub nodes: usize,
    /// Accounts that signed.
    pub accounts: u32,
    /// Connections.
    pub connections: usize,
    /// Deposits of one request.
    pub deposits_per_request: u64,
    /// Seconds of a phase.
    pub seconds: u64,
    /// What the machine allows.
    pub bounds: Bounds,
}

/// One deposit at a time.
#[derive(Clone, Debug)]
pub(super) struct Light {
    /// From sending to final.
    pub latency_us: Spread,
}

/// The steady state under as much as the network takes.
#[derive(Clone, Debug)]
pub(super) struct Saturation {
    /// Deposits that became final while it was measured.
    pub deposits: u64,
    /// In a second.
    pub deposits_per_second: u64,
    /// At a fixed rate: from the time a deposit was due to be sent until final. As fast as the network takes them, the load generator
    /// itself decides how long deposits wait.
    pub latency_us: Option<Spread>,
    /// Deposits the nodes did not take.
    pub refused: u64,
    /// Processor time of all nodes for one deposit.
    pub cpu_us_per_deposit: u64,
    /// Processor time of the load generator for one deposit.
    pub client_cpu_us_per_deposit: u64,
    /// Transactions of a block.
    pub block_transactions: Spread,
    /// Block time between two blocks.
    pub block_interval_ms: Spread,
}

/// Twice as much as the network takes.
#[derive(Clone, Debug)]
pub(super) struct Overload {
    /// Deposits offered in a second.
    pub offered_per_second: u64,
    /// Deposits accepted.
    pub accepted: u64,
    /// Deposits not taken: there was no room, or the nodes were too busy to answer.
    pub not_taken: u64,
    /// Deposits final in a second.
    pub committed_per_second: u64,
    /// Of those accepted, from the time they were due to be sent until final.
    pub latency_us: Spread,
}

/// A step towards many entries.
#[derive(Clone, Debug)]
pub(super) struct Filling {
    /// Entries so far.
    pub deposits: u64,
    /// How fast this step was.
    pub deposits_per_second: u64,
    /// Bytes of memory of each node: now, and at most.
    pub memory: Vec<(u64, u64)>,
    /// Bytes of disk of all nodes since the beginning.
    pub disk_bytes: u64,
}

/// Everything that was found.
#[derive(Clone, Debug)]
pub(super) struct Outcomes {
    /// How.
    pub setup: Setup,
    /// One at a time.
    pub light: Option<Light>,
    /// The steady state.
    pub saturation: Option<Saturation>,
    /// Too much.
    pub overload: Option<Overload>,
    /// Looks beside deposits.
    pub looks: Option<Looks>,
    /// The way to many entries.
    pub filling: Vec<Filling>,
    /// Bytes of disk of one node for one deposit.
    pub disk_bytes_per_deposit: Option<u64>,
    /// Bytes of memory of each node at the end: now, and at most.
    pub memory: Vec<(u64, u64)>,
}

impl Outcomes {
    /// For programs. Times are in microseconds or milliseconds as their names say, sizes in bytes.
    pub fn json(&self) -> Value {
        let setup = &self.setup;
        json!({
            "disk_bytes_per_deposit_and_node": self.disk_bytes_per_deposit,
            "filling": self.filling.iter().map(|step| json!({
                "deposits": step.deposits, "deposits_per_second": step.deposits_per_second, "disk_bytes": step.disk_bytes,
                "memory": memory(&step.memory),
            })).collect::<Vec<_>>(),
            "format": "yinxin-bench/1",
            "light": self.light.as_ref().map(|light| json!({ "latency_us": light.latency_us.json() })),
            "looks": self.looks.as_ref().map(Looks::json),
            "machine": {
                "cores": setup.bounds.cores,
                "signatures_per_core_second": setup.bounds.signatures_per_core_second,
                "sync_us": setup.bounds.sync_us.json(),
            },
            "memory": memory(&self.memory),
            "overload": self.overload.as_ref().map(|overload| json!({
                "accepted": overload.accepted, "committed_per_second": overload.committed_per_second,
                "latency_us": overload.latency_us.json(), "not_taken": overload.not_taken,
                "offered_per_second": overload.offered_per_second,
            })),
            "saturation": self.saturation.as_ref().map(|saturation| json!({
                "block_interval_ms": saturation.block_interval_ms.json(),
                "block_transactions": saturation.block_transactions.json(),
                "client_cpu_us_per_deposit": saturation.client_cpu_us_per_deposit,
                "cpu_us_per_deposit": saturation.cpu_us_per_deposit,
                "deposits": saturation.deposits,
                "deposits_per_second": saturation.deposits_per_second,
                "latency_us": saturation.latency_us.as_ref().map(Spread::json),
                "refused": saturation.refused,
            })),
            "setup": {
                "accounts": setup.accounts, "connections": setup.connections,
                "deposits_per_request": setup.deposits_per_request, "nodes": setup.nodes, "seconds": setup.seconds,
            },
        })
    }

    /// For people.
    pub fn tell(&self, console: &Console) {
        let setup = &self.setup;
        let (cores, verified) = (setup.bounds.cores, setup.bounds.signatures_per_core_second);
        let sync = setup.bounds.sync_us.as_ms();
        console.say(&words!(
            "本机:{cores} 核;批量验签每核每秒 {verified} 个",
            "machine: {cores} cores; {verified} signatures verified per core and second, in batches"
        ));
        console.say(&words!("落盘:{sync}", "disk sync: {sync}"));
        let (nodes, accounts) = (setup.nodes, setup.accounts);
        let (connections, each) = (setup.connections, setup.deposits_per_request);
        console.say(&words!(
            "方式:{nodes} 个节点,{accounts} 个账户,{connections} 个连接,每个请求 {each} 笔已签名的单项密封存证",
            "measured: {nodes} nodes, {accounts} accounts, {connections} connections, {each} signed single sealed deposits per request"
        ));
        if let Some(light) = &self.light {
            let latency = light.latency_us.as_ms();
            console.say(&words!(
                "轻载,提交到终局:{latency}",
                "lightly loaded, submit to final: {latency}"
            ));
        }
        if let Some(saturation) = &self.saturation {
            tell_saturation(console, saturation);
        }
        if let Some(overload) = &self.overload {
            let (offered, committed) = (overload.offered_per_second, overload.committed_per_second);
            let (accepted, not_taken) = (overload.accepted, overload.not_taken);
            let latency = overload.latency_us.as_ms();
            console.say(&words!(
                "两倍负载:每秒提供 {offered} 笔,终局 {committed} 笔;受理 {accepted},未受理 {not_taken};提交到终局:{latency}",
                "twice the capacity: {offered} offered and {committed} final per second; {accepted} taken, {not_taken} not; submit to final: {latency}"
            ));
        }
        if let Some(looks) = &self.looks {
            looks.tell(console);
        }
        for step in &self.filling {
            let (deposits, rate) = (step.deposits, step.deposits_per_second);
            let (held, disk) = (held(&step.memory), mebibytes(step.disk_bytes));
            console.say(&words!(
                "  {deposits} 个条目:每秒 {rate} 笔,各节点内存 {held},磁盘合计 {disk}",
                "  {deposits} entries: {rate} per second, memory of the nodes {held}, disk of all {disk}"
            ));
        }
        if let Some(bytes) = self.disk_bytes_per_deposit {
            console.say(&words!(
                "磁盘:每节点每笔存证 {bytes} 字节",
                "disk: {bytes} bytes for each deposit on each node"
            ));
        }
        if !self.memory.is_empty() {
            let held = held(&self.memory);
            console.say(&words!("内存(现在/最高):{held}", "memory (now/at most): {held}"));
        }
    }
}

fn tell_saturation(console: &Console, saturation: &Saturation) {
    let rate = saturation.deposits_per_second;
    let (cpu, client) = (
        thousandths(saturation.cpu_us_per_deposit),
        thousandths(saturation.client_cpu_us_per_deposit),
    );
    console.say(&words!(
        "饱和:每秒 {rate} 笔终局;每笔占用全部节点 CPU {cpu} 毫秒(负载程序另占 {client} 毫秒)",
        "saturated: {rate} deposits final per second; {cpu} ms of CPU per deposit over all nodes (and {client} ms of the load generator)"
    ));
    if let Some(latency) = &saturation.latency_us {
        let latency = latency.as_ms();
        console.say(&words!("提交到终局:{latency}", "submit to final: {latency}"));
    }
    let (transactions, interval) = (
        saturation.block_transactions.as_is(),
        saturation.block_interval_ms.as_is(),
    );
    console.say(&words!(
        "区块大小(笔):{transactions}",
        "deposits of a block: {transactions}"
    ));
    console.say(&words!(
        "区块间隔(毫秒):{interval}",
        "between blocks, ms: {interval}"
    ));
}

fn memory(all: &[(u64, u64)]) -> Vec<Value> {
    all.iter()
        .map(|(now, most)| json!({ "at_most_bytes": most, "now_bytes": now }))
        .collect()
}

fn held(all: &[(u64, u64)]) -> String {
    let each: Vec<String> = all
        .iter()
        .map(|(now, most)| format!("{}/{}", mebibytes(*now), mebibytes(*most)))
        .collect();
    each.join(", ")
}
