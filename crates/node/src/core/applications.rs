//! Enrolment at home: a person's node brings the application to the authority's, whose desk keeps it until an officer has identified the person
//! (decision D23).
//!
//! ```text
//! browser ─ application ─► any node ─ link ─► the authority's node ─ queue ─► officer ─ check code ─► identity.enrol
//! ```

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};
use tracing::info;
use yinxin_api::{Application, Applications, Withdrawal};
use yinxin_crypto::{Digest, PublicKey, envelope};
use yinxin_identity::{consent_statement, edge};
use yinxin_types::{Code, Rejection, canonical, codes};

use super::Core;
use super::desk::applications::{Kept, MOST, Reason, State, check_code};
use super::messages::Ask;

/// What the facts of an application are sealed for.
const FACTS_INFO: &[u8] = b"yinxin/application/1";
/// What the statement of a withdrawal is for.
const WITHDRAW_PURPOSE: &str = "yinxin/withdraw/1";
/// The most bytes of the envelope with the facts.
const MOST_SEALED: usize = 2 << 10;
/// The longest term of an application: 14 days, in milliseconds.
const MOST_MS: u64 = 14 * 86_400_000;
/// The shortest: what is over before a clerk can look is none.
const LEAST_MS: u64 = 60_000;
/// By how much the clock of an applicant may be ahead.
const SKEW_MS: u64 = 3_600_000;
/// The longest name of a person, in bytes.
const MOST_NAME: usize = 200;
/// What lets a department enrol persons, as the scenario identity names it.
const ENROL_PERSON: &str = "enrol-person";

/// What an applicant sealed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    name: String,
    number: String,
}

fn refuse<T>(code: Code, detail: &str) -> Result<T, Rejection> {
    Err(Rejection::new(code, detail))
}

/// What an applicant sees of an application, and a node that asks for him.
fn shown(one: &Kept) -> Value {
    json!({
        "application": one.id, "made": one.made, "reason": one.reason, "state": one.state, "until": one.application.until,
    })
}

fn none() -> Value {
    json!({ "application": null, "made": null, "reason": null, "state": null, "until": null })
}

impl Core {
    /// The bytes that an applicant signed.
    fn consent_of(&self, application: &Application, id: &Digest) -> Result<Vec<u8>, Rejection> {
        let (authority, account) = (&application.authority, &application.account);
        consent_statement(&self.rules.chain, authority, account, id, application.until).ok_or_else(|| {
            Rejection::new(
                codes::APPLICATION_SIGNATURE,
                "the statement has no canonical form",
            )
        })
    }

    /// The check code of an application that is kept here.
    fn code_of(&self, one: &Kept) -> String {
        let statement = self.consent_of(&one.application, &one.id).unwrap_or_default();
        check_code(self.rules.hash, &statement)
    }

    /// The digest of the sealed facts and their bytes: `API_REQUEST`, `API_TOO_LARGE`.
    fn sealed_of(&self, application: &Application) -> Result<(Digest, Vec<u8>), Rejection> {
        if application.sealed.len() > MOST_SEALED.saturating_mul(2) {
            return refuse(codes::API_TOO_LARGE, "the sealed facts are too long");
        }
        let sealed = URL_SAFE_NO_PAD.decode(&application.sealed);
        let sealed = sealed.map_err(|_| Rejection::new(codes::API_REQUEST, "`sealed` is not base64url"))?;
        if sealed.len() > MOST_SEALED {
            return refuse(codes::API_TOO_LARGE, "the sealed facts are too long");
        }
        Ok((self.rules.hash.hash(&[&sealed]), sealed))
    }

    /// That a department enrols persons now: `APPLICATION_AUTHORITY`.
    async fn enrols_persons(&self, authority: &str) -> Result<(), Rejection> {
        let about = json!({ "department": authority, "type": ENROL_PERSON });
        match self.inquire_one(None, "identity.issuer", about).await {
            Ok(_) => Ok(()),
            Err(rejection) if rejection.code == codes::API_UNAVAILABLE => Err(rejection),
            Err(_) => refuse(
                codes::APPLICATION_AUTHORITY,
                "the department does not enrol persons",
            ),
        }
    }

    /// Whether a key is or was anybody's.
    async fn is_bound(&self, account: &PublicKey) -> Result<bool, Rejection> {
        let about = json!({ "account": account });
        match self.inquire_one(None, "identity.actor", about).await {
            Ok(_) => Ok(true),
            Err(rejection) if rejection.code == codes::API_UNAVAILABLE => Err(rejection),
            Err(_) => Ok(false),
        }
    }

    /// The terms of the authority whose desk is here.
    pub(super) async fn application_terms_here(&self) -> Result<Value, Rejection> {
        let desk = self.desk_open()?;
        self.enrols_persons(self.own_code()).await?;
        Ok(json!({
            "authority": self.own_code(), "key": desk.applicants.encryption_key().to_string(),
            "most_bytes": MOST_SEALED, "most_ms": MOST_MS,
        }))
    }

    /// Keeps an application to this department. What the person signed is verified here, whoever brought it: `APPLICATION_AUTHORITY`,
    /// `API_REQUEST`, `API_TOO_LARGE`, `APPLICATION_TERM`, `APPLICATION_SIGNATURE`, `APPLICATION_FACTS`, `APPLICATION_STALE`, `APPLICATION_FULL`.
    pub(super) async fn apply_here(
        &self,
        application: Application,
        via: Option<PublicKey>,
    ) -> Result<Value, Rejection> {
        let desk = self.desk_open()?;
        if application.authority != self.own_code() {
            return refuse(
                codes::APPLICATION_AUTHORITY,
                "the application is to another department",
            );
        }
        self.enrols_persons(self.own_code()).await?;
        let (id, sealed) = self.sealed_of(&application)?;
        let now = self.platform.now();
        let (least, most) = (
            now.saturating_add(LEAST_MS),
            now.saturating_add(MOST_MS).saturating_add(SKEW_MS),
        );
        if !(least..=most).contains(&application.until) {
            return refuse(
                codes::APPLICATION_TERM,
                "the application ends too soon or too late",
            );
        }
        let statement = self.consent_of(&application, &id)?;
        let signed = application.signature.key == application.account
            && application.signature.verify(&statement).is_ok();
        if !signed {
            return refuse(
                codes::APPLICATION_SIGNATURE,
                "the account did not sign this application",
            );
        }
        // Read once, so that nobody waits for a clerk with an application that he cannot read. Nothing of it is kept or logged.
        self.facts_of(&desk, &application.account, &sealed)?;
        if self.is_bound(&application.account).await? {
            return refuse(codes::APPLICATION_STALE, "the key is or was bound");
        }
        let one = Kept {
            application,
            id,
            made: now,
            reason: None,
            state: State::Waiting,
            tries: 0,
            via,
        };
        let kept = desk.applications.add(one, |one| self.code_of(one), now)?;
        Ok(shown(&kept))
    }

    /// What an applicant sealed, bound to the key: an envelope that was copied from another application does not open. `APPLICATION_FACTS`.
    fn facts_of(&self, desk: &super::Desk, account: &PublicKey, sealed: &[u8]) -> Result<Facts, Rejection> {
        let unreadable =
            || Rejection::new(codes::APPLICATION_FACTS, "no name and citizen number can be read");
        let aad = account.to_string();
        let plain = envelope::open(&desk.applicants, FACTS_INFO, aad.as_bytes(), sealed);
        let plain = plain.map_err(|_| unreadable())?;
        let facts: Facts = serde_json::from_slice(&plain).map_err(|_| unreadable())?;
        let name = &facts.name;
        let plain_name =
            !name.trim().is_empty() && name.len() <= MOST_NAME && !name.chars().any(char::is_control);
        if !plain_name || edge::citizen_number(&facts.number).is_err() {
            return Err(unreadable());
        }
        Ok(facts)
    }

    /// How the application of a key stands here.
    pub(super) fn application_here(&self, account: &PublicKey) -> Result<Value, Rejection> {
        let desk = self.desk_open()?;
        let found = desk.applications.of(account, self.platform.now());
        Ok(found.as_ref().map_or_else(none, shown))
    }

    /// Destroys an application that its own key takes back: `APPLICATION_UNKNOWN`, `APPLICATION_SIGNATURE`.
    pub(super) fn withdraw_here(&self, withdrawal: &Withdrawal) -> Result<Value, Rejection> {
        let desk = self.desk_open()?;
        let account = withdrawal.signature.key;
        let found = desk.applications.of(&account, self.platform.now());
        if found.is_none_or(|one| one.id != withdrawal.application) {
            return refuse(
                codes::APPLICATION_UNKNOWN,
                "there is no such application of this key",
            );
        }
        let statement = canonical::to_bytes(&json!({
            "account": account, "application": withdrawal.application, "authority": self.own_code(),
            "chain": self.rules.chain, "purpose": WITHDRAW_PURPOSE,
        }));
        let signed = statement.is_ok_and(|statement| withdrawal.signature.verify(&statement).is_ok());
        if !signed {
            return refuse(
                codes::APPLICATION_SIGNATURE,
                "the withdrawal is not signed by the key",
            );
        }
        desk.applications.forget(&account);
        Ok(json!({}))
    }

    /// Destroys the applications of keys that are enrolled: the ledger has what matters. Gives the keys of which it is not known yet.
    pub(super) async fn settle_applications(
        &self,
        desk: &super::Desk,
        keys: BTreeSet<PublicKey>,
    ) -> BTreeSet<PublicKey> {
        let mut unknown = BTreeSet::new();
        for key in keys {
            match self.is_bound(&key).await {
                Ok(true) => desk.applications.forget(&key),
                Ok(false) => {}
                Err(_) => {
                    unknown.insert(key);
                }
            }
        }
        unknown
    }

    /// The desk, for an officer who may enrol; each time the ledger is asked.
    async fn at_queue(&self, officer: PublicKey) -> Result<std::sync::Arc<super::Desk>, Rejection> {
        let desk = self.desk_open()?;
        self.check_officer(officer, "identity.enrol").await?;
        Ok(desk)
    }

    async fn to_authority(&self, authority: &str, ask: &Ask) -> Result<Value, Rejection> {
        self.enrols_persons(authority).await?;
        let peer = self.validator_of(authority).await?;
        let answer = self.ask_peer(peer, ask).await;
        answer.map_err(|rejection| match rejection.code {
            codes::RELEASE_UNREACHABLE => {
                Rejection::new(codes::API_UNAVAILABLE, "the authority's node did not answer")
            }
            _ => rejection,
        })
    }
}

impl Applications for Core {
    fn terms(&self, authority: String) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(async move {
            if authority == self.own_code() {
                return self.application_terms_here().await;
            }
            self.to_authority(&authority, &Ask::ApplicationTerms {}).await
        })
    }

    fn apply(&self, application: Application) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(async move {
            if application.authority == self.own_code() {
                return self.apply_here(application, None).await;
            }
            // What is too large is not carried; all else is judged by the authority.
            self.sealed_of(&application)?;
            let authority = application.authority.clone();
            self.to_authority(&authority, &Ask::Apply { application }).await
        })
    }

    fn standing(&self, authority: String, account: PublicKey) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(async move {
            if authority == self.own_code() {
                return self.application_here(&account);
            }
            self.to_authority(&authority, &Ask::Application { account }).await
        })
    }

    fn withdraw(&self, withdrawal: Withdrawal) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(async move {
            if withdrawal.authority == self.own_code() {
                return self.withdraw_here(&withdrawal);
            }
            let authority = withdrawal.authority.clone();
            self.to_authority(&authority, &Ask::Withdraw { withdrawal }).await
        })
    }

    fn queue(&self, officer: PublicKey) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(async move {
            let desk = self.at_queue(officer).await?;
            self.settle_applications(&desk, desk.applications.accounts())
                .await;
            let item = |one: &Kept| {
                json!({
                    "account": one.application.account, "application": one.id, "made": one.made, "reason": one.reason,
                    "state": one.state, "tries": one.tries, "until": one.application.until,
                })
            };
            let all = desk.applications.all(self.platform.now());
            Ok(json!({ "items": all.iter().map(item).collect::<Vec<_>>(), "most": MOST }))
        })
    }

    fn open(&self, officer: PublicKey, application: Digest) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(async move {
            let desk = self.at_queue(officer).await?;
            let one = desk.applications.waiting(&application, self.platform.now())?;
            let account = one.application.account;
            let (_, sealed) = self.sealed_of(&one.application)?;
            let facts = self.facts_of(&desk, &account, &sealed)?;
            info!(%officer, %application, "an application for enrolment was opened");
            Ok(json!({
                "account": account, "application": application,
                "facts": { "name": facts.name, "number": facts.number },
            }))
        })
    }

    fn confirm(
        &self,
        officer: PublicKey,
        application: Digest,
        code: String,
    ) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(async move {
            let desk = self.at_queue(officer).await?;
            let now = self.platform.now();
            let one = desk
                .applications
                .check(&application, &code, |one| self.code_of(one), now)?;
            let Application {
                account,
                authority,
                signature,
                until,
                ..
            } = &one.application;
            let (_, sealed) = self.sealed_of(&one.application)?;
            let facts = self.facts_of(&desk, account, &sealed)?;
            let number = edge::citizen_number(&facts.number)?;
            let commitment = desk.commit(self.rules.hash, &number);
            info!(%officer, %application, "an applicant was identified");
            Ok(json!({
                "authority": authority, "commitment": commitment,
                "consent": { "application": application, "signature": signature, "until": until },
                "key": account, "kind": "person",
            }))
        })
    }

    fn refuse(
        &self,
        officer: PublicKey,
        application: Digest,
        reason: String,
    ) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(async move {
            let desk = self.at_queue(officer).await?;
            let reason = match reason.as_str() {
                "facts" => Reason::Facts,
                "document" => Reason::Document,
                "enrolled" => Reason::Enrolled,
                "elsewhere" => Reason::Elsewhere,
                _ => return refuse(codes::API_REQUEST, "no such reason"),
            };
            let refused = desk
                .applications
                .refuse(&application, reason, self.platform.now())?;
            info!(%officer, %application, "an application for enrolment was refused");
            Ok(shown(&refused))
        })
    }
}
