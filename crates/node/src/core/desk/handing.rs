//! Handing in at another department: any node takes a sealed material (材料) and passes it on, part by part, to the node of the department
//! whose item it is for. What passes is sealed to that department's key; the node between learns who hands in how much to whom.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yinxin_crypto::{Digest, HashAlgorithm, PublicKey};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Rejection, codes};

use super::extracts::{PART_BYTES, bytes_of, unavailable};
use super::materials::MOST_FILE;
use crate::core::Core;
use crate::core::messages::Ask;
use crate::platform::blocking;

/// The largest sealed material: file, header and envelope.
pub(super) const MOST_SEALED: usize = MOST_FILE + 4096;
/// How many materials arrive in parts at a time, and how many of them through one node.
const MOST_ARRIVING: usize = 16;
const MOST_OF_A_NODE: usize = 6;
/// How long the next part of one may take, in milliseconds.
const PATIENCE_MS: u64 = 30_000;

/// For whom something is handed in, if not for the account's own party.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::core) struct Whom {
    /// The body for which an officer hands it in.
    #[serde(default, rename = "for", skip_serializing_if = "Option::is_none")]
    pub body: Option<SocialCreditCode>,
    /// The person for whom a guardian or an agent does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<Digest>,
}

/// A part of a sealed material on its way between two nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::core) struct HandedPart {
    /// Whoever hands it in, as the node that passes it on has seen.
    pub account: PublicKey,
    /// The bytes, in base64url.
    pub bytes: String,
    /// Number of the part, from 0.
    pub part: u32,
    /// How many parts there are.
    pub parts: u32,
    /// The SHA-256 of the whole.
    pub sealed: Digest,
    /// For whom.
    #[serde(default)]
    pub whom: Whom,
}

/// One that is not whole yet.
#[derive(Debug)]
struct Arriving {
    bytes: Vec<u8>,
    next: u32,
    at: BlockTime,
}

/// Materials of which parts are missing, by the node that passes them on and what they are.
#[derive(Debug, Default)]
pub(in crate::core) struct Arrivals(Mutex<BTreeMap<(PublicKey, Digest), Arriving>>);

fn refuse<T>(detail: &str) -> Result<T, Rejection> {
    Err(Rejection::new(codes::API_REQUEST, detail))
}

impl Arrivals {
    /// Adds a part; the whole, once it is.
    fn add(&self, from: PublicKey, part: &HandedPart, now: BlockTime) -> Result<Option<Vec<u8>>, Rejection> {
        let bytes = bytes_of(&part.bytes)?;
        if bytes.is_empty() || bytes.len() > PART_BYTES {
            return refuse("a part has too many bytes, or none");
        }
        let key = (from, part.sealed);
        let mut arriving = self.0.lock();
        arriving.retain(|_, one| now.0.saturating_sub(one.at.0) < PATIENCE_MS);
        if part.part == 0 {
            arriving.remove(&key);
            let of_the_node = arriving.keys().filter(|(node, _)| *node == from).count();
            if arriving.len() >= MOST_ARRIVING || of_the_node >= MOST_OF_A_NODE {
                return Err(Rejection::new(
                    codes::RELEASE_BUSY,
                    "as many materials as may be are arriving",
                ));
            }
        }
        let mut one = match arriving.remove(&key) {
            Some(one) => one,
            None if part.part == 0 => Arriving {
                bytes: Vec::new(),
                next: 0,
                at: now,
            },
            None => return refuse("a part arrived whose first one is not here"),
        };
        if one.next != part.part || one.bytes.len().saturating_add(bytes.len()) > MOST_SEALED {
            return refuse("a part is out of turn, or the whole is too large");
        }
        one.bytes.extend_from_slice(&bytes);
        one.next = one.next.saturating_add(1);
        one.at = now;
        if one.next < part.parts {
            arriving.insert(key, one);
            return Ok(None);
        }
        if HashAlgorithm::Sha256.hash(&[&one.bytes]) != part.sealed {
            return refuse("the parts are not those of what was announced");
        }
        Ok(Some(one.bytes))
    }
}

impl Core {
    /// Passes a sealed material on to the node of its department.
    pub(super) async fn pass_on_handed(
        &self,
        department: &SocialCreditCode,
        account: PublicKey,
        whom: Whom,
        sealed: &[u8],
    ) -> Result<Value, Rejection> {
        let peer = self.validator_of(department.as_str()).await?;
        let digest = HashAlgorithm::Sha256.hash(&[sealed]);
        let parts = u32::try_from(sealed.chunks(PART_BYTES).len()).unwrap_or(u32::MAX);
        let mut answer = Value::Null;
        for (part, bytes) in (0..).zip(sealed.chunks(PART_BYTES)) {
            let ask = Ask::HandIn(Box::new(HandedPart {
                account,
                bytes: URL_SAFE_NO_PAD.encode(bytes),
                part,
                parts,
                sealed: digest,
                whom: whom.clone(),
            }));
            answer = self
                .ask_peer(peer, &ask)
                .await
                .map_err(|rejection| match rejection.code {
                    codes::RELEASE_UNREACHABLE => unavailable("the department's node did not answer"),
                    _ => rejection,
                })?;
        }
        Ok(answer)
    }

    /// Takes a part that another node passes on; keeps the whole once it is there.
    pub(in crate::core) async fn take_part(
        &self,
        from: PublicKey,
        part: HandedPart,
    ) -> Result<Value, Rejection> {
        let desk = self.desk_open()?;
        let now = self.platform.now();
        let (account, whom) = (part.account, part.whom.clone());
        let added = blocking(self.platform.as_ref(), move || {
            desk.arrivals.add(from, &part, now)
        })
        .await;
        match added.unwrap_or_else(|| Err(unavailable("the node is stopping")))? {
            Some(sealed) => self.keep_handed(account, whom, sealed).await,
            None => Ok(json!({})),
        }
    }
}

#[cfg(test)]
mod tests {
    use yinxin_crypto::{PrivateKey, SignatureAlgorithm};

    use super::*;

    fn key(seed: u16) -> PublicKey {
        let mut bytes = [7; 32];
        bytes[..2].copy_from_slice(&seed.to_be_bytes());
        let key = PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &bytes).unwrap();
        key.public_key()
    }

    fn parts(bytes: &[u8], size: usize) -> Vec<HandedPart> {
        let chunks: Vec<&[u8]> = bytes.chunks(size).collect();
        let count = u32::try_from(chunks.len()).unwrap();
        (0..)
            .zip(chunks)
            .map(|(part, bytes)| HandedPart {
                account: key(1),
                bytes: URL_SAFE_NO_PAD.encode(bytes),
                part,
                parts: count,
                sealed: HashAlgorithm::Sha256.hash(&[&b"abcdefgh"[..]]),
                whom: Whom::default(),
            })
            .collect()
    }

    #[test]
    fn parts_in_turn_are_the_whole() {
        let arrivals = Arrivals::default();
        let [first, second, third] = parts(b"abcdefgh", 3).try_into().unwrap();
        let now = BlockTime(1);
        assert_eq!(arrivals.add(key(2), &first, now).unwrap(), None);
        assert_eq!(arrivals.add(key(2), &second, now).unwrap(), None);
        // Through another node it is another arrival.
        assert!(arrivals.add(key(3), &third, now).is_err());
        assert_eq!(
            arrivals.add(key(2), &third, now).unwrap(),
            Some(b"abcdefgh".to_vec())
        );
        assert!(arrivals.add(key(2), &third, now).is_err());
    }

    #[test]
    fn parts_out_of_turn_of_another_whole_or_too_late_are_refused() {
        let now = BlockTime(1);
        let arrivals = Arrivals::default();
        let [first, second, third] = parts(b"abcdefgh", 3).try_into().unwrap();
        assert_eq!(arrivals.add(key(2), &first, now).unwrap(), None);
        assert!(arrivals.add(key(2), &third, now).is_err());
        // What was refused is forgotten: it begins anew.
        assert!(arrivals.add(key(2), &second, now).is_err());
        assert_eq!(arrivals.add(key(2), &first, now).unwrap(), None);
        let late = BlockTime(now.0 + PATIENCE_MS);
        assert!(arrivals.add(key(2), &second, late).is_err());
        let other = parts(b"abcdefgX", 8);
        assert!(arrivals.add(key(2), &other[0], now).is_err());
        let mut none = first;
        none.bytes = String::new();
        assert!(arrivals.add(key(2), &none, now).is_err());
    }

    #[test]
    fn so_many_arrive_at_a_time_and_so_many_through_one_node() {
        let arrivals = Arrivals::default();
        let some = |number: u8| {
            let mut one = parts(b"abcdefgh", 3).swap_remove(0);
            one.sealed = HashAlgorithm::Sha256.hash(&[&[number]]);
            one
        };
        let add = |node: u16, number: u8| arrivals.add(key(node), &some(number), BlockTime(1));
        for number in 0..u8::try_from(MOST_OF_A_NODE).unwrap() {
            assert!(add(2, number).is_ok());
        }
        assert_eq!(add(2, 200).unwrap_err().code, codes::RELEASE_BUSY);
        for number in 0..u8::try_from(MOST_ARRIVING - MOST_OF_A_NODE).unwrap() {
            assert!(add(3 + u16::from(number) % 2, number).is_ok());
        }
        assert_eq!(add(9, 0).unwrap_err().code, codes::RELEASE_BUSY);
        // A minute later there is room again.
        assert!(arrivals.add(key(9), &some(0), BlockTime(60_001)).is_ok());
    }
}
