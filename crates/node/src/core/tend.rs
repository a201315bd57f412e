//! What a desk looks after by itself: its published keys, the erasures that wait for it, and materials that were composed and never issued.
//!
//! ```text
//! start, or a block with sharing.erase | issue | decline | cancel ──► one task, woken ──► erase, confirm ──► destroy what nothing names
//!                                                                            ▲                                     │
//!                                                                            └── again after a while, if not done ─┘
//! ```

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::channel::mpsc;
use futures::future::{join, select};
use serde_json::{Value, json};
use tracing::{info, warn};
use yinxin_consensus::ExecutedBlock;
use yinxin_crypto::Digest;
use yinxin_index::{ConcernQuery, Role};
use yinxin_types::{Rejection, codes};
use yinxin_vault::{Store as _, VaultError};

use super::Core;
use super::desk::{Desk, VALIDITY_MS};
use crate::platform::blocking;

/// After which time it is seen whether the ledger took what the desk submitted: a transaction that it did not take has expired by then.
const AGAIN: Duration = Duration::from_millis(VALIDITY_MS);
/// Erasures read at a time.
const ERASURES: u32 = 200;
/// The operations after which there may be something to look after.
const WAKING: [&str; 4] = [
    "sharing.cancel",
    "sharing.decline",
    "sharing.erase",
    "sharing.issue",
];

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
        *self.tending.lock() = Some(wake);
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

    /// Wakes the desk when a block may have brought something for it.
    pub(super) fn tend_after(&self, block: &ExecutedBlock) {
        let mut bodies = block.transactions.iter().map(|transaction| transaction.body());
        if bodies.any(|body| WAKING.contains(&body.operation.as_str()))
            && let Some(wake) = self.tending.lock().as_mut()
        {
            // A desk that was woken already and did not look yet will see this block too.
            let _ = wake.try_send(());
        }
    }

    /// Looks at what waits, whenever it is woken, and again after a while as long as something is not done.
    async fn tend(&self, desk: &Arc<Desk>, mut woken: mpsc::Receiver<()>) {
        let mut everything = true;
        loop {
            let erased = self.erase_what_waits(desk, everything).await;
            let settled = self.settle_composed(desk).await;
            if erased && settled {
                everything = false;
                if woken.next().await.is_none() {
                    return;
                }
            } else {
                select(woken.next(), self.platform.sleep(AGAIN)).await;
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
                match desk.store.erase(&material) {
                    // A department that only looked keeps no copy here.
                    Ok(_) | Err(VaultError::Unknown(_)) => Ok(()),
                    Err(error) => Err(error.rejection()),
                }
            });
            // Nothing is confirmed that was not done.
            erased.await.unwrap_or_else(|| Err(stopping()))?;
        }
        self.act(desk, "sharing.confirm_erasure", about).await?;
        Ok(false)
    }

    /// Whether every material on record is either named by the ledger or may still be; others are destroyed.
    async fn settle_composed(&self, desk: &Arc<Desk>) -> bool {
        let record = {
            let desk = desk.clone();
            blocking(self.platform.as_ref(), move || desk.composed.all()).await
        };
        let record = match record {
            Some(Ok(record)) => record,
            Some(Err(reason)) => {
                warn!(%reason, "it is not known what was composed and not issued");
                return true;
            }
            None => return true,
        };
        let mut complete = true;
        for (request, materials) in record {
            if let Err(reason) = self.settle_request(desk, request, materials).await {
                complete = false;
                warn!(%reason, "what was composed and not issued could not be destroyed and is tried again");
            }
        }
        complete
    }

    /// Destroys what was composed for a request that has ended, except what was issued.
    async fn settle_request(
        &self,
        desk: &Arc<Desk>,
        request: Digest,
        materials: Vec<Digest>,
    ) -> Result<(), Rejection> {
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
                match desk.store.erase(material) {
                    Ok(_) | Err(VaultError::Unknown(_)) => {}
                    Err(error) => return Err(error.rejection()),
                }
            }
            desk.composed.forget(&request).map_err(|error| error.rejection())
        });
        settled.await.unwrap_or_else(|| Err(stopping()))
    }
}
