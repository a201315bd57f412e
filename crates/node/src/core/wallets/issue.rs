//! Into a wallet: offer, access, and the credential that is bound to the wallet's key.

use serde_json::{Map, Value, json};
use yinxin_api::{TokenRequest, WalletRefusal};
use yinxin_credential::openid4vci::{
    CredentialOffer, CredentialRequest, CredentialResponse, PreAuthorizedCode, ProofPolicy, TransactionCode,
    Wanted, error_code,
};
use yinxin_credential::sd_jwt::Claims;
use yinxin_credential::{
    ClaimPath, Credential, Day, Ed25519Signer, Jwk, Policy, Salts, Signer as _, StatusReference, Verified,
    age_in_years, verify,
};
use yinxin_crypto::{Digest, PublicKey, random_bytes};
use yinxin_sharing::{AGE_OVER_18, kinds};
use yinxin_types::identifiers::CitizenNumber;
use yinxin_types::{BlockTime, Rejection, codes};

use super::documents::ALGORITHMS;
use super::tables::{NoAccess, TOKEN_MS, Taken};
use super::{Core, Counter, Desk, LEEWAY_S, PROOF_AGE_S, TYPE, by_rule, full, refused, unable};
use crate::core::desk::drawn_place;
use crate::platform::blocking;

const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
/// The field from which an age is computed.
const CITIZEN_NUMBER: &str = "certinum";
/// The longest name of a wallet.
const MOST_CLIENT_BYTES: usize = 256;
/// How many places of the status list are tried: each is taken with the chance that the list is full to that part.
const PLACES: usize = 4;

/// A copy as it was made, before it is on the ledger.
struct Made {
    text: String,
    credential: Digest,
    index: u32,
}

/// What a copy is made of.
#[derive(Clone)]
struct Order {
    taken: Taken,
    key: Jwk,
    until: BlockTime,
    now: BlockTime,
}

impl Core {
    pub(super) async fn offer_to_wallet(
        &self,
        account: PublicKey,
        take: Digest,
        code: String,
    ) -> Result<Value, Rejection> {
        let (_, counter) = self.counter()?;
        let plain = code.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if code.len() != 64 || !plain {
            return Err(Rejection::new(
                codes::API_REQUEST,
                "`code` is 64 small hexadecimal digits",
            ));
        }
        let party = self.party_of(account).await?;
        // Final, allowed and of this department: what the ledger does not say is not offered.
        let look = self.look(take).await?;
        let offer = self.rules.hash.hash(&[code.as_bytes()]);
        let named = |name: &str| look.disclosure.get(name).and_then(Value::as_str);
        if named("holder") != Some(self.own_code()) || named("offer") != Some(offer.to_string().as_str()) {
            return Err(Rejection::new(
                codes::RELEASE_NOTHING,
                "the transaction does not take anything from here with this code",
            ));
        }
        let taken = self
            .inquire_one(None, "sharing.wallet_taken", json!({ "take": take }))
            .await?;
        let about = json!({ "certificate": taken.get("certificate") });
        let certificate = self.inquire_one(None, "sharing.certificate", about).await?;
        if certificate.get("subject") != Some(&party) {
            return Err(Rejection::new(codes::SESSION_FORBIDDEN, "somebody else took it"));
        }
        let now = self.platform.now().0;
        let until = taken.get("until").and_then(Value::as_u64).unwrap_or_default();
        if until <= now || taken.get("copy") != Some(&Value::Null) {
            return Err(Rejection::new(
                codes::WALLET_CODE,
                "it is in a wallet already, or its time is over",
            ));
        }
        let digest = |name: &str| named(name).and_then(|text| text.parse().ok());
        let fields = look.disclosure.get("fields").and_then(Value::as_array);
        let (Some(of), Some(material), Some(fields)) = (digest("certificate"), digest("material"), fields)
        else {
            return Err(Rejection::new(
                codes::RELEASE_NOTHING,
                "the look does not say what was taken",
            ));
        };
        let kind = certificate
            .get("kind")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let chance = random_bytes::<8>().map_err(|_| unable("no random bytes"))?;
        let digits = u64::from_be_bytes(chance)
            .checked_rem(1_000_000)
            .unwrap_or_default();
        let tx_code = format!("{digits:06}");
        let taken = Taken {
            take,
            certificate: of,
            material,
            kind: kind.to_owned(),
            fields: fields
                .iter()
                .filter_map(|field| field.as_str().map(str::to_owned))
                .collect(),
        };
        let offered = counter
            .tables
            .lock()
            .offer(&code, tx_code.clone(), taken, until, now);
        offered.map_err(|_| full())?;
        let offer = CredentialOffer {
            issuer: counter.address.clone(),
            configurations: vec![kind.to_owned()],
            authorization_code: None,
            pre_authorized_code: Some(PreAuthorizedCode {
                code,
                tx_code: Some(TransactionCode {
                    text: false,
                    length: Some(6),
                    description: None,
                }),
                authorization_server: None,
            }),
        };
        Ok(json!({
            "link": offer.to_link(), "offer": offer.to_value(), "tx_code": tx_code, "until": until,
        }))
    }

    pub(super) fn access_for_wallet(&self, request: TokenRequest) -> Result<Value, WalletRefusal> {
        let (_, counter) = self.counter().map_err(refused("invalid_request"))?;
        if request.grant_type != PRE_AUTHORIZED {
            return Err(WalletRefusal::new(
                "unsupported_grant_type",
                codes::API_REQUEST,
                "access is given for a pre-authorized code and for nothing else",
            ));
        }
        let most = |text: &String| text.len() <= MOST_CLIENT_BYTES;
        if request.code.is_empty() || !request.client_id.as_ref().is_none_or(most) {
            return Err(WalletRefusal::new(
                "invalid_request",
                codes::API_REQUEST,
                "`pre-authorized_code` is missing, or `client_id` too long",
            ));
        }
        let secret = random_bytes::<32>()
            .map_err(|_| refused("temporarily_unavailable")(unable("no random bytes")))?;
        let token = hex::encode(secret);
        let now = self.platform.now().0;
        let redeemed = counter.tables.lock().redeem(
            &request.code,
            request.tx_code.as_deref(),
            &token,
            request.client_id,
            now,
        );
        redeemed.map_err(|reason| match reason {
            NoAccess::Code => WalletRefusal::new(
                "invalid_grant",
                codes::WALLET_CODE,
                "the code is unknown, was used, or has ended",
            ),
            NoAccess::Missing => {
                WalletRefusal::new("invalid_request", codes::WALLET_TX_CODE, "`tx_code` is missing")
            }
            NoAccess::Wrong => {
                WalletRefusal::new("invalid_grant", codes::WALLET_TX_CODE, "`tx_code` is wrong")
            }
        })?;
        Ok(json!({
            "access_token": token, "expires_in": TOKEN_MS.div_ceil(1000), "token_type": "Bearer",
        }))
    }

    pub(super) async fn issue_to_wallet(
        &self,
        token: String,
        request: Vec<u8>,
    ) -> Result<Value, WalletRefusal> {
        let (_, counter) = self.counter().map_err(refused("invalid_request"))?;
        let now = self.platform.now();
        let entered = counter.tables.lock().enter(&token, now.0);
        let (taken, client_id) = entered.ok_or_else(|| {
            WalletRefusal::new(
                "invalid_token",
                codes::WALLET_TOKEN,
                "the access token is unknown, was used, or has ended",
            )
        })?;
        // Whoever stops waiting gives it back as well.
        let back = GiveBack {
            counter,
            token: &token,
        };
        let key = self.proven_key(&taken, client_id.as_deref(), &request, now)?;
        let issued = self.make_and_record(taken, key, now).await?;
        counter.tables.lock().spend(&token);
        drop(back);
        let response = CredentialResponse {
            credentials: vec![issued],
            notification_id: None,
        };
        Ok(response.to_value())
    }

    /// The key that the wallet proves to have. Its nonce is used up.
    fn proven_key(
        &self,
        taken: &Taken,
        client_id: Option<&str>,
        request: &[u8],
        now: BlockTime,
    ) -> Result<Jwk, WalletRefusal> {
        let (_, counter) = self.counter().map_err(refused("invalid_request"))?;
        let text = std::str::from_utf8(request).map_err(|_| {
            WalletRefusal::new(
                "invalid_credential_request",
                codes::API_REQUEST,
                "the request is no text in UTF-8",
            )
        })?;
        let request = CredentialRequest::parse(text).map_err(by_rule("invalid_credential_request"))?;
        let kind = kinds::find(&taken.kind)
            .filter(|kind| request.wanted == Wanted::Configuration(kind.name.to_owned()));
        let kind = kind.ok_or_else(|| {
            let reason = yinxin_credential::Error::Request("the access is not for this configuration");
            by_rule("unknown_credential_configuration")(reason)
        })?;
        let used = std::cell::RefCell::new(None);
        let known = |nonce: &str| {
            let fresh = counter.tables.lock().is_fresh(nonce, now.0);
            if fresh {
                used.replace(Some(nonce.to_owned()));
            }
            fresh
        };
        let policy = ProofPolicy {
            issuer: &counter.address,
            nonce: Some(&known),
            client_id,
            algorithms: &ALGORITHMS,
            now_s: now.0 / 1000,
            max_age_s: PROOF_AGE_S,
            leeway_s: LEEWAY_S,
        };
        let keys = request
            .keys(&self.configuration(kind), None, &policy)
            .map_err(|reason| by_rule(error_code(&reason))(reason))?;
        let key = keys.into_iter().next().ok_or_else(|| {
            let reason = yinxin_credential::Error::Binding("there is no proof of the holder's key");
            by_rule("invalid_proof")(reason)
        })?;
        if let Some(nonce) = used.into_inner() {
            let used_up = counter.tables.lock().use_up(nonce, now.0);
            used_up.map_err(|_| refused("temporarily_unavailable")(full()))?;
        }
        Ok(key)
    }

    /// Makes the copy, and gives it once the ledger has it.
    async fn make_and_record(&self, taken: Taken, key: Jwk, now: BlockTime) -> Result<String, WalletRefusal> {
        let denied = refused("credential_request_denied");
        let (desk, _) = self.counter().map_err(refused("invalid_request"))?;
        let about = json!({ "certificate": taken.certificate });
        let certificate = self
            .inquire_one(None, "sharing.certificate", about)
            .await
            .map_err(&denied)?;
        let until = certificate
            .get("until")
            .and_then(Value::as_u64)
            .unwrap_or_default();
        let order = Order {
            taken,
            key,
            until: BlockTime(until),
            now,
        };
        let take = order.taken.take;
        for _ in 0..PLACES {
            let worker = self.desk.clone();
            let order = order.clone();
            let issuer = self.own_code().to_owned();
            let made = blocking(self.platform.as_ref(), move || {
                let desk = worker.ok_or_else(|| unable("no credentials are issued here"))?;
                desk.copy_for_wallet(&issuer, &order)
            });
            let made = made
                .await
                .unwrap_or_else(|| Err(unable("the node is stopping")))
                .map_err(&denied)?;
            let arguments = json!({
                "credential": made.credential, "status": { "index": made.index, "list": 0 }, "take": take, "until": until,
            });
            let (_, settled) = self
                .act_and_settle(desk, "sharing.wallet_bind", arguments)
                .await
                .map_err(&denied)?;
            if settled.code == 0 {
                return Ok(made.text);
            }
            let refusal = self.refusal_of(settled.code);
            if refusal.code.name != "SHARE_STATUS_INDEX" {
                return Err(denied(refusal));
            }
        }
        Err(denied(unable("no place of the status list was free")))
    }
}

/// Gives an access token back when it goes out of use.
struct GiveBack<'a> {
    counter: &'a Counter,
    token: &'a str,
}

impl Drop for GiveBack<'_> {
    fn drop(&mut self) {
        self.counter.tables.lock().leave(self.token);
    }
}

impl Desk {
    /// A copy of the fields that were taken, bound to a wallet's key.
    fn copy_for_wallet(&self, issuer: &str, order: &Order) -> Result<Made, Rejection> {
        let counter = self
            .counter
            .as_ref()
            .ok_or_else(|| unable("no address for wallets"))?;
        let failed = |_| unable("the copy cannot be made");
        let held = self.own_certificate(&order.taken.material, order.now)?;
        let index = drawn_place()?;
        let claims = claims(&held, &order.taken.fields, order.now)?;
        let credential = Credential {
            vct: format!("{TYPE}{}", order.taken.kind),
            issuer: counter.address.clone(),
            issued_s: order.now.0 / 1000,
            not_before_s: None,
            expires_s: Some(order.until.0 / 1000),
            holder: Some(order.key),
            status: Some(StatusReference {
                uri: counter.status_uri(issuer, 0),
                index: u64::from(index),
            }),
            content: Claims {
                disclosable: claims.keys().map(|field| ClaimPath::top(field)).collect(),
                claims,
                ..Claims::default()
            },
        };
        let signer = Ed25519Signer::new(&self.credential).map_err(failed)?;
        let salts = Salts::random().map_err(|_| unable("no random bytes"))?;
        let kid = signer.key().thumbprint();
        let text = credential
            .issue(Some(&kid), &signer, salts)
            .map_err(failed)?
            .to_string();
        let signed = text.split('~').next().unwrap_or_default();
        Ok(Made {
            credential: self.suite.hash().hash(&[signed.as_bytes()]),
            index,
            text,
        })
    }

    /// The certificate that this department keeps as a material, which must be its own and hold.
    fn own_certificate(&self, material: &Digest, now: BlockTime) -> Result<Verified, Rejection> {
        let content = self.content_of(material)?;
        let text = std::str::from_utf8(content.bytes())
            .map_err(|_| Rejection::new(codes::RELEASE_NOTHING, "the material is no certificate"))?;
        let own = self.wallet_key()?;
        let issuers = |_: &str, _: Option<&str>| Some(own);
        let policy = Policy {
            issuers: &issuers,
            now_s: now.0 / 1000,
            leeway_s: LEEWAY_S,
            binding: None,
        };
        Ok(verify(text, &policy)?)
    }
}

/// The claims of a copy: those of the certificate that were taken, and whether the person is of age if that was.
fn claims(held: &Verified, fields: &[String], now: BlockTime) -> Result<Map<String, Value>, Rejection> {
    let lacks = || {
        Rejection::new(
            codes::RELEASE_NOTHING,
            "the certificate lacks a field that was taken",
        )
    };
    let mut claims = Map::new();
    for field in fields {
        let value = if field == AGE_OVER_18 {
            let number = held.claims.get(CITIZEN_NUMBER).and_then(Value::as_str);
            of_age(number.ok_or_else(lacks)?, now).ok_or_else(lacks)?.into()
        } else {
            held.claims.get(field).cloned().ok_or_else(lacks)?
        };
        claims.insert(field.clone(), value);
    }
    Ok(claims)
}

/// Whether the person with a citizen number is of age on the day it is in Beijing.
fn of_age(number: &str, now: BlockTime) -> Option<bool> {
    let number = CitizenNumber::parse(number).ok()?;
    let birth = number.reveal().get(6..14)?;
    let (year, rest) = birth.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    let birth: Day = format!("{year}-{month}-{day}").parse().ok()?;
    let today = Day::in_beijing(now.0 / 1000).ok()?;
    Some(age_in_years(birth, today).ok()? >= 18)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of somebody born on a day, with the check digit that follows.
    fn number(birth: &str) -> String {
        let numbers = "0123456789X"
            .chars()
            .map(|check| format!("990101{birth}001{check}"));
        let mut sound = numbers.filter(|number| CitizenNumber::parse(number).is_ok());
        sound.next().unwrap()
    }

    #[test]
    fn somebody_is_of_age_from_the_birthday_on_in_beijing() {
        // 2026-03-01T16:00:00Z is midnight of March 2 in Beijing.
        let midnight = BlockTime(1_772_380_800_000);
        let number = number("20080302");
        assert_eq!(of_age(&number, midnight), Some(true));
        assert_eq!(of_age(&number, BlockTime(1_772_380_799_000)), Some(false));
        assert_eq!(of_age("990101200803020010", midnight), None);
        assert_eq!(of_age("", midnight), None);
    }
}
