//! What a desk looks after by itself: its published keys, the erasures that wait for it, materials that were composed and never issued, and
//! applications whose key was enrolled.
//!
//! ```text
//! start, or a block with sharing.erase | issue | decline | cancel, identity.enrol ──► one task, woken ──► erase, confirm ──► destroy what nothing names
//!                                                                            ▲                                     │
//!                                                                            └── again after a while, if not done ─┘
//! ```

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::channel::mpsc;
use futures::future::{join, select};
use serde_json::{Value, json};
use tracing::{info, warn};
use yinxin_consensus::ExecutedBlock;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_index::{ConcernQuery, Role};
use yinxin_types::{Rejection, codes};

use super::Core;
use super::desk::{Desk, VALIDITY_MS};
use crate::platform::blocking;

/// After which time it is seen whether the ledger took what the desk submitted: a transaction that it did not take has expired by then.
const AGAIN: Duration = Duration::from_millis(VALIDITY_MS);
/// Erasures read at a time.
const ERASURES: u32 = 200;
/// What blocks brought since the desk last looked.
#[derive(Debug, Default)]
struct Waiting {
    /// Whether an erasure was asked for.
    erasures: bool,
    /// Requests that may have ended.
    requests: BTreeSet<Digest>,
    /// Keys that may have been enrolled.
    keys: BTreeSet<PublicKey>,
}

/// The way to a desk that is open.
#[derive(Debug)]
pub(super) struct Tending {
    wake: mpsc::Sender<()>,
    waiting: Waiting,
}

fn stopping() -> Rejection {
    Rejection::new(codes::API_UNAVAILABLE, "the node is stopping")
}

impl Core {
    /// Publishes the desk's keys where the ledger does not have them, and takes up what waits. What the ledger does not take, for
    /// instance because too few members run yet, is tried again.
    pub(super) async fn open_desk(self: Arc<Self>) {
        let Some(desk) = self.desk.clone() else { return };
        let publish = async {
            while !self.publish_keys(&desk).await {
                self.platform.sleep(AGAIN).await;
            }
        };
        let (wake, woken) = mpsc::channel(1);
        *self.tending.lock() = Some(Tending {
            wake,
            waiting: Waiting::default(),
        });
        join(publish, self.tend(&desk, woken)).await;
    }

    /// Whether the ledger has every key of the desk; those that it lacks are submitted.
    async fn publish_keys(&self, desk: &Desk) -> bool {
        let mut complete = true;
        for (purpose, key) in desk.keys() {
            let about = json!({ "code": self.own_code(), "purpose": purpose });
            let known = self.inquire_one(None, "identity.published", about).await;
            if known.is_ok_and(|known| known.pointer("/keys/0/key") == Some(&json!(key))) {
                continue;
            }
            complete = false;
            let published = self
                .act(
                    desk,
                    "identity.publish",
                    json!({ "key": key, "purpose": purpose }),
                )
                .await;
            match published {
                Ok(_) => info!(purpose, "a key of the desk is being published"),
                Err(reason) => warn!(purpose, %reason, "a key of the desk could not be published"),
            }
        }
        complete
    }

    /// Wakes the desk when a block may have brought something for it, and says what.
    pub(super) fn tend_after(&self, block: &ExecutedBlock) {
        let mut tending = self.tending.lock();
        let Some(Tending { wake, waiting }) = tending.as_mut() else {
            return;
        };
        for body in block.transactions.iter().map(|transaction| transaction.body()) {
            match body.operation.as_str() {
                "sharing.erase" => waiting.erasures = true,
                "identity.enrol" => {
                    let key = body.arguments.get("key").and_then(Value::as_str);
                    waiting
                        .keys
                        .extend(key.and_then(|text| text.parse::<PublicKey>().ok()));
                }
                "sharing.cancel" | "sharing.decline" | "sharing.issue" => {
                    let request = body.arguments.get("request").and_then(Value::as_str);
                    waiting
                        .requests
                        .extend(request.and_then(|text| text.parse::<Digest>().ok()));
                }
                _ => {}
            }
        }
        if waiting.erasures || !waiting.requests.is_empty() || !waiting.keys.is_empty() {
            // A desk that was woken already and did not look yet will see this block too.
            let _ = wake.try_send(());
        }
    }

    /// Looks at what waits, at the start at all there is, then at what blocks bring; again after a while as long as something is not done.
    async fn tend(&self, desk: &Arc<Desk>, mut woken: mpsc::Receiver<()>) {
        let mut everything = true;
        let mut due = Waiting {
            erasures: true,
            requests: self.composed_for(desk).await,
            keys: desk.applications.accounts(),
        };
        loop {
            if due.erasures && self.erase_what_waits(desk, everything).await {
                (due.erasures, everything) = (false, false);
            }
            due.requests = self.settle_composed(desk, due.requests).await;
            due.keys = self.settle_applications(desk, due.keys).await;
            if due.erasures || !due.requests.is_empty() || !due.keys.is_empty() {
                select(woken.next(), self.platform.sleep(AGAIN)).await;
            } else if woken.next().await.is_none() {
                return;
            }
            if let Some(Tending { waiting, .. }) = self.tending.lock().as_mut() {
                let Waiting {
                    erasures,
                    requests,
                    keys,
                } = std::mem::take(waiting);
                due.erasures |= erasures;
                due.requests.extend(requests);
                due.keys.extend(keys);
            }
        }
    }

    /// Whether no erasure waits for this department; those that do are taken up. Erasing again is harmless; so is a second confirmation,
    /// which the ledger refuses. Older erasures than a page of confirmed ones are confirmed, unless the node was away: then `everything` is read.
    async fn erase_what_waits(&self, desk: &Arc<Desk>, everything: bool) -> bool {
        let mut query = ConcernQuery::new(Role::Concerned, self.own_code());
        query.operation = Some("sharing.erase".to_owned());
        query.allowed = Some(true);
        query.limit = ERASURES;
        let mut complete = true;
        loop {
            let (index, wanted) = (self.index.clone(), query.clone());
            let found = blocking(self.platform.as_ref(), move || index.concerning(&wanted)).await;
            let Some(Ok(found)) = found else { return false };
            let page = found.value;
            let certificates = page.items.iter().filter_map(|one| one.outcome.get("certificate"));
            let mut confirmed = true;
            for certificate in certificates {
                match self.erase_one(desk, certificate).await {
                    Ok(done) => confirmed &= done,
                    Err(reason) => {
                        confirmed = false;
                        warn!(%reason, "an erasure could not be completed and is tried again");
                    }
                }
            }
            complete &= confirmed;
            query.before = page.next;
            if query.before.is_none() || (confirmed && !everything) {
                return complete;
            }
        }
    }

    /// Whether the ledger has this department's confirmation; where it does not, the material is destroyed and the confirmation submitted.
    async fn erase_one(&self, desk: &Arc<Desk>, certificate: &Value) -> Result<bool, Rejection> {
        let about = json!({ "certificate": certificate });
        let erasure = self.inquire_one(None, "sharing.erasure", about.clone()).await?;
        let mine = json!(self.own_code());
        let holders = erasure.get("holders").and_then(Value::as_array);
        let waits =
            |one: &Value| one.get("holder") == Some(&mine) && one.get("confirmed") == Some(&Value::Null);
        if !holders.is_some_and(|holders| holders.iter().any(waits)) {
            return Ok(true);
        }
        let record = self
            .inquire_one(None, "sharing.certificate", about.clone())
            .await?;
        let material: Option<Digest> = record
            .get("material")
            .and_then(Value::as_str)
            .and_then(|text| text.parse().ok());
        if let Some(material) = material {
            let desk = desk.clone();
            let erased = blocking(self.platform.as_ref(), move || {
                // A department that only looked keeps no copy here.
                desk.destroy(&material)
            });
            // Nothing is confirmed that was not done.
            erased.await.unwrap_or_else(|| Err(stopping()))?;
        }
        self.act(desk, "sharing.confirm_erasure", about).await?;
        Ok(false)
    }

    /// The requests for which something was composed; none, where the record cannot be read.
    async fn composed_for(&self, desk: &Arc<Desk>) -> BTreeSet<Digest> {
        let desk = desk.clone();
        match blocking(self.platform.as_ref(), move || desk.composed.all()).await {
            Some(Ok(record)) => record.into_iter().map(|(request, _)| request).collect(),
            Some(Err(reason)) => {
                warn!(%reason, "it is not known what was composed and not issued");
                BTreeSet::new()
            }
            None => BTreeSet::new(),
        }
    }

    /// Settles requests that may have ended; answers those of which it failed.
    async fn settle_composed(&self, desk: &Arc<Desk>, requests: BTreeSet<Digest>) -> BTreeSet<Digest> {
        let mut left = BTreeSet::new();
        for request in requests {
            if let Err(reason) = self.settle_request(desk, request).await {
                warn!(%reason, "what was composed and not issued could not be destroyed and is tried again");
                left.insert(request);
            }
        }
        left
    }

    /// Destroys what was composed for a request that has ended, except what was issued.
    async fn settle_request(&self, desk: &Arc<Desk>, request: Digest) -> Result<(), Rejection> {
        let materials = {
            let desk = desk.clone();
            blocking(self.platform.as_ref(), move || desk.composed.of(&request)).await
        };
        let materials = materials
            .ok_or_else(stopping)?
            .map_err(|error| error.rejection())?;
        if materials.is_empty() {
            // Another department's.
            return Ok(());
        }
        let about = json!({ "request": request });
        let known = self.inquire_one(None, "sharing.request", about).await?;
        if known.get("state") == Some(&json!("open")) {
            return Ok(());
        }
        let issued = match known.get("certificate") {
            None | Some(Value::Null) => Value::Null,
            Some(certificate) => {
                let about = json!({ "certificate": certificate });
                let record = self.inquire_one(None, "sharing.certificate", about).await?;
                record.get("material").cloned().unwrap_or_default()
            }
        };
        let desk = desk.clone();
        let settled = blocking(self.platform.as_ref(), move || {
            for material in materials.iter().filter(|one| json!(one) != issued) {
                desk.destroy(material)?;
            }
            desk.composed.forget(&request).map_err(|error| error.rejection())
        });
        settled.await.unwrap_or_else(|| Err(stopping()))
    }
}
