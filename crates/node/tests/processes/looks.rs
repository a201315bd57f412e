//! Looks while nodes are killed: what arrived is on record everywhere, and nothing is used up twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yinxin_client::http::{Client, HttpError, Status};
use yinxin_client::transaction::Request;
use yinxin_crypto::{Digest, PrivateKey};
use yinxin_execution::access::event_digest;
use yinxin_types::BlockTime;

use crate::invented::{Draw, Invented};
use crate::network::{PATIENCE, wait_for};
use crate::town::{AUDIT, AWAY, HOME, Town, code, fetch, look, open, reader};

const CASE: &str = "LX-2026-0003";
/// What may be looked at.
const LEASED: [&str; 4] = ["amt", "bal", "basenum", "endmonth"];
/// The most looks that one lease allows.
const USES: usize = 100;
/// Looks of the suite; `YINXIN_DISCLOSURES` makes them more.
const LOOKS: usize = 40;
/// How long one look may take while nodes die and come back.
const LONG: Duration = Duration::from_secs(180);

fn number(variable: &str, otherwise: usize) -> usize {
    let set = std::env::var(variable).ok();
    set.and_then(|number| number.parse().ok()).unwrap_or(otherwise)
}

/// What arrived.
struct Arrived {
    look: Digest,
    height: u64,
}

/// What one officer got.
#[derive(Default)]
struct Got {
    arrived: Vec<Arrived>,
    /// How often the holder could not be reached, and how often it had not recorded the look yet.
    unreachable: u64,
    behind: u64,
}

/// An officer who looks again and again through one node, whatever becomes of it.
struct Looker {
    client: Client,
    chain: Digest,
    window_ms: u64,
    key: PrivateKey,
    leases: Vec<Digest>,
    looks: usize,
    arrived: Arc<AtomicU64>,
}

impl Looker {
    fn start(self) -> JoinHandle<Got> {
        thread::spawn(move || {
            let mut got = Got::default();
            for place in 0..self.looks {
                self.look(&self.leases[place / USES], place, &mut got);
                self.arrived.fetch_add(1, Ordering::Relaxed);
            }
            got
        })
    }

    fn look(&self, lease: &Digest, place: usize, got: &mut Got) {
        let fields = &LEASED[..=place % LEASED.len()];
        let key = reader();
        let time = wait_for("the time", LONG, || {
            self.client.get::<Value>("status").ok()?["time"].as_u64()
        });
        let request = Request {
            operation: "sharing.disclose".to_owned(),
            arguments: look(lease, CASE, fields, &key).as_object().unwrap().clone(),
        };
        let until = BlockTime(time + self.window_ms / 2);
        let signed = request.sign(self.chain, until, &self.key, &[]).unwrap();
        let id = self.chain.algorithm().hash(&[signed.body.as_bytes()]);
        // The same bytes until they are final: what a dead node forgot is sent again.
        let height = wait_for("a look is final", LONG, || {
            match self.client.submit(&signed) {
                Ok(submitted) => assert_eq!(submitted.id, id),
                Err(HttpError::Problem(problem)) if problem.code == "TX_REPLAYED" => {}
                Err(HttpError::Problem(problem)) if problem.retry_after_s.is_none() => {
                    panic!("a leased look is refused: {problem:?}")
                }
                Err(_) => return None,
            }
            let answer = self.client.transaction(&id, 2_000).ok()?;
            match answer.status {
                Status::Committed => answer.height,
                Status::Rejected => panic!("a leased look is refused: {answer:?}"),
                Status::Pending | Status::Unknown => None,
            }
        });
        let released = wait_for("what a look releases", LONG, || {
            match self.client.get::<Value>(&format!("disclosures/{id}")) {
                Ok(released) => Some(released),
                Err(HttpError::Problem(problem)) => {
                    match problem.code.as_str() {
                        "RELEASE_UNREACHABLE" => got.unreachable += 1,
                        "RELEASE_NOTHING" => got.behind += 1,
                        _ if problem.retry_after_s.is_some() => {}
                        _ => panic!("a final look releases nothing: {problem:?}"),
                    }
                    None
                }
                Err(_) => None,
            }
        });
        assert_eq!(released["height"], json!(height));
        let content = open(&key, &id, &released).unwrap();
        assert_eq!(content["transaction"], json!(id));
        got.arrived.push(Arrived { look: id, height });
    }
}

/// Waits for a drawn moment.
fn moment(draw: &mut Draw, most_ms: u64) {
    let (start, wait) = (Instant::now(), Duration::from_millis(draw.below(most_ms)));
    wait_for("a drawn moment", PATIENCE, || {
        (start.elapsed() >= wait).then_some(())
    });
}

/// Kills one node, sometimes two, at drawn times and starts them again until everything has arrived; says how many died.
fn kill_until(town: &mut Town, draw: &mut Draw, arrived: &AtomicU64, total: u64) -> usize {
    let count = || arrived.load(Ordering::Relaxed);
    let mut killed = 0;
    while count() < total {
        let until = (count() + 1 + draw.below(2)).min(total);
        wait_for("looks between two deaths", LONG, || {
            (count() >= until).then_some(())
        });
        if count() >= total {
            break;
        }
        moment(draw, 400);
        let nodes = town.network.nodes.len();
        let first = draw.place(nodes);
        let mut victims = BTreeSet::from([first]);
        if draw.below(4) == 0 {
            victims.insert(draw.place(nodes));
        }
        for victim in &victims {
            town.network.nodes[*victim].kill();
        }
        killed += victims.len();
        moment(draw, 2_500);
        for victim in &victims {
            town.network.nodes[*victim].start();
        }
        for victim in &victims {
            town.network.nodes[*victim].wait_running();
        }
    }
    killed
}

/// Asserts at a node that the looks of the other centre are a chain without a gap, and returns the ids of those that were allowed.
fn assert_no_gap(town: &Town, at: usize) -> BTreeSet<String> {
    let trail = town.trail(at, code(AWAY));
    let mut previous = Value::Null;
    let mut allowed = BTreeSet::new();
    for (sequence, one) in (1_u64..).zip(&trail) {
        let event = &one["outcome"]["access"];
        assert_eq!(event["sequence"], json!(sequence), "at {at}");
        assert_eq!(event["previous"], previous, "at {at}");
        previous = json!(event_digest(town.network.chain.algorithm(), event));
        if event["allowed"] == json!(true) {
            allowed.insert(one["id"].as_str().unwrap().to_owned());
        }
    }
    allowed
}

#[test]
fn looks_survive_kills() {
    let looks = number("YINXIN_DISCLOSURES", LOOKS);
    let seed = u64::try_from(number("YINXIN_SEED", 20)).unwrap();
    let mut draw = Draw::new(seed);
    let mut town = Town::start();
    let somebody = Invented::draw(&mut draw);
    let wang = town.enrol(&somebody.number, HOME);
    let issued = town.certificate(&wang, &somebody.fields());
    let uses = u32::try_from(USES).unwrap();
    let lease = || town.lease(&wang, &issued.certificate, CASE, &LEASED, uses);
    // One officer looks through his department's own node; the other through one that has nothing to do with it, as in an outage.
    let each = looks.div_ceil(2);
    let shares: Vec<(usize, Vec<Digest>)> = [AWAY, AUDIT]
        .map(|at| (at, (0..each.div_ceil(USES)).map(|_| lease()).collect()))
        .to_vec();
    town.settle();
    let arrived = Arc::new(AtomicU64::new(0));
    let lookers: Vec<_> = shares
        .iter()
        .zip([&town.loan, &town.chief])
        .map(|((at, leases), officer)| Looker {
            client: town.network.nodes[*at].client(),
            chain: town.network.chain,
            window_ms: town.network.genesis.limits.window_ms,
            key: officer.same_key(),
            leases: leases.clone(),
            looks: each,
            arrived: Arc::clone(&arrived),
        })
        .collect();
    let start = Instant::now();
    let lookers: Vec<_> = lookers.into_iter().map(Looker::start).collect();
    let total = u64::try_from(2 * each).unwrap();
    let killed = kill_until(&mut town, &mut draw, &arrived, total);
    let got: Vec<Got> = lookers.into_iter().map(|looker| looker.join().unwrap()).collect();
    let took = start.elapsed();
    town.network.start_all();

    // The holder is down: nobody else has the content. Once it is back, the same look gives it, and uses up nothing.
    let extra = town.lease(&wang, &issued.certificate, CASE, &LEASED, 1);
    town.settle();
    town.network.nodes[HOME].kill();
    let key = reader();
    let done = town
        .act(&town.loan, "sharing.disclose", &look(&extra, CASE, &LEASED, &key))
        .ok();
    let at_reader = &town.network.nodes[AWAY];
    assert_eq!(fetch(at_reader, &done.id()).code(), "RELEASE_UNREACHABLE");
    town.network.nodes[HOME].start();
    let released = wait_for("the holder answers", PATIENCE, || {
        let answer = fetch(&town.network.nodes[AWAY], &done.id());
        (answer.code() == "OK").then(|| answer.json())
    });
    open(&key, &done.id(), &released).unwrap();
    let used = town
        .ask(&town.loan, "sharing.lease", &json!({ "lease": extra }))
        .unwrap();
    assert_eq!((&used["used"], &used["left"]), (&json!(1), &json!(0)));
    town.network.nodes[HOME].wait_running();

    // Everything that arrived is on record, on every node, at the height that was said.
    town.network.agree();
    let mut by_lease: BTreeMap<String, u64> = BTreeMap::new();
    for (place, node) in town.network.nodes.iter().enumerate() {
        let client = node.client();
        let on_record = assert_no_gap(&town, place);
        for one in got.iter().flat_map(|got| &got.arrived) {
            let answer = client.transaction(&one.look, 0).unwrap();
            assert_eq!(
                (answer.status, answer.height),
                (Status::Committed, Some(one.height)),
                "{}",
                node.name
            );
            let event = answer.outcome.unwrap()["access"].clone();
            assert_eq!(event["allowed"], json!(true));
            assert!(on_record.contains(&one.look.to_string()));
            if place == 0 {
                let lease = event["basis"]["reference"].as_str().unwrap().to_owned();
                *by_lease.entry(lease).or_default() += 1;
            }
        }
        assert_eq!(on_record.len(), 2 * each + 1, "each look once, and no other");
    }
    for lease in shares.iter().flat_map(|(_, leases)| leases) {
        let record = town
            .ask(&town.loan, "sharing.lease", &json!({ "lease": lease }))
            .unwrap();
        assert_eq!(
            record["used"],
            json!(by_lease[&lease.to_string()]),
            "used as often as looked"
        );
    }
    // Erasure reaches a holder that was down when it was asked for.
    town.network.nodes[HOME].kill();
    let about = json!({ "certificate": issued.certificate });
    town.act_at(AWAY, &wang, "sharing.erase", &about).ok();
    town.network.nodes[HOME].start();
    wait_for("the holder erases and confirms", PATIENCE, || {
        let erasure = town.ask(&town.loan, "sharing.erasure", &about).unwrap();
        (erasure["complete"] == json!(true)).then_some(())
    });
    assert_eq!(fetch(&town.network.nodes[AWAY], &done.id()).code(), "MAT_ERASED");
    let (unreachable, behind) = got
        .iter()
        .fold((0, 0), |(a, b), got| (a + got.unreachable, b + got.behind));
    eprintln!(
        "measured: {} looks in {took:?} while {killed} nodes were killed (seed {seed}); the holder was not reached {unreachable} times, behind {behind} times",
        2 * each
    );
}
