//! Out of a wallet: the request, the answer, and the look that is on the ledger before an officer reads what was shown.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use yinxin_api::{WalletAnswer, WalletRefusal};
use yinxin_credential::dcql::{CredentialQuery, Query};
use yinxin_credential::openid4vp::{AuthorizationRequest, AuthorizationResponse};
use yinxin_credential::{
    ClaimPath, Ed25519Signer, Error, Jwk, Policy, SdJwt, Signer as _, Verified, random_nonce,
};
use yinxin_crypto::{Digest, EncryptionKey, PublicKey, SignatureAlgorithm};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Rejection, codes};

use super::tables::{Asked, MOST_KEPT_BYTES, Stand};
use super::{Core, Counter, LEEWAY_S, PROOF_AGE_S, TYPE, by_rule, full, refused, unable};
use crate::core::release::Look;

/// The name of the one credential that is asked for.
const CREDENTIAL: &str = "certificate";
/// The error of OAuth for everything a wallet shows that does not hold.
const WRONG: &str = "invalid_request";

/// What a wallet showed, verified as far as that is possible without the records of the ledger.
struct Shown {
    text: String,
    issuer: SocialCreditCode,
    list: u32,
    index: u64,
    fields: Vec<String>,
    credential: Digest,
    presentation: Digest,
}

/// Where the status of a credential stands, read out of what is not verified yet: it says whose key verifies it.
struct Place {
    /// What the credential calls its issuer.
    name: String,
    issuer: SocialCreditCode,
    list: u32,
    index: u64,
}

fn no_request() -> WalletRefusal {
    WalletRefusal::new(
        WRONG,
        codes::WALLET_REQUEST,
        "there is no such request that can be answered",
    )
}

impl Counter {
    /// The request to wallets, as it was asked.
    fn authorization(&self, asked: &Asked) -> AuthorizationRequest {
        let claims = asked.fields.iter().map(|field| ClaimPath::top(field));
        let vct = format!("{TYPE}{}", asked.kind);
        let algorithms = ["ES256", "EdDSA"];
        AuthorizationRequest {
            client_id: format!("decentralized_identifier:{}", self.did()),
            response_uri: format!("{}/wallets/requests/{}/response", self.address, asked.id),
            nonce: asked.nonce.clone(),
            state: Some(asked.state.clone()),
            query: Query {
                credentials: vec![CredentialQuery::new(CREDENTIAL, &vct, claims.collect())],
                sets: Vec::new(),
            },
            client_metadata: Some(json!({
                "vp_formats_supported": {
                    "dc+sd-jwt": { "kb-jwt_alg_values": algorithms, "sd-jwt_alg_values": algorithms },
                },
            })),
        }
    }

    /// The link that opens a wallet with a request.
    fn link(&self, asked: &Asked) -> String {
        let escaped = |text: &str| -> String {
            let byte = |byte: u8| match byte {
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b'_' | b'~' => {
                    char::from(byte).to_string()
                }
                other => format!("%{other:02X}"),
            };
            text.bytes().map(byte).collect()
        };
        let client = self.authorization(asked).client_id;
        let request = format!("{}/wallets/requests/{}", self.address, asked.id);
        format!(
            "openid4vp://?client_id={}&request_uri={}",
            escaped(&client),
            escaped(&request)
        )
    }
}

impl Core {
    /// What an officer asked, as the ledger has it; only for whoever asked, at his own department's node.
    async fn own_question(&self, account: PublicKey, ask: Digest) -> Result<Value, Rejection> {
        self.counter()?;
        let party = self.party_of(account).await?;
        let record = self
            .inquire_one(None, "sharing.wallet_asked", json!({ "ask": ask }))
            .await?;
        let own = record.get("body").and_then(Value::as_str) == Some(self.own_code());
        if !own || record.get("officer") != Some(&party) {
            return Err(Rejection::new(
                codes::SESSION_FORBIDDEN,
                "somebody else asked, or for another department",
            ));
        }
        Ok(record)
    }

    pub(super) async fn open_request(&self, account: PublicKey, ask: Digest) -> Result<Value, Rejection> {
        let record = self.own_question(account, ask).await?;
        let (_, counter) = self.counter()?;
        let now = self.platform.now().0;
        let until = record.get("until").and_then(Value::as_u64).unwrap_or_default();
        if until <= now || record.get("answered") != Some(&Value::Null) {
            return Err(Rejection::new(
                codes::WALLET_REQUEST,
                "it was answered, or its time is over",
            ));
        }
        let fields = record.get("fields").and_then(Value::as_array);
        let chance = || random_nonce().map_err(|_| unable("no random bytes"));
        let asked = Asked {
            ask,
            id: chance()?,
            kind: record
                .get("kind")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            fields: fields
                .into_iter()
                .flatten()
                .filter_map(|field| field.as_str().map(str::to_owned))
                .collect(),
            nonce: chance()?,
            state: chance()?,
            until,
        };
        let open = counter.tables.lock().open(asked, now).map_err(|_| full())?;
        Ok(json!({ "link": counter.link(&open), "until": open.until }))
    }

    pub(super) async fn state_of_request(&self, account: PublicKey, ask: Digest) -> Result<Value, Rejection> {
        let record = self.own_question(account, ask).await?;
        let (_, counter) = self.counter()?;
        let now = self.platform.now().0;
        let stand = counter.tables.lock().stand(&ask);
        let answered = record.get("answered").cloned().unwrap_or_default();
        let (state, look, code) = match stand {
            Some((Stand::Shown(look), _)) => ("shown", json!(look), Value::Null),
            Some((Stand::Refused(look, number), _)) => {
                let code = self.registry.code(number).map(|code| code.name);
                ("refused", json!(look), json!(code))
            }
            Some((Stand::Declined, _)) => ("declined", Value::Null, Value::Null),
            Some((_, until)) if until > now => ("waiting", Value::Null, Value::Null),
            _ => ("over", answered, Value::Null),
        };
        Ok(json!({ "code": code, "look": look, "state": state }))
    }

    pub(super) fn signed_request(&self, id: &str) -> Result<String, WalletRefusal> {
        let (desk, counter) = self.counter().map_err(refused(WRONG))?;
        let now = self.platform.now().0;
        let asked = counter.tables.lock().waiting(id, now).cloned();
        let asked = asked.ok_or_else(no_request)?;
        let signer = Ed25519Signer::new(&desk.credential).map_err(by_rule(WRONG))?;
        let kid = format!("{}#{}", counter.did(), signer.key().thumbprint());
        counter
            .authorization(&asked)
            .sign(Some(&kid), &signer)
            .map_err(by_rule(WRONG))
    }

    pub(super) async fn take_answer(&self, id: String, answer: WalletAnswer) -> Result<(), WalletRefusal> {
        let (_, counter) = self.counter().map_err(refused(WRONG))?;
        let now = self.platform.now();
        let asked = counter.tables.lock().answer(&id, now.0);
        let asked = asked.ok_or_else(no_request)?;
        // Whoever stops waiting leaves it as it was.
        let mut settling = Settling {
            counter,
            id: &id,
            stand: Stand::Waiting,
        };
        let (vp_token, state) = match answer {
            WalletAnswer::Declined => {
                settling.stand = Stand::Declined;
                return Ok(());
            }
            WalletAnswer::Shown { vp_token, state } => (vp_token, state),
        };
        let shown = self.verified(&asked, &vp_token, state.as_deref(), now).await?;
        let (look, verdict) = self.put_on_record(&asked, shown, now).await?;
        match verdict {
            Ok(()) => {
                settling.stand = Stand::Shown(look);
                Ok(())
            }
            Err(rejection) => {
                settling.stand = Stand::Refused(look, rejection.code.number);
                Err(refused(WRONG)(rejection))
            }
        }
    }

    /// Checks everything that can be checked without the record of the copy: form, issuer, signatures, holder's proof, query.
    async fn verified(
        &self,
        asked: &Asked,
        vp_token: &str,
        state: Option<&str>,
        now: BlockTime,
    ) -> Result<Shown, WalletRefusal> {
        let wrong = by_rule(WRONG);
        let (_, counter) = self.counter().map_err(refused(WRONG))?;
        let request = counter.authorization(asked);
        let response = AuthorizationResponse::parse(vp_token, state).map_err(&wrong)?;
        response.check_state(&request).map_err(&wrong)?;
        let text = presented(&response.vp_token).map_err(&wrong)?.to_owned();
        let place = place(&text).map_err(&wrong)?;
        let keys = self
            .keys_of_issuer(&place.issuer, &asked.kind)
            .await
            .map_err(refused(WRONG))?;
        let issuers = |name: &str, kid: Option<&str>| {
            let known = kid.and_then(|kid| keys.get(kid));
            known.filter(|_| name == place.name).copied()
        };
        let policy = Policy {
            issuers: &issuers,
            now_s: now.0 / 1000,
            leeway_s: LEEWAY_S,
            binding: None,
        };
        let binding = request.binding(PROOF_AGE_S);
        let found = request
            .query
            .verify(&response.vp_token, &policy, &binding)
            .map_err(&wrong)?;
        let found: Option<Verified> = found.into_values().flatten().next();
        let found = found.ok_or_else(|| wrong(Error::NoMatch("nothing is shown")))?;
        let mut fields: Vec<String> = found.claims.keys().cloned().collect();
        fields.sort_unstable();
        let signed = text.split('~').next().unwrap_or_default();
        Ok(Shown {
            issuer: place.issuer,
            list: place.list,
            index: place.index,
            fields,
            credential: self.rules.hash.hash(&[signed.as_bytes()]),
            presentation: self.rules.hash.hash(&[text.as_bytes()]),
            text,
        })
    }

    /// The keys under which an issuer's credentials of a kind verify, by thumbprint; replaced ones too.
    async fn keys_of_issuer(
        &self,
        issuer: &SocialCreditCode,
        kind: &str,
    ) -> Result<BTreeMap<String, Jwk>, Rejection> {
        let unknown = || {
            Rejection::from(Error::Issuer(
                "the issuer has no accreditation for this kind of credential",
            ))
        };
        let about = json!({ "department": issuer, "type": kind });
        let accredited = self.inquire_one(None, "identity.issuer", about).await;
        match accredited {
            Ok(_) => {}
            Err(reason) if reason.code == codes::API_UNAVAILABLE => return Err(reason),
            Err(_) => return Err(unknown()),
        }
        let about = json!({ "code": issuer, "purpose": "credential" });
        let published = self
            .inquire_one(None, "identity.published", about)
            .await
            .map_err(|_| unknown())?;
        let keys = published.get("keys").and_then(Value::as_array);
        let key = |entry: &Value| {
            let key: PublicKey = entry.get("key")?.as_str()?.parse().ok()?;
            if key.algorithm() != SignatureAlgorithm::Ed25519 {
                return None;
            }
            let jwk = Jwk::ed25519(key.as_bytes().try_into().ok()?).ok()?;
            Some((jwk.thumbprint(), jwk))
        };
        Ok(keys.into_iter().flatten().filter_map(key).collect())
    }

    /// Has the ledger decide on a look at what was shown, whatever it decides. Only what it allows stays here to be read.
    async fn put_on_record(
        &self,
        asked: &Asked,
        shown: Shown,
        now: BlockTime,
    ) -> Result<(Digest, Result<(), Rejection>), WalletRefusal> {
        let away = refused("temporarily_unavailable");
        let (desk, counter) = self.counter().map_err(refused(WRONG))?;
        let arguments = json!({
            "ask": asked.ask, "credential": shown.credential, "fields": shown.fields, "issuer": shown.issuer,
            "presentation": shown.presentation, "status": { "index": shown.index, "list": shown.list },
        });
        let kept = counter.tables.lock().keep(shown.presentation, shown.text, now.0);
        kept.map_err(|_| away(full()))?;
        let settled = self
            .act_and_settle(desk, "sharing.wallet_present", arguments)
            .await;
        let allowed = settled.as_ref().is_ok_and(|(_, settled)| {
            settled.code == 0 && settled.outcome.pointer("/access/allowed") == Some(&Value::Bool(true))
        });
        if !allowed {
            counter.tables.lock().forget(&shown.presentation);
        }
        let (look, settled) = settled.map_err(away)?;
        let verdict = if allowed {
            Ok(())
        } else {
            Err(self.refusal_of(settled.code))
        };
        Ok((look, verdict))
    }

    /// What a look at a presentation releases: exactly what the wallet showed, for the key that was named when it was asked.
    pub(in crate::core) fn presented_content(
        &self,
        look: &Look,
    ) -> Result<Option<(EncryptionKey, Value)>, Rejection> {
        let nothing = |detail: &str| Rejection::new(codes::RELEASE_NOTHING, detail);
        let named = |name: &str| look.disclosure.get(name).and_then(Value::as_str);
        let Some(presentation) = named("presentation") else {
            return Ok(None);
        };
        let presentation: Digest = presentation
            .parse()
            .map_err(|_| nothing("the look names no presentation"))?;
        let reader: EncryptionKey = named("reader")
            .and_then(|reader| reader.parse().ok())
            .ok_or_else(|| nothing("the look names no reader"))?;
        let (_, counter) = self.counter()?;
        let kept = counter.kept(&presentation, self.platform.now().0);
        let text = kept.ok_or_else(|| nothing("what was shown is not kept any more"))?;
        let content = json!({
            "copy": look.disclosure.get("copy"), "presentation": text, "transaction": look.transaction,
        });
        Ok(Some((reader, content)))
    }
}

/// Says how a request stands when its answer is settled, or when nobody waits for that any more.
struct Settling<'a> {
    counter: &'a Counter,
    id: &'a str,
    stand: Stand,
}

impl Drop for Settling<'_> {
    fn drop(&mut self) {
        let stand = std::mem::replace(&mut self.stand, Stand::Waiting);
        self.counter.tables.lock().settle(self.id, stand);
    }
}

/// The one presentation of a response.
fn presented(vp_token: &Value) -> Result<&str, Error> {
    let list = vp_token.get(CREDENTIAL).and_then(Value::as_array);
    let text = list.and_then(|list| list.first()).and_then(Value::as_str);
    let text = text.ok_or(Error::NoMatch(
        "the response lacks the credential that was asked for",
    ))?;
    if text.len() > MOST_KEPT_BYTES {
        return Err(Error::TooLarge("the presentation is longer than accepted"));
    }
    Ok(text)
}

/// Where a presentation says that its status stands.
fn place(text: &str) -> Result<Place, Error> {
    const WRONG: Error = Error::Issuer("the credential names no status list of an issuer here");
    let presentation = SdJwt::parse(text)?;
    let claims = presentation.unverified();
    let name = claims.get("iss").and_then(Value::as_str).ok_or(WRONG)?;
    let status = claims.get("status").and_then(|status| status.get("status_list"));
    let status = status.ok_or(WRONG)?;
    let uri = status.get("uri").and_then(Value::as_str).ok_or(WRONG)?;
    let behind = uri
        .strip_prefix(name)
        .and_then(|rest| rest.strip_prefix("/wallets/status-lists/"));
    let (issuer, list) = behind.and_then(|rest| rest.split_once('/')).ok_or(WRONG)?;
    Ok(Place {
        name: name.to_owned(),
        issuer: issuer.parse().map_err(|_| WRONG)?,
        list: list.parse().map_err(|_| WRONG)?,
        index: status.get("idx").and_then(Value::as_u64).ok_or(WRONG)?,
    })
}
